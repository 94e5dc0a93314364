//! The binary COPY format as a stream (manual, COPY, binary format): its header and trailer, and rows taken apart again.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::{SinkExt, future};
use tokio_postgres::{Client, CopyInSink, Error};

/// What precedes the rows: signature, no flags, no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What follows them.
const TRAILER: &[u8] = &[0xff, 0xff];

/// A COPY that takes rows.
pub(super) struct Copy(Pin<Box<CopyInSink<Bytes>>>);

impl Copy {
    pub(super) async fn new(sink: CopyInSink<Bytes>) -> Result<Self, Error> {
        let mut sink = Box::pin(sink);
        sink.feed(Bytes::from_static(HEADER)).await?;
        Ok(Self(sink))
    }

    pub(super) async fn send(&mut self, rows: Bytes) -> Result<(), Error> {
        self.0.send(rows).await
    }

    /// Ends it and says how many rows came.
    pub(super) async fn finish(mut self) -> Result<u64, Error> {
        self.0.feed(Bytes::from_static(TRAILER)).await?;
        self.0.as_mut().finish().await
    }

    /// Ends it, with statements that travel behind it and are not waited for in between.
    pub(super) async fn finish_then(
        mut self,
        client: &Client,
        behind: &str,
    ) -> (Result<u64, Error>, Result<(), Error>) {
        if let Err(error) = self.0.feed(Bytes::from_static(TRAILER)).await {
            return (Err(error), Ok(()));
        }
        future::join(self.0.as_mut().finish(), client.batch_execute(behind)).await
    }
}

/// Rows that were encoded, with the place where each begins.
pub(super) struct Rows {
    bytes: Bytes,
    starts: Vec<usize>,
}

impl Rows {
    pub(super) fn new(chunks: Vec<Bytes>) -> Self {
        let bytes = match <[Bytes; 1]>::try_from(chunks) {
            Ok([only]) => only,
            Err(chunks) => chunks.concat().into(),
        };
        let mut starts = Vec::new();
        let mut at = 0;
        while let Some(length) = bytes.get(at..).and_then(row_length) {
            starts.push(at);
            at += length;
        }
        Self { bytes, starts }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// These rows, as they are sent.
    pub(super) fn slice(&self, rows: std::ops::Range<usize>) -> Bytes {
        let end = self.bytes.len();
        let place = |row: usize| self.starts.get(row).copied().unwrap_or(end);
        self.bytes.slice(place(rows.start)..place(rows.end))
    }
}

/// The length of the row at the front of some bytes.
fn row_length(bytes: &[u8]) -> Option<usize> {
    let (count, _) = bytes.split_first_chunk::<2>()?;
    let count = usize::try_from(i16::from_be_bytes(*count)).ok()?;
    let values: usize = fields(bytes).take(count).map(|value| 4 + value.map_or(0, <[u8]>::len)).sum();
    Some(2 + values)
}

/// The values of the row at the front of some bytes, and whatever follows it; `None` is null.
pub(super) fn fields(row: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    let mut rest = row.get(2..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            rest = behind;
            return Some(None);
        };
        let (value, behind) = behind.split_at_checked(length)?;
        rest = behind;
        Some(Some(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: [u8; 15] = [0, 3, 0, 0, 0, 1, b'a', 255, 255, 255, 255, 0, 0, 0, 0];

    #[test]
    fn a_row_comes_apart_into_its_values() {
        assert_eq!(fields(&ROW).collect::<Vec<_>>(), [Some(&b"a"[..]), None, Some(&b""[..])]);
    }

    #[test]
    fn rows_come_apart() {
        let short = [0, 1, 0, 0, 0, 2, b'b', b'c'];
        let chunks = vec![Bytes::copy_from_slice(&ROW), Bytes::from([short, short].concat())];
        let rows = Rows::new(chunks);
        assert_eq!((rows.len(), &rows.slice(1..3)[..]), (3, &[short, short].concat()[..]));
        assert_eq!((&rows.slice(0..1)[..], rows.slice(3..3).len()), (&ROW[..], 0));
        assert_eq!(Rows::new(Vec::new()).len(), 0);
    }
}
