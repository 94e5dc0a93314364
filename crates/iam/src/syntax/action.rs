//! What a statement allows or denies: a verb with a type of resources, or permissions by name.

use std::fmt;

use super::At;

/// What a statement allows or denies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// `manage repos`.
    Verb {
        /// How much.
        verb: At<Verb>,
        /// Of which resources.
        resource: At<ResourceType>,
    },
    /// `{REPOSITORY_READ, REPOSITORY_UPDATE}`, at least one.
    Permissions(Vec<At<Permission>>),
}

/// How much of a type of resources. Each includes those before it; denied, each includes those behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// To list, without what users keep in it.
    Inspect,
    /// To see all of it.
    Read,
    /// To work with what is there.
    Use,
    /// Everything.
    Manage,
    /// To join a resource of one tenancy with one of another; in `endorse` and `admit` alone, and outside the order of the others.
    Associate,
}

impl Verb {
    /// All of them, the least first.
    pub const ALL: [Verb; 5] = [Verb::Inspect, Verb::Read, Verb::Use, Verb::Manage, Verb::Associate];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Inspect => "inspect",
            Verb::Read => "read",
            Verb::Use => "use",
            Verb::Manage => "manage",
            Verb::Associate => "associate",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A type of resources, such as `secret-bundles`, or a family of them, such as `secret-family`; in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceType(Box<str>);

impl ResourceType {
    /// What stands for every type there is.
    pub const ALL_RESOURCES: &str = "all-resources";

    /// A type by its name, in any case.
    pub fn new(name: &str) -> Self {
        Self(name.to_ascii_lowercase().into())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether its name is that of a family.
    pub fn is_family(&self) -> bool {
        self.0.ends_with("-family")
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A permission, such as `SECRET_BUNDLE_READ`; in upper case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission(Box<str>);

impl Permission {
    /// A permission by its name, in any case.
    pub fn new(name: &str) -> Self {
        Self(name.to_ascii_uppercase().into())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
