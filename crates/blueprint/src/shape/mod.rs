//! What a file may hold: for each table its keys, their types and a sentence on each. The check of a file, its JSON schema and
//! the words of `adit init` come from this one description. What values mean is read in `read`.

mod check;
pub(crate) mod file;
pub(crate) mod schema;

pub(crate) use check::{check, scalar};

use crate::value::BadValue;

/// A table with its keys.
pub(crate) struct Shape {
    /// What it describes, with an article: "a subnet".
    pub(crate) what: &'static str,
    pub(crate) keys: &'static [Key],
}

/// A key of a table.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) needed: bool,
    /// One sentence for people who write it, without a full stop.
    pub(crate) about: &'static str,
}

/// What a key takes.
pub(crate) enum Kind {
    /// One value.
    Leaf(&'static Leaf),
    /// A value, or a list of such values.
    OneOrMore(&'static Leaf),
    /// A list.
    List(&'static Kind),
    /// A table.
    Table(&'static Shape),
    /// Tables, each under its name.
    Named(&'static Shape),
    /// Values, each under a name that is free.
    Values(&'static Leaf),
    /// One of these; which one is told by the type of what is written.
    Either(&'static [Kind]),
}

/// A value that is no table and no list.
pub(crate) struct Leaf {
    /// What it takes, with an article: "an IPv4 range such as `10.0.0.0/16`".
    pub(crate) what: &'static str,
    /// The same for an editor, as a JSON schema.
    pub(crate) schema: &'static str,
    pub(crate) takes: &'static [Type],
    pub(crate) check: fn(&Scalar<'_>) -> Result<(), BadValue>,
}

/// The types of TOML that values have here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Whole,
    Flag,
}

/// A value, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar<'a> {
    Text(&'a str),
    /// Larger numbers than this are no numbers of ours; they come as the nearest bound.
    Whole(i64),
    Flag(bool),
}

impl Shape {
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Keys for a message: "`a`, `b` and `c`".
    pub(crate) fn listed(&self) -> String {
        crate::words::list(self.keys.iter().map(|key| key.name))
    }
}

impl Kind {
    /// What it takes, for a message.
    pub(crate) fn what(&self) -> String {
        match self {
            Kind::Leaf(leaf) => leaf.what.to_owned(),
            Kind::OneOrMore(leaf) => format!("{}, or a list of such", leaf.what),
            Kind::List(kind) => format!("a list; each of it {}", kind.what()),
            Kind::Table(shape) => format!("a table: {}", shape.what),
            Kind::Named(shape) => format!("tables keyed by name, each {}", shape.what),
            Kind::Values(leaf) => format!("names, each with {}", leaf.what),
            Kind::Either(kinds) => kinds.iter().map(Kind::what).collect::<Vec<_>>().join(", or "),
        }
    }
}
