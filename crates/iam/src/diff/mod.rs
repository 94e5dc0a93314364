//! What a change of policies grants and takes away: not which texts differ, but which requests are answered differently.
//!
//! One statement is subjects × permissions × compartments × a condition. Permissions and compartments are finite; of subjects, one group
//! that allows and one that denies are enough; and a condition compares texts, so that for each variable a few values stand for all. The
//! search asks both sets about these. What it finds has a request as witness; the tests have every one confirmed by the reference
//! evaluator. What it cannot ask exhaustively is [`Open`], and then it is never said that there is nothing.

mod search;
mod values;

#[cfg(test)]
mod tests;

use crate::decide::Engine;
use crate::tenancy::{PolicySet, Request, StatementId};

/// How two sets of policies of one tenancy differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What the second allows and the first does not.
    pub more: Gains,
    /// What the first allows and the second does not.
    pub less: Gains,
}

/// What one set allows and another does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gains {
    /// Each with a witness.
    pub changes: Vec<Change>,
    /// What could not be settled.
    pub open: Vec<Open>,
}

impl Gains {
    /// Whether it is proved that there is nothing: of the permissions that the tables or a statement name.
    pub fn proved_nothing(&self) -> bool {
        self.changes.is_empty() && self.open.is_empty()
    }
}

/// Permissions that somebody has in one set and not in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The statement: one that allows and is in the one set alone, or one that denies and is in the other alone.
    pub by: StatementId,
    /// Whether it is a statement that denies.
    pub denied: bool,
    /// The permissions, at the compartment of the witness.
    pub permissions: Vec<String>,
    /// A request that the one set certainly allows and the other certainly does not.
    pub witness: Request,
}

/// A statement of which it is not settled whether it changes anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The statement.
    pub by: StatementId,
    /// Whether it is a statement that denies.
    pub denied: bool,
    /// Why.
    pub why: Why,
}

/// Why something is not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Somebody or something is not known: a name, a rule, a table's row, a star in quotes.
    NotKnown,
    /// A condition compares times.
    Times,
    /// A condition is about a variable with several values.
    Sets,
    /// A condition compares two variables.
    TwoVariables,
    /// There are too many values to ask about.
    TooMany,
}

/// The two sets are not of one tenancy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherTenancy;

impl std::fmt::Display for OtherTenancy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the two sets have different compartments, groups or dynamic groups")
    }
}

impl std::error::Error for OtherTenancy {}

/// Compares two sets that have the same compartments, groups and dynamic groups.
///
/// # Errors
/// If they have not. The rules of dynamic groups are not compared: a member is a member.
pub fn difference(old: &Engine<'_>, new: &Engine<'_>) -> Result<Difference, OtherTenancy> {
    if !same_tenancy(old.set(), new.set()) {
        return Err(OtherTenancy);
    }
    // Neither side needs the other.
    let (more, less) = std::thread::scope(|both| {
        let less = both.spawn(|| search::gains(new, old));
        (search::gains(old, new), less.join())
    });
    let less = less.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    Ok(Difference { more, less })
}

fn same_tenancy(a: &PolicySet, b: &PolicySet) -> bool {
    let groups = |set: &PolicySet| set.groups().map(|(_, it)| it.clone()).collect::<Vec<_>>();
    let dynamic = |set: &PolicySet| {
        let each = set.dynamic_groups().map(|(_, it)| (it.name.clone(), it.domain.clone(), it.ocid.clone()));
        each.collect::<Vec<_>>()
    };
    a.compartments == b.compartments && groups(a) == groups(b) && dynamic(a) == dynamic(b)
}
