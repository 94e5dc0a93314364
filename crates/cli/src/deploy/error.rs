//! Why a deployment is refused, by what it decides itself. What Terraform, the registry and the cloud say has errors of its own.

use std::io;
use std::path::PathBuf;

use adit_terraform::plan::AllowError;

/// The state is a file on this machine: a warning, not an error.
pub(crate) const STATE_IS_LOCAL: &str = "A0863";
/// The image is uncommonly large: a warning, too.
pub(crate) const LARGE_IMAGE: &str = "A0872";

/// Why a deployment is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeployError {
    #[error("{} has {errors}, so it is not deployed", of.display())]
    Errors { of: PathBuf, errors: String },
    #[error("the plan has {errors}, so it is not applied")]
    PlanErrors { errors: String },
    #[error("{} is no exported configuration: it has no versions.tf", .0.display())]
    NotExported(PathBuf),
    #[error("{} is not what {} says any more", dir.display(), file.display())]
    NotCurrent { dir: PathBuf, file: PathBuf },
    #[error("the plan replaces or deletes what nobody has named")]
    Unnamed { sentences: Vec<String>, names: Vec<String> },
    #[error("there is nobody to ask whether to apply this")]
    NobodyToAsk,
    #[error("not applied: the answer was no")]
    Declined,
    #[error("{function}: {found}, but the image that is deployed is {wanted}")]
    OtherImage { function: String, found: String, wanted: String },
    #[error("{} has no function `{name}`: it has {}", file.display(), listed(.there))]
    NoFunction { name: String, file: PathBuf, there: Vec<String> },
    #[error("the configuration in {} says nothing of {what} of `{function}`", dir.display())]
    NoOutput { function: String, what: &'static str, dir: PathBuf },
    #[error(transparent)]
    Ambiguous(#[from] AllowError),
    #[error("stopped before anything was applied")]
    Stopped,
    #[error("{} cannot be used: {error}", path.display())]
    Scratch { path: PathBuf, error: io::Error },
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl DeployError {
    /// The stable code.
    pub(crate) fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Errors { .. } | Self::PlanErrors { .. } => "A0864",
            Self::NotExported(_) | Self::NotCurrent { .. } => "A0865",
            Self::Unnamed { .. } => "A0866",
            Self::NobodyToAsk | Self::Declined => "A0867",
            Self::OtherImage { .. } => "A0868",
            Self::NoFunction { .. } | Self::NoOutput { .. } => "A0869",
            Self::Ambiguous(_) => "A0870",
            Self::Stopped | Self::Scratch { .. } => return None,
        })
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Errors { .. }
            | Self::PlanErrors { .. }
            | Self::Unnamed { .. }
            | Self::NobodyToAsk
            | Self::Declined
            | Self::OtherImage { .. } => 1,
            Self::NotExported(_)
            | Self::NotCurrent { .. }
            | Self::NoFunction { .. }
            | Self::NoOutput { .. }
            | Self::Ambiguous(_)
            | Self::Scratch { .. } => 2,
            Self::Stopped => 130,
        }
    }

    pub(crate) fn details(&self) -> Vec<String> {
        match self {
            Self::Unnamed { sentences, .. } => sentences.clone(),
            _ => Vec::new(),
        }
    }

    /// What to do.
    pub(crate) fn help(&self) -> Option<String> {
        Some(match self {
            Self::Errors { .. } => "repair what is said above; `adit check` looks again".to_owned(),
            Self::PlanErrors { .. } => {
                "repair adit.toml or the configuration; nothing was applied".to_owned()
            }
            Self::NotExported(dir) => format!("`adit export terraform -o {}` writes it", dir.display()),
            Self::NotCurrent { dir, .. } => format!(
                "`adit export terraform -o {}` writes it anew, and so does this command without --dry-run",
                dir.display()
            ),
            Self::Unnamed { names, .. } => {
                let names: Vec<String> =
                    names.iter().map(|name| format!("--allow-replace {}", quoted(name))).collect();
                format!("if you mean it: {}", names.join(" "))
            }
            Self::NobodyToAsk => "--yes applies it without asking; --dry-run only shows it".to_owned(),
            Self::OtherImage { .. } => {
                "the configuration takes images by `var.images`; `adit export terraform` writes it so"
                    .to_owned()
            }
            Self::NoOutput { .. } => {
                "export it again: `adit export terraform` writes the outputs `repositories` and `functions`"
                    .to_owned()
            }
            Self::Ambiguous(_) => "name the one that you mean by its address".to_owned(),
            Self::Declined | Self::NoFunction { .. } | Self::Stopped | Self::Scratch { .. } => return None,
        })
    }
}

/// As a shell takes it for one word.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:".contains(c);
    if name.chars().all(plain) { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}
