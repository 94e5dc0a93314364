//! Good payloads: every way to write one, the tables they may go to, and what the caller gets to know.

use std::io::Write as _;
use std::time::{Duration, Instant};

use adit_local::{FunctionOptions, Stack, StackOptions};
use adit_oci::functions::Invoke;
use adit_oci::{Client, ConfigFile, Endpoints};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::exchange::Call;
use crate::function::Setup;
use crate::tools::program;

#[tokio::test]
async fn the_old_payload_works_unchanged_through_the_whole_stack() {
    let options = StackOptions {
        functions: vec![FunctionOptions::new("inserter", program())],
        ..StackOptions::default()
    };
    let stack = Stack::start(options).await.unwrap();
    let principal = ConfigFile::read(stack.emulator().config_file()).unwrap();
    let principal = principal.principal(None, &adit_oci::env::Vars::fixed::<String, String>([])).unwrap();
    let endpoints = Endpoints::single(stack.emulator().url()).unwrap();
    let client = Client::builder(principal).endpoints(endpoints).build().unwrap();
    let function = stack.functions()[0].id().parse().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let body = r#"{"name": "Ada Lovelace", "description": "first programmer"}"#;
    let answer =
        client.invoke(&function, stack.emulator().url(), &Invoke::json(body), deadline).await.unwrap();
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    // What the old program's callers read.
    assert_eq!((&answer["status"], &answer["item_id"]), (&json!("success"), &json!(1)));
    assert_eq!(answer["message"], "1 row stored in items");
    let (sql, connection) =
        tokio_postgres::connect(&stack.database_url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let row =
        sql.query_one("select id, name, description, created_at is not null from items", &[]).await.unwrap();
    let row: (i32, &str, &str, bool) = (row.get(0), row.get(1), row.get(2), row.get(3));
    assert_eq!(row, (1, "Ada Lovelace", "first programmer", true));
}

#[tokio::test]
async fn every_way_to_write_json_is_stored() {
    let function = Setup::new("json_ways").start().await;
    for (body, rows) in [
        (r#"{"name":"one"}"#, 1),
        (r#"[{"name":"two"},{"name":"three","description":null}]"#, 2),
        (r#"{"rows": [{"name":"four"},{"name":"five"}]}"#, 2),
        ("{\"name\":\"six\"}\n{\"name\":\"seven\"}\r\n\n{\"name\":\"eight\"}", 3),
        ("\u{feff} [ {\"name\":\"n\\u00ed\\u00f1e 😀\"} ]\n", 1),
    ] {
        function.stores(body, rows).await;
    }
    // Nobody declares JSON properly.
    for content_type in ["application/json; charset=utf-8", "application/octet-stream", "text/plain"] {
        function.stores(Call::new(r#"{"name":"typed"}"#).header("Content-Type", content_type), 1).await;
    }
    assert_eq!(function.database.rows("select name from items where name like 'n%'").await, ["níñe 😀"]);
    assert_eq!(function.secret_reads(), 1, "the secret is kept");
    assert_eq!(function.database.functions().await, 1, "a container has one connection");
}

#[tokio::test]
async fn csv_is_stored_by_its_header() {
    let function = Setup::new("csv").start().await;
    let body = "description,name\r\n\"said \"\"hi\"\",\nand left\",Ada\r\n,Grace\r\n";
    function.stores(Call::csv(body), 2).await;
    let rows = function.database.rows("select name, description from items order by id").await;
    assert_eq!(rows, ["Ada|said \"hi\",\nand left", "Grace|∅"]);
}

#[tokio::test]
async fn the_format_can_be_set_whatever_the_caller_declares() {
    let function = Setup::new("format_set").set("ADIT_FORMAT", "CSV").start().await;
    let declared = Call::new("name\na\nb\n").header("Content-Type", "application/json");
    let answer = function.call(declared).await.document();
    assert_eq!((&answer["status"], &answer["inserted"]), (&json!("success"), &json!(2)));
}

#[tokio::test]
async fn gzip_is_recognised_by_its_first_bytes() {
    let function = Setup::new("gzip").start().await;
    let mut json = GzEncoder::new(Vec::new(), Compression::default());
    for n in 0..5_000 {
        writeln!(json, r#"{{"name":"n{n}","description":"d"}}"#).unwrap();
    }
    function.stores(Call::new(json.finish().unwrap()), 5_000).await;
    let mut csv = GzEncoder::new(Vec::new(), Compression::default());
    csv.write_all(b"name\na\nb\n").unwrap();
    function.stores(Call::csv(csv.finish().unwrap()), 2).await;
    let mut cut = GzEncoder::new(Vec::new(), Compression::default());
    cut.write_all(br#"[{"name":"a"},{"name":"b"}]"#).unwrap();
    let mut cut = cut.finish().unwrap();
    cut.truncate(cut.len() - 12);
    function.refuses(Call::new(cut), "A0605").await;
}

#[tokio::test]
async fn a_call_chooses_among_the_tables_of_the_settings() {
    let schema = "create schema sales;
        create table sales.orders (nr int, pos int, what text, primary key (nr, pos)); create table hidden (n int)";
    let function =
        Setup::new("two_tables").schema(schema).set("ADIT_TABLE", "items, Sales.Orders").start().await;
    let answer = function.stores(r#"{"name":"by default"}"#, 1).await.document();
    assert_eq!(answer["table"], "items");
    assert_eq!(answer["key"], json!({"id": 1}));

    let order = |pos| Call::new(format!(r#"{{"nr":7,"pos":{pos},"what":"tea"}}"#));
    for (pos, call) in [
        (1, order(1).header("Adit-Table", "sales.orders")),
        (2, order(2).header("adit-table", "SALES.ORDERS")),
        (3, order(3).through_gateway("/orders?x=1&table=sales.orders")),
        (4, order(4).through_gateway("/orders").header("Fn-Http-H-Adit-Table", "sales.orders")),
        // `oci fn function invoke` says that it is a gateway, and is none.
        (5, order(5).header("Fn-Intent", "httprequest").header("Adit-Table", "sales.orders")),
    ] {
        let answer = function.call(call).await.document();
        assert_eq!(answer["table"], "sales.orders", "{answer}");
        // A key of two columns is no item's id.
        assert_eq!((&answer["key"], &answer["item_id"]), (&json!({"nr": 7, "pos": pos}), &Value::Null));
    }
    assert_eq!(function.database.count("sales.orders").await, 5);

    for asked in ["hidden", "public.items", "sales.orders; drop table items", ""] {
        let refused = function.refuses(Call::new(r#"{"n":1}"#).header("Adit-Table", asked), "A0608").await;
        let message = refused.document()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("allowed: items, sales.orders"), "{message}");
    }
    assert_eq!(function.database.count("hidden").await, 0);
}

#[tokio::test]
async fn a_user_that_may_only_insert_is_enough() {
    let function = Setup::new("insert_only").start().await;
    let role = &function.database.role;
    let grants = format!(
        "alter table items owner to postgres; revoke all on items from {role}; grant insert on items to {role};
         grant usage on sequence items_id_seq to {role}"
    );
    function.database.run(&grants).await;
    let one = function.stores(r#"{"name":"one"}"#, 1).await.document();
    assert_eq!(one.get("item_id"), None, "what may not be read is not told: {one}");
    function.stores(r#"[{"name":"two"},{"name":"three"}]"#, 2).await;
}
