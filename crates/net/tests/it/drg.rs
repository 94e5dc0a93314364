//! R15 to R31: a DRG's tables, imports and conflicts.

use adit_net::trace::{Reason, Verdict};
use adit_net::*;

use crate::world::*;

/// A table of its own for an attachment.
fn own_table(n: &mut Network, attachment: AttachmentId, rules: Vec<DrgRule>) -> DrgTableId {
    let drg = n.attachments[attachment].drg;
    let table = n.drg_tables.add(DrgTable {
        object: Object::new("own"),
        drg,
        rules: rules.into(),
        imports: None,
        ecmp: false,
    });
    n.attachments[attachment].table = Some(table);
    table
}

#[test]
fn r15_a_packet_uses_the_table_of_the_attachment_it_entered_by() {
    let mut w = world();
    // Each side's own table must hold the other side's route.
    own_table(&mut w.n, w.hub_att, vec![DrgRule::new(cidr("10.0.0.0/16"), w.hub_att)]);
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Unreachable);
    assert_eq!(answer.fixes.len(), 1);
    assert_eq!(answer.fixes[0].text, "static 10.1.0.0/24 -> attachment sandbox-attachment");
    own_table(&mut w.n, w.hub_att, vec![DrgRule::new(cidr("10.1.0.0/16"), w.spoke_att)]);
    assert_eq!(w.verdict(), Verdict::Reachable);
}

#[test]
fn r16_untouched_defaults_route_between_all_vcns() {
    let mut w = world();
    w.n.attachments[w.hub_att].table = None;
    w.n.attachments[w.spoke_att].table = None;
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Reachable);
    assert!(answer.cases[0].trace.assumptions.contains(&trace::Assumption::DefaultDrgTable));
}

#[test]
fn r17_a_vcn_attachment_has_a_table_for_each_direction() {
    let mut w = world();
    let rules = vec![RouteRule::new(cidr("10.0.0.0/16"), Target::PrivateIp("10.0.0.77".parse().unwrap()))];
    let ingress =
        w.n.route_tables.add(RouteTable { object: Object::new("into-hub"), vcn: w.hub, rules: rules.into() });
    w.n.attachments[w.hub_att].to =
        Attached::Vcn { vcn: w.hub, ingress: Some(ingress), offers: Offers::Subnets };
    let answer = w.answer();
    let stops: Vec<_> = answer.cases[0].trace.blockers().map(|hop| hop.at.name.as_str()).collect();
    assert_eq!(
        stops,
        ["into-hub"],
        "only the way in is broken, not the way from the hub\n{}",
        drawn(&answer)
    );
}

#[test]
fn r18_a_static_rule_leads_to_no_line() {
    let mut w = world();
    let (site, tunnel) = w.site("192.168.0.0/16");
    w.n.drg_tables[w.drt].rules.push(DrgRule::new(cidr("192.168.0.0/16"), tunnel));
    w.list(w.db_sl, vec![SecurityRule::egress(Cidr::ALL, Traffic::All)]);
    w.routes(w.rt_database, vec![RouteRule::new(cidr("192.168.0.0/16"), Target::Drg(w.drg))]);
    let flow = Flow::tcp(Endpoint::Vnic(w.vnic), Endpoint::Site(site)).port(port(443));
    assert_eq!(w.ask(&flow).verdict, Verdict::Unreachable);
    w.import_all();
    assert_eq!(w.ask(&flow).verdict, Verdict::Reachable, "{}", drawn(&w.ask(&flow)));
}

#[test]
fn r19_statements_only_accept_and_their_priority_prefers_nothing() {
    let mut w = world();
    w.n.drg_tables[w.drt].rules = Rules::default();
    assert_eq!(w.verdict(), Verdict::Unreachable);
    let statement =
        |priority, accepts| Statement { priority, accepts, origin: Origin::Written, source: Source::NONE };
    let distribution = w.n.distributions.add(Distribution {
        object: Object::new("imports"),
        drg: w.drg,
        statements: vec![statement(1, Accepts::Attachment(w.hub_att))].into(),
    });
    w.n.drg_tables[w.drt].imports = Some(distribution);
    assert_eq!(w.verdict(), Verdict::Unreachable, "the way back is not imported");
    w.n.distributions[distribution].statements.push(statement(2, Accepts::Attachment(w.spoke_att)));
    assert_eq!(w.verdict(), Verdict::Reachable);
    w.n.distributions[distribution].statements =
        vec![statement(9, Accepts::Kind(AttachmentKind::Vcn))].into();
    assert_eq!(w.verdict(), Verdict::Reachable);
    // Two that offer the same: the lower priority does not win.
    let (_, _, other) = w.spoke("analytics-vcn", "10.1.0.0/24", "10.1.0.0/24");
    let by_priority = vec![
        statement(1, Accepts::Attachment(w.spoke_att)),
        statement(2, Accepts::Attachment(other)),
        statement(3, Accepts::Attachment(w.hub_att)),
    ];
    w.n.distributions[distribution].statements = by_priority.into();
    assert_eq!(w.verdict(), Verdict::Ambiguous);
}

#[test]
fn r20_an_attachment_offers_subnets_or_the_vcn_and_always_its_ingress_table() {
    let mut w = world();
    w.n.drg_tables[w.drt].rules = Rules::default();
    w.import_all();
    let range = |w: &World| {
        let answer = w.answer();
        let mut hops = answer.cases[0].trace.there.iter();
        hops.find_map(|hop| match hop.reason {
            Reason::DrgRouted { range, .. } => Some(range),
            _ => None,
        })
    };
    assert_eq!(range(&w), Some(cidr("10.0.0.0/24")));
    w.n.attachments[w.hub_att].to = Attached::Vcn { vcn: w.hub, ingress: None, offers: Offers::Vcn };
    assert_eq!(range(&w), Some(cidr("10.0.0.0/16")));
    // What the ingress table names is offered too, whether or not it is the VCN's.
    let lpg = w.n.lpgs.add(Lpg { object: Object::new("lpg"), vcn: w.hub, peer: None, route_table: None });
    let rules = vec![RouteRule::new(cidr("10.9.0.0/16"), Target::Lpg(lpg))].into();
    let ingress = w.n.route_tables.add(RouteTable { object: Object::new("ingress"), vcn: w.hub, rules });
    w.n.attachments[w.hub_att].to = Attached::Vcn { vcn: w.hub, ingress: Some(ingress), offers: Offers::Vcn };
    let (_, far, _) = w.spoke("far-vcn", "10.9.0.0/16", "10.9.0.0/24");
    w.n.attachments[w.spoke_att].table = Some(w.drt);
    w.routes(w.fn_rt, vec![RouteRule::new(cidr("10.9.0.0/16"), Target::Drg(w.drg))]);
    let answer = w.ask(&Flow::tcp(Endpoint::Function(w.inserter), Endpoint::Subnet(far)).port(port(443)));
    let offers: Vec<_> = answer.cases[0]
        .trace
        .there
        .iter()
        .flat_map(|hop| hop.decided.clone())
        .map(|rule| rule.text)
        .collect();
    assert!(
        offers.iter().any(|text| text.contains("10.9.0.0/24")),
        "the subnet of the far VCN is longer and wins: {offers:?}"
    );
}

/// A table for what comes from a DRG takes no rule to the DRG (R13): what cannot be there is not offered either.
#[test]
fn r20_what_oracle_refuses_in_an_ingress_table_is_not_offered() {
    let mut w = world();
    w.n.drg_tables[w.drt].rules = Rules::default();
    w.import_all();
    for target in [Target::Drg(w.drg), Target::PrivateIp("10.0.0.9".parse().unwrap())] {
        let rules = vec![RouteRule::new(cidr("10.1.0.0/24"), target)].into();
        let object = Object::new("ingress");
        let ingress = Some(w.n.route_tables.add(RouteTable { object, vcn: w.hub, rules }));
        w.n.attachments[w.hub_att].to = Attached::Vcn { vcn: w.hub, ingress, offers: Offers::Subnets };
        let refused = matches!(target, Target::Drg(_));
        let expected = if refused { Verdict::Reachable } else { Verdict::Ambiguous };
        assert_eq!(w.verdict(), expected, "two attachments offer 10.1.0.0/24: {}", !refused);
    }
}

#[test]
fn r21_a_drg_gives_a_subnet_no_route() {
    let mut w = world();
    w.import_all();
    w.routes(w.rt_database, vec![]);
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Unreachable);
    assert_eq!(answer.fixes.len(), 1);
    assert_eq!(
        (answer.fixes[0].at.name.as_str(), answer.fixes[0].text.as_str()),
        ("rt-database", "10.1.0.0/24 -> DRG hub")
    );
}

#[test]
fn r23_nothing_goes_from_line_to_line() {
    let mut w = world();
    let (office, _) = w.site("192.168.0.0/16");
    let branch = w.n.sites.add(Site { object: Object::new("branch"), ranges: vec![cidr("192.168.9.0/24")] });
    let learned = LearnedRoute { destination: cidr("10.0.0.0/24"), as_path: 0, source: Source::NONE };
    let to = Attached::VirtualCircuit(Line { site: branch, routes: vec![learned].into() });
    w.n.attachments.add(Attachment { object: Object::new("circuit"), drg: w.drg, to, table: Some(w.drt) });
    w.import_all();
    // The circuit announces the database's own subnet: the longer imported route beats the static /16.
    let flow = Flow::tcp(Endpoint::Site(office), Endpoint::Database(w.librarian));
    w.n.drg_tables[w.drt].imports = None;
    let statement = Statement {
        priority: 1,
        accepts: Accepts::Kind(AttachmentKind::VirtualCircuit),
        origin: Origin::Written,
        source: Source::NONE,
    };
    let lines = w.n.distributions.add(Distribution {
        object: Object::new("lines"),
        drg: w.drg,
        statements: vec![statement].into(),
    });
    w.n.drg_tables[w.drt].imports = Some(lines);
    let answer = w.ask(&flow);
    assert_eq!(answer.verdict, Verdict::Unreachable);
    assert!(
        answer.cases[0].trace.there.iter().any(|hop| matches!(&hop.reason, Reason::LineToLine)),
        "{}",
        drawn(&answer)
    );
}

/// A chain of DRGs from the spoke's to one that has the hub.
fn chain(count: usize) -> World {
    let mut w = world();
    let mut last = w.drg;
    for index in 1..count {
        let next = w.n.drgs.add(Drg { object: Object::new(format!("drg-{index}")) });
        let left = w.n.attachments.add(Attachment {
            object: Object::new(format!("rpc-{index}-left")),
            drg: last,
            to: Attached::RemotePeering { peer: None },
            table: None,
        });
        let right = w.n.attachments.add(Attachment {
            object: Object::new(format!("rpc-{index}-right")),
            drg: next,
            to: Attached::RemotePeering { peer: Some(left) },
            table: None,
        });
        w.n.attachments[left].to = Attached::RemotePeering { peer: Some(right) };
        last = next;
    }
    // Every table takes in everything.
    for id in w.n.attachments.ids().collect::<Vec<_>>() {
        let drg = w.n.attachments[id].drg;
        let statement =
            Statement { priority: 1, accepts: Accepts::All, origin: Origin::Written, source: Source::NONE };
        let imports = w.n.distributions.add(Distribution {
            object: Object::new("all"),
            drg,
            statements: vec![statement].into(),
        });
        let table = w.n.drg_tables.add(DrgTable {
            object: Object::new("t"),
            drg,
            rules: Rules::default(),
            imports: Some(imports),
            ecmp: false,
        });
        w.n.attachments[id].table = Some(table);
    }
    // The hub moves to the last DRG.
    w.n.attachments[w.hub_att].drg = last;
    let table = w.n.attachments[w.hub_att].table.unwrap();
    w.n.drg_tables[table].drg = last;
    let imports = w.n.drg_tables[table].imports.unwrap();
    w.n.distributions[imports].drg = last;
    w.routes(w.rt_database, vec![RouteRule::new(cidr("10.1.0.0/24"), Target::Drg(last))]);
    w
}

#[test]
fn r24_routes_get_no_further_than_four_drgs() {
    for (count, verdict) in
        [(1, Verdict::Reachable), (2, Verdict::Reachable), (4, Verdict::Reachable), (5, Verdict::Unreachable)]
    {
        let w = chain(count);
        assert_eq!(w.verdict(), verdict, "{count} DRGs\n{}", drawn(&w.answer()));
    }
}

#[test]
fn r25_no_way_from_a_drg_through_a_peering_into_another_drg() {
    let mut w = world();
    let far_drg = w.n.drgs.add(Drg { object: Object::new("far") });
    let middle = w.n.vcns.add(Vcn { object: Object::new("middle"), cidrs: vec![cidr("10.5.0.0/16")] });
    let to = Attached::Vcn { vcn: middle, ingress: None, offers: Offers::Vcn };
    w.n.attachments.add(Attachment { object: Object::new("middle-att"), drg: far_drg, to, table: None });
    let (_, _, edge_att) = w.spoke("edge", "10.6.0.0/16", "10.6.0.0/24");
    let edge = w.n.attachments[edge_att].to.vcn().unwrap();
    let left =
        w.n.lpgs.add(Lpg { object: Object::new("edge-lpg"), vcn: edge, peer: None, route_table: None });
    let onward = w.n.route_tables.add(RouteTable {
        object: Object::new("onward"),
        vcn: middle,
        rules: vec![RouteRule::new(cidr("10.8.0.0/16"), Target::Drg(far_drg))].into(),
    });
    let right = w.n.lpgs.add(Lpg {
        object: Object::new("middle-lpg"),
        vcn: middle,
        peer: Some(left),
        route_table: Some(onward),
    });
    w.n.lpgs[left].peer = Some(right);
    let ingress = w.n.route_tables.add(RouteTable {
        object: Object::new("edge-in"),
        vcn: edge,
        rules: vec![RouteRule::new(cidr("10.8.0.0/16"), Target::Lpg(left))].into(),
    });
    w.n.attachments[edge_att].to = Attached::Vcn { vcn: edge, ingress: Some(ingress), offers: Offers::Vcn };
    w.n.drg_tables[w.drt].rules.push(DrgRule::new(cidr("10.8.0.0/16"), edge_att));
    w.routes(w.fn_rt, vec![RouteRule::new(cidr("10.8.0.0/16"), Target::Drg(w.drg))]);
    let target = w.n.vcns.add(Vcn { object: Object::new("target"), cidrs: vec![cidr("10.8.0.0/16")] });
    let subnet = w.n.subnets.add(Subnet {
        object: Object::new("target-subnet"),
        vcn: target,
        cidr: cidr("10.8.0.0/24"),
        access: Access::Private,
        route_table: w.rt_database,
        security_lists: vec![w.db_sl],
    });
    let answer = w.ask(&Flow::tcp(Endpoint::Function(w.inserter), Endpoint::Subnet(subnet)).port(port(443)));
    assert!(
        answer.cases[0].trace.there.iter().any(|hop| hop.reason == Reason::DrgLpgDrg),
        "{}",
        drawn(&answer)
    );
}

#[test]
fn r26_the_order_among_identical_ranges() {
    // Static before imported.
    let mut w = world();
    let (_, _, other) = w.spoke("analytics-vcn", "10.1.0.0/24", "10.1.0.0/24");
    w.import_all();
    w.n.drg_tables[w.drt].rules.push(DrgRule::new(cidr("10.1.0.0/24"), w.spoke_att));
    assert_eq!(w.verdict(), Verdict::Reachable);
    w.n.drg_tables[w.drt].rules =
        vec![DrgRule::new(cidr("10.1.0.0/24"), other), DrgRule::new(cidr("10.0.0.0/16"), w.hub_att)].into();
    assert_eq!(w.verdict(), Verdict::Unreachable);
    // A VCN before a line with the same range and path.
    let mut w = world();
    let (_, tunnel) = w.site("10.1.0.0/24");
    w.import_all();
    w.n.drg_tables[w.drt].rules = Rules::default();
    let Attached::Ipsec(line) = &mut w.n.attachments[tunnel].to else { panic!() };
    line.routes =
        vec![LearnedRoute { destination: cidr("10.1.0.0/24"), as_path: 0, source: Source::NONE }].into();
    assert_eq!(w.verdict(), Verdict::Reachable);
}

#[test]
fn r26_lines_of_one_site_by_path_else_arbitrary() {
    let mut w = world();
    let (site, first) = w.site("192.168.0.0/16");
    let (_, second) = w.site("192.168.0.0/16");
    w.import_all();
    w.list(w.db_sl, vec![SecurityRule::egress(Cidr::ALL, Traffic::All)]);
    w.routes(w.rt_database, vec![RouteRule::new(cidr("192.168.0.0/16"), Target::Drg(w.drg))]);
    let flow = Flow::tcp(Endpoint::Vnic(w.vnic), Endpoint::Site(site)).port(port(443));
    let paths = |w: &mut World, lengths: [u32; 2]| {
        for (id, as_path) in [first, second].into_iter().zip(lengths) {
            let routes =
                vec![LearnedRoute { destination: cidr("192.168.0.0/16"), as_path, source: Source::NONE }]
                    .into();
            w.n.attachments[id].to = Attached::Ipsec(Line { site, routes });
        }
    };
    paths(&mut w, [1, 1]);
    assert_eq!(w.ask(&flow).verdict, Verdict::Ambiguous);
    paths(&mut w, [1, 2]);
    assert_eq!(w.ask(&flow).verdict, Verdict::Reachable);
}

#[test]
fn r27_the_longer_range_wins_before_static_beats_imported() {
    let mut w = world();
    w.spoke("analytics-vcn", "10.1.0.0/24", "10.1.0.0/25");
    w.import_all();
    // Static 10.1.0.0/16 leads to the sandbox; the imported /25 is longer, and leads to the other one.
    w.n.distributions.ids().for_each(drop);
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Unreachable);
    assert!(!answer.cases[0].all, "only the lower half of the function's subnet is hit");
    let Reason::Astray { because, .. } = reason(&answer) else { panic!("{}", drawn(&answer)) };
    assert!(because.contains("another network"), "{because}");
}

#[test]
fn r28_an_arbitrary_winner_is_not_picked() {
    let mut w = world();
    w.spoke("analytics-vcn", "10.1.0.0/24", "10.1.0.0/24");
    w.import_all();
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Ambiguous);
    let Reason::Tie { range, names } = reason(&answer) else { panic!("{}", drawn(&answer)) };
    assert_eq!((range, names.len()), (cidr("10.1.0.0/24"), 2), "both are named: {names:?}");
    let there = answer.cases[0].trace.there.iter().all(|hop| hop.outcome == trace::Outcome::Passes);
    assert!(there, "the way there is fine; it is the answer that may go astray");
}

#[test]
fn r30_a_destination_inside_the_own_vcn_never_reaches_the_drg() {
    let mut w = world();
    w.n.vcns[w.spoke].cidrs.push(cidr("10.0.0.0/24"));
    w.routes(w.fn_rt, vec![RouteRule::new(cidr("10.0.0.0/16"), Target::Drg(w.drg))]);
    let answer = w.answer();
    assert_eq!(answer.verdict, Verdict::Unreachable);
    assert_eq!(answer.fixes[0].text, "10.0.0.0/24 -> DRG hub", "a rule at least as long overrides it");
    w.routes(w.fn_rt, vec![RouteRule::new(cidr("10.0.0.0/24"), Target::Drg(w.drg))]);
    assert_eq!(w.verdict(), Verdict::Reachable);
}

#[test]
fn r31_equal_lines_share_the_load_if_the_table_says_so() {
    let mut w = world();
    let (site, _) = w.site("192.168.0.0/16");
    let (_, second) = w.site("192.168.0.0/16");
    let routes =
        vec![LearnedRoute { destination: cidr("192.168.0.0/16"), as_path: 1, source: Source::NONE }].into();
    w.n.attachments[second].to = Attached::Ipsec(Line { site, routes });
    w.import_all();
    w.list(w.db_sl, vec![SecurityRule::egress(Cidr::ALL, Traffic::All)]);
    w.routes(w.rt_database, vec![RouteRule::new(cidr("192.168.0.0/16"), Target::Drg(w.drg))]);
    let flow = Flow::tcp(Endpoint::Vnic(w.vnic), Endpoint::Site(site)).port(port(443));
    assert_eq!(w.ask(&flow).verdict, Verdict::Ambiguous);
    w.n.drg_tables[w.drt].ecmp = true;
    assert_eq!(w.ask(&flow).verdict, Verdict::Reachable);
}
