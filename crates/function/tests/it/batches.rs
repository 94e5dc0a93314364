//! Payloads with a name: stored once, however often they are sent, and whatever happens in between.

use adit_ingest::LEDGER_SCHEMA;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::exchange::{Call, during};
use crate::function::Setup;
use crate::relay::Relay;

fn named(body: &'static str, id: &str) -> Call {
    Call::new(body).header("Adit-Source", "till-7").header("Adit-Batch-Id", id)
}

const ONE: &str = r#"{"name":"a"}"#;
const TWO: &str = r#"[{"name":"a"},{"name":"b"}]"#;

#[tokio::test]
async fn a_batch_that_comes_again_stores_nothing_and_gets_the_first_receipt() {
    let function = Setup::new("batch_again").schema(LEDGER_SCHEMA).start().await;
    for (body, id, rows) in [(ONE, "1", 1), (TWO, "2", 2)] {
        let first = function.stores(named(body, id), rows).await.document();
        let again = function.call(named(body, id)).await.document();
        assert_eq!((&first["replayed"], &again["replayed"]), (&Value::Null, &json!(true)), "{first} {again}");
        for key in ["status", "inserted", "received", "item_id", "table"] {
            assert_eq!(first[key], again[key], "{key}");
        }
    }
    // Another source's batches are others; so are those behind a gateway, whose headers have another name.
    function.stores(Call::new(ONE).header("Adit-Batch-Id", "1"), 1).await;
    let gateway = Call::new(TWO).through_gateway("/items").header("Fn-Http-H-Adit-Source", "till-7");
    let again = function.call(gateway.header("Fn-Http-H-Adit-Batch-Id", "2")).await.document();
    assert_eq!((&again["replayed"], function.database.count("items").await), (&json!(true), 4));
}

#[tokio::test]
async fn a_batch_that_comes_many_times_at_once_is_stored_once() {
    let function = Setup::new("batch_at_once").schema(LEDGER_SCHEMA).containers(8).start().await;
    let answers = join_all((0..8).map(|_| function.call(named(TWO, "same")))).await;
    let documents: Vec<Value> = answers.iter().map(crate::exchange::Answer::document).collect();
    assert!(documents.iter().all(|document| document["status"] == "success"), "{documents:?}");
    assert_eq!(documents.iter().filter(|document| document["replayed"].is_null()).count(), 1);
    assert_eq!(function.database.count("items").await, 2);
}

#[tokio::test]
async fn a_named_batch_whose_connection_is_cut_during_the_commit_is_stored_once() {
    let schema = format!(
        "{LEDGER_SCHEMA}; create function wait() returns trigger language plpgsql as
            $$ begin perform pg_advisory_xact_lock_shared(7); return null; end $$;
        create constraint trigger held after insert on items deferrable initially deferred
            for each row execute function wait()"
    );
    let function = Setup::new("batch_cut").schema(&schema).start().await;
    let relay = Relay::to(function.database.port).await;
    function.put_secret_with("port", relay.port);
    function.goes_on().await;
    function.database.hold().await;
    let cut = async {
        function.database.held("commit").await;
        relay.cut();
        function.database.let_go().await;
    };
    let answer = during(function.call(named(TWO, "cut")), cut).await;
    let document = answer.document();
    assert_eq!((&document["status"], &document["inserted"]), (&json!("success"), &json!(2)), "{document}");
    assert_eq!((&answer.logged()["attempts"], function.database.count("items").await), (&json!(2), 3));
}

#[tokio::test]
async fn a_batch_whose_outcome_stays_unknown_is_not_said_to_be_lost() {
    let schema = format!(
        "{LEDGER_SCHEMA}; create function wait() returns trigger language plpgsql as
            $$ begin perform pg_advisory_xact_lock_shared(7); return null; end $$;
        create constraint trigger held after insert on items deferrable initially deferred
            for each row execute function wait()"
    );
    let function = Setup::new("batch_unknown").schema(&schema).start().await;
    let relay = Relay::to(function.database.port).await;
    function.put_secret_with("port", relay.port);
    function.goes_on().await;
    function.database.hold().await;
    let cut = async {
        function.database.held("commit").await;
        // From now on every try fails otherwise.
        function.database.run(&format!("alter role {} connection limit 0", function.database.role)).await;
        relay.cut();
    };
    let answer = during(function.call(named(TWO, "unknown")), cut).await;
    let document = answer.document();
    assert_eq!((&document["code"], document.get("inserted")), (&json!("A0519"), None), "{document}");
    assert_eq!(answer.logged()["attempts"], 4);
    function.database.let_go().await;
    function.database.run(&format!("alter role {} connection limit 5", function.database.role)).await;
    // The caller need not look: it sends the batch again.
    let again = function.call(named(TWO, "unknown")).await.document();
    assert_eq!((&again["status"], function.database.count("items").await), (&json!("success"), 3), "{again}");
}

#[tokio::test]
async fn payloads_can_be_named_by_their_bytes() {
    let function = Setup::new("batch_digest").schema(LEDGER_SCHEMA).set("ADIT_BATCH", "digest").start().await;
    function.stores(TWO, 2).await;
    assert_eq!(function.call(TWO).await.document()["replayed"], true);
    function.stores(ONE, 1).await;
    assert_eq!(function.database.count("items").await, 3);
}

#[tokio::test]
async fn a_name_without_a_ledger_and_a_name_that_is_none_are_refused() {
    let function = Setup::new("batch_no_ledger").start().await;
    let document = function.refuses(named(ONE, "1"), "A0516").await.document();
    assert!(document["help"].as_str().unwrap().contains("adit migrate"), "{document}");
    let function = Setup::new("batch_no_name").schema(LEDGER_SCHEMA).start().await;
    for id in ["", &"x".repeat(501)] {
        let refused = function.refuses(named(ONE, id).through_gateway("/"), "A0609").await;
        assert_eq!(refused.header("fn-http-status"), Some("400"));
    }
}
