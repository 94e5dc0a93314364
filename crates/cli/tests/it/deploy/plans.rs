//! Plans as they are printed and judged: nothing is changed without its name.

use serde_json::json;

use super::World;
use crate::push::Registry;

/// An address where nobody listens: what is pushed there fails.
const NOWHERE: &str = "127.0.0.1:1";

#[test]
fn a_dry_run_changes_nothing() {
    let world = World::new(NOWHERE);
    let before = files(&world);
    let ran = world.deploy(&["--dry-run"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!("deploy-dry-run", world.shown(&ran, NOWHERE));
    // Terraform's own cache is all that is new.
    let mut after = files(&world);
    after.retain(|file| file != ".terraform");
    assert_eq!(after, before);
    let ran = world.deploy(&["--dry-run", "--format", "json"]);
    let receipt: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (receipt["outcome"].as_str(), receipt["plan"].as_array().unwrap().len()),
        (Some("planned"), 5)
    );
    assert_eq!(receipt["images"]["postgres-inserter"]["digest"], world.digest);
}

fn files(world: &World) -> Vec<String> {
    let mut names: Vec<String> = world
        .path("")
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Everything at once: the application is replaced, a repository goes, a function changes, a subnet comes.
fn changed(world: &mut World) {
    world.resource("oci_functions_application.ingest")["values"]["subnet_ids"] =
        json!(["${oci_core_subnet.fn_private_subnet.id}"]);
    world.resource("oci_core_vcn.sandbox_vcn")["values"]["display_name"] = "sandbox".into();
    let resources = world.world["resources"].as_array_mut().unwrap();
    resources.retain(|resource| resource["address"] != "oci_identity_policy.old");
    resources.insert(
        2,
        json!({ "address": "oci_core_subnet.fn_private_subnet", "values": {
            "display_name": "fn-private-subnet", "cidr_block": "10.1.1.0/24", "vcn_id": "${oci_core_vcn.sandbox_vcn.id}" } }),
    );
    world.save();
}

#[test]
fn a_replacement_comes_first_and_must_be_named() {
    let Some(registry) = Registry::start() else { return };
    let mut world = World::new(&registry.address);
    world.world["resources"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "address": "oci_identity_policy.old", "values": { "name": "old-policy" } }));
    world.save();
    assert_eq!(world.deploy(&["--yes"]).code, Some(0));
    let made = world.state();
    changed(&mut world);

    let ran = world.deploy(&["--yes"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    insta::assert_snapshot!("deploy-unnamed", world.shown(&ran, &registry.address));
    let ran = world.deploy(&["--yes", "--allow-replace", "ingest"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("  the policy old-policy is deleted")
            && !ran.stderr.contains("  the application ingest"),
        "{}",
        ran.stderr
    );
    assert_eq!(world.state(), made, "nothing was touched");

    let named = ["--allow-replace", "ingest", "--allow-replace", "old-policy", "--allow-replace", "nobody"];
    let ran = world.deploy(&[&["--dry-run"], &named[..]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!("deploy-allowed-dry-run", world.shown(&ran, &registry.address));
    assert_eq!(world.state(), made, "nothing was touched");
    let ran = world.deploy(&[&["--yes"], &named[..]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!world.path("adit_deploy_override.tf").exists());
    assert_eq!(world.state()["resources"]["oci_identity_policy.old"], json!(null));
    assert!(ran.stdout.contains("applied    3 added, 1 changed, 3 deleted\n"), "{}", ran.stdout);
}

#[test]
fn an_override_that_was_left_behind_is_removed() {
    let world = World::new(NOWHERE);
    let path = world.path("adit_deploy_override.tf");
    std::fs::write(&path, "resource \"oci_core_vcn\" \"sandbox_vcn\" {}\n").unwrap();
    assert_eq!(world.deploy(&["--dry-run"]).code, Some(0));
    assert!(!path.exists());
}

/// The `console` block of the page: a command where a change is due, and what it prints.
#[test]
fn the_page_shows_what_is_printed() {
    let Some(registry) = Registry::start() else { return };
    let mut world = World::new(&registry.address);
    world.world["backend"] = "oci".into();
    world.save();
    assert_eq!(world.deploy(&["--yes"]).code, Some(0));
    changed(&mut world);
    world.resource("oci_core_vcn.sandbox_vcn")["values"]["display_name"] = "sandbox-vcn".into();
    world.save();
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/deploy.md")).unwrap();
    let block = page.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let (command, printed) = block.split_once('\n').unwrap();
    let arguments = command.strip_prefix("$ adit deploy ").unwrap().replace("--image image ", "");
    let ran = world.deploy(&arguments.split(' ').collect::<Vec<_>>());
    let said = super::without_times(&ran.stdout).replace(&world.digest, "sha256:…").replace("TIME", "…");
    assert_eq!((said.as_str(), ran.code), (printed, Some(0)), "{}", ran.stderr);
}
