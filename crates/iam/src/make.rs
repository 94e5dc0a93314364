//! Statements made by the library itself: small, one line, printed as a person would write them.

use crate::syntax::{
    Action, At, CompartmentPath, Condition, Effect, Equality, Grant, Location, Name, Permission, Principal,
    ResourceType, Statement, Subject, Test, Text, Value, Variable, Verb,
};

fn at<T>(value: T) -> At<T> {
    At::nowhere(value)
}

/// `Allow subject to action in location [where condition]`.
pub(crate) fn allow(
    subject: Subject,
    action: Action,
    location: Location,
    condition: Option<Condition>,
) -> Statement {
    Statement::Grant(Grant {
        effect: at(Effect::Allow),
        subject: at(subject),
        action: at(action),
        location: at(location),
        condition: condition.map(at),
    })
}

pub(crate) fn group(domain: &str, name: &str) -> Subject {
    Subject::Groups(vec![at(named(domain, name))])
}

pub(crate) fn dynamic_group(domain: &str, name: &str) -> Subject {
    Subject::DynamicGroups(vec![at(named(domain, name))])
}

fn named(domain: &str, name: &str) -> Principal {
    let domain = (!domain.eq_ignore_ascii_case(crate::tenancy::DEFAULT_DOMAIN)).then(|| Text::new(domain));
    Principal::Named(Name { domain, name: Text::new(name) })
}

pub(crate) fn service(name: &str) -> Subject {
    Subject::Services(vec![at(Text::new(name))])
}

/// `{A, B}`.
pub(crate) fn permissions<'a>(names: impl IntoIterator<Item = &'a str>) -> Action {
    Action::Permissions(names.into_iter().map(|it| at(Permission::new(it))).collect())
}

/// `use vcns`.
pub(crate) fn verb(verb: Verb, resource: &str) -> Action {
    Action::Verb { verb: at(verb), resource: at(ResourceType::new(resource)) }
}

/// A compartment by its own name, as a policy that is attached to it, or to its parent, writes it.
pub(crate) fn compartment(name: &str) -> Location {
    Location::Compartment(CompartmentPath(vec![at(Text::new(name))]))
}

/// `variable = 'value'`.
pub(crate) fn equals(variable: &str, value: &str) -> Condition {
    Condition::Test(Test::Compare {
        variable: at(Variable::new(variable)),
        equality: at(Equality::Equal),
        value: at(Value::String(Text::new(value))),
    })
}

/// One condition alone, several in `all {…}`.
pub(crate) fn all(mut conditions: Vec<Condition>) -> Option<Condition> {
    match conditions.len() {
        0 | 1 => conditions.pop(),
        _ => Some(Condition::All(conditions.into_iter().map(at).collect())),
    }
}
