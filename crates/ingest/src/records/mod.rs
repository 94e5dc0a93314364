//! A payload's records, one after another, in bounded memory. Here: what every format has in common (format, compression,
//! one record as the encoder sees it). Which bytes are a record is `frame`'s for JSON and the CSV library's for CSV.

mod csv;
mod frame;
mod json;
mod meter;
mod pieces;
mod stream;

use std::io::{self, Read};

use crate::encode::Cell;
use crate::error::PayloadError;
use crate::table::Table;
use meter::{Meter, Metered};

pub use pieces::{Piece, Pieces};

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

    /// The format that a file's name ends in, if it says one: `.csv`, `.json`, `.ndjson`, `.jsonl`, each with `.gz` or not.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "csv" => Some(Format::Csv),
            "json" | "ndjson" | "jsonl" => Some(Format::Json),
            _ => None,
        }
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

/// The values of a record.
#[derive(Clone, Copy)]
pub(crate) enum Values<'a> {
    /// Of a JSON record: the place of each column's value in its text.
    Json { text: &'a str, spans: &'a [json::Span] },
    /// Of a CSV record: the field of each column.
    Csv { record: &'a ::csv::StringRecord, fields: &'a [Option<usize>], null: &'a str },
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
        match *self {
            Values::Json { text, spans } => match spans.get(column) {
                Some(json::Span::Null) => Given::Null,
                Some(json::Span::Value { start, end }) => {
                    text.get(*start..*end).map_or(Given::Absent, |text| Given::Value(Cell::Json(text)))
                }
                Some(json::Span::Absent) | None => Given::Absent,
            },
            Values::Csv { record, fields, null } => match fields.get(column) {
                Some(Some(field)) => match record.get(*field) {
                    Some("") | None => Given::Null,
                    Some(text) if text == null => Given::Null,
                    Some(text) => Given::Value(Cell::Field(text)),
                },
                _ => Given::Absent,
            },
        }
    }
}

impl Records {
    /// Reads records of this format. Gzip is recognised by its first bytes, whatever a header says.
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

    /// How many bytes were read so far, after decompression.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.meter.read()
    }

    /// The next record, or `None` at the end.
    pub(crate) fn next(&mut self, table: &Table) -> Result<Option<Record<'_>>, PayloadError> {
        let found = match &mut self.reader {
            Reader::Json(reader) => reader.next(table)?,
            Reader::Csv(reader) => reader.next(table)?,
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

/// The bytes of a payload, decompressed where they are gzip.
fn open(mut input: Box<dyn Read + Send>) -> Result<(Metered, Meter), PayloadError> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    let mut first = Vec::with_capacity(GZIP.len());
    input.by_ref().take(2).read_to_end(&mut first).map_err(PayloadError::Unreadable)?;
    let zipped = first == GZIP;
    let input = io::Cursor::new(first).chain(input);
    Ok(Metered::new(if zipped {
        Box::new(flate2::read::MultiGzDecoder::new(input))
    } else {
        Box::new(input)
    }))
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
        assert_eq!(Format::of_file_name("README"), None);
    }
}
