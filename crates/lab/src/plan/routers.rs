//! VCN routers: which table a packet meets by where it comes from, and what the tables say (R1 to R13).
//!
//! Table 10 hands packets over to the cards of the VCN, and is the hidden table of doors that have none. A table of the network
//! *throws* what is local back to it. Every table ends in a black hole.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use adit_net::{
    Attached, Destination, Door, GatewayKind, Network, RouteRule, RouteTableId, ServiceLabel, Target, VcnId,
};

use super::cards::Card;
use super::legal::{attachment, legal};
use super::{Plan, SpaceId, doors};

const HAND_OVER: usize = 10;
/// Numbers of the network's own tables begin here.
const FIRST: usize = 100;

/// The routers, one for each VCN.
pub(super) struct Routers(Vec<SpaceId>);

impl Routers {
    pub(super) fn of(&self, vcn: VcnId) -> SpaceId {
        self.0.get(vcn.index()).copied().unwrap_or(SpaceId(usize::MAX))
    }
}

pub(super) fn spaces(network: &Network, plan: &mut Plan) -> Routers {
    Routers(
        network
            .vcns
            .iter()
            .map(|(_, vcn)| plan.space(format!("router of {}", vcn.object.name), true))
            .collect(),
    )
}

/// The tables of a router that are needed, with the door by which packets come to them.
type Tables = BTreeMap<(RouteTableId, Door), usize>;

fn number(tables: &mut Tables, table: Option<RouteTableId>, door: Door) -> usize {
    let next = FIRST + tables.len();
    table.map_or(HAND_OVER, |table| *tables.entry((table, door)).or_insert(next))
}

pub(super) fn fill(network: &Network, cards: &[Card], routers: &Routers, plan: &mut Plan) {
    for vcn in network.vcns.ids() {
        let router = routers.of(vcn);
        let own = || cards.iter().filter(move |card| network.subnets.at(card.subnet).vcn == vcn);
        let mut tables = Tables::new();
        plan.ip(router, format!("route add blackhole default table {HAND_OVER}"));
        plan.ip(router, format!("rule add pref 9 lookup {HAND_OVER}"));
        for card in own() {
            plan.link((card.space, "eth0"), (router, &card.wire()));
            // What names no source of its own is sent from the first address.
            let source = card.addresses().next().map_or_else(String::new, |first| format!(" src {first}"));
            plan.ip(card.space, format!("route add default dev eth0{source}"));
            for range in &card.ranges {
                plan.ip(router, format!("route add {range} dev {} table {HAND_OVER}", card.wire()));
            }
            sent_by(network, card, &mut tables, plan, router);
        }
        for (wire, table, door) in entries(network, vcn) {
            let table = number(&mut tables, table, door);
            plan.ip(router, format!("rule add pref 3 iif {wire} lookup {table}"));
        }
        for ((table, door), number) in &tables {
            let lines = lines(network, own, vcn, *table, *door, *number);
            plan.ip(router, lines.trim_end());
        }
        let guard = guard(network, own, vcn);
        plan.nft(router, &guard);
    }
}

/// R1 and R4: which table what a card sends meets.
fn sent_by(network: &Network, card: &Card, tables: &mut Tables, plan: &mut Plan, router: SpaceId) {
    let subnet = network.subnets.at(card.subnet);
    let wire = card.wire();
    plan.ip(router, format!("rule add pref 1 iif {wire} to {} lookup {HAND_OVER}", subnet.cidr));
    let vnic = card.vnic.map(|vnic| network.vnics.at(vnic));
    for ip in vnic.into_iter().flat_map(|vnic| &vnic.addresses) {
        if let Some(table) = ip.route_table {
            let table = number(tables, Some(table), Door::Card);
            // What the table throws back must not fall to the tables that this one stands in for.
            for table in [table, HAND_OVER] {
                plan.ip(router, format!("rule add pref 2 iif {wire} from {} lookup {table}", ip.address));
            }
        }
    }
    let table = vnic.and_then(|vnic| vnic.route_table).unwrap_or(subnet.route_table);
    let table = number(tables, Some(table), Door::Card);
    plan.ip(router, format!("rule add pref 3 iif {wire} lookup {table}"));
}

/// R2, R17: the other doors of a VCN, with their tables.
fn entries(network: &Network, vcn: VcnId) -> Vec<(String, Option<RouteTableId>, Door)> {
    let mut found = Vec::new();
    for (id, attachment) in network.attachments.iter() {
        if let Attached::Vcn { vcn: there, ingress, .. } = attachment.to
            && there == vcn
        {
            found.push((format!("d{}", id.index()), ingress, Door::Drg));
        }
    }
    for (id, lpg) in network.lpgs.iter().filter(|(_, lpg)| lpg.vcn == vcn && lpg.peer.is_some()) {
        found.push((format!("l{}", id.index()), lpg.route_table, Door::Lpg));
    }
    for (id, gateway) in network.gateways.iter().filter(|(_, gateway)| gateway.vcn == vcn) {
        let door = if gateway.kind == GatewayKind::Internet { Door::Internet } else { Door::Other };
        found.push((format!("g{}", id.index()), gateway.route_table, door));
    }
    found
}

/// What a table says to packets that come by one door.
fn lines<'a, I: Iterator<Item = &'a Card>>(
    network: &Network,
    own: impl Fn() -> I,
    vcn: VcnId,
    table: RouteTableId,
    door: Door,
    number: usize,
) -> String {
    let rules: Vec<&RouteRule> = network
        .route_tables
        .at(table)
        .rules
        .known()
        .iter()
        .filter(|rule| legal(network, vcn, door, rule))
        .collect();
    let mut text = String::new();
    let mut seen = Vec::new();
    for rule in &rules {
        if seen.contains(&rule.destination) {
            continue;
        }
        seen.push(rule.destination);
        let range = match rule.destination {
            Destination::Cidr(range) => range,
            Destination::Service(ServiceLabel::ObjectStorage) => doors::storage(),
            Destination::Service(ServiceLabel::AllServices) => doors::services(),
        };
        let wire = match rule.target {
            Target::Drg(drg) => attachment(network, vcn, drg).map(|id| format!("d{}", id.index())),
            Target::Lpg(id) => network.lpgs.at(id).peer.map(|_| format!("l{}", id.index())),
            Target::Gateway(id) => Some(format!("g{}", id.index())),
            Target::PrivateIp(address) => own()
                .find(|card| card.vnic.is_some_and(|vnic| network.vnics.at(vnic).has(address)))
                .map(Card::wire),
            // A network with one is refused before.
            Target::Unknown => None,
        };
        let _ = match wire {
            Some(wire) => writeln!(text, "route add {range} dev {wire} table {number}"),
            None => writeln!(text, "route add blackhole {range} table {number}"),
        };
    }
    // R6: a written rule of the same length beats the VCN's own range.
    for local in network.vcns.at(vcn).cidrs.iter().filter(|local| !seen.contains(&Destination::Cidr(**local)))
    {
        let _ = writeln!(text, "route add throw {local} table {number}");
    }
    if !seen.contains(&Destination::Cidr(adit_net::Cidr::ALL)) {
        let _ = writeln!(text, "route add blackhole default table {number}");
    }
    text
}

/// What no table can say: whom a gateway serves (R48, R51), and that nothing goes from DRG to DRG by a peering (R25).
fn guard<'a, I: Iterator<Item = &'a Card>>(network: &Network, own: impl Fn() -> I, vcn: VcnId) -> String {
    let mut rules = String::new();
    let entries = entries(network, vcn);
    let by = |wanted: Door| entries.iter().filter(move |(_, _, door)| *door == wanted).map(|(wire, ..)| wire);
    let sites: Vec<String> =
        network.sites.iter().flat_map(|(_, site)| &site.ranges).map(ToString::to_string).collect();
    for (id, gateway) in network.gateways.iter().filter(|(_, gateway)| gateway.vcn == vcn) {
        let out = format!("oifname \"g{}\"", id.index());
        for other in by(Door::Lpg).chain(by(Door::Internet)).chain(by(Door::Other)) {
            let _ = writeln!(rules, "    iifname \"{other}\" {out} drop");
        }
        let service = matches!(gateway.kind, GatewayKind::Service(_));
        for drg in by(Door::Drg) {
            let _ = match sites.as_slice() {
                sites @ [_, ..] if service => {
                    writeln!(rules, "    iifname \"{drg}\" {out} ip saddr != {{ {} }} drop", sites.join(", "))
                }
                _ => writeln!(rules, "    iifname \"{drg}\" {out} drop"),
            };
        }
        if gateway.kind == GatewayKind::Internet {
            for card in own() {
                let public: Vec<_> = card
                    .addresses()
                    .filter(|ip| card.public(network, *ip))
                    .map(|ip| ip.to_string())
                    .collect();
                let but = if public.is_empty() {
                    String::new()
                } else {
                    format!("ip saddr != {{ {} }} ", public.join(", "))
                };
                let _ = writeln!(rules, "    iifname \"{}\" {out} {but}drop", card.wire());
            }
        }
    }
    for peering in by(Door::Lpg) {
        // Whether a packet came from the DRG is noted in its header, as a namespace's own notes end at its wires.
        for drg in by(Door::Drg) {
            let _ = writeln!(rules, "    iifname \"{peering}\" oifname \"{drg}\" ip dscp cs1 drop");
        }
        let _ = writeln!(rules, "    oifname \"{peering}\" ip dscp set cs0");
        for drg in by(Door::Drg) {
            let _ = writeln!(rules, "    iifname \"{drg}\" oifname \"{peering}\" ip dscp set cs1");
        }
    }
    if rules.is_empty() {
        return rules;
    }
    format!("table ip guard {{\n  chain pass {{ type filter hook forward priority 0;\n{rules}  }}\n}}\n")
}
