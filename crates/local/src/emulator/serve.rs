//! The emulator's port: connections, requests, and who is let through.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http::header::{ETAG, HeaderValue};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use adit_oci::verify::{Received, Verifier};

use crate::Event;
use crate::containers::{BODY_LIMIT, call_id};
use crate::emulator::State;
use crate::emulator::answer::{Answer, OPC_REQUEST_ID, Refusal, broken_off, json};
use crate::emulator::created::created;
use crate::emulator::identity::Caller;
use crate::emulator::invoke::invoke;
use crate::emulator::objects::{NAMESPACE, OBJECT_LIMIT};
use crate::emulator::query::{Query, unescaped};
use crate::emulator::route::{Fallible, Route};

/// A body over its limit is read on to so many times that, so that its sender can hear the refusal.
const PATIENCE: usize = 16;

/// Serves until it is dropped, and all connections with it.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        // An error here concerns one connection that could not be made; the next may.
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Only a matter of speed.
        let _ = stream.set_nodelay(true);
        let state = Arc::clone(&state);
        connections.spawn(async move {
            let service = service_fn(|request| answer(Arc::clone(&state), request));
            // A connection that breaks is the client's affair.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    let began = Instant::now();
    let (head, body) = request.into_parts();
    let own_id = call_id();
    let request_id = match head.headers.get(OPC_REQUEST_ID).and_then(|id| id.to_str().ok()) {
        Some(theirs) => format!("{theirs}/{own_id}"),
        None => own_id,
    };
    let mut caller = None;
    let outcome = respond(&state, &head, body, &request_id, &mut caller).await;
    let reason = outcome.as_ref().err().and_then(|refusal| refusal.reason.clone());
    let mut answer = outcome.unwrap_or_else(Refusal::into_answer);
    if let Ok(request_id) = HeaderValue::from_str(&request_id) {
        answer.headers_mut().insert(OPC_REQUEST_ID, request_id);
    }
    state.events.send(Event::OciRequest {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        caller: caller.map(|caller: Caller| caller.subject().0.to_owned()),
        status: answer.status().as_u16(),
        reason,
        request_id,
        took: began.elapsed(),
    });
    Ok(answer)
}

async fn respond(
    state: &State,
    head: &http::request::Parts,
    body: Incoming,
    request_id: &str,
    caller: &mut Option<Caller>,
) -> Result<Answer, Refusal> {
    let path = head.uri.path();
    let Some(route) = Route::of(&head.method, path) else {
        let message = format!(
            "{} {path} is not emulated: this is a local emulator of Vault secrets (/20190301), Functions \
             (/20181201, /20260325) and Object Storage (/n/…/b/…/o/…)",
            head.method
        );
        return Err(Refusal::new(StatusCode::NOT_FOUND, "NotFound", message));
    };
    let (limit, verifier) = match route {
        Route::PutObject(_) => (OBJECT_LIMIT, Verifier::for_uploads()),
        _ => (BODY_LIMIT, Verifier::new()),
    };
    let body = read(body, limit).await?;
    let received = Received {
        method: &head.method,
        target: head.uri.path_and_query().map_or(path, |target| target.as_str()),
        headers: &head.headers,
        body: &body,
    };
    let who = caller.insert(state.keyring.authenticate(&verifier, &received)?);
    let breaks_off = match route.fallible() {
        Some(Fallible::Vault) => state.vault_faults.strike().await?,
        Some(Fallible::ObjectStorage) => state.object_faults.strike().await?,
        None => false,
    };
    let query = Query::parse(head.uri.query().unwrap_or_default());
    let answer = match route {
        Route::GetSecretBundle { secret } => state.vault().bundle(secret, &query),
        Route::GetSecretBundleByName => state.vault().bundle_by_name(&query),
        Route::ListSecretBundleVersions { secret } => state.vault().versions(secret, &query),
        Route::ListApplications => state.catalogue(|catalogue| catalogue.applications(&query)),
        Route::GetApplication { application } => {
            state.catalogue(|catalogue| catalogue.application(application))
        }
        Route::ListFunctions(api) => state.catalogue(|catalogue| catalogue.functions(api, &query)),
        Route::GetFunction(api, id) => state.catalogue(|catalogue| catalogue.function(api, id)),
        Route::InvokeFunction { function } => {
            let containers = state
                .catalogue(|catalogue| catalogue.find(function).map(|found| Arc::clone(&found.containers)))?;
            invoke(&containers, &head.headers, body, who, request_id).await
        }
        Route::GetNamespace => Ok(json(&NAMESPACE)),
        Route::GetObject(place) => state.objects().get(&place, &head.headers),
        Route::PutObject(place) => {
            let put = state.objects().put(&place, &head.headers, body);
            if let Ok(answer) = &put {
                let etag = answer.headers().get(ETAG).and_then(|etag| etag.to_str().ok()).unwrap_or_default();
                let event = created(&unescaped(place.bucket), &unescaped(place.object), etag);
                state.events.send(Event::ObjectPut { event });
            }
            put
        }
        Route::DeleteObject(place) => state.objects().delete(&place),
    };
    if breaks_off { Ok(broken_off(answer?).await) } else { answer }
}

async fn read(mut body: Incoming, limit: usize) -> Result<Bytes, Refusal> {
    let mut whole = BytesMut::new();
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        let broken = |error| Refusal::invalid_parameter(format!("the body broke off: {error}"));
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        size += data.len();
        if size <= limit {
            whole.extend_from_slice(&data);
        } else if size / PATIENCE > limit {
            break;
        }
    }
    if size > limit {
        let message = format!("the request is larger than {limit} bytes");
        let code = "FunctionInvokeRequestContentTooLarge";
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, code, message));
    }
    Ok(whole.freeze())
}
