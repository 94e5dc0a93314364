//! Past disagreements, each as the smallest network that shows it, whoever of the three was wrong.

use std::net::Ipv4Addr;

use adit_lab::{Plan, Sent};
use adit_net::*;

use crate::compare::{Tally, compare};
use crate::networks::{cidr, port};
use crate::permission::permitted;

/// One VCN, 10.0.0.0/16, open for everything, with two subnets that have a table each.
struct Case {
    n: Network,
    vcn: VcnId,
    list: SecurityListId,
    tables: [RouteTableId; 3],
    subnets: [SubnetId; 2],
}

impl Case {
    fn new() -> Self {
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
    fn machine(&mut self, subnet: SubnetId, addresses: &[(&str, Option<RouteTableId>)]) -> Vec<Endpoint> {
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

    fn rule(&mut self, table: usize, to: &str, target: Target) {
        let rules = &mut self.n.route_tables.at_mut(self.tables[table]).rules;
        rules.push(RouteRule::new(cidr(to), target));
    }

    /// One of each kind from one end to the other, at the first address of each.
    fn ask(&self, test: &str, from: Endpoint, to: Endpoint) -> Option<Tally> {
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

/// The engine was wrong: what an attachment's VCN table holds is offered (R20), but a rule that Oracle refuses there (R13) is not held.
#[test]
fn what_oracle_refuses_in_an_ingress_table_is_not_offered() {
    let mut case = Case::new();
    let drg = case.n.drgs.add(Drg { object: Object::new("drg") });
    let other = case.n.vcns.add(Vcn { object: Object::new("other"), cidrs: vec![cidr("10.1.0.0/16")] });
    let list = SecurityList { vcn: other, ..case.n.security_lists.at(case.list).clone() };
    let security_lists = vec![case.n.security_lists.add(list)];
    let rules = vec![RouteRule::new(cidr("10.0.0.0/16"), Target::Drg(drg))].into();
    let route_table =
        case.n.route_tables.add(RouteTable { object: Object::new("rt-other"), vcn: other, rules });
    let far = case.n.subnets.add(Subnet {
        object: Object::new("far"),
        vcn: other,
        cidr: cidr("10.1.0.0/24"),
        access: Access::Private,
        route_table,
        security_lists,
    });
    // The same table for the subnet and for what comes from the DRG.
    case.rule(0, "10.1.0.0/24", Target::Drg(drg));
    for (vcn, ingress) in [(case.vcn, Some(case.tables[0])), (other, None)] {
        let to = Attached::Vcn { vcn, ingress, offers: Offers::Subnets };
        case.n.attachments.add(Attachment { object: Object::new("attachment"), drg, to, table: None });
    }
    let test = "what_oracle_refuses_in_an_ingress_table_is_not_offered";
    let tally = case.ask(test, Endpoint::Subnet(case.subnets[0]), Endpoint::Subnet(far));
    assert!(tally.is_none_or(|tally| tally.answered == 3));
}

/// The engine was wrong: a packet that comes back to its own machine leaves it by the table of the address that sent it (R1), again
/// and again.
#[test]
fn the_table_of_an_address_holds_for_what_comes_back_by_another() {
    let mut case = Case::new();
    let ends = case.machine(case.subnets[0], &[("10.0.0.146", None), ("10.0.0.156", Some(case.tables[2]))]);
    case.rule(2, "10.0.1.0/24", Target::PrivateIp(Ipv4Addr::new(10, 0, 0, 146)));
    let test = "the_table_of_an_address_holds_for_what_comes_back_by_another";
    let tally = case.ask(test, ends[1], Endpoint::Subnet(case.subnets[1]));
    assert!(tally.is_none_or(|tally| tally.lost == 3));
}

/// The translation was wrong: a machine's rules admit the answer to a question that took another way, though no connection of its
/// own knows it.
#[test]
fn an_answer_passes_a_machine_that_has_not_seen_the_question() {
    let mut case = Case::new();
    case.machine(case.subnets[0], &[("10.0.0.146", None)]);
    case.rule(1, "10.0.0.0/24", Target::PrivateIp(Ipv4Addr::new(10, 0, 0, 146)));
    let test = "an_answer_passes_a_machine_that_has_not_seen_the_question";
    let (from, to) = (Endpoint::Subnet(case.subnets[0]), Endpoint::Subnet(case.subnets[1]));
    let tally = case.ask(test, from, to);
    assert!(tally.is_none_or(|tally| tally.answered == 3));
}

/// The translation was wrong: what the table of an address leaves to the VCN was asked of the subnet's table as well.
#[test]
fn the_table_of_an_address_stands_in_for_the_subnets() {
    let mut case = Case::new();
    let ends = case.machine(case.subnets[0], &[("10.0.0.146", None), ("10.0.0.156", Some(case.tables[2]))]);
    case.rule(0, "10.0.1.0/24", Target::PrivateIp(Ipv4Addr::new(10, 0, 0, 250)));
    let test = "the_table_of_an_address_stands_in_for_the_subnets";
    for (end, answered) in [(ends[0], 0), (ends[1], 3)] {
        let tally = case.ask(test, end, Endpoint::Subnet(case.subnets[1]));
        assert!(tally.is_none_or(|tally| tally.answered == answered));
    }
}
