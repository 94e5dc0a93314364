//! How the keys of a record become the columns of a row, as people write it: JSON, every part of it optional. What it comes to for a
//! certain table is `fields`'.

mod fields;
mod pointer;

pub(crate) use fields::{Fields, Unknown};
pub(crate) use pointer::Node;
pub use pointer::{Pointer, PointerError};

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::encode::Epoch;

/// How records become rows. The default: by the columns' own names, with an unknown key at fault.
///
/// ```
/// let mapping = adit_ingest::Mapping::from_json(r#"{
///     "columns": {
///         "email":  {"pointer": "/user/email"},
///         "origin": {"constant": "web"},
///         "raw":    {"record": true}
///     },
///     "names": "snake",
///     "unknown": {"column": "extra"},
///     "null": "absent",
///     "epoch": "milliseconds"
/// }"#)?;
/// # assert_ne!(mapping, adit_ingest::Mapping::default());
/// # Ok::<(), adit_ingest::MappingError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// Where columns come from that do not come from the key of their name.
    pub columns: BTreeMap<String, Source>,
    /// When a key and a column have the same name.
    pub names: NameRule,
    /// What happens to a key that leads to no column.
    pub unknown: UnknownKey,
    /// What an explicit `null` means.
    pub null: NullMeans,
    /// What a number counts in a column of dates or timestamps; without it, a number is no moment.
    pub epoch: Option<Epoch>,
}

/// Where a column's value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Source {
    /// A place in the record (RFC 6901); in CSV `/name` is the field of that name.
    Pointer(Pointer),
    /// The same value in every row.
    Constant(Constant),
    /// The whole record, for a `jsonb` or `json` column. `false`: nothing fills the column.
    Record(bool),
}

/// A value as JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant(pub(crate) String);

/// When a key of a record and a column have the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameRule {
    /// When they are the same letter by letter.
    #[default]
    Exact,
    /// Whatever the case of the letters.
    IgnoreCase,
    /// Whatever the case, and whether words are joined by `_`, `-`, a space or a capital: `firstName` is `first_name`.
    Snake,
}

/// What happens to a key that leads to no column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownKey {
    /// The record is at fault.
    #[default]
    Reject,
    /// Nothing.
    Ignore,
    /// It goes into this `jsonb` column, with all others of the record.
    Column(String),
}

/// What an explicit `null` means (in CSV: the empty field).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NullMeans {
    /// Null.
    #[default]
    Null,
    /// The same as if the key were not there: the column's default.
    Absent,
}

/// Why a text is not a mapping.
#[derive(Debug, thiserror::Error)]
#[error("the mapping is wrong: {0}")]
pub struct MappingError(#[source] serde_json::Error);

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// [`MappingError`], with the line and column.
    pub fn from_json(text: &str) -> Result<Self, MappingError> {
        serde_json::from_str(text).map_err(MappingError)
    }
}

impl Constant {
    /// A text.
    pub fn text(text: &str) -> Self {
        // A string always has a JSON form.
        Self(serde_json::to_string(text).unwrap_or_default())
    }

    /// Its JSON text.
    pub(crate) fn json(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Constant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
        Ok(Self(value.get().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_read_whole() {
        let mapping = Mapping::from_json(
            r#"{"columns": {"a": {"pointer": "/x/0"}, "b": {"constant": [1, null]}, "c": {"record": true}},
                "names": "ignore-case", "unknown": "ignore", "null": "absent"}"#,
        )
        .unwrap();
        assert_eq!(mapping.columns["b"], Source::Constant(Constant("[1, null]".to_owned())));
        assert_eq!((mapping.names, mapping.unknown), (NameRule::IgnoreCase, UnknownKey::Ignore));
        assert_eq!(Mapping::from_json("{}").unwrap(), Mapping::default());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, said) in [
            (r#"{"column": {}}"#, "unknown field `column`, expected one of"),
            (r#"{"names": "Snake"}"#, "unknown variant `Snake`, expected one of `exact`"),
            (r#"{"columns": {"a": {"pointer": "x"}}}"#, "a pointer begins with `/`"),
            (r#"{"unknown": {"colum": "x"}}"#, "unknown variant `colum`"),
            ("[", "EOF while parsing"),
        ] {
            let error = Mapping::from_json(text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
