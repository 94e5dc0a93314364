//! Oracle's published signatures. Their key has 1024 bits, with which this crate does not sign (nor does Oracle Cloud take
//! such keys any more); so the published signatures are verified over the text that this crate builds, and the text is
//! shown whole. RSASSA-PKCS1-v1_5 has one signature for a key and a text: verifying it is the same as making it.

use std::time::{Duration, SystemTime};

use adit_oci::key::{KeyError, PublicKey, SigningKey};
use adit_oci::verify::{Received, Verifier, VerifyError};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

const PUBLIC_KEY: &str = include_str!("../keys/oracle-1024.pub.pem");
const KEY_ID: &str = "ocid1.tenancy.oc1..aaaaaaaaba3pv6wkcr4jqae5f15p2b2m2yt2j6rx32uzr4h25vqstifsfdsq/\
                      ocid1.user.oc1..aaaaaaaat5nvwcna5j6aqzjcaty5eqbb6qt2jvpkanghtgdaqedqw3rynjq/\
                      20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34";
/// The fifth was a Sunday. It is signed as it stands.
const DATE: &str = "Thu, 05 Jan 2014 21:31:40 GMT";
const GET: &str = "/20160918/instances?availabilityDomain=Pjwf%3A%20PHX-AD-1&compartmentId=ocid1.compartment.oc1..\
                   aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa&displayName=TeamXInstances&\
                   volumeId=ocid1.volume.oc1.phx.abyhqljrgvttnlx73nmrwfaux7kcvzfs3s66izvxf2h4lgvyndsdsnoiwr5q";
const GET_SIGNATURE: &str = "GBas7grhyrhSKHP6AVIj/h5/Vp8bd/peM79H9Wv8kjoaCivujVXlpbKLjMPeDUhxkFIWtTtLBj3sUzaFj34XE6YZ\
                             AHc9r2DmE4pMwOAy/kiITcZxa1oHPOeRheC0jP2dqbTll8fmTZVwKZOKHYPtrLJIJQHJjNvxFWeHQjMaR7M=";
const POST: &str = "/20160918/volumeAttachments";
const POST_SIGNATURE: &str = "Mje8vIDPlwIHmD/cTDwRxE7HaAvBg16JnVcsuqaNRim23fFPgQfLoOOxae6WqKb1uPjYEl0qIdazWaBy/Ml8DRhq\
                              locMwoSXv0fbukP8J5N80LCmzT/FFBvIvTB91XuXI3hYfP9Zt1l7S6ieVadHUfqBedWH0itrtPJBgKmrWso=";
const BODY: &str = r#"{
    "compartmentId": "ocid1.compartment.oc1..aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa",
    "instanceId": "ocid1.instance.oc1.phx.abuw4ljrlsfiqw6vzzxb43vyypt4pkodawglp3wqxjqofakrwvou52gb6s5a",
    "volumeId": "ocid1.volume.oc1.phx.abyhqljrgvttnlx73nmrwfaux7kcvzfs3s66izvxf2h4lgvyndsdsnoiwr5q"
}"#;

fn headers(signed: &str, signature: &str, content: &[(&str, &str)]) -> HeaderMap {
    let authorization = format!(
        r#"Signature version="1",keyId="{KEY_ID}",algorithm="rsa-sha256",headers="{signed}",signature="{signature}""#
    );
    let all =
        [("date", DATE), ("host", "iaas.us-phoenix-1.oraclecloud.com"), ("authorization", &authorization)];
    let pair = |&(name, value): &(&str, &str)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
    };
    all.iter().chain(content).map(pair).collect()
}

fn post_headers() -> HeaderMap {
    let signed = "date (request-target) host content-length content-type x-content-sha256";
    let content = [
        ("content-length", "316"),
        ("content-type", "application/json"),
        ("x-content-sha256", "V9Z20UJTvkvpJ50flBzKE32+6m2zJjweHpDMX/U4Uy0="),
    ];
    headers(signed, POST_SIGNATURE, &content)
}

fn then() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_388_957_500)
}

fn verify(
    method: Method,
    target: &str,
    headers: &HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> Result<String, VerifyError> {
    let received = Received { method: &method, target, headers, body };
    let key = |_: &_| Some(PublicKey::from_pem(PUBLIC_KEY).unwrap());
    let verified = Verifier::new().accepting_short_keys().verify(&received, now, key)?;
    Ok(verified.key_id().as_str().to_owned())
}

#[test]
fn the_published_get_is_verified() {
    let headers = headers("date (request-target) host", GET_SIGNATURE, &[]);
    assert_eq!(verify(Method::GET, GET, &headers, b"", then()), Ok(KEY_ID.to_owned()));
}

#[test]
fn the_published_post_is_verified() {
    assert_eq!(verify(Method::POST, POST, &post_headers(), BODY.as_bytes(), then()), Ok(KEY_ID.to_owned()));
}

#[test]
fn one_changed_byte_anywhere_is_refused() {
    let wrong = |result| matches!(result, Err(VerifyError::WrongSignature { .. }));
    assert!(wrong(verify(
        Method::POST,
        "/20160918/volumeattachments",
        &post_headers(),
        BODY.as_bytes(),
        then()
    )));
    assert!(wrong(verify(Method::PUT, POST, &post_headers(), BODY.as_bytes(), then())));
    let mut headers = post_headers();
    headers.insert("host", HeaderValue::from_static("iaas.us-phoenix-2.oraclecloud.com"));
    assert!(wrong(verify(Method::POST, POST, &headers, BODY.as_bytes(), then())));
    let changed = BODY.replace("TeamX", "").replace("ocid1.volume", "ocid2.volume");
    assert_eq!(
        verify(Method::POST, POST, &post_headers(), changed.as_bytes(), then()),
        Err(VerifyError::WrongDigest)
    );
}

#[test]
fn a_key_of_1024_bits_verifies_only_on_request_and_never_signs() {
    let (headers, method) = (headers("date (request-target) host", GET_SIGNATURE, &[]), Method::GET);
    let received = Received { method: &method, target: GET, headers: &headers, body: b"" };
    let refused =
        Verifier::new().verify(&received, then(), |_| Some(PublicKey::from_pem(PUBLIC_KEY).unwrap()));
    assert!(matches!(refused, Err(VerifyError::WrongSignature { .. })));
    let key = SigningKey::from_pem(include_str!("../keys/oracle-1024.pem"), None);
    assert_eq!(key.unwrap_err(), KeyError::Size { bits: 1024 });
}

/// The fingerprint in the published key id belongs to some other key. This one is what
/// `openssl rsa -pubout -outform DER | openssl md5 -c` says.
#[test]
fn the_fingerprint_is_that_of_openssl() {
    let fingerprint = PublicKey::from_pem(PUBLIC_KEY).unwrap().fingerprint().to_string();
    assert_eq!(fingerprint, "73:61:a2:21:67:e0:df:be:7e:4b:93:1e:15:98:a5:b7");
}
