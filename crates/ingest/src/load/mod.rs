//! What is to be done with a payload: the table, how records become rows of it, what happens to rows that are there already and to
//! records that cannot be stored, and the payload's name. Typed and pure: what it means for a certain table is `plan`'s, how it
//! is done is `write`'s.

mod mode;
mod path;

pub use mode::{Key, Mode, ModeError, ModeKind, OnReject, Update};
pub use path::{FieldPath, FieldPathError};

use crate::ledger::BatchId;
use crate::mapping::Mapping;
use crate::table::TableName;

/// How a payload is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// The table that is written.
    pub table: TableName,
    /// How a record's keys become columns.
    pub mapping: Mapping,
    /// What happens to rows that are there already.
    pub mode: Mode,
    /// What happens to records that cannot be stored.
    pub on_reject: OnReject,
    /// Rows to delete before anything else, besides what the mode deletes.
    pub delete: Option<Deletion>,
    /// The payload's name; with one it is stored once, however often it comes.
    pub batch: Option<BatchId>,
    /// How many rejects the receipt holds whole; the others are counted.
    pub most_rejects: usize,
}

/// Rows to delete by the values of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The field.
    pub path: FieldPath,
    /// Its values, as text.
    pub values: Vec<String>,
}

impl Load {
    /// How many rejects a receipt holds whole, unless told otherwise.
    pub const MOST_REJECTS: usize = 20;

    /// Appends records to a table by the names of its columns; a record that cannot be stored refuses the payload.
    pub fn append(table: TableName) -> Self {
        Self {
            table,
            mapping: Mapping::default(),
            mode: Mode::Append,
            on_reject: OnReject::All,
            delete: None,
            batch: None,
            most_rejects: Self::MOST_REJECTS,
        }
    }

    /// The same under a name.
    #[must_use]
    pub fn named(mut self, batch: BatchId) -> Self {
        self.batch = Some(batch);
        self
    }
}
