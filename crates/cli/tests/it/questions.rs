//! `adit policy` and its questions: the least statements, who can, whether somebody can, verdicts and differences. The policies are those
//! that the old system had, and the ones that replace them.

use serde_json::Value;

use crate::support::{Place, Ran};

/// What was typed into the console, found by trial.
const TENANCY: &str = "\
Allow group CI-CD-Deployers to manage repos in tenancy
Allow dynamic-group PostgresInserterFunctionDG to read repos in tenancy
Allow service faas to use virtual-network-family in tenancy
";
const SANDBOX: &str = "\
# compartment: Sandbox
Allow group CI-CD-Deployers to manage functions-family in compartment Sandbox
Allow dynamic-group PostgresInserterFunctionDG to use virtual-network-family in compartment Sandbox
Allow dynamic-group PostgresInserterFunctionDG to read secret-bundles in compartment Sandbox where target.secret.id = 'ocid1.vaultsecret.oc1..librarian'
Allow dynamic-group PostgresInserterFunctionDG to use keys in compartment Sandbox where target.key.id = 'ocid1.key.oc1..k'
Allow group Function-User-Group to read vaults in compartment Sandbox
";

/// The example with its OCIDs and the dynamic group of the record; the old policies in `policy/`, the least in `new/`.
fn record() -> Place {
    let place = Place::new();
    place.run_here(&["init", "--example"]);
    let file = place.directory.path().join("adit.toml");
    let text = std::fs::read_to_string(&file)
        .unwrap()
        .replace("principal   = \"resource\"", "ocid = \"ocid1.fnfunc.oc1..inserter\"\nprincipal   = { dynamic-group = \"PostgresInserterFunctionDG\" }")
        .replace("= \"librarian-db\" ", "= { name = \"librarian-db\", ocid = \"ocid1.vaultsecret.oc1..librarian\" } ")
        + r#"
[compartment.Sandbox]
ocid = "ocid1.compartment.oc1..sandbox"

[dynamic-group.PostgresInserterFunctionDG]
matching-rule = "ALL {resource.type = 'fnfunc', resource.compartment.id = 'ocid1.compartment.oc1..sandbox'}"
"#;
    std::fs::write(file, text).unwrap();
    for folder in ["policy", "new"] {
        std::fs::create_dir(place.directory.path().join(folder)).unwrap();
    }
    place.file("policy/tenancy.txt", TENANCY);
    place.file("policy/sandbox.txt", SANDBOX);
    let least = ok(&place, &["policy", "--format", "short"]);
    place.file("new/least.txt", &format!("# compartment: Sandbox\n{least}"));
    place
}

fn ok(place: &Place, arguments: &[&str]) -> String {
    let ran = place.run_here(arguments);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
    ran.stdout
}

fn refused(place: &Place, arguments: &[&str]) -> String {
    let ran: Ran = place.run_here(arguments);
    assert_eq!(ran.code, Some(2), "{}{}", ran.stdout, ran.stderr);
    ran.stderr
}

#[test]
fn the_least_statements_stand_with_their_reasons() {
    let place = Place::new();
    place.run_here(&["init", "--example"]);
    insta::assert_snapshot!("policy-least", ok(&place, &["policy"]));
    // What is pasted is what is read, holes and all.
    let short = ok(&place, &["policy", "--format", "short"]);
    place.file("least.txt", &short);
    let read = ok(&place, &["policy", "--parse", "least.txt", "--template", "--format", "short"]);
    assert_eq!(read.matches(": ok: ").count(), short.lines().count());
    let document: Value = serde_json::from_str(&ok(&place, &["policy", "--format", "json"])).unwrap();
    assert_eq!(document["statements"].as_array().unwrap().len(), 4);
    assert_eq!(document["statements"][0]["because"][0]["call"], "GetSecretBundle");
}

#[test]
fn each_line_of_the_record_has_its_verdict() {
    let ran = record().run_here(&["policy", "--audit", "policy"]);
    assert_eq!(ran.code, Some(0));
    insta::assert_snapshot!("policy-audit", ran.stdout);
}

#[test]
fn the_least_statements_are_judged_to_be_just_that() {
    let place = record();
    let ran = place.run_here(&["policy", "--audit", "new", "--format", "json", "--fail-on", "warning"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let codes: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    // The rule takes in the whole compartment, and who deploys acts as the function: no statement is at fault.
    assert!(codes.iter().all(|code| ["A0315", "A0317"].contains(code)), "{codes:?}");
}

#[test]
fn the_replacement_grants_nothing_more_and_keeps_every_call() {
    let place = record();
    let stdout = ok(&place, &["policy", "--diff", "policy", "new"]);
    insta::assert_snapshot!("policy-diff", stdout);
    let back = place.run_here(&["policy", "--diff", "new", "policy", "--format", "json"]);
    assert_eq!(back.code, Some(1));
    let document: Value = serde_json::from_str(&back.stdout).unwrap();
    assert_eq!(document["more"]["proved_nothing"], false);
    assert_eq!(document["less"]["proved_nothing"], true);
    assert!(document["more"]["changes"][0]["witness"].as_str().unwrap().contains(" in "));
}

#[test]
fn a_call_that_is_lost_is_told() {
    let place = record();
    let least = std::fs::read_to_string(place.directory.path().join("new/least.txt")).unwrap();
    let without: Vec<&str> = least.lines().filter(|line| !line.contains("SECRET_BUNDLE_READ")).collect();
    place.file("new/least.txt", &without.join("\n"));
    let stdout = ok(&place, &["policy", "--diff", "policy", "new"]);
    assert!(stdout.ends_with("not allowed  postgres-inserter may call GetSecretBundle\n"), "{stdout}");
}

#[test]
fn whether_somebody_can_is_answered_with_the_statement_or_what_is_missing() {
    let place = record();
    let can = |arguments: &[&str]| place.run_here(&[&["policy", "--can"], arguments].concat());
    let policies = ["--policies", "policy"];
    let yes = can(&[&["postgres-inserter", "GetSecretBundle", "librarian-db"][..], &policies].concat());
    assert_eq!(yes.code, Some(0));
    let no = can(&[&["CI-CD-Deployers", "GetSecretBundle", "librarian-db"][..], &policies].concat());
    assert_eq!(no.code, Some(1));
    // Of the least policies, those that there will be.
    let planned = can(&["group/CI-CD-Deployers", "update_function", "function/postgres-inserter"]);
    assert_eq!(planned.code, Some(2), "{}", planned.stdout);
    let planned = can(&["group/CI-CD-Deployers", "UpdateFunction", "function/postgres-inserter"]);
    insta::assert_snapshot!("policy-can", [yes.stdout, no.stdout, planned.stdout].join("\n"));
    let json = can(&["CI-CD-Deployers", "SECRET_BUNDLE_READ", "secret/librarian-db", "--format", "json"]);
    let document: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(document["answer"], "no");
    let least = document["ways"][0]["permissions"][0]["least"].as_str().unwrap();
    assert!(
        least.starts_with("Allow group CI-CD-Deployers to {SECRET_BUNDLE_READ} in compartment Sandbox"),
        "{least}"
    );
}

/// What `oci iam policy list` and its like print.
const LISTING: &str = r#"{"data": [
  {"id": "ocid1.compartment.oc1..sandbox", "compartment-id": "ocid1.tenancy.oc1..t", "name": "Sandbox", "lifecycle-state": "ACTIVE"},
  {"id": "ocid1.group.oc1..deployers", "compartment-id": "ocid1.tenancy.oc1..t", "name": "CI-CD-Deployers", "lifecycle-state": "ACTIVE"},
  {"id": "ocid1.dynamicgroup.oc1..dg", "compartment-id": "ocid1.tenancy.oc1..t", "name": "PostgresInserterFunctionDG", "matching-rule": null, "lifecycle-state": "ACTIVE"},
  {"id": "ocid1.policy.oc1..p", "compartment-id": "ocid1.tenancy.oc1..t", "name": "wide", "lifecycle-state": "ACTIVE", "statements": [
    "Allow group id ocid1.group.oc1..deployers to manage secret-family in compartment Sandbox",
    "Allow group CI-CD-Deployers to mange repos in tenancy"]}
]}"#;

#[test]
fn a_tenancy_that_was_listed_is_asked() {
    let place = record();
    place.file("tenancy.json", LISTING);
    let ran = place.run_here(&[
        "policy",
        "--can",
        "CI-CD-Deployers",
        "GetSecretBundle",
        "librarian-db",
        "--policies",
        "tenancy.json",
    ]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("policy wide, statement 1"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("policy wide, statement 2: ") && ran.stderr.contains("(A0359)"),
        "{}",
        ran.stderr
    );
    // What `list` does not print of a rule is told.
    assert!(ran.stderr.contains("oci iam dynamic-group get"), "{}", ran.stderr);
    let ran = place.run_here(&["policy", "--diff", "tenancy.json", "new"]);
    assert_eq!((ran.code, ran.stderr.matches("A0359").count()), (Some(1), 1), "{}", ran.stdout);
    let stderr = refused(&place, &["policy", "--audit", "adit.toml.json"]);
    assert!(stderr.contains("cannot be read"), "{stderr}");
    place.file("wrong.json", "{\"data\": [{\"id\": 5}]}");
    assert!(refused(&place, &["policy", "--audit", "wrong.json"]).contains("wrong.json"));
}

/// A plan that widens a policy, as `terraform show -json` prints it.
fn plan() -> String {
    let policy = |statements: &[&str]| {
        serde_json::json!({ "id": "ocid1.policy.oc1..ci", "name": "ci", "compartment_id": "ocid1.tenancy.oc1..t",
            "description": "ci", "statements": statements })
    };
    let before = policy(&["Allow group CI-CD-Deployers to read repos in tenancy"]);
    let after = policy(&[
        "Allow group CI-CD-Deployers to read repos in tenancy",
        "Allow group CI-CD-Deployers to manage secret-family in tenancy",
    ]);
    let resource = |values: &Value| {
        serde_json::json!({ "address": "oci_identity_policy.ci", "mode": "managed", "type": "oci_identity_policy", "name": "ci",
            "provider_name": "registry.terraform.io/oracle/oci", "schema_version": 0, "values": values })
    };
    let plan = serde_json::json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": { "root_module": { "resources": [resource(&after)] } },
        "prior_state": { "format_version": "1.0", "terraform_version": "1.9.0",
            "values": { "root_module": { "resources": [resource(&before)] } } },
        "resource_changes": [{ "address": "oci_identity_policy.ci", "mode": "managed", "type": "oci_identity_policy", "name": "ci",
            "provider_name": "registry.terraform.io/oracle/oci",
            "change": { "actions": ["update"], "before": before, "after": after, "after_unknown": {} } }],
        "configuration": { "root_module": { "resources": [{ "address": "oci_identity_policy.ci", "mode": "managed",
            "type": "oci_identity_policy", "name": "ci", "provider_config_key": "oci", "expressions": {}, "schema_version": 0 }] } }
    });
    plan.to_string()
}

#[test]
fn what_a_plan_grants_is_told_with_a_witness() {
    let place = record();
    place.file("plan.json", &plan());
    let ran = place.run_here(&["policy", "--diff", "--plan", "plan.json"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("oci_identity_policy.ci statement 2"), "{}", ran.stdout);
    assert!(ran.stdout.contains("witness: a user in CI-CD-Deployers, "), "{}", ran.stdout);
    assert!(ran.stdout.contains("grants less: nothing, proved"), "{}", ran.stdout);
    let ran = place.run_here(&[
        "policy",
        "--can",
        "CI-CD-Deployers",
        "GetSecretBundle",
        "librarian-db",
        "--plan",
        "plan.json",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    let stderr = refused(
        &place,
        &["policy", "--who", "GetSecretBundle", "--plan", "plan.json", "--policies", "policy"],
    );
    assert!(stderr.contains("not from both"), "{stderr}");
    assert!(refused(&place, &["policy", "--diff"]).contains("--diff compares"));
}

/// What `adit check` says of policies that the file names: each finding of them, as people read it.
#[test]
fn what_is_wrong_with_permission_is_found() {
    let place = record();
    let file = place.directory.path().join("adit.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    for (name, policies) in [
        (
            "missing",
            "[policy.other]\nstatements = \"Allow group CI-CD-Deployers to manage functions-family in compartment Sandbox\"",
        ),
        (
            "denied",
            "[policy.deny]\nstatements = [\"Allow dynamic-group PostgresInserterFunctionDG to read secret-family in tenancy\", \"Deny dynamic-group PostgresInserterFunctionDG to inspect secret-bundles in tenancy\"]",
        ),
        (
            "not-known",
            "[policy.tagged]\nstatements = \"Allow dynamic-group PostgresInserterFunctionDG to read secret-bundles in compartment Sandbox where target.resource.tag.team.owner = 'us'\"",
        ),
        (
            "reads",
            "[policy.wide]\nstatements = \"Allow group CI-CD-Deployers to manage all-resources in tenancy\"",
        ),
        ("file", "[policy.gone]\nfile = \"policy/gone.txt\""),
    ] {
        std::fs::write(&file, format!("{text}\n{policies}\n")).unwrap();
        let ran = place.run_here(&["check"]);
        assert!(ran.stdout.contains("[A030"), "{}", ran.stdout);
        insta::assert_snapshot!(format!("permission-{name}"), ran.stdout);
    }
}

#[test]
fn who_can_is_answered() {
    let place = record();
    let who = ["policy", "--who", "CreateFunction", "--on", "Sandbox"];
    let stdout = ok(&place, &[&who[..], &["--policies", "policy"]].concat());
    insta::assert_snapshot!("policy-who", stdout);
    let nobody = place.run_here(&who);
    assert_eq!((nobody.code, nobody.stdout.as_str()), (Some(1), "nobody can CreateFunction\n"));
}

#[test]
fn names_and_places_that_lead_to_nothing_are_told() {
    let place = record();
    for (arguments, said) in [
        (
            &["--can", "postgres-insert", "GetSecretBundle", "librarian-db"][..],
            "the nearest is `postgres-inserter`",
        ),
        (
            &["--can", "postgres-inserter", "GetSecretBundl", "librarian-db"],
            "no call and no permission `GetSecretBundl`",
        ),
        (
            &["--can", "postgres-inserter", "GetSecretBundle", "secret/x"],
            "no secret, function, repository or compartment `secret/x`",
        ),
        (&["--who", "GetSecretBundle", "--policies", "nowhere.txt"], "nowhere.txt cannot be read"),
        (&["--who", "GetSecretBundle", "--format", "sarif"], "are for findings"),
        (&["--audit", "policy", "--format", "json"], "one file of statements at a time"),
        (&["--who", "X", "--can", "a", "b", "c"], "cannot be used with"),
    ] {
        let stderr = refused(&place, &[&["policy"], arguments].concat());
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
    std::fs::create_dir(place.directory.path().join("empty")).unwrap();
    assert!(refused(&place, &["policy", "--audit", "empty"]).contains("no file of statements"));
}

#[test]
fn a_statement_that_cannot_be_read_is_left_out_with_a_warning() {
    let place = record();
    place.file("policy/wrong.txt", "Allow group CI-CD-Deployers to mange all-resources in tenancy\n");
    let ran = place.run_here(&[
        "policy",
        "--who",
        "GetSecretBundle",
        "--on",
        "librarian-db",
        "--policies",
        "policy",
    ]);
    assert!(
        ran.stderr.contains("policy/wrong.txt:1:")
            && ran.stderr.contains("(A0359); the statement is left out"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stdout.contains("CI-CD-Deployers"), "{}", ran.stdout);
}

#[test]
fn policies_of_the_file_are_judged_with_it() {
    let place = record();
    let file = place.directory.path().join("adit.toml");
    let text = std::fs::read_to_string(&file).unwrap()
        + "\n[policy.tenancy]\nfile = \"policy/tenancy.txt\"\n[policy.sandbox]\ncompartment = \"Sandbox\"\nfile = \"policy/sandbox.txt\"\n";
    std::fs::write(file, text).unwrap();
    let ran = place.run_here(&["check"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    insta::assert_snapshot!("policy-check", ran.stdout);
}
