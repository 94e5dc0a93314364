//! Calls for tests, made by hand. `serve` makes its own from what arrives.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Invocation;
use crate::body::BodyTooLarge;
use crate::deadline::Deadline;
use crate::names;

/// A call in the making; see [`Invocation::builder`]. It begins as a raw call without headers, with an empty body and
/// 30 seconds.
#[derive(Debug)]
#[must_use]
pub struct InvocationBuilder {
    headers: Result<HeaderMap, http::Error>,
    body: Result<Bytes, BodyTooLarge>,
    deadline: Option<Deadline>,
}

impl Default for InvocationBuilder {
    fn default() -> Self {
        Self { headers: Ok(HeaderMap::new()), body: Ok(Bytes::new()), deadline: None }
    }
}

impl InvocationBuilder {
    /// Adds a header; one that is there already stays.
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<http::Error>>,
        V: TryInto<HeaderValue, Error: Into<http::Error>>,
    {
        self.headers = self.headers.and_then(|mut headers| {
            headers.append(name.try_into().map_err(Into::into)?, value.try_into().map_err(Into::into)?);
            Ok(headers)
        });
        self
    }

    /// Sets the call's id.
    pub fn call_id(self, id: &str) -> Self {
        self.header(names::CALL_ID, id)
    }

    /// Sets the body's media type.
    pub fn content_type(self, content_type: &str) -> Self {
        self.header(http::header::CONTENT_TYPE, content_type)
    }

    /// Makes it a gateway's call: a request of `method` for `url`, which is absolute or begins with its path.
    pub fn gateway(self, method: &str, url: &str) -> Self {
        self.header(names::INTENT, "httprequest")
            .header(names::HTTP_METHOD, method)
            .header(names::HTTP_REQUEST_URL, url)
    }

    /// Sets when the platform gives up.
    pub fn deadline(mut self, deadline: Deadline) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Ok(body.into());
        self
    }

    /// Makes it a call whose body had `at_least` bytes where `limit` were allowed.
    pub fn body_too_large(mut self, limit: usize, at_least: u64) -> Self {
        self.body = Err(BodyTooLarge { limit, at_least });
        self
    }

    /// The call.
    ///
    /// # Errors
    ///
    /// The first header whose name or value HTTP does not allow.
    pub fn build(self) -> Result<Invocation, http::Error> {
        let deadline = self.deadline.unwrap_or_else(|| Deadline::after(Duration::from_secs(30)));
        Ok(Invocation::new(self.headers?, self.body, deadline))
    }
}

#[cfg(test)]
mod tests {
    use super::InvocationBuilder;

    #[test]
    fn a_header_that_http_does_not_allow_is_an_error() {
        InvocationBuilder::default().header("no name", "value").build().unwrap_err();
        InvocationBuilder::default().header("name", "no\nvalue").header("x", "y").build().unwrap_err();
        InvocationBuilder::default().content_type("a\0b").build().unwrap_err();
    }
}
