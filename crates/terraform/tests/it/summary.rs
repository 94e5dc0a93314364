//! Plans as lists of changes: an object a line, what goes with it, and what somebody must have named.

use adit_terraform::plan::{Action, Summary};
use serde_json::{Value, json};

/// A plan of these changes.
fn plan(changes: &[Value]) -> Summary {
    let document = json!({ "format_version": "1.2", "planned_values": { "root_module": {} }, "resource_changes": changes });
    Summary::parse("plan.json", document.to_string().as_bytes()).unwrap()
}

fn change(address: &str, actions: &[&str], before: Value, after: Value) -> Value {
    let (kind, name) = address.split_once('.').unwrap();
    let name = name.split('[').next().unwrap();
    json!({ "address": address, "mode": "managed", "type": kind, "name": name, "provider_name": "registry.terraform.io/oracle/oci",
        "change": { "actions": actions, "before": before, "after": after, "after_unknown": {} } })
}

fn replaced(address: &str, before: Value, because: &[&str]) -> Value {
    let mut replaced = change(address, &["delete", "create"], before.clone(), before);
    let paths: Vec<Value> = because.iter().map(|name| json!([name])).collect();
    replaced["change"]["replace_paths"] = json!(paths);
    replaced["action_reason"] = "replace_because_cannot_update".into();
    replaced
}

fn with(mut change: Value, name: &str, value: Value) -> Value {
    change[name] = value;
    change
}

/// An application with two functions is replaced, and other things are done.
fn everything() -> Summary {
    let function = |name: &str, app: &str| json!({ "id": format!("ocid1.fnfunc.oc1..{name}"), "display_name": name, "application_id": app });
    let mut import = change(
        "oci_core_drg.hub",
        &["update"],
        json!({ "display_name": "hub-drg" }),
        json!({ "display_name": "hub" }),
    );
    import["change"]["importing"] = json!({ "id": "ocid1.drg.oc1..hub" });
    let mut tied = change(
        "oci_events_rule.landing",
        &["update"],
        json!({ "display_name": "landing", "id": "r", "rule_id": "old", "config": { "A": "1", "B": "2", "C": "3" } }),
        json!({ "display_name": "landing", "id": "r", "config": { "A": "1", "B": "hunter2", "D": "4" } }),
    );
    tied["change"]["after_unknown"] = json!({ "rule_id": true, "time_updated": true });
    plan(&[
        change("oci_core_subnet.new", &["create"], Value::Null, json!({ "display_name": "fn-subnet" })),
        tied,
        change(
            "oci_artifacts_container_repository.old",
            &["delete"],
            json!({ "id": "x", "display_name": "app/old" }),
            Value::Null,
        ),
        with(
            change(
                "oci_functions_function.other[0]",
                &["delete"],
                function("other", "ocid1.fnapp.oc1..other"),
                Value::Null,
            ),
            "action_reason",
            "delete_because_count_index".into(),
        ),
        import,
        replaced(
            "oci_functions_function.f[0]",
            function("f", "ocid1.fnapp.oc1..ingest"),
            &["application_id"],
        ),
        replaced(
            "oci_functions_function.g[0]",
            function("g", "ocid1.fnapp.oc1..ingest"),
            &["application_id"],
        ),
        replaced(
            "oci_functions_application.ingest",
            json!({ "id": "ocid1.fnapp.oc1..ingest", "display_name": "ingest" }),
            &["subnet_ids", "shape"],
        ),
        with(
            change("terraform_data.t", &["create", "delete"], json!({ "id": "t" }), json!({})),
            "action_reason",
            "replace_because_tainted".into(),
        ),
        with(
            change("oci_core_vcn.moved", &["no-op"], json!({}), json!({})),
            "previous_address",
            "oci_core_vcn.was".into(),
        ),
        change("oci_core_vcn.kept", &["no-op"], json!({}), json!({})),
        with(change("oci_core_services.all", &["read"], Value::Null, json!({})), "mode", "data".into()),
        change(
            "oci_identity_policy.forgotten",
            &["forget"],
            json!({ "id": "p", "name": "mine" }),
            Value::Null,
        ),
        with(
            change(
                "oci_core_instance.left",
                &["delete"],
                json!({ "id": "i", "display_name": "librarian" }),
                Value::Null,
            ),
            "deposed",
            "00000001".into(),
        ),
    ])
}

#[test]
fn a_plan_is_a_line_an_object_the_worst_first() {
    let summary = everything();
    let lines: Vec<String> =
        summary.changes.iter().map(|change| format!("{:<8}{change}", change.action.word())).collect();
    insta::assert_snapshot!(lines.join("\n"));
    assert!(!format!("{summary:?}").contains("hunter2"), "values are nobody's business");
    assert_eq!(
        summary.counts(),
        [
            ("replace", 4),
            ("delete", 3),
            ("update", 1),
            ("import", 1),
            ("create", 1),
            ("move", 1),
            ("forget", 1)
        ]
    );
}

#[test]
fn what_goes_with_an_object_goes_under_its_name() {
    let summary = everything();
    let unnamed = |names: &[&str]| -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        summary.unnamed(&names).unwrap().iter().map(|change| change.address.clone()).collect()
    };
    let all = unnamed(&[]);
    assert_eq!(all.len(), 7, "{all:?}");
    let rest = unnamed(&["ingest", "terraform_data.t", "librarian"]);
    assert_eq!(rest, ["oci_artifacts_container_repository.old", "oci_functions_function.other[0]"]);
    assert_eq!(unnamed(&["ingest", "t", "librarian", "app/old", "other"]), Vec::<String>::new());
    // A function by itself is not the application that it goes with.
    assert!(unnamed(&["f"]).contains(&"oci_functions_application.ingest".to_owned()));
    assert_eq!(
        summary.idle(&["ingest".to_owned(), "fn-subnet".to_owned(), "no".to_owned()]),
        ["fn-subnet", "no"]
    );
}

#[test]
fn a_name_of_two_objects_is_not_taken_for_both() {
    let summary = plan(&[
        change(
            "oci_functions_function.load",
            &["delete"],
            json!({ "id": "a", "display_name": "load" }),
            Value::Null,
        ),
        change("oci_identity_policy.load", &["delete"], json!({ "id": "b", "name": "load" }), Value::Null),
    ]);
    let told = summary.unnamed(&["load".to_owned()]).unwrap_err().to_string();
    assert_eq!(
        told,
        "`load` is the name of several objects that are replaced or deleted: oci_functions_function.load, oci_identity_policy.load"
    );
    let left = summary.unnamed(&["oci_identity_policy.load".to_owned()]).unwrap();
    assert_eq!(left[0].address, "oci_functions_function.load");
    // An application and a function in it of one name: the name means both, for one goes with the other.
    let summary = plan(&[
        replaced(
            "oci_functions_function.x",
            json!({ "id": "f", "display_name": "x", "application_id": "app" }),
            &["application_id"],
        ),
        replaced("oci_functions_application.x", json!({ "id": "app", "display_name": "x" }), &["shape"]),
    ]);
    assert!(summary.unnamed(&["x".to_owned()]).unwrap().is_empty());
}

#[test]
fn a_function_that_changes_for_its_own_reasons_follows_nobody() {
    let summary = plan(&[
        replaced("oci_functions_application.a", json!({ "id": "app", "display_name": "a" }), &["shape"]),
        replaced(
            "oci_functions_function.f",
            json!({ "id": "f", "display_name": "f", "application_id": "app" }),
            &["application_id", "display_name"],
        ),
    ]);
    assert_eq!(summary.unnamed(&["a".to_owned()]).unwrap()[0].address, "oci_functions_function.f");
    assert!(matches!(&summary.changes[1].action, Action::Replace { because, .. } if because.len() == 2));
}

#[test]
fn a_plan_of_outputs_alone_applies() {
    let document = |actions: &str| {
        json!({ "format_version": "1.2", "planned_values": {}, "output_changes": { "images": { "actions": [actions], "before": {}, "after": {} } } })
            .to_string()
    };
    let applies = |actions: &str| Summary::parse("p", document(actions).as_bytes()).unwrap().applies;
    assert!(applies("update") && !applies("no-op"));
}
