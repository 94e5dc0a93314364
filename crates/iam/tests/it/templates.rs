//! Statements with holes, as Terraform and documents have them.

use adit_iam::syntax::{
    Action, Holes, Location, Options, Principal, Statement, Subject, Value, code, parse, parse_statement,
};

use crate::support::told;

fn options() -> Options {
    Options { template: true, ..Options::default() }
}

#[test]
fn a_hole_may_stand_for_a_name_a_value_an_ocid_or_a_compartment() {
    for text in [
        "Allow group ${var.group} to read repos in compartment ${var.compartment}",
        "Allow group '${var.domain}'/'${var.group}' to read repos in compartment A:${var.b}:'c d'",
        "Allow dynamic-group id ${oci_identity_dynamic_group.a.id} to {SECRET_BUNDLE_READ} in compartment id ${var.id}",
        "Allow group grp-${var.env}-admins to manage all-resources in tenancy",
        "Allow any-user to use fn-invocation in compartment <compartment name> where all {request.principal.type = 'apigw', target.function.id = '<function OCID>'}",
        "Allow group <group_name> to read repos in tenancy where target.repo.name = /${var.app}*/",
        "Allow group A to read repos in tenancy where any {target.repo.name in ('${a}', 'x-${b}'), request.user.id = ${c}}",
        "Allow group A to read repos in tenancy where request.utc-timestamp before '${var.until}'",
        "Define tenancy Partner as ${var.partner}",
        "Endorse group A to read repos in tenancy <tenancy>",
        "Allow group A to read repos in compartment ${join(\":\", [\"a\", { b = \"}\" }.b])}",
        "Allow service <service> to read repos in compartment '${replace(var.x, \"a\", \"b\")}'",
    ] {
        let read = parse_statement(text, &options());
        assert_eq!(read.map(|statement| statement.to_string()), Ok(text.to_owned()));
    }
}

#[test]
fn a_hole_is_known_from_what_is_written() {
    let text = "Allow group ${var.group}, 'x ${y}', plain to read repos in compartment <c> where target.repo.name = '${z}'";
    let Statement::Grant(grant) = parse_statement(text, &options()).unwrap().value else { panic!() };
    let Subject::Groups(groups) = &grant.subject.value else { panic!() };
    let names: Vec<_> = groups
        .iter()
        .map(|group| match &group.value {
            Principal::Named(name) => (name.name.holes(), name.name.known()),
            Principal::Id(_) => panic!(),
        })
        .collect();
    assert_eq!(names, [(Holes::Bare, None), (Holes::Quoted, None), (Holes::None, Some("plain"))]);
    let Location::Compartment(path) = &grant.location.value else { panic!() };
    assert_eq!(path.0[0].known(), None);
    let adit_iam::syntax::Condition::Test(adit_iam::syntax::Test::Compare { value, .. }) =
        &grant.condition.unwrap().value
    else {
        panic!()
    };
    assert!(matches!(&value.value, Value::String(text) if text.known().is_none() && text.as_str() == "${z}"));
    assert!(matches!(&grant.action.value, Action::Verb { .. }));
}

#[test]
fn a_hole_stands_for_nothing_else() {
    let mut all = String::new();
    for text in [
        "Allow ${var.subject} to read repos in tenancy",
        "Allow group A to ${var.verb} repos in tenancy",
        "Allow group A to read ${var.type} in tenancy",
        "Allow group A to {${var.permission}} in tenancy",
        "Allow group A to read repos in ${var.location}",
        "Allow group A to read repos in tenancy where ${var.variable} = 'x'",
        "Allow group A to read repos in tenancy where ${var.condition}",
        "Allow group ${var.group to read repos in tenancy",
        "${var.statement}",
    ] {
        assert_eq!(parse(text, &options()).statements().count(), 0, "{text}");
        all.push_str(&told(text, &options()));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn without_templates_a_hole_is_not_filled() {
    let codes = |text: &str| -> Vec<_> {
        parse(text, &Options::default()).faults().map(|fault| fault.code.as_str()).collect()
    };
    assert_eq!(codes("Allow group ${var.group} to read repos in tenancy"), ["A0380"]);
    assert_eq!(codes("Allow group '<group>' to read repos in tenancy"), ["A0380"]);
    assert_eq!(codes("Allow group 'a < b' to read repos in tenancy"), [""; 0]);
    assert!(code::ALL.iter().any(|code| code.as_str() == "A0380"));
}
