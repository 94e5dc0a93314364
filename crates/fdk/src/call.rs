//! One call from the request's head to the response. It can end in three ways only, and every one of them is a
//! response: a handler cannot bring down the connection it is called on.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;

use crate::body;
use crate::contract::{Contract, Limits};
use crate::deadline::Deadline;
use crate::encode;
use crate::fault::Fault;
use crate::frame::LogFrame;
use crate::invocation::{Intent, Invocation};
use crate::names;
use crate::panics;
use crate::reply::Reply;

/// The handler with what it is called under; shared by all connections.
#[derive(Debug)]
pub(crate) struct Function<H> {
    handler: H,
    frame: Option<LogFrame>,
    limits: Limits,
}

impl<H, F> Function<H>
where
    H: Fn(Invocation) -> F,
    F: Future<Output = Reply>,
{
    pub(crate) fn new(contract: &Contract, handler: H) -> Self {
        Self { handler, frame: contract.frame.clone(), limits: contract.limits }
    }

    /// Answers one request, whatever its method and path: the platform only ever sends `POST /call`, and answers of
    /// another kind would cost the container its life (clauses 14 and 26).
    pub(crate) async fn call(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, incoming) = request.into_parts();
        let headers = head.headers;
        let deadline = Deadline::from_header(headers.get(names::DEADLINE), self.limits.timeout);
        let call_id = headers.get(names::CALL_ID).cloned();
        let intent = Intent::of(&headers);
        if let Some(frame) = &self.frame {
            frame.print(&headers);
        }
        let sent = match body::collect(incoming, self.limits.body).await {
            Ok(body) => self.handle(Invocation::new(headers, body, deadline), intent).await,
            Err(error) => Err(Fault::Truncated(error)),
        };
        sent.unwrap_or_else(|fault| {
            fault.report(call_id.as_ref());
            encode::failure()
        })
    }

    async fn handle(&self, invocation: Invocation, intent: Intent) -> Result<Response<Full<Bytes>>, Fault> {
        let reply = panics::caught(|| (self.handler)(invocation)).await.map_err(Fault::Panicked)?;
        encode::response(reply, intent, self.limits.reply)
    }
}
