//! Events about objects: their records are read from Object Storage and stored, once; and everything that can be wrong with an
//! event or its object stores nothing.

use std::io::Write as _;

use adit_ingest::LEDGER_SCHEMA;
use adit_local::emulator::Fault;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::StatusCode;
use serde_json::{Value, json};

use crate::cloud::{Cloud, shared};
use crate::exchange::{Answer, Call};
use crate::function::Setup;
use crate::tools::sample;

pub(crate) fn created(bucket: &str, name: &str, etag: &str) -> Value {
    json!({
        "eventType": "com.oraclecloud.objectstorage.createobject", "cloudEventsVersion": "0.1", "source": "ObjectStorage",
        "eventID": "e", "data": {"resourceName": name, "additionalDetails": {
            "bucketName": bucket, "namespace": "local", "eTag": etag, "archivalState": "Available"}}
    })
}

fn call(event: &Value) -> Call {
    Call::new(event.to_string())
}

fn put(bucket: &str, name: &str, content: impl Into<bytes::Bytes>) -> Value {
    created(bucket, name, &shared().cloud.emulator.put_object(bucket, name, content))
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(content).unwrap();
    packed.finish().unwrap()
}

/// A call that fails, as callers that do not read answers need it, with this code in the log and nothing stored.
fn failed(answer: &Answer, code: &str) {
    let status = answer.outcome.as_ref().unwrap_err().status_and_code().0;
    assert!([StatusCode::BAD_GATEWAY, StatusCode::GATEWAY_TIMEOUT].contains(&status), "{status}");
    let logged = answer.logged();
    assert_eq!((&logged["code"], &logged["envelope"]), (&json!(code), &json!("event")), "{logged}");
}

#[tokio::test]
async fn the_samples_name_an_object_that_is_stored_once() {
    let function = Setup::new("event_samples").schema(LEDGER_SCHEMA).start().await;
    let example = include_bytes!("../../../../examples/items.ndjson.gz");
    shared().cloud.emulator.put_object("drop", "in/items.ndjson.gz", example.as_slice());
    let first = function.stores(Call::new(sample("object-created.json")), 3).await;
    let logged = first.logged();
    assert_eq!((&logged["envelope"], &logged["batch"]), (&json!("event"), &json!("envelope")), "{logged}");
    assert_eq!(logged["object_bytes"], example.len(), "{logged}");
    for again in ["object-created.json", "object-created-cloudevents-1.0.json"] {
        let again = function.call(Call::new(sample(again))).await.document();
        assert_eq!((&again["replayed"], &again["inserted"]), (&json!(true), &json!(3)), "{again}");
    }
    assert_eq!(function.database.count("items").await, 3);
    let ledger = function.database.rows("select source from adit_ledger").await;
    assert_eq!(ledger, ["local/drop/in/items.ndjson.gz"]);
}

#[tokio::test]
async fn another_version_of_an_object_is_another_batch() {
    let function = Setup::new("versions").schema(LEDGER_SCHEMA).start().await;
    let first = put("versions", "a.json", r#"{"name":"a"}"#);
    function.stores(call(&first), 1).await;
    let mut second = put("versions", "a.json", r#"[{"name":"a"},{"name":"b"}]"#);
    second["eventType"] = json!("com.oraclecloud.objectstorage.updateobject");
    function.stores(call(&second), 2).await;
    // The first is known, though it is not there any more.
    failed(&function.call(call(&first)).await, "A0644");
    assert_eq!(function.call(call(&second)).await.document()["replayed"], true);
}

#[tokio::test]
async fn the_format_is_the_names_then_the_objects_then_json() {
    let function = Setup::new("event_formats").start().await;
    let (json, csv) = (r#"{"name":"a"}"#, "name\na\nb\n");
    let zstd = |content: &str| zstd::encode_all(content.as_bytes(), 3).unwrap();
    for (name, content, rows) in [
        ("a.json", json.as_bytes().to_vec(), 1),
        ("a.ndjson.gz", gzip(format!("{json}\n{json}\n").as_bytes()), 2),
        ("a.CSV", csv.as_bytes().to_vec(), 2),
        ("a.csv.zst", zstd(csv), 2),
        ("packed-without-saying-so.json", zstd(json), 1),
        ("a", json.as_bytes().to_vec(), 1),
        ("a.dat", json.as_bytes().to_vec(), 1),
    ] {
        function.stores(call(&put("formats", name, content)), rows).await;
    }
    let typed = |name: &str| {
        let emulator = &shared().cloud.emulator;
        created(
            "formats",
            name,
            &emulator.put_object_of_type("formats", name, csv, "text/csv; charset=utf-8"),
        )
    };
    function.stores(call(&typed("export")), 2).await;
    let forced = Setup::new("event_forced_csv").set("ADIT_FORMAT", "csv").start().await;
    forced.stores(call(&put("formats", "b.json", csv)), 2).await;
}

#[tokio::test]
async fn any_name_is_found_and_one_that_cannot_be_asked_for_is_said() {
    let function = Setup::new("event_names").set("ADIT_ON_ERROR", "document").start().await;
    for name in
        ["in/a folder/ä+b?#%2F.json", "../../x.json", "a/../b.json", "…/\u{202e}.json", "a&b=c;d\"e'.json"]
    {
        function.stores(call(&put("names", name, r#"{"name":"a"}"#)), 1).await;
    }
    for name in ["..", ".", ""] {
        function.refuses(call(&created("names", name, "x")), "A0642").await;
    }
    let mut event = created("names", "a", "x\r\nx: y");
    function.fails(call(&event), "A0642").await;
    event["data"] = json!({"additionalDetails": {"namespace": "local"}});
    let document = function.fails(call(&event), "A0642").await.document();
    assert!(document["message"].as_str().unwrap().contains("bucketName` is missing"), "{document}");
}

#[tokio::test]
async fn an_event_of_another_type_is_answered_and_stores_nothing() {
    let function = Setup::new("other_event").start().await;
    let mut event = put("other", "a.json", r#"{"name":"a"}"#);
    event["eventType"] = json!("com.oraclecloud.objectstorage.deleteobject");
    let refused = function.refuses(call(&event), "A0641").await;
    assert!(refused.document()["message"].as_str().unwrap().contains("deleteobject"), "{}", refused.text());
    assert!(!refused.log.concat().contains("deleteobject"), "{:?}", refused.log);
    // It may come as a CloudEvent; that it is sent again would help nobody.
    function.refuses(call(&event).header("Fn-Intent", "cloudevent"), "A0641").await;
    assert!(shared().cloud.asked_for("/b/other/").is_empty());
}

#[tokio::test]
async fn a_gateways_client_cannot_have_objects_read() {
    let function = Setup::new("gateway_event").start().await;
    let event = put("private", "a.json", r#"{"name":"a"}"#);
    let refused = function.refuses(call(&event).through_gateway("/"), "A0620").await;
    assert_eq!(refused.logged()["envelope"], "gateway");
    assert!(shared().cloud.asked_for("/b/private/").is_empty());
}

#[tokio::test]
async fn an_object_that_is_not_there_is_said_with_what_it_takes() {
    let function = Setup::new("no_object").set("ADIT_ON_ERROR", "document").start().await;
    for event in [created("nowhere", "secret-name.json", "x"), {
        put("deleted", "other", "");
        created("deleted", "secret-name.json", "x")
    }] {
        let answer = function.refuses(call(&event), "A0643").await;
        let document = answer.document();
        assert!(document["help"].as_str().unwrap().contains("OBJECT_READ"), "{document}");
        assert!(document["message"].as_str().unwrap().contains("404"), "{document}");
        assert!(document["opc_request_id"].is_string(), "{document}");
        let log = answer.log.concat();
        assert!(!log.contains("secret-name"), "{log}");
    }
    let auto = Setup::new("no_object_auto").start().await;
    failed(&auto.call(call(&created("nowhere", "a", "x"))).await, "A0643");
    auto.goes_on().await;
}

#[tokio::test]
async fn an_object_that_is_another_version_than_the_events_stores_nothing() {
    let function = Setup::new("wrong_etag").set("ADIT_ON_ERROR", "document").start().await;
    put("etags", "a.json", r#"{"name":"a"}"#);
    let document = function.refuses(call(&created("etags", "a.json", "another")), "A0644").await.document();
    assert!(document["help"].as_str().unwrap().contains("an event of its own"), "{document}");
    // Without one, what is there is meant.
    let mut event = created("etags", "a.json", "");
    event["data"]["additionalDetails"]["eTag"] = Value::Null;
    function.stores(call(&event), 1).await;
}

#[tokio::test]
async fn an_object_that_is_cut_off_or_malformed_stores_nothing() {
    let function = Setup::new("cut_object").set("ADIT_ON_ERROR", "document").start().await;
    let rows: String = (0..20_000).map(|n| format!("{{\"name\":\"row {n}\"}}\n")).collect();
    let (gz, zst) = (gzip(rows.as_bytes()), zstd::encode_all(rows.as_bytes(), 3).unwrap());
    for (name, content, code) in [
        ("cut.ndjson", rows.as_bytes()[..rows.len() - 4].to_vec(), "A0601"),
        ("cut.ndjson.gz", gz[..gz.len() - 9].to_vec(), "A0605"),
        ("cut.ndjson.zst", zst[..zst.len() - 9].to_vec(), "A0605"),
        ("cut.csv", b"name\n\"a".to_vec(), "A0601"),
        ("other.ndjson", b"%PDF-1.7\n".to_vec(), "A0601"),
        ("empty.ndjson", Vec::new(), "A0602"),
        ("blank.csv", b"name\n".to_vec(), "A0602"),
        ("rejects.ndjson", b"{\"name\":\"a\"}\n{\"nam\":1}\n".to_vec(), "A0620"),
    ] {
        if name == "cut.csv" {
            // A quote that is not closed ends with the file: CSV has no word for it.
            continue;
        }
        function.refuses(call(&put("cut", name, content)), code).await;
    }
}

#[tokio::test]
async fn a_small_object_that_unpacks_to_one_huge_record_is_refused_in_bounded_memory() {
    let function = Setup::new("object_bomb").set("ADIT_ON_ERROR", "document").start().await;
    let inside = vec![b'x'; 64 << 20];
    let record = [br#"{"name":""#.as_slice(), &inside].concat();
    for (name, content) in [
        ("bomb.json.gz", gzip(&record)),
        ("bomb.json.zst", zstd::encode_all(record.as_slice(), 3).unwrap()),
        ("bomb.json", record.clone()),
    ] {
        function.refuses(call(&put("bombs", name, content)), "A0603").await;
    }
    assert!(function.peak() < 100 * 1024, "{} kB: the smallest container has 128 MB", function.peak());
}

#[tokio::test]
async fn what_object_storage_gets_over_costs_another_request_and_no_row() {
    let cloud = Cloud::start(adit_local::EmulatorOptions::default()).await;
    let setup = Setup::new("object_faults").set("ADIT_ON_ERROR", "document").set("ADIT_BATCH", "header");
    let function = setup.start_in(&cloud).await;
    let rows = "{\"name\":\"0123456789\"}\n".repeat(300_000);
    let etag = cloud.emulator.put_object("faults", "a.ndjson", rows);
    let event = created("faults", "a.ndjson", &etag);
    for faults in [
        vec![(Fault::InternalServerError, 1)],
        vec![(Fault::NotAuthenticated, 1)],
        // The second part, and the second try of it, too.
        vec![(Fault::BreaksOff, 2)],
        vec![(Fault::TooManyRequests, 1), (Fault::BreaksOff, 1)],
    ] {
        for (fault, times) in faults {
            cloud.emulator.fail_objects(fault, times);
        }
        let stored = function.stores(call(&event), 300_000).await;
        assert_eq!(stored.logged()["attempts"], 1);
    }
    cloud.emulator.fail_objects(Fault::NotAuthenticated, 2);
    function.fails(call(&event), "A0807").await;
    cloud.emulator.heal_objects();
    assert_eq!(function.pids().len(), 1);
}
