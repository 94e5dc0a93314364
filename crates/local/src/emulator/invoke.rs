//! `InvokeFunction`: from a signed request to a container and back.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::Full;

use crate::Containers;
use crate::containers::{Call, Failure, Invocation};
use crate::emulator::answer::{Answer, OPC_REQUEST_ID, Refusal};
use crate::emulator::identity::{Caller, TENANCY_ID};

const FN_CALL_ID: HeaderName = HeaderName::from_static("fn-call-id");
const FN_INVOKE_TYPE: HeaderName = HeaderName::from_static("fn-invoke-type");
const IS_DRY_RUN: HeaderName = HeaderName::from_static("is-dry-run");

/// Calls the function, or says why not. A detached call is answered as soon as it has its place; a caller who goes
/// away does not stop his call, which is then completed for nobody, as on the platform.
pub(crate) async fn invoke(
    containers: &Arc<Containers>,
    headers: &HeaderMap,
    body: Bytes,
    caller: &Caller,
    request_id: &str,
) -> Result<Answer, Refusal> {
    let says = |name: &HeaderName, value: &str| {
        headers.get(name).is_some_and(|found| found.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
    };
    if says(&IS_DRY_RUN, "true") {
        return Ok(Response::new(Full::default()));
    }
    let detached = says(&FN_INVOKE_TYPE, "detached");
    let invocation = Invocation { headers: passed_in(headers, caller, request_id), body, detached };
    let admission = containers.admit(&invocation).map_err(|failure| refusal(&failure))?;
    let call_id = Arc::clone(admission.call_id());
    let call = tokio::spawn(admission.run(invocation));
    let mut answer = if detached {
        let mut accepted = Response::new(Full::default());
        *accepted.status_mut() = StatusCode::ACCEPTED;
        accepted
    } else {
        match call.await {
            Ok(Call { outcome: Ok(reply), .. }) => {
                let mut answer = Response::new(Full::new(reply.body));
                *answer.headers_mut() = reply.headers;
                answer
                    .headers_mut()
                    .entry(CONTENT_TYPE)
                    .or_insert(HeaderValue::from_static("application/octet-stream"));
                answer
            }
            Ok(Call { outcome: Err(failure), .. }) => refusal(&failure).into_answer(),
            Err(_) => refusal(&Failure::Broken { why: "the call was given up".to_owned() }).into_answer(),
        }
    };
    if let Ok(call_id) = HeaderValue::from_str(&call_id) {
        answer.headers_mut().insert(FN_CALL_ID, call_id);
    }
    Ok(answer)
}

/// What the platform adds to the caller's header fields.
fn passed_in(headers: &HeaderMap, caller: &Caller, request_id: &str) -> HeaderMap {
    let (subject, kind) = caller.subject();
    let mut passed = headers.clone();
    let added = [
        (OPC_REQUEST_ID, request_id),
        (HeaderName::from_static("oci-subject-id"), subject),
        (HeaderName::from_static("oci-subject-type"), kind),
        (HeaderName::from_static("oci-subject-tenancy-id"), TENANCY_ID),
    ];
    for (name, value) in added {
        if let Ok(value) = HeaderValue::from_str(value) {
            passed.insert(name, value);
        }
    }
    passed
}

fn refusal(failure: &Failure) -> Refusal {
    let (status, code) = failure.status_and_code();
    Refusal::new(status, code, failure.to_string())
}
