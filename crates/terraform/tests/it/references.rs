//! Ids that are known only after apply, found by what the configuration refers to.

use adit_net::trace::Verdict;
use serde_json::{Value, json};

use crate::make::{Make, constant, egress_all, ingress, refer, there};

/// A subnet that is made, with a table that is made, whose one rule leads to what the test is about.
fn with_rule(make: Make, expressions: Value) -> Make {
    make.keep(
        "oci_core_nat_gateway.nat",
        json!({ "id": "ocid1.natgateway.oc1..nat", "vcn_id": "ocid1.vcn.oc1..net", "display_name": "nat", "block_traffic": false }),
    )
    .create("oci_core_internet_gateway.igw", json!({ "enabled": true, "vcn_id": "ocid1.vcn.oc1..net" }), &["display_name"])
    .create_with(
        "oci_core_route_table.new",
        json!({ "vcn_id": "ocid1.vcn.oc1..net", "display_name": "new", "route_rules": [{ "destination": "0.0.0.0/0", "destination_type": "CIDR_BLOCK" }] }),
        json!({ "id": true, "route_rules": [{ "network_entity_id": true }] }),
    )
    .create(
        "oci_core_subnet.new",
        json!({ "vcn_id": "ocid1.vcn.oc1..net", "cidr_block": "10.1.9.0/24", "display_name": "new",
            "prohibit_public_ip_on_vnic": false, "security_list_ids": ["ocid1.securitylist.oc1..sl"] }),
        &["route_table_id"],
    )
    .written("oci_core_subnet.new", json!({ "route_table_id": refer(&["oci_core_route_table.new.id"]) }))
    .written("oci_core_route_table.new", expressions)
}

fn rule(expression: Value) -> Value {
    json!({ "route_rules": [{ "destination": constant("0.0.0.0/0"), "network_entity_id": expression }] })
}

/// What the one rule leads to.
fn target(make: &Make) -> String {
    let planned = make.planned();
    assert_eq!(planned.built.faults, []);
    let line = planned
        .listing
        .text()
        .lines()
        .find(|line| line.starts_with("oci_core_route_table.new.route_rules[0]"));
    line.unwrap().split_once(" -> ").unwrap().1.to_owned()
}

#[test]
fn a_resource_is_found_by_its_reference() {
    let make = with_rule(there(), rule(refer(&["oci_core_internet_gateway.igw.id"])));
    assert_eq!(target(&make), "oci_core_internet_gateway.igw");
}

#[test]
fn of_two_that_are_referred_to_the_one_that_is_not_known_is_meant() {
    // `var.public ? oci_core_internet_gateway.igw.id : oci_core_nat_gateway.nat.id`: the NAT gateway's id is known already.
    let both = refer(&["var.public", "oci_core_internet_gateway.igw.id", "oci_core_nat_gateway.nat.id"]);
    assert_eq!(target(&with_rule(there(), rule(both))), "oci_core_internet_gateway.igw");
}

#[test]
fn two_that_are_not_known_are_not_decided() {
    let make = there().create("oci_core_drg.hub", json!({ "display_name": "hub" }), &[]);
    let make = with_rule(make, rule(refer(&["oci_core_internet_gateway.igw.id", "oci_core_drg.hub.id"])));
    let (verdict, said) = make.ask("oci_core_subnet.new", "oracle-services");
    assert_eq!(verdict, Verdict::Indeterminate);
    insta::assert_snapshot!(said);
}

#[test]
fn a_local_is_not_in_a_plan_and_is_named() {
    let (verdict, said) =
        with_rule(there(), rule(refer(&["local.gateway_id"]))).ask("oci_core_subnet.new", "internet");
    assert_eq!(verdict, Verdict::Indeterminate);
    assert!(said.contains("`oci_core_route_table.new.route_rules[0].network_entity_id` is known only after apply, from local.gateway_id"), "{said}");
    // What the rule does not take is not touched by it.
    let (verdict, said) =
        with_rule(there(), rule(refer(&["local.gateway_id"]))).ask("oci_core_subnet.web", "db:5432");
    assert_eq!((verdict, said.as_str()), (Verdict::Reachable, ""));
}

#[test]
fn outputs_and_variables_of_modules_are_followed() {
    let mut make = with_rule(there(), rule(refer(&["module.edge.gateways[\"internet\"].id"])));
    // The module hands out what it was handed.
    make.configuration["module_calls"] = json!({ "edge": {
        "expressions": { "internet": refer(&["oci_core_internet_gateway.igw"]) },
        "module": { "outputs": { "gateways": { "expression": refer(&["var.internet.id"]) } } },
    } });
    // The gateway of the root is no resource of the module, but the module has one, or it would not be in the plan.
    let make = make.create("module.edge.oci_core_drg.other", json!({ "display_name": "other" }), &[]);
    assert_eq!(target(&make), "oci_core_internet_gateway.igw");
}

/// Two of everything by `for_each`: each subnet has the table and the lists of its own key.
#[test]
fn each_key_is_the_same_key() {
    let mut make = there();
    for (key, number) in [("a", 2), ("b", 3)] {
        make = make
            .create(&format!("oci_core_route_table.each[\"{key}\"]"), json!({ "vcn_id": "ocid1.vcn.oc1..net", "display_name": format!("rt-{key}") }), &[])
            .create(
                &format!("oci_core_security_list.each[\"{key}\"]"),
                json!({ "vcn_id": "ocid1.vcn.oc1..net", "display_name": format!("sl-{key}"), "egress_security_rules": [egress_all()],
                    "ingress_security_rules": [ingress("10.1.0.0/24", if key == "a" { 80 } else { 81 })] }),
                &[],
            )
            .create(
                &format!("oci_core_subnet.each[\"{key}\"]"),
                json!({ "vcn_id": "ocid1.vcn.oc1..net", "cidr_block": format!("10.1.{number}.0/24"), "display_name": key }),
                &["route_table_id", "security_list_ids"],
            );
    }
    let make = make.written(
        "oci_core_subnet.each",
        json!({ "route_table_id": { "references": ["oci_core_route_table.each", "each.key"] },
            "security_list_ids": { "references": ["oci_core_security_list.each", "each.key"] } }),
    );
    let planned = make.planned();
    let network = &planned.built.network;
    let names: Vec<(String, String)> = network
        .subnets
        .iter()
        .filter(|(_, subnet)| subnet.object.name.as_str().len() == 1)
        .map(|(_, subnet)| {
            let list = network.security_lists.at(subnet.security_lists[0]).object.name.to_string();
            (network.route_tables.at(subnet.route_table).object.name.to_string(), list)
        })
        .collect();
    assert_eq!(names, [("rt-a".to_owned(), "sl-a".to_owned()), ("rt-b".to_owned(), "sl-b".to_owned())]);
    assert_eq!(make.ask("web", "a:80").0, Verdict::Reachable);
    assert_eq!(make.ask("web", "a:81").0, Verdict::Unreachable);
}

/// `oci_core_route_table.one[each.value]`: which one is not written anywhere.
#[test]
fn a_key_that_is_a_value_is_not_decided() {
    let make = there()
        .create("oci_core_route_table.one[\"x\"]", json!({ "vcn_id": "ocid1.vcn.oc1..net" }), &["display_name"])
        .create("oci_core_route_table.one[\"y\"]", json!({ "vcn_id": "ocid1.vcn.oc1..net" }), &["display_name"])
        .create(
            "oci_core_subnet.each[\"a\"]",
            json!({ "vcn_id": "ocid1.vcn.oc1..net", "cidr_block": "10.1.9.0/24", "display_name": "a", "security_list_ids": ["ocid1.securitylist.oc1..sl"] }),
            &["route_table_id"],
        )
        .written("oci_core_subnet.each", json!({ "route_table_id": { "references": ["oci_core_route_table.one", "each.value"] } }));
    let (verdict, said) = make.ask("a", "internet");
    assert_eq!(verdict, Verdict::Indeterminate);
    assert!(
        said.contains("route_table_id` is known only after apply, from oci_core_route_table.one, each.value"),
        "{said}"
    );
}

/// The blocks of a set come in any order: each is told by its constants, and the last by what is left.
#[test]
fn blocks_of_a_set_are_told_apart() {
    let make = there()
        .create("oci_core_internet_gateway.igw", json!({ "enabled": true, "vcn_id": "ocid1.vcn.oc1..net", "display_name": "igw" }), &[])
        .create("oci_core_drg.hub", json!({ "display_name": "hub" }), &[])
        .create_with(
            "oci_core_route_table.new",
            json!({ "vcn_id": "ocid1.vcn.oc1..net", "route_rules": [
                { "destination": "10.0.0.0/8" }, { "destination": "0.0.0.0/0" } ] }),
            json!({ "id": true, "display_name": true, "route_rules": [{ "network_entity_id": true }, { "network_entity_id": true }] }),
        )
        .written(
            "oci_core_route_table.new",
            json!({ "route_rules": [
                { "destination": constant("0.0.0.0/0"), "network_entity_id": refer(&["oci_core_internet_gateway.igw.id"]) },
                { "destination": refer(&["var.others"]), "network_entity_id": refer(&["oci_core_drg.hub.id"]) } ] }),
        );
    let planned = make.planned();
    let rules: Vec<&str> =
        planned.listing.text().lines().filter(|line| line.contains("route_rules[")).collect();
    assert_eq!(
        rules,
        [
            "oci_core_route_table.new.route_rules[0]  10.0.0.0/8 -> hub",
            "oci_core_route_table.new.route_rules[1]  0.0.0.0/0 -> igw",
        ]
    );
}

/// `route_rules = [for …]`, or a `dynamic` block: the configuration has no blocks.
#[test]
fn a_list_that_is_an_expression_has_one_target_or_none() {
    let lump = json!({ "route_rules": refer(&["oci_core_internet_gateway.igw.id", "var.ranges"]) });
    assert_eq!(target(&with_rule(there(), lump)), "oci_core_internet_gateway.igw");
    let (verdict, said) = with_rule(there(), json!({})).ask("oci_core_subnet.new", "internet");
    assert_eq!(verdict, Verdict::Indeterminate);
    assert!(said.contains("route_rules[0].network_entity_id` is known only after apply"), "{said}");
}

#[test]
fn what_another_argument_names_is_followed() {
    let make = there()
        .create("oci_core_subnet.new", json!({ "cidr_block": "10.1.9.0/24", "display_name": "new" }), &["vcn_id", "route_table_id", "security_list_ids"])
        .written(
            "oci_core_subnet.new",
            json!({ "vcn_id": refer(&["oci_core_subnet.web.vcn_id"]), "route_table_id": refer(&["oci_core_subnet.web.route_table_id"]),
                "security_list_ids": refer(&["oci_core_security_list.sl.id"]) }),
        );
    assert_eq!(make.ask("web", "new:5432").0, Verdict::Reachable);
    assert_eq!(make.ask("web", "new:5433").0, Verdict::Unreachable);
}

#[test]
fn a_rule_that_leads_to_an_attachment_is_refused() {
    let make = there().create("oci_core_drg.hub", json!({ "display_name": "hub" }), &[]).create_with(
        "oci_core_drg_attachment.net",
        json!({ "display_name": "att", "network_details": [{ "type": "VCN", "id": "ocid1.vcn.oc1..net" }] }),
        json!({ "id": true, "drg_id": true }),
    );
    let make =
        make.written("oci_core_drg_attachment.net", json!({ "drg_id": refer(&["oci_core_drg.hub.id"]) }));
    let make = with_rule(make, rule(refer(&["oci_core_drg_attachment.net.id"])));
    let faults = make.planned().built.faults;
    let said: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.code, fault.message)).collect();
    assert_eq!(
        said,
        [
            "A0188: `oci_core_route_table.new.route_rules[0].network_entity_id` is refused: oci_core_drg_attachment.net, an attachment of a DRG"
        ]
    );
}

/// A next hop is found by its private IP, which is on the instance that is described; a public IP is mapped to it.
#[test]
fn a_private_ip_leads_to_its_machine() {
    let machine = json!({ "id": "ocid1.instance.oc1..fw", "display_name": "fw", "create_vnic_details": [{
        "subnet_id": "ocid1.subnet.oc1..db", "private_ip": "10.1.1.9", "skip_source_dest_check": true }] });
    let read = json!({ "subnet_id": "ocid1.subnet.oc1..db", "private_ips": [
        { "id": "ocid1.privateip.oc1..fw", "ip_address": "10.1.1.9", "subnet_id": "ocid1.subnet.oc1..db", "vnic_id": "ocid1.vnic.oc1..fw" }] });
    let make = there()
        .keep("oci_core_instance.fw", machine)
        .data("data.oci_core_private_ips.fw", read)
        .keep("oci_core_public_ip.fw", json!({ "id": "ocid1.publicip.oc1..fw", "private_ip_id": "ocid1.privateip.oc1..fw", "lifetime": "RESERVED" }));
    let make = with_rule(make, rule(refer(&["data.oci_core_private_ips.fw.private_ips[0].id"])));
    assert_eq!(target(&make), "10.1.1.9");
    let planned = make.planned();
    let network = &planned.built.network;
    let cards: Vec<_> =
        network.vnics.iter().map(|(_, vnic)| (vnic.source_dest_check, vnic.addresses.clone())).collect();
    assert_eq!((cards.len(), cards[0].0, cards[0].1[0].public), (1, false, true));
}
