//! That what is said of exported modules is said rightly: the sample passes, and each mistake put into it is told.

use std::path::Path;

use crate::support::check::problems;
use crate::support::root::{Files, files};

pub(crate) fn sample() -> Files {
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sample"))
}

/// The sample with one text in the place of another, which stands there once.
pub(crate) fn with(file: &str, from: &str, to: &str) -> Files {
    let mut all = sample();
    let text = all.get_mut(file).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{file}: {from}");
    *text = text.replace(from, to);
    all
}

#[test]
fn the_sample_has_no_problem() {
    assert_eq!(problems(&sample()), Vec::<String>::new());
}

/// One mistake at a time: where, what stands there, what is put in its place, and what is said of it.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    // Of blocks and arguments.
    (
        "drg.tf",
        "\"oci_core_drg\" \"hub\"",
        "\"oci_core_drgs\" \"hub\"",
        "the provider's schema here has no `oci_core_drgs`",
    ),
    ("drg.tf", "display_name   = \"hub\"", "name = \"hub\"", "oci_core_drg.hub: `name` is not known"),
    (
        "drg.tf",
        "display_name   = \"hub\"",
        "redundancy_status = \"x\"",
        "`redundancy_status` is computed by the provider alone",
    ),
    ("drg.tf", "display_name   = \"hub\"", "id = \"ocid1.drg.oc1..hub\"", "`id` is the cloud's to say"),
    ("drg.tf", "display_name   = \"hub\"", "display_name = \"hub\"\n  display_name = \"hub\"", "error"),
    (
        "drg.tf",
        "  compartment_id = local.compartment_id\n",
        "",
        "oci_core_drg.hub: `compartment_id` is required",
    ),
    (
        "drg.tf",
        "compartment_id = local.compartment_id",
        "compartment_id = null",
        "oci_core_drg.hub: `compartment_id` is required",
    ),
    (
        "registry.tf",
        "is_immutable   = true",
        "is_immutable = \"yes\"",
        "is true or false, and \"yes\" is neither",
    ),
    (
        "registry.tf",
        "is_immutable   = true",
        "is_immutable = 1",
        "`is_immutable` is true or false, and this is a number",
    ),
    ("registry.tf", "is_immutable   = true", "is_immutable {}", "`is_immutable` is an argument, not a block"),
    (
        "function.tf",
        "timeout_in_seconds = 60",
        "timeout_in_seconds = \"a minute\"",
        "is a number, and \"a minute\" is none",
    ),
    (
        "function.tf",
        "ADIT_TABLES      = \"items\"",
        "ADIT_TABLES = [\"items\"]",
        "`config` is a text, and this is a list of a text",
    ),
    (
        "function.tf",
        "[oci_core_subnet.fn_public_subnet.id]",
        "oci_core_subnet.fn_public_subnet.id",
        "`subnet_ids` is a list of a text, and this is a text",
    ),
    (
        "function.tf",
        "[oci_core_subnet.fn_public_subnet.id]",
        "[oci_core_subnet.fn_public_subnet.security_list_ids]",
        "`subnet_ids` is a text, and this is a set of a text",
    ),
    (
        "logging.tf",
        "  configuration {\n    compartment_id = local.compartment_id\n",
        "  configuration {\n    compartment_id = local.compartment_id\n  }\n  configuration {\n",
        "`configuration` stands 2 times, at most 1 are allowed",
    ),
    ("logging.tf", "    source {", "    resource {", "`resource` is no block of it"),
    ("logging.tf", "    source {", "    resource {", "`source` stands 0 times, at least 1 are needed"),
    (
        "logging.tf",
        "      service     = \"functions\"\n",
        "",
        "oci_logging_log.ingest_invoke configuration source: `service` is required",
    ),
    (
        "network.tf",
        "services[0].id\n  }",
        "services[0].id\n  }\n  services = []",
        "`services` is a block, not an argument",
    ),
    (
        "network.tf",
        "destination       = \"10.1.0.0/16\"",
        "cidr_block = \"10.1.0.0/16\"",
        "`cidr_block` is deprecated",
    ),
    (
        "versions.tf",
        "region = \"eu-frankfurt-1\"",
        "private_key = \"-----BEGIN\"",
        "`private_key` is a secret and is written down",
    ),
    ("versions.tf", "provider \"oci\"", "provider \"aws\"", "provider aws: no provider that is required"),
    ("versions.tf", "oracle/oci", "hashicorp/oci", "its source is not oracle/oci"),
    ("versions.tf", "      version = \"~> 8.28\"\n", "", "no version is said"),
    // Of names.
    (
        "network.tf",
        "\"oci_core_vcn\" \"sandbox_vcn\"",
        "\"oci_core_vcn\" \"1_vcn\"",
        "`1_vcn` is no identifier",
    ),
    (
        "network.tf",
        "\"oci_core_vcn\" \"sandbox_vcn\"",
        "\"oci_core_vcn\" \"shared_infrastructure_vcn\"",
        "oci_core_vcn.shared_infrastructure_vcn is declared twice",
    ),
    ("variables.tf", "variable \"namespace\"", "variable \"images\"", "var.images is declared twice"),
    ("outputs.tf", "output \"repositories\"", "output \"images\"", "output images is declared twice"),
    ("outputs.tf", "output \"images\"", "module \"images\"", "no block that an export writes"),
    // Of references.
    (
        "function.tf",
        "oci_functions_application.ingest.id",
        "oci_functions_application.digest.id",
        "oci_functions_application.digest is not declared",
    ),
    (
        "function.tf",
        "oci_functions_application.ingest.id",
        "oci_functions_application.ingest.ocid",
        "oci_functions_application.ingest has no `ocid`",
    ),
    (
        "function.tf",
        "oci_functions_application.ingest.id",
        "oci_functions_application.ingest",
        "`application_id` is a text, and this is an object",
    ),
    (
        "function.tf",
        "= var.librarian_db_ocid",
        "= var.secret_ocid",
        "oci_functions_function.postgres_inserter: var.secret_ocid is not declared",
    ),
    (
        "function.tf",
        "= var.librarian_db_ocid",
        "= var.secret_ocid",
        "var.librarian_db_ocid is declared and used nowhere",
    ),
    ("function.tf", "${var.namespace}", "${local.namespace}", "local.namespace is not declared"),
    ("network.tf", ".services[0].id", ".services.id", "`.id` needs an index before it"),
    ("network.tf", ".services[0].id", ".services[0].ocid", "data.oci_core_services.all has no `ocid`"),
    (
        "network.tf",
        "data.oci_core_services.all.services[0].id",
        "\"ocid1.service.oc1..a\"",
        "data.oci_core_services.all is declared and used nowhere",
    ),
    (
        "network.tf",
        "compartment_id = var.compartment_sandbox_ocid",
        "compartment_id = var.compartment_sandbox_ocid\n  other = 1",
        "local.other is declared and used nowhere",
    ),
    (
        "network.tf",
        "= [oci_core_drg_attachment.sandbox_vcn]",
        "= [oci_core_drg_attachment.sandbox]",
        "oci_core_drg_attachment.sandbox is not declared",
    ),
    (
        "network.tf",
        "= [oci_core_drg_attachment.sandbox_vcn]",
        "= [oci_core_drg_attachment.sandbox_vcn.id]",
        "which is no resource",
    ),
    (
        "outputs.tf",
        "id              = function.id",
        "id = oci_functions_function.postgres_inserter.id",
        "oci_functions_function.postgres_inserter is a list: `.id` needs an index before it",
    ),
    (
        "outputs.tf",
        "id              = function.id",
        "id = each.key",
        "each.key stands where there is no `for_each`",
    ),
    (
        "outputs.tf",
        "value       = var.images",
        "value = timestamp()",
        "`timestamp()` is no function that an export calls",
    ),
    (
        "drg.tf",
        "  display_name = \"hub-spoke-transit-rt\"",
        "  display_name = oci_core_drg_attachment.sandbox_vcn.display_name",
        "a cycle: oci_core_drg_attachment.sandbox_vcn -> oci_core_drg_route_table.hub_spoke_transit_rt -> oci_core_drg_attachment.sandbox_vcn",
    ),
    // Of what Terraform reads itself.
    (
        "function.tf",
        "count = contains(keys(var.images), \"postgres-inserter\") ? 1 : 0",
        "count = contains(keys(var.images), \"postgres-inserter\")",
        "`count` is a number, and this is true or false",
    ),
    (
        "function.tf",
        "count = contains(keys(var.images), \"postgres-inserter\") ? 1 : 0",
        "count = oci_functions_application.ingest.id == \"\" ? 1 : 0",
        "which is not known when it is planned",
    ),
    (
        "function.tf",
        "count = contains(keys(var.images), \"postgres-inserter\") ? 1 : 0",
        "for_each = keys(var.images)",
        "`for_each` is a map or a set, and this is a list of a text",
    ),
    (
        "registry.tf",
        "prevent_destroy = true",
        "prevent_destroy = var.namespace == \"\"",
        "`prevent_destroy` is true or false, written",
    ),
    (
        "registry.tf",
        "prevent_destroy = true",
        "ignore_changes = [tags]",
        "`ignore_changes` names `tags`, which is not known",
    ),
    (
        "registry.tf",
        "prevent_destroy = true",
        "precondition {}",
        "oci_artifacts_container_repository.postgres_inserter lifecycle precondition: `condition` is required",
    ),
    ("variables.tf", "= map(string)", "= dictionary", "has the type `dictionary`, which there is not"),
    (
        "variables.tf",
        "default     = \"example\"",
        "default = [\"example\"]",
        "var.namespace: `default` is a text, and this is a list of a text",
    ),
    (
        "variables.tf",
        "default     = \"example\"",
        "default = var.images",
        "var.namespace: a default refers to nothing",
    ),
    (
        "variables.tf",
        "substr(var.librarian_db_ocid, 0, 18)",
        "var.namespace",
        "var.librarian_db_ocid: its validation reads var.namespace",
    ),
    ("outputs.tf", "value       = var.images", "default = var.images", "output images: `value` is required"),
    // Of imports and moves.
    (
        "drg.tf",
        "resource \"oci_core_drg\" \"hub\"",
        "import {\n  to = oci_core_drg.spoke\n  id = \"ocid1.drg.oc1..hub\"\n}\n\nresource \"oci_core_drg\" \"hub\"",
        "import: oci_core_drg.spoke is not declared",
    ),
    (
        "drg.tf",
        "resource \"oci_core_drg\" \"hub\"",
        "import {\n  to = oci_core_drg.hub\n}\n\nresource \"oci_core_drg\" \"hub\"",
        "import: `id` is required",
    ),
    (
        "function.tf",
        "resource \"oci_functions_application\"",
        "import {\n  to = oci_functions_function.postgres_inserter\n  id = \"ocid1.fnfunc.oc1..a\"\n}\n\nresource \"oci_functions_application\"",
        "`oci_functions_function.postgres_inserter`, which names many",
    ),
    (
        "drg.tf",
        "resource \"oci_core_drg\" \"hub\"",
        "moved {\n  from = oci_core_drg.hub\n  to = oci_core_drg.hub\n}\n\nresource \"oci_core_drg\" \"hub\"",
        "moved: `from` is oci_core_drg.hub, which is still there",
    ),
];

#[test]
fn each_mistake_is_told() {
    let mut missed = Vec::new();
    for (file, from, to, said) in MISTAKES {
        let found = problems(&with(file, from, to));
        if !found.iter().any(|problem| problem.contains(said)) {
            missed.push(format!("{file}: {from:?} -> {to:?}: wanted {said:?}, found {found:#?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// What Terraform takes is taken: conversions, imports, other ways to write the same.
#[test]
fn what_is_right_is_not_told() {
    for (file, from, to) in [
        ("function.tf", "memory_in_mbs      = \"256\"", "memory_in_mbs = 256"),
        ("function.tf", "timeout_in_seconds = 60", "timeout_in_seconds = \"60\""),
        ("registry.tf", "is_immutable   = true", "is_immutable = \"true\""),
        ("registry.tf", "prevent_destroy = true", "ignore_changes = [freeform_tags]"),
        (
            "security.tf",
            "      min = 6432\n      max = 6432\n    }\n  }\n\n  egress_security_rules {\n    protocol    = \"all\"",
            "      min = \"6432\"\n      max = 6432\n    }\n  }\n\n  egress_security_rules {\n    protocol    = \"all\"",
        ),
        (
            "outputs.tf",
            "value       = var.images",
            "value = one(oci_functions_function.postgres_inserter[*].id) == null ? {} : var.images",
        ),
        (
            "drg.tf",
            "resource \"oci_core_drg\" \"hub\"",
            "import {\n  to = oci_core_drg.hub\n  id = \"ocid1.drg.oc1..hub\"\n}\n\nresource \"oci_core_drg\" \"hub\"",
        ),
        (
            "function.tf",
            "resource \"oci_functions_application\"",
            "import {\n  to = oci_functions_function.postgres_inserter[0]\n  id = \"ocid1.fnfunc.oc1..a\"\n}\n\nresource \"oci_functions_application\"",
        ),
        (
            "drg.tf",
            "resource \"oci_core_drg\" \"hub\"",
            "moved {\n  from = oci_core_drg.spoke\n  to = oci_core_drg.hub\n}\n\nresource \"oci_core_drg\" \"hub\"",
        ),
    ] {
        assert_eq!(problems(&with(file, from, to)), Vec::<String>::new(), "{file}: {to}");
    }
}

#[test]
fn arguments_that_exclude_each_other_are_told() {
    let rule = r#"
resource "oci_events_rule" "created" {
  compartment_id = local.compartment_id
  display_name   = "created"
  is_enabled     = true
  condition      = "{}"

  condition_details {}

  actions {
    action {
      action_type = "FAAS"
      is_enabled  = true
    }
  }
}
"#;
    let mut all = sample();
    all.insert("events.tf".to_owned(), rule.to_owned());
    let found = problems(&all);
    let wanted = "oci_events_rule.created: `condition` and `condition_details` may not stand together";
    assert!(found.contains(&wanted.to_owned()), "{found:?}");
    all.insert("events.tf".to_owned(), rule.replace("  condition_details {}\n", ""));
    assert_eq!(problems(&all), Vec::<String>::new());
}

#[test]
fn a_text_that_is_no_hcl_is_told() {
    let problems =
        problems(&with("drg.tf", "resource \"oci_core_drg\" \"hub\" {", "resource \"oci_core_drg\" \"hub {"));
    assert!(problems.iter().any(|problem| problem.starts_with("drg.tf: ")), "{problems:?}");
}
