//! The round trip of exports: what Terraform would make of a file's module is the network and the permission that the file means,
//! for the examples and for random files with hostile names.

use std::collections::BTreeMap;
use std::path::Path;

use adit_blueprint::{Built, Permission, Source, build, parse};
use adit_iam::need::{Whom, rules};
use adit_iam::syntax::{At, Location, Ocid, Statement, Text};
use adit_terraform::plan::Plan;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::export::{EXAMPLE, SYSTEM, exported};
use crate::support::generate::file;
use crate::support::plan::{Given, plan};
use crate::support::root::{Files, Root, argument};
use crate::support::same::{called, differences, lines};
use crate::support::{check, format};

/// Variables with values that say what they are, images for all functions, and the names of Oracle's services.
pub(crate) fn given(files: &Files) -> Given {
    let root = Root::read(files);
    let mut given = Given::default();
    for (name, body) in &root.variables {
        if argument(body, "default").is_none() {
            let told =
                body.blocks().find_map(|block| argument(block.body(), "condition")).map(ToString::to_string);
            // `can(regex("^ocid1\\.(vcn|subnet)\\.", var.x))`
            let kind = told.as_deref().and_then(|text| text.split("ocid1\\\\.").nth(1)).unwrap_or("text");
            let kind: String =
                kind.trim_start_matches('(').chars().take_while(char::is_ascii_lowercase).collect();
            let mut last = name.strip_suffix("_ocid").unwrap_or(name);
            for of in ["drg_route_table", "route_table", "security_list", "subnet", "vcn", "drg", "secret"] {
                last = last.strip_suffix(&format!("_{of}")).unwrap_or(last);
            }
            // What begins with no letter in the cloud begins with `n` in Terraform.
            let bare =
                last.strip_prefix('n').filter(|rest| rest.starts_with(|c: char| !c.is_ascii_alphabetic()));
            let last = bare.unwrap_or(last);
            given.variables.insert(name.clone(), format!("ocid1.{kind}.oc1.eu-frankfurt-1.{last}").into());
        }
    }
    if root.variables.contains_key("images") {
        let names = root.resources.values().filter(|it| it.kind == "oci_functions_function");
        let names = names.filter_map(|it| match it.argument("display_name") {
            Some(hcl::Expression::String(name)) => {
                Some((name.clone(), json!(format!("sha256:{}", "0123456789abcdef".repeat(4)))))
            }
            _ => None,
        });
        given.variables.insert("images".to_owned(), Value::Object(names.collect()));
    }
    for (name, said) in [
        (
            "all",
            ("All FRA Services In Oracle Services Network", "all-fra-services-in-oracle-services-network"),
        ),
        ("object_storage", ("OCI FRA Object Storage", "oci-fra-objectstorage")),
    ] {
        let service = json!({ "services": [{ "id": format!("ocid1.service.oc1.eu-frankfurt-1.{name}"),
            "name": said.0, "description": said.0, "cidr_block": said.1 }] });
        given.data.insert(format!("data.oci_core_services.{name}"), service);
    }
    given
}

fn read(text: &str) -> (Source, Built, Permission) {
    let source = Source::new("adit.toml", text);
    let parsed = parse(&source);
    let built = build(&parsed.blueprint);
    let permission = Permission::read(&parsed.blueprint, &source, Path::new(""));
    (source, built, permission)
}

/// What the file and its module's plan do not have in common; with what the plan's reader says that it does not know.
fn compared(text: &str) -> Vec<String> {
    let files = exported(text, &[]);
    // The network is read before anything exists; statements hold ids, which are known once there are some.
    let first = given(&files);
    let later = Given { ids: true, ..first.clone() };
    let (first, document) = match plan(&files, &first).and_then(|it| Ok((it, plan(&files, &later)?))) {
        Ok(documents) => documents,
        Err(why) => return vec![format!("there is no plan: {why}")],
    };
    compared_with(text, &first, &document)
}

/// The same, of two plans as documents: one before anything exists, one with all ids known.
pub(crate) fn compared_with(text: &str, first: &Value, document: &Value) -> Vec<String> {
    let parsed = |document: &Value| Plan::parse("plan.json", document.to_string().as_bytes()).unwrap();
    let (plan, later) = (parsed(first), parsed(document));
    let (_, built, permission) = read(text);
    let planned = plan.planned();
    let mut found: Vec<String> =
        planned.built.faults.iter().map(|fault| format!("a fault: {}", fault.message)).collect();
    if plan.has_network() {
        found.extend(differences(&lines(&built.network), &lines(&planned.built.network)));
    } else {
        found.clear();
        found.extend(lines(&built.network).into_iter().map(|line| format!("the file alone: {line}")));
    }
    found.extend(differences(&needed(text, &permission, document), &granted(document, &later)));
    found
}

/// The statements and rules that the file lacks; a compartment stands by its OCID, as in the module.
fn needed(text: &str, permission: &Permission, document: &Value) -> Vec<String> {
    let blueprint = parse(&Source::new("adit.toml", text)).blueprint;
    let variables = document["variables"].as_object().unwrap();
    let compartments: Vec<(&str, &str)> = variables
        .iter()
        .filter_map(|(name, it)| Some((name.strip_prefix("compartment_")?, it["value"].as_str()?)))
        .collect();
    let ocid = |path: &str| -> Option<&str> {
        match compartments.as_slice() {
            [(_, only)] => Some(only),
            all => {
                all.iter().find(|(name, _)| *name == format!("{}_ocid", called(path))).map(|(_, ocid)| *ocid)
            }
        }
    };
    let by_ocid = |mut statement: Statement| -> String {
        if let Statement::Grant(grant) = &mut statement
            && matches!(grant.location.value, Location::Compartment(_))
        {
            let written = grant.location.value.to_string();
            let ocid = ocid(written.strip_prefix("compartment ").unwrap()).unwrap();
            grant.location = At::nowhere(Location::CompartmentId(Ocid::new(Text::new(ocid)).unwrap()));
        }
        statement.to_string()
    };
    let mut needed: Vec<String> =
        permission.lacking().into_iter().map(|line| by_ocid(line.statement)).collect();
    let written = |name: &str| blueprint.dynamic_groups.iter().any(|group| group.name.value == name);
    for rule in rules(&permission.system) {
        if let Whom::DynamicGroup { name, .. } = &rule.whom
            && !written(name)
        {
            needed.push(format!("dynamic group: {}", rule.text));
        }
    }
    needed
}

/// The statements and rules of a plan.
fn granted(document: &Value, plan: &Plan) -> Vec<String> {
    let resources = document["planned_values"]["root_module"]["resources"].as_array().unwrap();
    // Whatever has an id and a name: in the file it goes by the name.
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for resource in resources {
        let values = &resource["values"];
        let id = values["id"].as_str().unwrap().to_owned();
        match resource["type"].as_str().unwrap() {
            "oci_functions_function" => {
                names.insert(id, format!("<OCID of function {}>", values["display_name"].as_str().unwrap()));
            }
            "oci_vault_secret" => {
                names.insert(id, format!("<OCID of secret {}>", values["secret_name"].as_str().unwrap()));
            }
            _ => {}
        }
    }
    let named = |text: &str| -> String {
        // A longer id may begin with a shorter one.
        let longest = names.iter().rev();
        longest
            .fold(text.to_owned(), |text, (id, name)| text.replace(&format!("'{id}'"), &format!("'{name}'")))
    };
    let policies = plan.policies().planned;
    let mut granted: Vec<String> =
        policies.faults.iter().map(|fault| format!("not read: {fault:?}")).collect();
    granted.extend(policies.set.statements().map(|(_, _, statement)| named(&statement.value.to_string())));
    granted.extend(
        resources
            .iter()
            .filter(|it| it["type"] == "oci_identity_dynamic_group")
            .map(|it| format!("dynamic group: {}", named(it["values"]["matching_rule"].as_str().unwrap()))),
    );
    granted
}

#[test]
fn the_examples_come_back() {
    assert_eq!(compared(EXAMPLE), Vec::<String>::new());
    // The address of somebody else's machine is the one thing that an OCID does not say.
    assert_eq!(
        compared(SYSTEM),
        [
            "the file alone: table Default Route Table for a in a: 10.77.0.0/16 -> 10.0.1.9",
            "the plan alone: table Default Route Table for a in a: 10.77.0.0/16 -> not known",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_file_comes_back(text in file()) {
        let found = compared(&text);
        prop_assert!(found.is_empty(), "{:#?}\n{}", found, text);
    }

    #[test]
    fn any_file_is_accepted(text in file()) {
        let files = exported(&text, &[]);
        let found = check::problems(&files);
        prop_assert!(found.is_empty(), "{:#?}\n{}", found, text);
        let found = format::own(&files);
        prop_assert!(found.is_empty(), "{:#?}\n{}", found, text);
        prop_assert!(files == exported(&text, &[]), "other bytes at another time: {}", text);
    }
}

/// The formatter is started once for many files.
#[test]
fn many_files_are_laid_out_as_terraform_does() {
    let mut runner = TestRunner::deterministic();
    let mut all = Files::new();
    for number in 0..24 {
        let text = file().new_tree(&mut runner).unwrap().current();
        all.extend(exported(&text, &[]).into_iter().map(|(name, text)| (format!("{number}-{name}"), text)));
    }
    assert_eq!(format::problems(&all), Vec::<String>::new());
}
