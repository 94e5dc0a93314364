//! The narrowest type that takes a value as it is written, and the narrowest one that takes all values of two types. What a value
//! of a type looks like is asked of its encoder, so that a type which is found here takes the values that it was found by.

use bytes::BytesMut;
use serde_json::value::RawValue;
use tokio_postgres::types::Type;

use crate::encode::{Cell, Encoding, encode};

/// A type that values can be found to have. Never wider than it must be, never narrower than the text of the value says: the text
/// `"007"` is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    /// A whole number that a `double precision` holds exactly.
    Small,
    Bigint,
    /// A number that comes out of a `double precision` as it went in.
    Double,
    Numeric,
    Uuid,
    Date,
    Timestamp,
    Timestamptz,
    Text,
    Jsonb,
    /// An array without elements: any array takes it.
    EmptyArray,
    /// An array of scalars, of one dimension.
    Array(Box<Kind>),
}

/// The largest whole number below which a `double precision` holds all of them.
const EXACT_IN_DOUBLE: u64 = 1 << 53;

impl Kind {
    /// The narrowest type of a JSON value that is not null.
    pub(super) fn of_json(text: &str) -> Self {
        match text.as_bytes().first() {
            Some(b't' | b'f') => Kind::Bool,
            Some(b'{') => Kind::Jsonb,
            Some(b'[') => of_array(text),
            Some(b'"') => match serde_json::from_str::<String>(text) {
                Ok(value) => of_text(&value),
                Err(_) => Kind::Text,
            },
            _ => of_number(text),
        }
    }

    /// The narrowest type of a CSV field that is not null. A document in a field stays a text.
    pub(super) fn of_field(text: &str) -> Self {
        if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
            Kind::Bool
        } else if is_plain_number(text) {
            of_number(text)
        } else {
            of_text(text)
        }
    }

    /// The narrowest type that takes the values of both.
    pub(super) fn join(self, other: Self) -> Self {
        use Kind::{
            Array, Bigint, Date, Double, EmptyArray, Jsonb, Numeric, Small, Text, Timestamp, Timestamptz,
        };
        match (self, other) {
            (one, other) if one == other => one,
            (Jsonb, _) | (_, Jsonb) => Jsonb,
            (EmptyArray, Array(element)) | (Array(element), EmptyArray) => Array(element),
            (Array(one), Array(other)) => {
                one.join_elements(*other).map_or(Jsonb, |joined| Array(Box::new(joined)))
            }
            (Array(_) | EmptyArray, _) | (_, Array(_) | EmptyArray) => Jsonb,
            (Small, Bigint) | (Bigint, Small) => Bigint,
            (Small, Double) | (Double, Small) => Double,
            (Numeric, Small | Bigint | Double) | (Small | Bigint | Double, Numeric) => Numeric,
            (Bigint, Double) | (Double, Bigint) => Numeric,
            // A date is a time at midnight; a time without an offset is taken for one in UTC.
            (Date, Timestamp) | (Timestamp, Date) => Timestamp,
            (Timestamptz, Date | Timestamp) | (Date | Timestamp, Timestamptz) => Timestamptz,
            _ => Text,
        }
    }

    /// As [`Kind::join`] inside an array, where a document keeps apart what a text would make alike: 1 and "1".
    fn join_elements(self, other: Self) -> Option<Self> {
        (self.family() == other.family()).then(|| self.join(other))
    }

    /// What a value is written as in JSON.
    fn family(&self) -> Family {
        match self {
            Kind::Bool => Family::Bool,
            Kind::Small | Kind::Bigint | Kind::Double | Kind::Numeric => Family::Number,
            Kind::Uuid | Kind::Date | Kind::Timestamp | Kind::Timestamptz | Kind::Text => Family::Text,
            Kind::Jsonb | Kind::EmptyArray | Kind::Array(_) => Family::Nested,
        }
    }

    /// The type as SQL writes it.
    pub(super) fn sql(&self) -> String {
        match self {
            Kind::Bool => "boolean".to_owned(),
            Kind::Small | Kind::Bigint => "bigint".to_owned(),
            Kind::Double => "double precision".to_owned(),
            Kind::Numeric => "numeric".to_owned(),
            Kind::Uuid => "uuid".to_owned(),
            Kind::Date => "date".to_owned(),
            Kind::Timestamp => "timestamp".to_owned(),
            Kind::Timestamptz => "timestamptz".to_owned(),
            Kind::Text => "text".to_owned(),
            Kind::Jsonb | Kind::EmptyArray => "jsonb".to_owned(),
            Kind::Array(element) => format!("{}[]", element.sql()),
        }
    }

    /// How its values are encoded, and the type that they are sent as.
    pub(super) fn encoding(&self) -> (Encoding, Type) {
        match self {
            Kind::Bool => (Encoding::Bool, Type::BOOL),
            Kind::Small | Kind::Bigint => (Encoding::Int8, Type::INT8),
            Kind::Double => (Encoding::Float8, Type::FLOAT8),
            Kind::Numeric => (Encoding::Numeric, Type::NUMERIC),
            Kind::Uuid => (Encoding::Uuid, Type::UUID),
            Kind::Date => (Encoding::Date, Type::DATE),
            Kind::Timestamp => (Encoding::Timestamp, Type::TIMESTAMP),
            Kind::Timestamptz => (Encoding::Timestamptz, Type::TIMESTAMPTZ),
            Kind::Text => (Encoding::Text { max: None }, Type::TEXT),
            Kind::Jsonb | Kind::EmptyArray => (Encoding::Jsonb, Type::JSONB),
            Kind::Array(element) => {
                let (encoding, of) = element.encoding();
                let element = Encoding::Array { element_oid: of.oid(), element: Box::new(encoding) };
                (element, array_of(&of))
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Bool,
    Number,
    Text,
    Nested,
}

fn array_of(element: &Type) -> Type {
    match *element {
        Type::BOOL => Type::BOOL_ARRAY,
        Type::INT8 => Type::INT8_ARRAY,
        Type::FLOAT8 => Type::FLOAT8_ARRAY,
        Type::NUMERIC => Type::NUMERIC_ARRAY,
        Type::UUID => Type::UUID_ARRAY,
        Type::DATE => Type::DATE_ARRAY,
        Type::TIMESTAMP => Type::TIMESTAMP_ARRAY,
        Type::TIMESTAMPTZ => Type::TIMESTAMPTZ_ARRAY,
        _ => Type::TEXT_ARRAY,
    }
}

/// Whether an encoder takes a value.
fn takes(encoding: &Encoding, cell: Cell<'_>) -> bool {
    encode(encoding, cell, &mut BytesMut::new()).is_ok()
}

/// An array of scalars of one family; everything else is a document.
fn of_array(text: &str) -> Kind {
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) else { return Kind::Jsonb };
    if items.is_empty() {
        return Kind::EmptyArray;
    }
    let mut joined: Option<Kind> = None;
    for item in items.iter().map(|item| item.get()).filter(|item| *item != "null") {
        let kind = Kind::of_json(item);
        // A number that only a text holds would lose what it is.
        let lost = kind == Kind::Text && !item.starts_with('"');
        joined = match joined {
            _ if lost || kind.family() == Family::Nested => return Kind::Jsonb,
            None => Some(kind),
            Some(before) => match before.join_elements(kind) {
                Some(kind) => Some(kind),
                None => return Kind::Jsonb,
            },
        };
    }
    joined.map_or(Kind::Jsonb, |element| Kind::Array(Box::new(element)))
}

/// A text is something else only where it is written as that is written everywhere: a UUID with hyphens, a date with hyphens.
fn of_text(text: &str) -> Kind {
    let shape = |at: usize| text.as_bytes().get(at).copied();
    let dated = shape(4) == Some(b'-') && shape(7) == Some(b'-');
    let timed = dated && matches!(shape(10), Some(b'T' | b' ')) && shape(13) == Some(b':');
    let field = Cell::Field(text);
    match text.len() {
        36 if shape(8) == Some(b'-') && takes(&Encoding::Uuid, field) => Kind::Uuid,
        10 if dated && text.is_ascii() && takes(&Encoding::Date, field) => Kind::Date,
        16.. if timed && text.is_ascii() && !text.ends_with(' ') && takes(&Encoding::Timestamptz, field) => {
            let offset = text.bytes().skip(10).any(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-'));
            if offset { Kind::Timestamptz } else { Kind::Timestamp }
        }
        _ => Kind::Text,
    }
}

/// Whether a field is a number as JSON writes one: no sign but `-`, no leading zero, digits on both sides of the point.
fn is_plain_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && serde_json::from_str::<&RawValue>(text).is_ok_and(|raw| raw.get().len() == text.len())
}

fn of_number(text: &str) -> Kind {
    if !text.contains(['.', 'e', 'E']) {
        return match text.parse::<i64>() {
            Ok(number) if number.unsigned_abs() <= EXACT_IN_DOUBLE => Kind::Small,
            Ok(_) => Kind::Bigint,
            Err(_) if takes(&Encoding::Numeric, Cell::Json(text)) => Kind::Numeric,
            Err(_) => Kind::Text,
        };
    }
    let comes_back = text
        .parse::<f64>()
        .is_ok_and(|number| number.is_finite() && significant(&format!("{number:e}")) == significant(text));
    match comes_back {
        true => Kind::Double,
        false if takes(&Encoding::Numeric, Cell::Json(text)) => Kind::Numeric,
        false => Kind::Text,
    }
}

/// A number as its digits, without zeros at either end, and the power of ten behind the first of them.
fn significant(text: &str) -> Option<(String, i64)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i64 = exponent.parse().ok()?;
    let mantissa = mantissa.trim_start_matches('-');
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let kept = digits.trim_start_matches('0');
    let skipped = i64::try_from(digits.len() - kept.len()).ok()?;
    let kept = kept.trim_end_matches('0');
    if kept.is_empty() {
        return Some((String::new(), 0));
    }
    let first = i64::try_from(whole.len()).ok()?.checked_sub(skipped)?;
    Some((kept.to_owned(), first.checked_add(exponent)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        Kind::of_json(text).sql()
    }

    #[test]
    fn json_values_have_the_types_that_they_are_written_as() {
        for (text, sql) in [
            ("true", "boolean"),
            ("0", "bigint"),
            ("-9223372036854775808", "bigint"),
            ("9223372036854775808", "numeric"),
            ("0.1", "double precision"),
            ("517.0", "double precision"),
            ("0.30000000000000004", "double precision"),
            ("0.3000000000000000444", "numeric"),
            ("1e400", "numeric"),
            ("1e-400", "numeric"),
            ("1e200000", "text"),
            ("\"\"", "text"),
            ("\"007\"", "text"),
            ("\"true\"", "text"),
            ("\"6f1ed002-ab5b-4c0c-9b3e-0d1e5b5a7a11\"", "uuid"),
            ("\"6f1ed002ab5b4c0c9b3e0d1e5b5a7a11\"", "text"),
            ("\"2013-01-31\"", "date"),
            ("\"2013-02-30\"", "text"),
            ("\"20130131\"", "text"),
            ("\"2013-01-31 05:15\"", "timestamp"),
            ("\"2013-01-31T05:15:00.25\"", "timestamp"),
            ("\"2013-01-31T05:15:00Z\"", "timestamptz"),
            ("\"2013-01-31 05:15:00+02\"", "timestamptz"),
            ("\"\\ud800\"", "text"),
            ("{\"a\":1}", "jsonb"),
            ("[]", "jsonb"),
            ("[null]", "jsonb"),
            ("[\"a\",null,\"2013-01-31\"]", "text[]"),
            ("[1,2.5]", "double precision[]"),
            ("[1,\"1\"]", "jsonb"),
            ("[1,1e200000]", "jsonb"),
            ("[[1],[2]]", "jsonb"),
            ("[{}]", "jsonb"),
        ] {
            assert_eq!(json(text), sql, "{text}");
        }
    }

    #[test]
    fn a_field_is_a_number_only_as_json_writes_one() {
        for (text, sql) in [
            ("True", "boolean"),
            ("t", "text"),
            ("12", "bigint"),
            ("-1.5e3", "double precision"),
            ("007", "text"),
            ("+1", "text"),
            (" 1", "text"),
            ("1 ", "text"),
            (".5", "text"),
            ("-", "text"),
            ("2013-01-31", "date"),
            ("[1]", "text"),
        ] {
            assert_eq!(Kind::of_field(text).sql(), sql, "{text:?}");
        }
    }

    #[test]
    fn two_types_meet_where_neither_loses_anything() {
        let join = |one: &str, other: &str| {
            let joined = Kind::of_json(one).join(Kind::of_json(other));
            assert_eq!(joined, Kind::of_json(other).join(Kind::of_json(one)), "{one} {other}");
            joined.sql()
        };
        assert_eq!(join("1", "0.5"), "double precision");
        assert_eq!(join("9007199254740993", "0.5"), "numeric");
        assert_eq!(join("1", "true"), "text");
        assert_eq!(join("\"2013-01-31\"", "\"2013-01-31T05:15:00Z\""), "timestamptz");
        assert_eq!(join("\"2013-01-31\"", "\"2013-01-31 05:15\""), "timestamp");
        assert_eq!(join("[]", "[1]"), "bigint[]");
        assert_eq!(join("[1]", "[\"a\"]"), "jsonb");
        assert_eq!(join("[1]", "1"), "jsonb");
        assert_eq!(join("{}", "\"a\""), "jsonb");
    }
}
