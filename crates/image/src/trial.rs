//! The program started once as the platform starts it, and called once, before it is put anywhere: without settings, by a process that is
//! not root. What it answers is its own affair; that it answers is not.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use adit_local::containers::{Failure, Invocation};
use adit_local::{Containers, Event, Events, FunctionSpec};
use tokio::sync::Notify;

use crate::ImageError;
use crate::program::{Arch, Program};

/// How long the one call may take.
const CALL: Duration = Duration::from_secs(20);
/// How many of the program's last lines are told.
const MOST_LINES: usize = 10;

/// What the program did.
#[derive(Clone, Debug)]
pub struct Trial {
    /// From the start of the process to its socket.
    pub started: Duration,
    /// What it answered.
    pub answer: Answer,
}

/// An answer that the platform takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 200 with this body.
    Body(Vec<u8>),
    /// 502: it says that it failed.
    Failed,
    /// 504: it says that it ran out of time.
    TimedOut,
}

/// What is heard while the program runs.
#[derive(Debug, Default)]
struct Heard {
    started: Duration,
    lines: Vec<String>,
}

/// Starts the program and calls it.
///
/// # Errors
/// It does not start, publishes no usable socket, or does not answer as the platform wants it.
pub async fn run(program: &Program) -> Result<Trial, ImageError> {
    let place = tempfile::tempdir().map_err(file("make a directory for", std::env::temp_dir()))?;
    let path = place.path().join("function");
    // The bytes that are put into the image, whatever becomes of the file that they were read from.
    fs::write(&path, program.bytes()).map_err(file("write", path.clone()))?;
    fs::set_permissions(&path, Permissions::from_mode(0o755))
        .map_err(file("set the mode of", path.clone()))?;
    let heard = Arc::new(Mutex::new(Heard::default()));
    let told = Arc::new(Notify::new());
    let containers = Containers::new(spec(path), listener(&heard, &told)).map_err(ImageError::NotTried)?;
    let call = containers.invoke(Invocation { body: "{}".into(), ..Invocation::default() }).await;
    // The lines of the call are read before its end is told; a minute is never needed, and nothing waits for ever.
    let _ = tokio::time::timeout(Duration::from_secs(60), told.notified()).await;
    containers.stop();
    let heard = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
    let answer = match call.outcome {
        Ok(reply) => Answer::Body(reply.body.to_vec()),
        Err(Failure::SaidFailed) => Answer::Failed,
        Err(Failure::SaidTimedOut) => Answer::TimedOut,
        Err(failure) => return Err(refused(program.arch(), &failure, heard.lines)),
    };
    Ok(Trial { started: heard.started, answer })
}

fn spec(path: PathBuf) -> FunctionSpec {
    FunctionSpec { timeout: CALL, concurrency: 1, ..FunctionSpec::new("trial", path) }
}

fn listener(heard: &Arc<Mutex<Heard>>, told: &Arc<Notify>) -> Events {
    let (heard, told) = (Arc::clone(heard), Arc::clone(told));
    Events::new(move |event| {
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::ContainerStarted { took, .. } => heard.started = took,
            Event::FunctionLog { line, .. } => {
                if heard.lines.len() == MOST_LINES {
                    heard.lines.remove(0);
                }
                heard.lines.push(shown(&line));
            }
            Event::FunctionCalled { .. } => told.notify_one(),
            _ => {}
        }
    })
}

fn refused(arch: Arch, failure: &Failure, last_lines: Vec<String>) -> ImageError {
    let why = failure.to_string();
    match failure {
        Failure::InitFail { why } if Arch::here() != Some(arch) => {
            ImageError::Foreign { program: arch, machine: std::env::consts::ARCH, why: why.clone() }
        }
        Failure::InitFail { why } => ImageError::NotStarted { why: why.clone(), last_lines },
        Failure::UnusableSocket { why } => ImageError::NoSocket { why: why.clone(), last_lines },
        Failure::InitTimeout { .. } => ImageError::NoSocket { why, last_lines },
        _ => ImageError::NoAnswer { why, last_lines },
    }
}

fn file(action: &'static str, path: PathBuf) -> impl FnOnce(std::io::Error) -> ImageError {
    move |source| ImageError::NotTried(adit_local::Error::File { action, path, source })
}

/// A line as far as a person reads it.
fn shown(line: &str) -> String {
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}
