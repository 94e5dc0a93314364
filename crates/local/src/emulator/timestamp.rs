//! Times as OCI writes them.

use std::time::SystemTime;

/// RFC 3339 in UTC with milliseconds.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    format!("{:.3}", timestamp(time))
}

/// As HTTP's own headers have it (RFC 9110, 5.6.7).
pub(crate) fn http_date(time: SystemTime) -> String {
    jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&timestamp(time))
        .unwrap_or_default()
}

fn timestamp(time: SystemTime) -> jiff::Timestamp {
    let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(since_epoch.as_millis()).unwrap_or_default();
    jiff::Timestamp::from_millisecond(millis).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn milliseconds_always() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_120);
        assert_eq!(rfc3339(time), "2023-11-14T22:13:20.120Z");
        assert_eq!(http_date(time), "Tue, 14 Nov 2023 22:13:20 GMT");
    }
}
