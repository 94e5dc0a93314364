//! One HTTP exchange with a container: `POST /call` as the platform's agent sends it, and the rules for the reply
//! (Fn contract, sections B to D).

use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body, Frame, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

use crate::containers::{BODY_LIMIT, Failure, Invocation, Reply};

/// As measured on open-source Fn with its usual setting; Oracle does not document its own.
const HEADER_LIMIT: usize = 16 * 1024;
/// The agent copies a body in pieces of this size.
const CHUNK: usize = 32 * 1024;

const FN_CALL_ID: HeaderName = HeaderName::from_static("fn-call-id");
const FN_DEADLINE: HeaderName = HeaderName::from_static("fn-deadline");

/// Header fields that belong to one connection (RFC 9110 section 7.6.1), to the front door, or are the agent's own.
const NOT_PASSED_ON: [HeaderName; 12] = [
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::CONTENT_LENGTH,
    header::HOST,
    header::UPGRADE,
    header::TRAILER,
    header::TE,
    header::AUTHORIZATION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("keep-alive"),
];

/// A connection that can carry the next call.
pub(crate) type Connection = SendRequest<ChunkedBody>;

pub(crate) async fn connect(socket: &Path) -> Result<Connection, Failure> {
    let broken = |error: &dyn std::fmt::Display| Failure::Broken { why: format!("cannot connect: {error}") };
    let stream = UnixStream::connect(socket).await.map_err(|error| broken(&error))?;
    let (sender, connection) = http1::Builder::new()
        .title_case_headers(true)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| broken(&error))?;
    // What goes wrong on it is told to the sender's next call.
    tokio::spawn(connection);
    Ok(sender)
}

/// Sends the call and judges the reply. The caller bounds the time.
pub(crate) async fn exchange(
    connection: &mut Connection,
    invocation: &Invocation,
    call_id: &str,
    timeout: Duration,
) -> Result<Reply, Failure> {
    let request = request(invocation, call_id, SystemTime::now() + timeout);
    let response = connection.send_request(request).await.map_err(|error| broken(&error))?;
    judge(response).await
}

fn request(invocation: &Invocation, call_id: &str, deadline: SystemTime) -> Request<ChunkedBody> {
    let mut headers = passed_on(&invocation.headers);
    headers.insert(header::HOST, HeaderValue::from_static("localhost"));
    // Always chunked, never a length, as the agent sends it (clause 15).
    headers.insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    if let Ok(call_id) = HeaderValue::from_str(call_id) {
        headers.insert(FN_CALL_ID, call_id);
    }
    if let Ok(deadline) = HeaderValue::from_str(&whole_seconds(deadline)) {
        headers.insert(FN_DEADLINE, deadline);
    }
    let mut request = Request::new(ChunkedBody(invocation.body.clone()));
    *request.method_mut() = http::Method::POST;
    *request.uri_mut() = http::Uri::from_static("/call");
    *request.headers_mut() = headers;
    request
}

fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let mut passed = headers.clone();
    for name in &NOT_PASSED_ON {
        passed.remove(name);
    }
    passed
}

/// RFC 3339, truncated to the second (clause 17).
fn whole_seconds(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .unwrap_or(jiff::Timestamp::MAX)
        .to_string()
}

async fn judge(response: Response<Incoming>) -> Result<Reply, Failure> {
    let size: usize =
        response.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if size > HEADER_LIMIT {
        return Err(Failure::ResponseHeaderTooLarge { limit: HEADER_LIMIT });
    }
    match response.status() {
        StatusCode::OK => {}
        // Their bodies and headers never reach the caller; they are read so that the connection stays usable.
        StatusCode::BAD_GATEWAY => return drain(response).await.and(Err(Failure::SaidFailed)),
        StatusCode::GATEWAY_TIMEOUT => return drain(response).await.and(Err(Failure::SaidTimedOut)),
        status => return Err(Failure::InvalidStatus { status: status.as_u16() }),
    }
    let headers = passed_on(response.headers());
    let body = drain(response).await?;
    Ok(Reply { headers, body })
}

async fn drain(response: Response<Incoming>) -> Result<Bytes, Failure> {
    match Limited::new(response.into_body(), BODY_LIMIT).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Failure::ResponseBodyTooLarge { limit: BODY_LIMIT })
        }
        Err(error) => Err(broken(error.as_ref())),
    }
}

fn broken(error: &dyn std::error::Error) -> Failure {
    let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    Failure::Broken { why: format!("{error}{cause}") }
}

/// A body of unknown length, in pieces, also when it is empty.
#[derive(Debug)]
pub(crate) struct ChunkedBody(Bytes);

impl Body for ChunkedBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.0.is_empty() {
            return Poll::Ready(None);
        }
        let next = self.0.len().min(CHUNK);
        let chunk = self.0.split_to(next);
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadline_is_truncated_to_whole_seconds() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_999);
        assert_eq!(whole_seconds(time), "2023-11-14T22:13:20Z");
    }

    #[test]
    fn connection_fields_and_credentials_stay_outside_and_a_call_id_cannot_be_forged() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Signature ..."),
            ("keep-alive", "5"),
            ("fn-call-id", "forged"),
            ("content-length", "7"),
            ("fn-intent", "httprequest"),
            ("x-multi", "a"),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers.append("x-multi", HeaderValue::from_static("b"));
        let invocation = Invocation { headers, ..Invocation::default() };
        let request = request(&invocation, "01ABC", SystemTime::now());
        let mut names: Vec<_> = request.headers().keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["fn-call-id", "fn-deadline", "fn-intent", "host", "transfer-encoding", "x-multi"]);
        assert_eq!(request.headers()["fn-call-id"], "01ABC");
        assert_eq!(request.headers().get_all("x-multi").iter().count(), 2);
    }
}
