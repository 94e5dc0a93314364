//! The benchmark's load driver: calls a function container over its unix socket as the platform's agent does, and times it.
//!
//! It shares the processor with what it measures, so it takes little of it (two threads for all callers, a keep-alive connection
//! each, requests whose bytes are made once), and it says how much it took. It knows nothing of Adit; the suite beside it
//! decides what is run and checks that the rows arrived. As a relay it is itself a container, the one that does the least.
//!
//! ```text
//! adit-bench-driver load --body FILE --path /call --callers 8 --seconds 2 SOCKET...
//! adit-bench-driver cold --body FILE --path /call --socket SOCKET --log FILE --then 1000 -- PROGRAM ARGUMENT...
//! adit-bench-driver relay --socket SOCKET --database HOST:PORT --dbname NAME --user NAME
//! ```
//!
//! The first two answer with one line of JSON; the relay, whose password is in PGPASSWORD, runs until it is killed.

mod arguments;
mod caller;
mod cold;
mod connection;
mod crowd;
mod load;
mod measured;
mod relay;
mod reply;
mod request;

use std::io::Write;
use std::process::ExitCode;

use arguments::Command;

/// Anything that ends the program: a wrong argument, an unreadable file, a program that does not answer.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let outcome = Command::parse(std::env::args_os().skip(1)).and_then(|command| match command {
        Command::Load(load) => load::run(&load),
        Command::Cold(cold) => cold::run(&cold),
        Command::Relay(relay) => relay::run(&relay),
    });
    let written = match &outcome {
        Ok(json) => writeln!(std::io::stdout(), "{json}"),
        Err(failure) => writeln!(std::io::stderr(), "adit-bench-driver: {failure}"),
    };
    if outcome.is_ok() && written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
