//! `docs/network-rules.md`: each rule, and the tests that hold it. The page is made by this test: `ADIT_WRITE_DOCS=1` writes it.

use std::fmt::Write as _;
use std::path::Path;

const RULES: &[(u8, &str)] = &[
    (
        1,
        "Leaving a VNIC, one table is used: the address's own, else the VNIC's, else the subnet's. They are not merged.",
    ),
    (
        2,
        "Entering a VCN by a gateway, the table associated with it is used; without one, a hidden table hands over to every subnet.",
    ),
    (3, "A gateway that has a table keeps one; an emptied table still hands over locally."),
    (4, "Within a subnet nothing is routed. Security rules apply at both VNICs all the same."),
    (5, "The longest prefix wins."),
    (
        6,
        "Each range of the VCN is an implicit local route; a written rule of the same length beats it, a shorter one does not.",
    ),
    (7, "A rule for addresses inside the VCN leads to a private IP, a local peering or the DRG only."),
    (8, "Without a match outside the VCN the packet is dropped."),
    (9, "A table takes one rule for a destination."),
    (
        10,
        "A service gateway is led to by a service label; a label is an opaque set, covered by itself and by 0.0.0.0/0 only.",
    ),
    (11, "A private IP as next hop: assigned in the VCN, source/destination check off, and forwarding."),
    (12, "The table of an internet gateway leads to a private IP in a public subnet only."),
    (
        13,
        "A table on a DRG attachment leads to a service gateway, private IP or local peering; one on a local peering to the DRG or a private IP.",
    ),
    (14, "A gateway that is disabled or blocks traffic passes nothing."),
    (
        15,
        "A packet uses the DRG table of the attachment by which it enters: question and answer use different ones.",
    ),
    (
        16,
        "Attachments without a table have the default of their kind; untouched defaults route between all VCNs.",
    ),
    (17, "A VCN attachment has two tables: one into the DRG, one into the VCN."),
    (18, "A static DRG rule leads to a VCN or a remote peering, never to a tunnel or circuit."),
    (19, "Import statements only accept; their priority does not affect which route is preferred."),
    (
        20,
        "A VCN attachment offers its subnets (or its VCN's ranges), and always the ranges in its ingress table.",
    ),
    (21, "A DRG gives a subnet no route: the subnet's own table must name the DRG."),
    (22, "A VCN is attached to one DRG only."),
    (23, "What comes by a tunnel or circuit never leaves by one."),
    (24, "Routes over remote peerings end after four DRGs."),
    (25, "From a DRG through a local peering into another DRG is not supported."),
    (
        26,
        "Among identical ranges: static, then AS path, then VCN, circuit, tunnel, remote peering; what is equal then is arbitrary.",
    ),
    (27, "The longest range wins before that: an imported /24 beats a static /16."),
    (28, "The winner of an arbitrary tie is not picked: the verdict is AMBIGUOUS, and both are named."),
    (29, "Which overlaps are refused, and which can be made."),
    (
        30,
        "A destination that is also inside the sender's VCN never reaches the DRG, unless a rule at least as long leads there.",
    ),
    (31, "Equal lines share the load if the table says so."),
    (
        32,
        "What any list of the subnet or any group of the VNIC admits is admitted; there are no rules that refuse.",
    ),
    (33, "Rules are enforced at the VNIC: the sender's egress, then the receiver's ingress."),
    (34, "A group as the other end works in rules of groups of the same VCN only."),
    (35, "A rule matches by direction, other end, protocol, and ports or ICMP type and code."),
    (36, "169.254.0.0/16 is not filtered."),
    (37, "The default list lets everything out and SSH in, and no ping; a new list or group is empty."),
    (38, "With a security attribute, Zero Trust Packet Routing must allow it as well: INDETERMINATE."),
    (39, "Later fragments of a datagram carry no ports; a rule with ports drops them."),
    (40, "A machine's own firewall cannot be seen."),
    (
        41,
        "What a stateful rule let through has its answer let through, whatever the rules of the other direction say.",
    ),
    (42, "A connection is tracked by protocol, both addresses and both ports."),
    (43, "What a stateless rule let through needs a rule for its answer, with ports mirrored."),
    (
        44,
        "Where a stateful and a stateless rule both match, the stateless one wins, across all lists and groups.",
    ),
    (45, "Without tracking, the message that a packet is too large needs a rule of its own."),
    (46, "A full tracking table drops new connections."),
    (47, "What is idle for too long is forgotten, and its answer dropped."),
    (
        48,
        "Internet, NAT and service gateways serve their own VCN only; no connection comes in by NAT or service gateway.",
    ),
    (49, "A service gateway is for Object Storage or for all services; what it is not for is dropped."),
    (
        50,
        "One table of a public subnet does not take a default route to the internet gateway and all services to a service gateway.",
    ),
    (51, "An internet gateway needs a public address; NAT lets nobody in."),
    (52, "A function has any address of its subnets."),
    (53, "Functions need ceil(sum of GB × containers / 14) + 3 addresses of a subnet."),
    (
        54,
        "A VCN has one to five ranges, /16 to /30, none of them reserved; three addresses of a subnet are Oracle's.",
    ),
    (55, "A subnet's range is inside one of its VCN's."),
];

/// Rules that no test is about, and why.
const OUTSIDE: &[(u8, &str)] = &[
    (46, "out of scope: how full the table is depends on load, which no description tells"),
    (50, "out of scope: a refusal that Oracle lists among known issues and may take back"),
];

/// Names of tests by the rule in front of them, from the sources of this binary.
fn tests() -> Vec<(u8, String)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut found = Vec::new();
    for file in std::fs::read_dir(here).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = source.lines().map(str::trim).collect();
        for pair in lines.windows(2) {
            let Some(name) = pair[1].strip_prefix("fn r").filter(|_| pair[0] == "#[test]") else { continue };
            let Some(name) = name.split('(').next() else { continue };
            if let Some(rule) = name.get(..2).and_then(|digits| digits.parse().ok()) {
                found.push((rule, format!("r{name}")));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_rule_has_a_test_or_a_reason() {
    let tests = tests();
    let mut page = String::from(
        "# The network's rules\n\nWhat Adit takes to be true of Oracle Cloud's networks, from Oracle's documentation. Each rule is held by the tests of\n\
         `crates/net/tests/it` named beside it; a trace names the rule that decided. This page is made from those tests.\n\n| rule | what it says | tests |\n|---|---|---|\n",
    );
    for (number, text) in RULES {
        let named: Vec<_> =
            tests.iter().filter(|(rule, _)| rule == number).map(|(_, name)| format!("`{name}`")).collect();
        let outside = OUTSIDE.iter().find(|(rule, _)| rule == number);
        let held = match (named.is_empty(), outside) {
            (false, None) => named.join(", "),
            (true, Some((_, why))) => (*why).to_owned(),
            (true, None) => panic!("R{number} has no test and no reason"),
            (false, Some(_)) => panic!("R{number} has a test and a reason for having none"),
        };
        writeln!(page, "| R{number} | {text} | {held} |").unwrap();
    }
    assert!(
        tests.iter().all(|(rule, _)| RULES.iter().any(|(number, _)| number == rule)),
        "a test of a rule that is not here"
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/network-rules.md");
    if std::env::var_os("ADIT_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/network-rules.md is not what the tests say: run this test with ADIT_WRITE_DOCS=1"
    );
}
