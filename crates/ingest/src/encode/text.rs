//! Texts and what is written as one: strings of every kind, enumeration labels, bytes, UUIDs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{BufMut, BytesMut};

use super::literal::{Literal, ValueError, wrong};

/// A text, with at most `max` characters. Numbers and booleans are taken as they are written; spaces beyond the limit are
/// cut off, as the SQL standard has it.
pub(super) fn encode(literal: &Literal<'_>, max: Option<u32>, out: &mut BytesMut) -> Result<(), ValueError> {
    let text = match literal {
        Literal::Text(text) => text,
        Literal::Number(text) => *text,
        Literal::Bool(true) => "true",
        Literal::Bool(false) => "false",
        Literal::Nested(_) => return Err(wrong("a text (a json column would take it)", literal)),
    };
    refuse_nul(text)?;
    let text = match max {
        Some(max) => fit(text, max)?,
        None => text,
    };
    out.put_slice(text.as_bytes());
    Ok(())
}

/// A `name`: 63 bytes at most, never cut.
pub(super) fn encode_name(literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let start = out.len();
    encode(literal, None, out)?;
    match out.len() - start {
        0..=63 => Ok(()),
        length => Err(ValueError::TooLong { limit: "63 bytes".to_owned(), found: format!("{length} bytes") }),
    }
}

/// An enumeration's label; the server knows which labels there are.
pub(super) fn encode_label(literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    match literal {
        Literal::Text(_) => encode(literal, None, out),
        _ => Err(wrong("one of the labels of the enumeration", literal)),
    }
}

/// Bytes: `\x` and hexadecimal digits, else base64 (RFC 4648, section 4).
pub(super) fn encode_bytea(literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let Literal::Text(text) = literal else {
        return Err(wrong("base64, or \\x and hexadecimal digits", literal));
    };
    let bytes = match text.strip_prefix("\\x") {
        Some(digits) => decode_hex(digits),
        None => STANDARD.decode(text.trim()).ok(),
    };
    out.put_slice(&bytes.ok_or_else(|| wrong("base64, or \\x and hexadecimal digits", literal))?);
    Ok(())
}

/// A UUID, with or without hyphens and braces.
pub(super) fn encode_uuid(literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let Literal::Text(text) = literal else {
        return Err(wrong("a UUID", literal));
    };
    let text = text.trim();
    let bare = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    let uuid = uuid::Uuid::try_parse(bare).map_err(|_| wrong("a UUID", literal))?;
    out.put_slice(uuid.as_bytes());
    Ok(())
}

/// PostgreSQL's texts hold every character but U+0000.
pub(super) fn refuse_nul(text: &str) -> Result<(), ValueError> {
    match memchr::memchr(0, text.as_bytes()) {
        Some(_) => Err(ValueError::Character("the character U+0000")),
        None => Ok(()),
    }
}

fn fit(text: &str, max: u32) -> Result<&str, ValueError> {
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    if text.len() <= max {
        return Ok(text);
    }
    match text.char_indices().nth(max) {
        None => Ok(text),
        Some((end, _)) => {
            let (kept, beyond) = text.split_at(end);
            if beyond.bytes().all(|byte| byte == b' ') {
                return Ok(kept);
            }
            Err(ValueError::TooLong {
                limit: format!("{max}"),
                found: format!("{} characters", text.chars().count()),
            })
        }
    }
}

/// The bytes of an even number of hexadecimal digits.
pub(super) fn decode_hex(digits: &str) -> Option<Vec<u8>> {
    let nibble = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Literal<'_> {
        Literal::Text(value.into())
    }

    #[test]
    fn length_counts_characters_and_forgives_spaces() {
        let mut out = BytesMut::new();
        encode(&text("äöü  "), Some(3), &mut out).unwrap();
        assert_eq!(&out[..], "äöü".as_bytes());
        let error = encode(&text("äöüß"), Some(3), &mut out).unwrap_err();
        assert_eq!(error.to_string(), "4 characters do not fit into 3");
    }

    #[test]
    fn bytes_are_hexadecimal_or_base64() {
        for spelling in ["\\xdeadBEEF", "3q2+7w=="] {
            let mut out = BytesMut::new();
            encode_bytea(&text(spelling), &mut out).unwrap();
            assert_eq!(&out[..], [0xde, 0xad, 0xbe, 0xef]);
        }
        assert!(encode_bytea(&text("\\xabc"), &mut BytesMut::new()).is_err());
        assert!(encode_bytea(&text("not base64!"), &mut BytesMut::new()).is_err());
    }

    #[test]
    fn nul_is_refused() {
        assert!(encode(&text("a\0b"), None, &mut BytesMut::new()).is_err());
    }
}
