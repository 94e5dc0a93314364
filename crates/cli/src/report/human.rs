//! For people: the message, the file's own lines with what is said of them, the reason, one fix.

use std::collections::BTreeMap;
use std::fmt::Write;

use adit_blueprint::{Finding, Label, Outcome, Remark, Severity, Source, Span};
use owo_colors::{OwoColorize, Style};

use super::{Report, word};

/// What is shown of a line at the most, in characters.
const WIDTH: usize = 150;

/// How many notes are shown.
const NOTES: usize = 24;

/// How many derived rules are shown.
const DERIVED: usize = 24;

impl Report<'_> {
    pub(super) fn human(&self) -> String {
        let mut text = String::new();
        // The worst stands last, where one looks first.
        let mut findings: Vec<&Finding> = self.findings.iter().collect();
        findings.sort_by_key(|finding| finding.severity);
        let notes = findings.partition_point(|finding| finding.severity == Severity::Note);
        if notes > NOTES {
            findings.drain(NOTES..notes);
        }
        for finding in findings {
            if finding.severity == Severity::Note {
                text.push_str(&note(finding, self.source));
            } else {
                text.push_str(&human(finding, self.source));
            }
            text.push('\n');
        }
        if notes > NOTES {
            let _ = writeln!(text, "and {} notes more: --format short has all\n", notes - NOTES);
        }
        let width = self.answers.iter().map(|answer| word(answer.outcome).len()).max().unwrap_or_default();
        for answer in self.answers {
            let outcome = format!("{:<width$}", word(answer.outcome));
            let style = match answer.outcome {
                Outcome::Holds => Style::new().green(),
                Outcome::Fails => Style::new().red().bold(),
                Outcome::Unknown => Style::new().yellow(),
            };
            let detail = if answer.detail.is_empty() {
                String::new()
            } else {
                format!("  {}", answer.detail.dimmed())
            };
            let _ = writeln!(text, "  {}  {}{detail}", outcome.style(style), answer.question);
        }
        for derived in self.derived.iter().take(DERIVED) {
            let _ = writeln!(text, "  {}  [{}]  {}", "derived".dimmed(), derived.table, derived.rule);
        }
        if self.derived.len() > DERIVED {
            let _ =
                writeln!(text, "  and {} rules more that follow from the file", self.derived.len() - DERIVED);
        }
        text.push_str(&self.verdict());
        let first = self.findings.iter().find(|finding| finding.severity > Severity::Note);
        if let Some(first) = first {
            let _ = write!(text, "; more: adit explain {}", first.code);
        }
        text
    }
}

/// A note has nothing to repair: a line is enough.
fn note(finding: &Finding, source: &Source) -> String {
    let head = format!("note[{}]", finding.code);
    format!("{}: {}  {}\n", head.cyan().bold(), finding.message, source.place(finding.span()).dimmed())
}

/// One finding, with a line end.
pub(crate) fn human(finding: &Finding, source: &Source) -> String {
    let style = match finding.severity {
        Severity::Error => Style::new().red().bold(),
        Severity::Warning => Style::new().yellow().bold(),
        Severity::Note => Style::new().cyan().bold(),
    };
    let mut text = String::new();
    let head = format!("{}[{}]", finding.severity.as_str(), finding.code);
    let _ = writeln!(text, "{}: {}", head.style(style), finding.message.bold());
    excerpt(&mut text, finding, source, style);
    for line in &finding.body {
        let _ = writeln!(text, "  {line}");
    }
    for remark in &finding.remarks {
        let _ = match remark {
            Remark::Why(why) => writeln!(text, "  = why: {why}"),
            Remark::Hit(hit) => writeln!(text, "  = hit: {hit}"),
            Remark::See(symptom) => writeln!(text, "  = you see: {symptom}"),
            Remark::Note(_) => Ok(()),
        };
    }
    if let Some(fix) = &finding.fix {
        let _ = writeln!(text, "{} {}", "help:".green().bold(), fix.text);
        if let Some((span, instead)) = &fix.edit {
            let (number, line) = edited(source, *span, instead);
            let _ = writeln!(text, "{number:>4} {} {line}", "|".dimmed());
        }
        for line in &fix.lines {
            let _ = writeln!(text, "     {line}");
        }
    }
    for remark in &finding.remarks {
        if let Remark::Note(note) = remark {
            let _ = writeln!(text, "  = note: {note}");
        }
    }
    text
}

/// The lines that the labels point at, in the file's order, each with what is said of it.
fn excerpt(text: &mut String, finding: &Finding, source: &Source, style: Style) {
    let bar = "|".dimmed();
    let Some(main) = finding.labels.first() else { return };
    if main.span == Span::default() && (source.slice(main.span).is_empty() || source.is_listing()) {
        let _ = writeln!(text, " {} {}", "-->".dimmed(), source.name());
        return;
    }
    let _ = writeln!(text, " {} {}", "-->".dimmed(), source.place(main.span));
    let mut lines: BTreeMap<usize, Vec<(&Label, bool)>> = BTreeMap::new();
    for (index, label) in finding.labels.iter().enumerate() {
        lines.entry(source.position(label.span.start).line).or_default().push((label, index == 0));
    }
    let _ = writeln!(text, "     {bar}");
    for (number, mut labels) in lines {
        labels.sort_by_key(|(label, _)| label.span);
        let (line, cut) =
            window(source.line(number), labels.first().map_or(1, |(label, _)| column(source, label)));
        // A listed line has no number in a file.
        let listed = labels.first().is_some_and(|(label, _)| source.address(label.span).is_some());
        let number = if listed { String::new() } else { number.to_string() };
        let _ = writeln!(text, "{:>4} {bar} {line}", number.dimmed());
        for (label, main) in labels {
            let start = column(source, label).saturating_sub(1).saturating_sub(cut);
            let shown: String = line.chars().skip(start).collect();
            let length = source.slice(label.span).lines().next().unwrap_or_default().chars().count();
            let length = length.clamp(1, shown.chars().count().max(1));
            let (mark, style) = if main { ("^", style) } else { ("-", Style::new().cyan()) };
            let said = if label.text.is_empty() { String::new() } else { format!(" {}", label.text) };
            let marks = format!("{}{said}", mark.repeat(length));
            let _ = writeln!(text, "     {bar} {:start$}{}", "", marks.style(style));
        }
    }
    let _ = writeln!(text, "     {bar}");
}

fn column(source: &Source, label: &Label) -> usize {
    source.position(label.span.start).column
}

/// What is shown of a line, and how many characters of it are cut off before that.
fn window(line: &str, column: usize) -> (String, usize) {
    let clean = |c: char| {
        if c == '\t' {
            ' '
        } else if c.is_control() {
            '\u{fffd}'
        } else {
            c
        }
    };
    let cut = column.saturating_sub(WIDTH / 2);
    let cut = if line.chars().count() > WIDTH { cut } else { 0 };
    (line.chars().skip(cut).take(WIDTH).map(clean).collect::<String>().trim_end().to_owned(), cut)
}

/// The line of a place with something else in that place.
fn edited(source: &Source, span: Span, instead: &str) -> (usize, String) {
    let position = source.position(span.start);
    let line = source.line(position.line);
    let before: String = line.chars().take(position.column - 1).collect();
    let length = source.slice(span).chars().count();
    let after: String = line.chars().skip(position.column - 1 + length).collect();
    let (line, _) = window(&format!("{before}{instead}{after}"), position.column);
    (position.line, line)
}
