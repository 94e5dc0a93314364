//! Annotations of GitHub Actions. Only ten of a kind are shown there and the rest vanish without a word, so the worst ten are
//! written and the whole table goes into the step's summary.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use adit_blueprint::{Finding, Severity};

use super::Report;
use crate::console;

/// Set by GitHub: the file whose Markdown is shown with the step.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// How many annotations of a kind GitHub shows.
const SHOWN: usize = 10;

impl Report<'_> {
    pub(super) fn github(&self) {
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let kind = if severity == Severity::Note { "notice" } else { severity.as_str() };
            for finding in self.findings.iter().filter(|finding| finding.severity == severity).take(SHOWN) {
                console::data(&self.annotation(kind, finding));
            }
        }
        console::data(&self.verdict());
        let Some(path) = std::env::var_os(SUMMARY).map(PathBuf::from) else { return };
        let written = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&path)
            .and_then(|mut file| file.write_all(self.summary().as_bytes()));
        if let Err(error) = written {
            console::warning(&format!(
                "the step's summary could not be written to {}: {error}",
                path.display()
            ));
        }
    }

    fn annotation(&self, kind: &str, finding: &Finding) -> String {
        let fix = finding.fix.as_ref().map(|fix| format!("\n{}", fix.text)).unwrap_or_default();
        let span = finding.span();
        // A plan has no lines that anybody looks at.
        let (place, at) = match self.source.address(span) {
            Some((file, address)) => (format!("file={}", property(file)), format!("{address}: ")),
            None if self.source.is_listing() => {
                (format!("file={}", property(self.source.name())), String::new())
            }
            None => {
                let position = self.source.position(span.start);
                let name = property(self.source.name());
                (format!("file={name},line={},col={}", position.line, position.column), String::new())
            }
        };
        let text = escaped(&format!("{at}{}{fix}", finding.message));
        format!("::{kind} {place},title={}::{text}", finding.code)
    }

    fn summary(&self) -> String {
        let mut text = format!("### adit check\n\n{}\n\n", cell(&self.verdict()));
        if !self.findings.is_empty() {
            text.push_str("| | code | place | what | fix |\n|---|---|---|---|---|\n");
        }
        for finding in self.findings {
            let fix = finding.fix.as_ref().map(|fix| fix.text.as_str()).unwrap_or_default();
            let span = finding.span();
            let place = match self.source.address(span) {
                Some(_) => self.source.place(span),
                None if self.source.is_listing() => self.source.name().to_owned(),
                None => format!("{}:{}", self.source.name(), self.source.position(span.start).line),
            };
            text.push_str(&format!(
                "| {} | {} | {} | {} | {} |\n",
                finding.severity.as_str(),
                finding.code,
                cell(&place),
                cell(&finding.message),
                cell(fix)
            ));
        }
        if !self.answers.is_empty() {
            text.push_str("\n| asked | answer |\n|---|---|\n");
        }
        for answer in self.answers {
            text.push_str(&format!("| {} | {} |\n", cell(&answer.question), super::word(answer.outcome)));
        }
        text.push('\n');
        text
    }
}

/// A message as workflow commands want it.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of such a command.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

/// A text in a cell of a Markdown table: what the file says must not become markup.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ")
}
