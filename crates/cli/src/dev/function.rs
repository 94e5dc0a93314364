//! Where the function's program is, and when it was built.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::failure::Failure;

/// Where `scripts/build-function` leaves it, seen from a program in the same target directory.
const STATIC: &str = concat!("../", env!("ADIT_TARGET"), "/function/adit-function");

/// The program that was named, else the static one of the same build, else the one beside this program.
pub(crate) fn locate(named: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        return if named.is_file() {
            Ok(named.to_owned())
        } else {
            Err(Failure::NoFunction(vec![named.to_owned()]))
        };
    }
    let beside =
        std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.to_owned())).unwrap_or_default();
    let candidates = [beside.join(STATIC), beside.join("adit-function")];
    match candidates.iter().find(|path| path.is_file()) {
        Some(path) => Ok(path.clone()),
        None => Err(Failure::NoFunction(candidates.to_vec())),
    }
}

/// When the program was written; `None` while it is being replaced.
pub(crate) fn built_at(program: &Path) -> Option<SystemTime> {
    program.metadata().ok()?.modified().ok()
}
