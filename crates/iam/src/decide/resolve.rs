//! What the names in a statement mean: compartments seen from where the policy is attached, groups in their domains, definitions.

use crate::syntax::{CompartmentPath, Defined, Location, Name, Ocid, Principal, Statement, Subject, Text};
use crate::tenancy::{CompartmentId, DEFAULT_DOMAIN, DynamicGroupId, GroupId, Policy, PolicySet};

use crate::tenancy::same;

/// Where a statement holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In this compartment and all below it.
    In(CompartmentId),
    /// Nowhere: there is no such compartment.
    NoSuchCompartment,
    /// Nowhere: a policy grants nothing above or beside the compartment that it is attached to.
    OutsideAttachment(CompartmentId),
    /// The name is a hole of a template, two compartments answer to it, or not all compartments are known.
    NotKnown,
}

/// Where a statement of a policy holds.
pub fn scope(set: &PolicySet, policy: &Policy, location: &Location) -> Scope {
    let unknown = if set.compartments.is_complete() { Scope::NoSuchCompartment } else { Scope::NotKnown };
    let found = match location {
        Location::Tenancy => Scope::In(CompartmentId::ROOT),
        Location::CompartmentId(ocid) => by_ocid(set, ocid),
        Location::Compartment(path) => by_path(set, policy, path).unwrap_or(unknown),
    };
    match found {
        Scope::In(id) if !set.compartments.within(id, policy.compartment) => Scope::OutsideAttachment(id),
        other => other,
    }
}

fn by_ocid(set: &PolicySet, ocid: &Ocid) -> Scope {
    let Some(known) = ocid.text().known() else { return Scope::NotKnown };
    match set.compartments.by_ocid(known) {
        Some(id) => Scope::In(id),
        None if set.compartments.is_complete()
            && set.compartments.ids().all(|id| set.compartments.ocid(id).is_some()) =>
        {
            Scope::NoSuchCompartment
        }
        None => Scope::NotKnown,
    }
}

/// The first name is a child of the compartment that the policy is attached to, or that compartment itself.
fn by_path(set: &PolicySet, policy: &Policy, path: &CompartmentPath) -> Option<Scope> {
    let names: Option<Vec<&str>> = path.0.iter().map(|name| name.known()).collect();
    let Some(names) = names else { return Some(Scope::NotKnown) };
    let (first, rest) = names.split_first()?;
    if rest.is_empty()
        && let Some(id) = defined(policy, Defined::Compartment, first)
    {
        return Some(by_ocid(set, id));
    }
    let tree = &set.compartments;
    let down = |from: CompartmentId| rest.iter().try_fold(from, |at, name| tree.child(at, name));
    let child = tree.child(policy.compartment, first).and_then(down);
    let own = same(tree.name(policy.compartment), first).then_some(policy.compartment).and_then(down);
    match (child, own) {
        (Some(_), Some(_)) => Some(Scope::NotKnown),
        (one, other) => one.or(other).map(Scope::In),
    }
}

/// What a name of a group leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Found<Id> {
    /// This one.
    Is(Id),
    /// None that anybody could be in.
    Nothing,
    /// An OCID, and there are groups of which nobody knows the OCID.
    OneWithoutOcid,
    /// A hole of a template.
    NotKnown,
}

/// The group that a statement names.
pub(crate) fn group(set: &PolicySet, policy: &Policy, principal: &Principal) -> Found<GroupId> {
    let groups =
        || set.groups().map(|(id, it)| (id, it.domain.as_str(), it.name.as_str(), it.ocid.as_deref()));
    find(policy, principal, Defined::Group, groups)
}

/// The dynamic group that a statement names.
pub(crate) fn dynamic_group(
    set: &PolicySet,
    policy: &Policy,
    principal: &Principal,
) -> Found<DynamicGroupId> {
    let groups = || {
        set.dynamic_groups().map(|(id, it)| (id, it.domain.as_str(), it.name.as_str(), it.ocid.as_deref()))
    };
    find(policy, principal, Defined::DynamicGroup, groups)
}

fn find<'a, Id, I>(policy: &Policy, principal: &Principal, kind: Defined, groups: impl Fn() -> I) -> Found<Id>
where
    I: Iterator<Item = (Id, &'a str, &'a str, Option<&'a str>)>,
{
    let ocid = match principal {
        Principal::Id(ocid) => Some(ocid),
        Principal::Named(Name { domain: None, name }) => {
            name.known().and_then(|name| defined(policy, kind, name))
        }
        Principal::Named(_) => None,
    };
    if let Some(ocid) = ocid {
        let Some(wanted) = ocid.text().known() else { return Found::NotKnown };
        if let Some(found) = groups().find(|(.., ocid)| ocid.is_some_and(|it| same(it, wanted))) {
            return Found::Is(found.0);
        }
        let all_known = groups().all(|(.., ocid)| ocid.is_some());
        return if all_known { Found::Nothing } else { Found::OneWithoutOcid };
    }
    let Principal::Named(name) = principal else { return Found::NotKnown };
    let domain = name.domain.as_ref().map_or(Some(DEFAULT_DOMAIN), Text::known);
    let (Some(domain), Some(wanted)) = (domain, name.name.known()) else { return Found::NotKnown };
    match groups().find(|(_, its, name, _)| same(its, domain) && same(name, wanted)) {
        Some(found) => Found::Is(found.0),
        None => Found::Nothing,
    }
}

/// What the policy defines a name as.
fn defined<'a>(policy: &'a Policy, kind: Defined, name: &str) -> Option<&'a Ocid> {
    policy.statements.iter().find_map(|it| match &it.value {
        Statement::Define(define)
            if define.kind.value == kind
                && define.name.domain.is_none()
                && define.name.name.known().is_some_and(|it| same(it, name)) =>
        {
            Some(&define.id.value)
        }
        _ => None,
    })
}

/// Whether a statement can be about anybody.
pub(crate) fn somebody(set: &PolicySet, policy: &Policy, subject: &Subject) -> bool {
    match subject {
        Subject::Groups(names) => names.iter().any(|it| group(set, policy, it) != Found::Nothing),
        Subject::DynamicGroups(names) => {
            names.iter().any(|it| dynamic_group(set, policy, it) != Found::Nothing)
        }
        _ => true,
    }
}
