//! Crossing a card: what its lists and groups say, and what they have noted (R33, R41 to R44).

use super::admit::{ask, exempt, groups, zero_trust};
use super::end::End;
use super::hop::{Kind, Outcome, Subject};
use super::position::{Crossing, Entry, Position, Router, Tracked};
use super::reason::Reason;
use super::step::{Step, Walk};
use crate::model::{Direction, IcmpKind, Origin, PortRange, Ports, SecurityRule, Source, Traffic};
use crate::packet::{Addr, Body, Card};
use crate::trace::change::Change;

/// The router behind a card, with the table that applies (R1).
pub(crate) fn after_leaving(walk: &Walk<'_>, card: Card) -> Option<Position> {
    let network = walk.network;
    let subnet = network.subnets.at(card.subnet);
    let own = card.vnic.and_then(|vnic| {
        let vnic = network.vnics.at(vnic);
        // The table of an address is for what that address sends, not for what its machine passes on; also when it comes back to the
        // machine by another of its addresses.
        let sender = vnic.addresses.iter().find(|ip| Addr::Ip(ip.address) == walk.packet.source);
        sender.filter(|_| walk.sends(&card)).and_then(|ip| ip.route_table).or(vnic.route_table)
    });
    let table = Some(own.unwrap_or(subnet.route_table));
    Some(Position::Route(Router { vcn: subnet.vcn, table, entry: Entry::Card(card) }))
}

pub(crate) fn subject(walk: &Walk<'_>, card: &Card) -> Subject {
    let network = walk.network;
    match (card.vnic, card.function) {
        (Some(vnic), _) => Subject::of(Kind::Vnic, &network.vnics.at(vnic).object),
        (None, Some(function)) => Subject::of(Kind::Function, &network.functions.at(function).object),
        (None, None) => Subject::of(Kind::Subnet, &network.subnets.at(card.subnet).object),
    }
}

/// The end that a card's rules speak of.
fn other(walk: &Walk<'_>, direction: Direction) -> End {
    match direction {
        Direction::Ingress => walk.from,
        Direction::Egress => walk.goal,
    }
}

pub(crate) fn cross(walk: &Walk<'_>, card: Card, direction: Direction, next: Option<Position>) -> Step {
    let network = walk.network;
    let at = subject(walk, &card);
    let packet = &walk.packet;
    let step = |outcome, reason, tracked| {
        let mut step = Step::new(at.clone(), outcome, reason, next);
        step.crossing = Some(Crossing { card, direction, tracked });
        step
    };
    if exempt(packet.source) || exempt(packet.destination) {
        return step(Outcome::Passes, Reason::Exempt, Tracked::Yes);
    }
    let noted = walk.memory.map(|memory| memory.tracked(&card, direction));
    if noted == Some(Tracked::Yes) {
        return step(Outcome::Passes, Reason::Tracked(direction), Tracked::Yes);
    }
    let admission = ask(network, &card, direction, packet, &other(walk, direction));
    if !admission.by.is_empty() {
        let tracked = match (admission.stateless, admission.unknown.is_empty()) {
            (true, _) => Tracked::No,
            (false, true) => Tracked::Yes,
            (false, false) => Tracked::Unknown,
        };
        let passes = if zero_trust(network, &card) {
            step(Outcome::Unknown, Reason::ZeroTrust, tracked)
        } else {
            step(Outcome::Passes, Reason::Admitted(direction), tracked)
        };
        return passes.decided(admission.by);
    }
    let change = addition(walk, &card, direction);
    let refused = if !admission.unknown.is_empty() || noted == Some(Tracked::Unknown) {
        step(Outcome::Unknown, Reason::RulesUnknown(direction), Tracked::Unknown)
    } else if walk.memory.is_some() {
        step(Outcome::Stops, Reason::AnswerNotAdmitted(direction), Tracked::Yes)
    } else {
        step(Outcome::Stops, Reason::NotAdmitted(direction), Tracked::Yes)
    };
    let refused = refused.tried(admission.tried);
    match change {
        Some(change) => refused.fix(network, change),
        None => refused,
    }
}

/// The least rule that admits the packet: stateful for a question, stateless with mirrored ports for an answer (R43).
fn addition(walk: &Walk<'_>, card: &Card, direction: Direction) -> Option<Change> {
    let answer = walk.memory.is_some();
    let ports = |source, destination| {
        if answer { Ports::from(PortRange::only(source)) } else { Ports::to(PortRange::only(destination)) }
    };
    let traffic = match walk.packet.body {
        Body::Tcp { source, destination } => Traffic::Tcp(ports(source, destination)),
        Body::Udp { source, destination } => Traffic::Udp(ports(source, destination)),
        Body::Icmp { kind, .. } => Traffic::Icmp(Some(IcmpKind { kind, code: None })),
        Body::Other(number) => Traffic::Other(number),
    };
    let peer = other(walk, direction).peer();
    let rule = SecurityRule {
        direction,
        stateless: answer,
        peer,
        traffic,
        origin: Origin::Derived,
        source: Source::NONE,
    };
    place(walk, card, rule)
}

/// Where a rule is best added: the first list or group whose rules are unknown (its owner decides), else the first list, else
/// the first group.
fn place(walk: &Walk<'_>, card: &Card, rule: SecurityRule) -> Option<Change> {
    let network = walk.network;
    let lists = &network.subnets.at(card.subnet).security_lists;
    let groups = groups(network, card);
    if let Some(&id) = lists.iter().find(|&&id| network.security_lists.at(id).rules.is_unknown()) {
        return Some(Change::AddToList(id, rule));
    }
    if let Some(&id) = groups.iter().find(|&&id| network.nsgs.at(id).rules.is_unknown()) {
        return Some(Change::AddToGroup(id, rule));
    }
    match (lists.first(), groups.first()) {
        (Some(&id), _) => Some(Change::AddToList(id, rule)),
        (None, Some(&id)) => Some(Change::AddToGroup(id, rule)),
        (None, None) => None,
    }
}
