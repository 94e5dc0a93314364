//! `point`: two numbers in double precision (layout: `point_send` in the server). The other shapes of its family go as text.

use bytes::{BufMut, BytesMut};
use serde_json::value::RawValue;

use super::literal::{Cell, Literal, ValueError, wrong};
use super::number::float8;

const FORM: &str = "a point as [1.5, 2] or \"(1.5,2)\"";

/// Appends a `point` from an array of two numbers, or from PostgreSQL's text, with or without parentheses.
pub(super) fn encode(cell: Cell<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let literal = cell.literal()?;
    let refused = || wrong(FORM, &literal);
    let (x, y) = match &literal {
        Literal::Text(text) if !text.trim_start().starts_with('[') => {
            let text = text.trim();
            let inner = match text.strip_prefix('(') {
                Some(rest) => rest.strip_suffix(')').ok_or_else(refused)?,
                None => text,
            };
            let (x, y) = inner.split_once(',').ok_or_else(refused)?;
            let number = |text: &str| float8(&Literal::Text(text.to_owned().into()));
            (number(x)?, number(y)?)
        }
        Literal::Text(text) => pair(text, refused)?,
        Literal::Nested(text) => pair(text, refused)?,
        _ => return Err(refused()),
    };
    out.put_f64(x);
    out.put_f64(y);
    Ok(())
}

fn pair(json: &str, refused: impl Fn() -> ValueError) -> Result<(f64, f64), ValueError> {
    let (x, y): (&RawValue, &RawValue) = serde_json::from_str(json).map_err(|_| refused())?;
    let number = |value: &RawValue| Cell::Json(value.get()).literal().and_then(|literal| float8(&literal));
    Ok((number(x)?, number(y)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_two_numbers() {
        let encoded = |cell| {
            let mut out = BytesMut::new();
            encode(cell, &mut out).map(|()| out.to_vec())
        };
        let expected = [1.5_f64.to_be_bytes(), (-2_f64).to_be_bytes()].concat();
        for json in ["[1.5, -2]", r#""(1.5,-2)""#, r#"" 1.5 , -2 ""#, r#"["1.5", -2.0]"#, r#""[1.5,-2]""#] {
            assert_eq!(encoded(Cell::Json(json)).unwrap(), expected, "{json}");
        }
        assert_eq!(encoded(Cell::Field("(1.5,-2)")).unwrap(), expected);
        for bad in
            ["[1]", "[1,2,3]", "[1,null]", r#"{"x":1,"y":2}"#, r#""(1,2""#, r#""1""#, "1", r#""(1,2,3)""#]
        {
            assert!(encoded(Cell::Json(bad)).is_err(), "{bad}");
        }
    }
}
