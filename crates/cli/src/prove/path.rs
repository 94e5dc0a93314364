//! `adit path`: one question, hop by hop, there and back.

use std::fmt::Write;
use std::process::ExitCode;

use adit_blueprint::{Path, PathError, Paths, Source, Step, path};
use adit_net::Repair;
use adit_net::trace::{Outcome, Status, Verdict};
use owo_colors::{OwoColorize, Style};
use serde::Serialize;

use crate::args::{PathArgs, ReportFormat};
use crate::console;
use crate::failure::Failure;
use crate::prove::load::{Loaded, load};
use crate::report::{Report, Ways, human};

/// Asks and prints; the exit code is 0 if every packet gets there and its answer back.
pub(crate) fn run(args: &PathArgs) -> Result<ExitCode, Failure> {
    let Loaded { source, built, plan } = load(&args.file, args.format)?;
    let (answer, source) = match (path(&built, &args.from, &args.to), plan) {
        // What the file has no name for may be a resource of the plan.
        (Err(PathError::Name(error)), Some(plan)) if !source.is_listing() => {
            let planned = plan.planned();
            match path(&planned.built, &args.from, &args.to) {
                Ok(answer) => (answer, Source::of(planned.listing)),
                Err(_) => return Err(PathError::Name(error).into()),
            }
        }
        (answer, _) => (answer?, source),
    };
    let report =
        Report { source: &source, findings: &answer.findings, answers: &[], derived: &[], ways: Ways::Asked };
    match args.format {
        ReportFormat::Human => console::data(drawn(&answer, &source).trim_end()),
        ReportFormat::Short => {
            for lane in answer.paths.iter().flat_map(|path| &path.lanes) {
                console::data(lane);
            }
            report.print(args.format);
        }
        ReportFormat::Json => console::data(&json(args, &answer, &source)),
        ReportFormat::Sarif | ReportFormat::Github => report.print(args.format),
    }
    Ok(ExitCode::from(u8::from(answer.verdict != Verdict::Reachable)))
}

fn drawn(answer: &Paths, source: &Source) -> String {
    let mut text = String::new();
    for path in &answer.paths {
        let some = if path.all { "" } else { ", and others like it" };
        let _ = writeln!(text, "{}{some}", path.packet.bold());
        lane(&mut text, "there", &path.there, source);
        lane(&mut text, "back", &path.back, source);
        let _ = writeln!(text, "checklist");
        for check in &path.checks {
            let style = match check.status {
                Status::Pass => Style::new().green(),
                Status::Fail => Style::new().red().bold(),
                _ => Style::new().yellow(),
            };
            let word = format!("{:<10}", status(check.status));
            let _ = writeln!(
                text,
                "  {:>2}  {}  {:<30}  {}",
                check.number,
                word.style(style),
                check.station,
                check.why
            );
        }
        for assumption in &path.assumptions {
            let _ = writeln!(text, "  {} {assumption}", "taken for granted:".dimmed());
        }
        let _ = writeln!(text);
    }
    for finding in &answer.findings {
        // The steps stand above already, so the finding says what they do not.
        let mut finding = finding.clone();
        finding.body.clear();
        let _ = writeln!(text, "{}", human(&finding, source));
    }
    let (style, said) = match answer.verdict {
        Verdict::Reachable => (Style::new().green().bold(), "every packet gets there, and its answer back"),
        Verdict::Unreachable => (Style::new().red().bold(), "a connection times out"),
        Verdict::Ambiguous => (Style::new().red().bold(), "there are two ways, and an arbitrary one wins"),
        Verdict::Indeterminate => (Style::new().yellow().bold(), "something on the way is not known"),
    };
    let repair = match answer.repair {
        Repair::NotNeeded => "",
        Repair::Whole => "; what is to be added above repairs all of it",
        Repair::Supposed => "; it is open if the owners have, or add, just what is asked for above",
        Repair::Partial => "; rules alone do not repair it",
    };
    let _ = writeln!(text, "{}: {said}{repair}", word(answer.verdict).style(style));
    text
}

fn lane(text: &mut String, name: &str, steps: &[Step], source: &Source) {
    let _ = writeln!(text, "{name}");
    if steps.is_empty() {
        let _ = writeln!(text, "      not tried: it is not known where the answer would set out");
    }
    let width = steps.iter().map(|step| step.at.chars().count()).max().unwrap_or_default().min(60);
    for (number, step) in (1..).zip(steps) {
        let style = match step.outcome {
            Outcome::Passes if step.assumed => Style::new().dimmed(),
            Outcome::Passes => Style::new().green(),
            Outcome::Stops | Outcome::Ambiguous => Style::new().red().bold(),
            Outcome::Unknown => Style::new().yellow().bold(),
        };
        // Of a plan alone, its name is said already.
        let place = |span| match source.address(span) {
            Some((_, address)) if source.is_listing() => address.to_owned(),
            _ => source.place(span),
        };
        let place = step.span.map(|span| format!("  {}", place(span).dimmed())).unwrap_or_default();
        let mark = format!("{:<4}", mark(step));
        let _ =
            writeln!(text, "  {number:>2}  {}  {:<width$}  {}{place}", mark.style(style), step.at, step.said);
    }
}

fn mark(step: &Step) -> &'static str {
    match step.outcome {
        // It would pass, if a packet came here at all.
        Outcome::Passes if step.assumed => "(ok)",
        Outcome::Passes => "ok",
        Outcome::Stops => "STOP",
        Outcome::Ambiguous => "TWO",
        Outcome::Unknown => "?",
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Pass => "PASS",
        Status::NotNeeded => "NOT NEEDED",
        Status::NotTried => "NOT TRIED",
        Status::Unknown => "UNKNOWN",
        Status::Fail => "FAIL",
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reachable => "REACHABLE",
        Verdict::Unreachable => "UNREACHABLE",
        Verdict::Ambiguous => "AMBIGUOUS",
        Verdict::Indeterminate => "INDETERMINATE",
    }
}

/// `docs/path.schema.json` describes it; a field is added under the same version, never changed.
#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    file: &'a str,
    from: &'a str,
    to: &'a str,
    verdict: &'static str,
    repair: Repair,
    paths: Vec<PathRecord<'a>>,
    missing: Vec<Missing<'a>>,
}

#[derive(Serialize)]
struct PathRecord<'a> {
    verdict: &'static str,
    every_packet: bool,
    packet: &'a str,
    there: Vec<StepRecord<'a>>,
    back: Vec<StepRecord<'a>>,
    checklist: Vec<CheckRecord<'a>>,
    assumptions: &'a [String],
}

#[derive(Serialize)]
struct CheckRecord<'a> {
    number: u8,
    station: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'a str>,
    why: &'a str,
}

#[derive(Serialize)]
struct StepRecord<'a> {
    outcome: Outcome,
    at: &'a str,
    said: &'a str,
    rule: &'a str,
    assumed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

#[derive(Serialize)]
struct Missing<'a> {
    code: &'a str,
    object: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    add: Option<&'a str>,
}

fn json(args: &PathArgs, answer: &Paths, source: &Source) -> String {
    let document = Document {
        schema_version: 1,
        file: source.name(),
        from: &args.from,
        to: &args.to,
        verdict: word(answer.verdict),
        repair: answer.repair,
        paths: answer.paths.iter().map(|path| record(path, source)).collect(),
        missing: answer
            .findings
            .iter()
            .map(|finding| Missing {
                code: finding.code.as_str(),
                object: &finding.object,
                message: &finding.message,
                add: finding.expected.as_deref(),
            })
            .collect(),
    };
    // Texts and numbers can always be written.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn record<'a>(path: &'a Path, source: &Source) -> PathRecord<'a> {
    let steps = |steps: &'a [Step]| -> Vec<StepRecord<'a>> {
        steps
            .iter()
            .map(|step| StepRecord {
                outcome: step.outcome,
                at: &step.at,
                said: &step.said,
                rule: step.rule,
                assumed: step.assumed,
                line: step
                    .span
                    .filter(|span| source.address(*span).is_none())
                    .map(|span| source.position(span.start).line),
                address: step
                    .span
                    .and_then(|span| source.address(span))
                    .map(|(_, address)| address.to_owned()),
            })
            .collect()
    };
    PathRecord {
        verdict: word(path.verdict),
        every_packet: path.all,
        packet: &path.packet,
        there: steps(&path.there),
        back: steps(&path.back),
        checklist: path
            .checks
            .iter()
            .map(|check| CheckRecord {
                number: check.number,
                station: &check.station,
                status: status(check.status),
                at: check.at.as_deref(),
                why: &check.why,
            })
            .collect(),
        assumptions: &path.assumptions,
    }
}
