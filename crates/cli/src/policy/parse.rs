//! `adit policy --parse`: each line of a file is a statement, or is told why it is none.

use std::path::Path;
use std::process::ExitCode;

use adit_blueprint::policy::{finding, span};
use adit_blueprint::{Answer, Finding, Outcome, Severity, Source};
use adit_iam::syntax::{Entry, Layout, Options, Vocabulary, parse};
use owo_colors::OwoColorize;

use crate::args::{PolicyArgs, ReportFormat};
use crate::console;
use crate::failure::Failure;
use crate::report::{Report, Ways, human, short};

/// What became of one line.
struct Line<'a> {
    place: String,
    written: &'a str,
    /// Its canonical form, if it is a statement.
    statement: Option<String>,
    findings: Vec<Finding>,
}

/// Reads the file and answers each line.
pub(super) fn run(args: &PolicyArgs, file: &Path) -> Result<ExitCode, Failure> {
    let source = if file == Path::new("-") {
        Source::read_from("<stdin>", std::io::stdin().lock())?
    } else {
        Source::read(file)?
    };
    let options = Options { template: args.template, layout: Layout::Lines, vocabulary: Vocabulary::known() };
    let parsed = parse(source.text(), &options);
    let mut lines: Vec<Line<'_>> = parsed.entries.iter().map(|entry| line(entry, &source)).collect();
    if let Some(fault) = parsed.too_many() {
        let place = source.position(fault.span.start).line;
        let over = lines.iter_mut().find(|line| line.place == number(&source, place));
        if let Some(over) = over {
            over.findings.push(finding(&fault, source.name()));
        }
    }
    let findings: Vec<Finding> = lines.iter().flat_map(|line| line.findings.iter().cloned()).collect();
    let answers: Vec<Answer> = match args.format {
        ReportFormat::Human | ReportFormat::Short => Vec::new(),
        _ => lines.iter().map(Line::answer).collect(),
    };
    let report =
        Report { source: &source, findings: &findings, answers: &answers, derived: &[], ways: Ways::Asked };
    match args.format {
        ReportFormat::Human => {
            lines.iter().for_each(|line| line.print(&source));
            console::data(&verdict(&lines, &report));
        }
        ReportFormat::Short => {
            lines.iter().flat_map(|line| line.short(&source)).for_each(|line| console::data(&line));
            console::data(&verdict(&lines, &report));
        }
        format => report.print(format),
    }
    let counts = findings.iter().any(|finding| finding.severity >= args.fail_on.into());
    Ok(ExitCode::from(u8::from(counts)))
}

fn line<'a>(entry: &Entry, source: &'a Source) -> Line<'a> {
    let position = source.position(entry.span.start).line;
    let place = number(source, position);
    let written = source.slice(span(entry.span));
    // A finding keeps its identity when lines move.
    let findings = entry.faults.iter().map(|fault| finding(fault, shown(written))).collect();
    Line {
        written,
        statement: entry.statement.as_ref().map(|statement| statement.to_string()),
        findings,
        place,
    }
}

/// `file:line`
fn number(source: &Source, line: usize) -> String {
    format!("{}:{line}", source.name())
}

fn verdict(lines: &[Line<'_>], report: &Report<'_>) -> String {
    let read = lines.iter().filter(|line| line.statement.is_some()).count();
    let plural = if read == 1 { "" } else { "s" };
    format!("{read} statement{plural}; {}", report.verdict())
}

impl Line<'_> {
    /// For people.
    fn print(&self, source: &Source) {
        for finding in &self.findings {
            console::data(&human(finding, source));
        }
        if let Some(statement) = &self.statement {
            console::data(&format!("  {}  {}  {statement}", "ok".green(), self.place.dimmed()));
        }
    }

    fn short(&self, source: &Source) -> Vec<String> {
        let ok = self.statement.iter().map(|statement| format!("{}: ok: {statement}", self.place));
        self.findings.iter().map(|finding| short(finding, source)).chain(ok).collect()
    }

    fn answer(&self) -> Answer {
        let (outcome, detail) = match (&self.statement, self.worst()) {
            (Some(statement), _) => (Outcome::Holds, statement.clone()),
            (None, Some(worst)) => (Outcome::Fails, format!("{}: {}", worst.code, worst.message)),
            (None, None) => (Outcome::Unknown, String::new()),
        };
        Answer { question: format!("{}: {}", self.place, shown(self.written)), outcome, detail }
    }

    fn worst(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.severity == Severity::Error).or(self.findings.first())
    }
}

/// A line as it is written, short enough for a table and without anything that a terminal would obey.
fn shown(text: &str) -> String {
    const MOST: usize = 200;
    let mut clean: String =
        text.trim().chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim().chars().nth(MOST).is_some() {
        clean.push('…');
    }
    clean
}
