//! The values of a JSON text, one by one: the elements of its arrays, and what stands beside them. They are not collected: a small
//! text can have millions.

use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Calls `found` with each value: the elements of an array, or values that stand one after another.
pub(super) fn each<'a, E: From<serde_json::Error>>(
    text: &'a [u8],
    found: &mut dyn FnMut(&'a RawValue) -> Result<(), E>,
) -> Result<(), E> {
    for value in serde_json::Deserializer::from_slice(text).into_iter::<&RawValue>() {
        let value = value?;
        if value.get().starts_with('[') {
            elements(value, found)?;
        } else {
            found(value)?;
        }
    }
    Ok(())
}

/// A text from its first byte on that is not JSON's white space. Rust's has form feeds, too, and JSON stops at one.
pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    let blank = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
    text.get(blank..).unwrap_or_default()
}

/// The only element of an array; any other text as it is. What is sent in pieces comes in an array, though it be one object.
pub(super) fn sole(text: &[u8]) -> &[u8] {
    if !trimmed(text).starts_with(b"[") {
        return text;
    }
    serde_json::from_slice::<(&RawValue,)>(text).map_or(text, |(only,)| only.get().as_bytes())
}

/// An object with these fields. What is derived for them alone would take an array for their values in their order, too.
pub(super) struct Keyed<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Keyed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

fn elements<'a, E: From<serde_json::Error>>(
    array: &'a RawValue,
    found: &mut dyn FnMut(&'a RawValue) -> Result<(), E>,
) -> Result<(), E> {
    let mut refused = None;
    let elements = Elements { found, refused: &mut refused };
    let read = serde_json::Deserializer::from_str(array.get()).deserialize_seq(elements);
    match refused {
        Some(error) => Err(error),
        None => Ok(read?),
    }
}

struct Elements<'f, 'a, E> {
    found: &'f mut dyn FnMut(&'a RawValue) -> Result<(), E>,
    /// What stopped the reading, which the deserializer's error could not carry.
    refused: &'f mut Option<E>,
}

impl<'a, E> Visitor<'a> for Elements<'_, 'a, E> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<&'a RawValue>()? {
            if let Err(error) = (self.found)(element) {
                *self.refused = Some(error);
                return Err(A::Error::custom("refused"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Result<Vec<&str>, serde_json::Error> {
        let mut all = Vec::new();
        each(text.as_bytes(), &mut |value| {
            all.push(value.get());
            if value.get() == "null" { Err(serde_json::Error::custom("no null")) } else { Ok(()) }
        })?;
        Ok(all)
    }

    #[test]
    fn an_only_element_stands_for_its_array() {
        for (text, only) in
            [(" [{}\n] ", "{}"), ("{}", "{}"), ("[]", "[]"), ("[1,2]", "[1,2]"), ("[1", "[1"), ("", "")]
        {
            assert_eq!(sole(text.as_bytes()), only.as_bytes(), "{text}");
        }
    }

    #[test]
    fn arrays_come_apart_and_others_stay_whole() {
        assert_eq!(
            values(r#" [1, {"a":[2]}] {"b":3} [] [[4]] "#).unwrap(),
            ["1", r#"{"a":[2]}"#, r#"{"b":3}"#, "[4]"]
        );
        assert_eq!(values("").unwrap(), [""; 0]);
        assert_eq!(values("[1, null, 2]").unwrap_err().to_string(), "no null");
        for text in ["[1", "[1}", "{", "1 2 x"] {
            assert!(values(text).is_err(), "{text}");
        }
    }
}
