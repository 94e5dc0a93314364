//! Names, and when they need quotes.

use std::fmt::{self, Display, Formatter};

use super::super::lex::is_word;
use super::super::subject::{Name, Principal};
use super::super::text::{Holes, Ocid, Text};
use super::super::words::nearest;

/// The words of the language that a name could be taken for, besides slips of `where`. Each is quoted where it is a name.
const KEYWORDS: [&str; 39] = [
    "admit",
    "after",
    "all",
    "allow",
    "and",
    "any",
    "any-group",
    "any-tenancy",
    "any-user",
    "as",
    "associate",
    "at",
    "before",
    "between",
    "can",
    "compartment",
    "define",
    "deny",
    "dynamic-group",
    "endorse",
    "from",
    "group",
    "id",
    "if",
    "in",
    "inspect",
    "manage",
    "not",
    "of",
    "on",
    "or",
    "read",
    "resource",
    "service",
    "tenancy",
    "to",
    "use",
    "where",
    "with",
];

/// Whether a name can stand without quotes.
fn is_bare(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(is_word)
        && !text.starts_with(Ocid::PREFIX)
        && !KEYWORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
        && nearest(text, ["where"]).is_none()
}

/// As a name: in quotes where it needs them.
impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let bare = match self.holes() {
            Holes::None => is_bare(self.as_str()),
            Holes::Quoted => false,
            Holes::Bare => true,
        };
        if bare { f.write_str(self.as_str()) } else { write!(f, "'{}'", self.as_str()) }
    }
}

impl Display for Ocid {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.text().holes() {
            Holes::Quoted => write!(f, "'{}'", self.as_str()),
            _ => f.write_str(self.as_str()),
        }
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(domain) = &self.domain {
            write!(f, "{domain}/")?;
        }
        self.name.fmt(f)
    }
}

impl Display for Principal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Principal::Named(name) => name.fmt(f),
            Principal::Id(id) => write!(f, "id {id}"),
        }
    }
}
