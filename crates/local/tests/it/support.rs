//! What several test modules need: collected events, a query, a look at a process.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use adit_local::{Emulator, Event, Events};
use adit_oci::sign::Signer;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
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

/// Whether a process of this id exists, and is not a zombie whose threads have all ended.
pub(crate) fn is_alive(pid: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).map_or(0, Iterator::count);
    state(&stat) != 'Z' || threads > 1
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

/// What a server said.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The body as JSON; `null` when it is none.
    pub(crate) json: serde_json::Value,
}

impl Answer {
    /// The service's code of an error.
    pub(crate) fn code(&self) -> &str {
        self.json.get("code").and_then(serde_json::Value::as_str).unwrap_or_default()
    }
}

/// Sends one request on a connection of its own.
pub(crate) async fn send(base_url: &str, request: Request<Vec<u8>>) -> Answer {
    let stream = TcpStream::connect(base_url.strip_prefix("http://").unwrap()).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let (mut head, body) = request.into_parts();
    head.headers.entry("host").or_insert(HeaderValue::from_static("127.0.0.1"));
    head.uri = head.uri.path_and_query().unwrap().clone().into();
    let response =
        sender.send_request(Request::from_parts(head, Full::new(Bytes::from(body)))).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    let json = serde_json::from_slice(&body).unwrap_or_default();
    Answer { status: head.status, headers: head.headers, body, json }
}

/// Signs a request to the emulator and sends it.
pub(crate) async fn signed(
    emulator: &Emulator,
    signer: &Signer,
    method: Method,
    path: &str,
    body: &str,
) -> Answer {
    signed_bytes(emulator, signer, method, path, body.as_bytes().to_vec(), &[]).await
}

/// The same with further headers, which are not signed.
pub(crate) async fn signed_bytes(
    emulator: &Emulator,
    signer: &Signer,
    method: Method,
    path: &str,
    body: Vec<u8>,
    headers: &[(&'static str, &'static str)],
) -> Answer {
    let uri = format!("{}{path}", emulator.url());
    let mut request = Request::builder().method(method).uri(uri).body(body).unwrap();
    signer.sign_request(&mut request, SystemTime::now()).unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_static(value));
    }
    send(emulator.url(), request).await
}

/// A program that a test needs: named by the variable `variable`, else found on the search path. `None`, loudly, when
/// there is none; but a failure when `ADIT_REQUIRE_TOOLS` is set.
pub(crate) fn tool(variable: &str, name: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = named.or_else(|| {
        std::env::split_paths(&path)
            .map(|directory| directory.join(name))
            .find(|candidate| candidate.exists())
    });
    if found.is_none() {
        skipped(&format!("`{name}` is not installed (or set {variable})"));
    }
    found
}

/// Says that a test was not made.
pub(crate) fn skipped(why: &str) {
    assert!(std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(), "needed for this test: {why}");
    // Past the test harness, which would swallow it.
    writeln!(std::io::stderr().lock(), "SKIPPED: {why}").unwrap();
}
