//! Calls: what a call needs may be several permissions, and one permission after another is asked for.

use crate::decide::{Decision, Engine};
use crate::permissions::{self, CallRow};
use crate::tenancy::{Bound, Others, Request, Variables};
use crate::truth::Truth;

/// Whether somebody may make a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallAnswer {
    /// Whether it is allowed. A call whose cases are answered differently is not known: it depends on the case.
    pub truth: Truth,
    /// The ways in which it can be made, or its cases.
    pub ways: Vec<Way>,
}

/// One row of the table of calls, answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The row.
    pub row: &'static CallRow,
    /// Whether all its permissions are allowed.
    pub truth: Truth,
    /// Each permission, answered.
    pub permissions: Vec<(&'static str, Decision)>,
}

/// Whether the principal of a request may make a call on its target; the request's permission is not looked at. None if the tables
/// do not know the call.
pub fn call(engine: &Engine<'_>, request: &Request, name: &str) -> Option<CallAnswer> {
    let rows = permissions::calls(name);
    let ways: Vec<Way> = rows.iter().map(|row| way(engine, request, row)).collect();
    let truths = || ways.iter().map(|way| way.truth);
    let truth = if rows.first()?.when.is_empty() {
        truths().fold(Truth::False, Truth::or)
    } else {
        let first = truths().next().unwrap_or(Truth::Unknown);
        if truths().all(|truth| truth == first) { first } else { Truth::Unknown }
    };
    Some(CallAnswer { truth, ways })
}

fn way(engine: &Engine<'_>, request: &Request, row: &'static CallRow) -> Way {
    let permissions: Vec<(&'static str, Decision)> = row
        .needs
        .iter()
        .map(|permission| {
            let mut asked = request.clone();
            asked.permission = (*permission).to_owned();
            asked.variables = carried(request.variables.clone(), row, permission);
            (*permission, engine.decide(&asked))
        })
        .collect();
    let truth = permissions.iter().map(|(_, decision)| decision.truth).fold(Truth::True, Truth::and);
    Way { row, truth, permissions }
}

/// A request names its operation. One for a list names no single resource, whatever the question said.
fn carried(mut variables: Variables, row: &CallRow, permission: &str) -> Variables {
    if variables.get("request.operation").is_none() {
        variables.set("request.operation", Bound::Value(row.name.into()));
    }
    let single = |name: &str| name.ends_with(".id") || name.ends_with(".name");
    for name in permissions::variables(permission).into_iter().filter(|name| single(name)) {
        if row.lists() && !name.starts_with("target.compartment.") {
            variables.set(name, Bound::Absent);
        } else if variables.get(name).is_none() && variables.others() == Others::NotKnown {
            variables.set(name, Bound::NotKnown);
        }
    }
    variables
}
