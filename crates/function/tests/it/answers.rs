//! The answers as people read them. What differs from run to run is named: the port, the request's id.

use adit_oci::ErrorKind;
use serde_json::Value;

use crate::exchange::{Answer, Call};
use crate::function::Setup;

/// The document, with these texts replaced.
fn document(answer: &Answer, replaced: &[(&str, &str)]) -> Value {
    let text = replaced.iter().fold(answer.text().to_owned(), |text, (from, to)| text.replace(from, to));
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn a_stored_row_and_stored_rows() {
    let function = Setup::new("answer_stored").start().await;
    let one = function.stores(r#"{"name":"Ada","description":"first programmer"}"#, 1).await;
    insta::assert_json_snapshot!(document(&one, &[]), @r#"
    {
      "inserted": 1,
      "item_id": 1,
      "key": {
        "id": 1
      },
      "message": "1 row stored in items",
      "received": 1,
      "rejected": 0,
      "status": "success",
      "table": "items"
    }
    "#);
    let more = function.stores(r#"[{"name":"Grace"},{"name":"Edsger"}]"#, 2).await;
    insta::assert_json_snapshot!(document(&more, &[]), @r#"
    {
      "inserted": 2,
      "message": "2 rows stored in items",
      "received": 2,
      "rejected": 0,
      "status": "success",
      "table": "items"
    }
    "#);
}

#[tokio::test]
async fn a_malformed_payload_and_rejected_records() {
    let function = Setup::new("answer_refused").start().await;
    let malformed = function.fails(r#"[{"name": "Ada"}, {"name": Grace}]"#, "A0601").await;
    insta::assert_json_snapshot!(document(&malformed, &[]), @r#"
    {
      "code": "A0601",
      "help": "nothing was stored: correct it and send it again",
      "inserted": 0,
      "message": "the payload is malformed at byte 27: expected value",
      "near": "\": \"Ada\"}, {\"name\": Grace}]",
      "offset": 27,
      "status": "error"
    }
    "#);
    let rejected = r#"[{"name":"Ada"},{"nam":"Grace"},{"name":null},{"name":"Edsger","id":"first"}]"#;
    let rejected = function.fails(rejected, "A0620").await;
    insta::assert_json_snapshot!(document(&rejected, &[]), @r#"
    {
      "code": "A0620",
      "inserted": 0,
      "message": "3 of 4 records cannot be stored, so none was",
      "received": 4,
      "rejected": 3,
      "rejects": [
        {
          "code": "A0621",
          "column": "nam",
          "index": 1,
          "reason": "table items has no such column; the nearest is `name`"
        },
        {
          "code": "A0624",
          "column": "name",
          "index": 2,
          "reason": "the column does not take null"
        },
        {
          "code": "A0622",
          "column": "id",
          "index": 3,
          "reason": "expected an integer, found \"first\" (type integer)"
        }
      ],
      "status": "rejected"
    }
    "#);
    let table = function.fails(Call::new("{}").header("Adit-Table", "users"), "A0608").await;
    insta::assert_json_snapshot!(document(&table, &[]), @r#"
    {
      "code": "A0608",
      "inserted": 0,
      "message": "the table `users` may not be written by this function; allowed: items",
      "status": "error"
    }
    "#);
}

#[tokio::test]
async fn a_database_that_refuses_and_a_vault_that_refuses() {
    let function = Setup::new("answer_outage").start().await;
    function.put_secret_with("password", "another");
    let refused = function.fails(r#"{"name":"Ada"}"#, "A0502").await;
    let port = function.database.port.to_string();
    insta::assert_json_snapshot!(document(&refused, &[(&port, "PORT")]), @r#"
    {
      "code": "A0502",
      "help": "this is what the secret says now: store a corrected version, the next call reads it",
      "inserted": 0,
      "message": "the database does not accept the user or the password: 127.0.0.1:PORT: password authentication failed for user \"role_answer_outage\"",
      "sqlstate": "28P01",
      "status": "error"
    }
    "#);
    let missing = "ocid1.vaultsecret.oc1.local.missing";
    let function = Setup::new("answer_vault").set("DB_SECRET_OCID", missing).start().await;
    let refused = function.fails(r#"{"name":"Ada"}"#, ErrorKind::NotFound.code()).await;
    let id = refused.document()["opc_request_id"].as_str().unwrap().to_owned();
    let code = ErrorKind::NotFound.code();
    insta::assert_json_snapshot!(document(&refused, &[(&id, "ID"), (code, "CODE")]), @r#"
    {
      "code": "CODE",
      "help": "the secret does not exist, or this principal may not read it: it needs `read secret-bundles`",
      "inserted": 0,
      "message": "get_secret_bundle: 404 NotAuthorizedOrNotFound: Authorization failed or requested resource not found. (1 attempt, opc-request-id ID)",
      "opc_request_id": "ID",
      "status": "error"
    }
    "#);
}
