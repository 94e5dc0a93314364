//! Who asks: users by their groups, resources by the dynamic groups whose rules match them, services.

use std::collections::{BTreeMap, BTreeSet};

use super::compartment::same;
use super::{ADMINISTRATORS, CompartmentId, DEFAULT_DOMAIN, Matching};

/// The place of a [`Group`] in its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub(crate) u32);

/// The place of a [`DynamicGroup`] in its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DynamicGroupId(pub(crate) u32);

impl GroupId {
    /// The place as a number, counted from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl DynamicGroupId {
    /// The place as a number, counted from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A group of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its identity domain.
    pub domain: String,
    /// Its OCID, where it is known.
    pub ocid: Option<String>,
}

impl Group {
    /// A group of the default domain, without an OCID.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), domain: DEFAULT_DOMAIN.into(), ocid: None }
    }

    /// Whether this is the group that no deny touches.
    pub fn is_administrators(&self) -> bool {
        same(&self.name, ADMINISTRATORS) && same(&self.domain, DEFAULT_DOMAIN)
    }
}

/// A group of resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DynamicGroup {
    /// Its name.
    pub name: String,
    /// Its identity domain.
    pub domain: String,
    /// Its OCID, where it is known.
    pub ocid: Option<String>,
    /// Which resources are in it.
    pub members: Members,
}

/// Which resources are in a dynamic group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members {
    /// Those that the rule matches.
    Matched(Matching),
    /// Nobody could read the rule: `list` answers `null` in tenancies with identity domains.
    NotKnown,
}

impl DynamicGroup {
    /// A dynamic group of the default domain, without an OCID.
    pub fn new(name: impl Into<String>, members: Members) -> Self {
        Self { name: name.into(), domain: DEFAULT_DOMAIN.into(), ocid: None, members }
    }
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A user of this tenancy.
    User(User),
    /// A resource of this tenancy: an instance, a function.
    Resource(Resource),
    /// A part of Oracle Cloud itself, by the name that statements give it, such as `faas`.
    Service(String),
    /// Anybody of another tenancy.
    Foreign,
}

/// A user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The user name.
    pub name: Option<String>,
    /// The OCID.
    pub ocid: Option<String>,
    /// All groups that the user is in.
    pub groups: BTreeSet<GroupId>,
}

/// A resource that acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its type, as rules and `request.principal.type` have it: `fnfunc`, `instance`; none if nobody knows it.
    pub kind: Option<String>,
    /// Its OCID.
    pub ocid: Option<String>,
    /// Where it is.
    pub compartment: Option<CompartmentId>,
    /// Its defined tags, `namespace.key` to value; none if nobody knows them.
    pub tags: Option<BTreeMap<String, String>>,
    /// Dynamic groups that it is known to be in, whatever can be said of their rules.
    pub groups: BTreeSet<DynamicGroupId>,
    /// Whether it is in no others, whatever their rules say.
    pub exact: bool,
}

impl Principal {
    /// A user that is in these groups and no others.
    pub fn member(groups: impl IntoIterator<Item = GroupId>) -> Self {
        Principal::User(User { groups: groups.into_iter().collect(), ..User::default() })
    }

    /// A function in a compartment.
    pub fn function(ocid: impl Into<String>, compartment: CompartmentId) -> Self {
        Principal::Resource(Resource {
            kind: Some("fnfunc".into()),
            ocid: Some(ocid.into()),
            compartment: Some(compartment),
            tags: Some(BTreeMap::new()),
            groups: BTreeSet::new(),
            exact: false,
        })
    }

    /// Some resource that is in these dynamic groups and no others; nothing else is known of it.
    pub fn matched(groups: impl IntoIterator<Item = DynamicGroupId>) -> Self {
        Principal::Resource(Resource {
            kind: None,
            ocid: None,
            compartment: None,
            tags: None,
            groups: groups.into_iter().collect(),
            exact: true,
        })
    }
}
