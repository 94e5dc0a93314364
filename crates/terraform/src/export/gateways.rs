//! The doors of a VCN: internet, NAT and service gateways, and local peerings.

use adit_blueprint::model::{Door, Name};
use adit_net::{Gateway, GatewayKind, VcnId};

use super::hcl::{Block, code};
use super::network::label_name;
use super::scope::{Ids, Scope};

pub(super) fn ids(scope: &mut Scope<'_>, ids: &mut Ids) {
    let network = scope.network;
    for (_, gateway) in network.gateways.iter() {
        let (kind, suffix, kinds): (_, _, &[&str]) = match gateway.kind {
            GatewayKind::Internet => ("oci_core_internet_gateway", "internet_gateway", &["internetgateway"]),
            GatewayKind::Nat => ("oci_core_nat_gateway", "nat_gateway", &["natgateway"]),
            GatewayKind::Service(_) => ("oci_core_service_gateway", "service_gateway", &["servicegateway"]),
        };
        let ocid = ocid(scope, gateway);
        ids.gateways.push(scope.id(kind, suffix, kinds, &gateway.object, ocid));
    }
    for (_, lpg) in network.lpgs.iter() {
        let name = lpg.object.name.as_str();
        let written = scope.vcn(lpg.vcn).and_then(|vcn| vcn.peerings.iter().find(|it| it.name.value == name));
        let ocid = written.and_then(|peering| peering.ocid.as_ref());
        let kinds = &["localpeeringgateway"];
        ids.lpgs.push(scope.id("oci_core_local_peering_gateway", "local_peering", kinds, &lpg.object, ocid));
    }
}

/// The OCID that the file gives a gateway.
fn ocid<'a>(scope: &Scope<'a>, gateway: &Gateway) -> Option<&'a Name> {
    let vcn = scope.vcn(gateway.vcn)?;
    let door = match gateway.kind {
        GatewayKind::Internet => &vcn.internet,
        GatewayKind::Nat => &vcn.nat,
        GatewayKind::Service(_) => &vcn.service,
    };
    match door {
        Door::Yes(gateway) => gateway.ocid.as_ref(),
        _ => None,
    }
}

pub(super) fn blocks(scope: &mut Scope<'_>, vcn: VcnId) -> Vec<Block> {
    let network = scope.network;
    let mut blocks = Vec::new();
    for (id, gateway) in network.gateways.iter().filter(|(_, gateway)| gateway.vcn == vcn) {
        let Some((kind, name)) = scope.own(|ids| &ids.gateways, id) else { continue };
        let mut block = Block::new("resource", &[kind, &name])
            .comment(format!("{}: the {}", scope.rule(gateway.object.source), gateway.kind))
            .set("compartment_id", scope.compartment_of(vcn))
            .set("vcn_id", scope.of(|ids| &ids.vcns, vcn))
            .set("display_name", gateway.object.name.as_str());
        block = match gateway.kind {
            GatewayKind::Internet => block.set("enabled", gateway.open),
            GatewayKind::Nat | GatewayKind::Service(_) if gateway.open => block,
            GatewayKind::Nat | GatewayKind::Service(_) => block.set("block_traffic", true),
        };
        if let Some(table) = gateway.route_table {
            block = block.set("route_table_id", scope.of(|ids| &ids.route_tables, table));
        }
        if let GatewayKind::Service(label) = gateway.kind {
            let service = format!("data.oci_core_services.{}.services[0].id", label_name(scope, label));
            block = block.block(Block::new("services", &[]).set("service_id", code(service)));
        }
        blocks.push(block);
        let ocid = ocid(scope, gateway);
        scope.take_over(scope.address(|ids| &ids.gateways, id), ocid);
    }
    for (id, lpg) in network.lpgs.iter().filter(|(_, lpg)| lpg.vcn == vcn) {
        let Some((kind, name)) = scope.own(|ids| &ids.lpgs, id) else { continue };
        let mut block = Block::new("resource", &[kind, &name])
            .comment(format!("{}: a local peering", scope.line(lpg.object.source)))
            .set("compartment_id", scope.compartment_of(vcn))
            .set("vcn_id", scope.of(|ids| &ids.vcns, vcn))
            .set("display_name", lpg.object.name.as_str());
        if let Some(table) = lpg.route_table {
            block = block.set("route_table_id", scope.of(|ids| &ids.route_tables, table));
        }
        // One end makes the connection: of two of one's own the first, else one's own.
        if let Some(peer) = lpg.peer {
            let both = scope.address(|ids| &ids.lpgs, peer).is_some();
            if !both || id < peer {
                block = block.set("peer_id", scope.of(|ids| &ids.lpgs, peer));
            }
        }
        blocks.push(block);
        let name = lpg.object.name.as_str();
        let written = scope.vcn(vcn).and_then(|vcn| vcn.peerings.iter().find(|it| it.name.value == name));
        scope.take_over(scope.address(|ids| &ids.lpgs, id), written.and_then(|it| it.ocid.as_ref()));
    }
    blocks
}
