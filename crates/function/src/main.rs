//! The function's process: what to do when called with an argument, and serving when called with none.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use adit_function::{Function, settings};

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => {
            let function = Arc::new(Function::from_vars(adit_oci::env::Vars::process()));
            adit_fdk::run(move |call| {
                let function = Arc::clone(&function);
                async move { function.answer(call).await }
            })
        }
        Some("--settings") => say(&settings::describe()),
        Some("--version") => say(concat!("adit-function ", env!("CARGO_PKG_VERSION"), "\n")),
        Some(_) => {
            let _ = std::io::stderr().write_all(
                b"adit-function is started by the platform, without arguments.\n\
                  --settings prints the variables that it reads, --version its version.\n",
            );
            ExitCode::from(2)
        }
    }
}

fn say(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
