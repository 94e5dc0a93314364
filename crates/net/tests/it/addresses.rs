//! R22, R29, R53 to R55, and the address plan.

use adit_net::addresses::*;
use adit_net::*;
use proptest::prelude::*;

use crate::world::*;

#[test]
fn r22_a_vcn_is_on_one_drg() {
    let w = world();
    assert!(double_attachments(&w.n).is_empty());
    let mut w = w;
    let second = w.n.drgs.add(Drg { object: Object::new("second") });
    let to = Attached::Vcn { vcn: w.spoke, ingress: None, offers: Offers::Subnets };
    w.n.attachments.add(Attachment { object: Object::new("again"), drg: second, to, table: None });
    assert_eq!(double_attachments(&w.n).len(), 1);
}

#[test]
fn r29_who_meets_and_overlaps() {
    let mut w = world();
    assert_eq!(overlaps(&w.n), vec![]);
    w.spoke("analytics-vcn", "10.1.0.0/24", "10.1.0.0/24");
    w.site("10.0.128.0/17");
    let lone = w.n.vcns.add(Vcn { object: Object::new("lone"), cidrs: vec![cidr("10.0.0.0/16")] });
    let found = overlaps(&w.n);
    let drawn: Vec<_> = found
        .iter()
        .map(|it| format!("{} {} {} {:?}", it.first.name, it.second.name, it.range, it.meetings))
        .collect();
    assert_eq!(
        drawn,
        [
            "shared-infrastructure-vcn head-office 10.0.128.0/17 [Site(Name(\"hub\"))]",
            "sandbox-vcn analytics-vcn 10.1.0.0/24 [Drg(Name(\"hub\"))]",
        ]
    );
    // By a local peering it would be refused; two spokes of one hub are not.
    let (spoke, hub) = (w.spoke, w.hub);
    let mut lpg =
        |name: &str, vcn| w.n.lpgs.add(Lpg { object: Object::new(name), vcn, peer: None, route_table: None });
    let (a, b, c, d) = (lpg("a", hub), lpg("b", lone), lpg("c", hub), lpg("d", spoke));
    for (left, right) in [(a, b), (c, d)] {
        w.n.lpgs[left].peer = Some(right);
        w.n.lpgs[right].peer = Some(left);
    }
    w.n.vcns[lone].cidrs = vec![cidr("10.1.0.0/20")];
    let found = overlaps(&w.n);
    let hub =
        found.iter().find(|it| [&it.first.name, &it.second.name].contains(&&Name::new("lone"))).unwrap();
    assert_eq!(
        (hub.meetings.clone(), hub.meetings[0].refused()),
        (vec![Meeting::Hub(Name::new("shared-infrastructure-vcn"))], false)
    );
    w.n.vcns[lone].cidrs = vec![cidr("10.0.0.0/20")];
    let found = overlaps(&w.n);
    assert!(found.iter().any(|it| it.meetings.iter().any(Meeting::refused)));
}

#[test]
fn r29_two_subnets_of_a_vcn_and_two_ranges() {
    let mut w = world();
    let mut twin = w.n.subnets[w.database].clone();
    twin.cidr = cidr("10.0.0.128/25");
    w.n.subnets.add(twin);
    w.n.vcns[w.spoke].cidrs.push(cidr("10.1.4.0/24"));
    let ranges: Vec<_> = overlaps(&w.n).into_iter().map(|it| it.range.to_string()).collect();
    assert_eq!(ranges, ["10.0.0.128/25", "10.1.4.0/24"]);
}

#[test]
fn r53_addresses_that_functions_need() {
    let mut w = world();
    // Oracle's example: 0.5 GB, 2,000 at once.
    w.n.functions[w.inserter].memory = 512;
    w.n.functions[w.inserter].concurrency = 2000;
    let found = need(&w.n, w.fn_subnet);
    assert_eq!((found.needed, found.free, found.fits()), (75, 253, true));
    assert_eq!(need(&w.n, w.database), Need { needed: 0, free: 252 });
    w.n.functions[w.inserter].concurrency = u32::MAX;
    assert!(!need(&w.n, w.fn_subnet).fits());
}

#[test]
fn r54_what_a_vcn_may_have() {
    let mut w = world();
    let faults = |w: &World| fault_of_vcn(&w.n, w.spoke).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(faults(&w).is_empty());
    w.n.vcns[w.spoke].cidrs = vec![
        cidr("10.0.0.0/15"),
        cidr("10.4.0.0/31"),
        cidr("169.254.0.0/16"),
        cidr("240.0.0.0/16"),
        cidr("172.17.0.0/16"),
        cidr("10.9.0.0/16"),
    ];
    insta::assert_snapshot!(faults(&w).join("\n"));
    assert_eq!(usable(cidr("10.0.0.0/30")), 1, "three are Oracle's");
}

#[test]
fn r55_a_subnet_is_inside_its_vcn() {
    let mut w = world();
    assert_eq!(fault_of_subnet(&w.n, w.fn_subnet), vec![]);
    w.n.subnets[w.fn_subnet].cidr = cidr("10.2.0.0/24");
    assert_eq!(
        fault_of_subnet(&w.n, w.fn_subnet)[0].to_string(),
        "10.2.0.0/24 is not inside a range of its VCN: 10.1.0.0/16"
    );
}

#[test]
fn the_first_free_ranges() {
    let w = world();
    let mut plan = Plan::of_vcns(&w.n);
    let wish = Wish { length: 16, inside: vec![] };
    assert_eq!(plan.free(&wish, 2), [cidr("10.2.0.0/16"), cidr("10.3.0.0/16")]);
    plan.reserve(cidr("10.2.7.0/24"));
    assert_eq!(plan.free(&wish, 1), [cidr("10.3.0.0/16")]);
    let inside = Wish { length: 24, inside: vec![cidr("10.1.0.0/16")] };
    assert_eq!(Plan::of_subnets(&w.n, w.spoke).free(&inside, 1), [cidr("10.1.1.0/24")]);
    assert_eq!(Plan::default().free(&wish, 1), [cidr("10.1.0.0/16")], "10.0.0.0/16 is what everybody has");
    assert_eq!(Plan::default().free(&Wish { length: 16, inside: vec![cidr("172.16.0.0/12")] }, 2).len(), 2);
}

#[test]
fn ranges_are_read_strictly() {
    let errors =
        ["10.0.0.0", "10.0.0.1/24", "10.0.0.0/33", "10.0.0/24", "fd00::/8", "10.0.0.0/ 8", "10.0.0.0/+8", ""];
    let said: Vec<_> = errors.iter().map(|text| text.parse::<Cidr>().unwrap_err().to_string()).collect();
    insta::assert_snapshot!(said.join("\n"));
    assert_eq!(Port::new(70000).unwrap_err().to_string(), "70000 is not a port: 1 to 65535 are allowed");
    assert_eq!(
        PortRange::new(port(9), port(3)).unwrap_err().to_string(),
        "ports 9 to 3 are no range: the first is larger than the last"
    );
}

proptest! {
    #[test]
    fn a_range_is_read_as_it_is_written(address: u32, length in 0u8..=32) {
        let range = Cidr::holding(address.into(), length);
        prop_assert_eq!(range.to_string().parse::<Cidr>(), Ok(range));
        prop_assert!(range.contains(address.into()) && range.contains(range.last()) && range.contains(range.first()));
        prop_assert_eq!(range.size(), u64::from(u32::from(range.last())) - u64::from(u32::from(range.first())) + 1);
    }

    #[test]
    fn what_is_free_overlaps_nothing_taken(taken in proptest::collection::vec((0u32..1 << 20, 18u8..=28), 0..40), length in 18u8..=26) {
        let mut plan = Plan::default();
        let inside = cidr("10.0.0.0/12");
        let taken: Vec<_> = taken.into_iter().map(|(offset, length)| Cidr::holding(((10 << 24) + offset).into(), length)).collect();
        for range in &taken {
            plan.reserve(*range);
        }
        let found = plan.free(&Wish { length, inside: vec![inside] }, 3);
        for range in &found {
            prop_assert!(inside.covers(*range) && !taken.iter().any(|other| other.overlaps(*range)));
        }
        // The first is the first: everything before it is taken.
        let first = found.first().map_or(u64::from(u32::from(inside.last())) + 1, |range| u64::from(u32::from(range.first())));
        let mut at = u64::from(u32::from(inside.first()));
        while at < first {
            let block = Cidr::holding(u32::try_from(at).unwrap().into(), length);
            prop_assert!(taken.iter().any(|other| other.overlaps(block)));
            at += block.size();
        }
    }
}
