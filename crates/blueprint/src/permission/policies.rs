//! The policies and dynamic groups of a file, read: statements with their places, and everything that is wrong with them.

use std::path::Path;

use adit_iam::syntax::{
    At, Fault, Layout, Name as IamName, Options, Parsed, ParsedRule, Principal, Statement, Subject,
    Vocabulary, parse, parse_rule,
};
use adit_iam::tenancy::{DEFAULT_DOMAIN, DynamicGroup, Group, Matching, Members, Policy};

use super::{Permission, place};
use crate::code;
use crate::finding::Finding;
use crate::model::{self, Blueprint, Name};
use crate::policy;
use crate::source::{Source, Span};
use crate::words::shown;

impl Permission {
    pub(super) fn dynamic_groups(&mut self, blueprint: &Blueprint, source: &Source) {
        for group in &blueprint.dynamic_groups {
            let rule = &group.matching_rule;
            let ParsedRule { rule: read, faults } = parse_rule(&rule.value, &Options::default());
            let inside = Inside::of(source, rule.span);
            self.faults.extend(faults.iter().map(|fault| finding(fault, &group.name.value, &inside)));
            let members =
                read.map_or(Members::NotKnown, |rule| Members::Matched(Matching::from(&rule.value)));
            self.existing.add_dynamic_group(DynamicGroup::new(&group.name.value, members));
        }
    }

    /// Adds a policy with what can be read of it.
    pub(super) fn policy(
        &mut self,
        blueprint: &Blueprint,
        policy: &model::Policy,
        source: &Source,
        folder: &Path,
    ) {
        let root = Name { value: "tenancy".to_owned(), span: policy.name.span };
        let attached = policy.compartment.as_ref().unwrap_or(&root);
        let compartment = place(&mut self.existing, blueprint, Some(attached));
        let (mut statements, mut places) = (Vec::new(), Vec::new());
        for text in &policy.statements {
            let parsed = parse(&text.value, &options(Layout::Text));
            let inside = Inside::of(source, text.span);
            self.take(&policy.name.value, parsed, &inside, &mut statements, &mut places);
        }
        if let Some(file) = &policy.file {
            match Source::read(&folder.join(&file.value)) {
                Ok(text) => {
                    let parsed = parse(text.text(), &options(Layout::Lines));
                    let inside = Inside::File { text: &text, span: file.span };
                    self.take(&policy.name.value, parsed, &inside, &mut statements, &mut places);
                }
                Err(error) => self.faults.push(
                    Finding::new(code::POLICY_FILE, &policy.name.value, file.span, error.to_string())
                        .here("is named here")
                        .observed(error.to_string())
                        .expected("a file with one statement a line")
                        .fix("write the file's place as seen from this file, or its `statements` here"),
                ),
            }
        }
        let id =
            self.existing.add_policy(Policy { name: policy.name.value.clone(), compartment, statements });
        self.places.insert(id, places);
    }

    fn take(
        &mut self,
        policy: &str,
        parsed: Parsed,
        inside: &Inside<'_>,
        statements: &mut Vec<At<Statement>>,
        places: &mut Vec<Span>,
    ) {
        self.faults.extend(parsed.faults().map(|fault| finding(fault, policy, inside)));
        for entry in parsed.entries {
            if let Some(statement) = entry.statement {
                places.push(inside.span(policy::span(entry.span)));
                statements.push(statement);
            }
        }
    }

    /// Every group that a statement names is one: who can do something is asked of all of them.
    pub(super) fn name_groups(&mut self) {
        let subjects: Vec<Subject> = self
            .existing
            .statements()
            .filter_map(|(_, _, statement)| Some(Statement::subject(statement)?.value.clone()))
            .collect();
        for subject in subjects {
            match subject {
                Subject::Groups(principals) => {
                    for (domain, name) in principals.iter().filter_map(|it| known(&it.value)) {
                        self.existing.add_group(Group { domain, ..Group::new(name) });
                    }
                }
                Subject::DynamicGroups(principals) => {
                    for (domain, name) in principals.iter().filter_map(|it| known(&it.value)) {
                        let group = DynamicGroup::new(name, Members::NotKnown);
                        self.existing.add_dynamic_group(DynamicGroup { domain, ..group });
                    }
                }
                _ => {}
            }
        }
    }
}

pub(super) fn options(layout: Layout) -> Options {
    Options { layout, vocabulary: Vocabulary::known(), ..Options::default() }
}

/// The domain and name of a principal that is named.
fn known(principal: &Principal) -> Option<(String, String)> {
    let Principal::Named(IamName { domain, name }) = principal else { return None };
    let domain = domain.as_ref().map_or(Some(DEFAULT_DOMAIN), |domain| domain.known())?;
    Some((domain.to_owned(), name.known()?.to_owned()))
}

/// Where a text stands in the file.
enum Inside<'s> {
    /// Its first byte is here, and each byte of it is one of the file.
    From(usize),
    /// Somewhere in here: the file writes some of its characters otherwise.
    Within(Span),
    /// In a file of its own, which is named here.
    File { text: &'s Source, span: Span },
}

impl Inside<'_> {
    /// The text of a TOML string.
    fn of(source: &Source, span: Span) -> Self {
        let written = source.slice(span);
        let quote = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| written.starts_with(quote));
        let Some(quote) = quote.filter(|_| !written.contains('\\')) else { return Inside::Within(span) };
        let newline = if quote.len() == 1 {
            0
        } else {
            let rest = written.get(quote.len()..).unwrap_or_default();
            usize::from(rest.starts_with('\n')) + 2 * usize::from(rest.starts_with("\r\n"))
        };
        Inside::From(span.start + quote.len() + newline)
    }

    fn span(&self, place: Span) -> Span {
        match self {
            Inside::From(start) => Span { start: start + place.start, end: start + place.end },
            Inside::Within(span) | Inside::File { span, .. } => *span,
        }
    }
}

/// What is wrong with a statement, as a finding with a place in the file.
fn finding(fault: &Fault, object: &str, inside: &Inside<'_>) -> Finding {
    let mut finding = policy::finding(fault, object).here(format!("policy or rule `{}`", shown(object)));
    if let Inside::File { text, .. } = inside {
        finding.message = format!("{}: {}", text.place(policy::span(fault.span)), finding.message);
    }
    for label in &mut finding.labels {
        label.span = inside.span(label.span);
    }
    if let Some(fix) = &mut finding.fix {
        let edit = fix.edit.take().filter(|_| matches!(inside, Inside::From(_)));
        fix.edit = edit.map(|(place, text)| (inside.span(place), text));
    }
    finding
}
