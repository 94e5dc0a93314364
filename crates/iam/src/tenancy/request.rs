//! One request: who wants which permission where, and the variables that conditions can test.

use std::collections::{BTreeMap, BTreeSet};

use super::{CompartmentId, PolicySet, Principal};

/// One permission that somebody needs in one compartment.
///
/// A call that needs several permissions is several requests: `request.permission` is another in each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// The permission, in upper case.
    pub permission: String,
    /// The compartment of what is asked for.
    pub target: CompartmentId,
    /// What else the request carries.
    pub variables: Variables,
}

/// What is known of one variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The request carries it, and this is its value.
    Value(String),
    /// The request carries it, and it has these members.
    Set(BTreeSet<String>),
    /// The request does not carry it.
    Absent,
    /// Nobody knows whether it does, or what its value is.
    NotKnown,
}

/// The variables that a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variables {
    named: BTreeMap<String, Bound>,
    others: Others,
}

/// What holds of the variables that are not named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// The request carries no others: it is a whole request.
    Absent,
    /// It may carry others: it is a question that says a part.
    NotKnown,
}

impl Variables {
    /// No variables, beyond those that follow from the request itself.
    pub fn none() -> Self {
        Self { named: BTreeMap::new(), others: Others::Absent }
    }

    /// Variables of which nobody knows anything yet.
    pub fn not_known() -> Self {
        Self { named: BTreeMap::new(), others: Others::NotKnown }
    }

    /// With a value for one of them; its name is taken in any case.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, Bound::Value(value.into()));
        self
    }

    /// Binds one of them.
    pub fn set(&mut self, name: &str, bound: Bound) {
        self.named.insert(name.to_ascii_lowercase(), bound);
    }

    /// Those that are named, in lower case.
    pub fn named(&self) -> impl Iterator<Item = (&str, &Bound)> {
        self.named.iter().map(|(name, bound)| (name.as_str(), bound))
    }

    /// What holds of the others.
    pub fn others(&self) -> Others {
        self.others
    }

    /// What is known of one of them, by its name in lower case.
    pub fn get(&self, name: &str) -> Option<&Bound> {
        self.named.get(name)
    }
}

impl Request {
    /// A whole request: it carries no variables but those that follow from itself.
    pub fn new(principal: Principal, permission: &str, target: CompartmentId) -> Self {
        Self { principal, permission: permission.to_ascii_uppercase(), target, variables: Variables::none() }
    }

    /// With these variables.
    pub fn carrying(self, variables: Variables) -> Self {
        Self { variables, ..self }
    }

    /// What is known of a variable, by its name in lower case: what is named, then what follows from the request.
    pub fn bound(&self, set: &PolicySet, name: &str) -> Bound {
        match self.variables.get(name) {
            Some(bound) => bound.clone(),
            None => self.derived(set, name).unwrap_or(match self.variables.others {
                Others::Absent => Bound::Absent,
                Others::NotKnown => Bound::NotKnown,
            }),
        }
    }

    fn derived(&self, set: &PolicySet, name: &str) -> Option<Bound> {
        let known = |value: Option<&str>| match value {
            Some(value) => Bound::Value(value.into()),
            None => Bound::NotKnown,
        };
        let place = |id: CompartmentId| known(set.compartments.ocid(id));
        Some(match (name, &self.principal) {
            ("request.permission", _) => Bound::Value(self.permission.clone()),
            ("target.compartment.id", _) => place(self.target),
            ("target.compartment.name", _) => Bound::Value(set.compartments.name(self.target).into()),
            ("request.user.id", Principal::User(user)) => known(user.ocid.as_deref()),
            ("request.user.name", Principal::User(user)) => known(user.name.as_deref()),
            ("request.principal.type", Principal::User(_)) => Bound::Value("user".into()),
            ("request.groups.id", Principal::User(user)) => {
                let ids: Option<BTreeSet<String>> =
                    user.groups.iter().map(|id| set.group(*id)?.ocid.clone()).collect();
                ids.map_or(Bound::NotKnown, Bound::Set)
            }
            ("request.principal.type", Principal::Resource(resource)) => known(resource.kind.as_deref()),
            ("request.principal.id", Principal::Resource(resource)) => known(resource.ocid.as_deref()),
            ("request.principal.compartment.id", Principal::Resource(resource)) => {
                resource.compartment.map_or(Bound::NotKnown, place)
            }
            _ => return None,
        })
    }
}
