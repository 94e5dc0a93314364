//! The text of a file and places in it: spans, lines, columns. What the text means lives in `shape` and `read`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// What a file may measure, in bytes. Ten thousand subnets with all their rules measure about a third of it.
pub const LARGEST: u64 = 32 << 20;

/// A place in the text, in bytes: from `start` up to, and without, `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The first byte behind it.
    pub end: usize,
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// A value with the place where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it is written; of something derived, where the need for it is written.
    pub span: Span,
}

impl<T> At<T> {
    /// A value at a place.
    pub fn new(value: T, span: impl Into<Span>) -> Self {
        Self { value, span: span.into() }
    }

    /// Another value at the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At { value: change(self.value), span: self.span }
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It is not there, or may not be read.
    #[error("{name} cannot be read: {error}")]
    Io {
        /// The file, as it was named.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// It is larger than [`LARGEST`].
    #[error("{name} is larger than {} MB, so it is not read", LARGEST >> 20)]
    TooLarge {
        /// The file, as it was named.
        name: String,
    },
    /// It holds bytes that are no text.
    #[error("{name} is not UTF-8 from byte {byte} on")]
    NotUtf8 {
        /// The file, as it was named.
        name: String,
        /// The first byte that is no text, counted from 0.
        byte: usize,
    },
}

impl SourceError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        crate::code::UNREADABLE.as_str()
    }
}

/// A file's text with its name, and behind it what was listed of others.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    /// Where each line begins.
    lines: Vec<usize>,
    listed: Vec<Listed>,
}

/// A listing in the text: where it begins, whose it is, and what stands in it from where on.
#[derive(Debug)]
struct Listed {
    start: usize,
    name: String,
    addresses: Vec<(usize, String)>,
}

/// A line and a column, both counted from 1; the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl Source {
    /// A text under a name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let lines = line_starts(&text);
        Self { name: name.into(), text, lines, listed: Vec::new() }
    }

    /// A listing alone.
    pub fn of(listing: Listing) -> Self {
        let name = listing.name.clone();
        let mut source = Self::new(name, String::new());
        source.add(listing);
        source
    }

    /// Adds a listing behind the text; its places lie behind those of the text by what is returned.
    pub fn add(&mut self, listing: Listing) -> usize {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        let start = self.text.len();
        let addresses = listing.addresses.into_iter().map(|(at, address)| (start + at, address)).collect();
        self.text.push_str(&listing.text);
        self.lines = line_starts(&self.text);
        self.listed.push(Listed { start, name: listing.name, addresses });
        start
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is larger than [`LARGEST`] or is no text.
    pub fn read(path: &Path) -> Result<Self, SourceError> {
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Self::read_from(name, file),
            Err(error) => Err(SourceError::Io { name, error }),
        }
    }

    /// Reads what is no file, such as standard input.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is larger than [`LARGEST`] or is no text.
    pub fn read_from(name: impl Into<String>, from: impl Read) -> Result<Self, SourceError> {
        let name = name.into();
        let mut bytes = Vec::new();
        // A length that the system tells is a hint; what counts is what comes, for a pipe has none.
        match from.take(LARGEST + 1).read_to_end(&mut bytes) {
            Err(error) => Err(SourceError::Io { name, error }),
            Ok(length) if length as u64 > LARGEST => Err(SourceError::TooLarge { name }),
            Ok(_) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Self::new(name, text)),
                Err(error) => Err(SourceError::NotUtf8 { name, byte: error.utf8_error().valid_up_to() }),
            },
        }
    }

    /// The name, as it is shown.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a place; empty for a place that is not in it.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The line and column where a byte is.
    pub fn position(&self, byte: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..byte.min(self.text.len())).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// A line's text, without its end; the line is counted from 1.
    pub fn line(&self, line: usize) -> &str {
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let end = self.lines.get(line).map_or(self.text.len(), |next| next - 1);
        self.text.get(start..end.max(start)).unwrap_or_default().trim_end_matches('\r')
    }

    /// The byte where a line begins; the line is counted from 1.
    pub(crate) fn line_start(&self, line: usize) -> usize {
        self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    /// `file:line:column` of a place; of a listed one, `file: address`.
    pub fn place(&self, span: Span) -> String {
        match self.address(span) {
            Some((file, address)) => format!("{file}: {address}"),
            None if self.is_listing() => self.name.clone(),
            None => {
                let Position { line, column } = self.position(span.start);
                format!("{}:{line}:{column}", self.name)
            }
        }
    }

    /// Of a place that is no text of the file but was listed: the file that was listed, and the address in it.
    pub fn address(&self, span: Span) -> Option<(&str, &str)> {
        let part = self.listed.iter().rev().find(|part| part.start <= span.start)?;
        let at = part.addresses.partition_point(|(start, _)| *start <= span.start).checked_sub(1)?;
        Some((&part.name, &part.addresses.get(at)?.1))
    }

    /// Whether there is no text of a file at all, only a listing: no line then has a number that anybody could look up.
    pub fn is_listing(&self) -> bool {
        self.listed.first().is_some_and(|part| part.start == 0)
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect()
}

/// What a file says that people do not read as it stands, a Terraform plan: a line for each object and each rule, which findings
/// can point at. Its places are addresses, not lines.
#[derive(Clone, Debug)]
pub struct Listing {
    name: String,
    text: String,
    addresses: Vec<(usize, String)>,
}

impl Listing {
    /// An empty one, of a file.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        // No object stands at the first byte: that is where things are that stand nowhere.
        let text = format!("# {}\n", crate::words::shown(&name));
        Self { name, text, addresses: Vec::new() }
    }

    /// A line: an address with what is said there. Its place is the address.
    pub fn line(&mut self, address: &str, said: &str) -> Span {
        let start = self.text.len();
        let clean = |text: &str| text.replace(char::is_control, "\u{fffd}");
        let address = clean(address);
        self.text.push_str(&address);
        let span = Span { start, end: self.text.len() };
        if !said.is_empty() {
            self.text.push_str("  ");
            self.text.push_str(&clean(said));
        }
        self.text.push('\n');
        self.addresses.push((start, address));
        span
    }

    /// All lines.
    pub fn text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_has_a_line_and_a_column_of_characters() {
        let source = Source::new("adit.toml", "ä = 1\r\nb = 2\n\nlast");
        let at = |byte| {
            let position = source.position(byte);
            (position.line, position.column)
        };
        assert_eq!((at(0), at(2), at(8), at(14)), ((1, 1), (1, 2), (2, 1), (3, 1)));
        assert_eq!((at(15), at(999)), ((4, 1), (4, 5)));
        assert_eq!(
            (source.line(1), source.line(3), source.line(4), source.line(5)),
            ("ä = 1", "", "last", "")
        );
        assert_eq!(source.place(Span { start: 8, end: 9 }), "adit.toml:2:1");
    }

    #[test]
    fn what_is_listed_has_addresses_for_places() {
        let mut listing = Listing::new("plan.json");
        let first = listing.line("oci_core_vcn.hub", "10.0.0.0/16");
        let second = listing.line("oci_core_vcn.\u{1b}spoke", "");
        let alone = Source::of(listing.clone());
        assert_eq!(alone.place(first), "plan.json: oci_core_vcn.hub");
        assert_eq!((alone.place(Span::default()).as_str(), alone.is_listing()), ("plan.json", true));
        assert_eq!(alone.slice(second), "oci_core_vcn.\u{fffd}spoke");

        let mut both = Source::new("adit.toml", "version = 1");
        let behind = both.add(listing);
        let moved = Span { start: first.start + behind, end: first.end + behind };
        assert_eq!(both.address(moved), Some(("plan.json", "oci_core_vcn.hub")));
        assert_eq!(both.line(both.position(moved.start).line), "oci_core_vcn.hub  10.0.0.0/16");
        assert_eq!((both.place(Span::default()).as_str(), both.is_listing()), ("adit.toml:1:1", false));
        assert_eq!(both.address(Span { start: 3, end: 4 }), None);
    }

    #[test]
    fn a_file_that_is_too_large_or_no_text_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("adit.toml");
        let file = File::create(&path).unwrap();
        file.set_len(100 << 20).unwrap();
        assert!(matches!(Source::read(&path), Err(SourceError::TooLarge { .. })));
        std::fs::write(&path, b"version = 1\n\xff").unwrap();
        assert!(matches!(Source::read(&path), Err(SourceError::NotUtf8 { byte: 12, .. })));
        let missing = Source::read(&directory.path().join("none.toml")).unwrap_err();
        assert_eq!(missing.code(), "A0150");
    }
}
