//! CSV records: the header's names to the table's columns, then field by field.

use csv::StringRecord;

use super::meter::{self, Meter, Metered};
use super::{RecordFault, Values};
use crate::error::PayloadError;
use crate::table::Table;

/// Reads CSV records from a stream.
pub(crate) struct CsvReader {
    reader: csv::Reader<Metered>,
    meter: Meter,
    record: StringRecord,
    header: Option<Header>,
    /// What means null besides the empty field; empty if nothing does.
    null: String,
}

struct Header {
    names: usize,
    /// The field of each of the table's columns.
    fields: Vec<Option<usize>>,
}

impl CsvReader {
    pub(super) fn new(input: Metered, meter: Meter) -> Self {
        let reader = csv::ReaderBuilder::new().flexible(true).buffer_capacity(64 * 1024).from_reader(input);
        Self { reader, meter, record: StringRecord::new(), header: None, null: String::new() }
    }

    pub(crate) fn null_text(&mut self, text: &str) {
        self.null = text.to_owned();
    }

    /// The next record's values and what is wrong with it.
    pub(crate) fn next(
        &mut self,
        table: &Table,
    ) -> Result<Option<(Values<'_>, Option<RecordFault>)>, PayloadError> {
        if self.header.is_none() {
            let names = self.reader.headers().map_err(unreadable)?;
            self.header = Some(Header { names: names.len(), fields: match_header(names, table)? });
        }
        if !self.reader.read_record(&mut self.record).map_err(unreadable)? {
            return Ok(None);
        }
        self.meter.record();
        let Some(header) = &self.header else { return Ok(None) };
        let fault = (self.record.len() != header.names)
            .then_some(RecordFault::Fields { found: self.record.len(), header: header.names });
        Ok(Some((Values::Csv { record: &self.record, fields: &header.fields, null: &self.null }, fault)))
    }
}

fn match_header(names: &StringRecord, table: &Table) -> Result<Vec<Option<usize>>, PayloadError> {
    let mut fields = vec![None; table.columns.len()];
    for (field, name) in names.iter().enumerate() {
        let name = name.trim();
        let slot = table.column_at(name, field).and_then(|column| fields.get_mut(column));
        match slot {
            Some(slot @ None) => *slot = Some(field),
            Some(Some(_)) => {
                return Err(PayloadError::Header {
                    name: name.to_owned(),
                    why: "it stands there twice".to_owned(),
                });
            }
            None => {
                let why = match table.nearest_column(name) {
                    Some(near) => {
                        format!("table {} has no such column; the nearest is `{near}`", table.name)
                    }
                    None => format!("table {} has no such column", table.name),
                };
                return Err(PayloadError::Header { name: name.to_owned(), why });
            }
        }
    }
    Ok(fields)
}

/// What the CSV library could not read.
pub(super) fn unreadable(error: csv::Error) -> PayloadError {
    let offset = error.position().map_or(0, csv::Position::byte);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => meter::unreadable(error),
        csv::ErrorKind::Utf8 { err, .. } => PayloadError::Malformed {
            offset,
            reason: format!("the bytes are not UTF-8 in field {}", err.field() + 1),
            near: String::new(),
        },
        kind => PayloadError::Malformed { offset, reason: format!("{kind:?}"), near: String::new() },
    }
}
