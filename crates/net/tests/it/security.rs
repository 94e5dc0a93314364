//! R32 to R40, R45, R46: what lists and groups admit.

use adit_net::reach::LintKind;
use adit_net::trace::{Assumption, Reason, Verdict};
use adit_net::*;

use crate::world::*;

fn lints(w: &World) -> Vec<reach::Lint> {
    reach::lints(&mut Engine::new(w.n.clone()), &[w.flow()])
}

fn group(n: &mut Network, vcn: VcnId, rules: Vec<SecurityRule>) -> NsgId {
    n.nsgs.add(Nsg { object: Object::new("group"), vcn, rules: rules.into() })
}

#[test]
fn r32_what_any_list_or_group_admits_is_admitted_and_nothing_else() {
    let mut w = world();
    w.list(
        w.db_sl,
        vec![
            SecurityRule::ingress(Cidr::ALL, tcp(22)),
            SecurityRule::ingress(cidr("10.1.0.0/24"), tcp(5432)),
        ],
    );
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Unreachable);
    let blocker = answer.cases[0].trace.blockers().next().unwrap();
    assert_eq!(
        blocker.tried.iter().filter(|tried| tried.nearest).map(|tried| tried.rule.index).collect::<Vec<_>>(),
        [Some(1)]
    );
    let nsg = group(&mut w.n, w.hub, vec![SecurityRule::ingress(cidr("10.1.0.0/24"), tcp(6432))]);
    w.n.vnics[w.vnic].nsgs.push(nsg);
    assert_eq!(w.verdict(), Verdict::Reachable, "a group admits what no list does");
    let other = w.n.security_lists.add(SecurityList {
        object: Object::new("other"),
        vcn: w.hub,
        rules: Rules::default(),
    });
    w.n.subnets[w.database].security_lists.push(other);
    assert_eq!(w.verdict(), Verdict::Reachable, "an empty list takes nothing away");
}

#[test]
fn r33_the_sender_lets_out_and_the_receiver_lets_in() {
    let mut w = world();
    w.list(w.fn_sl, vec![]);
    assert_eq!(w.reason(), Reason::NotAdmitted(Direction::Egress));
    let mut w = world();
    w.list(w.db_sl, vec![]);
    assert_eq!(w.reason(), Reason::NotAdmitted(Direction::Ingress));
}

#[test]
fn r34_a_group_as_the_other_end_works_in_groups_of_the_same_vcn_only() {
    let mut w = world();
    let members = group(&mut w.n, w.spoke, vec![]);
    w.n.functions[w.inserter].nsgs.push(members);
    let theirs = group(&mut w.n, w.hub, vec![]);
    w.n.nsgs[theirs]
        .rules
        .push(SecurityRule { peer: Peer::Nsg(members), ..SecurityRule::ingress(Cidr::ALL, tcp(6432)) });
    w.n.vnics[w.vnic].nsgs.push(theirs);
    w.list(w.db_sl, vec![]);
    assert_eq!(w.verdict(), Verdict::Unreachable, "the members are in another VCN");
    // In one VCN it works, in a group's rule, not in a list's.
    let near = w.n.subnets.add(Subnet {
        object: Object::new("near"),
        vcn: w.spoke,
        cidr: cidr("10.1.5.0/24"),
        access: Access::Private,
        route_table: w.fn_rt,
        security_lists: vec![],
    });
    let card = w.n.vnics.add(Vnic::new(Object::new("near"), near, "10.1.5.9".parse().unwrap()));
    let flow = Flow::tcp(Endpoint::Function(w.inserter), Endpoint::Vnic(card)).port(port(5432));
    let from_members =
        SecurityRule { peer: Peer::Nsg(members), ..SecurityRule::ingress(Cidr::ALL, tcp(5432)) };
    let list = w.n.security_lists.add(SecurityList {
        object: Object::new("l"),
        vcn: w.spoke,
        rules: vec![from_members.clone()].into(),
    });
    w.n.subnets[near].security_lists = vec![list];
    assert_eq!(w.ask(&flow).verdict, Verdict::Unreachable);
    let own = group(&mut w.n, w.spoke, vec![from_members]);
    w.n.vnics[card].nsgs = vec![own];
    assert_eq!(w.ask(&flow).verdict, Verdict::Reachable);
}

#[test]
fn r35_a_rule_matches_by_direction_range_protocol_and_ports() {
    let mut w = world();
    let from = |range: &str, traffic| vec![SecurityRule::ingress(cidr(range), traffic)];
    let ports = |first, last| PortRange::new(port(first), port(last)).unwrap();
    let udp = Traffic::Udp(Ports::to(PortRange::only(port(6432))));
    for (rules, verdict) in [
        (from("10.1.0.0/24", tcp(6432)), Verdict::Reachable),
        (from("10.1.0.0/24", Traffic::All), Verdict::Reachable),
        (from("10.1.0.0/24", Traffic::Other(6)), Verdict::Reachable),
        (from("10.1.0.0/24", Traffic::Tcp(Ports::to(ports(6000, 7000)))), Verdict::Reachable),
        (from("10.1.0.0/25", tcp(6432)), Verdict::Unreachable),
        (from("10.1.0.0/24", Traffic::Tcp(Ports::to(ports(6000, 6431)))), Verdict::Unreachable),
        (
            from(
                "10.1.0.0/24",
                Traffic::Tcp(Ports { source: ports(1024, 2000), destination: PortRange::ALL }),
            ),
            Verdict::Unreachable,
        ),
        (from("10.1.0.0/24", udp), Verdict::Unreachable),
        (from("10.1.0.0/24", Traffic::Icmp(None)), Verdict::Unreachable),
        (vec![SecurityRule::egress(cidr("10.1.0.0/24"), Traffic::All)], Verdict::Unreachable),
    ] {
        w.list(w.db_sl, rules.clone());
        assert_eq!(w.verdict(), verdict, "{rules:?}");
    }
    // Two halves make a whole.
    w.list(w.db_sl, [from("10.1.0.0/25", tcp(6432)), from("10.1.0.128/25", tcp(6432))].concat());
    assert_eq!(w.verdict(), Verdict::Reachable);
    // A ping needs its own.
    let echo = Flow { protocol: Protocol::Icmp, ..w.flow() };
    assert_eq!(w.ask(&echo).verdict, Verdict::Unreachable);
    w.list(w.db_sl, from("10.1.0.0/24", Traffic::Icmp(Some(IcmpKind { kind: 8, code: None }))));
    assert_eq!(w.ask(&echo).verdict, Verdict::Reachable);
}

#[test]
fn r36_the_machines_own_services_are_not_asked_about() {
    let w = world();
    let address = "169.254.169.254".parse().unwrap();
    let asked =
        Engine::new(w.n.clone()).ask(&Flow::tcp(Endpoint::Function(w.inserter), Endpoint::Address(address)));
    assert_eq!(asked.unwrap_err(), trace::AskError::LinkLocal(address));
}

#[test]
fn r37_a_new_list_has_no_way_out_and_the_default_list_no_ping() {
    let mut w = world();
    w.list(w.fn_sl, vec![]);
    assert_eq!(w.verdict(), Verdict::Unreachable, "a custom list lets nothing out until it is written");
    w.list(w.fn_sl, SecurityList::default_rules(&[cidr("10.1.0.0/16")]));
    assert_eq!(w.verdict(), Verdict::Reachable, "the default list lets everything out");
    w.list(w.db_sl, SecurityList::default_rules(&[cidr("10.0.0.0/16")]));
    let to = |protocol, number: Option<i64>| Flow { protocol, port: number.map(port), ..w.flow() };
    assert_eq!(w.ask(&to(Protocol::Tcp, Some(22))).verdict, Verdict::Reachable);
    assert_eq!(w.ask(&to(Protocol::Tcp, None)).verdict, Verdict::Unreachable);
    assert_eq!(w.ask(&to(Protocol::Icmp, None)).verdict, Verdict::Unreachable);
}

#[test]
fn r38_a_security_attribute_makes_it_indeterminate() {
    let mut w = world();
    w.n.vnics[w.vnic].zpr = true;
    assert_eq!((w.verdict(), w.reason()), (Verdict::Indeterminate, Reason::ZeroTrust));
    w.list(w.db_sl, vec![]);
    assert_eq!(w.verdict(), Verdict::Unreachable, "both must allow: one refusal is enough");
}

#[test]
fn r39_udp_rules_with_ports_drop_later_fragments() {
    let mut w = world();
    assert!(!lints(&w).iter().any(|lint| lint.kind == LintKind::Fragments));
    w.n.security_lists[w.db_sl]
        .rules
        .push(SecurityRule::ingress(Cidr::ALL, Traffic::Udp(Ports::to(PortRange::only(port(53))))));
    assert!(lints(&w).iter().any(|lint| lint.kind == LintKind::Fragments));
}

#[test]
fn r40_the_firewall_inside_a_machine_is_an_assumption() {
    let w = world();
    assert!(w.answer().cases[0].trace.assumptions.contains(&Assumption::HostFirewall));
}

#[test]
fn r45_without_tracking_path_mtu_messages_need_a_rule() {
    let mut w = world();
    let egress = SecurityRule::egress(Cidr::ALL, Traffic::All).stateless();
    let ingress =
        SecurityRule::ingress(cidr("10.0.0.146/32"), Traffic::Tcp(Ports::from(PortRange::only(port(6432)))))
            .stateless();
    w.list(w.fn_sl, vec![egress.clone(), ingress.clone()]);
    assert_eq!(w.verdict(), Verdict::Reachable);
    assert!(lints(&w).iter().any(|lint| lint.kind == LintKind::PathMtu));
    let too_large =
        SecurityRule::ingress(Cidr::ALL, Traffic::Icmp(Some(IcmpKind { kind: 3, code: Some(4) })))
            .stateless();
    w.list(w.fn_sl, vec![egress, ingress, too_large]);
    assert!(!lints(&w).iter().any(|lint| lint.kind == LintKind::PathMtu));
}

#[test]
fn lints_name_rules_that_do_nothing() {
    let mut w = world();
    w.list(
        w.db_sl,
        vec![
            SecurityRule::ingress(cidr("10.1.0.0/16"), tcp(6432)),
            SecurityRule::ingress(cidr("10.1.0.0/24"), tcp(6432)),
            SecurityRule::ingress(cidr("192.168.0.0/16"), tcp(22)),
        ],
    );
    w.n.route_tables.add(RouteTable { object: Object::new("leftover"), vcn: w.hub, rules: Rules::default() });
    w.n.route_tables[w.rt_database]
        .rules
        .push(RouteRule::new(cidr("10.7.0.0/16"), Target::PrivateIp("10.0.0.99".parse().unwrap())));
    w.n.route_tables[w.rt_database].rules.push(RouteRule::new(cidr("10.1.0.0/24"), Target::Drg(w.drg)));
    let found: Vec<_> = lints(&w)
        .into_iter()
        .map(|lint| (lint.kind, lint.at.name.to_string(), lint.rule.and_then(|rule| rule.index)))
        .collect();
    let list = "Default Security List for shared-infrastructure-vcn".to_owned();
    for expected in [
        (LintKind::Shadowed, list.clone(), Some(1)),
        (LintKind::Wider, list.clone(), Some(0)),
        (LintKind::NotNeeded, list, Some(2)),
        (LintKind::OnNothing, "leftover".to_owned(), None),
        (LintKind::LeadsNowhere("nobody has the next hop's address"), "rt-database".to_owned(), Some(1)),
        (LintKind::SameDestination, "rt-database".to_owned(), Some(2)),
    ] {
        assert!(found.contains(&expected), "{expected:?} is not in {found:#?}");
    }
}
