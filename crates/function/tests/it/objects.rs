//! Objects that do not fit into a container: read while they are stored, in bounded memory, and all or nothing whatever happens to
//! the object, the database or the time in the middle of it.

use std::process::Command;
use std::time::Duration;

use adit_ingest::LEDGER_SCHEMA;
use adit_local::emulator::Fault;
use serde_json::{Value, json};

use crate::cloud::{Cloud, shared};
use crate::database::{Database, HELD, ITEMS};
use crate::events::{created, gzip};
use crate::exchange::{Call, during};
use crate::function::Setup;
use crate::process::{END, Process, root, unfinished};
use crate::tools::{deployed, program, skipped, until};

/// More than everything between an object and its table can hold back.
const ROWS: usize = 60_000;

fn large() -> Vec<u8> {
    format!("{{\"name\":\"large\",\"description\":\"{}\"}}\n", "x".repeat(1_000)).repeat(ROWS).into_bytes()
}

/// How many parts of an object were asked for.
fn parts(cloud: &Cloud, bucket: &str) -> usize {
    cloud.asked_for(&format!("/b/{bucket}/")).len()
}

/// Waits until nothing more of an object is fetched, and gives how many parts were.
async fn stalled(cloud: &Cloud, bucket: &str) -> usize {
    let mut before = 0;
    until("the end of fetching", async || {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = parts(cloud, bucket);
        (now == std::mem::replace(&mut before, now) && now > 0).then_some(now)
    })
    .await
}

fn call(event: &Value) -> Call {
    Call::new(event.to_string())
}

#[tokio::test]
async fn an_object_is_fetched_as_it_is_stored_and_no_faster() {
    let function = Setup::new("object_held").schema(HELD).seconds(60).start().await;
    let cloud = &shared().cloud;
    let event = created("held", "a.ndjson", &cloud.emulator.put_object("held", "a.ndjson", large()));
    function.database.hold().await;
    let watch = async {
        function.database.held("copy").await;
        let fetched = stalled(cloud, "held").await;
        assert!(fetched < large().len() / (2 << 20), "{fetched} parts of an object that nobody takes");
        function.database.let_go().await;
    };
    during(function.stores(call(&event), ROWS as u64), watch).await;
}

#[tokio::test]
async fn an_object_that_is_deleted_or_replaced_meanwhile_stores_nothing() {
    let setup = Setup::new("object_gone").schema(HELD).set("ADIT_ON_ERROR", "document").seconds(60);
    let function = setup.start().await;
    let cloud = &shared().cloud;
    for (code, happens) in [("A0643", true), ("A0644", false)] {
        let event = created("gone", "a.ndjson", &cloud.emulator.put_object("gone", "a.ndjson", large()));
        function.database.hold().await;
        let gone = async {
            function.database.held("copy").await;
            stalled(cloud, "gone").await;
            if happens {
                cloud.emulator.delete_object("gone", "a.ndjson");
            } else {
                cloud.emulator.put_object("gone", "a.ndjson", "{}");
            }
            function.database.let_go().await;
        };
        during(function.fails(call(&event), code), gone).await;
    }
    function.goes_on().await;
}

#[tokio::test]
async fn a_backend_that_is_killed_costs_a_second_reading_and_no_row() {
    let schema = format!("{HELD}; {LEDGER_SCHEMA}");
    let function = Setup::new("object_killed").schema(&schema).seconds(60).start().await;
    let cloud = &shared().cloud;
    let event =
        created("killed", "a.ndjson.gz", &cloud.emulator.put_object("killed", "a.ndjson.gz", gzip(&large())));
    function.database.hold().await;
    let kill = async {
        let first = function.database.held("copy").await;
        function.database.rows(&format!("select pg_terminate_backend({first})")).await;
        until("the second try", async || (function.database.held("copy").await != first).then_some(())).await;
        function.database.let_go().await;
    };
    let answer = during(function.stores(call(&event), ROWS as u64), kill).await;
    assert_eq!(answer.logged()["attempts"], 2);
    assert_eq!(function.call(call(&event)).await.document()["replayed"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_does_not_come_holds_up_nobody_else_and_ends_at_the_deadline() {
    let cloud = Cloud::start(adit_local::EmulatorOptions::default()).await;
    let database = Database::new(&shared().postgres, "object_hangs", &format!("{ITEMS}; {HELD}")).await;
    let secret = cloud.emulator.put_secret("object_hangs", database.secret().to_string().as_bytes());
    let mut variables = cloud.principal.clone();
    let settings = [
        ("ADIT_TABLE", "items"),
        ("DB_SECRET_OCID", &secret),
        ("ADIT_OCI_ENDPOINT", cloud.emulator.url()),
        ("ADIT_ON_ERROR", "document"),
    ];
    variables.extend(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let root = root();
    let listener = root.path().join("tmp");
    let process = Process::start(&variables, root, &listener, Command::new(program()));
    let event =
        created("hangs", "a.ndjson", &cloud.emulator.put_object("hangs", "a.ndjson", large())).to_string();

    database.hold().await;
    let deadline = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(12);
    let headers = format!("Fn-Deadline: {deadline:.0}\r\n");
    std::thread::scope(|scope| {
        let hanging = scope.spawn(|| process.send(&[&unfinished(&headers, event.as_bytes()), END].concat()));
        // The thread above blocks; what follows must not.
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                database.held("copy").await;
                stalled(&cloud, "hangs").await;
                cloud.emulator.fail_objects(Fault::Hang, 100);
                database.let_go().await;
            });
        });
        // All that was fetched is stored now, and its reader waits for more. Another call is served by the same process.
        for _ in 0..3 {
            let good = process.call(br#"[{"name":"other"},{"name":"other"}]"#);
            assert_eq!((&good["status"], hanging.is_finished()), (&json!("success"), false), "{good}");
        }
        let answer = hanging.join().unwrap();
        let document: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(["A0507", "A0805"].contains(&document["code"].as_str().unwrap()), "{document}");
        assert_eq!(document["inserted"], 0);
    });
    assert_eq!(database.rows("select distinct name from items").await, ["other"]);
}

#[tokio::test]
async fn three_hundred_megabytes_are_stored_within_sixty_four() {
    if deployed().is_none() {
        return skipped("ADIT_FUNCTION_BIN names no deployed program (scripts/build-function)");
    }
    let function = Setup::new("object_300mb").seconds(120).start().await;
    let cloud = &shared().cloud;
    // Text that does not pack to nothing, so that many parts are fetched.
    let line = |n: u64| {
        let noise: String = (1..=24)
            .map(|k: u64| format!("{:016x}", n.wrapping_mul(k.wrapping_mul(0x9e37_79b9_7f4a_7c15))))
            .collect();
        format!("{{\"name\":\"row {n}\",\"description\":\"{noise}{noise}\"}}\n")
    };
    let rows = 300_000_000 / line(1_000_000).len() as u64;
    let content: String = (0..rows).map(line).collect();
    assert!(content.len() > 290_000_000);
    let zst = zstd::encode_all(content.as_bytes(), 1).unwrap();
    for (name, packed) in [("a.ndjson.gz", gzip(content.as_bytes())), ("a.ndjson.zst", zst)] {
        let size = packed.len();
        assert!(size > 16 << 20, "{size} bytes are too few parts");
        let event = created("300mb", name, &cloud.emulator.put_object("300mb", name, packed));
        let stored = function.stores(call(&event), rows).await;
        assert_eq!(stored.logged()["object_bytes"], size);
        cloud.emulator.delete_object("300mb", name);
    }
    assert_eq!(function.pids().len(), 1);
    assert!(function.peak() <= 64 * 1024, "{} kB", function.peak());
}
