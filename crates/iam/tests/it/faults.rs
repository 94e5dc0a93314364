//! What people and programs write instead of statements, and what they are told.

use std::collections::BTreeSet;

use adit_iam::syntax::{Layout, Options, Vocabulary, code, parse};

use crate::support::{mark, told};

fn options() -> Options {
    let vocabulary = Vocabulary::new(
        ["repos", "secret-bundles", "secret-family", "vaults", "all-resources", "fn-function"],
        ["REPOSITORY_READ", "REPOSITORY_UPDATE", "SECRET_BUNDLE_READ"],
    );
    Options { vocabulary, ..Options::default() }
}

/// A name for the snapshot, and texts of one statement each.
const CASES: &[(&str, &[&str])] = &[
    (
        "first_word",
        &[
            "Alow group A to read repos in tenancy",
            "- Allow group A to read repos in tenancy",
            "\"Allow group A to read repos in tenancy\",",
            "where target.repo.name = 'a'",
            "group A to read repos in tenancy",
            "GRANT SELECT ON items TO app",
            "Deny group A to read repos in tenancy",
        ],
    ),
    (
        "subject",
        &[
            "Allow groups A to read repos in tenancy",
            "Allow dynamic group A to read repos in tenancy",
            "Allow dynamicgroup A to read repos in tenancy",
            "Allow any user to read repos in tenancy",
            "Allow user jane to read repos in tenancy",
            "Allow instance ocid1.instance.oc1..a to read repos in tenancy",
            "Allow to read repos in tenancy",
            "Allow Deployers to read repos in tenancy",
            "Allow group to read repos in tenancy",
            "Allow group Team A to read repos in tenancy",
            "Allow group a/b/c to read repos in tenancy",
            "Allow group ocid1.group.oc1..aaaa to read repos in tenancy",
            "Allow group id Deployers to read repos in tenancy",
            "Allow group id ocid1.compartment.oc1..aaaa to read repos in tenancy",
            "Allow group id ocid1.group.oc1..aaa...bbb to read repos in tenancy",
            "Allow group",
            "Allow",
        ],
    ),
    (
        "action",
        &[
            "Allow group A read repos in tenancy",
            "Allow group A too read repos in tenancy",
            "Allow group A can manage repos in tenancy",
            "Allow group A to raed repos in tenancy",
            "Allow group A to write repos in tenancy",
            "Allow group A to fly repos in tenancy",
            "Allow group A to SECRET_BUNDLE_READ in tenancy",
            "Allow group A to read in tenancy",
            "Allow group A to read 'repos' in tenancy",
            "Allow group A to read secret_bundles in tenancy",
            "Allow group A to read secret-bundels in tenancy",
            "Allow group A to read repos, vaults in tenancy",
            "Allow group A to read repos vaults in tenancy",
            "Allow group A to associate repos in tenancy",
            "Allow group A to {} in tenancy",
            "Allow group A to {REPOSITORY_READ} repos in tenancy",
            "Allow group A to manage {REPOSITORY_READ} in tenancy",
            "Allow group A to {REPOSITORY_READ REPOSITORY_UPDATE} in tenancy",
            "Allow group A to {REPOSITORY_READ, in tenancy",
            "Allow group A to {REPOSITORY_READ in tenancy",
            "Allow group A to {REPOSITORY-READ, 'REPOSITORY_UPDATE',} in tenancy",
            "Allow group A to {REPOSITORY_REED} in tenancy",
        ],
    ),
    (
        "location",
        &[
            "Allow group A to read repos",
            "Allow group A to read repos where target.repo.name = 'a'",
            "Allow group A to read repos in",
            "Allow group A to read repos in Sandbox",
            "Allow group A to read repos in 'My Sandbox'",
            "Allow group A to read repos in compartmnt Sandbox",
            "Allow group A to read repos in compartment",
            "Allow group A to read repos in compartment My Sandbox",
            "Allow group A to read repos in compartment A/B",
            "Allow group A to read repos in compartment ocid1.compartment.oc1..aaaa",
            "Allow group A to read repos in compartment id Sandbox",
            "Allow group A to read repos in the tenancy",
            "Allow group A to read repos on compartment Sandbox",
            "Allow group A to read repos compartment Sandbox",
            "Allow group A to read repos in tenancy Partner",
            "Allow group A to read repos in compartment A, compartment B",
            "Allow group A to read repos in tenancy;",
            "Allow group A to read repos in tenancy please",
        ],
    ),
    (
        "condition",
        &[
            "Allow group A to read repos in tenancy when target.repo.name = 'a'",
            "Allow group A to read repos in tenancy where",
            "Allow group A to read repos in tenancy where target.repo.name = 'a' where target.repo.name = 'b'",
            "Allow group A to read repos in tenancy where target.repo.name = 'a' and request.region = 'fra'",
            "Allow group A to read repos in tenancy where (target.repo.name = 'a' or target.repo.name = 'b') and request.region = 'fra'",
            "Allow group A to read repos in tenancy where target.repo.name == 'a'",
            "Allow group A to read repos in tenancy where target.repo.name ! = 'a'",
            "Allow group A to read repos in tenancy where target.repo.name <> 'a'",
            "Allow group A to read repos in tenancy where request.utc-timestamp < '2026-12-31Z'",
            "Allow group A to read repos in tenancy where target.repo.name starts-with 'prod'",
            "Allow group A to read repos in tenancy where target.repo.name contains 'prod'",
            "Allow group A to read repos in tenancy where target.repo.name is not 'prod'",
            "Allow group A to read repos in tenancy where target.repo.name \"a\"",
            "Allow group A to read repos in tenancy where target.repo.name = \"a\"",
            "Allow group A to read repos in tenancy where target.repo.name = \u{2018}a\u{2019}",
            "Allow group A to read repos in tenancy where target.repo.name = 'a",
            "Allow group A to read repos in tenancy where target.repo.name =",
            "Allow group A to read repos in tenancy where target.repo.name = ('a', 'b')",
            "Allow group A to read repos in tenancy where target.repo.name = my repo",
            "Allow group A to read repos in tenancy where target.repo.name = app/web",
            "Allow group A to read repos in tenancy where target.repo.name = /app",
            "Allow group A to read repos in tenancy where target.repo.name = /app/*/",
            "Allow group A to read repos in tenancy where target.repo.name = 'it\\'s'",
            "Allow group A to read repos in tenancy where target.repo.name in 'a', 'b'",
            "Allow group A to read repos in tenancy where target.repo.name in ('a', 'b'",
            "Allow group A to read repos in tenancy where target.repo.name in ['a', 'b']",
            "Allow group A to read repos in tenancy where target.repo.name in ()",
            "Allow group A to read repos in tenancy where target.user.id in (request.user.id)",
            "Allow group A to read repos in tenancy where 'a' = target.repo.name",
            "Allow group A to read repos in tenancy where targett.repo.name = 'a'",
            "Allow group A to read repos in tenancy where repo.name = 'a'",
            "Allow group A to read repos in tenancy where target..name = 'a'",
            "Allow group A to read repos in tenancy where request.permission = 'REPOSITORY_REED'",
            "Allow group A to read repos in tenancy where all {}",
            "Allow group A to read repos in tenancy where all {target.repo.name = 'a'",
            "Allow group A to read repos in tenancy where all target.repo.name = 'a', request.region = 'fra'",
            "Allow group A to read repos in tenancy where {target.repo.name = 'a', request.region = 'fra'}",
            "Allow group A to read repos in tenancy where all {target.repo.name = 'a' request.region = 'fra'}",
            "Allow group A to read repos in tenancy where all {target.repo.name = 'a', request.region = 'fra',}",
            "Allow group A to read repos in tenancy where all {target.repo.name = 'a'}}",
            "Allow group A to read repos in tenancy where request.utc-timestamp before '31.12.2026'",
            "Allow group A to read repos in tenancy where request.utc-timestamp before 2026-12-31Z",
            "Allow group A to read repos in tenancy where request.utc-timestamp.time-of-day between '09:00' and '17:00'",
            "Allow group A to read repos in tenancy where request.utc-timestamp.time-of-day between '09:00:00Z'",
            "Allow group A to read repos in tenancy where sets-intersect(target.resource.tag.a.b, (c))",
            "Allow group A to read repos in tenancy where sets-intersect target.resource.tag.a.b",
        ],
    ),
    (
        "two_tenancies",
        &[
            "Endorse group A to manage repos in tenancy",
            "Endorse group A to manage repos in compartment B",
            "Endorse group A to associate repos in compartment B",
            "Endorse group A to manage repos in compartment B with vaults in tenancy Partner",
            "Endorse group A to associate repos in tenancy Partner with vaults in tenancy Partner",
            "Admit group A of Partner to manage repos in tenancy",
            "Admit group A of tenancy Partner to manage repos in any-tenancy",
            "Define tenancy Partner ocid1.tenancy.oc1..aaaa",
            "Define tenancy Partner as Partner",
            "Define tennancy Partner as ocid1.tenancy.oc1..aaaa",
            "Define Partner as ocid1.tenancy.oc1..aaaa",
            "Define group Partner = ocid1.group.oc1..aaaa",
        ],
    ),
    (
        "several_faults",
        &[
            "Alow groups Team A too raed 'repos' in the tenancy when repo.name == \"a\" and target.repo.id = my repo",
            "Allow group A to read repos in tenancy where all {repo.name = 'a', target.repo.name == 'b', any {x, target.repo.id = }, target.repo.id = \"c\"}",
            "Allow group \u{201c}A\u{201d} to manage\u{a0}repos in tenancy \u{2013} now",
            "Allow group ${var.group} to read repos in compartment '<name>'",
            "Allow group A to read repos in tenancy // why",
        ],
    ),
];

#[test]
fn each_slip_is_told_with_its_place_and_its_repair() {
    for (name, texts) in CASES {
        let all: Vec<String> = texts.iter().map(|text| told(text, &options())).collect();
        insta::assert_snapshot!(*name, all.concat());
    }
}

/// What a repair leads to is a statement, wherever a statement had that one fault alone.
#[test]
fn a_repair_repairs() {
    let mut repaired = 0;
    for text in CASES.iter().flat_map(|(_, texts)| *texts) {
        let faults: Vec<_> =
            parse(text, &options()).faults().filter(|fault| fault.is_error()).cloned().collect();
        let [fault] = faults.as_slice() else { continue };
        let Some((span, instead)) = fault.fix.as_ref().and_then(|fix| fix.edit.clone()) else { continue };
        let mut edited = (*text).to_owned();
        edited.replace_range(span.start..span.end, &instead);
        let left: Vec<_> =
            parse(&edited, &options()).faults().filter(|fault| fault.is_error()).cloned().collect();
        assert!(left.is_empty(), "{text}\n{edited}\n{left:?}");
        repaired += 1;
    }
    assert!(repaired > 40, "{repaired}");
}

#[test]
fn in_a_text_of_several_each_is_read() {
    let text = "Allow group A\n  to read repos\n  in tenancy\n  where all {target.repo.name = 'a',\n    request.region = 'fra'}\n\
                Allow group B to raed repos in tenancy\nsomething else\n\nnot a statement\n\n\
                deny\nadmit group C of any-tenancy to read repos in tenancy\nAllow group D to read repos in tenancy where any {target.repo.name = 'a'\n\
                Define tenancy Partner as ocid1.tenancy.oc1..aaaa\n";
    insta::assert_snapshot!(told(text, &options()));
}

#[test]
fn in_lines_each_line_is_one() {
    let options = Options { layout: Layout::Lines, ..options() };
    let text = "# what the pipeline may do\n\nAllow group A to read repos in tenancy\r\n  Allow group B to read repos\n  in tenancy\nAllow group C to read vaults in tenancy\n";
    insta::assert_snapshot!(told(text, &options));
}

#[test]
fn a_policy_takes_fifty() {
    let line = "Allow group A to read repos in tenancy\n";
    let parsed = |count: usize| parse(&line.repeat(count), &options());
    assert_eq!(parsed(50).too_many(), None);
    let mut told = String::new();
    mark(&mut told, &line.repeat(51), 50 * line.len(), &parsed(51).too_many().unwrap());
    insta::assert_snapshot!(told);
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let told = |text: &str| {
        let parsed = parse(text, &options());
        let faults: Vec<String> =
            parsed.faults().map(|fault| format!("{}: {}", fault.code, fault.message)).collect();
        assert_eq!(parsed.statements().count(), 0);
        faults.join("\n")
    };
    let start = "Allow group A to read repos in tenancy where";
    let test = "target.repo.name = 'a'";
    let nested = |levels: usize| format!("{start} {}{test}{}", "any {".repeat(levels), "}".repeat(levels));
    assert_eq!(told(&nested(10_000)), "A0352: conditions are nested more than 64 deep");
    assert_eq!(told(&nested(65)), "A0352: conditions are nested more than 64 deep");
    assert_eq!(parse(&nested(64), &options()).statements().count(), 1);
    assert_eq!(told(&format!("{start} {}", "(".repeat(10_000))).lines().count(), 20);
    assert_eq!(
        told(&format!("{start} {}", "all {".repeat(10_000))),
        "A0353: a brace of conditions is not closed\nA0352: conditions are nested more than 64 deep"
    );
    let names = "target.repo.name = 'a', ".repeat(50_000);
    assert_eq!(
        told(&format!("{start} any {{{names}{test}}}")),
        "A0351: a statement of 1200073 bytes is not read"
    );
    assert_eq!(
        told(&format!("Allow group '{}", "x".repeat(1 << 20))),
        "A0351: a statement of 1048589 bytes is not read"
    );
}

/// No code without a text that has it; those of matching rules are in `rules`.
#[test]
fn every_code_is_seen() {
    let mut seen = BTreeSet::from(["A0379"]);
    seen.extend(["A0351", "A0352", "A0381"]);
    for text in CASES.iter().flat_map(|(_, texts)| *texts) {
        seen.extend(parse(text, &options()).faults().map(|fault| fault.code.as_str()));
    }
    let all: BTreeSet<&str> = code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(all, seen);
}
