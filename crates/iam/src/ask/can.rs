//! Can P do X on T: by which statement, or what comes nearest and what is the least to add.

use crate::decide::{Decision, Engine, Near};
use crate::make;
use crate::permissions;
use crate::syntax::{Statement, Subject};
use crate::tenancy::{Bound, CompartmentId, PolicySet, Principal, Request, StatementId};
use crate::truth::Truth;

/// How many of the nearest statements are told.
const NEAREST: usize = 3;

/// The answer to "can P do X on T".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, by this statement.
    Allowed {
        /// The first that allows it.
        by: StatementId,
    },
    /// No: a statement denies it, whatever allows it.
    Denied {
        /// The first that denies it.
        by: StatementId,
    },
    /// No: nothing allows it.
    Missing {
        /// The statements that come nearest, and what each lacks.
        nearest: Vec<Near>,
        /// The least statement that would allow it; none if nothing that is known of the principal could stand in one.
        least: Option<Statement>,
    },
    /// It depends on something that is not known.
    NotKnown {
        /// The statements that perhaps allow it, or perhaps deny it.
        because: Vec<StatementId>,
        /// As for [`Answer::Missing`].
        least: Option<Statement>,
    },
}

/// Answers one request.
pub fn can(engine: &Engine<'_>, request: &Request) -> Answer {
    let Decision { truth, allow, deny } = engine.decide(request);
    let certain =
        |of: &[(StatementId, Truth)]| of.iter().find(|(_, truth)| truth.is_true()).map(|(id, _)| *id);
    let least = || least_statement(engine.set(), request);
    match (truth, certain(&deny), certain(&allow)) {
        (Truth::True, _, Some(by)) => Answer::Allowed { by },
        (Truth::False, Some(by), _) if !allow.is_empty() => Answer::Denied { by },
        (Truth::Unknown, _, certain_allow) => {
            let open = |of: &[(StatementId, Truth)]| of.iter().map(|(id, _)| *id).collect();
            // Where something certainly allows it, the doubt is about what denies it.
            let because = if certain_allow.is_some() { open(&deny) } else { open(&allow) };
            Answer::NotKnown { because, least: if certain_allow.is_some() { None } else { least() } }
        }
        _ => Answer::Missing { nearest: engine.nearest(request, NEAREST), least: least() },
    }
}

/// The least statement that allows a request: this permission, in this compartment, for the narrowest subject that is known, and for
/// this resource alone where the request says which. To be put into a policy that is attached to the compartment.
pub fn least_statement(set: &PolicySet, request: &Request) -> Option<Statement> {
    let (subject, mut conditions) = subject(set, &request.principal)?;
    let location = if request.target == CompartmentId::ROOT {
        crate::syntax::Location::Tenancy
    } else {
        make::compartment(set.compartments.name(request.target))
    };
    let mut narrowing = permissions::variables(&request.permission);
    // The id says all that the name would say.
    narrowing.retain(|name| {
        let id = name.strip_suffix(".name").map(|stem| format!("{stem}.id"));
        id.is_none_or(|id| value(request, &id).is_none())
    });
    conditions
        .extend(narrowing.into_iter().filter_map(|name| Some(make::equals(name, value(request, name)?))));
    Some(make::allow(
        subject,
        make::permissions([request.permission.as_str()]),
        location,
        make::all(conditions),
    ))
}

fn value<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    match request.variables.get(name)? {
        Bound::Value(value) if !value.contains(['\'', '*', '\n', '\r']) => Some(value),
        _ => None,
    }
}

/// Who it would be for, and what a condition must say if the subject alone says too little.
fn subject(set: &PolicySet, principal: &Principal) -> Option<(Subject, Vec<crate::syntax::Condition>)> {
    match principal {
        Principal::User(user) => {
            let group = user.groups.iter().find_map(|id| set.group(*id))?;
            Some((make::group(&group.domain, &group.name), Vec::new()))
        }
        Principal::Resource(resource) => {
            let mut groups = set.dynamic_groups().filter(|(id, _)| set.contains(*id, resource).is_true());
            let named = groups.next().map(|(_, it)| (make::dynamic_group(&it.domain, &it.name), Vec::new()));
            named.or_else(|| {
                let (kind, ocid) = (resource.kind.as_deref()?, resource.ocid.as_deref()?);
                let conditions = vec![
                    make::equals("request.principal.type", kind),
                    make::equals("request.principal.id", ocid),
                ];
                Some((Subject::AnyUser, conditions))
            })
        }
        Principal::Service(name) => Some((make::service(name), Vec::new())),
        Principal::Foreign => None,
    }
}
