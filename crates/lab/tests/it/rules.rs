//! Rules that random networks are too small for.

use adit_net::*;

use crate::networks::cidr;
use crate::small::{Case, far, takes_all};

/// Routes over remote peerings get as far as the fourth DRG (R24).
#[test]
fn routes_get_as_far_as_the_fourth_drg() {
    for (drgs, answered) in [(4, 3), (5, 0)] {
        let mut case = Case::new();
        let drgs: Vec<DrgId> =
            (0..drgs).map(|i| case.n.drgs.add(Drg { object: Object::new(format!("drg-{i}")) })).collect();
        let tables: Vec<DrgTableId> = drgs.iter().map(|&drg| takes_all(&mut case.n, drg)).collect();
        let far = far(&mut case, drgs[drgs.len() - 1]);
        case.rule(0, "10.1.0.0/24", Target::Drg(drgs[0]));
        let far_vcn = case.n.subnets.at(far).vcn;
        for (vcn, at) in [(case.vcn, 0), (far_vcn, drgs.len() - 1)] {
            let to = Attached::Vcn { vcn, ingress: None, offers: Offers::Subnets };
            let (drg, table) = (drgs[at], Some(tables[at]));
            case.n.attachments.add(Attachment { object: Object::new("vcn"), drg, to, table });
        }
        for at in 1..drgs.len() {
            let mut end = |at: usize, peer| {
                let (drg, table) = (drgs[at], Some(tables[at]));
                let to = Attached::RemotePeering { peer };
                case.n.attachments.add(Attachment { object: Object::new("peering"), drg, to, table })
            };
            let left = end(at - 1, None);
            let right = end(at, Some(left));
            case.n.attachments.at_mut(left).to = Attached::RemotePeering { peer: Some(right) };
        }
        let test = "routes_get_as_far_as_the_fourth_drg";
        let tally = case.ask(test, Endpoint::Subnet(case.subnets[0]), Endpoint::Subnet(far));
        assert!(tally.is_none_or(|tally| tally.answered == answered), "{} DRGs", drgs.len());
    }
}

/// What came from a DRG does not get by a local peering into another DRG (R25); what did not, does.
#[test]
fn nothing_gets_from_a_drg_by_a_peering_into_a_drg() {
    let mut case = Case::new();
    let drgs = ["near", "beyond"].map(|name| case.n.drgs.add(Drg { object: Object::new(name) }));
    // near: the VCN and `left`; beyond: `right` and the far VCN; between `left` and `right` a peering.
    let far = far(&mut case, drgs[1]);
    let far_vcn = case.n.subnets.at(far).vcn;
    let [left, right] = [("left", "10.2.0.0/16"), ("right", "10.3.0.0/16")]
        .map(|(name, range)| case.n.vcns.add(Vcn { object: Object::new(name), cidrs: vec![cidr(range)] }));
    let lpgs = [left, right].map(|vcn| {
        let object = Object::new("peering");
        case.n.lpgs.add(Lpg { object, vcn, peer: None, route_table: None })
    });
    let goal = cidr("10.1.0.0/24");
    let to_peering = vec![RouteRule::new(goal, Target::Lpg(lpgs[0]))].into();
    let to_drg = vec![RouteRule::new(goal, Target::Drg(drgs[1]))].into();
    let object = || Object::new("way");
    let by_left = case.n.route_tables.add(RouteTable { object: object(), vcn: left, rules: to_peering });
    let by_right = case.n.route_tables.add(RouteTable { object: object(), vcn: right, rules: to_drg });
    case.n.lpgs.at_mut(lpgs[0]).peer = Some(lpgs[1]);
    *case.n.lpgs.at_mut(lpgs[1]) =
        Lpg { object: object(), vcn: right, peer: Some(lpgs[0]), route_table: Some(by_right) };
    case.rule(0, "10.1.0.0/24", Target::Drg(drgs[0]));
    for (drg, vcn, ingress) in
        [(0, case.vcn, None), (0, left, Some(by_left)), (1, right, None), (1, far_vcn, None)]
    {
        let to = Attached::Vcn { vcn, ingress, offers: Offers::Subnets };
        case.n.attachments.add(Attachment { object: object(), drg: drgs[drg], to, table: None });
    }
    let list = SecurityList { vcn: left, ..case.n.security_lists.at(case.list).clone() };
    let security_lists = vec![case.n.security_lists.add(list)];
    let inside = case.n.subnets.add(Subnet {
        object: object(),
        vcn: left,
        cidr: cidr("10.2.0.0/24"),
        access: Access::Private,
        route_table: by_left,
        security_lists,
    });
    let test = "nothing_gets_from_a_drg_by_a_peering_into_a_drg";
    let tally = case.ask(test, Endpoint::Subnet(case.subnets[0]), Endpoint::Subnet(far));
    assert!(tally.is_none_or(|tally| tally.lost == 3));
    // The way back is another matter: it is not laid.
    let tally = case.ask(test, Endpoint::Subnet(inside), Endpoint::Subnet(far));
    assert!(tally.is_none_or(|tally| tally.unanswered == 3));
}

/// A service gateway serves the cards of its own VCN, and none that come to it through a DRG (R48).
#[test]
fn a_service_gateway_serves_no_spoke() {
    let mut case = Case::new();
    let drg = case.n.drgs.add(Drg { object: Object::new("drg") });
    let far = far(&mut case, drg);
    let spoke = case.n.subnets.at(far).vcn;
    let kind = GatewayKind::Service(ServiceLabel::AllServices);
    let object = || Object::new("services");
    let gateway = Gateway { object: object(), vcn: case.vcn, kind, open: true, route_table: None };
    let gateway = case.n.gateways.add(gateway);
    // One table for the VCN's own subnet and for what comes from the DRG.
    let to_services = RouteRule::new(ServiceLabel::AllServices, Target::Gateway(gateway));
    case.n.route_tables.at_mut(case.tables[0]).rules.push(to_services);
    let ingress = Some(case.tables[0]);
    let to = Attached::Vcn { vcn: case.vcn, ingress, offers: Offers::Subnets };
    let hub = case.n.attachments.add(Attachment { object: object(), drg, to, table: None });
    let rules = vec![DrgRule::new(Cidr::ALL, hub)].into();
    let everything = DrgTable { object: object(), drg, rules, imports: None, ecmp: false };
    let table = Some(case.n.drg_tables.add(everything));
    let to = Attached::Vcn { vcn: spoke, ingress: None, offers: Offers::Subnets };
    case.n.attachments.add(Attachment { object: object(), drg, to, table });
    let everywhere = vec![RouteRule::new(Cidr::ALL, Target::Drg(drg))].into();
    let of_far = case.n.subnets.at(far).route_table;
    case.n.route_tables.at_mut(of_far).rules = everywhere;
    let test = "a_service_gateway_serves_no_spoke";
    let services = Endpoint::Oracle(OracleService::Other);
    let tally = case.ask(test, Endpoint::Subnet(case.subnets[0]), services);
    assert!(tally.is_none_or(|tally| tally.answered == 3));
    let tally = case.ask(test, Endpoint::Subnet(far), services);
    assert!(tally.is_none_or(|tally| tally.lost == 3));
}

/// A rule for one code of an ICMP type is for no other (R35).
#[test]
fn an_icmp_rule_is_for_its_code() {
    for (code, answered) in [(4, 0), (0, 1)] {
        let mut case = Case::new();
        let echo = Traffic::Icmp(Some(IcmpKind { kind: 8, code: Some(code) }));
        let rules =
            vec![SecurityRule::egress(Cidr::ALL, Traffic::All), SecurityRule::ingress(Cidr::ALL, echo)];
        case.n.security_lists.at_mut(case.list).rules = rules.into();
        let [from, to] = case.subnets.map(Endpoint::Subnet);
        let tally = case.ask("an_icmp_rule_is_for_its_code", from, to);
        assert!(tally.is_none_or(|tally| tally.answered == answered));
    }
}

/// A group as the other end admits nothing in a list, and its members in a group of the same VCN (R34).
#[test]
fn a_group_is_an_other_end_in_groups_alone() {
    for (in_list, answered) in [(true, 0), (false, 3)] {
        let mut case = Case::new();
        let mut rules = vec![SecurityRule::egress(Cidr::ALL, Traffic::All)];
        let ingress = SecurityRule::ingress(Cidr::ALL, Traffic::All);
        let (object, vcn) = (Object::new("group"), case.vcn);
        let nsg = case.n.nsgs.add(Nsg { object, vcn, rules: Rules::default() });
        let from_members = SecurityRule { peer: Peer::Nsg(nsg), ..ingress };
        if in_list {
            rules.push(from_members);
        } else {
            case.n.nsgs.at_mut(nsg).rules.push(from_members);
        }
        case.n.security_lists.at_mut(case.list).rules = rules.into();
        let [from, to] = [(0, "10.0.0.146"), (1, "10.0.1.146")]
            .map(|(subnet, address)| case.machine(case.subnets[subnet], &[(address, None)])[0]);
        for vnic in case.n.vnics.ids() {
            case.n.vnics.at_mut(vnic).nsgs = vec![nsg];
        }
        let tally = case.ask("a_group_is_an_other_end_in_groups_alone", from, to);
        assert!(tally.is_none_or(|tally| tally.answered == answered));
    }
}

/// A rule that leads what is inside the VCN to a gateway cannot be, and is passed over (R7).
#[test]
fn nothing_inside_a_vcn_is_led_to_a_gateway() {
    let mut case = Case::new();
    let (object, vcn) = (Object::new("nat"), case.vcn);
    let nat = Gateway { object, vcn, kind: GatewayKind::Nat, open: true, route_table: None };
    let nat = case.n.gateways.add(nat);
    case.rule(0, "10.0.1.0/24", Target::Gateway(nat));
    let [from, to] = case.subnets.map(Endpoint::Subnet);
    let tally = case.ask("nothing_inside_a_vcn_is_led_to_a_gateway", from, to);
    assert!(tally.is_none_or(|tally| tally.answered == 3));
}

/// Of routes for one range a static one wins (R26): here it leads nowhere.
#[test]
fn a_static_route_beats_an_imported_one() {
    for (fixed, answered) in [(false, 3), (true, 0)] {
        let mut case = Case::new();
        let drg = case.n.drgs.add(Drg { object: Object::new("drg") });
        let far = far(&mut case, drg);
        case.rule(0, "10.1.0.0/24", Target::Drg(drg));
        let table = takes_all(&mut case.n, drg);
        let ids = [case.vcn, case.n.subnets.at(far).vcn].map(|vcn| {
            let to = Attached::Vcn { vcn, ingress: None, offers: Offers::Subnets };
            let object = Object::new("attachment");
            case.n.attachments.add(Attachment { object, drg, to, table: Some(table) })
        });
        if fixed {
            case.n.drg_tables.at_mut(table).rules.push(DrgRule::new(cidr("10.1.0.0/24"), ids[0]));
        }
        let test = "a_static_route_beats_an_imported_one";
        let tally = case.ask(test, Endpoint::Subnet(case.subnets[0]), Endpoint::Subnet(far));
        assert!(tally.is_none_or(|tally| tally.answered == answered));
    }
}

/// Of two lines for one range the one with the shorter path wins, of equal paths the circuit (R26).
#[test]
fn of_two_lines_the_shorter_wins_and_then_the_circuit() {
    for (as_path, answered) in [(1, 3), (2, 0), (3, 0)] {
        let mut case = Case::new();
        let drg = case.n.drgs.add(Drg { object: Object::new("drg") });
        case.rule(0, "192.168.0.0/16", Target::Drg(drg));
        let object = || Object::new("attachment");
        let to = Attached::Vcn { vcn: case.vcn, ingress: None, offers: Offers::Subnets };
        case.n.attachments.add(Attachment { object: object(), drg, to, table: None });
        let mut line = |range: &str, as_path| {
            let site = case.n.sites.add(Site { object: Object::new(range), ranges: vec![cidr(range)] });
            let destination = cidr("192.168.0.0/16");
            let route = LearnedRoute { destination, as_path, source: Source::NONE };
            Line { site, routes: vec![route].into() }
        };
        let (tunnel, circuit) = (line("192.168.0.0/17", as_path), line("192.168.128.0/17", 2));
        let meant = tunnel.site;
        for to in [Attached::Ipsec(tunnel), Attached::VirtualCircuit(circuit)] {
            case.n.attachments.add(Attachment { object: object(), drg, to, table: None });
        }
        let test = "of_two_lines_the_shorter_wins_and_then_the_circuit";
        let tally = case.ask(test, Endpoint::Subnet(case.subnets[0]), Endpoint::Site(meant));
        assert!(tally.is_none_or(|tally| tally.answered == answered), "path {as_path}");
    }
}

/// The default table of a line takes in VCNs alone; that of a VCN takes in what comes over a remote peering, too (R16).
#[test]
fn the_default_table_of_a_line_knows_vcns_alone() {
    let mut case = Case::new();
    let [near, beyond] = ["near", "beyond"].map(|name| case.n.drgs.add(Drg { object: Object::new(name) }));
    let far = far(&mut case, beyond);
    case.rule(0, "10.1.0.0/24", Target::Drg(near));
    let everywhere = vec![RouteRule::new(Cidr::ALL, Target::Drg(beyond))].into();
    let of_far = case.n.subnets.at(far).route_table;
    case.n.route_tables.at_mut(of_far).rules = everywhere;
    let mut attach = |drg, to| {
        case.n.attachments.add(Attachment { object: Object::new("attachment"), drg, to, table: None })
    };
    let vcn = |vcn| Attached::Vcn { vcn, ingress: None, offers: Offers::Subnets };
    attach(near, vcn(case.vcn));
    let left = attach(near, Attached::RemotePeering { peer: None });
    let right = attach(beyond, Attached::RemotePeering { peer: Some(left) });
    let site = case.n.sites.add(Site { object: Object::new("site"), ranges: vec![cidr("192.168.0.0/16")] });
    attach(near, Attached::Ipsec(Line { site, routes: Rules::default() }));
    attach(beyond, vcn(case.n.subnets.at(far).vcn));
    case.n.attachments.at_mut(left).to = Attached::RemotePeering { peer: Some(right) };
    let test = "the_default_table_of_a_line_knows_vcns_alone";
    let tally = case.ask(test, Endpoint::Subnet(case.subnets[0]), Endpoint::Subnet(far));
    assert!(tally.is_none_or(|tally| tally.answered == 3));
    let tally = case.ask(test, Endpoint::Site(site), Endpoint::Subnet(far));
    assert!(tally.is_none_or(|tally| tally.lost == 3));
}
