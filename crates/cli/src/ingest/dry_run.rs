//! `--dry-run`: what would be done, and every record that could not be stored. The database is asked for the table's columns and told
//! nothing.

use std::time::Instant;

use adit_ingest::{Absent, Description, From, Load, Records, Reject, Trial, Unknown};
use serde::Serialize;

use super::inputs::Input;
use super::report::some_failed;
use crate::args::{IngestArgs, OutputFormat};
use crate::console;
use crate::failure::{Failure, reject_line};
use crate::numbers;

/// One line for a program.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Line<'a> {
    Plan(&'a Description),
    Reject {
        file: &'a str,
        #[serde(flatten)]
        reject: Reject,
    },
    File {
        file: &'a str,
        received: u64,
        rejected: u64,
        seconds: f64,
    },
}

/// Tries all files; `false`: records would be rejected.
pub(super) fn run(args: &IngestArgs, load: Load, trial: &Trial, inputs: &[Input]) -> Result<bool, Failure> {
    let human = args.input.format == OutputFormat::Human;
    let description = trial.describe()?;
    if human {
        plan(&description, &load).iter().for_each(|line| console::data(line));
    } else {
        json(&Line::Plan(&description));
    }
    let mut clean = true;
    let mut failures = Vec::new();
    for input in inputs {
        match try_file(args, trial, input) {
            Ok(tried) => clean &= tried,
            Err(failure) => failures.push((input, failure)),
        }
    }
    console::talk("nothing was stored; unique keys, foreign keys, checks and triggers speak only when it is");
    if let [_] = inputs {
        return failures.pop().map_or(Ok(clean), |(_, failure)| Err(failure));
    }
    let names: Vec<String> = failures.iter().map(|(input, _)| input.name.clone()).collect();
    let exit_code = failures.iter().map(|(_, failure)| failure.exit_code()).max();
    for (input, failure) in failures {
        console::failure(&failure.of_file(&input.name));
    }
    match exit_code {
        None => Ok(clean),
        Some(exit_code) => Err(some_failed(&names, names.len(), inputs.len(), "readable", exit_code)),
    }
}

/// Tries one file; `false`: records would be rejected.
fn try_file(args: &IngestArgs, trial: &Trial, input: &Input) -> Result<bool, Failure> {
    let human = args.input.format == OutputFormat::Human;
    let started = Instant::now();
    let records = Records::new(input.format, input.open()?)?.csv_null(&args.csv_null);
    let tried = trial.run(records, |reject| {
        if human {
            let line =
                reject_line(reject.index, reject.column.as_deref(), &reject.reason, reject.code.code());
            console::data(&format!("{}: {line}", input.name));
        } else {
            json(&Line::Reject { file: &input.name, reject });
        }
    })?;
    if human {
        let outcome = match tried.rejected {
            0 => "each can be stored, as far as its columns say".to_owned(),
            rejected => format!("{} cannot be stored", numbers::count(rejected)),
        };
        console::data(&format!("{}: {}, {outcome}", input.name, numbers::counted(tried.received, "record")));
    } else {
        json(&Line::File {
            file: &input.name,
            received: tried.received,
            rejected: tried.rejected,
            seconds: started.elapsed().as_secs_f64(),
        });
    }
    Ok(tried.rejected == 0)
}

fn json(line: &Line<'_>) {
    console::data(&serde_json::to_string(line).unwrap_or_default());
}

/// What would be done, for a person.
fn plan(description: &Description, load: &Load) -> Vec<String> {
    let Description { table, mode, key, update, on_reject, .. } = description;
    let by = match key.as_slice() {
        [] => String::new(),
        key => format!(" by {}", key.join(", ")),
    };
    let how = if description.staged {
        "through a temporary table, in one transaction a file"
    } else {
        "by COPY, in one transaction a file"
    };
    let mut lines = vec![format!("{mode} {table}{by}, {how}")];
    if load.mode.kind() == adit_ingest::ModeKind::Upsert {
        lines.push(match update.as_slice() {
            [] => "of a row that is there nothing changes".to_owned(),
            update => format!("of a row that is there these change: {}", update.join(", ")),
        });
    }
    lines.push(format!("rejects: {on_reject}"));
    let width = |of: fn(&adit_ingest::ColumnPlan) -> &str| {
        description.columns.iter().map(|column| of(column).chars().count()).max().unwrap_or_default()
    };
    let (names, types) = (width(|column| &column.name), width(|column| &column.type_name));
    for column in &description.columns {
        let from = match &column.from {
            From::Key => format!("key {}", column.name),
            From::Pointer(pointer) => pointer.clone(),
            From::Constant(json) => format!("always {json}"),
            From::Record => "the whole record".to_owned(),
            From::UnknownKeys => "all keys without a column".to_owned(),
            From::Nothing => "no key".to_owned(),
        };
        let absent = match column.absent {
            _ if matches!(column.from, From::Constant(_) | From::Record) => "",
            Absent::Reject => ", needed",
            Absent::Null => ", else null",
            Absent::Server => ", else its default",
            Absent::ServerOnly => ": the server fills it",
            Absent::Unused => ": not looked at",
        };
        let cast = if column.cast { ", as text, cast by the server" } else { "" };
        lines.push(format!("  {:<names$}  {:<types$}  {from}{absent}{cast}", column.name, column.type_name));
    }
    lines.push(match description.unknown {
        Unknown::Reject => "a key without a column rejects its record".to_owned(),
        Unknown::Ignore => "a key without a column is ignored".to_owned(),
        Unknown::Column => "keys without a column are kept together in one".to_owned(),
    });
    lines
}
