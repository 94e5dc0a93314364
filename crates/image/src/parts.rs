//! The list of what a program is made of. The script that builds the program writes it beside it, `NAME.parts`: lines of words that are
//! separated by tabs. It counts for the one program whose SHA-256 stands in it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::ImageError;
use crate::program::Program;

/// The first line of a list.
const HEADING: &str = "adit-parts 1";
/// No list is nearly as long.
const LARGEST: u64 = 4 << 20;

/// What a program is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The program itself.
    pub program: Part,
    /// The revision of its source, with `-dirty` behind it where that has been changed.
    pub revision: Option<String>,
    /// Everything that is linked into it, in the order of kind, name and version.
    pub linked: Vec<Part>,
}

/// A program, a crate or a library.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, as an SPDX expression; `None` where it says none.
    pub license: Option<String>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    /// The program.
    Program,
    /// A crate of crates.io.
    Crate,
    /// A crate of the program's own source.
    Own,
    /// A library that comes with the compiler or the system.
    Library,
}

impl Parts {
    /// Where the list of a program stands.
    #[must_use]
    pub fn beside(program: &Path) -> PathBuf {
        let mut name = program.as_os_str().to_owned();
        name.push(".parts");
        name.into()
    }

    /// The list beside a program; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read, is malformed, or is that of another program.
    pub fn of(path: &Path, program: &Program) -> Result<Option<Self>, ImageError> {
        let path = Self::beside(path);
        let refused = |why: String| ImageError::Parts { path: path.clone(), why };
        let mut text = String::new();
        match File::open(&path).and_then(|file| file.take(LARGEST).read_to_string(&mut text)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refused(error.to_string())),
        }
        let (parts, sha256) = Self::parse(&text).map_err(refused)?;
        if sha256 == program.sha256() {
            Ok(Some(parts))
        } else {
            Err(refused("it is the list of another program than the one beside it".to_owned()))
        }
    }

    /// Reads a list, and the SHA-256 of the program that it is for.
    fn parse(text: &str) -> Result<(Self, String), String> {
        let mut lines = text.lines();
        if lines.next() != Some(HEADING) {
            return Err(format!("its first line is not `{HEADING}`"));
        }
        let (mut program, mut sha256, mut revision, mut linked) = (None, None, None, Vec::new());
        for (line, number) in lines.zip(2..) {
            let (kind, rest) = line.split_once('\t').unwrap_or((line, ""));
            let part =
                |kind| part(kind, rest).ok_or_else(|| format!("line {number} has no name and version"));
            match kind {
                "program" => program = Some(part(PartKind::Program)?),
                "crate" => linked.push(part(PartKind::Crate)?),
                "own" => linked.push(part(PartKind::Own)?),
                "library" => linked.push(part(PartKind::Library)?),
                "sha256" => sha256 = Some(rest.to_owned()),
                "revision" => revision = Some(rest.to_owned()),
                _ => return Err(format!("line {number} is not understood")),
            }
        }
        linked.sort();
        linked.dedup();
        let program = program.ok_or("it does not name its program")?;
        let sha256 = sha256.ok_or("it does not say the SHA-256 of its program")?;
        Ok((Self { program, revision, linked }, sha256))
    }
}

/// Name, version and licence, behind the kind.
fn part(kind: PartKind, text: &str) -> Option<Part> {
    let mut words = text.split('\t').map(str::trim);
    let mut word = || words.next().filter(|word| !word.is_empty() && !word.contains(char::is_control));
    let (name, version) = (word()?.to_owned(), word()?.to_owned());
    // Cargo's older way of writing a choice.
    let license = word().map(|license| license.replace(" / ", "/").replace('/', " OR "));
    Some(Part { kind, name, version, license })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_list_is_read_in_any_order_and_told_in_one() {
        let text = "adit-parts 1\nlibrary\tglibc\t2.36\tLGPL-2.1-or-later\ncrate\tcsv\t1.4.0\tUnlicense/MIT\ncrate\tcsv\t1.4.0\tUnlicense/MIT\n\
                    program\tf\t1.0.0\tMIT\nsha256\tab\ncrate\tbytes\t1.12.2\t\n";
        let (parts, sha256) = Parts::parse(text).unwrap();
        assert_eq!((parts.program.name.as_str(), parts.revision, sha256.as_str()), ("f", None, "ab"));
        let linked: Vec<_> =
            parts.linked.iter().map(|part| (part.name.as_str(), part.license.as_deref())).collect();
        assert_eq!(
            linked,
            [("bytes", None), ("csv", Some("Unlicense OR MIT")), ("glibc", Some("LGPL-2.1-or-later"))]
        );
    }

    #[test]
    fn a_malformed_list_is_refused_with_its_line() {
        for (text, why) in [
            ("", "first line"),
            ("adit-parts 2\n", "first line"),
            ("adit-parts 1\nsha256\tab\n", "does not name"),
            ("adit-parts 1\nprogram\tf\t1\n", "SHA-256"),
            ("adit-parts 1\nprogram\tf\n", "line 2 has no name"),
            ("adit-parts 1\nprogram\tf\t1\ncrate\t\t1\n", "line 3 has no name"),
            ("adit-parts 1\nelse\tf\t1\n", "line 2 is not understood"),
        ] {
            let told = Parts::parse(text).unwrap_err();
            assert!(told.contains(why), "{text:?}: {told}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(adit-parts 1\n)?([a-z]{0,7}\t?[^\n]{0,9}\n?){0,6}") {
            let _ = Parts::parse(&text);
        }
    }
}
