//! CSV records: the header's names to the table's columns, then field by field.

use csv::StringRecord;

use super::csv_input::{self, CsvInput};
use super::meter::{self, Meter, Metered};
use super::{CsvFields, RecordFault, Span, Values};
use crate::encode::shorten_name;
use crate::error::PayloadError;
use crate::mapping::{Fields, Unknown};

/// Reads CSV records from a stream.
pub(crate) struct CsvReader {
    reader: csv::Reader<CsvInput>,
    meter: Meter,
    record: StringRecord,
    header: Option<Header>,
    /// What means null besides the empty field; empty if nothing does.
    null: String,
    /// What is made for a record: the mapping's constants, the record as an object, its fields without a column.
    made: String,
}

struct Header {
    names: StringRecord,
    /// What a record has for each of the table's columns.
    spans: Vec<Span>,
    /// The fields without a column, for the column that takes them.
    stray: Vec<usize>,
}

impl CsvReader {
    pub(super) fn new(input: Metered, meter: Meter) -> Self {
        let (null, made) = (String::new(), String::new());
        let reader = csv_input::reader(input);
        Self { reader, meter, record: StringRecord::new(), header: None, null, made }
    }

    pub(crate) fn null_text(&mut self, text: &str) {
        self.null = text.to_owned();
    }

    /// The next record's values and what is wrong with it.
    pub(crate) fn next(
        &mut self,
        fields: &Fields<'_>,
    ) -> Result<Option<(Values<'_>, Option<RecordFault>)>, PayloadError> {
        if self.header.is_none() {
            let names = self.reader.headers().map_err(unreadable)?.clone();
            if !csv_input::is_record(&self.reader, names.len(), names.get(0).map(str::as_bytes))? {
                return Ok(None);
            }
            self.header = Some(Header::new(names, fields)?);
        }
        if !self.reader.read_record(&mut self.record).map_err(unreadable)? {
            return Ok(None);
        }
        let first = self.record.get(0).map(str::as_bytes);
        if !csv_input::is_record(&self.reader, self.record.len(), first)? {
            return Ok(None);
        }
        self.meter.record();
        let Some(header) = &mut self.header else { return Ok(None) };
        let fault = (self.record.len() != header.names.len())
            .then_some(RecordFault::Fields { found: self.record.len(), header: header.names.len() });
        self.made.clear();
        self.made.push_str(fields.constants());
        let csv =
            CsvFields { record: &self.record, names: &header.names, null: &self.null, means: fields.null() };
        if !fields.whole().is_empty() {
            let span = write_object(&csv, 0..header.names.len(), &mut self.made);
            put(&mut header.spans, fields.whole(), span);
        }
        if let Unknown::Column(column) = fields.unknown()
            && !header.stray.is_empty()
        {
            let span = write_object(&csv, header.stray.iter().copied(), &mut self.made);
            put(&mut header.spans, &[column], span);
        }
        Ok(Some((Values { spans: &header.spans, text: "", made: &self.made, csv: Some(csv) }, fault)))
    }
}

fn write_object(csv: &CsvFields<'_>, fields: impl Iterator<Item = usize>, made: &mut String) -> Span {
    let start = made.len();
    csv.write_object(fields, made);
    Span::Made { start, end: made.len() }
}

fn put(spans: &mut [Span], columns: &[usize], span: Span) {
    for column in columns {
        if let Some(slot) = spans.get_mut(*column) {
            *slot = span;
        }
    }
}

impl Header {
    fn new(names: StringRecord, fields: &Fields<'_>) -> Result<Self, PayloadError> {
        let (mut spans, mut stray) = (fields.template().to_vec(), Vec::new());
        let mut taken = vec![false; spans.len()];
        for (field, name) in names.iter().enumerate() {
            let name = name.trim();
            let refuse = |why| Err(PayloadError::Header { name: shorten_name(name), why });
            let column = fields.column(name, field);
            let pointed =
                fields.tree().and_then(|tree| tree.step(name)).map_or(&[][..], |node| &node.columns);
            for column in column.iter().chain(pointed) {
                match taken.get_mut(*column) {
                    Some(taken @ false) => *taken = true,
                    _ => return refuse("it stands there twice".to_owned()),
                }
                put(&mut spans, &[*column], Span::Field(field));
            }
            if column.is_some() || !pointed.is_empty() {
                continue;
            }
            match fields.unknown() {
                Unknown::Ignore => {}
                Unknown::Column(_) => stray.push(field),
                Unknown::Reject => {
                    let near = fields.table.nearest_column(name);
                    let near = near.map(|near| format!("; the nearest is `{near}`")).unwrap_or_default();
                    return refuse(format!("table {} has no such column{near}", fields.table.name));
                }
            }
        }
        Ok(Self { names, spans, stray })
    }
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
