//! What was seen of each column while records are looked at: their keys and pointers, as the mapping leads them.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::kind::Kind;
use super::names::{alike, name_of};
use super::{Found, InferError, Look};
use crate::encode::shorten;
use crate::mapping::{Pointer, Source, UnknownKey};

/// The longest name of a column, in bytes; PostgreSQL would cut it.
const LONGEST_NAME: usize = 63;
/// The most columns of a table (manual, limits).
const MOST_COLUMNS: usize = 1600;

/// What was seen so far.
pub(super) struct Seen<'l> {
    look: &'l Look,
    pub(super) columns: Vec<Found>,
    /// The columns by their names as the mapping's rule sees them.
    alike: HashMap<String, usize>,
    /// The keys that pointers lead through: they are not columns of their own.
    through: Vec<String>,
    pointers: Vec<(usize, &'l Pointer)>,
    /// Records that can be rows.
    pub(super) rows: u64,
}

impl<'l> Seen<'l> {
    pub(super) fn new(look: &'l Look) -> Result<Self, InferError> {
        let mut seen = Self {
            look,
            columns: Vec::new(),
            alike: HashMap::new(),
            through: Vec::new(),
            pointers: Vec::new(),
            rows: 0,
        };
        for (name, source) in &look.mapping.columns {
            match source {
                Source::Record(false) => seen.through.push(name.clone()),
                Source::Record(true) => seen.always(name, Some(Kind::Jsonb))?,
                Source::Constant(constant) if constant.json() == "null" => seen.always(name, None)?,
                Source::Constant(constant) => seen.always(name, Some(Kind::of_json(constant.json())))?,
                Source::Pointer(pointer) => {
                    let at = seen.column(name)?;
                    seen.pointers.push((at, pointer));
                    seen.through.extend(pointer.steps().first().cloned());
                }
            }
        }
        if let UnknownKey::Column(name) = &look.mapping.unknown {
            let at = seen.column(name)?;
            if let Some(column) = seen.columns.get_mut(at) {
                column.kind = Some(Kind::Jsonb);
            }
        }
        Ok(seen)
    }

    /// A column that every row has.
    fn always(&mut self, name: &str, kind: Option<Kind>) -> Result<(), InferError> {
        let at = self.column(name)?;
        if let Some(column) = self.columns.get_mut(at) {
            column.given = u64::MAX;
            column.null_seen = kind.is_none();
            column.kind = kind;
        }
        Ok(())
    }

    /// The column of this name, made if it is new.
    fn column(&mut self, name: &str) -> Result<usize, InferError> {
        if let Some(at) = self.columns.iter().position(|column| column.name == name) {
            return Ok(at);
        }
        let refuse = |why| Err(InferError::Name { key: shorten(name), why });
        match name.len() {
            0 => return refuse("it is empty"),
            1..=LONGEST_NAME => {}
            _ => return refuse("it is longer than 63 bytes; a mapping can lead it to a shorter name"),
        }
        if name.contains('\0') {
            return refuse("it holds U+0000");
        }
        if self.columns.len() == MOST_COLUMNS {
            return Err(InferError::TooMany);
        }
        let at = self.columns.len();
        self.columns.push(Found {
            name: name.to_owned(),
            kind: None,
            given: 0,
            null_seen: false,
            last_record: u64::MAX,
        });
        // Of two columns that are alike to the mapping's rule, the first one takes the values.
        self.alike.entry(alike(self.look.mapping.names, name)).or_insert(at);
        Ok(at)
    }

    /// The column that a key leads to, if it leads to one.
    fn column_of_key(&mut self, key: &str) -> Result<Option<usize>, InferError> {
        let mapping = &self.look.mapping;
        if let Some(at) = self.alike.get(&alike(mapping.names, key)) {
            let of_key =
                self.columns.get(*at).is_some_and(|column| !mapping.columns.contains_key(&column.name));
            return Ok((of_key && !self.takes_unknown(*at)).then_some(*at));
        }
        if mapping.unknown != UnknownKey::Reject || self.through.iter().any(|through| through == key) {
            return Ok(None);
        }
        self.column(&name_of(mapping.names, key)).map(Some)
    }

    fn takes_unknown(&self, at: usize) -> bool {
        let UnknownKey::Column(name) = &self.look.mapping.unknown else { return false };
        self.columns.get(at).is_some_and(|column| column.name == *name)
    }

    pub(super) fn json(&mut self, text: &str) -> Result<(), InferError> {
        let Ok(record) = serde_json::from_str::<Members<'_>>(text) else { return Ok(()) };
        for (key, value) in &record.0 {
            if let Some(at) = self.column_of_key(key)? {
                self.value(at, (value.get() != "null").then(|| Kind::of_json(value.get())));
            }
        }
        for (at, pointer) in self.pointers.clone() {
            if let Some(value) = follow(text, pointer.steps()) {
                self.value(at, (value != "null").then(|| Kind::of_json(value)));
            }
        }
        self.rows += 1;
        Ok(())
    }

    pub(super) fn csv(
        &mut self,
        names: &csv::StringRecord,
        fields: &csv::StringRecord,
    ) -> Result<(), InferError> {
        if names.len() != fields.len() {
            return Ok(());
        }
        let null = self.look.csv_null.as_str();
        let kind = |field: &str| (!field.is_empty() && field != null).then(|| Kind::of_field(field));
        for (name, field) in names.iter().zip(fields) {
            if let Some(at) = self.column_of_key(name.trim())? {
                self.value(at, kind(field));
            }
        }
        for (at, pointer) in self.pointers.clone() {
            let field = match pointer.steps() {
                [step] => names.iter().zip(fields).find(|(name, _)| name.trim() == step),
                _ => None,
            };
            if let Some((_, field)) = field {
                self.value(at, kind(field));
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Takes the value of a column in the current record; `None` is null.
    fn value(&mut self, at: usize, kind: Option<Kind>) {
        let Some(column) = self.columns.get_mut(at) else { return };
        let Some(kind) = kind else {
            column.null_seen = true;
            return;
        };
        column.kind = Some(match column.kind.take() {
            None => kind,
            Some(before) => before.join(kind),
        });
        // A key that comes twice in a record is one value.
        if column.last_record != self.rows {
            column.last_record = self.rows;
            column.given = column.given.saturating_add(1);
        }
    }
}

/// The members of an object, in the order in which they are written.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Members<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<'a>(std::marker::PhantomData<&'a ()>);
        impl<'de: 'a, 'a> serde::de::Visitor<'de> for Visitor<'a> {
            type Value = Members<'a>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members<'a>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor(std::marker::PhantomData))
    }
}

/// The value that a pointer leads to. Of a key that comes twice on its way the last one counts.
fn follow<'a>(value: &'a str, steps: &[String]) -> Option<&'a str> {
    let Some((step, rest)) = steps.split_first() else { return Some(value) };
    if value.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(value).ok()?;
        return follow(items.get(step.parse::<usize>().ok()?)?.get(), rest);
    }
    let members = serde_json::from_str::<Members<'_>>(value).ok()?;
    follow(members.0.iter().rev().find(|(key, _)| key == step)?.1.get(), rest)
}
