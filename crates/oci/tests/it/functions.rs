//! The Functions service, in both forms of its API.

use std::time::Duration;

use adit_oci::ErrorKind;
use adit_oci::functions::{Intent, Invoke, InvokeType};
use adit_oci::ocid::{ApplicationOcid, CompartmentOcid, FunctionOcid};
use http::HeaderValue;

use crate::fixture::{self, PASSWORD, key};
use crate::server::{Reply, Server};

const FUNCTION: &str = "ocid1.fnfunc.oc1.iad.aaaaaaaafunction";
const APPLICATION: &str = "ocid1.fnapp.oc1.iad.aaaaaaaaapplication";
const COMPARTMENT: &str = "ocid1.compartment.oc1..aaaaaaaacompartment";

fn old_form() -> String {
    format!(
        r#"{{"id":"{FUNCTION}","displayName":"f","applicationId":"{APPLICATION}","lifecycleState":"ACTIVE",
            "image":"fra.ocir.io/n/f:1","imageDigest":"sha256:ab","memoryInMBs":256,"timeoutInSeconds":60,
            "config":{{"DB_PASSWORD":"{PASSWORD}"}},"invokeEndpoint":"https://x.functions.oci.oraclecloud.com"}}"#
    )
}

fn new_form() -> String {
    format!(
        r#"{{"id":"{FUNCTION}","displayName":"f","lifecycleState":"ACTIVE","shape":"GENERIC_X86","sourceDetails":
            {{"sourceType":"CONTAINER_IMAGE","image":"fra.ocir.io/n/f:1","imageDigest":"sha256:ab"}}}}"#
    )
}

fn function() -> FunctionOcid {
    FUNCTION.parse().unwrap()
}

#[tokio::test]
async fn a_function_is_read_in_both_forms() {
    let server = Server::start(|n, _| Reply::new(200, if n == 0 { old_form() } else { new_form() })).await;
    let client = fixture::client(&server.url);
    let old = client.get_function(&function(), fixture::soon()).await.unwrap();
    let new = client.get_function(&function(), fixture::soon()).await.unwrap();
    for read in [&old, &new] {
        assert_eq!(
            (read.id.as_str(), read.display_name.as_str(), read.lifecycle_state.as_str()),
            (FUNCTION, "f", "ACTIVE")
        );
        assert_eq!(
            (read.image.as_deref(), read.image_digest.as_deref()),
            (Some("fra.ocir.io/n/f:1"), Some("sha256:ab"))
        );
    }
    assert_eq!((old.memory_in_mbs, old.timeout_in_seconds, new.memory_in_mbs), (Some(256), Some(60), None));
    assert_eq!(old.config.get("DB_PASSWORD"), Some(PASSWORD));
    let shown = format!("{old:?}");
    assert!(shown.contains("DB_PASSWORD") && !shown.contains(PASSWORD), "{shown}");
    assert_eq!(server.seen()[0].target, format!("/20181201/functions/{FUNCTION}"));
}

#[tokio::test]
async fn lists_are_followed_to_their_end() {
    let server = Server::start(|n, _| match n {
        0 => Reply::new(200, format!("[{},{}]", new_form(), old_form())).header("opc-next-page", "a b"),
        1 => Reply::new(200, "[]").header("opc-next-page", "c"),
        _ => Reply::new(200, format!("[{}]", old_form())),
    })
    .await;
    let application: ApplicationOcid = APPLICATION.parse().unwrap();
    let all =
        fixture::client(&server.url).list_functions(&application, Some("f"), fixture::soon()).await.unwrap();
    assert_eq!(all.len(), 3);
    let targets: Vec<_> = server.seen().iter().map(|seen| seen.target.clone()).collect();
    let first = format!("/20181201/functions?applicationId={APPLICATION}&displayName=f&limit=50");
    assert_eq!(targets, [first.clone(), format!("{first}&page=a%20b"), format!("{first}&page=c")]);
}

#[tokio::test]
async fn applications_are_listed() {
    let body = format!(
        r#"[{{"id":"{APPLICATION}","displayName":"a","lifecycleState":"ACTIVE","subnetIds":["s"]}}]"#
    );
    let server = Server::start(move |_, _| Reply::new(200, body.clone())).await;
    let compartment: CompartmentOcid = COMPARTMENT.parse().unwrap();
    let all =
        fixture::client(&server.url).list_applications(&compartment, None, fixture::soon()).await.unwrap();
    assert_eq!(
        (all[0].id.as_str(), all[0].display_name.as_str(), all[0].subnet_ids.as_slice()),
        (APPLICATION, "a", &["s".to_owned()][..])
    );
    assert_eq!(
        server.seen()[0].target,
        format!("/20181201/applications?compartmentId={COMPARTMENT}&limit=50")
    );
}

#[tokio::test]
async fn an_answer_of_another_form_is_not_quoted() {
    let body = old_form().replace(":256", &format!(":\"{PASSWORD}\""));
    let server = Server::start(move |_, _| Reply::new(200, body.clone())).await;
    let error = fixture::client(&server.url).get_function(&function(), fixture::soon()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadAnswer);
    assert!(!format!("{error} {error:?}").contains(PASSWORD), "{error:?}");
}

#[tokio::test]
async fn a_call_goes_to_its_endpoint_with_its_headers() {
    let elsewhere = Server::start(|_, _| Reply::new(500, "")).await;
    let server = Server::start(|_, _| Reply::new(200, "done").header("fn-call-id", "01")).await;
    let client = fixture::client(&elsewhere.url);
    let call = Invoke {
        media_type: HeaderValue::from_static("text/csv"),
        intent: Intent::CloudEvent,
        invoke_type: InvokeType::Detached,
        dry_run: true,
        ..Invoke::json("a,b")
    };
    let answer = client.invoke(&function(), &server.url, &call, fixture::soon()).await.unwrap();
    assert_eq!((answer.status.as_u16(), &answer.body[..], answer.attempts), (200, &b"done"[..], 1));
    assert_eq!(answer.headers.get("fn-call-id").unwrap(), "01");
    assert_eq!(answer.opc_request_id(), Some("FROM-SERVICE"));
    client.invoke(&function(), &server.url, &Invoke::json("{}"), fixture::soon()).await.unwrap();

    let seen = server.seen();
    let headers = |n: usize| {
        ["fn-intent", "fn-invoke-type", "is-dry-run", "content-type"].map(|name| seen[n].header(name))
    };
    assert_eq!(headers(0), ["cloudevent", "detached", "true", "text/csv"]);
    assert_eq!(headers(1), ["httprequest", "sync", "", "application/json"]);
    assert_eq!(seen[0].target, format!("/20181201/functions/{FUNCTION}/actions/invoke"));
    assert_eq!(&seen[0].body[..], b"a,b");
    assert!(seen.iter().all(|request| request.verify(key().key.public_key()).is_ok()));
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_call_is_sent_once_and_may_take_longer_than_others() {
    let server =
        Server::start(|_, _| Reply::error(502, "FunctionInvokeExecutionFailed", "function failed")).await;
    let client = fixture::client(&server.url);
    let error =
        client.invoke(&function(), &server.url, &Invoke::json("{}"), fixture::soon()).await.unwrap_err();
    let failure = error.call().unwrap();
    assert_eq!((failure.kind, failure.attempts), (ErrorKind::Server, 1));
    assert_eq!(failure.service_code.as_deref(), Some("FunctionInvokeExecutionFailed"));

    // Other requests of this client have 1500 ms.
    let client = fixture::impatient(&server.url);
    let slow = Server::start(|_, _| Reply::new(200, "").after(Duration::from_millis(2000))).await;
    assert!(client.invoke(&function(), &slow.url, &Invoke::json("{}"), fixture::soon()).await.is_ok());
}
