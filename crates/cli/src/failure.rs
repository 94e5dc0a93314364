//! Why a command failed: one type over the errors of the crates below, with a code, an exit code and what to do next.

use std::io;
use std::path::PathBuf;

use adit_ingest::{DatabaseError, IngestError, PayloadError};
use adit_oci::{ErrorKind, OciError, PrincipalError};

use crate::answer::Answer;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the runtime could not be started: {0}")]
    Runtime(io::Error),
    #[error("{} cannot be read: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("no function program: looked for {}", .0.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "))]
    NoFunction(Vec<PathBuf>),
    #[error("`adit dev` is not running here")]
    NoStack,
    #[error("{0}")]
    Choice(String),
    #[error(transparent)]
    Local(#[from] adit_local::Error),
    #[error(transparent)]
    Oci(#[from] OciError),
    #[error(transparent)]
    Principal(#[from] PrincipalError),
    #[error("{0}")]
    Endpoint(String),
    #[error(transparent)]
    Ingest(#[from] IngestError),
    #[error("{}", .answer.message)]
    Answered { answer: Box<Answer>, stored: Option<String> },
    #[error("the function did not answer with a receipt: {0}")]
    NoReceipt(String),
    #[error("the schema could not be applied: {0}")]
    Schema(String),
    #[error("the rows could not be counted: {0}")]
    Count(String),
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        Failure::Ingest(error.into())
    }
}

impl From<PayloadError> for Failure {
    fn from(error: PayloadError) -> Self {
        Failure::Ingest(error.into())
    }
}

impl Failure {
    /// The stable code, where there is one.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Failure::Local(error) => Some(error.code()),
            Failure::Oci(error) => Some(error.code()),
            Failure::Principal(_) => Some(ErrorKind::Credentials.code()),
            Failure::Ingest(error) => Some(error.code()),
            Failure::Answered { answer, .. } => answer.code.as_deref(),
            _ => None,
        }
    }

    /// 1 refused, 2 wrong usage or unreadable input, 3 could not be tried.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::File { .. } | Failure::Choice(_) | Failure::Endpoint(_) | Failure::Principal(_) => 2,
            Failure::Ingest(IngestError::Payload(_) | IngestError::Rejected(_)) => 1,
            Failure::Answered { .. } | Failure::NoReceipt(_) | Failure::Schema(_) | Failure::Count(_) => 1,
            Failure::Ingest(IngestError::Database(_))
            | Failure::Runtime(_)
            | Failure::NoFunction(_)
            | Failure::NoStack
            | Failure::Local(_)
            | Failure::Oci(_) => 3,
        }
    }

    /// What else is known, a line each.
    pub(crate) fn details(&self) -> Vec<String> {
        match self {
            Failure::Answered { answer, stored } => {
                let rejects = answer.rejects.iter().map(|reject| {
                    let column =
                        reject.column.as_deref().map(|column| format!(", {column}")).unwrap_or_default();
                    let place =
                        reject.index.map_or("some record".to_owned(), |index| format!("record {index}"));
                    format!("{place}{column}: {} [{}]", reject.reason, reject.code)
                });
                let near = answer.near.iter().map(|near| format!("near: {near}"));
                let more = answer.rejected.unwrap_or_default().saturating_sub(answer.rejects.len() as u64);
                let more = (more > 0 && !answer.rejects.is_empty()).then(|| format!("and {more} more"));
                rejects.chain(more).chain(near).chain(stored.clone()).collect()
            }
            Failure::Ingest(IngestError::Rejected(rejected)) => {
                let shown = rejected.rejects.first();
                let line = |reject: &adit_ingest::Reject| {
                    let column =
                        reject.column.as_deref().map(|column| format!(", {column}")).unwrap_or_default();
                    let place =
                        reject.index.map_or("some record".to_owned(), |index| format!("record {index}"));
                    format!("{place}{column}: {}", reject.reason)
                };
                let more = rejected.rejects.total().saturating_sub(shown.len() as u64);
                shown.iter().map(line).chain((more > 0).then(|| format!("and {more} more"))).collect()
            }
            Failure::Ingest(IngestError::Payload(PayloadError::Malformed { near, .. }))
                if !near.is_empty() =>
            {
                vec![format!("near: {near}")]
            }
            _ => Vec::new(),
        }
    }

    /// What to do next.
    pub(crate) fn help(&self) -> Option<String> {
        match self {
            Failure::NoFunction(_) => Some(
                "build it with `scripts/build-function`, or say where it is with --function FILE".to_owned(),
            ),
            Failure::NoStack => Some(
                "start it with `adit dev`, or give a function's OCID to call one in the cloud".to_owned(),
            ),
            Failure::Answered { answer, .. } => answer.help.clone(),
            Failure::Oci(error) if matches!(error.kind(), ErrorKind::NotFound) => {
                Some("it does not exist, or you may not use it: OCI does not say which".to_owned())
            }
            _ => None,
        }
    }
}
