//! The plan that is made of a module's text: what the planner of these tests says, and that the reader of plans understands it.

use adit_terraform::plan::Plan;
use serde_json::{Value, json};

use crate::export_checks::{sample, with};
use crate::support::plan::{Given, plan};
use crate::support::real;
use crate::support::root::Files;

/// What the sample is planned with; an image is there or not.
pub(crate) fn given(image: bool) -> Given {
    let variables = json!({
        "tenancy_ocid": "ocid1.tenancy.oc1..example",
        "compartment_sandbox_ocid": "ocid1.compartment.oc1..sandbox",
        "librarian_db_ocid": "ocid1.vaultsecret.oc1.eu-frankfurt-1.librarian",
        "images": if image { json!({ "postgres-inserter": format!("sha256:{}", "0123456789abcdef".repeat(4)) }) } else { json!({}) },
    });
    let services = json!({ "services": [{
        "id": "ocid1.service.oc1.eu-frankfurt-1.all",
        "name": "All FRA Services In Oracle Services Network",
        "cidr_block": "all-fra-services-in-oracle-services-network",
        "description": "All FRA Services In Oracle Services Network",
    }] });
    Given {
        variables: serde_json::from_value(variables).unwrap(),
        data: [("data.oci_core_services.all".to_owned(), services)].into(),
        ids: false,
    }
}

#[test]
fn the_samples_plan_is_read_whole() {
    let document = plan(&sample(), &given(true)).unwrap();
    let read = Plan::parse("plan.json", document.to_string().as_bytes()).unwrap();
    let planned = read.planned();
    assert_eq!((planned.built.faults.as_slice(), planned.notes.as_slice()), (&[][..], &[][..]));
    insta::assert_snapshot!("sample", planned.listing.text());
    let policies = read.policies().planned;
    assert_eq!(
        (policies.faults.len(), policies.gaps.len()),
        (0, 0),
        "{:?} {:?}",
        policies.faults,
        policies.gaps
    );
    assert_eq!(policies.places.len(), 1);
    assert!(!read.has_prior());
}

/// What a plan says is where Terraform puts it: held against a plan that Terraform made.
#[test]
fn a_plan_has_the_shape_of_terraforms() {
    let made = plan(&sample(), &given(true)).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/plans/spoke.json");
    let real: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(made["format_version"], real["format_version"]);
    let of = |document: &Value, list: &[&str], address: &str| -> Value {
        let list = list.iter().fold(document, |at, name| &at[*name]).as_array().unwrap();
        list.iter().find(|it| it["address"] == address).unwrap_or_else(|| panic!("{address}")).clone()
    };
    let names = |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let application = "oci_functions_application.ingest";
    for list in [
        &["resource_changes"][..],
        &["planned_values", "root_module", "resources"],
        &["configuration", "root_module", "resources"],
    ] {
        let (made, real) = (of(&made, list, application), of(&real, list, application));
        assert_eq!(names(&made), names(&real), "{list:?}");
    }
    let change = &of(&made, &["resource_changes"], application)["change"];
    assert_eq!(names(change), names(&of(&real, &["resource_changes"], application)["change"]));
    assert_eq!(change["after_unknown"]["subnet_ids"], json!([true]));
    assert_eq!(change["after"]["subnet_ids"], json!([null]));
    let written = of(&made, &["configuration", "root_module", "resources"], application);
    assert_eq!(
        written["expressions"]["subnet_ids"],
        json!({ "references": ["oci_core_subnet.fn_public_subnet.id", "oci_core_subnet.fn_public_subnet"] })
    );
    assert_eq!(written["expressions"]["shape"], json!({ "constant_value": "GENERIC_X86" }));
}

/// A function whose image is not there is not there; with its image it is, and its address is made from the digest.
#[test]
fn an_image_makes_a_function() {
    let functions = |image: bool| -> Vec<Value> {
        let document = plan(&sample(), &given(image)).unwrap();
        let all = document["planned_values"]["root_module"]["resources"].as_array().unwrap().clone();
        all.into_iter().filter(|it| it["type"] == "oci_functions_function").collect()
    };
    assert_eq!(functions(false), Vec::<Value>::new());
    let [function] = functions(true).try_into().unwrap();
    assert_eq!(function["address"], "oci_functions_function.postgres_inserter[0]");
    assert_eq!(
        function["values"]["image"],
        "fra.ocir.io/example/hello-world-app/postgres-inserter:0123456789ab"
    );
    assert_eq!(function["values"]["image_digest"], format!("sha256:{}", "0123456789abcdef".repeat(4)));
    assert_eq!(function["values"]["timeout_in_seconds"], 60);
}

/// Nothing that is not known is guessed.
#[test]
fn what_the_planner_does_not_know_it_says() {
    let mut unknown = given(true);
    unknown.variables.insert("other".to_owned(), json!(1));
    let mut missing = given(true);
    missing.variables.remove("tenancy_ocid");
    let mut wrong = given(true);
    wrong.variables.insert("librarian_db_ocid".to_owned(), json!("ocid1.vcn.oc1..x"));
    let mut silent = given(true);
    silent.data.clear();
    let cases: [(Files, Given, &str); 8] = [
        (sample(), unknown, "var.other is given and not declared"),
        (sample(), missing, "var.tenancy_ocid has no value"),
        (sample(), wrong, "var.librarian_db_ocid: its validation does not hold"),
        (sample(), silent, "data.oci_core_services.all: no answer is given"),
        (
            with("outputs.tf", "value       = var.images", "value = timestamp()"),
            given(true),
            "timestamp([]) is not computed here",
        ),
        (
            with(
                "function.tf",
                "contains(keys(var.images), \"postgres-inserter\")",
                "oci_functions_application.ingest.id == \"\"",
            ),
            given(true),
            "Unknown is no count",
        ),
        (
            with(
                "drg.tf",
                "  display_name = \"hub-spoke-transit-rt\"",
                "  display_name = oci_core_drg_attachment.sandbox_vcn.display_name",
            ),
            given(true),
            "depends on itself",
        ),
        (
            with("function.tf", "timeout_in_seconds = 60", "timeout_in_seconds = \"x\""),
            given(true),
            "is not a number",
        ),
    ];
    for (files, given, said) in cases {
        let error = plan(&files, &given).unwrap_err();
        assert!(error.contains(said), "{said}: {error}");
    }
}

/// The language, by what its author's program makes of the same text: values, and what expressions refer to.
#[test]
fn expressions_come_to_what_terraform_makes_of_them() {
    const TEXT: &str = r#"
variable "images" {
  type    = map(string)
  default = { "a-b" = "sha256:0123456789abcdef" }
}

variable "number" {
  type    = number
  default = "256"
}

variable "texts" {
  type    = set(string)
  default = ["b", "a", "b"]
}

locals {
  there = contains(keys(var.images), "a-b")
  names = { for name, digest in var.images : "${name}!" => substr(digest, 7, 12) if digest != "" }
}

output "text" { value = "x ${var.images["a-b"]} $${y} %%{z} \"q\" \n \u00e9" }
output "number" { value = var.number }
output "texts" { value = "${var.number}" }
output "count" { value = local.there ? 1 : 0 }
output "absent" { value = lookup(var.images, "c", null) == null && !contains(keys(var.images), "c") }
output "names" { value = local.names }
output "list" { value = [for name in keys(local.names) : "${name}-${length(local.names)}"] }
output "one" { value = one([for it in ["a"] : it]) }
output "none" { value = one([for it in ["a"] : it if it == "b"]) == null }
output "joined" { value = join(",", concat(["a"], ["b", "c"])) }
output "replaced" { value = replace("a.b", ".", "_") }
output "formatted" { value = format("%s-%s", "a", "b") }
output "merged" { value = merge({ a = 1 }, { b = "2" }) }
output "encoded" { value = jsonencode({ eventType = ["a<b"], data = { n = 1, t = true, z = null } }) }
output "indexed" { value = [{ id = "i" }, { id = "j" }][1].id }
output "splat" { value = [{ id = "i" }, { id = "j" }][*].id }
output "values" { value = alltrue([for digest in values(var.images) : can(regex("^sha256:[0-9a-f]{16}$", digest))]) }
output "cannot" { value = can(regex("^ocid1[.]vcn[.]", "ocid1.drg.")) }
output "grouped" { value = regex("^(a|b)([0-9]+)", "b12") }
output "matched" { value = regex("[a-z]+", "12ab3") }
output "negative" { value = -1 }
output "rest" { value = substr("abcdef", 2, -1) }
output "object" { value = { "a b" = 1, (var.images["a-b"]) = 2, c = [1, "x", true] } }
"#;
    let text: Files = [("main.tf".to_owned(), TEXT.to_owned())].into();
    let ours = plan(&text, &Given::default()).unwrap();
    let Some(real) = real::show(&text) else { return };
    for part in [&["planned_values", "outputs"][..], &["configuration", "root_module", "outputs"]] {
        let of = |document: &Value| part.iter().fold(document.clone(), |at, name| at[*name].clone());
        let (ours, mut real) = (of(&ours), of(&real));
        for (name, real) in real.as_object_mut().unwrap() {
            real.as_object_mut().unwrap().remove("type");
            assert_eq!(ours[name], *real, "{name}");
        }
    }
}

/// The provider itself, where it is at hand.
#[test]
fn the_provider_accepts_the_sample() {
    if let Some(said) = real::validate(&sample()) {
        assert_eq!((&said["valid"], &said["diagnostics"]), (&json!(true), &json!([])));
    }
}
