//! Random networks from a seed: small, crowded, and often broken, so that every rule of the network is met often.

use std::net::Ipv4Addr;

use crate::*;

/// xorshift: the same seed gives the same network everywhere.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }
    pub(super) fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { (self.next() % limit as u64) as usize }
    }
    pub(super) fn one_in(&mut self, limit: usize) -> bool {
        self.below(limit) == 0
    }
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
    fn some<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        if items.is_empty() || self.one_in(3) { None } else { Some(self.pick(items)) }
    }
}

fn object(kind: &str, index: usize) -> Object {
    Object::new(format!("{kind}-{index}"))
}

fn cidr(text: &str) -> Cidr {
    text.parse().unwrap()
}

/// Ranges that overlap each other on purpose.
const VCNS: [&str; 5] = ["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16", "10.1.0.0/20", "172.16.0.0/20"];
const ROUTES: [&str; 12] = [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.1.0.0/16",
    "10.1.0.0/24",
    "10.0.0.0/24",
    "10.2.0.0/16",
    "10.1.0.0/25",
    "172.16.0.0/20",
    "192.168.0.0/16",
    "10.0.1.0/24",
    "192.168.4.0/24",
];
const PORTS: [i64; 5] = [22, 443, 5432, 6432, 40000];

fn traffic(dice: &mut Dice) -> Traffic {
    let port = |dice: &mut Dice| Port::new(dice.pick(&PORTS)).unwrap();
    let range = |dice: &mut Dice| match dice.below(4) {
        0 => PortRange::only(port(dice)),
        1 => PortRange::EPHEMERAL,
        2 => {
            let (a, b) = (port(dice), port(dice));
            PortRange::new(a.min(b), a.max(b)).unwrap()
        }
        _ => PortRange::ALL,
    };
    let ports = |dice: &mut Dice| Ports { source: range(dice), destination: range(dice) };
    match dice.below(9) {
        0 => Traffic::Udp(ports(dice)),
        1 => Traffic::Icmp(None),
        2 => Traffic::Icmp(Some(IcmpKind {
            kind: dice.pick(&[0, 3, 8]),
            code: dice.pick(&[None, Some(0), Some(4)]),
        })),
        3 => Traffic::Other(dice.pick(&[1, 6, 17, 47])),
        4 | 5 => Traffic::All,
        _ => Traffic::Tcp(ports(dice)),
    }
}

fn security(dice: &mut Dice, nsgs: &[NsgId]) -> Rules<SecurityRule> {
    if dice.one_in(25) {
        return Rules::Unknown;
    }
    let mut rules = Rules::default();
    for _ in 0..dice.below(6) {
        let peer = match dice.below(8) {
            0 => Peer::Service(dice.pick(&[ServiceLabel::AllServices, ServiceLabel::ObjectStorage])),
            1 if !nsgs.is_empty() => Peer::Nsg(dice.pick(nsgs)),
            2 | 3 => Peer::Cidr(Cidr::ALL),
            _ => Peer::Cidr(cidr(dice.pick(&ROUTES))),
        };
        let traffic = traffic(dice);
        let rule = if dice.one_in(2) {
            SecurityRule::ingress(peer_of(peer), traffic)
        } else {
            SecurityRule::egress(peer_of(peer), traffic)
        };
        rules.push(SecurityRule { peer, stateless: dice.one_in(3), ..rule });
    }
    rules
}

/// The constructors take a range or a label; the generator sets the peer itself.
fn peer_of(peer: Peer) -> Cidr {
    match peer {
        Peer::Cidr(range) => range,
        _ => Cidr::ALL,
    }
}

pub(super) fn network(dice: &mut Dice) -> Network {
    let mut n = Network::default();
    let drgs: Vec<_> = (0..1 + dice.below(2)).map(|i| n.drgs.add(Drg { object: object("drg", i) })).collect();
    let count = 2 + dice.below(2);
    let mut at = dice.below(VCNS.len());
    for v in 0..count {
        let range = cidr(VCNS[at % VCNS.len()]);
        at += 1 + dice.below(2);
        let vcn = n.vcns.add(Vcn { object: object("vcn", v), cidrs: vec![range] });
        let lists: Vec<_> = (0..2)
            .map(|i| {
                n.security_lists.add(SecurityList {
                    object: object("sl", v * 10 + i),
                    vcn,
                    rules: Rules::default(),
                })
            })
            .collect();
        let tables: Vec<_> = (0..3)
            .map(|i| {
                n.route_tables.add(RouteTable {
                    object: object("rt", v * 10 + i),
                    vcn,
                    rules: Rules::default(),
                })
            })
            .collect();
        let nsg = n.nsgs.add(Nsg { object: object("nsg", v), vcn, rules: Rules::default() });
        for s in 0..1 + dice.below(2) {
            let first = u32::from(range.first()) + 256 * s as u32;
            let subnet = n.subnets.add(Subnet {
                object: object("subnet", v * 10 + s),
                vcn,
                cidr: Cidr::new(Ipv4Addr::from(first), 24).unwrap(),
                access: if dice.one_in(3) { Access::Private } else { Access::Public },
                route_table: dice.pick(&tables),
                security_lists: if dice.one_in(8) { lists.clone() } else { vec![dice.pick(&lists)] },
            });
            for k in 0..dice.below(3) {
                let mut vnic = Vnic::new(
                    object("vnic", v * 100 + s * 10 + k),
                    subnet,
                    Ipv4Addr::from(first + 146 + k as u32),
                );
                vnic.nsgs = if dice.one_in(3) { vec![nsg] } else { Vec::new() };
                vnic.route_table = if dice.one_in(8) { Some(dice.pick(&tables)) } else { None };
                vnic.source_dest_check = dice.one_in(4);
                vnic.forwarding = if dice.one_in(6) {
                    dice.pick(&[Forwarding::No, Forwarding::Unknown])
                } else {
                    Forwarding::Yes
                };
                vnic.zpr = dice.one_in(40);
                vnic.addresses[0].public = dice.one_in(2);
                vnic.addresses[0].route_table = if dice.one_in(10) { Some(dice.pick(&tables)) } else { None };
                let address = vnic.addresses[0].address;
                let vnic = n.vnics.add(vnic);
                n.databases.add(Database {
                    object: object("db", v * 100 + s * 10 + k),
                    vnic,
                    address,
                    port: Port::new(dice.pick(&PORTS)).unwrap(),
                });
            }
            n.functions.add(Function {
                object: object("fn", v * 10 + s),
                subnets: vec![subnet],
                nsgs: if dice.one_in(3) { vec![nsg] } else { Vec::new() },
                memory: 256,
                concurrency: 10,
                zpr: dice.one_in(40),
            });
        }
        for (i, kind) in [
            GatewayKind::Internet,
            GatewayKind::Nat,
            GatewayKind::Service(dice.pick(&[ServiceLabel::AllServices, ServiceLabel::ObjectStorage])),
        ]
        .into_iter()
        .enumerate()
        {
            if !dice.one_in(3) {
                let route_table = if dice.one_in(4) { Some(dice.pick(&tables)) } else { None };
                n.gateways.add(Gateway {
                    object: object("gw", v * 10 + i),
                    vcn,
                    kind,
                    open: !dice.one_in(6),
                    route_table,
                });
            }
        }
        n.lpgs.add(Lpg {
            object: object("lpg", v),
            vcn,
            peer: None,
            route_table: if dice.one_in(4) { Some(dice.pick(&tables)) } else { None },
        });
    }
    let lpgs: Vec<_> = n.lpgs.ids().collect();
    if dice.one_in(2) {
        let (a, b) = (lpgs[0], lpgs[1]);
        n.lpgs.at_mut(a).peer = Some(b);
        n.lpgs.at_mut(b).peer = Some(a);
    }
    drg(dice, &mut n, &drgs);
    fill(dice, &mut n, &drgs);
    n
}

fn drg(dice: &mut Dice, n: &mut Network, drgs: &[DrgId]) {
    let site = n.sites.add(Site { object: object("site", 0), ranges: vec![cidr("192.168.0.0/16")] });
    let tables: Vec<_> = drgs
        .iter()
        .flat_map(|&drg| [drg, drg])
        .enumerate()
        .map(|(i, drg)| {
            let distribution = n.distributions.add(Distribution {
                object: object("dist", i),
                drg,
                statements: Rules::default(),
            });
            n.drg_tables.add(DrgTable {
                object: object("drt", i),
                drg,
                rules: Rules::default(),
                imports: dice.some(&[distribution]),
                ecmp: dice.one_in(2),
            })
        })
        .collect();
    let table = |dice: &mut Dice, n: &Network, drg: DrgId| {
        let own: Vec<_> = tables.iter().copied().filter(|&table| n.drg_tables.at(table).drg == drg).collect();
        dice.some(&own)
    };
    let vcns: Vec<_> = n.vcns.ids().collect();
    for (i, vcn) in vcns.into_iter().enumerate() {
        if dice.one_in(8) {
            continue;
        }
        let own: Vec<_> =
            n.route_tables.iter().filter(|(_, table)| table.vcn == vcn).map(|(id, _)| id).collect();
        let ingress = if dice.one_in(3) { Some(dice.pick(&own)) } else { None };
        let drg = dice.pick(drgs);
        let offers = dice.pick(&[Offers::Subnets, Offers::Vcn]);
        let table = table(dice, n, drg);
        n.attachments.add(Attachment {
            object: object("att", i),
            drg,
            to: Attached::Vcn { vcn, ingress, offers },
            table,
        });
    }
    for i in 0..dice.below(3) {
        let drg = dice.pick(drgs);
        let routes = if dice.one_in(10) {
            Rules::Unknown
        } else {
            Rules::Known(vec![LearnedRoute {
                destination: cidr(dice.pick(&["192.168.0.0/16", "192.168.4.0/24"])),
                as_path: dice.below(2) as u32,
                source: Source::NONE,
            }])
        };
        let line = Line { site, routes };
        let to = if dice.one_in(2) { Attached::Ipsec(line) } else { Attached::VirtualCircuit(line) };
        let table = table(dice, n, drg);
        n.attachments.add(Attachment { object: object("line", i), drg, to, table });
    }
    if let [a, b] = drgs {
        let (ta, tb) = (table(dice, n, *a), table(dice, n, *b));
        let left = n.attachments.add(Attachment {
            object: object("rpc", 0),
            drg: *a,
            to: Attached::RemotePeering { peer: None },
            table: ta,
        });
        let right = n.attachments.add(Attachment {
            object: object("rpc", 1),
            drg: *b,
            to: Attached::RemotePeering { peer: Some(left) },
            table: tb,
        });
        if !dice.one_in(6) {
            n.attachments.at_mut(left).to = Attached::RemotePeering { peer: Some(right) };
        }
    }
}

fn fill(dice: &mut Dice, n: &mut Network, drgs: &[DrgId]) {
    let nsgs: Vec<_> = n.nsgs.ids().collect();
    for id in n.security_lists.ids() {
        n.security_lists.at_mut(id).rules = security(dice, &nsgs);
    }
    for id in nsgs.clone() {
        n.nsgs.at_mut(id).rules = security(dice, &nsgs);
    }
    for id in n.route_tables.ids() {
        let vcn = n.route_tables.at(id).vcn;
        if dice.one_in(25) {
            n.route_tables.at_mut(id).rules = Rules::Unknown;
            continue;
        }
        let gateways: Vec<_> = n
            .gateways
            .iter()
            .filter(|(_, gateway)| gateway.vcn == vcn || dice.one_in(20))
            .map(|(id, _)| id)
            .collect();
        let lpgs: Vec<_> = n.lpgs.iter().filter(|(_, lpg)| lpg.vcn == vcn).map(|(id, _)| id).collect();
        let base = u32::from(n.vcns.at(vcn).cidrs[0].first());
        for _ in 0..dice.below(6) {
            let target = match dice.below(8) {
                7 if dice.one_in(3) => Target::Unknown,
                0 | 1 if !gateways.is_empty() => Target::Gateway(dice.pick(&gateways)),
                2 => Target::Lpg(dice.pick(&lpgs)),
                3 => Target::PrivateIp(Ipv4Addr::from(base + 146 + dice.below(3) as u32)),
                _ => Target::Drg(dice.pick(drgs)),
            };
            let service = matches!(target, Target::Gateway(id) if matches!(n.gateways.at(id).kind, GatewayKind::Service(_)));
            let destination = if service != dice.one_in(15) {
                Destination::Service(dice.pick(&[ServiceLabel::AllServices, ServiceLabel::ObjectStorage]))
            } else {
                Destination::Cidr(cidr(dice.pick(&ROUTES)))
            };
            n.route_tables.at_mut(id).rules.push(RouteRule::new(destination, target));
        }
    }
    let attachments: Vec<_> = n.attachments.ids().collect();
    for id in n.drg_tables.ids() {
        if dice.one_in(25) {
            n.drg_tables.at_mut(id).rules = Rules::Unknown;
            continue;
        }
        for _ in 0..dice.below(3) {
            if !attachments.is_empty() {
                let rule = DrgRule::new(cidr(dice.pick(&ROUTES)), dice.pick(&attachments));
                n.drg_tables.at_mut(id).rules.push(rule);
            }
        }
    }
    for id in n.distributions.ids() {
        if dice.one_in(25) {
            n.distributions.at_mut(id).statements = Rules::Unknown;
            continue;
        }
        for priority in 0..dice.below(3) as u32 {
            let accepts = match dice.below(4) {
                0 if !attachments.is_empty() => Accepts::Attachment(dice.pick(&attachments)),
                1 => Accepts::Kind(dice.pick(&[
                    AttachmentKind::Vcn,
                    AttachmentKind::Ipsec,
                    AttachmentKind::RemotePeering,
                ])),
                _ => Accepts::All,
            };
            n.distributions.at_mut(id).statements.push(Statement {
                priority,
                accepts,
                origin: Origin::Written,
                source: Source::NONE,
            });
        }
    }
}

pub(super) fn endpoint(dice: &mut Dice, n: &Network) -> Endpoint {
    let functions: Vec<_> = n.functions.ids().collect();
    let databases: Vec<_> = n.databases.ids().collect();
    let vnics: Vec<_> = n.vnics.ids().collect();
    let subnets: Vec<_> = n.subnets.ids().collect();
    let sites: Vec<_> = n.sites.ids().collect();
    match dice.below(12) {
        0..=2 => Endpoint::Function(dice.pick(&functions)),
        3..=5 if !databases.is_empty() => Endpoint::Database(dice.pick(&databases)),
        6 if !vnics.is_empty() => Endpoint::Vnic(dice.pick(&vnics)),
        7 => Endpoint::Site(dice.pick(&sites)),
        8 => Endpoint::Internet,
        9 => Endpoint::Oracle(dice.pick(&[OracleService::ObjectStorage, OracleService::Other])),
        _ => Endpoint::Subnet(dice.pick(&subnets)),
    }
}

pub(super) fn flow(dice: &mut Dice, n: &Network) -> Flow {
    let (from, to) = (endpoint(dice, n), endpoint(dice, n));
    let protocol = dice.pick(&[Protocol::Tcp, Protocol::Tcp, Protocol::Tcp, Protocol::Udp, Protocol::Icmp]);
    let port = if dice.one_in(3) { Some(Port::new(dice.pick(&PORTS)).unwrap()) } else { None };
    Flow { from, to, protocol, port }
}
