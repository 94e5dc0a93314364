//! What leads out of VCNs: peerings, gateways, sites, and the world behind them.
//!
//! The world is one namespace: the internet's addresses, and those that stand for Oracle's services, whose real ones are not
//! known (R10). A gateway is a namespace between its VCN's router and the world; it translates addresses as its kind does.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use adit_net::{Cidr, Endpoint, GatewayKind, Network, OracleService, ServiceLabel, SiteId};

use super::cards::Card;
use super::routers::Routers;
use super::{Plan, SpaceId, Spot};

/// A public address that nobody has.
pub(super) const NOBODY: Ipv4Addr = Ipv4Addr::new(9, 255, 255, 254);

/// What stands for the internet.
pub(super) fn internet() -> Cidr {
    Cidr::holding(Ipv4Addr::new(8, 0, 0, 0), 8)
}
/// The public addresses of cards and gateways.
pub(super) fn public() -> Cidr {
    Cidr::holding(Ipv4Addr::new(9, 0, 0, 0), 8)
}
/// What stands for all of Oracle's services.
pub(super) fn services() -> Cidr {
    Cidr::holding(Ipv4Addr::new(198, 18, 0, 0), 15)
}
/// The half of them that stands for Object Storage.
pub(super) fn storage() -> Cidr {
    Cidr::holding(Ipv4Addr::new(198, 18, 0, 0), 16)
}
/// The other half.
fn others() -> Cidr {
    Cidr::holding(Ipv4Addr::new(198, 19, 0, 0), 16)
}

/// The wires of local peerings.
pub(super) fn peerings(network: &Network, routers: &Routers, plan: &mut Plan) {
    for (id, lpg) in network.lpgs.iter() {
        // Each of the two names the other: the wire is laid once.
        if let Some(peer) = lpg.peer.filter(|peer| *peer > id) {
            let far = routers.of(network.lpgs.at(peer).vcn);
            let (left, right) = (format!("l{}", id.index()), format!("l{}", peer.index()));
            plan.link((routers.of(lpg.vcn), &left), (far, &right));
        }
    }
}

/// A site at the end of its line.
pub(super) fn site(network: &Network, id: SiteId, line: (SpaceId, &str), plan: &mut Plan) {
    let site = network.sites.at(id);
    let space = plan.space(format!("site {}", site.object.name), false);
    plan.link((space, "line"), line);
    plan.ip(space, "route add default dev line");
    for &range in &site.ranges {
        plan.ip(space, format!("route add local {range} dev lo"));
        plan.spots.push(Spot { space, endpoint: Endpoint::Site(id), range });
    }
}

/// The gateways, and the world.
pub(super) fn gateways(network: &Network, cards: &[Card], routers: &Routers, plan: &mut Plan) {
    let world = plan.space("the world", false);
    plan.ip(world, format!("route add local {} dev lo\nroute add local {} dev lo", internet(), services()));
    plan.ip(world, "route add blackhole default");
    for (endpoint, range) in [
        (Endpoint::Internet, internet()),
        (Endpoint::Oracle(OracleService::ObjectStorage), storage()),
        (Endpoint::Oracle(OracleService::Other), others()),
    ] {
        plan.spots.push(Spot { space: world, endpoint, range });
    }
    let mut next = u32::from(public().first());
    let mut address = move || {
        next += 1;
        Ipv4Addr::from(next)
    };
    for (id, gateway) in network.gateways.iter() {
        let space = plan.space(format!("{} {}", gateway.kind, gateway.object.name), true);
        let outside = format!("w{}", id.index());
        plan.link((space, "in"), (routers.of(gateway.vcn), &format!("g{}", id.index())));
        plan.link((space, "out"), (world, &outside));
        plan.ip(space, "route add default dev in table 100\nrule add pref 3 iif out lookup 100");
        plan.ip(space, "route add blackhole default");
        let (behind, translation) = match gateway.kind {
            GatewayKind::Internet => {
                let own = |card: &&Card| network.subnets.at(card.subnet).vcn == gateway.vcn;
                let (mut inward, mut outward) = (Vec::new(), Vec::new());
                for card in cards.iter().filter(own) {
                    for private in card.addresses().filter(|ip| card.public(network, *ip)) {
                        let public = address();
                        plan.publics.insert((card.space, private), public);
                        plan.ip(world, format!("route add {public} dev {outside}"));
                        inward.push(format!("{public} : {private}"));
                        outward.push(format!("{private} : {public}"));
                    }
                }
                (vec![internet(), services()], mapped(&inward, &outward))
            }
            GatewayKind::Nat | GatewayKind::Service(_) => {
                let public = address();
                plan.ip(world, format!("route add {public} dev {outside}"));
                let behind = match gateway.kind {
                    GatewayKind::Service(ServiceLabel::ObjectStorage) => vec![storage()],
                    GatewayKind::Service(ServiceLabel::AllServices) => vec![services()],
                    _ => vec![internet(), services()],
                };
                let rule = format!(
                    "  chain post {{ type nat hook postrouting priority srcnat; oifname \"out\" snat to {public}; }}\n"
                );
                (behind, rule)
            }
        };
        for range in behind {
            plan.ip(space, format!("route add {range} dev out"));
        }
        // R14, R51: nothing by a closed gateway; in by one that only translates, nothing but answers. What belongs to no connection
        // that passed here cannot be translated.
        let closed = if gateway.open { "" } else { "drop; " };
        let inbound =
            if gateway.kind == GatewayKind::Internet { "" } else { "iifname \"out\" ct state new drop; " };
        plan.nft(
            space,
            &format!(
                "table ip gate {{\n{translation}  chain pass {{ type filter hook forward priority 0; {closed}ct state invalid drop; {inbound}}}\n}}\n"
            ),
        );
    }
}

/// Addresses one to one (R51).
fn mapped(inward: &[String], outward: &[String]) -> String {
    let mut text = String::new();
    if inward.is_empty() {
        return text;
    }
    let _ = write!(
        text,
        "  chain pre {{ type nat hook prerouting priority dstnat; iifname \"out\" dnat to ip daddr map {{ {} }}; }}\n  chain post {{ type nat hook postrouting priority srcnat; oifname \"out\" snat to ip saddr map {{ {} }}; }}\n",
        inward.join(", "),
        outward.join(", ")
    );
    text
}
