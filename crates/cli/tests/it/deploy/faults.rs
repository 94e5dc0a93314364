//! What is wrong, each with its code and what to do, and that nothing is touched by it.

use serde_json::json;

use super::World;
use crate::push::Registry;

const NOWHERE: &str = "127.0.0.1:1";

/// A run that fails, as people see its end.
fn fails(world: &World, arguments: &[&str], code: i32, named: &str) -> String {
    let ran = world.deploy(arguments);
    assert_eq!(ran.code, Some(code), "{}{}", ran.stderr, ran.stdout);
    assert!(ran.stderr.contains(&format!("error[{named}]: ")), "{named}: {}", ran.stderr);
    let shown = world.shown(&ran, NOWHERE);
    let from = shown.find("error[").unwrap();
    shown[from..].to_owned()
}

#[test]
fn what_is_not_there() {
    let world = World::new(NOWHERE);
    let mut all = vec![
        fails(&world, &["--dry-run", "--function", "postgres-insertr"], 2, "A0869"),
        fails(&world, &["--dry-run", "--dir", "elsewhere"], 2, "A0865"),
        fails(&world, &["--yes", "--file", "none.toml"], 2, "A0150"),
    ];
    let ran = world
        .place
        .command(&["deploy", "--dry-run", "--image", "image"])
        .current_dir(world.place.directory.path())
        .env_remove("ADIT_TERRAFORM")
        .env("PATH", "/nowhere")
        .output()
        .unwrap()
        .into();
    let shown = world.shown(&ran, NOWHERE);
    assert_eq!(ran.code, Some(3));
    all.push(shown[shown.find("error[").unwrap()..].to_owned());
    world.write("images.auto.tfvars.json", r#"{"images": {"postgres-inserter": "latest"}}"#);
    all.push(fails(&world, &["--dry-run"], 2, "A0871"));
    insta::assert_snapshot!("deploy-not-there", all.join("\n"));
}

#[test]
fn what_the_file_says_wrong_is_shown_whole() {
    let world = World::new(NOWHERE);
    let file = world.place.directory.path().join("adit.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        text.replace("port = 6432 },                    # component 4", "port = 6433 },  # component 4"),
    )
    .unwrap();
    let ran = world.deploy(&["--yes"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("error[A02") && ran.stdout.is_empty(), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("error[A0864]: adit.toml has 1 error, so it is not deployed\nhelp: repair what is said above; `adit check` looks again\n"), "{}", ran.stderr);
    assert!(!world.path(".terraform").exists(), "Terraform was not run");
}

#[test]
fn what_init_and_plan_say() {
    let mut world = World::new(NOWHERE);
    let mut all = Vec::new();
    let queried = "Failed to query available provider packages\n\nCould not retrieve the list of available versions for provider oracle/oci:";
    for (text, code) in [
        (format!("{queried}\nlocked provider registry.terraform.io/oracle/oci 7.1.0 does not match\nconfigured version constraint >= 8.0.0; must use terraform init -upgrade to\nallow selection of new versions\n"), "A0853"),
        (format!("{queried} could not\nconnect to registry.terraform.io: failed to request discovery document: dial tcp: no such host\n"), "A0852"),
        ("Backend configuration changed\n\nA change in the backend configuration has been detected, which may require\nmigrating existing state.\n".to_owned(), "A0854"),
    ] {
        world.world["faults"] = json!({ "init": text });
        world.save();
        all.push(fails(&world, &["--dry-run"], 1, code));
    }
    for (plan, code) in [
        (
            json!({ "summary": "Reference to undeclared input variable", "detail": "An input variable with the name \"nope\" has not been declared.",
            "range": { "filename": "function.tf", "start": { "line": 12, "column": 3, "byte": 1 }, "end": { "line": 12, "column": 9, "byte": 7 } } }),
            "A0856",
        ),
        (
            json!({ "summary": "can not create client, bad configuration: did not find a proper configuration for tenancy",
            "detail": "", "address": "provider[\"registry.terraform.io/oracle/oci\"]" }),
            "A0857",
        ),
    ] {
        world.world["faults"] = json!({ "plan": plan });
        world.save();
        all.push(fails(&world, &["--dry-run"], 1, code));
    }
    world.world["faults"] = json!({});
    world.save();
    let lock = json!({ "ID": "c5b0dc21-72b1-907f", "Operation": "OperationTypeApply", "Who": "ci@runner-7", "Version": "1.11.4",
        "Created": "2026-11-24 20:47:25.212379778 +0000 UTC", "Path": "terraform.tfstate", "Info": "" });
    world.write(".terraform.tfstate.lock.info", &lock.to_string());
    all.push(fails(&world, &["--dry-run"], 3, "A0855"));
    insta::assert_snapshot!("deploy-init-and-plan", all.join("\n"));
    assert!(!world.path("terraform.tfstate").exists());
}

#[test]
fn nobody_is_there_to_ask() {
    let world = World::new(NOWHERE);
    let ran = world.deploy(&[]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stdout.contains("  + the VCN sandbox-vcn is created\n"), "the plan is shown: {}", ran.stdout);
    assert!(ran.stderr.ends_with("error[A0867]: there is nobody to ask whether to apply this\nhelp: --yes applies it without asking; --dry-run only shows it\n"), "{}", ran.stderr);
    assert!(!world.path("terraform.tfstate").exists());
}

/// The registry cannot be reached: what the first stage has made stands, and the receipt says so.
#[test]
fn an_image_that_cannot_be_pushed_leaves_the_first_stage() {
    let world = World::new(NOWHERE);
    let ran = world.deploy(&["--yes", "--format", "json"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let receipt: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&receipt["outcome"], &receipt["error"]["code"]),
        (&json!("partly"), &json!("A0838")),
        "{receipt}"
    );
    assert_eq!(receipt["applied"]["added"], 4);
    assert_eq!(world.state()["outputs"]["images"], json!({}));
    assert!(!world.path("images.auto.tfvars.json").exists());
}

#[test]
fn an_apply_that_fails_half_way_says_what_was_made_and_goes_on() {
    let Some(registry) = Registry::start() else { return };
    let mut world = World::new(&registry.address);
    let conflict = "409-NAMESPACE_CONFLICT, Repository already exists";
    world.world["faults"]["apply"] = json!({ "oci_artifacts_container_repository.postgres_inserter": {
        "summary": conflict,
        "detail": "Suggestion: The resource is in a conflicted state. Please retry again or contact support.\nRequest Target: POST https://artifacts.eu-frankfurt-1.oci.oraclecloud.com/20160918/container/repositories\nOPC request ID: 0a1b\n" } });
    world.save();
    let ran = world.deploy(&["--yes"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    insta::assert_snapshot!("deploy-half-way", world.shown(&ran, &registry.address));
    world.world["faults"] = json!({});
    world.save();
    let ran = world.deploy(&["--yes"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("  + the repository hello-world-app/postgres-inserter is created\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_plan_of_another_image_is_not_applied() {
    let Some(registry) = Registry::start() else { return };
    let mut world = World::new(&registry.address);
    world.resource("oci_functions_function.postgres_inserter[0]")["tag"] = "latest".into();
    world.save();
    let ran = world.deploy(&["--yes"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let shown = world.shown(&ran, &registry.address);
    assert!(
        shown.contains("error[A0868]: postgres-inserter: oci_functions_function.postgres_inserter[0] runs fra.ocir.io/namespace/hello-world-app/postgres-inserter:latest, but the image that is deployed is sha256:DIGEST\n"),
        "{shown}"
    );
    assert_eq!(world.state()["resources"].as_object().unwrap().len(), 4, "the function was not made");
}

#[test]
fn a_name_of_two_objects_is_asked_about() {
    let Some(registry) = Registry::start() else { return };
    let mut world = World::new(&registry.address);
    for address in ["oci_identity_policy.twin", "oci_logging_log.twin"] {
        world.world["resources"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "address": address, "values": { "display_name": "twin" } }));
    }
    world.save();
    assert_eq!(world.deploy(&["--yes"]).code, Some(0));
    world.world["resources"].as_array_mut().unwrap().truncate(5);
    world.save();
    let told = fails(&world, &["--yes", "--allow-replace", "twin"], 2, "A0870");
    assert_eq!(
        told.lines().take(2).collect::<Vec<_>>(),
        [
            "error[A0870]: `twin` is the name of several objects that are replaced or deleted: oci_identity_policy.twin, oci_logging_log.twin",
            "help: name the one that you mean by its address"
        ]
    );
    let both =
        ["--yes", "--allow-replace", "oci_identity_policy.twin", "--allow-replace", "oci_logging_log.twin"];
    assert_eq!(world.deploy(&both).code, Some(0));
}
