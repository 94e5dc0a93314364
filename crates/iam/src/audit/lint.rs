//! What is wrong with a statement in itself, whatever the system needs.

use super::{Finding, Fix, Kind, Place};
use crate::decide::pattern::overlap;
use crate::decide::{Scope, applies_somehow, scope, somebody};
use crate::permissions;
use crate::syntax::{Action, At, Condition, Effect, Equality, Grant, Statement, Test, Value};
use crate::tenancy::{Bound, Policy, PolicySet, StatementId, Variables};

/// The faults of every statement of a set.
pub fn lint(set: &PolicySet) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, policy, statement) in set.statements() {
        if let Some(condition) = statement.condition() {
            findings.extend(tautology(id, condition));
        }
        if let Statement::Grant(grant) = &statement.value {
            findings.extend(dead(set, id, policy, grant));
        }
    }
    findings
}

fn finding(kind: Kind, id: StatementId, message: String, notes: Vec<String>, fix: Fix) -> Finding {
    Finding { kind, place: Place::Statement(id), message, notes, fix }
}

/// `any {x != a, x != b}`: whatever `x` is, it is unequal to one of them.
fn tautology(id: StatementId, condition: &Condition) -> Option<Finding> {
    let mut open = vec![condition];
    while let Some(condition) = open.pop() {
        match condition {
            Condition::All(parts) => open.extend(parts.iter().map(|it| &it.value)),
            Condition::Any(parts) => {
                if let Some(name) = excludes_nothing(parts) {
                    let message =
                        format!("`any {{{name} != …, {name} != …}}` is true for every value of {name}");
                    let notes = vec![
                        format!(
                            "every value is unequal to one of the two, so this restricts nothing as soon as a request carries {name}"
                        ),
                        "`all` means neither of them".into(),
                    ];
                    let fix = Fix::Do(format!("write `all` where `any` stands before the tests of {name}"));
                    return Some(finding(Kind::Tautology, id, message, notes, fix));
                }
                open.extend(parts.iter().map(|it| &it.value));
            }
            Condition::Test(_) => {}
        }
    }
    None
}

/// The variable of two tests for inequality that cannot both fail.
fn excludes_nothing(parts: &[At<Condition>]) -> Option<&str> {
    let unequal: Vec<(&str, &str, bool)> = parts
        .iter()
        .filter_map(|part| match &part.value {
            Condition::Test(Test::Compare { variable, equality, value })
                if equality.value == Equality::NotEqual =>
            {
                let (text, is_pattern) = match &value.value {
                    Value::String(text) => (text.known()?, false),
                    Value::Word(text) => (text.known()?, false),
                    Value::Ocid(ocid) => (ocid.text().known()?, false),
                    Value::Pattern(text) => (text.known()?, true),
                    Value::Variable(_) => return None,
                };
                // Whether a star in quotes is one is not settled; taken as one it matches more.
                Some((variable.as_str(), text, is_pattern || text.contains('*')))
            }
            _ => None,
        })
        .collect();
    let disjoint = |a: &(&str, &str, bool), b: &(&str, &str, bool)| {
        a.0.eq_ignore_ascii_case(b.0)
            && if a.2 || b.2 { !overlap(a.1, b.1) } else { a.1.to_lowercase() != b.1.to_lowercase() }
    };
    // Of many tests, looking at the neighbours of the first few is enough to say what is wrong.
    let few = unequal.iter().take(64);
    few.clone().enumerate().find_map(|(at, one)| {
        let met = unequal.iter().take(64).skip(at + 1).any(|other| disjoint(one, other));
        met.then_some(one.0)
    })
}

/// A statement that applies to nothing.
fn dead(set: &PolicySet, id: StatementId, policy: &Policy, grant: &Grant) -> Option<Finding> {
    let say = |message: String, why: &str| {
        Some(finding(Kind::Dead, id, message, vec![why.to_owned()], Fix::Remove))
    };
    match scope(set, policy, &grant.location) {
        Scope::NoSuchCompartment => {
            return say(
                "the statement holds nowhere: there is no such compartment".into(),
                "a name is looked for in the compartment that the policy is attached to; deeper ones take a path A:B",
            );
        }
        Scope::OutsideAttachment(place) => {
            let at = set.compartments.name(policy.compartment);
            let named = set.compartments.name(place);
            let message = format!("a policy attached to {at} grants nothing in {named}");
            let notes =
                vec!["a policy reaches the compartment that it is attached to and what is in it".into()];
            let fix = Fix::Do(format!("attach the policy to {named}"));
            return Some(finding(Kind::AboveAttachment, id, message, notes, fix));
        }
        Scope::In(_) | Scope::NotKnown => {}
    }
    if set.has_all_groups() && !somebody(set, policy, &grant.subject) {
        return say(
            "the statement is about nobody: there is no group of that name".into(),
            "a group without a domain is looked for in the domain Default",
        );
    }
    let condition = grant.condition.as_ref()?;
    if mentions(condition, "request.permission") && !any_permission(set, grant, condition) {
        return say(
            "the condition asks for permissions that the action does not have".into(),
            "`request.permission` is one of the permissions of the verb and type, one after the other",
        );
    }
    None
}

/// Whether the condition can hold for one of the permissions of the action.
fn any_permission(set: &PolicySet, grant: &Grant, condition: &Condition) -> bool {
    let names: Vec<&str> = match &grant.action.value {
        Action::Verb { verb, resource } => {
            let covered = permissions::covered(grant.effect.value, verb.value, resource);
            if covered.rest != permissions::Rest::Nothing {
                return true;
            }
            covered.permissions.iter().copied().collect()
        }
        Action::Permissions(list) => list.iter().map(|it| it.as_str()).collect(),
    };
    names.into_iter().any(|name| {
        let mut variables = Variables::not_known();
        variables.set("request.permission", Bound::Value(name.into()));
        applies_somehow(set, condition, variables)
    })
}

pub(super) fn mentions(condition: &Condition, name: &str) -> bool {
    let mut open = vec![condition];
    while let Some(condition) = open.pop() {
        match condition {
            Condition::Any(parts) | Condition::All(parts) => open.extend(parts.iter().map(|it| &it.value)),
            Condition::Test(test) => {
                let variable = match test {
                    Test::Compare { variable, .. }
                    | Test::In { variable, .. }
                    | Test::Time { variable, .. }
                    | Test::Between { variable, .. }
                    | Test::Sets { variable, .. }
                    | Test::Present(variable)
                    | Test::Absent(variable) => variable,
                };
                if variable.is(name) {
                    return true;
                }
            }
        }
    }
    false
}

/// Whether a statement allows something.
pub(super) fn allows(statement: &Statement) -> Option<&Grant> {
    match statement {
        Statement::Grant(grant) if grant.effect.value == Effect::Allow => Some(grant),
        _ => None,
    }
}
