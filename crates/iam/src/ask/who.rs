//! Who can do X on T.

use std::collections::BTreeSet;

use crate::decide::{Decision, Engine};
use crate::syntax::{Statement, Subject};
use crate::tenancy::{DynamicGroupId, GroupId, Principal, Request};

/// Somebody who can.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Every user, whatever their groups.
    EveryUser,
    /// Every resource, whatever its dynamic groups.
    EveryResource,
    /// The members of a group, for being in it.
    Group(GroupId),
    /// What is in a dynamic group, for being in it.
    DynamicGroup(DynamicGroupId),
    /// A service.
    Service(String),
    /// Principals of other tenancies.
    Foreign,
}

/// All who can, for certain or perhaps. The request's own principal is not looked at.
///
/// Each group is asked about alone: statements add up, so who is in several groups can do what one of them can, except where a statement
/// denies it to another of them.
pub fn who(engine: &Engine<'_>, request: &Request) -> Vec<(Who, Decision)> {
    let set = engine.set();
    let ask = |principal| engine.decide(&Request { principal, ..request.clone() });
    let mut found = Vec::new();
    let mut take = |who: Who, decision: Decision| {
        let may = !decision.truth.is_false();
        if may {
            found.push((who, decision));
        }
        may
    };
    let every_user = take(Who::EveryUser, ask(Principal::member([])));
    let every_resource = take(Who::EveryResource, ask(Principal::matched([])));
    for (id, _) in set.groups() {
        let decision = ask(Principal::member([id]));
        if !every_user || decision.allow.len() > 1 {
            take(Who::Group(id), decision);
        }
    }
    for (id, _) in set.dynamic_groups() {
        let decision = ask(Principal::matched([id]));
        if !every_resource || decision.allow.len() > 1 {
            take(Who::DynamicGroup(id), decision);
        }
    }
    for name in services(engine) {
        let decision = ask(Principal::Service(name.clone()));
        take(Who::Service(name), decision);
    }
    take(Who::Foreign, ask(Principal::Foreign));
    found
}

/// The services that any statement names.
fn services(engine: &Engine<'_>) -> BTreeSet<String> {
    let subjects = engine.set().statements().filter_map(|(_, _, statement)| Statement::subject(statement));
    let names = subjects.filter_map(|subject| match &subject.value {
        Subject::Services(names) => {
            Some(names.iter().filter_map(|name| name.known().map(str::to_ascii_lowercase)))
        }
        _ => None,
    });
    names.flatten().collect()
}
