//! JSON records: the reading of one record's keys and values.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::meter::{Meter, Metered};
use super::stream::Stream;
use super::{RecordFault, Values};
use crate::encode::shorten;
use crate::error::PayloadError;
use crate::table::Table;

/// Where in a record's text a column's value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// The record has no such key.
    Absent,
    /// The value is `null`.
    Null,
    /// The value's text.
    Value {
        /// Its first byte.
        start: usize,
        /// The byte behind it.
        end: usize,
    },
}

/// Reads JSON records from a stream.
pub(crate) struct JsonReader {
    stream: Stream,
    spans: Vec<Span>,
}

impl JsonReader {
    pub(super) fn new(input: Metered, meter: Meter) -> Self {
        Self { stream: Stream::new(input, meter), spans: Vec::new() }
    }

    /// The next record's values and what is wrong with it.
    pub(crate) fn next(
        &mut self,
        table: &Table,
    ) -> Result<Option<(Values<'_>, Option<RecordFault>)>, PayloadError> {
        let Some(range) = self.stream.next()? else { return Ok(None) };
        let start = range.start;
        let text = match std::str::from_utf8(self.stream.bytes(range)) {
            Ok(text) => text,
            Err(error) => {
                let at = start + error.valid_up_to();
                return Err(self.stream.malformed(at, "the bytes are not UTF-8".to_owned()));
            }
        };
        self.spans.clear();
        self.spans.resize(table.columns.len(), Span::Absent);
        match read_record(text, table, &mut self.spans) {
            Ok(fault) => Ok(Some((Values::Json { text, spans: &self.spans }, fault))),
            Err(error) => Err(self.stream.malformed(start + offset_of(text, &error), message_of(&error))),
        }
    }
}

/// Reads one record's keys and where its values stand.
fn read_record(
    text: &str,
    table: &Table,
    spans: &mut [Span],
) -> Result<Option<RecordFault>, serde_json::Error> {
    if !text.starts_with('{') {
        let value: &RawValue = serde_json::from_str(text)?;
        return Ok(Some(RecordFault::NotAnObject { found: shorten(value.get()) }));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let unknown = RecordSeed { text, table, spans }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(unknown.map(RecordFault::UnknownKey))
}

/// Fills the spans of one object; gives the first key without a column.
struct RecordSeed<'a> {
    text: &'a str,
    table: &'a Table,
    spans: &'a mut [Span],
}

impl<'de> DeserializeSeed<'de> for RecordSeed<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut unknown = None;
        let mut hint = 0;
        while let Some(key) = map.next_key_seed(KeySeed { table: self.table, hint })? {
            let column = match key {
                Key::Column(column) => column,
                Key::Unknown(key) => {
                    map.next_value::<IgnoredAny>()?;
                    unknown.get_or_insert(key);
                    continue;
                }
            };
            hint = column + 1;
            let value = map.next_value::<&RawValue>()?.get();
            let span = if value == "null" {
                Span::Null
            } else {
                let start = value.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
                Span::Value { start, end: start + value.len() }
            };
            // A key that comes twice: the last one wins, as in jsonb.
            if let Some(slot) = self.spans.get_mut(column) {
                *slot = span;
            }
        }
        Ok(unknown)
    }
}

enum Key {
    Column(usize),
    Unknown(String),
}

/// Looks a key up without copying it.
struct KeySeed<'a> {
    table: &'a Table,
    hint: usize,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        Ok(match self.table.column_at(key, self.hint) {
            Some(column) => Key::Column(column),
            None => Key::Unknown(key.to_owned()),
        })
    }
}

/// The byte of `text` that an error is about: the library counts lines and columns from 1.
fn offset_of(text: &str, error: &serde_json::Error) -> usize {
    let line_start: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    (line_start + error.column().saturating_sub(1)).min(text.len())
}

/// The library's message without its line and column, which count from the record and not from the payload.
fn message_of(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message) {
        "expected ident" => "expected `null`, `true` or `false`".to_owned(),
        message => message.to_owned(),
    }
}
