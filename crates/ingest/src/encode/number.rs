//! Booleans, integers and floating point numbers. Exact decimals are `numeric`'s.

use std::str::FromStr;

use super::literal::{Literal, ValueError, wrong};
use super::numeric::Decimal;

/// `true`, `false`, or a text that PostgreSQL reads as one of them (manual, boolean type).
pub(super) fn boolean(literal: &Literal<'_>) -> Result<bool, ValueError> {
    match literal {
        Literal::Bool(value) => Ok(*value),
        Literal::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "on" | "1" => Ok(true),
            "f" | "false" | "n" | "no" | "off" | "0" => Ok(false),
            _ => Err(wrong("true or false", literal)),
        },
        _ => Err(wrong("true or false", literal)),
    }
}

/// An integer type with its limits, for messages.
pub(super) trait Integer: FromStr + TryFrom<i128> {
    /// The type's least and greatest value.
    const LIMITS: (i128, i128);
}

impl Integer for i16 {
    const LIMITS: (i128, i128) = (i16::MIN as i128, i16::MAX as i128);
}
impl Integer for i32 {
    const LIMITS: (i128, i128) = (i32::MIN as i128, i32::MAX as i128);
}
impl Integer for i64 {
    const LIMITS: (i128, i128) = (i64::MIN as i128, i64::MAX as i128);
}
impl Integer for u32 {
    const LIMITS: (i128, i128) = (0, u32::MAX as i128);
}

/// An integer from a number or from a text of one. `517.0` and `1e3` are integers, too; `0.5` is none.
pub(super) fn integer<T: Integer>(literal: &Literal<'_>) -> Result<T, ValueError> {
    let text = match literal {
        Literal::Number(text) => text,
        Literal::Text(text) => text.trim(),
        _ => return Err(wrong("an integer", literal)),
    };
    if let Ok(value) = text.parse() {
        return Ok(value);
    }
    let decimal = Decimal::parse(text).ok_or_else(|| wrong("an integer", literal))?;
    let out_of_range = || ValueError::Range {
        allowed: format!("{} to {}", T::LIMITS.0, T::LIMITS.1).into(),
        found: literal.excerpt(),
    };
    if !decimal.is_integer() {
        return Err(wrong("an integer", literal));
    }
    decimal.to_i128().and_then(|value| T::try_from(value).ok()).ok_or_else(out_of_range)
}

/// A `double precision`: the nearest to the text. As in the server, what would become infinite is refused, and what would become zero
/// without being zero.
pub(super) fn float8(literal: &Literal<'_>) -> Result<f64, ValueError> {
    let text = number_text(literal)?;
    match special(text, literal) {
        Some(special) => Ok(special),
        None => {
            checked(text, literal, |value: f64| value.is_finite(), "±4.9e-324 to ±1.7976931348623157e308")
        }
    }
}

/// A `real`: the nearest to the text, rounded once.
pub(super) fn float4(literal: &Literal<'_>) -> Result<f32, ValueError> {
    let text = number_text(literal)?;
    match special(text, literal) {
        Some(special) if special.is_nan() => Ok(f32::NAN),
        Some(special) if special > 0.0 => Ok(f32::INFINITY),
        Some(_) => Ok(f32::NEG_INFINITY),
        None => checked(text, literal, |value: f32| value.is_finite(), "±1.4e-45 to ±3.4028235e38"),
    }
}

fn number_text<'a>(literal: &'a Literal<'_>) -> Result<&'a str, ValueError> {
    match literal {
        Literal::Number(text) => Ok(text),
        Literal::Text(text) => Ok(text.trim()),
        _ => Err(wrong("a number", literal)),
    }
}

/// The value of a text that is a word; JSON has no number for it.
fn special(text: &str, literal: &Literal<'_>) -> Option<f64> {
    let Literal::Text(_) = literal else { return None };
    let (word, size) = match text.strip_prefix('-') {
        Some(word) => (word, f64::NEG_INFINITY),
        None => (text.strip_prefix('+').unwrap_or(text), f64::INFINITY),
    };
    if text.eq_ignore_ascii_case("nan") {
        return Some(f64::NAN);
    }
    (word.eq_ignore_ascii_case("infinity") || word.eq_ignore_ascii_case("inf")).then_some(size)
}

fn checked<T: FromStr + Default + PartialEq + Copy>(
    text: &str,
    literal: &Literal<'_>,
    is_finite: fn(T) -> bool,
    limits: &'static str,
) -> Result<T, ValueError> {
    // Words were read before; here they would be numbers too large.
    let numeric = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    let value: T = text.parse().ok().filter(|_| numeric).ok_or_else(|| wrong("a number", literal))?;
    let vanished = value == T::default() && Decimal::parse(text).is_some_and(|decimal| !decimal.is_zero());
    if !is_finite(value) || vanished {
        return Err(ValueError::Range { allowed: limits.into(), found: literal.excerpt() });
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Literal<'_> {
        Literal::Number(text)
    }

    #[test]
    fn integers_take_every_spelling_of_an_integer() {
        for (text, value) in [("5", 5), ("-0", 0), ("517.0", 517), ("1e3", 1000), ("12300e-2", 123)] {
            assert_eq!(integer::<i32>(&number(text)), Ok(value), "{text}");
        }
        assert_eq!(integer::<i64>(&Literal::Text(" 9223372036854775807 ".into())), Ok(i64::MAX));
    }

    #[test]
    fn a_fraction_is_no_integer_and_a_large_one_is_out_of_range() {
        assert!(matches!(integer::<i32>(&number("0.5")), Err(ValueError::Type { .. })));
        assert!(matches!(integer::<i16>(&number("32768")), Err(ValueError::Range { .. })));
        assert!(matches!(integer::<i64>(&number("1e400000000")), Err(ValueError::Range { .. })));
        assert!(matches!(integer::<i32>(&Literal::Text("five".into())), Err(ValueError::Type { .. })));
    }

    #[test]
    fn infinity_is_a_word_never_an_overflow() {
        assert_eq!(float8(&Literal::Text("-Infinity".into())), Ok(f64::NEG_INFINITY));
        assert!(float8(&Literal::Text("NaN".into())).unwrap().is_nan());
        assert!(matches!(float8(&number("1e999")), Err(ValueError::Range { .. })));
        assert!(matches!(float4(&number("1e39")), Err(ValueError::Range { .. })));
        for bad in ["-NaN", "infinit", "", "1_000", "0x1p3", "e5", "."] {
            assert!(matches!(float8(&Literal::Text(bad.into())), Err(ValueError::Type { .. })), "{bad}");
        }
    }

    #[test]
    fn what_is_too_small_is_refused_and_never_zero() {
        assert_eq!(float8(&number("5e-324")), Ok(5e-324));
        assert_eq!(float8(&number("-0.0e-999")), Ok(0.0));
        for small in ["1e-400", "-0.1e-324", "1e-99999999999999999999"] {
            assert!(matches!(float8(&number(small)), Err(ValueError::Range { .. })), "{small}");
        }
        assert!(matches!(float4(&number("1e-46")), Err(ValueError::Range { .. })));
    }

    #[test]
    fn booleans_are_words_not_numbers() {
        assert_eq!(boolean(&Literal::Text("Yes".into())), Ok(true));
        assert_eq!(boolean(&Literal::Text("1".into())), Ok(true));
        assert!(boolean(&number("1")).is_err());
    }
}
