//! `hstore` (layout: `hstore_send` in the server): texts by texts, from an object or from the extension's own text `"a"=>"1", "b"=>NULL`.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

use bytes::{BufMut, BytesMut};
use serde_json::value::RawValue;

use super::literal::{Cell, Literal, ValueError, wrong};
use super::{Encoding, encode as encode_value, encode_null};

const FORM: &str = r#"an object of texts, or "a"=>"1""#;
const TEXT: Encoding = Encoding::Text { max: None };

/// Appends an `hstore`. Of a key that comes twice an object has the last value, as JSON readers have it, and a text the first, as the
/// extension has it.
pub(super) fn encode(cell: Cell<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let literal = cell.literal()?;
    let refused = || wrong(FORM, &literal);
    let object: &str = match &literal {
        Literal::Text(text) if text.trim_start().starts_with('{') => text,
        Literal::Text(text) => {
            let pairs = parse(text).ok_or_else(refused)?;
            return put(&pairs, |value: &Option<String>| value.as_deref().map(Cell::Field), out);
        }
        Literal::Nested(text) => text,
        _ => return Err(refused()),
    };
    let pairs: BTreeMap<String, &RawValue> = serde_json::from_str(object).map_err(|_| refused())?;
    put(&pairs, |value: &&RawValue| (value.get() != "null").then_some(Cell::Json(value.get())), out)
}

fn put<T>(
    pairs: &BTreeMap<String, T>,
    cell: impl Fn(&T) -> Option<Cell<'_>>,
    out: &mut BytesMut,
) -> Result<(), ValueError> {
    // A payload's record is far too small for more.
    out.put_i32(i32::try_from(pairs.len()).unwrap_or(i32::MAX));
    for (key, value) in pairs {
        encode_value(&TEXT, Cell::Field(key), out)?;
        match cell(value) {
            None => encode_null(out),
            Some(cell) => encode_value(&TEXT, cell, out)?,
        }
    }
    Ok(())
}

/// Takes the extension's own text apart; `NULL` without quotes is null.
fn parse(text: &str) -> Option<BTreeMap<String, Option<String>>> {
    let mut pairs = BTreeMap::new();
    let mut characters = text.trim().chars().peekable();
    while characters.peek().is_some() {
        let (key, _) = part(&mut characters)?;
        spaces(&mut characters);
        characters.next_if_eq(&'=').and_then(|_| characters.next_if_eq(&'>'))?;
        spaces(&mut characters);
        let (value, quoted) = part(&mut characters)?;
        let value = (quoted || !value.eq_ignore_ascii_case("null")).then_some(value);
        pairs.entry(key).or_insert(value);
        spaces(&mut characters);
        if characters.next_if_eq(&',').is_some() {
            spaces(&mut characters);
        } else if characters.peek().is_some() {
            return None;
        }
    }
    Some(pairs)
}

/// A key or a value, and whether it was quoted.
fn part(characters: &mut Peekable<Chars<'_>>) -> Option<(String, bool)> {
    let mut value = String::new();
    if characters.next_if_eq(&'"').is_some() {
        loop {
            match characters.next()? {
                '"' => return Some((value, true)),
                '\\' => value.push(characters.next()?),
                c => value.push(c),
            }
        }
    }
    while let Some(c) = characters.next_if(|c| !matches!(c, ',' | '=' | '"') && !c.is_ascii_whitespace()) {
        value.push(if c == '\\' { characters.next()? } else { c });
    }
    (!value.is_empty()).then_some((value, false))
}

fn spaces(characters: &mut Peekable<Chars<'_>>) {
    while characters.next_if(char::is_ascii_whitespace).is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(cell: Cell<'_>) -> Result<Vec<u8>, ValueError> {
        let mut out = BytesMut::new();
        encode(cell, &mut out).map(|()| out.to_vec())
    }

    #[test]
    fn an_object_and_the_extensions_text_are_the_same() {
        let expected = encoded(Cell::Json(r#"{"a":"1","b \"":null,"c":"NULL","d":"x=>y"}"#)).unwrap();
        for text in [
            r#""a"=>"1", "b \""=>NULL, "c"=>"NULL", "d"=>"x=>y""#,
            r#" a => 1,"b \"" =>null , c=>"NULL",d=>x\=>y "#,
            r#"a=>1,a=>2,"b \""=>NULL,c=>"NULL","d"=>"x=>y","#,
            r#"{"a":1,"b \"":null,"c":"NULL","d":"x=>y"}"#,
        ] {
            assert_eq!(encoded(Cell::Field(text)).unwrap(), expected, "{text}");
        }
        assert_eq!(encoded(Cell::Json("{}")).unwrap(), [0, 0, 0, 0]);
        assert_eq!(encoded(Cell::Json(r#""""#)).unwrap(), [0, 0, 0, 0]);
    }

    #[test]
    fn what_is_no_hstore_is_refused() {
        for bad in ["a", "a=>", "=>1", "a=1", r#""a=>1"#, "a=>1 b=>2", ",", "a=>1,,", r#""a"=>"1\"#] {
            assert!(encoded(Cell::Field(bad)).is_err(), "{bad}");
        }
        for bad in ["[]", "1", r#"{"a":{}}"#, r#"{"a":"\u0000"}"#, r#"{"\u0000":"a"}"#] {
            assert!(encoded(Cell::Json(bad)).is_err(), "{bad}");
        }
    }
}
