//! `bit(n)` and `varbit(n)` (layout: `bit_send` in the server), from a text of binary or hexadecimal digits.

use bytes::{BufMut, BytesMut};

use super::literal::{Literal, ValueError, wrong};

const FORM: &str = "bits as 10110, or X1F";

/// Appends a `bit`, which has exactly as many bits as the column says.
pub(super) fn encode(
    literal: &Literal<'_>,
    length: Option<u32>,
    out: &mut BytesMut,
) -> Result<(), ValueError> {
    let count = put(literal, length, out)?;
    match length {
        Some(length) if count < length => {
            Err(ValueError::Type { expected: format!("{length} bits").into(), found: format!("{count}") })
        }
        _ => Ok(()),
    }
}

/// Appends a `varbit`, which has at most as many.
pub(super) fn encode_varying(
    literal: &Literal<'_>,
    most: Option<u32>,
    out: &mut BytesMut,
) -> Result<(), ValueError> {
    put(literal, most, out).map(drop)
}

/// Appends at most so many bits; gives how many. `B` before binary digits may stand there, `X` before hexadecimal ones must.
fn put(literal: &Literal<'_>, most: Option<u32>, out: &mut BytesMut) -> Result<u32, ValueError> {
    let refused = || wrong(FORM, literal);
    let Literal::Text(text) = literal else { return Err(refused()) };
    let text = text.trim();
    let (digits, bits_each) = match text.as_bytes() {
        [b'x' | b'X', digits @ ..] => (digits, 4),
        [b'b' | b'B', digits @ ..] => (digits, 1),
        digits => (digits, 1),
    };
    let count = u32::try_from(digits.len())
        .ok()
        .and_then(|count| count.checked_mul(bits_each))
        .ok_or_else(refused)?;
    if most.is_some_and(|most| count > most) {
        let limit = format!("{}", most.unwrap_or_default());
        return Err(ValueError::TooLong { limit, found: format!("{count} bits") });
    }
    out.put_u32(count);
    let mut byte = 0_u32;
    let mut filled = 0;
    for digit in digits {
        let value = char::from(*digit).to_digit(1 << bits_each).ok_or_else(refused)?;
        byte = byte << bits_each | value;
        filled += bits_each;
        if filled == 8 {
            out.put_u8(u8::try_from(byte).unwrap_or_default());
            (byte, filled) = (0, 0);
        }
    }
    if filled > 0 {
        out.put_u8(u8::try_from(byte << (8 - filled)).unwrap_or_default());
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varying(text: &str, most: Option<u32>) -> Result<Vec<u8>, ValueError> {
        let mut out = BytesMut::new();
        encode_varying(&Literal::Text(text.into()), most, &mut out).map(|()| out.to_vec())
    }

    #[test]
    fn bits_fill_bytes_from_the_left() {
        assert_eq!(varying("1", None).unwrap(), [0, 0, 0, 1, 0x80]);
        assert_eq!(varying("B101100001", None).unwrap(), [0, 0, 0, 9, 0xb0, 0x80]);
        assert_eq!(varying("X1fA", None).unwrap(), [0, 0, 0, 12, 0x1f, 0xa0]);
        assert_eq!(varying("", None).unwrap(), [0, 0, 0, 0]);
    }

    #[test]
    fn the_length_is_the_columns() {
        assert!(varying("1011", Some(4)).is_ok());
        assert_eq!(varying("10110", Some(4)).unwrap_err().to_string(), "5 bits do not fit into 4");
        let exact =
            |text: &str| encode(&Literal::Text(text.to_owned().into()), Some(4), &mut BytesMut::new());
        assert!(exact("1011").is_ok());
        assert_eq!(exact("101").unwrap_err().to_string(), "expected 4 bits, found 3");
        assert!(exact("10110").is_err());
    }

    #[test]
    fn other_digits_are_refused() {
        for bad in ["102", "Xfg", "1 0", "0x1F"] {
            assert!(varying(bad, None).is_err(), "{bad}");
        }
        assert!(encode(&Literal::Number("101"), None, &mut BytesMut::new()).is_err());
    }
}
