//! Route tables as lists of disjoint ranges with one decision each.

use std::collections::HashMap;

use super::fields;
use super::flatten::{Ranked, flatten};
use super::store::Interval;
use crate::legal::{Door, refused, static_refused};
use crate::model::{
    Accepts, Attached, Attachment, AttachmentId, AttachmentKind, Cidr, Destination, Network, Offers,
    RouteTableId, Rules, Target, VcnId,
};

/// What a VCN's table decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Decision {
    Local,
    To(Target),
    /// Rules of one destination with several targets.
    Two,
}

/// A table's decisions; `None`: its rules are not known.
pub(crate) type Fib<T> = Option<Vec<(Interval, T)>>;

/// The decisions of a VCN's table (`None`: the hidden one) for what comes by `door`.
pub(crate) fn vcn(network: &Network, vcn: VcnId, table: Option<RouteTableId>, door: Door) -> Fib<Decision> {
    let mut ranges: Vec<Ranked<Decision>> = Vec::new();
    for own in &network.vcns.at(vcn).cidrs {
        // An odd rank is a rule's: it beats the implicit one of its own length (R6).
        ranges.push(Ranked {
            range: fields::exactly(*own),
            rank: u32::from(own.length()) * 2,
            value: Decision::Local,
        });
    }
    if let Some(table) = table {
        let Rules::Known(rules) = &network.route_tables.at(table).rules else { return None };
        let mut targets: HashMap<Destination, Decision> = HashMap::new();
        for rule in rules.iter().filter(|rule| refused(network, vcn, door, rule).is_none()) {
            targets
                .entry(rule.destination)
                .and_modify(|decision| {
                    if *decision != Decision::To(rule.target) {
                        *decision = Decision::Two;
                    }
                })
                .or_insert(Decision::To(rule.target));
        }
        ranges.extend(targets.into_iter().map(|(destination, value)| match destination {
            Destination::Cidr(range) => {
                Ranked { range: fields::range(range), rank: u32::from(range.length()) * 2 + 1, value }
            }
            Destination::Service(label) => Ranked { range: fields::label(label), rank: 99, value },
        }));
    }
    Some(flatten(ranges))
}

/// What a DRG's table decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Onward {
    To(AttachmentId),
    Tie,
}

/// A route, as far as conflicts are decided by it (R26).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Route {
    range: Cidr,
    order: Order,
    next: AttachmentId,
    kind: AttachmentKind,
}

/// Smaller is better: static, AS path, kind of attachment, number of peerings, what it was at their other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Order {
    dynamic: bool,
    as_path: u32,
    kind: AttachmentKind,
    distance: u32,
    from: u8,
}

/// The decisions of a DRG for what comes in by an attachment.
pub(crate) fn drg(network: &Network, attachment: AttachmentId) -> Fib<Onward> {
    let routes = routes(network, attachment, 0)?;
    let ecmp =
        network.attachments.at(attachment).table.is_some_and(|table| network.drg_tables.at(table).ecmp);
    let site = |id: AttachmentId| match &network.attachments.at(id).to {
        Attached::Ipsec(line) | Attached::VirtualCircuit(line) => Some(line.site),
        _ => None,
    };
    let mut ranges = Vec::new();
    for same in routes.chunk_by(|a, b| a.range == b.range) {
        let [first, others @ ..] = same else { continue };
        let shared =
            ecmp && site(first.next).is_some() && others.iter().all(|it| site(it.next) == site(first.next));
        let value = if others.is_empty() || shared { Onward::To(first.next) } else { Onward::Tie };
        ranges.push(Ranked {
            range: fields::exactly(first.range),
            rank: u32::from(first.range.length()),
            value,
        });
    }
    Some(flatten(ranges))
}

/// The winning routes of an attachment's table, sorted by range. `None`: something that they depend on is not known.
fn routes(network: &Network, entered: AttachmentId, peerings: u32) -> Option<Vec<Route>> {
    let attachment = network.attachments.at(entered);
    let mut found: Vec<Route> = Vec::new();
    if let Some(table) = attachment.table {
        let Rules::Known(rules) = &network.drg_tables.at(table).rules else { return None };
        for rule in rules.iter().filter(|rule| static_refused(network, attachment.drg, rule.next).is_none()) {
            let kind = network.attachments.at(rule.next).to.kind();
            let order = Order { dynamic: false, as_path: 0, kind: AttachmentKind::Vcn, distance: 0, from: 0 };
            found.push(Route { range: rule.destination, order, next: rule.next, kind });
        }
    }
    for (id, offering) in network.attachments.iter().filter(|(_, it)| it.drg == attachment.drg) {
        if takes(network, attachment, id, offering)? {
            offer(network, id, offering, peerings, &mut found)?;
        }
    }
    found.sort_by_key(|route| (route.range, route.order));
    let mut best: Vec<Route> = Vec::with_capacity(found.len());
    for same in found.chunk_by(|a, b| a.range == b.range) {
        let start = best.len();
        for route in same.iter().filter(|route| same.first().is_some_and(|first| first.order == route.order))
        {
            if !best.iter().skip(start).any(|other| other.next == route.next) {
                best.push(*route);
            }
        }
    }
    Some(best)
}

/// Whether the table of `entered` takes in what `offering` offers (R16, R19).
fn takes(network: &Network, entered: &Attachment, id: AttachmentId, offering: &Attachment) -> Option<bool> {
    let vcn = |attachment: &Attachment| attachment.to.kind() == AttachmentKind::Vcn;
    let Some(table) = entered.table else { return Some(vcn(entered) || vcn(offering)) };
    let Some(distribution) = network.drg_tables.at(table).imports else { return Some(false) };
    let distribution = network.distributions.at(distribution);
    let Rules::Known(statements) = &distribution.statements else { return None };
    let accepts = statements.iter().any(|statement| match statement.accepts {
        Accepts::All => true,
        Accepts::Kind(kind) => kind == offering.to.kind(),
        Accepts::Attachment(one) => one == id,
    });
    Some(accepts && distribution.drg == entered.drg)
}

fn offer(
    network: &Network,
    id: AttachmentId,
    from: &Attachment,
    peerings: u32,
    found: &mut Vec<Route>,
) -> Option<()> {
    let kind = from.to.kind();
    let mut add = |range, as_path| {
        found.push(Route {
            range,
            order: Order { dynamic: true, as_path, kind, distance: 0, from: 0 },
            next: id,
            kind,
        });
    };
    match &from.to {
        Attached::Vcn { vcn, ingress, offers } => {
            match offers {
                Offers::Vcn => network.vcns.at(*vcn).cidrs.iter().for_each(|range| add(*range, 0)),
                Offers::Subnets => {
                    let subnets = network.subnets.iter().filter(|(_, subnet)| subnet.vcn == *vcn);
                    subnets.for_each(|(_, subnet)| add(subnet.cidr, 0));
                }
            }
            if let Some(ingress) = ingress {
                let Rules::Known(rules) = &network.route_tables.at(*ingress).rules else { return None };
                for rule in rules {
                    if let Destination::Cidr(range) = rule.destination
                        && refused(network, *vcn, Door::Drg, rule).is_none()
                    {
                        add(range, 0);
                    }
                }
            }
        }
        Attached::Ipsec(line) | Attached::VirtualCircuit(line) => {
            let Rules::Known(routes) = &line.routes else { return None };
            routes.iter().for_each(|route| add(route.destination, route.as_path));
        }
        Attached::RemotePeering { peer } => {
            let peer = (*peer)?;
            // At most four DRGs (R24).
            if peerings == 3 {
                return Some(());
            }
            for far in routes(network, peer, peerings + 1)?.into_iter().filter(|far| far.next != peer) {
                let from = if far.order.dynamic { 1 + far.kind as u8 } else { 0 };
                let order = Order {
                    dynamic: true,
                    as_path: far.order.as_path,
                    kind,
                    distance: far.order.distance + 1,
                    from,
                };
                found.push(Route { range: far.range, order, next: id, kind });
            }
        }
    }
    Some(())
}
