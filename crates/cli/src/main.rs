//! The command line: arguments in, words and an exit code out. What is done is done by the crates below; what is said is said
//! by `console`.
//!
//! Exit codes: 0 all went well; 1 it was tried and something was refused, be it one record of many; 2 wrong usage or unreadable input;
//! 3 it could not be tried (nothing to talk to); 130 a load was stopped by Ctrl-C.

mod answer;
mod args;
mod console;
mod dev;
mod failure;
mod ingest;
mod invoke;
mod migrate;
mod numbers;
mod payload;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = tokio::runtime::Runtime::new().map_err(Failure::Runtime).and_then(|runtime| {
        let outcome = runtime.block_on(async {
            match args.command {
                Command::Dev(args) => dev::run(args).await.map(|()| true),
                Command::Invoke(args) => invoke::run(args).await,
                Command::Ingest(args) => Box::pin(ingest::run(args)).await,
                Command::Migrate(args) => migrate::run(args).await.map(|()| true),
                Command::Ledger(args) => migrate::ledger(args).await.map(|()| true),
            }
        });
        // It ends with the process: a thread may wait for standard input until then, and needs it.
        std::mem::forget(runtime);
        outcome
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        // What there is to say of it has been said.
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            console::failure(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}
