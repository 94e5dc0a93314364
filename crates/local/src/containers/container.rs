//! One container: a child process, its directory, its socket, the agent's connection to it.
//!
//! Whoever owns the value owns the container: it serves one call at a time because it is moved, not shared. Dropping
//! it kills the process, as the platform does: with SIGKILL, without a word before.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::containers::environment::environment;
use crate::containers::exchange::{self, Connection};
use crate::containers::log::{LogReader, Mark};
use crate::containers::pool::Shared;
use crate::containers::socket::{Publication, SocketWatch};
use crate::containers::{Failure, Invocation, Reply};
use crate::event::{ContainerEnd, Event};
use crate::process::{Account, ended};

/// How long a container has for publishing its socket (clause 10).
const INIT_LIMIT: Duration = Duration::from_secs(5);
/// After this long without a call the agent closes its connection (clause 23).
const CONNECTION_IDLE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Container {
    pub(crate) name: Arc<str>,
    /// Which state of the program it runs; see [`crate::Containers::recycle`].
    pub(crate) generation: u64,
    /// When it became idle.
    pub(crate) idle_since: Instant,
    pub(crate) frozen: bool,
    // Kept for its drop, which has it reaped.
    _process: Child,
    group: Pid,
    directory: PathBuf,
    socket: PathBuf,
    connection: Option<Connection>,
    log: mpsc::UnboundedSender<Mark>,
    /// The last call's lines are still being read.
    log_behind: Option<oneshot::Receiver<()>>,
    why_ended: ContainerEnd,
    shared: Arc<Shared>,
    _permit: OwnedSemaphorePermit,
}

impl Container {
    /// Starts the program and waits for its socket.
    pub(crate) async fn start(shared: &Arc<Shared>, permit: OwnedSemaphorePermit) -> Result<Self, Failure> {
        let began = Instant::now();
        let (name, generation) = shared.next_container();
        let (directory, watch) = Self::prepare(shared, &name)?;
        let spawned = Self::spawn(shared, &name, &directory);
        let (mut process, group) = spawned.inspect_err(|_| drop(fs::remove_dir(&directory)))?;
        let (log, marks) = mpsc::unbounded_channel();
        let pipes = (process.stdout.take(), process.stderr.take());
        let mut container = Self {
            name,
            generation,
            idle_since: began,
            frozen: false,
            _process: process,
            group,
            directory,
            socket: PathBuf::new(),
            connection: None,
            log,
            log_behind: None,
            why_ended: ContainerEnd::InitFailed,
            shared: Arc::clone(shared),
            _permit: permit,
        };
        if let (Some(stdout), Some(stderr)) = pipes {
            container.follow_log(stdout, stderr, marks).map_err(init_failure("read its output"))?;
        }
        match container.until_published(watch).await {
            Ok(socket) => container.socket = socket,
            Err(failure) => {
                let last_lines = container.last_lines().await;
                shared.events.send(Event::ContainerInitFailed {
                    function: Arc::clone(&shared.function),
                    container: Arc::clone(&container.name),
                    why: failure.to_string(),
                    last_lines,
                });
                return Err(failure);
            }
        }
        container.why_ended = ContainerEnd::Stopped;
        shared.events.send(Event::ContainerStarted {
            function: Arc::clone(&shared.function),
            container: Arc::clone(&container.name),
            pid: group.as_raw_nonzero().get().cast_unsigned(),
            took: began.elapsed(),
        });
        Ok(container)
    }

    /// A fresh directory that anybody may write to (clause 9), and the watch on it.
    fn prepare(shared: &Shared, name: &str) -> Result<(PathBuf, SocketWatch), Failure> {
        let made = shared.run_dir.subdirectory(name, 0o777, None);
        let directory = made.map_err(|error| Failure::InitFail { why: error.to_string() })?;
        let watch = SocketWatch::on(&directory).map_err(init_failure("watch the socket's directory"))?;
        Ok((directory, watch))
    }

    fn spawn(shared: &Shared, name: &str, directory: &Path) -> Result<(Child, Pid), Failure> {
        let mut command = Command::new(shared.program());
        command
            .args(&shared.spec.arguments)
            .env_clear()
            .envs(environment(&shared.spec, directory, name))
            // As on the platform, where the root file system cannot be written.
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        if let Some(Account { uid, gid, .. }) = Account::for_containers() {
            command.uid(uid).gid(gid);
        }
        let process = command.spawn().map_err(init_failure("start its program"))?;
        let pid = process.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let group = pid.ok_or_else(|| Failure::InitFail { why: "it has no process id".to_owned() })?;
        shared.register(group);
        Ok((process, group))
    }

    fn follow_log(
        &self,
        stdout: ChildStdout,
        stderr: ChildStderr,
        marks: mpsc::UnboundedReceiver<Mark>,
    ) -> io::Result<()> {
        let (function, container) = (Arc::clone(&self.shared.function), Arc::clone(&self.name));
        let (stdout, stderr) = (stdout.into_owned_fd()?, stderr.into_owned_fd()?);
        let reader = LogReader::new(function, container, stdout, stderr, self.shared.events.clone())?;
        tokio::spawn(reader.follow(marks));
        Ok(())
    }

    async fn until_published(&self, watch: SocketWatch) -> Result<PathBuf, Failure> {
        let failed = init_failure("wait for its socket");
        let pidfd = match pidfd_open(self.group, PidfdFlags::empty()) {
            Ok(pidfd) => pidfd,
            Err(error) => return Err(failed(error.into())),
        };
        let (tell, published) = oneshot::channel();
        // Ends with the process at the latest, so also when nobody waits for it any more.
        tokio::task::spawn_blocking(move || {
            // Told before the watch is dropped: the kernel takes many milliseconds to close an inotify instance.
            let _ = tell.send(watch.wait(&pidfd, INIT_LIMIT));
            drop(watch);
        });
        let fail = |why: String| Err(Failure::InitFail { why });
        match published.await.map_err(io::Error::other).and_then(|published| published) {
            Ok(Publication::Socket(socket)) => Ok(socket),
            Ok(Publication::Unusable(why)) => Err(Failure::UnusableSocket { why }),
            Ok(Publication::Ended) => fail(format!("it {} before it published its socket", self.exit())),
            Ok(Publication::Late) => Err(Failure::InitTimeout { limit: INIT_LIMIT }),
            Err(error) => Err(failed(error)),
        }
    }

    /// How the process ended, in words.
    fn exit(&self) -> String {
        match ended(self.group) {
            Some(status) => match (status.exit_status(), status.terminating_signal()) {
                (Some(code), _) => format!("exited with status {code}"),
                (_, Some(signal)) => format!("was ended by signal {signal}"),
                _ => "ended".to_owned(),
            },
            None => "ended".to_owned(),
        }
    }

    /// Performs one call. When it is over, whether the container may be used again is the failure's to say.
    pub(crate) async fn call(
        &mut self,
        invocation: &Invocation,
        call_id: &Arc<str>,
        timeout: Duration,
    ) -> Result<Reply, Failure> {
        self.thaw();
        if let Some(behind) = self.log_behind.take() {
            // An error means that the reader is gone; then there are no lines to confuse.
            let _ = behind.await;
        }
        self.mark(Mark::Begin(Arc::clone(call_id)));
        let exchange = async {
            let connection = self.connection().await?;
            exchange::exchange(connection, invocation, call_id, timeout).await
        };
        let outcome =
            tokio::time::timeout(timeout, exchange).await.unwrap_or(Err(Failure::Timeout { limit: timeout }));
        if !matches!(outcome, Ok(_) | Err(Failure::SaidFailed | Failure::SaidTimedOut)) {
            // An unfinished reply may be left on it.
            self.connection = None;
        }
        self.idle_since = Instant::now();
        outcome
    }

    /// Tells that the call is over, after the lines that it wrote.
    pub(crate) fn finish(&mut self, event: Event) {
        let (done, behind) = oneshot::channel();
        self.log_behind = Some(behind);
        self.mark(Mark::End(event, done));
    }

    async fn connection(&mut self) -> Result<&mut Connection, Failure> {
        let usable = match self.connection.take() {
            Some(mut connection) if self.idle_since.elapsed() < CONNECTION_IDLE => {
                connection.ready().await.is_ok().then_some(connection)
            }
            _ => None,
        };
        let connection = match usable {
            Some(connection) => connection,
            None => exchange::connect(&self.socket).await?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Closes the connection when it has been idle for long, whether the process is frozen or not.
    pub(crate) fn close_idle_connection(&mut self, now: Instant) {
        if now.saturating_duration_since(self.idle_since) >= CONNECTION_IDLE {
            self.connection = None;
        }
    }

    /// When the connection is due to be closed, while there is one.
    pub(crate) fn connection_due(&self) -> Option<Instant> {
        self.connection.as_ref().map(|_| self.idle_since + CONNECTION_IDLE)
    }

    /// Whether the process has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        let ended = ended(self.group).is_some();
        if ended {
            self.why_ended = ContainerEnd::EndedByItself;
        }
        ended
    }

    /// Stops all its processes where they are (the platform's cgroup freezer).
    pub(crate) fn freeze(&mut self) {
        self.frozen = kill_process_group(self.group, Signal::STOP).is_ok();
    }

    fn thaw(&mut self) {
        if self.frozen {
            // Should it be gone, the call will say so.
            let _ = kill_process_group(self.group, Signal::CONT);
            self.frozen = false;
        }
    }

    /// Notes why it will be dropped.
    pub(crate) fn ends_because(&mut self, why: ContainerEnd) {
        self.why_ended = why;
    }

    async fn last_lines(&self) -> Vec<String> {
        let (reply, lines) = oneshot::channel();
        self.mark(Mark::Flush(reply));
        lines.await.unwrap_or_default()
    }

    fn mark(&self, mark: Mark) {
        // The reader goes only after this sender.
        let _ = self.log.send(mark);
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = kill_process_group(self.group, Signal::KILL);
        self.shared.unregister(self.group);
        let _ = fs::remove_dir_all(&self.directory);
        self.shared.events.send(Event::ContainerEnded {
            function: Arc::clone(&self.shared.function),
            container: Arc::clone(&self.name),
            why: self.why_ended,
        });
    }
}

fn init_failure(what: &'static str) -> impl FnOnce(io::Error) -> Failure {
    move |error| Failure::InitFail { why: format!("could not {what}: {error}") }
}
