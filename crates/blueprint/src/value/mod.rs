//! Single values: what a text or a number of the file stands for, and what is wrong with one that stands for nothing. Which key
//! takes which value is said in `shape::file`.

pub(crate) mod leaf;
pub(crate) mod port;
pub(crate) mod protocol;
pub(crate) mod range;
pub(crate) mod target;

use crate::code::Code;

/// Why a value cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadValue {
    pub(crate) code: Code,
    /// What was found, as a sentence without its subject's key: "`10.1.0.5/16` is an address inside a range".
    pub(crate) found: String,
    /// What is allowed.
    pub(crate) allowed: String,
    /// What was probably meant, as it would stand in the file.
    pub(crate) instead: Option<String>,
}

impl BadValue {
    pub(crate) fn new(code: Code, found: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self { code, found: found.into(), allowed: allowed.into(), instead: None }
    }

    /// The probable meaning, in TOML.
    pub(crate) fn instead(mut self, toml: impl Into<String>) -> Self {
        self.instead = Some(toml.into());
        self
    }
}

/// A text as TOML writes it.
pub(crate) fn quoted(text: impl std::fmt::Display) -> String {
    format!("\"{text}\"")
}
