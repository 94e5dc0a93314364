//! A credential that stands in a file, which may be replaced, or in the variable itself, which may not.

use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::PrincipalError;

/// Where a token, a key or a pass phrase is read from.
#[derive(Clone)]
pub struct Source {
    /// The variable or the configuration entry.
    name: String,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Inline(Zeroizing<String>),
    File(PathBuf),
}

impl Source {
    /// The rule of the resource principal: an absolute path is a file, anything else is the value itself.
    pub fn path_or_value(name: impl Into<String>, value: String) -> Self {
        let kind = if Path::new(value.trim()).is_absolute() {
            Kind::File(PathBuf::from(value.trim()))
        } else {
            Kind::Inline(Zeroizing::new(value))
        };
        Self { name: name.into(), kind }
    }

    /// The value itself.
    pub fn value(name: impl Into<String>, value: String) -> Self {
        Self { name: name.into(), kind: Kind::Inline(Zeroizing::new(value)) }
    }

    /// A file, absolute or not.
    pub fn file(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), kind: Kind::File(path.into()) }
    }

    /// The text, read now.
    pub(super) fn read(&self) -> Result<Zeroizing<String>, PrincipalError> {
        match &self.kind {
            Kind::Inline(value) => Ok(value.clone()),
            Kind::File(path) => std::fs::read_to_string(path)
                .map(Zeroizing::new)
                .map_err(|source| PrincipalError::Unreadable { place: self.place(), source }),
        }
    }

    /// For messages: the name, and the file when it is one.
    pub(super) fn place(&self) -> String {
        match &self.kind {
            Kind::Inline(_) => self.name.clone(),
            Kind::File(path) => format!("{} ({})", path.display(), self.name),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.place())
    }
}
