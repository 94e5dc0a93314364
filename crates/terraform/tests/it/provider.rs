//! What is read exists in the provider, and the sample plans are such as it makes.
//!
//! `fixtures/provider.json` is an extract of the schema of `oracle/oci` 8.28.0: resources, arguments, types. What that extract of the
//! schema did not cover (private IPs, VNICs, most data sources) is from the provider's documentation, and marked so.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

fn schema() -> Value {
    serde_json::from_str(include_str!("../fixtures/provider.json")).unwrap()
}

/// Every name of an argument that the reader asks for is one of a resource.
#[test]
fn every_argument_that_is_read_exists() {
    let mut names = BTreeSet::new();
    collect(&schema()["resources"], &mut names);
    collect(&schema()["data_sources"], &mut names);
    let mut read = BTreeSet::new();
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/plan")];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for call in [
            ".text(",
            ".flag(",
            ".number(",
            ".range(",
            ".ranges(",
            ".texts(",
            ".blocks(",
            ".block(",
            ".raw(",
            ".known(",
            "link(",
            "links(",
            "table(",
            "subnet_of(",
            "vcn_of(",
            "groups_of(",
            "address(",
        ] {
            for rest in text.split(call).skip(1) {
                // The name is the first text in the call.
                let arguments = rest.split(')').next().unwrap_or_default();
                if let Some(name) = arguments.split('"').nth(1) {
                    read.insert(name.to_owned());
                }
            }
        }
    }
    let is_name = |name: &&String| {
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let unknown: Vec<&String> = read.iter().filter(is_name).filter(|name| !names.contains(*name)).collect();
    assert!(read.len() > 50, "{read:?}");
    assert_eq!(unknown, Vec::<&String>::new());
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    if let Value::Object(fields) = value {
        for (name, field) in fields {
            names.insert(name.clone());
            collect(field, names);
        }
    }
}

/// Every resource of the samples has arguments of the provider's, with its types.
#[test]
fn the_samples_are_such_as_the_provider_makes() {
    let schema = schema();
    for name in ["spoke", "hub", "system"] {
        let path = format!("{}/../../examples/plans/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let plan: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut checked = 0;
        for root in [&plan["planned_values"]["root_module"], &plan["prior_state"]["values"]["root_module"]] {
            let children = root["child_modules"].as_array().cloned().unwrap_or_default();
            for resource in std::iter::once(root)
                .chain(&children)
                .flat_map(|it| it["resources"].as_array().into_iter().flatten())
            {
                let table = if resource["mode"] == "data" { "data_sources" } else { "resources" };
                let kind = resource["type"].as_str().unwrap();
                conforms(
                    &resource["values"],
                    &schema[table][kind],
                    &format!("{name}: {}", resource["address"]),
                );
                checked += 1;
            }
        }
        assert!(checked > 10);
    }
}

fn conforms(value: &Value, schema: &Value, at: &str) {
    match schema {
        Value::String(kind) => {
            let right = match kind.as_str() {
                "string" => value.is_string(),
                "bool" => value.is_boolean(),
                "number" => value.is_number(),
                "list" | "set" => value.is_array(),
                "map" => value.is_object(),
                other => panic!("{other}"),
            };
            assert!(right || value.is_null(), "{at}: {value} is no {kind}");
        }
        Value::Object(fields) => {
            // A block is a list of objects; the whole resource is one.
            let items: Vec<&Value> =
                value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
            for item in items.into_iter().filter(|item| !item.is_null()) {
                for (name, value) in item.as_object().unwrap_or_else(|| panic!("{at}: {item} is no object")) {
                    let schema =
                        fields.get(name).unwrap_or_else(|| panic!("{at}: the provider has no `{name}`"));
                    conforms(value, schema, &format!("{at}.{name}"));
                }
            }
        }
        _ => panic!("{at}: not in the extract"),
    }
}
