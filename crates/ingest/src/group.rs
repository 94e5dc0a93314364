//! Rows with the same columns, sans-IO. Rows that leave different columns to the server are in different groups, each a COPY of its
//! own: a row of COPY cannot say "default".

use bytes::{BufMut, Bytes, BytesMut};

use crate::encode::{Encoding, ValueError, encode, encode_as_text, encode_null};
use crate::plan::Plan;
use crate::receipt::{Reject, RejectCode};
use crate::records::{Given, Record};
use crate::table::Column;

/// The values in front of a row that goes through a table of its own: the record's place in the payload, the group's number.
pub(crate) const STAGE_FIELDS: usize = 2;

/// Rows with the same columns.
#[derive(Debug)]
pub(crate) struct Group {
    /// The columns, as places in the table.
    columns: Vec<usize>,
    number: i32,
    rows: BytesMut,
    count: u64,
    sent: u64,
    /// Runs of rows that followed one another in the payload: (row of the group, record of the payload).
    runs: Vec<(u64, u64)>,
}

/// Whether a row belongs into a group.
pub(crate) enum Fit {
    Yes,
    No,
}

impl Group {
    pub(crate) fn new(columns: Vec<usize>, number: usize) -> Self {
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        Self { columns, number, rows: BytesMut::new(), count: 0, sent: 0, runs: Vec::new() }
    }

    /// The group's columns, as places in the table.
    pub(crate) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Its number among the groups of the payload.
    pub(crate) fn number(&self) -> i32 {
        self.number
    }

    /// How many rows were taken out of it.
    pub(crate) fn sent(&self) -> u64 {
        self.sent
    }

    /// How many bytes wait in it.
    pub(crate) fn waiting(&self) -> usize {
        self.rows.len()
    }

    /// A copy of the rows that wait.
    pub(crate) fn rows(&self) -> Bytes {
        Bytes::copy_from_slice(&self.rows)
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

    /// Takes a record as a row, unless it belongs into another group.
    pub(crate) fn push(&mut self, plan: &Plan<'_>, record: &Record<'_>) -> Result<Fit, Reject> {
        let start = self.rows.len();
        let outcome = self.encode(plan, record);
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

    fn encode(&mut self, plan: &Plan<'_>, record: &Record<'_>) -> Result<Fit, Reject> {
        let fields = self.columns.len() + if plan.staged { STAGE_FIELDS } else { 0 };
        self.rows.put_i16(i16::try_from(fields).unwrap_or(i16::MAX));
        if plan.staged {
            self.rows.put_i32(8);
            self.rows.put_i64(i64::try_from(record.index).unwrap_or(i64::MAX));
            self.rows.put_i32(4);
            self.rows.put_i32(self.number);
        }
        let mut taken = 0;
        for at in &self.columns {
            let Some(column) = plan.table.columns.get(*at) else { continue };
            let demand = plan.demand(*at);
            let refuse = |code, reason: &str| Err(reject(record.index, column, code, reason.to_owned()));
            match record.values.get(*at) {
                Given::Absent if demand.required => {
                    return refuse(RejectCode::Missing, "the column needs a value and has no default");
                }
                Given::Absent if demand.absent_differs => return Ok(Fit::No),
                Given::Absent => {
                    encode_null(&mut self.rows);
                    continue;
                }
                Given::Null | Given::Value(_) if demand.forbidden => {
                    return refuse(RejectCode::Generated, "the server generates this column always");
                }
                Given::Null if demand.not_null => {
                    return refuse(RejectCode::Null, "the column does not take null");
                }
                Given::Null => encode_null(&mut self.rows),
                Given::Value(cell) => {
                    let encoded = match &column.encoding {
                        Encoding::Unsupported => encode_as_text(cell, &mut self.rows),
                        encoding => encode(encoding, cell, &mut self.rows),
                    };
                    encoded.map_err(|error| value_reject(record.index, column, &error))?;
                }
            }
            taken += 1;
        }
        // A value for a column that this group does not have: the row belongs into another one.
        let is_given = |at: &usize| plan.demand(*at).used && !matches!(record.values.get(*at), Given::Absent);
        let given = (0..plan.table.columns.len()).filter(is_given).count();
        Ok(if given == taken { Fit::Yes } else { Fit::No })
    }
}

fn reject(record: u64, column: &Column, code: RejectCode, reason: String) -> Reject {
    Reject { index: Some(record), column: Some(column.name.clone()), code, reason }
}

fn value_reject(record: u64, column: &Column, error: &ValueError) -> Reject {
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
    reject(record, column, code, reason)
}
