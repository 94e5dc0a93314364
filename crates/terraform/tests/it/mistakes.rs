//! What the provider passes in silence: a plan of a whole system has no finding, and each single mistake in it has its code and place.

use serde_json::{Value, json};

use crate::edit::Edit;
use crate::export_checks::sample;
use crate::export_plan::given;
use crate::support::plan::plan;

/// What the provider for Terraform was seen to let through, one by one: the number, the mistake, what is changed, and what is found.
struct Mistake {
    number: usize,
    what: &'static str,
    make: fn(Edit) -> Edit,
    found: &'static [&'static str],
}

const fn mistake(
    number: usize,
    what: &'static str,
    make: fn(Edit) -> Edit,
    found: &'static [&'static str],
) -> Mistake {
    Mistake { number, what, make, found }
}

const FUNCTION: &str = "oci_functions_function.postgres_inserter";
const APPLICATION: &str = "oci_functions_application.ingest";
const REPOSITORY: &str = "oci_artifacts_container_repository.postgres_inserter";

const MISTAKES: &[Mistake] = &[
    mistake(
        1,
        "VCN CIDR without a mask",
        |it| it.set("oci_core_vcn.hub", "/cidr_blocks/0", json!("10.0.0.0")),
        &["A0188 oci_core_vcn.hub.cidr_blocks"],
    ),
    mistake(
        2,
        "VCN CIDR with host bits set",
        |it| it.set("oci_core_vcn.hub", "/cidr_blocks/0", json!("10.0.0.1/16")),
        &["A0188 oci_core_vcn.hub.cidr_blocks"],
    ),
    mistake(
        3,
        "VCN CIDR /8",
        |it| it.set("oci_core_vcn.hub", "/cidr_blocks/0", json!("10.0.0.0/8")),
        &["A0188 oci_core_vcn.hub"],
    ),
    mistake(
        4,
        "hub and spoke with the same CIDR",
        |it| {
            it.set("oci_core_vcn.sandbox", "/cidr_blocks/0", json!("10.0.0.0/16")).set(
                "oci_core_subnet.functions",
                "/cidr_block",
                json!("10.0.0.0/25"),
            )
        },
        &["A0101 oci_core_vcn.sandbox"],
    ),
    mistake(
        5,
        "subnet outside its VCN",
        |it| it.set("oci_core_subnet.functions", "/cidr_block", json!("10.9.0.0/24")),
        &["A0188 oci_core_subnet.functions"],
    ),
    mistake(
        6,
        "instance private_ip outside its subnet",
        |it| it.set("oci_core_instance.pgbouncer", "/create_vnic_details/0/private_ip", json!("10.0.0.14")),
        &["A0188 oci_core_instance.pgbouncer.create_vnic_details[0].private_ip"],
    ),
    mistake(
        7,
        "dns_label with a dash",
        |it| it.set("oci_core_subnet.functions", "/dns_label", json!("fn-a")),
        &["A0271 oci_core_subnet.functions.dns_label"],
    ),
    mistake(
        8,
        "dns_label of 16 characters",
        |it| it.set("oci_core_vcn.sandbox", "/dns_label", json!("sandboxsandboxsa")),
        &["A0271 oci_core_vcn.sandbox.dns_label"],
    ),
    mistake(
        9,
        "port min > max",
        |it| {
            it.set(
                "oci_core_security_list.database",
                "/ingress_security_rules/0/tcp_options/0/min",
                json!(6433),
            )
        },
        &["A0188 oci_core_security_list.database.ingress_security_rules[0].tcp_options[0].min"],
    ),
    mistake(
        10,
        "port 70000",
        |it| {
            it.set(
                "oci_core_security_list.database",
                "/ingress_security_rules/0/tcp_options/0/max",
                json!(70000),
            )
        },
        &["A0188 oci_core_security_list.database.ingress_security_rules[0].tcp_options[0].max"],
    ),
    mistake(
        11,
        "protocol \"tcp\" instead of \"6\"",
        |it| it.set("oci_core_security_list.database", "/ingress_security_rules/0/protocol", json!("tcp")),
        &["A0188 oci_core_security_list.database.ingress_security_rules[0].protocol"],
    ),
    mistake(
        12,
        "NSG direction INBOUND",
        |it| {
            it.set("oci_core_network_security_group_security_rule.functions", "/direction", json!("INBOUND"))
        },
        &["A0188 oci_core_network_security_group_security_rule.functions.direction"],
    ),
    mistake(
        13,
        "route rule pointing at a DRG attachment instead of the DRG",
        |it| {
            it.refer(
                "oci_core_route_table.database",
                "/route_rules/0/network_entity_id",
                "oci_core_drg_attachment.hub.id",
            )
        },
        &["A0188 oci_core_route_table.database.route_rules[0].network_entity_id"],
    ),
    mistake(
        14,
        "security list of another VCN on a subnet",
        |it| {
            it.refer("oci_core_subnet.functions", "/security_list_ids", "oci_core_security_list.database.id")
        },
        &["A0188 oci_core_subnet.functions.security_list_ids"],
    ),
    mistake(
        15,
        "route table of another VCN on a subnet",
        |it| it.refer("oci_core_subnet.functions", "/route_table_id", "oci_core_route_table.database.id"),
        &["A0188 oci_core_subnet.functions.route_table_id"],
    ),
    mistake(
        16,
        "service CIDR label of another region",
        |it| {
            it.set(
                "oci_core_route_table.functions",
                "/route_rules/1/destination",
                json!("all-iad-services-in-oracle-services-network"),
            )
        },
        &["A0273 oci_core_route_table.functions.route_rules[1].destination"],
    ),
    mistake(
        17,
        "DRG distribution type",
        |it| it.set("oci_core_drg_route_distribution.hub", "/distribution_type", json!("INPORT")),
        &["A0275 oci_core_drg_route_distribution.hub.distribution_type"],
    ),
    mistake(
        18,
        "DRG statement action DENY",
        |it| it.set("oci_core_drg_route_distribution_statement.hub", "/action", json!("DENY")),
        &["A0275 oci_core_drg_route_distribution_statement.hub.action"],
    ),
    mistake(
        19,
        "DRG match type",
        |it| {
            it.set(
                "oci_core_drg_route_distribution_statement.hub",
                "/match_criteria/0/match_type",
                json!("DRG_ATTACHMENT"),
            )
        },
        &["A0188 oci_core_drg_route_distribution_statement.hub.match_criteria[0].match_type"],
    ),
    mistake(
        20,
        "DRG attachment type VPC",
        |it| it.set("oci_core_drg_attachment.hub", "/network_details/0/type", json!("VPC")),
        &["A0188 oci_core_drg_attachment.hub.network_details[0].type"],
    ),
    mistake(
        21,
        "function memory 100",
        |it| it.set(FUNCTION, "/memory_in_mbs", json!("100")),
        &["A0276 oci_functions_function.postgres_inserter.memory_in_mbs"],
    ),
    mistake(
        22,
        "function timeout 10000",
        |it| it.set(FUNCTION, "/timeout_in_seconds", json!(10000)),
        &["A0276 oci_functions_function.postgres_inserter.timeout_in_seconds"],
    ),
    mistake(
        23,
        "image that is no image name",
        |it| it.set(FUNCTION, "/image", json!("postgres-inserter")),
        &["A0277 oci_functions_function.postgres_inserter.image"],
    ),
    mistake(
        24,
        "neither image nor source details",
        |it| it.set(FUNCTION, "/image", Value::Null),
        &["A0277 oci_functions_function.postgres_inserter.image"],
    ),
    mistake(
        25,
        "config over 4 KB",
        |it| it.set(APPLICATION, "/config", json!({ "ADIT_MAPPING": "x".repeat(4096) })),
        &["A0279 oci_functions_application.ingest.config"],
    ),
    mistake(
        26,
        "shape misspelt",
        |it| it.set(APPLICATION, "/shape", json!("GENERIC_X68")),
        &["A0275 oci_functions_application.ingest.shape"],
    ),
    mistake(
        27,
        "image path that differs from the container repository",
        |it| {
            it.set(
                FUNCTION,
                "/image",
                json!("fra.ocir.io/example/hello-world/postgres-inserter:3f9a2c71d0be"),
            )
        },
        &["A0278 oci_functions_function.postgres_inserter.image"],
    ),
    mistake(
        28,
        "nonsense statement",
        |it| it.set("oci_identity_policy.functions", "/statements/0", json!("the function may do anything")),
        &["A0350 oci_identity_policy.functions.statements[0]"],
    ),
    mistake(
        29,
        "misspelt verb",
        |it| {
            it.set(
                "oci_identity_policy.deployers",
                "/statements/0",
                json!("Allow group Deployers to mange repos in compartment id ocid1.compartment.oc1..aaaaaaaasandbox"),
            )
        },
        &["A0359 oci_identity_policy.deployers.statements[0]"],
    ),
    mistake(
        30,
        "non-existent resource type",
        |it| {
            it.set(
                "oci_identity_policy.deployers",
                "/statements/1",
                json!("Allow group Deployers to use lambdas in compartment id ocid1.compartment.oc1..aaaaaaaasandbox"),
            )
        },
        &["A0360 oci_identity_policy.deployers.statements[1]"],
    ),
    mistake(
        31,
        "broken matching rule",
        |it| {
            it.set(
                "oci_identity_dynamic_group.functions",
                "/matching_rule",
                json!("ALL {resource.type = 'fnfunc', resource.compartment.id = 'ocid1.compartment.oc1..aaaaaaaasandbox'"),
            )
        },
        &["A0353 oci_identity_dynamic_group.functions.matching_rule"],
    ),
    mistake(
        32,
        "dynamic group outside the tenancy root",
        |it| {
            it.set(
                "oci_identity_dynamic_group.functions",
                "/compartment_id",
                json!("ocid1.compartment.oc1..aaaaaaaasandbox"),
            )
        },
        &["A0286 oci_identity_dynamic_group.functions.compartment_id"],
    ),
    mistake(
        33,
        "content that is not base64",
        |it| content(it, "hunter2!"),
        &[
            "A0280 oci_vault_secret.database.secret_content[0].content",
            "A0281 oci_vault_secret.database.secret_content[0].content",
        ],
    ),
    mistake(
        34,
        "vault type",
        |it| it.set("oci_kms_vault.sandbox", "/vault_type", json!("STANDARD")),
        &["A0275 oci_kms_vault.sandbox.vault_type"],
    ),
    mistake(
        35,
        "AES key length 33",
        |it| it.set("oci_kms_key.sandbox", "/key_shape/0/length", json!(33)),
        &["A0282 oci_kms_key.sandbox.key_shape[0].length"],
    ),
    mistake(
        36,
        "log type",
        |it| it.set("oci_logging_log.invocations", "/log_type", json!("FUNCTION")),
        &["A0275 oci_logging_log.invocations.log_type"],
    ),
    mistake(
        37,
        "log category",
        |it| {
            it.set("oci_logging_log.invocations", "/configuration/0/source/0/category", json!("invocations"))
        },
        &["A0284 oci_logging_log.invocations.configuration[0].source[0].category"],
    ),
    mistake(
        38,
        "repository name in capitals",
        |it| it.set(REPOSITORY, "/display_name", json!("Hello-World-App/postgres-inserter")),
        &["A0283 oci_artifacts_container_repository.postgres_inserter.display_name"],
    ),
    mistake(
        39,
        "flex shape without shape_config",
        |it| it.set("oci_core_instance.pgbouncer", "/shape_config", json!([])),
        &["A0285 oci_core_instance.pgbouncer.shape_config"],
    ),
    mistake(
        40,
        "compartment id hello",
        |it| it.set(REPOSITORY, "/compartment_id", json!("hello")),
        &["A0274 oci_artifacts_container_repository.postgres_inserter.compartment_id"],
    ),
    mistake(
        41,
        "region that does not exist",
        |it| it.variable("region", "eu-frankfort-1"),
        &["A0272 provider.oci.region"],
    ),
];

/// A secret whose content stands in the plan.
fn content(it: Edit, text: &str) -> Edit {
    it.set("oci_vault_secret.database", "/enable_auto_generation", Value::Null)
        .set("oci_vault_secret.database", "/secret_generation_context", json!([]))
        .set(
            "oci_vault_secret.database",
            "/secret_content",
            json!([{ "content": text, "content_type": "BASE64", "name": null }]),
        )
}

#[test]
fn a_correct_plan_gives_no_finding() {
    assert_eq!(Edit::of("system").codes(), Vec::<String>::new());
}

/// Neither stage of what Adit itself writes has a mistake, and one that is put into it is caught.
#[test]
fn what_adit_writes_has_no_mistake() {
    for image in [false, true] {
        let mut edit = Edit(plan(&sample(), &given(image)).unwrap());
        let plan = edit.plan();
        let found = plan.values(&mut plan.planned());
        assert_eq!(found, [], "image: {image}");
        let resources = edit.0["planned_values"]["root_module"]["resources"].as_array_mut().unwrap();
        let repository = resources.iter_mut().find(|it| it["type"] == "oci_artifacts_container_repository");
        repository.unwrap()["values"]["display_name"] = json!("Hello/postgres-inserter");
        let plan = edit.plan();
        let codes: Vec<_> = plan.values(&mut plan.planned()).iter().map(|it| it.code.to_string()).collect();
        let expected: &[&str] = if image { &["A0283", "A0278"] } else { &["A0283"] };
        assert_eq!(codes, expected);
    }
}

#[test]
fn each_mistake_that_the_provider_passes_is_caught() {
    let numbers: Vec<usize> = MISTAKES.iter().map(|it| it.number).collect();
    assert_eq!(numbers, (1..=41).collect::<Vec<_>>());
    let mut wrong = Vec::new();
    for Mistake { number, what, make, found } in MISTAKES {
        let codes = make(Edit::of("system")).codes();
        if codes != *found {
            wrong.push(format!("{number} {what}:\n    found  {codes:?}\n    wanted {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of 41 are not caught as they should:\n{}", wrong.len(), wrong.join("\n"));
}

/// The page lists them all, with their codes.
#[test]
fn the_page_has_the_list() {
    let rows: Vec<String> = MISTAKES
        .iter()
        .map(|it| {
            let codes: Vec<String> = it.found.iter().map(|found| format!("`{}`", &found[..5])).collect();
            format!("| {} | {} |\n", it.what, codes.join(", "))
        })
        .collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/plans.md");
    let page = std::fs::read_to_string(path).unwrap();
    let table = page.split_once("| mistake | code |\n|---|---|\n").unwrap().1;
    assert_eq!(table.split_once("\n\n").unwrap().0.to_owned() + "\n", rows.concat());
}

/// What each of them is called, for people.
#[test]
fn what_is_said_of_each_mistake() {
    let said = MISTAKES.iter().map(|Mistake { number, what, make, .. }| {
        format!("{number} {what}\n{}", said(&make(Edit::of("system"))))
    });
    insta::assert_snapshot!(said.collect::<Vec<_>>().join("\n"));
}

/// Everything that is told of what is found.
fn said(edit: &Edit) -> String {
    let (_, found) = edit.found();
    let said = found.iter().map(|it| {
        let remarks: String = it.remarks.iter().map(|remark| format!("  {remark:?}\n")).collect();
        let fix = it.fix.as_ref().map_or("", |fix| fix.text.as_str());
        format!("{}[{}]: {}\n{remarks}  fix: {fix}\n", it.severity.as_str(), it.code, it.message)
    });
    said.collect()
}
