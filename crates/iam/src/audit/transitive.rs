//! Who can read a secret without the right to: by shipping the code that has it.
//!
//! A function's resource principal reads the secret for whatever code the function is. Whoever changes that code, or makes another
//! function that the dynamic group takes in, reads the secret.

use super::{Finding, Fix, Kind, Place};
use crate::ask::{self, Who};
use crate::decide::Engine;
use crate::need::{RunsAs, System, Whom, Workload};
use crate::tenancy::{
    CompartmentId, DynamicGroupId, PolicySet, Principal, Request, Resource, Variables, same,
};
use crate::truth::Truth;

/// Somebody who can ship code that reads a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipping {
    /// Who.
    pub who: Who,
    /// By what.
    pub through: Through,
    /// The function whose secret it is.
    pub function: String,
    /// The secret.
    pub secret: String,
    /// The permission, and whether they certainly have it.
    pub permission: &'static str,
    /// Whether they certainly have it.
    pub truth: Truth,
    /// Where they have it.
    pub compartment: CompartmentId,
}

/// By what code gets to where it can read the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Through {
    /// A new image for the function itself.
    Update,
    /// A push under the tag that the function runs.
    Push,
    /// A new function that the dynamic group takes in.
    Create,
    /// A new image for another function that the dynamic group takes in.
    UpdateAnother,
}

/// Everybody who can ship code that reads a secret of the system, for certain or perhaps.
pub fn shipping(engine: &Engine<'_>, system: &System) -> Vec<Shipping> {
    let mut found: Vec<Shipping> = Vec::new();
    for workload in &system.workloads {
        let (RunsAs::Resource(group), Some(secret)) = (&workload.runs_as, &workload.secret) else { continue };
        let mut take = |through, permission: &'static str, compartment, variables: Variables| {
            let request = Request::new(Principal::Foreign, permission, compartment).carrying(variables);
            for (who, decision) in ask::who(engine, &request) {
                let (function, secret) = (workload.function.clone(), secret.name.clone());
                let truth = decision.truth;
                let one = Shipping { who, through, function, secret, permission, truth, compartment };
                // Who can do it above can do it here: the first place is enough.
                let known = found
                    .iter()
                    .any(|it| (&it.who, it.through, &it.function) == (&one.who, through, &one.function));
                if !known {
                    found.push(one);
                }
            }
        };
        let this = match &workload.ocid {
            Some(ocid) => Variables::not_known().with("target.function.id", ocid.clone()),
            None => Variables::not_known(),
        };
        take(Through::Update, "FN_FUNCTION_UPDATE", workload.compartment, this);
        if let Some(image) = workload.image.as_ref().filter(|image| !image.pinned) {
            let this = Variables::not_known().with("target.repo.name", image.name.clone());
            take(Through::Push, "REPOSITORY_UPDATE", image.compartment, this);
        }
        for compartment in others(engine.set(), group, workload) {
            take(Through::Create, "FN_FUNCTION_CREATE", compartment, Variables::not_known());
            let another = Variables::not_known().with("target.function.id", "another function");
            take(Through::UpdateAnother, "FN_FUNCTION_UPDATE", compartment, another);
        }
    }
    found
}

/// The compartments in which the dynamic group takes in another function than the workload's own.
fn others(set: &PolicySet, group: &Whom, workload: &Workload) -> Vec<CompartmentId> {
    let Whom::DynamicGroup { domain, name } = group else { return Vec::new() };
    let found = set.dynamic_groups().find(|(_, it)| same(&it.domain, domain) && same(&it.name, name));
    let Some((id, _)) = found else { return Vec::new() };
    let takes_in = |compartment: &CompartmentId| takes_in(set, id, *compartment, workload);
    set.compartments.ids().filter(takes_in).collect()
}

fn takes_in(set: &PolicySet, id: DynamicGroupId, compartment: CompartmentId, workload: &Workload) -> bool {
    let ocid = format!("another than {}", workload.ocid.as_deref().unwrap_or_default());
    let another = Resource {
        kind: Some("fnfunc".into()),
        ocid: Some(ocid),
        compartment: Some(compartment),
        tags: None,
        groups: std::collections::BTreeSet::new(),
        exact: false,
    };
    !set.contains(id, &another).is_false()
}

/// One finding for each of them.
pub(super) fn findings(engine: &Engine<'_>, system: &System) -> Vec<Finding> {
    let set = engine.set();
    let one = |it: Shipping| {
        let who = name(set, &it.who);
        let what = match it.through {
            Through::Update => "can give it another image",
            Through::Push => "can push what its tag stands for",
            Through::Create => "can create a function beside it",
            Through::UpdateAnother => "can change a function beside it",
        };
        let perhaps = if it.truth.is_true() { "" } else { "perhaps " };
        let fix = match it.through {
            Through::Update => "review what is deployed, by digest; or sign images and require the signature",
            Through::Push => "name the image by digest",
            Through::Create | Through::UpdateAnother => {
                "let the dynamic group's rule name this function alone"
            }
        };
        Finding {
            kind: Kind::Transitive,
            place: Place::Set,
            message: format!("{who} {perhaps}reads secret {} by code of {}", it.secret, it.function),
            notes: vec![format!(
                "{} in {}: {who} {what}",
                it.permission,
                set.compartments.name(it.compartment)
            )],
            fix: Fix::Do(fix.into()),
        }
    };
    shipping(engine, system).into_iter().map(one).collect()
}

fn name(set: &PolicySet, who: &Who) -> String {
    match who {
        Who::EveryUser => "every user".into(),
        Who::EveryResource => "every resource".into(),
        Who::Group(id) => set.group(*id).map(|it| format!("group {}", it.name)).unwrap_or_default(),
        Who::DynamicGroup(id) => {
            set.dynamic_group(*id).map(|it| format!("dynamic-group {}", it.name)).unwrap_or_default()
        }
        Who::Service(name) => format!("service {name}"),
        Who::Foreign => "another tenancy".into(),
    }
}
