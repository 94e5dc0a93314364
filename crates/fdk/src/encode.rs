//! A reply as it looks on the socket: one of three statuses, headers named as the platform passes them on, and
//! nothing that makes it kill the container (contract section C and clauses 38 and 39).

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;

use crate::fault::Fault;
use crate::invocation::Intent;
use crate::names;
use crate::reply::{Outcome, Reply};

/// The most that the headers of a reply may add up to. Oracle does not say; a platform that was measured with a limit
/// of 16 KiB marked the container dead beyond it.
const HEADER_LIMIT: usize = 16 * 1024;

const FDK_VERSION: &str = concat!("adit/", env!("CARGO_PKG_VERSION"));
const FDK_RUNTIME: &str = concat!("rust/", env!("CARGO_PKG_RUST_VERSION"));

/// The response for `reply` to a call of `intent`.
///
/// # Errors
///
/// The fault for which it must not be sent; [`failure`] is to be sent in its place.
pub(crate) fn response(
    reply: Reply,
    intent: Intent,
    max_reply: usize,
) -> Result<Response<Full<Bytes>>, Fault> {
    if let Some(fault) = reply.fault {
        return Err(fault);
    }
    match reply.outcome {
        Outcome::Failed => return Ok(failure()),
        Outcome::TimedOut => return Ok(bare(StatusCode::GATEWAY_TIMEOUT)),
        Outcome::Succeeded => {}
    }
    let bytes = reply.body.len();
    if bytes > max_reply {
        return Err(Fault::ReplyTooLarge { bytes, limit: max_reply });
    }
    let headers = match intent {
        Intent::HttpRequest => for_the_gateway(reply.headers, reply.http_status)?,
        Intent::Raw | Intent::CloudEvent => reply.headers,
    };
    send(StatusCode::OK, headers, reply.body)
}

/// The response that says no more than that the call failed.
pub(crate) fn failure() -> Response<Full<Bytes>> {
    bare(StatusCode::BAD_GATEWAY)
}

/// A response whose body and headers the platform would discard.
fn bare(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    sign(response.headers_mut());
    response
}

fn send(status: StatusCode, headers: HeaderMap, body: Bytes) -> Result<Response<Full<Bytes>>, Fault> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    sign(response.headers_mut());
    let bytes = size(response.headers());
    if bytes > HEADER_LIMIT {
        return Err(Fault::HeadersTooLarge { bytes, limit: HEADER_LIMIT });
    }
    Ok(response)
}

/// Says which FDK answers (clause 34).
fn sign(headers: &mut HeaderMap) {
    headers.insert(names::FDK_VERSION, HeaderValue::from_static(FDK_VERSION));
    headers.insert(names::FDK_RUNTIME, HeaderValue::from_static(FDK_RUNTIME));
}

/// The bytes that the reply takes before its body.
fn size(headers: &HeaderMap) -> usize {
    const FRAMING: usize = "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551615\r\n\r\n".len();
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum::<usize>()
        + FRAMING
}

/// The headers as the gateway passes them on: it drops those without the prefix, except `Content-Type` (clause 33).
fn for_the_gateway(headers: HeaderMap, status: Option<u16>) -> Result<HeaderMap, Fault> {
    let mut renamed = HeaderMap::with_capacity(headers.keys_len() + 3);
    for (name, value) in &headers {
        renamed.append(gateway_name(name)?, value.clone());
    }
    if let Some(status) = status {
        renamed.insert(names::HTTP_STATUS, HeaderValue::from(status));
    }
    Ok(renamed)
}

fn gateway_name(name: &HeaderName) -> Result<HeaderName, Fault> {
    if *name == http::header::CONTENT_TYPE || name.as_str().starts_with(names::HTTP_HEADER_PREFIX) {
        return Ok(name.clone());
    }
    let prefixed = format!("{}{name}", names::HTTP_HEADER_PREFIX);
    HeaderName::try_from(prefixed).map_err(|error| Fault::BadHeader(error.into()))
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::{HEADER_LIMIT, response};
    use crate::fault::Fault;
    use crate::invocation::Intent;
    use crate::reply::Reply;

    fn reply() -> Reply {
        Reply::new("text/plain", "body")
            .header("X-A", "1")
            .header("X-A", "2")
            .header("Fn-Http-H-B", "3")
            .http_status(418)
    }

    fn names(headers: &HeaderMap) -> Vec<String> {
        let mut names: Vec<_> =
            headers.iter().map(|(name, value)| format!("{name}={}", value.to_str().unwrap())).collect();
        names.sort();
        names.retain(|name| !name.starts_with("fn-fdk"));
        names
    }

    #[test]
    fn c32_c33_a_gateway_gets_prefixed_headers_and_a_status() {
        let sent = response(reply(), Intent::HttpRequest, 4).unwrap();
        assert_eq!(sent.status(), 200);
        assert_eq!(
            names(sent.headers()),
            [
                "content-type=text/plain",
                "fn-http-h-b=3",
                "fn-http-h-x-a=1",
                "fn-http-h-x-a=2",
                "fn-http-status=418",
            ]
        );
    }

    #[test]
    fn c32_c33_a_raw_caller_gets_the_headers_as_they_are_and_no_status() {
        for intent in [Intent::Raw, Intent::CloudEvent] {
            let sent = response(reply(), intent, 4).unwrap();
            assert_eq!(names(sent.headers()), ["content-type=text/plain", "fn-http-h-b=3", "x-a=1", "x-a=2"]);
        }
    }

    #[test]
    fn c28_c29_failures_carry_nothing_but_who_says_so() {
        for (reply, status) in [(Reply::failed(), 502), (Reply::timed_out(), 504)] {
            let sent = response(reply.header("x", "y").http_status(200), Intent::HttpRequest, 4).unwrap();
            assert_eq!(sent.status(), status);
            assert!(names(sent.headers()).is_empty());
        }
    }

    #[test]
    fn d38_d39_what_the_platform_does_not_carry_is_not_sent() {
        let fault = response(reply(), Intent::Raw, 3).unwrap_err();
        assert!(matches!(fault, Fault::ReplyTooLarge { bytes: 4, limit: 3 }), "{fault}");
        let long = |length: usize| reply().header("x-long", "l".repeat(length));
        let fault = response(long(HEADER_LIMIT), Intent::Raw, 4).unwrap_err();
        assert!(matches!(fault, Fault::HeadersTooLarge { limit: HEADER_LIMIT, .. }), "{fault}");
        // The prefix counts: what fits a raw call may not fit a gateway's.
        let room = HEADER_LIMIT - super::size(response(long(0), Intent::Raw, 4).unwrap().headers());
        assert!(response(long(room), Intent::Raw, 4).is_ok());
        assert!(response(long(room + 1), Intent::Raw, 4).is_err());
        assert!(response(long(room), Intent::HttpRequest, 4).is_err());
    }
}
