//! What became of each file and of all: a line for a person or a JSON object for a program, a warning for rejects, an error for what was
//! not stored.

use std::time::Duration;

use adit_ingest::{Counts, Reject};
use serde::Serialize;

use super::tasks::Outcome;
use crate::args::OutputFormat;
use crate::console;
use crate::failure::Failure;
use crate::numbers;

/// All files together.
#[derive(Debug)]
pub(super) struct Report {
    format: OutputFormat,
    table: String,
    /// How many files there are.
    files: usize,
    counts: Counts,
    told: usize,
    /// Files that are not stored, or not all of them.
    failed: Vec<String>,
    exit_code: u8,
    only_failure: Option<Failure>,
}

/// One file, for a program.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    /// `stored`, `partial` (records were rejected), `stored-before`, `stopped` or `failed`.
    status: &'static str,
    table: &'a str,
    #[serde(flatten)]
    counts: Counts,
    /// Rows of earlier runs, with --resume or --batch-id.
    stored_before: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pieces: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pieces_stored_before: u64,
    seconds: f64,
    rows_per_second: u64,
    #[serde(skip_serializing_if = "<[Reject]>::is_empty")]
    rejects: &'a [Reject],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    cast: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Report {
    pub(super) fn new(format: OutputFormat, table: String, files: usize) -> Self {
        Self {
            format,
            table,
            files,
            counts: Counts::default(),
            told: 0,
            failed: Vec::new(),
            exit_code: 0,
            only_failure: None,
        }
    }

    /// Tells what became of a file.
    pub(super) fn tell(&mut self, mut outcome: Outcome) {
        self.told += 1;
        self.counts.add(outcome.counts);
        let failure = outcome.failure.take();
        match self.format {
            OutputFormat::Json => console::data(&self.line(&outcome, failure.as_ref())),
            OutputFormat::Human if failure.is_none() || outcome.pieces > 0 => {
                console::data(&sentence(&outcome, &self.table));
            }
            OutputFormat::Human => {}
        }
        warn(&outcome);
        let Some(failure) = failure else { return };
        self.exit_code = self.exit_code.max(failure.exit_code());
        self.failed.push(outcome.name.clone());
        if matches!(failure, Failure::Stopped) {
            return;
        }
        if self.files == 1 {
            self.only_failure = Some(failure);
        } else {
            console::failure(&failure.of_file(&outcome.name));
        }
    }

    /// The last word. `stopped`: by Ctrl-C.
    pub(super) fn end(self, stopped: bool, resumable: bool, took: Duration) -> Result<bool, Failure> {
        let stored = self.told - self.failed.len();
        if stopped {
            if let Some(failure) = &self.only_failure {
                console::failure(failure);
            }
            let rows = numbers::counted(self.counts.rows(), "row");
            let stored = match self.files {
                1 if stored == 1 => format!("the file is stored ({rows})"),
                1 if self.counts.rows() == 0 => "nothing is stored".to_owned(),
                1 => format!("{rows} are stored, in whole pieces"),
                files => format!("{stored} of {files} files are stored ({rows} in all)"),
            };
            return Err(Failure::Interrupted { stored, resumable });
        }
        if let Some(failure) = self.only_failure {
            return Err(failure);
        }
        if self.files > 1 && self.format == OutputFormat::Human {
            let rate = numbers::rate(self.counts.received, took);
            console::data(&format!(
                "{} of {}: {}, {}, {} rows/s",
                stored,
                numbers::counted(u64::try_from(self.files).unwrap_or(u64::MAX), "file"),
                words(&self.counts, &self.table),
                numbers::time(took),
                numbers::count(rate)
            ));
        }
        if self.told < self.files || !self.failed.is_empty() {
            return Err(some_failed(&self.failed, self.files - stored, self.files, "stored", self.exit_code));
        }
        Ok(self.counts.rejected == 0)
    }

    fn line(&self, outcome: &Outcome, failure: Option<&Failure>) -> String {
        let status = match failure {
            Some(Failure::Stopped) => "stopped",
            Some(_) => "failed",
            None if outcome.counts.rejected > 0 => "partial",
            None if outcome.counts.received == 0 => "stored-before",
            None => "stored",
        };
        let line = Line {
            file: &outcome.name,
            status,
            table: &self.table,
            counts: outcome.counts,
            stored_before: outcome.before.rows(),
            pieces: outcome.pieces,
            pieces_stored_before: outcome.pieces_before,
            seconds: outcome.took.as_secs_f64(),
            rows_per_second: numbers::rate(outcome.counts.received, outcome.took),
            rejects: &outcome.rejects,
            cast: &outcome.cast,
            code: failure.and_then(Failure::code),
            message: failure.map(ToString::to_string),
        };
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// The last word where files among others failed: `2 of 6 files are not stored: a.csv, b.csv`.
pub(super) fn some_failed(names: &[String], failed: usize, of: usize, done: &str, exit_code: u8) -> Failure {
    let are = if failed == 1 { "is" } else { "are" };
    let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    Failure::Files {
        message: format!("{failed} of {of} files {are} not {done}{names}"),
        exit_code: exit_code.max(1),
    }
}

/// Counts in words.
fn words(counts: &Counts, table: &str) -> String {
    counts.sentence(&format!("in {table}"), numbers::count)
}

/// What became of a file, for a person.
fn sentence(outcome: &Outcome, table: &str) -> String {
    let Outcome { name, counts, before, .. } = outcome;
    let rate = format!(
        "{}, {} rows/s",
        numbers::time(outcome.took),
        numbers::count(numbers::rate(counts.received, outcome.took))
    );
    let before_now = match (outcome.pieces_before, outcome.pieces) {
        (0, _) if before.received == 0 => return format!("{name}: {}, {rate}", words(counts, table)),
        (0, 0) => return format!("{name}: stored before: {}", words(before, table)),
        (known, 0) => {
            return format!(
                "{name}: all {} stored before: {}",
                numbers::counted(known, "piece"),
                words(before, table)
            );
        }
        (known, new) => format!(
            "{} of {} stored before, with {}",
            numbers::count(known),
            numbers::counted(known + new, "piece"),
            numbers::counted(before.rows(), "row")
        ),
    };
    format!("{name}: {} ({before_now}), {rate}", words(counts, table))
}

/// The rejects of a file that is stored without them.
fn warn(outcome: &Outcome) {
    if outcome.rejects.is_empty() && outcome.counts.rejected == 0 {
        return;
    }
    let rejected = outcome.counts.rejected + outcome.before.rejected;
    console::warning(&format!("{}: {} rejected", outcome.name, numbers::counted(rejected, "record")));
    for reject in &outcome.rejects {
        console::detail(&crate::failure::reject_line(
            reject.index,
            reject.column.as_deref(),
            &reject.reason,
            reject.code.code(),
        ));
    }
    let more = rejected.saturating_sub(u64::try_from(outcome.rejects.len()).unwrap_or(u64::MAX));
    if more > 0 {
        console::detail(&format!("and {} more", numbers::count(more)));
    }
}
