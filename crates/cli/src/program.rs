//! Where the function's program is.

use std::path::{Path, PathBuf};

use adit_image::Arch;

use crate::failure::Failure;

/// The program that was named, else the static one of the same build, else the one beside this program. For another processor than
/// this program's, only where the build leaves that one.
pub(crate) fn locate(named: Option<&Path>, arch: Option<Arch>) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        return if named.is_file() {
            Ok(named.to_owned())
        } else {
            Err(Failure::NoFunction(vec![named.to_owned()]))
        };
    }
    let beside =
        std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.to_owned())).unwrap_or_default();
    let here = Arch::here();
    let built = match arch.filter(|arch| Some(*arch) != here) {
        None => vec![beside.join(built(env!("ADIT_TARGET"))), beside.join("adit-function")],
        Some(Arch::Amd64) => vec![beside.join(built("x86_64-unknown-linux-gnu"))],
        Some(Arch::Arm64) => vec![beside.join(built("aarch64-unknown-linux-gnu"))],
    };
    match built.iter().find(|path| path.is_file()) {
        Some(path) => Ok(path.clone()),
        None => Err(Failure::NoFunction(built)),
    }
}

/// Where `scripts/build-function` leaves it, seen from a program in the same target directory.
fn built(target: &str) -> String {
    format!("../{target}/function/adit-function")
}
