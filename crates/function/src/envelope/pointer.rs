//! A JSON pointer (RFC 6901) into a body that is one object: where a batch's name stands.

use std::borrow::Cow;

use adit_ingest::Pointer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::values::trimmed;

/// What stands where a pointer points to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pointed {
    /// The body is not one JSON object.
    Elsewhere,
    /// Nothing that could be a name.
    Nothing,
    /// A text, or the digits of a whole number.
    Name(String),
}

/// Looks for a name in a body.
pub(super) fn find(pointer: &Pointer, body: &[u8]) -> Pointed {
    if !trimmed(body).starts_with(b"{") {
        return Pointed::Elsewhere;
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let Ok(found) = (Step { keys: pointer.steps() }).deserialize(&mut deserializer) else {
        return Pointed::Elsewhere;
    };
    match (deserializer.end(), found.map(RawValue::get)) {
        (Err(_), _) => Pointed::Elsewhere,
        (Ok(()), Some(text)) if text.starts_with('"') => serde_json::from_str::<Cow<'_, str>>(text)
            .map_or(Pointed::Nothing, |text| Pointed::Name(text.into())),
        (Ok(()), Some(number)) if number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
            Pointed::Name(number.to_owned())
        }
        _ => Pointed::Nothing,
    }
}

/// The way that is still to go from a value.
#[derive(Clone, Copy)]
struct Step<'p> {
    keys: &'p [String],
}

impl<'de> DeserializeSeed<'de> for Step<'_> {
    type Value = Option<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self.keys {
            [] => <&RawValue>::deserialize(deserializer).map(Some),
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Step<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match self.keys {
                // A key that comes twice: the last one wins, as among the records.
                [first, rest @ ..] if *first == key => found = map.next_value_seed(Step { keys: rest })?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let (at, rest) = match self.keys {
            [first, rest @ ..] => (first.parse::<usize>().ok(), rest),
            [] => (None, self.keys),
        };
        let mut found = None;
        for index in 0.. {
            let more = if Some(index) == at {
                seq.next_element_seed(Step { keys: rest })?.map(|value| found = value).is_some()
            } else {
                seq.next_element::<IgnoredAny>()?.is_some()
            };
            if !more {
                break;
            }
        }
        Ok(found)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(pointer: &str, body: &str) -> Pointed {
        super::find(&pointer.parse().unwrap(), body.as_bytes())
    }

    #[test]
    fn names_are_found_by_their_way() {
        let body = r#" {"id":"a\u00e4","n":{"x/y":{"~":-7},"l":[1,{"m":"in"}]},"id2":1.5,"":"e","t":true,"d":1,"d":2} "#;
        for (pointer, name) in [
            ("/id", "aä"),
            ("/n/x~1y/~0", "-7"),
            ("/n/l/1/m", "in"),
            ("/n/l/0", "1"),
            ("/", "e"),
            ("/d", "2"),
        ] {
            assert_eq!(find(pointer, body), Pointed::Name(name.to_owned()), "{pointer}");
        }
        for pointer in
            ["/no", "/n", "/n/l", "/n/l/2", "/n/l/-", "/id2", "/id/x", "/t", "/t/x", "/id2/x", "/n/l/0/x"]
        {
            assert_eq!(find(pointer, body), Pointed::Nothing, "{pointer}");
        }
    }

    #[test]
    fn what_is_not_one_object_has_no_name() {
        for body in [
            "",
            "[]",
            r#"[{"id":"a"}]"#,
            r#"{"id":"a"} {"id":"b"}"#,
            r#"{"id":"a""#,
            "id\na\n",
            r#"{"id":nope}"#,
        ] {
            assert_eq!(find("/id", body), Pointed::Elsewhere, "{body}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_pointer_and_body_end(pointer in "(/[a1]{0,2}(~[01])?){1,3}", body in "[{}\\[\\]\",:a1 ]{0,30}") {
            let _ = find(&pointer, &body);
        }
    }
}
