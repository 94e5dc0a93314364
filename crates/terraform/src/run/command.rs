//! One run of the program: its environment, its output within bounds, and an interrupt that is passed on once.

use std::ffi::OsString;
use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use super::error::RunError;
use super::event::{Step, Stream};
use super::interrupt::Interrupt;
use crate::plan::LARGEST;

/// How much of standard error is kept.
const TALK: u64 = 256 * 1024;
/// How long a line of the JSON log may be; it has a diagnostic's whole text.
const LINE: u64 = 4 << 20;

/// What is run.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) binary: PathBuf,
    pub(super) dir: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) interrupt: Interrupt,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Said {
    /// `None`: a signal ended it.
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    pub(super) interrupted: bool,
}

/// What came of a run that tells its steps.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) stream: Stream,
    pub(super) stderr: Vec<u8>,
    pub(super) interrupted: bool,
}

impl Run {
    fn start(&self) -> Result<Child, RunError> {
        let mut command = Command::new(&self.binary);
        command
            .args(&self.arguments)
            .current_dir(&self.dir)
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_INPUT", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A Ctrl-C at the terminal is for us alone: a second one from there would make it drop what it is at.
            .process_group(0);
        command.spawn().map_err(|error| RunError::NotStarted { binary: self.binary.clone(), error })
    }
}

/// Runs it to its end.
pub(super) async fn run(run: &Run) -> Result<Said, RunError> {
    let mut child = run.start()?;
    let stdout = child.stdout.take();
    let (stdout, ended) = finish(run, child, all(stdout, LARGEST)).await?;
    let Finished { code, stderr, interrupted } = ended;
    Ok(Said { code, stdout, stderr, interrupted })
}

/// Runs it to its end, a line at a time.
pub(super) async fn stream(run: &Run, mut told: impl FnMut(&Step)) -> Result<Ended, RunError> {
    let mut child = run.start()?;
    let stdout = child.stdout.take();
    let reading = async {
        let mut stream = Stream::default();
        let Some(stdout) = stdout else { return stream };
        let mut lines = BufReader::new(stdout);
        let mut line = Vec::new();
        loop {
            line.clear();
            match (&mut lines).take(LINE).read_until(b'\n', &mut line).await {
                Ok(1..) => stream.line(&line).iter().for_each(&mut told),
                _ => return stream,
            }
        }
    };
    let (stream, ended) = finish(run, child, reading).await?;
    let Finished { code, stderr, interrupted } = ended;
    Ok(Ended { code, stream, stderr, interrupted })
}

struct Finished {
    code: Option<i32>,
    stderr: Vec<u8>,
    interrupted: bool,
}

/// Waits for its end while `reading` reads what it writes. If all is to stop, it is interrupted once: it ends what it is at.
async fn finish<T>(
    run: &Run,
    mut child: Child,
    reading: impl Future<Output = T>,
) -> Result<(T, Finished), RunError> {
    let stderr = child.stderr.take();
    let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    let (mut interrupted, mut stopped) = (false, pin!(run.interrupt.wait()));
    let (read, stderr, status) = {
        let mut waiting = pin!(async {
            let (read, stderr) = tokio::join!(reading, all(stderr, TALK));
            (read, stderr, child.wait().await)
        });
        loop {
            tokio::select! {
                ended = &mut waiting => break ended,
                () = &mut stopped, if !interrupted => {
                    interrupted = true;
                    // It is not waited for yet, so the number is still its own.
                    if let Some(pid) = pid {
                        let _ = kill_process(pid, Signal::INT);
                    }
                }
            }
        }
    };
    let status = status.map_err(|error| RunError::NotStarted { binary: run.binary.clone(), error })?;
    Ok((read, Finished { code: status.code(), stderr, interrupted }))
}

/// Reads to the end, and keeps so much.
async fn all(from: Option<impl AsyncRead + Unpin>, most: u64) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut from) = from else { return kept };
    // What cannot be read ends here; the exit code tells how it went.
    let _ = (&mut from).take(most).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    kept
}
