//! Counts what is read of a payload: a record cannot grow without bound, and whoever reads for long knows when others must have
//! a turn. What a record is, the readers know.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::PayloadError;

/// The largest record that is taken, in bytes. A reader holds one whole, in a container that may have no more than 128 MB, and a
/// body of a few kilobytes can unpack to gigabytes.
pub(super) const LARGEST_RECORD: usize = 16 * 1024 * 1024;

/// The bytes of a payload, counted after decompression.
pub(super) struct Metered {
    input: Box<dyn Read + Send>,
    meter: Meter,
}

/// What was counted. The clones of one meter are one.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    read: AtomicU64,
    read_at_record: AtomicU64,
    records: AtomicU64,
}

/// So many bytes came without the end of a record in them.
#[derive(Debug, thiserror::Error)]
#[error("no end of a record within {0} bytes")]
struct Endless(u64);

impl Metered {
    pub(super) fn new(input: Box<dyn Read + Send>) -> (Self, Meter) {
        let meter = Meter::default();
        (Self { input, meter: meter.clone() }, meter)
    }
}

impl Meter {
    /// How many bytes were read.
    pub(super) fn read(&self) -> u64 {
        self.0.read.load(Ordering::Relaxed)
    }

    /// How many records were found.
    pub(super) fn records(&self) -> u64 {
        self.0.records.load(Ordering::Relaxed)
    }

    /// A record has come to its end.
    pub(super) fn record(&self) {
        self.0.read_at_record.store(self.read(), Ordering::Relaxed);
        // There is one reader: it adds nothing that another one adds as well.
        self.0.records.store(self.records() + 1, Ordering::Relaxed);
    }
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let counts = &self.meter.0;
        let unfinished = self.meter.read() - counts.read_at_record.load(Ordering::Relaxed);
        if usize::try_from(unfinished).is_ok_and(|bytes| bytes <= LARGEST_RECORD) {
            let read = self.input.read(buffer)?;
            counts.read.fetch_add(u64::try_from(read).unwrap_or_default(), Ordering::Relaxed);
            return Ok(read);
        }
        Err(io::Error::other(Endless(unfinished)))
    }
}

/// The error for an input that could not be read on.
pub(super) fn unreadable(error: io::Error) -> PayloadError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Endless>()) {
        Some(Endless(bytes)) => PayloadError::RecordTooLarge {
            bytes: usize::try_from(*bytes).unwrap_or(usize::MAX),
            limit: LARGEST_RECORD,
        },
        None => PayloadError::Unreadable(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_stopped_and_what_has_ends_goes_on() {
        let (mut input, meter) = Metered::new(Box::new(io::repeat(b' ')));
        let mut buffer = vec![0; LARGEST_RECORD / 2];
        for _ in 0..4 {
            input.read_exact(&mut buffer).unwrap();
            meter.record();
        }
        assert_eq!(meter.read(), 2 * u64::try_from(LARGEST_RECORD).unwrap());
        let error = unreadable(input.read_to_end(&mut Vec::new()).unwrap_err());
        assert!(matches!(error, PayloadError::RecordTooLarge { limit: LARGEST_RECORD, .. }), "{error}");
    }
}
