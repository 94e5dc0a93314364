//! Rules in Oracle's words: what the console shows of them.

use crate::model::{
    Accepts, AttachmentKind, DrgRule, Network, Object, Peer, RouteRule, SecurityRule, Target,
};

pub(crate) fn peer(network: &Network, peer: &Peer) -> String {
    match peer {
        Peer::Cidr(range) => range.to_string(),
        Peer::Service(label) => label.to_string(),
        Peer::Nsg(id) => format!("members of `{}`", network.nsgs.at(*id).object.name),
    }
}

/// `ingress stateful TCP to port 6432 from 10.1.0.0/24`.
pub(crate) fn security(network: &Network, rule: &SecurityRule) -> String {
    let state = if rule.stateless { "stateless" } else { "stateful" };
    let side = match rule.direction {
        crate::Direction::Ingress => "from",
        crate::Direction::Egress => "to",
    };
    format!("{} {state} {side} {}, {}", rule.direction, peer(network, &rule.peer), rule.traffic)
}

pub(crate) fn target(network: &Network, target: Target) -> String {
    let named = |kind: &dyn std::fmt::Display, object: &Object| format!("{kind} {}", object.name);
    match target {
        Target::Drg(id) => named(&"DRG", &network.drgs.at(id).object),
        Target::Gateway(id) => named(&network.gateways.at(id).kind, &network.gateways.at(id).object),
        Target::Lpg(id) => named(&"local peering gateway", &network.lpgs.at(id).object),
        Target::PrivateIp(address) => format!("private IP {address}"),
        Target::Unknown => "a target that is not known".to_owned(),
    }
}

/// `10.1.0.0/24 -> DRG hub`.
pub(crate) fn route(network: &Network, rule: &RouteRule) -> String {
    format!("{} -> {}", rule.destination, target(network, rule.target))
}

/// `10.1.0.0/24 -> attachment sandbox`.
pub(crate) fn drg_rule(network: &Network, rule: &DrgRule) -> String {
    format!("{} -> attachment {}", rule.destination, network.attachments.at(rule.next).object.name)
}

pub(crate) fn accepts(network: &Network, accepts: Accepts) -> String {
    match accepts {
        Accepts::All => "all attachments".to_owned(),
        Accepts::Kind(AttachmentKind::Vcn) => "attachments of VCNs".to_owned(),
        Accepts::Kind(AttachmentKind::VirtualCircuit) => "virtual circuits".to_owned(),
        Accepts::Kind(AttachmentKind::Ipsec) => "IPSec tunnels".to_owned(),
        Accepts::Kind(AttachmentKind::RemotePeering) => "remote peerings".to_owned(),
        Accepts::Attachment(id) => format!("attachment {}", network.attachments.at(id).object.name),
    }
}
