//! Which routes a DRG's tables hold, and which of them is preferred (R16, R18 to R20, R24, R26).
//!
//! Worked out as routers do it: each table takes in what attachments offer, and what a table holds is offered over its remote
//! peering, in as many rounds as there may be peerings in a row.

use adit_net::{Accepts, Attached, AttachmentId, AttachmentKind, Cidr, Destination, Door, Network, Offers};

use super::legal::legal;

/// A route, as a table holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) range: Cidr,
    pub(super) next: AttachmentId,
    /// What decides among routes for the same range: the least wins.
    pub(super) rank: Rank,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    imported: bool,
    as_path: u32,
    kind: Option<AttachmentKind>,
    /// Of routes over a remote peering: through how many, and from what; a static rule comes first.
    distance: u32,
    origin: Option<AttachmentKind>,
}

/// R24: four DRGs are three peerings.
const PEERINGS: usize = 3;

/// The routes of each attachment's table.
pub(super) fn tables(network: &Network) -> Vec<Vec<Route>> {
    let ids: Vec<AttachmentId> = network.attachments.ids().collect();
    let mut tables: Vec<Vec<Route>> = ids.iter().map(|_| Vec::new()).collect();
    for _ in 0..=PEERINGS {
        tables = ids.iter().map(|&id| table(network, id, &tables)).collect();
    }
    tables
}

fn table(network: &Network, entered: AttachmentId, before: &[Vec<Route>]) -> Vec<Route> {
    let by = network.attachments.at(entered);
    let mut routes = Vec::new();
    if let Some(table) = by.table {
        for rule in network.drg_tables.at(table).rules.known() {
            let next = network.attachments.at(rule.next);
            let line = matches!(next.to, Attached::Ipsec(_) | Attached::VirtualCircuit(_));
            if next.drg == by.drg && !line {
                let rank = Rank { imported: false, as_path: 0, kind: None, distance: 0, origin: None };
                routes.push(Route { range: rule.destination, next: rule.next, rank });
            }
        }
    }
    let others = network.attachments.iter().filter(|(_, other)| other.drg == by.drg);
    for (id, _) in others.filter(|(id, _)| imports(network, entered, *id)) {
        routes.extend(offered(network, id, before));
    }
    routes.sort_by_key(|route| (route.range, route.rank, route.next));
    routes.dedup();
    routes
}

/// R16, R19: whether the table of one attachment takes in what another offers.
fn imports(network: &Network, entered: AttachmentId, offering: AttachmentId) -> bool {
    let (by, other) = (network.attachments.at(entered), network.attachments.at(offering));
    let Some(table) = by.table else {
        return by.to.kind() == AttachmentKind::Vcn || other.to.kind() == AttachmentKind::Vcn;
    };
    let Some(distribution) = network.drg_tables.at(table).imports else { return false };
    let distribution = network.distributions.at(distribution);
    let accepts = |accepts: Accepts| match accepts {
        Accepts::All => true,
        Accepts::Kind(kind) => kind == other.to.kind(),
        Accepts::Attachment(id) => id == offering,
    };
    distribution.drg == by.drg && distribution.statements.known().iter().any(|it| accepts(it.accepts))
}

/// R20, R24.
fn offered(network: &Network, id: AttachmentId, before: &[Vec<Route>]) -> Vec<Route> {
    let offering = &network.attachments.at(id).to;
    let kind = offering.kind();
    let route = |range, as_path| Route {
        range,
        next: id,
        rank: Rank { imported: true, as_path, kind: Some(kind), distance: 0, origin: None },
    };
    match offering {
        Attached::Vcn { vcn, ingress, offers } => {
            let mut ranges: Vec<Cidr> = match offers {
                Offers::Vcn => network.vcns.at(*vcn).cidrs.clone(),
                Offers::Subnets => {
                    let own = network.subnets.iter().filter(|(_, subnet)| subnet.vcn == *vcn);
                    own.map(|(_, subnet)| subnet.cidr).collect()
                }
            };
            let rules = ingress.iter().flat_map(|table| network.route_tables.at(*table).rules.known());
            ranges.extend(rules.filter(|rule| legal(network, *vcn, Door::Drg, rule)).filter_map(|rule| {
                match rule.destination {
                    Destination::Cidr(range) => Some(range),
                    Destination::Service(_) => None,
                }
            }));
            ranges.into_iter().map(|range| route(range, 0)).collect()
        }
        Attached::Ipsec(line) | Attached::VirtualCircuit(line) => {
            line.routes.known().iter().map(|learned| route(learned.destination, learned.as_path)).collect()
        }
        Attached::RemotePeering { peer } => {
            let held = peer.and_then(|peer| before.get(peer.index())).map_or(&[][..], Vec::as_slice);
            // What the other end itself got by this peering is not sent back.
            let best = preferred(held).into_iter().filter(|far| Some(far.next) != *peer);
            let near = best.map(|far| Route {
                range: far.range,
                next: id,
                rank: Rank {
                    imported: true,
                    as_path: far.rank.as_path,
                    kind: Some(kind),
                    distance: far.rank.distance + 1,
                    origin: far.rank.kind,
                },
            });
            near.filter(|route| route.rank.distance as usize <= PEERINGS).collect()
        }
    }
}

/// Of each range, the routes that nothing beats.
fn preferred(routes: &[Route]) -> Vec<Route> {
    let beaten = |route: &&Route| !routes.iter().any(|it| it.range == route.range && it.rank < route.rank);
    routes.iter().filter(beaten).copied().collect()
}
