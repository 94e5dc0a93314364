//! Random networks: small, crowded, mostly working and often broken in one place. Arbitrary ties are among them, and now and then
//! something that namespaces cannot show.

use std::net::Ipv4Addr;

use adit_net::*;

use crate::dice::Dice;

/// The first two may overlap others.
const VCNS: [&str; 5] = ["10.1.0.0/16", "10.1.0.0/20", "10.0.0.0/16", "10.2.0.0/16", "172.16.0.0/20"];
/// Ports that rules and packets speak of.
pub(crate) const PORTS: [u16; 5] = [22, 443, 5432, 6432, 40000];

pub(crate) fn cidr(text: &str) -> Cidr {
    text.parse().unwrap()
}

pub(crate) fn port(number: u16) -> Port {
    Port::new(i64::from(number)).unwrap()
}

fn object(kind: &str, index: usize) -> Object {
    Object::new(format!("{kind}-{index}"))
}

pub(crate) fn network(dice: &mut Dice) -> Network {
    let mut n = Network::default();
    let drgs: Vec<_> = (0..if dice.percent(25) { 2 } else { 1 })
        .map(|i| n.drgs.add(Drg { object: object("drg", i) }))
        .collect();
    let overlap = dice.percent(20);
    let mut ranges: Vec<&str> = VCNS[if overlap { 0 } else { 2 }..].to_vec();
    if !overlap {
        ranges.push(VCNS[0]);
    }
    for v in 0..2 + dice.below(2) {
        let range = ranges.remove(if overlap { 0 } else { dice.below(ranges.len()) });
        vcn(dice, &mut n, v, cidr(range), !overlap);
    }
    peer(dice, &mut n);
    attach(dice, &mut n, &drgs);
    routes(dice, &mut n);
    drg_tables(dice, &mut n);
    if dice.percent(6) {
        spoil(dice, &mut n);
    }
    n
}

/// Puts in one thing that namespaces cannot show: the network is left out, and counted by why.
fn spoil(dice: &mut Dice, n: &mut Network) {
    match dice.below(6) {
        0 => {
            let list = n.security_lists.ids().next().unwrap();
            n.security_lists.at_mut(list).rules = Rules::Unknown;
        }
        1 => {
            let table = n.drg_tables.ids().next().unwrap();
            n.drg_tables.at_mut(table).rules = Rules::Unknown;
        }
        2 => {
            let drg = n.drgs.ids().next().unwrap();
            let to = Attached::RemotePeering { peer: None };
            n.attachments.add(Attachment { object: object("rpc-away", 0), drg, to, table: None });
        }
        3 => {
            let table = n.route_tables.ids().next().unwrap();
            let nowhere = |last| Target::PrivateIp(Ipv4Addr::new(10, 0, 0, last));
            for last in [250, 251] {
                let rule = RouteRule::new(cidr("10.99.0.0/16"), nowhere(last));
                n.route_tables.at_mut(table).rules.push(rule);
            }
        }
        kind => {
            for id in n.vnics.ids() {
                let vnic = n.vnics.at_mut(id);
                (vnic.zpr, vnic.source_dest_check, vnic.forwarding) = (kind == 4, false, Forwarding::Unknown);
            }
        }
    }
}

fn vcn(dice: &mut Dice, n: &mut Network, v: usize, range: Cidr, groups: bool) {
    let mut cidrs = vec![range];
    if dice.percent(25) {
        cidrs.push(Cidr::new(Ipv4Addr::new(10, 8 + v as u8, 0, 0), 20).unwrap());
    }
    let vcn = n.vcns.add(Vcn { object: object("vcn", v), cidrs: cidrs.clone() });
    let nsg = n.nsgs.add(Nsg { object: object("nsg", v), vcn, rules: Rules::default() });
    let named = groups.then_some(nsg);
    let lists: Vec<_> = (0..2)
        .map(|i| {
            let group = named.filter(|_| dice.percent(10));
            let rules = security(dice, group);
            n.security_lists.add(SecurityList { object: object("sl", v * 10 + i), vcn, rules })
        })
        .collect();
    n.nsgs.at_mut(nsg).rules = security(dice, named);
    let tables: Vec<_> = (0..3)
        .map(|i| {
            n.route_tables.add(RouteTable { object: object("rt", v * 10 + i), vcn, rules: Rules::default() })
        })
        .collect();
    let count = 1 + dice.below(2);
    let firsts = (0..count).map(|s| u32::from(range.first()) + 256 * s as u32);
    let firsts: Vec<u32> = firsts.chain(cidrs.get(1).map(|second| u32::from(second.first()))).collect();
    for (s, first) in firsts.into_iter().enumerate() {
        let subnet = n.subnets.add(Subnet {
            object: object("subnet", v * 10 + s),
            vcn,
            cidr: Cidr::new(Ipv4Addr::from(first), 24).unwrap(),
            access: if dice.percent(30) { Access::Private } else { Access::Public },
            route_table: dice.pick(&tables[..2]),
            security_lists: match dice.below(8) {
                0 => lists.clone(),
                1 => vec![lists[1]],
                _ => vec![lists[0]],
            },
        });
        for k in 0..dice.below(3) {
            machine(dice, n, subnet, first + 146 + k as u32, nsg, &tables);
        }
        if dice.percent(70) {
            n.functions.add(Function {
                object: object("fn", v * 10 + s),
                subnets: vec![subnet],
                nsgs: if dice.percent(40) { vec![nsg] } else { Vec::new() },
                memory: 256,
                concurrency: 10,
                zpr: false,
            });
        }
    }
    let label = dice.pick(&[ServiceLabel::AllServices, ServiceLabel::ObjectStorage]);
    for (i, kind) in
        [GatewayKind::Internet, GatewayKind::Nat, GatewayKind::Service(label)].into_iter().enumerate()
    {
        if dice.percent(60) {
            let route_table = dice.percent(35).then(|| tables[2]);
            let open = !dice.percent(10);
            n.gateways.add(Gateway { object: object("gw", v * 10 + i), vcn, kind, open, route_table });
        }
    }
    let route_table = dice.percent(40).then(|| tables[2]);
    n.lpgs.add(Lpg { object: object("lpg", v), vcn, peer: None, route_table });
}

fn machine(
    dice: &mut Dice,
    n: &mut Network,
    subnet: SubnetId,
    address: u32,
    nsg: NsgId,
    tables: &[RouteTableId],
) {
    let index = n.vnics.len();
    let mut vnic = Vnic::new(object("vnic", index), subnet, Ipv4Addr::from(address));
    vnic.nsgs = if dice.percent(40) { vec![nsg] } else { Vec::new() };
    vnic.route_table = dice.percent(12).then(|| dice.pick(tables));
    vnic.source_dest_check = dice.percent(30);
    vnic.forwarding = if dice.percent(15) { Forwarding::No } else { Forwarding::Yes };
    vnic.addresses[0].public = dice.percent(50);
    if dice.percent(25) {
        vnic.addresses.push(PrivateIp {
            address: Ipv4Addr::from(address + 10),
            route_table: dice.percent(50).then(|| dice.pick(tables)),
            public: dice.percent(50),
        });
    }
    let addresses: Vec<_> = vnic.addresses.iter().map(|ip| ip.address).collect();
    let vnic = n.vnics.add(vnic);
    for address in addresses {
        let port = port(dice.pick(&PORTS));
        n.databases.add(Database { object: object("db", n.databases.len()), vnic, address, port });
    }
}

/// Open both ways; or for questions alone, in either direction or both, noted or not or by rules of both kinds, with or without a rule
/// for the answers (R41 to R44); or whatever chance gives.
fn security(dice: &mut Dice, group: Option<NsgId>) -> Rules<SecurityRule> {
    let mut rules = Vec::new();
    let kind = dice.below(8);
    if kind < 3 {
        rules.push(SecurityRule::ingress(Cidr::ALL, Traffic::All));
        rules.push(SecurityRule::egress(Cidr::ALL, Traffic::All));
    } else if kind < 7 {
        for direction in [Direction::Ingress, Direction::Egress] {
            if dice.percent(80) {
                questions(dice, direction, &mut rules);
            }
        }
    }
    for _ in 0..dice.below(if kind == 7 { 8 } else { 3 }) {
        let traffic = traffic(dice);
        let direction = dice.pick(&[Direction::Ingress, Direction::Egress]);
        let peer = match (dice.below(8), group) {
            (0, _) => Peer::Service(dice.pick(&[ServiceLabel::AllServices, ServiceLabel::ObjectStorage])),
            (1 | 2, Some(nsg)) => Peer::Nsg(nsg),
            (3 | 4, _) => Peer::Cidr(Cidr::ALL),
            _ => Peer::Cidr(cidr(dice.pick(&RANGES))),
        };
        let stateless = dice.percent(35);
        rules.push(SecurityRule { direction, peer, stateless, ..SecurityRule::ingress(Cidr::ALL, traffic) });
    }
    rules.into()
}

/// Rules for questions in one direction, to the ports that are asked for, and perhaps for their answers.
fn questions(dice: &mut Dice, direction: Direction, rules: &mut Vec<SecurityRule>) {
    let range = PortRange::new(port(22), port(40000)).unwrap();
    let (question, answer) = match dice.below(5) {
        0 => (Traffic::Udp(Ports::to(range)), Traffic::Udp(Ports::from(range))),
        1 => {
            let icmp = |kind| Traffic::Icmp(Some(IcmpKind { kind, code: None }));
            (icmp(8), icmp(0))
        }
        2 => (Traffic::All, Traffic::All),
        _ => (Traffic::Tcp(Ports::to(range)), Traffic::Tcp(Ports::from(range))),
    };
    let mut add = |direction, traffic, stateless| {
        rules.push(SecurityRule { direction, stateless, ..SecurityRule::ingress(Cidr::ALL, traffic) });
    };
    let kinds: &[bool] = [&[false][..], &[true], &[false, true]][dice.below(3)];
    for &stateless in kinds {
        add(direction, question, stateless);
    }
    if dice.percent(40) {
        add(direction.opposite(), answer, dice.percent(60));
    }
}

const RANGES: [&str; 11] = [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.1.0.0/16",
    "10.1.0.0/24",
    "10.0.0.0/24",
    "10.2.0.0/16",
    "172.16.0.0/20",
    "192.168.0.0/16",
    "10.0.1.0/24",
    "10.0.0.128/25",
];

fn traffic(dice: &mut Dice) -> Traffic {
    let range = |dice: &mut Dice| match dice.below(6) {
        0 | 1 => PortRange::only(port(dice.pick(&PORTS))),
        2 => PortRange::EPHEMERAL,
        3 => {
            let (a, b) = (port(dice.pick(&PORTS)), port(dice.pick(&PORTS)));
            PortRange::new(a.min(b), a.max(b)).unwrap()
        }
        _ => PortRange::ALL,
    };
    let ports = |dice: &mut Dice| match dice.below(3) {
        0 => Ports { source: range(dice), destination: PortRange::ALL },
        1 => Ports { source: PortRange::ALL, destination: range(dice) },
        _ => Ports { source: range(dice), destination: range(dice) },
    };
    match dice.below(9) {
        0 | 1 => Traffic::Udp(ports(dice)),
        2 => Traffic::Icmp(None),
        3 => {
            let (kind, code) = (dice.pick(&[0, 3, 8]), dice.pick(&[None, Some(0), Some(4)]));
            Traffic::Icmp(Some(IcmpKind { kind, code }))
        }
        4 => Traffic::Other(dice.pick(&[1, 6, 17, 47])),
        5 => Traffic::All,
        _ => Traffic::Tcp(ports(dice)),
    }
}

fn peer(dice: &mut Dice, n: &mut Network) {
    let lpgs: Vec<_> = n.lpgs.ids().collect();
    let cidrs = |n: &Network, lpg| n.vcns.at(n.lpgs.at(lpg).vcn).cidrs[0];
    // Oracle refuses a peering of VCNs that overlap (R29).
    if dice.percent(50) && !cidrs(n, lpgs[0]).overlaps(cidrs(n, lpgs[1])) {
        n.lpgs.at_mut(lpgs[0]).peer = Some(lpgs[1]);
        n.lpgs.at_mut(lpgs[1]).peer = Some(lpgs[0]);
    }
}

fn attach(dice: &mut Dice, n: &mut Network, drgs: &[DrgId]) {
    for (i, drg) in drgs.iter().flat_map(|&drg| [drg, drg]).enumerate() {
        let statements = Rules::default();
        let distribution = n.distributions.add(Distribution { object: object("dist", i), drg, statements });
        let imports = dice.percent(75).then_some(distribution);
        let ecmp = dice.percent(50);
        n.drg_tables.add(DrgTable { object: object("drt", i), drg, rules: Rules::default(), imports, ecmp });
    }
    let table = |dice: &mut Dice, n: &Network, drg: DrgId| {
        let own: Vec<_> =
            n.drg_tables.iter().filter(|(_, table)| table.drg == drg).map(|(id, _)| id).collect();
        dice.percent(55).then(|| dice.pick(&own))
    };
    for (i, vcn) in n.vcns.ids().enumerate() {
        if dice.percent(8) {
            continue;
        }
        let own: Vec<_> = n.route_tables.iter().filter(|(_, it)| it.vcn == vcn).map(|(id, _)| id).collect();
        let ingress = dice.percent(35).then(|| dice.pick(&own[1..]));
        let offers = dice.pick(&[Offers::Subnets, Offers::Subnets, Offers::Vcn]);
        let drg = dice.pick(drgs);
        let table = table(dice, n, drg);
        let to = Attached::Vcn { vcn, ingress, offers };
        n.attachments.add(Attachment { object: object("att", i), drg, to, table });
    }
    for (i, range) in ["192.168.0.0/16", "192.168.4.0/24"].into_iter().enumerate() {
        if dice.percent(45) {
            let site = n.sites.add(Site { object: object("site", i), ranges: vec![cidr(range)] });
            let destination =
                cidr(dice.pick(&[range, range, "192.168.0.0/16", "192.168.4.0/24", "0.0.0.0/0"]));
            let as_path = dice.below(3) as u32;
            let routes = Rules::Known(vec![LearnedRoute { destination, as_path, source: Source::NONE }]);
            let line = Line { site, routes };
            let to = if dice.percent(50) { Attached::Ipsec(line) } else { Attached::VirtualCircuit(line) };
            let drg = dice.pick(drgs);
            let table = table(dice, n, drg);
            n.attachments.add(Attachment { object: object("line", i), drg, to, table });
        }
    }
    if let [a, b] = *drgs {
        let mut end = |dice: &mut Dice, i, drg| {
            let table = table(dice, n, drg);
            let to = Attached::RemotePeering { peer: None };
            n.attachments.add(Attachment { object: object("rpc", i), drg, to, table })
        };
        let (left, right) = (end(dice, 0, a), end(dice, 1, b));
        n.attachments.at_mut(left).to = Attached::RemotePeering { peer: Some(right) };
        n.attachments.at_mut(right).to = Attached::RemotePeering { peer: Some(left) };
    }
}

/// Ways to the other networks and to the world, most of them right.
fn routes(dice: &mut Dice, n: &mut Network) {
    for id in n.route_tables.ids() {
        let vcn = n.route_tables.at(id).vcn;
        let drg = n.attachments.iter().find(|(_, it)| it.to.vcn() == Some(vcn)).map(|(_, it)| it.drg);
        let lpg = n.lpgs.iter().find(|(_, it)| it.vcn == vcn).map(|(id, it)| (id, it.peer)).unwrap();
        let machines: Vec<_> = n
            .vnics
            .iter()
            .filter(|(_, vnic)| n.subnets.at(vnic.subnet).vcn == vcn)
            .flat_map(|(_, vnic)| vnic.addresses.iter().map(|ip| ip.address))
            .collect();
        let mut rules: Vec<RouteRule> = Vec::new();
        let mut add = |destination: Destination, target: Target| {
            if rules.iter().all(|rule| rule.destination != destination) {
                rules.push(RouteRule::new(cidr("0.0.0.0/0"), target));
                rules.last_mut().unwrap().destination = destination;
            }
        };
        // The third table of each VCN is for what enters it: its rules are for what the VCN has (R2).
        let entering = id.index() % 3 == 2;
        if !machines.is_empty() && dice.percent(if entering { 65 } else { 25 }) {
            // By a machine, also to what the VCN itself has (R6).
            let own = n.vcns.at(vcn).cidrs[0];
            let (own, subnet) = (own.to_string(), Cidr::holding(own.first(), 24).to_string());
            let ranges = [own.as_str(), subnet.as_str(), "10.0.0.0/8", "0.0.0.0/0", "10.2.0.0/16"];
            let range = dice.pick(if entering { &ranges[..2] } else { &ranges });
            let hop = if dice.percent(8) { Ipv4Addr::new(10, 0, 0, 250) } else { dice.pick(&machines) };
            add(cidr(range).into(), Target::PrivateIp(hop));
        }
        let others: Vec<Cidr> = n
            .vcns
            .iter()
            .filter(|(other, _)| *other != vcn)
            .flat_map(|(_, other)| other.cidrs.clone())
            .collect();
        for other in others {
            let range = if dice.percent(40) { Cidr::holding(other.first(), 24) } else { other };
            if lpg.1.is_some() && dice.percent(35) {
                add(range.into(), Target::Lpg(lpg.0));
            } else if let Some(drg) = drg.filter(|_| dice.percent(80)) {
                add(range.into(), Target::Drg(drg));
            }
        }
        if let Some(drg) = drg.filter(|_| dice.percent(60)) {
            add(cidr(dice.pick(&["192.168.0.0/16", "10.0.0.0/8", "0.0.0.0/0"])).into(), Target::Drg(drg));
        }
        // A gateway of another VCN cannot be led to; the rule is passed over.
        let gateways: Vec<_> = n.gateways.iter().map(|(id, it)| (id, it.vcn == vcn, it.kind)).collect();
        for (gateway, own, kind) in gateways {
            if dice.percent(if own { 65 } else { 3 }) {
                let destination = match kind {
                    GatewayKind::Service(_) if !dice.percent(5) => {
                        dice.pick(&[ServiceLabel::AllServices, ServiceLabel::ObjectStorage]).into()
                    }
                    _ => cidr(dice.pick(&["0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/0", "8.0.0.0/8", "10.0.0.0/8"]))
                        .into(),
                };
                add(destination, Target::Gateway(gateway));
            }
        }
        n.route_tables.at_mut(id).rules = rules.into();
    }
}

fn drg_tables(dice: &mut Dice, n: &mut Network) {
    for id in n.distributions.ids() {
        let drg = n.distributions.at(id).drg;
        let own: Vec<_> = n.attachments.iter().filter(|(_, it)| it.drg == drg).map(|(id, _)| id).collect();
        for priority in 0..1 + dice.below(2) as u32 {
            let accepts = match dice.below(5) {
                0 if !own.is_empty() => Accepts::Attachment(dice.pick(&own)),
                1 => Accepts::Kind(dice.pick(&[AttachmentKind::Vcn, AttachmentKind::RemotePeering])),
                _ => Accepts::All,
            };
            let statement = Statement { priority, accepts, origin: Origin::Written, source: Source::NONE };
            n.distributions.at_mut(id).statements.push(statement);
        }
    }
    let attachments: Vec<_> = n.attachments.ids().collect();
    for id in n.drg_tables.ids() {
        for _ in 0..dice.below(3) {
            if !attachments.is_empty() {
                let rule = DrgRule::new(cidr(dice.pick(&RANGES)), dice.pick(&attachments));
                n.drg_tables.at_mut(id).rules.push(rule);
            }
        }
    }
}
