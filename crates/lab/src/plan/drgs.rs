//! DRGs: a namespace each, with a table for each attachment by which packets come in (R15).

use adit_net::{Attached, Network};

use super::offers::{self, Route};
use super::routers::Routers;
use super::{Plan, SpaceId, Tie, Winner, doors};

const FIRST: usize = 100;

pub(super) fn drgs(network: &Network, winner: Winner, routers: &Routers, plan: &mut Plan) {
    let spaces: Vec<SpaceId> =
        network.drgs.iter().map(|(_, drg)| plan.space(format!("DRG {}", drg.object.name), true)).collect();
    let tables = offers::tables(network);
    let mut lines: Vec<Vec<String>> = spaces.iter().map(|_| Vec::new()).collect();
    for ((id, attachment), routes) in network.attachments.iter().zip(tables) {
        let Some(&drg) = spaces.get(attachment.drg.index()) else { continue };
        let wire = format!("a{}", id.index());
        match &attachment.to {
            Attached::Vcn { vcn, .. } => {
                plan.link((drg, &wire), (routers.of(*vcn), &format!("d{}", id.index())))
            }
            Attached::RemotePeering { peer } => {
                // Each of the two names the other: the wire is laid once.
                let far = peer.filter(|peer| *peer > id).map(|peer| (peer, network.attachments.at(peer).drg));
                if let Some((peer, there)) = far
                    && let Some(&there) = spaces.get(there.index())
                {
                    plan.link((drg, &wire), (there, &format!("a{}", peer.index())));
                }
            }
            Attached::Ipsec(line) | Attached::VirtualCircuit(line) => {
                doors::site(network, line.site, (drg, &wire), plan);
                if let Some(lines) = lines.get_mut(attachment.drg.index()) {
                    lines.push(format!("\"{wire}\""));
                }
            }
        }
        let table = FIRST + id.index();
        plan.ip(drg, format!("rule add pref 3 iif {wire} lookup {table}"));
        for (metric, route) in ordered(&routes, winner).into_iter().enumerate() {
            let range = route.range;
            plan.ip(
                drg,
                format!("route add {range} dev a{} table {table} metric {}", route.next.index(), metric + 1),
            );
        }
        // Behind all others, a default route among them.
        plan.ip(drg, format!("route add blackhole default table {table} metric 1000000"));
        for range in tied(&routes) {
            plan.ties.push(Tie { attachment: id, table: attachment.table, range });
        }
    }
    for (space, lines) in spaces.into_iter().zip(lines) {
        if !lines.is_empty() {
            // R23.
            let set = lines.join(", ");
            plan.nft(
                space,
                &format!(
                    "table ip guard {{\n  chain pass {{ type filter hook forward priority 0; iifname {{ {set} }} oifname {{ {set} }} drop; }}\n}}\n"
                ),
            );
        }
    }
}

/// Best first; what nothing decides between, as asked for.
fn ordered(routes: &[Route], winner: Winner) -> Vec<Route> {
    let mut routes = routes.to_vec();
    routes.sort_by(|a, b| {
        let tie = match winner {
            Winner::First => a.next.cmp(&b.next),
            Winner::Last => b.next.cmp(&a.next),
        };
        (a.range, a.rank).cmp(&(b.range, b.rank)).then(tie)
    });
    routes
}

/// The ranges of which an arbitrary route wins.
fn tied(routes: &[Route]) -> Vec<adit_net::Cidr> {
    let best = |route: &Route| !routes.iter().any(|it| it.range == route.range && it.rank < route.rank);
    let rival = |route: &Route| {
        routes.iter().any(|it| it.range == route.range && it.rank == route.rank && it.next != route.next)
    };
    let mut ranges: Vec<_> = routes.iter().filter(|it| best(it) && rival(it)).map(|it| it.range).collect();
    ranges.dedup();
    ranges
}
