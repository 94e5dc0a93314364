//! The whole of a function's `main`: the environment, the runtime, and the exit code with its reason on stderr.

use std::process::ExitCode;

use tokio::runtime::Builder;

use crate::contract::Contract;
use crate::invocation::Invocation;
use crate::log::{self, Event};
use crate::reply::Reply;
use crate::serve::{ServeError, serve};

/// The most threads that blocking work (such as resolving a name) may take. A container has 50 in all, and a runtime
/// that helps itself to more is killed (contract clause 48).
const BLOCKING_THREADS: usize = 4;

/// Serves `handler` as the environment asks, on this thread, until the process is told to stop.
///
/// What cannot be served is said on stderr, in one line with its code, and the exit code is 1: the platform reports a
/// container that dies at the start as a time-out with an empty log, unless it spoke first (clause 12).
///
/// ```no_run
/// use std::process::ExitCode;
/// use adit_fdk::{Invocation, Reply};
///
/// fn main() -> ExitCode {
///     adit_fdk::run(|call: Invocation| async move {
///         match call.into_body() {
///             Ok(body) => Reply::new("application/octet-stream", body),
///             Err(too_large) => Reply::new("text/plain", too_large.to_string()).http_status(413),
///         }
///     })
/// }
/// ```
pub fn run<H, F>(handler: H) -> ExitCode
where
    H: Fn(Invocation) -> F + Send + Sync + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let contract = match Contract::from_env() {
        Ok(contract) => contract,
        Err(error) => return fatal(error.code(), error.to_string()),
    };
    match block_on(serve(&contract, handler)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fatal(error.code(), error.to_string()),
    }
}

fn block_on(serving: impl Future<Output = Result<(), ServeError>>) -> Result<(), ServeError> {
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(BLOCKING_THREADS).build();
    runtime.map_err(ServeError::Runtime)?.block_on(serving)
}

fn fatal(code: &'static str, message: String) -> ExitCode {
    log::line(&Event { level: "fatal", code, call_id: None, message });
    ExitCode::FAILURE
}
