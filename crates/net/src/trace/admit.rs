//! May a packet cross a card? The union of its lists and groups, rule by rule (R32 to R45).

use super::end::End;
use super::hop::{Kind, RuleText, Subject, Tried};
use crate::model::{
    Direction, IcmpKind, Network, NsgId, OracleService, Peer, Ports, Rules, SecurityRule, ServiceLabel,
    Traffic, VcnId,
};
use crate::packet::{Addr, Body, Card, Packet, Place};
use crate::words;

/// A list or group that governs a card.
pub(crate) struct Holder<'a> {
    pub(crate) subject: Subject,
    pub(crate) rules: &'a Rules<SecurityRule>,
    pub(crate) group: bool,
}

/// Everything that governs a card: the lists of its subnet, and its groups (R32).
pub(crate) fn holders<'a>(network: &'a Network, card: &Card) -> Vec<Holder<'a>> {
    let lists = network.subnets.at(card.subnet).security_lists.iter().map(|&id| {
        let list = network.security_lists.at(id);
        Holder { subject: Subject::of(Kind::SecurityList, &list.object), rules: &list.rules, group: false }
    });
    let groups = groups(network, card).iter().map(|&id| {
        let group = network.nsgs.at(id);
        Holder { subject: Subject::of(Kind::Nsg, &group.object), rules: &group.rules, group: true }
    });
    lists.chain(groups).collect()
}

/// The groups of a card.
pub(crate) fn groups<'a>(network: &'a Network, card: &Card) -> &'a [NsgId] {
    match (card.vnic, card.function) {
        (Some(vnic), _) => &network.vnics.at(vnic).nsgs,
        (None, Some(function)) => &network.functions.at(function).nsgs,
        (None, None) => &[],
    }
}

/// Whether Zero Trust Packet Routing has a say (R38).
pub(crate) fn zero_trust(network: &Network, card: &Card) -> bool {
    card.vnic.is_some_and(|vnic| network.vnics.at(vnic).zpr)
        || card.function.is_some_and(|function| network.functions.at(function).zpr)
}

/// Whether packets to or from this address are never filtered (R36).
pub(crate) fn exempt(address: Addr) -> bool {
    address.ip().is_some_and(|address| address.is_link_local())
}

/// What the rules say of one packet at one card in one direction.
pub(crate) struct Admission {
    /// The rules that admit it.
    pub(crate) by: Vec<RuleText>,
    /// Whether one of them is stateless: then the packet is not tracked (R44).
    pub(crate) stateless: bool,
    /// The lists and groups whose rules are not known.
    pub(crate) unknown: Vec<Subject>,
    /// The rules of this direction that do not admit it.
    pub(crate) tried: Vec<Tried>,
}

/// Asks every rule of a card.
pub(crate) fn ask(
    network: &Network,
    card: &Card,
    direction: Direction,
    packet: &Packet,
    other: &End,
) -> Admission {
    let vcn = network.subnets.at(card.subnet).vcn;
    let mut admission =
        Admission { by: Vec::new(), stateless: false, unknown: Vec::new(), tried: Vec::new() };
    let mut nearest: Option<(usize, u8)> = None;
    for holder in holders(network, card) {
        if holder.rules.is_unknown() {
            admission.unknown.push(holder.subject);
            continue;
        }
        for (index, rule) in holder.rules.known().iter().enumerate() {
            if rule.direction != direction {
                continue;
            }
            let text = RuleText {
                holder: holder.subject.clone(),
                index: Some(index),
                text: words::security(network, rule),
                source: rule.source,
            };
            match differs(network, vcn, holder.group, rule, packet, other) {
                None => {
                    admission.stateless |= rule.stateless;
                    admission.by.push(text);
                }
                Some((why, distance)) => {
                    // Of rules that differ in one thing, the one for the narrowest range was most likely meant.
                    let width = match rule.peer {
                        Peer::Cidr(range) => 32 - range.length(),
                        Peer::Service(_) | Peer::Nsg(_) => 0,
                    };
                    if distance == 1 && nearest.is_none_or(|(_, narrowest)| width < narrowest) {
                        nearest = Some((admission.tried.len(), width));
                    }
                    admission.tried.push(Tried { rule: text, why, nearest: false });
                }
            }
        }
    }
    if let Some(tried) = nearest.and_then(|(place, _)| admission.tried.get_mut(place)) {
        tried.nearest = true;
    }
    admission
}

/// In what a rule differs from a packet, and in how many things; `None`: it admits it.
fn differs(
    network: &Network,
    vcn: VcnId,
    group: bool,
    rule: &SecurityRule,
    packet: &Packet,
    end: &End,
) -> Option<(String, u8)> {
    let other = match rule.direction {
        Direction::Ingress => packet.source,
        Direction::Egress => packet.destination,
    };
    let peer = match rule.peer {
        Peer::Cidr(range) => match other {
            Addr::Ip(address) => range.contains(address),
            Addr::Oracle(_) => range.length() == 0,
        },
        Peer::Service(label) => serves(label, other),
        Peer::Nsg(nsg) => group && member(network, vcn, nsg, end),
    };
    let wrong_peer = (!peer).then(|| match rule.direction {
        Direction::Ingress => format!("not from {other}"),
        Direction::Egress => format!("not to {other}"),
    });
    let wrong_body = body_differs(&rule.traffic, packet.body);
    match (wrong_peer, wrong_body) {
        (None, None) => None,
        (Some(peer), None) => Some((peer, 1)),
        (None, Some((body, far))) => Some((format!("right network, {body}"), if far { 2 } else { 1 })),
        (Some(peer), Some((body, _))) => Some((format!("{peer}, {body}"), 2)),
    }
}

/// Whether a label covers a destination.
pub(crate) fn serves(label: ServiceLabel, address: Addr) -> bool {
    match address {
        Addr::Oracle(OracleService::ObjectStorage) => true,
        Addr::Oracle(OracleService::Other) => label == ServiceLabel::AllServices,
        Addr::Ip(_) => false,
    }
}

/// Whether the other end is a member of a group of the same VCN (R34).
fn member(network: &Network, vcn: VcnId, nsg: NsgId, end: &End) -> bool {
    let Place::Card { subnet, vnic, function } = end.place else { return false };
    let groups = match (vnic, function) {
        (Some(vnic), _) => &network.vnics.at(vnic).nsgs,
        (None, Some(function)) => &network.functions.at(function).nsgs,
        (None, None) => return false,
    };
    network.nsgs.at(nsg).vcn == vcn && network.subnets.at(subnet).vcn == vcn && groups.contains(&nsg)
}

/// In what the traffic of a rule differs from a packet, and whether the protocol does.
fn body_differs(traffic: &Traffic, body: Body) -> Option<(String, bool)> {
    let ports = |rule: &Ports, source, destination| {
        if !rule.destination.contains(destination) {
            Some((format!("to port {} only", rule.destination), false))
        } else if !rule.source.contains(source) {
            Some((format!("from port {} only", rule.source), false))
        } else {
            None
        }
    };
    match (traffic, body) {
        (Traffic::All, _) => None,
        (Traffic::Tcp(rule), Body::Tcp { source, destination })
        | (Traffic::Udp(rule), Body::Udp { source, destination }) => ports(rule, source, destination),
        (Traffic::Icmp(None), Body::Icmp { .. }) => None,
        (Traffic::Icmp(Some(IcmpKind { kind, code })), Body::Icmp { kind: asked, code: asked_code }) => {
            let same = *kind == asked && code.is_none_or(|code| code == asked_code);
            (!same).then(|| (format!("ICMP type {kind} only"), false))
        }
        (Traffic::Other(number), body) if *number == body.protocol() => None,
        (Traffic::Tcp(_), _) => Some(("TCP only".to_owned(), true)),
        (Traffic::Udp(_), _) => Some(("UDP only".to_owned(), true)),
        (Traffic::Icmp(_), _) => Some(("ICMP only".to_owned(), true)),
        (Traffic::Other(number), _) => Some((format!("protocol {number} only"), true)),
    }
}
