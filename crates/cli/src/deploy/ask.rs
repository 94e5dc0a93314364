//! Whether to go on: the answer of whoever sits at the terminal, and a Ctrl-C.

use std::future::Future;
use std::io::{self, BufRead, IsTerminal};

use adit_terraform::run::Interrupt;
use tokio::signal::unix::{SignalKind, signal};

use crate::args::DeployArgs;
use crate::console;
use crate::deploy::error::DeployError;
use crate::failure::Failure;

/// Waits for Ctrl-C, or for the end that a runner announces, and tells everything to stop. Once: what is being applied must come to
/// its end.
pub(super) async fn listen(interrupt: Interrupt) {
    // Where signals cannot be listened to, they end this process as ever.
    let (Ok(mut interrupted), Ok(mut terminated)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
    console::warning("stopping: what is at work ends in good order; to press Ctrl-C again changes nothing");
    interrupt.now();
}

/// Does something that may be left where it is when all is to stop.
pub(super) async fn unless<T>(
    interrupt: &Interrupt,
    doing: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        biased;
        () = interrupt.wait() => Err(DeployError::Stopped.into()),
        done = doing => done,
    }
}

/// Asks whether to apply, unless that was said already.
pub(super) async fn consent(args: &DeployArgs, interrupt: &Interrupt) -> Result<(), Failure> {
    if args.yes {
        return Ok(());
    }
    // An answer cannot come by the way that the password or the payload came by.
    let taken = args.login.password_stdin || args.smoke.as_deref() == Some("-");
    if taken || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(DeployError::NobodyToAsk.into());
    }
    console::ask("apply this? [y/N] ");
    let answer = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).map(|_| answer)
    });
    let answer = unless(interrupt, async { Ok(answer.await) }).await?;
    let answer = answer.ok().and_then(Result::ok).unwrap_or_default();
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(DeployError::Declined.into()),
    }
}
