//! Why a call failed, its stable code, and whether to try again.

use std::fmt;
use std::time::SystemTime;

use http::StatusCode;
use http::header::DATE;
use serde::Deserialize;

use super::request::Response;
use crate::objectstorage::AddressError;
use crate::principal::PrincipalError;
use crate::region::endpoint::EndpointError;
use crate::sign::SignError;
use crate::verify::MAX_SKEW;

/// Why a call failed. No variant carries a secret, a token or a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OciError {
    /// The principal cannot sign.
    #[error(transparent)]
    Principal(#[from] PrincipalError),
    /// Nothing says in which region to ask.
    #[error(
        "no region for Oracle Cloud: set OCI_REGION, or the region of the resource principal or the profile"
    )]
    NoRegion,
    /// An address that cannot be used.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// An object that cannot be asked for.
    #[error(transparent)]
    Object(#[from] AddressError),
    /// TLS could not be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(rustls::Error),
    /// The request could not be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The call was made and failed.
    #[error(transparent)]
    Call(Box<CallFailure>),
}

/// What happened to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFailure {
    /// The operation: `get_secret_bundle`.
    pub operation: &'static str,
    /// What kind of failure.
    pub kind: ErrorKind,
    /// The status of the answer, when there was one.
    pub status: Option<StatusCode>,
    /// The service's own code, such as `NotAuthorizedOrNotFound`, when the answer has one.
    pub service_code: Option<String>,
    /// What the service says, or what went wrong on the way.
    pub message: String,
    /// The name of the call in the service's logs: the service's own when it answered, else the one that was sent.
    pub opc_request_id: String,
    /// How many times the request was sent.
    pub attempts: u32,
}

/// What kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Credentials are missing, wrong or expired on this side.
    Credentials,
    /// Region, address or request cannot be used.
    Configuration,
    /// No connection: name not resolved, refused, no route.
    Connect,
    /// The other side's certificate is not to be trusted.
    Certificate,
    /// No answer in time.
    Timeout,
    /// The connection broke, or what came is not HTTP.
    Broken,
    /// 401: signature, key or clock refused.
    NotAuthenticated,
    /// 404: there is no such thing, or it may not be seen. Oracle Cloud does not say which.
    NotFound,
    /// 409 `IncorrectState`, `LockConflict`: passes by itself.
    Conflict,
    /// 412: it is not the version that was asked for any more.
    Changed,
    /// 429.
    Throttled,
    /// 500 and above, but 501.
    Server,
    /// Any other answer that is not a success.
    Refused,
    /// The answer has more bytes than allowed.
    TooLarge,
    /// The answer is a success, and cannot be understood.
    BadAnswer,
}

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retryable {
    /// Not with the same request.
    Never,
    /// Once, with credentials that were read again.
    AfterRefresh,
    /// After a while.
    AfterBackoff,
}

impl ErrorKind {
    /// Stable code and whether trying again can help: the rules of Oracle's own libraries, except that a certificate that
    /// is not trusted is not asked for eight times.
    const fn facts(self) -> (&'static str, Retryable) {
        use Retryable::{AfterBackoff, AfterRefresh, Never};
        match self {
            Self::Credentials => ("A0801", Never),
            Self::Configuration => ("A0802", Never),
            Self::Connect => ("A0803", AfterBackoff),
            Self::Certificate => ("A0804", Never),
            Self::Timeout => ("A0805", AfterBackoff),
            Self::Broken => ("A0806", AfterBackoff),
            Self::NotAuthenticated => ("A0807", AfterRefresh),
            Self::NotFound => ("A0808", Never),
            Self::Conflict => ("A0809", AfterBackoff),
            Self::Throttled => ("A0810", AfterBackoff),
            Self::Server => ("A0811", AfterBackoff),
            Self::Refused => ("A0812", Never),
            Self::TooLarge => ("A0813", Never),
            Self::BadAnswer => ("A0814", Never),
            Self::Changed => ("A0815", Never),
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.facts().0
    }

    /// Whether trying again can help.
    #[must_use]
    pub const fn retryable(self) -> Retryable {
        self.facts().1
    }

    fn of_status(status: StatusCode, service_code: Option<&str>) -> Self {
        match status.as_u16() {
            401 => Self::NotAuthenticated,
            404 => Self::NotFound,
            409 if matches!(service_code, Some("IncorrectState" | "LockConflict")) => Self::Conflict,
            412 => Self::Changed,
            429 => Self::Throttled,
            501 => Self::Refused,
            500.. => Self::Server,
            _ => Self::Refused,
        }
    }
}

impl OciError {
    /// What kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Principal(_) | Self::Sign(_) => ErrorKind::Credentials,
            Self::NoRegion | Self::Endpoint(_) | Self::Object(_) | Self::Tls(_) => ErrorKind::Configuration,
            Self::Call(failure) => failure.kind,
        }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// The failed call, when it came to one.
    #[must_use]
    pub fn call(&self) -> Option<&CallFailure> {
        match self {
            Self::Call(failure) => Some(failure),
            _ => None,
        }
    }
}

impl From<CallFailure> for OciError {
    fn from(failure: CallFailure) -> Self {
        Self::Call(Box::new(failure))
    }
}

impl CallFailure {
    pub(super) fn new(operation: &'static str, opc_request_id: String, attempts: u32) -> Self {
        Self {
            operation,
            kind: ErrorKind::Broken,
            status: None,
            service_code: None,
            message: String::new(),
            opc_request_id,
            attempts,
        }
    }

    /// The failure that an answer tells of: `{"code","message"}`, or anything. A 401 may come from a wrong clock, which
    /// the service does not say but shows by its own.
    pub(super) fn of_answer(self, response: &Response, now: SystemTime) -> Self {
        let told: Option<Told> = serde_json::from_slice(&response.body).ok();
        let (service_code, message) = match told {
            Some(told) => {
                (told.code.map(|code| legible(&code)), told.message.map(|message| legible(&message)))
            }
            None => (None, None),
        };
        let kind = ErrorKind::of_status(response.status, service_code.as_deref());
        let mut message = message
            .unwrap_or_else(|| format!("an answer of {} bytes without a message", response.body.len()));
        if let Some(clock) = clock_skew(response, now).filter(|_| kind == ErrorKind::NotAuthenticated) {
            message = format!("{message}; {clock}");
        }
        Self {
            kind,
            status: Some(response.status),
            service_code,
            message,
            opc_request_id: response.opc_request_id().map_or(self.opc_request_id, legible),
            ..self
        }
    }

    /// The failure of an answer that is a success and cannot be understood. `what` must not quote it.
    pub(crate) fn not_understood(operation: &'static str, response: &Response, what: &str) -> Self {
        let id = response.opc_request_id().map(legible).unwrap_or_default();
        Self {
            kind: ErrorKind::BadAnswer,
            status: Some(response.status),
            message: what.to_owned(),
            ..Self::new(operation, id, response.attempts)
        }
    }
}

/// The body of an answer that is not a success.
#[derive(Deserialize)]
struct Told {
    code: Option<String>,
    message: Option<String>,
}

/// Set when this clock is further from the service's than it allows.
fn clock_skew(response: &Response, now: SystemTime) -> Option<String> {
    let date = httpdate::parse_http_date(response.headers.get(DATE)?.to_str().ok()?).ok()?;
    let (skew, side) = match now.duration_since(date) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    (skew > MAX_SKEW).then(|| {
        format!("this machine's clock is {} s {side} the service's, 300 s are allowed", skew.as_secs())
    })
}

/// One line of at most 500 characters.
fn legible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect()
}

impl fmt::Display for CallFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.operation)?;
        if let Some(status) = self.status {
            write!(f, "{} ", status.as_u16())?;
        }
        if let Some(code) = &self.service_code {
            write!(f, "{code}: ")?;
        }
        let attempts =
            if self.attempts == 1 { "1 attempt".to_owned() } else { format!("{} attempts", self.attempts) };
        write!(f, "{} ({attempts}, opc-request-id {})", self.message, self.opc_request_id)
    }
}

impl std::error::Error for CallFailure {}
