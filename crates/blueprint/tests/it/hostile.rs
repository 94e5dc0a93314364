//! Files that nobody wrote on purpose: the example with pieces taken out, doubled and exchanged.

use adit_blueprint::{Source, build, check_addresses, parse, prove};
use proptest::prelude::*;

const EXAMPLE: &str = include_str!("../../../cli/src/prove/init/example.toml");

/// Reads, builds and proves; every place that is named lies in the text.
fn survives(text: &str) {
    let source = Source::new("adit.toml", text);
    let parsed = parse(&source);
    // Also of a file with faults, for whoever does not look at them first.
    let built = build(&parsed.blueprint);
    let proof = prove(&parsed.blueprint, &built);
    let findings = parsed.faults.iter().chain(&built.faults).chain(&proof.findings);
    for finding in findings {
        assert!(!finding.message.is_empty() && finding.fix.is_some(), "{finding:?}");
        assert!(!finding.message.contains(char::is_control), "{finding:?}");
        for label in &finding.labels {
            assert!(text.get(label.span.start..label.span.end).is_some(), "{finding:?}");
        }
        if let Some((span, _)) = finding.fix.as_ref().and_then(|fix| fix.edit.as_ref()) {
            assert!(text.get(span.start..span.end).is_some(), "{finding:?}");
        }
    }
}

/// A text between two bars of the example, or something that is in no file.
fn piece() -> impl Strategy<Value = String> {
    let lines: Vec<String> = EXAMPLE.lines().map(str::to_owned).collect();
    prop_oneof![
        4 => proptest::sample::select(lines),
        1 => "[ -~äß\\t]{0,20}".prop_map(String::from),
        1 => proptest::sample::select(vec![
            "[vcn.sandbox-vcn]", "[[vcn]]", "cidr = \"10.1.0.0/16\"", "cidr = [\"10.0.0.0/16\", \"10.0.0.0/16\"]", "drg = \"hub\"",
            "port = -1", "port = 99999999999999999999", "rules = [", "]", "}", "\"\"\"", "local-peering.a = { peer = \"sandbox-vcn/a\" }",
            "managed = false", "internet-gateway = false", "e = \"nothing else reaches librarian\"", "f = \"10.1.0.9 reaches 10.0.0.146:1\"",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn files_of_the_examples_lines_in_any_order(pieces in proptest::collection::vec(piece(), 0..60)) {
        survives(&pieces.join("\n"));
    }

    #[test]
    fn the_example_with_some_lines_exchanged(changes in proptest::collection::vec((0..120_usize, piece()), 1..6)) {
        let mut lines: Vec<String> = EXAMPLE.lines().map(str::to_owned).collect();
        for (at, piece) in changes {
            let at = at.min(lines.len() - 1);
            lines[at] = piece;
        }
        survives(&lines.join("\n"));
    }

    #[test]
    fn the_example_with_bytes_exchanged(changes in proptest::collection::vec((0..EXAMPLE.len(), any::<char>()), 1..4)) {
        let mut text: Vec<char> = EXAMPLE.chars().collect();
        for (at, c) in changes {
            let at = at.min(text.len() - 1);
            text[at] = c;
        }
        survives(&text.into_iter().collect::<String>());
    }
}

/// What generated files have brought up.
#[test]
fn what_was_found_before() {
    survives("version = 1\n[vcn.a]\ncidr = \"\\t10.0.0.0/16\"\n");
    survives("version = 1\n[vcn.a]\ncidr = \"\t10.0.0.0/16\"\n");
}

/// More of one kind than anybody has is told once, and the rest is looked at: no question grows without an end.
#[test]
fn too_much_of_one_kind_is_told() {
    let many = |from: &str, line: &dyn Fn(usize) -> String| {
        (0..12_000).fold(from.to_owned(), |mut text, number| {
            text.push_str(&line(number));
            text
        })
    };
    let vcn = "version = 1\n[vcn.v]\ncidr = \"10.0.0.0/16\"\n";
    let ends = format!("{vcn}subnet.a = {{ cidr = \"10.0.0.0/16\" }}\n[application.i]\nsubnet = \"v/a\"\n");
    let texts = [
        many("version = 1\n", &|n| format!("[vcn.v{n}]\ncidr = \"10.0.0.0/16\"\n")),
        many(vcn, &|n| format!("subnet.s{n} = {{ cidr = \"10.0.0.0/24\" }}\n")),
        many(vcn, &|n| format!("local-peering.p{n} = {{ peer = \"v/p{}\" }}\n", n + 1)),
        many(&ends, &|n| format!("[function.f{n}]\napplication = \"i\"\n")),
        many(&ends, &|n| format!("[function.f{n}]\napplication = \"j{n}\"\n")),
        many(&format!("{ends}[require]\n"), &|n| format!("r{n} = \"v/a reaches v/a:{}\"\n", n + 1)),
        many(&format!("{vcn}[route-table.t]\nvcn = \"v\"\nrules = ["), &|n| {
            format!("{{ destination = \"11.{}.{}.0/24\", target = \"10.0.0.9\" }},\n", n / 256, n % 256)
        }) + "]\n",
    ];
    for text in texts {
        let source = Source::new("adit.toml", text);
        let parsed = parse(&source);
        let told: Vec<_> = parsed.faults.iter().filter(|fault| fault.code.as_str() == "A0174").collect();
        assert_eq!(told.len(), 1, "{:?}", parsed.faults.iter().take(3).collect::<Vec<_>>());
        assert!(check_addresses(&build(&parsed.blueprint)).len() <= 1000);
    }
}

/// Ten times the text is not a hundred times the work; and no list of findings is without an end.
#[test]
fn a_large_file_is_read_whole() {
    let mut text = String::from("version = 1\n");
    for vcn in 0..40 {
        text.push_str(&format!("[vcn.v{vcn}]\ncidr = \"10.{vcn}.0.0/16\"\n"));
        for subnet in 0..50 {
            text.push_str(&format!("subnet.s{subnet} = {{ cidr = \"10.{vcn}.{subnet}.0/24\" }}\n"));
        }
    }
    let source = Source::new("adit.toml", text);
    let parsed = parse(&source);
    assert_eq!(parsed.faults, []);
    let built = build(&parsed.blueprint);
    assert_eq!((built.faults.len(), built.network.subnets.len()), (0, 2000));
}
