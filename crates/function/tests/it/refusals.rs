//! Bad payloads, table by table of the ways to be bad: a code, a place, nothing stored, and the container goes on.

use serde_json::{Value, json};

use crate::exchange::{Answer, Call};
use crate::function::Setup;

/// The reject of the only record at fault.
fn reject(answer: &Answer) -> Value {
    let document = answer.document();
    assert_eq!((&document["status"], &document["rejected"]), (&json!("rejected"), &json!(1)), "{document}");
    document["rejects"][0].clone()
}

#[tokio::test]
async fn malformed_json_is_refused_with_its_byte() {
    let function = Setup::new("malformed").start().await;
    for (body, offset, near) in [
        (r#"{"name": nope}"#, 10, r#"{"name": nope}"#),
        (r#"[{"name":"a"},{"name":"b" "x":1}]"#, 26, r#""x":1}"#),
        (r#"{"name":"a"} oops"#, 13, "oops"),
        (r#"[{"name":"a"},"#, 14, "a"),
    ] {
        let document = function.refuses(body, "A0601").await.document();
        assert_eq!(
            (&document["status"], &document["offset"]),
            (&json!("error"), &json!(offset)),
            "{document}"
        );
        assert!(document["near"].as_str().unwrap().contains(near), "{document}");
    }
    let document = function.refuses(Call::new(&b"[{\"name\":\"\xff\"}]"[..]), "A0601").await.document();
    assert_eq!((&document["offset"], document["help"].is_string()), (&json!(10), true), "{document}");
}

#[tokio::test]
async fn a_body_that_is_cut_off_stores_nothing_of_what_came_before() {
    let function = Setup::new("cut_off").start().await;
    let whole: String = (0..20_000).map(|n| format!("{{\"name\":\"row {n}\"}}\n")).collect();
    let cut = whole.strip_suffix("9\"}\n").unwrap().to_owned();
    let document = function.refuses(Call::new(cut), "A0601").await.document();
    assert_eq!(document["offset"], whole.len() - 4);
}

#[tokio::test]
async fn an_empty_body_is_refused() {
    let function = Setup::new("empty").start().await;
    for body in ["", " \n", "[]", r#"{"rows":[]}"#] {
        function.refuses(body, "A0602").await;
    }
    function.refuses(Call::csv("name\n"), "A0602").await;
}

#[tokio::test]
async fn an_unknown_column_is_named_with_the_nearest() {
    let function = Setup::new("unknown_column").start().await;
    let answer = function.refuses(r#"[{"name":"a"},{"name":"b","descripton":"c"}]"#, "A0620").await;
    assert_eq!(
        reject(&answer),
        json!({"index": 1, "column": "descripton", "code": "A0621",
               "reason": "table items has no such column; the nearest is `description`"})
    );
    let document = function.refuses(Call::csv("name,descripton\na,b\n"), "A0604").await.document();
    assert!(document["message"].as_str().unwrap().ends_with("the nearest is `description`"), "{document}");
}

#[tokio::test]
async fn a_wrong_type_is_refused_with_what_was_expected_and_found() {
    let function = Setup::new("wrong_type").schema("alter table items add n int, add at date").start().await;
    let cases = [
        (r#"{"name":"a","n":"many"}"#, "n", "A0622", r#"expected an integer, found "many""#),
        (r#"{"name":"a","n":3000000000}"#, "n", "A0626", "3000000000 is outside"),
        (r#"{"name":"a","at":"2026-02-30"}"#, "at", "A0622", r#"found "2026-02-30""#),
        (r#"{"name":{"first":"a"}}"#, "name", "A0622", "found an object"),
    ];
    for (body, column, code, reason) in cases {
        let reject = reject(&function.refuses(body, "A0620").await);
        assert_eq!(
            (&reject["index"], &reject["column"], &reject["code"]),
            (&json!(0), &json!(column), &json!(code))
        );
        assert!(reject["reason"].as_str().unwrap().contains(reason), "{reject}");
    }
    let reject = reject(&function.refuses(r#"[{"name":"a"}, 5]"#, "A0620").await);
    assert_eq!((&reject["index"], &reject["code"]), (&json!(1), &json!("A0630")));
}

#[tokio::test]
async fn a_text_that_is_too_long_for_its_varchar_is_refused() {
    let function = Setup::new("too_long").start().await;
    let body = format!(r#"{{"name":"{}"}}"#, "é".repeat(256));
    let reject = reject(&function.refuses(Call::new(body), "A0620").await);
    assert_eq!(reject["reason"], "256 characters do not fit into character varying(255)");
    assert_eq!((&reject["column"], &reject["code"]), (&json!("name"), &json!("A0623")));
    function.stores(Call::new(format!(r#"{{"name":"{}"}}"#, "é".repeat(255))), 1).await;
}

#[tokio::test]
async fn null_and_nothing_in_a_not_null_column_are_refused() {
    let function = Setup::new("not_null").start().await;
    for (body, code) in [(r#"{"name":null}"#, "A0624"), (r#"{"description":"d"}"#, "A0625")] {
        let reject = reject(&function.refuses(body, "A0620").await);
        assert_eq!((&reject["column"], &reject["code"]), (&json!("name"), &json!(code)));
    }
}

#[tokio::test]
async fn what_a_constraint_refuses_is_traced_to_its_record() {
    let function = Setup::new("constraint").schema("create unique index on items (name)").start().await;
    function.stores(r#"{"name":"taken"}"#, 1).await;
    for (body, index) in
        [(r#"[{"name":"a"},{"name":"b"},{"name":"taken"}]"#, json!(2)), (r#"{"name":"taken"}"#, json!(0))]
    {
        let document = function.fails(body, "A0620").await.document();
        let reject = &document["rejects"][0];
        assert_eq!((&reject["index"], &reject["code"]), (&index, &json!("A0629")), "{document}");
        assert!(reject["reason"].as_str().unwrap().contains("Key (name)=(taken) already exists"), "{reject}");
    }
    function.goes_on().await;
}

#[tokio::test]
async fn all_records_at_fault_are_counted_and_the_first_twenty_shown() {
    let function = Setup::new("many_faults").start().await;
    let body: String =
        (0..30_000).map(|n| if n % 100 == 0 { "{\"nam\":1}\n" } else { "{\"name\":\"a\"}\n" }).collect();
    let document = function.refuses(Call::new(body), "A0620").await.document();
    assert_eq!((&document["received"], &document["rejected"]), (&json!(30_000), &json!(300)));
    let rejects = document["rejects"].as_array().unwrap();
    assert_eq!((rejects.len(), &rejects[19]["index"]), (20, &json!(1_900)));
}

#[tokio::test]
async fn a_table_that_does_not_exist_is_named() {
    let function = Setup::new("no_table").set("ADIT_TABLE", "items,itmes").start().await;
    let answer = function.refuses(Call::new(r#"{"name":"a"}"#).header("Adit-Table", "itmes"), "A0508").await;
    let document = answer.document();
    assert!(document["message"].as_str().unwrap().contains("`itmes`"), "{document}");
    assert!(document["help"].is_string(), "{document}");
}

#[tokio::test]
async fn a_table_that_the_user_may_not_write_is_refused() {
    let function = Setup::new("no_privilege").set("ADIT_TABLE", "items,locked").start().await;
    function.database.run("create table locked (n int)").await;
    for body in [r#"{"n":1}"#, r#"[{"n":1},{"n":2}]"#] {
        let document =
            function.refuses(Call::new(body).header("Adit-Table", "locked"), "A0509").await.document();
        assert_eq!(document["sqlstate"], "42501");
        assert!(document["help"].as_str().unwrap().contains("grant insert"), "{document}");
    }
    assert_eq!(function.database.count("locked").await, 0);
}
