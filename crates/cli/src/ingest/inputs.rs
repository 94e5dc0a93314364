//! The files that the arguments mean: names, patterns, standard input. All are looked at before anything is stored, so that a wrong
//! name among many costs nothing.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use adit_ingest::Format;

use super::create::Kept;
use crate::failure::Failure;

/// The name of standard input.
const STDIN: &str = "-";
/// What a record's text can be written in but is not read here, by its first bytes.
const OTHERS: [(&[u8], &str); 7] = [
    (b"PK\x03\x04", "a zip archive (or a spreadsheet); unpack it, or save it as CSV"),
    (b"PAR1", "a Parquet file"),
    (b"BZh", "compressed by bzip2; pipe it through `bzcat`"),
    (b"\xfd7zXZ\0", "compressed by xz; pipe it through `xzcat`"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"PGDMP", "a PostgreSQL dump; use pg_restore"),
];

/// One thing to store.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// As it was named.
    pub(super) name: String,
    /// Where it is; `None` for standard input.
    pub(super) path: Option<PathBuf>,
    pub(super) format: Format,
    /// Its size, where it has one.
    pub(super) bytes: Option<u64>,
    /// Of standard input: what was looked at already.
    pub(super) kept: Kept,
}

/// The files of the arguments, in their order, those of a pattern in the order of their names. One that is named twice comes once.
pub(super) fn expand(names: &[String], format: Option<Format>) -> Result<Vec<Input>, Failure> {
    let mut inputs: Vec<Input> = Vec::new();
    for name in names {
        for input in of_name(name, format)? {
            let same =
                |other: &Input| other.path.as_deref().map(canonical) == input.path.as_deref().map(canonical);
            if inputs.iter().any(same) {
                crate::console::warning(&format!("{} is named twice: it is stored once", input.name));
            } else {
                inputs.push(input);
            }
        }
    }
    Ok(inputs)
}

/// A file's one true path; the name itself where nobody knows it.
pub(super) fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn of_name(name: &str, format: Option<Format>) -> Result<Vec<Input>, Failure> {
    if name == STDIN {
        return Ok(vec![Input {
            name: name.to_owned(),
            path: None,
            format: format.unwrap_or_default(),
            bytes: None,
            kept: Kept::default(),
        }]);
    }
    // A file may be called `a[1].csv`.
    if !name.contains(['*', '?', '[']) || Path::new(name).exists() {
        return Ok(vec![of_file(PathBuf::from(name), format)?]);
    }
    // As a shell: a hidden file is meant only by a pattern that begins with its dot.
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let matches = glob::glob_with(name, options)
        .map_err(|error| Failure::Choice(format!("`{name}` is not a pattern: {}", error.msg)))?;
    let mut inputs = Vec::new();
    for path in matches {
        let path =
            path.map_err(|error| Failure::File { path: error.path().to_owned(), error: error.into() })?;
        if !path.is_dir() {
            inputs.push(of_file(path, format)?);
        }
    }
    if inputs.is_empty() {
        return Err(Failure::Choice(format!("no file matches `{name}`")));
    }
    Ok(inputs)
}

fn of_file(path: PathBuf, format: Option<Format>) -> Result<Input, Failure> {
    let name = path.display().to_string();
    let unreadable = |error| Failure::File { path: path.clone(), error };
    let metadata = fs::metadata(&path).map_err(unreadable)?;
    if metadata.is_dir() {
        let error = io::Error::new(
            io::ErrorKind::IsADirectory,
            format!("it is a directory; name its files, as in '{name}/*.json'"),
        );
        return Err(unreadable(error));
    }
    // A pipe has neither a size nor a beginning to look at.
    if metadata.is_file() {
        let mut first = Vec::new();
        let file = File::open(&path).map_err(unreadable)?;
        file.take(16).read_to_end(&mut first).map_err(unreadable)?;
        if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| first.starts_with(magic)) {
            return Err(unreadable(io::Error::new(io::ErrorKind::InvalidData, format!("it is {what}"))));
        }
    }
    Ok(Input {
        format: format.or_else(|| Format::of_file_name(&name)).unwrap_or_default(),
        bytes: metadata.is_file().then_some(metadata.len()),
        path: Some(path),
        name,
        kept: Kept::default(),
    })
}

impl Input {
    /// Whether it can be read again from its beginning.
    pub(super) fn is_repeatable(&self) -> bool {
        self.bytes.is_some()
    }

    /// Opens it.
    pub(super) fn open(&self) -> Result<Box<dyn Read + Send>, Failure> {
        match &self.path {
            None => Ok(self.kept.and_the_rest()),
            Some(path) => match File::open(path) {
                Ok(file) => Ok(Box::new(file)),
                Err(error) => Err(Failure::File { path: path.clone(), error }),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path, patterns: &[&str]) -> Result<Vec<String>, String> {
        let patterns: Vec<String> =
            patterns.iter().map(|pattern| directory.join(pattern).display().to_string()).collect();
        let inputs = expand(&patterns, None).map_err(|failure| failure.to_string())?;
        let file_name =
            |input: &Input| input.path.as_ref().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        Ok(inputs.iter().map(file_name).collect())
    }

    #[test]
    fn patterns_are_expanded_in_order_and_files_come_once() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["b.json", "a.json", "c.csv", "d[1].csv"] {
            fs::write(directory.path().join(name), "{}").unwrap();
        }
        fs::create_dir(directory.path().join("e.json")).unwrap();
        let found = |patterns: &[&str]| names(directory.path(), patterns);
        assert_eq!(found(&["*.json", "c.csv"]).unwrap(), ["a.json", "b.json", "c.csv"]);
        assert_eq!(found(&["b.json", "*.json"]).unwrap(), ["b.json", "a.json"]);
        assert_eq!(found(&["d[1].csv"]).unwrap(), ["d[1].csv"]);
        assert!(found(&["*.xml"]).unwrap_err().starts_with("no file matches `"));
        assert!(found(&["e.jso?"]).unwrap_err().starts_with("no file matches `"));
        assert!(found(&["[.json"]).unwrap_err().contains("is not a pattern"));
        assert!(found(&["e.json"]).unwrap_err().contains("it is a directory; name its files"));
        assert!(found(&["x.json"]).unwrap_err().contains("x.json cannot be read: No such file"));
    }

    #[test]
    fn what_is_no_text_is_called_by_its_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("book.csv");
        fs::write(&path, b"PK\x03\x04...").unwrap();
        let failure = expand(&[path.display().to_string()], None).unwrap_err();
        assert!(failure.to_string().contains("it is a zip archive"), "{failure}");
        assert_eq!(failure.exit_code(), 2);
    }
}
