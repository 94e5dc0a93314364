//! What can go wrong with one call inside the FDK, with its stable code and its line in the log. The caller learns of
//! none of it (contract clause 28); what the handler's own work can meet is the handler's.

use http::HeaderValue;

use crate::log::{self, Event};
use crate::panics::Panic;

/// A call, or an attempt at one, that did not go as it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the handler panicked at {}: {}", .0.place, .0.message)]
    Panicked(Panic),
    #[error("the reply has {bytes} bytes: the platform carries at most {limit}")]
    ReplyTooLarge { bytes: usize, limit: usize },
    #[error("the reply's headers have {bytes} bytes: the platform carries at most {limit}")]
    HeadersTooLarge { bytes: usize, limit: usize },
    #[error("the reply cannot be written as JSON: {0}")]
    NotJson(#[source] serde_json::Error),
    #[error("the reply has a header that HTTP does not allow: {0}")]
    BadHeader(#[source] http::Error),
    #[error("the reply's status for the gateway is {status}: it must be 200 to 599")]
    BadStatus { status: u16 },
    #[error("the request's body ended before its end, so nothing of it was used: {0}")]
    Truncated(#[source] hyper::Error),
    #[error("the request is not one that this function can read: {0}")]
    Unreadable(#[source] hyper::Error),
    #[error("the reply could not be delivered: {0}")]
    Undelivered(#[source] hyper::Error),
    #[error("a connection cannot be accepted: {0}")]
    Accept(#[source] std::io::Error),
}

impl Fault {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Panicked(_) => "A0721",
            Self::ReplyTooLarge { .. } => "A0722",
            Self::HeadersTooLarge { .. } => "A0723",
            Self::NotJson(_) => "A0724",
            Self::BadHeader(_) | Self::BadStatus { .. } => "A0725",
            Self::Truncated(_) => "A0726",
            Self::Unreadable(_) => "A0727",
            Self::Accept(_) => "A0728",
            Self::Undelivered(_) => "A0729",
        }
    }

    /// Writes the fault to the log, with the id of the call that met it.
    pub(crate) fn report(&self, call_id: Option<&HeaderValue>) {
        log::line(&Event {
            level: "error",
            code: self.code(),
            call_id: call_id.and_then(|id| id.to_str().ok()),
            message: self.to_string(),
        });
    }
}
