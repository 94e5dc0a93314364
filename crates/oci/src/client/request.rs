//! A request before it is signed, and the answer to it.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::region::endpoint::{BaseUrl, EndpointError, Service};

/// Everything but the unreserved characters of RFC 3986 is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as one segment of a path: its slashes are no separators.
pub(crate) fn segment(text: &str) -> impl fmt::Display {
    utf8_percent_encode(text, ENCODED)
}

/// A request to one operation of one service.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) operation: &'static str,
    pub(super) service: Service,
    pub(super) base: Option<BaseUrl>,
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) repeats: bool,
    pub(super) attempt_timeout: Option<Duration>,
    pub(super) response_limit: Option<usize>,
}

impl Request {
    /// A request for `path` of `service`, with no query and no body. `operation` names it in errors, as Oracle's own
    /// libraries do (`get_secret_bundle`). GET, HEAD, PUT and DELETE are repeated when they fail for a while.
    #[must_use]
    pub fn new(operation: &'static str, service: Service, method: Method, path: impl Into<String>) -> Self {
        Self {
            operation,
            service,
            base: None,
            repeats: matches!(method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE),
            method,
            target: path.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            attempt_timeout: None,
            response_limit: None,
        }
    }

    /// Adds a query parameter; the value is percent-encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.target.push(if self.target.contains('?') { '&' } else { '?' });
        self.target.extend([name, "="]);
        self.target.extend(utf8_percent_encode(value, ENCODED));
        self
    }

    /// Adds a query parameter when there is a value.
    #[must_use]
    pub fn query_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Sets a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets the body; JSON unless a `content-type` header says otherwise.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Whether the request may be sent again when it is not known whether it was carried out.
    #[must_use]
    pub fn repeats(mut self, repeats: bool) -> Self {
        self.repeats = repeats;
        self
    }

    /// Goes to this base URL instead of the service's own (a function's invoke endpoint).
    ///
    /// # Errors
    /// [`EndpointError`] when it is not a base URL.
    pub fn at(mut self, base_url: &str) -> Result<Self, EndpointError> {
        self.base = Some(BaseUrl::parse(base_url)?);
        Ok(self)
    }

    /// How long one attempt may take, instead of the client's own limit.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// How many bytes the answer may have, instead of the client's own limit.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = Some(bytes);
        self
    }
}

/// An answer.
#[derive(Clone)]
pub struct Response {
    /// Status; 200 to 299 when it comes from [`crate::Client::send`].
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The whole body. It may hold a secret, so `Debug` shows its length only.
    pub body: Bytes,
    /// How many times the request was sent.
    pub attempts: u32,
}

impl Response {
    /// The name of the call in the service's logs.
    #[must_use]
    pub fn opc_request_id(&self) -> Option<&str> {
        self.headers.get("opc-request-id").and_then(|value| value.to_str().ok())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("opc_request_id", &self.opc_request_id())
            .field("bytes", &self.body.len())
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
