//! The function's program where its container can execute it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::process::{Account, RunDir, reachable_by_others};

/// `program` itself, or, where we are root and the container's user could not reach it (a build below `/root`), a copy
/// in the run directory. The platform copies it into an image anyway.
pub(crate) fn runnable(program: &Path, run_dir: &RunDir, generation: u64) -> Result<PathBuf, Error> {
    let program = program.canonicalize().map_err(Error::file("find the function's program", program))?;
    if Account::for_containers().is_none() || (reachable_by_others(&program) && others_may_run(&program)) {
        return Ok(program);
    }
    let copy = run_dir.path().join(format!("program-{generation}"));
    fs::copy(&program, &copy).map_err(Error::file("copy the function's program to", &copy))?;
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755))
        .map_err(Error::file("set the mode of", &copy))?;
    Ok(copy)
}

fn others_may_run(program: &Path) -> bool {
    fs::metadata(program).is_ok_and(|found| found.permissions().mode() & 0o005 == 0o005)
}
