//! What a push does when a registry wants a token, fails for a while, or does what it should not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use adit_image::registry::{Credentials, Elsewhere, Push, RegistryError, RegistryErrorKind, Way};
use adit_oci::SecretValue;
use http::Method;

use crate::stub::{Reply, Seen, Stub, takes};
use crate::support::image;

fn to(stub: &Stub) -> Push {
    let reference = format!("{}/f:1", stub.address).parse().unwrap();
    Push { pause: Duration::from_millis(1), ..Push::new(reference) }
}

fn me(push: Push) -> Push {
    let password = SecretValue::new("hunter2");
    Push { credentials: Some(Credentials { user: "ns/me".to_owned(), password }), ..push }
}

async fn refused(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (RegistryError, Vec<Seen>) {
    let stub = Stub::start(handler).await;
    let error = me(to(&stub)).run(&image()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    (error, stub.seen())
}

fn demand(realm: &str) -> Reply {
    let value = format!("Bearer realm=\"{realm}\",service=\"s\",scope=\"x\"");
    (
        401,
        vec![("www-authenticate", value)],
        r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#.to_owned(),
    )
}

#[tokio::test]
async fn a_token_is_fetched_with_the_login_and_sent_with_every_request() {
    let realm = Stub::start(|seen| {
        assert_eq!(seen.header("authorization"), "Basic bnMvbWU6aHVudGVyMg==");
        (200, vec![], r#"{"token":"t0ken"}"#.to_owned())
    })
    .await;
    let address = format!("http://{}/token", realm.address);
    let registry = Stub::start(move |seen| {
        if seen.header("authorization") == "Bearer t0ken" { takes(seen) } else { demand(&address) }
    })
    .await;
    let push = Push { mount_from: Some("g".to_owned()), ..me(to(&registry)) };
    push.run(&image()).await.unwrap();
    let asked: Vec<_> = realm.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(asked, ["/token?service=s&scope=repository%3Af%3Apull%2Cpush&scope=repository%3Ag%3Apull"]);
    assert_eq!(registry.seen().iter().filter(|seen| seen.header("authorization").is_empty()).count(), 1);
}

#[tokio::test]
async fn a_login_is_not_sent_without_tls_to_another_machine() {
    let (error, seen) = refused(|_| demand("http://tokens.example.com/token")).await;
    assert_eq!((error.kind, error.kind.code(), seen.len()), (RegistryErrorKind::Insecure, "A0843", 1));
}

#[tokio::test]
async fn a_token_that_expires_on_the_way_is_fetched_again() {
    let realm = Stub::start(|_| (200, vec![], r#"{"access_token":"t0ken"}"#.to_owned())).await;
    let address = format!("http://{}/token", realm.address);
    let count = AtomicUsize::new(0);
    let registry = Stub::start(move |seen| match count.fetch_add(1, Ordering::Relaxed) {
        0 | 4 => demand(&address),
        _ => takes(seen),
    })
    .await;
    me(to(&registry)).run(&image()).await.unwrap();
    assert_eq!(realm.seen().len(), 2);
}

#[tokio::test]
async fn what_passes_by_itself_is_tried_again_from_the_start_of_the_blob() {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let stub = Stub::start(move |seen| {
        if seen.method == Method::PUT && counter.fetch_add(1, Ordering::Relaxed) < 2 {
            (503, vec![("retry-after", "0".to_owned())], String::new())
        } else {
            takes(seen)
        }
    })
    .await;
    to(&stub).run(&image()).await.unwrap();
    let posts = stub.seen().iter().filter(|seen| seen.method == Method::POST).count();
    assert_eq!(posts, 4, "an upload that failed is begun anew");

    let (error, seen) = refused(|_| (500, vec![], "oops".to_owned())).await;
    assert_eq!((error.kind, error.kind.code(), seen.len()), (RegistryErrorKind::Unavailable, "A0839", 5));
    assert!(error.to_string().ends_with("500 (5 attempts)"), "{error}");
}

#[tokio::test]
async fn refusals_are_told_apart_and_not_repeated() {
    let body = r#"{"errors":[{"code":"DENIED","message":"no\u0007 way"}]}"#;
    for (status, kind, code) in [
        (403, RegistryErrorKind::Denied, "A0836"),
        (404, RegistryErrorKind::NotFound, "A0837"),
        (400, RegistryErrorKind::Refused, "A0840"),
        (413, RegistryErrorKind::TooLarge, "A0849"),
        (302, RegistryErrorKind::Refused, "A0840"),
    ] {
        let (error, seen) = refused(move |seen| match seen.method {
            Method::HEAD => takes(seen),
            _ => (status, vec![], body.to_owned()),
        })
        .await;
        assert_eq!((error.kind, error.kind.code(), seen.len()), (kind, code, 2), "{error}");
        assert!(error.message.ends_with(&format!("{status} DENIED: no  way")), "{error}");
    }
}

#[tokio::test]
async fn a_tag_that_means_this_image_is_not_set_again() {
    let image = image();
    for (there, set) in [(image.digest(), false), (format!("sha256:{}", "0".repeat(64)), true)] {
        let answered = there.clone();
        let stub = Stub::start(move |seen| match seen.method {
            Method::HEAD if seen.target.ends_with("/manifests/1") => {
                assert_eq!(seen.header("accept"), "application/vnd.oci.image.manifest.v1+json");
                (200, vec![("docker-content-digest", answered.clone())], String::new())
            }
            _ => takes(seen),
        })
        .await;
        to(&stub).run(&image).await.unwrap();
        let puts = stub.seen().into_iter().filter(|seen| seen.method == Method::PUT);
        assert_eq!(puts.into_iter().any(|seen| seen.target.ends_with("/manifests/1")), set, "{there}");
    }
}

#[test]
fn where_a_repository_is_and_how_it_moves_is_said() {
    let found = Elsewhere {
        repository: "ocid1.containerrepo.oc1.fra.r".to_owned(),
        compartment: "ocid1.tenancy.oc1..t".to_owned(),
        compartment_name: Some("root\u{7}".to_owned()),
        wanted: "ocid1.compartment.oc1..s".to_owned(),
    };
    let error = RegistryError::elsewhere("fra.ocir.io", "app/f", &found);
    insta::assert_snapshot!(
        "elsewhere",
        format!("[{}] {error}\n{}", error.kind.code(), error.help().unwrap())
    );
    let unnamed =
        RegistryError::elsewhere("fra.ocir.io", "app/f", &Elsewhere { compartment_name: None, ..found });
    assert!(unnamed.to_string().ends_with("is in another compartment, ocid1.tenancy.oc1..t"), "{unnamed}");
}

#[tokio::test]
async fn an_upload_in_pieces_says_which_bytes_come_and_keeps_to_the_least_piece() {
    let stub = Stub::start(|seen| {
        let (status, mut headers, body) = takes(seen);
        if seen.method == Method::POST {
            headers.push(("oci-chunk-min-length", "100000".to_owned()));
        }
        (status, headers, body)
    })
    .await;
    let image = image();
    Push { chunk: 1000, ..to(&stub) }.run(&image).await.unwrap();
    let layer = &image.layers()[0];
    let seen = stub.seen();
    let pieces: Vec<_> = seen.iter().filter(|seen| seen.method == Method::PATCH).collect();
    assert_eq!(pieces.len() as u64, layer.size().div_ceil(100_000));
    assert_eq!(
        (pieces[0].header("content-range"), pieces[1].header("content-range")),
        ("0-99999", "100000-199999")
    );
    assert!(pieces[1].target.ends_with("state=b"), "each answer says where to go on: {}", pieces[1].target);
    let sent: Vec<u8> = pieces.iter().flat_map(|piece| piece.body.to_vec()).collect();
    assert!(sent == layer.bytes());
    let end = seen.iter().find(|seen| seen.method == Method::PUT).unwrap();
    let digest = layer.digest().replace(':', "%3A");
    assert_eq!(end.target, format!("/v2/f/blobs/uploads/1?state=b&digest={digest}"));
    let manifests: Vec<_> = seen.iter().filter(|seen| seen.target.contains("/manifests/")).collect();
    assert_eq!(manifests[0].target, format!("/v2/f/manifests/{}", image.digest()), "by its digest first");
    let tagged = (&manifests[2].method, manifests[2].target.as_str());
    assert_eq!(tagged, (&Method::PUT, "/v2/f/manifests/1"));
    assert_eq!(manifests[0].header("content-type"), "application/vnd.oci.image.manifest.v1+json");
}

#[tokio::test]
async fn another_host_gets_the_upload_but_not_the_login() {
    let store = Stub::start(takes).await;
    let address = format!("http://{}/store/1", store.address);
    let registry = Stub::start(move |seen| match seen.method {
        _ if seen.header("authorization").is_empty() => {
            (401, vec![("www-authenticate", "Basic realm=x".to_owned())], String::new())
        }
        Method::POST => (202, vec![("location", address.clone())], String::new()),
        _ => takes(seen),
    })
    .await;
    me(to(&registry)).run(&image()).await.unwrap();
    assert_eq!(store.seen().len(), 2, "two blobs");
    assert!(store.seen().iter().all(|seen| seen.header("authorization").is_empty()));
}

#[tokio::test]
async fn a_blob_that_is_kept_elsewhere_is_there() {
    let stub = Stub::start(|seen| match seen.method {
        Method::HEAD => (307, vec![("location", "https://store.example.com/x".to_owned())], String::new()),
        _ => takes(seen),
    })
    .await;
    let pushed = to(&stub).run(&image()).await.unwrap();
    assert!(pushed.blobs.iter().all(|blob| blob.way == Way::Present), "{pushed:?}");
    assert!(stub.seen().iter().all(|seen| seen.method != Method::POST));
}

#[tokio::test]
async fn nonsense_of_a_registry_is_refused() {
    let other = || vec![("docker-content-digest", "sha256:ab".to_owned())];
    let (error, seen) = refused(move |seen| match seen.method {
        Method::PUT => (201, other(), String::new()),
        _ => takes(seen),
    })
    .await;
    assert_eq!((error.kind, error.kind.code()), (RegistryErrorKind::OtherDigest, "A0842"), "{error}");
    assert_eq!(
        seen.iter().filter(|seen| seen.method == Method::PUT).count(),
        5,
        "it may have been damaged on the way"
    );
    for location in ["", "ftp://x/", "http://elsewhere.example.com/x", "//evil", "/a b"] {
        let (error, _) = refused(move |seen| match seen.method {
            Method::POST => (202, vec![("location", location.to_owned())], String::new()),
            _ => takes(seen),
        })
        .await;
        assert_eq!(
            (error.kind, error.kind.code()),
            (RegistryErrorKind::NotUnderstood, "A0841"),
            "{location}: {error}"
        );
    }
    let long = "x".repeat(2 << 20);
    let (error, _) = refused(move |seen| match seen.method {
        Method::POST => (400, vec![], long.clone()),
        _ => takes(seen),
    })
    .await;
    assert_eq!(error.kind.code(), "A0838", "{error}");
    let nobody = Stub { address: "127.0.0.1:1".to_owned(), ..Stub::start(takes).await };
    let error = to(&nobody).run(&image()).await.unwrap_err();
    assert_eq!(error.kind.code(), "A0838");
    assert!(error.to_string().contains("Connection refused"), "{error}");
}
