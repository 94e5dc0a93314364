//! The document that the function answers with, as far as the command line reads it. The function's crate writes it.

use adit_ingest::Counts;
use serde::{Deserialize, Serialize};

use crate::failure::reject_line;

/// A receipt or an error.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    /// `success`, `partial`, `rejected` or `error`; empty if this is no answer of the function.
    pub(crate) status: String,
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) inserted: Option<u64>,
    pub(crate) updated: u64,
    pub(crate) unchanged: u64,
    pub(crate) deleted: u64,
    pub(crate) superseded: u64,
    /// Whether an earlier call stored it, under the same batch id.
    pub(crate) replayed: bool,
    pub(crate) rejected: Option<u64>,
    pub(crate) rejects: Vec<RejectLine>,
    pub(crate) near: Option<String>,
}

/// One record that could not be stored.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct RejectLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<String>,
    pub(crate) code: String,
    pub(crate) reason: String,
}

impl Answer {
    /// Reads an answer; `None` if the body is something else.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(body).ok().filter(|answer| !answer.status.is_empty())
    }

    /// Whether the payload is stored, be it without some of its records.
    pub(crate) fn is_success(&self) -> bool {
        matches!(self.status.as_str(), "success" | "partial")
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts {
            received: 0,
            inserted: self.inserted.unwrap_or_default(),
            updated: self.updated,
            unchanged: self.unchanged,
            deleted: self.deleted,
            superseded: self.superseded,
            rejected: self.rejected.unwrap_or_default(),
        }
    }

    /// The records that were not stored, as lines: those that are told, and how many more there are.
    pub(crate) fn reject_lines(&self) -> Vec<String> {
        let told = self
            .rejects
            .iter()
            .map(|reject| reject_line(reject.index, reject.column.as_deref(), &reject.reason, &reject.code));
        let more = self.rejected.unwrap_or_default().saturating_sub(self.rejects.len() as u64);
        let more = (more > 0 && !self.rejects.is_empty()).then(|| format!("and {more} more"));
        told.chain(more).collect()
    }
}
