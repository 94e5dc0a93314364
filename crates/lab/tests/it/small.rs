//! Small networks, built by hand: open for everything but what a test is about.

use adit_lab::{Plan, Sent};
use adit_net::*;

use crate::compare::{Tally, compare};
use crate::networks::{cidr, port};
use crate::permission::permitted;

/// One VCN, 10.0.0.0/16, open for everything, with two subnets that have a table each.
pub(crate) struct Case {
    pub(crate) n: Network,
    pub(crate) vcn: VcnId,
    pub(crate) list: SecurityListId,
    pub(crate) tables: [RouteTableId; 3],
    pub(crate) subnets: [SubnetId; 2],
}

impl Case {
    pub(crate) fn new() -> Self {
        let mut n = Network::default();
        let vcn = n.vcns.add(Vcn { object: Object::new("vcn"), cidrs: vec![cidr("10.0.0.0/16")] });
        let rules = vec![
            SecurityRule::ingress(Cidr::ALL, Traffic::All),
            SecurityRule::egress(Cidr::ALL, Traffic::All),
        ];
        let list =
            n.security_lists.add(SecurityList { object: Object::new("open"), vcn, rules: rules.into() });
        let tables = [0, 1, 2].map(|i| {
            n.route_tables.add(RouteTable {
                object: Object::new(format!("rt-{i}")),
                vcn,
                rules: Rules::default(),
            })
        });
        let subnets = [("10.0.0.0/24", 0), ("10.0.1.0/24", 1)].map(|(range, table)| {
            n.subnets.add(Subnet {
                object: Object::new(range),
                vcn,
                cidr: cidr(range),
                access: Access::Private,
                route_table: tables[table],
                security_lists: vec![list],
            })
        });
        Self { n, vcn, list, tables, subnets }
    }

    /// A machine that passes packets on.
    pub(crate) fn machine(
        &mut self,
        subnet: SubnetId,
        addresses: &[(&str, Option<RouteTableId>)],
    ) -> Vec<Endpoint> {
        let ip = |(address, route_table): &(&str, Option<RouteTableId>)| PrivateIp {
            address: address.parse().unwrap(),
            route_table: *route_table,
            public: false,
        };
        let addresses: Vec<_> = addresses.iter().map(ip).collect();
        let vnic = Vnic {
            addresses: addresses.clone(),
            source_dest_check: false,
            forwarding: Forwarding::Yes,
            ..Vnic::new(Object::new("machine"), subnet, addresses[0].address)
        };
        let vnic = self.n.vnics.add(vnic);
        let database = |ip: PrivateIp| {
            let object = Object::new(format!("database {}", ip.address));
            Endpoint::Database(self.n.databases.add(Database {
                object,
                vnic,
                address: ip.address,
                port: port(6432),
            }))
        };
        addresses.into_iter().map(database).collect()
    }

    pub(crate) fn rule(&mut self, table: usize, to: &str, target: Target) {
        let rules = &mut self.n.route_tables.at_mut(self.tables[table]).rules;
        rules.push(RouteRule::new(cidr(to), target));
    }

    /// One of each kind from one end to the other, at the first address of each.
    pub(crate) fn ask(&self, test: &str, from: Endpoint, to: Endpoint) -> Option<Tally> {
        if !permitted(test) {
            return None;
        }
        let flows = |plan: &Plan| {
            let spot = |end| plan.spots.iter().find(|spot| spot.endpoint == end).unwrap();
            let (from, to) = (spot(from), spot(to));
            let bodies = [
                Body::Tcp { source: port(50_000), destination: port(6432) },
                Body::Udp { source: port(50_000), destination: port(6432) },
                Body::Icmp { kind: 8, code: 0 },
            ];
            let sent = |body| Sent {
                from: from.clone(),
                to: to.clone(),
                source: from.range.first(),
                destination: to.range.first(),
                body,
            };
            bodies.map(sent).to_vec()
        };
        let (tally, wrong) = compare(&self.n, flows).unwrap();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        Some(tally)
    }
}

/// Another VCN, 10.1.0.0/16, as open, with one subnet that leads to a DRG.
pub(crate) fn far(case: &mut Case, drg: DrgId) -> SubnetId {
    let vcn = case.n.vcns.add(Vcn { object: Object::new("other"), cidrs: vec![cidr("10.1.0.0/16")] });
    let list = SecurityList { vcn, ..case.n.security_lists.at(case.list).clone() };
    let security_lists = vec![case.n.security_lists.add(list)];
    let rules = vec![RouteRule::new(cidr("10.0.0.0/16"), Target::Drg(drg))].into();
    let route_table = case.n.route_tables.add(RouteTable { object: Object::new("rt-other"), vcn, rules });
    let (object, cidr, access) = (Object::new("far"), cidr("10.1.0.0/24"), Access::Private);
    case.n.subnets.add(Subnet { object, vcn, cidr, access, route_table, security_lists })
}

/// A table of a DRG that takes in whatever is offered.
pub(crate) fn takes_all(n: &mut Network, drg: DrgId) -> DrgTableId {
    let all = Statement { priority: 1, accepts: Accepts::All, origin: Origin::Written, source: Source::NONE };
    let statements = vec![all].into();
    let imports = Some(n.distributions.add(Distribution { object: Object::new("all"), drg, statements }));
    n.drg_tables.add(DrgTable {
        object: Object::new("table"),
        drg,
        rules: Rules::default(),
        imports,
        ecmp: false,
    })
}
