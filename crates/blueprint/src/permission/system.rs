//! From the file's functions and groups to what they have to do.

use adit_iam::need::{Bucket, Deployers, Repository, RunsAs, Secret, System, Whom, Workload};
use adit_iam::tenancy::{DynamicGroup, Group, Members, PolicySet, Principal};

use super::place;
use crate::model::{Blueprint, Function};

pub(super) fn system(set: &mut PolicySet, blueprint: &Blueprint) -> System {
    let workloads = blueprint.functions.iter().map(|function| workload(set, blueprint, function)).collect();
    let may = |group: &crate::model::Group, what: &str| group.may.iter().any(|may| may.value == what);
    let deployers = blueprint.groups.iter().filter(|group| may(group, "deploy"));
    let deployers = deployers
        .map(|group| Deployers {
            group: Whom::group(&group.name.value),
            looks_up: true,
            invokes: may(group, "invoke"),
        })
        .collect();
    let provisioners = blueprint.groups.iter().filter(|group| may(group, "provision"));
    let provisioners = provisioners.map(|group| Whom::group(&group.name.value)).collect();
    for group in &blueprint.groups {
        set.add_group(Group::new(&group.name.value));
    }
    let network = blueprint.applications.first().map(|application| {
        let vcn = application.subnets.first().and_then(|subnet| subnet.value.split('/').next());
        let vcn = vcn.and_then(|name| blueprint.vcns.iter().find(|vcn| vcn.name.value == name));
        place(set, blueprint, vcn.and_then(|vcn| vcn.compartment.as_ref()))
    });
    System { workloads, deployers, provisioners, network, ..System::default() }
}

fn workload(set: &mut PolicySet, blueprint: &Blueprint, function: &Function) -> Workload {
    let application = blueprint.applications.iter().find(|it| it.name.value == function.application.value);
    let database = function.database.as_ref();
    let database =
        database.and_then(|name| blueprint.databases.iter().find(|it| it.name.value == name.value));
    let secret = database.and_then(|database| database.secret.as_ref());
    Workload {
        function: function.name.value.clone(),
        ocid: function.ocid.as_ref().map(|ocid| ocid.value.clone()),
        compartment: place(set, blueprint, application.and_then(|it| it.compartment.as_ref())),
        runs_as: runs_as(set, function),
        secret: secret.map(|secret| Secret {
            name: secret.name.value.clone(),
            ocid: secret.ocid.as_ref().map(|ocid| ocid.value.clone()),
            compartment: place(set, blueprint, secret.compartment.as_ref()),
        }),
        image: function.image.as_ref().map(|image| Repository {
            name: image.repository.value.clone(),
            compartment: place(set, blueprint, image.compartment.as_ref()),
            // What Adit deploys is named by its digest.
            pinned: true,
        }),
        buckets: buckets(set, blueprint, function),
    }
}

/// The buckets of a function, each once.
fn buckets(set: &mut PolicySet, blueprint: &Blueprint, function: &Function) -> Vec<Bucket> {
    let mut buckets: Vec<Bucket> = Vec::new();
    for name in &function.buckets {
        let Some(bucket) = blueprint.buckets.iter().find(|it| it.name.value == name.value) else { continue };
        if !buckets.iter().any(|it| it.name == name.value) {
            let compartment = place(set, blueprint, bucket.compartment.as_ref());
            buckets.push(Bucket { name: name.value.clone(), compartment });
        }
    }
    buckets
}

fn runs_as(set: &mut PolicySet, function: &Function) -> RunsAs {
    match &function.user_group {
        Some(group) => {
            set.add_group(Group::new(&group.value));
            RunsAs::User(Whom::group(&group.value))
        }
        None => {
            let written = function.dynamic_group.as_ref().map(|group| group.value.clone());
            RunsAs::Resource(Whom::dynamic_group(written.unwrap_or_else(|| own_group(&function.name.value))))
        }
    }
}

/// Functions that are in a dynamic group that there is, and name none, are taken to be in that one: the first whose rule does not leave
/// them out.
pub(super) fn settle_groups(set: &PolicySet, blueprint: &Blueprint, system: &mut System) {
    for (workload, function) in system.workloads.iter_mut().zip(&blueprint.functions) {
        if function.user_group.is_some() || function.dynamic_group.is_some() {
            continue;
        }
        let Principal::Resource(resource) = super::prove::function(workload) else { continue };
        let takes_in = |(id, group): &(_, &DynamicGroup)| {
            group.members != Members::NotKnown && !set.contains(*id, &resource).is_false()
        };
        if let Some((_, group)) = set.dynamic_groups().find(takes_in) {
            workload.runs_as = RunsAs::Resource(Whom::DynamicGroup {
                domain: group.domain.clone(),
                name: group.name.clone(),
            });
        }
    }
}

/// The dynamic group that a function is alone in. Names of groups have no spaces and few other characters; those of functions may.
fn own_group(function: &str) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = function.chars().map(legal).collect();
    format!("{name}-function")
}
