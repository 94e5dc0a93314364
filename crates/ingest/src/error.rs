//! What can go wrong with a payload, each with its stable code and with the answer to "does trying again help?". Which
//! SQLSTATE is which kind of error is `sqlstate`'s.

use std::io;

use crate::load::Load;
use crate::receipt::{Receipt, Rejects};

/// Why a payload was not stored. Unless [`IngestError::outcome_unknown`] says so, nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The payload cannot be read.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// Records of it cannot be rows.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// The database did not take it.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Why a payload cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// There is no record in it.
    #[error("the payload is empty: no record in it")]
    Empty,
    /// It is not JSON or CSV from this byte on.
    #[error("the payload is malformed at byte {offset}: {reason}")]
    Malformed {
        /// The byte, counted from 0, after decompression.
        offset: u64,
        /// What was expected or found there.
        reason: String,
        /// Some text around the place. It is the caller's data: not for a log.
        near: String,
    },
    /// A name in the CSV header is wrong.
    #[error("the CSV header has `{name}`, but {why}")]
    Header {
        /// The name.
        name: String,
        /// Why it cannot stand there.
        why: String,
    },
    /// One record is larger than what can be sent or held.
    #[error("a record has {bytes} bytes; at most {limit} are taken")]
    RecordTooLarge {
        /// Its size, as far as it was read.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The bytes could not be read, or could not be decompressed.
    #[error("the payload cannot be read: {0}")]
    Unreadable(#[source] io::Error),
}

impl PayloadError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            PayloadError::Malformed { .. } => "A0601",
            PayloadError::Empty => "A0602",
            PayloadError::RecordTooLarge { .. } => "A0603",
            PayloadError::Header { .. } => "A0604",
            PayloadError::Unreadable(_) => "A0605",
        }
    }
}

/// Records of a payload cannot be rows, and so none was stored.
#[derive(Debug, thiserror::Error)]
#[error("{} of {received} records cannot be stored, so none was", rejects.total())]
pub struct Rejected {
    /// Records in the payload.
    pub received: u64,
    /// The records at fault.
    pub rejects: Rejects,
}

impl Rejected {
    /// The receipt of a payload of which nothing was stored because nothing could be, and nothing else was wrong.
    pub(crate) fn into_receipt(self, load: &Load) -> Receipt {
        Receipt {
            table: load.table.to_string(),
            received: self.received,
            rejected: self.rejects.total(),
            rejects: self.rejects.into_first(),
            ..Receipt::default()
        }
    }
}

/// The database did not take a payload.
#[derive(Debug, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct DatabaseError {
    /// The kind of failure.
    pub kind: DatabaseErrorKind,
    /// What the server, the pooler or the operating system said. It may quote a value of the payload only where
    /// [`DatabaseErrorKind::Refused`] says so.
    pub message: String,
    /// The server's SQLSTATE, if the server spoke.
    pub sqlstate: Option<String>,
    /// Whether the rows may have been stored nevertheless: the connection was lost while the commit was under way.
    pub outcome_unknown: bool,
}

/// The kinds of database failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DatabaseErrorKind {
    /// No connection: refused, no route, no answer, no such host.
    #[error("the database cannot be reached")]
    Unreachable,
    /// The user or the password is not accepted.
    #[error("the database does not accept the user or the password")]
    Credentials,
    /// There is no database of this name.
    #[error("there is no such database")]
    NoDatabase,
    /// All connections are taken, at the server or at the pooler.
    #[error("the database has no free connection")]
    TooManyConnections,
    /// TLS could not be agreed on, or the server's certificate is not trusted.
    #[error("no secure connection to the database")]
    Tls,
    /// The connection was lost in the middle.
    #[error("the connection to the database was lost")]
    Lost,
    /// The time was up; the work was rolled back.
    #[error("the time for the call was up")]
    Deadline,
    /// There is no table of this name.
    #[error("there is no such table")]
    NoTable,
    /// A batch id was given, but there is no table to note it in.
    #[error("there is no ledger")]
    NoLedger,
    /// Rejects are to be kept, but there is no table for them.
    #[error("there is no table of rejects")]
    NoRejectsTable,
    /// The mode needs a key that the table does not have.
    #[error("the table has no such key")]
    NoKey,
    /// The mapping or the mode names a column that the table does not have, or that cannot take what it shall.
    #[error("the mapping does not fit the table")]
    Mapping,
    /// The user may not write the table.
    #[error("the database user may not do this")]
    Privilege,
    /// The table is not what it was a moment ago.
    #[error("the table has changed")]
    Schema,
    /// A prepared statement met the wrong server connection: somebody's session state behind a transaction pooler.
    #[error("the pooler gave a statement to another server connection")]
    Statement,
    /// Another transaction was in the way.
    #[error("another transaction was in the way")]
    Conflict,
    /// The server is out of space or memory.
    #[error("the database is out of resources")]
    Resources,
    /// The settings of the connection are wrong.
    #[error("the settings of the database connection are wrong")]
    Settings,
    /// Anything else that the server refused.
    #[error("the database refused the statement")]
    Refused,
}

/// What to do about an error before giving up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Nothing helps.
    Never,
    /// The same again on a new connection, after a pause.
    Later,
    /// With the credentials read again.
    Credentials,
    /// With the table's columns read again.
    Table,
    /// After the server connection has forgotten its prepared statements.
    Statements,
}

impl IngestError {
    /// The stable code: `adit explain` knows it.
    pub fn code(&self) -> &'static str {
        match self {
            IngestError::Payload(error) => error.code(),
            IngestError::Rejected(_) => "A0620",
            IngestError::Database(error) => error.code(),
        }
    }

    /// Whether trying again can help, and how. An unknown outcome is not tried again: the rows may be there, and only a batch
    /// id tells (see [`crate::Load::batch`]).
    pub fn retry(&self) -> Retry {
        match self {
            IngestError::Payload(_) | IngestError::Rejected(_) => Retry::Never,
            IngestError::Database(error) => error.retry(),
        }
    }

    /// Whether the rows may have been stored in spite of the error.
    pub fn outcome_unknown(&self) -> bool {
        matches!(self, IngestError::Database(DatabaseError { outcome_unknown: true, .. }))
    }
}

impl DatabaseError {
    /// An error of this kind, with nothing stored.
    pub(crate) fn new(kind: DatabaseErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), sqlstate: None, outcome_unknown: false }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        if self.outcome_unknown {
            return "A0519";
        }
        match self.kind {
            DatabaseErrorKind::Unreachable => "A0501",
            DatabaseErrorKind::Credentials => "A0502",
            DatabaseErrorKind::NoDatabase => "A0503",
            DatabaseErrorKind::TooManyConnections => "A0504",
            DatabaseErrorKind::Tls => "A0505",
            DatabaseErrorKind::Lost => "A0506",
            DatabaseErrorKind::Deadline => "A0507",
            DatabaseErrorKind::NoTable => "A0508",
            DatabaseErrorKind::Privilege => "A0509",
            DatabaseErrorKind::Schema => "A0510",
            DatabaseErrorKind::Conflict => "A0511",
            DatabaseErrorKind::Statement => "A0512",
            DatabaseErrorKind::Resources => "A0513",
            DatabaseErrorKind::Settings => "A0514",
            DatabaseErrorKind::Refused => "A0515",
            DatabaseErrorKind::NoLedger => "A0516",
            DatabaseErrorKind::NoKey => "A0517",
            DatabaseErrorKind::Mapping => "A0518",
            DatabaseErrorKind::NoRejectsTable => "A0521",
        }
    }

    /// Whether trying again can help, and how.
    pub fn retry(&self) -> Retry {
        if self.outcome_unknown {
            return Retry::Never;
        }
        match self.kind {
            DatabaseErrorKind::Unreachable
            | DatabaseErrorKind::Credentials
            | DatabaseErrorKind::NoDatabase => Retry::Credentials,
            DatabaseErrorKind::TooManyConnections
            | DatabaseErrorKind::Lost
            | DatabaseErrorKind::Conflict
            | DatabaseErrorKind::Resources => Retry::Later,
            DatabaseErrorKind::Schema => Retry::Table,
            DatabaseErrorKind::Statement => Retry::Statements,
            DatabaseErrorKind::Tls
            | DatabaseErrorKind::Deadline
            | DatabaseErrorKind::NoTable
            | DatabaseErrorKind::NoLedger
            | DatabaseErrorKind::NoRejectsTable
            | DatabaseErrorKind::NoKey
            | DatabaseErrorKind::Mapping
            | DatabaseErrorKind::Privilege
            | DatabaseErrorKind::Settings
            | DatabaseErrorKind::Refused => Retry::Never,
        }
    }
}
