//! JSON records: the reading of one record's keys and values.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::meter::{Meter, Metered};
use super::stream::Stream;
use super::{RecordFault, Span, Values, push_json_string};
use crate::encode::{shorten, shorten_name};
use crate::error::PayloadError;
use crate::mapping::{Fields, Node, Unknown};

/// Reads JSON records from a stream.
pub(crate) struct JsonReader {
    stream: Stream,
    spans: Vec<Span>,
    /// What is made for a record: the mapping's constants, then its keys without a column.
    made: String,
    /// The keys that led to the columns last, where names need not be the same letter by letter.
    learned: Vec<String>,
}

impl JsonReader {
    pub(super) fn new(input: Metered, meter: Meter) -> Self {
        let stream = Stream::new(input, meter);
        Self { stream, spans: Vec::new(), made: String::new(), learned: Vec::new() }
    }

    /// The payload is nothing but records one after another, whatever the first of them looks like.
    pub(super) fn expect_records(&mut self) {
        self.stream.expect_records();
    }

    /// The next record's values and what is wrong with it.
    pub(crate) fn next(
        &mut self,
        fields: &Fields<'_>,
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
        self.spans.extend_from_slice(fields.template());
        self.made.clear();
        self.made.push_str(fields.constants());
        let walk = Walk {
            text,
            fields,
            spans: &mut self.spans,
            made: &mut self.made,
            learned: &mut self.learned,
            unknown: None,
        };
        match walk.record() {
            Ok(fault) => Ok(Some((Values { spans: &self.spans, text, made: &self.made, csv: None }, fault))),
            Err(error) => Err(self.stream.malformed(start + offset_of(text, &error), message_of(&error))),
        }
    }
}

/// The walk through one record, which notes where the columns' values stand.
struct Walk<'a, 't> {
    text: &'a str,
    fields: &'a Fields<'t>,
    spans: &'a mut Vec<Span>,
    made: &'a mut String,
    learned: &'a mut Vec<String>,
    /// The first key that leads nowhere.
    unknown: Option<String>,
}

impl<'a> Walk<'a, '_> {
    fn record(mut self) -> Result<Option<RecordFault>, serde_json::Error> {
        if !self.text.starts_with('{') {
            let value: &RawValue = serde_json::from_str(self.text)?;
            return Ok(Some(RecordFault::NotAnObject { found: shorten(value.get()) }));
        }
        for column in self.fields.whole() {
            self.set(*column, self.text);
        }
        let extra = self.made.len();
        let mut deserializer = serde_json::Deserializer::from_str(self.text);
        (&mut self).deserialize(&mut deserializer)?;
        deserializer.end()?;
        if let (Unknown::Column(column), true) = (self.fields.unknown(), self.made.len() > extra) {
            self.made.push('}');
            self.put(column, Span::Made { start: extra, end: self.made.len() });
        }
        Ok(self.unknown.take().map(RecordFault::UnknownKey))
    }

    /// What a key leads to: a column by its name, and a branch of the tree of pointers.
    fn find(&mut self, key: &str, hint: usize) -> (Option<usize>, Option<&'a Node>) {
        let node = self.fields.tree().and_then(|tree| tree.step(key));
        if !self.fields.is_lenient() {
            return (self.fields.column(key, hint), node);
        }
        if self.learned.get(hint).is_some_and(|learned| learned == key) {
            return (Some(hint), node);
        }
        let column = self.fields.column(key, hint);
        if let Some(column) = column {
            self.learned.resize(self.spans.len(), String::new());
            if let Some(learned) = self.learned.get_mut(column) {
                key.clone_into(learned);
            }
        }
        (column, node)
    }

    /// A key that leads nowhere.
    fn stray(&mut self, key: String, value: &str) {
        match self.fields.unknown() {
            Unknown::Reject => {
                self.unknown.get_or_insert_with(|| shorten_name(&key));
            }
            Unknown::Ignore => {}
            Unknown::Column(_) => {
                self.made.push(if self.made.len() == self.fields.constants().len() { '{' } else { ',' });
                push_json_string(&key, self.made);
                self.made.push(':');
                self.made.push_str(value);
            }
        }
    }

    /// A value, which is a piece of the record's text, for a column.
    fn set(&mut self, column: usize, value: &str) {
        let span = if value == "null" {
            self.fields.null()
        } else {
            let start = value.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
            Span::Text { start, end: start + value.len() }
        };
        // A key that comes twice: the last one wins, as in jsonb.
        self.put(column, span);
    }

    fn put(&mut self, column: usize, span: Span) {
        if let Some(slot) = self.spans.get_mut(column) {
            *slot = span;
        }
    }

    /// Forgets what a branch had.
    fn clear(&mut self, node: &Node) {
        for column in &node.columns {
            self.put(*column, Span::Absent);
        }
        for child in node.children() {
            self.clear(child);
        }
    }

    /// A value for all columns of a branch.
    fn branch(&mut self, node: &Node, value: &str) -> Result<(), serde_json::Error> {
        for column in &node.columns {
            self.set(*column, value);
        }
        if node.is_leaf() {
            return Ok(());
        }
        // Of a key that comes twice the last value counts, with what it does not have.
        for child in node.children() {
            self.clear(child);
        }
        if value.starts_with(['{', '[']) {
            Branch { walk: self, node }.deserialize(&mut serde_json::Deserializer::from_str(value))?;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &mut Walk<'de, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Walk<'de, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut hint = 0;
        while let Some(key) = map.next_key_seed(KeySeed { walk: self, hint })? {
            let value = map.next_value::<&RawValue>()?.get();
            match key {
                Key::Known { column, node } => {
                    if let Some(column) = column {
                        hint = column + 1;
                        self.set(column, value);
                    }
                    if let Some(node) = node {
                        self.branch(node, value).map_err(serde::de::Error::custom)?;
                    }
                }
                Key::Stray(key) => self.stray(key, value),
            }
        }
        Ok(())
    }
}

enum Key<'a> {
    Known { column: Option<usize>, node: Option<&'a Node> },
    Stray(String),
}

/// Looks a key up without copying it.
struct KeySeed<'w, 'a, 't> {
    walk: &'w mut Walk<'a, 't>,
    hint: usize,
}

impl<'de, 'a> DeserializeSeed<'de> for KeySeed<'_, 'a, '_> {
    type Value = Key<'a>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key<'a>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for KeySeed<'_, 'a, '_> {
    type Value = Key<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'a>, E> {
        Ok(match self.walk.find(key, self.hint) {
            (None, None) => Key::Stray(key.to_owned()),
            (column, node) => Key::Known { column, node },
        })
    }
}

/// The walk through a value that pointers lead into.
struct Branch<'w, 'a, 't, 'n> {
    walk: &'w mut Walk<'a, 't>,
    node: &'n Node,
}

impl<'de> DeserializeSeed<'de> for Branch<'_, '_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Branch<'_, '_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            let value = map.next_value::<&RawValue>()?.get();
            if let Some(node) = self.node.step(&key) {
                self.walk.branch(node, value).map_err(serde::de::Error::custom)?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut at = 0_usize;
        while let Some(value) = items.next_element::<&RawValue>()? {
            if let Some(node) = self.node.step(&at.to_string()) {
                self.walk.branch(node, value.get()).map_err(serde::de::Error::custom)?;
            }
            at += 1;
        }
        Ok(())
    }
}

/// The byte of `text` that an error is about: the library counts lines and columns from 1.
pub(super) fn offset_of(text: &str, error: &serde_json::Error) -> usize {
    let line_start: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    (line_start + error.column().saturating_sub(1)).min(text.len())
}

/// The library's message without its line and column, which count from the record and not from the payload.
pub(super) fn message_of(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message) {
        "expected ident" => "expected `null`, `true` or `false`".to_owned(),
        message => message.to_owned(),
    }
}
