//! What a handler answers. How it looks on the socket, and which replies cannot be sent, is in `encode`.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use crate::fault::Fault;
use crate::names;

/// The answer to a call.
///
/// The platform knows three outcomes and kills the container for any other status (contract clause 26): the call
/// succeeded, it failed, or it ran out of time. It passes a body on only for the first, so the detail of an error is a
/// document in a reply that succeeded, or a line in the log.
///
/// ```
/// use adit_fdk::{Outcome, Reply};
///
/// #[derive(serde::Serialize)]
/// struct Receipt { rows: u64 }
///
/// let reply = Reply::json(&Receipt { rows: 3 }).header("X-Batch", "7").http_status(201);
/// assert_eq!(reply.body(), r#"{"rows":3}"#);
/// assert_eq!(Reply::timed_out().outcome(), Outcome::TimedOut);
/// ```
#[derive(Debug)]
#[must_use]
pub struct Reply {
    pub(crate) outcome: Outcome,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) http_status: Option<u16>,
    /// The first thing that was wrong with it. Such a reply is sent as a failure.
    pub(crate) fault: Option<Fault>,
}

/// How a call ended, as the platform understands it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The caller gets headers and body (200).
    Succeeded,
    /// The caller gets 502 and `{"message":"function failed"}`; the container is kept (clause 28).
    Failed,
    /// The caller gets 504 and `{"message":"Timed out"}`; the container is kept (clause 29).
    TimedOut,
}

impl Reply {
    /// A success with `body` of the media type `content_type`.
    pub fn new<V>(content_type: V, body: impl Into<Bytes>) -> Self
    where
        V: TryInto<HeaderValue, Error: Into<http::Error>>,
    {
        Self::of(Outcome::Succeeded, body.into()).header(CONTENT_TYPE, content_type)
    }

    /// A success with `value` as JSON. One that cannot be written as JSON is sent as a failure, and logged.
    pub fn json(value: &impl Serialize) -> Self {
        // Room for most answers, so that they do not grow into it.
        let mut body = Vec::with_capacity(512);
        match serde_json::to_writer(&mut body, value) {
            Ok(()) => Self::new(HeaderValue::from_static("application/json"), body),
            Err(error) => Self { fault: Some(Fault::NotJson(error)), ..Self::failed() },
        }
    }

    /// A failure. The platform discards whatever else it says, so say it in the log first.
    pub fn failed() -> Self {
        Self::of(Outcome::Failed, Bytes::new())
    }

    /// A call that could not be finished in time. Answer so at least a second before the
    /// [deadline](crate::Deadline), else the platform kills the container (clause 30).
    pub fn timed_out() -> Self {
        Self::of(Outcome::TimedOut, Bytes::new())
    }

    fn of(outcome: Outcome, body: Bytes) -> Self {
        Self { outcome, headers: HeaderMap::with_capacity(8), body, http_status: None, fault: None }
    }

    /// Adds a header for the caller; one that is there already stays, except `Content-Type`, of which there is one.
    ///
    /// A gateway's caller gets it as it is named here. What belongs to the connection or to the platform
    /// (`Content-Length`, `Connection`, `Fn-Call-Id`, `Fn-Http-Status`, …) is left out. A name or value that HTTP does
    /// not allow turns the reply into a failure, which is logged.
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<http::Error>>,
        V: TryInto<HeaderValue, Error: Into<http::Error>>,
    {
        match (name.try_into().map_err(Into::into), value.try_into().map_err(Into::into)) {
            (Ok(name), Ok(_)) if is_the_platforms(&name) => {}
            (Ok(CONTENT_TYPE), Ok(value)) => {
                self.headers.insert(CONTENT_TYPE, value);
            }
            (Ok(name), Ok(value)) => {
                self.headers.append(name, value);
            }
            (Err(error), _) | (_, Err(error)) => {
                self.fault.get_or_insert(Fault::BadHeader(error));
            }
        }
        self
    }

    /// The status for a gateway's caller, 200 to 599; the default is 200. A raw call has no use for it, and does not
    /// get it (clause 32). Another status turns the reply into a failure, which is logged.
    pub fn http_status(mut self, status: u16) -> Self {
        if (200..600).contains(&status) {
            self.http_status = Some(status);
        } else {
            self.fault.get_or_insert(Fault::BadStatus { status });
        }
        self
    }

    /// How the call ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.fault.is_some() { Outcome::Failed } else { self.outcome }
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The headers for the caller.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The status for a gateway's caller, where one was set.
    #[must_use]
    pub fn gateway_status(&self) -> Option<u16> {
        self.http_status
    }
}

/// Whether a header is the connection's, the platform's or this FDK's own, so that a handler cannot set it.
fn is_the_platforms(name: &HeaderName) -> bool {
    [names::CALL_ID, names::HTTP_STATUS, names::FDK_VERSION, names::FDK_RUNTIME].contains(name)
        || matches!(
            name.as_str(),
            "connection"
                | "content-length"
                | "keep-alive"
                | "proxy-authenticate"
                | "proxy-connection"
                | "te"
                | "trailer"
                | "transfer-encoding"
                | "upgrade"
        )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Outcome, Reply};

    #[test]
    fn headers_are_added_but_there_is_one_content_type() {
        let reply = Reply::new("text/csv", "a,b")
            .header("Content-Type", "text/plain")
            .header("X-A", "1")
            .header("x-a", "2");
        assert_eq!(reply.headers()["content-type"], "text/plain");
        assert_eq!(reply.headers().get_all("x-a").iter().count(), 2);
        assert_eq!(reply.headers().len(), 3);
    }

    #[test]
    fn c35_what_is_the_platforms_is_left_out() {
        let reply = [
            "Fn-Call-Id",
            "content-length",
            "Transfer-Encoding",
            "CONNECTION",
            "fn-http-status",
            "Fn-Fdk-Version",
        ]
        .into_iter()
        .fold(Reply::new("text/plain", ""), |reply, name| reply.header(name, "9"));
        assert_eq!(reply.headers().len(), 1);
        assert_eq!(reply.outcome(), Outcome::Succeeded);
    }

    #[test]
    fn a_reply_that_is_no_reply_is_a_failure() {
        let sound = || Reply::new("text/plain", "");
        for reply in [
            sound().header("no name", "value"),
            sound().header("name", "no\rvalue"),
            sound().http_status(199),
            sound().http_status(600),
            Reply::new("text\n", ""),
            Reply::json(&BTreeMap::from([((1, 2), 3)])),
        ] {
            assert_eq!(reply.outcome(), Outcome::Failed, "{reply:?}");
        }
        assert_eq!(sound().http_status(599).gateway_status(), Some(599));
    }
}
