//! Running the program, and a running `adit dev`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a run of the program said, and its exit code.
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

/// A place of its own for a test: its `adit dev` is found by its `adit invoke` alone.
pub(crate) struct Place {
    pub(crate) directory: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_adit"));
        command.args(arguments).env("XDG_RUNTIME_DIR", self.directory.path()).env_remove("DATABASE_URL");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).stdin(Stdio::null()).output().unwrap().into()
    }

    /// Runs it in the place's own directory.
    pub(crate) fn run_here(&self, arguments: &[&str]) -> Ran {
        self.command(arguments)
            .current_dir(self.directory.path())
            .env_remove("GITHUB_STEP_SUMMARY")
            .stdin(Stdio::null())
            .output()
            .unwrap()
            .into()
    }

    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap().into()
    }

    pub(crate) fn file(&self, name: &str, content: &str) -> String {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }
}

/// A running `adit dev`; dropping it stops it.
pub(crate) struct Dev {
    child: Child,
    lines: mpsc::Receiver<String>,
    said: Vec<String>,
}

impl Dev {
    /// Starts the stack and waits until it is ready.
    pub(crate) fn start(place: &Place, arguments: &[&str]) -> Self {
        let function = function_program();
        let mut all = vec!["dev", "--function", function.to_str().unwrap()];
        all.extend(arguments);
        let mut child = place
            .command(&all)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        let mut dev = Self { child, lines, said: Vec::new() };
        dev.wait_for("Ctrl-C stops");
        dev
    }

    /// Waits for a line with this in it.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        let until = Instant::now() + PATIENCE;
        while let Ok(line) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            self.said.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
        panic!("`adit dev` never said {text:?}, but:\n{}", self.said.join("\n"));
    }

    /// What stands behind a name in the ready lines.
    pub(crate) fn ready_line(&self, name: &str) -> &str {
        let line = self.said.iter().find_map(|line| line.trim_start().strip_prefix(name));
        line.unwrap_or_else(|| panic!("no line {name:?} in\n{}", self.said.join("\n"))).trim()
    }

    /// The database's URL, out of the psql line.
    pub(crate) fn database_url(&self) -> String {
        self.ready_line("psql").split('\'').nth(1).unwrap().to_owned()
    }

    /// A query's first value, as text.
    pub(crate) fn query(&self, sql: &str) -> String {
        query(&self.database_url(), sql)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ctrl-C, and the exit code.
    pub(crate) fn interrupt(mut self) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("`adit dev` goes on after Ctrl-C");
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
            let _ = self.child.wait();
        }
    }
}

/// A query's first value, as text.
pub(crate) fn query(url: &str, sql: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let messages = client.simple_query(sql).await.unwrap();
        let row = messages.iter().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        row.unwrap_or_default()
    })
}

/// The deployed function: the one that the test script built, else the one of this build.
pub(crate) fn function_program() -> PathBuf {
    let built = std::env::var_os("ADIT_FUNCTION_BIN").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_BIN_EXE_adit")).with_file_name("adit-function");
    let program = built.unwrap_or_else(beside);
    assert!(program.is_file(), "no function at {}: run scripts/build-function first", program.display());
    program
}

/// The real `oci` command, or a loud word.
pub(crate) fn oci_cli() -> Option<PathBuf> {
    let named = std::env::var_os("ADIT_OCI_CLI").map(PathBuf::from);
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|directory| directory.join("oci")).find(|program| program.is_file())
    };
    let found = named.or_else(on_path);
    if found.is_none() {
        assert!(std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(), "the oci command is not installed");
        eprintln!("SKIPPED: the oci command is not installed");
    }
    found
}

/// A file of `examples/`.
pub(crate) fn example(name: &str) -> String {
    format!("{}/../../examples/{name}", env!("CARGO_MANIFEST_DIR"))
}
