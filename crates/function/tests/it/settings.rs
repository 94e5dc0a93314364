//! The settings as people meet them: the page that the program prints, and what a wrong one is answered with.

use std::process::{Command, Output};

use serde_json::json;

use crate::exchange::Call;
use crate::function::Setup;
use crate::tools::program;

fn run(arguments: &[&str]) -> Output {
    Command::new(program()).args(arguments).env_clear().output().unwrap()
}

#[test]
fn every_setting_is_described_by_the_program_itself() {
    let output = run(&["--settings"]);
    assert!(output.status.success() && output.stderr.is_empty());
    insta::assert_snapshot!("settings", String::from_utf8(output.stdout).unwrap());
}

#[test]
fn other_arguments_are_answered_and_nothing_is_served() {
    let output = run(&["--version"]);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("adit-function {}\n", env!("CARGO_PKG_VERSION"))
    );
    let output = run(&["serve"]);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(2), true));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--settings"));
    // Started without the platform, it says what is missing.
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("FN_LISTENER"));
}

#[tokio::test]
async fn wrong_settings_are_the_answer_to_every_call_and_all_are_named_at_once() {
    let function = Setup::new("wrong_settings")
        .set("DB_SECRET_OCID", "ocid1.vault.oc1.local.vault")
        .set("ADIT_TABLE", "items, it ems")
        .set("ADIT_FORMAT", "xml")
        .set("ADIT_CONNECTIONS", "many")
        .set("ADIT_MODE", "merge")
        .set("ADIT_MAPPING", "{\"names\": 5}")
        .set("ADIT_ON_REJECT", "some")
        .set("ADIT_MOST_REJECTS", "all")
        .set("ADIT_LEDGER_RETENTION", "a month")
        .set("ADIT_MIGRATE", "please")
        .set("ADIT_SSLROOTCERT", "/no/such/file.pem")
        .start()
        .await;
    for _ in 0..2 {
        let answer = function.fails(Call::new(r#"{"name":"a"}"#).through_gateway("/"), "A0401").await;
        assert_eq!(answer.header("fn-http-status"), Some("500"));
        let document = answer.document();
        for name in [
            "DB_SECRET_OCID",
            "ADIT_TABLE",
            "ADIT_FORMAT",
            "ADIT_CONNECTIONS",
            "ADIT_SSLROOTCERT",
            "ADIT_MODE",
            "ADIT_MAPPING",
            "ADIT_ON_REJECT",
            "ADIT_MOST_REJECTS",
            "ADIT_LEDGER_RETENTION",
            "ADIT_MIGRATE",
        ] {
            assert!(document["message"].as_str().unwrap().contains(name), "{name}: {document}");
        }
        assert_eq!(document["help"], json!("`adit-function --settings` describes every variable"));
    }
    assert_eq!(function.pids().len(), 1);
}

#[tokio::test]
async fn no_settings_at_all_is_an_answer_too() {
    let function = Setup::new("no_settings").set("DB_SECRET_OCID", "").set("ADIT_TABLE", "").start().await;
    let document = function.fails("", "A0401").await.document();
    insta::assert_json_snapshot!(document, @r#"
    {
      "code": "A0401",
      "help": "`adit-function --settings` describes every variable",
      "inserted": 0,
      "message": "the function's settings are wrong: DB_SECRET_OCID is not set: it names the secret with the database's credentials; ADIT_TABLE is not set: it names the tables that may be written",
      "status": "error"
    }
    "#);
}
