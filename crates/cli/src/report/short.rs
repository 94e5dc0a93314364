//! A line for each finding, as compilers write them.

use super::Report;

impl Report<'_> {
    pub(super) fn short(&self) -> Vec<String> {
        let line = |finding: &adit_blueprint::Finding| {
            let place = self.source.place(finding.span());
            let fix = finding.fix.as_ref().map(|fix| format!("; {}", fix.text)).unwrap_or_default();
            format!("{place}: {}[{}]: {}{fix}", finding.severity.as_str(), finding.code, finding.message)
        };
        self.findings.iter().map(line).chain([self.verdict()]).collect()
    }
}
