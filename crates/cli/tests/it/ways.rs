//! What `adit check` and `adit path` say of ways: the example, each of its five components missing, all pairs of them, two networks
//! with one range. Snapshots in `snapshots/` are read as text.

use std::collections::BTreeSet;

use crate::support::{Place, Ran};

/// What each missing component is found as: the code, and the object that is named.
const COMPONENTS: [(&str, &str); 5] = [
    ("A0201", "fn-public-rt"),
    ("A0207", "Default Route Table for shared-infrastructure-vcn"),
    ("A0208", "hub-spoke-transit-rt"),
    ("A0224", "Default Security List for shared-infrastructure-vcn"),
    ("A0226", "fn-public-sl"),
];

fn example() -> (Place, String) {
    let place = Place::new();
    let ran = place.run_here(&["init", "--example"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), "adit.toml written; next: adit check\n"));
    let text = std::fs::read_to_string(place.directory.path().join("adit.toml")).unwrap();
    (place, text)
}

fn without(text: &str, components: &[usize]) -> String {
    let marks: Vec<String> = components.iter().map(|number| format!("# component {number}:")).collect();
    let kept: Vec<&str> =
        text.lines().filter(|line| !marks.iter().any(|mark| line.contains(mark.as_str()))).collect();
    assert_eq!(kept.len() + components.len(), text.lines().count());
    kept.join("\n")
}

/// The errors as codes with objects, from the JSON.
fn errors(ran: &Ran) -> BTreeSet<(String, String)> {
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    findings
        .iter()
        .filter(|finding| finding["severity"] == "error")
        .map(|finding| (text(&finding["code"]), text(&finding["object"])))
        .collect()
}

#[test]
fn the_example_checks_clean() {
    let (place, _) = example();
    let ran = place.run_here(&["check"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    insta::assert_snapshot!("example", ran.stdout);
    insta::assert_snapshot!(
        "example-path",
        place.run_here(&["path", "postgres-inserter", "librarian"]).stdout
    );
}

#[test]
fn each_missing_component_is_the_one_finding() {
    let (place, text) = example();
    for (number, (code, object)) in (1..).zip(COMPONENTS) {
        place.file("adit.toml", &without(&text, &[number]));
        let ran = place.run_here(&["check", "--format", "json"]);
        assert_eq!(
            errors(&ran),
            BTreeSet::from([(code.to_owned(), object.to_owned())]),
            "component {number}"
        );
        let ran = place.run_here(&["check"]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.stdout.contains("\n  there   ") && ran.stdout.contains("\n  back    "), "{}", ran.stdout);
        insta::assert_snapshot!(format!("component-{number}"), ran.stdout);
    }
}

#[test]
fn of_two_missing_components_both_are_found() {
    let (place, text) = example();
    for first in 1..=5_usize {
        for second in first + 1..=5 {
            place.file("adit.toml", &without(&text, &[first, second]));
            let ran = place.run_here(&["check", "--format", "json"]);
            let expected: BTreeSet<_> = [first, second]
                .map(|number| COMPONENTS[number - 1])
                .map(|(code, object)| (code.to_owned(), object.to_owned()))
                .into();
            assert_eq!(errors(&ran), expected, "components {first} and {second}");
        }
    }
    place.file("adit.toml", &without(&text, &[1, 2, 3, 4, 5]));
    assert_eq!(errors(&place.run_here(&["check", "--format", "json"])).len(), 5);
}

/// The line that a finding proposes, written where it says, repairs it.
#[test]
fn what_is_proposed_repairs() {
    let (place, text) = example();
    for number in 1..=5 {
        let broken = without(&text, &[number]);
        place.file("adit.toml", &broken);
        let ran = place.run_here(&["check"]);
        let proposed =
            ran.stdout.lines().find_map(|line| line.trim().strip_prefix("in adit.toml, [")).unwrap();
        let (table, rest) = proposed.split_once("]: ").unwrap();
        let (list, rule) = rest.split_once(" += ").unwrap();
        let (before, after) = broken.split_once(&format!("[{table}]")).unwrap();
        let (head, tail) = after.split_once(&format!("\n{list} = [")).unwrap();
        let repaired = format!("{before}[{table}]{head}\n{list} = [ {rule},{tail}");
        place.file("adit.toml", &repaired);
        let ran = place.run_here(&["check"]);
        assert_eq!(ran.code, Some(0), "component {number}:\n{}", ran.stdout);
    }
}

#[test]
fn a_second_network_with_the_same_range_is_told_with_both_places_and_a_free_one() {
    let (place, text) = example();
    let second = "[vcn.analytics-vcn]\ncidr = \"10.1.0.0/24\"\ndrg = \"hub\"\nsubnet.notebooks = { cidr = \"10.1.0.0/24\" }\n\n";
    let text =
        text.replace("# ---- what uses the networks", &format!("{second}# ---- what uses the networks"));
    place.file("adit.toml", &text);
    let ran = place.run_here(&["check"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!("A0101", ran.stdout);
    // Where the gateway learns its routes, the longer one takes the replies.
    let learnt = text.replace(
        "rules = [\n  { destination = \"10.0.0.0/16\", attachment",
        "import = \"all\"\nrules = [\n  { destination = \"10.0.0.0/16\", attachment",
    );
    assert_ne!(learnt, text);
    place.file("adit.toml", &learnt);
    let ran = place.run_here(&["check"]);
    insta::assert_snapshot!("A0101-learnt", ran.stdout);
}

/// DESIGN's own form: of what is somebody else's only names are written, so nothing is known, and the owner is to be asked.
#[test]
fn what_is_not_written_of_somebody_elses_is_not_known() {
    let place = Place::new();
    place.file(
        "adit.toml",
        r#"version = 1
[drg.hub]
managed = false
route-table = "hub-spoke-transit-rt"
[vcn.shared-infrastructure-vcn]
cidr = "10.0.0.0/16"
drg = "hub"
managed = false
subnet.database = { cidr = "10.0.0.0/24", security-list = "Default Security List for shared-infrastructure-vcn" }
[vcn.sandbox-vcn]
cidr = "10.1.0.0/16"
drg = "hub"
subnet.fn-public-subnet = { cidr = "10.1.0.0/24", access = "public", route-table = "fn-public-rt", security-list = "fn-public-sl" }
[database.librarian]
subnet = "shared-infrastructure-vcn/database"
address = "10.0.0.146"
port = 6432
[application.ingest]
subnet = "sandbox-vcn/fn-public-subnet"
[function.postgres-inserter]
application = "ingest"
database = "librarian"
[require]
c = "the internet does not reach librarian"
"#,
    );
    let ran = place.run_here(&["check"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!("A0216", ran.stdout);
    insta::assert_snapshot!(
        "derived-path",
        place.run_here(&["path", "postgres-inserter", "librarian"]).stdout
    );
}

#[test]
fn the_other_codes_of_addresses() {
    for (code, text) in [
        (
            "A0102",
            "version = 1\n[vcn.a]\ncidr = \"10.0.0.0/16\"\nsubnet.b = { cidr = \"10.0.0.0/24\" }\nsubnet.c = { cidr = \"10.0.0.128/25\" }\n",
        ),
        ("A0103", "version = 1\n[vcn.a]\ncidr = [\"10.0.0.0/16\", \"10.0.1.0/24\"]\n"),
        (
            "A0104",
            "version = 1\n[vcn.a]\ncidr = \"10.0.0.0/16\"\nlocal-peering.to-b = { peer = \"b/to-a\" }\n[vcn.b]\ncidr = \"10.0.0.0/20\"\nlocal-peering.to-a = { peer = \"a/to-b\" }\n",
        ),
        (
            "A0105",
            "version = 1\n[drg.hub]\non-premises.office = { cidr = \"10.0.8.0/24\", by = \"ipsec\" }\n[vcn.a]\ncidr = \"10.0.0.0/16\"\ndrg = \"hub\"\n",
        ),
        (
            "A0106",
            "version = 1\n[vcn.a]\ncidr = \"10.0.0.0/16\"\nsubnet.f = { cidr = \"10.0.0.0/28\" }\n[application.i]\nsubnet = \"a/f\"\nconcurrency = 200\n[function.f]\napplication = \"i\"\nmemory = 1024\n",
        ),
        ("A0107", "version = 1\n[vcn.a]\ncidr = \"172.17.0.0/16\"\n"),
    ] {
        let place = Place::new();
        place.file("adit.toml", text);
        let ran = place.run_here(&["check", "--fail-on", "warning"]);
        assert_eq!(ran.code, Some(1), "{code}: {}", ran.stdout);
        assert!(ran.stdout.contains(&format!("[{code}]: ")), "{code}: {}", ran.stdout);
        insta::assert_snapshot!(code, ran.stdout);
    }
}

/// A requirement that something is not reached, refuted by a packet; one of each kind of rule that should not be.
#[test]
fn what_must_not_get_through_is_refuted_by_a_packet() {
    let (place, text) = example();
    let open = text.replace(
        "{ from = \"10.1.0.0/24\", protocol = \"tcp\", port = 6432 },",
        "{ from = \"10.1.0.0/16\", protocol = \"tcp\", port = 6432 },",
    );
    let open = open.replace("\n[route-table.fn-public-rt]", "\n[vcn.sandbox-vcn.subnet.other]\ncidr = \"10.1.7.0/24\"\nroute-table = \"fn-public-rt\"\nsecurity-list = \"open-sl\"\n\n[security-list.open-sl]\negress = [{ to = \"0.0.0.0/0\", protocol = \"all\" }]\n\n[route-table.fn-public-rt]");
    assert_ne!(open, text);
    place.file("adit.toml", &open);
    let ran = place.run_here(&["check"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!("A0231", ran.stdout);
}

#[test]
fn rules_that_should_not_be_are_told() {
    let place = Place::new();
    place.file(
        "adit.toml",
        r#"version = 1
[vcn.a]
cidr = "10.0.0.0/16"
nat-gateway = { enabled = false }
subnet.f = { cidr = "10.0.0.0/24", route-table = "t", security-list = ["s", "u"] }
subnet.d = { cidr = "10.0.1.0/24", security-list = "d" }
[route-table.t]
rules = [
  { destination = "10.0.0.0/16", target = "nat-gateway" },
  { destination = "0.0.0.0/0", target = "nat-gateway" },
  { destination = "all-services", target = "service-gateway" },
  { destination = "192.168.0.0/16", target = "10.0.0.9" },
  { destination = "192.168.0.0/16", target = "10.0.0.8" },
]
[route-table.alone]
vcn = "a"
rules = []
[security-list.s]
ingress = [{ from = "10.0.1.0/24", protocol = "tcp", source-port = 5432 }]
egress = [
  { to = "0.0.0.0/0", protocol = "all" },
  { to = "10.0.1.5/32", protocol = "tcp", port = 5432 },
  { to = "10.0.9.0/24", protocol = "udp", port = 53 },
]
[security-list.u]
egress = [{ to = "10.9.0.0/16", protocol = "tcp", port = 80, stateless = true }]
[security-list.d]
ingress = [{ from = "10.0.0.0/24", protocol = "tcp", port = 5432 }]
[database.d]
subnet = "a/d"
address = "10.0.1.5"
port = 5432
[application.i]
subnet = "a/f"
[function.f]
application = "i"
database = "d"
"#,
    );
    let ran = place.run_here(&["check"]);
    insta::assert_snapshot!("lints", ran.stdout);
}
