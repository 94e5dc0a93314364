//! The records of messages, joined into one payload. What a message holds is its sender's: an object, objects one after another,
//! or an array of them. One that holds something else must not stop the others, so it stands among the records as a text that
//! says what is wrong and what came: the encoder refuses it in its place, as it refuses everything that is no object.

use std::fmt;

use adit_fdk::Bytes;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::values;

/// Records, as the elements of an array: what stands in one is a record whatever it looks like.
pub(super) struct Lines(Vec<u8>);

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NoContent,
    NotBase64,
    NotUtf8,
    NotJson,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoContent => "is empty",
            Self::NotBase64 => "is not base64",
            Self::NotUtf8 => "is not UTF-8",
            Self::NotJson => "is not JSON",
        })
    }
}

impl Lines {
    pub(super) fn new() -> Self {
        Self(b"[".to_vec())
    }

    /// Adds the records that a message holds.
    pub(super) fn add(&mut self, content: &[u8]) -> Result<(), Fault> {
        let content = std::str::from_utf8(content).map_err(|_| Fault::NotUtf8)?;
        if content.trim_ascii().is_empty() {
            return Err(Fault::NoContent);
        }
        let before = self.0.len();
        self.add_values(content).map_err(|_| {
            self.0.truncate(before);
            Fault::NotJson
        })
    }

    /// Adds a text in the place of a message that is at fault, with what came.
    pub(super) fn add_fault(&mut self, index: usize, fault: Fault, came: &str) {
        let text = if came.is_empty() {
            format!("message {index} {fault}")
        } else {
            format!("message {index} {fault}: {came}")
        };
        // A text always has a JSON form.
        self.push(&serde_json::to_string(&text).unwrap_or_default());
    }

    pub(super) fn finish(mut self) -> Bytes {
        self.0.push(b']');
        self.0.into()
    }

    fn add_values(&mut self, content: &str) -> Result<(), serde_json::Error> {
        values::each(content.as_bytes(), &mut |value| {
            if value.get().starts_with('{') {
                serde_json::from_str::<Keys>(value.get())?;
            }
            self.push(value.get());
            Ok(())
        })
    }

    fn push(&mut self, record: &str) {
        if self.0.len() > 1 {
            self.0.extend_from_slice(b",\n");
        }
        self.0.extend_from_slice(record.as_bytes());
    }
}

/// An object whose keys can be read: they are texts, and a raw value is looked at for less.
struct Keys;

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self)
    }
}

impl<'de> Visitor<'de> for Keys {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while map.next_key::<Key>()?.is_some() {
            map.next_value::<IgnoredAny>()?;
        }
        Ok(self)
    }
}

struct Key;

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Self)
    }
}

impl Visitor<'_> for Key {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(contents: &[&[u8]]) -> String {
        let mut lines = Lines::new();
        for (index, content) in contents.iter().enumerate() {
            if let Err(fault) = lines.add(content) {
                lines.add_fault(index, fault, &String::from_utf8_lossy(content));
            }
        }
        String::from_utf8(lines.finish().to_vec()).unwrap()
    }

    #[test]
    fn every_shape_of_a_message_is_flattened() {
        let text = joined(&[br#"{"a":1}"#, b"{\"a\":2}\n{\"a\":3}", br#" [{"a":4}, {"a":5}] "#, b"[]"]);
        assert_eq!(text, "[{\"a\":1},\n{\"a\":2},\n{\"a\":3},\n{\"a\":4},\n{\"a\":5}]");
        assert_eq!(joined(&[]), "[]");
        // What would be something else at the front of a payload.
        assert_eq!(joined(&[br#"[[1],{"rows":[{}]}]"#]), "[[1],\n{\"rows\":[{}]}]");
    }

    #[test]
    fn what_is_at_fault_stands_in_its_place() {
        let text = joined(&[
            br#"{"a":1}"#,
            br#"{"a":1} {"b":}"#,
            b"\xff",
            b" ",
            br#"{"\ud800":1}"#,
            br#"{"a":"x"#,
            br#"{"a":2}"#,
        ]);
        let values: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let said: Vec<&str> = values.iter().filter_map(|value| value.as_str()).collect();
        assert_eq!(
            said,
            [
                r#"message 1 is not JSON: {"a":1} {"b":}"#,
                "message 2 is not UTF-8: \u{fffd}",
                "message 3 is empty:  ",
                r#"message 4 is not JSON: {"\ud800":1}"#,
                r#"message 5 is not JSON: {"a":"x"#,
            ]
        );
        assert_eq!((values.len(), &values[6]["a"]), (7, &serde_json::json!(2)));
    }

    proptest::proptest! {
        #[test]
        fn any_message_leaves_an_array(content: Vec<u8>, json in "[{}\\[\\]\",:a1 ]{0,20}") {
            let text = joined(&[&content, json.as_bytes(), br#"{"last":1}"#]);
            let values: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
            proptest::prop_assert_eq!(values.last(), Some(&serde_json::json!({"last": 1})));
        }
    }
}
