//! Names, values and OCIDs as they are written, with the holes of templates.

/// A name or a value: what stands between the quotes, or a word without any. Case is kept.
///
/// In a template it may have holes, `${…}` or `<…>`, whose content nobody knows yet; they stand in the text as they are written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text {
    text: Box<str>,
    holes: Holes,
}

/// Whether a text has holes, and what a hole can become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holes {
    /// It has none: the text is known.
    None,
    /// Inside quotes: what fills them is part of this one text.
    Quoted,
    /// Not in quotes: what fills them may be more than one word, such as `id ocid1.…`.
    Bare,
}

impl Text {
    /// A text without holes. It has no line break and no single quote, for nothing could be written that means it.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), holes: Holes::None }
    }

    /// A text with holes in it.
    pub fn with_holes(text: impl Into<Box<str>>, holes: Holes) -> Self {
        Self { text: text.into(), holes }
    }

    /// As it is written, holes included.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text, if nothing of it is a hole.
    pub fn known(&self) -> Option<&str> {
        (self.holes == Holes::None).then_some(&*self.text)
    }

    /// Whether it has holes.
    pub fn holes(&self) -> Holes {
        self.holes
    }
}

/// What identifies a thing in Oracle Cloud: `ocid1.<type>.<realm>.<region>.<unique>`; or a hole that becomes one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ocid(Text);

impl Ocid {
    /// The text that every OCID begins with.
    pub const PREFIX: &str = "ocid1.";

    /// An OCID by its text; none if it does not begin as one and is no hole.
    pub fn new(text: Text) -> Option<Self> {
        let begins = text.as_str().get(..Self::PREFIX.len()).is_some_and(|begin| begin == Self::PREFIX);
        (begins || text.holes() != Holes::None).then_some(Self(text))
    }

    /// Its text.
    pub fn text(&self) -> &Text {
        &self.0
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What kind of thing it identifies, such as `group`; none for a hole.
    pub fn kind(&self) -> Option<&str> {
        self.0.known()?.strip_prefix(Self::PREFIX)?.split('.').next()
    }
}
