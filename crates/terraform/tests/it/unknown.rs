//! What a plan does not have: named, and never taken for granted.

use adit_net::trace::Verdict;
use serde_json::json;

use crate::make::{Make, egress_all, ingress, list, refer, subnet, table, there, vcn};

#[test]
fn a_rule_that_is_not_known_only_ever_admits_more() {
    let make = there()
        .create_with(
            "oci_core_security_list.more",
            json!({ "vcn_id": "ocid1.vcn.oc1..net", "display_name": "more", "egress_security_rules": [egress_all()],
                "ingress_security_rules": [ingress("10.1.0.0/24", 80), { "protocol": "6", "source_type": "CIDR_BLOCK" }] }),
            json!({ "id": true, "ingress_security_rules": [{}, { "source": true }] }),
        )
        .create(
            "oci_core_subnet.app",
            json!({ "vcn_id": "ocid1.vcn.oc1..net", "cidr_block": "10.1.7.0/24", "display_name": "app", "route_table_id": "ocid1.routetable.oc1..rt" }),
            &["security_list_ids"],
        )
        .written("oci_core_subnet.app", json!({ "security_list_ids": refer(&["oci_core_security_list.more.id"]) }))
        .written("oci_core_security_list.more", json!({}));
    assert_eq!(make.ask("web", "app:80").0, Verdict::Reachable);
    let (verdict, said) = make.ask("web", "app:81");
    assert_eq!(verdict, Verdict::Indeterminate);
    assert!(
        said.contains(
            "`oci_core_security_list.more.ingress_security_rules[1].source` is known only after apply"
        ),
        "{said}"
    );
}

/// A VCN that is made brings a list and a table as the cloud makes them; of one that is there, nobody knows.
#[test]
fn the_defaults_of_a_new_vcn_are_known_and_of_an_old_one_are_not() {
    let made = Make::default()
        .create(
            "oci_core_vcn.new",
            json!({ "cidr_blocks": ["10.2.0.0/16"], "display_name": "new" }),
            &["cidr_block"],
        )
        .create(
            "oci_core_subnet.a",
            json!({ "cidr_block": "10.2.0.0/24", "display_name": "a" }),
            &["vcn_id", "route_table_id", "security_list_ids"],
        )
        .create(
            "oci_core_subnet.b",
            json!({ "cidr_block": "10.2.1.0/24", "display_name": "b" }),
            &["vcn_id", "route_table_id", "security_list_ids"],
        )
        .written("oci_core_subnet.a", json!({ "vcn_id": refer(&["oci_core_vcn.new.id"]) }))
        .written("oci_core_subnet.b", json!({ "vcn_id": refer(&["oci_core_vcn.new.id"]) }));
    assert_eq!(made.ask("a", "b:22").0, Verdict::Reachable);
    let (verdict, said) = made.ask("a", "b:5432");
    assert_eq!(verdict, Verdict::Unreachable);
    assert!(said.contains("`Default Security List for new` does not admit"), "{said}");

    let mut default = subnet("old", "10.1.8.0/24");
    default["security_list_ids"] = json!(["ocid1.securitylist.oc1..default"]);
    let (verdict, said) = there().keep("oci_core_subnet.old", default).ask("web", "old:22");
    assert_eq!(verdict, Verdict::Indeterminate);
    insta::assert_snapshot!(said);
}

#[test]
fn what_manages_a_default_says_its_rules() {
    let mut old = subnet("old", "10.1.8.0/24");
    old["security_list_ids"] = json!(["ocid1.securitylist.oc1..default"]);
    let make = there().keep("oci_core_subnet.old", old).update(
        "oci_core_default_security_list.of",
        json!({ "id": "ocid1.securitylist.oc1..default", "manage_default_resource_id": "ocid1.securitylist.oc1..default" }),
        json!({ "id": "ocid1.securitylist.oc1..default", "manage_default_resource_id": "ocid1.securitylist.oc1..default",
            "ingress_security_rules": [ingress("10.1.0.0/24", 22)], "egress_security_rules": [egress_all()] }),
    );
    assert_eq!(make.ask("web", "old:22").0, Verdict::Reachable);
    assert_eq!(make.ask("web", "old:23").0, Verdict::Unreachable);
}

#[test]
fn an_id_that_is_not_in_the_plan_is_named() {
    let mut away = subnet("away", "10.1.8.0/24");
    away["security_list_ids"] = json!(["ocid1.securitylist.oc1..elsewhere"]);
    let (verdict, said) = there().keep("oci_core_subnet.away", away).ask("web", "away:22");
    assert_eq!(verdict, Verdict::Indeterminate);
    assert!(said.contains("`ocid1.securitylist.oc1..elsewhere` is not in the plan"), "{said}");
}

#[test]
fn a_group_that_is_read_has_rules_where_they_are_read() {
    let nsg = json!({ "network_security_groups": [{ "id": "ocid1.networksecuritygroup.oc1..g", "vcn_id": "ocid1.vcn.oc1..net", "display_name": "g" }] });
    let machine = json!({ "id": "ocid1.instance.oc1..m", "display_name": "machine", "create_vnic_details": [{
        "subnet_id": "ocid1.subnet.oc1..db", "private_ip": "10.1.1.10", "nsg_ids": ["ocid1.networksecuritygroup.oc1..g"] }] });
    let make =
        there().data("data.oci_core_network_security_groups.all", nsg).keep("oci_core_instance.m", machine);
    assert_eq!(make.ask("web", "machine:5432").0, Verdict::Reachable);
    let (verdict, said) = make.ask("web", "machine:80");
    assert_eq!(verdict, Verdict::Indeterminate);
    assert!(
        said.contains("a data source `oci_core_network_security_group_security_rules` of it would tell"),
        "{said}"
    );

    let rules = json!({ "network_security_group_id": "ocid1.networksecuritygroup.oc1..g", "security_rules": [
        { "direction": "INGRESS", "protocol": "6", "source": "10.1.0.0/24", "source_type": "CIDR_BLOCK", "stateless": false,
          "tcp_options": [{ "destination_port_range": [{ "min": 80, "max": 81 }], "source_port_range": [] }] }] });
    let make = make.data("data.oci_core_network_security_group_security_rules.of", rules);
    assert_eq!(make.ask("web", "machine:80").0, Verdict::Reachable);
    assert_eq!(make.ask("web", "machine:82").0, Verdict::Unreachable);
}

#[test]
fn what_has_no_range_yet_is_left_out_with_a_word() {
    let make = there()
        .create(
            "oci_core_subnet.later",
            json!({ "vcn_id": "ocid1.vcn.oc1..net", "display_name": "later" }),
            &["cidr_block", "ipv4cidr_blocks"],
        )
        .written("oci_core_subnet.later", json!({ "cidr_block": refer(&["oci_core_vcn.net.cidr_block"]) }));
    let planned = make.planned();
    let notes: Vec<String> =
        planned.notes.iter().map(|note| format!("{}: {}", note.code, note.message)).collect();
    assert_eq!(
        notes,
        [
            "A0191: this subnet is left out: `oci_core_subnet.later.cidr_block` is known only after apply, from oci_core_vcn.net.cidr_block"
        ]
    );
}

#[test]
fn a_gateway_of_others_may_have_an_attachment_that_is_not_seen() {
    // The spoke's table leads to a DRG by its id alone.
    let make = Make::default()
        .keep("oci_core_vcn.net", vcn())
        .keep("oci_core_security_list.sl", list(&[]))
        .keep("oci_core_route_table.rt", table(&[json!({ "destination": "10.0.0.0/16", "destination_type": "CIDR_BLOCK", "network_entity_id": "ocid1.drg.oc1..hub" })]))
        .keep("oci_core_subnet.web", subnet("web", "10.1.0.0/24"))
        .keep("oci_core_vcn.other", json!({ "id": "ocid1.vcn.oc1..other", "cidr_blocks": ["10.0.0.0/16"], "display_name": "other" }))
        .keep("oci_core_subnet.there", json!({ "id": "ocid1.subnet.oc1..there", "vcn_id": "ocid1.vcn.oc1..other", "cidr_block": "10.0.0.0/24", "display_name": "there",
            "route_table_id": "ocid1.routetable.oc1..away", "security_list_ids": ["ocid1.securitylist.oc1..away"] }));
    let (verdict, said) = make.ask("web", "there:5432");
    assert_eq!(verdict, Verdict::Indeterminate);
    insta::assert_snapshot!(said);
}

#[test]
fn ipv6_is_said_and_not_ignored() {
    let v6 = json!({ "protocol": "6", "source": "::/0", "source_type": "CIDR_BLOCK", "stateless": false });
    let planned = there().update("oci_core_security_list.two", list(&[]), {
        let mut list = list(&[v6.clone(), v6]);
        list["id"] = json!("ocid1.securitylist.oc1..two");
        list
    });
    let planned = planned.planned();
    let notes: Vec<String> =
        planned.notes.iter().map(|note| format!("{}: {}", note.code, note.message)).collect();
    assert_eq!(
        notes,
        ["A0189: 2 rules of `oci_core_security_list.two` for IPv6 passed over: only IPv4 is analysed"]
    );
}

/// A new subnet of a VCN that is there has the VCN's own table and list: as a data source tells them, where one does.
#[test]
fn what_a_vcn_brings_along_is_as_it_is_read() {
    let rule = json!({ "destination": "0.0.0.0/0", "destination_type": "CIDR_BLOCK", "network_entity_id": "ocid1.natgateway.oc1..nat" });
    let mut own = table(&[rule]);
    own["id"] = json!("ocid1.routetable.oc1..default");
    own["display_name"] = json!("Default Route Table for net");
    let mut rules = list(&[ingress("10.1.0.0/24", 443)]);
    rules["id"] = json!("ocid1.securitylist.oc1..default");
    let make = there()
        .keep("oci_core_nat_gateway.nat", json!({ "id": "ocid1.natgateway.oc1..nat", "vcn_id": "ocid1.vcn.oc1..net", "block_traffic": false }))
        .data("data.oci_core_route_tables.net", json!({ "vcn_id": "ocid1.vcn.oc1..net", "route_tables": [own] }))
        .data("data.oci_core_security_lists.net", json!({ "vcn_id": "ocid1.vcn.oc1..net", "security_lists": [rules] }))
        .create(
            "oci_core_subnet.new",
            json!({ "vcn_id": "ocid1.vcn.oc1..net", "cidr_block": "10.1.9.0/24", "display_name": "new", "prohibit_public_ip_on_vnic": true }),
            &["route_table_id", "security_list_ids"],
        )
        .written("oci_core_subnet.new", json!({}));
    assert_eq!(make.ask("web", "new:443").0, Verdict::Reachable);
    assert_eq!(make.ask("web", "new:444").0, Verdict::Unreachable);
    assert_eq!(make.ask("new", "internet").0, Verdict::Reachable);
}

/// Where a peering leads whose other end the plan does not have is not known; it may well be connected.
#[test]
fn a_peering_with_somebody_outside_is_not_known() {
    let peering = |more: serde_json::Value| {
        let mut it = json!({ "id": "ocid1.localpeeringgateway.oc1..own", "vcn_id": "ocid1.vcn.oc1..net", "display_name": "own" });
        it.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let rule = json!({ "destination": "10.9.0.0/16", "destination_type": "CIDR_BLOCK", "network_entity_id": "ocid1.localpeeringgateway.oc1..own" });
        Make::default()
            .keep("oci_core_vcn.net", vcn())
            .keep("oci_core_security_list.sl", list(&[]))
            .keep("oci_core_local_peering_gateway.own", it)
            .keep("oci_core_route_table.rt", table(&[rule]))
            .keep("oci_core_subnet.web", subnet("web", "10.1.0.0/24"))
            .keep("oci_core_vcn.far", json!({ "id": "ocid1.vcn.oc1..far", "cidr_blocks": ["10.9.0.0/16"], "display_name": "far" }))
            .create("oci_core_subnet.far", json!({ "vcn_id": "ocid1.vcn.oc1..far", "cidr_block": "10.9.0.0/24", "display_name": "there" }), &[])
    };
    let (verdict, said) =
        peering(json!({ "peer_id": "ocid1.localpeeringgateway.oc1..theirs" })).ask("web", "there:80");
    assert_eq!(verdict, Verdict::Indeterminate);
    assert!(said.contains("`ocid1.localpeeringgateway.oc1..theirs` is not in the plan"), "{said}");
    let (verdict, said) = peering(json!({ "peering_status": "PEERED" })).ask("web", "there:80");
    assert_eq!(verdict, Verdict::Indeterminate);
    assert!(
        said.contains("the other end of `oci_core_local_peering_gateway.own` is not in the plan"),
        "{said}"
    );
    assert_eq!(peering(json!({ "peering_status": "NEW" })).ask("web", "there:80").0, Verdict::Unreachable);
}
