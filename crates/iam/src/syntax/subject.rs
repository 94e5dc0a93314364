//! Whom a statement is about.

use super::{At, Ocid, Text};

/// Whom a statement is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// `any-user`: every user, every instance and resource principal, every service.
    AnyUser,
    /// `any-group`: every user, every instance and resource principal.
    AnyGroup,
    /// `group …`: their members, at least one group.
    Groups(Vec<At<Principal>>),
    /// `dynamic-group …`: the resources that their rules match, at least one group.
    DynamicGroups(Vec<At<Principal>>),
    /// `service …`: parts of Oracle Cloud itself, at least one.
    Services(Vec<At<Text>>),
    /// `resource SERVICE TYPE`: an old form, still seen.
    Resource {
        /// The service.
        service: At<Text>,
        /// The type of its resources.
        kind: At<Text>,
    },
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// By its name.
    Named(Name),
    /// By its OCID.
    Id(Ocid),
}

/// A name, perhaps with its identity domain: `[domain/]name`. Without one it is in the domain `Default`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// The identity domain.
    pub domain: Option<Text>,
    /// The name in it.
    pub name: Text,
}
