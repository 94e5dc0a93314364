//! A stream of JSON records in a buffer that holds one record at a time and little more: the framer's eyes and hands.

use std::io::Read;
use std::ops::Range;

use super::frame::{Frame, Framer};
use super::meter::{LARGEST_RECORD, Meter, Metered, unreadable};
use crate::encode::shorten;
use crate::error::PayloadError;

/// How much is read at a time.
const READ: usize = 64 * 1024;

/// Reads a stream record by record.
pub(super) struct Stream {
    input: Metered,
    meter: Meter,
    framer: Framer,
    buffer: Vec<u8>,
    /// Where in the buffer the framer goes on.
    from: usize,
    /// Where in the payload the buffer begins.
    base: u64,
    at_end: bool,
}

impl Stream {
    pub(super) fn new(input: Metered, meter: Meter) -> Self {
        Self { input, meter, framer: Framer::default(), buffer: Vec::new(), from: 0, base: 0, at_end: false }
    }

    /// Where in the buffer the next record stands, until the next call.
    pub(super) fn next(&mut self) -> Result<Option<Range<usize>>, PayloadError> {
        loop {
            match self.framer.next(&self.buffer, self.from, self.at_end) {
                Frame::Record(range) => {
                    self.from = range.end;
                    self.meter.record();
                    return Ok(Some(range));
                }
                Frame::NeedMore { keep_from } => self.refill(keep_from)?,
                Frame::End => return Ok(None),
                Frame::Malformed { at, expected } => {
                    return Err(self.malformed(at, format!("expected {expected}")));
                }
            }
        }
    }

    /// The bytes of a record.
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.buffer.get(range).unwrap_or_default()
    }

    /// Where in the payload a byte of the buffer stands, until the next call.
    pub(super) fn place_of(&self, at: usize) -> u64 {
        self.base + u64::try_from(at).unwrap_or(u64::MAX)
    }

    /// The payload is nothing but records one after another, whatever the first of them looks like.
    pub(super) fn expect_records(&mut self) {
        self.framer.expect_records();
    }

    /// Whether the records found so far are elements of an array.
    pub(super) fn in_array(&self) -> bool {
        self.framer.in_array()
    }

    /// The error for a payload that stops to be one at this byte of the buffer.
    pub(super) fn malformed(&self, at: usize, reason: String) -> PayloadError {
        let near =
            self.buffer.get(at.saturating_sub(20)..(at + 20).min(self.buffer.len())).unwrap_or_default();
        PayloadError::Malformed {
            offset: self.place_of(at),
            reason,
            near: shorten(&String::from_utf8_lossy(near)),
        }
    }

    /// Drops what stands before `keep_from` and reads on behind the rest.
    fn refill(&mut self, keep_from: usize) -> Result<(), PayloadError> {
        let first = self.base == 0 && self.buffer.is_empty();
        self.buffer.drain(..keep_from.min(self.buffer.len()));
        self.base += u64::try_from(keep_from).unwrap_or(u64::MAX);
        if self.buffer.len() > LARGEST_RECORD {
            return Err(PayloadError::RecordTooLarge { bytes: self.buffer.len(), limit: LARGEST_RECORD });
        }
        // A record that does not fit grows the step with it, so that it is not copied once for each small read.
        let step = READ.max(self.buffer.len());
        let wanted = u64::try_from(step).unwrap_or(u64::MAX);
        let read = self.input.by_ref().take(wanted).read_to_end(&mut self.buffer);
        self.at_end = read.map_err(unreadable)? < step;
        // Some editors write a byte order mark.
        self.from = if first && self.buffer.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Ok(())
    }
}
