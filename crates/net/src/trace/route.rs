//! At a VCN's route table: what it says, and what that means (R1 to R13).

use std::net::Ipv4Addr;

use super::hop::{Kind, Outcome, RuleText, Subject, Tried};
use super::lookup::{Choice, choose, local, same_target};
use super::position::{Entry, Position, Router};
use super::reason::Reason;
use super::step::{Step, Walk};
use crate::legal::{Door, attachment_of, refused};
use crate::model::{GatewayKind, Network, RouteTable, RouteTableId, Target, VcnId};
use crate::packet::{Addr, Card};
use crate::words;

/// The door of an entry, as rules of tables know it.
pub(crate) fn door(network: &Network, entry: Entry) -> Door {
    match entry {
        Entry::Card(_) => Door::Card,
        Entry::Drg(_) => Door::Drg,
        Entry::Lpg { .. } => Door::Lpg,
        Entry::Gateway(id) if network.gateways.at(id).kind == GatewayKind::Internet => Door::Internet,
        Entry::Gateway(_) => Door::Other,
    }
}

pub(crate) fn route(walk: &Walk<'_>, router: Router) -> Step {
    let network = walk.network;
    let to = walk.packet.destination;
    if let (Entry::Card(card), Addr::Ip(address)) = (router.entry, to) {
        let subnet = network.subnets.at(card.subnet);
        if subnet.cidr.contains(address) {
            let there = walk.card(card.subnet, address);
            let at = Subject::of(Kind::Subnet, &subnet.object);
            return Step::passes(at, Reason::SameSubnet, Position::Arrive { card: there, onward: false });
        }
    }
    let Some(id) = router.table else {
        let at = Subject::of(Kind::Vcn, &network.vcns.at(router.vcn).object);
        return match local(network, router.vcn, to) {
            Some(_) => hand_over(walk, router.vcn, at, Reason::Implicit),
            None => Step::stops(at, Reason::NoRoute),
        };
    };
    let table = network.route_tables.at(id);
    let at = Subject::of(Kind::RouteTable, &table.object);
    if table.rules.is_unknown() {
        return Step::new(at, Outcome::Unknown, Reason::TableUnknown, None);
    }
    match choose(network, router.vcn, table, door(network, router.entry), to) {
        Choice::Local => hand_over(walk, router.vcn, at, Reason::Local),
        Choice::Nothing => Step::stops(at, Reason::NoRoute).tried(tried(walk, router, id, &[])),
        Choice::Rules(winners) => {
            let decided = texts(network, table, &at, &winners);
            if !same_target(table, &winners) {
                let rules = winners.iter().filter_map(|&index| table.rules.known().get(index));
                let names = rules.map(|rule| crate::Name::new(words::target(network, rule.target))).collect();
                return Step::new(at, Outcome::Ambiguous, Reason::TwoRoutes(names), None).decided(decided);
            }
            let target =
                winners.first().and_then(|&index| table.rules.known().get(index)).map(|rule| rule.target);
            let step = match target {
                Some(target) => follow(walk, router, at, target),
                None => Step::stops(at, Reason::NoRoute),
            };
            step.decided(decided).tried(tried(walk, router, id, &winners))
        }
    }
}

/// Where a rule's target takes the packet.
pub(crate) fn follow(walk: &Walk<'_>, router: Router, at: Subject, target: Target) -> Step {
    let network = walk.network;
    let from_drg = matches!(router.entry, Entry::Drg(_));
    match target {
        Target::Drg(drg) => {
            if matches!(router.entry, Entry::Lpg { from_drg: true, .. }) {
                return Step::stops(at, Reason::DrgLpgDrg);
            }
            match attachment_of(network, router.vcn, drg) {
                Some(attachment) => Step::passes(at, Reason::Routed, Position::Drg(attachment)),
                None => Step::stops(at, Reason::NoRoute),
            }
        }
        Target::Lpg(lpg) => Step::passes(at, Reason::Routed, Position::Peering { lpg, from_drg }),
        Target::Gateway(gateway) => {
            Step::passes(at, Reason::Routed, Position::Gate { gateway, entry: router.entry })
        }
        Target::PrivateIp(address) => next_hop(walk, router.vcn, at, address),
        Target::Unknown => Step::new(at, Outcome::Unknown, Reason::TargetUnknown, None),
    }
}

fn next_hop(walk: &Walk<'_>, vcn: VcnId, at: Subject, address: Ipv4Addr) -> Step {
    let network = walk.network;
    let found = network.vnics.iter().find(|(_, vnic)| {
        let subnet = network.subnets.at(vnic.subnet);
        subnet.vcn == vcn && subnet.cidr.contains(address) && vnic.has(address)
    });
    let Some((id, vnic)) = found else { return Step::stops(at, Reason::Unassigned(address)) };
    let card = Card { subnet: vnic.subnet, vnic: Some(id), function: None, address };
    let onward = walk.packet.destination.ip().is_none_or(|to| !vnic.has(to));
    let card = match walk.packet.destination {
        Addr::Ip(to) if !onward => Card { address: to, ..card },
        _ => card,
    };
    Step::passes(at, Reason::Routed, Position::Arrive { card, onward })
}

pub(crate) fn hand_over(walk: &Walk<'_>, vcn: VcnId, at: Subject, reason: Reason) -> Step {
    let network = walk.network;
    let found = walk.packet.destination.ip().and_then(|to| {
        // Oracle refuses overlapping subnets of a VCN; should they be described all the same, the smaller one has the address.
        let subnets =
            network.subnets.iter().filter(|(_, subnet)| subnet.vcn == vcn && subnet.cidr.contains(to));
        let (subnet, _) =
            subnets.max_by_key(|(id, subnet)| (subnet.cidr.length(), std::cmp::Reverse(*id)))?;
        Some(walk.card(subnet, to))
    });
    match found {
        Some(card) => Step::passes(at, reason, Position::Arrive { card, onward: false }),
        None => Step::stops(at, Reason::NoSubnet),
    }
}

fn texts(network: &Network, table: &RouteTable, at: &Subject, indexes: &[usize]) -> Vec<RuleText> {
    let rules = indexes.iter().filter_map(|&index| Some((index, table.rules.known().get(index)?)));
    let text = |(index, rule): (usize, &crate::RouteRule)| RuleText {
        holder: at.clone(),
        index: Some(index),
        text: words::route(network, rule),
        source: rule.source,
    };
    rules.map(text).collect()
}

/// Every rule but the winners, with what is wrong with it.
fn tried(walk: &Walk<'_>, router: Router, id: RouteTableId, winners: &[usize]) -> Vec<Tried> {
    let network = walk.network;
    let table = network.route_tables.at(id);
    let at = Subject::of(Kind::RouteTable, &table.object);
    let to = walk.packet.destination;
    let rules = table.rules.known().iter().enumerate().filter(|(index, _)| !winners.contains(index));
    let why = rules.map(|(index, rule)| {
        let covers = super::lookup::covers(rule.destination, to);
        let why = match refused(network, router.vcn, door(network, router.entry), rule) {
            Some(refused) => refused.to_string(),
            None if covers => "shorter than the one that decides".to_owned(),
            None => format!("does not cover {to}"),
        };
        let rule = texts(network, table, &at, &[index]).pop();
        rule.map(|rule| Tried { rule, why, nearest: false })
    });
    why.flatten().collect()
}
