//! What a file describes is what is built: names resolved, what is not written derived or unknown, what is written left alone.

use adit_blueprint::{Outcome, Source, build, changes, derived, endpoint, endpoints, parse, prove};
use adit_net::{Accepts, Attached, Network, Origin, Rules, Target};

const EXAMPLE: &str = include_str!("../../../cli/src/prove/init/example.toml");

fn network(text: &str) -> Network {
    let parsed = parse(&Source::new("adit.toml", text));
    assert_eq!(parsed.faults, []);
    let built = build(&parsed.blueprint);
    assert_eq!(built.faults, []);
    built.network
}

#[test]
fn a_change_with_too_many_ends_is_not_compared_and_that_is_said() {
    let mut text = "version = 1\n[vcn.a]\ncidr = \"10.0.0.0/16\"\n".to_owned();
    for number in 0..160 {
        text.push_str(&format!("subnet.s{number} = {{ cidr = \"10.0.{number}.0/24\" }}\n"));
    }
    let parsed = parse(&Source::new("adit.toml", text));
    let built = build(&parsed.blueprint);
    let before = build(&parse(&Source::new("adit.toml", "version = 1\n")).blueprint);
    let findings = changes(&before, &built);
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["A0263"]);
}

#[test]
fn the_example_has_its_objects_and_nothing_is_derived_into_what_is_written() {
    let network = network(EXAMPLE);
    let counts =
        [network.vcns.len(), network.subnets.len(), network.route_tables.len(), network.security_lists.len()];
    assert_eq!(counts, [2, 2, 2, 2]);
    assert_eq!([network.attachments.len(), network.drg_tables.len(), network.gateways.len()], [2, 1, 1]);
    let table = network.route_tables.find(|table| table.object.name.as_str() == "fn-public-rt").unwrap();
    let rules = network.route_tables.at(table).rules.known();
    assert_eq!(rules.len(), 2);
    assert!(rules.iter().all(|rule| rule.origin == Origin::Written));
    assert_eq!(derived(&network), []);
    // Both attachments use the only table that is written.
    assert!(network.attachments.iter().all(|(_, attachment)| attachment.table.is_some()));
    // The gateway that a rule of the spoke leads to follows from that rule.
    let (_, gateway) = network.gateways.iter().next().unwrap();
    assert_eq!((gateway.object.name.as_str(), gateway.object.origin), ("sandbox-vcn-igw", Origin::Derived));
    assert!(!network.vcns.at(network.subnets.iter().next().unwrap().1.vcn).object.managed);
}

#[test]
fn what_is_not_written_is_derived_if_managed_and_unknown_if_not() {
    let text = r#"version = 1
[drg.hub]
[vcn.hub]
cidr = "10.0.0.0/16"
drg = "hub"
managed = false
subnet.d = { cidr = "10.0.0.0/24", route-table = "d-rt" }
[vcn.spoke]
cidr = "10.1.0.0/16"
drg = "hub"
subnet.f = { cidr = "10.1.0.0/24" }
[database.db]
subnet = "hub/d"
address = "10.0.0.9"
port = 5432
[application.a]
subnet = "spoke/f"
[function.f]
application = "a"
database = "db"
"#;
    let network = network(text);
    let unknown: Vec<bool> = network.route_tables.iter().map(|(_, table)| table.rules.is_unknown()).collect();
    assert_eq!(unknown, [true, false]);
    assert!(network.security_lists.iter().next().unwrap().1.rules == Rules::Unknown);
    let lines: Vec<String> =
        derived(&network).into_iter().map(|line| format!("[{}] {}", line.table, line.rule)).collect();
    assert_eq!(
        lines,
        [
            "[route-table.f-rt] rules += { destination = \"10.0.0.0/16\", target = \"drg\" }",
            "[route-table.f-rt] rules += { destination = \"all-services\", target = \"service-gateway\" }",
            "[security-list.f-sl] egress += { to = \"10.0.0.9/32\", protocol = \"tcp\", port = 5432 }",
            "[security-list.f-sl] egress += { to = \"all-services\", protocol = \"tcp\", port = 443 }",
        ]
    );
}

/// A file in which everything is the user's own, and nothing but the need is written, is proved.
#[test]
fn what_is_derived_is_enough() {
    for access in ["public", "private"] {
        let text = format!(
            r#"version = 1
[drg.hub]
route-table = "transit"
[vcn.a]
cidr = "10.0.0.0/16"
drg = "hub"
subnet.d = {{ cidr = "10.0.0.0/24" }}
[vcn.b]
cidr = "10.1.0.0/16"
drg = "hub"
subnet.f = {{ cidr = "10.1.0.0/24", access = "{access}" }}
[database.db]
subnet = "a/d"
address = "10.0.0.9"
port = 5432
[application.a]
subnet = "b/f"
[function.f]
application = "a"
database = "db"
[require]
only = "nothing else reaches db"
"#
        );
        let parsed = parse(&Source::new("adit.toml", text));
        let built = build(&parsed.blueprint);
        let proof = prove(&parsed.blueprint, &built);
        assert_eq!(proof.findings, [], "{access}");
        assert_eq!(proof.answers.len(), 3);
        assert!(proof.answers.iter().all(|answer| answer.outcome == Outcome::Holds), "{:?}", proof.answers);
        let (_, table) = built.network.drg_tables.iter().next().unwrap();
        let imports = built.network.distributions.at(table.imports.unwrap()).statements.known();
        assert!(matches!(imports[0].accepts, Accepts::Kind(_)) && imports[0].origin == Origin::Derived);
    }
}

#[test]
fn gateways_peerings_groups_and_machines_are_read() {
    let network = network(
        r#"version = 1
[drg.east]
remote-peering.to-west = { peer = "west/to-east", route-table = "rpc" }
on-premises.office = { cidr = ["192.168.0.0/16"], by = "ipsec" }
[drg.east.route-table.vcns]
default-for = "vcn-attachments"
rules = [{ destination = "10.9.0.0/16", attachment = "to-west" }]
import = ["type:vcn", "office"]
[drg.east.route-table.rpc]
default-for = "other-attachments"
import = "all"
[drg.west]
remote-peering.to-east = { peer = "east/to-west" }
[vcn.a]
cidr = ["10.0.0.0/16", "10.1.0.0/16"]
drg = { gateway = "east", vcn-route-table = "ingress-rt", advertises = "vcn" }
internet-gateway = "igw"
nat-gateway = { name = "nat", enabled = false }
service-gateway = { services = "object-storage", route-table = "ingress-rt" }
local-peering.to-b = { peer = "b/to-a" }
subnet.s = { cidr = "10.0.0.0/24", route-table = "rt", security-list = ["one", "two"] }
[vcn.b]
cidr = "172.16.0.0/16"
local-peering.to-a = { peer = "a/to-b" }
[route-table.rt]
rules = [
  { destination = "172.16.0.0/16", target = "local-peering/to-b" },
  { destination = "0.0.0.0/0", target = "10.0.0.5" },
  { destination = "object-storage", target = "service-gateway" },
]
[route-table.ingress-rt]
rules = []
[security-list.one]
ingress = [{ from = "0.0.0.0/0", protocol = 47 }, { from = "0.0.0.0/0", protocol = "icmp", icmp-type = 3, icmp-code = 4 }]
[security-list.two]
egress = [{ to = "all-services", protocol = "udp", port = "53-54", source-port = 53, stateless = true }]
[nsg.firewalls]
ingress = [{ from = "nsg/firewalls", protocol = "all" }]
[appliance.firewall]
subnet = "a/s"
address = "10.0.0.5"
forwards = true
source-check = false
nsg = "firewalls"
"#,
    );
    let (_, table) =
        network.route_tables.iter().find(|(_, table)| table.object.name.as_str() == "rt").unwrap();
    let targets: Vec<_> = table.rules.known().iter().map(|rule| rule.target).collect();
    assert!(matches!(targets[..], [Target::Lpg(_), Target::PrivateIp(_), Target::Gateway(_)]), "{targets:?}");
    let peered = network
        .attachments
        .iter()
        .filter(|(_, attachment)| matches!(attachment.to, Attached::RemotePeering { peer: Some(_) }));
    assert_eq!(peered.count(), 2);
    assert!(network.lpgs.iter().all(|(_, lpg)| lpg.peer.is_some()));
    assert_eq!(network.gateways.iter().filter(|(_, gateway)| gateway.open).count(), 2);
    let (_, card) = network.vnics.iter().next().unwrap();
    assert!(!card.source_dest_check && card.nsgs.len() == 1);
    let names = endpoints(&network);
    assert_eq!(names, ["firewall", "s", "office", "internet"]);
    assert!(names.iter().all(|name| endpoint(&network, name).is_ok()));
}

/// What the export adds to a function's environment counts, too: the tables, and where the secret is.
#[test]
fn the_whole_environment_of_a_function_is_measured() {
    let file = |length: usize, secret: &str| {
        format!(
            "version = 1\n[vcn.v]\ncidr = \"10.0.0.0/16\"\nsubnet.s = {{ cidr = \"10.0.0.0/24\" }}\n\
             [database.d]\nsubnet = \"v/s\"\naddress = \"10.0.0.9\"\nport = 5432\n{secret}\n\
             [application.a]\nsubnet = \"v/s\"\n[function.f]\napplication = \"a\"\ndatabase = \"d\"\ntables = [\"t\", \"u\"]\n\
             config.ADIT_MAPPING = \"{}\"\n",
            "x".repeat(length)
        )
    };
    let codes = |text: &str| {
        let parsed = adit_blueprint::parse(&adit_blueprint::Source::new("adit.toml", text));
        parsed.faults.iter().map(|fault| fault.code.as_str()).collect::<Vec<_>>()
    };
    // ADIT_TABLE=t,u and ADIT_MAPPING are 25 bytes of their own.
    let rest = 4096 - "ADIT_TABLEt,uADIT_MAPPING".len();
    assert!(codes(&file(rest, "")).is_empty());
    assert_eq!(codes(&file(rest + 1, "")), ["A0180"]);
    assert_eq!(codes(&file(rest, "secret = \"s\"")), ["A0180"]);
    assert!(codes(&file(rest - 124, "secret = \"s\"")).is_empty());
}
