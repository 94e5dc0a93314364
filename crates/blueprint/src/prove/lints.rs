//! Rules that do nothing, or more than they should, as findings. Of what somebody else owns, only what does not work is told: what
//! others need of it is not in the file.

use std::collections::HashMap;

use adit_net::reach::{Lint, LintKind, lints};
use adit_net::{Network, SecurityRule, Source, Traffic};

use super::Prover;
use super::lanes::called;
use crate::code::{self, Code};
use crate::finding::{Finding, Remark, Severity};
use crate::words::shown;

impl Prover<'_> {
    pub(super) fn lints(&mut self) {
        let needs = self.asked.clone();
        let found = lints(&mut self.engine, &needs);
        let rules = rules(&self.built.network);
        let said =
            |lint: &&Lint| self.purposes || !matches!(lint.kind, LintKind::NotNeeded | LintKind::Wider);
        let found: Vec<&Lint> =
            found.iter().filter(said).filter(|lint| worth_telling(lint, &rules)).collect();
        for lint in found {
            if let Some(finding) = self.lint(lint) {
                self.proof.findings.push(finding);
            }
        }
    }

    fn lint(&self, lint: &Lint) -> Option<Finding> {
        let places = &self.built.places;
        let (code, severity, fix) = judge(&lint.kind);
        if !lint.at.managed && severity < Severity::Warning {
            return None;
        }
        let rule = lint.rule.as_ref();
        // What was derived is not the user's to repair, and is derived no wider than it is needed.
        if rule.is_some_and(|rule| places.is_derived(rule.source)) {
            return None;
        }
        let span = rule.and_then(|rule| places.span(rule.source)).or_else(|| places.span(lint.at.source))?;
        let name = match rule {
            Some(rule) => called(rule, places),
            None => format!("{} {}", lint.at.kind, shown(lint.at.name.as_str())),
        };
        let object = shown(lint.at.name.as_str());
        // A note is a line alone; what is worse has room for its reason.
        let (message, why) = match short(&lint.kind) {
            Some(short) => (format!("`{name}` {short}"), Some(lint.kind.to_string())),
            None => (format!("`{name}`: {}", lint.kind), None),
        };
        let mut finding = Finding::new(code, &object, span, message)
            .severity(severity)
            .observed(rule.map_or_else(|| object.clone(), |rule| shown(&rule.text)))
            .expected(fix)
            .fix(fix);
        if let Some(other) = &lint.other
            && let Some(span) = places.span(other.source)
        {
            finding = finding.also(span, "the other rule");
        }
        if let Some(why) = why {
            finding = finding.remark(Remark::Why(why));
        }
        Some(finding)
    }
}

/// What a warning or an error says in its first line.
fn short(kind: &LintKind) -> Option<&'static str> {
    match kind {
        LintKind::Refused(_) => Some("is a rule that the cloud refuses"),
        LintKind::SameDestination => Some("has the destination of another rule"),
        LintKind::LeadsNowhere(_) => Some("leads nowhere"),
        LintKind::BothStates => Some("is stateless, and takes packets from a stateful rule"),
        _ => None,
    }
}

/// Every security rule by its place.
fn rules(network: &Network) -> HashMap<Source, &SecurityRule> {
    let lists = network.security_lists.iter().flat_map(|(_, list)| list.rules.known());
    let groups = network.nsgs.iter().flat_map(|(_, group)| group.rules.known());
    lists.chain(groups).map(|rule| (rule.source, rule)).collect()
}

/// A rule that names a port is as narrow as people write them, and no requirement is about ICMP: errors and echoes are nobody's
/// need and everybody's.
fn worth_telling(lint: &Lint, rules: &HashMap<Source, &SecurityRule>) -> bool {
    let traffic = lint.rule.as_ref().and_then(|rule| rules.get(&rule.source)).map(|rule| rule.traffic);
    match (&lint.kind, traffic) {
        (LintKind::Wider, Some(Traffic::Tcp(ports) | Traffic::Udp(ports))) => {
            ports.source.is_all() && ports.destination.is_all()
        }
        (LintKind::Wider, Some(traffic)) => traffic == Traffic::All,
        (LintKind::NotNeeded, Some(traffic)) => !matches!(traffic, Traffic::Icmp(_)),
        _ => true,
    }
}

fn judge(kind: &LintKind) -> (Code, Severity, &'static str) {
    match kind {
        LintKind::Refused(_) => {
            (code::RULE_REFUSED, Severity::Error, "take the rule out, or give it another target")
        }
        LintKind::SameDestination => (code::SAME_DESTINATION, Severity::Error, "leave one of the two"),
        LintKind::LeadsNowhere(_) => {
            (code::LEADS_NOWHERE, Severity::Warning, "open the target, or take the rule out")
        }
        LintKind::OnNothing => {
            (code::ON_NOTHING, Severity::Note, "name it where it is meant, or take it out")
        }
        LintKind::Shadowed => (code::SHADOWED, Severity::Note, "take it out"),
        LintKind::BothStates => (code::BOTH_STATES, Severity::Warning, "leave one of the two"),
        LintKind::RedundantAnswer => (code::REDUNDANT_ANSWER, Severity::Note, "take it out"),
        LintKind::NotNeeded => (code::NOT_NEEDED, Severity::Note, "take it out, or require what it is for"),
        LintKind::Wider => (code::WIDER, Severity::Note, "narrow it to what is required"),
        LintKind::Fragments => (code::FRAGMENTS, Severity::Note, "keep datagrams small, or admit all ports"),
        _ => (
            code::PATH_MTU,
            Severity::Note,
            "add ingress { from = \"0.0.0.0/0\", protocol = \"icmp\", icmp-type = 3, icmp-code = 4 }",
        ),
    }
}
