//! What can P do.

use std::collections::BTreeMap;

use crate::decide::Engine;
use crate::permissions;
use crate::tenancy::{CompartmentId, Principal, Request, StatementId, Variables};
use crate::truth::Truth;

/// A permission that somebody has somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Power {
    /// The permission.
    pub permission: &'static str,
    /// The compartment, with all below it that are not named with another answer.
    pub compartment: CompartmentId,
    /// Whether; unknown mostly means: under a condition.
    pub truth: Truth,
    /// The statements that it is by.
    pub by: Vec<StatementId>,
}

/// Every permission of the tables that a principal has, compartment by compartment. A compartment is left out where the answer is that
/// of the one around it.
pub fn what(engine: &Engine<'_>, principal: &Principal) -> Vec<Power> {
    let set = engine.set();
    let mut powers = Vec::new();
    let mut around: BTreeMap<(CompartmentId, &'static str), Truth> = BTreeMap::new();
    for compartment in set.compartments.ids() {
        let mut request = Request::new(principal.clone(), "", compartment).carrying(Variables::not_known());
        for permission in permissions::all() {
            permission.clone_into(&mut request.permission);
            let decision = engine.decide(&request);
            let above =
                set.compartments.parent(compartment).and_then(|parent| around.get(&(parent, permission)));
            if decision.truth != above.copied().unwrap_or(Truth::False) {
                let by = decision.allow.iter().map(|(id, _)| *id).collect();
                powers.push(Power { permission, compartment, truth: decision.truth, by });
            }
            around.insert((compartment, permission), decision.truth);
        }
    }
    powers
}
