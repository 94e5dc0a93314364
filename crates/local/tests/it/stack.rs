//! All parts together: from an invocation to a row, through the real `oci` command, and what is left when it stops.

use std::process::{Command, Output};
use std::time::Duration;

use adit_local::containers::Invocation;
use adit_local::{
    DatabaseChoice, Error, Event, FunctionOptions, FunctionPrincipal, PostgresOptions, Stack, StackOptions,
};

use crate::support::{Recorder, eventually, example, is_alive, query, tool};

fn clerk() -> StackOptions {
    StackOptions {
        functions: vec![FunctionOptions::new("clerk", example("clerk"))],
        ..StackOptions::default()
    }
}

async fn call(stack: &Stack, body: &'static str) -> String {
    let function = stack.functions().first().unwrap();
    let invocation = Invocation { body: body.into(), ..Invocation::default() };
    let reply = function.containers().invoke(invocation).await.outcome.unwrap();
    String::from_utf8(reply.body.to_vec()).unwrap()
}

#[tokio::test]
async fn a_row_goes_all_the_way_and_nothing_is_left() {
    let recorder = Recorder::default();
    let stack = Stack::start(StackOptions { events: recorder.events(), ..clerk() }).await.unwrap();
    assert_eq!(call(&stack, "Ada").await, "1");
    assert_eq!(call(&stack, "Grace").await, "2");
    let url = stack.database_url();
    assert_eq!(
        query(&url, "select string_agg(name, ',' order by id) from items").await.unwrap(),
        "Ada,Grace"
    );
    assert!(url.contains(&format!(":{}/", stack.pooler().expect("PgBouncer is installed").port())));
    assert_eq!(stack.psql_line(), format!("psql '{url}'"));
    assert!(stack.elapsed() > Duration::ZERO);
    let asked = recorder.all().into_iter().find_map(|event| match event {
        Event::OciRequest { caller, status: 200, .. } => caller,
        _ => None,
    });
    assert_eq!(asked.as_deref(), Some("ocid1.fnfunc.oc1.local.clerk"));

    let pids = [stack.postgres().unwrap().pid(), stack.pooler().unwrap().pid()];
    let emulator = stack.emulator().url().to_owned();
    let config = stack.emulator().config_file().to_owned();
    stack.stop().await;
    assert!(pids.iter().all(|pid| !is_alive(*pid)));
    assert!(!config.exists());
    eventually("the port is closed", || {
        std::net::TcpStream::connect(emulator.strip_prefix("http://").unwrap()).is_err()
    })
    .await;
}

#[tokio::test]
async fn a_function_may_use_an_api_key_and_a_database_that_is_there() {
    let postgres = adit_local::Postgres::start(PostgresOptions::default()).await.unwrap();
    postgres.execute("adit", "create table items (id serial, name text); grant all on items to adit; grant all on sequence items_id_seq to adit").await.unwrap();
    let mut options = clerk();
    options.database = DatabaseChoice::Url(postgres.url());
    for function in &mut options.functions {
        function.principal = FunctionPrincipal::ApiKey;
    }
    let stack = Stack::start(options).await.unwrap();
    assert!(stack.postgres().is_none() && stack.pooler().is_none());
    assert_eq!(call(&stack, "Ada").await, "1");
    assert_eq!(query(&postgres.url(), "select name from items").await.unwrap(), "Ada");

    let shown = format!("{stack:?}");
    assert!(shown.contains("OCI_PRIVATE_KEY_CONTENT"));
    for secret in [postgres.password().expose(), "BEGIN RSA PRIVATE KEY"] {
        assert!(!shown.contains(secret), "{secret} is shown");
    }
}

#[tokio::test]
async fn without_a_sample_table_nothing_is_made() {
    let options = StackOptions { sample_table: false, pooler: None, ..StackOptions::default() };
    let stack = Stack::start(options).await.unwrap();
    assert!(stack.functions().is_empty());
    assert_eq!(
        query(&stack.database_url(), "select count(*) from pg_tables where tablename = 'items'")
            .await
            .unwrap(),
        "0"
    );
}

#[tokio::test]
async fn a_missing_program_and_two_functions_of_one_name_are_refused() {
    let twice = || FunctionOptions::new("clerk", example("clerk"));
    let options = StackOptions { functions: vec![twice(), twice()], ..StackOptions::default() };
    assert!(
        matches!(Stack::start(options).await.unwrap_err(), Error::DuplicateFunction { name } if name == "clerk")
    );
    let missing = FunctionOptions::new("ghost", "/no/such/program");
    let options = StackOptions { functions: vec![missing], pooler: None, ..StackOptions::default() };
    let refused = Stack::start(options).await.unwrap_err().to_string();
    assert!(refused.contains("/no/such/program"), "{refused}");
}

/// Runs the real command off the runtime, which must go on answering it.
async fn oci(program: &std::path::Path, config: &std::path::Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command
        .arg("--config-file")
        .arg(config)
        .args(arguments)
        .env("OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING", "True");
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_real_command_line_reads_the_secret_and_invokes_the_function() {
    let Some(program) = tool("ADIT_OCI_CLI", "oci") else { return };
    let stack = Stack::start(clerk()).await.unwrap();
    let emulator = stack.emulator();
    let config = emulator.config_file();
    let run = |arguments: Vec<String>| {
        let (program, config) = (program.clone(), config.to_owned());
        let endpoint = emulator.url().to_owned();
        async move {
            let mut all = vec!["--endpoint", endpoint.as_str()];
            all.extend(arguments.iter().map(String::as_str));
            oci(&program, &config, &all).await
        }
    };
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let secret = stack.secret_id().to_owned();

    let bundle = run(words(&format!("secrets secret-bundle get --secret-id {secret}"))).await;
    let bundle: serde_json::Value = serde_json::from_str(&stdout(&bundle)).unwrap();
    let content =
        bundle.pointer("/data/secret-bundle-content/content").and_then(|content| content.as_str()).unwrap();
    let content = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, content).unwrap();
    let content: serde_json::Value = serde_json::from_slice(&content).unwrap();
    assert_eq!(
        content.pointer("/port").and_then(serde_json::Value::as_u64),
        Some(stack.pooler().unwrap().port().into())
    );

    let by_name = format!(
        "secrets secret-bundle get-secret-bundle-by-name --secret-name database --vault-id {} --query data.\"secret-id\" --raw-output",
        emulator.vault_id()
    );
    assert_eq!(stdout(&run(words(&by_name)).await), secret);
    let versions = format!(
        "secrets secret-bundle-version list-versions --secret-id {secret} --query data[0].stages[0] --raw-output"
    );
    let versions = run(words(&versions)).await;
    assert_eq!(stdout(&versions), "CURRENT");

    let listed = format!(
        "fn application list --compartment-id {} --query data[0].id --raw-output",
        emulator.compartment_id()
    );
    let application = stdout(&run(words(&listed)).await);
    let listed = format!("fn function list --application-id {application} --query data[0].id --raw-output");
    let function = stack.functions().first().unwrap();
    assert_eq!(stdout(&run(words(&listed)).await), function.id());

    // The line that a user is shown, by a shell.
    let line = stack.invoke_line(function, "Ada's");
    let line = line.replacen("oci ", &format!("{} ", program.display()), 1);
    let invoked =
        tokio::task::spawn_blocking(move || Command::new("sh").arg("-c").arg(line).output().unwrap())
            .await
            .unwrap();
    assert_eq!(stdout(&invoked), "1");
    assert_eq!(query(&stack.database_url(), "select name from items").await.unwrap(), "Ada's");

    let missing = run(words("secrets secret-bundle get --secret-id ocid1.vaultsecret.oc1.local.other")).await;
    assert!(!missing.status.success());
    assert!(String::from_utf8_lossy(&missing.stderr).contains("NotAuthorizedOrNotFound"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_real_command_line_with_a_wrong_key_is_refused() {
    let Some(program) = tool("ADIT_OCI_CLI", "oci") else { return };
    let emulator = adit_local::Emulator::start(adit_local::EmulatorOptions::default()).await.unwrap();
    let secret = emulator.put_secret("db", b"content");
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("key.pem");
    let stranger = adit_oci::keygen::generate().unwrap();
    std::fs::write(&key, stranger.pem.expose()).unwrap();
    let config = std::fs::read_to_string(emulator.config_file()).unwrap();
    let config: String = config
        .lines()
        .map(|line| match line.split_once('=') {
            Some(("key_file", _)) => format!("key_file={}\n", key.display()),
            _ => format!("{line}\n"),
        })
        .collect();
    let config_file = dir.path().join("config");
    std::fs::write(&config_file, config).unwrap();
    let arguments = ["--endpoint", emulator.url(), "secrets", "secret-bundle", "get", "--secret-id", &secret];
    let refused = oci(&program, &config_file, &arguments).await;
    assert!(!refused.status.success());
    let stderr = String::from_utf8_lossy(&refused.stderr);
    assert!(stderr.contains("NotAuthenticated") && stderr.contains("401"), "{stderr}");
}
