//! Why a command failed: one type over the errors of the crates below, with a code, an exit code and what to do next.

use std::io;
use std::path::PathBuf;

use adit_image::ImageError;
use adit_image::registry::{ReferenceError, RegistryError, RegistryErrorKind};
use adit_ingest::{Cut, DatabaseError, DatabaseErrorKind, InferError, IngestError, PayloadError};
use adit_oci::identity::{Compartment, CompartmentError};
use adit_oci::{ErrorKind, OciError, PrincipalError};

use adit_terraform::run::RunError;

use crate::answer::Answer;
use crate::deploy::DeployError;
use crate::pins::PinError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the runtime could not be started: {0}")]
    Runtime(io::Error),
    #[error("{} cannot be read: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{} is there already, and is not written over", .0.display())]
    Exists(PathBuf),
    #[error("{} cannot be written: {error}", path.display())]
    Write { path: PathBuf, error: io::Error },
    #[error("{} was not written by `adit export`, and is not written over", .0.display())]
    NotOurs(PathBuf),
    #[error("{} is a link or a folder, and a file belongs there", .0.display())]
    NoPlainFile(PathBuf),
    #[error("there is no code `{0}`")]
    NoSuchCode(String),
    #[error("the file has faults, so nothing else was looked at")]
    Faults,
    #[error("the file is not TOML, so nothing else was looked at")]
    NotToml,
    #[error(transparent)]
    Path(#[from] adit_blueprint::PathError),
    #[error(transparent)]
    Source(#[from] adit_blueprint::SourceError),
    #[error(transparent)]
    Export(#[from] adit_terraform::export::ExportError),
    #[error(transparent)]
    Edit(#[from] adit_blueprint::edit::EditError),
    #[error(transparent)]
    Plan(#[from] adit_terraform::plan::PlanError),
    #[error(transparent)]
    Terraform(#[from] Box<RunError>),
    #[error(transparent)]
    Pins(#[from] PinError),
    #[error(transparent)]
    Deploy(#[from] DeployError),
    #[error("no function program: looked for {}", .0.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "))]
    NoFunction(Vec<PathBuf>),
    #[error("`adit dev` is not running here")]
    NoStack,
    #[error("{0}")]
    Choice(String),
    #[error(transparent)]
    Local(#[from] adit_local::Error),
    #[error(transparent)]
    Image(#[from] ImageError),
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    ImageTarget(#[from] adit_blueprint::ImageTargetError),
    #[error(transparent)]
    Compartment(#[from] CompartmentError),
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
    #[error("{file}: {failure}")]
    OfFile { file: String, failure: Box<Failure> },
    #[error("{message}")]
    Files { message: String, exit_code: u8 },
    #[error("`{source_name}` has changed since pieces of it were stored: {how}")]
    Changed { source_name: String, how: String },
    #[error("{message}")]
    Mapping { message: String, pointed: Vec<String> },
    #[error(transparent)]
    Infer(#[from] InferError),
    /// A file was being stored when all had to stop.
    #[error("it was stopped, and rolled back")]
    Stopped,
    #[error("stopped: {stored}")]
    Interrupted { stored: String, resumable: bool },
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

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Failure::Terraform(Box::new(error))
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
            Failure::Image(error) => Some(error.code()),
            Failure::Reference(error) => Some(error.code()),
            Failure::Export(error) => Some(error.code()),
            Failure::Registry(error) => Some(error.kind.code()),
            Failure::ImageTarget(error) => Some(error.code()),
            Failure::Compartment(error) => Some(error.code()),
            Failure::Oci(error) => Some(error.code()),
            Failure::Principal(_) => Some(ErrorKind::Credentials.code()),
            Failure::Ingest(error) => Some(error.code()),
            Failure::Answered { answer, .. } => answer.code.as_deref(),
            Failure::Infer(error) => Some(error.code()),
            Failure::OfFile { failure, .. } => failure.code(),
            Failure::Source(error) => Some(error.code()),
            Failure::Path(error) => Some(error.code().as_str()),
            Failure::Plan(error) => Some(error.code().as_str()),
            Failure::Edit(error) => error.code(),
            Failure::Terraform(error) => Some(error.code()),
            Failure::Pins(error) => Some(error.code()),
            Failure::Deploy(error) => error.code(),
            _ => None,
        }
    }

    /// 1 refused, 2 wrong usage or unreadable input, 3 could not be tried.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::File { .. }
            | Failure::Choice(_)
            | Failure::Mapping { .. }
            | Failure::Endpoint(_)
            | Failure::Principal(_) => 2,
            Failure::Infer(_) | Failure::Changed { .. } => 1,
            Failure::Image(error) => of_image(error),
            Failure::Reference(_) | Failure::ImageTarget(_) => 2,
            Failure::Compartment(CompartmentError::Call(_)) => 3,
            Failure::Compartment(_) => 1,
            Failure::Terraform(error) => of_terraform(error),
            Failure::Pins(_) => 2,
            Failure::Deploy(error) => error.exit_code(),
            Failure::Registry(error) => match error.kind {
                RegistryErrorKind::Unreachable(_) | RegistryErrorKind::Unavailable => 3,
                _ => 1,
            },
            Failure::OfFile { failure, .. } => failure.exit_code(),
            Failure::Files { exit_code, .. } => *exit_code,
            // As a shell reports a program that SIGINT has ended.
            Failure::Stopped | Failure::Interrupted { .. } => 130,
            Failure::NotOurs(_) | Failure::NoPlainFile(_) | Failure::Export(_) => 2,
            Failure::Exists(_) | Failure::Write { .. } | Failure::NoSuchCode(_) | Failure::Source(_) => 2,
            Failure::NotToml | Failure::Path(_) | Failure::Plan(_) | Failure::Edit(_) => 2,
            Failure::Faults => 1,
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
                let near = answer.near.iter().map(|near| format!("near: {near}"));
                answer.reject_lines().into_iter().chain(near).chain(stored.clone()).collect()
            }
            Failure::Ingest(IngestError::Rejected(rejected)) => {
                let shown = rejected.rejects.first();
                let line = |reject: &adit_ingest::Reject| {
                    reject_line(reject.index, reject.column.as_deref(), &reject.reason, reject.code.code())
                };
                let more = rejected.rejects.total().saturating_sub(shown.len() as u64);
                shown.iter().map(line).chain((more > 0).then(|| format!("and {more} more"))).collect()
            }
            Failure::Ingest(IngestError::Payload(PayloadError::Malformed { near, .. }))
                if !near.is_empty() =>
            {
                vec![format!("near: {near}")]
            }
            Failure::Image(error) => {
                error.last_lines().iter().map(|line| format!("it wrote: {line}")).collect()
            }
            Failure::Compartment(CompartmentError::Several { found, .. }) => {
                let line = |it: &Compartment| format!("{} in {}", it.id, it.compartment_id);
                found.iter().map(line).collect()
            }
            Failure::Terraform(error) => error.details(),
            Failure::Deploy(error) => error.details(),
            Failure::OfFile { failure, .. } => failure.details(),
            Failure::Mapping { pointed, .. } => pointed.clone(),
            _ => Vec::new(),
        }
    }

    /// What to do next.
    pub(crate) fn help(&self) -> Option<String> {
        match self {
            Failure::NoFunction(_) => Some(
                "build it with `scripts/build-function`, or say where it is with --function FILE or ADIT_FUNCTION_BIN".to_owned(),
            ),
            Failure::NoStack => Some(
                "start it with `adit dev`, or give a function's OCID to call one in the cloud".to_owned(),
            ),
            Failure::Image(error) => error.help().map(str::to_owned),
            Failure::Registry(error) => error.help().map(str::to_owned),
            Failure::ImageTarget(error) => Some(error.help()),
            Failure::Compartment(error) => error.help().map(str::to_owned),
            Failure::Terraform(error) => error.help(),
            Failure::Pins(error) => Some(error.help().to_owned()),
            Failure::Deploy(error) => error.help(),
            Failure::Answered { answer, .. } => answer.help.clone(),
            Failure::OfFile { failure, .. } => failure.help(),
            Failure::Ingest(IngestError::Database(error)) => help_with(error.kind).map(str::to_owned),
            Failure::Changed { .. } => Some(
                "store what is new from a file of its own, or all of it under another --source".to_owned(),
            ),
            Failure::Interrupted { resumable: true, .. } => {
                Some("the same command goes on where it stopped".to_owned())
            }
            Failure::Exists(_) => {
                Some("name another file with --output FILE, or move that one away".to_owned())
            }
            Failure::NotOurs(_) => {
                Some("name another folder with -o DIR, move that file away, or write over it with --force".to_owned())
            }
            Failure::NoSuchCode(_) => Some("`adit explain --list` prints all codes".to_owned()),
            Failure::Source(adit_blueprint::SourceError::Io { .. }) => {
                Some("write one with `adit init`, or name it with --file FILE".to_owned())
            }
            Failure::Plan(error) => Some(error.help().to_owned()),
            Failure::Edit(error) => error.help(),
            Failure::Oci(error) if matches!(error.kind(), ErrorKind::NotFound) => {
                Some("it does not exist, or you may not use it: OCI does not say which".to_owned())
            }
            _ => None,
        }
    }

    /// Whether the rows may be stored in spite of it.
    pub(crate) fn outcome_unknown(&self) -> bool {
        matches!(self, Failure::Ingest(error) if error.outcome_unknown())
    }

    /// The failure of one file among others.
    pub(crate) fn of_file(self, file: &str) -> Self {
        Failure::OfFile { file: file.to_owned(), failure: Box::new(self) }
    }

    /// The failure of a piece as one of its file: records and bytes are counted from the start.
    pub(crate) fn of_piece(self, cut: &Cut) -> Self {
        match self {
            Failure::Ingest(error) => Failure::Ingest(cut.of_whole(error)),
            failure => failure,
        }
    }
}

/// A record that is at fault, in a line.
pub(crate) fn reject_line(index: Option<u64>, column: Option<&str>, reason: &str, code: &str) -> String {
    let place = index.map_or("some record".to_owned(), |index| format!("record {index}"));
    let column = column.map(|column| format!(", {column}")).unwrap_or_default();
    format!("{place}{column}: {reason} [{code}]")
}

/// 1 the program was refused, 2 what was named cannot be used, 3 it could not be tried.
fn of_image(error: &ImageError) -> u8 {
    match error {
        ImageError::Unreadable { .. }
        | ImageError::Parts { .. }
        | ImageError::Unwritable { .. }
        | ImageError::Layout { .. } => 2,
        ImageError::Foreign { .. } | ImageError::NotTried(_) => 3,
        _ => 1,
    }
}

/// 1 something was refused or failed, 3 it could not be tried, 130 somebody stopped it.
fn of_terraform(error: &RunError) -> u8 {
    match error {
        RunError::NoBinary { .. }
        | RunError::NotStarted { .. }
        | RunError::NotTerraform { .. }
        | RunError::TooOld { .. }
        | RunError::Locked { .. }
        | RunError::Unclear { .. } => 3,
        RunError::Interrupted { .. } => 130,
        _ => 1,
    }
}

/// What to do about a kind of failure of the database.
fn help_with(kind: DatabaseErrorKind) -> Option<&'static str> {
    match kind {
        DatabaseErrorKind::NoTable => Some("make it, or let --create-table make one for these records"),
        DatabaseErrorKind::NoLedger | DatabaseErrorKind::NoRejectsTable => Some("`adit migrate` makes it"),
        _ => None,
    }
}
