//! What the platform tells the function before the first call, checked once at the start. Listening is the business
//! of `socket`, answering of `call`.

use std::time::Duration;

use crate::env::{FN_FORMAT, FN_LISTENER, FN_LOGFRAME_HDR, FN_LOGFRAME_NAME};
use crate::frame::LogFrame;
use crate::socket::SocketPath;

/// The largest request body and the largest reply that Oracle Functions carries: 6 MiB, measured to the byte.
pub const PLATFORM_BODY_LIMIT: usize = 6 * 1024 * 1024;

/// What the platform asks of this container: where to listen, how to frame the log, how much it carries.
///
/// ```
/// use std::time::Duration;
/// use adit_fdk::Contract;
///
/// let contract = Contract::from_vars(|name| match name {
///     "FN_LISTENER" => Some("unix:/tmp/iofs/lsnr.sock".to_owned()),
///     "FN_FORMAT" => Some("http-stream".to_owned()),
///     _ => None,
/// })?
/// .max_body(1024 * 1024)
/// .default_timeout(Duration::from_secs(10));
///
/// let error = Contract::from_vars(|_| None).unwrap_err();
/// assert_eq!(error.code(), "A0701");
/// # Ok::<(), adit_fdk::ContractError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Contract {
    pub(crate) socket: SocketPath,
    pub(crate) frame: Option<LogFrame>,
    pub(crate) limits: Limits,
}

/// How much a call may carry and how long it may take when the platform does not say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of a request body that are kept for the handler.
    pub(crate) body: usize,
    /// Bytes of a reply's body.
    pub(crate) reply: usize,
    /// The time a call has when `Fn-Deadline` is absent or cannot be read.
    pub(crate) timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: PLATFORM_BODY_LIMIT, reply: PLATFORM_BODY_LIMIT, timeout: Duration::from_secs(30) }
    }
}

impl Contract {
    /// The contract as the process's environment states it.
    ///
    /// # Errors
    ///
    /// [`ContractError`] when `FN_LISTENER` or `FN_FORMAT` is not one that can be served.
    pub fn from_env() -> Result<Self, ContractError> {
        Self::from_vars(|name| std::env::var(name).ok())
    }

    /// The contract as `var` states it, which is asked for each variable of [`env`](crate::env) by its name.
    ///
    /// # Errors
    ///
    /// [`ContractError`] when `FN_LISTENER` or `FN_FORMAT` is not one that can be served.
    pub fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Self, ContractError> {
        let given = |name| var(name).filter(|value| !value.is_empty());
        if let Some(found) = given(FN_FORMAT).filter(|format| format != "http-stream") {
            return Err(ContractError::Format { found });
        }
        Ok(Self {
            socket: SocketPath::parse(&given(FN_LISTENER).ok_or(ContractError::NoListener)?)?,
            frame: LogFrame::new(given(FN_LOGFRAME_NAME), given(FN_LOGFRAME_HDR)),
            limits: Limits::default(),
        })
    }

    /// Keeps at most `bytes` of a request body; the handler of a longer one sees [`BodyTooLarge`](crate::BodyTooLarge).
    /// The default is [`PLATFORM_BODY_LIMIT`].
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.limits.body = bytes;
        self
    }

    /// Sends replies of at most `bytes`; a longer one is answered as a failure, since the platform would refuse it.
    /// The default is [`PLATFORM_BODY_LIMIT`].
    #[must_use]
    pub fn max_reply(mut self, bytes: usize) -> Self {
        self.limits.reply = bytes;
        self
    }

    /// The time that a call has when the platform does not say. The default is 30 seconds, as the platform's is.
    #[must_use]
    pub fn default_timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = timeout;
        self
    }
}

/// Why the environment is not one that this FDK can serve. Each is fatal: print it and exit non-zero (clauses 1 and 2).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContractError {
    /// `FN_LISTENER` is unset or empty.
    #[error("FN_LISTENER is not set: the platform sets it to where the function must listen, unix:<path>")]
    NoListener,
    /// `FN_LISTENER` is not `unix:` and something.
    #[error("FN_LISTENER is {found:?}: only unix:<absolute path> can be served")]
    NotUnix {
        /// The value found.
        found: String,
    },
    /// The path in `FN_LISTENER` is relative or names no file.
    #[error("FN_LISTENER is {found:?}: after unix: there must be an absolute path that ends in a file name")]
    NotAFile {
        /// The value found.
        found: String,
    },
    /// The path in `FN_LISTENER` does not fit into a socket address.
    #[error("the path in FN_LISTENER has {length} bytes: a socket's path has at most {limit}")]
    TooLong {
        /// The path's length in bytes.
        length: usize,
        /// The longest path that a socket can have, in bytes.
        limit: usize,
    },
    /// `FN_FORMAT` is something other than `http-stream`.
    #[error("FN_FORMAT is {found:?}: only http-stream can be served")]
    Format {
        /// The value found.
        found: String,
    },
}

impl ContractError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoListener => "A0701",
            Self::NotUnix { .. } => "A0702",
            Self::NotAFile { .. } => "A0703",
            Self::TooLong { .. } => "A0704",
            Self::Format { .. } => "A0705",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Contract, ContractError};

    fn contract(format: Option<&str>) -> Result<Contract, ContractError> {
        Contract::from_vars(|name| match name {
            "FN_LISTENER" => Some("unix:/tmp/iofs/lsnr.sock".to_owned()),
            "FN_FORMAT" => format.map(str::to_owned),
            _ => None,
        })
    }

    #[test]
    fn a1_only_http_stream_is_a_format_and_it_may_be_left_out() {
        for format in [None, Some(""), Some("http-stream")] {
            contract(format).unwrap();
        }
        for format in ["json", "HTTP-STREAM", "http-stream "] {
            let error = contract(Some(format)).unwrap_err();
            assert_eq!(error, ContractError::Format { found: format.to_owned() });
            assert!(error.to_string().starts_with("FN_FORMAT is"), "{error}");
        }
    }

    #[test]
    fn a2_a_listener_is_needed() {
        for listener in [None, Some(String::new())] {
            let error = Contract::from_vars(|_| listener.clone()).unwrap_err();
            assert_eq!(error, ContractError::NoListener);
        }
    }
}
