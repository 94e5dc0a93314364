//! `json` and `jsonb`: the text of the payload itself, never parsed and printed again.

use bytes::{BufMut, BytesMut};
use serde_json::value::RawValue;

use super::literal::{Cell, ValueError, shorten};

/// The version byte in front of a `jsonb` text (`jsonb_recv` in the server).
const JSONB_VERSION: u8 = 1;

/// How deeply arrays and objects may stand in one another. The server takes some thousands, by the size of its stack; few readers take
/// as many as this.
const MOST_LEVELS: usize = 1_000;

/// Appends a `json` value.
pub(super) fn encode(cell: Cell<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let text = document(cell)?;
    check_depth(text)?;
    out.put_slice(text.as_bytes());
    Ok(())
}

/// Appends a `jsonb` value.
pub(super) fn encode_b(cell: Cell<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let text = document(cell)?;
    check_depth(text)?;
    check_escapes(text)?;
    out.put_u8(JSONB_VERSION);
    out.put_slice(text.as_bytes());
    Ok(())
}

/// The JSON text of a document.
fn document(cell: Cell<'_>) -> Result<&str, ValueError> {
    match cell {
        Cell::Json(text) => Ok(text),
        Cell::Field(text) => match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) => Ok(raw.get()),
            Err(_) => {
                Err(ValueError::Type { expected: "JSON".into(), found: format!("\"{}\"", shorten(text)) })
            }
        },
    }
}

/// Refuses what `jsonb` cannot hold and `json` can: U+0000, and half of a surrogate pair.
fn check_escapes(text: &str) -> Result<(), ValueError> {
    let mut rest = text.as_bytes();
    // Whether the escape just before was the first half of a pair.
    let mut open = false;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let code = unicode_escape(rest.get(at..).unwrap_or_default());
        let low = matches!(code, Some(0xdc00..=0xdfff));
        if code == Some(0) {
            return Err(ValueError::Character("\\u0000, which jsonb cannot hold (json can)"));
        }
        if low != (open && at == 0) || open && at != 0 {
            return Err(HALF);
        }
        open = matches!(code, Some(0xd800..=0xdbff));
        rest = rest.get(at + if code.is_some() { 6 } else { 2 }..).unwrap_or_default();
    }
    if open { Err(HALF) } else { Ok(()) }
}

const HALF: ValueError = ValueError::Character(
    "a \\u escape that is half of a surrogate pair, which jsonb cannot hold (json can)",
);

/// The code of `\uXXXX` at the beginning of the text; `None` for any other escape.
fn unicode_escape(text: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = text else { return None };
    let digits = digits.first_chunk::<4>()?;
    digits.iter().try_fold(0, |code, digit| Some(code << 4 | char::from(*digit).to_digit(16)?))
}

fn check_depth(text: &str) -> Result<(), ValueError> {
    let opens = |byte: &u8| matches!(byte, b'[' | b'{');
    // Most documents are too short for it.
    if text.len() <= 2 * MOST_LEVELS || text.bytes().filter(|byte| opens(byte)).count() <= MOST_LEVELS {
        return Ok(());
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MOST_LEVELS {
            let found = format!("more than {MOST_LEVELS} levels of nesting");
            return Err(ValueError::TooLong { limit: format!("{MOST_LEVELS}"), found });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jsonb_takes_whole_characters_only() {
        for good in [
            r#"{"a":"\\u0000"}"#,
            r#""\ud83d\ude00""#,
            r#""\ud83d\ude00\ud83d\ude00""#,
            r#""\\ud83d""#,
            r#""\u00e9\n\"""#,
            "[]",
        ] {
            assert_eq!(check_escapes(good), Ok(()), "{good}");
        }
        for bad in [
            r#"{"a":"\u0000"}"#,
            r#"{"a":"\\\u0000"}"#,
            r#"{"\u0000":1}"#,
            r#""\ud83d""#,
            r#""\ude00""#,
            r#""\ud83dx\ude00""#,
            r#""\ud83d\n\ude00""#,
            r#""\ud83d\ud83d\ude00""#,
            r#""\ud83d\ude00\ude00""#,
            r#""\uD83D\u0041""#,
        ] {
            assert!(check_escapes(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn depth_is_bounded_and_brackets_in_texts_are_none() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(check_depth(&nested(MOST_LEVELS)), Ok(()));
        assert!(check_depth(&nested(MOST_LEVELS + 1)).is_err());
        let mut out = BytesMut::new();
        let objects = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
        let error = encode_b(Cell::Json(&objects), &mut out).unwrap_err();
        assert_eq!(error.to_string(), "more than 1000 levels of nesting do not fit into 1000");
        assert!(encode(Cell::Field(&objects), &mut out).is_err());
        assert_eq!(check_depth(&format!(r#"["\"{}"]"#, "[".repeat(5_000))), Ok(()));
        assert_eq!(check_depth(&format!("[{}1]", "[],".repeat(5_000))), Ok(()));
    }

    #[test]
    fn a_csv_field_must_be_json() {
        let mut out = BytesMut::new();
        encode_b(Cell::Field(r#"{"a": 1}"#), &mut out).unwrap();
        assert_eq!(&out[..], b"\x01{\"a\": 1}");
        assert!(encode(Cell::Field("{a}"), &mut out).is_err());
    }
}
