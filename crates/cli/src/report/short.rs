//! A line for each finding, as compilers write them.

use adit_blueprint::{Finding, Source};

use super::Report;

impl Report<'_> {
    pub(super) fn short(&self) -> Vec<String> {
        self.findings.iter().map(|finding| short(finding, self.source)).chain([self.verdict()]).collect()
    }
}

/// One finding.
pub(crate) fn short(finding: &Finding, source: &Source) -> String {
    let place = source.place(finding.span());
    let fix = finding.fix.as_ref().map(|fix| format!("; {}", fix.text)).unwrap_or_default();
    format!("{place}: {}[{}]: {}{fix}", finding.severity.as_str(), finding.code, finding.message)
}
