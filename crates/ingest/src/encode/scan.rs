//! Reads short texts that follow a grammar (dates, intervals, sparse vectors), byte by byte. It never goes back, and says no by
//! `None` or `false`; what the pieces mean is its callers' matter.

use std::ops::RangeInclusive;

/// What is still to be read of a text.
#[derive(Clone, Debug)]
pub(super) struct Scanner<'a> {
    rest: &'a [u8],
}

impl<'a> Scanner<'a> {
    /// A text without the white space around it.
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text.as_bytes().trim_ascii() }
    }

    /// Whether all was read.
    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next byte, which stays.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Passes white space; whether there was any.
    pub(super) fn spaces(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_ascii_start();
        self.rest.len() != before
    }

    /// Passes this byte, if it is the next one.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        match self.rest {
            [first, rest @ ..] if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Passes a sign, if there is one: `true` is minus.
    pub(super) fn sign(&mut self) -> Option<bool> {
        if self.eat(b'-') { Some(true) } else { self.eat(b'+').then_some(false) }
    }

    /// Passes one letter.
    pub(super) fn letter(&mut self) -> Option<u8> {
        let letter = self.peek().filter(u8::is_ascii_alphabetic)?;
        self.eat(letter).then_some(letter)
    }

    /// The letters that come next, perhaps none.
    pub(super) fn letters(&mut self) -> &'a [u8] {
        self.run(u8::is_ascii_alphabetic)
    }

    /// The digits that come next, perhaps none.
    pub(super) fn digits(&mut self) -> &'a [u8] {
        self.run(u8::is_ascii_digit)
    }

    /// The number that comes next, if it has so many digits (18 at most).
    pub(super) fn number(&mut self, digits: RangeInclusive<usize>) -> Option<i64> {
        let found = self.digits();
        digits.contains(&found.len()).then(|| value_of(found))
    }

    /// The fraction behind a decimal point, without the point; `None` where no digit follows the point, empty without a point.
    pub(super) fn fraction(&mut self) -> Option<&'a [u8]> {
        if !self.eat(b'.') {
            return Some(&[]);
        }
        let digits = self.digits();
        (!digits.is_empty()).then_some(digits)
    }

    fn run(&mut self, belongs: fn(&u8) -> bool) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| !belongs(byte)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        run
    }
}

/// The number that these digits write. At most 18 digits fit; more are a number beyond every limit here.
pub(super) fn value_of(digits: &[u8]) -> i64 {
    if digits.len() > 18 {
        return i64::MAX;
    }
    digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
}

/// A fraction's digits in millionths, rounded as the server rounds them: to the nearest double times 1,000,000, and a half to the
/// even neighbour (`ParseFractionalSecond` in the server). May be 1,000,000.
pub(super) fn millionths(fraction: &[u8]) -> i64 {
    if fraction.len() <= 6 {
        return (fraction.len()..6).fold(value_of(fraction), |value, _| value * 10);
    }
    let text = std::str::from_utf8(fraction).unwrap_or_default();
    let parsed: f64 = format!("0.{text}").parse().unwrap_or_default();
    let rounded = (parsed * 1e6).round_ties_even();
    rounded as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millionths_are_rounded_as_the_server_rounds() {
        for (digits, expected) in [
            ("", 0),
            ("5", 500_000),
            ("000001", 1),
            ("1234565", 123_456),
            ("1234575", 123_458),
            ("9999995", 1_000_000),
            ("00000049", 0),
        ] {
            assert_eq!(millionths(digits.as_bytes()), expected, "{digits}");
        }
    }

    #[test]
    fn digits_beyond_every_limit_do_not_wrap() {
        assert_eq!(value_of(&[b'9'; 18]), 999_999_999_999_999_999);
        assert_eq!(value_of(&[b'1'; 40]), i64::MAX);
    }
}
