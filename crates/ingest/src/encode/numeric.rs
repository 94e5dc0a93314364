//! Exact decimals: the text of a number into the digits of `numeric`, never through a float.

use bytes::{BufMut, BytesMut};

use super::literal::{Literal, ValueError, wrong};

/// The most digits before the decimal point that PostgreSQL stores (manual, numeric types).
const MOST_BEFORE_POINT: i64 = 131_072;
/// The most digits after the decimal point.
const MOST_AFTER_POINT: i64 = 16_383;

const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const POSITIVE_INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;

/// A decimal number taken apart: `0.digits × 10^point`, with the digits as they were written.
pub(super) struct Decimal<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

impl<'a> Decimal<'a> {
    /// Reads `[+-]digits[.digits][e[+-]digits]`; at least one digit. `None` if the text is something else.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let (whole, rest) = split_digits(rest);
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => split_digits(rest),
            rest => (&[][..], rest),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let exponent = match rest {
            [] => 0,
            [b'e' | b'E', rest @ ..] => {
                let digits = rest.strip_prefix(b"+").or_else(|| rest.strip_prefix(b"-")).unwrap_or(rest);
                if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
                    return None;
                }
                // An exponent beyond every limit is kept as one: what it is applied to says whether it matters.
                let size = std::str::from_utf8(digits).ok()?.parse::<i64>().unwrap_or(i64::MAX / 4);
                let size = size.min(i64::MAX / 4);
                if rest.first() == Some(&b'-') { -size } else { size }
            }
            _ => return None,
        };
        Some(Self { negative, whole, fraction, exponent })
    }

    fn digits(&self) -> impl DoubleEndedIterator<Item = u8> {
        self.whole.iter().chain(self.fraction).map(|digit| digit - b'0')
    }

    /// Whether all its digits are zeros.
    pub(super) fn is_zero(&self) -> bool {
        self.digits().all(|digit| digit == 0)
    }

    /// How many digits stand before the decimal point once the exponent is applied; may be negative.
    fn point(&self) -> i64 {
        i64::try_from(self.whole.len()).unwrap_or(i64::MAX / 4).saturating_add(self.exponent)
    }

    /// Whether nothing but zeros stands after the decimal point.
    pub(super) fn is_integer(&self) -> bool {
        let point = usize::try_from(self.point()).unwrap_or(0);
        self.digits().skip(point).all(|digit| digit == 0)
    }

    /// The value, if it is an integer of at most 38 digits.
    pub(super) fn to_i128(&self) -> Option<i128> {
        if self.is_integer() { self.scaled(0) } else { None }
    }

    /// The value times a power of ten, to the nearest integer (a half away from zero), if that has at most 38 digits.
    pub(super) fn scaled(&self, power: i64) -> Option<i128> {
        if self.is_zero() {
            return Some(0);
        }
        let point = self.point().saturating_add(power);
        let leading = i64::try_from(self.digits().take_while(|digit| *digit == 0).count()).ok()?;
        if point.saturating_sub(leading) > 38 {
            return None;
        }
        let Ok(before_point) = usize::try_from(point) else { return Some(0) };
        let mut digits = self.digits().chain(std::iter::repeat(0));
        let whole =
            digits.by_ref().take(before_point).fold(0_i128, |size, digit| size * 10 + i128::from(digit));
        let size = whole + i128::from(digits.next() >= Some(5));
        Some(if self.negative { -size } else { size })
    }
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// Appends a `numeric` (layout: `numeric_send` in the server): digits in base 10,000 around the decimal point.
pub(super) fn encode(literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let text = match literal {
        Literal::Number(text) => text,
        Literal::Text(text) => text.trim(),
        _ => return Err(wrong("a number", literal)),
    };
    let Some(decimal) = Decimal::parse(text) else {
        return encode_special(text, literal, out);
    };
    let point = decimal.point();
    let given = i64::try_from(decimal.whole.len() + decimal.fraction.len()).unwrap_or(i64::MAX / 4);
    let scale = given.saturating_sub(point).max(0);
    let zero = decimal.is_zero();
    let leading_zeros = i64::try_from(decimal.digits().take_while(|digit| *digit == 0).count()).unwrap_or(0);
    if scale > MOST_AFTER_POINT || (!zero && point - leading_zeros > MOST_BEFORE_POINT) {
        return Err(ValueError::Range {
            allowed: "131,072 digits before and 16,383 after the decimal point".into(),
            found: literal.excerpt(),
        });
    }
    if zero {
        header(out, 0, 0, 0, scale);
        return Ok(());
    }

    // Digits with the zeros that align them to groups of four on both sides of the point.
    let first_group = point.div_euclid(4) + i64::from(point.rem_euclid(4) != 0);
    let padding = usize::try_from(first_group * 4 - point).unwrap_or(0);
    let mut groups: Vec<i16> = Vec::with_capacity((decimal.whole.len() + decimal.fraction.len()) / 4 + 2);
    let mut group = 0_i16;
    let mut filled = padding;
    for digit in decimal.digits() {
        group = group * 10 + i16::from(digit);
        filled += 1;
        if filled == 4 {
            groups.push(group);
            (group, filled) = (0, 0);
        }
    }
    if filled > 0 {
        groups.push((filled..4).fold(group, |group, _| group * 10));
    }
    let skipped = groups.iter().take_while(|group| **group == 0).count();
    let kept = groups.len() - groups.iter().rev().take_while(|group| **group == 0).count();
    let weight = first_group - 1 - i64::try_from(skipped).unwrap_or(0);
    let digits = groups.get(skipped..kept).unwrap_or_default();
    header(out, digits.len(), weight, if decimal.negative { NEGATIVE } else { 0 }, scale);
    for digit in digits {
        out.put_i16(*digit);
    }
    Ok(())
}

fn encode_special(text: &str, literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let sign = match (literal, text.to_ascii_lowercase().as_str()) {
        (Literal::Text(_), "nan") => NAN,
        (Literal::Text(_), "infinity" | "+infinity" | "inf" | "+inf") => POSITIVE_INFINITY,
        (Literal::Text(_), "-infinity" | "-inf") => NEGATIVE_INFINITY,
        _ => return Err(wrong("a number", literal)),
    };
    header(out, 0, 0, sign, 0);
    Ok(())
}

/// The limits checked before keep all of these within their types.
fn header(out: &mut BytesMut, digits: usize, weight: i64, sign: u16, scale: i64) {
    out.put_u16(u16::try_from(digits).unwrap_or(u16::MAX));
    out.put_i16(i16::try_from(weight).unwrap_or(i16::MAX));
    out.put_u16(sign);
    out.put_i16(i16::try_from(scale).unwrap_or(i16::MAX));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> Vec<i16> {
        let mut out = BytesMut::new();
        encode(&Literal::Number(text), &mut out).unwrap();
        out.chunks(2).map(|pair| i16::from_be_bytes([pair[0], pair[1]])).collect()
    }

    #[test]
    fn the_layout_is_the_servers() {
        // [digits, weight, sign, scale, digits…], as `select numeric_send(…)` prints them.
        assert_eq!(encoded("0"), [0, 0, 0, 0]);
        assert_eq!(encoded("1"), [1, 0, 0, 0, 1]);
        assert_eq!(encoded("-12345.678"), [3, 1, 0x4000, 3, 1, 2345, 6780]);
        assert_eq!(encoded("0.0001"), [1, -1, 0, 4, 1]);
        assert_eq!(encoded("1e4"), [1, 1, 0, 0, 1]);
        assert_eq!(encoded("1.50"), [2, 0, 0, 2, 1, 5000]);
    }

    #[test]
    fn limits_are_the_servers() {
        let refused = |text: &str| encode(&Literal::Number(text), &mut BytesMut::new()).is_err();
        assert!(refused("1e131072"));
        assert!(!refused("1e131071"));
        assert!(refused("1e-16384"));
        assert!(!refused("0e999999999999999999999"));
    }

    #[test]
    fn an_exponent_costs_no_memory() {
        assert_eq!(encoded("1e100000"), [1, 25_000, 0, 0, 1]);
        assert_eq!(encoded("-1e-16383"), [1, -4_096, 0x4000, 16_383, 10]);
        let mut out = BytesMut::new();
        assert!(encode(&Literal::Number("1e-999999999999999999999"), &mut out).is_err());
        assert!(encode(&Literal::Number("-9e999999999999999999999"), &mut out).is_err());
        assert!(out.capacity() < 64);
    }

    #[test]
    fn scaling_is_exact_and_bounded() {
        let scaled = |text: &str, power| Decimal::parse(text).unwrap().scaled(power);
        assert_eq!(scaled("1.0000005", 6), Some(1_000_001));
        assert_eq!(scaled("-1.0000005", 6), Some(-1_000_001));
        assert_eq!(scaled("0.00000049", 6), Some(0));
        assert_eq!(scaled("5e-7", 6), Some(1));
        assert_eq!(scaled("4e-8", 6), Some(0));
        assert_eq!(scaled("0e99", 6), Some(0));
        assert_eq!(scaled("1e37", 0), Some(10_i128.pow(37)));
        assert_eq!(scaled("1e38", 0), None);
        assert_eq!(scaled("1e400", i64::MAX), None);
    }
}
