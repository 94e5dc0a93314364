//! The modes of storing, and the texts by which people choose them. Pure.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::path::{FieldPath, FieldPathError};

/// What happens to rows that are there already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Nothing: every record becomes a new row.
    #[default]
    Append,
    /// A record whose key is there changes that row; another one becomes a new row.
    Upsert {
        /// What makes two rows the same.
        key: Key,
        /// What is changed of a row that is there.
        update: Update,
    },
    /// All rows with the same value of a field as one of the records are deleted, then the records become rows.
    Replace {
        /// The fields.
        by: Vec<FieldPath>,
    },
    /// The rows with the records' keys are deleted.
    Delete {
        /// What makes a record and a row the same.
        key: Key,
    },
}

/// What makes two rows the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Key {
    /// The primary key.
    #[default]
    Primary,
    /// The unique constraint or unique index of this name.
    Constraint(String),
    /// These columns. To upsert, a unique constraint or index over just these must be there.
    Columns(Vec<String>),
}

/// What an upsert changes of a row that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Update {
    /// Every column that the record has, besides the key.
    #[default]
    All,
    /// Of these columns those that the record has.
    Columns(Vec<String>),
    /// Nothing: the row stays as it is.
    Nothing,
}

/// What happens when a record cannot be stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnReject {
    /// The whole payload is refused.
    #[default]
    All,
    /// The others are stored; the record is in the receipt.
    Each,
    /// The others are stored; the record is in the receipt and in the table `adit_rejects`.
    EachKept,
}

/// The mode's name alone, as people choose it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModeKind {
    /// [`Mode::Append`]
    #[default]
    Append,
    /// [`Mode::Upsert`]
    Upsert,
    /// [`Mode::Replace`]
    Replace,
    /// [`Mode::Delete`]
    Delete,
}

/// Why a mode cannot be made of what was said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModeError {
    /// The word is not known.
    #[error("`{found}` is not one of {allowed}")]
    Unknown {
        /// What was said.
        found: String,
        /// What may be said.
        allowed: &'static str,
    },
    /// The mode needs a key that was not named.
    #[error(
        "`replace` needs a key: the field by which old rows are found, such as `source` or `metadata.source`"
    )]
    NoKey,
    /// Something was said that the mode has no use for.
    #[error("`{mode}` takes no {what}")]
    Needless {
        /// The mode.
        mode: ModeKind,
        /// What was said: `key`, `update`.
        what: &'static str,
    },
    /// A field's path is none.
    #[error(transparent)]
    Path(#[from] FieldPathError),
}

impl Mode {
    /// Puts a mode together from three texts.
    ///
    /// `key`: columns separated by commas, or `constraint NAME`; for `replace` fields, such as `metadata.source`. `update`: `all`,
    /// `nothing`, or columns separated by commas.
    ///
    /// # Errors
    /// [`ModeError`] for what does not go together.
    pub fn of(kind: ModeKind, key: Option<&str>, update: Option<&str>) -> Result<Self, ModeError> {
        if update.is_some() && kind != ModeKind::Upsert {
            return Err(ModeError::Needless { mode: kind, what: "update" });
        }
        Ok(match (kind, key) {
            (ModeKind::Append, None) => Mode::Append,
            (ModeKind::Append, Some(_)) => return Err(ModeError::Needless { mode: kind, what: "key" }),
            (ModeKind::Upsert, key) => Mode::Upsert {
                key: key.map_or(Key::Primary, Key::of),
                update: update.map_or(Update::All, Update::of),
            },
            (ModeKind::Replace, None) => return Err(ModeError::NoKey),
            (ModeKind::Replace, Some(key)) => {
                Mode::Replace { by: names(key).map(str::parse).collect::<Result<_, _>>()? }
            }
            (ModeKind::Delete, key) => Mode::Delete { key: key.map_or(Key::Primary, Key::of) },
        })
    }

    /// The mode's name.
    pub fn kind(&self) -> ModeKind {
        match self {
            Mode::Append => ModeKind::Append,
            Mode::Upsert { .. } => ModeKind::Upsert,
            Mode::Replace { .. } => ModeKind::Replace,
            Mode::Delete { .. } => ModeKind::Delete,
        }
    }
}

impl Key {
    fn of(text: &str) -> Self {
        match text.trim().strip_prefix("constraint ") {
            Some(name) => Key::Constraint(name.trim().to_owned()),
            None => Key::Columns(names(text).map(str::to_owned).collect()),
        }
    }
}

impl Update {
    fn of(text: &str) -> Self {
        match text.trim() {
            "all" => Update::All,
            "nothing" => Update::Nothing,
            columns => Update::Columns(names(columns).map(str::to_owned).collect()),
        }
    }
}

fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

impl FromStr for ModeKind {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.trim().to_ascii_lowercase().as_str() {
            "append" => ModeKind::Append,
            "upsert" => ModeKind::Upsert,
            "replace" => ModeKind::Replace,
            "delete" => ModeKind::Delete,
            _ => return Err(unknown(text, "append, upsert, replace, delete")),
        })
    }
}

impl fmt::Display for ModeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ModeKind::Append => "append",
            ModeKind::Upsert => "upsert",
            ModeKind::Replace => "replace",
            ModeKind::Delete => "delete",
        })
    }
}

impl fmt::Display for OnReject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OnReject::All => "all",
            OnReject::Each => "each",
            OnReject::EachKept => "each-kept",
        })
    }
}

impl FromStr for OnReject {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.trim().to_ascii_lowercase().as_str() {
            "all" => OnReject::All,
            "each" => OnReject::Each,
            "each-kept" => OnReject::EachKept,
            _ => return Err(unknown(text, "all, each, each-kept")),
        })
    }
}

fn unknown(found: &str, allowed: &'static str) -> ModeError {
    ModeError::Unknown { found: found.chars().take(40).collect(), allowed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_put_together_from_texts() {
        let of = |kind: &str, key, update| Mode::of(kind.parse()?, key, update);
        assert_eq!(of("append", None, None), Ok(Mode::Append));
        assert_eq!(
            of("UPSERT", Some("a, b"), Some("nothing")),
            Ok(Mode::Upsert { key: Key::Columns(vec!["a".into(), "b".into()]), update: Update::Nothing })
        );
        assert_eq!(
            of("upsert", Some("constraint items_email_key"), None),
            Ok(Mode::Upsert { key: Key::Constraint("items_email_key".into()), update: Update::All })
        );
        assert_eq!(
            of("replace", Some("metadata.source"), None),
            Ok(Mode::Replace { by: vec!["metadata.source".parse().unwrap()] })
        );
        assert_eq!(of("delete", None, None), Ok(Mode::Delete { key: Key::Primary }));
    }

    #[test]
    fn what_does_not_go_together_is_said() {
        let say = |kind: &str, key, update| match kind.parse().and_then(|kind| Mode::of(kind, key, update)) {
            Ok(mode) => panic!("{mode:?}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(say("merge", None, None), "`merge` is not one of append, upsert, replace, delete");
        assert_eq!(say("append", Some("id"), None), "`append` takes no key");
        assert_eq!(say("replace", Some("a"), Some("all")), "`replace` takes no update");
        assert!(say("replace", None, None).starts_with("`replace` needs a key"));
        assert!(say("replace", Some("a..b"), None).contains("a..b"));
    }
}
