//! Files with faults: each code that `adit check` has for a file, as people read it. Reviewed as text, in `snapshots/`.

use std::collections::BTreeSet;

use crate::support::Place;

/// A file of 100 MB is not read, whatever is in it.
#[test]
fn a_file_that_is_too_large_is_refused() {
    let place = Place::new();
    let path = place.directory.path().join("adit.toml");
    std::fs::File::create(path).unwrap().set_len(100 << 20).unwrap();
    for command in [&["check"][..], &["path", "a", "b"], &["addr"]] {
        let ran = place.run_here(command);
        let said = "error[A0150]: adit.toml is larger than 32 MB, so it is not read\n";
        assert_eq!((ran.stderr.as_str(), ran.code), (said, Some(2)), "{command:?}");
    }
}

/// 4,096 bytes.
macro_rules! LONG {
    () => {
        concat!(LONG!(@4 LONG!(@4 LONG!(@4 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"))))
    };
    (@4 $($text:tt)*) => {
        concat!($($text)*, $($text)*, $($text)*, $($text)*)
    };
}

/// A fault each: the codes that are found, and the file.
const CASES: &[(&[&str], &str)] = &[
    (&["A0151"], "version = 1\n[vcn.a]\ncidr = \"10.0.0.0/16\nmanaged = false\n"),
    (
        &["A0152", "A0152", "A0152", "A0152"],
        "version = 1
managed = true
[application.ingest]
subnet = \"a/f\"
[vcn.a]
cdir = \"10.0.0.0/16\"
cidr = \"10.0.0.0/16\"
subnet.f = { cidr = \"10.0.0.0/24\" }
[function.f]
application = \"ingest\"
concurrency = 50
banana = 1
",
    ),
    (&["A0153", "A0153"], "version = 1\n[vcn.a]\ncidr = 10\nsubnet = [\"b\"]\n"),
    (&["A0154"], "version = 1\n[vcn.a]\ndrg = \"hub\"\n[drg.hub]\n"),
    (
        &["A0155", "A0155"],
        "version = 1
[vcn.a]
cidr = \"10.0.0.0/16\"
subnet.f = { cidr = \"10.0.0.0/24\", access = \"pubic\" }
[application.i]
subnet = \"a/f\"
[function.f]
application = \"i\"
memory = 200
",
    ),
    (
        &["A0156"],
        "version = 1\n[vcn.a]\ncidr = \"10.0.0.0/16\"\n[vcn.b]\ncidr = \"10.1.0.0/16\"\n[vcn.a]\ncidr = \"10.2.0.0/16\"\n",
    ),
    (
        &["A0157", "A0157", "A0157"],
        "version = 1
[vcn.sandbox-vcn]
cidr = \"10.0.0.0/16\"
drg = \"hub\"
subnet.f = { cidr = \"10.0.0.0/24\" }
[application.ingest]
subnet = \"f\"
[function.f]
application = \"injest\"
",
    ),
    (&["A0158"], "version = 2\n"),
    (&["A0160"], "version = 1\n[vcn.a]\ncidr = \"10.0.0.0\"\n"),
    (&["A0161"], "version = 1\n[vcn.a]\ncidr = \"10.0.0.5/16\"\n"),
    (
        &["A0162", "A0162", "A0162"],
        "version = 1\n[vcn.a]\ncidr = \"10.0.0.0/8\"\nsubnet.b = { cidr = \"10.0.0.0/31\" }\nsubnet.c = { cidr = \"10.0.0.0/33\" }\n",
    ),
    (
        &["A0163", "A0163"],
        "version = 1
[vcn.a]
cidr = \"fd00::/48\"
[security-list.s]
ingress = [{ from = \"10.0.0.0/8\", protocol = 58 }]
",
    ),
    (
        &["A0164", "A0164", "A0164"],
        "version = 1
[vcn.a]
cidr = \"10.0.0.0/16\"
subnet.b = { cidr = \"10.0.0.0/24\", security-list = \"s\" }
[security-list.s]
ingress = [
  { from = \"10.0.0.0/8\", protocol = \"tcp\", port = 0 },
  { from = \"10.0.0.0/8\", protocol = \"tcp\", port = 70000 },
  { from = \"10.0.0.0/8\", protocol = \"tcp\", port = \"9-3\" },
]
",
    ),
    (
        &["A0165", "A0165"],
        "version = 1
[vcn.a]
cidr = \"10.0.0.0/16\"
subnet.b = { cidr = \"10.0.0.0/24\", security-list = \"s\" }
[security-list.s]
egress = [
  { to = \"10.0.0.0/8\", protocol = \"tpc\" },
  { to = \"10.0.0.0/8\", protocol = 256 },
]
",
    ),
    (
        &["A0166", "A0154"],
        "version = 1
[vcn.a]
cidr = \"10.0.0.0/16\"
subnet.b = { cidr = \"10.0.0.0/24\", security-list = \"s\" }
[security-list.s]
ingress = [
  { from = \"10.0.0.0/8\", protocol = \"all\", port = 6432 },
  { from = \"10.0.0.0/8\", protocol = \"icmp\", icmp-code = 4 },
]
",
    ),
    (
        &["A0167", "A0167"],
        "version = 1\n[vcn.a]\ncidr = \"169.254.0.0/16\"\n[vcn.b]\ncidr = \"224.0.0.0/16\"\n",
    ),
    (
        &["A0168"],
        "version = 1
[vcn.a]
cidr = \"10.0.0.0/16\"
subnet.b = { cidr = \"10.0.0.0/24\", route-table = \"t\" }
[route-table.t]
rules = [{ destination = \"0.0.0.0/0\", target = \"nat\" }]
",
    ),
    (&["A0170"], "version = 1\n[vcn.a]\ncidr = \"10.0.0.0/16\"\nsubnet.b = { cidr = \"10.1.0.0/24\" }\n"),
    (
        &["A0171", "A0171"],
        "version = 1
[vcn.a]
cidr = \"10.0.0.0/16\"
subnet.b = { cidr = \"10.0.0.0/24\" }
[database.d]
subnet = \"a/b\"
address = \"10.0.1.10\"
port = 5432
[database.e]
subnet = \"a/b\"
address = \"10.0.0.1\"
port = 5432
",
    ),
    (
        &["A0172"],
        "version = 1\n[drg.hub]\n[drg.other]\n[vcn.a]\ncidr = \"10.0.0.0/16\"\ndrg = [\"hub\", \"other\"]\n",
    ),
    (
        &["A0172"],
        "version = 1\n[drg.hub]\non-premises.a = { cidr = \"192.168.0.0/16\", by = \"ipsec\" }\n[vcn.a]\ncidr = \"10.0.0.0/16\"\ndrg = \"hub\"\n",
    ),
    (
        &["A0173"],
        "version = 1
[vcn.a]
cidr = \"10.0.0.0/16\"
subnet.s = { cidr = \"10.0.0.0/24\", route-table = \"t\" }
[vcn.b]
cidr = \"10.1.0.0/16\"
subnet.s = { cidr = \"10.1.0.0/24\", route-table = \"t\" }
[route-table.t]
rules = []
",
    ),
    (
        &["A0174"],
        "version = 1\n[vcn.a]\ncidr = [\"10.0.0.0/16\", \"10.1.0.0/16\", \"10.2.0.0/16\", \"10.3.0.0/16\", \"10.4.0.0/16\", \"10.5.0.0/16\"]\n",
    ),
    (
        &["A0175", "A0175"],
        "version = 1
[vcn.a]
cidr = \"10.0.0.0/16\"
internet-gateway = false
subnet.b = { cidr = \"10.0.0.0/24\", route-table = \"t\" }
[route-table.t]
rules = [
  { destination = \"0.0.0.0/0\", target = \"internet-gateway\" },
  { destination = \"10.1.0.0/16\", target = \"drg\" },
]
",
    ),
    (
        &["A0176", "A0176"],
        "version = 1
[vcn.a]
cidr = \"10.0.0.0/16\"
local-peering.to-b = { peer = \"b/to-c\" }
[vcn.b]
cidr = \"10.1.0.0/16\"
local-peering.to-c = { peer = \"c/to-b\" }
[vcn.c]
cidr = \"10.2.0.0/16\"
local-peering.to-b = { peer = \"b/to-c\" }
local-peering.round = { peer = \"c/round\" }
",
    ),
    (
        &["A0177", "A0178"],
        "version = 1
[tenancy]
region = \"eu-frankfurt-1\"
[vcn.a]
cidr = \"10.0.0.0/16\"
ocid = \"ocid1.subnet.oc1.eu-frankfurt-1.aaaa\"
[route-table.t]
vcn = \"a\"
ocid = \"ocid1.routetable.oc1.us-ashburn-1.aaaa\"
",
    ),
    (
        &["A0179", "A0180"],
        concat!(
            "version = 1
[vcn.a]
cidr = \"10.0.0.0/16\"
subnet.f = { cidr = \"10.0.0.0/24\" }
[application.i]
subnet = \"a/f\"
[function.f]
application = \"i\"
config = { ADIT-MODE = \"upsert\" }
[function.g]
application = \"i\"
config.ADIT_MAPPING = \"",
            LONG!(),
            "\"
"
        ),
    ),
];

#[test]
fn each_fault_is_told_with_its_code_its_place_and_a_fix() {
    let mut seen = BTreeSet::new();
    for (number, (codes, text)) in CASES.iter().enumerate() {
        let place = Place::new();
        place.file("adit.toml", text);
        let ran = place.run_here(&["check"]);
        let found: Vec<&str> =
            ran.stdout.lines().filter_map(|line| line.strip_prefix("error[")?.get(..5)).collect();
        assert_eq!(found, *codes, "{text}\n{}{}", ran.stdout, ran.stderr);
        let code = if codes.contains(&"A0151") || codes.contains(&"A0156") { 2 } else { 1 };
        assert_eq!(ran.code, Some(code), "{text}");
        assert_eq!(ran.stdout.matches("\nhelp: ").count(), codes.len(), "{}", ran.stdout);
        for line in ran.stdout.lines().filter(|line| line.starts_with("error[")) {
            assert!(line.chars().count() <= 112, "too long for a first line: {line}");
        }
        let name = codes.first().unwrap();
        let name = if seen.insert(*name) { (*name).to_owned() } else { format!("{name}-{number}") };
        insta::assert_snapshot!(name, ran.stdout);
        seen.extend(codes.iter());
    }
}

#[test]
fn a_file_that_cannot_be_read_is_exit_code_2() {
    let place = Place::new();
    let ran = place.run_here(&["check"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.starts_with("error[A0150]: adit.toml cannot be read: "), "{}", ran.stderr);
    assert!(
        ran.stderr.ends_with("help: write one with `adit init`, or name it with --file FILE\n"),
        "{}",
        ran.stderr
    );
    let large = place.directory.path().join("adit.toml");
    std::fs::File::create(&large).unwrap().set_len(100 << 20).unwrap();
    let ran = place.run_here(&["check"]);
    assert_eq!(ran.stderr, "error[A0150]: adit.toml is larger than 32 MB, so it is not read\n");
    assert_eq!(ran.code, Some(2));
    std::fs::write(&large, b"version = 1 # \xff").unwrap();
    let ran = place.run_here(&["check"]);
    assert_eq!(ran.stderr, "error[A0150]: adit.toml is not UTF-8 from byte 14 on\n");
}

/// Whatever the file holds, the answer is findings, never a crash, and nothing that a terminal would obey.
#[test]
fn hostile_files_are_refused_with_findings() {
    let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long =
        format!("version = 1\n[vcn.\"{}\"]\ncidr = \"{}\"\n", "x".repeat(100_000), "9".repeat(100_000));
    let keys = format!("version = 1\n{}", (0..5_000).map(|n| format!("k{n} = 1\n")).collect::<String>());
    let escape = "version = 1\n[vcn.\"\\u001b[31mred\"]\ncidr = \"\\u001b]0;title\\u0007\"\n".to_owned();
    let number =
        "version = 99999999999999999999999999999\n[database.d]\nport = -99999999999999999999\n".to_owned();
    for text in [deep, long, keys, escape, number, "\0\0\0".to_owned(), "[".to_owned(), "=".to_owned()] {
        let place = Place::new();
        place.file("adit.toml", &text);
        for format in ["human", "short", "json", "sarif", "github"] {
            let ran = place.run_here(&["check", "--format", format]);
            assert!(matches!(ran.code, Some(1 | 2)), "{format}: {:?} {}", ran.code, ran.stderr);
            let control = |c: char| c.is_control() && c != '\n';
            assert!(!ran.stdout.contains(control), "{format}: {:.2000}", ran.stdout);
        }
    }
}

#[test]
fn a_pipe_gets_no_colour() {
    let place = Place::new();
    place.file("adit.toml", "version = 2\n");
    assert!(!place.run_here(&["check"]).stdout.contains('\u{1b}'));
}
