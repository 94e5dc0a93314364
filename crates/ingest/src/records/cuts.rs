//! Where a file can be cut into payloads that stand alone, without holding one: each is a range of the file's bytes with what must
//! stand around it. For callers that store a file piece by piece and want to know, when they come again, which pieces they know.

use std::io::{self, Read};
use std::sync::Arc;

use ring::digest::{Context, SHA256};

use super::csv_input::{self, CsvInput};
use super::meter::Meter;
use super::stream::Stream;
use super::{Format, Records, open, pieces};
use crate::error::{IngestError, PayloadError};

/// One piece of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its number, from 0.
    pub number: u64,
    /// Its first byte in the file, after decompression.
    pub start: u64,
    /// The byte behind it.
    pub end: u64,
    /// The number of its first record, from 0.
    pub first_record: u64,
    /// How many records it holds.
    pub records: u64,
    /// SHA-256 of its records, in hexadecimal digits: the same records have the same one, in whatever file they stand.
    pub digest: String,
    format: Format,
    before: Arc<[u8]>,
    behind: &'static [u8],
}

impl Cut {
    /// Its records, from `rest`, which must begin with the piece's first byte; what stands behind the piece is not read.
    ///
    /// # Errors
    /// As [`Records::new`].
    pub fn records(&self, rest: impl Read + Send + 'static) -> Result<Records, PayloadError> {
        let before = io::Cursor::new(Arc::clone(&self.before));
        let own = rest.take(self.end.saturating_sub(self.start));
        let records = Records::new(self.format, Box::new(before.chain(own).chain(self.behind)))?;
        // Between lines, a record that looks like an envelope is none.
        Ok(if self.before.is_empty() { records.expect_records() } else { records })
    }

    /// An error of the piece as one of the whole file: its bytes and records are counted from the file's start.
    pub fn of_whole(&self, error: IngestError) -> IngestError {
        match error {
            IngestError::Payload(PayloadError::Malformed { offset, reason, near }) => {
                let before = u64::try_from(self.before.len()).unwrap_or(u64::MAX);
                let offset = (self.start + offset).saturating_sub(before);
                PayloadError::Malformed { offset, reason, near }.into()
            }
            IngestError::Rejected(mut rejected) => {
                rejected.rejects.count_from(self.first_record);
                rejected.into()
            }
            error => error,
        }
    }
}

/// Finds the pieces of a file one after another.
pub struct Cuts {
    source: Source,
    limit: u64,
    next: u64,
    records: u64,
    ended: bool,
}

enum Source {
    Json(Stream),
    Csv(CsvSource),
}

struct CsvSource {
    reader: csv::Reader<CsvInput>,
    meter: Meter,
    record: csv::ByteRecord,
    header: Arc<[u8]>,
}

/// The records of a piece, as far as they were read.
struct Growing {
    start: Option<u64>,
    end: u64,
    records: u64,
    digest: Context,
}

impl Cuts {
    /// Finds pieces of at least `limit` bytes, each ending with a record; the last one may be smaller. Gzip or not.
    ///
    /// # Errors
    /// [`PayloadError`] if the beginning cannot be read.
    pub fn new(format: Format, input: Box<dyn Read + Send>, limit: u64) -> Result<Self, PayloadError> {
        let (input, meter) = open(input)?;
        let mut ended = false;
        let source = match format {
            Format::Json => Source::Json(Stream::new(input, meter)),
            Format::Csv => {
                let mut reader = csv_input::reader(input);
                let names = reader.byte_headers().map_err(super::csv::unreadable)?.clone();
                ended = !csv_input::is_record(&reader, names.len(), names.get(0))?;
                let header = pieces::header(&names)?.into();
                Source::Csv(CsvSource { reader, meter, record: csv::ByteRecord::new(), header })
            }
        };
        Ok(Self { source, limit, next: 0, records: 0, ended })
    }

    fn cut(&mut self) -> Result<Option<Cut>, PayloadError> {
        let mut piece = Growing { start: None, end: 0, records: 0, digest: Context::new(&SHA256) };
        if let Source::Csv(csv) = &self.source {
            piece.digest.update(&csv.header);
        }
        while piece.start.is_none_or(|start| piece.end - start < self.limit) {
            if !self.source.read(&mut piece)? {
                self.ended = true;
                break;
            }
        }
        let Some(start) = piece.start else { return Ok(None) };
        let digest = piece.digest.finish();
        let (before, behind): (Arc<[u8]>, &[u8]) = match &self.source {
            Source::Json(stream) if stream.in_array() => (Arc::from(&b"["[..]), b"]"),
            Source::Json(_) => (Arc::default(), b""),
            Source::Csv(csv) => (Arc::clone(&csv.header), b""),
        };
        let cut = Cut {
            number: self.next,
            start,
            end: piece.end,
            first_record: self.records,
            records: piece.records,
            digest: digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
            format: match &self.source {
                Source::Json(_) => Format::Json,
                Source::Csv(_) => Format::Csv,
            },
            before,
            behind,
        };
        self.next += 1;
        self.records += piece.records;
        Ok(Some(cut))
    }
}

impl Source {
    /// Takes one more record; `false` at the end.
    fn read(&mut self, piece: &mut Growing) -> Result<bool, PayloadError> {
        match self {
            Source::Json(stream) => {
                let Some(range) = stream.next()? else { return Ok(false) };
                piece.start.get_or_insert(stream.place_of(range.start));
                piece.end = stream.place_of(range.end);
                piece.digest.update(stream.bytes(range));
                piece.digest.update(b"\n");
            }
            Source::Csv(csv) => {
                let start = csv_input::place(&csv.reader);
                if !csv.reader.read_byte_record(&mut csv.record).map_err(super::csv::unreadable)?
                    || !csv_input::is_record(&csv.reader, csv.record.len(), csv.record.get(0))?
                {
                    return Ok(false);
                }
                csv.meter.record();
                piece.start.get_or_insert(start);
                piece.end = csv_input::place(&csv.reader);
                for field in &csv.record {
                    piece.digest.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_le_bytes());
                    piece.digest.update(field);
                }
                piece.digest.update(&u64::MAX.to_le_bytes());
            }
        }
        piece.records += 1;
        Ok(true)
    }
}

impl Iterator for Cuts {
    type Item = Result<Cut, PayloadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let cut = self.cut();
        self.ended |= cut.is_err();
        cut.transpose()
    }
}

impl std::fmt::Debug for Cuts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cuts")
            .field("limit", &self.limit)
            .field("next", &self.next)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Encoding;
    use crate::mapping::{Fields, Mapping};
    use crate::table::testing::table;

    fn cuts(format: Format, payload: &str, limit: u64) -> Vec<Cut> {
        Cuts::new(format, Box::new(io::Cursor::new(payload.to_owned())), limit)
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }

    /// The records of a payload, as texts.
    fn texts(mut records: Records) -> Vec<String> {
        let table = table(&[("a", Encoding::Jsonb)]);
        let mapping = Mapping::from_json(r#"{"names": "ignore-case", "unknown": "ignore"}"#).unwrap();
        let fields = Fields::new(&table, &mapping).unwrap();
        let mut found = Vec::new();
        while let Some(record) = records.next(&fields).unwrap() {
            found.push(record.values.to_json().into_owned());
        }
        found
    }

    fn check(format: Format, payload: &str) {
        let whole = texts(Records::new(format, Box::new(io::Cursor::new(payload.to_owned()))).unwrap());
        for limit in 1..40 {
            let mut joined = Vec::new();
            for (number, cut) in cuts(format, payload, limit).into_iter().enumerate() {
                let place = usize::try_from(cut.start).unwrap();
                let own = texts(cut.records(io::Cursor::new(payload.as_bytes()[place..].to_vec())).unwrap());
                assert_eq!((cut.number, cut.first_record), (number as u64, joined.len() as u64));
                assert_eq!(cut.records, own.len() as u64, "{payload} at {limit}");
                joined.extend(own);
            }
            assert_eq!(joined, whole, "{payload} at {limit}");
        }
    }

    #[test]
    fn the_pieces_have_the_records_of_the_whole() {
        for payload in [
            "[{\"a\":1}, {\"a\":\"],{\"},\n{\"a\":[3]}]",
            "{\"rows\" : [{\"a\":1},{\"a\":2},{\"a\":3}] }",
            "{\"a\":1}\n{\"a\":2}{\"a\":3} ",
            "\u{feff}{\"a\":1}\n{\"a\":2}\n",
            "{\"a\":1}\n{\"rows\":[{\"a\":2}]}\n",
        ] {
            check(Format::Json, payload);
        }
        for payload in ["a,b\n1,\"x\ny\"\n2,z\n3,", "a\r\n1\r\n2\r\n\r\n3\r\n", "\u{feff}\"a b\",c\n1,2\n"] {
            check(Format::Csv, payload);
        }
        assert!(cuts(Format::Json, "", 1).is_empty() && cuts(Format::Csv, "a,b\n", 1).is_empty());
    }

    #[test]
    fn a_digest_is_of_the_records_and_their_header() {
        let digests = |payload: &str| -> Vec<String> {
            cuts(Format::Csv, payload, 4).into_iter().map(|cut| cut.digest).collect()
        };
        let first = digests("a,b\n1,2\n3,4\n");
        assert_eq!(first.len(), 2);
        assert_eq!(digests("a,b\n1,2\n3,5\n")[0], first[0]);
        assert_ne!(digests("a,b\n1,2\n3,5\n")[1], first[1]);
        assert_ne!(digests("a,c\n1,2\n3,4\n")[0], first[0]);
        assert_ne!(digests("a,b\n12,\n3,4\n")[0], first[0]);
    }

    #[test]
    fn a_fault_has_its_place() {
        let input = Box::new(io::Cursor::new("[{\"a\":1},{\"a\":2} x]"));
        let found: Vec<_> = Cuts::new(Format::Json, input, 1).unwrap().collect();
        assert!(matches!(found[2], Err(PayloadError::Malformed { offset: 17, .. })), "{found:?}");
        assert_eq!(found.len(), 3);
    }
}
