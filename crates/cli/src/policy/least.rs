//! The least statements for what `adit.toml` describes, ready to paste: reasons stand in lines that begin with `#`.

use std::process::ExitCode;

use adit_blueprint::Permission;
use adit_iam::need::{Duty, Line, Rule, Step, lines, rules, steps};
use adit_iam::tenancy::CompartmentId;
use owo_colors::OwoColorize;
use serde::Serialize;

use super::load::load;
use crate::args::{PolicyArgs, ReportFormat};
use crate::console;
use crate::failure::Failure;

pub(super) fn run(args: &PolicyArgs) -> Result<ExitCode, Failure> {
    let permission = load(args, &[])?.permission;
    let (rules, lines) = (rules(&permission.system), lines(&permission.existing, &permission.system));
    let steps = steps(&permission.system);
    match args.format {
        ReportFormat::Short => lines.iter().for_each(|line| console::data(&line.statement.to_string())),
        ReportFormat::Json => console::data(&json(&permission, &rules, &lines, &steps)),
        _ => people(&permission, &rules, &lines, &steps),
    }
    Ok(ExitCode::SUCCESS)
}

fn people(permission: &Permission, rules: &[Rule], lines: &[Line], steps: &[Step]) {
    let comment = |text: String| console::data(&format!("# {text}").dimmed().to_string());
    for rule in rules {
        comment(format!("the matching rule of {}: {}", rule.whom, rule.text));
    }
    let mut before = None;
    for line in lines {
        let head = (line.duty, line.attach);
        if before.replace(head) != Some(head) {
            console::data("");
            comment(format!("{}; attach to {}", title(line.duty), place(permission, line.attach)));
        }
        for because in &line.because {
            comment(format!("  {}: {} {}", because.permission, because.call, because.reason));
        }
        console::data(&line.statement.to_string());
    }
    if !steps.is_empty() {
        console::data("");
        comment("once, by an administrator; it takes no lasting statement:".to_owned());
        for step in steps {
            comment(format!("  {}: {}, {}", step.call.name, place(permission, step.compartment), step.what));
        }
    }
}

fn title(duty: Duty) -> &'static str {
    match duty {
        Duty::Run => "the functions at work",
        Duty::Deploy => "bringing a new image",
        Duty::LookUp => "finding things by name, while deploying",
        Duty::Try => "calling functions, to see that they work",
        Duty::Provision => "creating applications and functions",
        Duty::Platform => "what Oracle Cloud does itself",
    }
}

/// A compartment, as people call it.
fn place(permission: &Permission, compartment: CompartmentId) -> String {
    match permission.existing.compartments.path(compartment) {
        path if path.is_empty() => "the tenancy".to_owned(),
        path => format!("compartment {path}"),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    dynamic_groups: Vec<Group<'a>>,
    statements: Vec<Statement<'a>>,
    once: Vec<Once<'a>>,
}

#[derive(Serialize)]
struct Group<'a> {
    name: String,
    matching_rule: &'a str,
}

#[derive(Serialize)]
struct Statement<'a> {
    duty: &'static str,
    compartment: String,
    statement: String,
    because: Vec<Because<'a>>,
}

#[derive(Serialize)]
struct Because<'a> {
    permission: &'a str,
    call: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Once<'a> {
    call: &'a str,
    compartment: String,
    what: &'a str,
}

fn json(permission: &Permission, rules: &[Rule], lines: &[Line], steps: &[Step]) -> String {
    let path = |compartment| permission.existing.compartments.path(compartment);
    let statement = |line: &'_ Line| Statement {
        duty: title(line.duty),
        compartment: path(line.attach),
        statement: line.statement.to_string(),
        because: Vec::new(),
    };
    let statements = lines.iter().map(|line| {
        let because = line.because.iter();
        let because =
            because.map(|it| Because { permission: &it.permission, call: it.call, reason: it.reason });
        Statement { because: because.collect(), ..statement(line) }
    });
    let document = Document {
        schema_version: 1,
        dynamic_groups: rules
            .iter()
            .map(|rule| Group { name: rule.whom.to_string(), matching_rule: &rule.text })
            .collect(),
        statements: statements.collect(),
        once: steps
            .iter()
            .map(|step| Once { call: step.call.name, compartment: path(step.compartment), what: &step.what })
            .collect(),
    };
    serde_json::to_string_pretty(&document).unwrap_or_default()
}
