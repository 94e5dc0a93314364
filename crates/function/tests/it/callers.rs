//! Who calls decides how an error is told: a document for those who read one, a status for a gateway's clients, and a failed
//! call for callers that only look at the outcome and try again.

use http::StatusCode;
use serde_json::json;

use crate::exchange::{Answer, Call};
use crate::function::Setup;

const GOOD: &str = r#"{"name":"a"}"#;
const MALFORMED: &str = r#"{"name": nope}"#;

fn failed(answer: &Answer) -> (StatusCode, &'static str) {
    answer.outcome.as_ref().unwrap_err().status_and_code()
}

#[tokio::test]
async fn a_gateways_client_gets_the_status_that_says_it() {
    let function = Setup::new("gateway").set("ADIT_TABLE", "items,missing").start().await;
    let call = |body: &'static str| Call::new(body).through_gateway("https://gateway.example/v1/items?a=b");
    let stored = function.stores(call(GOOD), 1).await;
    assert_eq!((stored.header("fn-http-status"), stored.document()["item_id"].clone()), (None, json!(1)));
    let elsewhere = |url| Call::new(GOOD).through_gateway(url);
    for (call, code, status) in [
        (call(MALFORMED), "A0601", "400"),
        (call(""), "A0602", "400"),
        (call(r#"{"nam":"a"}"#), "A0620", "422"),
        (elsewhere("/items?table=pg_class"), "A0608", "403"),
        (elsewhere("/items?table=missing"), "A0508", "500"),
    ] {
        let refused = function.refuses(call, code).await;
        assert_eq!(refused.header("fn-http-status"), Some(status), "{}", refused.text());
    }
}

#[tokio::test]
async fn a_raw_caller_gets_the_document_and_no_status() {
    let function = Setup::new("raw").start().await;
    let refused = function.refuses(MALFORMED, "A0601").await;
    assert_eq!(refused.header("fn-http-status"), None);
}

#[tokio::test]
async fn an_error_fails_a_detached_call_and_a_cloud_event_and_its_detail_is_in_the_log() {
    let function = Setup::new("unread").start().await;
    let detached = |body: &'static str| Call::new(body).detached();
    let event = |body: &'static str| Call::new(body).header("Fn-Intent", "cloudevent");
    for call in [detached(MALFORMED), event(MALFORMED)] {
        let answer = function.call(call).await;
        assert_eq!(failed(&answer), (StatusCode::BAD_GATEWAY, "FunctionInvokeExecutionFailed"));
        let logged = answer.logged();
        assert_eq!((&logged["code"], &logged["offset"]), (&json!("A0601"), &json!(10)), "{logged}");
    }
    let answer = function.call(event(r#"[{"name":"a"},{"name":"b","id":"x"},{"name":null}]"#)).await;
    let logged = answer.logged();
    assert_eq!(
        logged["rejects"],
        json!([{"index": 1, "column": "id", "code": "A0622"}, {"index": 2, "column": "name", "code": "A0624"}]),
        "{logged}"
    );
    for call in [detached(GOOD), event(GOOD)] {
        function.stores(call, 1).await;
    }
    assert_eq!((function.pids().len(), function.database.count("items").await), (1, 2));
}

#[tokio::test]
async fn how_errors_are_told_can_be_set() {
    let function = Setup::new("always_fail").set("ADIT_ON_ERROR", "fail").start().await;
    for call in [Call::new(MALFORMED), Call::new(MALFORMED).through_gateway("/")] {
        assert_eq!(failed(&function.call(call).await).0, StatusCode::BAD_GATEWAY);
    }
    function.goes_on().await;
    let function = Setup::new("never_fail").set("ADIT_ON_ERROR", "document").start().await;
    for call in [Call::new(MALFORMED).detached(), Call::new(MALFORMED).header("Fn-Intent", "cloudevent")] {
        function.refuses(call, "A0601").await;
    }
}

#[tokio::test]
async fn a_call_is_one_line_of_the_log_with_its_id() {
    let function = Setup::new("one_line").start().await;
    for call in [Call::new(GOOD), Call::new(MALFORMED)] {
        let answer = function.call(call).await;
        let logged = answer.logged();
        assert_eq!(logged["call_id"].as_str().map(str::len), Some(26), "{logged}");
        assert_eq!((&logged["table"], &logged["bytes"].is_u64()), (&json!("items"), &true), "{logged}");
    }
}
