//! `json` and `jsonb`: the text of the payload itself, never parsed and printed again. And `hstore`, which is an object, too.

use std::collections::BTreeMap;

use bytes::{BufMut, BytesMut};
use serde_json::value::RawValue;

use super::Encoding;
use super::literal::{Cell, ValueError, shorten};

/// The version byte in front of a `jsonb` text (`jsonb_recv` in the server).
const JSONB_VERSION: u8 = 1;

/// Appends a `json` value.
pub(super) fn encode(cell: Cell<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    out.put_slice(document(cell)?.as_bytes());
    Ok(())
}

/// Appends a `jsonb` value.
pub(super) fn encode_b(cell: Cell<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let text = document(cell)?;
    if has_nul_escape(text) {
        return Err(ValueError::Character("\\u0000, which jsonb cannot hold (json can)"));
    }
    out.put_u8(JSONB_VERSION);
    out.put_slice(text.as_bytes());
    Ok(())
}

/// Appends an `hstore` (layout: `hstore_send`): an object of texts, numbers, booleans and nulls. A key that comes twice has its last
/// value.
pub(super) fn encode_hstore(cell: Cell<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let text = document(cell)?;
    let wrong = || ValueError::Type { expected: "an object of texts".into(), found: shorten(text) };
    let pairs: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(|_| wrong())?;
    out.put_i32(i32::try_from(pairs.len()).map_err(|_| wrong())?);
    for (key, value) in pairs {
        super::encode(&Encoding::Text { max: None }, Cell::Field(&key), out)?;
        match value.get() {
            "null" => super::encode_null(out),
            value => super::encode(&Encoding::Text { max: None }, Cell::Json(value), out)?,
        }
    }
    Ok(())
}

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

/// Whether a `\u0000` stands in the text, and not as `\\u0000`.
fn has_nul_escape(text: &str) -> bool {
    text.match_indices("\\u0000").any(|(at, _)| {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_backslash_is_no_nul() {
        assert!(has_nul_escape(r#"{"a":"\u0000"}"#));
        assert!(!has_nul_escape(r#"{"a":"\\u0000"}"#));
        assert!(has_nul_escape(r#"{"a":"\\\u0000"}"#));
    }

    #[test]
    fn a_csv_field_must_be_json() {
        let mut out = BytesMut::new();
        encode_b(Cell::Field(r#"{"a": 1}"#), &mut out).unwrap();
        assert_eq!(&out[..], b"\x01{\"a\": 1}");
        assert!(encode(Cell::Field("{a}"), &mut out).is_err());
    }
}
