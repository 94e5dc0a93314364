//! The instance principal, with the metadata service and the federation endpoint on the loopback.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use adit_oci::env::{self, Vars};
use adit_oci::key::PublicKey;
use adit_oci::principal::{InstancePrincipal, PrincipalError};
use adit_oci::verify::Verifier;
use adit_oci::{Principal, Selector};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::fixture::{self, PASSWORD, TENANCY, bundle, token};
use crate::server::{Reply, Seen, Server};

const LEAF: &str = include_str!("../keys/instance.pem");
const LEAF_KEY: &str = include_str!("../keys/pkcs8.pem");
const LEAF_PUBLIC: &str = include_str!("../keys/public.pem");
const INTERMEDIATE: &str = include_str!("../keys/certificate.pem");
/// `openssl x509 -fingerprint -sha1` of the leaf.
const LEAF_SHA1: &str = "D6:38:48:3E:7A:8A:66:0A:CB:05:B5:35:3F:50:CF:75:6C:11:7A:E0";

/// Both services at one address; tokens live for `lifetime` seconds.
fn answer(seen: &Seen, lifetime: i64) -> Reply {
    let document = |text: &str| {
        assert_eq!(seen.header("authorization"), "Bearer Oracle");
        Reply::new(200, text.to_owned())
    };
    match seen.target.as_str() {
        "/opc/v2/instance/region" => document("phx\n"),
        "/opc/v2/identity/cert.pem" => document(LEAF),
        "/opc/v2/identity/key.pem" => document(LEAF_KEY),
        "/opc/v2/identity/intermediate.pem" => document(INTERMEDIATE),
        "/v1/x509" => federation(seen, lifetime),
        _ => bundle(PASSWORD),
    }
}

fn federation(seen: &Seen, lifetime: i64) -> Reply {
    let leaf = PublicKey::from_pem(LEAF_PUBLIC).unwrap();
    match seen.verify_as(&Verifier::for_federation(), &leaf) {
        Ok(verified) if verified.key_id().as_str() == format!("{TENANCY}/fed-x509/{LEAF_SHA1}") => {
            Reply::new(200, format!(r#"{{"token":"{}"}}"#, token(lifetime, None)))
        }
        other => Reply::error(401, "NotAuthenticated", &format!("{other:?}").replace('"', "'")),
    }
}

fn vars(url: &str) -> Vars {
    Vars::fixed([(env::METADATA_BASE_URL, format!("{url}/opc/v2/")), (env::ENDPOINT, url.to_owned())])
}

fn session_key(federation: &Seen) -> PublicKey {
    let request: serde_json::Value = serde_json::from_slice(&federation.body).unwrap();
    PublicKey::from_spki_der(&STANDARD.decode(request["publicKey"].as_str().unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn certificates_are_exchanged_for_a_session_that_signs() {
    let server = Server::start(|_, seen| answer(seen, 600)).await;
    let instance = InstancePrincipal::connect(&vars(&server.url)).await.unwrap();
    assert_eq!(instance.region().name(), "us-phoenix-1");
    let client = fixture::client_of(Principal::Instance(instance), &server.url);
    for _ in 0..2 {
        let read =
            client.secret_bundle(&fixture::secret_id(), &Selector::default(), fixture::soon()).await.unwrap();
        assert_eq!(read.content.expose(), PASSWORD.as_bytes());
    }

    let seen = server.seen();
    let federations: Vec<&Seen> = seen.iter().filter(|seen| seen.target == "/v1/x509").collect();
    assert_eq!(federations.len(), 1, "one session for both");
    let federation = federations[0];
    let signed = "date (request-target) content-length content-type x-content-sha256";
    assert!(federation.header("authorization").contains(&format!("headers=\"{signed}\"")));
    let request: serde_json::Value = serde_json::from_slice(&federation.body).unwrap();
    let body_of = |pem: &str| pem.lines().filter(|line| !line.starts_with("-----")).collect::<String>();
    assert_eq!(request["certificate"], body_of(LEAF));
    assert_eq!(request["intermediateCertificates"], serde_json::json!([body_of(INTERMEDIATE)]));

    let key = session_key(federation);
    let calls: Vec<_> = seen.iter().filter(|seen| seen.target.contains("secretbundles")).collect();
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| call.verify(&key).unwrap().key_id().session_token().is_some()));
}

#[tokio::test]
async fn a_new_session_with_a_new_key_is_opened_before_the_old_one_ends_and_after_a_401() {
    let lifetime = Arc::new(AtomicI64::new(120));
    let in_server = Arc::clone(&lifetime);
    let server = Server::start(move |_, seen| answer(seen, in_server.load(Ordering::Relaxed))).await;
    let instance = InstancePrincipal::connect(&vars(&server.url)).await.unwrap();
    let now = SystemTime::now();
    let first = instance.signer(now).await.unwrap();
    assert!(Arc::ptr_eq(&first, &instance.signer(now + Duration::from_secs(30)).await.unwrap()));
    lifetime.store(600, Ordering::Relaxed);
    let second = instance.signer(now + Duration::from_secs(90)).await.unwrap();
    assert_ne!(first.key().public_key(), second.key().public_key());

    let third = instance.refresh(&second, now).await.unwrap();
    assert!(!Arc::ptr_eq(&second, &third));
    assert!(
        Arc::ptr_eq(&third, &instance.refresh(&second, now).await.unwrap()),
        "refreshed by somebody else since"
    );
}

#[tokio::test]
async fn what_the_services_refuse_is_said() {
    let problem = async |target: &'static str, reply: Reply| {
        let server = Server::start(
            move |_, seen| {
                if seen.target == target { reply.clone() } else { answer(seen, 600) }
            },
        )
        .await;
        let instance = InstancePrincipal::connect(&vars(&server.url)).await.unwrap();
        let error = instance.signer(SystemTime::now()).await.unwrap_err().to_string();
        error.replace(&server.url, "")
    };
    let only = "; only compute instances of Oracle Cloud get one";
    let said = |problem: &str| format!("no session token for this instance: {problem}{only}");
    assert_eq!(
        problem("/v1/x509", Reply::error(401, "X", "x")).await,
        said("POST /v1/x509: 401 Unauthorized")
    );
    assert_eq!(
        problem("/v1/x509", Reply::new(200, "{}")).await,
        said("the answer of /v1/x509 holds no token")
    );
    assert_eq!(
        problem("/opc/v2/identity/cert.pem", Reply::new(200, INTERMEDIATE)).await,
        said("/opc/v2/identity/cert.pem holds a certificate that names no tenancy (opc-tenant:…)")
    );
    assert_eq!(
        problem("/opc/v2/identity/cert.pem", Reply::new(200, "nope")).await,
        said("/opc/v2/identity/cert.pem has no `-----BEGIN …-----` line and is not base64 of a key")
    );
    assert!(
        problem("/opc/v2/identity/key.pem", Reply::new(200, LEAF))
            .await
            .contains("is a CERTIFICATE, not a private key")
    );
}

#[tokio::test]
async fn without_a_metadata_service_the_address_is_named() {
    let url = crate::server::nobody().await;
    let error = InstancePrincipal::connect(&vars(&url)).await.unwrap_err();
    assert!(matches!(error, PrincipalError::Instance { .. }));
    assert!(error.to_string().contains("/opc/v2/instance/region"), "{error}");
    let error =
        InstancePrincipal::connect(&Vars::fixed([(env::METADATA_BASE_URL, "nonsense")])).await.unwrap_err();
    assert!(error.to_string().starts_with("OCI_METADATA_BASE_URL"), "{error}");
}
