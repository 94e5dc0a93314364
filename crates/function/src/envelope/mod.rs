//! What a call's body is: the records themselves, or something that carries them (messages of a stream or a queue) or names
//! where they are (an event). Here: the kinds, and what comes of opening one. How each is recognised is `shape`'s, what is in
//! it is said by its own file. Nothing here waits; an object is read by `object`.

mod batch;
mod event;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzz;
mod lines;
mod object;
mod pointer;
mod queue;
mod shape;
mod stream;
mod values;

use adit_fdk::{Bytes, Invocation};
use adit_ingest::{BatchId, Format};
use adit_oci::ObjectAddress;
use adit_oci::sign::content_sha256;

use crate::failure::Failure;
use crate::settings::Settings;

pub(crate) use batch::{Batch, BatchNames, NamedBy};
pub(crate) use object::Download;

/// The kinds of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// Records, sent to the function itself.
    Raw,
    /// Records, sent to a gateway.
    Gateway,
    /// Messages of a stream, as Connector Hub hands them on.
    ConnectorHub,
    /// An event about an object in Object Storage.
    Event,
    /// Messages of a queue.
    Queue,
    /// A document of the librarian's: a table, chunks to upsert, files whose chunks go. Never recognised: it must be said.
    Librarian,
}

/// What a body holds, and what it is called. No `Debug`: it holds the caller's data.
pub(crate) struct Opened {
    pub(crate) content: Content,
    /// How it is written, where that is known before it is read.
    pub(crate) format: Option<Format>,
    pub(crate) batch: Option<Batch>,
}

/// Where the records are.
pub(crate) enum Content {
    /// In these bytes.
    Bytes(Bytes),
    /// In this object.
    Object(Object),
}

/// A version of an object.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) address: ObjectAddress,
    pub(crate) etag: Option<String>,
}

/// Why an envelope cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EnvelopeError {
    /// It is not what the settings say.
    #[error("the body is not what ADIT_ENVELOPE={} says: {fault}", .envelope.name())]
    Shape { envelope: Envelope, fault: ShapeFault },
    /// An event that names no records.
    #[error(
        "the event is of type `{found}`: only a created or updated object (com.oraclecloud.objectstorage.createobject, …updateobject) has records"
    )]
    EventType { found: String },
    /// An event that does not name its object.
    #[error("the event does not say which object it is about: {0}")]
    EventObject(String),
}

/// Where a body departs from the shape of its envelope. Nothing of the body is in it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ShapeFault {
    /// It is not JSON.
    #[error("it is not JSON from line {line}, column {column} on")]
    Syntax { line: usize, column: usize },
    /// One of its messages is something else.
    #[error("message {index}: expected {expected}")]
    Message { index: usize, expected: &'static str },
}

impl Envelope {
    pub(crate) const ALL: [Self; 6] =
        [Self::Raw, Self::Gateway, Self::ConnectorHub, Self::Event, Self::Queue, Self::Librarian];

    /// As the settings and the log call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Gateway => "gateway",
            Self::ConnectorHub => "connector-hub",
            Self::Event => "event",
            Self::Queue => "queue",
            Self::Librarian => "librarian",
        }
    }

    /// What a body is: what the settings say; else by its shape. What a gateway hands on is never opened unless they say so: its
    /// client is unknown, and an event makes the function read whatever object it may.
    pub(crate) fn of(call: &Invocation, body: &[u8], forced: Option<Self>) -> Self {
        let through_gateway =
            || call.gateway().is_some_and(|gateway| gateway.method().is_some() || gateway.url().is_some());
        match forced {
            Some(forced) => forced,
            None if through_gateway() => Self::Gateway,
            None => shape::recognised(body).unwrap_or(Self::Raw),
        }
    }

    /// Whether whoever sends it looks at nothing but the status, and sends it again after a failure.
    pub(crate) fn is_resent(self) -> bool {
        matches!(self, Self::ConnectorHub | Self::Event | Self::Queue)
    }

    /// Looks into a body.
    pub(crate) fn open(
        self,
        call: &Invocation,
        body: &Bytes,
        settings: &Settings,
    ) -> Result<Opened, Failure> {
        let by_header = || Format::of_content_type(call.content_type());
        let (content, format, own) = match self {
            Self::Raw | Self::Gateway => {
                (Content::Bytes(body.clone()), Some(settings.format.unwrap_or_else(by_header)), None)
            }
            Self::ConnectorHub => {
                let (records, own) = stream::open(body)?;
                (Content::Bytes(records), Some(Format::Json), own)
            }
            Self::Queue => {
                let (records, own) = queue::open(body)?;
                (Content::Bytes(records), Some(Format::Json), own)
            }
            // What it says of tables and rows is the handler's: only it knows what is allowed.
            Self::Librarian => (Content::Bytes(body.clone()), Some(Format::Json), None),
            Self::Event => {
                let object = event::open(body)?;
                let format = settings.format.or_else(|| Format::of_file_name(&object.address.object));
                let own = event::batch(&object);
                (Content::Object(object), format, own)
            }
        };
        let batch = batch::name(&settings.batch, call, body, own)?;
        Ok(Opened { content, format, batch })
    }
}

impl EnvelopeError {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "A0640",
            Self::EventType { .. } => "A0641",
            Self::EventObject(_) => "A0642",
        }
    }

    /// The message for the log: without anything that stood in the body.
    pub(crate) fn without_data(&self) -> String {
        match self {
            Self::Shape { .. } => self.to_string(),
            Self::EventType { .. } => "the event is not about a created or updated object".to_owned(),
            Self::EventObject(_) => "the event does not say which object it is about".to_owned(),
        }
    }
}

impl From<serde_json::Error> for ShapeFault {
    fn from(error: serde_json::Error) -> Self {
        Self::Syntax { line: error.line(), column: error.column() }
    }
}

/// The name of what an envelope calls its own, in the form that the ledger takes: a text that is too long for it, or holds what
/// it cannot, is replaced by its digest.
fn own_batch(source: &str, batch: &str) -> Option<BatchId> {
    let fit = |text: &str| {
        let fits = text.len() <= 500 && !text.contains('\0');
        if fits { text.to_owned() } else { format!("sha256:{}", content_sha256(text.as_bytes())) }
    };
    BatchId::new(&fit(source), &fit(batch)).ok()
}
