//! Files that are no plan, and plans with anything in the place of anything: a clear word, never a panic.

use adit_blueprint::{Source, check_addresses, path, prove_network};
use adit_iam::Engine;
use adit_iam::diff::difference;
use adit_terraform::plan::{Plan, PlanError};
use proptest::prelude::*;
use serde_json::Value;

use crate::make::there;
use crate::policies::made;

fn refused(text: &[u8]) -> String {
    let error = Plan::parse("plan.json", text).unwrap_err();
    format!("{} {error}", error.code())
}

#[test]
fn each_file_that_is_no_plan_is_called_what_it_is() {
    let deep = format!(
        "{{\"format_version\":\"1.0\",\"planned_values\":{}",
        "{\"root_module\":{\"child_modules\":[".repeat(3000)
    );
    let texts: [(&str, &[u8]); 17] = [
        ("empty", b""),
        ("no JSON", b"terraform {\n}"),
        ("cut", b"{\"format_version\": \"1.2\",\n \"planned_values\": {"),
        ("no UTF-8", b"{\"format_version\": \"\xff\xfe\"}"),
        ("binary plan", b"PK\x03\x04rest"),
        ("a list", b"[]"),
        ("anything", b"{\"hello\": 1}"),
        ("log", b"{\"@level\":\"info\",\"type\":\"version\"}\n{\"@level\":\"info\"}\n"),
        ("state file", b"{\"version\": 4, \"lineage\": \"x\", \"resources\": []}"),
        ("state", b"{\"format_version\": \"1.0\", \"values\": {\"root_module\": {}}}"),
        ("schema", b"{\"format_version\": \"1.0\", \"provider_schemas\": {}}"),
        ("validate", b"{\"format_version\": \"1.0\", \"valid\": true, \"diagnostics\": []}"),
        ("newer", b"{\"format_version\": \"2.0\", \"planned_values\": {\"root_module\": {}}}"),
        ("version of another type", b"{\"format_version\": 1, \"planned_values\": {\"root_module\": {}}}"),
        ("wrong type", b"{\"format_version\": \"1.2\",\n \"planned_values\": {\"root_module\": {\"resources\": 5}}}"),
        ("nothing planned", b"{\"format_version\": \"1.2\", \"planned_values\": {\"root_module\": {}}}"),
        (
            "another provider",
            br#"{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "aws_vpc.a", "mode": "managed",
                "type": "aws_vpc", "name": "a", "provider_name": "registry.terraform.io/hashicorp/aws", "values": {}}]}}}"#,
        ),
    ];
    let mut said: Vec<String> =
        texts.iter().map(|(name, text)| format!("{name}: {}", refused(text))).collect();
    said.push(format!("deep: {}", refused(deep.as_bytes())));
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_file_that_cannot_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let missing = Plan::read(&directory.path().join("none.json")).unwrap_err();
    assert_eq!((missing.code().as_str(), matches!(missing, PlanError::Io { .. })), ("A0181", true));
    let path = directory.path().join("large.json");
    std::fs::File::create(&path).unwrap().set_len(200 << 20).unwrap();
    assert!(matches!(Plan::read(&path), Err(PlanError::TooLarge { .. })));
}

/// Everything that is done with a plan.
fn survives(text: &str) {
    let Ok(plan) = Plan::parse("plan.json", text.as_bytes()) else { return };
    let mut planned = plan.planned();
    let values = plan.values(&mut planned);
    planned.notes.extend(values);
    for planned in [planned, plan.prior()] {
        let source = Source::of(planned.listing);
        for finding in planned.built.faults.iter().chain(&planned.notes) {
            assert!(!finding.message.is_empty() && finding.fix.is_some(), "{finding:?}");
            let place = source.place(finding.span());
            assert!(place.starts_with("plan.json"), "{place}");
        }
        check_addresses(&planned.built);
        let names: Vec<String> = planned.built.places.aliases().take(6).map(str::to_owned).collect();
        for from in &names {
            for to in &names {
                let _ = path(&planned.built, from, to);
            }
        }
        prove_network(&planned.built);
    }
    let change = plan.policies();
    for policies in [&change.planned, &change.prior] {
        let statements: Vec<_> = policies.set.statements().map(|(id, ..)| id).collect();
        assert_eq!(statements, policies.places.keys().copied().collect::<Vec<_>>());
        assert!(policies.faults.iter().all(|unread| !unread.faults.is_empty()));
        for gap in &policies.gaps {
            assert!(!gap.to_string().contains(char::is_control), "{gap:?}");
        }
    }
    // Whatever the plan says, both sides are of one tenancy.
    let (old, new) = (Engine::new(&change.prior.set), Engine::new(&change.planned.set));
    assert!(difference(&old, &new).is_ok());
}

fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~äß\\x00-\\x1f]{0,12}".prop_map(Value::from),
        proptest::sample::select(vec![
            "10.1.0.0/16",
            "10.0.0.0/24",
            "0.0.0.0/0",
            "::/0",
            "all",
            "6",
            "-1",
            "65536",
            "VCN",
            "INGRESS",
            "MATCH_ALL",
            "NETWORK_SECURITY_GROUP",
            "ocid1.vcn.oc1..net",
            "ocid1.drg.oc1..x",
            "oci_core_vcn.net",
            "module.a.oci_core_subnet.b[0]",
            "data.oci_core_vcns.x",
            "ocid1.tenancy.oc1..acme",
            "ocid1.compartment.oc1..sandbox",
            "Allow group Deployers to read repos in tenancy",
            "oci_identity_policy.app",
        ])
        .prop_map(Value::from),
        Just(serde_json::json!([])),
        Just(serde_json::json!({})),
        Just(serde_json::json!([true])),
        Just(
            serde_json::json!({ "references": ["module.network.vcn_id", "module.network", "var.x", "oci_core_vcn.this.id"] })
        ),
    ]
}

/// Puts a value in the place of the `at`-th value of a document.
fn put(document: &mut Value, at: &mut usize, value: &Value) -> bool {
    if *at == 0 {
        *document = value.clone();
        return true;
    }
    *at -= 1;
    match document {
        Value::Array(items) => items.iter_mut().any(|item| put(item, at, value)),
        Value::Object(fields) => fields.values_mut().any(|field| put(field, at, value)),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_samples_with_values_exchanged(
        spoke in any::<bool>(),
        changes in proptest::collection::vec((0..1600_usize, anything()), 1..8),
    ) {
        let name = if spoke { "spoke" } else { "hub" };
        let path = format!("{}/../../examples/plans/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let mut document: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for (mut at, value) in changes {
            put(&mut document, &mut at, &value);
        }
        survives(&document.to_string());
    }

    #[test]
    fn a_whole_system_with_values_exchanged(
        changes in proptest::collection::vec((0..6000_usize, anything()), 1..8),
    ) {
        let mut document = crate::edit::Edit::of("system").0;
        for (mut at, value) in changes {
            put(&mut document, &mut at, &value);
        }
        survives(&document.to_string());
    }

    #[test]
    fn a_plan_of_policies_with_values_exchanged(
        changes in proptest::collection::vec((0..500_usize, anything()), 1..8),
    ) {
        let mut document: Value = serde_json::from_str(&made().text()).unwrap();
        for (mut at, value) in changes {
            put(&mut document, &mut at, &value);
        }
        survives(&document.to_string());
    }

    #[test]
    fn a_plan_of_policies_with_bytes_exchanged(changes in proptest::collection::vec((0..20_000_usize, any::<u8>()), 1..4)) {
        let mut text = made().text().into_bytes();
        for (at, byte) in changes {
            let at = at % text.len();
            text[at] = byte;
        }
        if let Ok(text) = String::from_utf8(text) {
            survives(&text);
        }
    }

    #[test]
    fn a_plan_with_bytes_exchanged(changes in proptest::collection::vec((0..6000_usize, any::<u8>()), 1..4)) {
        let mut text = there().text().into_bytes();
        for (at, byte) in changes {
            let at = at % text.len();
            text[at] = byte;
        }
        if let Ok(text) = String::from_utf8(text) {
            survives(&text);
        }
    }
}
