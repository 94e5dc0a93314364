//! `adit init`: a file to begin with. It asks nothing and never writes over a file.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use crate::args::InitArgs;
use crate::console;
use crate::failure::Failure;

const STARTER: &str = include_str!("init/starter.toml");
const EXAMPLE: &str = include_str!("init/example.toml");

/// Writes the file.
pub(crate) fn run(args: &InitArgs) -> Result<(), Failure> {
    let text = if args.example { EXAMPLE } else { STARTER };
    let path = &args.output;
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => {
            console::talk(&format!("{} written; next: adit check", path.display()));
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Failure::Exists(path.clone())),
        Err(error) => Err(Failure::Write { path: path.clone(), error }),
    }
}
