//! What the caller is told: how many rows came and were stored, and which could not be, and why.

use serde::{Deserialize, Serialize};

/// What became of a payload that was stored. Every record is counted once: `received` is the sum of `inserted`, `updated`,
/// `unchanged`, `superseded` and `rejected`, except where records delete rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Receipt {
    /// The table that was written.
    pub table: String,
    /// Records in the payload.
    pub received: u64,
    /// Rows that are new.
    pub inserted: u64,
    /// Rows that were there and are different now.
    pub updated: u64,
    /// Records whose row was there and did not have to be changed; records that asked to delete a row that was not there.
    pub unchanged: u64,
    /// Rows that are gone.
    pub deleted: u64,
    /// Records that a later one of the same payload with the same key replaced.
    pub superseded: u64,
    /// Records that were not stored.
    pub rejected: u64,
    /// The first of them.
    pub rejects: Vec<Reject>,
    /// The primary key of the row, when the payload was a single one, in the key's order.
    pub key: Option<Vec<KeyPart>>,
    /// Columns whose type has no encoder here: their values went as text, and the server cast them.
    pub cast: Vec<String>,
    /// Whether the payload was stored before under the same batch id, and nothing was stored now.
    #[serde(skip)]
    pub replayed: bool,
}

/// One column of a row's primary key, with its value as PostgreSQL prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPart {
    /// The column.
    pub column: String,
    /// Its value.
    pub value: String,
    /// Whether the value is an integer, and so a JSON number.
    pub integer: bool,
}

/// A record that cannot be a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// Its place in the payload, from 0; absent when the server did not say which row it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// The column that is at fault, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The kind of fault.
    pub code: RejectCode,
    /// What was expected, and what was found.
    pub reason: String,
}

/// The kinds of faults that a record can have. Each has a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RejectCode {
    /// The table has no such column.
    #[serde(rename = "A0621")]
    UnknownColumn,
    /// The value is of another kind than the column.
    #[serde(rename = "A0622")]
    Type,
    /// The text is longer than the column.
    #[serde(rename = "A0623")]
    TooLong,
    /// Null in a column that does not take it.
    #[serde(rename = "A0624")]
    Null,
    /// A column without a default has no value.
    #[serde(rename = "A0625")]
    Missing,
    /// The number is too large or too small.
    #[serde(rename = "A0626")]
    Range,
    /// A character that PostgreSQL cannot store.
    #[serde(rename = "A0627")]
    Character,
    /// A value for a column that the server always generates.
    #[serde(rename = "A0628")]
    Generated,
    /// The server refused the row: a constraint, a trigger, a domain's check.
    #[serde(rename = "A0629")]
    Server,
    /// The record is not an object, or not as long as the CSV header.
    #[serde(rename = "A0630")]
    NotAnObject,
    /// The payload's records leave out too many different sets of columns for one upsert.
    #[serde(rename = "A0631")]
    Shapes,
}

impl RejectCode {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            RejectCode::UnknownColumn => "A0621",
            RejectCode::Type => "A0622",
            RejectCode::TooLong => "A0623",
            RejectCode::Null => "A0624",
            RejectCode::Missing => "A0625",
            RejectCode::Range => "A0626",
            RejectCode::Character => "A0627",
            RejectCode::Generated => "A0628",
            RejectCode::Server => "A0629",
            RejectCode::NotAnObject => "A0630",
            RejectCode::Shapes => "A0631",
        }
    }
}

/// The rejects of a payload: the first few whole, and how many there are in all.
#[derive(Clone, Debug, Default)]
pub struct Rejects {
    first: Vec<Reject>,
    most: usize,
    total: u64,
}

impl Rejects {
    /// Keeps at most `most` rejects.
    pub(crate) fn new(most: usize) -> Self {
        Self { first: Vec::new(), most, total: 0 }
    }

    /// A single reject.
    pub(crate) fn one(reject: Reject) -> Self {
        Self { first: vec![reject], most: 1, total: 1 }
    }

    /// The first few, and nothing else.
    pub(crate) fn into_first(self) -> Vec<Reject> {
        self.first
    }

    /// Counts their records from another one on: of a piece, from the start of the whole.
    pub(crate) fn count_from(&mut self, first: u64) {
        for reject in &mut self.first {
            reject.index = reject.index.map(|index| index + first);
        }
    }

    /// Takes those that were kept; they stay counted.
    pub(crate) fn take(&mut self) -> Vec<Reject> {
        std::mem::take(&mut self.first)
    }

    /// Whether a further one is only counted.
    pub(crate) fn is_full(&self) -> bool {
        self.first.len() >= self.most
    }

    /// Counts one that nobody wants to see.
    pub(crate) fn count(&mut self) {
        self.total += 1;
    }

    pub(crate) fn push(&mut self, reject: Reject) {
        self.total += 1;
        if self.first.len() < self.most {
            self.first.push(reject);
        }
    }

    /// Puts something that concerns them all in front of them, without counting it.
    pub(crate) fn announce(&mut self, reject: Reject) {
        self.first.insert(0, reject);
    }

    /// How many there are in all.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The first few.
    pub fn first(&self) -> &[Reject] {
        &self.first
    }
}
