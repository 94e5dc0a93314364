//! Ranges and multiranges over any encodable type (layouts: `range_send` and `multirange_send` in the server), from PostgreSQL's own
//! text, an object with bounds, or an array of ranges. The server brings them into their canonical form and says what is no range.

use std::borrow::Cow;

use bytes::{BufMut, BytesMut};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::literal::{Cell, Literal, ValueError, wrong};
use super::{Encoding, encode as encode_value, framed};

const RANGE_FORM: &str = r#"a range as "[1,5)" or {"lower": 1, "upper": 5, "bounds": "[)"}"#;
const MULTIRANGE_FORM: &str = r#"ranges as "{[1,5),[7,9)}" or ["[1,5)", …]"#;

const EMPTY: u8 = 0x01;
const LOWER_INCLUSIVE: u8 = 0x02;
const UPPER_INCLUSIVE: u8 = 0x04;
const LOWER_INFINITE: u8 = 0x08;
const UPPER_INFINITE: u8 = 0x10;

/// Appends a range.
pub(super) fn encode(cell: Cell<'_>, subtype: &Encoding, out: &mut BytesMut) -> Result<(), ValueError> {
    let literal = cell.literal()?;
    match &literal {
        // An array would be taken for the fields of the object in their order.
        Literal::Nested(text) if text.starts_with('{') => put_object(text, &literal, subtype, out),
        Literal::Text(text) if text.trim_start().starts_with('{') => put_object(text, &literal, subtype, out),
        Literal::Text(text) => match Parsed::read(text) {
            Some((range, rest)) if rest.trim_start().is_empty() => range.put(subtype, out),
            _ => Err(wrong(RANGE_FORM, &literal)),
        },
        _ => Err(wrong(RANGE_FORM, &literal)),
    }
}

/// Appends a multirange.
pub(super) fn encode_multi(cell: Cell<'_>, subtype: &Encoding, out: &mut BytesMut) -> Result<(), ValueError> {
    let literal = cell.literal()?;
    let refused = || wrong(MULTIRANGE_FORM, &literal);
    let start = out.len();
    out.put_i32(0);
    let mut count = 0_i32;
    match &literal {
        Literal::Nested(text) => {
            let ranges: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| refused())?;
            for range in ranges.iter().map(|range| range.get()).filter(|range| *range != "null") {
                framed(out, |out| encode(Cell::Json(range), subtype, out))?;
                count = count.saturating_add(1);
            }
            if i32::try_from(ranges.len()) != Ok(count) {
                return Err(refused());
            }
        }
        Literal::Text(text) if text.trim_start().starts_with('[') => {
            out.truncate(start);
            return encode_multi(Cell::Json(text.trim()), subtype, out);
        }
        Literal::Text(text) => {
            let mut rest = text.trim().strip_prefix('{').ok_or_else(refused)?.trim_start();
            while !(count == 0 && rest.starts_with('}')) {
                let (range, behind) = Parsed::read(rest).ok_or_else(refused)?;
                framed(out, |out| range.put(subtype, out))?;
                count = count.saturating_add(1);
                rest = behind.trim_start();
                match rest.strip_prefix(',') {
                    Some(next) => rest = next.trim_start(),
                    None => break,
                }
            }
            if rest != "}" {
                return Err(refused());
            }
        }
        _ => return Err(refused()),
    }
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&count.to_be_bytes());
    }
    Ok(())
}

/// `{"lower": …, "upper": …, "bounds": "[)"}`: a bound that is null or absent is none, and without `bounds` the upper one is not a part.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds<'a> {
    #[serde(borrow, default)]
    lower: Option<&'a RawValue>,
    #[serde(borrow, default)]
    upper: Option<&'a RawValue>,
    #[serde(borrow, default)]
    bounds: Option<Cow<'a, str>>,
}

fn put_object(
    text: &str,
    literal: &Literal<'_>,
    subtype: &Encoding,
    out: &mut BytesMut,
) -> Result<(), ValueError> {
    let object: Bounds<'_> = serde_json::from_str(text).map_err(|_| wrong(RANGE_FORM, literal))?;
    let inclusive = match object.bounds.as_deref() {
        None | Some("[)") => (true, false),
        Some("[]") => (true, true),
        Some("()") => (false, false),
        Some("(]") => (false, true),
        Some(_) => return Err(wrong(r#"bounds as "[)", "[]", "()" or "(]""#, literal)),
    };
    let lower = object.lower.map(|bound| Cell::Json(bound.get()));
    let upper = object.upper.map(|bound| Cell::Json(bound.get()));
    put(lower, upper, inclusive, subtype, out)
}

fn put(
    lower: Option<Cell<'_>>,
    upper: Option<Cell<'_>>,
    inclusive: (bool, bool),
    subtype: &Encoding,
    out: &mut BytesMut,
) -> Result<(), ValueError> {
    let flag =
        |bound: Option<Cell<'_>>, inclusive: bool, [when_inclusive, when_infinite]: [u8; 2]| match bound {
            None => when_infinite,
            Some(_) if inclusive => when_inclusive,
            Some(_) => 0,
        };
    out.put_u8(
        flag(lower, inclusive.0, [LOWER_INCLUSIVE, LOWER_INFINITE])
            | flag(upper, inclusive.1, [UPPER_INCLUSIVE, UPPER_INFINITE]),
    );
    for bound in [lower, upper].into_iter().flatten() {
        encode_value(subtype, bound, out)?;
    }
    Ok(())
}

/// A range of PostgreSQL's own text.
enum Parsed {
    Empty,
    Range { lower: Option<String>, upper: Option<String>, inclusive: (bool, bool) },
}

impl Parsed {
    /// Reads `empty`, or bounds in brackets (manual, range input): what contains a bracket, comma, quote or backslash is quoted or escaped,
    /// and nothing at all is no bound. Gives what stands behind it.
    fn read(text: &str) -> Option<(Self, &str)> {
        let text = text.trim_start();
        if let Some((word, rest)) = text.split_at_checked("empty".len())
            && word.eq_ignore_ascii_case("empty")
        {
            return Some((Self::Empty, rest));
        }
        let (lower_inclusive, rest) = match text.strip_prefix('[') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('(')?),
        };
        let (lower, rest) = bound(rest)?;
        let (upper, rest) = bound(rest.strip_prefix(',')?)?;
        let (upper_inclusive, rest) = match rest.strip_prefix(']') {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix(')')?),
        };
        Some((Self::Range { lower, upper, inclusive: (lower_inclusive, upper_inclusive) }, rest))
    }

    fn put(&self, subtype: &Encoding, out: &mut BytesMut) -> Result<(), ValueError> {
        match self {
            Self::Empty => {
                out.put_u8(EMPTY);
                Ok(())
            }
            Self::Range { lower, upper, inclusive } => {
                let (lower, upper) = (lower.as_deref().map(Cell::Field), upper.as_deref().map(Cell::Field));
                put(lower, upper, *inclusive, subtype, out)
            }
        }
    }
}

/// One bound, up to the comma or bracket behind it. `""` is an empty text, nothing is no bound.
fn bound(text: &str) -> Option<(Option<String>, &str)> {
    let ends = |c: char| matches!(c, ',' | ')' | ']');
    if text.starts_with(ends) {
        return Some((None, text));
    }
    let mut value = String::new();
    let mut quoted = false;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => value.push(characters.next()?.1),
            '"' if quoted && characters.peek().is_some_and(|(_, next)| *next == '"') => {
                characters.next();
                value.push('"');
            }
            '"' => quoted = !quoted,
            c if !quoted && ends(c) => return Some((Some(value), text.get(at..)?)),
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(cell: Cell<'_>) -> Result<Vec<u8>, ValueError> {
        let mut out = BytesMut::new();
        encode(cell, &Encoding::Int2, &mut out).map(|()| out.to_vec())
    }

    #[test]
    fn the_layout_is_the_servers() {
        // As `select range_send(…)` prints them.
        let one_to_five = [0x02, 0, 0, 0, 2, 0, 1, 0, 0, 0, 2, 0, 5];
        for json in [
            r#""[1,5)""#,
            r#"" [ 1 , \"5\" ) ""#,
            r#"{"lower": 1, "upper": 5}"#,
            r#"{"upper": "5", "bounds": "[)", "lower": 1}"#,
        ] {
            assert_eq!(encoded(Cell::Json(json)).unwrap(), one_to_five, "{json}");
        }
        assert_eq!(encoded(Cell::Field(r#"{"lower": 1, "upper": 5}"#)).unwrap(), one_to_five);
        assert_eq!(encoded(Cell::Field("empty")).unwrap(), [0x01]);
        assert_eq!(encoded(Cell::Json("{}")).unwrap(), [0x18]);
        assert_eq!(encoded(Cell::Field("[,5]")).unwrap(), [0x0c, 0, 0, 0, 2, 0, 5]);
        assert_eq!(
            encoded(Cell::Json(r#"{"lower": null, "upper": 5, "bounds": "[]"}"#)).unwrap(),
            encoded(Cell::Field("(,5]")).unwrap()
        );
    }

    #[test]
    fn bounds_are_quoted_and_escaped() {
        let read = |text| match Parsed::read(text) {
            Some((Parsed::Range { lower, upper, .. }, rest)) => (lower, upper, rest.to_owned()),
            _ => panic!("{text}"),
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read(r#"["a,b]","c""d\"")x"#), (some("a,b]"), some(r#"c"d""#), "x".to_owned()));
        assert_eq!(read(r#"(a\,b,"")"#), (some("a,b"), some(""), String::new()));
        assert_eq!(read("[ä,ö]"), (some("ä"), some("ö"), String::new()));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for bad in ["", "[1,5", "1,5", "[1;5]", "[1,5) x", "[1,2,3]", "[\"1,5)", "[1,5)\\", "emptyx", "[a,b]"]
        {
            assert!(encoded(Cell::Field(bad)).is_err(), "{bad}");
        }
        for bad in [
            "5",
            "[1,5]",
            r#"{"lower": 1, "uper": 5}"#,
            r#"{"lower": 1, "bounds": "[["}"#,
            r#"{"lower": 1, "lower": 2}"#,
            r#"{"lower": "a"}"#,
        ] {
            assert!(encoded(Cell::Json(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn multiranges_are_counted() {
        let multi = |cell: Cell<'_>| {
            let mut out = BytesMut::new();
            encode_multi(cell, &Encoding::Int2, &mut out).map(|()| out.to_vec())
        };
        let expected = multi(Cell::Field("{[1,5), [7,9), empty}")).unwrap();
        assert_eq!(expected[..8], [0, 0, 0, 3, 0, 0, 0, 13]);
        for same in [r#"["[1,5)", {"lower": 7, "upper": 9}, "empty"]"#, r#""{[1,5),[7,9),empty}""#] {
            assert_eq!(multi(Cell::Json(same)).unwrap(), expected, "{same}");
        }
        assert_eq!(multi(Cell::Field(r#"["[1,5)", "[7,9)", "empty"]"#)).unwrap(), expected);
        assert_eq!(multi(Cell::Json("[]")).unwrap(), multi(Cell::Field("{ }")).unwrap());
        for bad in ["", "{", "{[1,5)", "{[1,5),}", "{[1,5)} x", "{,}", "[1,5)", "{[1,5)[7,9)}"] {
            assert!(multi(Cell::Field(bad)).is_err(), "{bad}");
        }
        assert!(multi(Cell::Json(r#"["[1,5)", null]"#)).is_err());
        assert!(multi(Cell::Json(r#"{"lower": 1}"#)).is_err());
    }
}
