//! A value of a type without an encoder: its text, for the type's own input function in the server.

use bytes::{BufMut, BytesMut};

use super::framed;
use super::literal::{Cell, Literal, ValueError};
use super::text::refuse_nul;

/// Appends the text that stands for a value, with its length in front: a string without its escapes, a number or boolean as it is
/// written, an object or array as its JSON text, a CSV field as it is. The server says whether the type takes it.
pub(crate) fn encode_as_text(cell: Cell<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let literal = cell.literal()?;
    let text = match &literal {
        Literal::Text(text) => text,
        Literal::Number(text) | Literal::Nested(text) => *text,
        Literal::Bool(true) => "true",
        Literal::Bool(false) => "false",
    };
    refuse_nul(text)?;
    framed(out, |out| {
        out.put_slice(text.as_bytes());
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_its_text() {
        let encoded = |cell| {
            let mut out = BytesMut::new();
            encode_as_text(cell, &mut out).map(|()| out.to_vec())
        };
        for (json, text) in [
            (r#""<a>\n\"\u00e9\"</a>""#, "<a>\n\"é\"</a>"),
            ("-1.50e3", "-1.50e3"),
            ("true", "true"),
            ("false", "false"),
            (r#"{"a": [1, "\n"]}"#, r#"{"a": [1, "\n"]}"#),
            ("[]", "[]"),
            (r#""""#, ""),
        ] {
            let expected = [&u32::try_from(text.len()).unwrap().to_be_bytes()[..], text.as_bytes()].concat();
            assert_eq!(encoded(Cell::Json(json)).unwrap(), expected, "{json}");
        }
        assert_eq!(encoded(Cell::Field("$1.50")).unwrap(), b"\0\0\0\x05$1.50");
        assert!(encoded(Cell::Json(r#""a\u0000b""#)).is_err());
        assert!(encoded(Cell::Field("a\0b")).is_err());
        assert!(encoded(Cell::Json(r#""\ud83d""#)).is_err());
    }
}
