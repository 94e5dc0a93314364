//! What the caller is told: how many rows came and were stored, and which could not be, and why.

use serde::Serialize;

/// What became of a payload that was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The table that was written.
    pub table: String,
    /// Records in the payload.
    pub received: u64,
    /// Rows stored.
    pub inserted: u64,
    /// Records that were not stored.
    pub rejected: u64,
    /// The primary key of the row, when the payload was a single one, in the key's order.
    pub key: Option<Vec<KeyPart>>,
    /// Whether the payload was stored before under the same batch id, and nothing was stored now.
    pub replayed: bool,
}

/// One column of a row's primary key, with its value as PostgreSQL prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPart {
    /// The column.
    pub column: String,
    /// Its value.
    pub value: String,
    /// Whether the value is an integer, and so a JSON number.
    pub integer: bool,
}

/// A record that cannot be a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
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

    /// How many there are in all.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The first few.
    pub fn first(&self) -> &[Reject] {
        &self.first
    }
}
