//! Records as they are written, for whoever looks at a payload before there is a table for it.

use std::io::Read;

use csv::StringRecord;

use super::csv_input::{self, CsvInput};
use super::meter::Meter;
use super::stream::Stream;
use super::{Format, open};
use crate::error::PayloadError;

/// One record.
#[derive(Debug)]
pub(crate) enum RawRecord<'a> {
    /// Its JSON text.
    Json(&'a str),
    /// Its fields, and the header's names.
    Csv { names: &'a StringRecord, fields: &'a StringRecord },
}

/// Reads them one after another, gzip or not.
pub(crate) struct RawRecords {
    source: Source,
    meter: Meter,
}

enum Source {
    Json(Stream),
    Csv { reader: csv::Reader<CsvInput>, names: Option<StringRecord>, fields: StringRecord },
}

impl RawRecords {
    pub(crate) fn new(format: Format, input: Box<dyn Read + Send>) -> Result<Self, PayloadError> {
        let (input, meter) = open(input)?;
        let source = match format {
            Format::Json => Source::Json(Stream::new(input, meter.clone())),
            Format::Csv => {
                Source::Csv { reader: csv_input::reader(input), names: None, fields: StringRecord::new() }
            }
        };
        Ok(Self { source, meter })
    }

    /// How many bytes were read so far, after decompression.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.meter.read()
    }

    pub(crate) fn next(&mut self) -> Result<Option<RawRecord<'_>>, PayloadError> {
        match &mut self.source {
            Source::Json(stream) => {
                let Some(range) = stream.next()? else { return Ok(None) };
                let start = range.start;
                match std::str::from_utf8(stream.bytes(range)) {
                    Ok(text) => Ok(Some(RawRecord::Json(text))),
                    Err(error) => {
                        let at = start + error.valid_up_to();
                        Err(stream.malformed(at, "the bytes are not UTF-8".to_owned()))
                    }
                }
            }
            Source::Csv { reader, names, fields } => {
                if names.is_none() {
                    let header = reader.headers().map_err(super::csv::unreadable)?.clone();
                    if !csv_input::is_record(reader, header.len(), header.get(0).map(str::as_bytes))? {
                        return Ok(None);
                    }
                    *names = Some(header);
                }
                if !reader.read_record(fields).map_err(super::csv::unreadable)?
                    || !csv_input::is_record(reader, fields.len(), fields.get(0).map(str::as_bytes))?
                {
                    return Ok(None);
                }
                self.meter.record();
                Ok(names.as_ref().map(|names| RawRecord::Csv { names, fields }))
            }
        }
    }
}
