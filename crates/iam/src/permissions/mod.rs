//! Which permissions a verb grants with a type of resources, and which ones a call needs: Oracle's tables as data.
//!
//! The tables know a part of Oracle Cloud. What they do not know is [`Truth::Unknown`], never a guess: neither are a type or a permission
//! without a row assumed to be nothing.

mod data;
mod row;
mod types;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

pub use row::{CallRow, FamilyRow, LEVELS, Levels, ResourceRow, Service, Source};
pub use types::is_type;

use crate::syntax::{Effect, ResourceType, Verb};
use crate::truth::Truth;

/// The month of the tables. Oracle adds permissions, and a policy keeps the meaning that it had when it was last written: an answer is of
/// the tables of this month.
pub const VERSION: &str = "2026-11";

/// The variables that every request carries, of the users' requests those of the user, of resources' requests those of the resource.
pub const GENERAL_VARIABLES: &[&str] = &[
    "request.user.id",
    "request.user.name",
    "request.groups.id",
    "request.permission",
    "request.operation",
    "request.networksource.name",
    "request.utc-timestamp",
    "request.utc-timestamp.month-of-year",
    "request.utc-timestamp.day-of-month",
    "request.utc-timestamp.day-of-week",
    "request.utc-timestamp.time-of-day",
    "request.region",
    "request.principal.type",
    "request.principal.id",
    "request.principal.compartment.id",
    "target.compartment.id",
    "target.compartment.name",
];

/// The tables, service by service.
pub fn services() -> &'static [Service] {
    data::SERVICES
}

struct Index {
    resources: BTreeMap<&'static str, &'static ResourceRow>,
    families: BTreeMap<&'static str, &'static FamilyRow>,
    calls: BTreeMap<String, Vec<&'static CallRow>>,
    needed_by: BTreeMap<&'static str, Vec<&'static CallRow>>,
    granted_by: BTreeMap<&'static str, Vec<(Verb, &'static str)>>,
}

type Verbs = BTreeMap<(Effect, Verb), Covered>;

/// What each verb means with each name, made once.
static COVERED: LazyLock<BTreeMap<&'static str, Verbs>> = LazyLock::new(|| {
    let verbs = || LEVELS.into_iter().flat_map(|verb| [(Effect::Allow, verb), (Effect::Deny, verb)]);
    let of = |name: &'static str| verbs().map(|key| (key, cover(key.0, key.1, name))).collect();
    resource_names().chain([ResourceType::ALL_RESOURCES]).map(|name| (name, of(name))).collect()
});

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index {
        resources: BTreeMap::new(),
        families: BTreeMap::new(),
        calls: BTreeMap::new(),
        needed_by: BTreeMap::new(),
        granted_by: BTreeMap::new(),
    };
    for service in services() {
        for row in service.resources {
            for name in std::iter::once(&row.name).chain(row.also) {
                index.resources.insert(name, row);
            }
            for (verb, levels) in LEVELS.iter().filter_map(|verb| Some((*verb, row.levels.as_ref()?))) {
                for permission in levels.added(verb) {
                    index.granted_by.entry(permission).or_default().push((verb, row.name));
                }
            }
        }
        for row in service.families {
            index.families.insert(row.name, row);
            for verb in LEVELS {
                for permission in row.beyond.added(verb) {
                    index.granted_by.entry(permission).or_default().push((verb, row.name));
                }
            }
        }
        for row in service.calls {
            index.calls.entry(row.name.to_ascii_lowercase()).or_default().push(row);
            for permission in row.needs {
                index.needed_by.entry(permission).or_default().push(row);
            }
        }
    }
    index
});

/// A type of resources by its name.
pub fn resource(name: &str) -> Option<&'static ResourceRow> {
    INDEX.resources.get(name).copied()
}

/// A family by its name.
pub fn family(name: &str) -> Option<&'static FamilyRow> {
    INDEX.families.get(name).copied()
}

/// Every name of a type or family that has a row, in the order of the alphabet.
pub fn resource_names() -> impl Iterator<Item = &'static str> {
    INDEX.resources.keys().chain(INDEX.families.keys()).copied()
}

/// The rows of a call by its name, in any case; none if the tables do not know it. See [`CallRow`] for what several mean.
pub fn calls(name: &str) -> &'static [&'static CallRow] {
    INDEX.calls.get(&name.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
}

/// The calls that need a permission.
pub fn calls_that_need(permission: &str) -> &'static [&'static CallRow] {
    INDEX.needed_by.get(permission).map_or(&[], Vec::as_slice)
}

/// Every permission that a verb grants, in the order of the alphabet.
pub fn all() -> impl Iterator<Item = &'static str> {
    INDEX.granted_by.keys().copied()
}

/// Whether the tables know a permission: it is written in upper case.
pub fn is_known(permission: &str) -> bool {
    INDEX.granted_by.contains_key(permission)
}

/// The least verb with each type (or, beyond its members, family) that grants a permission.
pub fn granted_by(permission: &str) -> &'static [(Verb, &'static str)] {
    INDEX.granted_by.get(permission).map_or(&[], Vec::as_slice)
}

/// The variables that a request for a permission may carry, beyond those of every request.
pub fn variables(permission: &str) -> BTreeSet<&'static str> {
    granted_by(permission)
        .iter()
        .filter_map(|(_, name)| resource(name))
        .flat_map(|row| row.variables.iter().copied())
        .collect()
}

/// What a verb with a type of resources is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// These permissions for certain.
    pub permissions: BTreeSet<&'static str>,
    /// And of all others.
    pub rest: Rest,
}

/// What is known of the permissions that a row does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rest {
    /// Of those that the tables know, none.
    Nothing,
    /// There is a type in it whose row is missing: any may be among them.
    NotKnown,
    /// All of them, whatever their names.
    Everything,
}

impl Covered {
    /// Whether a permission is among them.
    pub fn has(&self, permission: &str) -> Truth {
        if self.permissions.contains(permission) {
            return Truth::True;
        }
        match self.rest {
            Rest::Everything => Truth::True,
            Rest::NotKnown => Truth::Unknown,
            Rest::Nothing if is_known(permission) => Truth::False,
            Rest::Nothing => Truth::Unknown,
        }
    }
}

/// What a verb with a type of resources or a family allows or denies.
///
/// To allow, a verb includes the lesser ones; to deny, the greater ones: who may not even list may do nothing.
pub fn covered(effect: Effect, verb: Verb, name: &ResourceType) -> &'static Covered {
    static NOT_KNOWN: Covered = Covered { permissions: BTreeSet::new(), rest: Rest::NotKnown };
    COVERED.get(name.as_str()).and_then(|verbs| verbs.get(&(effect, verb))).unwrap_or(&NOT_KNOWN)
}

fn cover(effect: Effect, verb: Verb, name: &str) -> Covered {
    let mut covered = Covered { permissions: BTreeSet::new(), rest: Rest::Nothing };
    let mut take = |levels: &Levels| {
        for level in LEVELS {
            let included = match effect {
                Effect::Allow => level <= verb,
                Effect::Deny => level >= verb,
            };
            if included {
                covered.permissions.extend(levels.added(level));
            }
        }
    };
    let everything = match effect {
        Effect::Allow => Verb::Manage,
        Effect::Deny => Verb::Inspect,
    };
    if name == ResourceType::ALL_RESOURCES {
        for service in services() {
            service.resources.iter().filter_map(|row| row.levels.as_ref()).for_each(&mut take);
            service.families.iter().for_each(|row| take(&row.beyond));
        }
        covered.rest = if verb == everything { Rest::Everything } else { Rest::NotKnown };
        return covered;
    }
    let family = family(name);
    let members = family.map_or(std::slice::from_ref(&""), |family| family.members);
    if let Some(family) = family {
        take(&family.beyond);
    }
    let mut missing = false;
    for member in members {
        let member = if family.is_some() { member } else { name };
        match resource(member).and_then(|row| row.levels.as_ref()) {
            Some(levels) => take(levels),
            None => missing = true,
        }
    }
    if missing {
        covered.rest = Rest::NotKnown;
    }
    covered
}
