//! R48 to R52: gateways, peerings, functions; what must never get through.

use adit_net::reach::Proof;
use adit_net::trace::{Reason, Verdict};
use adit_net::*;

use crate::world::*;

#[test]
fn r48_a_gateway_serves_its_own_vcn_only() {
    let mut w = world();
    let services = w.gateway("sgw-shared", w.hub, GatewayKind::Service(ServiceLabel::AllServices));
    let rules = vec![RouteRule::new(ServiceLabel::AllServices, Target::Gateway(services))].into();
    let ingress = w.n.route_tables.add(RouteTable { object: Object::new("ingress"), vcn: w.hub, rules });
    w.n.attachments[w.hub_att].to =
        Attached::Vcn { vcn: w.hub, ingress: Some(ingress), offers: Offers::Subnets };
    w.routes(w.fn_rt, vec![RouteRule::new(Cidr::ALL, Target::Drg(w.drg))]);
    let to_oracle =
        Flow::tcp(Endpoint::Function(w.inserter), Endpoint::Oracle(OracleService::Other)).port(port(443));
    assert_eq!(w.ask(&to_oracle).verdict, Verdict::Unreachable);
    let mut own = world();
    let services = own.gateway("sgw-sandbox", own.spoke, GatewayKind::Service(ServiceLabel::AllServices));
    own.n.route_tables[own.fn_rt]
        .rules
        .push(RouteRule::new(ServiceLabel::AllServices, Target::Gateway(services)));
    assert_eq!(own.ask(&to_oracle).verdict, Verdict::Reachable);
    // Nothing comes in by one.
    let from_oracle =
        Flow::tcp(Endpoint::Oracle(OracleService::Other), Endpoint::Function(own.inserter)).port(port(443));
    assert_eq!(reason(&own.ask(&from_oracle)), Reason::ServicesAnswer);
}

#[test]
fn r49_a_gateway_for_object_storage_drops_the_rest_of_all_services() {
    let mut w = world();
    let storage = w.gateway("sgw", w.spoke, GatewayKind::Service(ServiceLabel::ObjectStorage));
    w.routes(w.fn_rt, vec![RouteRule::new(ServiceLabel::AllServices, Target::Gateway(storage))]);
    let to = |service| Flow::tcp(Endpoint::Function(w.inserter), Endpoint::Oracle(service)).port(port(443));
    assert_eq!(w.ask(&to(OracleService::ObjectStorage)).verdict, Verdict::Reachable);
    assert_eq!(w.ask(&to(OracleService::Other)).verdict, Verdict::Unreachable);
}

#[test]
fn r51_an_internet_gateway_needs_a_public_address_and_nat_lets_nobody_in() {
    let mut w = world();
    let internet = w.gateway("igw", w.spoke, GatewayKind::Internet);
    w.routes(w.fn_rt, vec![RouteRule::new(Cidr::ALL, Target::Gateway(internet))]);
    let out = Flow::tcp(Endpoint::Function(w.inserter), Endpoint::Internet).port(port(443));
    assert_eq!(w.ask(&out).verdict, Verdict::Reachable);
    w.n.subnets[w.fn_subnet].access = Access::Private;
    assert_eq!(w.ask(&out).verdict, Verdict::Unreachable);
    let nat = w.gateway("nat", w.spoke, GatewayKind::Nat);
    w.routes(w.fn_rt, vec![RouteRule::new(Cidr::ALL, Target::Gateway(nat))]);
    assert_eq!(w.ask(&out).verdict, Verdict::Reachable);
    // In: by the internet gateway, but the answer would leave by NAT.
    w.n.subnets[w.fn_subnet].access = Access::Public;
    w.list(w.fn_sl, vec![SecurityRule::ingress(Cidr::ALL, tcp(443))]);
    let into = Flow::tcp(Endpoint::Internet, Endpoint::Function(w.inserter)).port(port(443));
    let answer = w.ask(&into);
    assert_eq!(answer.verdict, Verdict::Unreachable);
    let Reason::Astray { because, .. } = reason(&answer) else { panic!("{}", drawn(&answer)) };
    assert!(because.contains("NAT cannot deliver an answer"), "{because}");
    w.routes(w.fn_rt, vec![RouteRule::new(Cidr::ALL, Target::Gateway(internet))]);
    assert_eq!(w.ask(&into).verdict, Verdict::Reachable);
}

#[test]
fn r52_a_function_is_its_whole_subnet() {
    let mut w = world();
    w.list(w.db_sl, vec![SecurityRule::ingress(cidr("10.1.0.0/25"), tcp(6432))]);
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Unreachable, "half of its addresses are not admitted");
    assert!(!answer.cases[0].all);
    assert_eq!(answer.fixes[0].text, "ingress stateful from 10.1.0.0/24, TCP to port 6432");
    // In several subnets it must get through from each.
    let mut w = world();
    let second = w.n.subnets.add(Subnet {
        object: Object::new("fn-second"),
        vcn: w.spoke,
        cidr: cidr("10.1.1.0/24"),
        access: Access::Public,
        route_table: w.fn_rt,
        security_lists: vec![w.fn_sl],
    });
    w.n.functions[w.inserter].subnets.push(second);
    let answer = w.answer();
    assert_eq!((answer.verdict, answer.cases.len()), (Verdict::Unreachable, 2));
    assert_eq!(answer.cases[0].verdict, Verdict::Reachable);
}

#[test]
fn a_local_peering_leads_to_the_other_vcn_and_no_further() {
    let mut w = world();
    let left =
        w.n.lpgs.add(Lpg { object: Object::new("sandbox-lpg"), vcn: w.spoke, peer: None, route_table: None });
    let right =
        w.n.lpgs.add(Lpg { object: Object::new("hub-lpg"), vcn: w.hub, peer: Some(left), route_table: None });
    w.routes(w.fn_rt, vec![RouteRule::new(cidr("10.0.0.0/16"), Target::Lpg(left))]);
    w.routes(w.rt_database, vec![RouteRule::new(cidr("10.1.0.0/16"), Target::Lpg(right))]);
    assert_eq!(w.verdict(), Verdict::Unreachable, "not connected from this end");
    w.n.lpgs[left].peer = Some(right);
    assert_eq!(w.verdict(), Verdict::Reachable);
}

#[test]
fn loops_are_found() {
    let mut w = world();
    w.n.drg_tables[w.drt].rules = vec![DrgRule::new(cidr("10.0.0.0/16"), w.spoke_att)].into();
    let back = w.n.route_tables.add(RouteTable {
        object: Object::new("back"),
        vcn: w.spoke,
        rules: Rules::default(),
    });
    let lpg = w.n.lpgs.add(Lpg { object: Object::new("a"), vcn: w.spoke, peer: None, route_table: None });
    let (other, _, other_att) = w.spoke("other", "10.7.0.0/16", "10.7.0.0/24");
    let onward = w.n.route_tables.add(RouteTable {
        object: Object::new("onward"),
        vcn: other,
        rules: vec![RouteRule::new(cidr("10.0.0.0/16"), Target::Drg(w.drg))].into(),
    });
    let far = w.n.lpgs.add(Lpg {
        object: Object::new("b"),
        vcn: other,
        peer: Some(lpg),
        route_table: Some(onward),
    });
    w.n.lpgs[lpg].peer = Some(far);
    let _ = (back, other_att);
    let firewall = "10.1.0.9".parse().unwrap();
    let mut vnic = Vnic::new(Object::new("fw"), w.fn_subnet, firewall);
    vnic.source_dest_check = false;
    vnic.forwarding = Forwarding::Yes;
    w.n.vnics.add(vnic);
    w.list(
        w.fn_sl,
        vec![SecurityRule::egress(Cidr::ALL, Traffic::All), SecurityRule::ingress(Cidr::ALL, Traffic::All)],
    );
    w.routes(w.fn_rt, vec![RouteRule::new(cidr("10.0.0.0/16"), Target::PrivateIp(firewall))]);
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Unreachable);
    let text = drawn(&answer);
    assert!(text.contains("circle"), "{text}");
}

#[test]
fn intents_are_proved_or_refuted_by_a_packet() {
    let mut w = world();
    let mut engine = Engine::new(w.n.clone());
    let goal = Endpoint::Database(w.librarian);
    let allowed = [Endpoint::Function(w.inserter)];
    assert_eq!(engine.never(Endpoint::Internet, goal), Ok(Proof::Holds));
    assert_eq!(engine.nothing_else(w.spoke, &allowed, goal), Ok(Proof::Holds));
    let second = w.n.subnets.add(Subnet {
        object: Object::new("build"),
        vcn: w.spoke,
        cidr: cidr("10.1.7.0/24"),
        access: Access::Private,
        route_table: w.fn_rt,
        security_lists: vec![w.fn_sl],
    });
    assert_eq!(
        Engine::new(w.n.clone()).nothing_else(w.spoke, &allowed, goal),
        Ok(Proof::Holds),
        "the database admits 10.1.0.0/24"
    );
    w.list(w.db_sl, vec![SecurityRule::ingress(cidr("10.1.0.0/16"), tcp(6432))]);
    let Ok(Proof::Refuted(example)) = Engine::new(w.n.clone()).nothing_else(w.spoke, &allowed, goal) else {
        panic!()
    };
    assert_eq!(example.trace.packet.to_string(), "TCP 10.1.7.2:1 -> 10.0.0.146:6432");
    let by: Vec<_> = example.by.iter().map(|rule| rule.text.as_str()).collect();
    assert!(by.contains(&"ingress stateful from 10.1.0.0/16, TCP to port 6432"), "{by:?}");
    let _ = second;
}

#[test]
fn a_difference_has_a_witness() {
    let before = world();
    let mut after = before.clone();
    after.list(after.db_sl, vec![SecurityRule::ingress(Cidr::ALL, Traffic::All)]);
    let flows = reach::shared(&before.n, &after.n);
    let (mut old, mut new) = (Engine::new(before.n.clone()), Engine::new(after.n.clone()));
    let differences: Vec<_> = flows
        .iter()
        .filter_map(|(a, b)| reach::difference(&mut old, a, &mut new, b).ok().flatten())
        .collect();
    let opened = differences
        .iter()
        .find(|it| it.from.as_str() == "fn-public-subnet" && it.to.as_str() == "database")
        .unwrap();
    let witness = opened.opened.as_ref().unwrap();
    assert!(opened.closed.is_none());
    assert_eq!(witness.there.verdict, Verdict::Reachable);
    assert_eq!(witness.not.verdict, Verdict::Unreachable, "{}", witness.not.packet);
    assert_eq!(
        reach::difference(&mut old, &before.flow(), &mut new, &after.flow()),
        Ok(None),
        "the port was open before"
    );
}

#[test]
fn the_matrix_agrees_with_single_questions() {
    let mut w = world();
    let (_, far, _) = w.spoke("far", "10.3.0.0/16", "10.3.0.0/24");
    let third = w.n.subnets.add(Subnet {
        object: Object::new("third"),
        vcn: w.spoke,
        cidr: cidr("10.1.3.0/24"),
        access: Access::Public,
        route_table: w.fn_rt,
        security_lists: vec![w.fn_sl],
    });
    for (name, subnets) in
        [("a", vec![far]), ("b", vec![third]), ("c", vec![third, w.fn_subnet]), ("d", vec![w.database])]
    {
        w.n.functions.add(Function {
            object: Object::new(name),
            subnets,
            nsgs: vec![],
            memory: 128,
            concurrency: 1,
            zpr: false,
        });
    }
    let mut engine = Engine::new(w.n.clone());
    let cells = engine.matrix();
    assert_eq!(cells.len(), w.n.functions.len() * w.n.databases.len());
    for cell in cells {
        let flow = Flow::tcp(Endpoint::Function(cell.function), Endpoint::Database(cell.database));
        assert_eq!(Engine::new(w.n.clone()).verdict(&flow), Ok(cell.verdict));
    }
}
