//! VCNs, subnets and route tables; and what every object of the network is known by.

use adit_net::{Access, Attached, Destination, RouteRule, RouteTableId, ServiceLabel, Target, VcnId};

use super::gateways;
use super::hcl::{Block, Part, Value, code};
use super::scope::{Ids, Scope};

/// Names for all objects, in the order of the file.
pub(super) fn ids(scope: &mut Scope<'_>) -> Ids {
    let network = scope.network;
    let blueprint = scope.blueprint;
    let mut ids = Ids::default();
    for (id, vcn) in network.vcns.iter() {
        let ocid = scope.vcn(id).and_then(|vcn| vcn.ocid.as_ref());
        ids.vcns.push(scope.id("oci_core_vcn", "vcn", &["vcn"], &vcn.object, ocid));
    }
    for (_, subnet) in network.subnets.iter() {
        let name = subnet.object.name.as_str();
        let written =
            scope.vcn(subnet.vcn).and_then(|vcn| vcn.subnets.iter().find(|it| it.name.value == name));
        let ocid = written.and_then(|subnet| subnet.ocid.as_ref());
        ids.subnets.push(scope.id("oci_core_subnet", "subnet", &["subnet"], &subnet.object, ocid));
    }
    for (_, table) in network.route_tables.iter() {
        let written = blueprint.route_tables.iter().find(|it| it.name.value == table.object.name.as_str());
        let ocid = written.and_then(|table| table.ocid.as_ref());
        let kind = if is_default(scope, table.vcn, table.object.name.as_str(), "Route Table") {
            "oci_core_default_route_table"
        } else {
            "oci_core_route_table"
        };
        ids.route_tables.push(scope.id(kind, "route_table", &["routetable"], &table.object, ocid));
    }
    for (_, list) in network.security_lists.iter() {
        let written = blueprint.security_lists.iter().find(|it| it.name.value == list.object.name.as_str());
        let ocid = written.and_then(|list| list.ocid.as_ref());
        let kind = if is_default(scope, list.vcn, list.object.name.as_str(), "Security List") {
            "oci_core_default_security_list"
        } else {
            "oci_core_security_list"
        };
        ids.security_lists.push(scope.id(kind, "security_list", &["securitylist"], &list.object, ocid));
    }
    for (_, group) in network.nsgs.iter() {
        let written = blueprint.nsgs.iter().find(|it| it.name.value == group.object.name.as_str());
        let ocid = written.and_then(|group| group.ocid.as_ref());
        let kinds = &["networksecuritygroup"];
        ids.nsgs.push(scope.id("oci_core_network_security_group", "nsg", kinds, &group.object, ocid));
    }
    gateways::ids(scope, &mut ids);
    for (_, drg) in network.drgs.iter() {
        let written = blueprint.drgs.iter().find(|it| it.name.value == drg.object.name.as_str());
        let ocid = written.and_then(|drg| drg.ocid.as_ref());
        ids.drgs.push(scope.id("oci_core_drg", "drg", &["drg"], &drg.object, ocid));
    }
    for (_, table) in network.drg_tables.iter() {
        let drg = network.drgs.at(table.drg).object.name.as_str();
        let drg = blueprint.drgs.iter().find(|it| it.name.value == drg);
        let name = table.object.name.as_str();
        let written = drg.and_then(|drg| drg.tables.iter().find(|it| it.name.value == name));
        let ocid = written.and_then(|table| table.ocid.as_ref());
        let kinds = &["drgroutetable"];
        ids.drg_tables.push(scope.id(
            "oci_core_drg_route_table",
            "drg_route_table",
            kinds,
            &table.object,
            ocid,
        ));
    }
    for (_, attachment) in network.attachments.iter() {
        // Of a VCN of one's own the attachment is one's own, too, whoever has the gateway, unless the file says otherwise.
        let link = attachment.to.vcn().and_then(|vcn| scope.vcn(vcn)).and_then(|vcn| vcn.drg.as_ref());
        let ocid = link.and_then(|link| link.ocid.as_ref());
        let mut object = attachment.object.clone();
        let kind = match attachment.to {
            Attached::Vcn { vcn, .. } => {
                let own = network.vcns.at(vcn).object.managed;
                object.managed = link.and_then(|link| link.managed).unwrap_or(own);
                "oci_core_drg_attachment"
            }
            _ => "oci_core_remote_peering_connection",
        };
        let kinds: &[&str] = &["drgattachment", "remotepeeringconnection"];
        ids.attachments.push(scope.id(kind, "attachment", kinds, &object, ocid));
    }
    for (_, distribution) in network.distributions.iter() {
        let kinds = &["drgroutedistribution"];
        let kind = "oci_core_drg_route_distribution";
        ids.distributions.push(scope.id(kind, "import", kinds, &distribution.object, None));
    }
    ids
}

/// Whether a table or list is the one that its VCN is born with.
fn is_default(scope: &Scope<'_>, vcn: VcnId, name: &str, what: &str) -> bool {
    let vcn = &scope.network.vcns.at(vcn).object;
    vcn.managed && name == format!("Default {what} for {}", vcn.name)
}

pub(super) fn blocks(scope: &mut Scope<'_>) -> Vec<Block> {
    let network = scope.network;
    let mut blocks = Vec::new();
    for (id, vcn) in network.vcns.iter() {
        let Some((kind, name)) = scope.own(|ids| &ids.vcns, id) else { continue };
        let shown = vcn.object.name.as_str();
        let ranges = vcn.cidrs.iter().map(|range| Part::Text(range.to_string())).collect();
        let block = Block::new("resource", &[kind, &name])
            .comment(format!("{}, [vcn.{shown}]", scope.line(vcn.object.source)))
            .set("compartment_id", scope.compartment_of(id))
            .set("display_name", shown)
            .set("cidr_blocks", Part::Row(ranges));
        blocks.push(scope.guarded(block, shown));
        scope.take_over(scope.address(|ids| &ids.vcns, id), scope.vcn(id).and_then(|vcn| vcn.ocid.as_ref()));
        blocks.extend(subnets(scope, id));
        blocks.extend(tables(scope, id));
        blocks.extend(gateways::blocks(scope, id));
    }
    // A table of one's own may be in somebody else's network.
    for (id, vcn) in network.vcns.iter() {
        if !vcn.object.managed {
            blocks.extend(tables(scope, id));
        }
    }
    blocks
}

fn subnets(scope: &mut Scope<'_>, vcn: VcnId) -> Vec<Block> {
    let network = scope.network;
    let mut blocks = Vec::new();
    for (id, subnet) in network.subnets.iter().filter(|(_, subnet)| subnet.vcn == vcn) {
        let Some((kind, name)) = scope.own(|ids| &ids.subnets, id) else { continue };
        let shown = subnet.object.name.as_str();
        let lists = subnet.security_lists.iter();
        let lists = lists.map(|list| scope.of(|ids| &ids.security_lists, *list)).collect();
        let (access, private) = match subnet.access {
            Access::Public => ("public: its machines have public addresses", false),
            Access::Private => ("private: nothing in it has a public address", true),
        };
        let block = Block::new("resource", &[kind, &name])
            .comment(format!("{}, {access}", scope.line(subnet.object.source)))
            .set("compartment_id", scope.compartment_of(vcn))
            .set("vcn_id", scope.of(|ids| &ids.vcns, vcn))
            .set("display_name", shown)
            .set("cidr_block", subnet.cidr.to_string())
            .set("route_table_id", scope.of(|ids| &ids.route_tables, subnet.route_table))
            .set("security_list_ids", Part::Row(lists))
            .set("prohibit_public_ip_on_vnic", private);
        blocks.push(scope.guarded(block, shown));
        let written = scope.vcn(vcn).and_then(|vcn| vcn.subnets.iter().find(|it| it.name.value == shown));
        scope.take_over(
            scope.address(|ids| &ids.subnets, id),
            written.and_then(|subnet| subnet.ocid.as_ref()),
        );
    }
    blocks
}

fn tables(scope: &mut Scope<'_>, vcn: VcnId) -> Vec<Block> {
    let network = scope.network;
    let mut blocks = Vec::new();
    for (id, table) in network.route_tables.iter().filter(|(_, table)| table.vcn == vcn) {
        let Some((kind, name)) = scope.own(|ids| &ids.route_tables, id) else { continue };
        let shown = table.object.name.as_str();
        let mut block = Block::new("resource", &[kind, &name])
            .comment(format!("{}, [route-table.{shown}]", scope.line(table.object.source)))
            .set("compartment_id", scope.compartment_of(vcn));
        block = if kind == "oci_core_default_route_table" {
            block.set("manage_default_resource_id", born_with(scope, vcn, "default_route_table_id"))
        } else {
            block.set("vcn_id", scope.of(|ids| &ids.vcns, vcn))
        };
        block = block.set("display_name", shown);
        for rule in table.rules.known() {
            block = block.block(route(scope, rule));
        }
        if let Some(needed) = attached_first(scope, id, table.rules.known()) {
            block = block.gap().set_below(
                "depends_on",
                needed,
                ["A rule may lead to the gateway once the VCN is attached to it."],
            );
        }
        blocks.push(block);
        let written = scope.blueprint.route_tables.iter().find(|it| it.name.value == shown);
        // The one that a VCN is born with is not imported but adopted by its id.
        if kind == "oci_core_route_table" {
            let ocid = written.and_then(|table| table.ocid.as_ref());
            scope.take_over(scope.address(|ids| &ids.route_tables, id), ocid);
        }
    }
    blocks
}

/// The id of what a VCN is born with.
pub(super) fn born_with(scope: &Scope<'_>, vcn: VcnId, attribute: &str) -> Part {
    let vcn = scope.address(|ids| &ids.vcns, vcn).unwrap_or_default();
    code(format!("{vcn}.{attribute}"))
}

fn route(scope: &mut Scope<'_>, rule: &RouteRule) -> Block {
    let (destination, kind) = match rule.destination {
        Destination::Cidr(range) => (Part::Text(range.to_string()), "CIDR_BLOCK"),
        Destination::Service(label) => (label_of(scope, label), "SERVICE_CIDR_BLOCK"),
    };
    Block::new("route_rules", &[])
        .comment(scope.rule(rule.source))
        .set("destination", destination)
        .set("destination_type", kind)
        .set("network_entity_id", target(scope, rule.target))
}

fn target(scope: &mut Scope<'_>, target: Target) -> Part {
    match target {
        Target::Drg(drg) => scope.of(|ids| &ids.drgs, drg),
        Target::Gateway(gateway) => scope.of(|ids| &ids.gateways, gateway),
        Target::Lpg(lpg) => scope.of(|ids| &ids.lpgs, lpg),
        Target::PrivateIp(address) => {
            let variable = format!("private_ip_{}_ocid", address.to_string().replace('.', "_"));
            let what = format!("OCID of the private IP {address}, to which a route leads");
            scope.ask(&variable, &what, None, &["privateip"])
        }
        Target::Unknown => scope.ask("unknown_target_ocid", "OCID of a route's target", None, &[]),
    }
}

/// What must be attached before a table may lead to the gateway; nothing in the table's rules says so.
fn attached_first(scope: &Scope<'_>, table: RouteTableId, rules: &[RouteRule]) -> Option<Value> {
    let network = scope.network;
    let vcn = network.route_tables.at(table).vcn;
    let mut needed = Vec::new();
    for rule in rules {
        let Target::Drg(drg) = rule.target else { continue };
        for (id, attachment) in network.attachments.iter() {
            let Attached::Vcn { vcn: attached, ingress, .. } = attachment.to else { continue };
            // The table of what comes in by the attachment is needed by it.
            if attached != vcn || attachment.drg != drg || ingress == Some(table) {
                continue;
            }
            needed.extend(scope.address(|ids| &ids.attachments, id));
        }
    }
    needed.sort();
    needed.dedup();
    let needed: Vec<Part> = needed.into_iter().map(code).collect();
    (!needed.is_empty()).then_some(Value::One(Part::Row(needed)))
}

/// The name of a set of Oracle's services in routes and rules.
pub(super) fn label_of(scope: &mut Scope<'_>, label: ServiceLabel) -> Part {
    code(format!("data.oci_core_services.{}.services[0].cidr_block", label_name(scope, label)))
}

/// The name of the data source of a label.
pub(super) fn label_name(scope: &mut Scope<'_>, label: ServiceLabel) -> &'static str {
    match label {
        ServiceLabel::AllServices => {
            scope.labels.all = true;
            "all"
        }
        ServiceLabel::ObjectStorage => {
            scope.labels.object_storage = true;
            "object_storage"
        }
    }
}

/// The labels that gateways, routes and rules have named: to be asked for when all of them are written.
pub(super) fn labels(scope: &Scope<'_>) -> Vec<Block> {
    let data = |name: &str, pattern: &str, comment: &str| {
        let filter = Block::new("filter", &[])
            .set("name", "name")
            .set("values", Part::Row(vec![Part::Text(pattern.to_owned())]))
            .set("regex", true);
        Block::new("data", &["oci_core_services", name]).comment(comment).block(filter)
    };
    let mut blocks = Vec::new();
    if scope.labels.all {
        let comment = "All of Oracle's services of the region: the registry, the Vault, the logs. Its name differs by region.";
        blocks.push(data("all", "All .* Services In Oracle Services Network", comment));
    }
    if scope.labels.object_storage {
        blocks.push(data("object_storage", "OCI .* Object Storage", "Object Storage alone."));
    }
    blocks
}
