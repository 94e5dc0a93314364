//! A table for records that have none yet: the columns that their keys ask for, each with the narrowest type that takes all of its
//! values. Here: the
//! columns that came of it and what can be wrong. The looking is `seen`'s, the types are `kind`'s, the statement is `ddl`'s. No database.

mod ddl;
mod kind;
mod names;
mod seen;

use std::io::Read;

use self::kind::Kind;
use self::seen::Seen;
use crate::encode::shorten;
use crate::error::PayloadError;
use crate::mapping::Mapping;
use crate::records::{Format, RawRecord, RawRecords};

/// How records are looked at.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// How many of them, from the first one on; `None`: all.
    pub records: Option<u64>,
    /// How many bytes of them, after decompression; `None`: all.
    pub bytes: Option<u64>,
    /// A text that means null in CSV, besides the empty field.
    pub csv_null: String,
    /// How keys become columns.
    pub mapping: Mapping,
}

/// A table that takes the records which were looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    columns: Vec<Found>,
    key: Vec<usize>,
    looked_at: u64,
    complete: bool,
}

/// A column, and what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    name: String,
    /// `None` while nothing but nulls was seen.
    kind: Option<Kind>,
    /// In how many records it had a value.
    given: u64,
    null_seen: bool,
    last_record: u64,
}

/// Why no table can be made for records.
#[derive(Debug, thiserror::Error)]
pub enum InferError {
    /// The payload cannot be read.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// No record was an object.
    #[error("no table can be made: none of the {0} records is an object with a key")]
    NoColumn(u64),
    /// A key cannot be a column's name.
    #[error("no table can be made: the key `{key}` cannot name a column: {why}")]
    Name {
        /// The key, shortened.
        key: String,
        /// Why it cannot.
        why: &'static str,
    },
    /// There are more keys than a table has columns.
    #[error(
        "no table can be made: the records have more than 1600 keys, and a table cannot have more columns"
    )]
    TooMany,
    /// What was named as the key cannot be one.
    #[error("no table can be made: `{column}` cannot be the key: {why}")]
    Key {
        /// The column.
        column: String,
        /// Why it cannot.
        why: String,
    },
}

impl InferError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            InferError::Payload(error) => error.code(),
            _ => "A0650",
        }
    }
}

impl Inferred {
    /// Looks at the first records of a payload.
    ///
    /// # Errors
    /// [`InferError`]. A record that is not an object, or not as long as the CSV header, is counted and nothing else: storing it will
    /// say what is wrong with it.
    pub fn look(format: Format, input: Box<dyn Read + Send>, look: &Look) -> Result<Self, InferError> {
        let mut records = RawRecords::new(format, input)?;
        let mut seen = Seen::new(look)?;
        let mut looked_at = 0;
        let complete = loop {
            let enough = look.records.is_some_and(|most| looked_at >= most)
                || look.bytes.is_some_and(|most| looked_at > 0 && records.bytes_read() >= most);
            if enough {
                break records.next()?.is_none();
            }
            match records.next()? {
                None => break true,
                Some(RawRecord::Json(text)) => seen.json(text)?,
                Some(RawRecord::Csv { names, fields }) => seen.csv(names, fields)?,
            }
            looked_at += 1;
        };
        if looked_at == 0 {
            return Err(PayloadError::Empty.into());
        }
        if seen.columns.is_empty() {
            return Err(InferError::NoColumn(looked_at));
        }
        let mut columns = seen.columns;
        for column in &mut columns {
            column.null_seen |= column.given < seen.rows;
        }
        Ok(Self { columns, key: Vec::new(), looked_at, complete })
    }

    /// Makes these columns the primary key, in this order.
    ///
    /// # Errors
    /// [`InferError::Key`] for a column that no record has, or that one of them lacks.
    pub fn keyed<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Result<Self, InferError> {
        for name in names {
            let refuse = |why: String| Err(InferError::Key { column: shorten(name), why });
            let Some(at) = self.columns.iter().position(|column| column.name == name) else {
                let names: Vec<&str> =
                    self.columns.iter().take(20).map(|column| column.name.as_str()).collect();
                return refuse(format!("no record has it; there are {}", names.join(", ")));
            };
            if self.columns.get(at).is_some_and(|column| column.null_seen) {
                return refuse("it is null or absent in a record".to_owned());
            }
            if self.key.contains(&at) {
                return refuse("it is named twice".to_owned());
            }
            self.key.push(at);
        }
        Ok(self)
    }

    /// How many records were looked at.
    pub fn looked_at(&self) -> u64 {
        self.looked_at
    }

    /// Whether these were all.
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

#[cfg(test)]
mod tests;
