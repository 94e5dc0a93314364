//! A card's lists and groups as a ruleset (R32 to R44).
//!
//! A card's namespace has one table of connections. What a stateful rule let out is marked 1 there, what one let in 2; an answer
//! is let through if the mark says that its question was. What a stateless rule admits stays without a mark, also where a
//! stateful one would admit it, too (R44).

use std::fmt::Write as _;

use adit_net::{
    Cidr, Direction, IcmpKind, Network, NsgId, Peer, PortRange, Ports, SecurityRule, ServiceLabel, Traffic,
};

use super::cards::Card;
use super::doors;

pub(super) fn card(network: &Network, card: &Card, cards: &[Card]) -> String {
    let mut text = String::from("table ip card {\n");
    for direction in [Direction::Ingress, Direction::Egress] {
        chain(&mut text, network, card, cards, direction);
    }
    let pass = if card.forwards { "jump ingress; jump egress; accept" } else { "drop" };
    let _ = write!(
        text,
        "  chain out {{ type filter hook output priority 0; oifname \"lo\" accept; jump egress; }}
  chain in {{ type filter hook input priority 0; iifname \"lo\" accept; jump ingress; }}
  chain pass {{ type filter hook forward priority 0; {pass}; }}
}}
"
    );
    text
}

/// Returns what is admitted, drops the rest.
fn chain(text: &mut String, network: &Network, card: &Card, cards: &[Card], direction: Direction) {
    let (mark, asked) = match direction {
        Direction::Egress => (1, 2),
        Direction::Ingress => (2, 1),
    };
    let _ =
        writeln!(text, "  chain {direction} {{\n    ct direction reply ct mark & {asked} == {asked} return");
    let lists = network.subnets.at(card.subnet).security_lists.iter();
    let lists = lists.flat_map(|&id| network.security_lists.at(id).rules.known()).map(|rule| (false, rule));
    let groups = groups(network, card).iter();
    let groups = groups.flat_map(|&id| network.nsgs.at(id).rules.known()).map(|rule| (true, rule));
    let mut rules: Vec<_> = lists.chain(groups).filter(|(_, rule)| rule.direction == direction).collect();
    rules.sort_by_key(|(_, rule)| !rule.stateless);
    for (group, rule) in rules {
        let Some(matched) = matches(network, card, cards, group, rule) else { continue };
        if !rule.stateless {
            let _ = writeln!(text, "    {matched}ct mark set ct mark | {mark} return");
        }
        // What belongs to no connection that began here cannot be marked, and ends the line before: the answer to a question that took
        // another way. It is admitted like any packet.
        let unmarked = if rule.stateless { "" } else { "ct state invalid " };
        let _ = writeln!(text, "    {unmarked}{matched}return");
    }
    text.push_str("    drop\n  }\n");
}

/// A card's groups.
pub(super) fn groups<'a>(network: &'a Network, card: &Card) -> &'a [NsgId] {
    match (card.vnic, card.function) {
        (Some(vnic), _) => &network.vnics.at(vnic).nsgs,
        (None, Some(function)) => &network.functions.at(function).nsgs,
        (None, None) => &[],
    }
}

/// What a rule matches; `None`: nothing.
fn matches(
    network: &Network,
    card: &Card,
    cards: &[Card],
    group: bool,
    rule: &SecurityRule,
) -> Option<String> {
    let side = match rule.direction {
        Direction::Ingress => "saddr",
        Direction::Egress => "daddr",
    };
    let peer = match rule.peer {
        Peer::Cidr(Cidr::ALL) => String::new(),
        Peer::Cidr(range) => format!("ip {side} {range} "),
        Peer::Service(ServiceLabel::ObjectStorage) => format!("ip {side} {} ", doors::storage()),
        Peer::Service(ServiceLabel::AllServices) => format!("ip {side} {} ", doors::services()),
        Peer::Nsg(nsg) => {
            let vcn = network.subnets.at(card.subnet).vcn;
            let here = |card: &&Card| network.subnets.at(card.subnet).vcn == vcn;
            let members = cards.iter().filter(here).filter(|card| groups(network, card).contains(&nsg));
            let ranges: Vec<_> = members.flat_map(|card| &card.ranges).map(ToString::to_string).collect();
            if !group || network.nsgs.at(nsg).vcn != vcn || ranges.is_empty() {
                return None;
            }
            format!("ip {side} {{ {} }} ", ranges.join(", "))
        }
    };
    let body = match rule.traffic {
        Traffic::All => String::new(),
        Traffic::Tcp(range) => ports("tcp", range),
        Traffic::Udp(range) => ports("udp", range),
        Traffic::Icmp(None) => "meta l4proto icmp ".to_owned(),
        Traffic::Icmp(Some(IcmpKind { kind, code: None })) => format!("icmp type {kind} "),
        Traffic::Icmp(Some(IcmpKind { kind, code: Some(code) })) => {
            format!("icmp type {kind} icmp code {code} ")
        }
        Traffic::Other(number) => format!("meta l4proto {number} "),
    };
    Some(peer + &body)
}

fn ports(protocol: &str, ports: Ports) -> String {
    let mut text = format!("meta l4proto {protocol} ");
    for (side, range) in [("sport", ports.source), ("dport", ports.destination)] {
        if range != PortRange::ALL {
            let _ = write!(text, "{protocol} {side} {}-{} ", range.first(), range.last());
        }
    }
    text
}
