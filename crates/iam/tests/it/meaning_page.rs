//! "What it means" in `docs/policy-language.md`: each rule, how sure it is, and the tests that hold it. That part of the page is made by
//! this test: `ADIT_WRITE_DOCS=1` writes it.

use std::fmt::Write as _;
use std::path::Path;

/// How sure a rule is.
#[derive(Clone, Copy)]
enum Sure {
    /// Oracle's documentation says it.
    Documented,
    /// It follows from what the documentation says elsewhere, or from what Oracle writes itself; nobody tried it.
    Inferred,
    /// It is a choice of Adit's: what nobody knows is told as not known.
    Chosen,
}

use Sure::{Chosen, Documented, Inferred};

const RULES: &[(u8, Sure, &str)] = &[
    (
        1,
        Documented,
        "What no statement allows is not allowed. Statements add up: neither their order nor the policies that they are in count.",
    ),
    (
        2,
        Documented,
        "A call may need several permissions, of several statements. Of a call with cases, each case has needs of its own.",
    ),
    (3, Documented, "`inspect`, `read`, `use` and `manage` are sets of permissions, each within the next."),
    (4, Documented, "A statement that denies wins over all that allow."),
    (
        5,
        Documented,
        "To deny, the verbs include the greater ones: `deny inspect` denies everything, `deny manage` what `manage` adds.",
    ),
    (6, Documented, "The group Administrators of the domain Default is denied nothing."),
    (7, Documented, "A test of a variable that the request does not carry is false, also `!=` and `not in`."),
    (8, Inferred, "Only that test is false: in `any`, another one may still be true."),
    (9, Inferred, "A denial whose variable is absent denies nothing. `any {!v, v != 'x'}` closes that."),
    (
        10,
        Documented,
        "`request.permission` is each permission of the call in turn: a test of it picks out permissions.",
    ),
    (11, Documented, "Case does not count: in values, names, verbs, types."),
    (12, Documented, "So `any {x != a, x != b}` restricts nothing, as soon as there is an x."),
    (
        13,
        Documented,
        "Of a variable with several values, `=` says that one of them is equal. What `!=` says is not documented: where it matters, the answer is not known.",
    ),
    (
        14,
        Chosen,
        "`*` in `/…/` stands for any characters. In quotes it does so for some variables; which ones is not documented, so where it matters the answer is not known.",
    ),
    (15, Documented, "A request for a list carries no `target.….id` and no `target.….name`."),
    (
        16,
        Documented,
        "A path of compartments begins at the compartment that the policy is attached to; that compartment itself may be named, too.",
    ),
    (17, Documented, "What holds in a compartment holds in all compartments below it."),
    (
        18,
        Documented,
        "A policy reaches the compartment that it is attached to and what is below, and nothing else.",
    ),
    (19, Documented, "A group without a domain is one of the domain Default."),
    (
        20,
        Documented,
        "`any-group` is all users, instances and resources; `any-user` all services as well. The old form `resource … …` is not known.",
    ),
    (
        21,
        Documented,
        "A resource is in the dynamic groups whose rules match it. A rule that could not be read matches perhaps.",
    ),
    (
        22,
        Documented,
        "Times are compared as times; a time of day from a later to an earlier one goes through midnight.",
    ),
    (23, Inferred, "`sets-intersect` is true where there is a member in common, `sets-equal` where all are."),
    (
        24,
        Inferred,
        "A variable alone asks whether the request carries it, `!` before it whether it does not.",
    ),
    (
        25,
        Chosen,
        "`endorse` allows nothing in this tenancy. `admit` allows it perhaps: the other tenancy must endorse it.",
    ),
    (26, Documented, "A name is bound to an OCID. A group by its OCID is that group, whatever its name."),
    (
        27,
        Chosen,
        "A type or a permission without a row in the tables is not known; `manage all-resources` is all of them.",
    ),
    (28, Documented, "A family is its members, and sometimes more: `use instance-family` attaches cards."),
    (
        29,
        Documented,
        "A variable may be compared with a variable; if one of them is absent, the test is false.",
    ),
    (30, Documented, "What a policy defines is known by that name in its own statements."),
];

fn tests(number: u8) -> Vec<String> {
    let source = include_str!("meaning.rs");
    let prefix = format!("fn m{number:02}_");
    let names = source.lines().filter(|line| line.starts_with(&prefix));
    names.filter_map(|line| Some(line.strip_prefix("fn ")?.split('(').next()?.to_owned())).collect()
}

#[test]
fn the_page_says_what_the_tests_hold() {
    let mut part = String::from(
        "<!-- made by crates/iam/tests/it/meaning_page.rs -->\n\n| rule | what it says | how sure | test |\n|---|---|---|---|\n",
    );
    for (number, sure, text) in RULES {
        let names = tests(*number);
        assert!(!names.is_empty(), "no test of M{number}");
        let sure = match sure {
            Documented => "documented",
            Inferred => "inferred, not tried",
            Chosen => "told as not known",
        };
        let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        writeln!(part, "| M{number} | {text} | {sure} | {names} |").unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policy-language.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let start = page.find("<!-- made by crates/iam/tests/it/meaning_page.rs -->").unwrap();
    let end = start + page[start..].find("<!-- end -->").unwrap();
    let whole = format!("{}{part}\n{}", &page[..start], &page[end..]);
    if std::env::var_os("ADIT_WRITE_DOCS").is_some() {
        std::fs::write(&path, whole).unwrap();
    } else {
        assert_eq!(page, whole, "ADIT_WRITE_DOCS=1 writes it");
    }
}

#[test]
fn every_test_of_a_rule_is_of_a_rule_of_the_page() {
    let known: Vec<String> = RULES.iter().flat_map(|(number, ..)| tests(*number)).collect();
    let all = include_str!("meaning.rs").lines().filter(|line| line.starts_with("fn m"));
    assert_eq!(all.count(), known.len());
}
