//! Messages of streams and queues, as Connector Hub hands them on: their records are stored, once; what only resembles messages
//! stays what it is; and a message at fault is refused in its place.

use adit_ingest::LEDGER_SCHEMA;
use adit_local::containers::BODY_LIMIT;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};

use crate::exchange::Call;
use crate::function::Setup;
use crate::process::{END, Process, unfinished};
use crate::tools::sample;

fn streamed(offset: u64, value: &str) -> Value {
    json!({"stream": "s", "partition": "0", "key": null, "value": STANDARD.encode(value), "offset": offset,
           "timestamp": 1_700_000_000_000_u64})
}

fn queued(id: u64, content: &str) -> Value {
    json!({"id": id, "content": content, "receipt": "r", "deliveryCount": 1,
           "visibleAfter": "2026-11-20T09:30:30Z", "expireAfter": "2026-11-21T09:30:00Z"})
}

fn call(body: &Value) -> Call {
    Call::new(body.to_string())
}

#[tokio::test]
async fn the_samples_are_stored_and_each_once() {
    let function = Setup::new("message_samples").schema(LEDGER_SCHEMA).start().await;
    for (file, envelope) in [("connector-hub.json", "connector-hub"), ("queue.json", "queue")] {
        let first = function.stores(Call::new(sample(file)), 3).await;
        let again = function.call(Call::new(sample(file))).await;
        let (first, logged, again) = (first.document(), first.logged(), again.document());
        assert_eq!((&logged["envelope"], &logged["batch"]), (&json!(envelope), &json!("envelope")));
        assert_eq!((&again["replayed"], &again["inserted"]), (&json!(true), &first["inserted"]), "{again}");
    }
    assert_eq!(function.database.count("items").await, 6);
    let ledger = function.database.rows("select source, batch from adit_ledger order by 1").await;
    assert!(ledger[0].starts_with("items/0|1284-1285") || ledger[1] == "items/0|1284-1285", "{ledger:?}");
}

#[tokio::test]
async fn the_samples_of_plain_calls_are_what_they_look_like() {
    let function = Setup::new("plain_samples").schema(LEDGER_SCHEMA).start().await;
    let raw = function.stores(Call::new(sample("raw.json")), 1).await;
    assert_eq!((&raw.logged()["envelope"], &raw.logged()["batch"]), (&json!("raw"), &Value::Null));
    let sample = String::from_utf8(sample("api-gateway.http")).unwrap();
    let (head, body) = sample.split_once("\n\n").unwrap();
    let headers = head.lines().skip(1).map(|line| line.split_once(": ").unwrap());
    // The platform writes these itself.
    let headers = headers.filter(|(name, _)| !["Host", "Fn-Call-Id", "Fn-Deadline"].contains(name));
    let gateway =
        || headers.clone().fold(Call::new(body.to_owned()), |call, (name, value)| call.header(name, value));
    let stored = function.stores(gateway(), 1).await;
    assert_eq!(
        (&stored.logged()["envelope"], &stored.logged()["batch"]),
        (&json!("gateway"), &json!("header"))
    );
    assert_eq!(function.call(gateway()).await.document()["replayed"], true);
}

#[tokio::test]
async fn messages_of_several_partitions_are_one_batch() {
    let function = Setup::new("partitions").schema(LEDGER_SCHEMA).start().await;
    let mut messages = vec![streamed(5, r#"{"name":"a"}"#), streamed(9, r#"{"name":"b"}"#)];
    messages[0]["partition"] = json!("1");
    function.stores(call(&json!(messages)), 2).await;
    messages.reverse();
    assert_eq!(function.call(call(&json!(messages))).await.document()["replayed"], true);
    // One message more is another batch.
    messages.push(streamed(10, r#"{"name":"c"}"#));
    function.stores(call(&json!(messages)), 3).await;
    let ledger = function.database.rows("select source, batch from adit_ledger order by stored_at").await;
    assert_eq!(ledger, ["s|0:9-9,1:5-5", "s|0:9-10,1:5-5"]);
}

#[tokio::test]
async fn a_message_at_fault_is_refused_in_its_place() {
    let function = Setup::new("bad_messages").set("ADIT_ON_ERROR", "document").start().await;
    let mut messages =
        vec![streamed(1, r#"{"name":"a"}"#), streamed(2, "nope"), streamed(3, r#"{"name":"b"}"#)];
    messages.extend([streamed(4, ""), streamed(5, ""), streamed(6, r#"{"nam":"c"}"#)]);
    messages[3]["value"] = json!("not base64!");
    messages[4]["value"] = Value::Null;
    let answer = function.refuses(call(&json!(messages)), "A0620").await;
    let document = answer.document();
    assert_eq!((&document["received"], &document["rejected"]), (&json!(6), &json!(4)), "{document}");
    let rejects = document["rejects"].as_array().unwrap();
    for (reject, (index, said)) in rejects.iter().zip([
        (1, "message 1 is not JSON"),
        (3, "message 3 is not base64"),
        (4, "message 4 is empty"),
        (5, "no such column"),
    ]) {
        assert_eq!(reject["index"], index);
        assert!(reject["reason"].as_str().unwrap().contains(said), "{reject}");
    }
    let log = answer.log.concat();
    assert!(!log.contains("nope") && !log.contains("base64"), "{log}");
    for content in ["nope", "", "[5]"] {
        let body = json!({"messages": [queued(1, r#"{"name":"a"}"#), queued(2, content)]});
        let document = function.refuses(call(&body), "A0620").await.document();
        assert_eq!(document["rejects"][0]["index"], 1, "{document}");
    }
}

#[tokio::test]
async fn an_error_fails_the_call_since_nobody_reads_a_document() {
    let function = Setup::new("unread_messages").start().await;
    for body in [json!([streamed(1, "nope")]), json!([queued(1, "nope")])] {
        let answer = function.call(call(&body)).await;
        assert_eq!(answer.outcome.as_ref().unwrap_err().status_and_code().0, StatusCode::BAD_GATEWAY);
        let logged = answer.logged();
        assert_eq!(
            (&logged["code"], &logged["rejects"][0]["index"]),
            (&json!("A0620"), &json!(0)),
            "{logged}"
        );
    }
    function.goes_on().await;
}

#[tokio::test]
async fn records_that_resemble_messages_are_stored_as_they_are() {
    let schema = "alter table items alter name drop not null, add stream text, add partition int, add key text, add value text,
        add content text, add receipt text, add \"offset\" int, add timestamp bigint";
    let function = Setup::new("resembling").schema(schema).start().await;
    for (body, rows) in [
        (json!([{"stream": "s", "partition": 0, "key": "k", "value": "v"}]), 1),
        (json!([{"key": "a", "value": "b"}, {"key": "c", "value": "d"}]), 2),
        (json!([{"content": "{}", "receipt": "r"}]), 1),
        (
            json!([{"stream": "s", "partition": 0, "key": null, "value": "e30=", "offset": 1, "timestamp": 5, "name": "n"}]),
            1,
        ),
    ] {
        let stored = function.stores(call(&body), rows).await;
        assert_eq!(stored.logged()["envelope"], "raw");
    }
    // The same to the letter is a message, unless the settings say that it is none.
    let message = json!([streamed(1, r#"{"name":"from the message"}"#)]);
    assert_eq!(function.stores(call(&message), 1).await.logged()["envelope"], "connector-hub");
    let raw = Setup::new("forced_raw").schema(schema).set("ADIT_ENVELOPE", "raw").start().await;
    assert_eq!(raw.stores(call(&message), 1).await.logged()["envelope"], "raw");
    assert_eq!(raw.database.rows("select \"offset\", timestamp from items").await, ["1|1700000000000"]);
    // What a gateway's client sends is never opened.
    let gateway = function.stores(call(&message).through_gateway("/"), 1).await;
    assert_eq!(gateway.logged()["envelope"], "gateway");
}

#[tokio::test]
async fn the_settings_can_say_what_every_body_is() {
    let setup =
        |name, envelope| Setup::new(name).set("ADIT_ON_ERROR", "document").set("ADIT_ENVELOPE", envelope);
    let function = setup("forced_hub", "connector-hub").start().await;
    // Fields that auto demands, and ones that it does not know.
    let loose = json!([{"stream": "s", "partition": 7, "offset": 1, "value": STANDARD.encode("{\"name\":\"a\"}"), "extra": 1}]);
    function.stores(call(&loose), 1).await;
    for (body, said) in [
        (r#"{"name":"a"}"#, "message 0: expected a text in `stream`"),
        (
            r#"[{"stream":"s","partition":"0","offset":"5","value":"e30="}]"#,
            "message 0: expected a whole number in `offset`",
        ),
        ("nope", "it is not JSON from line 1"),
    ] {
        let document = function.fails(body, "A0640").await.document();
        assert!(document["message"].as_str().unwrap().contains(said), "{document}");
    }
    function.fails("[]", "A0602").await;
    let function = setup("forced_queue", "queue").start().await;
    for body in [r#"["{\"name\":\"a\"}"]"#, r#"[{"name":"a"}]"#, r#"{"messages":[{"content":{"name":"a"}}]}"#]
    {
        function.stores(body, 1).await;
    }
}

#[tokio::test]
async fn without_a_ledger_messages_are_stored_and_with_one_demanded_they_are_not() {
    let message = json!([streamed(1, r#"{"name":"a"}"#)]);
    let function = Setup::new("no_ledger_hub").start().await;
    for _ in 0..2 {
        let stored = function.stores(call(&message), 1).await;
        assert_eq!(stored.logged().get("batch"), None);
    }
    // As soon as there is one, it counts.
    function.database.run(&format!("set role {}; {LEDGER_SCHEMA}; reset role", function.database.role)).await;
    assert_eq!(function.stores(call(&message), 1).await.logged()["batch"], "envelope");
    assert_eq!(function.call(call(&message)).await.document()["replayed"], true);
    let setup = |name, batch| Setup::new(name).set("ADIT_BATCH", batch).set("ADIT_ON_ERROR", "document");
    setup("hub_demanded", "envelope").start().await.fails(call(&message), "A0516").await;
    setup("hub_header", "header").schema(LEDGER_SCHEMA).start().await.stores(call(&message), 1).await;
}

#[tokio::test]
async fn a_batch_can_be_named_by_a_field() {
    let function =
        Setup::new("batch_field").schema(LEDGER_SCHEMA).set("ADIT_BATCH", "field:/name").start().await;
    let one = r#"{"name":"order 1"}"#;
    assert_eq!(function.stores(one, 1).await.logged()["batch"], "field");
    assert_eq!(function.call(one).await.document()["replayed"], true);
    // The header still wins, and what is not one object has no field.
    function.stores(Call::new(one).header("Adit-Batch-Id", "other"), 1).await;
    for _ in 0..2 {
        function.stores(r#"[{"name":"order 1"}]"#, 1).await;
    }
    let refused = function.fails(Call::new(r#"{"description":"d"}"#).through_gateway("/"), "A0609").await;
    assert_eq!(refused.header("fn-http-status"), Some("400"));
    assert!(refused.document()["message"].as_str().unwrap().contains("at /name"));
    let wrong = Setup::new("batch_no_pointer").set("ADIT_BATCH", "field:name").start().await;
    let document = wrong.fails(one, "A0401").await.document();
    assert!(document["message"].as_str().unwrap().contains("a pointer begins with `/`"), "{document}");
}

#[tokio::test]
async fn as_much_base64_as_a_call_carries_is_stored_and_more_is_refused() {
    let (mut process, database) = Process::deployed("much_base64", &[("ADIT_ON_ERROR", "document")]).await;
    let value = "{\"name\":\"0123456789\"}\n".repeat(BODY_LIMIT / 22 * 3 / 4 - 100);
    let body = json!([streamed(1, &value)]).to_string();
    assert!(body.len() < BODY_LIMIT && body.len() > BODY_LIMIT / 10 * 9);
    let stored = process.call(body.as_bytes());
    assert_eq!(stored["inserted"], value.lines().count(), "{stored}");
    assert!(process.peak() < 64 * 1024, "{} kB", process.peak());
    let larger = json!([streamed(2, &"x".repeat(10 << 20))]).to_string();
    let refused = process.send(&[&unfinished("", larger.as_bytes()), END].concat());
    let refused: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!((&refused["code"], process.runs()), (&json!("A0603"), true));
    assert_eq!(database.count("items").await, value.lines().count() as u64);
}
