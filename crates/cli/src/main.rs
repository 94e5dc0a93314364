//! The command line: arguments in, words and an exit code out. What is done is done by the crates below; what is said is said
//! by `console`.
//!
//! Exit codes: 0 all went well; 1 it was tried and something was refused, be it one record of many; 2 wrong usage or unreadable input;
//! 3 it could not be tried (nothing to talk to); 130 a load or a deployment was stopped by Ctrl-C.

mod add;
mod answer;
mod args;
mod build;
mod console;
mod deploy;
mod dev;
mod export;
mod failure;
mod ingest;
mod invoke;
mod migrate;
mod numbers;
mod payload;
mod pins;
mod policy;
mod program;
mod prove;
mod push;
mod replace;
mod report;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = tokio::runtime::Runtime::new().map_err(Failure::Runtime).and_then(|runtime| {
        let outcome = runtime.block_on(async {
            match args.command {
                Command::Init(args) => prove::init::run(&args).map(|()| ExitCode::SUCCESS),
                Command::Add(args) => add::run(args).map(|()| ExitCode::SUCCESS),
                Command::Check(args) => prove::check::run(&args).await,
                Command::Path(args) => prove::path::run(&args),
                Command::Policy(args) => policy::run(&args),
                Command::Addr(args) => prove::addr::run(&args),
                Command::Explain(args) => prove::explain::run(&args).map(|()| ExitCode::SUCCESS),
                Command::Dev(args) => dev::run(args).await.map(|()| ExitCode::SUCCESS),
                Command::Invoke(args) => invoke::run(args).await.map(all_stored),
                Command::Ingest(args) => Box::pin(ingest::run(args)).await.map(all_stored),
                Command::Build(args) => build::run(args).await.map(|()| ExitCode::SUCCESS),
                Command::Push(args) => Box::pin(push::run(args)).await.map(|()| ExitCode::SUCCESS),
                Command::Export(args) => export::run(&args),
                Command::Deploy(args) => Box::pin(deploy::run(args)).await.map(|()| ExitCode::SUCCESS),
                Command::Migrate(args) => migrate::run(args).await.map(|()| ExitCode::SUCCESS),
                Command::Ledger(args) => migrate::ledger(args).await.map(|()| ExitCode::SUCCESS),
            }
        });
        // It ends with the process: a thread may wait for standard input until then, and needs it.
        std::mem::forget(runtime);
        outcome
    });
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            console::failure(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// What there is to say of records that were not stored has been said.
fn all_stored(all: bool) -> ExitCode {
    if all { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
