//! The emulated OCI, asked by our own client and by requests that are made by hand.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use adit_local::emulator::Fault;
use adit_local::{Containers, Emulator, EmulatorOptions, Event, FunctionSpec, PortChoice};
use adit_oci::env::Vars;
use adit_oci::key::SigningKey;
use adit_oci::sign::{KeyId, Signer};
use adit_oci::{Client, Endpoints, ErrorKind, Principal, SecretOcid, Selector, Stage};
use http::{Method, StatusCode};

use crate::support::{Answer, Recorder, eventually, example, send, signed};

async fn started(recorder: &Recorder) -> Emulator {
    Emulator::start(EmulatorOptions { events: recorder.events(), ..EmulatorOptions::default() })
        .await
        .unwrap()
}

/// A client that signs as the local user.
fn client(emulator: &Emulator) -> Client {
    let principal = Principal::detect(&Vars::fixed(emulator.api_key_variables())).unwrap();
    Client::builder(principal).endpoints(Endpoints::single(emulator.url()).unwrap()).build().unwrap()
}

fn current() -> Selector {
    Selector::Stage(Stage::Current)
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

#[tokio::test]
async fn a_secret_is_read_with_an_api_key_by_id_and_by_name() {
    let emulator = started(&Recorder::default()).await;
    let id: SecretOcid = emulator.put_secret("db", b"first").parse().unwrap();
    emulator.put_secret("db", b"second");
    let client = client(&emulator);
    let bundle = client.secret_bundle(&id, &current(), soon()).await.unwrap();
    assert_eq!((bundle.content.expose(), bundle.version_number), (b"second".as_slice(), 2));
    let previous = client.secret_bundle(&id, &Selector::Stage(Stage::Previous), soon()).await.unwrap();
    assert_eq!(previous.content.expose(), b"first");
    let vault = emulator.vault_id().parse().unwrap();
    let by_name = client.secret_bundle_by_name("db", &vault, &current(), soon()).await.unwrap();
    assert_eq!(by_name.secret_id, id);
}

#[tokio::test]
async fn a_function_reads_it_as_itself_and_again_when_its_token_was_replaced() {
    let options = EmulatorOptions { token_lifetime: Duration::from_secs(4), ..EmulatorOptions::default() };
    let emulator = Emulator::start(options).await.unwrap();
    let id: SecretOcid = emulator.put_secret("db", b"content").parse().unwrap();
    let variables = emulator.resource_principal("ocid1.fnfunc.oc1.local.f").await.unwrap();
    let token_file = variables["OCI_RESOURCE_PRINCIPAL_RPST"].clone();
    let first = std::fs::read_to_string(&token_file).unwrap();
    let principal = Principal::detect(&Vars::fixed(variables)).unwrap();
    let client =
        Client::builder(principal).endpoints(Endpoints::single(emulator.url()).unwrap()).build().unwrap();
    assert_eq!(client.secret_bundle(&id, &current(), soon()).await.unwrap().content.expose(), b"content");
    eventually("the token is replaced", || std::fs::read_to_string(&token_file).unwrap() != first).await;
    tokio::time::sleep(Duration::from_millis(4500)).await;
    // The first token has expired by now.
    assert_eq!(client.secret_bundle(&id, &current(), soon()).await.unwrap().content.expose(), b"content");
}

#[tokio::test]
async fn faults_strike_as_often_as_asked() {
    let emulator = started(&Recorder::default()).await;
    let id: SecretOcid = emulator.put_secret("db", b"content").parse().unwrap();
    let client = client(&emulator);
    let ask = |deadline| client.secret_bundle(&id, &Selector::Stage(Stage::Current), deadline);

    for fault in [Fault::TooManyRequests, Fault::InternalServerError] {
        emulator.fail_vault(fault, 1);
        assert_eq!(
            ask(soon()).await.unwrap().content.expose(),
            b"content",
            "{fault:?} is survived by a retry"
        );
    }
    for (fault, kind) in [
        (Fault::NotAuthenticated, ErrorKind::NotAuthenticated),
        (Fault::NotAuthorizedOrNotFound, ErrorKind::NotFound),
    ] {
        emulator.fail_vault(fault, 1);
        assert_eq!(ask(soon()).await.unwrap_err().kind(), kind);
    }
    emulator.fail_vault(Fault::Hang, 5);
    let began = Instant::now();
    assert!(ask(Instant::now() + Duration::from_millis(300)).await.is_err());
    assert!(began.elapsed() < Duration::from_secs(5));
    emulator.heal_vault();
    assert_eq!(ask(soon()).await.unwrap().content.expose(), b"content");
}

#[tokio::test]
async fn who_is_not_known_is_refused_without_a_reason_but_the_event_has_it() {
    let recorder = Recorder::default();
    let emulator = started(&recorder).await;
    let id = emulator.put_secret("db", b"content");
    let path = format!("/20190301/secretbundles/{id}");

    let unsigned = send(emulator.url(), http::Request::get(&path).body(Vec::new()).unwrap()).await;
    refused(&unsigned);
    let stranger = adit_oci::keygen::generate().unwrap().key;
    let own_id = key_id(&emulator);
    let signer = Signer::new(own_id.clone(), Arc::new(stranger));
    refused(&signed(&emulator, &signer, Method::GET, &path, "").await);
    let unknown_id = KeyId::parse("ocid1.tenancy.oc1..x/ocid1.user.oc1..x/aa:bb").unwrap();
    refused(&signed(&emulator, &Signer::new(unknown_id, own_key(&emulator)), Method::GET, &path, "").await);

    let mut late = http::Request::get(format!("{}{path}", emulator.url())).body(Vec::new()).unwrap();
    let signer = Signer::new(own_id, own_key(&emulator));
    signer.sign_request(&mut late, SystemTime::now() - Duration::from_secs(600)).unwrap();
    refused(&send(emulator.url(), late).await);

    let reasons: Vec<String> = recorder
        .all()
        .into_iter()
        .filter_map(|event| match event {
            Event::OciRequest { status: 401, reason, .. } => reason,
            _ => None,
        })
        .collect();
    let expected = ["uthorization", "signature is not that", "is not known", "away from"];
    assert_eq!(reasons.len(), expected.len());
    for (reason, expected) in reasons.iter().zip(expected) {
        assert!(reason.contains(expected), "{reason}");
    }
}

fn refused(answer: &Answer) {
    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "NotAuthenticated"));
    assert!(answer.headers.contains_key("opc-request-id"));
}

pub(crate) fn key_id(emulator: &Emulator) -> KeyId {
    let variables = emulator.api_key_variables();
    let text = ["OCI_TENANCY_OCID", "OCI_USER_OCID", "OCI_FINGERPRINT"]
        .map(|name| variables.get(name).unwrap().as_str())
        .join("/");
    KeyId::parse(&text).unwrap()
}

pub(crate) fn own_key(emulator: &Emulator) -> Arc<SigningKey> {
    let pem = emulator.api_key_variables().remove("OCI_PRIVATE_KEY_CONTENT").unwrap();
    Arc::new(SigningKey::from_pem(&pem, None).unwrap())
}

/// A deployed greeter, and a signer of the local user.
async fn with_greeter(recorder: &Recorder) -> (Emulator, Signer, String) {
    let emulator = started(recorder).await;
    let spec = FunctionSpec::new("greeter", example("greeter"));
    let id = spec.id.clone();
    emulator.deploy(Arc::new(Containers::new(spec, recorder.events()).unwrap()));
    let signer = Signer::new(key_id(&emulator), own_key(&emulator));
    (emulator, signer, id)
}

#[tokio::test]
async fn both_forms_of_the_functions_api() {
    let (emulator, signer, id) = with_greeter(&Recorder::default()).await;
    let get = |path: String| {
        let (emulator, signer) = (&emulator, &signer);
        async move { signed(emulator, signer, Method::GET, &path, "").await }
    };
    let old = get(format!("/20181201/functions/{id}")).await;
    assert_eq!(old.json["image"], "local/greeter");
    assert!(old.json.get("sourceDetails").is_none());
    let new = get(format!("/20260325/functions/{id}")).await;
    assert_eq!(new.json["sourceDetails"]["image"], "local/greeter");
    assert_eq!(new.json["invokeEndpoint"], emulator.url());
    assert_eq!(new.json["memoryInMBs"], 128);

    let applications =
        get(format!("/20260325/applications?compartmentId={}", emulator.compartment_id())).await;
    let application = applications.json[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(get(format!("/20181201/applications/{application}")).await.json["displayName"], "local");
    let listed = get(format!("/20181201/functions?applicationId={application}&displayName=greeter")).await;
    assert_eq!(listed.json[0]["id"], id.as_str());
    let listed = get(format!("/20181201/functions?applicationId={application}&displayName=other")).await;
    assert_eq!(listed.json, serde_json::json!([]));

    for path in
        ["/20181201/functions/ocid1.fnfunc.oc1.local.other", "/20260325/applications?compartmentId=other"]
    {
        let missing = get(path.to_owned()).await;
        assert_eq!((missing.status.as_u16(), missing.code()), (404, "NotAuthorizedOrNotFound"));
    }
    let required = get("/20181201/functions".to_owned()).await;
    assert_eq!((required.status.as_u16(), required.code()), (400, "InvalidParameter"));
    let elsewhere = get("/20160918/vcns?compartmentId=x".to_owned()).await;
    let message = elsewhere.json["message"].as_str().unwrap();
    assert!(message.contains("GET /20160918/vcns") && message.contains("local emulator"), "{message}");
}

#[tokio::test]
async fn an_invocation_carries_the_caller_in_and_the_ids_out() {
    let recorder = Recorder::default();
    let emulator = started(&recorder).await;
    let spec = FunctionSpec::new("puppet", example("puppet"));
    let path = format!("/20181201/functions/{}/actions/invoke", spec.id);
    emulator.deploy(Arc::new(Containers::new(spec, recorder.events()).unwrap()));
    let signer = Signer::new(key_id(&emulator), own_key(&emulator));
    let invoke = |body: &'static str| signed(&emulator, &signer, Method::POST, &path, body);

    let seen = invoke("head").await;
    let head = String::from_utf8(seen.body.clone()).unwrap();
    let call_id = seen.headers["fn-call-id"].to_str().unwrap();
    assert!(head.contains(&format!("Fn-Call-Id: {call_id}\r\n")), "{head}");
    assert!(head.contains("Oci-Subject-Id: ocid1.user.oc1..local\r\n"), "{head}");
    assert!(!head.to_lowercase().contains("authorization"), "{head}");
    assert_eq!(seen.headers["content-type"], "application/octet-stream");

    let failed = invoke("status 502").await;
    assert_eq!((failed.status.as_u16(), failed.code()), (502, "FunctionInvokeExecutionFailed"));
    assert!(failed.headers.contains_key("fn-call-id") && failed.headers.contains_key("opc-request-id"));
    let missing = signed(
        &emulator,
        &signer,
        Method::POST,
        "/20181201/functions/ocid1.fnfunc.oc1.local.x/actions/invoke",
        "",
    )
    .await;
    assert_eq!(missing.status, 404);
    let large = vec![b'x'; adit_local::containers::BODY_LIMIT + 1];
    let large = crate::support::signed_bytes(&emulator, &signer, Method::POST, &path, large, &[]).await;
    assert_eq!(large.json["code"], "FunctionInvokeRequestContentTooLarge");
}

#[tokio::test]
async fn a_detached_call_is_accepted_at_once_and_done_later_and_a_dry_run_is_never_done() {
    let recorder = Recorder::default();
    let (emulator, signer, id) = with_greeter(&recorder).await;
    let path = format!("/20260325/functions/{id}/actions/invoke");
    let with = |name: &'static str, value: &'static str| {
        let (emulator, signer, path) = (&emulator, &signer, path.clone());
        async move {
            crate::support::signed_bytes(
                emulator,
                signer,
                Method::POST,
                &path,
                b"Ada".to_vec(),
                &[(name, value)],
            )
            .await
        }
    };
    assert_eq!(with("is-dry-run", "true").await.status, 200);
    assert!(!recorder.all().iter().any(|event| matches!(event, Event::ContainerStarted { .. })));
    let detached = with("fn-invoke-type", "detached").await;
    assert_eq!((detached.status.as_u16(), detached.body.len()), (202, 0));
    eventually("it is done", || {
        recorder.all().iter().any(|event| matches!(event, Event::FunctionCalled { outcome: Ok(11), .. }))
    })
    .await;
}

#[tokio::test]
async fn its_port_gives_way_or_is_an_error() {
    let first = started(&Recorder::default()).await;
    let recorder = Recorder::default();
    let options = |port| EmulatorOptions { port, events: recorder.events(), ..EmulatorOptions::default() };
    let second = Emulator::start(options(PortChoice::Prefer(first.port()))).await.unwrap();
    assert_ne!(first.port(), second.port());
    assert!(
        recorder
            .all()
            .iter()
            .any(|event| matches!(event, Event::PortTaken { wanted, .. } if *wanted == first.port()))
    );
    let refused = Emulator::start(options(PortChoice::Exactly(first.port()))).await.unwrap_err().to_string();
    let expected = format!("OCI emulator cannot listen on 127.0.0.1:{}: ", first.port());
    assert!(refused.starts_with(&expected) && refused.contains(&std::process::id().to_string()), "{refused}");
}
