//! What a check found, in the formats that people and machines read. Nothing is found here.

mod github;
mod human;
mod json;
mod sarif;
mod short;

use adit_blueprint::{Answer, Derived, Finding, Outcome, Severity, Source};

pub(crate) use self::human::human;
pub(crate) use self::short::short;

use crate::args::ReportFormat;
use crate::console;

/// What a check found.
pub(crate) struct Report<'a> {
    pub(crate) source: &'a Source,
    pub(crate) findings: &'a [Finding],
    pub(crate) answers: &'a [Answer],
    pub(crate) derived: &'a [Derived],
    pub(crate) ways: Ways,
}

/// Whether it was asked which ways packets take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ways {
    Asked,
    /// The file has faults: answers would only be errors of errors.
    NotAsked,
}

impl Report<'_> {
    pub(crate) fn print(&self, format: ReportFormat) {
        match format {
            ReportFormat::Human => console::data(&self.human()),
            ReportFormat::Short => self.short().iter().for_each(|line| console::data(line)),
            ReportFormat::Json => console::data(&self.json()),
            ReportFormat::Sarif => console::data(&self.sarif()),
            ReportFormat::Github => self.github(),
        }
    }

    /// For a person, as a text.
    pub(crate) fn words(&self) -> String {
        self.human()
    }

    /// The findings of a severity, a line each.
    pub(crate) fn short_of(&self, severity: Severity) -> Vec<String> {
        let findings = self.findings.iter().filter(|finding| finding.severity == severity);
        findings.map(|finding| short(finding, self.source)).collect()
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// The last line: what it comes to.
    pub(crate) fn verdict(&self) -> String {
        let counted = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
        let counted: Vec<String> = counted
            .into_iter()
            .map(|(severity, word)| (self.count(severity), word))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
            .collect();
        let name = self.source.name();
        let later = match self.ways {
            Ways::Asked => "",
            Ways::NotAsked => "; ways are looked at once these are repaired",
        };
        if counted.is_empty() {
            format!("{name}: nothing found")
        } else {
            format!("{name}: {}{later}", counted.join(", "))
        }
    }
}

/// An outcome's word in every output.
fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Holds => "ok",
        Outcome::Fails => "FAIL",
        Outcome::Unknown => "unknown",
    }
}
