//! Files that Adit writes into a folder of somebody else: only over its own, each whole or not at all, and nothing outside of the folder.
//!
//! A file is Adit's own if its first line is the marker. All files are looked at before the first one is written.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::OFlags;

use crate::args::WriteArgs;
use crate::console;
use crate::failure::Failure;
use crate::replace::in_place;

/// A file as it shall be.
#[derive(Clone, Debug)]
pub(crate) struct Generated {
    /// Its name in the folder, without a path.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Where files go, and by what line Adit knows its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folder<'a> {
    pub(crate) path: &'a Path,
    /// The first line of each file, without its end.
    pub(crate) marker: &'a str,
    pub(crate) write: WriteArgs,
    /// Whether files with the marker that nobody writes any more are taken away: what is read as a whole must not have parts of before.
    pub(crate) sweep: bool,
}

/// A file before anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Missing,
    Current,
    /// Adit wrote it, and would write it otherwise now.
    Outdated,
    /// Somebody else wrote it.
    Foreign,
}

/// What was found, and, unless it was a check, what was done about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) files: Vec<(String, State)>,
    /// Files with the marker that are not among those that are written.
    pub(crate) stale: Vec<String>,
}

impl Folder<'_> {
    /// Looks at every file; writes those that differ, unless this is a check.
    pub(crate) fn put(&self, files: &[Generated]) -> Result<Outcome, Failure> {
        let looked = files.iter().map(|file| Ok((file.name.clone(), self.look(file)?)));
        let outcome = Outcome { files: looked.collect::<Result<_, Failure>>()?, stale: self.stale(files)? };
        if self.write.check {
            return Ok(outcome);
        }
        if let Some((name, _)) = outcome.files.iter().find(|(_, state)| *state == State::Foreign)
            && !self.write.force
        {
            return Err(Failure::NotOurs(self.path.join(name)));
        }
        fs::create_dir_all(self.path).map_err(|error| Failure::Write { path: self.path.into(), error })?;
        for name in outcome.stale.iter().filter(|_| self.sweep) {
            let path = self.path.join(name);
            fs::remove_file(&path).map_err(|error| Failure::Write { path, error })?;
        }
        for (file, (_, state)) in files.iter().zip(&outcome.files) {
            if *state != State::Current {
                let path = self.path.join(&file.name);
                in_place(&path, None, &file.bytes).map_err(|error| Failure::Write { path, error })?;
            }
        }
        Ok(outcome)
    }

    fn look(&self, file: &Generated) -> Result<State, Failure> {
        let path = self.place(&file.name)?;
        // One byte more than there should be is a difference; the rest of a large file tells nothing.
        let most = file.bytes.len().max(self.marker.len() + 2) as u64 + 1;
        Ok(match beginning(&path, most)? {
            None => State::Missing,
            Some(found) if found == file.bytes => State::Current,
            Some(found) if self.is_ours(&found) => State::Outdated,
            Some(_) => State::Foreign,
        })
    }

    /// Files with the marker that nobody writes any more.
    fn stale(&self, files: &[Generated]) -> Result<Vec<String>, Failure> {
        let unreadable = |error| Failure::File { path: self.path.into(), error };
        let entries = match fs::read_dir(self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(unreadable)?,
        };
        let mut stale = Vec::new();
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let is_file = entry.file_type().map_err(unreadable)?.is_file();
            if !is_file || files.iter().any(|file| file.name == name) {
                continue;
            }
            // A file of others that cannot be read is not Adit's matter.
            let begins = beginning(&entry.path(), self.marker.len() as u64 + 2);
            if begins.is_ok_and(|found| found.is_some_and(|found| self.is_ours(&found))) {
                stale.push(name);
            }
        }
        stale.sort();
        Ok(stale)
    }

    fn is_ours(&self, text: &[u8]) -> bool {
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        line.trim_ascii_end() == self.marker.as_bytes()
    }

    /// Where a file goes; its name must be one.
    fn place(&self, name: &str) -> Result<PathBuf, Failure> {
        let mut parts = Path::new(name).components();
        match (parts.next(), parts.next()) {
            (Some(Component::Normal(part)), None) if part == name => Ok(self.path.join(name)),
            _ => Err(Failure::Choice(format!("`{name}` is no name for a file"))),
        }
    }
}

impl Outcome {
    /// Whether the folder has just what would be written.
    pub(crate) fn is_current(&self) -> bool {
        self.stale.is_empty() && self.files.iter().all(|(_, state)| *state == State::Current)
    }

    /// How many files differ from what is written, or did.
    pub(crate) fn changed(&self) -> usize {
        self.stale.len() + self.files.iter().filter(|(_, state)| *state != State::Current).count()
    }

    /// Says what was done, or what a check found.
    pub(crate) fn tell(&self, folder: &Folder) {
        for (name, state) in &self.files {
            let word = match (folder.write.check, state) {
                (_, State::Current) => "unchanged",
                (false, State::Missing) => "created",
                (false, _) => "changed",
                (true, State::Missing) => "missing",
                (true, State::Outdated) => "outdated",
                (true, State::Foreign) => "foreign",
            };
            console::named(word, &folder.path.join(name).display().to_string());
        }
        for name in &self.stale {
            let path = folder.path.join(name);
            match (folder.sweep, folder.write.check) {
                (true, false) => console::named("removed", &path.display().to_string()),
                (true, true) => console::named("left over", &path.display().to_string()),
                (false, _) => {
                    console::warning(&format!("{} is not written any more: remove it", path.display()))
                }
            }
        }
    }
}

/// At most so many bytes of a file; `None` if there is none. Only a file itself is read, no link to one.
fn beginning(path: &Path, most: u64) -> Result<Option<Vec<u8>>, Failure> {
    let unreadable = |error| Failure::File { path: path.into(), error };
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        Ok(metadata) if !metadata.is_file() => return Err(Failure::NoPlainFile(path.into())),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    OpenOptions::new()
        .read(true)
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    const MARKER: &str = "# Written by a test.";

    fn generated(name: &str, rest: &str) -> Generated {
        Generated { name: name.to_owned(), bytes: format!("{MARKER}\n{rest}").into_bytes() }
    }

    fn folder(path: &Path, check: bool, force: bool) -> Folder<'_> {
        Folder { path, marker: MARKER, write: WriteArgs { check, force }, sweep: false }
    }

    /// Puts two files; what was found of them.
    fn put(folder: Folder, rest: &str) -> Result<Vec<State>, Failure> {
        let outcome = folder.put(&[generated("a", rest), generated("b", rest)])?;
        Ok(outcome.files.into_iter().map(|(_, state)| state).collect())
    }

    #[test]
    fn files_are_created_left_and_changed() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("deep/er");
        assert_eq!(put(folder(&path, true, false), "1").unwrap(), [State::Missing; 2]);
        assert!(!path.exists(), "a check writes nothing");
        assert_eq!(put(folder(&path, false, false), "1").unwrap(), [State::Missing; 2]);
        assert_eq!(put(folder(&path, true, false), "1").unwrap(), [State::Current; 2]);
        fs::set_permissions(path.join("a"), Permissions::from_mode(0o640)).unwrap();
        fs::write(path.join("b"), format!("{MARKER}\n1 and more")).unwrap();
        assert_eq!(put(folder(&path, false, false), "1").unwrap(), [State::Current, State::Outdated]);
        assert_eq!(put(folder(&path, false, false), "2").unwrap(), [State::Outdated; 2]);
        assert_eq!(fs::read_to_string(path.join("b")).unwrap(), format!("{MARKER}\n2"));
        assert_eq!(fs::metadata(path.join("a")).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(path.read_dir().unwrap().count(), 2, "nothing is left over");
    }

    #[test]
    fn what_somebody_else_wrote_stays_and_nothing_else_is_written_either() {
        let place = tempfile::tempdir().unwrap();
        for theirs in ["", "mine", &format!("\n{MARKER}\n"), &format!("{MARKER} Not."), "# Written"] {
            fs::write(place.path().join("b"), theirs).unwrap();
            assert_eq!(put(folder(place.path(), true, false), "").unwrap(), [State::Missing, State::Foreign]);
            let refused = put(folder(place.path(), false, false), "").unwrap_err();
            assert!(matches!(refused, Failure::NotOurs(path) if path.ends_with("b")), "{theirs:?}");
            assert!(!place.path().join("a").exists());
            assert_eq!(fs::read_to_string(place.path().join("b")).unwrap(), *theirs);
        }
        put(folder(place.path(), false, true), "").unwrap();
        assert_eq!(put(folder(place.path(), true, false), "").unwrap(), [State::Current; 2]);
    }

    #[test]
    fn links_and_folders_are_refused_even_by_force() {
        let place = tempfile::tempdir().unwrap();
        let outside = place.path().join("outside");
        let inside = place.path().join("inside");
        fs::create_dir(&inside).unwrap();
        fs::write(&outside, format!("{MARKER}\n1")).unwrap();
        symlink(&outside, inside.join("b")).unwrap();
        for force in [false, true] {
            assert!(matches!(put(folder(&inside, false, force), "2"), Err(Failure::NoPlainFile(_))));
        }
        assert_eq!(fs::read_to_string(&outside).unwrap(), format!("{MARKER}\n1"));
        fs::remove_file(inside.join("b")).unwrap();
        fs::create_dir(inside.join("b")).unwrap();
        assert!(matches!(put(folder(&inside, false, true), "2"), Err(Failure::NoPlainFile(_))));
        for name in ["", ".", "..", "../a", "a/b", "/a", "a/"] {
            let refused = folder(&inside, false, true).put(&[generated(name, "")]);
            assert!(matches!(refused, Err(Failure::Choice(_))), "{name:?}");
        }
    }

    #[test]
    fn a_file_that_is_not_written_any_more_is_named_and_left() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("old"), format!("{MARKER}\r\nx")).unwrap();
        fs::write(place.path().join("theirs"), "x").unwrap();
        symlink(place.path().join("old"), place.path().join("link")).unwrap();
        let folder = folder(place.path(), false, false);
        let outcome = folder.put(&[generated("a", "")]).unwrap();
        assert_eq!(outcome.stale, ["old"]);
        assert!(place.path().join("old").exists() && !outcome.is_current());
        let swept = Folder { sweep: true, ..folder };
        let checked = Folder { write: WriteArgs { check: true, force: false }, ..swept };
        checked.put(&[generated("a", "")]).unwrap();
        assert!(place.path().join("old").exists(), "a check takes nothing away");
        swept.put(&[generated("a", "")]).unwrap();
        let here = |name: &str| place.path().join(name).symlink_metadata().is_ok();
        assert!(!here("old") && here("theirs") && here("link"));
        fs::write(place.path().join("old"), format!("{MARKER}\n")).unwrap();
        fs::remove_file(place.path().join("old")).unwrap();
        assert!(folder.put(&[generated("a", "")]).unwrap().is_current());
    }
}
