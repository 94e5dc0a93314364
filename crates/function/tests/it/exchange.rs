//! What a caller sends, and what becomes of it: the reply as it reached the caller, and the lines that the call wrote.

use std::pin::pin;

use adit_local::containers::{Failure, Invocation, Reply};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

/// One call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call(Invocation);

impl Call {
    pub(crate) fn new(body: impl Into<Bytes>) -> Self {
        Self(Invocation { body: body.into(), ..Invocation::default() })
    }

    pub(crate) fn csv(body: impl Into<Bytes>) -> Self {
        Self::new(body).header(CONTENT_TYPE.as_str(), "text/csv")
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap();
        self.0.headers.append(name, HeaderValue::from_str(value).unwrap());
        self
    }

    /// The same as a gateway sends it for a request to this URL.
    pub(crate) fn through_gateway(self, url: &str) -> Self {
        self.header("Fn-Intent", "httprequest")
            .header("Fn-Http-Method", "POST")
            .header("Fn-Http-Request-Url", url)
    }

    /// The same without anybody who waits for the reply.
    pub(crate) fn detached(mut self) -> Self {
        self.0.detached = true;
        self.header("Fn-Invoke-Type", "detached")
    }

    pub(crate) fn into_invocation(self) -> Invocation {
        self.0
    }
}

impl From<&'static str> for Call {
    fn from(body: &'static str) -> Self {
        Self::new(body)
    }
}

/// What became of a call.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) outcome: Result<Reply, Failure>,
    pub(crate) log: Vec<String>,
}

impl Answer {
    fn reply(&self) -> &Reply {
        self.outcome.as_ref().unwrap_or_else(|failure| panic!("{failure}; the log says {:?}", self.log))
    }

    /// The document in the reply.
    pub(crate) fn document(&self) -> Value {
        let reply = self.reply();
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_slice(&reply.body).unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.reply().body).unwrap()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.reply().headers
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name).map(|value| value.to_str().unwrap())
    }

    /// The only line that the call wrote.
    pub(crate) fn logged(&self) -> Value {
        let [line] = self.log.as_slice() else { panic!("one line a call: {:?}", self.log) };
        serde_json::from_str(line).unwrap()
    }
}

/// The answer to a call during which something happens; it must not be over before that has.
pub(crate) async fn during(call: impl Future<Output = Answer>, happens: impl Future<Output = ()>) -> Answer {
    let mut call = pin!(call);
    tokio::select! {
        biased;
        () = happens => {}
        answer = &mut call => panic!("the call was over too early: {answer:?}"),
    }
    call.await
}
