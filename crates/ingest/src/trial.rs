//! A load made for a table, to look at and to try on records, before or instead of storing anything. The same plan and the same
//! encoder as for storing; no statement is made.

use std::sync::Arc;

use serde::Serialize;

use crate::encode::Encoding;
use crate::encoder::Encoder;
use crate::error::{DatabaseError, IngestError, PayloadError};
use crate::infer::Inferred;
use crate::load::{Load, ModeKind, OnReject};
use crate::mapping::Source;
use crate::plan::{Plan, Work};
use crate::receipt::Reject;
use crate::records::Records;
use crate::table::{Column, Filled, Table};

/// How much waits in the encoder before it is thrown away.
const CHUNK: usize = 64 * 1024;

/// A load for one table.
#[derive(Clone, Debug)]
pub struct Trial {
    load: Load,
    table: Arc<Table>,
}

/// What became of records that were tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// How many there were.
    pub received: u64,
    /// How many of them cannot be stored. What only the server sees (unique, foreign key, check, trigger) is not among the reasons.
    pub rejected: u64,
}

/// What a load does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Description {
    /// The table.
    pub table: String,
    /// The mode.
    pub mode: ModeKind,
    /// What makes a record and a row the same: columns, or for `replace` fields.
    pub key: Vec<String>,
    /// The columns that an upsert changes of a row that is there.
    pub update: Vec<String>,
    /// What happens when a record cannot be stored.
    pub on_reject: OnReject,
    /// Whether rows go through a temporary table, and from there with one statement into theirs; else `COPY` writes the table itself.
    pub staged: bool,
    /// The table's columns.
    pub columns: Vec<ColumnPlan>,
    /// What happens to keys that lead to no column.
    pub unknown: Unknown,
}

/// Where one column's values come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnPlan {
    /// The column.
    pub name: String,
    /// Its type as SQL writes it.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What its values come from.
    pub from: From,
    /// What it has where the record has nothing for it.
    pub absent: Absent,
    /// Whether its values go as text and are cast by the server.
    pub cast: bool,
}

/// What a column's values come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum From {
    /// The key of the column's name.
    Key,
    /// A place in the record.
    Pointer(String),
    /// The same JSON value for all.
    Constant(String),
    /// The whole record.
    Record,
    /// All keys that lead to no other column.
    UnknownKeys,
    /// No record.
    Nothing,
}

/// What a column has where the record has nothing for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absent {
    /// The record is at fault.
    Reject,
    /// Null.
    Null,
    /// What the server puts there: a default, a sequence, a generated value.
    Server,
    /// Only the server may fill it.
    ServerOnly,
    /// Nothing: the mode does not look at it.
    Unused,
}

/// What happens to keys that lead to no column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// The record is at fault.
    Reject,
    /// Nothing.
    Ignore,
    /// They go into a column.
    Column,
}

impl Trial {
    pub(crate) fn new(load: Load, table: Arc<Table>) -> Self {
        Self { load, table }
    }

    /// A load for a table that is not there yet.
    pub fn of_inferred(load: Load, inferred: &Inferred) -> Self {
        let table = Arc::new(inferred.table(&load.table));
        Self { load, table }
    }

    /// What the load does.
    ///
    /// # Errors
    /// Where the load does not fit the table: [`crate::DatabaseErrorKind::Mapping`], [`crate::DatabaseErrorKind::NoKey`].
    pub fn describe(&self) -> Result<Description, DatabaseError> {
        let plan = Plan::new(&self.load, &self.table)?;
        let names = |columns: &[usize]| -> Vec<String> {
            columns
                .iter()
                .filter_map(|at| self.table.columns.get(*at))
                .map(|column| column.name.clone())
                .collect()
        };
        let (key, update) = match &plan.work {
            Work::Append => (Vec::new(), Vec::new()),
            Work::Upsert { key, update } => (names(&key.columns), names(update)),
            Work::Replace { by } => {
                let field = |field: &crate::plan::Field| {
                    let column = names(&[field.column]);
                    column.into_iter().chain(field.inside.iter().cloned()).collect::<Vec<_>>().join(".")
                };
                (by.iter().map(field).collect(), Vec::new())
            }
            Work::Delete { key } => (names(key), Vec::new()),
        };
        let columns =
            self.table.columns.iter().enumerate().map(|(at, column)| self.column(&plan, at, column));
        Ok(Description {
            table: self.table.name.to_string(),
            mode: self.load.mode.kind(),
            key,
            update,
            on_reject: self.load.on_reject,
            staged: plan.staged,
            columns: columns.collect(),
            unknown: match plan.fields.unknown() {
                crate::mapping::Unknown::Reject => Unknown::Reject,
                crate::mapping::Unknown::Ignore => Unknown::Ignore,
                crate::mapping::Unknown::Column(_) => Unknown::Column,
            },
        })
    }

    fn column(&self, plan: &Plan<'_>, at: usize, column: &Column) -> ColumnPlan {
        let demand = plan.demand(at);
        let from = match self.load.mapping.columns.get(&column.name) {
            _ if !demand.used || demand.forbidden => From::Nothing,
            Some(Source::Pointer(pointer)) => From::Pointer(pointer.to_string()),
            Some(Source::Constant(constant)) => From::Constant(constant.json().to_owned()),
            Some(Source::Record(true)) => From::Record,
            Some(Source::Record(false)) => From::Nothing,
            None if plan.fields.unknown() == crate::mapping::Unknown::Column(at) => From::UnknownKeys,
            None => From::Key,
        };
        let absent = match column.filled {
            _ if !demand.used => Absent::Unused,
            _ if demand.required => Absent::Reject,
            Filled::Nobody => Absent::Null,
            Filled::Default => Absent::Server,
            Filled::Always => Absent::ServerOnly,
        };
        let cast = column.encoding == Encoding::Unsupported && from != From::Nothing;
        ColumnPlan { name: column.name.clone(), type_name: column.type_name.clone(), from, absent, cast }
    }

    /// Reads all records and encodes them, for nobody.
    ///
    /// # Errors
    /// [`IngestError`] for a payload that cannot be read, and for a load that does not fit the table. A record that cannot be stored is
    /// given to `rejected`.
    pub fn run(&self, mut records: Records, mut rejected: impl FnMut(Reject)) -> Result<Tried, IngestError> {
        // Rejects are given away as they come: those that wait are few.
        let load = Load { most_rejects: usize::MAX, on_reject: OnReject::Each, ..self.load.clone() };
        let plan = Plan::new(&load, &self.table)?;
        let mut encoder = Encoder::new(&plan);
        while let Some(record) = records.next(&plan.fields)? {
            encoder.push(&record);
            if encoder.waiting() >= CHUNK {
                encoder.groups().iter_mut().for_each(|group| drop(group.take()));
            }
            encoder.take_rejects().into_iter().for_each(&mut rejected);
        }
        if encoder.received() == 0 {
            return Err(PayloadError::Empty.into());
        }
        Ok(Tried { received: encoder.received(), rejected: encoder.rejects().total() })
    }
}
