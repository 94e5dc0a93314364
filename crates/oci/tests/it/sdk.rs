//! Oracle's Python library and this crate, in both directions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use adit_oci::env::Vars;
use adit_oci::sign::Signer;
use adit_oci::verify::{Received, Verifier};
use adit_oci::{Endpoints, Region, Service};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use serde::Deserialize;
use serde_json::json;

use crate::fixture::{self, PASSWORD, SECRET_ID, VAULT_ID, bundle, key, other_key};
use crate::server::Server;
use crate::tools::{python, run_python};

/// What `sign.py` says of one request.
#[derive(Deserialize)]
struct Signed {
    target: String,
    headers: BTreeMap<String, String>,
}

/// 2026-09-21T14:13:20Z
const NOW: Duration = Duration::from_secs(1_790_000_000);

const REQUESTS: [(&str, &str, &str); 9] = [
    (
        "GET",
        "https://secrets.vaults.eu-frankfurt-1.oci.oraclecloud.com/20190301/secretbundles/ocid1.x?stage=CURRENT",
        "",
    ),
    ("GET", "http://127.0.0.1:8099/20160918/vcns?displayName=a%20b%2Fc%3A&x=1%2B1&y=%C3%BC&z=a+b", ""),
    ("HEAD", "https://iaas.us-ashburn-1.oraclecloud.com/n/", ""),
    ("DELETE", "https://functions.us-ashburn-1.oci.oraclecloud.com:8443/20181201/functions/ocid1.f", ""),
    (
        "POST",
        "https://functions.us-ashburn-1.oci.oraclecloud.com/20181201/functions/f/actions/invoke",
        "{\"name\":\"Ünï\"}",
    ),
    (
        "POST",
        "https://secrets.vaults.eu-frankfurt-1.oci.oraclecloud.com/20190301/secretbundles/actions/getByName?secretName=a%26b",
        "",
    ),
    ("PUT", "https://identity.us-ashburn-1.oci.oraclecloud.com/20160918/policies/p", "{}"),
    ("PUT", "https://identity.us-ashburn-1.oci.oraclecloud.com/20160918/policies/p", ""),
    ("PATCH", "https://objectstorage.us-ashburn-1.oraclecloud.com/n/x", "a\nb"),
];

fn sign_with_sdk(python: &std::path::PathBuf) -> Vec<Signed> {
    let date = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + NOW);
    let requests: Vec<_> = REQUESTS
        .iter()
        .map(|(method, url, body)| json!({ "method": method, "url": url, "body": body, "date": date }))
        .collect();
    let order = json!({
        "tenancy": fixture::TENANCY,
        "user": fixture::USER,
        "fingerprint": key().key.public_key().fingerprint().to_string(),
        "private_key": key().pem.expose(),
        "requests": requests,
    });
    serde_json::from_str(&run_python(python, "sign.py", &[], &order.to_string())).unwrap()
}

#[test]
fn our_signature_is_theirs_byte_for_byte() {
    let Some(python) = python() else { return };
    let key_of_file = adit_oci::key::SigningKey::from_pem(key().pem.expose(), None).unwrap();
    let signer = Signer::new(fixture::key_id(key()), Arc::new(key_of_file));
    for ((method, url, body), theirs) in REQUESTS.iter().zip(sign_with_sdk(&python)) {
        let mut ours =
            Request::builder().method(*method).uri(*url).body(Bytes::from_static(body.as_bytes())).unwrap();
        signer.sign_request(&mut ours, SystemTime::UNIX_EPOCH + NOW).unwrap();
        assert_eq!(ours.uri().path_and_query().unwrap().as_str(), theirs.target);
        let theirs: BTreeMap<_, _> =
            theirs.headers.iter().map(|(name, value)| (name.to_lowercase(), value.as_str())).collect();
        for name in ["authorization", "date", "host", "content-length", "content-type", "x-content-sha256"] {
            let our_value = ours.headers().get(name).map(|value| value.to_str().unwrap());
            // Theirs sends a content-type with a GET too, which nobody signs.
            if our_value.is_some() || name == "authorization" || name == "x-content-sha256" {
                assert_eq!(our_value, theirs.get(name).copied(), "{name} of {method} {url}");
            }
        }
    }
}

#[test]
fn our_verifier_takes_what_their_signer_makes_and_nothing_else() {
    let Some(python) = python() else { return };
    for ((method, url, body), signed) in REQUESTS.iter().zip(sign_with_sdk(&python)) {
        let headers: HeaderMap = signed
            .headers
            .iter()
            .map(|(name, value)| {
                (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
            })
            .collect();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let received =
            Received { method: &method, target: &signed.target, headers: &headers, body: body.as_bytes() };
        let now = SystemTime::UNIX_EPOCH + NOW;
        let verify = |public: &adit_oci::key::PublicKey| {
            Verifier::new().verify(&received, now, |_| Some(public.clone()))
        };
        assert_eq!(
            verify(key().key.public_key()).unwrap().key_id(),
            &fixture::key_id(key()),
            "{method} {url}"
        );
        assert!(verify(other_key().key.public_key()).is_err(), "{method} {url}");
    }
}

#[tokio::test]
async fn their_client_as_a_resource_principal_passes_our_verifier() {
    let Some(python) = python() else { return };
    let server = Server::start(|_, _| bundle(PASSWORD)).await;
    let token = fixture::token(600, Some(key()));
    let files = fixture::ResourceFiles::new(&token, key());
    let order = json!({ "endpoint": server.url, "secret_id": SECRET_ID, "vault_id": VAULT_ID }).to_string();
    let vars = files.vars();
    let contents =
        tokio::task::spawn_blocking(move || run_python(&python, "secrets.py", &vars, &order)).await.unwrap();
    let contents: Vec<String> = serde_json::from_str(&contents).unwrap();
    assert_eq!(contents.len(), 2);

    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    for request in &seen {
        let verified = request.verify(key().key.public_key()).unwrap();
        assert_eq!(verified.key_id().session_token(), Some(token.as_str()));
    }
    assert_eq!(seen[1].method, Method::POST);
    // What this crate sends for the same two calls goes to the same places.
    let ours = Server::start(|_, _| bundle(PASSWORD)).await;
    let client = fixture::client_of(files.principal(), &ours.url);
    let selector = adit_oci::Selector::default();
    client.secret_bundle(&fixture::secret_id(), &selector, fixture::soon()).await.unwrap();
    let vault = VAULT_ID.parse().unwrap();
    client.secret_bundle_by_name("db & password", &vault, &selector, fixture::soon()).await.unwrap();
    let targets = |seen: &[crate::server::Seen]| -> Vec<String> {
        seen.iter()
            .map(|request| format!("{} {}", request.method, request.target.replace('+', "%20")))
            .collect()
    };
    let theirs = targets(&seen);
    let our_targets = targets(&ours.seen());
    assert_eq!(our_targets[0], theirs[0]);
    assert_eq!(our_targets[1], theirs[1].clone() + "&stage=CURRENT");
}

/// Name, short key, realm, and the address of each service.
type TheirRegion = (String, String, String, BTreeMap<String, String>);

#[test]
fn their_regions_and_addresses_are_ours() {
    let Some(python) = python() else { return };
    let order = serde_json::to_string(key().pem.expose()).unwrap();
    let theirs: Vec<TheirRegion> =
        serde_json::from_str(&run_python(&python, "regions.py", &[], &order)).unwrap();
    assert!(theirs.len() >= 85);
    let services = [
        ("Secrets", Service::Secrets),
        ("Vaults", Service::Vaults),
        ("Functions", Service::Functions),
        ("Identity", Service::Identity),
        ("Core", Service::Core),
        ("PathAnalyzer", Service::PathAnalyzer),
        ("Artifacts", Service::Artifacts),
        ("Auth", Service::Auth),
    ];
    for (name, short_key, realm, addresses) in theirs {
        let region = Region::parse(&short_key, &Vars::fixed([("", "")])).unwrap();
        assert_eq!((region.name(), region.realm()), (name.as_str(), realm.as_str()));
        let endpoints = Endpoints::of_region(region);
        for (service_name, service) in services {
            let ours = endpoints.uri(service, "/x").unwrap().to_string();
            // Theirs go on with the version of the service.
            let theirs = addresses[service_name].splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            assert_eq!(ours, theirs + "/x");
        }
    }
}
