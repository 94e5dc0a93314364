//! Where a table could send a packet instead, and the rule that would make it do so.

use super::drg;
use super::lookup::{Choice, choose, local};
use super::position::{Entry, Exit, Outside, Position, Router};
use super::repair::{CHANGED, MISSING};
use super::route::{door, follow, hand_over};
use super::step::Walk;
use crate::model::{
    Attached, AttachmentId, Cidr, Destination, DrgRule, DrgTableId, GatewayKind, Origin, RouteRule,
    RouteTableId, Source, Target,
};
use crate::packet::{Addr, Place};
use crate::trace::change::Change;
use crate::trace::hop::{Kind, Subject};

/// Changes at a position, what each costs, and where the packet goes then.
pub(crate) fn alternatives(walk: &Walk<'_>, position: Position) -> Vec<(Change, u32, Position)> {
    match position {
        Position::Route(router) => match router.table {
            Some(table) => routes(walk, router, table),
            None => Vec::new(),
        },
        Position::Drg(attachment) => match walk.network.attachments.at(attachment).table {
            Some(table) => drg_routes(walk, attachment, table),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn routes(walk: &Walk<'_>, router: Router, id: RouteTableId) -> Vec<(Change, u32, Position)> {
    let network = walk.network;
    let table = network.route_tables.at(id);
    let to = walk.packet.destination;
    let choice = choose(network, router.vcn, table, door(network, router.entry), to);
    let winner = match &choice {
        Choice::Rules(winners) => match winners.as_slice() {
            [one] => table.rules.known().get(*one).map(|rule| (*one, rule.destination)),
            // Two rules for one destination: which of them to take away is not for us to say.
            _ => return Vec::new(),
        },
        _ => None,
    };
    let mut found = Vec::new();
    let at = || Subject::of(Kind::RouteTable, &table.object);
    if let (Some((index, _)), Some(_)) = (winner, local(network, router.vcn, to))
        && walk.goal.vcn(network) == Some(router.vcn)
    {
        let step = hand_over(walk, router.vcn, at(), super::reason::Reason::Local);
        found.extend(step.next.map(|next| (Change::RemoveRoute(id, index), CHANGED, next)));
    }
    for target in targets(walk, router) {
        let Some(destination) = destination(walk, target, winner.map(|(_, destination)| destination), router)
        else {
            continue;
        };
        let rule = RouteRule { destination, target, origin: Origin::Derived, source: Source::NONE };
        let same = table.rules.known().iter().position(|other| other.destination == destination);
        let (change, price) = match same {
            Some(index) => (Change::ReplaceRoute(id, index, rule), CHANGED),
            None => (Change::AddRoute(id, rule), MISSING),
        };
        if !change.legal(network, door(network, router.entry)) {
            continue;
        }
        if let Some(next) = follow(walk, router, at(), target).next {
            found.push((change, price, next));
        }
    }
    found
}

/// The doors of a VCN that could lead to the goal.
fn targets(walk: &Walk<'_>, router: Router) -> Vec<Target> {
    let network = walk.network;
    let drgs = network
        .attachments
        .iter()
        .filter(|(_, it)| it.to.vcn() == Some(router.vcn))
        .map(|(_, it)| Target::Drg(it.drg));
    let lpgs = network.lpgs.iter().filter(|(_, it)| it.vcn == router.vcn).map(|(id, _)| Target::Lpg(id));
    let outside = matches!(walk.goal.place, Place::Internet | Place::Oracle(_));
    let gateways = network.gateways.iter().filter(|(_, it)| outside && it.vcn == router.vcn);
    drgs.chain(lpgs).chain(gateways.map(|(id, _)| Target::Gateway(id))).collect()
}

/// The range that a new rule must have: the goal's, or a longer one where a longer one decides today.
fn destination(
    walk: &Walk<'_>,
    target: Target,
    winner: Option<Destination>,
    router: Router,
) -> Option<Destination> {
    let network = walk.network;
    if let Target::Gateway(id) = target
        && let GatewayKind::Service(serves) = network.gateways.at(id).kind
    {
        return matches!(walk.goal.place, Place::Oracle(_)).then_some(Destination::Service(serves));
    }
    let to = match walk.packet.destination {
        Addr::Ip(to) => to,
        // By its public address, through another gateway.
        Addr::Oracle(_) => return Some(Destination::Cidr(Cidr::ALL)),
    };
    let wanted = wanted(walk).length();
    let winner = match winner {
        Some(Destination::Cidr(range)) => range.length(),
        _ => 0,
    };
    let own = local(network, router.vcn, Addr::Ip(to)).unwrap_or(0);
    Some(Destination::Cidr(Cidr::holding(to, wanted.max(winner).max(own))))
}

/// The goal's own range, as routes know it: a subnet, a range of a site, everything.
fn wanted(walk: &Walk<'_>) -> Cidr {
    match (walk.goal.place, walk.goal.range) {
        (Place::Card { subnet, .. }, _) => walk.network.subnets.at(subnet).cidr,
        (_, Some(range)) => range,
        (_, None) => Cidr::ALL,
    }
}

fn drg_routes(walk: &Walk<'_>, entered: AttachmentId, id: DrgTableId) -> Vec<(Change, u32, Position)> {
    let network = walk.network;
    let table = network.drg_tables.at(id);
    let Addr::Ip(to) = walk.packet.destination else { return Vec::new() };
    let longest = match drg::choose(network, entered, to) {
        drg::Choice::One(route) => route.range.length(),
        drg::Choice::Tie(routes) => routes.iter().map(|route| route.range.length()).max().unwrap_or(0),
        _ => 0,
    };
    let range = Cidr::holding(to, wanted(walk).length().max(longest));
    let drg = network.attachments.at(entered).drg;
    let mut found = Vec::new();
    for (next, attachment) in network.attachments.iter() {
        if attachment.drg != drg || next == entered {
            continue;
        }
        let position = match &attachment.to {
            Attached::Vcn { vcn, ingress, .. } => {
                Position::Route(Router { vcn: *vcn, table: *ingress, entry: Entry::Drg(next) })
            }
            Attached::RemotePeering { peer: Some(peer) } => Position::Drg(*peer),
            Attached::RemotePeering { peer: None } => continue,
            Attached::Ipsec(line) | Attached::VirtualCircuit(line) => {
                if walk.goal.place == Place::Site(line.site)
                    && let Some(distribution) = table.imports
                    && line.routes.known().iter().any(|route| route.destination.contains(to))
                {
                    let out = Position::Outside { at: Outside::Site(line.site), exit: Exit::Line(next) };
                    found.push((Change::AddImport(distribution, next), MISSING, out));
                }
                continue;
            }
        };
        let rule = DrgRule { destination: range, next, origin: Origin::Derived, source: Source::NONE };
        let same = table.rules.known().iter().position(|other| other.destination == range);
        found.push(match same {
            Some(index) => (Change::ReplaceDrgRule(id, index, rule), CHANGED, position),
            None => (Change::AddDrgRule(id, rule), MISSING, position),
        });
    }
    found
}
