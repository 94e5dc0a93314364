//! The round trip: a file, its module, the module's plan, and the network and policies that are read from it.

use std::path::Path;

use adit_blueprint::{Built, Permission, Source, build, parse};
use adit_terraform::plan::Plan;

use crate::export_checks::{sample, with};
use crate::export_plan::given;
use crate::support::plan::plan;
use crate::support::root::Files;
use crate::support::same::{differences, lines, statements};

const FILE: &str = include_str!("../fixtures/sample/adit.toml");

pub(crate) fn built(text: &str) -> (Built, Permission) {
    let source = Source::new("adit.toml", text);
    let parsed = parse(&source);
    assert_eq!(parsed.faults, [], "{text}");
    let built = build(&parsed.blueprint);
    assert_eq!(built.faults, [], "{text}");
    (built, Permission::read(&parsed.blueprint, &source, Path::new("")))
}

fn read(files: &Files) -> Plan {
    let document = plan(files, &given(true)).unwrap();
    Plan::parse("plan.json", document.to_string().as_bytes()).unwrap()
}

/// What the file and the plan of a module have that the other has not.
fn compared(files: &Files) -> Vec<String> {
    let (built, permission) = built(FILE);
    let plan = read(files);
    let mut found = differences(&lines(&built.network), &lines(&plan.planned().built.network));
    found.extend(differences(
        &statements(&permission.existing, &[]),
        &statements(&plan.policies().planned.set, &[]),
    ));
    found
}

#[test]
fn the_sample_is_the_network_and_the_policies_of_its_file() {
    assert_eq!(compared(&sample()), Vec::<String>::new());
}

/// One change of the module at a time, and what is then told of the two: each line is of the one side alone.
#[test]
fn each_difference_is_told() {
    let changes: &[(&str, &str, &str, &[&str])] = &[
        (
            "network.tf",
            "cidr_block                 = \"10.1.0.0/24\"",
            "cidr_block = \"10.1.1.0/24\"",
            &[
                "the file alone: subnet fn-public-subnet in sandbox-vcn: 10.1.0.0/24, Public, table fn-public-rt in sandbox-vcn, lists fn-public-sl",
                "the plan alone: subnet fn-public-subnet in sandbox-vcn: 10.1.1.0/24, Public, table fn-public-rt in sandbox-vcn, lists fn-public-sl",
            ],
        ),
        (
            "network.tf",
            "prohibit_public_ip_on_vnic = false",
            "prohibit_public_ip_on_vnic = true",
            &["Public", "Private"],
        ),
        (
            "network.tf",
            "destination       = \"10.0.0.0/16\"",
            "destination = \"10.0.0.0/15\"",
            &["10.0.0.0/16 -> DRG hub", "10.0.0.0/15 -> DRG hub"],
        ),
        (
            "network.tf",
            "network_entity_id = oci_core_internet_gateway.sandbox_vcn.id",
            "network_entity_id = oci_core_drg.hub.id",
            &["0.0.0.0/0 -> Internet gateway", "0.0.0.0/0 -> DRG hub"],
        ),
        (
            "network.tf",
            "enabled        = true",
            "enabled = false",
            &["sandbox-vcn: open", "sandbox-vcn: shut"],
        ),
        (
            "network.tf",
            "cidr_blocks    = [\"10.1.0.0/16\"]",
            "cidr_blocks = [\"10.1.0.0/16\", \"10.2.0.0/16\"]",
            &["vcn sandbox-vcn: 10.1.0.0/16", "vcn sandbox-vcn: 10.1.0.0/16, 10.2.0.0/16"],
        ),
        (
            "network.tf",
            "display_name   = \"sandbox-vcn\"",
            "display_name = \"sandbox\"",
            &["vcn sandbox-vcn", "vcn sandbox:"],
        ),
        (
            "security.tf",
            "    protocol = \"6\"\n    source   = \"10.1.0.0/24\"\n\n    tcp_options {\n      min = 6432",
            "    protocol = \"6\"\n    source   = \"10.1.0.0/24\"\n\n    tcp_options {\n      min = 5432",
            &["stateful ingress 10.1.0.0/24", "stateful ingress 10.1.0.0/24"],
        ),
        (
            "security.tf",
            "    destination = \"10.0.0.146/32\"\n    stateless   = true",
            "    destination = \"10.0.0.146/32\"",
            &["stateless egress 10.0.0.146/32", "stateful egress 10.0.0.146/32"],
        ),
        (
            "security.tf",
            "      code = 4",
            "      code = 3",
            &["stateless ingress 0.0.0.0/0", "stateless ingress 0.0.0.0/0"],
        ),
        (
            "security.tf",
            "  egress_security_rules {\n    protocol    = \"all\"\n    destination = \"0.0.0.0/0\"\n  }",
            "",
            &["the file alone: list database-sl in shared-infrastructure-vcn: stateful egress 0.0.0.0/0"],
        ),
        (
            "drg.tf",
            "destination                = \"10.1.0.0/16\"",
            "destination = \"10.1.0.0/17\"",
            &["10.1.0.0/16 -> sandbox-vcn at hub", "10.1.0.0/17 -> sandbox-vcn at hub"],
        ),
        (
            "drg.tf",
            "next_hop_drg_attachment_id = oci_core_drg_attachment.sandbox_vcn.id",
            "next_hop_drg_attachment_id = oci_core_drg_attachment.shared_infrastructure_vcn.id",
            &["10.1.0.0/16 -> sandbox-vcn at hub", "10.1.0.0/16 -> shared-infrastructure-vcn at hub"],
        ),
        ("function.tf", "memory_in_mbs      = \"256\"", "memory_in_mbs = 512", &["256 MB", "512 MB"]),
        (
            "function.tf",
            "oci_core_subnet.fn_public_subnet.id",
            "oci_core_subnet.database.id",
            &["subnets fn-public-subnet", "subnets database"],
        ),
        (
            "iam.tf",
            "to read secret-bundles",
            "to manage secret-bundles",
            &["to read secret-bundles", "to manage secret-bundles"],
        ),
        ("iam.tf", "resource.type = 'fnfunc'", "resource.type = 'instance'", &["fnfunc", "instance"]),
    ];
    let mut wrong = Vec::new();
    for (file, from, to, told) in changes {
        let found = compared(&with(file, from, to));
        let is_right = !found.is_empty() && told.iter().all(|told| found.iter().any(|it| it.contains(told)));
        // What one line says twice, for the file and for the plan, stands twice in what is found.
        if !is_right || found.len() < told.len() {
            wrong.push(format!("{to}: {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The order of things is no difference, nor is a default that is written.
#[test]
fn what_says_the_same_is_the_same() {
    let mut moved = sample();
    let security = moved.remove("security.tf").unwrap();
    let (first, rest) = security.split_once("resource \"oci_core_security_list\" \"database_sl\"").unwrap();
    moved.insert("a.tf".to_owned(), format!("resource \"oci_core_security_list\" \"database_sl\"{rest}"));
    moved.insert("z.tf".to_owned(), first.to_owned());
    assert_eq!(compared(&moved), Vec::<String>::new());
    for (file, from, to) in [
        (
            "security.tf",
            "    protocol    = \"all\"",
            "    protocol = \"all\"\n    stateless = false\n    destination_type = \"CIDR_BLOCK\"",
        ),
        ("network.tf", "  # Answers leave for the spoke.\n", ""),
        ("network.tf", "\"sandbox-vcn-internet-gateway\"", "\"another name\""),
    ] {
        assert_eq!(compared(&with(file, from, to)), Vec::<String>::new(), "{to}");
    }
}
