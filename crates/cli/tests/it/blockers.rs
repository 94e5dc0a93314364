//! A case for each code of ways that the five components do not give: the example with one thing wrong.

use std::collections::BTreeSet;

use crate::support::Place;

/// The code that must be among the findings, what is replaced in the example, by what, and what is added at its end.
const CASES: &[(&str, &str, &str, &str)] = &[
    (
        "A0159",
        "a = \"postgres-inserter reaches",
        "a = \"librarian reaches",
        "[function.librarian]\napplication = \"ingest\"\n",
    ),
    ("A0169", "a = \"postgres-inserter reaches librarian\"", "a = \"postgres-inserter is happy\"", ""),
    ("A0202", "  { destination = \"10.0.0.0/16\", attachment = \"shared-infrastructure-vcn\" },\n", "", ""),
    (
        "A0203",
        "cidr = \"10.1.0.0/16\"\n",
        "cidr = \"10.1.0.0/16\"\ninternet-gateway = { name = \"igw\", enabled = false }\n",
        "",
    ),
    (
        "A0203",
        "{ destination = \"10.0.0.0/16\", target = \"drg\" }",
        "{ destination = \"10.0.0.0/24\", target = \"10.1.0.9\" }",
        "[appliance.firewall]\nsubnet = \"sandbox-vcn/fn-public-subnet\"\naddress = \"10.1.0.9\"\nforwards = true\n",
    ),
    (
        "A0203",
        "{ destination = \"10.0.0.0/16\", target = \"drg\" }",
        "{ destination = \"10.0.0.0/24\", target = \"10.1.0.9\" }",
        "[appliance.firewall]\nsubnet = \"sandbox-vcn/fn-public-subnet\"\naddress = \"10.1.0.9\"\nforwards = true\nsource-check = false\n",
    ),
    (
        "A0203",
        "{ destination = \"10.0.0.0/16\", attachment = \"shared-infrastructure-vcn\" }",
        "{ destination = \"10.0.0.0/24\", attachment = \"analytics-vcn\" }",
        "[vcn.analytics-vcn]\ncidr = \"10.0.0.0/16\"\ndrg = \"hub\"\nsubnet.same = { cidr = \"10.0.0.0/24\" }\n",
    ),
    (
        "A0209",
        "{ destination = \"10.1.0.0/16\", target = \"drg\" }",
        "{ destination = \"10.1.0.0/24\", target = \"nat-gateway\" }",
        "",
    ),
    (
        "A0209",
        "{ destination = \"10.1.0.0/16\", target = \"drg\" }",
        "{ destination = \"10.1.0.0/24\", target = \"10.0.0.9\" }",
        "",
    ),
    (
        "A0209",
        "{ destination = \"10.1.0.0/16\", target = \"drg\" }",
        "{ destination = \"10.1.0.0/24\", target = \"10.0.0.9\" }",
        "[appliance.firewall]\nsubnet = \"shared-infrastructure-vcn/database\"\naddress = \"10.0.0.9\"\nforwards = true\nsource-check = false\n",
    ),
    (
        "A0209",
        "{ destination = \"10.1.0.0/16\", attachment = \"sandbox-vcn\" }",
        "{ destination = \"10.1.0.0/24\", attachment = \"analytics-vcn\" }",
        "[vcn.analytics-vcn]\ncidr = \"10.1.0.0/16\"\ndrg = \"hub\"\nsubnet.same = { cidr = \"10.1.0.0/24\" }\n",
    ),
    (
        "A0221",
        "{ to = \"10.0.0.146/32\", protocol = \"tcp\", port = 6432, stateless = true }",
        "{ to = \"10.0.0.146/32\", protocol = \"tcp\", port = 5432, stateless = true }",
        "",
    ),
    (
        "A0225",
        "port = 6432 },                    # component 4: functions may knock at PgBouncer\n]\negress = [\n  { to = \"0.0.0.0/0\", protocol = \"all\" },",
        "port = 6432, stateless = true },\n]\negress = [",
        "",
    ),
    ("A0233", "a = \"postgres-inserter reaches", "a = \"10.9.9.9 reaches", ""),
];

#[test]
fn each_blocker_has_its_code() {
    let place = Place::new();
    place.run_here(&["init", "--example"]);
    let example = std::fs::read_to_string(place.directory.path().join("adit.toml")).unwrap();
    for (number, (code, from, to, more)) in CASES.iter().enumerate() {
        let text = format!("{}\n{more}", example.replace(from, to));
        assert!(example.contains(from), "{code}: the example has no {from}");
        place.file("adit.toml", &text);
        let ran = place.run_here(&["check"]);
        assert!(ran.stdout.contains(&format!("error[{code}]: ")), "{code}: {}", ran.stdout);
        assert_eq!(ran.code, Some(1), "{code}");
        insta::assert_snapshot!(format!("{code}-{number}"), ran.stdout);
    }
}

/// No code without a text that was read: each is in a snapshot, or in a test of its own: A0150 is printed without a file, A0263 takes
/// a plan with thousands of ends.
#[test]
fn every_code_is_seen_by_a_test() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots");
    let mut seen = BTreeSet::from(["A0150".to_owned(), "A0263".to_owned()]);
    for entry in std::fs::read_dir(directory).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        seen.extend(
            text.split("[A0").skip(1).filter_map(|rest| rest.get(..3)).map(|digits| format!("A0{digits}")),
        );
    }
    let missing: Vec<&str> = adit_blueprint::code::ALL
        .iter()
        .map(|code| code.as_str())
        .filter(|code| !seen.contains(*code))
        .collect();
    assert!(missing.is_empty(), "without a snapshot: {missing:?}");
}
