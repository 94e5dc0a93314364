//! R1 to R14: which table, which rule of it.

use adit_net::trace::{Reason, Verdict};
use adit_net::*;

use crate::world::*;

#[test]
fn r01_the_table_of_an_address_then_of_the_card_then_of_the_subnet() {
    let mut w = world();
    let empty = w.n.route_tables.add(RouteTable {
        object: Object::new("empty"),
        vcn: w.hub,
        rules: Rules::default(),
    });
    w.n.vnics[w.vnic].route_table = Some(empty);
    let (Reason::Astray { .. } | Reason::NoRoute) = w.reason() else { panic!("{}", drawn(&w.answer())) };
    assert_eq!(w.verdict(), Verdict::Unreachable, "the subnet's table is skipped, not merged");
    w.n.vnics[w.vnic].addresses[0].route_table = Some(w.rt_database);
    assert_eq!(w.verdict(), Verdict::Reachable, "the address's own table comes first");
}

/// A machine that is its own next hop: whatever address the packet comes back to, the sender's table sends it round again.
#[test]
fn r01_the_table_of_the_sending_address_also_for_what_comes_back_by_another() {
    let mut w = world();
    let primary = "10.0.0.146".parse().unwrap();
    let round = RouteRule::new(cidr("10.1.0.0/24"), Target::PrivateIp(primary));
    let object = Object::new("round");
    let table = w.n.route_tables.add(RouteTable { object, vcn: w.hub, rules: vec![round].into() });
    let address = "10.0.0.150".parse().unwrap();
    let vnic = w.n.vnics.at_mut(w.vnic);
    vnic.addresses.push(PrivateIp { address, route_table: Some(table), public: false });
    vnic.source_dest_check = false;
    vnic.forwarding = Forwarding::Yes;
    let object = Object::new("second");
    let second = w.n.databases.add(Database { object, vnic: w.vnic, address, port: port(6432) });
    let rules =
        vec![SecurityRule::ingress(Cidr::ALL, Traffic::All), SecurityRule::egress(Cidr::ALL, Traffic::All)];
    w.list(w.db_sl, rules);
    w.list(w.fn_sl, vec![SecurityRule::ingress(Cidr::ALL, Traffic::All)]);
    let flow = Flow::tcp(Endpoint::Database(second), Endpoint::Function(w.inserter)).port(port(443));
    assert_eq!(w.ask(&flow).verdict, Verdict::Unreachable);
    // By the primary address, whose table is the subnet's, the way is open.
    let flow = Flow { from: Endpoint::Database(w.librarian), ..flow };
    assert_eq!(w.ask(&flow).verdict, Verdict::Reachable);
}

#[test]
fn r02_what_enters_by_a_gateway_uses_its_table_or_the_hidden_one() {
    let mut w = world();
    let answer = w.answer();
    assert!(answer.cases[0].trace.there.iter().any(|hop| hop.reason == Reason::Implicit));
    assert!(
        answer.cases[0].trace.assumptions.contains(&trace::Assumption::ImplicitTable),
        "said, because the pages disagree"
    );
    // With a table, its rules count: here it sends everything for the database to a machine that is not there.
    let nowhere = RouteRule::new(cidr("10.0.0.0/24"), Target::PrivateIp("10.0.0.9".parse().unwrap()));
    let ingress = w.n.route_tables.add(RouteTable {
        object: Object::new("ingress"),
        vcn: w.hub,
        rules: vec![nowhere].into(),
    });
    w.n.attachments[w.hub_att].to =
        Attached::Vcn { vcn: w.hub, ingress: Some(ingress), offers: Offers::Subnets };
    assert_eq!(w.verdict(), Verdict::Unreachable);
}

#[test]
fn r03_an_emptied_table_of_a_gateway_still_hands_over() {
    let mut w = world();
    let ingress = w.n.route_tables.add(RouteTable {
        object: Object::new("ingress"),
        vcn: w.hub,
        rules: Rules::default(),
    });
    w.n.attachments[w.hub_att].to =
        Attached::Vcn { vcn: w.hub, ingress: Some(ingress), offers: Offers::Subnets };
    assert_eq!(w.verdict(), Verdict::Reachable);
}

#[test]
fn r04_nothing_is_routed_within_a_subnet_but_rules_apply() {
    let mut w = world();
    let table = w.n.subnets[w.database].route_table;
    w.routes(table, vec![]);
    let other = w.n.vnics.add(Vnic::new(Object::new("neighbour"), w.database, "10.0.0.20".parse().unwrap()));
    let flow = Flow::tcp(Endpoint::Vnic(other), Endpoint::Database(w.librarian));
    let answer = w.ask(&flow);
    let mut trace = answer.cases[0].trace.there.iter();
    assert!(trace.any(|hop| hop.reason == Reason::SameSubnet));
    assert_eq!(reason(&answer), Reason::NotAdmitted(Direction::Egress), "both cards' rules still say no");
    w.list(
        w.db_sl,
        vec![
            SecurityRule::egress(Cidr::ALL, Traffic::All),
            SecurityRule::ingress(cidr("10.0.0.0/24"), tcp(6432)),
        ],
    );
    assert_eq!(w.ask(&flow).verdict, Verdict::Reachable);
}

#[test]
fn r05_longest_prefix_wins() {
    let mut w = world();
    let internet = w.gateway("igw", w.spoke, GatewayKind::Internet);
    w.routes(
        w.fn_rt,
        vec![
            RouteRule::new(Cidr::ALL, Target::Gateway(internet)),
            RouteRule::new(cidr("10.0.0.0/24"), Target::Drg(w.drg)),
        ],
    );
    assert_eq!(w.verdict(), Verdict::Reachable);
    w.routes(
        w.fn_rt,
        vec![
            RouteRule::new(cidr("10.0.0.146/32"), Target::Gateway(internet)),
            RouteRule::new(cidr("10.0.0.0/24"), Target::Drg(w.drg)),
        ],
    );
    assert_eq!(w.verdict(), Verdict::Unreachable);
}

#[test]
fn r06_a_rule_of_the_same_length_beats_the_vcns_own_range_a_shorter_one_does_not() {
    let mut w = world();
    let nowhere = Target::PrivateIp("10.0.0.9".parse().unwrap());
    let second = w.n.subnets.add(Subnet {
        object: Object::new("second"),
        vcn: w.hub,
        cidr: cidr("10.0.1.0/24"),
        access: Access::Private,
        route_table: w.rt_database,
        security_lists: vec![w.fn_sl],
    });
    w.list(w.db_sl, vec![SecurityRule::ingress(Cidr::ALL, Traffic::All)]);
    let flow = Flow::tcp(Endpoint::Subnet(second), Endpoint::Database(w.librarian));
    w.routes(
        w.rt_database,
        vec![RouteRule::new(Cidr::ALL, nowhere), RouteRule::new(cidr("10.0.0.0/15"), nowhere)],
    );
    assert_eq!(w.ask(&flow).verdict, Verdict::Reachable);
    w.routes(w.rt_database, vec![RouteRule::new(cidr("10.0.0.0/16"), nowhere)]);
    assert_eq!(w.ask(&flow).verdict, Verdict::Unreachable);
}

#[test]
fn r07_a_rule_for_the_vcns_own_addresses_may_not_lead_to_a_gateway() {
    let mut w = world();
    let nat = w.gateway("nat", w.hub, GatewayKind::Nat);
    w.list(w.db_sl, vec![SecurityRule::ingress(Cidr::ALL, Traffic::All)]);
    let second = w.n.subnets.add(Subnet {
        object: Object::new("second"),
        vcn: w.hub,
        cidr: cidr("10.0.1.0/24"),
        access: Access::Private,
        route_table: w.rt_database,
        security_lists: vec![w.fn_sl],
    });
    w.routes(w.rt_database, vec![RouteRule::new(cidr("10.0.0.0/24"), Target::Gateway(nat))]);
    let answer = w.ask(&Flow::tcp(Endpoint::Subnet(second), Endpoint::Database(w.librarian)));
    assert_eq!(
        answer.verdict,
        Verdict::Reachable,
        "Oracle refuses the rule, so it is passed over\n{}",
        drawn(&answer)
    );
}

#[test]
fn r08_no_route_outside_the_vcn_is_a_black_hole() {
    let mut w = world();
    w.routes(w.fn_rt, vec![]);
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Unreachable);
    assert_eq!(reason(&answer), Reason::NoRoute);
    assert_eq!(answer.fixes[0].text, "10.0.0.0/24 -> DRG hub");
}

#[test]
fn r09_two_rules_for_one_destination_are_ambiguous() {
    let mut w = world();
    let nat = w.gateway("nat", w.spoke, GatewayKind::Nat);
    w.routes(
        w.fn_rt,
        vec![
            RouteRule::new(cidr("10.0.0.0/24"), Target::Drg(w.drg)),
            RouteRule::new(cidr("10.0.0.0/24"), Target::Gateway(nat)),
        ],
    );
    assert_eq!(w.verdict(), Verdict::Ambiguous);
    assert!(matches!(w.reason(), Reason::TwoRoutes(_)));
}

#[test]
fn r10_a_service_gateway_is_led_to_by_label_only() {
    let mut w = world();
    let services = w.gateway("sgw", w.spoke, GatewayKind::Service(ServiceLabel::AllServices));
    let flow =
        Flow::tcp(Endpoint::Function(w.inserter), Endpoint::Oracle(OracleService::Other)).port(port(443));
    w.routes(w.fn_rt, vec![RouteRule::new(Cidr::ALL, Target::Gateway(services))]);
    assert_eq!(w.ask(&flow).verdict, Verdict::Unreachable, "a range does not lead to a service gateway");
    w.routes(w.fn_rt, vec![RouteRule::new(ServiceLabel::AllServices, Target::Gateway(services))]);
    assert_eq!(w.ask(&flow).verdict, Verdict::Reachable);
    w.list(w.fn_sl, vec![SecurityRule::egress(cidr("134.70.0.0/16"), Traffic::All)]);
    assert_eq!(
        w.ask(&flow).verdict,
        Verdict::Unreachable,
        "a label is a set of its own; only 0.0.0.0/0 is taken to hold it"
    );
    w.list(w.fn_sl, vec![SecurityRule::egress(ServiceLabel::AllServices, tcp(443))]);
    assert_eq!(w.ask(&flow).verdict, Verdict::Reachable);
}

#[test]
fn r11_a_private_next_hop_must_be_there_unchecked_and_forwarding() {
    let mut w = world();
    let firewall = "10.1.1.5".parse().unwrap();
    let subnet = w.n.subnets.add(Subnet {
        object: Object::new("firewall"),
        vcn: w.spoke,
        cidr: cidr("10.1.1.0/24"),
        access: Access::Private,
        route_table: w.fn_rt,
        security_lists: vec![w.fn_sl],
    });
    let own = w.n.route_tables.add(RouteTable {
        object: Object::new("fw-rt"),
        vcn: w.spoke,
        rules: vec![RouteRule::new(cidr("10.0.0.0/16"), Target::Drg(w.drg))].into(),
    });
    w.routes(w.fn_rt, vec![RouteRule::new(cidr("10.0.0.0/24"), Target::PrivateIp(firewall))]);
    assert!(matches!(w.reason(), Reason::Astray { .. } | Reason::Unassigned(_)), "{}", drawn(&w.answer()));
    let mut vnic = Vnic::new(Object::new("fw"), subnet, firewall);
    vnic.route_table = Some(own);
    let vnic = w.n.vnics.add(vnic);
    w.list(
        w.fn_sl,
        vec![SecurityRule::egress(Cidr::ALL, Traffic::All), SecurityRule::ingress(Cidr::ALL, Traffic::All)],
    );
    let reasons =
        |w: &World| w.answer().cases[0].trace.blockers().map(|hop| hop.reason.clone()).collect::<Vec<_>>();
    assert_eq!(reasons(&w)[0], Reason::SourceCheck(firewall));
    w.n.vnics[vnic].source_dest_check = false;
    assert_eq!(
        (w.verdict(), reasons(&w)[0].clone()),
        (Verdict::Indeterminate, Reason::ForwardingUnknown(firewall))
    );
    w.n.vnics[vnic].forwarding = Forwarding::No;
    assert_eq!(w.verdict(), Verdict::Unreachable);
    w.n.vnics[vnic].forwarding = Forwarding::Yes;
    assert_eq!(w.verdict(), Verdict::Reachable, "{}", drawn(&w.answer()));
}

/// A rule of which it is not known where it leads: what it takes is not known, and what a longer one takes is.
#[test]
fn r5_a_target_that_is_not_known_takes_its_own_range_alone() {
    let mut w = world();
    let known = w.n.route_tables[w.fn_rt].rules.known().to_vec();
    let open = RouteRule::new(cidr("0.0.0.0/0"), Target::Unknown);
    w.routes(w.fn_rt, known.iter().cloned().chain([open]).collect());
    assert_eq!(w.verdict(), Verdict::Reachable, "{}", drawn(&w.answer()));
    let open = RouteRule::new(cidr("10.0.0.128/25"), Target::Unknown);
    w.routes(w.fn_rt, known.into_iter().chain([open]).collect());
    assert_eq!((w.verdict(), w.reason()), (Verdict::Indeterminate, Reason::TargetUnknown));
}

#[test]
fn r12_the_table_of_an_internet_gateway_leads_to_public_subnets_only() {
    let mut w = world();
    let firewall: std::net::Ipv4Addr = "10.1.0.5".parse().unwrap();
    let mut vnic = Vnic::new(Object::new("fw"), w.fn_subnet, firewall);
    vnic.source_dest_check = false;
    vnic.forwarding = Forwarding::Yes;
    vnic.addresses[0].public = true;
    w.n.vnics.add(vnic);
    let rule = RouteRule::new(cidr("10.1.0.0/16"), Target::PrivateIp(firewall));
    let table = w.n.route_tables.add(RouteTable {
        object: Object::new("igw-rt"),
        vcn: w.spoke,
        rules: vec![rule].into(),
    });
    let gateway = w.gateway("igw", w.spoke, GatewayKind::Internet);
    w.n.gateways[gateway].route_table = Some(table);
    w.list(
        w.fn_sl,
        vec![SecurityRule::egress(Cidr::ALL, Traffic::All), SecurityRule::ingress(Cidr::ALL, Traffic::All)],
    );
    w.routes(w.fn_rt, vec![RouteRule::new(Cidr::ALL, Target::Gateway(gateway))]);
    let flow = Flow::tcp(Endpoint::Internet, Endpoint::Subnet(w.fn_subnet)).port(port(443));
    let through = |w: &World| {
        w.ask(&flow).cases[0].trace.there.iter().any(|hop| hop.reason == Reason::Forwards(firewall))
    };
    assert!(through(&w));
    w.n.subnets[w.fn_subnet].access = Access::Private;
    assert!(!through(&w));
}

#[test]
fn r13_a_table_for_what_comes_from_a_drg_leads_to_no_internet() {
    let mut w = world();
    let gateway = w.gateway("nat", w.hub, GatewayKind::Nat);
    let rules = vec![RouteRule::new(Cidr::ALL, Target::Gateway(gateway))].into();
    let ingress = w.n.route_tables.add(RouteTable { object: Object::new("ingress"), vcn: w.hub, rules });
    w.n.attachments[w.hub_att].to =
        Attached::Vcn { vcn: w.hub, ingress: Some(ingress), offers: Offers::Subnets };
    w.n.drg_tables[w.drt].rules.push(DrgRule::new(Cidr::ALL, w.hub_att));
    w.routes(w.fn_rt, vec![RouteRule::new(Cidr::ALL, Target::Drg(w.drg))]);
    let flow = Flow::tcp(Endpoint::Function(w.inserter), Endpoint::Internet).port(port(443));
    let answer = w.ask(&flow);
    assert_eq!(answer.verdict, Verdict::Unreachable, "{}", drawn(&answer));
    let refused = reach::lints(&mut Engine::new(w.n.clone()), &[]);
    assert!(
        refused.iter().any(|lint| lint.kind == reach::LintKind::Refused(Refused::DrgTable)),
        "{refused:?}"
    );
}

#[test]
fn r14_a_closed_gateway_passes_nothing_whatever_the_rules_say() {
    let mut w = world();
    let gateway = w.gateway("nat", w.spoke, GatewayKind::Nat);
    w.routes(w.fn_rt, vec![RouteRule::new(Cidr::ALL, Target::Gateway(gateway))]);
    let flow = Flow::tcp(Endpoint::Function(w.inserter), Endpoint::Internet).port(port(443));
    assert_eq!(w.ask(&flow).verdict, Verdict::Reachable);
    w.n.gateways[gateway].open = false;
    let answer = w.ask(&flow);
    assert_eq!((answer.verdict, answer.fixes.len()), (Verdict::Unreachable, 1));
    assert_eq!(reason(&answer), Reason::Closed(GatewayKind::Nat));
}
