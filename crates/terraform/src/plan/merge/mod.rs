//! A plan beside a file: what somebody else owns and the file does not write out is as the plan says.
//!
//! Objects are the same if they have one name in one network. What is written in the file wins; what it has and the plan does not
//! stays as it is; what the plan has and the file does not is taken in as somebody else's, for packets may go there.

mod fill;
mod graft;
mod pairs;

use adit_blueprint::{Built, Finding, Severity, Source};
use adit_net::Network;

use super::{Planned, code};

/// Takes into a file's network what a plan knows of objects that the file does not manage; the plan's listing goes behind the
/// file's text. Tells where the two disagree, and what the plan itself does not know.
pub fn merge(built: &mut Built, source: &mut Source, planned: Planned) -> Vec<Finding> {
    let Planned { built: plan, listing, notes } = planned;
    let behind = source.add(listing);
    let shift = built.places.take(&plan.places, behind);
    let mut pairs = pairs::Pairs::find(&built.network, &plan.network);
    let mut found: Vec<Finding> = notes.into_iter().map(|note| note.moved(behind)).collect();
    found.extend(disagreements(built, &plan.network, &pairs));
    graft::graft(&mut built.network, &plan.network, &mut pairs, shift);
    fill::fill(built, &plan, &pairs, shift);
    found
}

/// Ranges that the file and the plan tell differently.
fn disagreements(built: &Built, plan: &Network, pairs: &pairs::Pairs) -> Vec<Finding> {
    let network = &built.network;
    let mut found = Vec::new();
    let mut add = |object: &adit_net::Object, written: String, planned: String| {
        let span = built.places.span(object.source).unwrap_or_default();
        let name = object.name.as_str();
        found.push(
            Finding::new(
                code::DISAGREE,
                name,
                span,
                format!("the file and the plan disagree about `{name}`"),
            )
            .severity(Severity::Warning)
            .here(format!("{planned} in the plan"))
            .observed(format!("{written} in the file, {planned} in the plan"))
            .expected("the same in both")
            .fix(format!("write {planned}, or plan {written}")),
        );
    };
    for (theirs, vcn) in plan.vcns.iter() {
        let Some(own) = pairs.vcn(theirs) else { continue };
        let own = network.vcns.at(own);
        let (mut written, mut planned) = (own.cidrs.clone(), vcn.cidrs.clone());
        written.sort();
        planned.sort();
        if written != planned && !written.is_empty() && !planned.is_empty() {
            let list = |all: &[adit_net::Cidr]| {
                all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
            };
            add(&own.object, list(&written), list(&planned));
        }
    }
    for (theirs, subnet) in plan.subnets.iter() {
        let Some(own) = pairs.subnet(theirs) else { continue };
        let own = network.subnets.at(own);
        if own.cidr != subnet.cidr {
            add(&own.object, own.cidr.to_string(), subnet.cidr.to_string());
        }
    }
    found
}
