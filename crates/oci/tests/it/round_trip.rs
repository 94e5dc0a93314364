//! What is signed here is verified here, and nothing else is.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use adit_oci::keygen;
use adit_oci::sign::{KeyId, SignError, Signer};
use adit_oci::verify::{Received, Verifier, VerifyError};
use bytes::Bytes;
use http::{HeaderValue, Method, Request};
use proptest::prelude::*;

fn signer() -> Signer {
    let key = Arc::new(keygen::generate().unwrap().key);
    Signer::new(KeyId::parse("t/u/f").unwrap(), key)
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)
}

fn signed(signer: &Signer, method: Method, uri: &str, body: &'static [u8]) -> Request<Bytes> {
    let mut request = Request::builder().method(method).uri(uri).body(Bytes::from_static(body)).unwrap();
    signer.sign_request(&mut request, now()).unwrap();
    request
}

fn verify(signer: &Signer, request: &Request<Bytes>, at: SystemTime) -> Result<(), VerifyError> {
    let received = Received {
        method: request.method(),
        target: request.uri().path_and_query().unwrap().as_str(),
        headers: request.headers(),
        body: request.body(),
    };
    let key = signer.key().public_key().clone();
    let verified = Verifier::new().verify(&received, at, |id| (id.as_str() == "t/u/f").then_some(key))?;
    assert_eq!(verified.key_id(), signer.key_id());
    Ok(())
}

#[test]
fn every_verb_and_shape_of_address() {
    let signer = signer();
    for method in [Method::GET, Method::HEAD, Method::DELETE, Method::PUT, Method::POST, Method::PATCH] {
        for uri in [
            "https://a.example",
            "http://127.0.0.1:8099/x?y=%3A%20&z=a+b",
            "http://[::1]:1/",
            "https://h:443/%7E",
        ] {
            for body in [&b""[..], b"{\"a\":1}"] {
                let request = signed(&signer, method.clone(), uri, body);
                assert_eq!(verify(&signer, &request, now()), Ok(()), "{method} {uri}");
            }
        }
    }
    let host = |uri| signed(&signer, Method::GET, uri, b"").headers().get("host").cloned().unwrap();
    assert_eq!([host("https://h:443/"), host("http://h:80/"), host("http://h:443/")], ["h", "h", "h:443"]);
}

#[test]
fn an_empty_post_is_signed_with_its_empty_body() {
    let request = signed(&signer(), Method::POST, "https://h/x", b"");
    let header = |name: &str| request.headers().get(name).unwrap().to_str().unwrap();
    assert_eq!(header("content-length"), "0");
    assert_eq!(header("x-content-sha256"), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    assert!(header("authorization").contains("content-length content-type x-content-sha256"));
}

#[test]
fn clocks_may_be_five_minutes_apart() {
    let signer = signer();
    let request = signed(&signer, Method::GET, "https://h/x", b"");
    let minutes = |n: u64| Duration::from_secs(60 * n);
    assert_eq!(verify(&signer, &request, now() + minutes(5)), Ok(()));
    assert_eq!(verify(&signer, &request, now() - minutes(5)), Ok(()));
    assert_eq!(verify(&signer, &request, now() + minutes(6)), Err(VerifyError::Clock { seconds: 360 }));
    assert_eq!(verify(&signer, &request, now() - minutes(6)), Err(VerifyError::Clock { seconds: 360 }));
}

#[test]
fn each_missing_part_is_named() {
    let signer = signer();
    let without = |name: &str| {
        let mut request = signed(&signer, Method::POST, "https://h/x", b"{}");
        request.headers_mut().remove(name);
        verify(&signer, &request, now()).unwrap_err().to_string()
    };
    assert_eq!(without("authorization"), "the request has no authorization header");
    assert_eq!(without("date"), "date is said to be signed and is not among the headers");
    assert_eq!(
        without("x-content-sha256"),
        "x-content-sha256 is said to be signed and is not among the headers"
    );

    let with_authorization = |from: &str, to: &str| {
        let mut request = signed(&signer, Method::POST, "https://h/x", b"{}");
        let value = request.headers().get("authorization").unwrap().to_str().unwrap().replace(from, to);
        request.headers_mut().insert("authorization", HeaderValue::from_str(&value).unwrap());
        verify(&signer, &request, now()).unwrap_err().to_string()
    };
    assert_eq!(with_authorization(" x-content-sha256", ""), "x-content-sha256 is not signed and has to be");
    assert_eq!(with_authorization("date ", ""), "date is not signed and has to be");
    assert_eq!(with_authorization(" host", ""), "host is not signed and has to be");
    assert_eq!(with_authorization("(request-target) ", ""), "(request-target) is not signed and has to be");
    assert_eq!(with_authorization("t/u/f", "t/u/g"), "the key t/u/g is not known");
    assert_eq!(
        with_authorization("rsa-sha256", "hs2019"),
        "the authorization header has algorithm=\"hs2019\"; \"rsa-sha256\" is allowed"
    );
    assert_eq!(
        with_authorization("version=\"1\"", "keyId=\"t/u/f\""),
        "the authorization header is malformed: a parameter occurs more than once"
    );
}

#[test]
fn a_body_that_is_not_the_signed_one_is_refused() {
    let signer = signer();
    let request = signed(&signer, Method::POST, "https://h/x", b"{}");
    let (head, _) = request.into_parts();
    let with = |body: &'static [u8]| {
        verify(&signer, &Request::from_parts(head.clone(), Bytes::from_static(body)), now())
    };
    assert_eq!(with(b"[]"), Err(VerifyError::WrongDigest));
    assert_eq!(with(b"{}x"), Err(VerifyError::WrongLength { received: 3 }));
}

#[test]
fn x_date_is_taken_instead_of_date() {
    let signer = signer();
    let mut request = signed(&signer, Method::GET, "https://h/x", b"");
    let authorization = request.headers().get("authorization").unwrap().to_str().unwrap().to_owned();
    let date = request.headers_mut().remove("date").unwrap();
    request.headers_mut().insert("x-date", date);
    let renamed = authorization.replace("\"date ", "\"x-date ");
    request.headers_mut().insert("authorization", HeaderValue::from_str(&renamed).unwrap());
    // The rules about the clock are met; only the signature is over another name.
    assert!(matches!(verify(&signer, &request, now()), Err(VerifyError::WrongSignature { .. })));
}

#[test]
fn a_request_without_a_host_cannot_be_signed() {
    let mut request = Request::builder().uri("/x").body(Bytes::new()).unwrap();
    assert_eq!(signer().sign_request(&mut request, now()), Err(SignError::NoHost));
}

proptest! {
    #[test]
    fn arbitrary_authorizations_do_not_panic(
        value in proptest::string::string_regex("[ -~]{0,200}").unwrap(),
        parameters in proptest::collection::vec(("[a-zA-Z]{1,9}", "[ -!#-~]{0,40}"), 0..6),
    ) {
        let listed: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        for text in [value, format!("Signature {}", listed.join(","))] {
            let mut headers = http::HeaderMap::new();
            headers.insert("authorization", HeaderValue::from_str(&text).unwrap());
            headers.insert("date", HeaderValue::from_str(&text).unwrap());
            let received = Received { method: &Method::POST, target: "/", headers: &headers, body: b"" };
            prop_assert!(Verifier::new().verify(&received, now(), |_| None).is_err());
        }
    }
}
