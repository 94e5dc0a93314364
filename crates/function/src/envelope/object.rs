//! Reads an object while its records are stored, in bounded memory, whatever its size.
//!
//! Records are read synchronously, by whoever encodes them; the network is asynchronous. So each has its own thread: the runtime
//! goes on fetching (and serving the database connection, and other calls) while a thread of the call's own reads, decompresses
//! and encodes, and waits there for the next part if it must. A read that waited on the runtime's only thread would stop the very
//! download that it waits for; a second runtime would need connections of its own.
//!
//! The object is fetched by ranges, each of which is whole or fetched again by the client's rules, and all of which are of the
//! version that the first one was of. What is read from here is the whole of that version or an error.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use adit_fdk::Bytes;
use adit_ingest::{DatabaseError, DatabaseErrorKind, Format, IngestError, PayloadError};
use adit_oci::{Client, OciError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

use super::Object;
use crate::failure::Failure;

/// How many bytes are fetched at once.
const PART: u64 = 2 * 1024 * 1024;
/// How many parts there may be at a time: one is read, one waits, one is under way (twice for a moment, when it is put together).
/// So 8 MiB in all.
const PARTS: usize = 3;

/// An object that is being fetched. Dropping what reads it ends that.
pub(crate) struct Download {
    pub(crate) input: Box<dyn Read + Send>,
    pub(crate) content_format: Format,
    pub(crate) size: u64,
    pub(crate) watch: Watch,
}

/// Knows why a download failed, which an error of reading cannot tell.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    failed: Arc<Mutex<Option<OciError>>>,
    deadline: Instant,
}

impl Download {
    /// Begins to fetch an object: its first part is there when this returns.
    pub(crate) async fn start(
        client: Arc<Client>,
        object: &Object,
        deadline: Instant,
    ) -> Result<Self, Failure> {
        let first = client.object_part(&object.address, 0..PART, object.etag.as_deref(), deadline).await;
        let first = first.map_err(Failure::Object)?;
        let size = first.size;
        let content_format = Format::of_content_type(first.content_type.as_deref());
        let room = Arc::new(Semaphore::new(PARTS));
        let watch = Watch { failed: Arc::default(), deadline };
        let (sender, parts) = channel();
        let address = object.address.clone();
        let failed = Arc::clone(&watch.failed);
        let mut next = u64::try_from(first.bytes.len()).unwrap_or(size);
        let part = Part { bytes: first.bytes, _place: Arc::clone(&room).try_acquire_owned().ok() };
        let fetch = tokio::spawn(async move {
            while next < size {
                // A part that nobody has room for is not fetched.
                let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
                let end = next.saturating_add(PART);
                match client.object_part(&address, next..end, Some(&first.etag), deadline).await {
                    Ok(part) if part.size == size => {
                        next = end;
                        if sender.send(Part { bytes: part.bytes, _place: Some(place) }).is_err() {
                            return;
                        }
                    }
                    // Whoever reads misses the rest.
                    Ok(_) => return,
                    Err(error) => {
                        *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        return;
                    }
                }
            }
        });
        let reader = Reader { parts, part, left: size, deadline, fetch: fetch.abort_handle() };
        Ok(Self { input: Box::new(reader), content_format, size, watch })
    }
}

impl Watch {
    /// The failure that an error of storing means, where it comes from the download.
    pub(crate) fn explain(&self, error: IngestError) -> Failure {
        if !matches!(error, IngestError::Payload(PayloadError::Unreadable(_))) {
            return error.into();
        }
        match self.failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(failed) => Failure::Object(failed),
            None if Instant::now() >= self.deadline => IngestError::from(DatabaseError {
                kind: DatabaseErrorKind::Deadline,
                message: "the object was not read to its end".to_owned(),
                sqlstate: None,
                outcome_unknown: false,
            })
            .into(),
            None => error.into(),
        }
    }
}

/// A part of the object, and the place that it takes.
struct Part {
    bytes: Bytes,
    _place: Option<OwnedSemaphorePermit>,
}

/// Reads the parts as they come. It blocks: never on the runtime's thread.
struct Reader {
    parts: Receiver<Part>,
    part: Part,
    /// How many bytes are still to be read.
    left: u64,
    deadline: Instant,
    fetch: AbortHandle,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.left > 0 {
            if self.part.bytes.is_empty() {
                self.part = self.next_part()?;
                continue;
            }
            let bytes = self.part.bytes.split_to(self.part.bytes.len().min(buffer.len()));
            if let Some(buffer) = buffer.get_mut(..bytes.len()) {
                buffer.copy_from_slice(&bytes);
            }
            self.left = self.left.saturating_sub(u64::try_from(bytes.len()).unwrap_or_default());
            return Ok(bytes.len());
        }
        Ok(0)
    }
}

impl Reader {
    /// Waits for the next part; the place of this one is free from now on.
    fn next_part(&mut self) -> io::Result<Part> {
        self.part = Part { bytes: Bytes::new(), _place: None };
        let left = self.deadline.saturating_duration_since(Instant::now());
        self.parts.recv_timeout(left).map_err(|error| match error {
            RecvTimeoutError::Timeout => io::ErrorKind::TimedOut.into(),
            RecvTimeoutError::Disconnected => io::ErrorKind::UnexpectedEof.into(),
        })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.fetch.abort();
    }
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download").field("size", &self.size).finish_non_exhaustive()
    }
}
