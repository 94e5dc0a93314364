//! Dates and times, as conditions have them.

/// Whether a text is a date or a date and time: `2026-11-24Z`, `2026-11-24T10:00Z`, `2026-11-24T10:00:00Z`.
pub(super) fn is_date(text: &str) -> bool {
    let Some(text) = utc(text) else { return false };
    let (date, time) = text.split_once(['T', 't']).map_or((text, None), |(date, time)| (date, Some(time)));
    is_day(date) && time.is_none_or(is_clock)
}

/// Whether a text is a time of day: `17:00:00Z` or `17:00Z`.
pub(super) fn is_time(text: &str) -> bool {
    utc(text).is_some_and(is_clock)
}

fn utc(text: &str) -> Option<&str> {
    text.strip_suffix(['Z', 'z'])
}

fn is_day(text: &str) -> bool {
    let mut parts = text.split('-');
    let (year, month, day) = (number(parts.next(), 4), number(parts.next(), 2), number(parts.next(), 2));
    let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=days).contains(&day)
}

fn is_clock(text: &str) -> bool {
    let mut parts = text.split(':');
    let (hour, minute) = (number(parts.next(), 2), number(parts.next(), 2));
    let second = parts.next().map_or(Some(0), |second| number(Some(second), 2));
    let fits = |number: Option<u32>, most| number.is_some_and(|number| number <= most);
    fits(hour, 23) && fits(minute, 59) && fits(second, 59) && parts.next().is_none()
}

fn number(text: Option<&str>, digits: usize) -> Option<u32> {
    let text = text.filter(|text| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for right in ["2026-11-24T10:00:00Z", "2026-11-24T10:00Z", "2026-11-24Z", "2024-02-29Z"] {
            assert!(is_date(right), "{right}");
        }
        for wrong in [
            "",
            "Z",
            "2026-11-24",
            "2026-13-01Z",
            "2025-02-29Z",
            "2026-11-24T24:00Z",
            "24.11.2026Z",
            "2026-11-24T1:00Z",
        ] {
            assert!(!is_date(wrong), "{wrong}");
        }
        assert!(
            is_time("17:00:00Z")
                && is_time("17:00Z")
                && !is_time("17Z")
                && !is_time("17:00:00")
                && !is_time("25:00Z")
        );
    }
}
