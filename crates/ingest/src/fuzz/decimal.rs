//! Numbers by value, from their text and from the binary formats, to see that an encoder kept it. Slow and plain, and nothing of the
//! encoders' own reading.

use crate::encode::Encoding;

/// A finite number other than zero as its sign, its digits without zeros at either end, and how many of them stand before the
/// decimal point; zero as none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Number {
    negative: bool,
    digits: String,
    point: i64,
}

impl Number {
    fn new(negative: bool, digits: &str, point: i64) -> Self {
        let leading = digits.len() - digits.trim_start_matches('0').len();
        let digits = digits.trim_matches('0').to_owned();
        if digits.is_empty() {
            return Self { negative: false, digits, point: 0 };
        }
        Self { negative, digits, point: point - i64::try_from(leading).unwrap_or_default() }
    }

    /// A JSON number.
    pub(super) fn of_json(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let size = mantissa.trim_start_matches('-');
        let (whole, fraction) = size.split_once('.').unwrap_or((size, ""));
        // What does not fit is so large or so small that no encoder takes it, unless it is zero.
        let far = if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
        let exponent: i64 = exponent.parse().unwrap_or(far);
        let point = exponent.saturating_add(i64::try_from(whole.len()).unwrap_or_default());
        Self::new(mantissa.starts_with('-'), &format!("{whole}{fraction}"), point)
    }

    /// A value of a type that is exact; `None` for other types.
    pub(super) fn of_binary(encoding: &Encoding, value: &[u8]) -> Option<Self> {
        let integer = match encoding {
            Encoding::Int2 => i64::from(i16::from_be_bytes(value.try_into().ok()?)),
            Encoding::Int4 => i64::from(i32::from_be_bytes(value.try_into().ok()?)),
            Encoding::Int8 => i64::from_be_bytes(value.try_into().ok()?),
            Encoding::Oid => i64::from(u32::from_be_bytes(value.try_into().ok()?)),
            Encoding::Numeric => return Self::of_numeric(value),
            _ => return None,
        };
        let digits = integer.unsigned_abs().to_string();
        Some(Self::new(integer < 0, &digits, i64::try_from(digits.len()).ok()?))
    }

    /// A `numeric` that is a number.
    fn of_numeric(value: &[u8]) -> Option<Self> {
        let words: Vec<u16> = value.as_chunks::<2>().0.iter().map(|word| u16::from_be_bytes(*word)).collect();
        let [_, weight, sign @ (0 | 0x4000), _, digits @ ..] = words.as_slice() else { return None };
        let digits: String = digits.iter().map(|digit| format!("{digit:04}")).collect();
        Some(Self::new(*sign != 0, &digits, (i64::from(weight.cast_signed()) + 1) * 4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spelling_of_a_number_does_not_matter() {
        for text in ["1200", "1.2e3", "12E+2", "1200.000", "0.0012e6"] {
            assert_eq!(Number::of_json(text), Number { negative: false, digits: "12".to_owned(), point: 4 });
        }
        assert_eq!(Number::of_json("-0.0e5"), Number::of_json("0"));
        assert_eq!(Number::of_binary(&Encoding::Int2, &[0xff, 0xfe]), Some(Number::of_json("-2")));
        let numeric = [0, 2, 0, 0, 0, 0, 0, 2, 0, 1, 0x13, 0x88];
        assert_eq!(Number::of_binary(&Encoding::Numeric, &numeric), Some(Number::of_json("1.50")));
    }
}
