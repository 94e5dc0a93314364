//! JSON with one rule more: a key comes once in an object. Of two, a reader would have to choose what the policy says.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::ListingError;
use super::thing::shown;

/// The documents of a text: one, or several one behind the other, as `>>` writes them.
pub(super) fn documents(name: &str, text: &str) -> Result<Vec<Value>, ListingError> {
    // What some editors and shells put in front of a text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let documents = serde_json::Deserializer::from_str(text).into_iter::<Once>();
    documents.map(|document| document.map(|it| it.0).map_err(|error| not_json(name, &error))).collect()
}

fn not_json(name: &str, error: &serde_json::Error) -> ListingError {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    let (line, column) = (error.line(), error.column());
    ListingError::NotJson { name: shown(name), what: shown(what), line, column }
}

struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Once)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Once(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(key) = items.next_key::<String>()? {
            if all.contains_key(&key) {
                return Err(A::Error::custom(format!("the key `{}` comes twice in one object", shown(&key))));
            }
            let Once(value) = items.next_value()?;
            all.insert(key, value);
        }
        Ok(Value::Object(all))
    }
}
