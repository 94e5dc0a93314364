//! `docs/policy-language.md`: what it says is read is read, and what it says is wrong is wrong for that reason.

use std::path::Path;

use adit_iam::syntax::{Fault, Options, parse, parse_rule, parse_statement};

/// The lines of the page's blocks of one kind.
fn lines(kind: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policy-language.md");
    let page = std::fs::read_to_string(path).unwrap();
    let opening = format!("```{kind}\n");
    let blocks = page.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap());
    let lines: Vec<String> = blocks.flat_map(str::lines).map(str::to_owned).collect();
    assert!(lines.len() >= 2, "{kind}: {} lines", lines.len());
    lines
}

#[test]
fn what_the_page_says_is_a_statement_is_one() {
    for (kind, template) in [("policy", false), ("template", true)] {
        let options = Options { template, ..Options::default() };
        for line in lines(kind) {
            let read = parse_statement(&line, &options);
            assert!(read.is_ok(), "{line}\n{read:?}");
            let warned = parse(&line, &options).faults().any(|fault| fault.code.as_str() != "A0375");
            assert!(!warned, "{line}");
        }
    }
}

#[test]
fn what_the_page_says_is_wrong_is_wrong_for_that_reason() {
    for line in lines("faults") {
        let (code, text) = line.split_once(' ').unwrap();
        let parsed = parse(text, &Options::default());
        assert!(parsed.faults().any(|fault| fault.code.as_str() == code), "{line}\n{parsed:?}");
        // The two codes of what is only not documented are warnings.
        let warning = ["A0356", "A0376"].contains(&code);
        assert_eq!(parsed.faults().any(Fault::is_error), !warning, "{line}");
    }
}

#[test]
fn what_the_page_says_of_matching_rules_holds() {
    for line in lines("rule") {
        let parsed = parse_rule(&line, &Options::default());
        assert!(parsed.rule.is_some() && parsed.faults.is_empty(), "{line}\n{:?}", parsed.faults);
    }
    for line in lines("rule-faults") {
        let (code, text) = line.split_once(' ').unwrap();
        let parsed = parse_rule(text, &Options::default());
        assert!(parsed.faults.iter().any(|fault| fault.code.as_str() == code), "{line}\n{:?}", parsed.faults);
        assert!(parsed.rule.is_none(), "{line}");
    }
}
