//! Security lists and network security groups. Rules are stateful where nothing else is said.

use adit_net::{Direction, IcmpKind, Peer, PortRange, Ports, SecurityRule, Traffic, VcnId};

use super::hcl::{Block, Part};
use super::network::{born_with, label_of};
use super::scope::Scope;

pub(super) fn blocks(scope: &mut Scope<'_>) -> Vec<Block> {
    let mut blocks = lists(scope);
    blocks.extend(emptied(scope));
    blocks.extend(groups(scope));
    blocks
}

fn lists(scope: &mut Scope<'_>) -> Vec<Block> {
    let network = scope.network;
    let mut blocks = Vec::new();
    for (id, list) in network.security_lists.iter() {
        let Some((kind, name)) = scope.own(|ids| &ids.security_lists, id) else { continue };
        let shown = list.object.name.as_str();
        let mut block = Block::new("resource", &[kind, &name])
            .comment(format!("{}, [security-list.{shown}]", scope.line(list.object.source)))
            .set("compartment_id", scope.compartment_of(list.vcn));
        block = if kind == "oci_core_default_security_list" {
            block.set("manage_default_resource_id", born_with(scope, list.vcn, "default_security_list_id"))
        } else {
            block.set("vcn_id", scope.of(|ids| &ids.vcns, list.vcn))
        };
        block = block.set("display_name", shown);
        for direction in [Direction::Egress, Direction::Ingress] {
            for rule in list.rules.known().iter().filter(|rule| rule.direction == direction) {
                block = block.block(list_rule(scope, rule));
            }
        }
        blocks.push(block);
        if kind == "oci_core_security_list" {
            let written = scope.blueprint.security_lists.iter().find(|it| it.name.value == shown);
            let ocid = written.and_then(|list| list.ocid.as_ref());
            scope.take_over(scope.address(|ids| &ids.security_lists, id), ocid);
        }
    }
    blocks
}

fn list_rule(scope: &mut Scope<'_>, rule: &SecurityRule) -> Block {
    let (block, peer, kind) = match rule.direction {
        Direction::Ingress => ("ingress_security_rules", "source", "source_type"),
        Direction::Egress => ("egress_security_rules", "destination", "destination_type"),
    };
    let (value, type_) = peer_of(scope, rule.peer);
    let block = Block::new(block, &[])
        .comment(scope.rule(rule.source))
        .set("protocol", protocol(rule.traffic))
        .set(peer, value)
        .set(kind, type_)
        // Left out it means the same, and scanners take a written `false` for a fault.
        .set_some("stateless", rule.stateless.then_some(true));
    match rule.traffic {
        Traffic::Tcp(ports) => with_ports(block, "tcp_options", ports),
        Traffic::Udp(ports) => with_ports(block, "udp_options", ports),
        Traffic::Icmp(Some(kind)) => block.block(icmp(kind)),
        Traffic::Icmp(None) | Traffic::All | Traffic::Other(_) => block,
    }
}

/// In a list, the ports that packets go to stand in the block itself.
fn with_ports(block: Block, name: &'static str, ports: Ports) -> Block {
    if ports.source.is_all() && ports.destination.is_all() {
        return block;
    }
    let mut options = Block::new(name, &[]);
    if !ports.destination.is_all() {
        options = range(options, ports.destination);
    }
    if !ports.source.is_all() {
        options = options.block(range(Block::new("source_port_range", &[]), ports.source));
    }
    block.block(options)
}

fn range(block: Block, ports: PortRange) -> Block {
    block.set("min", i64::from(ports.first().number())).set("max", i64::from(ports.last().number()))
}

fn icmp(kind: IcmpKind) -> Block {
    Block::new("icmp_options", &[])
        .set("type", i64::from(kind.kind))
        .set_some("code", kind.code.map(i64::from))
}

fn peer_of(scope: &mut Scope<'_>, peer: Peer) -> (Part, &'static str) {
    match peer {
        Peer::Cidr(range) => (Part::Text(range.to_string()), "CIDR_BLOCK"),
        Peer::Service(label) => (label_of(scope, label), "SERVICE_CIDR_BLOCK"),
        Peer::Nsg(group) => (scope.of(|ids| &ids.nsgs, group), "NETWORK_SECURITY_GROUP"),
    }
}

/// The number of a protocol, as a text: that is how the cloud takes it.
fn protocol(traffic: Traffic) -> String {
    match traffic {
        Traffic::All => "all".to_owned(),
        Traffic::Tcp(_) => "6".to_owned(),
        Traffic::Udp(_) => "17".to_owned(),
        Traffic::Icmp(_) => "1".to_owned(),
        Traffic::Other(number) => number.to_string(),
    }
}

/// The list that every new VCN is born with admits SSH from everywhere, to every subnet that names no list. It is emptied, unless the
/// file has it, or the VCN exists already: then who knows what uses it.
fn emptied(scope: &mut Scope<'_>) -> Vec<Block> {
    let network = scope.network;
    let mut blocks = Vec::new();
    for (id, vcn) in network.vcns.iter() {
        if scope.own(|ids| &ids.vcns, id).is_none() {
            continue;
        }
        let exists = scope.vcn(id).is_some_and(|vcn| vcn.ocid.is_some());
        if exists || has_default(scope, id) {
            continue;
        }
        let kind = "oci_core_default_security_list";
        let name = scope.give(kind, vcn.object.name.as_str());
        blocks.push(
            Block::new("resource", &[kind, &name])
                .comment(format!(
                    "Every VCN is born with a list that admits SSH from everywhere. This empties that of {}: no subnet uses it.",
                    vcn.object.name
                ))
                .set("manage_default_resource_id", born_with(scope, id, "default_security_list_id")),
        );
    }
    blocks
}

fn has_default(scope: &Scope<'_>, vcn: VcnId) -> bool {
    let is_default =
        |id| matches!(scope.own(|ids| &ids.security_lists, id), Some(("oci_core_default_security_list", _)));
    scope.network.security_lists.iter().any(|(id, list)| list.vcn == vcn && is_default(id))
}

fn groups(scope: &mut Scope<'_>) -> Vec<Block> {
    let network = scope.network;
    let mut blocks = Vec::new();
    for (id, group) in network.nsgs.iter() {
        let Some((kind, name)) = scope.own(|ids| &ids.nsgs, id) else { continue };
        let shown = group.object.name.as_str();
        blocks.push(
            Block::new("resource", &[kind, &name])
                .comment(format!("{}, [nsg.{shown}]", scope.line(group.object.source)))
                .set("compartment_id", scope.compartment_of(group.vcn))
                .set("vcn_id", scope.of(|ids| &ids.vcns, group.vcn))
                .set("display_name", shown),
        );
        for (number, rule) in group.rules.known().iter().enumerate() {
            let kind = "oci_core_network_security_group_security_rule";
            let rule_name = scope.give(kind, &format!("{shown} {} {number}", rule.direction));
            let own = scope.of(|ids| &ids.nsgs, id);
            blocks.push(group_rule(scope, own, &rule_name, rule));
        }
        let written = scope.blueprint.nsgs.iter().find(|it| it.name.value == shown);
        let ocid = written.and_then(|group| group.ocid.as_ref());
        scope.take_over(scope.address(|ids| &ids.nsgs, id), ocid);
    }
    blocks
}

fn group_rule(scope: &mut Scope<'_>, group: Part, name: &str, rule: &SecurityRule) -> Block {
    let (direction, peer, kind) = match rule.direction {
        Direction::Ingress => ("INGRESS", "source", "source_type"),
        Direction::Egress => ("EGRESS", "destination", "destination_type"),
    };
    let (value, type_) = peer_of(scope, rule.peer);
    let block = Block::new("resource", &["oci_core_network_security_group_security_rule", name])
        .comment(scope.rule(rule.source))
        .set("network_security_group_id", group)
        .set("direction", direction)
        .set("protocol", protocol(rule.traffic))
        .set(peer, value)
        .set(kind, type_)
        .set_some("stateless", rule.stateless.then_some(true));
    let ports = |name: &'static str, ports: Ports| {
        let mut options = Block::new(name, &[]);
        if !ports.destination.is_all() {
            options = options.block(range(Block::new("destination_port_range", &[]), ports.destination));
        }
        if !ports.source.is_all() {
            options = options.block(range(Block::new("source_port_range", &[]), ports.source));
        }
        options
    };
    match rule.traffic {
        Traffic::Tcp(Ports::ALL) | Traffic::Udp(Ports::ALL) => block,
        Traffic::Tcp(range) => block.block(ports("tcp_options", range)),
        Traffic::Udp(range) => block.block(ports("udp_options", range)),
        Traffic::Icmp(Some(kind)) => block.block(icmp(kind)),
        Traffic::Icmp(None) | Traffic::All | Traffic::Other(_) => block,
    }
}
