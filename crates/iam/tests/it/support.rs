//! What tests of several parts need.

use std::fmt::Write as _;

use adit_iam::syntax::{Fault, Options, Parsed, Severity, parse};

/// A text and what is wrong with it, as a person would be shown it.
pub(crate) fn told(text: &str, options: &Options) -> String {
    shown(text, &parse(text, options))
}

pub(crate) fn shown(text: &str, parsed: &Parsed) -> String {
    let mut told = String::new();
    for entry in &parsed.entries {
        let source = text.get(entry.span.start..entry.span.end).unwrap();
        writeln!(told, "{source}").unwrap();
        for fault in &entry.faults {
            mark(&mut told, text, entry.span.start, fault);
        }
        if let Some(statement) = &entry.statement {
            writeln!(told, "ok: {}", statement.value).unwrap();
        }
        told.push('\n');
    }
    told
}

pub(crate) fn mark(told: &mut String, text: &str, line: usize, fault: &Fault) {
    let before = text.get(line..fault.span.start).unwrap_or_default();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let length = text.get(fault.span.start..fault.span.end).unwrap().chars().count().max(1);
    writeln!(told, "{:column$}{}", "", "^".repeat(length.min(60))).unwrap();
    let severity = match fault.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    writeln!(told, "  {severity}[{}]: {}", fault.code, fault.message).unwrap();
    assert!(fault.message.chars().count() <= 110, "{}", fault.message);
    writeln!(told, "  found {}", fault.found).unwrap();
    if let Some(expected) = &fault.expected {
        writeln!(told, "  expected {expected}").unwrap();
    }
    if let Some(why) = &fault.why {
        writeln!(told, "  why: {why}").unwrap();
    }
    let fix = fault.fix.as_ref().unwrap();
    writeln!(told, "  help: {}", fix.text).unwrap();
    if let Some((span, instead)) = &fix.edit {
        let start = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[span.end..].find('\n').map_or(text.len(), |newline| span.end + newline);
        let edited = format!("{}{instead}{}", &text[start..span.start], &text[span.end..end]);
        writeln!(told, "      | {}", edited.trim_end()).unwrap();
    }
}
