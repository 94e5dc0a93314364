//! A fresh directory for one part's files: short enough for sockets, reachable by the account that uses it.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Error;
use crate::process::Account;

/// A socket's path has at most 107 bytes; this leaves room for our names below the base.
const LONGEST_BASE: usize = 50;

/// A temporary directory that goes when this value goes.
#[derive(Debug)]
pub(crate) struct RunDir(TempDir);

impl RunDir {
    /// Makes `<temporary directory>/adit-<part>-XXXXXX`, mode 0711: others may pass through, not look.
    pub(crate) fn create(part: &str) -> Result<Self, Error> {
        let base = base();
        let dir = tempfile::Builder::new()
            .prefix(&format!("adit-{part}-"))
            .permissions(Permissions::from_mode(0o711))
            .tempdir_in(&base)
            .map_err(Error::file("make a directory in", &base))?;
        // The process's umask took bits away at creation.
        set_mode(dir.path(), 0o711)?;
        Ok(Self(dir))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Makes a directory below this one with exactly this mode, owned by `owner` (ourselves when `None`).
    pub(crate) fn subdirectory(
        &self,
        name: &str,
        mode: u32,
        owner: Option<&Account>,
    ) -> Result<PathBuf, Error> {
        let path = self.path().join(name);
        fs::create_dir(&path).map_err(Error::file("make", &path))?;
        set_mode(&path, mode)?;
        if let Some(owner) = owner {
            owner.own(&path)?;
        }
        Ok(path)
    }

    /// Writes a file below this directory that only `owner` may read.
    pub(crate) fn private_file(
        &self,
        name: &str,
        text: &str,
        owner: Option<&Account>,
    ) -> Result<PathBuf, Error> {
        let path = self.path().join(name);
        private_file(&path, text, owner)?;
        Ok(path)
    }
}

/// Writes `text` to a file that must not exist yet, mode 0600, owned by `owner` (ourselves when `None`).
pub(crate) fn private_file(path: &Path, text: &str, owner: Option<&Account>) -> Result<(), Error> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(Error::file("make", path))?;
    file.write_all(text.as_bytes()).map_err(Error::file("write", path))?;
    owner.map_or(Ok(()), |owner| owner.own(path))
}

fn set_mode(path: &Path, mode: u32) -> Result<(), Error> {
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(Error::file("set the mode of", path))
}

fn base() -> PathBuf {
    let wished = env::temp_dir();
    let short = wished.as_os_str().len() <= LONGEST_BASE;
    let reachable = !rustix::process::geteuid().is_root() || reachable_by_others(&wished);
    if short && reachable { wished } else { PathBuf::from("/tmp") }
}

/// Whether every directory on the way to `path` lets other users pass, so that a child under another account can
/// open what lies there.
pub(crate) fn reachable_by_others(path: &Path) -> bool {
    let Ok(path) = path.canonicalize() else { return false };
    path.ancestors().all(|step| {
        fs::metadata(step).is_ok_and(|found| found.permissions().mode() & 0o001 != 0 || !found.is_dir())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_away_with_its_value_and_is_private_inside() {
        let dir = RunDir::create("test").unwrap();
        let file = dir.private_file("secret", "text", None).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(dir.path()).unwrap().permissions().mode() & 0o777, 0o711);
        assert!(dir.private_file("secret", "again", None).is_err(), "an existing file is not written over");
        drop(dir);
        assert!(!file.exists());
    }

    #[test]
    fn a_closed_directory_on_the_way_is_seen() {
        let dir = RunDir::create("test").unwrap();
        let open = dir.subdirectory("open", 0o755, None).unwrap();
        let closed = dir.subdirectory("closed", 0o700, None).unwrap();
        fs::write(open.join("f"), "").unwrap();
        fs::write(closed.join("f"), "").unwrap();
        assert!(reachable_by_others(&open.join("f")));
        assert!(!reachable_by_others(&closed.join("f")));
    }
}
