//! Answers in the form of OCI's services: JSON, and for an error a code, a message and nothing that tells more.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Collected, Full};
use serde::Serialize;

/// What the emulator sends.
pub(crate) type Answer = Response<Full<Bytes>>;

/// The id of one request, in every answer.
pub(crate) const OPC_REQUEST_ID: HeaderName = HeaderName::from_static("opc-request-id");

/// A refusal: what the caller is told, and what only our events tell.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// The reason, where OCI keeps it to itself.
    pub(crate) reason: Option<String>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: &'a str,
    message: &'a str,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), reason: None }
    }

    fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// 401, whatever is wrong with the signature.
    pub(crate) fn not_authenticated(reason: impl Into<String>) -> Self {
        let message =
            "The required information to complete authentication was not provided or was incorrect.";
        Self::new(StatusCode::UNAUTHORIZED, "NotAuthenticated", message).because(reason)
    }

    /// 404, for what does not exist and for what one may not see.
    pub(crate) fn not_found(reason: impl Into<String>) -> Self {
        let message = "Authorization failed or requested resource not found.";
        Self::new(StatusCode::NOT_FOUND, "NotAuthorizedOrNotFound", message).because(reason)
    }

    /// 404, for a bucket or an object, which Object Storage tells apart where the bucket may be seen.
    pub(crate) fn no_object(code: &'static str, message: String) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 400, a query parameter that is missing or makes no sense.
    pub(crate) fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidParameter", message)
    }

    pub(crate) fn into_answer(self) -> Answer {
        let mut answer = json(&ErrorBody { code: self.code, message: &self.message });
        *answer.status_mut() = self.status;
        answer
    }
}

/// The same answer, of which only half will come.
pub(crate) async fn broken_off(answer: Answer) -> Answer {
    let (mut head, body) = answer.into_parts();
    // A body that is in memory cannot fail.
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    head.headers.insert(CONTENT_LENGTH, body.len().into());
    Response::from_parts(head, Full::new(body.slice(..body.len() / 2)))
}

/// 200 with a JSON body.
pub(crate) fn json(value: &impl Serialize) -> Answer {
    // Our own types have no map with keys that are not strings, which is all that can fail.
    let body = serde_json::to_vec(value).unwrap_or_default();
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}
