//! What resources say that cannot be: each with its code and place, all in one run. The provider itself lets most of it through.

use adit_blueprint::Source;
use serde_json::{Value, json};

use crate::make::{Make, ingress, list, subnet, table, there};

fn faults(make: &Make) -> Vec<String> {
    let planned = make.planned();
    let source = Source::of(planned.listing);
    let said =
        |it: &adit_blueprint::Finding| format!("{} {} | {}", it.code, source.place(it.span()), it.message);
    planned.built.faults.iter().map(said).collect()
}

fn one(address: &str, values: Value) -> Vec<String> {
    faults(&there().keep(address, values))
}

#[test]
fn all_faults_of_a_plan_are_told() {
    let mut make = there();
    let id = |kind: &str, name: &str| json!(format!("ocid1.{kind}.oc1..{name}"));
    make = make
        .keep("oci_core_vcn.bits", json!({ "id": id("vcn", "bits"), "cidr_blocks": ["10.9.0.1/16"], "display_name": "bits" }))
        .keep("oci_core_vcn.wide", json!({ "id": id("vcn", "wide"), "cidr_blocks": ["10.0.0.0/8"], "display_name": "wide" }))
        .keep("oci_core_vcn.list", json!({ "id": id("vcn", "list"), "cidr_blocks": "10.0.0.0/16", "display_name": 7 }))
        .keep("oci_core_subnet.outside", subnet("outside", "10.2.0.0/24"))
        .keep("oci_core_subnet.table", {
            let mut it = subnet("table", "10.1.20.0/24");
            it["route_table_id"] = json!("ocid1.drg.oc1..hub");
            it
        })
        .keep("oci_core_drg.hub", json!({ "id": "ocid1.drg.oc1..hub", "display_name": "hub" }))
        .keep("oci_core_instance.out", json!({ "id": id("instance", "out"), "create_vnic_details": [{ "subnet_id": "ocid1.subnet.oc1..db", "private_ip": "10.1.7.7" }] }))
        .keep("oci_core_security_list.bad", {
            let mut it = list(&[
                json!({ "protocol": "tcp", "source": "0.0.0.0/0", "source_type": "CIDR_BLOCK" }),
                json!({ "protocol": "6", "source": "0.0.0.0/0", "source_type": "CIDR_BLOCK", "tcp_options": [{ "min": 90, "max": 80 }] }),
                json!({ "protocol": "17", "source": "0.0.0.0/0", "source_type": "CIDR_BLOCK", "udp_options": [{ "min": 1, "max": 70000 }] }),
                json!({ "protocol": "1", "source": "all-services", "source_type": "SERVICE_CIDR_BLOCK" }),
                json!({ "protocol": "1", "source": "10.0.0.0/16", "source_type": "RANGE" }),
                json!("no block"),
            ]);
            it["id"] = id("securitylist", "bad");
            it
        })
        .keep("oci_core_network_security_group.g", json!({ "id": id("networksecuritygroup", "g"), "vcn_id": "ocid1.vcn.oc1..net", "display_name": "g" }))
        .keep("oci_core_network_security_group_security_rule.r", json!({ "network_security_group_id": id("networksecuritygroup", "g"), "direction": "INBOUND", "protocol": "6" }))
        .keep("oci_core_drg_attachment.kind", json!({ "id": id("drgattachment", "kind"), "drg_id": "ocid1.drg.oc1..hub", "network_details": [{ "type": "VPC", "id": "ocid1.vcn.oc1..net" }] }))
        .keep("oci_core_drg_route_distribution.d", json!({ "id": id("drgroutedistribution", "d"), "drg_id": "ocid1.drg.oc1..hub" }))
        .keep("oci_core_drg_route_distribution_statement.s", json!({ "drg_route_distribution_id": id("drgroutedistribution", "d"), "match_criteria": [{ "match_type": "SOME" }], "priority": "one" }));
    insta::assert_snapshot!(faults(&make).join("\n"));
}

#[test]
fn an_address_that_stands_twice() {
    let said = one("oci_core_subnet.web", subnet("again", "10.1.4.0/24"));
    assert_eq!(
        said,
        ["A0186 plan.json: oci_core_subnet.web | `oci_core_subnet.web` stands twice in the plan"]
    );
}

#[test]
fn two_attachments_of_one_vcn() {
    let attachment = |name: &str| json!({ "id": format!("ocid1.drgattachment.oc1..{name}"), "display_name": name, "drg_id": "ocid1.drg.oc1..hub", "network_details": [{ "type": "VCN", "id": "ocid1.vcn.oc1..net" }] });
    let make = there()
        .keep("oci_core_drg.hub", json!({ "id": "ocid1.drg.oc1..hub", "display_name": "hub" }))
        .keep("oci_core_drg_attachment.a", attachment("a"))
        .keep("oci_core_drg_attachment.b", attachment("b"));
    assert_eq!(
        faults(&make),
        ["A0188 plan.json: oci_core_drg_attachment.b | `b` is refused: its VCN is attached already, by `a`"]
    );
}

#[test]
fn values_that_are_no_object_and_nested_without_an_end() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let text = there().text();
    let text = text.replacen(&table(&[]).to_string(), &format!("{{\"route_rules\":{deep}}}"), 1);
    let text = text.replacen(&list(&[ingress("10.1.0.0/24", 5432)]).to_string(), "[]", 1);
    let planned = adit_terraform::plan::Plan::parse("plan.json", text.as_bytes()).unwrap().planned();
    let said: Vec<String> =
        planned.built.faults.iter().map(|it| format!("{} {}", it.code, it.message)).collect();
    assert_eq!(
        said,
        [
            "A0187 what the plan says of `oci_core_route_table.rt` cannot be read",
            "A0187 what the plan says of `oci_core_security_list.sl` cannot be read",
        ]
    );
}
