//! Records into rows of the binary COPY format, sans-IO. Rows that leave different columns to the server's defaults go into
//! different groups, each a COPY of its own: a row of COPY cannot say "default".

use bytes::{BufMut, Bytes, BytesMut};

use crate::encode::{ValueError, encode, encode_null};
use crate::receipt::{Reject, RejectCode, Rejects};
use crate::records::{Given, Record, RecordFault, Values};
use crate::table::{Column, Filled, Table};

/// From here on groups take every column without a default, so that hostile records cannot make a group each.
const MANY_GROUPS: usize = 16;

/// Rows on their way to one table.
#[derive(Debug)]
pub(crate) struct Encoder<'t> {
    table: &'t Table,
    groups: Vec<Group>,
    /// The group that took the last row: mostly it takes the next one, too.
    current: usize,
    received: u64,
    rejects: Rejects,
}

/// Rows with the same columns.
#[derive(Debug)]
pub(crate) struct Group {
    /// The columns, as places in the table.
    columns: Vec<usize>,
    rows: BytesMut,
    count: u64,
    sent: u64,
    /// Runs of rows that followed one another in the payload: (row of the group, record of the payload).
    runs: Vec<(u64, u64)>,
}

/// Whether a row belongs into a group.
enum Fit {
    Yes,
    No,
}

impl<'t> Encoder<'t> {
    pub(crate) fn new(table: &'t Table, most_rejects: usize) -> Self {
        Self { table, groups: Vec::new(), current: 0, received: 0, rejects: Rejects::new(most_rejects) }
    }

    /// How many records came.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// The records that cannot be rows.
    pub(crate) fn rejects(&self) -> &Rejects {
        &self.rejects
    }

    /// The groups, in the order in which their first rows came.
    pub(crate) fn groups(&mut self) -> &mut [Group] {
        &mut self.groups
    }

    /// Takes one record: as a row of a group, or as a reject. Gives how many bytes wait in the group that took it.
    pub(crate) fn push(&mut self, record: &Record<'_>) -> usize {
        self.received += 1;
        match &record.fault {
            // The words for it cost more than the record: nobody reads them beyond the first few.
            Some(_) if self.rejects.is_full() => self.rejects.count(),
            Some(fault) => self.rejects.push(self.fault(record.index, fault)),
            None => {
                if let Err(reject) = self.place(record) {
                    self.rejects.push(reject);
                }
            }
        }
        self.groups.get(self.current).map_or(0, Group::waiting)
    }

    fn place(&mut self, record: &Record<'_>) -> Result<(), Reject> {
        let others = (0..self.groups.len()).filter(|group| *group != self.current);
        for at in std::iter::once(self.current).chain(others) {
            let Some(group) = self.groups.get_mut(at) else { continue };
            if let Fit::Yes = group.push(self.table, record)? {
                self.current = at;
                return Ok(());
            }
        }
        let mut group = Group::new(self.columns_for(&record.values));
        if group.columns.is_empty() {
            return Err(reject(
                record.index,
                None,
                RejectCode::Missing,
                "the record has no column".to_owned(),
            ));
        }
        group.push(self.table, record)?;
        self.current = self.groups.len();
        self.groups.push(group);
        Ok(())
    }

    /// The columns of a group for such a record: those it has, and those it must have.
    fn columns_for(&self, values: &Values<'_>) -> Vec<usize> {
        let wide = self.groups.len() >= MANY_GROUPS;
        let wanted = |(at, column): (usize, &Column)| {
            let given = !matches!(values.get(at), Given::Absent);
            (given || (column.filled == Filled::Nobody && (column.not_null || wide))).then_some(at)
        };
        self.table.columns.iter().enumerate().filter_map(wanted).collect()
    }

    fn fault(&self, index: u64, fault: &RecordFault) -> Reject {
        match fault {
            RecordFault::NotAnObject { found } => {
                reject(index, None, RejectCode::NotAnObject, format!("expected an object, found {found}"))
            }
            RecordFault::Fields { found, header } => reject(
                index,
                None,
                RejectCode::NotAnObject,
                format!("the record has {found} fields, the header has {header}"),
            ),
            RecordFault::UnknownKey(key) => {
                let near = self.table.nearest_column(key);
                let near = near.map(|near| format!("; the nearest is `{near}`")).unwrap_or_default();
                let reason = format!("table {} has no such column{near}", self.table.name);
                reject(index, Some(key), RejectCode::UnknownColumn, reason)
            }
        }
    }
}

impl Group {
    fn new(columns: Vec<usize>) -> Self {
        Self { columns, rows: BytesMut::new(), count: 0, sent: 0, runs: Vec::new() }
    }

    /// The group's columns, as places in the table.
    pub(crate) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// How many rows were taken out of it.
    pub(crate) fn sent(&self) -> u64 {
        self.sent
    }

    /// How many bytes wait in it.
    pub(crate) fn waiting(&self) -> usize {
        self.rows.len()
    }

    /// The rows that wait, in the binary COPY format without its header and trailer.
    pub(crate) fn take(&mut self) -> Bytes {
        self.sent = self.count;
        self.rows.split().freeze()
    }

    /// The record of the payload that became this row (from 0) of the group.
    pub(crate) fn record_of(&self, row: u64) -> Option<u64> {
        let at = self.runs.partition_point(|(first, _)| *first <= row).checked_sub(1)?;
        self.runs.get(at).map(|(first, record)| record + (row - first))
    }

    fn push(&mut self, table: &Table, record: &Record<'_>) -> Result<Fit, Reject> {
        let start = self.rows.len();
        let outcome = self.encode(table, record);
        match &outcome {
            Ok(Fit::Yes) => {
                let follows = |(row, first): &(u64, u64)| first + (self.count - row) == record.index;
                if !self.runs.last().is_some_and(follows) {
                    self.runs.push((self.count, record.index));
                }
                self.count += 1;
            }
            Ok(Fit::No) | Err(_) => self.rows.truncate(start),
        }
        outcome
    }

    fn encode(&mut self, table: &Table, record: &Record<'_>) -> Result<Fit, Reject> {
        self.rows.put_i16(i16::try_from(self.columns.len()).unwrap_or(i16::MAX));
        let mut taken = 0;
        for at in &self.columns {
            let Some(column) = table.columns.get(*at) else { continue };
            let refuse = |code, reason: String| Err(reject(record.index, Some(&column.name), code, reason));
            let given = record.values.get(*at);
            match given {
                Given::Absent if column.filled != Filled::Nobody => return Ok(Fit::No),
                Given::Absent if column.not_null => {
                    return refuse(
                        RejectCode::Missing,
                        "the column needs a value and has no default".to_owned(),
                    );
                }
                Given::Absent => {
                    encode_null(&mut self.rows);
                    continue;
                }
                Given::Null | Given::Value(_) if column.filled == Filled::Always => {
                    return refuse(
                        RejectCode::Generated,
                        "the server generates this column always".to_owned(),
                    );
                }
                Given::Null if column.not_null => {
                    return refuse(RejectCode::Null, "the column does not take null".to_owned());
                }
                Given::Null => encode_null(&mut self.rows),
                Given::Value(cell) => {
                    if let Err(error) = encode(&column.encoding, cell, &mut self.rows) {
                        return Err(value_reject(record.index, column, &error));
                    }
                }
            }
            taken += 1;
        }
        // A value for a column that this group does not have: the row belongs into another one.
        let given =
            (0..table.columns.len()).filter(|at| !matches!(record.values.get(*at), Given::Absent)).count();
        Ok(if given == taken { Fit::Yes } else { Fit::No })
    }
}

fn reject(record: u64, column: Option<&str>, code: RejectCode, reason: String) -> Reject {
    Reject { index: Some(record), column: column.map(str::to_owned), code, reason }
}

fn value_reject(record: u64, column: &Column, error: &ValueError) -> Reject {
    if column.encoding == crate::encode::Encoding::Unsupported {
        let reason = format!("type {} has no encoder", column.type_name);
        return reject(record, Some(&column.name), RejectCode::Type, reason);
    }
    let code = match error {
        ValueError::Type { .. } => RejectCode::Type,
        ValueError::Range { .. } => RejectCode::Range,
        ValueError::TooLong { .. } => RejectCode::TooLong,
        ValueError::Character(_) => RejectCode::Character,
    };
    let reason = match error {
        ValueError::TooLong { found, .. } => format!("{found} do not fit into {}", column.type_name),
        error => format!("{error} (type {})", column.type_name),
    };
    reject(record, Some(&column.name), code, reason)
}
