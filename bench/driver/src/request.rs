//! The bytes of one call, as the platform's agent sends them: `POST`, chunked, with the agent's headers. No I/O.
//!
//! The bytes are made once; between calls only the call's id changes, in place.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The agent copies the caller's body in pieces of this size, each of which becomes a chunk.
const CHUNK_BYTES: usize = 32 * 1024;

/// The longest time that the platform gives a synchronous call.
const LONGEST_CALL: Duration = Duration::from_secs(300);

/// Length of an `Fn-Call-Id`.
const ID_BYTES: usize = 26;

/// A request with room for a call's id.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    bytes: Vec<u8>,
    id_at: usize,
}

impl Request {
    /// A request whose deadline is the longest the platform allows, from `now`.
    pub(crate) fn new(path: &str, content_type: &str, body: &[u8], now: SystemTime) -> Self {
        let mut bytes = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nFn-Call-Id: ").into_bytes();
        let id_at = bytes.len();
        bytes.extend([b'0'; ID_BYTES]);
        let deadline = rfc3339(now + LONGEST_CALL);
        let rest = format!(
            "\r\nFn-Deadline: {deadline}\r\nContent-Type: {content_type}\r\nUser-Agent: Go-http-client/1.1\r\n\
             Accept-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        bytes.extend_from_slice(rest.as_bytes());
        for chunk in body.chunks(CHUNK_BYTES) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        Self { bytes, id_at }
    }

    /// Gives the next call an id of its own, in the form of the agent's: 26 characters of Crockford's alphabet, here digits.
    pub(crate) fn set_id(&mut self, run: u64, caller: u64, sequence: u64) {
        let id =
            format!("{:010}{:06}{:010}", run % 10_000_000_000, caller % 1_000_000, sequence % 10_000_000_000);
        for (at, digit) in self.bytes.iter_mut().skip(self.id_at).zip(id.bytes()) {
            *at = digit;
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// RFC 3339 in UTC with whole seconds, truncated, as the agent writes `Fn-Deadline`.
fn rfc3339(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    // Days since 1 March of year 0, in eras of 400 years: the leap day is then the last of its year.
    let day = day + 719_468;
    let (era, day_of_era) = (day / 146_097, day % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day_of_month:02}T{:02}:{:02}:{:02}Z",
        second / 3_600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadline_is_written_as_the_agent_writes_it() {
        for (seconds, written) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696, "2000-02-29T12:34:56Z"),
            (1_798_761_599, "2026-12-31T23:59:59Z"),
            (1_798_761_600, "2027-01-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(UNIX_EPOCH + Duration::from_millis(seconds * 1_000 + 999)), written);
        }
    }

    #[test]
    fn a_body_is_sent_in_chunks_of_the_agents_size() {
        let request = Request::new("/call", "text/csv", &vec![b'x'; CHUNK_BYTES + 1], UNIX_EPOCH);
        let text = String::from_utf8(request.bytes().to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /call HTTP/1.1\r\n"));
        assert!(head.contains("\r\nContent-Type: text/csv\r\n"));
        assert_eq!(body, format!("8000\r\n{}\r\n1\r\nx\r\n0\r\n\r\n", "x".repeat(CHUNK_BYTES)));
    }

    #[test]
    fn an_empty_body_is_the_last_chunk_alone() {
        let request = Request::new("/call", "text/csv", b"", UNIX_EPOCH);
        assert!(request.bytes().ends_with(b"\r\n\r\n0\r\n\r\n"));
    }

    #[test]
    fn only_the_id_changes_between_calls() {
        let mut request = Request::new("/call", "text/csv", b"a", UNIX_EPOCH);
        request.set_id(7, 3, 1);
        let first = String::from_utf8(request.bytes().to_vec()).unwrap();
        request.set_id(7, 3, 2);
        let second = String::from_utf8(request.bytes().to_vec()).unwrap();
        assert!(first.contains("\r\nFn-Call-Id: 00000000070000030000000001\r\n"));
        assert_eq!(first.replace("0000000001\r\n", "0000000002\r\n"), second);
    }
}
