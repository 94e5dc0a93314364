//! `--diff`: what one set of policies grants more than another, and what less.

use std::path::Path;
use std::process::ExitCode;

use adit_blueprint::{Answer, Outcome, Permission};
use adit_iam::Engine;
use adit_iam::diff::{Change, Gains, Open, Why, difference};
use adit_iam::tenancy::{CompartmentId, Principal, Request, StatementId};
use owo_colors::OwoColorize;
use serde_json::json;

use adit_terraform::plan::Plan;

use super::load::{add, listed, load, planned, texts};
use crate::args::{PolicyArgs, ReportFormat};
use crate::console;
use crate::failure::Failure;

/// What a plan changes.
pub(super) fn of_plan(args: &PolicyArgs, plan: &Path) -> Result<ExitCode, Failure> {
    let change = Plan::read(plan)?.policies();
    let both = load(args, &[])?.permission.without_policies();
    let [mut before, mut after] = [both.without_policies(), both];
    before.take_policies(&planned(&change.prior, false));
    after.take_policies(&planned(&change.planned, false));
    compare(args, &before, &after)
}

pub(super) fn run(args: &PolicyArgs, old: &Path, new: &Path) -> Result<ExitCode, Failure> {
    let places = [old.to_owned(), new.to_owned()];
    // Groups and compartments of both are those of either: a group that only one names is there in the other, too.
    let both = load(args, &places)?.permission.without_policies();
    let [mut before, mut after] = [both.without_policies(), both];
    for (permission, place) in [(&mut before, old), (&mut after, new)] {
        let texts = texts(&[place.to_owned()])?;
        permission.take_policies(&listed(&texts, false)?);
        add(permission, &texts, false);
    }
    compare(args, &before, &after)
}

fn compare(args: &PolicyArgs, before: &Permission, after: &Permission) -> Result<ExitCode, Failure> {
    let (engine, changed) = (Engine::new(&before.existing), Engine::new(&after.existing));
    let difference = difference(&engine, &changed).map_err(|error| Failure::Choice(error.to_string()))?;
    let sides = [
        Side { title: "grants more", gains: &difference.more, has: after, other: before },
        Side { title: "grants less", gains: &difference.less, has: before, other: after },
    ];
    let calls = after.calls();
    match args.format {
        ReportFormat::Json => {
            let [more, less] = sides.map(|side| side.json());
            let calls: Vec<_> = calls
                .iter()
                .map(|call| json!({ "call": call.question, "answer": word(call.outcome) }))
                .collect();
            let document = json!({ "schema_version": 1, "more": more, "less": less, "calls": calls });
            console::data(&serde_json::to_string_pretty(&document).unwrap_or_default());
        }
        _ => {
            sides.iter().for_each(|side| side.print(args.format == ReportFormat::Short));
            needed(&args.file.file, &calls);
        }
    }
    Ok(ExitCode::from(u8::from(!difference.more.proved_nothing())))
}

/// Whether the second set still allows what the file needs.
fn needed(file: &Path, calls: &[Answer]) {
    if calls.is_empty() {
        return;
    }
    let lost: Vec<&Answer> = calls.iter().filter(|call| call.outcome != Outcome::Holds).collect();
    if lost.is_empty() {
        return console::data(&format!(
            "all {} calls that {} needs are allowed",
            calls.len(),
            file.display()
        ));
    }
    console::data(&format!("of {} calls that {} needs:", calls.len(), file.display()));
    for call in lost {
        console::data(&format!("  {}  {}", word(call.outcome).red(), call.question));
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Holds => "allowed",
        Outcome::Fails => "not allowed",
        Outcome::Unknown => "perhaps",
    }
}

/// A statement may grant the same in several compartments, and a whole family: enough of it to see what it is.
const SHOWN: usize = 12;

/// What one set has and the other has not.
struct Side<'a> {
    title: &'static str,
    gains: &'a Gains,
    /// The set that grants it.
    has: &'a Permission,
    other: &'a Permission,
}

impl Side<'_> {
    /// A statement that denies is in the other set.
    fn statement(&self, id: StatementId, denied: bool) -> (String, String) {
        let of = if denied { self.other } else { self.has };
        (of.place_of(id), of.text_of(id))
    }

    fn print(&self, short: bool) {
        if self.gains.proved_nothing() {
            return console::data(&format!("{}: nothing, proved", self.title));
        }
        let mut changes: Vec<&Change> = self.gains.changes.iter().collect();
        changes.dedup_by(|a, b| (a.by, a.denied, &a.permissions) == (b.by, b.denied, &b.permissions));
        let count = changes.len() + self.gains.open.len();
        console::data(&format!("{}: {count}", self.title.bold()));
        for change in changes {
            self.print_change(change, short);
        }
        for open in &self.gains.open {
            let (place, text) = self.statement(open.by, open.denied);
            console::data(&format!("  {}  {}  {}  {}", "perhaps".yellow(), place.dimmed(), why(open), text));
        }
    }

    fn print_change(&self, change: &Change, short: bool) {
        let (place, text) = self.statement(change.by, change.denied);
        let mut permissions = change.permissions.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        if change.permissions.len() > SHOWN {
            permissions = format!("{permissions} and {} more", change.permissions.len() - SHOWN);
        }
        if short {
            return console::data(&format!("  {place}: {permissions}"));
        }
        let denied = if change.denied { "no longer denied: " } else { "" };
        console::data(&format!("  {}  {denied}{text}", place.dimmed()));
        console::data(&format!("    {permissions}"));
        console::data(&format!("    witness: {}", self.witness(&change.witness)));
    }

    /// A request in words.
    fn witness(&self, request: &Request) -> String {
        let set = &self.has.existing;
        let who = match &request.principal {
            Principal::User(user) => {
                let groups: Vec<&str> =
                    user.groups.iter().filter_map(|id| Some(set.group(*id)?.name.as_str())).collect();
                if groups.is_empty() {
                    "any user".to_owned()
                } else {
                    format!("a user in {}", groups.join(", "))
                }
            }
            Principal::Resource(resource) => {
                let groups =
                    resource.groups.iter().filter_map(|id| Some(set.dynamic_group(*id)?.name.as_str()));
                let groups: Vec<&str> = groups.collect();
                if groups.is_empty() {
                    format!("a resource {}", resource.ocid.as_deref().unwrap_or("of any kind"))
                } else {
                    format!("a resource in {}", groups.join(", "))
                }
            }
            Principal::Service(name) => format!("service {name}"),
            Principal::Foreign => "somebody of another tenancy".to_owned(),
        };
        let place = match request.target {
            CompartmentId::ROOT => "the tenancy".to_owned(),
            id => format!("compartment {}", set.compartments.path(id)),
        };
        let carried: Vec<String> = request
            .variables
            .named()
            .filter_map(|(name, bound)| match bound {
                adit_iam::tenancy::Bound::Value(value) => Some(format!("{name} = '{value}'")),
                _ => None,
            })
            .collect();
        let carried =
            if carried.is_empty() { String::new() } else { format!(" with {}", carried.join(", ")) };
        format!("{who}, {} in {place}{carried}", request.permission)
    }

    fn json(&self) -> serde_json::Value {
        let change = |change: &Change| {
            let (place, text) = self.statement(change.by, change.denied);
            json!({ "place": place, "statement": text, "denied": change.denied,
                "permissions": change.permissions, "witness": self.witness(&change.witness) })
        };
        let open = |open: &Open| {
            let (place, text) = self.statement(open.by, open.denied);
            json!({ "place": place, "statement": text, "why": why(open) })
        };
        json!({
            "proved_nothing": self.gains.proved_nothing(),
            "changes": self.gains.changes.iter().map(change).collect::<Vec<_>>(),
            "not_settled": self.gains.open.iter().map(open).collect::<Vec<_>>(),
        })
    }
}

fn why(open: &Open) -> &'static str {
    match open.why {
        Why::NotKnown => "something in it is not known",
        Why::Times => "its condition compares times",
        Why::Sets => "its condition is about a variable with several values",
        Why::TwoVariables => "its condition compares two variables",
        Why::TooMany => "there are too many values to ask about",
    }
}
