//! Plans read as policies: what there will be, what there was, and what of it is not known.

use std::fmt::Write as _;

use adit_iam::diff::difference;
use adit_iam::tenancy::{Members, PolicySet, Principal, Request};
use adit_iam::{Engine, Truth};
use adit_terraform::plan::{Policies, PolicyChange};
use serde_json::{Value, json};

use crate::make::{Make, refer, there};

const TENANCY: &str = "ocid1.tenancy.oc1..acme";
const SANDBOX: &str = "ocid1.compartment.oc1..sandbox";

fn policy(name: &str, compartment: &str, statements: &[&str]) -> Value {
    json!({ "id": format!("ocid1.policy.oc1..{name}"), "name": name, "compartment_id": compartment, "description": name,
        "statements": statements, "state": "ACTIVE" })
}

fn compartment(name: &str, parent: &str) -> Value {
    json!({ "id": format!("ocid1.compartment.oc1..{name}"), "name": name, "compartment_id": parent, "state": "ACTIVE" })
}

fn group(name: &str) -> Value {
    json!({ "id": format!("ocid1.group.oc1..{name}"), "name": name, "compartment_id": TENANCY, "state": "ACTIVE" })
}

/// A tenancy that is there: a compartment, a group, a policy.
pub(crate) fn tenancy() -> Make {
    Make::default()
        .data("data.oci_identity_tenancy.acme", json!({ "id": TENANCY, "tenancy_id": TENANCY, "name": "acme" }))
        .data(
            "data.oci_identity_compartments.all",
            json!({ "id": "x", "compartment_id": TENANCY, "name": null, "compartments": [
                compartment("sandbox", TENANCY), compartment("inner", SANDBOX),
                { "id": "ocid1.compartment.oc1..old", "name": "old", "compartment_id": TENANCY, "state": "DELETED" },
            ] }),
        )
        .keep("oci_identity_group.deployers", group("Deployers"))
        .update(
            "module.ci[\"a\"].oci_identity_policy.this",
            policy("ci", SANDBOX, &["Allow group Deployers to read repos in compartment sandbox"]),
            policy(
                "ci",
                SANDBOX,
                &[
                    "Allow group Deployers to read repos in compartment sandbox",
                    "Allow group Deployers to manage functions-family in compartment inner",
                ],
            ),
        )
}

/// What is made beside it, and is known only in part.
pub(crate) fn made() -> Make {
    tenancy()
        .create("oci_identity_compartment.app", json!({ "name": "app", "compartment_id": SANDBOX }), &[])
        .create("oci_identity_compartment.deep", json!({ "name": "deep" }), &["compartment_id"])
        .written("oci_identity_compartment.deep", json!({ "compartment_id": refer(&["oci_identity_compartment.app.id"]) }))
        .create("oci_identity_compartment.top", json!({ "name": "top" }), &["compartment_id"])
        .written("oci_identity_compartment.top", json!({ "name": { "constant_value": "top" } }))
        .create("oci_identity_dynamic_group.loader", json!({ "name": "loader", "compartment_id": TENANCY }), &["matching_rule"])
        .written("oci_identity_dynamic_group.loader", json!({ "matching_rule": refer(&["oci_functions_function.loader.id"]) }))
        .create(
            "oci_identity_dynamic_group.typed",
            json!({ "name": "typed", "compartment_id": TENANCY, "matching_rule": "resource.type is 'fnfunc'" }),
            &[],
        )
        .create_with(
            "oci_identity_policy.app",
            json!({ "name": "app", "statements": [
                "Allow dynamic-group loader to read secret-bundles in compartment deep", null,
                "Allow group Deployers to manage repos and functions in compartment app",
                "Allow group Deployers to use fn-invocation in compartment app",
            ] }),
            json!({ "id": true, "compartment_id": true, "statements": [false, true, false, false] }),
        )
        .written(
            "oci_identity_policy.app",
            json!({ "compartment_id": refer(&["oci_identity_compartment.app.id"]),
                "statements": refer(&["oci_identity_group.deployers.name", "oci_vault_secret.password.id"]) }),
        )
        .create("oci_identity_policy.late", json!({ "name": "late", "compartment_id": "ocid1.compartment.oc1..far" }), &["statements"])
        .written("oci_identity_policy.late", json!({ "statements": refer(&["local.statements"]) }))
        .create("oci_identity_policy.lost", json!({ "statements": [] }), &["compartment_id", "name"])
        .written(
            "oci_identity_policy.lost",
            json!({ "name": refer(&["random_pet.name.id"]), "compartment_id": refer(&["var.compartment"]) }),
        )
}

fn told(policies: &Policies) -> String {
    let mut told = String::new();
    let tree = &policies.set.compartments;
    for id in tree.ids() {
        writeln!(told, "compartment {:?} = {}", tree.path(id), tree.ocid(id).unwrap_or("not yet")).unwrap();
    }
    for (_, group) in policies.set.groups() {
        writeln!(told, "group {} = {}", group.name, group.ocid.as_deref().unwrap_or("not yet")).unwrap();
    }
    for (_, group) in policies.set.dynamic_groups() {
        writeln!(told, "dynamic group {}: {:?}", group.name, group.members).unwrap();
    }
    for (id, policy, statement) in policies.set.statements() {
        let path = tree.path(policy.compartment);
        writeln!(told, "{} (at {path:?}): {}", policies.places[&id], statement.value).unwrap();
    }
    for unread in &policies.faults {
        let fault = &unread.faults[0];
        writeln!(told, "{}: {}: {}", unread.place, fault.code, fault.message).unwrap();
    }
    for gap in &policies.gaps {
        writeln!(told, "{}{}: {gap}", gap.code(), if gap.is_fault() { " fault" } else { "" }).unwrap();
    }
    told
}

#[test]
fn a_plan_is_what_there_will_be_and_what_there_was() {
    let PolicyChange { planned, prior } = made().plan().policies();
    insta::assert_snapshot!(format!("{}\nbefore:\n{}", told(&planned), told(&prior)));
}

/// The statement that a plan adds is found by comparing both sides, and has its address.
#[test]
fn the_two_sides_can_be_compared() {
    let PolicyChange { planned, prior } = made().plan().policies();
    let (old, new) = (Engine::new(&prior.set), Engine::new(&planned.set));
    let difference = difference(&old, &new).unwrap();
    assert_eq!(difference.less.changes, []);
    let by: Vec<&str> = difference.more.changes.iter().map(|it| planned.places[&it.by].as_str()).collect();
    assert!(by.contains(&"module.ci[\"a\"].oci_identity_policy.this statement 2"), "{by:?}");
    assert!(by.contains(&"oci_identity_policy.app statement 4"), "{by:?}");
    assert!(!by.iter().any(|place| place.ends_with("this statement 1")), "{by:?}");
}

/// A policy may be all that a plan has: whom it names is somebody, though the plan does not say who.
#[test]
fn groups_that_the_plan_does_not_have_are_somebody() {
    let statements = [
        "Allow group Operators to manage repos in tenancy",
        "Allow group id ocid1.group.oc1..auditors to read vaults in tenancy",
        "Allow dynamic-group Loaders to read secret-bundles in tenancy",
    ];
    let make =
        Make::default().create("oci_identity_policy.new", policy("new", TENANCY, &statements), &[]).delete(
            "oci_identity_policy.old",
            policy("old", TENANCY, &["Allow group Others to manage streams in tenancy"]),
        );
    let PolicyChange { planned, prior } = make.plan().policies();
    let difference = difference(&Engine::new(&prior.set), &Engine::new(&planned.set)).unwrap();
    let by: Vec<&str> = difference.more.changes.iter().map(|it| planned.places[&it.by].as_str()).collect();
    for number in 1..=3 {
        let place = format!("oci_identity_policy.new statement {number}");
        assert!(by.contains(&place.as_str()), "{place} is not in {by:?}, {:?}", difference.more.open);
    }
    assert!(
        difference
            .less
            .changes
            .iter()
            .all(|it| prior.places[&it.by] == "oci_identity_policy.old statement 1")
    );
    assert!(!difference.less.changes.is_empty());
}

fn may(set: &PolicySet, permission: &str, place: &str) -> Truth {
    let (id, _) = set.groups().next().unwrap();
    let target = set.compartments.find(place).unwrap();
    Engine::new(set).decide(&Request::new(Principal::member([id]), permission, target)).truth
}

#[test]
fn what_goes_is_gone_though_a_data_source_saw_it() {
    let before = policy("ci", SANDBOX, &["Allow group Deployers to read repos in compartment sandbox"]);
    let make = Make::default()
        .keep("oci_identity_group.deployers", group("Deployers"))
        .keep("oci_identity_compartment.sandbox", compartment("sandbox", TENANCY))
        .data(
            "data.oci_identity_policies.all",
            json!({ "id": "x", "compartment_id": SANDBOX, "policies": [
                before.clone(), policy("other", SANDBOX, &["Allow group Deployers to inspect vaults in compartment sandbox"]),
            ] }),
        )
        .delete("oci_identity_policy.ci", before);
    let PolicyChange { planned, prior } = make.plan().policies();
    assert_eq!(may(&prior.set, "REPOSITORY_READ", "sandbox"), Truth::True);
    assert_eq!(may(&planned.set, "REPOSITORY_READ", "sandbox"), Truth::False);
    assert_eq!(may(&planned.set, "VAULT_INSPECT", "sandbox"), Truth::True);
    let places: Vec<&String> = planned.places.values().collect();
    assert_eq!(places, ["data.oci_identity_policies.all.policies[1] statement 1"]);
    assert_eq!((planned.gaps.len(), prior.gaps.len()), (0, 0));
}

/// What Terraform gives up without deleting it holds as before.
#[test]
fn what_is_forgotten_still_holds() {
    let text = tenancy()
        .delete(
            "oci_identity_policy.kept",
            policy("kept", TENANCY, &["Allow group Deployers to inspect vaults in tenancy"]),
        )
        .text()
        .replace("\"delete\"", "\"forget\"");
    let plan = adit_terraform::plan::Plan::parse("plan.json", text.as_bytes()).unwrap();
    assert_eq!(may(&plan.policies().planned.set, "VAULT_INSPECT", "sandbox"), Truth::True);
}

#[test]
fn compartments_in_a_circle_end() {
    let planned = Make::default()
        .create("oci_identity_compartment.a", json!({ "name": "a" }), &["compartment_id"])
        .written(
            "oci_identity_compartment.a",
            json!({ "compartment_id": refer(&["oci_identity_compartment.b.id"]) }),
        )
        .create("oci_identity_compartment.b", json!({ "name": "b" }), &["compartment_id"])
        .written(
            "oci_identity_compartment.b",
            json!({ "compartment_id": refer(&["oci_identity_compartment.a.compartment_id"]) }),
        )
        .plan()
        .policies()
        .planned;
    assert_eq!(planned.set.compartments.count(), 3);
    assert!(!planned.gaps.is_empty());
}

#[test]
fn there_is_a_most() {
    let groups: Vec<Value> = (0..10_001)
        .map(|at| json!({ "id": format!("ocid1.group.oc1..{at}"), "name": format!("g{at}"), "compartment_id": TENANCY }))
        .collect();
    let planned = Make::default()
        .data(
            "data.oci_identity_groups.all",
            json!({ "id": "x", "compartment_id": TENANCY, "groups": groups }),
        )
        .plan()
        .policies()
        .planned;
    assert_eq!(planned.set.groups().len(), 10_000);
    let [gap] = planned.gaps.as_slice() else { panic!("{:?}", planned.gaps) };
    assert!(gap.to_string().contains("data.oci_identity_groups.all.groups[10000]"), "{gap}");
}

#[test]
fn a_group_that_goes_has_nobody_in_it() {
    let rule = json!({ "id": "ocid1.dynamicgroup.oc1..d", "name": "d", "compartment_id": TENANCY, "matching_rule": "resource.type = 'fnfunc'" });
    let PolicyChange { planned, prior } =
        tenancy().delete("oci_identity_dynamic_group.d", rule).plan().policies();
    let members = |policies: &Policies| policies.set.dynamic_groups().next().unwrap().1.members.clone();
    let matches = |members: &Members, set: &PolicySet| {
        let Principal::Resource(function) =
            Principal::function("ocid1.fnfunc.oc1..f", set.compartments.find("sandbox").unwrap())
        else {
            panic!()
        };
        let Members::Matched(rule) = members else { panic!("{members:?}") };
        rule.matches(set, &function)
    };
    assert_eq!(matches(&members(&prior), &prior.set), Truth::True);
    assert_eq!(matches(&members(&planned), &planned.set), Truth::False);
}

#[test]
fn values_of_another_type_are_told() {
    let planned = tenancy()
        .create(
            "oci_identity_policy.a",
            json!({ "name": 5, "compartment_id": ["x"], "statements": "Allow" }),
            &[],
        )
        .create(
            "oci_identity_policy.b",
            json!({ "name": "b", "compartment_id": TENANCY, "statements": [1] }),
            &[],
        )
        .create("oci_identity_dynamic_group.c", json!({ "name": "c", "matching_rule": {} }), &[])
        .create("oci_identity_group.d", json!({ "name": "deployers" }), &[])
        .plan()
        .policies()
        .planned;
    let said: Vec<String> = planned.gaps.iter().map(|gap| format!("{} {gap}", gap.code())).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_plan_says_what_it_is_about() {
    let about = |make: Make| (make.plan().has_network(), make.plan().has_policies());
    assert_eq!((about(there()), about(tenancy())), ((true, false), (false, true)));
    assert_eq!(there().plan().policies().planned.set.policies().len(), 0);
    // Nothing that is asked of a network that is not there has an answer.
    let fault = tenancy().plan().no_network();
    assert_eq!(fault.map(|fault| fault.code.to_string()).as_deref(), Some("A0185"));
    assert_eq!(there().plan().no_network(), None);
}
