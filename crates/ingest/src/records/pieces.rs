//! A stream of records cut into payloads of a limited size, each of which stands alone: JSON of any shape becomes an array,
//! CSV keeps its header. For callers that must send a file through something with a limit.

use std::io::Read;

use super::csv_input::{self, BYTE_ORDER_MARK, CsvInput};
use super::meter::Meter;
use super::stream::Stream;
use super::{Format, open};
use crate::error::PayloadError;

/// One payload of a stream.
#[derive(Debug, Default)]
pub struct Piece {
    /// The payload.
    pub bytes: Vec<u8>,
    /// How many records it holds.
    pub records: u64,
}

/// Cuts a stream into payloads. A record that is larger than the limit is an error: it could never be sent.
pub struct Pieces {
    source: Source,
    limit: usize,
    /// The record that did not fit into the last piece.
    held_back: Vec<u8>,
    ended: bool,
}

enum Source {
    Json(Stream),
    Csv { reader: csv::Reader<CsvInput>, meter: Meter, header: Vec<u8> },
}

impl Pieces {
    /// Cuts a stream of this format, compressed or not, into payloads of at most `limit` bytes.
    ///
    /// # Errors
    /// [`PayloadError`] if its beginning cannot be read.
    pub fn new(format: Format, input: Box<dyn Read + Send>, limit: usize) -> Result<Self, PayloadError> {
        let (input, meter) = open(input)?;
        let mut ended = false;
        let source = match format {
            Format::Json => Source::Json(Stream::new(input, meter)),
            Format::Csv => {
                let mut reader = csv_input::reader(input);
                let names = reader.byte_headers().map_err(super::csv::unreadable)?.clone();
                ended = !csv_input::is_record(&reader, names.len(), names.get(0))?;
                Source::Csv { reader, meter, header: header(&names)? }
            }
        };
        Ok(Self { source, limit, held_back: Vec::new(), ended })
    }

    fn fill(&mut self) -> Result<Option<Piece>, PayloadError> {
        // An array, because records one after another are taken for an envelope where the first of them looks like one.
        let (before, between, behind): (&[u8], &[u8], &[u8]) = match &self.source {
            Source::Json(_) => (b"[", b",", b"]"),
            Source::Csv { header, .. } => (header, b"", b""),
        };
        let mut piece = Piece { bytes: before.to_vec(), records: 0 };
        let mut record = std::mem::take(&mut self.held_back);
        loop {
            if record.is_empty() {
                match self.source.next()? {
                    Some(next) => record = next,
                    None => {
                        self.ended = true;
                        break;
                    }
                }
            }
            let between = if piece.records > 0 { between } else { b"" };
            if piece.bytes.len() + between.len() + record.len() + behind.len() > self.limit {
                if piece.records == 0 {
                    return Err(PayloadError::RecordTooLarge { bytes: record.len(), limit: self.limit });
                }
                self.held_back = record;
                break;
            }
            piece.bytes.extend_from_slice(between);
            piece.bytes.append(&mut record);
            piece.records += 1;
        }
        piece.bytes.extend_from_slice(behind);
        Ok((piece.records > 0).then_some(piece))
    }
}

impl Iterator for Pieces {
    type Item = Result<Piece, PayloadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let piece = self.fill();
        self.ended |= piece.is_err();
        piece.transpose()
    }
}

impl std::fmt::Debug for Pieces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pieces")
            .field("limit", &self.limit)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl Source {
    /// The next record with its line end.
    fn next(&mut self) -> Result<Option<Vec<u8>>, PayloadError> {
        match self {
            Source::Json(stream) => {
                let Some(range) = stream.next()? else { return Ok(None) };
                // A record may stand on several lines: inside JSON, a line break is white space.
                let mut record = stream.bytes(range).to_vec();
                record.push(b'\n');
                Ok(Some(record))
            }
            Source::Csv { reader, meter, .. } => {
                let mut record = csv::ByteRecord::new();
                if !reader.read_byte_record(&mut record).map_err(super::csv::unreadable)? {
                    return Ok(None);
                }
                if !csv_input::is_record(reader, record.len(), record.get(0))? {
                    return Ok(None);
                }
                meter.record();
                line(&record).map(Some)
            }
        }
    }
}

/// A CSV header as a line. Where its first bytes could mean something else at the front of a payload (another byte order mark, as in a
/// file that was given two; a magic number), a byte order mark keeps them from it.
pub(super) fn header(names: &csv::ByteRecord) -> Result<Vec<u8>, PayloadError> {
    let names = line(names)?;
    let is_plain = |byte: &u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\n');
    let mark = if names.iter().take(4).all(is_plain) { b"" } else { BYTE_ORDER_MARK };
    Ok([mark, &names].concat())
}

/// A CSV record as a line, quoted where it must be.
fn line(record: &csv::ByteRecord) -> Result<Vec<u8>, PayloadError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_byte_record(record).map_err(super::csv::unreadable)?;
    writer.into_inner().map_err(|error| PayloadError::Unreadable(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(format: Format, payload: &str, limit: usize) -> Result<Vec<(String, u64)>, PayloadError> {
        let input = Box::new(std::io::Cursor::new(payload.as_bytes().to_vec()));
        Pieces::new(format, input, limit)?
            .map(|piece| piece.map(|piece| (String::from_utf8(piece.bytes).unwrap(), piece.records)))
            .collect()
    }

    #[test]
    fn json_of_every_shape_becomes_arrays() {
        for payload in [
            r#"[{"a":1},{"a":2},{"a":3}]"#,
            r#"{"rows":[{"a":1},{"a":2},{"a":3}]}"#,
            "{\"a\":1}\n{\"a\":2}{\"a\":3}",
        ] {
            let found = pieces(Format::Json, payload, 19).unwrap();
            assert_eq!(found, [("[{\"a\":1}\n,{\"a\":2}\n]".to_owned(), 2), ("[{\"a\":3}\n]".to_owned(), 1)]);
        }
    }

    #[test]
    fn a_record_that_looks_like_an_envelope_stays_a_record() {
        let found = pieces(Format::Json, r#"[{"rows":[{"a":1}]},{"a":2}]"#, 100).unwrap();
        assert_eq!(found, [("[{\"rows\":[{\"a\":1}]}\n,{\"a\":2}\n]".to_owned(), 2)]);
    }

    #[test]
    fn csv_keeps_its_header() {
        let found = pieces(Format::Csv, "a,b\n1,\"x\ny\"\n2,z\n", 14).unwrap();
        assert_eq!(found, [("a,b\n1,\"x\ny\"\n".to_owned(), 1), ("a,b\n2,z\n".to_owned(), 1)]);
    }

    #[test]
    fn a_header_means_the_same_at_the_front_of_every_piece() {
        let mark = '\u{feff}';
        let found = pieces(Format::Csv, &format!("{mark}{mark}a,b\n1,2\n"), 100).unwrap();
        assert_eq!(found, [(format!("{mark}{mark}a,b\n1,2\n"), 1)]);
        let found = pieces(Format::Csv, "\nP*M\u{18},b\n1,2\n", 100).unwrap();
        assert_eq!(found, [(format!("{mark}P*M\u{18},b\n1,2\n"), 1)], "a magic number of zstd");
    }

    #[test]
    fn what_cannot_be_cut_is_an_error() {
        let error = pieces(Format::Json, r#"{"a":"a long value"}"#, 10).unwrap_err();
        assert!(matches!(error, PayloadError::RecordTooLarge { limit: 10, .. }), "{error}");
        assert!(matches!(pieces(Format::Json, "[{}", 10), Err(PayloadError::Malformed { offset: 3, .. })));
        assert!(pieces(Format::Json, "", 10).unwrap().is_empty());
    }
}
