//! The JSON log of `plan` and `apply`, a line at a time.

use serde::Deserialize;

use super::diagnostic::{Diagnostic, Wire, line};

/// How many diagnostics are kept.
const MOST: usize = 50;

/// A step of an apply.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// It has begun.
    Started(Did),
    /// It goes on: so many seconds.
    Goes(Did),
    /// It is done.
    Done(Did),
    /// It has failed.
    Failed(Did),
}

/// What is done to a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Did {
    /// Its address.
    pub address: String,
    /// `create`, `update`, `delete`, `read`.
    pub action: String,
    /// Its id, where the step tells it.
    pub id: Option<String>,
    /// For how long.
    pub seconds: f64,
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Created, or created anew.
    pub add: u64,
    /// Changed.
    pub change: u64,
    /// Taken over.
    pub import: u64,
    /// Deleted, or deleted to be created anew.
    pub remove: u64,
}

/// What an apply has done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applied {
    /// Each step that is done, in its order.
    pub done: Vec<Did>,
    /// Each that failed.
    pub failed: Vec<Did>,
    /// What the program counts at its end; `None`: it did not get there.
    pub counts: Option<Counts>,
}

/// All that a log says.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) applied: Applied,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    diagnostic: Option<Wire>,
    #[serde(default)]
    hook: Option<Hook>,
    #[serde(default)]
    changes: Option<WireChanges>,
}

#[derive(Deserialize)]
struct Hook {
    resource: Addressed,
    #[serde(default)]
    action: String,
    #[serde(default)]
    id_value: Option<String>,
    #[serde(default)]
    elapsed_seconds: f64,
}

#[derive(Deserialize)]
struct Addressed {
    addr: String,
}

#[derive(Deserialize)]
struct WireChanges {
    #[serde(flatten)]
    counts: Counts,
    #[serde(default)]
    operation: String,
}

impl Stream {
    /// A whole log.
    pub(super) fn of(log: &[u8]) -> Self {
        let mut stream = Self::default();
        for line in log.split(|byte| *byte == b'\n') {
            stream.line(line);
        }
        stream
    }

    /// One line. What is no event, or one of a later version, is passed over.
    pub(super) fn line(&mut self, text: &[u8]) -> Option<Step> {
        let event: Line = serde_json::from_slice(text).ok()?;
        if let Some(diagnostic) = event.diagnostic.map(Diagnostic::from) {
            // An interrupt says the same for each resource that it was about to do.
            if self.diagnostics.len() < MOST && !self.diagnostics.contains(&diagnostic) {
                self.diagnostics.push(diagnostic);
            }
            return None;
        }
        if let Some(changes) = event.changes.filter(|changes| changes.operation == "apply") {
            self.applied.counts = Some(changes.counts);
        }
        let hook = event.hook?;
        let did = Did {
            address: line(&hook.resource.addr),
            action: line(&hook.action),
            id: hook.id_value.map(|id| line(&id)),
            seconds: hook.elapsed_seconds,
        };
        match event.kind.as_str() {
            "apply_start" => Some(Step::Started(did)),
            "apply_progress" => Some(Step::Goes(did)),
            "apply_complete" => {
                self.applied.done.push(did.clone());
                Some(Step::Done(did))
            }
            "apply_errored" => {
                self.applied.failed.push(did.clone());
                Some(Step::Failed(did))
            }
            _ => None,
        }
    }

    pub(super) fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error)
    }
}
