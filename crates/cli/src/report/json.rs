//! One JSON object, for programs. `docs/report.schema.json` describes it; a field is added under the same version, never changed.

use adit_blueprint::{Finding, Remark, Severity, Source, Span};
use serde::Serialize;

use super::Report;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    file: &'a str,
    summary: Summary,
    findings: Vec<Record<'a>>,
    answers: Vec<AnswerRecord<'a>>,
    derived: Vec<DerivedRecord<'a>>,
}

#[derive(Serialize)]
struct DerivedRecord<'a> {
    table: &'a str,
    rule: &'a str,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct Record<'a> {
    code: &'a str,
    severity: &'a str,
    object: &'a str,
    message: &'a str,
    places: Vec<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    observed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    trace: &'a [String],
    remarks: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixRecord<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Place<'a> {
    Text {
        line: usize,
        column: usize,
        end_line: usize,
        end_column: usize,
        text: &'a str,
    },
    /// Of a plan, where lines say nothing.
    Address {
        file: String,
        address: String,
        text: &'a str,
    },
}

#[derive(Serialize)]
struct FixRecord<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    edit: Option<Edit<'a>>,
    lines: &'a [String],
}

#[derive(Serialize)]
struct Edit<'a> {
    place: Place<'a>,
    instead: &'a str,
}

#[derive(Serialize)]
struct AnswerRecord<'a> {
    question: &'a str,
    outcome: &'a str,
    detail: &'a str,
}

impl Report<'_> {
    pub(super) fn json(&self) -> String {
        let document = Document {
            schema_version: 1,
            file: self.source.name(),
            summary: Summary {
                errors: self.count(Severity::Error),
                warnings: self.count(Severity::Warning),
                notes: self.count(Severity::Note),
            },
            findings: self.findings.iter().map(|finding| record(finding, self.source)).collect(),
            answers: self
                .answers
                .iter()
                .map(|answer| AnswerRecord {
                    question: &answer.question,
                    outcome: super::word(answer.outcome),
                    detail: &answer.detail,
                })
                .collect(),
            derived: self
                .derived
                .iter()
                .map(|derived| DerivedRecord { table: &derived.table, rule: &derived.rule })
                .collect(),
        };
        // Texts and numbers can always be written.
        serde_json::to_string_pretty(&document).unwrap_or_default()
    }
}

fn record<'a>(finding: &'a Finding, source: &Source) -> Record<'a> {
    Record {
        code: finding.code.as_str(),
        severity: finding.severity.as_str(),
        object: &finding.object,
        message: &finding.message,
        places: finding.labels.iter().map(|label| place(label.span, &label.text, source)).collect(),
        observed: finding.observed.as_deref(),
        expected: finding.expected.as_deref(),
        trace: &finding.body,
        remarks: finding
            .remarks
            .iter()
            .map(|remark| match remark {
                Remark::Why(text) | Remark::Hit(text) | Remark::See(text) | Remark::Note(text) => {
                    text.as_str()
                }
            })
            .collect(),
        fix: finding.fix.as_ref().map(|fix| FixRecord {
            text: &fix.text,
            edit: fix.edit.as_ref().map(|(span, instead)| Edit { place: place(*span, "", source), instead }),
            lines: &fix.lines,
        }),
    }
}

fn place<'a>(span: Span, text: &'a str, source: &Source) -> Place<'a> {
    if let Some((file, address)) = source.address(span) {
        return Place::Address { file: file.to_owned(), address: address.to_owned(), text };
    }
    if source.is_listing() {
        return Place::Address { file: source.name().to_owned(), address: String::new(), text };
    }
    let (start, end) = (source.position(span.start), source.position(span.end));
    Place::Text { line: start.line, column: start.column, end_line: end.line, end_column: end.column, text }
}
