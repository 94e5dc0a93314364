//! The reference evaluator: a statement applies to a request if its subject, its action, its location and its condition do. Slow, and
//! plain enough to be read beside the rules.

use super::Decision;
use super::condition::holds;
use super::resolve::{Found, Scope, dynamic_group, group, scope};
use crate::permissions;
use crate::syntax::{Action, Effect, Place, Statement, Subject};
use crate::tenancy::{Policy, PolicySet, Principal, Request};
use crate::truth::Truth;

/// Answers one request.
pub fn decide(set: &PolicySet, request: &Request) -> Decision {
    let (mut allow, mut deny) = (Vec::new(), Vec::new());
    for (id, policy, statement) in set.statements() {
        let truth = applies(set, policy, statement, request);
        match statement.effect() {
            Some(Effect::Allow) if !truth.is_false() => allow.push((id, truth)),
            Some(Effect::Deny) if !truth.is_false() && !beyond_deny(set, &request.principal) => {
                deny.push((id, truth))
            }
            _ => {}
        }
    }
    Decision::of(allow, deny)
}

/// The group Administrators of the default domain is denied nothing.
pub(crate) fn beyond_deny(set: &PolicySet, principal: &Principal) -> bool {
    match principal {
        Principal::User(user) => {
            user.groups.iter().any(|id| set.group(*id).is_some_and(|group| group.is_administrators()))
        }
        _ => false,
    }
}

/// Whether a statement speaks of a request, whatever it then does with it.
pub fn applies(set: &PolicySet, policy: &Policy, statement: &Statement, request: &Request) -> Truth {
    let condition = match statement.condition() {
        Some(condition) => holds(set, request, condition),
        None => Truth::True,
    };
    match statement {
        Statement::Grant(grant) => subject(set, policy, &grant.subject, request)
            .and(action(grant.effect.value, &grant.action, request))
            .and(place(set, scope(set, policy, &grant.location), request))
            .and(condition),
        // What another tenancy's principals may do here takes a statement there as well: it is never certain.
        Statement::Admit(admit) => {
            let foreign = Truth::from(request.principal == Principal::Foreign).and(Truth::Unknown);
            let here = match &admit.place.value {
                Place::Here(location) => place(set, scope(set, policy, location), request),
                Place::There(_) => Truth::False,
            };
            foreign.and(action(admit.effect.value, &admit.action, request)).and(here).and(condition)
        }
        // What own principals may do elsewhere: no request to this tenancy is about it.
        Statement::Endorse(_) | Statement::Define(_) => Truth::False,
    }
}

/// Whether the subject is the one who asks.
pub fn subject(set: &PolicySet, policy: &Policy, subject: &Subject, request: &Request) -> Truth {
    match (subject, &request.principal) {
        (Subject::AnyUser, principal) => (*principal != Principal::Foreign).into(),
        (Subject::AnyGroup, principal) => {
            matches!(principal, Principal::User(_) | Principal::Resource(_)).into()
        }
        (Subject::Groups(groups), Principal::User(user)) => {
            any(groups.iter().map(|it| match group(set, policy, it) {
                Found::Is(id) => user.groups.contains(&id).into(),
                Found::Nothing => Truth::False,
                Found::OneWithoutOcid => {
                    let may_be =
                        user.groups.iter().any(|id| set.group(*id).is_none_or(|group| group.ocid.is_none()));
                    Truth::from(may_be).and(Truth::Unknown)
                }
                Found::NotKnown => Truth::Unknown,
            }))
        }
        (Subject::DynamicGroups(groups), Principal::Resource(resource)) => {
            any(groups.iter().map(|it| match dynamic_group(set, policy, it) {
                Found::Is(id) => set.contains(id, resource),
                Found::Nothing => Truth::False,
                Found::OneWithoutOcid | Found::NotKnown => Truth::Unknown,
            }))
        }
        (Subject::Services(names), Principal::Service(name)) => {
            any(names.iter().map(|it| match it.known() {
                Some(known) => known.eq_ignore_ascii_case(name).into(),
                None => Truth::Unknown,
            }))
        }
        // Which principals this old form means is not documented.
        (Subject::Resource { .. }, Principal::Resource(_) | Principal::Service(_)) => Truth::Unknown,
        _ => Truth::False,
    }
}

/// Whether the action is about the permission.
pub fn action(effect: Effect, action: &Action, request: &Request) -> Truth {
    match action {
        Action::Verb { verb, resource } => {
            permissions::covered(effect, verb.value, resource).has(&request.permission)
        }
        Action::Permissions(list) => any(list.iter().map(|it| (it.as_str() == request.permission).into())),
    }
}

fn place(set: &PolicySet, scope: Scope, request: &Request) -> Truth {
    match scope {
        Scope::In(id) => set.compartments.within(request.target, id).into(),
        Scope::NoSuchCompartment | Scope::OutsideAttachment(_) => Truth::False,
        Scope::NotKnown => Truth::Unknown,
    }
}

fn any(truths: impl Iterator<Item = Truth>) -> Truth {
    truths.fold(Truth::False, Truth::or)
}
