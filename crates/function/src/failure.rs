//! Why a call failed: one type over the errors of all rooms, with a code, a status for gateways, and words for the caller.

use adit_fdk::BodyTooLarge;
use adit_ingest::{BatchIdError, DatabaseErrorKind, IngestError, PayloadError};
use adit_oci::{ErrorKind, OciError, Retryable};

use crate::credentials::SecretError;
use crate::envelope::EnvelopeError;
use crate::settings::SettingsError;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the function's settings are wrong: {0}")]
    Settings(#[from] SettingsError),
    #[error("{0}")]
    Oci(#[from] OciError),
    #[error("{0}")]
    Secret(#[from] SecretError),
    #[error("the body is larger than {} bytes (at least {}): send fewer rows at once", .0.limit, .0.at_least)]
    Body(BodyTooLarge),
    #[error("the table `{asked}` may not be written by this function; allowed: {allowed}")]
    Table { asked: String, allowed: String },
    #[error("{0}")]
    Batch(#[from] BatchIdError),
    #[error(
        "the object has no text and no whole number at {0}, where ADIT_BATCH says that its batch id stands"
    )]
    NoBatch(String),
    #[error("{0}")]
    Envelope(#[from] EnvelopeError),
    #[error("the object that the event names: {0}")]
    Object(#[source] OciError),
    #[error("the system gives no thread to read the object on: {0}")]
    Thread(#[source] std::io::Error),
    #[error("{0}")]
    Ingest(#[from] IngestError),
    #[error("all connections of this process were busy until the deadline")]
    Busy,
}

impl Failure {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Failure::Settings(_) => "A0401",
            Failure::Secret(_) => "A0405",
            Failure::Oci(error) => error.code(),
            Failure::Body(_) => "A0603",
            Failure::Table { .. } => "A0608",
            Failure::Batch(_) | Failure::NoBatch(_) => "A0609",
            Failure::Envelope(error) => error.code(),
            Failure::Object(error) => match error.kind() {
                ErrorKind::NotFound => "A0643",
                ErrorKind::Changed => "A0644",
                _ => error.code(),
            },
            Failure::Thread(_) => "A0645",
            Failure::Ingest(error) => error.code(),
            Failure::Busy => "A0520",
        }
    }

    /// The HTTP status that says it to a client behind a gateway.
    pub(crate) fn http_status(&self) -> u16 {
        match self {
            Failure::Body(_) => 413,
            Failure::Table { .. } => 403,
            Failure::Batch(_) | Failure::NoBatch(_) => 400,
            Failure::Envelope(EnvelopeError::EventType { .. }) => 422,
            Failure::Envelope(_) => 400,
            Failure::Object(error) if error.kind() == ErrorKind::NotFound => 404,
            Failure::Object(error) if error.kind() == ErrorKind::Changed => 409,
            Failure::Thread(_) => 503,
            Failure::Ingest(IngestError::Payload(PayloadError::RecordTooLarge { .. })) => 413,
            Failure::Ingest(IngestError::Payload(_)) => 400,
            Failure::Ingest(IngestError::Rejected(_)) => 422,
            Failure::Ingest(IngestError::Database(error)) => match error.kind {
                DatabaseErrorKind::Deadline => 504,
                DatabaseErrorKind::Unreachable
                | DatabaseErrorKind::TooManyConnections
                | DatabaseErrorKind::Lost
                | DatabaseErrorKind::Conflict
                | DatabaseErrorKind::Resources => 503,
                _ => 500,
            },
            Failure::Oci(error) | Failure::Object(error) => match error.kind() {
                ErrorKind::Timeout => 504,
                kind if kind.retryable() == Retryable::AfterBackoff => 503,
                _ => 500,
            },
            Failure::Busy => 503,
            Failure::Settings(_) | Failure::Secret(_) => 500,
        }
    }

    /// Whether the platform should count this as a time-out.
    pub(crate) fn is_timeout(&self) -> bool {
        self.http_status() == 504
    }

    /// Whether the rows may be there in spite of it.
    pub(crate) fn outcome_unknown(&self) -> bool {
        matches!(self, Failure::Ingest(error) if error.outcome_unknown())
    }

    /// The message for the log: without anything that stood in the payload or was asked for by the caller.
    pub(crate) fn without_data(&self) -> String {
        match self {
            Failure::Table { allowed, .. } => {
                format!("the call asks for a table that this function may not write; allowed: {allowed}")
            }
            Failure::Envelope(error) => error.without_data(),
            // The service's own words name the object.
            Failure::Object(error) => match error.kind() {
                ErrorKind::NotFound => {
                    "the object that the event names is not there, or may not be read".to_owned()
                }
                ErrorKind::Changed => "the object that the event names is another version now".to_owned(),
                _ => match error.call().and_then(|call| call.status) {
                    Some(status) => format!("Object Storage answered {status}"),
                    None => self.to_string(),
                },
            },
            Failure::Ingest(IngestError::Payload(PayloadError::Header { why, .. })) => {
                format!("a name in the CSV header is wrong: {why}")
            }
            Failure::Ingest(IngestError::Database(error)) if error.kind == DatabaseErrorKind::Refused => {
                error.kind.to_string()
            }
            other => other.to_string(),
        }
    }

    /// What to do next, in one sentence.
    pub(crate) fn help(&self) -> Option<&'static str> {
        Some(match self {
            Failure::Settings(_) => "`adit-function --settings` describes every variable",
            Failure::Secret(_) => {
                "the secret must be {\"host\", \"port\", \"dbname\", \"username\", \"password\"}; store a corrected version"
            }
            Failure::Oci(error) => match error.kind() {
                ErrorKind::NotFound => {
                    "the secret does not exist, or this principal may not read it: it needs `read secret-bundles`"
                }
                ErrorKind::NotAuthenticated => {
                    "the signature was refused: check the key, its fingerprint and the clock"
                }
                ErrorKind::Connect | ErrorKind::Timeout => {
                    "the function's subnet needs a route and an egress rule to Oracle's services (443/TCP)"
                }
                _ => return None,
            },
            Failure::Envelope(EnvelopeError::Shape { .. }) => {
                "ADIT_ENVELOPE says what every body is; `auto` looks at each"
            }
            Failure::Envelope(EnvelopeError::EventType { .. }) => {
                "let the rule send no other events, or set ADIT_ENVELOPE=raw to store events themselves"
            }
            Failure::Object(error) => match error.kind() {
                ErrorKind::NotFound => {
                    "it was deleted since, or this principal may not read it: it needs `read objects` (permission OBJECT_READ) \
                     in the bucket's compartment"
                }
                ErrorKind::Changed => {
                    "nothing was stored: the version that is there now has an event of its own"
                }
                ErrorKind::NotAuthenticated => {
                    "the signature was refused: check the key, its fingerprint and the clock"
                }
                ErrorKind::Connect | ErrorKind::Timeout => {
                    "the function's subnet needs a route and an egress rule to Oracle's services (443/TCP)"
                }
                _ => return None,
            },
            Failure::Ingest(IngestError::Database(error)) => match error.kind {
                _ if error.outcome_unknown => "look whether the rows are there before you send them again",
                DatabaseErrorKind::Unreachable => {
                    "refused: nothing listens there. Time-out: a route or a security rule is missing on the way there or back"
                }
                DatabaseErrorKind::Credentials => {
                    "this is what the secret says now: store a corrected version, the next call reads it"
                }
                DatabaseErrorKind::NoDatabase => "correct `dbname` in the secret, or create the database",
                DatabaseErrorKind::Tls => {
                    "`sslmode` and `sslrootcert` of the secret, or ADIT_SSLMODE and ADIT_SSLROOTCERT, say what is trusted"
                }
                DatabaseErrorKind::Deadline => {
                    "nothing was stored: send fewer rows at once, or give the function more time"
                }
                DatabaseErrorKind::TooManyConnections => {
                    "raise the pooler's pool, or lower the function's concurrency"
                }
                DatabaseErrorKind::NoLedger => {
                    "make it with `adit migrate`, let ADIT_MIGRATE=allow make it, or leave the batch id out"
                }
                DatabaseErrorKind::NoRejectsTable => {
                    "make it with `adit migrate`, let ADIT_MIGRATE=allow make it, or set ADIT_ON_REJECT=each"
                }
                DatabaseErrorKind::NoKey => {
                    "make a unique constraint over it, or name another one in ADIT_KEY"
                }
                DatabaseErrorKind::Mapping => "correct ADIT_MAPPING, ADIT_KEY or ADIT_UPDATE, or the table",
                DatabaseErrorKind::NoTable => "create the table, or grant usage on its schema",
                DatabaseErrorKind::Privilege => {
                    "grant insert on the table, and usage on its sequences, to the user"
                }
                _ => return None,
            },
            Failure::Ingest(IngestError::Payload(PayloadError::Malformed { .. })) => {
                "nothing was stored: correct it and send it again"
            }
            _ => return None,
        })
    }
}
