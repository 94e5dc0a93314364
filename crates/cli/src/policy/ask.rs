//! `--can` and `--who`: whether somebody can do something, and who can.

use std::process::ExitCode;

use adit_blueprint::{NameError, Permission};
use adit_iam::ask::{self, Answer, Who};
use adit_iam::decide::Near;
use adit_iam::tenancy::{Bound, Principal, Request, StatementId, Variables};
use adit_iam::{Engine, Truth, permissions};
use owo_colors::OwoColorize;
use serde_json::json;

use super::load::load;
use crate::args::{PolicyArgs, ReportFormat};
use crate::console;
use crate::failure::Failure;

/// One way to make a call: the permissions that it takes, as requests.
struct Way {
    /// When it is this way, if there are several.
    when: &'static str,
    requests: Vec<Request>,
}

pub(super) fn can(args: &PolicyArgs, who: &str, call: &str, target: &str) -> Result<ExitCode, Failure> {
    let permission = load(args, &args.policies)?.permission.or_planned();
    let principal = permission.principal(who).map_err(named)?;
    let target = permission.target(target).map_err(named)?;
    let engine = Engine::new(&permission.existing);
    let (call, ways) = ways(call, &principal, target.compartment, &target.variables)?;
    let answered: Vec<(&Way, Vec<Answer>)> =
        ways.iter().map(|way| (way, way.requests.iter().map(|it| ask::can(&engine, it)).collect())).collect();
    let truths: Vec<Truth> =
        answered.iter().map(|(_, answers)| answers.iter().map(truth).fold(Truth::True, Truth::and)).collect();
    // A call in several ways can be made if one of them can; one with cases depends on the case.
    let cases = ways.iter().any(|way| !way.when.is_empty());
    let first = truths.first().copied().unwrap_or(Truth::Unknown);
    let whole = match cases {
        true if truths.iter().all(|truth| *truth == first) => first,
        true => Truth::Unknown,
        false => truths.into_iter().fold(Truth::False, Truth::or),
    };
    match args.format {
        ReportFormat::Json => {
            let ways: Vec<_> = answered
                .iter()
                .map(|(way, answers)| {
                    let permissions: Vec<_> = way
                        .requests
                        .iter()
                        .zip(answers)
                        .map(|(request, answer)| record(&permission, request, answer))
                        .collect();
                    json!({ "when": way.when, "permissions": permissions })
                })
                .collect();
            let document =
                json!({ "schema_version": 1, "who": who, "call": call, "answer": word(whole), "ways": ways });
            console::data(&serde_json::to_string_pretty(&document).unwrap_or_default());
        }
        ReportFormat::Short => console::data(word(whole)),
        _ => {
            console::data(&format!("{}  {who} {call}", shown(whole)));
            for (way, answers) in &answered {
                if !way.when.is_empty() {
                    console::data(&format!("  {}", way.when.dimmed()));
                }
                for (request, answer) in way.requests.iter().zip(answers) {
                    explain(&permission, request, answer);
                }
            }
        }
    }
    Ok(ExitCode::from(u8::from(!whole.is_true())))
}

pub(super) fn who(args: &PolicyArgs, call: &str) -> Result<ExitCode, Failure> {
    let permission = load(args, &args.policies)?.permission.or_planned();
    let target = permission.target(args.on.as_deref().unwrap_or("tenancy")).map_err(named)?;
    let engine = Engine::new(&permission.existing);
    let (call, ways) = ways(call, &Principal::Foreign, target.compartment, &target.variables)?;
    let mut rows = Vec::new();
    for way in &ways {
        let each: Vec<Vec<Found>> = way.requests.iter().map(|request| found(&engine, request)).collect();
        for found in all_of(&each) {
            rows.push((way.when, found));
        }
    }
    match args.format {
        ReportFormat::Json => {
            let who: Vec<_> = rows
                .iter()
                .map(|(when, found)| {
                    json!({ "who": name(&permission, &found.who), "answer": word(found.truth), "when": when,
                        "by": found.by.iter().map(|id| permission.place_of(*id)).collect::<Vec<_>>() })
                })
                .collect();
            let document = json!({ "schema_version": 1, "call": call, "who": who });
            console::data(&serde_json::to_string_pretty(&document).unwrap_or_default());
        }
        ReportFormat::Short => {
            for (_, found) in &rows {
                console::data(&format!("{}: {}", name(&permission, &found.who), word(found.truth)));
            }
        }
        _ => {
            for (when, found) in &rows {
                let when = if when.is_empty() { String::new() } else { format!("  ({when})") };
                console::data(&format!(
                    "{}  {}{}",
                    shown(found.truth),
                    name(&permission, &found.who),
                    when.dimmed()
                ));
                for id in &found.by {
                    console::data(&statement(&permission, *id));
                }
            }
            if rows.is_empty() {
                console::data(&format!("nobody can {call}"));
            }
        }
    }
    Ok(ExitCode::from(u8::from(rows.is_empty())))
}

/// The ways to make a call, or the one to have a permission, with its name as the tables have it.
fn ways(
    name: &str,
    principal: &Principal,
    target: adit_iam::tenancy::CompartmentId,
    variables: &Variables,
) -> Result<(String, Vec<Way>), Failure> {
    let request = |permission: &str, variables: Variables| {
        Request::new(principal.clone(), permission, target).carrying(variables)
    };
    if let Some(known) = permissions::all().find(|it| it.eq_ignore_ascii_case(name)) {
        let way = Way { when: "", requests: vec![request(known, variables.clone())] };
        return Ok((known.to_owned(), vec![way]));
    }
    let rows = permissions::calls(name);
    let Some(first) = rows.first() else {
        return Err(Failure::Choice(format!(
            "the tables have no call and no permission `{name}`; calls are written as the API has them, such as GetSecretBundle"
        )));
    };
    let way = |row: &&permissions::CallRow| {
        // A list names no single thing.
        let mut variables = if row.lists() { Variables::none() } else { variables.clone() };
        variables.set("request.operation", Bound::Value(row.name.to_owned()));
        Way { when: row.when, requests: row.needs.iter().map(|it| request(it, variables.clone())).collect() }
    };
    Ok((first.name.to_owned(), rows.iter().map(way).collect()))
}

/// Somebody who can, and by which statements.
struct Found {
    who: Who,
    truth: Truth,
    by: Vec<StatementId>,
}

fn found(engine: &Engine<'_>, request: &Request) -> Vec<Found> {
    let one = |(who, decision): (Who, adit_iam::decide::Decision)| Found {
        who,
        truth: decision.truth,
        by: decision.allow.iter().map(|(id, _)| *id).collect(),
    };
    ask::who(engine, request).into_iter().map(one).collect()
}

/// Those who have each of several permissions: by themselves, or by what everybody has.
fn all_of(each: &[Vec<Found>]) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    for who in each.iter().flatten().map(|found| &found.who) {
        if all.iter().any(|known| known.who == *who) {
            continue;
        }
        let has = |of: &'_ Vec<Found>| {
            let own = of.iter().find(|found| found.who == *who);
            own.or_else(|| of.iter().find(|found| everybody(who).as_ref() == Some(&found.who)))
                .map(|found| (found.truth, found.by.clone()))
        };
        let Some(parts) = each.iter().map(has).collect::<Option<Vec<_>>>() else { continue };
        let truth = parts.iter().map(|(truth, _)| *truth).fold(Truth::True, Truth::and);
        let mut by: Vec<StatementId> = parts.into_iter().flat_map(|(_, by)| by).collect();
        by.sort_unstable();
        by.dedup();
        all.push(Found { who: who.clone(), truth, by });
    }
    all
}

fn everybody(who: &Who) -> Option<Who> {
    match who {
        Who::Group(_) => Some(Who::EveryUser),
        Who::DynamicGroup(_) => Some(Who::EveryResource),
        _ => None,
    }
}

fn name(permission: &Permission, who: &Who) -> String {
    let set = &permission.existing;
    match who {
        Who::EveryUser => "every user".to_owned(),
        Who::EveryResource => "every resource".to_owned(),
        Who::Group(id) => format!("group {}", set.group(*id).map_or("", |group| &group.name)),
        Who::DynamicGroup(id) => {
            format!("dynamic-group {}", set.dynamic_group(*id).map_or("", |group| &group.name))
        }
        Who::Service(name) => format!("service {name}"),
        Who::Foreign => "principals of other tenancies".to_owned(),
    }
}

fn explain(permission: &Permission, request: &Request, answer: &Answer) {
    let line = |text: &str| console::data(&format!("    {text}"));
    console::data(&format!("  {}  {}", shown(truth(answer)), request.permission));
    match answer {
        Answer::Allowed { by } => console::data(&statement(permission, *by)),
        Answer::Denied { by } => {
            line("denied by");
            console::data(&statement(permission, *by));
        }
        Answer::Missing { nearest, least } => {
            for near in nearest {
                line(&format!("comes nearest, but {}:", near.lacks));
                console::data(&statement(permission, near.statement));
            }
            if let Some(least) = least {
                line(&format!("{} {least}", "add:".green()));
            }
        }
        Answer::NotKnown { because, least } => {
            line("depends on something that is not known:");
            because.iter().for_each(|id| console::data(&statement(permission, *id)));
            if let Some(least) = least {
                line(&format!("{} {least}", "certain with:".green()));
            }
        }
    }
}

fn statement(permission: &Permission, id: StatementId) -> String {
    format!("    {}  {}", permission.place_of(id).dimmed(), permission.text_of(id))
}

fn record(permission: &Permission, request: &Request, answer: &Answer) -> serde_json::Value {
    let place =
        |id: &StatementId| json!({ "place": permission.place_of(*id), "statement": permission.text_of(*id) });
    let (by, nearest, least) = match answer {
        Answer::Allowed { by } | Answer::Denied { by } => (vec![place(by)], Vec::new(), None),
        Answer::NotKnown { because, least } => {
            (because.iter().map(place).collect(), Vec::new(), least.as_ref())
        }
        Answer::Missing { nearest, least } => {
            let near =
                |near: &Near| json!({ "statement": place(&near.statement), "lacks": near.lacks.to_string() });
            (Vec::new(), nearest.iter().map(near).collect(), least.as_ref())
        }
    };
    let least = least.map(ToString::to_string);
    json!({ "permission": request.permission, "answer": word(truth(answer)), "by": by, "nearest": nearest, "least": least })
}

fn truth(answer: &Answer) -> Truth {
    match answer {
        Answer::Allowed { .. } => Truth::True,
        Answer::Denied { .. } | Answer::Missing { .. } => Truth::False,
        Answer::NotKnown { .. } => Truth::Unknown,
    }
}

fn word(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "yes",
        Truth::False => "no",
        Truth::Unknown => "perhaps",
    }
}

fn shown(truth: Truth) -> String {
    match truth {
        Truth::True => word(truth).green().to_string(),
        Truth::False => word(truth).red().to_string(),
        Truth::Unknown => word(truth).yellow().to_string(),
    }
}

fn named(error: NameError) -> Failure {
    Failure::Choice(error.to_string())
}
