//! A plan beside a file.

use adit_blueprint::{Source, build, parse, path};
use adit_net::trace::Verdict;
use adit_terraform::plan::merge;

use crate::samples::sample;

const FILE: &str = r#"
version = 1

[drg.hub]
managed = false

[vcn.shared-infrastructure-vcn]
cidr = "10.0.0.0/16"
drg = "hub"
managed = false
subnet.database = { cidr = "10.0.0.0/24" }

[vcn.sandbox-vcn]
cidr = "10.1.0.0/16"
drg = "hub"
subnet.fn-public-subnet = { cidr = "10.1.0.0/24", access = "public" }

[database.librarian]
subnet = "shared-infrastructure-vcn/database"
address = "10.0.0.146"
port = 6432

[application.ingest]
subnet = "sandbox-vcn/fn-public-subnet"

[function.postgres-inserter]
application = "ingest"
database = "librarian"
"#;

/// The file's answer, alone and with a plan; and what is said.
fn asked(file: &str, plan: Option<&str>) -> (Verdict, Vec<String>) {
    let mut source = Source::new("adit.toml", file);
    let parsed = parse(&source);
    assert_eq!(parsed.faults, []);
    let mut built = build(&parsed.blueprint);
    assert_eq!(built.faults, []);
    let mut said = Vec::new();
    if let Some(plan) = plan {
        let notes = merge(&mut built, &mut source, sample(plan).planned());
        said.extend(
            notes.iter().map(|it| format!("{} {}: {}", it.code, source.place(it.span()), it.message)),
        );
    }
    let answer = path(&built, "postgres-inserter", "librarian").unwrap();
    said.extend(
        answer.findings.iter().map(|it| format!("{} {}: {}", it.code, source.place(it.span()), it.message)),
    );
    (answer.verdict, said)
}

#[test]
fn what_the_file_does_not_know_of_others_the_plan_tells() {
    assert_eq!(asked(FILE, None).0, Verdict::Indeterminate);
    assert_eq!(asked(FILE, Some("hub")), (Verdict::Reachable, vec![]));
    let (verdict, said) = asked(FILE, Some("spoke"));
    assert_eq!(verdict, Verdict::Unreachable);
    assert_eq!(
        said,
        [
            "A0224 spoke.json: data.oci_core_security_lists.hub.security_lists[0]: `Default Security List for shared-infrastructure-vcn` does not admit 10.1.0.0/24 to 6432/TCP"
        ]
    );
}

#[test]
fn what_is_written_wins() {
    let written = format!(
        "{}\n[security-list.closed]\nvcn = \"shared-infrastructure-vcn\"\negress = []\n",
        FILE.replace("10.0.0.0/24\" }", "10.0.0.0/24\", security-list = \"closed\" }")
    );
    let (verdict, said) = asked(&written, Some("hub"));
    assert_eq!(verdict, Verdict::Unreachable);
    assert!(said[0].starts_with("A0224 adit.toml:"), "{said:?}");
}

#[test]
fn where_the_two_disagree_it_is_told() {
    let (_, said) = asked(&FILE.replace("10.0.0.0/24", "10.0.0.0/23"), Some("hub"));
    assert!(
        said.contains(&"A0192 adit.toml:11:28: the file and the plan disagree about `database`".to_owned()),
        "{said:?}"
    );
}
