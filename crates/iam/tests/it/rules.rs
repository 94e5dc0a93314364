//! Matching rules of dynamic groups: what is read, and what people are told.

use std::fmt::Write as _;

use adit_iam::syntax::{Options, parse_rule};

use crate::support::mark;

const RULES: &[&str] = &[
    "ALL {resource.type = 'fnfunc', resource.id = 'ocid1.fnfunc.oc1.eu-frankfurt-1.aaaa'}",
    "any{instance.id='ocid1.instance.oc1..a',all { Resource.Compartment.ID != 'ocid1.compartment.oc1..b', tag.Team.Name.value }}",
    "resource.type = 'fnfunc'",
    "tag.Operations.Cost-Center.value",
    "tag.Operations.CostCenter.value = '42'",
    "resource.type = fnfunc",
    "",
    "ALL {}",
    "ALL resource.type = 'fnfunc'",
    "{resource.type = 'fnfunc'}",
    "resource.type = 'fnfunc', resource.id = 'x'",
    "resource.type = 'fnfunc' and resource.id = 'x'",
    "ALL {resource.type = 'fnfunc' resource.id = 'x'}",
    "ALL {resource.type = 'fnfunc',}",
    "ALL {resource.type = 'fnfunc', ANY {resource.id = 'x'",
    "ALL {resource.type == 'fnfunc', resource.id = \"x\", resource.idd = 'y', tag.a = 'b'}",
    "resource.type",
    "resource.type in ('a', 'b')",
    "resource.type = ('a', 'b')",
    "resource.id = /ocid1*/",
    "request.principal.type = 'fnfunc'",
    "resource.compartment = 'x'",
    "ALL {resource.type = 'fnfunc'} please",
];

#[test]
fn each_rule_is_read_or_its_faults_are_told() {
    let mut told = String::new();
    for text in RULES {
        let parsed = parse_rule(text, &Options::default());
        writeln!(told, "{text}").unwrap();
        for fault in &parsed.faults {
            mark(&mut told, text, 0, fault);
        }
        if let Some(rule) = parsed.rule {
            writeln!(told, "ok: {}", rule.value).unwrap();
        }
        told.push('\n');
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_rule_has_its_places() {
    let text = "ALL {resource.type = 'fnfunc', tag.a.b.value}";
    let parsed = parse_rule(text, &Options::default()).rule.unwrap();
    assert_eq!(text.get(parsed.span.start..parsed.span.end), Some(text));
    let adit_iam::syntax::MatchingRule::All(parts) = &parsed.value else { panic!("{parsed:?}") };
    let places: Vec<_> = parts.iter().map(|part| &text[part.span.start..part.span.end]).collect();
    assert_eq!(places, ["resource.type = 'fnfunc'", "tag.a.b.value"]);
}

#[test]
fn holes_may_stand_for_values() {
    let options = Options { template: true, ..Options::default() };
    let read = |text: &str| parse_rule(text, &options).rule.unwrap().to_string();
    assert_eq!(
        read("ALL {resource.id = '${oci_functions_function.a.id}'}"),
        "ALL {resource.id = '${oci_functions_function.a.id}'}"
    );
    assert_eq!(read("resource.id = <function OCID>"), "resource.id = <function OCID>");
}

#[test]
fn a_rule_that_is_too_long_or_too_deep_is_refused() {
    let codes = |text: &str| -> Vec<&str> {
        parse_rule(text, &Options::default()).faults.iter().map(|fault| fault.code.as_str()).collect()
    };
    assert_eq!(codes(&"ALL {".repeat(10_000)), ["A0353", "A0352"]);
    assert_eq!(codes(&format!("ANY {{{}", "resource.id = 'x', ".repeat(20_000))), ["A0351"]);
    assert_eq!(codes(&format!("{}resource.id = 'x'{}", "ANY {".repeat(64), "}".repeat(64))), [""; 0]);
}
