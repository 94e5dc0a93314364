//! What must not be seen: every other test searches replies and log lines for passwords, keys and tokens; here are the
//! inputs that are most likely to bring one out, and the callers' own data, which stays out of the log.

use std::fmt::Write as _;

use serde_json::Value;

use crate::exchange::Call;
use crate::function::Setup;

#[tokio::test]
async fn a_secret_in_the_place_of_its_ocid_is_not_quoted() {
    let secret = r#"{"host":"h","password":"hunter2-in-the-wrong-place"}"#;
    for (name, variable) in [
        ("pasted_ocid", "DB_SECRET_OCID"),
        ("pasted_vault", "DB_VAULT_OCID"),
        ("pasted_mode", "ADIT_SSLMODE"),
    ] {
        let mut function = Setup::new(name)
            .set("DB_SECRET_OCID", "")
            .set("DB_SECRET_NAME", "n")
            .set(variable, secret)
            .start()
            .await;
        function.hide("hunter2");
        let document = function.fails(r#"{"name":"a"}"#, "A0401").await.document();
        assert!(document["message"].as_str().unwrap().contains(variable), "{document}");
    }
}

#[tokio::test]
async fn the_log_never_quotes_the_callers_data() {
    let schema = "create type colour as enum ('red'); alter table items add colour colour, add n int,
        add constraint short check (length(description) < 5); create unique index on items (name);
        insert into items (name) values ('taken-sensitive')";
    let function = Setup::new("quiet_log").schema(schema).start().await;
    let json = [
        "sensitive",
        r#"{"name": sensitive}"#,
        r#"{"sensitive":"a"}"#,
        r#"{"name":"a","n":"sensitive"}"#,
        r#"{"name":"taken-sensitive"}"#,
        r#"{"name":"a","description":"sensitive"}"#,
        r#"{"name":"a","colour":"sensitive"}"#,
        r#"[{"name":"a"},{"name":"b","colour":"sensitive"}]"#,
        r#"["sensitive", 5]"#,
    ];
    let csv = ["sensitive,sensitive\n1,2\n", "name,name\nsensitive,a\n", "name,n\na,sensitive\nb\n"];
    let table = Call::new("{}").header("Adit-Table", "sensitive");
    let calls = json.into_iter().map(Call::new).chain(csv.into_iter().map(Call::csv)).chain([table]);
    let (mut quoted, mut log) = (0, String::new());
    for call in calls {
        let answer = function.call(call).await;
        assert_eq!(answer.logged()["level"], "error");
        quoted += usize::from(answer.text().contains("sensitive"));
        writeln!(log, "{}", answer.log.concat()).unwrap();
    }
    assert!(!log.contains("sensitive"), "{log}");
    assert!(quoted >= 9, "the caller itself is shown what is wrong: {quoted}");
    function.goes_on().await;
}

#[tokio::test]
async fn a_password_in_a_servers_words_is_not_passed_on() {
    // A user who puts his password into his name, a database into his password: the server quotes names.
    let mut function = Setup::new("quoted_names").start().await;
    function.hide("hunter2-as-a-password");
    function.put_secret_with("password", "hunter2-as-a-password");
    let document: Value = function.fails(r#"{"name":"a"}"#, "A0502").await.document();
    assert!(document["message"].as_str().unwrap().contains(&function.database.role), "{document}");
}
