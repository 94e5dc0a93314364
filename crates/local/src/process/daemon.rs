//! A server process that runs until it is stopped: PostgreSQL and PgBouncer.
//!
//! It uses threads and `std`, not tokio: a server may outlive the runtime it was started from (tests share one between
//! runtimes), and must stop in `Drop` wherever that happens.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::process::{Account, Guard, LastWords, ended};
use crate::{Error, Event, Events, Part};

/// How many of a server's last lines are kept for an error message.
const KEPT_LINES: usize = 20;

/// How a server is started, told to stop, and cleaned up after.
#[derive(Debug)]
pub(crate) struct DaemonSpec<'a> {
    pub(crate) part: Part,
    pub(crate) account: Option<&'a Account>,
    /// The signal that asks it to end, and how long it may take before SIGKILL.
    pub(crate) stop: (Signal, Duration),
    /// What the guard does when we are killed.
    pub(crate) last_words: LastWords,
    /// What the guard removes when we are killed.
    pub(crate) remove: &'a [&'a Path],
    pub(crate) events: Events,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Daemon {
    child: Child,
    guard: Guard,
    stop: (Signal, Duration),
    log: Arc<Log>,
}

#[derive(Debug, Default)]
struct Log {
    last_lines: Mutex<VecDeque<String>>,
    /// Nothing more will come.
    complete: AtomicBool,
    /// It is up and shall stay so: its end would be news.
    expected_to_run: AtomicBool,
}

impl Daemon {
    /// Starts `command` in a process group of its own; its standard error is its log.
    pub(crate) fn spawn(mut command: Command, spec: DaemonSpec<'_>) -> Result<Self, Error> {
        let guard = Guard::start(spec.last_words, spec.remove)?;
        if let Some(account) = spec.account {
            account.apply(&mut command);
        }
        let program = command.get_program().to_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(Error::spawn(program))?;
        guard.watch(child.id());
        let log = Arc::new(Log::default());
        if let Some(stderr) = child.stderr.take() {
            let (part, events, log) = (spec.part, spec.events, Arc::clone(&log));
            thread::spawn(move || log.follow(stderr, part, &events));
        }
        Ok(Self { child, guard, stop: spec.stop, log })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended. It is not reaped yet, so its number still belongs to it.
    pub(crate) fn has_ended(&self) -> bool {
        ended(Pid::from_child(&self.child)).is_some()
    }

    /// It has been started successfully; from now on its end, unless we ask for it, is an event.
    pub(crate) fn is_up(&self) {
        self.log.expected_to_run.store(true, Ordering::Relaxed);
    }

    /// Waits, for a moment at most, until the log of a server that has ended is read to its end.
    pub(crate) async fn log_complete(&self) {
        let deadline = Instant::now() + Duration::from_secs(1);
        while !self.log.complete.load(Ordering::Relaxed) && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Its last log lines, oldest first.
    pub(crate) fn last_lines(&self) -> Vec<String> {
        self.log.last_lines()
    }

    /// Asks it to end, waits, and kills it when it does not. Blocks for as long.
    fn end(&mut self) {
        self.log.expected_to_run.store(false, Ordering::Relaxed);
        let pid = Pid::from_child(&self.child);
        // Not reaped, so the number is still its own; signalling what has ended does nothing.
        let _ = kill_process(pid, self.stop.0);
        let deadline = Instant::now() + self.stop.1;
        while !self.has_ended() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(2));
        }
        let _ = kill_process_group(pid, Signal::KILL);
        self.guard.forget(self.child.id());
        let _ = self.child.wait();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.end();
    }
}

impl Log {
    fn follow(&self, stderr: impl Read, part: Part, events: &Events) {
        let mut reader = BufReader::new(stderr);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            bytes.clear();
            self.keep(line.clone());
            events.send(Event::ServerLog { part, line });
        }
        self.complete.store(true, Ordering::Relaxed);
        if self.expected_to_run.load(Ordering::Relaxed) {
            events.send(Event::ServerDied { part, last_lines: self.last_lines() });
        }
    }

    fn last_lines(&self) -> Vec<String> {
        self.last_lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn keep(&self, line: String) {
        let mut lines = self.last_lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }
}
