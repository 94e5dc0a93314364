//! What every object carries, whatever it is: its name in the cloud, whose it is, and where it was said.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// An object's display name in the cloud, as its owner reads it in the console.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Name(#[serde(serialize_with = "as_text")] Arc<str>);

fn as_text<S: serde::Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

impl Name {
    /// Any text is a name: the cloud allows any, and it is only ever shown or compared.
    pub fn new(name: impl AsRef<str>) -> Self {
        Self(Arc::from(name.as_ref()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// How an object or a rule came to be in the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The user's file says it.
    #[default]
    Written,
    /// It follows from what the file says, and Adit will create it.
    Derived,
    /// A Terraform plan says it.
    Plan,
    /// The cloud's API said it.
    Live,
}

/// Where something was said: a handle that only whoever built the network can turn into a file and a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Source(Option<u32>);

impl Source {
    /// Said nowhere in particular.
    pub const NONE: Self = Self(None);

    /// The builder's own number for a place.
    pub const fn new(handle: u32) -> Self {
        Self(Some(handle))
    }

    /// The number given to [`Source::new`].
    pub const fn handle(self) -> Option<u32> {
        self.0
    }
}

/// What every object of a network carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its name in the cloud.
    pub name: Name,
    /// Whether the user owns it; otherwise a finding becomes a request to its owner.
    pub managed: bool,
    /// How it came to be here.
    pub origin: Origin,
    /// Where it was said.
    pub source: Source,
}

impl Object {
    /// A written object that the user owns.
    pub fn new(name: impl AsRef<str>) -> Self {
        Self { name: Name::new(name), managed: true, origin: Origin::Written, source: Source::NONE }
    }

    /// The same, owned by somebody else.
    #[must_use]
    pub fn unmanaged(self) -> Self {
        Self { managed: false, ..self }
    }

    /// The same, with another origin.
    #[must_use]
    pub fn origin(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// The same, said at `source`.
    #[must_use]
    pub fn at(self, source: Source) -> Self {
        Self { source, ..self }
    }
}

/// The rules of an object, or the admission that they are not known.
///
/// Rules of somebody else's object that were neither written nor read are [`Rules::Unknown`]: whatever depends on them is
/// indeterminate, never assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rules<T> {
    /// All of them, in the order in which the console shows them.
    Known(Vec<T>),
    /// Not known.
    Unknown,
}

impl<T> Default for Rules<T> {
    fn default() -> Self {
        Self::Known(Vec::new())
    }
}

impl<T> Rules<T> {
    /// The known rules: none of them when they are unknown.
    pub fn known(&self) -> &[T] {
        match self {
            Self::Known(rules) => rules,
            Self::Unknown => &[],
        }
    }

    /// Whether they are not known.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Adds a rule; what was unknown stays unknown.
    pub fn push(&mut self, rule: T) {
        if let Self::Known(rules) = self {
            rules.push(rule);
        }
    }
}

impl<T> From<Vec<T>> for Rules<T> {
    fn from(rules: Vec<T>) -> Self {
        Self::Known(rules)
    }
}
