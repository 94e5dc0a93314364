//! Verdicts on the policies that there are, as findings with places.

use adit_iam::Engine;
use adit_iam::audit::{self, Fix, Kind, Place};
use adit_iam::need::Line;

use super::Permission;
use crate::code::Code;
use crate::finding::{Finding, Remark, Severity};
use crate::model::Blueprint;
use crate::words::shown;

impl Permission {
    /// What is wrong with the policies, and what of them the file's functions and groups do not need. `blueprint` is the file that
    /// dynamic groups may be written in.
    pub fn audit(&self, blueprint: Option<&Blueprint>) -> Vec<Finding> {
        let engine = Engine::new(&self.existing);
        let found = audit::audit(&engine, &self.system).findings;
        found.into_iter().map(|found| self.audited(found, blueprint)).collect()
    }

    /// The same, without what [`check_permission`](super::check_permission) tells in words of the file; by the engine that it asks.
    pub(super) fn audit_beside(&self, engine: &Engine<'_>, blueprint: &Blueprint) -> Vec<Finding> {
        let found = audit::audit(engine, &self.system).findings;
        let others = found.into_iter().filter(|it| !matches!(it.kind, Kind::Missing | Kind::Transitive));
        others.map(|found| self.audited(found, Some(blueprint))).collect()
    }

    fn audited(&self, found: audit::Finding, blueprint: Option<&Blueprint>) -> Finding {
        let (object, span) = match found.place {
            Place::Statement(id) => (self.place_of(id), self.span(id)),
            Place::DynamicGroup(id) => {
                let name =
                    self.existing.dynamic_group(id).map(|group| group.name.clone()).unwrap_or_default();
                let written =
                    blueprint.and_then(|it| it.dynamic_groups.iter().find(|it| it.name.value == name));
                (name, written.map(|group| group.matching_rule.span))
            }
            Place::Set => ("the policies".to_owned(), None),
        };
        let mut finding = Finding::new(
            Code::new(found.kind.code()),
            shown(&object),
            span.unwrap_or_default(),
            found.message,
        );
        finding = finding.severity(if found.kind.is_error() { Severity::Error } else { Severity::Warning });
        if span.is_none() {
            finding.labels.clear();
        }
        if let Place::Statement(id) = found.place {
            finding = finding.observed(self.text_of(id));
            // A place in a file of statements says it already.
            if !self.names.contains_key(&id.policy) {
                finding = finding.here(self.place_of(id));
            }
        }
        for note in found.notes {
            finding = finding.remark(Remark::Note(note));
        }
        let lines = |finding: Finding, lines: &[Line]| {
            lines.iter().fold(finding, |finding, line| finding.line(line.statement.to_string()))
        };
        match &found.fix {
            Fix::Remove => finding.fix("take the statement out"),
            Fix::Replace(by) => lines(finding.fix("write instead"), by),
            Fix::Add(these) => lines(finding.fix("add"), these),
            Fix::Rule(rule) => finding.fix("give it the rule").line(rule),
            Fix::Do(what) => finding.fix(what),
        }
    }
}
