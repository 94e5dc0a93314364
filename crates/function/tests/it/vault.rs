//! A Vault that does not help: each of its refusals, as the caller sees it, and that the container recovers with it.

use adit_local::EmulatorOptions;
use adit_local::emulator::Fault;
use adit_oci::ErrorKind;
use serde_json::{Value, json};

use crate::cloud::{Cloud, FUNCTION_ID};
use crate::exchange::Call;
use crate::function::Setup;

const GOOD: &str = r#"{"name":"a"}"#;

/// The document of a call behind a gateway, with the status that its client sees.
fn with_status(answer: &crate::exchange::Answer) -> (Value, Option<&str>) {
    (answer.document(), answer.header("fn-http-status"))
}

#[tokio::test]
async fn each_refusal_of_the_vault_has_a_code_and_passes_with_its_cause() {
    let cloud = Cloud::start(EmulatorOptions::default()).await;
    let function = Setup::new("vault_faults").seconds(4).start_in(&cloud).await;
    for (fault, kind, status, help) in [
        (Fault::NotAuthenticated, ErrorKind::NotAuthenticated, "500", Some("the clock")),
        (Fault::NotAuthorizedOrNotFound, ErrorKind::NotFound, "500", Some("read secret-bundles")),
        (Fault::TooManyRequests, ErrorKind::Throttled, "503", None),
        (Fault::InternalServerError, ErrorKind::Server, "503", None),
        (Fault::Hang, ErrorKind::Timeout, "504", Some("egress rule")),
    ] {
        cloud.emulator.fail_vault(fault, 100);
        let answer = function.fails(Call::new(GOOD).through_gateway("/items"), kind.code()).await;
        let (document, shown) = with_status(&answer);
        assert_eq!(shown, Some(status), "{document}");
        assert_eq!(
            document["help"].as_str().map(|text| text.contains(help.unwrap())),
            help.map(|_| true),
            "{document}"
        );
        // By this the service's own log is searched.
        let id = document["opc_request_id"].as_str().unwrap();
        assert!(id.len() >= 32, "{document}");
        assert_eq!(answer.logged()["opc_request_id"], id);
        cloud.emulator.heal_vault();
    }
    assert_eq!(function.secret_reads(), 0);
    function.goes_on().await;
    assert_eq!(function.secret_reads(), 1);
    // Who has a connection needs no Vault.
    cloud.emulator.fail_vault(Fault::InternalServerError, 100);
    function.goes_on().await;
}

#[tokio::test]
async fn a_passing_fault_of_the_vault_is_not_the_callers_concern() {
    let cloud = Cloud::start(EmulatorOptions::default()).await;
    let function = Setup::new("vault_hiccup").start_in(&cloud).await;
    // The first is answered by a look at fresh credentials, the others by a pause.
    for fault in [Fault::NotAuthenticated, Fault::TooManyRequests] {
        cloud.emulator.fail_vault(fault, 1);
    }
    function.goes_on().await;
    let statuses: Vec<u16> = cloud.asked_for(&function.secret).iter().map(|asked| asked.status).collect();
    assert_eq!(statuses, [401, 429, 200]);
    assert!(
        cloud.asked_for(&function.secret).iter().all(|asked| asked.caller.as_deref() == Some(FUNCTION_ID))
    );
}

#[tokio::test]
async fn a_secret_that_does_not_exist_is_refused() {
    let missing = "ocid1.vaultsecret.oc1.local.nobody-made-it";
    let function = Setup::new("no_secret").set("DB_SECRET_OCID", missing).start().await;
    let document = function.fails(GOOD, ErrorKind::NotFound.code()).await.document();
    assert!(document["message"].as_str().unwrap().contains("NotAuthorizedOrNotFound"), "{document}");
    assert_eq!(document["inserted"], json!(0));
}

#[tokio::test]
async fn a_vault_that_nobody_answers_for_is_told_from_one_that_refuses() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let endpoint = format!("http://127.0.0.1:{closed}");
    let function = Setup::new("no_vault").set("ADIT_OCI_ENDPOINT", &endpoint).seconds(3).start().await;
    let answer = function.fails(Call::new(GOOD).through_gateway("/"), ErrorKind::Connect.code()).await;
    let (document, status) = with_status(&answer);
    assert_eq!(status, Some("503"), "{document}");
    assert!(document["message"].as_str().unwrap().contains(&format!("127.0.0.1:{closed}")), "{document}");
    assert!(document["help"].as_str().unwrap().contains("443/TCP"), "{document}");
}

#[tokio::test]
async fn a_secret_is_found_by_its_name_in_a_vault() {
    let function = Setup::new("by_name").set("DB_SECRET_OCID", "").set("DB_SECRET_NAME", "by_name");
    let cloud = &crate::cloud::shared().cloud;
    let function = function.set("DB_VAULT_OCID", cloud.emulator.vault_id()).start().await;
    function.goes_on().await;
    assert!(cloud.asked_for("getByName").iter().any(|asked| asked.status == 200));
}
