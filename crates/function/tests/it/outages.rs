//! A database that is down, full, elsewhere, locked by another password, or that dies in the middle: what is stored is
//! either everything or nothing, and the same container goes on when the database does.

use std::time::Duration;

use adit_local::{PgBouncer, PgBouncerOptions, Postgres, PostgresOptions};
use serde_json::json;

use crate::cloud::shared;
use crate::database::{Database, HELD};
use crate::exchange::{Call, during};
use crate::function::Setup;
use crate::relay::Relay;
use crate::tools::{skipped, until};

const GOOD: &str = r#"{"name":"a"}"#;

/// Two records are a COPY; a megabyte of them is one that does not fit into any buffer on the way.
fn large() -> Call {
    Call::new(format!("{{\"name\":\"{}\"}}\n", "x".repeat(200)).repeat(5_000))
}

fn closed_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_database_that_is_down_is_said_so_and_found_when_it_is_back() {
    let function = Setup::new("down").start().await;
    let port = closed_port();
    function.put_secret_with("port", port);
    let answer = function.fails(Call::new(GOOD).through_gateway("/"), "A0501").await;
    let document = answer.document();
    assert!(
        document["message"].as_str().unwrap().contains(&format!("127.0.0.1:{port}: Connection refused")),
        "{document}"
    );
    assert!(document["help"].as_str().unwrap().contains("refused: nothing listens there"), "{document}");
    assert_eq!(answer.header("fn-http-status"), Some("503"));
    assert_eq!(answer.logged()["attempts"], 4);
    assert_eq!(function.secret_reads(), 1, "one call asks the Vault once, however often it tries");
    function.renew_secret();
    function.goes_on().await;
}

#[tokio::test]
async fn a_database_that_comes_back_during_the_call_gets_its_rows() {
    let function = Setup::new("comes_back").start().await;
    function.goes_on().await;
    function.database.run(&format!("alter role {} connection limit 0", function.database.role)).await;
    function.database.kill_functions().await;
    let back = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        function.database.run(&format!("alter role {} connection limit 5", function.database.role)).await;
    };
    let answer = during(function.stores(GOOD, 1), back).await;
    assert!(answer.logged()["attempts"].as_u64().unwrap() > 1);
}

#[tokio::test]
async fn a_server_without_a_free_connection_is_said_so() {
    let function = Setup::new("full").start().await;
    function.database.run(&format!("alter role {} connection limit 0", function.database.role)).await;
    let document = function.fails(GOOD, "A0504").await.document();
    assert_eq!(document["sqlstate"], "53300");
    assert!(document["help"].as_str().unwrap().contains("concurrency"), "{document}");
    function.database.run(&format!("alter role {} connection limit 5", function.database.role)).await;
    function.goes_on().await;
}

/// A PgBouncer in front of the shared server, or a loud word where there is none.
async fn pooler(options: PgBouncerOptions) -> Option<PgBouncer> {
    let bouncer = PgBouncer::start(&shared().postgres, options).await.unwrap();
    if bouncer.is_none() {
        skipped("PgBouncer is not installed");
    }
    bouncer
}

#[tokio::test]
async fn a_pool_without_a_free_connection_is_said_so() {
    let settings = vec![("query_wait_timeout".to_owned(), "1".to_owned())];
    let options = PgBouncerOptions { pool_size: 1, settings, ..PgBouncerOptions::default() };
    let Some(bouncer) = pooler(options).await else { return };
    // Too little time for all tries: even then the pool is the reason, not the time.
    let function = Setup::new("pool_full").pooled().seconds(5).start().await;
    function.put_secret_with("port", bouncer.port());
    let url = bouncer.url_of(&function.database.name);
    let (holder, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    holder.batch_execute("begin").await.unwrap();
    let answer = function.fails(Call::new(GOOD).through_gateway("/"), "A0504").await;
    let document = answer.document();
    assert!(document["message"].as_str().unwrap().contains("query_wait_timeout"), "{document}");
    assert_eq!(answer.header("fn-http-status"), Some("503"));
    holder.batch_execute("commit").await.unwrap();
    function.goes_on().await;
}

#[tokio::test]
async fn a_wrong_password_is_said_so_after_one_look_at_the_secret() {
    let mut function = Setup::new("wrong_password").start().await;
    function.hide("not-the-password");
    function.put_secret_with("password", "not-the-password");
    let document = function.fails(GOOD, "A0502").await.document();
    assert_eq!(document["sqlstate"], "28P01");
    assert_eq!(function.secret_reads(), 1);
    // The second call doubts what is kept, and asks again.
    function.fails(GOOD, "A0502").await;
    assert_eq!(function.secret_reads(), 2);
    function.renew_secret();
    function.goes_on().await;
}

#[tokio::test]
async fn a_password_that_was_changed_is_read_again_and_the_call_succeeds() {
    let mut function = Setup::new("rotated").start().await;
    function.goes_on().await;
    let old = function.database.password.clone();
    function.hide(&old);
    function.database.change_password("pw-rotated-once").await;
    function.renew_secret();
    // As long as the old connection lives, nobody needs the password.
    function.goes_on().await;
    assert_eq!(function.secret_reads(), 1);
    function.database.kill_functions().await;
    function.goes_on().await;
    assert_eq!(function.secret_reads(), 2);
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_named() {
    let function = Setup::new("no_database").start().await;
    function.put_secret_with("dbname", "nowhere");
    let document = function.fails(GOOD, "A0503").await.document();
    assert!(document["message"].as_str().unwrap().contains("nowhere"), "{document}");
    function.renew_secret();
    function.goes_on().await;
}

#[tokio::test]
async fn a_backend_killed_in_the_middle_of_a_copy_costs_a_second_try_and_no_row() {
    let function = Setup::new("killed_once").schema(HELD).start().await;
    function.goes_on().await;
    function.database.hold().await;
    let kill = async {
        let first = function.database.held("copy").await;
        function.database.rows(&format!("select pg_terminate_backend({first})")).await;
        until("the second try", async || (function.database.held("copy").await != first).then_some(())).await;
        function.database.let_go().await;
    };
    let answer = during(function.stores(large(), 5_000), kill).await;
    assert_eq!(answer.logged()["attempts"], 2);
}

#[tokio::test]
async fn backends_that_are_killed_at_every_try_leave_nothing_behind() {
    let function = Setup::new("killed_always").schema(HELD).start().await;
    function.database.hold().await;
    let kill = async {
        let mut killed = Vec::new();
        while killed.len() < 4 {
            let backend = function.database.held("copy").await;
            if !killed.contains(&backend) {
                function.database.rows(&format!("select pg_terminate_backend({backend})")).await;
                killed.push(backend);
            }
        }
        function.database.let_go().await;
    };
    let answer = during(function.fails(large(), "A0506"), kill).await;
    assert_eq!(answer.logged()["attempts"], 4);
    function.goes_on().await;
}

#[tokio::test]
async fn a_connection_cut_during_the_commit_is_an_unknown_outcome_and_is_not_tried_again() {
    let schema = "create function wait() returns trigger language plpgsql as
            $$ begin perform pg_advisory_xact_lock_shared(7); return null; end $$;
        create constraint trigger held after insert on items deferrable initially deferred
            for each row execute function wait()";
    let function = Setup::new("cut_commit").schema(schema).start().await;
    let relay = Relay::to(function.database.port).await;
    function.put_secret_with("port", relay.port);
    function.goes_on().await;
    function.database.hold().await;
    let cut = async {
        function.database.held("commit").await;
        relay.cut();
    };
    let answer = during(function.call(r#"[{"name":"a"},{"name":"b"}]"#), cut).await;
    let document = answer.document();
    assert_eq!((&document["status"], &document["code"]), (&json!("error"), &json!("A0519")), "{document}");
    assert_eq!(document.get("inserted"), None, "nobody knows: {document}");
    assert!(document["help"].as_str().unwrap().contains("look whether the rows are there"), "{document}");
    assert_eq!(answer.logged()["attempts"], 1);
    function.database.let_go().await;
    // Here the commit went through: a second try would have stored the rows twice.
    until("the commit", async || (function.database.count("items").await == 3).then_some(())).await;
    function.goes_on().await;
}

#[tokio::test]
async fn a_database_restarted_on_another_port_is_found_by_the_secret() {
    let parent = crate::process::root();
    let start = async || {
        let data_dir = Some(parent.path().join("data"));
        let settings = vec![("fsync".to_owned(), "off".to_owned())];
        Postgres::start(PostgresOptions { data_dir, settings, ..PostgresOptions::default() }).await.unwrap()
    };
    // The function's own database is used for nothing but its secret.
    let function = Setup::new("moved").start().await;
    let first = start().await;
    let database = Database::new(&first, "moved", crate::database::ITEMS).await;
    function.put_secret(database.secret().to_string());
    assert_eq!(function.call(GOOD).await.document()["item_id"], 1);

    first.stop().await;
    let document = function.call(GOOD).await.document();
    assert_eq!((&document["code"], &document["inserted"]), (&json!("A0501"), &json!(0)), "{document}");
    let second = start().await;
    assert_ne!(second.port(), database.port);
    let mut secret = database.secret();
    secret["port"] = json!(second.port());
    function.put_secret(secret.to_string());
    let stored = function.call(GOOD).await.document();
    assert_eq!((&stored["status"], function.pids().len()), (&json!("success"), 1), "{stored}");
    let mut config: tokio_postgres::Config = second.superuser_url().parse().unwrap();
    let (sql, connection) = config.dbname("moved").connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let count: i64 = sql.query_one("select count(*) from items", &[]).await.unwrap().get(0);
    assert_eq!(count, 2);
}

#[tokio::test]
async fn a_pooler_that_is_started_anew_is_not_noticed() {
    let Some(first) = pooler(PgBouncerOptions::default()).await else { return };
    let function = Setup::new("pooler_anew").pooled().start().await;
    function.put_secret_with("port", first.port());
    function.goes_on().await;
    let port = adit_local::PortChoice::Exactly(first.port());
    first.stop().await;
    let Some(_second) = pooler(PgBouncerOptions { port, ..PgBouncerOptions::default() }).await else {
        return;
    };
    function.goes_on().await;
    assert_eq!(function.secret_reads(), 1);
}
