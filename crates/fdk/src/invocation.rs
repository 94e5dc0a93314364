//! One call, as the handler sees it. Its headers are the ones that arrived, untouched; its parts are read on demand.
//! How the body got here is in `body`, how a test makes a call without a socket in `builder`.

mod builder;
mod gateway;

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

pub use self::builder::InvocationBuilder;
pub use self::gateway::Gateway;
use crate::body::BodyTooLarge;
use crate::deadline::Deadline;
use crate::names;

/// One call of the function.
///
/// Nothing in its headers but the call id is authenticated: who may invoke the function directly may send any
/// `Fn-Http-…` and `Fn-Intent` header (contract clause 18).
///
/// ```
/// use adit_fdk::{Intent, Invocation};
///
/// let call = Invocation::builder()
///     .call_id("01ABC")
///     .gateway("PUT", "https://host/items?source=meter%201")
///     .header("Fn-Http-H-X-Tenant", "acme")
///     .body(r#"{"name":"pump"}"#)
///     .build()?;
///
/// assert_eq!(call.call_id(), Some("01ABC"));
/// assert_eq!(call.intent(), Intent::HttpRequest);
/// assert_eq!(call.body()?.len(), 15);
/// let gateway = call.gateway().ok_or("no gateway")?;
/// assert_eq!((gateway.method(), gateway.path()), (Some("PUT"), "/items"));
/// assert_eq!(gateway.param("source").as_deref(), Some("meter 1"));
/// assert_eq!(gateway.header("x-tenant"), Some("acme"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Invocation {
    headers: HeaderMap,
    body: Result<Bytes, BodyTooLarge>,
    deadline: Deadline,
}

/// What a call's body is, as `Fn-Intent` says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Intent {
    /// The body is what the caller sent: a direct call.
    #[default]
    Raw,
    /// The body is that of an HTTP request which a gateway received; see [`Invocation::gateway`].
    HttpRequest,
    /// The body is a CloudEvent.
    CloudEvent,
}

impl Intent {
    /// What the headers say; a value that this FDK does not know is a raw call, as an absent one is.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match headers.get(names::INTENT).map(|value| value.as_bytes()) {
            Some(value) if value.eq_ignore_ascii_case(b"httprequest") => Self::HttpRequest,
            Some(value) if value.eq_ignore_ascii_case(b"cloudevent") => Self::CloudEvent,
            _ => Self::Raw,
        }
    }
}

impl Invocation {
    /// A call that came from no socket, for tests.
    pub fn builder() -> InvocationBuilder {
        InvocationBuilder::default()
    }

    pub(crate) fn new(headers: HeaderMap, body: Result<Bytes, BodyTooLarge>, deadline: Deadline) -> Self {
        Self { headers, body, deadline }
    }

    /// The platform's id of this call; log it with everything.
    #[must_use]
    pub fn call_id(&self) -> Option<&str> {
        text(&self.headers, names::CALL_ID.as_str())
    }

    /// The first value of the header `name`, in any case. `None` when it is absent or not UTF-8.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        text(&self.headers, name)
    }

    /// All headers as they arrived, repeated ones included. For a gateway's call the original ones are prefixed with
    /// `fn-http-h-`; [`Gateway::header`] finds them without it.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// What the caller says the body is. It may be absent, and it may be wrong: clients send JSON as a form or as
    /// `application/octet-stream` (clause 16).
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        text(&self.headers, http::header::CONTENT_TYPE.as_str())
    }

    /// Where the call comes from.
    #[must_use]
    pub fn intent(&self) -> Intent {
        Intent::of(&self.headers)
    }

    /// The HTTP request that a gateway received; `None` for any other call.
    #[must_use]
    pub fn gateway(&self) -> Option<Gateway<'_>> {
        (self.intent() == Intent::HttpRequest).then(|| Gateway::new(&self.headers))
    }

    /// Whether nobody waits for the reply: the caller was answered when the call began (clause 61).
    #[must_use]
    pub fn detached(&self) -> bool {
        self.headers
            .get(names::INVOKE_TYPE)
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"detached"))
    }

    /// When the platform gives up on this call.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// The whole body, never a part of one: a call whose body broke off does not reach the handler.
    ///
    /// # Errors
    ///
    /// [`BodyTooLarge`] when it was longer than [`Contract::max_body`](crate::Contract::max_body).
    pub fn body(&self) -> Result<&Bytes, BodyTooLarge> {
        self.body.as_ref().map_err(|error| *error)
    }

    /// The whole body, without the rest of the call.
    ///
    /// # Errors
    ///
    /// [`BodyTooLarge`] as [`body`](Self::body) gives it.
    pub fn into_body(self) -> Result<Bytes, BodyTooLarge> {
        self.body
    }
}

/// Says which call it is and how large, never what it carries: headers hold tokens, bodies hold people's data.
impl fmt::Debug for Invocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Invocation")
            .field("call_id", &self.call_id())
            .field("intent", &self.intent())
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body().map(Bytes::len))
            .field("deadline", &self.deadline)
            .finish()
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    std::str::from_utf8(headers.get(name)?.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::{Intent, Invocation};

    fn with(name: &str, value: &str) -> Invocation {
        Invocation::builder().header(name, value).build().unwrap()
    }

    #[test]
    fn b17_the_intent_is_raw_unless_a_known_one_is_given() {
        assert_eq!(Invocation::builder().build().unwrap().intent(), Intent::Raw);
        assert_eq!(with("Fn-Intent", "httprequest").intent(), Intent::HttpRequest);
        assert_eq!(with("fn-intent", "CloudEvent").intent(), Intent::CloudEvent);
        assert_eq!(with("Fn-Intent", "something").intent(), Intent::Raw);
        assert!(with("Fn-Http-Method", "PUT").gateway().is_none());
    }

    #[test]
    fn b19_headers_are_found_in_any_case_and_repeated_ones_are_kept() {
        let call = Invocation::builder().header("X-Multi", "a").header("x-multi", "é").build().unwrap();
        assert_eq!(call.header("X-MULTI"), Some("a"));
        let values: Vec<_> = call.headers().get_all("x-multi").iter().map(|value| value.as_bytes()).collect();
        assert_eq!(values, [b"a".as_slice(), "é".as_bytes()]);
        assert_eq!(call.header("no such"), None);
        assert_eq!(call.content_type(), None);
    }

    #[test]
    fn f61_a_detached_call_says_so() {
        assert!(with("Fn-Invoke-Type", "detached").detached());
        assert!(!with("Fn-Invoke-Type", "sync").detached());
        assert!(!with("X", "detached").detached());
    }

    #[test]
    fn its_debug_shows_neither_headers_nor_body() {
        let call = Invocation::builder().header("Authorization", "s3cret").body("s3cret").build().unwrap();
        let shown = format!("{call:?}");
        assert!(!shown.contains("s3cret") && shown.contains("body_bytes: Ok(6)"), "{shown}");
        let call = Invocation::builder().body_too_large(6, 7).build().unwrap();
        assert_eq!(call.body().unwrap_err(), call.into_body().unwrap_err());
    }
}
