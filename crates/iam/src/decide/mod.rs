//! Whether a request is allowed, and by which statements.
//!
//! Two evaluators answer. [`mod@reference`] reads like the rules of `docs/policy-language.md`, statement by statement; [`Engine`] is made
//! once of a set and answers fast. Random sets and requests hold them against each other.

mod condition;
mod engine;
pub(crate) mod pattern;
pub mod reference;
mod resolve;

pub use engine::{Engine, Lacks, Near};
pub(crate) use engine::{Key, Row};
pub(crate) use reference::beyond_deny;
pub(crate) use resolve::somebody;
pub use resolve::{Scope, scope};

use crate::syntax::Condition;
use crate::tenancy::{CompartmentId, PolicySet, Principal, Request, StatementId, Variables};
use crate::truth::Truth;

/// The answer to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is allowed.
    pub truth: Truth,
    /// The statements that allow it, for certain or perhaps, in the order of the set.
    pub allow: Vec<(StatementId, Truth)>,
    /// Those that deny it. None if nothing denies this principal anything.
    pub deny: Vec<(StatementId, Truth)>,
}

impl Decision {
    /// Any statement that allows is enough, unless one denies.
    pub(crate) fn of(allow: Vec<(StatementId, Truth)>, deny: Vec<(StatementId, Truth)>) -> Self {
        let any =
            |of: &[(StatementId, Truth)]| of.iter().map(|(_, truth)| *truth).fold(Truth::False, Truth::or);
        Self { truth: any(&allow).and(!any(&deny)), allow, deny }
    }

    /// The first statement that certainly decides it.
    pub fn by(&self) -> Option<StatementId> {
        let first =
            |of: &[(StatementId, Truth)]| of.iter().find(|(_, truth)| truth.is_true()).map(|(id, _)| *id);
        first(&self.deny).or_else(|| first(&self.allow))
    }
}

/// Whether a condition may hold for a request that carries these variables, whoever makes it.
pub(crate) fn applies_somehow(set: &PolicySet, condition: &Condition, variables: Variables) -> bool {
    let request = Request::new(Principal::matched([]), "", CompartmentId::ROOT).carrying(variables);
    !condition::holds(set, &request, condition).is_false()
}

#[cfg(test)]
pub(crate) mod tests;
