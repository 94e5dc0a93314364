//! Numbers as people read them.

use std::time::Duration;

/// A count with commas: `336,776`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun: `1 row`, `2 rows`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// A size in bytes: `31.5 MB`.
pub(crate) fn bytes(number: u64) -> String {
    match number {
        0..1_000 => counted(number, "byte"),
        1_000..1_000_000 => format!("{:.1} kB", number as f64 / 1e3),
        _ => format!("{:.1} MB", number as f64 / 1e6),
    }
}

/// A time: `38 ms`, `1.93 s`.
pub(crate) fn time(duration: Duration) -> String {
    match duration.as_millis() {
        0..1_000 => format!("{:.0} ms", duration.as_secs_f64() * 1e3),
        _ => format!("{:.2} s", duration.as_secs_f64()),
    }
}

/// How many in a second.
pub(crate) fn rate(number: u64, duration: Duration) -> u64 {
    (number as f64 / duration.as_secs_f64().max(1e-6)).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_have_units() {
        assert_eq!(count(0), "0");
        assert_eq!(count(336_776), "336,776");
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(bytes(31_500_000), "31.5 MB");
        assert_eq!(time(Duration::from_millis(38)), "38 ms");
        assert_eq!(rate(1000, Duration::from_millis(500)), 2000);
    }
}
