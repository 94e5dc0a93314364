//! The files that the exporter is tried with: that they are good files, and as bad as they are meant to be.

use adit_blueprint::{Severity, Source, build, parse};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::support::generate::file;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn generated_files_have_no_faults(text in file()) {
        let source = Source::new("adit.toml", text.as_str());
        let parsed = parse(&source);
        let faults = parsed.faults.iter().chain(&build(&parsed.blueprint).faults).cloned().collect::<Vec<_>>();
        let bad: Vec<_> = faults.iter().filter(|it| it.severity == Severity::Error).map(|it| format!("{} {}: {}", it.code, source.place(it.span()), it.message)).collect();
        prop_assert!(bad.is_empty(), "{:#?}\n{}", bad, text);
    }
}

/// Everything that the generator can write, it writes: a property of files that never come says nothing.
#[test]
fn generated_files_have_everything() {
    let mut runner = TestRunner::deterministic();
    let all: String = (0..200).map(|_| file().new_tree(&mut runner).unwrap().current()).collect();
    for wanted in [
        "managed = false",
        "drg = ",
        "internet-gateway = ",
        "nat-gateway = ",
        "service-gateway = ",
        "nsg = [",
        "\"nsg/",
        "stateless = true",
        "description = ",
        "config = {",
        "secret = ",
        "database = ",
        "[group.",
        "attachment = ",
        "object-storage",
        "all-services",
        "${",
        "%{",
        "\\\"",
        "\\\\",
        "日本",
        "count",
        "source-port",
        "icmp-code",
        "namespace = ",
    ] {
        assert!(all.contains(wanted), "{wanted}");
    }
}
