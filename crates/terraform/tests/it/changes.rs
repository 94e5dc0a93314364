//! What a plan changes.

use adit_blueprint::{Finding, changes};
use serde_json::json;

use crate::make::{Make, ingress, list, subnet, there};

fn changed(make: &Make) -> Vec<String> {
    let plan = make.plan();
    let all = changes(&plan.prior().built, &plan.planned().built);
    all.iter().map(|it: &Finding| format!("{} {} {}", it.code, it.severity.as_str(), it.message)).collect()
}

#[test]
fn nothing_is_nothing() {
    assert!(changed(&there()).is_empty());
}

#[test]
fn a_rule_more_and_a_rule_less() {
    let before = list(&[ingress("10.1.0.0/24", 5432)]);
    let after = list(&[ingress("10.1.0.0/24", 5432), ingress("10.1.0.0/16", 22)]);
    let make = |before: &serde_json::Value, after: &serde_json::Value| {
        let rest = Make::default()
            .keep("oci_core_vcn.net", crate::make::vcn())
            .keep("oci_core_route_table.rt", crate::make::table(&[]))
            .keep("oci_core_subnet.web", subnet("web", "10.1.0.0/24"))
            .keep("oci_core_subnet.db", subnet("db", "10.1.1.0/24"));
        rest.update("oci_core_security_list.sl", before.clone(), after.clone())
    };
    insta::assert_snapshot!("opened", changed(&make(&before, &after)).join("\n"));
    insta::assert_snapshot!("closed", changed(&make(&after, &before)).join("\n"));
}

/// What is new was reached by nobody before, and what goes is reached by nobody after.
#[test]
fn a_subnet_that_is_new_and_one_that_goes() {
    let make = there()
        .create_with(
            "oci_core_subnet.new",
            json!({ "vcn_id": "ocid1.vcn.oc1..net", "cidr_block": "10.1.9.0/24", "display_name": "new", "prohibit_public_ip_on_vnic": true,
                "route_table_id": "ocid1.routetable.oc1..rt", "security_list_ids": ["ocid1.securitylist.oc1..sl"] }),
            json!({ "id": true }),
        )
        .delete("oci_core_subnet.old", subnet("old", "10.1.8.0/24"));
    insta::assert_snapshot!(changed(&make).join("\n"));
}
