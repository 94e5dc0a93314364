//! What is printed reads as the same tree, whatever the tree; and so does what someone else would write for it.

use adit_iam::syntax::{Fault, Options, parse_rule, parse_statement};

use crate::random::{Dice, rewritten, rule, statement};

/// How many statements: `ADIT_STATEMENTS` says another number.
fn cases() -> u64 {
    std::env::var("ADIT_STATEMENTS").ok().and_then(|number| number.parse().ok()).unwrap_or(100_000)
}

#[test]
fn what_is_printed_reads_as_the_same_tree() {
    let options = Options::default();
    let cases = cases();
    for case in 0..cases {
        let dice = &mut Dice::new(case);
        let tree = statement(dice);
        let printed = tree.to_string();
        assert!(!printed.contains('\n'), "{printed}");
        let read = parse_statement(&printed, &options);
        assert_eq!(read.as_ref().map(|read| &read.value), Ok(&tree), "case {case}: {printed}");
        let written = rewritten(dice, &printed);
        let read = parse_statement(&written, &options);
        assert_eq!(read.as_ref().map(|read| &read.value), Ok(&tree), "case {case}: {written}");
    }
    println!("{cases} random statements, each printed, rewritten and read twice: the same trees");
}

#[test]
fn a_matching_rule_that_is_printed_reads_as_the_same_tree() {
    let options = Options::default();
    let cases = cases();
    for case in 0..cases {
        let dice = &mut Dice::new(case);
        let tree = rule(dice, 0);
        let printed = tree.to_string();
        for text in [rewritten(dice, &printed), printed] {
            let read = parse_rule(&text, &options);
            assert_eq!(
                read.rule.as_ref().map(|read| &read.value),
                Some(&tree),
                "case {case}: {text}\n{:?}",
                read.faults
            );
            assert!(!read.faults.iter().any(Fault::is_error), "{:?}", read.faults);
        }
    }
    println!("{cases} random matching rules, each printed, rewritten and read twice: the same trees");
}
