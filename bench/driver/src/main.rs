//! The benchmark's load driver: calls a function container over its unix socket as the platform's agent does, and times it.
//!
//! It shares the processor with what it measures, so it is small: the standard library, one blocking thread and one
//! keep-alive connection a caller, and a request whose bytes are made once. It knows nothing of databases or of Adit; the
//! suite beside it decides what is run and checks that the rows arrived.
//!
//! ```text
//! adit-bench-driver load --body FILE --path /call --callers 8 --seconds 2 SOCKET...
//! adit-bench-driver cold --body FILE --path /call --socket SOCKET --log FILE --then 1000 -- PROGRAM ARGUMENT...
//! ```
//!
//! Both answer with one line of JSON.

mod arguments;
mod caller;
mod cold;
mod connection;
mod load;
mod measured;
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
    });
    let written = match &outcome {
        Ok(json) => writeln!(std::io::stdout(), "{json}"),
        Err(failure) => writeln!(std::io::stderr(), "adit-bench-driver: {failure}"),
    };
    if outcome.is_ok() && written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
