//! From a plan's resources to policies: what is there once the plan is applied, and what was there before it.
//!
//! Both sides are of one tenancy, so that they can be compared: each has the compartments, groups and dynamic groups of both.

mod gap;
mod groups;
mod side;
mod tenancy;

use std::collections::BTreeMap;

use adit_iam::source::{Gathered, Unread};
use adit_iam::tenancy::{PolicySet, StatementId};

pub use gap::Gap;

use super::index::Both;
use side::Side;
use tenancy::Tenancy;

/// What a plan makes of the policies.
#[derive(Clone, Debug)]
pub struct PolicyChange {
    /// Once the plan is applied.
    pub planned: Policies,
    /// When it was made; without policies before the first.
    pub prior: Policies,
}

/// Policies out of a plan.
///
/// The set says of neither its compartments nor its groups that there are no others: a plan has what it makes and what it asks for.
#[derive(Clone, Debug)]
pub struct Policies {
    /// What could be read.
    pub set: PolicySet,
    /// Where each statement stands: `module.ci.oci_identity_policy.this["a"] statement 2`.
    pub places: BTreeMap<StatementId, String>,
    /// The statements that could not be read and are not in the set: answers may lack what they allow or deny.
    pub faults: Vec<Unread>,
    /// What is not known, and what the plan says that cannot be.
    pub gaps: Vec<Gap>,
}

/// Reads both sides.
pub(super) fn change(both: &Both, cautions: &[&'static str]) -> PolicyChange {
    let (planned, prior) = (Side::planned(both), Side::prior(both));
    let Tenancy { tree, groups, dynamic_groups } = tenancy::tenancy(&planned, &prior);
    let gather = |side: &Side<'_>| {
        let mut gathered = Gathered::new(tree.compartments.clone());
        groups.iter().for_each(|group| {
            gathered.set.add_group(group.clone());
        });
        let members = groups::members(side);
        for group in &dynamic_groups {
            gathered.set.add_dynamic_group(groups::with_members(&members, group));
        }
        side.policies(&tree, &mut gathered);
        gathered
    };
    let (mut after, mut before) = (gather(&planned), gather(&prior));
    // In one order, so that both sides have the same groups.
    let named = [after.set.clone(), before.set.clone()];
    for gathered in [&mut after, &mut before] {
        named.iter().for_each(|set| gathered.name_groups(set));
    }
    let policies = |side: &Side<'_>, Gathered { set, places, faults }: Gathered| Policies {
        set,
        places,
        faults,
        gaps: side.gaps(),
    };
    let (mut planned, prior) = (policies(&planned, after), policies(&prior, before));
    let cautions = cautions.iter().map(|caution| Gap::NotWhole { caution });
    planned.gaps.splice(0..0, cautions);
    PolicyChange { planned, prior }
}
