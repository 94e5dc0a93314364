//! Every node of a tree has the place where it is written.

use adit_iam::syntax::{
    Action, At, Condition, Layout, Location, Options, Principal, Statement, Subject, Test, code, parse,
    parse_statement,
};

#[test]
fn every_node_has_its_place() {
    let text = "  Allow  group 'My Domain'/\u{e4}, id ocid1.group.oc1..a\n to manage  repos in compartment A:'b c' where all { target.repo.name = 'x', !request.user.id } ";
    let statement = parse_statement(text, &Options::default()).unwrap();
    let at = |span: adit_iam::syntax::Span| &text[span.start..span.end];
    assert_eq!(at(statement.span), text.trim());
    let Statement::Grant(grant) = &statement.value else { panic!() };
    assert_eq!(at(grant.effect.span), "Allow");
    assert_eq!(at(grant.subject.span), "group 'My Domain'/\u{e4}, id ocid1.group.oc1..a");
    let Subject::Groups(groups) = &grant.subject.value else { panic!() };
    let places: Vec<&str> = groups.iter().map(|group: &At<Principal>| at(group.span)).collect();
    assert_eq!(places, ["'My Domain'/\u{e4}", "id ocid1.group.oc1..a"]);
    assert_eq!(at(grant.action.span), "manage  repos");
    let Action::Verb { verb, resource } = &grant.action.value else { panic!() };
    assert_eq!((at(verb.span), at(resource.span)), ("manage", "repos"));
    assert_eq!(at(grant.location.span), "compartment A:'b c'");
    let Location::Compartment(path) = &grant.location.value else { panic!() };
    assert_eq!((at(path.0[0].span), at(path.0[1].span)), ("A", "'b c'"));
    let condition = grant.condition.as_ref().unwrap();
    assert_eq!(at(condition.span), "all { target.repo.name = 'x', !request.user.id }");
    let Condition::All(tests) = &condition.value else { panic!() };
    assert_eq!((at(tests[0].span), at(tests[1].span)), ("target.repo.name = 'x'", "!request.user.id"));
    let Condition::Test(Test::Compare { variable, equality, value }) = &tests[0].value else { panic!() };
    assert_eq!((at(variable.span), at(equality.span), at(value.span)), ("target.repo.name", "=", "'x'"));
}

#[test]
fn one_statement_is_one() {
    let line = "Allow group A to read repos in tenancy\n";
    let read = |text: &str| parse_statement(text, &Options::default());
    assert!(read(line).is_ok());
    for (text, code) in
        [("", "A0350"), ("  \n", "A0350"), (&line.repeat(2), "A0374"), ("// nothing", "A0350")]
    {
        let faults = read(text).unwrap_err();
        assert_eq!(faults.iter().map(|fault| fault.code.as_str()).collect::<Vec<_>>(), [code], "{text:?}");
    }
}

/// What is said of one statement does not depend on those around it.
#[test]
fn a_statement_among_others_is_read_as_it_is_alone() {
    let texts = [
        "Allow group A to read repos in tenancy",
        "Allow group A to read repos in tenancy where any {target.a = 'x'",
        "Alow group 'A to read repos in tenancy",
        "deny endorse group A to {KEY_READ in any-tenancy",
        "Define tenancy P as ocid1.tenancy.oc1..a",
        "Admit group A of tenancy P to read repos in compartment",
    ];
    let codes = |text: &str, layout: Layout| -> Vec<(bool, Vec<code::Code>)> {
        let parsed = parse(text, &Options { layout, ..Options::default() });
        let of = |entry: &adit_iam::syntax::Entry| entry.faults.iter().map(|fault| fault.code).collect();
        parsed.entries.iter().map(|entry| (entry.statement.is_some(), of(entry))).collect()
    };
    let alone: Vec<_> = texts.iter().flat_map(|text| codes(text, Layout::Lines)).collect();
    assert_eq!(alone.len(), texts.len());
    assert_eq!(codes(&texts.join("\n"), Layout::Lines), alone);
    assert_eq!(codes(&texts.join("\r\n\r\n"), Layout::Lines), alone);
    assert_eq!(codes(&texts.join("\n\n"), Layout::Text), alone);
}
