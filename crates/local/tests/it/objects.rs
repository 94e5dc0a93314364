//! The emulated Object Storage, asked by our own client, by requests that are made by hand, and by the real `oci` command.

use std::process::Command;
use std::time::{Duration, Instant};

use adit_local::emulator::Fault;
use adit_local::{Emulator, EmulatorOptions};
use adit_oci::env::Vars;
use adit_oci::sign::Signer;
use adit_oci::{Client, Endpoints, ErrorKind, ObjectAddress, ObjectPart, OciError, Principal};
use http::{Method, Request, StatusCode};

use crate::emulator::{key_id, own_key};
use crate::support::{send, signed, signed_bytes, tool};

const CONTENT: &str = "0123456789";

async fn started() -> (Emulator, Signer) {
    let emulator = Emulator::start(EmulatorOptions::default()).await.unwrap();
    let signer = Signer::new(key_id(&emulator), own_key(&emulator));
    (emulator, signer)
}

async fn part(
    emulator: &Emulator,
    object: &str,
    range: std::ops::Range<u64>,
    etag: Option<&str>,
) -> Result<ObjectPart, OciError> {
    let principal = Principal::detect(&Vars::fixed(emulator.api_key_variables())).unwrap();
    let endpoints = Endpoints::single(emulator.url()).unwrap();
    let client = Client::builder(principal).endpoints(endpoints).build().unwrap();
    let address = ObjectAddress {
        namespace: emulator.namespace().to_owned(),
        bucket: "drop".to_owned(),
        object: object.to_owned(),
        version: None,
    };
    client.object_part(&address, range, etag, Instant::now() + Duration::from_secs(20)).await
}

#[tokio::test]
async fn an_object_is_read_in_parts_whatever_its_name_is() {
    let (emulator, _) = started().await;
    for name in ["a.json", "in/a folder/ä+b?#%2F.json", "../x", "a/../b"] {
        let etag = emulator.put_object("drop", name, CONTENT);
        let first = part(&emulator, name, 0..6, Some(&etag)).await.unwrap();
        assert_eq!((first.bytes.as_ref(), first.size, &first.etag), (&b"012345"[..], 10, &etag), "{name}");
        assert_eq!(part(&emulator, name, 6..12, Some(&etag)).await.unwrap().bytes.as_ref(), b"6789");
    }
    let etag = emulator.put_object("drop", "empty", "");
    assert_eq!(part(&emulator, "empty", 0..6, Some(&etag)).await.unwrap().size, 0);
}

#[tokio::test]
async fn what_is_not_there_or_not_the_same_is_said_as_oci_says_it() {
    let (emulator, signer) = started().await;
    let old = emulator.put_object("drop", "a", CONTENT);
    emulator.put_object("drop", "a", "other");
    assert_eq!(part(&emulator, "a", 0..6, Some(&old)).await.unwrap_err().kind(), ErrorKind::Changed);
    emulator.delete_object("drop", "a");
    let error = part(&emulator, "a", 0..6, None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    for (path, code) in [
        ("/n/local/b/drop/o/a", "ObjectNotFound"),
        ("/n/local/b/nowhere/o/a", "BucketNotFound"),
        ("/n/elsewhere/b/drop/o/a", "BucketNotFound"),
    ] {
        let answer = signed(&emulator, &signer, Method::GET, path, "").await;
        assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, code), "{path}");
    }
    let unsigned = Request::get("/n/local/b/drop/o/a").body(Vec::new()).unwrap();
    assert_eq!(send(emulator.url(), unsigned).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn objects_are_put_seen_and_deleted_over_http() {
    let (emulator, signer) = started().await;
    let path = "/n/local/b/drop/o/a%2Fb";
    let put = signed(&emulator, &signer, Method::PUT, path, CONTENT).await;
    let got = signed(&emulator, &signer, Method::GET, "/n/local/b/drop/o/a/b", "").await;
    assert_eq!(
        (put.status, got.status, got.body.as_slice()),
        (StatusCode::OK, StatusCode::OK, CONTENT.as_bytes())
    );
    assert_eq!(put.headers["etag"], got.headers["etag"]);
    let head = signed(&emulator, &signer, Method::HEAD, path, "").await;
    assert_eq!((head.headers["content-length"].to_str().unwrap(), head.body.len()), ("10", 0));
    let range = [("range", "bytes=20-29")];
    let beyond = signed_bytes(&emulator, &signer, Method::GET, path, Vec::new(), &range).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(signed(&emulator, &signer, Method::DELETE, path, "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(signed(&emulator, &signer, Method::DELETE, path, "").await.code(), "ObjectNotFound");
}

#[tokio::test]
async fn faults_strike_objects_and_not_the_vault() {
    let (emulator, _) = started().await;
    emulator.put_object("drop", "a", CONTENT);
    for fault in [Fault::InternalServerError, Fault::BreaksOff] {
        emulator.fail_objects(fault, 1);
        assert_eq!(part(&emulator, "a", 0..6, None).await.unwrap().bytes.as_ref(), b"012345", "{fault:?}");
    }
    emulator.fail_objects(Fault::NotAuthorizedOrNotFound, 5);
    assert_eq!(part(&emulator, "a", 0..6, None).await.unwrap_err().kind(), ErrorKind::NotFound);
    emulator.heal_objects();
    assert!(part(&emulator, "a", 0..6, None).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_command_puts_an_object() {
    let Some(oci) = tool("ADIT_OCI_CLI", "oci") else { return };
    let (emulator, _) = started().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("items.ndjson");
    std::fs::write(&file, CONTENT).unwrap();
    let ran = Command::new(oci)
        .args(["--config-file", emulator.config_file().to_str().unwrap(), "--endpoint", emulator.url()])
        .args(["os", "object", "put", "--bucket-name", "drop", "--name", "a/items.ndjson", "--file"])
        .arg(&file)
        .env("SUPPRESS_LABEL_WARNING", "True")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let etag = part(&emulator, "a/items.ndjson", 0..100, None).await.unwrap().etag;
    assert!(String::from_utf8_lossy(&ran.stdout).contains(&etag), "{ran:?}");
}
