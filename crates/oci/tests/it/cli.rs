//! Oracle's command line, unmodified, against a server that judges by this crate's verifier.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use adit_oci::ConfigFile;

use crate::fixture::{self, PASSWORD, SECRET_ID, bundle, key, other_key};
use crate::server::{Reply, Server};
use crate::tools::cli;

/// A configuration file and its key.
fn config(dir: &Path, key: &adit_oci::keygen::GeneratedKey) -> PathBuf {
    let key_file = dir.join("key.pem");
    fixture::write(&key_file, key.pem.expose());
    let config = dir.join("config");
    fixture::write(
        &config,
        &format!(
            "[DEFAULT]\nuser={}\ntenancy={}\nfingerprint={}\nkey_file={}\nregion=us-ashburn-1\n",
            fixture::USER,
            fixture::TENANCY,
            key.key.public_key().fingerprint(),
            key_file.display()
        ),
    );
    config
}

fn get_secret(cli: &Path, config: &Path, endpoint: &str) -> Output {
    Command::new(cli)
        .args(["--config-file", &config.display().to_string(), "--endpoint", endpoint])
        .args(["secrets", "secret-bundle", "get", "--secret-id", SECRET_ID])
        .env("SUPPRESS_LABEL_WARNING", "True")
        .env("OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING", "True")
        .output()
        .unwrap()
}

/// Answers like Oracle Cloud: the secret to whom the verifier takes, 401 to others.
async fn judge() -> Server {
    Server::start(|_, seen| match seen.verify(key().key.public_key()) {
        Ok(verified) if verified.key_id() == &fixture::key_id(key()) => bundle(PASSWORD),
        _ => Reply::error(
            401,
            "NotAuthenticated",
            "The required information to complete authentication was not provided.",
        ),
    })
    .await
}

#[tokio::test]
async fn the_command_line_reads_a_secret() {
    let Some(cli) = cli() else { return };
    let server = judge().await;
    let dir = tempfile::tempdir().unwrap();
    let config = config(dir.path(), key());
    let url = server.url.clone();
    let path = config.clone();
    let output = tokio::task::spawn_blocking(move || get_secret(&cli, &path, &url)).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["data"]["version-number"], 3);

    // The same file makes the same principal here.
    let principal =
        ConfigFile::read(&config).unwrap().principal(None, &adit_oci::env::Vars::fixed([("", "")])).unwrap();
    let client = fixture::client_of(principal, &server.url);
    let bundle =
        client.secret_bundle(&fixture::secret_id(), &adit_oci::Selector::default(), fixture::soon()).await;
    assert_eq!(bundle.unwrap().content.expose(), PASSWORD.as_bytes());
}

#[tokio::test]
async fn the_command_line_with_a_wrong_key_is_refused() {
    let Some(cli) = cli() else { return };
    let server = judge().await;
    let dir = tempfile::tempdir().unwrap();
    let (config, url) = (config(dir.path(), other_key()), server.url.clone());
    let output = tokio::task::spawn_blocking(move || get_secret(&cli, &config, &url)).await.unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("NotAuthenticated"));
}
