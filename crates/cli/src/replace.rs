//! A file with another content in one step: whoever reads it sees the old one or the new one, and after a crash one of both is there.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Replaces the content of a file; where a link leads to it, the link stays, and so do the permissions. With `expected` it is
/// an error that somebody else has changed it meanwhile.
pub(crate) fn replace(path: &Path, expected: Option<&[u8]>, content: &[u8]) -> io::Result<()> {
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        // Of a link that leads nowhere it is not known what is meant.
        Err(error) if error.kind() != io::ErrorKind::NotFound || path.is_symlink() => return Err(error),
        Err(_) => path.to_owned(),
    };
    in_place(&target, expected, content)
}

/// The same of a path that is no link: one that has come there since is replaced itself, and nothing is written where it leads.
pub(crate) fn in_place(target: &Path, expected: Option<&[u8]>, content: &[u8]) -> io::Result<()> {
    let directory = match target.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    };
    // A new file gets what the user's umask leaves.
    let mut written = tempfile::Builder::new()
        .prefix(".adit-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(directory)?;
    if let Ok(metadata) = target.symlink_metadata() {
        written.as_file().set_permissions(metadata.permissions())?;
    }
    written.write_all(content)?;
    written.as_file().sync_all()?;
    if let Some(expected) = expected
        && fs::read(target)? != expected
    {
        return Err(io::Error::other("it has been changed meanwhile"));
    }
    written.persist(target).map_err(|failed| failed.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stays_and_so_do_permissions() {
        let place = tempfile::tempdir().unwrap();
        let (file, link) = (place.path().join("file"), place.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        replace(&link, Some(b"old"), b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(place.path().read_dir().unwrap().count(), 2, "nothing is left behind");
    }

    #[test]
    fn what_changed_meanwhile_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        replace(&file, None, b"other").unwrap();
        assert!(replace(&file, Some(b"old"), b"new").is_err());
        assert_eq!(fs::read(&file).unwrap(), b"other");
        assert_eq!(place.path().read_dir().unwrap().count(), 1);
        std::os::unix::fs::symlink("nowhere", place.path().join("link")).unwrap();
        assert!(replace(&place.path().join("link"), None, b"new").is_err());
    }
}
