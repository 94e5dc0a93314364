//! One step of one packet: what is decided at a position, and where it goes from there.
//!
//! Cards are in `cross`, route tables in `route`.

use std::net::Ipv4Addr;

use super::drg::{self, Choice};
use super::end::End;
use super::hop::{Hop, Kind, Outcome, RuleText, Subject, Tried};
use super::position::{Crossing, Entry, Exit, Memory, Outside, Position, Router};
use super::reason::Reason;
use super::{admit, cross, route};
use crate::model::{
    Attached, AttachmentId, Direction, Forwarding, GatewayId, GatewayKind, LpgId, Network, SubnetId, VnicId,
};
use crate::packet::{Addr, Card, Packet, Place, is_public};
use crate::trace::change::Change;
use crate::words;

/// One packet's way in one direction.
pub(crate) struct Walk<'a> {
    pub(crate) network: &'a Network,
    pub(crate) packet: Packet,
    pub(crate) from: End,
    pub(crate) goal: End,
    /// On the way back: what the way there left behind.
    pub(crate) memory: Option<&'a Memory>,
}

/// What a step yields.
pub(crate) struct Step {
    pub(crate) hop: Hop,
    /// Where it goes, or would go if the hop did not stop it; `None` at the end, and where nobody can say.
    pub(crate) next: Option<Position>,
    pub(crate) crossing: Option<Crossing>,
}

impl Step {
    pub(crate) fn new(at: Subject, outcome: Outcome, reason: Reason, next: Option<Position>) -> Self {
        let hop =
            Hop { at, outcome, reason, decided: Vec::new(), tried: Vec::new(), fix: None, assumed: false };
        Self { hop, next, crossing: None }
    }

    pub(crate) fn passes(at: Subject, reason: Reason, next: Position) -> Self {
        Self::new(at, Outcome::Passes, reason, Some(next))
    }

    pub(crate) fn stops(at: Subject, reason: Reason) -> Self {
        Self::new(at, Outcome::Stops, reason, None)
    }

    pub(crate) fn decided(mut self, rules: Vec<RuleText>) -> Self {
        self.hop.decided = rules;
        self
    }

    pub(crate) fn tried(mut self, tried: Vec<Tried>) -> Self {
        self.hop.tried = tried;
        self
    }

    pub(crate) fn fix(mut self, network: &Network, change: Change) -> Self {
        self.hop.fix = Some(change.fix(network));
        self
    }
}

impl Walk<'_> {
    /// The card with an address of a subnet: the goal's, if the goal is there.
    pub(crate) fn card(&self, subnet: SubnetId, address: Ipv4Addr) -> Card {
        Card::at(self.network, subnet, address, &[self.goal.place])
    }

    /// Whether the packet is this card's own.
    pub(crate) fn sends(&self, card: &Card) -> bool {
        let Card { subnet, vnic, function, .. } = *card;
        self.from.place == Place::Card { subnet, vnic, function }
    }

    /// Where the packet sets out: several places when a site has several lines; none with the reason.
    pub(crate) fn starts(&self) -> Result<Vec<Position>, Box<Step>> {
        let network = self.network;
        if let Some(exit) = self.memory.and_then(|memory| memory.exit) {
            return Ok(vec![match exit {
                Exit::Line(attachment) => Position::Drg(attachment),
                Exit::Gateway(id) => {
                    let gateway = network.gateways.at(id);
                    Position::Route(Router {
                        vcn: gateway.vcn,
                        table: gateway.route_table,
                        entry: Entry::Gateway(id),
                    })
                }
            }]);
        }
        match self.from.place {
            Place::Card { subnet, vnic, function } => {
                let Addr::Ip(address) = self.packet.source else { return Ok(Vec::new()) };
                Ok(vec![Position::Leave(Card { subnet, vnic, function, address })])
            }
            Place::Site(site) => {
                let lines = network.attachments.iter().filter(|(_, attachment)| match &attachment.to {
                    Attached::Ipsec(line) | Attached::VirtualCircuit(line) => line.site == site,
                    _ => false,
                });
                let starts: Vec<_> = lines.map(|(id, _)| Position::Drg(id)).collect();
                if starts.is_empty() {
                    let at = Subject::of(Kind::Site, &network.sites.at(site).object);
                    return Err(Box::new(Step::stops(at, Reason::NoLine)));
                }
                Ok(starts)
            }
            Place::Internet => {
                let vcn = self.goal.vcn(network);
                let gateway = network
                    .gateways
                    .find(|gateway| Some(gateway.vcn) == vcn && gateway.kind == GatewayKind::Internet);
                match gateway {
                    Some(gateway) => Ok(vec![Position::Inbound(gateway)]),
                    None => Err(Box::new(Step::stops(
                        Subject::plain(Kind::Internet, "internet"),
                        Reason::NoInternetGateway,
                    ))),
                }
            }
            Place::Oracle(_) => Err(Box::new(Step::stops(
                Subject::plain(Kind::Oracle, "Oracle services"),
                Reason::ServicesAnswer,
            ))),
        }
    }

    pub(crate) fn step(&self, position: Position) -> Step {
        match position {
            Position::Leave(card) => {
                cross::cross(self, card, Direction::Egress, cross::after_leaving(self, card))
            }
            Position::Arrive { card, onward } => self.arrive(card, onward),
            Position::Forward { vnic, card } => self.forward(vnic, card),
            Position::Route(router) => route::route(self, router),
            Position::Drg(attachment) => self.drg(attachment),
            Position::Peering { lpg, from_drg } => self.peering(lpg, from_drg),
            Position::Gate { gateway, entry } => self.gate(gateway, entry),
            Position::Inbound(gateway) => self.inbound(gateway),
            Position::Outside { at, .. } => self.outside(at),
        }
    }

    fn arrive(&self, card: Card, onward: bool) -> Step {
        let subnet = self.network.subnets.at(card.subnet);
        if !onward {
            let meant = matches!(self.goal.place, Place::Card { subnet, .. } if subnet == card.subnet);
            if !meant {
                let reason = Reason::WrongNetwork { meant: self.goal.name(self.network) };
                return Step::stops(Subject::of(Kind::Subnet, &subnet.object), reason);
            }
            return cross::cross(self, card, Direction::Ingress, None);
        }
        let next = card.vnic.map(|vnic| Position::Forward { vnic, card });
        cross::cross(self, card, Direction::Ingress, next)
    }

    /// R11.
    fn forward(&self, vnic: VnicId, card: Card) -> Step {
        let at = self.network.vnics.at(vnic);
        let subject = Subject::of(Kind::Vnic, &at.object);
        let next = Position::Leave(card);
        if at.source_dest_check {
            let stopped = Step::new(subject, Outcome::Stops, Reason::SourceCheck(card.address), Some(next));
            return stopped.fix(self.network, Change::SkipCheck(vnic));
        }
        match at.forwarding {
            Forwarding::Yes => Step::passes(subject, Reason::Forwards(card.address), next),
            Forwarding::No => Step::stops(subject, Reason::DoesNotForward(card.address)),
            Forwarding::Unknown => {
                Step::new(subject, Outcome::Unknown, Reason::ForwardingUnknown(card.address), Some(next))
            }
        }
    }

    fn drg(&self, attachment: AttachmentId) -> Step {
        let network = self.network;
        let entered = network.attachments.at(attachment);
        let at = match entered.table {
            Some(table) => Subject::of(Kind::DrgTable, &network.drg_tables.at(table).object),
            None => Subject::of(Kind::Drg, &network.drgs.at(entered.drg).object),
        };
        let Addr::Ip(to) = self.packet.destination else {
            return Step::stops(at, Reason::NoRoute);
        };
        let text = |route: &drg::Route| {
            let name = &network.attachments.at(route.next).object.name;
            let how = if route.fixed.is_some() { "static" } else { "imported" };
            RuleText {
                holder: at.clone(),
                index: route.fixed,
                text: format!("{} -> attachment {name} ({how})", route.range),
                source: entered
                    .table
                    .zip(route.fixed)
                    .and_then(|(table, index)| network.drg_tables.at(table).rules.known().get(index))
                    .map_or(network.attachments.at(route.next).object.source, |rule| rule.source),
            }
        };
        match drg::choose(network, attachment, to) {
            Choice::Unknown(name) => Step::new(at, Outcome::Unknown, Reason::ImportsUnknown(name), None),
            Choice::Nothing => {
                let rules = entered.table.map_or(&[][..], |table| network.drg_tables.at(table).rules.known());
                let tried = rules.iter().enumerate().map(|(index, rule)| Tried {
                    rule: RuleText {
                        holder: at.clone(),
                        index: Some(index),
                        text: words::drg_rule(network, rule),
                        source: rule.source,
                    },
                    why: format!("does not cover {to}"),
                    nearest: false,
                });
                let tried = tried.collect();
                Step::stops(at, Reason::NoRoute).tried(tried)
            }
            Choice::Tie(routes) => {
                let names = routes
                    .iter()
                    .map(|route| network.attachments.at(route.next).object.name.clone())
                    .collect();
                let range = routes.first().map_or(crate::Cidr::host(to), |route| route.range);
                let decided = routes.iter().map(text).collect();
                Step::new(at, Outcome::Ambiguous, Reason::Tie { range, names }, None).decided(decided)
            }
            Choice::One(route) => {
                let decided = vec![text(&route)];
                self.attachment(attachment, &route, at).decided(decided)
            }
        }
    }

    /// Out of a DRG by the attachment that its table chose.
    fn attachment(&self, entered: AttachmentId, route: &drg::Route, at: Subject) -> Step {
        let reason = Reason::DrgRouted { range: route.range, fixed: route.fixed.is_some() };
        match &self.network.attachments.at(route.next).to {
            Attached::Vcn { vcn, ingress, .. } => {
                let router = Router { vcn: *vcn, table: *ingress, entry: Entry::Drg(route.next) };
                Step::passes(at, reason, Position::Route(router))
            }
            Attached::RemotePeering { peer: Some(peer) } => Step::passes(at, reason, Position::Drg(*peer)),
            Attached::RemotePeering { peer: None } => {
                Step::new(at, Outcome::Unknown, Reason::PeerUnknown, None)
            }
            Attached::Ipsec(line) | Attached::VirtualCircuit(line) => {
                let from = &self.network.attachments.at(entered).to;
                if matches!(from, Attached::Ipsec(_) | Attached::VirtualCircuit(_)) {
                    return Step::stops(at, Reason::LineToLine);
                }
                let outside =
                    Position::Outside { at: Outside::Site(line.site), exit: Exit::Line(route.next) };
                Step::passes(at, reason, outside)
            }
        }
    }

    fn peering(&self, id: LpgId, from_drg: bool) -> Step {
        let lpg = self.network.lpgs.at(id);
        let at = Subject::of(Kind::Lpg, &lpg.object);
        let Some(peer) = lpg.peer else { return Step::stops(at, Reason::NotPeered) };
        let far = self.network.lpgs.at(peer);
        let entry = Entry::Lpg { lpg: peer, from_drg };
        Step::passes(
            at,
            Reason::Routed,
            Position::Route(Router { vcn: far.vcn, table: far.route_table, entry }),
        )
    }

    /// Out of the VCN by a gateway (R14, R48, R49, R51).
    fn gate(&self, id: GatewayId, entry: Entry) -> Step {
        let gateway = self.network.gateways.at(id);
        let kind = gateway.kind;
        let at = Subject::of(Kind::Gateway, &gateway.object);
        let to = self.packet.destination;
        let site = matches!(self.from.place, Place::Site(_));
        let allowed = match entry {
            Entry::Card(_) => true,
            Entry::Drg(_) => site && matches!(kind, GatewayKind::Service(_)),
            Entry::Lpg { .. } | Entry::Gateway(_) => false,
        };
        if !allowed {
            return Step::stops(at, Reason::ForeignGateway(kind));
        }
        let outside = match (kind, to) {
            (GatewayKind::Service(label), _) if !admit::serves(label, to) => {
                return Step::stops(at, Reason::OtherService);
            }
            (_, Addr::Oracle(_)) => Outside::Oracle(to),
            (_, Addr::Ip(address)) if is_public(address) => Outside::Internet,
            (_, Addr::Ip(_)) => return Step::stops(at, Reason::PrivateOnInternet),
        };
        match kind {
            GatewayKind::Internet => {
                let public = match entry {
                    Entry::Card(card) => self.sends(&card) && card.public(self.network),
                    _ => false,
                };
                if !public {
                    return Step::stops(at, Reason::NoPublicAddress);
                }
            }
            GatewayKind::Nat | GatewayKind::Service(_) => {
                // An answer must take the door by which its question came in, and none comes in by these.
                if self.memory.is_some() {
                    return Step::stops(at, Reason::NatAnswer);
                }
            }
        }
        let next = Position::Outside { at: outside, exit: Exit::Gateway(id) };
        if gateway.open {
            Step::passes(at, Reason::Through(kind), next)
        } else {
            let closed = Step::new(at, Outcome::Stops, Reason::Closed(kind), Some(next));
            closed.fix(self.network, Change::Open(id))
        }
    }

    fn inbound(&self, id: GatewayId) -> Step {
        let gateway = self.network.gateways.at(id);
        let at = Subject::of(Kind::Gateway, &gateway.object);
        let (Addr::Ip(address), Place::Card { subnet, vnic, function }) =
            (self.packet.destination, self.goal.place)
        else {
            return Step::stops(at, Reason::NoPublicAddress);
        };
        if !(Card { subnet, vnic, function, address }).public(self.network) {
            return Step::stops(at, Reason::NoPublicAddress);
        }
        let router = Router { vcn: gateway.vcn, table: gateway.route_table, entry: Entry::Gateway(id) };
        let next = Position::Route(router);
        if gateway.open {
            Step::passes(at, Reason::Through(gateway.kind), next)
        } else {
            let closed = Step::new(at, Outcome::Stops, Reason::Closed(gateway.kind), Some(next));
            closed.fix(self.network, Change::Open(id))
        }
    }

    fn outside(&self, at: Outside) -> Step {
        let (subject, there) = match at {
            Outside::Site(site) => (
                Subject::of(Kind::Site, &self.network.sites.at(site).object),
                self.goal.place == Place::Site(site),
            ),
            Outside::Internet => {
                (Subject::plain(Kind::Internet, "internet"), self.goal.place == Place::Internet)
            }
            Outside::Oracle(_) => {
                (Subject::plain(Kind::Oracle, "Oracle services"), matches!(self.goal.place, Place::Oracle(_)))
            }
        };
        if there {
            Step::new(subject, Outcome::Passes, Reason::Arrived, None)
        } else {
            Step::stops(subject, Reason::WrongNetwork { meant: self.goal.name(self.network) })
        }
    }
}
