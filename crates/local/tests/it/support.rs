//! What several test modules need: collected events, a query, a look at a process.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use adit_local::{Event, Events};
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// Events that can be looked at afterwards.
#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<Event>>>);

impl Recorder {
    pub(crate) fn events(&self) -> Events {
        let recorder = self.clone();
        Events::new(move |event| recorder.0.lock().unwrap().push(event))
    }

    pub(crate) fn all(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }
}

/// The first column of the first row that `query` gives.
pub(crate) async fn query(url: &str, query: &str) -> Result<String, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    let rows = client.simple_query(query).await?;
    let first = rows.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
        _ => None,
    });
    Ok(first.unwrap_or_default())
}

/// Whether a process of this id exists and is not a zombie.
pub(crate) fn is_alive(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| state(&stat) != 'Z')
}

/// The state letter of `/proc/PID/stat`, which follows the name in parentheses.
pub(crate) fn state(stat: &str) -> char {
    stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next()).unwrap()
}

/// The real user id of a process.
pub(crate) fn uid_of(pid: u32) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(format!("/proc/{pid}")).unwrap().uid()
}

/// Waits until `condition` holds; the limit is generous, it only ends a test that would hang.
pub(crate) async fn eventually(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < deadline, "not within 30 s: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) fn we_are_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(Path::new("/proc/self")).unwrap().uid() == 0
}

/// A program of `examples/`. `cargo test` builds them beside this one, except when it is given the name of a test:
/// then the missing or old one is built here.
pub(crate) fn example(name: &str) -> PathBuf {
    static BUILDING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = BUILDING.lock();
    let this = std::env::current_exe().unwrap();
    let profile_dir = this.parent().and_then(Path::parent).unwrap();
    let built = profile_dir.join("examples").join(name);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(format!("{name}.rs"));
    let modified = |path: &Path| std::fs::metadata(path).and_then(|found| found.modified()).ok();
    if modified(&built) < modified(&source) {
        let release = profile_dir.ends_with("release").then_some("--release");
        let status = Command::new(env!("CARGO"))
            .args(["build", "--package", "adit-local", "--example", name, "--target-dir"])
            .arg(profile_dir.parent().unwrap())
            .args(release)
            .status()
            .unwrap();
        assert!(status.success());
    }
    built
}
