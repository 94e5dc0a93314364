//! What a file says of permission: the policies that there are, and what its functions and groups have to do. What follows from both is
//! `adit-iam`'s matter; here it becomes findings with places in the file.

mod judge;
mod names;
mod planned;
mod policies;
mod prove;
mod secret;
mod sources;
mod system;

use std::collections::BTreeMap;
use std::path::Path;

use adit_iam::need::System;
use adit_iam::tenancy::{CompartmentId, Compartments, PolicyId, PolicySet, StatementId};

pub use self::names::{NameError, Target};
pub use self::prove::check_permission;

use crate::finding::Finding;
use crate::model::{Blueprint, Name};
use crate::source::{Source, Span};
use crate::words::shown;

/// What a file says of permission.
#[derive(Debug)]
pub struct Permission {
    /// The compartments, groups and dynamic groups that it names, and the policies that there are.
    pub existing: PolicySet,
    /// What its functions and groups have to do.
    pub system: System,
    /// What is wrong with the policies as texts.
    pub faults: Vec<Finding>,
    /// Where each policy's statements are written, in the file.
    places: BTreeMap<PolicyId, Vec<Span>>,
    /// What statements of other sources are called.
    names: BTreeMap<PolicyId, Vec<String>>,
}

impl Permission {
    /// Nothing: no file says anything.
    pub fn none() -> Self {
        Self::start(PolicySet::new(Compartments::new("tenancy", None)))
    }

    fn start(existing: PolicySet) -> Self {
        Self {
            existing,
            system: System::default(),
            faults: Vec::new(),
            places: BTreeMap::new(),
            names: BTreeMap::new(),
        }
    }

    /// A tenancy that was gathered elsewhere; `places` is what its statements are called.
    pub fn gathered(set: PolicySet, places: &BTreeMap<StatementId, String>) -> Self {
        let mut permission = Self::start(set);
        for (id, place) in places {
            permission.names.entry(id.policy).or_default().push(place.clone());
        }
        permission.name_groups();
        permission
    }

    /// Reads it. `folder` is where the file is: policies in files of their own are looked for from there.
    pub fn read(blueprint: &Blueprint, source: &Source, folder: &Path) -> Self {
        let mut permission = Self::none().with_system(blueprint, source);
        for policy in &blueprint.policies {
            permission.policy(blueprint, policy, source, folder);
        }
        permission.name_groups();
        permission
    }

    /// With what the file says of functions, groups and compartments, and without its policies.
    #[must_use]
    pub fn with_system(self, blueprint: &Blueprint, source: &Source) -> Self {
        let mut permission = self;
        let set = &mut permission.existing;
        for compartment in &blueprint.compartments {
            place(set, blueprint, Some(&compartment.name));
        }
        permission.system = system::system(set, blueprint);
        permission.dynamic_groups(blueprint, source);
        system::settle_groups(&permission.existing, blueprint, &mut permission.system);
        permission
    }

    /// Where a statement is written, in the file.
    pub(crate) fn span(&self, id: StatementId) -> Option<Span> {
        self.places.get(&id.policy)?.get(usize::try_from(id.index).ok()?).copied()
    }

    /// A statement, as people find it.
    pub fn place_of(&self, id: StatementId) -> String {
        let at = usize::try_from(id.index).unwrap_or(usize::MAX);
        if let Some(name) = self.names.get(&id.policy).and_then(|names| names.get(at)) {
            return name.clone();
        }
        let policy = self.existing.policy(id.policy).map_or("", |policy| policy.name.as_str());
        format!("statement {} of policy {}", at.saturating_add(1), shown(policy))
    }

    /// A statement's text.
    pub fn text_of(&self, id: StatementId) -> String {
        self.existing.statement(id).map(|it| it.value.to_string()).unwrap_or_default()
    }
}

/// The words for the root compartment.
pub(crate) const ROOT: [&str; 2] = ["tenancy", "root"];

/// The compartment of this name, or path; that of the whole file if there is none, and then the tenancy.
fn place(set: &mut PolicySet, blueprint: &Blueprint, name: Option<&Name>) -> CompartmentId {
    match name.or(blueprint.tenancy.compartment.as_ref()) {
        Some(name) => named(set, blueprint, &name.value, 0),
        None => CompartmentId::ROOT,
    }
}

/// As deep as compartments can lie in each other (Oracle's limit), so that parents that name each other end.
const DEEPEST: usize = 6;

fn named(set: &mut PolicySet, blueprint: &Blueprint, path: &str, depth: usize) -> CompartmentId {
    if ROOT.iter().any(|word| word.eq_ignore_ascii_case(path)) || depth > DEEPEST {
        return CompartmentId::ROOT;
    }
    if let Some((parent, name)) = path.rsplit_once(':') {
        let parent = named(set, blueprint, parent.trim(), depth + 1);
        return set.compartments.add(parent, name.trim(), None);
    }
    if let Some(there) = set.compartments.find(path) {
        return there;
    }
    let described = blueprint.compartments.iter().find(|it| it.name.value.eq_ignore_ascii_case(path));
    let parent = described.and_then(|it| it.parent.as_ref()).map(|parent| parent.value.as_str());
    let parent = parent.map_or(CompartmentId::ROOT, |parent| named(set, blueprint, parent, depth + 1));
    let ocid = described.and_then(|it| it.ocid.as_ref()).map(|ocid| ocid.value.clone());
    set.compartments.add(parent, path, ocid)
}
