//! The platform's side of a container: a directory for the socket, an environment, and the probe as its process.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::agent::{Answer, Call, Connection, PATIENCE};

/// How a container is started.
pub(crate) struct Options {
    program: PathBuf,
    environment: Vec<(&'static str, String)>,
    umask: &'static str,
}

impl Options {
    /// The environment that the platform gives, for a socket at `socket`.
    pub(crate) fn at(socket: &Path) -> Self {
        let listener = format!("unix:{}", socket.display());
        Self {
            program: probe(),
            environment: vec![("FN_LISTENER", listener), ("FN_FORMAT", "http-stream".to_owned())],
            umask: "022",
        }
    }

    /// Another program than the probe.
    pub(crate) fn program(self, program: &Path) -> Self {
        Self { program: program.to_owned(), ..self }
    }

    /// Sets a variable.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    /// Removes a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.retain(|(found, _)| *found != name);
        self
    }

    pub(crate) fn umask(mut self, umask: &'static str) -> Self {
        self.umask = umask;
        self
    }
}

/// A running function.
pub(crate) struct Container {
    dir: TempDir,
    child: Child,
}

impl Container {
    /// Starts a container as the platform does and waits until it can be called.
    pub(crate) fn start() -> Self {
        Self::start_with(|options| options)
    }

    pub(crate) fn start_with(change: impl FnOnce(Options) -> Options) -> Self {
        let dir = TempDir::new().unwrap();
        let options = change(Options::at(&dir.path().join("lsnr.sock")));
        Self::launch(dir, &options).ready()
    }

    /// Starts the process without waiting for it.
    pub(crate) fn launch(dir: TempDir, options: &Options) -> Self {
        let log = |name| File::options().create(true).append(true).open(dir.path().join(name)).unwrap();
        let child = Command::new("/bin/sh")
            .args(["-c", "umask \"$0\" && exec \"$1\"", options.umask])
            .arg(&options.program)
            .env_clear()
            .envs(options.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log("stdout"))
            .stderr(log("stderr"))
            .spawn()
            .unwrap();
        Self { dir, child }
    }

    /// Waits until the published socket takes connections.
    pub(crate) fn ready(self) -> Self {
        until("the socket", || self.connect().ok());
        self
    }

    /// Kills the process as the platform does, and starts another one with the same directory.
    pub(crate) fn replace(mut self) -> Self {
        self.kill();
        let options = Options::at(&self.socket());
        let dir = std::mem::replace(&mut self.dir, TempDir::new().unwrap());
        Self::launch(dir, &options).ready()
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.dir().join("lsnr.sock")
    }

    pub(crate) fn connect(&self) -> std::io::Result<Connection> {
        Connection::open(&self.socket())
    }

    /// Makes a call on a connection of its own.
    pub(crate) fn call(&self, call: &Call) -> Answer {
        self.connect().unwrap().call(call)
    }

    /// Gives the probe a command.
    pub(crate) fn tell(&self, command: &str) -> Answer {
        self.call(&Call::new(command))
    }

    /// How many calls have begun and how many have finished, the one that asks not counted.
    pub(crate) fn counted(&self) -> (u64, u64) {
        let counts = self.tell("count").json();
        let count = |name| counts.get(name).and_then(Value::as_u64).unwrap();
        (count("begun") - 1, count("finished"))
    }

    pub(crate) fn stdout(&self) -> String {
        fs::read_to_string(self.dir().join("stdout")).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.dir().join("stderr")).unwrap()
    }

    /// Waits until `text` is on stderr and gives the line that it is in.
    pub(crate) fn logged(&self, text: &str) -> String {
        until(text, || self.stderr().lines().find(|line| line.contains(text)).map(str::to_owned))
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Stops the process and waits until it has stopped, as the platform freezes a container.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::STOP);
        let stat = format!("/proc/{}/stat", self.pid());
        until("state T", || fs::read_to_string(&stat).unwrap().contains(") T ").then_some(()));
    }

    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// Waits for the process to end by itself.
    pub(crate) fn exit(&mut self) -> ExitStatus {
        until("the exit", || self.child.try_wait().unwrap())
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _it_may_be_gone = self.child.kill();
        let _it_may_be_gone = self.child.wait();
    }
}

/// Asks again and again for what must come.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        sleep(Duration::from_millis(5));
    }
}

/// The probe that cargo has built beside this test.
fn probe() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let probe = test.parent().and_then(Path::parent).unwrap().join("examples/probe");
    assert!(probe.exists(), "{} is missing: cargo test -p adit-fdk builds it", probe.display());
    probe
}
