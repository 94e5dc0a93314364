//! Finding installed programs by the rules of a shell.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// The first executable `name` in `$PATH`, then in `also`, with links followed.
pub(crate) fn find_program(name: &str, also: &[&str]) -> Option<PathBuf> {
    let path = env::var_os(crate::env::PATH).unwrap_or_default();
    env::split_paths(&path)
        .chain(also.iter().map(PathBuf::from))
        .map(|directory| directory.join(name))
        .find(|candidate| is_executable(candidate))
        .and_then(|found| found.canonicalize().ok())
}

/// Whether `path` is a file that somebody may execute.
pub(crate) fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_shell_finds_and_nothing_else() {
        assert!(find_program("sh", &["/bin"]).is_some_and(|path| path.is_absolute()));
        assert_eq!(find_program("passwd", &["/etc"]).filter(|p| p.starts_with("/etc")), None);
        assert_eq!(find_program("no-such-program-here", &["/bin"]), None);
    }
}
