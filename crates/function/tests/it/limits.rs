//! Bodies at the platform's limits and beyond, and bodies that break off on the wire: what no client can send through the
//! platform is sent over the function's own socket.

use std::io::Write as _;

use adit_local::containers::BODY_LIMIT;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::exchange::Call;
use crate::function::Setup;
use crate::process::{END, Process, unfinished};

/// Records that have exactly as many bytes as fit into one call, in all.
fn largest() -> Vec<u8> {
    let mut body = "{\"name\":\"0123456789\"}\n".repeat(BODY_LIMIT / 22).into_bytes();
    body.resize(BODY_LIMIT, b' ');
    body
}

#[tokio::test]
async fn six_megabytes_are_stored_and_one_byte_more_is_refused() {
    let (mut process, database) = Process::deployed("six_megabytes", &[]).await;
    let rows = (BODY_LIMIT / 22) as u64;
    let stored = process.call(&largest());
    assert_eq!((&stored["status"], &stored["inserted"]), (&json!("success"), &json!(rows)));
    assert_eq!(database.count("items").await, rows);

    let mut larger = largest();
    larger.push(b' ');
    let refused = process.send(&[&unfinished("Fn-Intent: httprequest\r\n", &larger), END].concat());
    assert!(refused.head.contains("\r\nfn-http-status: 413\r\n"), "{}", refused.head);
    let refused: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!((&refused["code"], &refused["inserted"]), (&json!("A0603"), &json!(0)), "{refused}");
    assert!(refused["message"].as_str().unwrap().contains("6291456"), "{refused}");
    assert_eq!(database.count("items").await, rows);

    let good = process.call(br#"{"name":"good"}"#);
    assert_eq!((&good["status"], process.runs()), (&json!("success"), true));
}

#[tokio::test]
async fn a_body_that_breaks_off_on_the_wire_stores_nothing() {
    let (mut process, database) = Process::deployed("breaks_off", &[]).await;
    let body = "{\"name\":\"a\"}\n".repeat(1_000);
    // The connection ends without the last chunk; every record that came is whole.
    let broken = process.send(&unfinished("", body.as_bytes()));
    assert_eq!((broken.status, broken.body.len()), (502, 0));
    assert!(process.log().contains("\"level\":\"error\""), "{}", process.log());
    assert_eq!(
        (database.count("items").await, database.functions().await),
        (0, 0),
        "the database was not even asked"
    );
    let good = process.call(body.as_bytes());
    assert_eq!((&good["inserted"], process.runs()), (&json!(1_000), true));
}

#[tokio::test]
async fn the_platforms_own_refusal_of_a_large_body_does_not_reach_the_function() {
    let function = Setup::new("platform_limit").start().await;
    let mut larger = largest();
    larger.push(b' ');
    let call = function.containers.invoke(Call::new(larger).into_invocation()).await;
    assert_eq!(call.outcome.unwrap_err().status_and_code().0, 413);
    assert!(function.pids().is_empty());
}

/// A body of at most 6 MB that unpacks to `members` times `member`.
fn bomb(member: &[u8], members: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(member).unwrap();
    let bomb = packed.finish().unwrap().repeat(members);
    assert!(bomb.len() <= BODY_LIMIT);
    bomb
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_one_huge_record_is_refused_in_bounded_memory() {
    let function = Setup::new("huge_record").start().await;
    let inside = vec![b'x'; 4 << 20];
    let field = [b"name\n\"".as_slice(), &inside].concat();
    for call in [
        Call::new([bomb(br#"{"name":""#, 1), bomb(&inside, 64)].concat()),
        Call::csv([bomb(&field, 1), bomb(&inside, 64)].concat()),
        Call::new(bomb(&vec![b' '; 4 << 20], 64)),
        Call::csv([bomb(b"name\n", 1), bomb(&vec![b'\n'; 4 << 20], 64)].concat()),
    ] {
        let refused = function.refuses(call.through_gateway("/"), "A0603").await;
        assert_eq!(refused.header("fn-http-status"), Some("413"));
    }
    assert!(function.peak() < 100 * 1024, "{} kB: the smallest container has 128 MB", function.peak());
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_endless_rejects_ends_at_the_deadline() {
    let function = Setup::new("endless").seconds(4).start().await;
    function.goes_on().await;
    // 4 GB: more than anything reads in four seconds.
    let rejects = bomb(&b"{\"x\":1}\n".repeat(1 << 20), 500);
    function.refuses(Call::new(rejects), "A0507").await;
}
