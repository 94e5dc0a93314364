//! Which way a DRG's route table sends a packet: static rules, imported routes, conflicts (R15 to R31).

use std::net::Ipv4Addr;

use crate::legal::{Door, refused, static_refused};
use crate::model::{
    Accepts, Attached, Attachment, AttachmentId, AttachmentKind, Cidr, Destination, DistributionId, DrgId,
    DrgTableId, Name, Network, Offers, Rules,
};

/// A route of a table: a range, the next hop, and what decides between equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) range: Cidr,
    pub(crate) next: AttachmentId,
    /// The place of a static rule.
    pub(crate) fixed: Option<usize>,
    as_path: u32,
    kind: AttachmentKind,
    /// How many remote peerings it came through, and from what.
    distance: u32,
    from: u8,
}

/// What a DRG's table says of one destination.
#[derive(Debug)]
pub(crate) enum Choice {
    One(Route),
    Tie(Vec<Route>),
    Nothing,
    /// Something that it depends on is not known.
    Unknown(Name),
}

/// Routes are announced over at most three peerings: four DRGs (R24).
const PEERINGS: u32 = 3;

/// What is said of a destination to a packet that came in by `attachment` (R15).
pub(crate) fn choose(network: &Network, attachment: AttachmentId, to: Ipv4Addr) -> Choice {
    let mut routes = match routes(network, attachment, to, 0) {
        Ok(routes) => routes,
        Err(unknown) => return Choice::Unknown(unknown),
    };
    let Some(longest) = routes.iter().map(|route| route.range.length()).max() else { return Choice::Nothing };
    routes.retain(|route| route.range.length() == longest);
    let table = network.attachments.at(attachment).table;
    let ecmp = table.is_some_and(|table| network.drg_tables.at(table).ecmp);
    settle(network, routes, ecmp)
}

/// One of equal lines to one site stands for all of them when the table shares the load (R31).
fn settle(network: &Network, routes: Vec<Route>, ecmp: bool) -> Choice {
    let [first, others @ ..] = routes.as_slice() else { return Choice::Nothing };
    let line = |route: &Route| match &network.attachments.at(route.next).to {
        Attached::Ipsec(line) | Attached::VirtualCircuit(line) => Some(line.site),
        _ => None,
    };
    let shared = ecmp && line(first).is_some() && others.iter().all(|other| line(other) == line(first));
    if others.is_empty() || shared { Choice::One(*first) } else { Choice::Tie(routes) }
}

/// The winners for each range that holds `to`, in the table of an attachment.
fn routes(
    network: &Network,
    attachment: AttachmentId,
    to: Ipv4Addr,
    peerings: u32,
) -> Result<Vec<Route>, Name> {
    let entered = network.attachments.at(attachment);
    let mut found = Vec::new();
    if let Some(id) = entered.table {
        let table = network.drg_tables.at(id);
        if table.rules.is_unknown() {
            return Err(table.object.name.clone());
        }
        for (index, rule) in table.rules.known().iter().enumerate() {
            if rule.destination.contains(to) && static_refused(network, entered.drg, rule.next).is_none() {
                let kind = network.attachments.at(rule.next).to.kind();
                let (range, next) = (rule.destination, rule.next);
                found.push(Route { range, next, fixed: Some(index), as_path: 0, kind, distance: 0, from: 0 });
            }
        }
    }
    for (id, offering) in network.attachments.iter() {
        if offering.drg == entered.drg && imports(network, entered, entered.table, id, offering)? {
            offered(network, id, offering, to, peerings, &mut found)?;
        }
    }
    Ok(winners(found))
}

/// Whether a table takes in what an attachment offers (R16, R19).
fn imports(
    network: &Network,
    entered: &Attachment,
    table: Option<DrgTableId>,
    id: AttachmentId,
    offering: &Attachment,
) -> Result<bool, Name> {
    let Some(table) = table else {
        // The untouched defaults: VCNs take in everything, all others take in VCNs.
        return Ok(entered.to.kind() == AttachmentKind::Vcn || offering.to.kind() == AttachmentKind::Vcn);
    };
    let Some(distribution) = network.drg_tables.at(table).imports else { return Ok(false) };
    accepted(network, distribution, entered.drg, id, offering)
}

fn accepted(
    network: &Network,
    distribution: DistributionId,
    drg: DrgId,
    id: AttachmentId,
    offering: &Attachment,
) -> Result<bool, Name> {
    let distribution = network.distributions.at(distribution);
    match &distribution.statements {
        Rules::Unknown => Err(distribution.object.name.clone()),
        Rules::Known(statements) => Ok(distribution.drg == drg
            && statements.iter().any(|statement| match statement.accepts {
                Accepts::All => true,
                Accepts::Kind(kind) => kind == offering.to.kind(),
                Accepts::Attachment(attachment) => attachment == id,
            })),
    }
}

/// What an attachment offers for `to` (R20).
fn offered(
    network: &Network,
    id: AttachmentId,
    offering: &Attachment,
    to: Ipv4Addr,
    peerings: u32,
    found: &mut Vec<Route>,
) -> Result<(), Name> {
    let kind = offering.to.kind();
    let route = |range, as_path| Route { range, next: id, fixed: None, as_path, kind, distance: 0, from: 1 };
    match &offering.to {
        Attached::Vcn { vcn, ingress, offers } => {
            let own = &network.vcns.at(*vcn).cidrs;
            match offers {
                Offers::Vcn => {
                    found.extend(own.iter().filter(|range| range.contains(to)).map(|&range| route(range, 0)))
                }
                Offers::Subnets => {
                    let subnets = network
                        .subnets
                        .iter()
                        .filter(|(_, subnet)| subnet.vcn == *vcn && subnet.cidr.contains(to));
                    found.extend(subnets.map(|(_, subnet)| route(subnet.cidr, 0)));
                }
            }
            if let Some(ingress) = ingress {
                let table = network.route_tables.at(*ingress);
                if table.rules.is_unknown() {
                    return Err(table.object.name.clone());
                }
                for rule in table.rules.known() {
                    if let Destination::Cidr(range) = rule.destination
                        && range.contains(to)
                        && refused(network, *vcn, Door::Drg, rule).is_none()
                    {
                        found.push(route(range, 0));
                    }
                }
            }
        }
        Attached::Ipsec(line) | Attached::VirtualCircuit(line) => {
            if line.routes.is_unknown() {
                return Err(offering.object.name.clone());
            }
            let learned = line.routes.known().iter().filter(|learned| learned.destination.contains(to));
            found.extend(learned.map(|learned| route(learned.destination, learned.as_path)));
        }
        Attached::RemotePeering { peer: None } => return Err(offering.object.name.clone()),
        Attached::RemotePeering { peer: Some(peer) } => {
            if peerings >= PEERINGS {
                return Ok(());
            }
            for far in routes(network, *peer, to, peerings + 1)? {
                // What the other end itself got by this peering is not sent back.
                if far.next == *peer {
                    continue;
                }
                let from = if far.fixed.is_some() { 0 } else { 1 + far.kind as u8 };
                found.push(Route { next: id, fixed: None, kind, distance: far.distance + 1, from, ..far });
            }
        }
    }
    Ok(())
}

/// For each range, those that nothing else of the same range beats (R26).
fn winners(found: Vec<Route>) -> Vec<Route> {
    let rank = |route: &Route| {
        let remote = route.kind == AttachmentKind::RemotePeering && route.fixed.is_none();
        let far = if remote { (route.distance, route.from) } else { (0, 0) };
        (
            route.fixed.is_none(),
            route.as_path,
            if route.fixed.is_some() { AttachmentKind::Vcn } else { route.kind },
            far,
        )
    };
    let mut best: Vec<Route> = Vec::new();
    for route in found {
        let same = |other: &Route| other.range == route.range;
        if best.iter().any(|other| {
            same(other)
                && (rank(other) < rank(&route) || (rank(other) == rank(&route) && other.next == route.next))
        }) {
            continue;
        }
        best.retain(|other| !(same(other) && rank(&route) < rank(other)));
        best.push(route);
    }
    best
}
