//! As whom the function asks: a resource principal whose token is replaced under it, a user's API key as consoles mangle it,
//! and identities that are not there yet.

use std::time::Duration;

use adit_local::EmulatorOptions;
use adit_oci::ErrorKind;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::cloud::{Cloud, FUNCTION_ID, shared};
use crate::function::Setup;
use crate::tools::until;

const GOOD: &str = r#"{"name":"a"}"#;
const TOKEN: &str = "OCI_RESOURCE_PRINCIPAL_RPST";
const KEY: &str = "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM";

#[tokio::test]
async fn a_token_that_was_replaced_is_read_again() {
    let lifetime = Duration::from_secs(2);
    let cloud =
        Cloud::start(EmulatorOptions { token_lifetime: lifetime, ..EmulatorOptions::default() }).await;
    let mut function = Setup::new("token_rotation").start_in(&cloud).await;
    function.goes_on().await;
    let token = || std::fs::read_to_string(&cloud.principal[TOKEN]).unwrap();
    let first = token();
    tokio::time::sleep(lifetime).await;
    until("another token", async || (token() != first).then_some(())).await;
    // Nothing but a read of the secret helps now, and the first token is worth nothing any more.
    function.database.change_password("pw-second").await;
    function.renew_secret();
    function.database.kill_functions().await;
    function.goes_on().await;
    let asked = cloud.asked_for(&function.secret);
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked.iter().all(|asked| asked.status == 200 && asked.caller.as_deref() == Some(FUNCTION_ID)));
}

#[tokio::test]
async fn an_identity_that_comes_late_is_found_by_the_next_call() {
    let directory = crate::process::root();
    let place = |name: &str| directory.path().join("tmp").join(name);
    let shared = &shared().cloud.principal;
    let mut setup = Setup::new("late_identity").set("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2");
    for (variable, file) in [(TOKEN, "rpst"), (KEY, "private.pem")] {
        setup = setup.set(variable, place(file).to_str().unwrap());
    }
    let mut function = setup.start().await;
    let document = function.fails(GOOD, ErrorKind::Credentials.code()).await.document();
    assert!(document["message"].as_str().unwrap().contains("rpst"), "{document}");
    for (variable, file) in [(TOKEN, "rpst"), (KEY, "private.pem")] {
        let text = std::fs::read_to_string(&shared[variable]).unwrap();
        function.hide(text.lines().nth(1).unwrap_or(&text));
        std::fs::write(place(file), text).unwrap();
    }
    function.goes_on().await;
}

#[tokio::test]
async fn no_identity_at_all_is_said_so() {
    // Any variable of Oracle's keeps the tests' own identity out.
    let function = Setup::new("no_identity").set("OCI_REGION", "eu-frankfurt-1").start().await;
    let document = function.fails(GOOD, ErrorKind::Credentials.code()).await.document();
    assert!(document["message"].as_str().unwrap().contains("no credentials for Oracle Cloud"), "{document}");
}

#[tokio::test]
async fn an_api_key_is_read_however_a_console_has_mangled_it() {
    const PEM: &str = "OCI_PRIVATE_KEY_CONTENT";
    let cloud = &shared().cloud;
    let variables = cloud.emulator.api_key_variables();
    // Line breaks became spaces; they vanish, become two characters, or the whole file is in base64.
    let spaced = variables[PEM].clone();
    let (head, rest) = spaced.split_once("KEY----- ").unwrap();
    let (body, tail) = rest.split_once(" -----END").unwrap();
    let pem = format!("{head}KEY-----\n{}\n-----END{tail}\n", body.replace(' ', "\n"));
    let mangled = [
        ("key_spaced", spaced.clone()),
        ("key_joined", pem.replace('\n', "")),
        ("key_escaped", format!("\"{}\"", pem.replace('\n', "\\n"))),
        ("key_base64", STANDARD.encode(&pem)),
        ("key_whole", pem),
    ];
    for (name, text) in mangled {
        let mut setup = Setup::new(name);
        for (variable, value) in &variables {
            setup = setup.set(variable, value);
        }
        let mut function = setup.set(PEM, &text).start().await;
        function.hide(body.split(' ').nth(3).unwrap());
        function.goes_on().await;
        let asked = cloud.asked_for(&function.secret);
        assert_eq!(asked[0].caller.as_deref(), Some("ocid1.user.oc1..local"), "{name}");
    }
}

#[tokio::test]
async fn an_api_key_that_is_wrong_is_described_without_being_shown() {
    let mut variables = shared().cloud.emulator.api_key_variables();
    let cut: String = variables["OCI_PRIVATE_KEY_CONTENT"].chars().take(900).collect();
    variables.insert("OCI_PRIVATE_KEY_CONTENT".to_owned(), cut);
    let mut setup = Setup::new("cut_key");
    for (variable, value) in &variables {
        setup = setup.set(variable, value);
    }
    let function = setup.start().await;
    let document = function.fails(GOOD, ErrorKind::Credentials.code()).await.document();
    assert!(
        document["message"].as_str().unwrap().contains("OCI_PRIVATE_KEY_CONTENT is cut off"),
        "{document}"
    );
}
