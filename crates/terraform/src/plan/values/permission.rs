//! Policies, matching rules and groups: statements that are none, words that mean nothing, groups outside of the root. What a statement
//! grants, and whether it is needed, is not judged here: `adit policy --plan` does that.

use std::collections::HashMap;

use adit_blueprint::{Code, Severity};
use adit_iam::audit::{Fix, Place, lint};
use adit_iam::permissions;
use adit_iam::syntax::{
    self, Action, At, Fault, Layout, MOST_STATEMENTS, Options, Vocabulary, parse, parse_rule,
};

use super::look::{Found, Look, quoted};
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::policies::Policies;
use crate::plan::record::Kind;

pub(super) fn check(look: &Look<'_>, policies: &Policies) {
    let options = Options { layout: Layout::Text, vocabulary: Vocabulary::known(), ..Options::default() };
    for (_, _, block) in look.touched(Kind::Policy) {
        statements(look, &block, &options);
    }
    for (_, _, block) in look.touched(Kind::DynamicGroup) {
        rule(look, &block, &options);
        in_root(look, &block, "a dynamic group");
    }
    for (_, _, block) in look.touched(Kind::Group) {
        in_root(look, &block, "a group");
    }
    in_themselves(look, policies);
}

fn statements(look: &Look<'_>, block: &Block<'_>, options: &Options) {
    let Got::Is(all) = block.texts("statements") else { return };
    if all.len() > MOST_STATEMENTS {
        let code = Code::new("A0381");
        let found = look.at(
            block,
            "statements",
            code,
            format!("{} statements", all.len()),
            format!("at most {MOST_STATEMENTS}"),
        );
        look.tell(found.fix("split the policy"));
    }
    for (at, text) in all.into_iter().enumerate() {
        let Some(text) = text else { continue };
        let place = format!("statements[{at}]");
        let parsed = parse(text, options);
        // One statement is one entry of the list.
        let told: Vec<&Fault> =
            parsed.faults().filter(|fault| fault.severity > syntax::Severity::Note).collect();
        match (parsed.entries.len(), told.is_empty()) {
            (0, _) => {
                let found = look.at(block, &place, Code::new("A0350"), "nothing", "a statement");
                let message = format!("`{}` is empty, and no statement", found.place());
                look.tell(found.says(message).fix("write the statement, or leave the entry out"));
            }
            (1, _) | (_, false) => told.iter().for_each(|fault| look.tell(of(look, block, &place, fault))),
            (_, true) => {
                let found =
                    look.at(block, &place, Code::new("A0374"), "more than one statement", "one statement");
                look.tell(found.fix("write each statement as an entry of its own"));
            }
        }
        if told.is_empty() {
            types(look, block, &place, &parsed);
        }
    }
}

/// A type of resources that no table has: the tables have a part of the cloud's.
fn types(look: &Look<'_>, block: &Block<'_>, place: &str, parsed: &syntax::Parsed) {
    for statement in parsed.statements() {
        let Some(At { value: Action::Verb { resource, .. }, .. }) = statement.value.action() else {
            continue;
        };
        let name = resource.value.as_str();
        if permissions::is_type(&resource.value) {
            continue;
        }
        let found =
            look.at(block, place, Code::new("A0360"), quoted(name), "a type of resources that there is");
        let message =
            format!("`{}` is about {}, and no such type of resources is known", found.place(), quoted(name));
        look.tell(
            found
                .warning()
                .says(message)
                .why("the cloud refuses a policy with a type that it does not have; Adit knows most types, not all")
                .fix("look the type up in the policy reference of its service"),
        );
    }
}

fn rule(look: &Look<'_>, block: &Block<'_>, options: &Options) {
    let Got::Is(text) = block.text("matching_rule") else { return };
    let parsed = parse_rule(text, options);
    for fault in parsed.faults.iter().filter(|fault| fault.severity > syntax::Severity::Note) {
        look.tell(of(look, block, "matching_rule", fault));
    }
}

/// What the language's own room says of a text, at its place in the plan.
fn of(look: &Look<'_>, block: &Block<'_>, place: &str, fault: &Fault) -> Found {
    let expected = fault.expected.clone().unwrap_or_else(|| "a statement".to_owned());
    let found = look.at(block, place, Code::new(fault.code.as_str()), fault.found.clone(), expected);
    let message = format!("`{}`: {}", found.place(), fault.message);
    let severity = if fault.is_error() { Severity::Error } else { Severity::Warning };
    let found = found.says(message).severity(severity);
    let found = match &fault.why {
        Some(why) => found.why(why.clone()),
        None => found,
    };
    match &fault.fix {
        Some(fix) => found.fix(fix.text.clone()),
        None => found,
    }
}

/// Groups belong to the tenancy: there is no other place for them.
fn in_root(look: &Look<'_>, block: &Block<'_>, what: &str) {
    let observed = match block.text("compartment_id") {
        // What is no OCID is told by who looks at OCIDs.
        Got::Is(text) if text.to_ascii_lowercase().starts_with("ocid1.compartment.") => {
            "a compartment".to_owned()
        }
        Got::Open => match look.names(block, "compartment_id").and_then(|at| look.record(at)) {
            Some(other) if other.kind == Kind::Compartment => format!("`{}`", other.address),
            _ => return,
        },
        _ => return,
    };
    let found = look.at(
        block,
        "compartment_id",
        code::NOT_IN_ROOT,
        observed.clone(),
        "the tenancy's OCID, ocid1.tenancy.…",
    );
    let message = format!("`{}` is {observed}: {what} is made in the tenancy's root alone", found.place());
    look.tell(found.says(message).fix("write the tenancy's OCID"));
}

/// What is wrong with statements in themselves, of those that the plan makes or changes.
fn in_themselves(look: &Look<'_>, policies: &Policies) {
    let of = |at: usize| look.record(at).map(|record| record.address.as_str()).unwrap_or_default();
    let touched: HashMap<&str, usize> =
        look.touched(Kind::Policy).into_iter().map(|(at, ..)| (of(at), at)).collect();
    for finding in lint(&policies.set).into_iter().filter(|it| it.kind.is_error()) {
        let Place::Statement(id) = finding.place else { continue };
        let Some((address, number)) =
            policies.places.get(&id).and_then(|place| place.rsplit_once(" statement "))
        else {
            continue;
        };
        let (Some(at), Ok(number)) = (touched.get(address), number.parse::<usize>()) else { continue };
        let part = format!("statements[{}]", number.saturating_sub(1));
        let found = look.of(
            *at,
            &part,
            Code::new(finding.kind.code()),
            finding.message.clone(),
            "a statement that grants what is meant",
        );
        let message = format!("`{}`: {}", found.place(), finding.message);
        let fix = match finding.fix {
            Fix::Do(text) => text,
            _ => "take the statement out, or write what is meant".to_owned(),
        };
        let found = finding.notes.into_iter().fold(found.says(message), Found::why);
        look.tell(found.fix(fix));
    }
}
