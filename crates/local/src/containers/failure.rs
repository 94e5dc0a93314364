//! The ways an invocation ends without the function's own answer, as Oracle Functions reports them.

use std::time::Duration;

use http::StatusCode;

/// Why the caller gets an error instead of the function's reply. The codes and statuses are those of Oracle's
/// troubleshooting page for invoking functions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The request's body is over the limit; no container saw it.
    #[error("the request is larger than {limit} bytes")]
    RequestTooLarge {
        /// In bytes.
        limit: usize,
    },
    /// Every allowed container is busy.
    #[error("all {limit} containers of this function are busy")]
    TooManyRequests {
        /// The function's concurrency.
        limit: usize,
    },
    /// The container could not be started, or ended before it published its socket.
    #[error("the container failed to initialise: {why}")]
    InitFail {
        /// What was seen.
        why: String,
    },
    /// The container published something that is no usable socket.
    #[error("the container failed to initialise: {why}")]
    UnusableSocket {
        /// What was seen.
        why: String,
    },
    /// The socket did not appear in time.
    #[error("the container did not publish its socket within {limit:?}")]
    InitTimeout {
        /// How long it had.
        limit: Duration,
    },
    /// No reply in time (the container is killed).
    #[error("the function did not answer within {limit:?}")]
    Timeout {
        /// How long it had.
        limit: Duration,
    },
    /// The function said 504: it noticed its deadline itself.
    #[error("the function said that it ran out of time")]
    SaidTimedOut,
    /// The function said 502: it failed and is still well.
    #[error("the function said that it failed; its log has the reason")]
    SaidFailed,
    /// The connection broke, or the process ended, before the reply was complete.
    #[error("the function did not complete its reply: {why}")]
    Broken {
        /// What was seen.
        why: String,
    },
    /// A status other than 200, 502 or 504.
    #[error("the function answered with status {status}, but may answer only 200, 502 and 504")]
    InvalidStatus {
        /// What it answered.
        status: u16,
    },
    /// The reply's headers are over the limit.
    #[error("the headers of the function's reply are larger than {limit} bytes")]
    ResponseHeaderTooLarge {
        /// In bytes.
        limit: usize,
    },
    /// The reply's body is over the limit.
    #[error("the function's reply is larger than {limit} bytes")]
    ResponseBodyTooLarge {
        /// In bytes.
        limit: usize,
    },
}

impl Failure {
    /// The status and the service code that the caller gets.
    pub fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::RequestTooLarge { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, "FunctionInvokeRequestContentTooLarge")
            }
            Self::TooManyRequests { .. } => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequests"),
            Self::InitFail { .. } | Self::UnusableSocket { .. } => {
                (StatusCode::BAD_GATEWAY, "FunctionInvokeContainerInitFail")
            }
            Self::InitTimeout { .. } => (StatusCode::GATEWAY_TIMEOUT, "FunctionInvokeContainerInitTimeout"),
            Self::Timeout { .. } | Self::SaidTimedOut => {
                (StatusCode::GATEWAY_TIMEOUT, "FunctionInvokeTimeout")
            }
            Self::SaidFailed => (StatusCode::BAD_GATEWAY, "FunctionInvokeExecutionFailed"),
            Self::Broken { .. } => (StatusCode::BAD_GATEWAY, "FunctionInvokeExecutionError"),
            Self::InvalidStatus { .. } => (StatusCode::BAD_GATEWAY, "FunctionInvokeInvalidResponse"),
            Self::ResponseHeaderTooLarge { .. } => {
                (StatusCode::BAD_GATEWAY, "FunctionInvokeResponseHeaderTooLarge")
            }
            Self::ResponseBodyTooLarge { .. } => {
                (StatusCode::BAD_GATEWAY, "FunctionInvokeResponseBodyTooLarge")
            }
        }
    }

    /// Whether the container that gave this outcome is used again.
    pub(crate) fn spares_the_container(&self) -> bool {
        match self {
            Self::SaidFailed | Self::SaidTimedOut | Self::ResponseBodyTooLarge { .. } => true,
            Self::RequestTooLarge { .. }
            | Self::TooManyRequests { .. }
            | Self::InitFail { .. }
            | Self::UnusableSocket { .. }
            | Self::InitTimeout { .. }
            | Self::Timeout { .. }
            | Self::Broken { .. }
            | Self::InvalidStatus { .. }
            | Self::ResponseHeaderTooLarge { .. } => false,
        }
    }
}
