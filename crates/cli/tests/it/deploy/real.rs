//! The same with the real Terraform or OpenTofu, where one is installed: resources that need no provider stand for Oracle's.

use std::fs;

use serde_json::json;

use super::World;
use crate::push::Registry;

const ROOT: &str = r#"# A module of one's own.
variable "images" {
  type    = map(string)
  default = {}
}
variable "shape" {
  default = "x86"
}
resource "terraform_data" "repository" {
  input = "REGISTRY/namespace/hello-world-app/postgres-inserter"
}
resource "terraform_data" "application" {
  triggers_replace = var.shape
  lifecycle {
    prevent_destroy = true
  }
}
resource "terraform_data" "function" {
  count            = contains(keys(var.images), "postgres-inserter") ? 1 : 0
  input            = "${terraform_data.repository.output}@${var.images["postgres-inserter"]}"
  triggers_replace = terraform_data.application.id
}
output "images" {
  value = var.images
}
output "repositories" {
  value = { "postgres-inserter" = terraform_data.repository.output }
}
output "functions" {
  value = { for it in terraform_data.function : "postgres-inserter" => { id = it.id, invoke_endpoint = "http://127.0.0.1:1" } }
}
"#;

/// The program, or a loud word.
fn installed() -> Option<&'static str> {
    let on_path = |name: &&str| {
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
            .any(|directory| directory.join(name).is_file())
    };
    let found = ["terraform", "tofu"].into_iter().find(|name| on_path(name));
    if found.is_none() {
        eprintln!("SKIPPED: neither terraform nor tofu is installed");
    }
    found
}

#[test]
fn two_stages_a_replacement_and_its_guard() {
    let (Some(terraform), Some(registry)) = (installed(), Registry::start()) else { return };
    let mut world = World::new(&registry.address);
    world.terraform = terraform.to_owned();
    fs::remove_dir_all(world.path("")).unwrap();
    fs::create_dir(world.path("")).unwrap();
    world.write("versions.tf", &ROOT.replace("REGISTRY", &registry.address));

    let ran = world.deploy(&["--dry-run"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stderr, ran.stdout);
    assert!(ran.stdout.starts_with("  + terraform_data.application is created\n"), "{}", ran.stdout);
    assert!(!world.path("terraform.tfstate").exists());
    let ran = world.deploy(&["--yes"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stderr, ran.stdout);
    assert!(ran.stderr.contains("  stage 1 ") && ran.stderr.contains("  stage 2 "), "{}", ran.stderr);
    assert!(ran.stdout.contains("\napplied    3 added\n"), "{}", ran.stdout);
    let ran = world.deploy(&["--yes", "--format", "json"]);
    let receipt: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&receipt["outcome"], ran.code), (&json!("unchanged"), Some(0)), "{receipt} {}", ran.stderr);

    world.write("shape.auto.tfvars.json", r#"{"shape": "arm"}"#);
    let ran = world.deploy(&["--yes"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    assert!(
        ran.stderr.contains(
            "error[A0866]: the plan replaces or deletes what nobody has named\n  \
             terraform_data.application is replaced because triggers_replace changed\n  \
             what depends on that is not planned yet: Terraform plans no further than to what is protected\n\
             help: if you mean it: --allow-replace application\n"
        ),
        "{}",
        ran.stderr
    );
    let ran = world.deploy(&["--yes", "--allow-replace", "application"]);
    assert!(ran.stderr.contains("help: if you mean it: --allow-replace function\n"), "{}", ran.stderr);
    let ran = world.deploy(&["--yes", "--allow-replace", "application", "--allow-replace", "function"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("\napplied    2 added, 2 deleted\n"), "{}", ran.stdout);
    assert!(!world.path("adit_deploy_override.tf").exists());
}
