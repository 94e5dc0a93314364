//! What Terraform itself makes of an export, with a stand-in for the provider: it accepts it, its plan is the network and the permission
//! that the file means, what it applied needs no second change, and the guards stop what would delete.

use std::collections::{BTreeMap, BTreeSet};

use adit_terraform::plan::{Plan, Summary};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::export::{EXAMPLE, SYSTEM, exported};
use crate::export_round::{compared_with, given};
use crate::support::generate::file;
use crate::support::plan::plan;
use crate::support::stand_in::Laid;

/// What a plan does to what: `create`, `update`, `delete/create`, `import+update`. What stays as it is has no place in it.
fn actions(document: &Value) -> BTreeMap<String, String> {
    let changes = document["resource_changes"].as_array().into_iter().flatten();
    let told = changes.map(|it| {
        let actions: Vec<&str> = it["change"]["actions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|action| action.as_str().unwrap())
            .collect();
        let import = if it["change"]["importing"].is_null() { "" } else { "import+" };
        (it["address"].as_str().unwrap().to_owned(), format!("{import}{}", actions.join("/")))
    });
    told.filter(|(_, actions)| actions != "no-op").collect()
}

/// The leaves of a value by where they are. Nothing, and what is in no order (a set), is told alike by both.
fn leaves(at: &str, value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Null | Value::Bool(false) => {}
        Value::Object(fields) => {
            fields.iter().for_each(|(name, it)| leaves(&format!("{at}.{name}"), it, into))
        }
        Value::Array(items) => {
            let mut items: Vec<&Value> = items.iter().collect();
            items.sort_by_cached_key(|it| it.to_string());
            items.iter().enumerate().for_each(|(n, it)| leaves(&format!("{at}[{n}]"), it, into));
        }
        leaf => drop(into.insert(format!("{at} = {leaf}"))),
    }
}

/// All that a plan's reader looks at.
fn told(document: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let entries = |of: &Value| of.as_array().cloned().unwrap_or_default();
    for resource in entries(&document["resource_changes"]) {
        let address = resource["address"].as_str().unwrap();
        let change = &resource["change"];
        for part in ["after", "after_unknown"] {
            leaves(&format!("{address} {part}"), &change[part], &mut all);
        }
    }
    for resource in entries(&document["planned_values"]["root_module"]["resources"]) {
        leaves(&format!("{} values", resource["address"].as_str().unwrap()), &resource["values"], &mut all);
    }
    for resource in entries(&document["configuration"]["root_module"]["resources"]) {
        for part in ["expressions", "count_expression", "for_each_expression", "depends_on"] {
            leaves(&format!("{} {part}", resource["address"].as_str().unwrap()), &resource[part], &mut all);
        }
    }
    for (name, output) in document["planned_values"]["outputs"].as_object().unwrap() {
        leaves(&format!("output {name}"), &output["value"], &mut all);
    }
    all
}

/// What Terraform's plan and that of the tests' own planner do not have in common.
fn apart(real: &Value, ours: &Value) -> Vec<String> {
    let (real, ours) = (told(real), told(ours));
    let alone = |who: &str, one: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
        one.difference(other).map(|line| format!("{who}: {line}")).collect()
    };
    [alone("Terraform alone", &real, &ours), alone("the planner alone", &ours, &real)].concat()
}

/// Plans, applies in two stages and plans again: what both sides do not have in common. `None` where there is no Terraform.
fn found(text: &str) -> Option<Vec<String>> {
    let files = exported(text, &[]);
    let given = given(&files);
    let laid = Laid::new(&files, &given.variables)?;
    laid.must(&["fmt", "-check", "-diff"]);
    let valid: Value = serde_json::from_str(&laid.must(&["validate", "-json"])).unwrap();
    assert_eq!(valid["diagnostics"], json!([]));
    // The planner makes everything: Terraform knows the ids of what it takes over.
    let mut made = files.clone();
    made.remove("imports.tf");
    laid.write(&made);
    let mut found = apart(&laid.plan(), &plan(&files, &given).unwrap());
    laid.write(&files);
    let first = laid.plan();
    let mut without = given.variables.clone();
    without.remove("images");
    for variables in [&without, &given.variables] {
        laid.give(variables);
        let stage = actions(&laid.plan());
        let other = stage.into_iter().filter(|(_, did)| did != "create" && did != "import+update");
        found.extend(other.map(|(address, did)| format!("nothing but made: {did} {address}")));
        laid.apply();
    }
    let later = laid.plan();
    found.extend(actions(&later).into_iter().map(|(address, did)| format!("a second time: {did} {address}")));
    for document in [&first, &later] {
        let plan = Plan::parse("plan.json", document.to_string().as_bytes()).unwrap();
        let said = plan.values(&mut plan.planned());
        found.extend(said.into_iter().map(|finding| format!("a value: {finding:?}")));
    }
    found.extend(compared_with(text, &first, &later));
    Some(found)
}

#[test]
fn terraform_takes_the_example() {
    let Some(found) = found(EXAMPLE) else { return };
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn terraform_takes_a_system_of_everything() {
    let Some(found) = found(SYSTEM) else { return };
    // The address of somebody else's machine is the one thing that an OCID does not say.
    assert_eq!(
        found,
        [
            "the file alone: table Default Route Table for a in a: 10.77.0.0/16 -> 10.0.1.9",
            "the plan alone: table Default Route Table for a in a: 10.77.0.0/16 -> not known",
        ]
    );
}

#[test]
fn terraform_takes_random_files() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..4 {
        let text = file().new_tree(&mut runner).unwrap().current();
        let Some(found) = found(&text) else { return };
        assert!(found.is_empty(), "{found:#?}\n{text}");
    }
}

const FUNCTION: &str = "oci_functions_function.postgres_inserter[0]";
const APPLICATION: &str = "oci_functions_application.ingest";

/// First everything but functions, then the functions; then nothing may go that is not meant to.
#[test]
fn two_stages_and_their_guards() {
    let files = exported(EXAMPLE, &[]);
    let second = given(&files).variables;
    let mut first = second.clone();
    first.remove("images");
    let Some(laid) = Laid::new(&files, &first) else { return };

    let planned = laid.plan();
    let (built, text) =
        (Plan::parse("plan.json", planned.to_string().as_bytes()).unwrap(), planned.to_string());
    assert!(built.planned().built.faults.is_empty(), "{:?}", built.planned().built.faults);
    assert!(actions(&planned).values().all(|did| did == "create"), "{:?}", actions(&planned));
    assert!(
        actions(&planned).contains_key(APPLICATION) && !actions(&planned).contains_key(FUNCTION),
        "{text}"
    );
    laid.apply();
    assert_eq!(laid.must(&["output", "-json", "images"]).trim(), "{}");

    laid.give(&second);
    let planned = laid.plan();
    let did = actions(&planned);
    assert!(did.contains_key(FUNCTION) && did.values().all(|did| did == "create"), "{did:?}");
    laid.apply();
    assert_eq!(
        serde_json::from_str::<Value>(&laid.must(&["output", "-json", "images"])).unwrap(),
        second["images"]
    );
    assert_eq!(actions(&laid.plan()), BTreeMap::new());

    // Another image is put into place, and keeps the function.
    let mut other = second.clone();
    other.insert("images".to_owned(), json!({ "postgres-inserter": format!("sha256:{}", "f".repeat(64)) }));
    laid.give(&other);
    assert_eq!(actions(&laid.plan()), BTreeMap::from([(FUNCTION.to_owned(), "update".to_owned())]));

    laid.give(&first);
    let said = laid.refused();
    assert!(said.contains(&format!("Resource {FUNCTION} has lifecycle.prevent_destroy set")), "{said}");

    // Another subnet is another application, and another application is another function.
    laid.give(&second);
    let moved = EXAMPLE.replace("\"sandbox-vcn/fn-public-subnet\"", "\"sandbox-vcn/other\"").replace(
        "[route-table.fn-public-rt]",
        "[vcn.sandbox-vcn.subnet.other]\ncidr = \"10.1.1.0/24\"\naccess = \"public\"\nroute-table = \"fn-public-rt\"\n\
         security-list = \"fn-public-sl\"\n\n[route-table.fn-public-rt]",
    );
    laid.write(&exported(&moved, &[]));
    let said = laid.refused();
    assert!(said.contains(&format!("Resource {APPLICATION} has lifecycle.prevent_destroy set")), "{said}");
    laid.write(&exported(&moved, &["ingest"]));
    let said = laid.refused();
    assert!(said.contains(&format!("Resource {FUNCTION} has lifecycle.prevent_destroy set")), "{said}");
    laid.write(&exported(&moved, &["ingest", "postgres-inserter"]));
    let planned = laid.plan();
    let did = actions(&planned);
    let summary = Summary::parse("plan.json", planned.to_string().as_bytes()).unwrap();
    for address in [APPLICATION, FUNCTION] {
        assert_eq!(did[address], "delete/create", "{did:?}");
        assert!(summary.change(address).unwrap().action.destroys(), "{summary:?}");
    }
    laid.apply();
    assert_eq!(actions(&laid.plan()), BTreeMap::new());
}

/// What has an OCID is taken over, and made no second time.
#[test]
fn what_exists_is_imported() {
    let files = exported(SYSTEM, &[]);
    let Some(laid) = Laid::new(&files, &given(&files).variables) else { return };
    let planned = laid.plan();
    let imported: BTreeSet<(&str, &str)> = planned["resource_changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| Some((it["address"].as_str()?, it["change"]["importing"]["id"].as_str()?)))
        .collect();
    assert_eq!(
        imported,
        BTreeSet::from([
            ("oci_artifacts_container_repository.x_one", "ocid1.containerrepo.oc1.fra.aaa"),
            ("oci_core_drg.hub", "ocid1.drg.oc1.eu-frankfurt-1.aaa"),
            ("oci_core_drg_attachment.a", "ocid1.drgattachment.oc1.eu-frankfurt-1.aaa"),
            ("oci_core_subnet.db", "ocid1.subnet.oc1.eu-frankfurt-1.aaa"),
            ("oci_core_vcn.a", "ocid1.vcn.oc1.eu-frankfurt-1.aaa"),
        ])
    );
    let did = actions(&planned);
    assert!(did.values().all(|did| did == "create" || did == "import+update"), "{did:?}");
}

/// A function has no import block, for its block is there only with an image: it is taken over by hand.
#[test]
fn a_function_is_imported_by_hand() {
    let files = exported(EXAMPLE, &[]);
    let variables = given(&files).variables;
    let Some(laid) = Laid::new(&files, &variables) else { return };
    laid.must(&["import", "-input=false", FUNCTION, "ocid1.fnfunc.oc1.eu-frankfurt-1.there"]);
    let planned = laid.plan();
    assert_eq!(actions(&planned)[FUNCTION], "update");
    laid.apply();
    let functions = laid.must(&["output", "-json", "functions"]);
    assert!(functions.contains("ocid1.fnfunc.oc1.eu-frankfurt-1.there"), "{functions}");
}

/// Those of the stand-in's own rules that the others hang on: a plan that breaks one is refused.
#[test]
fn the_stand_in_refuses_as_the_provider_does() {
    let twice = "resource \"oci_events_rule\" \"r\" {\n  compartment_id = \"c\"\n  display_name = \"r\"\n  is_enabled = true\n  \
                 actions {\n    actions {\n      action_type = \"FAAS\"\n      is_enabled = true\n    }\n  }\n  condition = \"{}\"\n  \
                 condition_details {\n  }\n}\n";
    let head = "terraform {\n  required_providers {\n    oci = { source = \"oracle/oci\" }\n  }\n}\n";
    let files = |text: &str| [("main.tf".to_owned(), format!("{head}{text}"))].into();
    let Some(laid) = Laid::new(&files(""), &BTreeMap::new()) else { return };
    laid.write(&files(twice));
    let said = laid.refused();
    assert!(said.contains("Conflicting configuration arguments: condition"), "{said}");
    laid.write(&files(
        "resource \"oci_core_vcn\" \"v\" {\n  compartment_id = \"c\"\n  cidr = \"10.0.0.0/16\"\n}\n",
    ));
    let said = laid.refused();
    assert!(said.contains("An argument named \"cidr\" is not expected here"), "{said}");
}
