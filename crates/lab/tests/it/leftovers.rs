//! Namespaces do not outlive whoever made them, killed or not.

use std::net::Ipv4Addr;
use std::process::Command;

use adit_lab::{Lab, Plan, Winner};
use adit_net::{Access, Network, Object, RouteTable, Rules, Subnet, Vcn};

use crate::networks::cidr;
use crate::permission::permitted;

fn network() -> Network {
    let mut n = Network::default();
    let vcn = n.vcns.add(Vcn { object: Object::new("vcn"), cidrs: vec![cidr("10.0.0.0/16")] });
    let rules = Rules::default();
    let route_table = n.route_tables.add(RouteTable { object: Object::new("rt"), vcn, rules });
    let cidr = cidr("10.0.0.0/24");
    let (access, security_lists) = (Access::Private, Vec::new());
    n.subnets.add(Subnet { object: Object::new("subnet"), vcn, cidr, access, route_table, security_lists });
    n
}

fn names() -> Vec<String> {
    let listed = Command::new("ip").args(["netns", "list"]).output().unwrap().stdout;
    let text = String::from_utf8(listed).unwrap();
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn namespaces_go_with_the_laboratory_and_those_of_the_dead_with_the_next_one() {
    if !permitted("namespaces_go_with_the_laboratory_and_those_of_the_dead_with_the_next_one") {
        return;
    }
    // As a killed process leaves it.
    let mut dead = Command::new("true").spawn().unwrap();
    let left = format!("adit-lab-{}-0", dead.id());
    dead.wait().unwrap();
    assert!(Command::new("ip").args(["netns", "add", &left]).status().unwrap().success());
    let plan = Plan::of(&network(), Winner::First).unwrap();
    let lab = Lab::build(plan).unwrap();
    assert!(!names().contains(&left), "what a dead process left is swept up");
    let spot = lab.plan().spots[0].clone();
    // A socket is really made inside: the address is nowhere else.
    let bind = || std::net::UdpSocket::bind((spot.range.first(), 0));
    assert!(bind().is_err() && lab.inside(spot.space, bind).unwrap().is_ok());
    assert!(bind().is_err(), "the thread is back where it was");
    assert_eq!(spot.range.first(), Ipv4Addr::new(10, 0, 0, 16));
    let own = lab.names().to_vec();
    assert!(own.iter().all(|name| names().contains(name)));
    drop(lab);
    assert!(names().iter().all(|name| !own.contains(name)));
}
