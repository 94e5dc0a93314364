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
