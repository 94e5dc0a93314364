//! How records become rows, as an operator chooses it by variables, and what a caller is told of it.

use adit_ingest::{LEDGER_SCHEMA, REJECTS_SCHEMA};
use serde_json::{Value, json};

use crate::exchange::{Answer, Call};
use crate::function::Setup;
use crate::tools::sample;

const TWO_OF_FOUR: &str =
    r#"[{"name":"Ada"},{"nam":"secret-key"},{"name":null},{"name":"Grace","description":"x"}]"#;

/// The log line without what differs from run to run.
fn logged(answer: &Answer) -> Value {
    let mut logged = answer.logged();
    let line = logged.as_object_mut().unwrap();
    for name in ["call_id", "bytes", "milliseconds", "attempts", "connected", "secret_read", "time"] {
        line.remove(name);
    }
    logged
}

#[tokio::test]
async fn the_good_records_of_a_payload_are_stored_and_the_others_are_told() {
    let function =
        Setup::new("mode_each").set("ADIT_ON_REJECT", "each").set("ADIT_MOST_REJECTS", "1").start().await;
    let answer = function.call(Call::new(TWO_OF_FOUR)).await;
    insta::assert_json_snapshot!(answer.document(), @r#"
    {
      "inserted": 2,
      "message": "2 rows stored in items; 2 rejected",
      "received": 4,
      "rejected": 2,
      "rejects": [
        {
          "code": "A0621",
          "column": "nam",
          "index": 1,
          "reason": "table items has no such column; the nearest is `name`"
        }
      ],
      "status": "partial",
      "table": "items"
    }
    "#);
    insta::assert_json_snapshot!(logged(&answer), @r#"
    {
      "envelope": "raw",
      "inserted": 2,
      "level": "warning",
      "rejected": 2,
      "rejects": [
        {
          "code": "A0621",
          "index": 1
        }
      ],
      "table": "items"
    }
    "#);
    assert_eq!(function.database.count("items").await, 2);

    // Behind a gateway the status says it, too: a success that is not the whole one.
    let answer = function.call(Call::new(TWO_OF_FOUR).through_gateway("/items")).await;
    assert_eq!(
        (answer.header("fn-http-status"), &answer.document()["status"]),
        (Some("207"), &json!("partial"))
    );
    let answer = function.call(Call::new(r#"{"name":"a"}"#).through_gateway("/items")).await;
    assert_eq!((answer.header("fn-http-status"), &answer.document()["status"]), (None, &json!("success")));
    // What is done is not to be done again, whoever asks: a detached call does not fail.
    let answer = function.call(Call::new(TWO_OF_FOUR).detached()).await;
    assert!(answer.outcome.is_ok(), "{:?}", answer.outcome);
    // A record alone that cannot be stored is told in the same way.
    let answer = function.call(r#"{"name":null}"#).await.document();
    assert_eq!(
        (&answer["status"], &answer["inserted"], &answer["rejected"]),
        (&json!("partial"), &json!(0), &json!(1))
    );
    assert_eq!(function.database.count("items").await, 7);
}

#[tokio::test]
async fn an_upsert_counts_what_it_did_in_words_and_in_numbers() {
    let function = Setup::new("mode_upsert")
        .schema("alter table items add unique (name)")
        .set("ADIT_MODE", "upsert")
        .set("ADIT_KEY", "name")
        .set("ADIT_MAPPING", r#"{"names": "ignore-case", "unknown": "ignore"}"#)
        .start()
        .await;
    function.call(r#"[{"name":"a","description":"1"},{"name":"b","description":"1"}]"#).await;
    let body = r#"[{"NAME":"a","description":"1"},{"name":"b","description":"2","more":1},{"name":"c","description":"3"}]"#;
    let answer = function.call(body).await;
    insta::assert_json_snapshot!(answer.document(), @r#"
    {
      "inserted": 1,
      "message": "1 inserted, 1 updated, 1 unchanged in items",
      "received": 3,
      "rejected": 0,
      "status": "success",
      "table": "items",
      "unchanged": 1,
      "updated": 1
    }
    "#);
    insta::assert_json_snapshot!(logged(&answer), @r#"
    {
      "envelope": "raw",
      "inserted": 1,
      "level": "info",
      "table": "items",
      "unchanged": 1,
      "updated": 1
    }
    "#);
    assert_eq!(
        function.database.rows("select name || description from items order by name").await,
        ["a1", "b2", "c3"]
    );
}

#[tokio::test]
async fn its_own_tables_are_made_only_where_that_is_allowed() {
    let named = || Call::new(TWO_OF_FOUR).header("Adit-Batch-Id", "1");
    let never = Setup::new("migrate_never").set("ADIT_ON_REJECT", "each-kept").start().await;
    let document = never.fails(named(), "A0516").await.document();
    assert!(document["help"].as_str().unwrap().contains("ADIT_MIGRATE=allow"), "{document}");
    never.fails(Call::new(TWO_OF_FOUR), "A0521").await;

    let allowed = Setup::new("migrate_allow").set("ADIT_ON_REJECT", "each-kept").set("ADIT_MIGRATE", "allow");
    let allowed = allowed.start().await;
    for replayed in [Value::Null, json!(true)] {
        let document = allowed.call(named()).await.document();
        assert_eq!(
            (&document["status"], &document["inserted"], &document["replayed"]),
            (&json!("partial"), &json!(2), &replayed),
            "{document}"
        );
    }
    assert_eq!(allowed.database.count("items").await, 2);
    assert_eq!(
        allowed
            .database
            .rows("select batch, record_index, code, record from adit_rejects order by record_index")
            .await,
        [r#"1|1|A0621|{"nam": "secret-key"}"#, r#"1|2|A0624|{"name": null}"#]
    );

    // Allowed by the operator, and not by the database.
    let refused = Setup::new("migrate_refused").set("ADIT_MIGRATE", "allow").start().await;
    refused
        .database
        .run("revoke create on schema public from public; alter schema public owner to postgres")
        .await;
    refused.fails(Call::new(r#"{"name":"a"}"#).header("Adit-Batch-Id", "1"), "A0509").await;
    refused.goes_on().await;
}

#[tokio::test]
async fn old_batches_are_forgotten() {
    let function = Setup::new("mode_retention")
        .schema(&format!(
            "{LEDGER_SCHEMA}; {REJECTS_SCHEMA};
             insert into adit_ledger (source, batch, table_name, stored_at) values
                 ('', 'old', 'items', now() - interval '31 days'), ('', 'new', 'items', now() - interval '29 days')"
        ))
        .set("ADIT_LEDGER_RETENTION", "30")
        .start()
        .await;
    function.stores(Call::new(r#"{"name":"a"}"#).header("Adit-Batch-Id", "x"), 1).await;
    assert_eq!(function.database.rows("select batch from adit_ledger order by batch").await, ["new", "x"]);
}

const CHUNKS: &str = "create table chunks (id text primary key, document text not null, metadata jsonb, embedding real[]);
    insert into chunks values ('old.md#1', 'x', '{\"source\": \"old.md\"}'), ('other.md#1', 'x', '{\"source\": \"other.md\"}');
    create table secrets (id text primary key, document text, metadata jsonb)";

#[tokio::test]
async fn the_librarians_document_says_itself_what_is_to_be_done_with_a_table_that_is_allowed() {
    let function = Setup::new("librarian")
        .schema(CHUNKS)
        .schema(LEDGER_SCHEMA)
        .set("ADIT_TABLE", "items, chunks")
        .set("ADIT_ENVELOPE", "librarian")
        .start()
        .await;
    let answer =
        function.call(Call::new(sample("librarian.json")).header("Adit-Batch-Id", "1")).await.document();
    assert_eq!(
        (&answer["table"], &answer["inserted"], &answer["deleted"]),
        (&json!("chunks"), &json!(1), &json!(1))
    );
    let again =
        function.call(Call::new(sample("librarian.json")).header("Adit-Batch-Id", "1")).await.document();
    assert_eq!((&again["replayed"], &again["deleted"]), (&json!(true), &json!(1)));
    assert_eq!(
        function.database.rows("select id from chunks order by 1").await,
        ["guide.md#1", "other.md#1"]
    );
    for (document, code) in [
        (r#"{"table_name":"secrets","files_to_delete":["x"]}"#, "A0608"),
        (r#"{"table_name":"chunks"}"#, "A0602"),
        (r#"{"table_name":"chunks","chunks_to_upsert":{}}"#, "A0601"),
        (
            r#"{"table_name":"chunks","files_to_delete":["other.md"],"chunks_to_upsert":[{"id":"a"}]}"#,
            "A0620",
        ),
    ] {
        let document = function.call(Call::new(document)).await.document();
        assert_eq!(document["code"], code, "{document}");
    }
    assert_eq!(function.database.count("chunks").await, 2);
}
