//! Why a run came to nothing, with its stable code and what to do; and how that is told from what the program says.

use std::io;
use std::path::PathBuf;

use super::Terraform;
use super::command::Ended;
use super::diagnostic::{self, Diagnostic, LockInfo};
use super::event::{Applied, Did, Stream};
use super::find::{LEAST, Product, Version};

/// How many steps are listed that were done before the end.
const DONE: usize = 20;

/// Why a run came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Neither is installed, or not what was named.
    #[error("{}", no_binary(.named.as_ref()))]
    NoBinary {
        /// What was named.
        named: Option<PathBuf>,
    },
    /// The system does not start it.
    #[error("{} cannot be run: {error}", binary.display())]
    NotStarted {
        /// The program.
        binary: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It is something else.
    #[error("{} is no Terraform and no OpenTofu: {why}", binary.display())]
    NotTerraform {
        /// The program.
        binary: PathBuf,
        /// What was seen.
        why: String,
    },
    /// It is too old.
    #[error("{} is {} {found}; {LEAST} or later is needed", binary.display(), product.name())]
    TooOld {
        /// The program.
        binary: PathBuf,
        /// Which of the two.
        product: Product,
        /// Its version.
        found: Version,
    },
    /// `init` failed.
    #[error("{program} init failed{}", told(.diagnostics))]
    Init {
        /// `terraform` or `tofu`.
        program: String,
        /// What it said.
        diagnostics: Vec<Diagnostic>,
    },
    /// The provider, or the program itself, has not the version that the configuration wants.
    #[error("a version does not fit{}", told(.diagnostics))]
    Versions {
        /// What it said.
        diagnostics: Vec<Diagnostic>,
        /// What takes another version of the provider.
        upgrade: String,
    },
    /// The backend is another one than that of the last `init`.
    #[error("the state is to be kept elsewhere than before{}", told(.diagnostics))]
    Backend {
        /// What it said.
        diagnostics: Vec<Diagnostic>,
        /// What moves the state.
        migrate: String,
    },
    /// Another run holds the lock of the state.
    #[error("the state is locked{}", holder(.lock))]
    Locked {
        /// Who.
        lock: Box<LockInfo>,
        /// What takes the lock away.
        unlock: String,
    },
    /// There is no plan.
    #[error("{program} plan failed{}", told(.diagnostics))]
    Plan {
        /// `terraform` or `tofu`.
        program: String,
        /// What it said.
        diagnostics: Vec<Diagnostic>,
    },
    /// The cloud does not know who asks.
    #[error("the provider has no login that the cloud takes{}", told(.diagnostics))]
    Credentials {
        /// What it said.
        diagnostics: Vec<Diagnostic>,
    },
    /// The plan destroys what the configuration protects from that (`prevent_destroy`).
    #[error("the plan destroys what the configuration protects: {}", addresses.join(", "))]
    Guarded {
        /// Their addresses.
        addresses: Vec<String>,
    },
    /// The state was changed after the plan was made.
    #[error("the state was changed by somebody else after the plan was made; nothing was applied")]
    Stale,
    /// An apply ended half-way.
    #[error("{program} apply failed{}", told(.diagnostics))]
    Apply {
        /// `terraform` or `tofu`.
        program: String,
        /// What it said.
        diagnostics: Vec<Diagnostic>,
        /// What was done before, and what failed.
        applied: Box<Applied>,
    },
    /// A run was interrupted, and has ended in good order.
    #[error("{}", stopped(.program, .command))]
    Interrupted {
        /// `terraform` or `tofu`.
        program: String,
        /// `apply`, or one that changes nothing.
        command: &'static str,
        /// What was done before.
        applied: Box<Applied>,
    },
    /// What it wrote cannot be understood, or it ended without a word.
    #[error("{what}: {why}")]
    Unclear {
        /// What was run.
        what: String,
        /// What was seen.
        why: String,
    },
}

fn no_binary(named: Option<&PathBuf>) -> String {
    match named {
        Some(named) => format!("there is no {}", named.display()),
        None => "neither terraform nor tofu is on PATH".to_owned(),
    }
}

/// The first error, behind a colon.
fn told(diagnostics: &[Diagnostic]) -> String {
    let first = diagnostics.iter().find(|diagnostic| diagnostic.is_error).or(diagnostics.first());
    first.map(|first| format!(": {}", first.summary)).unwrap_or_default()
}

fn stopped(program: &str, command: &str) -> String {
    match command {
        "apply" => format!("stopped: {program} ended what it was at, wrote the state and released its lock"),
        _ => format!("stopped during {program} {command}, which changes nothing"),
    }
}

fn holder(lock: &LockInfo) -> String {
    let who = lock.who.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
    let doing =
        lock.operation.as_ref().map(|operation| operation.trim_start_matches("OperationType").to_lowercase());
    let doing = doing.map(|operation| format!(", for {operation}")).unwrap_or_default();
    // Nobody reads nanoseconds.
    let since = lock
        .created
        .as_ref()
        .map(|created| format!(", since {}", created.split('.').next().unwrap_or(created)));
    format!("{who}{doing}{}", since.unwrap_or_default())
}

impl RunError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoBinary { .. } | Self::NotStarted { .. } => "A0850",
            Self::NotTerraform { .. } | Self::TooOld { .. } => "A0851",
            Self::Init { .. } => "A0852",
            Self::Versions { .. } => "A0853",
            Self::Backend { .. } => "A0854",
            Self::Locked { .. } => "A0855",
            Self::Plan { .. } => "A0856",
            Self::Credentials { .. } => "A0857",
            Self::Guarded { .. } => "A0858",
            Self::Stale => "A0859",
            Self::Apply { .. } => "A0860",
            Self::Interrupted { .. } => "A0861",
            Self::Unclear { .. } => "A0862",
        }
    }

    /// What was said, a line each.
    #[must_use]
    pub fn details(&self) -> Vec<String> {
        match self {
            Self::Init { diagnostics, .. }
            | Self::Versions { diagnostics, .. }
            | Self::Backend { diagnostics, .. }
            | Self::Plan { diagnostics, .. }
            | Self::Credentials { diagnostics }
            | Self::Apply { diagnostics, .. } => {
                let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error);
                errors.flat_map(Diagnostic::lines).chain(self.done_lines()).collect()
            }
            Self::Interrupted { .. } => self.done_lines(),
            _ => Vec::new(),
        }
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::NoBinary { .. } => {
                "install Terraform or OpenTofu, or say where it is with --terraform-binary FILE or ADIT_TERRAFORM".to_owned()
            }
            Self::TooOld { .. } => {
                "name a later one with --terraform-binary FILE or ADIT_TERRAFORM".to_owned()
            }
            Self::Versions { upgrade, .. } => format!("to take another version of the provider: `{upgrade}`; look at what changes in .terraform.lock.hcl"),
            Self::Backend { migrate, .. } => format!("move the state there first: `{migrate}`"),
            Self::Locked { unlock, .. } => {
                format!("wait until that run has ended; if nobody runs it any more: `{unlock}`")
            }
            Self::Credentials { .. } => {
                "the provider logs in as ~/.oci/config or the environment says; `oci iam region list` shows whether that login works".to_owned()
            }
            Self::Guarded { .. } => {
                "it is protected in a module of its own: take `prevent_destroy` away there if you mean it".to_owned()
            }
            Self::Stale => "run it again: the plan is made anew, and shown".to_owned(),
            Self::Apply { diagnostics, .. } if diagnostics.iter().any(|it| it.says("NAMESPACE_CONFLICT")) => {
                "names of repositories are unique in a tenancy: `adit explain A0844` says how to move that one".to_owned()
            }
            Self::Apply { .. } => {
                "the state holds what was made; the same command goes on from there".to_owned()
            }
            Self::Interrupted { .. } => "the same command goes on from there".to_owned(),
            Self::NotStarted { .. }
            | Self::NotTerraform { .. }
            | Self::Init { .. }
            | Self::Plan { .. }
            | Self::Unclear { .. } => return None,
        })
    }

    /// What an apply had done before it ended.
    #[must_use]
    pub fn applied(&self) -> Option<&Applied> {
        match self {
            Self::Apply { applied, .. } | Self::Interrupted { applied, .. } => Some(applied),
            _ => None,
        }
    }

    fn done_lines(&self) -> Vec<String> {
        let done = self.done();
        let shown = done.iter().take(DONE).map(|did| {
            let id = did.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
            format!("done before: {} {}{id}", did.action, did.address)
        });
        let more = done.len().saturating_sub(DONE);
        shown.chain((more > 0).then(|| format!("done before: {more} more"))).collect()
    }

    /// The resources that an apply had made or changed before it ended.
    #[must_use]
    pub fn done(&self) -> &[Did] {
        self.applied().map_or(&[], |applied| &applied.done)
    }
}

/// What concerns every command: the lock, the backend, the login.
fn of_all(terraform: &Terraform, diagnostics: &[Diagnostic]) -> Option<RunError> {
    if let Some(lock) = diagnostics.iter().find_map(Diagnostic::lock) {
        let id = lock.id.clone().unwrap_or_else(|| "ID".to_owned());
        return Some(RunError::Locked {
            lock: Box::new(lock),
            unlock: terraform.typed(&format!("force-unlock {id}")),
        });
    }
    let says = |words: &[&str]| {
        diagnostics.iter().any(|diagnostic| diagnostic.is_error && words.iter().any(|it| diagnostic.says(it)))
    };
    if says(&["backend configuration changed", "backend initialization required", "backend type changed"]) {
        let (diagnostics, migrate) = (diagnostics.to_vec(), terraform.typed("init -migrate-state"));
        return Some(RunError::Backend { diagnostics, migrate });
    }
    if says(&[
        "bad configuration",
        "did not find a proper configuration",
        "NotAuthenticated",
        "no configuration file found",
    ]) {
        return Some(RunError::Credentials { diagnostics: diagnostics.to_vec() });
    }
    None
}

pub(super) fn of_init(terraform: &Terraform, code: Option<i32>, diagnostics: Vec<Diagnostic>) -> RunError {
    if diagnostics.is_empty() {
        return unclear(terraform, "init", code, b"");
    }
    if let Some(error) = of_all(terraform, &diagnostics) {
        return error;
    }
    let versions = [
        "no available releases match",
        "does not match configured version constraint",
        "unsupported terraform core version",
        "unsupported opentofu core version",
        "incompatible provider version",
    ];
    if diagnostics.iter().any(|diagnostic| versions.iter().any(|words| diagnostic.says(words))) {
        return RunError::Versions { diagnostics, upgrade: terraform.typed("init -upgrade") };
    }
    RunError::Init { program: terraform.name(), diagnostics }
}

pub(super) fn of_plan(terraform: &Terraform, code: Option<i32>, stream: Stream, stderr: &[u8]) -> RunError {
    let diagnostics = with_words(stream.diagnostics, stderr);
    if !diagnostics.iter().any(|diagnostic| diagnostic.is_error) {
        return unclear(terraform, "plan", code, stderr);
    }
    if let Some(error) = of_all(terraform, &diagnostics) {
        return error;
    }
    let errors = || diagnostics.iter().filter(|diagnostic| diagnostic.is_error);
    let guarded: Vec<String> = errors().filter_map(Diagnostic::guarded).collect();
    if guarded.len() == errors().count() {
        return RunError::Guarded { addresses: guarded };
    }
    RunError::Plan { program: terraform.name(), diagnostics }
}

pub(super) fn of_apply(terraform: &Terraform, ended: Ended) -> RunError {
    let Ended { code, stream, stderr, interrupted } = ended;
    let diagnostics = with_words(stream.diagnostics, &stderr);
    let (program, applied) = (terraform.name(), Box::new(stream.applied));
    let untouched = applied.done.is_empty() && applied.failed.is_empty();
    // Killed while it was at something, it did not end in good order.
    if interrupted && (code.is_some() || untouched) {
        return RunError::Interrupted { program, command: "apply", applied };
    }
    if untouched && let Some(error) = of_all(terraform, &diagnostics) {
        return error;
    }
    if untouched && diagnostics.iter().any(|diagnostic| diagnostic.says("saved plan is stale")) {
        return RunError::Stale;
    }
    if untouched && diagnostics.is_empty() {
        return unclear(terraform, "apply", code, &stderr);
    }
    RunError::Apply { program, diagnostics, applied }
}

pub(super) fn of_output(terraform: &Terraform, code: Option<i32>, diagnostics: Vec<Diagnostic>) -> RunError {
    if let Some(error) = of_all(terraform, &diagnostics) {
        return error;
    }
    match diagnostics.first() {
        Some(first) => {
            RunError::Unclear { what: format!("{} output", terraform.name()), why: first.lines().join("; ") }
        }
        None => unclear(terraform, "output", code, b""),
    }
}

/// It ended without a word that can be understood.
pub(super) fn unclear(terraform: &Terraform, command: &str, code: Option<i32>, stderr: &[u8]) -> RunError {
    let how = match code {
        Some(code) => format!("it ended with exit code {code}"),
        None => "a signal ended it".to_owned(),
    };
    let text = String::from_utf8_lossy(stderr);
    let last = text.lines().rev().map(diagnostic::line).find(|line| !line.trim().is_empty());
    let last: String = last.map(|line| format!(": {}", line.trim())).unwrap_or_default();
    RunError::Unclear {
        what: format!("{} {command}", terraform.name()),
        why: format!("{how}{}", last.chars().take(300).collect::<String>()),
    }
}

/// Some errors come before the JSON begins.
fn with_words(mut diagnostics: Vec<Diagnostic>, stderr: &[u8]) -> Vec<Diagnostic> {
    if !diagnostics.iter().any(|diagnostic| diagnostic.is_error) {
        diagnostics.extend(diagnostic::of_text(stderr).into_iter().filter(|diagnostic| diagnostic.is_error));
    }
    diagnostics
}
