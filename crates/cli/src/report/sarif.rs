//! SARIF 2.1.0, for code scanning. A finding keeps its identity when lines move: it is made of the code and the object.

use std::collections::BTreeSet;

use adit_blueprint::{Finding, Severity, Source, Span};
use serde::Serialize;

use super::Report;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
struct Run<'a> {
    tool: Tool<'a>,
    #[serde(rename = "columnKind")]
    column_kind: &'a str,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'a str,
    version: &'a str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
struct Rule<'a> {
    id: &'a str,
    #[serde(rename = "shortDescription")]
    short: Text<'a>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Outcome<'a> {
    #[serde(rename = "ruleId")]
    rule: &'a str,
    level: &'a str,
    message: OwnedText,
    locations: Vec<Location<'a>>,
    #[serde(rename = "relatedLocations", skip_serializing_if = "Vec::is_empty")]
    related: Vec<Location<'a>>,
    #[serde(rename = "partialFingerprints")]
    fingerprints: Fingerprints,
}

#[derive(Serialize)]
struct OwnedText {
    text: String,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "codeAndObject/v1")]
    code_and_object: String,
}

#[derive(Serialize)]
struct Location<'a> {
    #[serde(rename = "physicalLocation")]
    physical: Physical<'a>,
    #[serde(rename = "logicalLocations", skip_serializing_if = "Vec::is_empty")]
    logical: Vec<Logical<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<'a>>,
}

#[derive(Serialize)]
struct Physical<'a> {
    #[serde(rename = "artifactLocation")]
    artifact: Artifact<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

/// A resource of a plan.
#[derive(Serialize)]
struct Logical<'a> {
    #[serde(rename = "fullyQualifiedName")]
    name: &'a str,
    kind: &'static str,
}

#[derive(Serialize)]
struct Artifact<'a> {
    uri: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

impl Report<'_> {
    pub(super) fn sarif(&self) -> String {
        let codes: BTreeSet<&str> = self.findings.iter().map(|finding| finding.code.as_str()).collect();
        let rules = codes
            .into_iter()
            .map(|id| Rule { id, short: Text { text: crate::prove::explain::title(id).unwrap_or(id) } })
            .collect();
        let driver = Driver { name: "adit", version: env!("CARGO_PKG_VERSION"), rules };
        let results = self.findings.iter().map(|finding| outcome(finding, self.source)).collect();
        let log = Log {
            schema: SCHEMA,
            version: "2.1.0",
            runs: [Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }],
        };
        // Texts and numbers can always be written.
        serde_json::to_string_pretty(&log).unwrap_or_default()
    }
}

fn outcome<'a>(finding: &'a Finding, source: &'a Source) -> Outcome<'a> {
    let fix = finding.fix.as_ref().map(|fix| format!(". {}", fix.text)).unwrap_or_default();
    let mut labels = finding.labels.iter();
    let main = labels.next().map(|label| location(label.span, "", source));
    Outcome {
        rule: finding.code.as_str(),
        level: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: OwnedText { text: format!("{}{fix}", finding.message) },
        locations: main.into_iter().collect(),
        related: labels.map(|label| location(label.span, &label.text, source)).collect(),
        fingerprints: Fingerprints { code_and_object: format!("{}:{}", finding.code, finding.object) },
    }
}

fn location<'a>(span: Span, text: &'a str, source: &'a Source) -> Location<'a> {
    let message = (!text.is_empty()).then_some(Text { text });
    let artifact = |name: &'a str| Artifact { uri: name.trim_start_matches("./") };
    if let Some((file, address)) = source.address(span) {
        let physical = Physical { artifact: artifact(file), region: None };
        return Location { physical, logical: vec![Logical { name: address, kind: "resource" }], message };
    }
    let (start, end) = (source.position(span.start), source.position(span.end));
    let region = Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    };
    let region = (!source.is_listing()).then_some(region);
    Location {
        physical: Physical { artifact: artifact(source.name()), region },
        logical: Vec::new(),
        message,
    }
}
