//! The way of a whole set of packets in one direction: parted wherever a table or a list treats them differently.
//!
//! Written apart from `trace`, and tested against it.

use std::net::Ipv4Addr;

use super::engine::Engine;
use super::fib::{Decision, Onward};
use super::fields;
use super::store::Set;
use crate::legal::Door;
use crate::model::{
    Attached, Cidr, Direction, Forwarding, GatewayId, GatewayKind, Network, NsgId, RouteTableId, Target,
    VcnId,
};
use crate::packet::{Card, Place};
use crate::trace::End;
use crate::trace::position::{Crossing, Entry, Exit, Memory, Outside, Position, Router, Tracked};

/// Packets on their way, all treated alike so far.
#[derive(Clone, Debug)]
struct Branch {
    at: Position,
    set: Set,
    memory: Memory,
    unsure: bool,
    seen: Vec<Position>,
}

/// Packets that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) set: Set,
    pub(crate) memory: Memory,
    /// Whether they only did if what is not known lets them.
    pub(crate) unsure: bool,
}

/// What became of a set. What is in none of these was stopped.
#[derive(Clone, Debug)]
pub(crate) struct Ways {
    pub(crate) arrived: Vec<Arrival>,
    pub(crate) unknown: Set,
    pub(crate) ambiguous: Set,
}

impl Ways {
    fn none() -> Self {
        Self { arrived: Vec::new(), unknown: Set::EMPTY, ambiguous: Set::EMPTY }
    }
}

/// A question about a set: from one end to another, as a question or (`memory`) as the answers to one.
pub(crate) struct Question<'a> {
    pub(crate) from: End,
    pub(crate) to: End,
    pub(crate) memory: Option<&'a Memory>,
}

/// A card of which only the range is known has this address.
const ANY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;

pub(crate) fn ways(engine: &mut Engine, question: &Question<'_>, set: Set) -> Ways {
    let starts = starts(engine.network(), question);
    let mut all: Vec<Ways> = Vec::new();
    for start in starts {
        let branch = Branch { at: start, set, memory: Memory::default(), unsure: false, seen: Vec::new() };
        all.push(run(engine, question, branch));
    }
    if all.len() < 2 {
        return all.pop().unwrap_or_else(Ways::none);
    }
    agree(engine, set, all)
}

/// Where packets set out at several places, what does not end alike from all of them is ambiguous.
fn agree(engine: &mut Engine, set: Set, all: Vec<Ways>) -> Ways {
    let store = &mut engine.store;
    let (mut sure, mut unknown, mut stopped) = (set, set, set);
    for ways in &all {
        let arrived: Vec<_> = ways.arrived.iter().filter(|it| !it.unsure).map(|it| it.set).collect();
        let arrived = store.union_all(arrived);
        let unsure: Vec<_> =
            ways.arrived.iter().filter(|it| it.unsure).map(|it| it.set).chain([ways.unknown]).collect();
        let unsure = store.union_all(unsure);
        sure = store.intersect(sure, arrived);
        unknown = store.intersect(unknown, unsure);
        let rest = store.minus(stopped, arrived);
        let rest = store.minus(rest, unsure);
        stopped = store.minus(rest, ways.ambiguous);
    }
    let mut ambiguous = store.minus(set, sure);
    ambiguous = store.minus(ambiguous, unknown);
    ambiguous = store.minus(ambiguous, stopped);
    let Some(first) = all.into_iter().next() else { return Ways::none() };
    let arrived = first.arrived.into_iter().map(|arrival| {
        let set = store.intersect(arrival.set, if arrival.unsure { unknown } else { sure });
        Arrival { set, ..arrival }
    });
    let arrived = arrived.filter(|arrival| !arrival.set.is_empty()).collect();
    let unknown = store.intersect(first.unknown, unknown);
    Ways { arrived, unknown, ambiguous }
}

fn starts(network: &Network, question: &Question<'_>) -> Vec<Position> {
    if let Some(exit) = question.memory.and_then(|memory| memory.exit) {
        return vec![match exit {
            Exit::Line(attachment) => Position::Drg(attachment),
            Exit::Gateway(id) => Position::Route(behind(network, id)),
        }];
    }
    match question.from.place {
        Place::Card { subnet, vnic, function } => {
            let address = match (vnic, question.from.range) {
                (Some(_), Some(range)) => range.first(),
                _ => ANY,
            };
            vec![Position::Leave(Card { subnet, vnic, function, address })]
        }
        Place::Site(site) => {
            let lines = network.attachments.iter().filter(|(_, attachment)| match &attachment.to {
                Attached::Ipsec(line) | Attached::VirtualCircuit(line) => line.site == site,
                _ => false,
            });
            lines.map(|(id, _)| Position::Drg(id)).collect()
        }
        Place::Internet => {
            let vcn = question.to.vcn(network);
            let gateways = network.gateways.iter();
            let mut doors = gateways
                .filter(|(_, it)| Some(it.vcn) == vcn && it.kind == GatewayKind::Internet)
                .map(|(id, _)| id);
            doors.next().map(Position::Inbound).into_iter().collect()
        }
        Place::Oracle(_) => Vec::new(),
    }
}

fn behind(network: &Network, id: GatewayId) -> Router {
    let gateway = network.gateways.at(id);
    Router { vcn: gateway.vcn, table: gateway.route_table, entry: Entry::Gateway(id) }
}

fn run(engine: &mut Engine, question: &Question<'_>, start: Branch) -> Ways {
    let mut ways = Ways::none();
    let mut branches = vec![start];
    while let Some(mut branch) = branches.pop() {
        if branch.set.is_empty() || branch.seen.contains(&branch.at) {
            // Nothing, or a circle: the packets that are here twice never arrive.
            continue;
        }
        branch.seen.push(branch.at);
        let mut walk = Walk { engine, question, ways: &mut ways, branches: &mut branches, branch };
        walk.step();
    }
    ways
}

struct Walk<'a, 'q> {
    engine: &'a mut Engine,
    question: &'a Question<'q>,
    ways: &'a mut Ways,
    branches: &'a mut Vec<Branch>,
    branch: Branch,
}

impl Walk<'_, '_> {
    fn go(&mut self, at: Position, set: Set) {
        let mut memory = self.branch.memory.clone();
        if let Position::Outside { exit, .. } = at {
            memory.exit = Some(exit);
        }
        self.branches.push(Branch {
            at,
            set,
            memory,
            unsure: self.branch.unsure,
            seen: self.branch.seen.clone(),
        });
    }

    fn unknown(&mut self, set: Set) {
        self.ways.unknown = self.engine.store.union(self.ways.unknown, set);
    }

    fn ambiguous(&mut self, set: Set) {
        self.ways.ambiguous = self.engine.store.union(self.ways.ambiguous, set);
    }

    fn sends(&self, card: &Card) -> bool {
        let Card { subnet, vnic, function, .. } = *card;
        self.question.from.place == Place::Card { subnet, vnic, function }
    }

    fn step(&mut self) {
        let set = self.branch.set;
        match self.branch.at {
            Position::Leave(card) => {
                let next = self.router(&card);
                self.cross(card, Direction::Egress, Some(next));
            }
            Position::Arrive { card, onward: true } => {
                if let Some(vnic) = card.vnic {
                    self.cross(card, Direction::Ingress, Some(Position::Forward { vnic, card }));
                }
            }
            Position::Arrive { card, onward: false } => {
                if matches!(self.question.to.place, Place::Card { subnet, .. } if subnet == card.subnet) {
                    self.cross(card, Direction::Ingress, None);
                }
            }
            Position::Forward { vnic, card } => {
                let vnic = &self.engine.network().vnics.at(vnic);
                if vnic.source_dest_check || vnic.forwarding == Forwarding::No {
                    return;
                }
                self.branch.unsure |= vnic.forwarding == Forwarding::Unknown;
                self.go(Position::Leave(card), set);
            }
            Position::Route(router) => self.route(router),
            Position::Drg(attachment) => self.drg(attachment),
            Position::Peering { lpg, from_drg } => {
                let network = self.engine.network();
                if let Some(peer) = network.lpgs.at(lpg).peer {
                    let far = network.lpgs.at(peer);
                    let entry = Entry::Lpg { lpg: peer, from_drg };
                    self.go(Position::Route(Router { vcn: far.vcn, table: far.route_table, entry }), set);
                }
            }
            Position::Gate { gateway, entry } => self.gate(gateway, entry),
            Position::Inbound(id) => {
                let network = self.engine.network();
                let open = network.gateways.at(id).open;
                let Place::Card { subnet, vnic, function } = self.question.to.place else { return };
                let address = self.question.to.range.map_or(ANY, |range| range.first());
                if open && (Card { subnet, vnic, function, address }).public(network) {
                    self.go(Position::Route(behind(network, id)), set);
                }
            }
            Position::Outside { at, .. } => {
                let there = match at {
                    Outside::Site(site) => self.question.to.place == Place::Site(site),
                    Outside::Internet => self.question.to.place == Place::Internet,
                    Outside::Oracle(_) => matches!(self.question.to.place, Place::Oracle(_)),
                };
                if there {
                    let (memory, unsure) = (self.branch.memory.clone(), self.branch.unsure);
                    self.ways.arrived.push(Arrival { set, memory, unsure });
                }
            }
        }
    }

    /// R1.
    fn router(&self, card: &Card) -> Position {
        let network = self.engine.network();
        let subnet = network.subnets.at(card.subnet);
        let own: Option<RouteTableId> = card.vnic.and_then(|id| {
            let vnic = network.vnics.at(id);
            let sender = self.question.from.range.filter(|_| self.sends(card));
            let of_address = vnic.addresses.iter().find(|ip| sender == Some(Cidr::host(ip.address)));
            of_address.and_then(|ip| ip.route_table).or(vnic.route_table)
        });
        let table = Some(own.unwrap_or(subnet.route_table));
        Position::Route(Router { vcn: subnet.vcn, table, entry: Entry::Card(*card) })
    }

    fn cross(&mut self, card: Card, direction: Direction, next: Option<Position>) {
        let set = self.branch.set;
        let noted = self.question.memory.map(|memory| memory.tracked(&card, direction));
        if noted == Some(Tracked::Yes) {
            self.crossed(card, direction, Tracked::Yes, false, next, set);
            return;
        }
        let filter = self.engine.card(&card, direction);
        let (mut stateful, mut stateless) = (filter.stateful.0, filter.stateless.0);
        let other = match direction {
            Direction::Ingress => self.question.from,
            Direction::Egress => self.question.to,
        };
        let zero_trust = crate::trace::admit::zero_trust(self.engine.network(), &card);
        let vcn = self.engine.network().subnets.at(card.subnet).vcn;
        for (nsg, traffic, is_stateless) in &filter.members {
            if member(self.engine.network(), vcn, *nsg, &other) {
                let more = self.engine.store.boxed(fields::rule(direction, fields::EVERYWHERE, traffic));
                let into = if *is_stateless { &mut stateless } else { &mut stateful };
                *into = self.engine.store.union(*into, more);
            }
        }
        let store = &mut self.engine.store;
        let by_stateless = store.intersect(set, stateless);
        let rest = store.minus(set, by_stateless);
        let by_stateful = store.intersect(rest, stateful);
        let refused = store.minus(rest, by_stateful);
        let tracked = if filter.unknown { Tracked::Unknown } else { Tracked::Yes };
        self.crossed(card, direction, Tracked::No, zero_trust, next, by_stateless);
        self.crossed(card, direction, tracked, zero_trust, next, by_stateful);
        if filter.unknown || noted == Some(Tracked::Unknown) {
            self.crossed(card, direction, Tracked::Unknown, true, next, refused);
        }
    }

    fn crossed(
        &mut self,
        card: Card,
        direction: Direction,
        tracked: Tracked,
        unsure: bool,
        next: Option<Position>,
        set: Set,
    ) {
        if set.is_empty() {
            return;
        }
        let mut memory = self.branch.memory.clone();
        memory.crossings.push(Crossing { card, direction, tracked });
        let unsure = self.branch.unsure || unsure;
        match next {
            Some(at) => {
                self.branches.push(Branch { at, set, memory, unsure, seen: self.branch.seen.clone() })
            }
            None => self.ways.arrived.push(Arrival { set, memory, unsure }),
        }
    }

    fn route(&mut self, router: Router) {
        let mut set = self.branch.set;
        if let Entry::Card(card) = router.entry {
            let own = fields::exactly(self.engine.network().subnets.at(card.subnet).cidr);
            let (inside, outside) = self.engine.part(set, &[(own, ())]);
            for ((), inside) in inside {
                self.hand_over(card.subnet, inside);
            }
            set = outside;
        }
        let door = match router.entry {
            Entry::Card(_) => Door::Card,
            Entry::Drg(_) => Door::Drg,
            Entry::Lpg { .. } => Door::Lpg,
            Entry::Gateway(id) => match self.engine.network().gateways.at(id).kind {
                GatewayKind::Internet => Door::Internet,
                _ => Door::Other,
            },
        };
        let fib = self.engine.vcn_fib(router.vcn, router.table, door);
        let Some(fib) = fib.as_ref() else {
            self.unknown(set);
            return;
        };
        let (parts, _dropped) = self.engine.part(set, fib);
        for (decision, set) in parts {
            match decision {
                Decision::Two => self.ambiguous(set),
                Decision::Local => self.local(router.vcn, set),
                Decision::To(target) => self.follow(router, target, set),
            }
        }
    }

    fn local(&mut self, vcn: VcnId, set: Set) {
        let subnets = self.engine.subnets_of(vcn);
        let (parts, _nobody) = self.engine.part(set, &subnets);
        for (subnet, set) in parts {
            self.hand_over(subnet, set);
        }
    }

    /// To whoever has the addresses in a subnet. Only the goal's own are followed further: all others are not meant.
    fn hand_over(&mut self, subnet: crate::SubnetId, set: Set) {
        let Place::Card { subnet: goal, vnic, function } = self.question.to.place else { return };
        let subnet = self.engine.stands_for(subnet);
        if goal == subnet {
            let address = match (vnic, self.question.to.range) {
                (Some(_), Some(range)) => range.first(),
                _ => ANY,
            };
            self.go(Position::Arrive { card: Card { subnet, vnic, function, address }, onward: false }, set);
        }
    }

    fn follow(&mut self, router: Router, target: Target, set: Set) {
        match target {
            Target::Drg(drg) => {
                if matches!(router.entry, Entry::Lpg { from_drg: true, .. }) {
                    return;
                }
                if let Some(attachment) = self.engine.attachment_of(router.vcn, drg) {
                    self.go(Position::Drg(attachment), set);
                }
            }
            Target::Lpg(lpg) => {
                let from_drg = matches!(router.entry, Entry::Drg(_));
                self.go(Position::Peering { lpg, from_drg }, set);
            }
            Target::Gateway(gateway) => self.go(Position::Gate { gateway, entry: router.entry }, set),
            Target::Unknown => self.unknown(set),
            Target::PrivateIp(address) => {
                let network = self.engine.network();
                let subnets = network
                    .subnets
                    .iter()
                    .filter(|(_, it)| it.vcn == router.vcn && it.cidr.contains(address));
                let found = subnets
                    .flat_map(|(id, _)| self.engine.vnics_of(id))
                    .copied()
                    .filter(|&id| network.vnics.at(id).has(address))
                    .min();
                let Some(id) = found else { return };
                let vnic = network.vnics.at(id);
                let subnet = vnic.subnet;
                let own: Vec<_> = vnic
                    .addresses
                    .iter()
                    .map(|ip| (fields::exactly(crate::Cidr::host(ip.address)), ()))
                    .collect();
                let mut own = own;
                own.sort_unstable();
                let card = Card { subnet, vnic: Some(id), function: None, address };
                let (mine, onward) = self.engine.part(set, &own);
                for ((), mine) in mine {
                    self.hand_over(subnet, mine);
                }
                self.go(Position::Arrive { card, onward: true }, onward);
            }
        }
    }

    fn drg(&mut self, entered: crate::AttachmentId) {
        let fib = self.engine.drg_fib(entered);
        let Some(fib) = fib.as_ref() else {
            // Oracle's services are not behind a DRG, whatever its tables say.
            let addresses = [((0, u64::from(u32::MAX)), ())];
            let (parts, _) = self.engine.part(self.branch.set, &addresses);
            for ((), set) in parts {
                self.unknown(set);
            }
            return;
        };
        let (parts, _dropped) = self.engine.part(self.branch.set, fib);
        for (onward, set) in parts {
            let Onward::To(next) = onward else {
                self.ambiguous(set);
                continue;
            };
            let network = self.engine.network();
            let line = |id: crate::AttachmentId| {
                matches!(network.attachments.at(id).to, Attached::Ipsec(_) | Attached::VirtualCircuit(_))
            };
            match &network.attachments.at(next).to {
                Attached::Vcn { vcn, ingress, .. } => {
                    let router = Router { vcn: *vcn, table: *ingress, entry: Entry::Drg(next) };
                    self.go(Position::Route(router), set);
                }
                Attached::RemotePeering { peer: Some(peer) } => {
                    let peer = *peer;
                    self.go(Position::Drg(peer), set);
                }
                Attached::RemotePeering { peer: None } => self.unknown(set),
                Attached::Ipsec(_) | Attached::VirtualCircuit(_) if line(entered) => {}
                Attached::Ipsec(it) | Attached::VirtualCircuit(it) => {
                    let at = Outside::Site(it.site);
                    self.go(Position::Outside { at, exit: Exit::Line(next) }, set);
                }
            }
        }
    }

    fn gate(&mut self, id: GatewayId, entry: Entry) {
        let gateway = self.engine.network().gateways.at(id).clone();
        let from_site = matches!(self.question.from.place, Place::Site(_));
        let service = matches!(gateway.kind, GatewayKind::Service(_));
        let allowed = match entry {
            Entry::Card(card) => match gateway.kind {
                GatewayKind::Internet => self.sends(&card) && card.public(self.engine.network()),
                _ => true,
            },
            Entry::Drg(_) => service && from_site,
            _ => false,
        };
        // Nothing comes in by a NAT or service gateway, so no answer may leave by one.
        let answer = self.question.memory.is_some() && gateway.kind != GatewayKind::Internet;
        if !allowed || !gateway.open || answer {
            return;
        }
        let exit = Exit::Gateway(id);
        let set = self.branch.set;
        let services = match gateway.kind {
            GatewayKind::Service(label) => fields::label(label),
            _ => (fields::OBJECT_STORAGE, fields::OTHER_SERVICES),
        };
        let (to_oracle, _) = self.engine.part(set, &[(services, ())]);
        for ((), set) in to_oracle {
            let at = Outside::Oracle(fields::addr(services.1));
            self.go(Position::Outside { at, exit }, set);
        }
        if !service {
            let public = self.engine.public.clone();
            let (to_internet, _) = self.engine.part(set, &public);
            for ((), set) in to_internet {
                self.go(Position::Outside { at: Outside::Internet, exit }, set);
            }
        }
    }
}

/// R34.
fn member(network: &Network, vcn: VcnId, nsg: NsgId, other: &End) -> bool {
    let Place::Card { subnet, vnic, function } = other.place else { return false };
    let groups = match (vnic, function) {
        (Some(id), _) => network.vnics.at(id).nsgs.as_slice(),
        (None, Some(id)) => network.functions.at(id).nsgs.as_slice(),
        (None, None) => &[],
    };
    groups.contains(&nsg) && network.nsgs.at(nsg).vcn == vcn && network.subnets.at(subnet).vcn == vcn
}
