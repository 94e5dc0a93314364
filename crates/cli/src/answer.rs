//! The document that the function answers with, as far as the command line reads it. The function's crate writes it.

use serde::Deserialize;

/// A receipt or an error.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    /// `success`, `rejected` or `error`; empty if this is no answer of the function.
    pub(crate) status: String,
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) inserted: Option<u64>,
    /// Whether an earlier call stored it, under the same batch id.
    pub(crate) replayed: bool,
    pub(crate) rejected: Option<u64>,
    pub(crate) rejects: Vec<RejectLine>,
    pub(crate) near: Option<String>,
}

/// One record that could not be stored.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RejectLine {
    pub(crate) index: Option<u64>,
    pub(crate) column: Option<String>,
    pub(crate) code: String,
    pub(crate) reason: String,
}

impl Answer {
    /// Reads an answer; `None` if the body is something else.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(body).ok().filter(|answer| !answer.status.is_empty())
    }

    pub(crate) fn is_success(&self) -> bool {
        self.status == "success"
    }
}
