//! The command line: arguments in, words and an exit code out. What is done is done by the crates below; what is said is said
//! by `console`.
//!
//! Exit codes: 0 all went well; 1 it was tried and something was refused; 2 wrong usage or unreadable input; 3 it could not be
//! tried (nothing to talk to).

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
        runtime.block_on(async {
            match args.command {
                Command::Dev(args) => dev::run(args).await,
                Command::Invoke(args) => invoke::run(args).await,
                Command::Ingest(args) => ingest::run(args).await,
                Command::Migrate(args) => migrate::run(args).await,
            }
        })
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console::failure(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}
