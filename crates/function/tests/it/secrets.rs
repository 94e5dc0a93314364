//! What can be wrong with the secret's content, each told by keys and places and never by a value.

use serde_json::json;

use crate::function::Setup;

const GOOD: &str = r#"{"name":"a"}"#;

#[tokio::test]
async fn a_secret_that_is_wrong_is_described_without_its_values() {
    let mut function = Setup::new("wrong_secret").start().await;
    function.hide("hunter2");
    let cases = [
        ("hunter2", "the secret is not JSON: it is malformed at line 1, column 1"),
        ("{\n  \"password\": \"hunter2\",\n", "the secret is not JSON: it ends too early at line 3"),
        (r#"["hunter2"]"#, "the secret is not a JSON object but an array"),
        (r#""hunter2""#, "the secret is not a JSON object but a text"),
        (
            r#"{"host":"h","port":1,"dbname":"d","user":"hunter2","password":"hunter2"}"#,
            "`username` must be a text, found nothing; not known: `user`",
        ),
        (
            r#"{"host":"h","port":"hunter2","dbname":"d","username":"u","password":"hunter2"}"#,
            "`port` must be a number from 1 to 65535, found a text",
        ),
        (
            r#"{"host":"h","port":65536,"dbname":"d","username":"u","password":"hunter2"}"#,
            "`port` must be a number from 1 to 65535, found a number",
        ),
        (
            r#"{"host":"h","port":[1],"dbname":"d","username":"u","password":"hunter2"}"#,
            "`port` must be a number from 1 to 65535, found an array",
        ),
        (
            r#"{"host":"h","port":1,"dbname":"d","username":"u","password":"hunter2","sslmode":"hunter2"}"#,
            "`sslmode` must be one of",
        ),
    ];
    for (secret, message) in cases {
        function.put_secret(secret);
        let document = function.fails(GOOD, "A0405").await.document();
        assert!(document["message"].as_str().unwrap().contains(message), "{secret}: {document}");
        assert!(document["help"].as_str().unwrap().contains("store a corrected version"), "{document}");
    }
    // Nothing is kept of a wrong one: the corrected version is read by the next call.
    function.renew_secret();
    function.goes_on().await;
}

#[tokio::test]
async fn an_empty_or_binary_secret_is_no_crash() {
    let function = Setup::new("odd_secret").start().await;
    for secret in [&b""[..], b"\xff\xfe\x00", b"null"] {
        function.put_secret(secret);
        function.fails(GOOD, "A0405").await;
    }
    function.renew_secret();
    function.goes_on().await;
}

#[tokio::test]
async fn the_secrets_port_may_be_a_text_and_its_sslmode_wins() {
    let function = Setup::new("port_text").set("ADIT_SSLMODE", "require").start().await;
    // The server has no TLS, and the settings insist on it; a correction of the secret is noticed.
    function.fails(GOOD, "A0505").await;
    let mut secret = function.database.secret();
    secret["port"] = json!(function.database.port.to_string());
    secret["sslmode"] = json!("disable");
    function.put_secret(secret.to_string());
    function.goes_on().await;
}
