//! The deadline of a call, wherever it strikes: the answer comes in time, and nothing is stored.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::database::HELD;
use crate::exchange::{Call, during};
use crate::function::Setup;
use crate::process::{END, Process, unfinished};
use crate::relay::Relay;
use crate::tools::until;

/// The call is answered at its deadline, nothing of it is stored, and no backend goes on with it.
async fn strikes(name: &'static str, body: &'static str, words: &str) {
    let function = Setup::new(name).schema(HELD).seconds(4).start().await;
    function.goes_on().await;
    function.database.hold().await;
    let held = async { drop(function.database.held(words).await) };
    let call = Call::new(body).through_gateway("/items");
    let answer = during(function.fails(call, "A0507"), held).await;
    assert_eq!(answer.header("fn-http-status"), Some("504"));
    assert!(answer.document()["help"].is_string());
    until("the end of the statement", async || {
        let held =
            "select 1 from pg_stat_activity where wait_event = 'advisory' and datname = current_database()";
        function.database.rows(held).await.is_empty().then_some(())
    })
    .await;
    function.database.let_go().await;
    function.goes_on().await;
}

#[tokio::test]
async fn a_deadline_in_the_middle_of_a_copy_stores_nothing() {
    strikes("late_copy", r#"[{"name":"a"},{"name":"b"}]"#, "copy").await;
}

#[tokio::test]
async fn a_deadline_in_the_middle_of_an_insert_stores_nothing() {
    strikes("late_insert", r#"{"name":"a"}"#, "insert").await;
}

#[tokio::test]
async fn a_deadline_that_strikes_while_the_server_is_out_of_reach_has_an_answer_in_time() {
    let function = Setup::new("late_silence").schema(HELD).seconds(4).start().await;
    let relay = Relay::to(function.database.port).await;
    function.put_secret_with("port", relay.port);
    function.goes_on().await;
    function.database.hold().await;
    let silence = async {
        function.database.held("insert").await;
        relay.fall_silent();
    };
    let answer = during(function.call(r#"{"name":"a"}"#), silence).await;
    let document = answer.document();
    // The cancellation goes over a new connection and arrives; the server's word that it has does not.
    assert_eq!(document["code"], "A0519", "{document}");
    assert_eq!(document.get("inserted"), None);
    function.database.let_go().await;
    function.goes_on().await;
}

#[tokio::test]
async fn a_server_that_never_answers_a_connection_is_unreachable_in_time() {
    let function = Setup::new("late_connect").seconds(3).start().await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    function.put_secret_with("port", silent.local_addr().unwrap().port());
    let document = function.fails(r#"{"name":"a"}"#, "A0501").await.document();
    assert!(
        document["help"].as_str().unwrap().contains("Time-out: a route or a security rule"),
        "{document}"
    );
    function.renew_secret();
    function.goes_on().await;
}

#[tokio::test]
async fn a_detached_calls_deadline_fails_the_call_as_a_time_out() {
    let function = Setup::new("late_detached").schema(HELD).seconds(4).start().await;
    function.database.hold().await;
    let answer = function.call(Call::new(r#"{"name":"a"}"#).detached()).await;
    let failure = answer.outcome.as_ref().unwrap_err();
    assert_eq!(failure.status_and_code(), (http::StatusCode::GATEWAY_TIMEOUT, "FunctionInvokeTimeout"));
    assert_eq!(answer.logged()["code"], json!("A0507"));
    function.database.let_go().await;
    assert_eq!(function.database.count("items").await, 0);
    function.goes_on().await;
}

#[tokio::test]
async fn a_process_that_is_called_in_parallel_shares_its_connections_until_the_deadline() {
    let (process, database) = Process::deployed("in_parallel", &[("ADIT_CONNECTIONS", "1")]).await;
    let process = Arc::new(process);
    database.hold().await;
    let call = |seconds: u64| {
        let process = Arc::clone(&process);
        let deadline = SystemTime::now() + Duration::from_secs(seconds);
        let headers = format!("Fn-Deadline: {}\r\n", jiff::Timestamp::try_from(deadline).unwrap());
        let request = [&unfinished(&headers, br#"{"name":"a"}"#), END].concat();
        tokio::task::spawn_blocking(move || process.send(&request))
    };
    let first = call(60);
    database.held("insert").await;
    let second: Value = serde_json::from_slice(&call(2).await.unwrap().body).unwrap();
    assert_eq!((&second["code"], &second["inserted"]), (&json!("A0520"), &json!(0)), "{second}");
    assert_eq!(database.functions().await, 1);
    database.let_go().await;
    let first: Value = serde_json::from_slice(&first.await.unwrap().body).unwrap();
    assert_eq!(first["inserted"], 1, "{first}");
    assert_eq!(database.count("items").await, 1);
}
