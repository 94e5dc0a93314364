//! A cold start: from the start of a process to its first answer, and the memory it holds then and later.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::arguments::Cold;
use crate::caller::{Caller, Outcome};
use crate::connection::Waits;
use crate::load::processor_time;
use crate::measured::{Calls, Effort};

/// How long a program may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often the socket is tried. Short beside the fastest start, and still little work on a shared processor.
const KNOCK_EVERY: Duration = Duration::from_micros(200);

/// Starts the program, calls it until it answers with 200, calls it again as often as asked, and ends it.
///
/// Reports `{"first_ms","resident_first_bytes","resident_after_bytes","then"}`, where `then` are the calls after the first.
pub(crate) fn run(cold: &Cold) -> Result<String, Failure> {
    let log = OpenOptions::new().create(true).append(true).open(&cold.log)?;
    let mut caller = Caller::new(&cold.call, &cold.socket, 0, Waits::Inside)?;
    let began = Instant::now();
    let mut program = Program::start(cold, log)?;
    while caller.call() != Outcome::Answered {
        if let Some(status) = program.0.try_wait()? {
            return Err(format!("the program ended before its first answer: {status}").into());
        }
        if began.elapsed() > PATIENCE {
            let last = caller.calls.first_failure.unwrap_or_default();
            return Err(
                format!("no answer with 200 within {PATIENCE:?}; the first failure was: {last}").into()
            );
        }
        thread::sleep(KNOCK_EVERY);
    }
    let first = began.elapsed();
    let resident_first = program.resident_bytes()?;
    // Where no call follows, the first reply is the last.
    let last_reply = caller.calls.last_reply;
    caller.calls = Calls { last_reply, ..Calls::default() };
    let (began, used_before) = (Instant::now(), processor_time());
    for _ in 0..cold.then {
        caller.call();
    }
    let effort = Effort { elapsed: began.elapsed(), processor: processor_time().saturating_sub(used_before) };
    let then = caller.calls.into_json(effort);
    let resident_after = program.resident_bytes()?;
    Ok(format!(
        "{{\"first_ms\":{:.4},\"resident_first_bytes\":{resident_first},\
         \"resident_after_bytes\":{resident_after},\"then\":{then}}}",
        first.as_secs_f64() * 1e3,
    ))
}

/// A running program, killed when it is dropped, as the platform ends its containers.
struct Program(Child);

impl Program {
    fn start(cold: &Cold, log: File) -> Result<Self, Failure> {
        let child = Command::new(&cold.program)
            .args(&cold.arguments)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .map_err(|error| format!("{}: {error}", Path::new(&cold.program).display()))?;
        Ok(Self(child))
    }

    /// The resident set (`VmRSS`), which counts shared pages of files too.
    fn resident_bytes(&self) -> Result<u64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        resident_bytes(&status).ok_or_else(|| "no VmRSS in the program's /proc status".into())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn resident_bytes(status: &str) -> Option<u64> {
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?;
    Some(kib.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resident_set_is_read_in_bytes() {
        let status = "VmPeak:\t  9 kB\nVmRSS:\t   2048 kB\nThreads:\t1\n";
        assert_eq!(resident_bytes(status), Some(2048 * 1024));
        assert_eq!(resident_bytes("State:\tZ (zombie)\n"), None);
    }
}
