//! A change as a block of Terraform. Ids that are not known here are named in `<>`.

use adit_net::trace::Change;
use adit_net::{
    AttachmentId, Destination, Direction, Network, Peer, PortRange, Ports, RouteRule, SecurityRule, Target,
    Traffic,
};

use super::request::{destination, service, target};
use crate::build::Places;

/// The block that makes a change, a line each; none where it is no rule that is added.
pub(crate) fn terraform(network: &Network, places: &Places, change: &Change) -> Vec<String> {
    match change {
        Change::AddRoute(_, rule) | Change::ReplaceRoute(_, _, rule) => {
            let kind = match rule.destination {
                Destination::Cidr(_) => "CIDR_BLOCK",
                Destination::Service(_) => "SERVICE_CIDR_BLOCK",
            };
            vec![
                "route_rules {   # in oci_core_route_table".to_owned(),
                format!("  destination       = {:?}", destination(rule)),
                format!("  destination_type  = \"{kind}\""),
                format!("  network_entity_id = {}", entity(network, places, rule)),
                "}".to_owned(),
            ]
        }
        Change::AddDrgRule(table, rule) | Change::ReplaceDrgRule(table, _, rule) => {
            let table = network.drg_tables.get(*table).and_then(|table| places.address(table.object.source));
            vec![
                "resource \"oci_core_drg_route_table_route_rule\" \"…\" {".to_owned(),
                format!("  drg_route_table_id         = {}", id(table, "the table")),
                format!("  destination                = \"{}\"", rule.destination),
                "  destination_type           = \"CIDR_BLOCK\"".to_owned(),
                format!("  next_hop_drg_attachment_id = {}", attachment(network, places, rule.next)),
                "}".to_owned(),
            ]
        }
        Change::AddToList(_, rule) => in_list(rule),
        Change::AddToGroup(group, rule) => {
            let group = network.nsgs.get(*group).and_then(|group| places.address(group.object.source));
            of_group(network, places, id(group, "the group"), rule)
        }
        _ => Vec::new(),
    }
}

/// An id by the address of its resource, else in words.
fn id(address: Option<&str>, words: &str) -> String {
    address.map_or_else(|| format!("<id of {words}>"), |address| format!("{address}.id"))
}

fn entity(network: &Network, places: &Places, rule: &RouteRule) -> String {
    let source = match rule.target {
        Target::Drg(id) => network.drgs.get(id).map(|drg| drg.object.source),
        Target::Gateway(id) => network.gateways.get(id).map(|gateway| gateway.object.source),
        Target::Lpg(id) => network.lpgs.get(id).map(|lpg| lpg.object.source),
        Target::PrivateIp(_) | Target::Unknown => None,
    };
    id(source.and_then(|source| places.address(source)), &target(network, rule))
}

fn attachment(network: &Network, places: &Places, next: AttachmentId) -> String {
    let object = network.attachments.get(next).map(|next| &next.object);
    let name = object.map(|object| object.name.as_str()).unwrap_or_default();
    id(object.and_then(|object| places.address(object.source)), &format!("the attachment of {name}"))
}

fn in_list(rule: &SecurityRule) -> Vec<String> {
    let (block, far) = match rule.direction {
        Direction::Ingress => ("ingress_security_rules", "source"),
        Direction::Egress => ("egress_security_rules", "destination"),
    };
    let (peer, kind) = match rule.peer {
        Peer::Cidr(range) => (range.to_string(), None),
        Peer::Service(label) => (service(label).to_owned(), Some("SERVICE_CIDR_BLOCK")),
        Peer::Nsg(_) => return Vec::new(),
    };
    let mut lines = vec![
        format!("{block} {{   # in oci_core_security_list"),
        format!("  protocol    = \"{}\"", number(&rule.traffic)),
        format!("  {far:<11} = \"{peer}\""),
    ];
    lines.extend(kind.map(|kind| format!("  {:<11} = \"{kind}\"", format!("{far}_type"))));
    lines.push(format!("  stateless   = {}", rule.stateless));
    if let Some((options, ports)) = options(&rule.traffic) {
        lines.push(format!("  {options} {{"));
        if !ports.destination.is_all() {
            lines.extend(bounds(ports.destination, "    "));
        }
        lines.extend(range("source_port_range", ports.source));
        lines.push("  }".to_owned());
    }
    lines.push("}".to_owned());
    lines
}

fn of_group(network: &Network, places: &Places, group: String, rule: &SecurityRule) -> Vec<String> {
    let (direction, far) = match rule.direction {
        Direction::Ingress => ("INGRESS", "source"),
        Direction::Egress => ("EGRESS", "destination"),
    };
    let (peer, kind) = match rule.peer {
        Peer::Cidr(range) => (format!("\"{range}\""), "CIDR_BLOCK"),
        Peer::Service(label) => (format!("{:?}", service(label)), "SERVICE_CIDR_BLOCK"),
        Peer::Nsg(other) => {
            let other = network.nsgs.get(other).and_then(|group| places.address(group.object.source));
            (id(other, "the other group"), "NETWORK_SECURITY_GROUP")
        }
    };
    let mut lines = vec![
        "resource \"oci_core_network_security_group_security_rule\" \"…\" {".to_owned(),
        format!("  network_security_group_id = {group}"),
        format!("  direction                 = \"{direction}\""),
        format!("  protocol                  = \"{}\"", number(&rule.traffic)),
        format!("  {far:<25} = {peer}"),
        format!("  {:<25} = \"{kind}\"", format!("{far}_type")),
        format!("  stateless                 = {}", rule.stateless),
    ];
    if let Some((options, ports)) = options(&rule.traffic) {
        lines.push(format!("  {options} {{"));
        lines.extend(range("destination_port_range", ports.destination));
        lines.extend(range("source_port_range", ports.source));
        lines.push("  }".to_owned());
    }
    lines.push("}".to_owned());
    lines
}

fn options(traffic: &Traffic) -> Option<(&'static str, &Ports)> {
    match traffic {
        Traffic::Tcp(ports) => Some(("tcp_options", ports)),
        Traffic::Udp(ports) => Some(("udp_options", ports)),
        _ => None,
    }
}

/// A block of ports inside another; none for all ports.
fn range(block: &str, range: PortRange) -> Vec<String> {
    if range.is_all() {
        return Vec::new();
    }
    let mut lines = vec![format!("    {block} {{")];
    lines.extend(bounds(range, "      "));
    lines.push("    }".to_owned());
    lines
}

fn bounds(range: PortRange, indent: &str) -> [String; 2] {
    [format!("{indent}min = {}", range.first()), format!("{indent}max = {}", range.last())]
}

fn number(traffic: &Traffic) -> String {
    match traffic {
        Traffic::All => "all".to_owned(),
        Traffic::Icmp(_) => "1".to_owned(),
        Traffic::Tcp(_) => "6".to_owned(),
        Traffic::Udp(_) => "17".to_owned(),
        Traffic::Other(number) => number.to_string(),
    }
}
