//! Object Storage: the parts of an object, each of the version that was asked for, or an error.

use adit_oci::{ErrorKind, ObjectAddress, ObjectPart, OciError};
use http::Method;

use crate::fixture::{self, key};
use crate::server::{self, Reply, Seen, Server};

const OBJECT: &[u8] = b"0123456789";

fn address(object: &str) -> ObjectAddress {
    ObjectAddress {
        namespace: "ns".to_owned(),
        bucket: "drop".to_owned(),
        object: object.to_owned(),
        version: None,
    }
}

async fn part(url: &str, range: std::ops::Range<u64>, etag: Option<&str>) -> Result<ObjectPart, OciError> {
    fixture::client(url).object_part(&address("a/b c.json"), range, etag, fixture::soon()).await
}

/// The range of [`OBJECT`] that a request asks for.
fn ranged(seen: &Seen) -> Reply {
    let (start, end) = seen.header("range").strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    let (start, end): (usize, usize) = (start.parse().unwrap(), end.parse::<usize>().unwrap().min(9));
    Reply::new(206, OBJECT[start..=end].to_vec())
        .header("etag", "v1")
        .header("content-type", "text/csv")
        .header("content-range", format!("bytes {start}-{end}/10"))
}

#[tokio::test]
async fn an_object_is_read_in_parts_of_one_version() {
    let server = Server::start(|_, seen| ranged(seen)).await;
    let first = part(&server.url, 0..6, None).await.unwrap();
    assert_eq!((first.bytes.as_ref(), first.size, first.etag.as_str()), (&b"012345"[..], 10, "v1"));
    assert_eq!(first.content_type.as_deref(), Some("text/csv"));
    let last = part(&server.url, 6..12, Some("v1")).await.unwrap();
    assert_eq!((last.bytes.as_ref(), last.size), (&b"6789"[..], 10));
    let seen = server.seen();
    assert_eq!((&seen[0].method, seen[0].target.as_str()), (&Method::GET, "/n/ns/b/drop/o/a%2Fb%20c.json"));
    assert_eq!((seen[0].header("if-match"), seen[1].header("if-match")), ("", "v1"));
    assert_eq!(seen[1].header("range"), "bytes=6-11");
    assert!(seen.iter().all(|request| request.verify(key().key.public_key()).is_ok()));
}

#[tokio::test]
async fn a_version_is_asked_for_by_its_id() {
    let server = Server::start(|_, seen| ranged(seen)).await;
    let address = ObjectAddress { version: Some("a/1".to_owned()), ..address("x") };
    fixture::client(&server.url).object_part(&address, 0..6, None, fixture::soon()).await.unwrap();
    assert_eq!(server.seen()[0].target, "/n/ns/b/drop/o/x?versionId=a%2F1");
}

#[tokio::test]
async fn a_small_object_may_come_whole_and_an_empty_one_has_no_range() {
    let server = Server::start(|n, _| match n {
        0 => Reply::new(200, OBJECT).header("etag", "\"v1\""),
        _ => Reply::error(416, "InvalidRange", "no such range"),
    })
    .await;
    let whole = part(&server.url, 0..100, Some("v1")).await.unwrap();
    assert_eq!((whole.bytes.as_ref(), whole.size, whole.etag.as_str()), (OBJECT, 10, "v1"));
    let empty = part(&server.url, 0..100, Some("v1")).await.unwrap();
    assert_eq!((empty.bytes.len(), empty.size, empty.etag.as_str()), (0, 0, "v1"));
    assert_eq!(part(&server.url, 5..100, Some("v1")).await.unwrap_err().kind(), ErrorKind::Refused);
}

#[tokio::test]
async fn another_version_is_not_taken_for_the_one_that_was_asked_for() {
    let server = Server::start(|n, seen| match n {
        0 => Reply::error(412, "IfMatchFailed", "no longer"),
        _ => ranged(seen),
    })
    .await;
    for _ in 0..2 {
        let error = part(&server.url, 0..6, Some("v0")).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Changed, "A0815"), "{error}");
    }
    assert_eq!(server.seen().len(), 2, "nothing is asked twice");
}

#[tokio::test]
async fn what_is_not_the_range_is_not_understood() {
    let wrong =
        |range: &'static str| Reply::new(206, "0123").header("etag", "v1").header("content-range", range);
    let server = Server::start(move |n, _| match n {
        0 => wrong("bytes 1-4/10"),
        1 => wrong("bytes 0-5/10"),
        2 => wrong("bytes */10"),
        3 => Reply::new(200, OBJECT).header("etag", "v1"),
        _ => Reply::new(206, "012345").header("content-range", "bytes 0-5/10"),
    })
    .await;
    for n in 0..5 {
        let error = part(&server.url, 0..6, None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadAnswer, "{n}: {error}");
    }
    let server = Server::start(|_, _| Reply::new(200, vec![b' '; 100_000]).header("etag", "v1")).await;
    assert_eq!(part(&server.url, 0..6, None).await.unwrap_err().kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn a_part_that_breaks_off_is_asked_for_again() {
    let broken = server::raw(
        b"HTTP/1.1 206 \r\netag: v1\r\ncontent-range: bytes 0-5/10\r\ncontent-length: 6\r\n\r\n012",
    )
    .await;
    let error = part(&broken, 0..6, None).await.unwrap_err();
    assert_eq!((error.kind(), error.call().unwrap().attempts), (ErrorKind::Broken, 8), "{error}");
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_not_sent() {
    let server = Server::start(|_, seen| ranged(seen)).await;
    let client = fixture::client(&server.url);
    for (address, etag) in [(address(".."), None), (address("x"), Some("a\r\nb: c"))] {
        let error = client.object_part(&address, 0..6, etag, fixture::soon()).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "A0802"), "{error}");
    }
    assert!(server.seen().is_empty());
}
