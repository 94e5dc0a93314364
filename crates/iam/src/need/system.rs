//! A system as permission sees it: functions with their secret and image, and the groups that have to do with them.

use crate::make;
use crate::syntax::Subject;
use crate::tenancy::{CompartmentId, DEFAULT_DOMAIN, PolicySet, Principal, same};

/// A system of functions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct System {
    /// Its functions.
    pub workloads: Vec<Workload>,
    /// The groups that bring new images to them.
    pub deployers: Vec<Deployers>,
    /// The groups that create applications and functions.
    pub provisioners: Vec<Whom>,
    /// The compartment of the network that applications are put into.
    pub network: Option<CompartmentId>,
    /// Whether the functions are traced.
    pub tracing: bool,
    /// Groups that exist for this system and have no duty in it any more.
    pub former: Vec<Whom>,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its name.
    pub function: String,
    /// Its OCID, once it exists.
    pub ocid: Option<String>,
    /// Where it is.
    pub compartment: CompartmentId,
    /// As whom it calls.
    pub runs_as: RunsAs,
    /// The secret that it reads.
    pub secret: Option<Secret>,
    /// Where its image is.
    pub image: Option<Repository>,
    /// The buckets whose new objects it reads.
    pub buckets: Vec<Bucket>,
}

/// A bucket of Object Storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name, unique in the tenancy and region.
    pub name: String,
    /// Where it is.
    pub compartment: CompartmentId,
}

/// As whom a function calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunsAs {
    /// As itself, in this dynamic group.
    Resource(Whom),
    /// As a user of this group, by an API key.
    User(Whom),
}

/// A secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Its name.
    pub name: String,
    /// Its OCID, where it is known.
    pub ocid: Option<String>,
    /// Where it is.
    pub compartment: CompartmentId,
}

/// A repository of images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its name, unique in the tenancy.
    pub name: String,
    /// Where it is.
    pub compartment: CompartmentId,
    /// Whether the function names its image by digest: what is pushed later under the same tag is not what runs.
    pub pinned: bool,
}

/// A group that deploys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployers {
    /// The group.
    pub group: Whom,
    /// Whether it looks applications and functions up by name.
    pub looks_up: bool,
    /// Whether it calls the function to see that it works.
    pub invokes: bool,
}

/// Somebody who can be the subject of a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whom {
    /// A group, in a domain.
    Group {
        /// The identity domain.
        domain: String,
        /// The name.
        name: String,
    },
    /// A dynamic group, in a domain.
    DynamicGroup {
        /// The identity domain.
        domain: String,
        /// The name.
        name: String,
    },
    /// A service.
    Service(String),
}

impl Whom {
    /// A group of the default domain.
    pub fn group(name: impl Into<String>) -> Self {
        Whom::Group { domain: DEFAULT_DOMAIN.into(), name: name.into() }
    }

    /// A dynamic group of the default domain.
    pub fn dynamic_group(name: impl Into<String>) -> Self {
        Whom::DynamicGroup { domain: DEFAULT_DOMAIN.into(), name: name.into() }
    }

    /// As the subject of a statement.
    pub fn subject(&self) -> Subject {
        match self {
            Whom::Group { domain, name } => make::group(domain, name),
            Whom::DynamicGroup { domain, name } => make::dynamic_group(domain, name),
            Whom::Service(name) => make::service(name),
        }
    }

    /// As one who asks a set: a member of the group and of no other. None if the set has no such group.
    pub fn principal(&self, set: &PolicySet) -> Option<Principal> {
        match self {
            Whom::Group { domain, name } => {
                let found = set.groups().find(|(_, it)| same(&it.domain, domain) && same(&it.name, name));
                found.map(|(id, _)| Principal::member([id]))
            }
            Whom::DynamicGroup { domain, name } => {
                let found =
                    set.dynamic_groups().find(|(_, it)| same(&it.domain, domain) && same(&it.name, name));
                found.map(|(id, _)| Principal::matched([id]))
            }
            Whom::Service(name) => Some(Principal::Service(name.clone())),
        }
    }
}

impl std::fmt::Display for Whom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let prefix =
            |domain: &str| if same(domain, DEFAULT_DOMAIN) { String::new() } else { format!("{domain}/") };
        match self {
            Whom::Group { domain, name } => write!(f, "group {}{name}", prefix(domain)),
            Whom::DynamicGroup { domain, name } => write!(f, "dynamic-group {}{name}", prefix(domain)),
            Whom::Service(name) => write!(f, "service {name}"),
        }
    }
}
