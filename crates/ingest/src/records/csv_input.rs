//! A CSV payload's bytes as the CSV library must see them: without a byte order mark, and with a mark of ours behind their end. By
//! that a last record is told from a quoted field that was never closed: the library takes either for a record.

use std::io::{self, Read};

use super::meter::Metered;
use crate::error::PayloadError;

pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// What follows the payload: the end of its last line, where that has none, and a record that is no record.
const LINE_END: u8 = b'\n';
const MARK: u8 = 0x03;

/// A payload between its marks.
pub(super) struct CsvInput {
    input: Metered,
    /// What was read to look for a byte order mark.
    first: Option<io::Cursor<Vec<u8>>>,
    /// How many bytes of the payload were given.
    given: u64,
    /// How many bytes stand before them that were not given.
    skipped: u64,
    /// What is still to be given behind it.
    behind: &'static [u8],
}

/// The CSV library's reader of a payload.
pub(super) fn reader(input: Metered) -> csv::Reader<CsvInput> {
    let input = CsvInput { input, first: None, given: 0, skipped: 0, behind: &[LINE_END, MARK] };
    csv::ReaderBuilder::new().flexible(true).buffer_capacity(64 * 1024).from_reader(input)
}

/// Whether what `reader` has read last is a record of the payload, and not what stands behind it.
pub(super) fn is_record(
    reader: &csv::Reader<CsvInput>,
    fields: usize,
    first: Option<&[u8]>,
) -> Result<bool, PayloadError> {
    let given = reader.get_ref().given;
    if reader.position().byte() <= given + 1 {
        return Ok(true);
    }
    if (fields, first) == (1, Some(&[MARK])) {
        return Ok(false);
    }
    let reason = "a field begins with a quote that is never closed".to_owned();
    Err(PayloadError::Malformed { offset: given, reason, near: String::new() })
}

/// Where in the payload what `reader` has read last ends.
pub(super) fn place(reader: &csv::Reader<CsvInput>) -> u64 {
    let CsvInput { given, skipped, .. } = reader.get_ref();
    reader.position().byte().min(*given) + skipped
}

impl Read for CsvInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let first = match &mut self.first {
            Some(first) => first,
            None => {
                let mut first = Vec::with_capacity(BYTE_ORDER_MARK.len());
                self.input.by_ref().take(3).read_to_end(&mut first)?;
                if first == BYTE_ORDER_MARK {
                    self.skipped = 3;
                    first.clear();
                }
                self.first.insert(io::Cursor::new(first))
            }
        };
        let mut read = first.read(buffer)?;
        if read == 0 {
            read = self.input.read(buffer)?;
        }
        self.given += u64::try_from(read).unwrap_or_default();
        if read == 0 {
            read = self.behind.read(buffer)?;
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header and the records, as the readers of this crate read them.
    fn read(payload: &str) -> Result<Vec<Vec<String>>, String> {
        let (input, _) = Metered::new(Box::new(io::Cursor::new(payload.to_owned().into_bytes())));
        let mut reader = reader(input);
        let mut records = vec![reader.headers().unwrap().clone()];
        let mut record = csv::StringRecord::new();
        loop {
            let last = records.last().unwrap();
            match is_record(&reader, last.len(), last.get(0).map(str::as_bytes)) {
                Ok(true) => assert!(reader.read_record(&mut record).unwrap()),
                Ok(false) => break,
                Err(error) => return Err(error.to_string()),
            }
            records.push(record.clone());
        }
        records.pop();
        Ok(records.iter().map(|record| record.iter().map(str::to_owned).collect()).collect())
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_name() {
        for payload in ["\u{feff}a,b\n1,2\n", "\u{feff}\"a\",b\r\n1,2", "a,b\n1,2\n\n"] {
            assert_eq!(read(payload).unwrap(), [["a", "b"], ["1", "2"]], "{payload:?}");
        }
        assert_eq!(read("\u{feff}"), Ok(Vec::new()));
    }

    #[test]
    fn a_quote_that_is_never_closed_is_no_record() {
        for payload in ["a\n\"", "a\n\"x", "a\n1\n\"x\n2\n3\n", "a\n\"x\"\"", "a\n\"x\"\"\n", "\""] {
            assert!(read(payload).unwrap_err().contains("never closed"), "{payload:?}");
        }
        assert_eq!(read("a\n\"x\"").unwrap(), [["a"], ["x"]]);
        assert_eq!(read("a\n5\" pipe").unwrap(), [["a"], ["5\" pipe"]]);
    }

    #[test]
    fn what_stands_behind_the_payload_is_told_from_the_same_in_it() {
        assert_eq!(read(""), Ok(Vec::new()));
        assert_eq!(read("\n\n"), Ok(Vec::new()));
        assert_eq!(read("\u{3}\n\u{3}\n\"\u{3}\"").unwrap(), [["\u{3}"], ["\u{3}"], ["\u{3}"]]);
    }
}
