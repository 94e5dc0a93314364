//! A payload's records, one after another, in bounded memory. Here: what every format has in common (format, compression,
//! one record as the encoder sees it). Which bytes are a record is `frame`'s for JSON and the CSV library's for CSV.

mod compression;
mod csv;
mod csv_input;
mod cuts;
pub(crate) mod frame;
mod json;
mod meter;
mod pieces;
mod raw;
mod stream;

use std::borrow::Cow;
use std::io::Read;

use crate::encode::{Cell, shorten};
use crate::error::PayloadError;
use crate::mapping::Fields;
use meter::{Meter, Metered};

pub use compression::Plain;
pub use cuts::{Cut, Cuts};
pub use pieces::{Piece, Pieces};
pub(crate) use raw::{RawRecord, RawRecords};

/// How a payload is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// An object, an array of objects, `{"rows": […]}`, or objects one after another (NDJSON).
    #[default]
    Json,
    /// Comma-separated values with a header (RFC 4180). An empty field is null.
    Csv,
}

impl Format {
    /// The format that a `Content-Type` names. Anything but CSV is taken as JSON: clients send JSON as
    /// `application/octet-stream` and worse.
    pub fn of_content_type(content_type: Option<&str>) -> Self {
        let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case("text/csv") || essence.eq_ignore_ascii_case("application/csv") {
            Format::Csv
        } else {
            Format::Json
        }
    }

    /// The format that a file's name ends in, if it says one: `.csv`, `.json`, `.ndjson`, `.jsonl`, each with `.gz`,
    /// `.zst` or neither.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "csv" => Some(Format::Csv),
            "json" | "ndjson" | "jsonl" => Some(Format::Json),
            _ => None,
        }
    }
}

/// How far the reading of a payload has come.
#[derive(Clone, Debug)]
pub struct Watch(Meter);

impl Watch {
    /// How many records were read.
    pub fn records(&self) -> u64 {
        self.0.records()
    }
}

/// Reads a payload's records.
pub struct Records {
    reader: Reader,
    meter: Meter,
    read: u64,
}

enum Reader {
    Json(json::JsonReader),
    Csv(csv::CsvReader),
}

/// One record as it came.
pub(crate) struct Record<'a> {
    /// Its place in the payload, from 0.
    pub(crate) index: u64,
    /// Its values, by the table's columns.
    pub(crate) values: Values<'a>,
    /// Why it cannot be a row, whatever its values are.
    pub(crate) fault: Option<RecordFault>,
}

/// What is wrong with a record as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecordFault {
    /// It is not an object.
    NotAnObject {
        /// A short piece of what it is.
        found: String,
    },
    /// A key that the table has no column for.
    UnknownKey(String),
    /// A CSV record with more or fewer fields than the header.
    Fields {
        /// How many fields came.
        found: usize,
        /// How many the header has.
        header: usize,
    },
}

/// What a record has for a column, as a place in one of its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// Nothing at all.
    Absent,
    /// Null, said so.
    Null,
    /// A piece of the record's own JSON text.
    Text { start: usize, end: usize },
    /// A piece of the JSON text that was made for the record: a constant, the keys without a column.
    Made { start: usize, end: usize },
    /// A field of the CSV record.
    Field(usize),
}

/// The values of a record.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    /// What there is for each of the table's columns.
    spans: &'a [Span],
    /// The record's own text; empty for CSV.
    text: &'a str,
    /// What was made for it.
    made: &'a str,
    csv: Option<CsvFields<'a>>,
}

/// The fields of a CSV record.
#[derive(Clone, Copy)]
struct CsvFields<'a> {
    record: &'a ::csv::StringRecord,
    names: &'a ::csv::StringRecord,
    /// What means null besides the empty field.
    null: &'a str,
    /// What null means.
    means: Span,
}

/// What a record has for a column.
pub(crate) enum Given<'a> {
    /// Nothing at all.
    Absent,
    /// Null, said so.
    Null,
    /// A value.
    Value(Cell<'a>),
}

impl<'a> Values<'a> {
    /// What there is for the column at this place of the table.
    pub(crate) fn get(&self, column: usize) -> Given<'a> {
        let json = |text: &'a str, start, end| match text.get(start..end) {
            Some(text) => Given::Value(Cell::Json(text)),
            None => Given::Absent,
        };
        match self.spans.get(column).copied().unwrap_or(Span::Absent) {
            Span::Absent => Given::Absent,
            Span::Null => Given::Null,
            Span::Text { start, end } => json(self.text, start, end),
            Span::Made { start, end } => json(self.made, start, end),
            Span::Field(field) => self.csv.map_or(Given::Absent, |csv| csv.get(field)),
        }
    }

    /// The record as JSON text; one of CSV as an object of texts.
    pub(crate) fn to_json(self) -> Cow<'a, str> {
        match self.csv {
            None => Cow::Borrowed(self.text),
            Some(csv) => {
                let mut json = String::new();
                csv.write_object(0..csv.names.len(), &mut json);
                Cow::Owned(json)
            }
        }
    }
}

impl<'a> CsvFields<'a> {
    fn get(&self, field: usize) -> Given<'a> {
        match self.record.get(field) {
            Some(text) if !self.is_null(text) => Given::Value(Cell::Field(text)),
            _ if self.means == Span::Absent => Given::Absent,
            _ => Given::Null,
        }
    }

    fn is_null(&self, text: &str) -> bool {
        text.is_empty() || text == self.null
    }

    /// Appends these fields as a JSON object of texts and nulls.
    fn write_object(&self, fields: impl Iterator<Item = usize>, out: &mut String) {
        out.push('{');
        for (at, field) in fields.enumerate() {
            if at > 0 {
                out.push(',');
            }
            push_json_string(self.names.get(field).unwrap_or_default().trim(), out);
            out.push(':');
            match self.record.get(field) {
                Some(text) if !self.is_null(text) => push_json_string(text, out),
                _ => out.push_str("null"),
            }
        }
        out.push('}');
    }
}

/// Appends a text as a JSON string.
pub(crate) fn push_json_string(text: &str, out: &mut String) {
    // A string always has a JSON form.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

impl Records {
    /// Reads records of this format. Gzip and zstd are recognised by their first bytes, whatever a header says.
    ///
    /// # Errors
    /// [`PayloadError`] if its beginning cannot be read.
    pub fn new(format: Format, input: Box<dyn Read + Send>) -> Result<Self, PayloadError> {
        let (input, meter) = open(input)?;
        let reader = match format {
            Format::Json => Reader::Json(json::JsonReader::new(input, meter.clone())),
            Format::Csv => Reader::Csv(csv::CsvReader::new(input, meter.clone())),
        };
        Ok(Self { reader, meter, read: 0 })
    }

    /// Takes this text for null in CSV, besides the empty field: `NA`, `\\N`. JSON has a null of its own.
    #[must_use]
    pub fn csv_null(mut self, text: &str) -> Self {
        if let Reader::Csv(reader) = &mut self.reader {
            reader.null_text(text);
        }
        self
    }

    /// The payload is nothing but records one after another, whatever the first of them looks like.
    fn expect_records(mut self) -> Self {
        if let Reader::Json(reader) = &mut self.reader {
            reader.expect_records();
        }
        self
    }

    /// Something to watch the reading by, from anywhere.
    pub fn watch(&self) -> Watch {
        Watch(self.meter.clone())
    }

    /// How many bytes were read so far, after decompression.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.meter.read()
    }

    /// The next record, or `None` at the end.
    pub(crate) fn next(&mut self, fields: &Fields<'_>) -> Result<Option<Record<'_>>, PayloadError> {
        let found = match &mut self.reader {
            Reader::Json(reader) => reader.next(fields)?,
            Reader::Csv(reader) => reader.next(fields)?,
        };
        let Some((values, fault)) = found else { return Ok(None) };
        let index = self.read;
        self.read += 1;
        Ok(Some(Record { index, values, fault }))
    }
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let format = match self.reader {
            Reader::Json(_) => Format::Json,
            Reader::Csv(_) => Format::Csv,
        };
        f.debug_struct("Records").field("format", &format).field("read", &self.read).finish_non_exhaustive()
    }
}

/// All bytes of a payload, decompressed: for one that cannot be read record by record.
pub(crate) fn read_whole(input: Box<dyn Read + Send>) -> Result<Vec<u8>, PayloadError> {
    let mut bytes = Vec::new();
    let (mut input, _) = open(input)?;
    input.read_to_end(&mut bytes).map_err(meter::unreadable)?;
    Ok(bytes)
}

/// The error for a JSON text that could not be read.
pub(crate) fn malformed(text: &str, error: &serde_json::Error) -> PayloadError {
    let at = json::offset_of(text, error);
    let near = text.as_bytes().get(at.saturating_sub(20)..(at + 20).min(text.len())).unwrap_or_default();
    PayloadError::Malformed {
        offset: u64::try_from(at).unwrap_or(u64::MAX),
        reason: json::message_of(error),
        near: shorten(&String::from_utf8_lossy(near)),
    }
}

/// The bytes of a payload, decompressed where they are compressed, and counted.
fn open(input: Box<dyn Read + Send>) -> Result<(Metered, Meter), PayloadError> {
    Ok(Metered::new(decompressed(input)?.bytes))
}

/// A payload's own bytes, decompressed where they are gzip or zstd.
///
/// # Errors
/// [`PayloadError::Unreadable`] if the beginning cannot be read.
pub fn decompressed(input: Box<dyn Read + Send>) -> Result<Plain, PayloadError> {
    compression::unpacked(input).map_err(PayloadError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_type_and_name() {
        assert_eq!(Format::of_content_type(Some("text/csv; charset=utf-8")), Format::Csv);
        assert_eq!(Format::of_content_type(Some("application/octet-stream")), Format::Json);
        assert_eq!(Format::of_content_type(None), Format::Json);
        assert_eq!(Format::of_file_name("a/b.CSV.gz"), Some(Format::Csv));
        assert_eq!(Format::of_file_name("b.jsonl"), Some(Format::Json));
        assert_eq!(Format::of_file_name("in/b.ndjson.ZST"), Some(Format::Json));
        assert_eq!(Format::of_file_name("README"), None);
    }
}
