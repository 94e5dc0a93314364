//! The verdict on each line, given what a system needs.

use super::judge::Judge;
use super::{Finding, Fix, Kind, Place, lint};
use crate::decide::Engine;
use crate::need::{self, Line, RunsAs, System, Whom};
use crate::tenancy::{DynamicGroup, Members, PolicySet, Principal, StatementId, same};

/// The verdicts on a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// The statements about the system's principals, in the order of the set.
    pub judged: Vec<Judged>,
    /// How many statements are about nobody of the system.
    pub others: usize,
    /// Everything that was found, the lines' own faults first.
    pub findings: Vec<Finding>,
}

/// A statement and its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The statement.
    pub statement: StatementId,
    /// The verdict.
    pub verdict: Verdict,
}

/// What is to be done with a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is needed as it is.
    Keep,
    /// It grants more than is needed.
    Replace,
    /// Nothing of it is needed.
    Remove,
    /// The tables do not know what it grants.
    NotJudged,
}

/// Judges a set by what a system needs.
pub fn audit(engine: &Engine<'_>, system: &System) -> Audit {
    let set = engine.set();
    let lines = need::lines(set, system);
    let judge = Judge::new(set, system, &lines);
    let mut audit = Audit { judged: Vec::new(), others: 0, findings: lint(set) };
    for (id, policy, statement) in set.statements() {
        match judge.judge(id, policy, statement) {
            Some((verdict, findings)) => {
                audit.judged.push(Judged { statement: id, verdict });
                audit.findings.extend(findings);
            }
            None => audit.others += 1,
        }
    }
    audit.findings.extend(wide_rules(set, system));
    audit.findings.extend(missing(engine, system, &lines));
    audit.findings.extend(super::transitive::findings(engine, system));
    audit
}

/// Dynamic groups that take in more than the functions that run in them.
fn wide_rules(set: &PolicySet, system: &System) -> Vec<Finding> {
    let rule_of = |(id, group): (_, &DynamicGroup)| {
        let wanted = need::rules(system).into_iter().find(|rule| match &rule.whom {
            Whom::DynamicGroup { domain, name } => same(&group.domain, domain) && same(&group.name, name),
            _ => false,
        })?;
        let Members::Matched(rule) = &group.members else { return None };
        if rule.names_resources() {
            return None;
        }
        let whole =
            if rule.by_compartment() { "a whole compartment or type" } else { "more than single functions" };
        Some(Finding {
            kind: Kind::WideRule,
            place: Place::DynamicGroup(id),
            message: format!("the rule of {} takes in {whole}", group.name),
            notes: vec![
                "whoever can create or change any function that it matches can read the secret".into(),
                "a function's OCID stays the same when it is updated".into(),
            ],
            fix: Fix::Rule(wanted.text),
        })
    };
    set.dynamic_groups().filter_map(rule_of).collect()
}

/// The calls of the system that are not allowed.
fn missing(engine: &Engine<'_>, system: &System, lines: &[Line]) -> Vec<Finding> {
    let set = engine.set();
    let mut findings: Vec<Finding> = Vec::new();
    for line in lines {
        let needs = need::needs(system).into_iter().filter(|it| it.whom == line.whom && it.duty == line.duty);
        let mut lacking: Vec<String> = Vec::new();
        for it in needs.filter(|it| line.because.iter().any(|because| because.call == it.call.name)) {
            let allowed = principals(set, system, &it.whom).is_some_and(|principal| {
                it.requests(&principal).all(|request| engine.allowed(&request).is_true())
            });
            if !allowed && !lacking.iter().any(|name| name == it.call.name) {
                lacking.push(it.call.name.to_owned());
            }
        }
        if !lacking.is_empty() {
            findings.push(Finding {
                kind: Kind::Missing,
                place: Place::Set,
                message: format!("{} is not certainly allowed: {}", lacking.join(", "), line.whom),
                notes: line
                    .because
                    .iter()
                    .map(|it| format!("{}: {}, {}", it.permission, it.call, it.reason))
                    .collect(),
                fix: Fix::Add(vec![line.clone()]),
            });
        }
    }
    findings
}

/// Who asks for somebody of the system. A function is itself, in its group.
pub(super) fn principals(set: &PolicySet, system: &System, whom: &Whom) -> Option<Principal> {
    let principal = whom.principal(set)?;
    let runs = system.workloads.iter().find(|it| it.runs_as == RunsAs::Resource(whom.clone()));
    Some(match (principal, runs) {
        (Principal::Resource(mut resource), Some(workload)) => {
            resource.kind = Some("fnfunc".into());
            resource.ocid.clone_from(&workload.ocid);
            resource.compartment = Some(workload.compartment);
            Principal::Resource(resource)
        }
        (principal, _) => principal,
    })
}
