//! The workflows for GitHub Actions: from a blueprint to the text of two files.
//!
//! The files are templates, in `github/`, that a reviewer reads as they are. What a blueprint adds are words of an alphabet that means
//! nothing to YAML, to GitHub's expressions or to a shell ([`Plain`]), so that nothing is ever quoted.

mod code;
mod needs;
mod plain;
mod template;

use adit_blueprint::{Blueprint, Finding};

pub use plain::{NotPlain, Plain};

use needs::Needs;
use template::Filling;

/// The first line of both files.
pub const MARKER: &str = "# Written by adit export github from adit.toml.";

/// A file for `.github/workflows`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workflow {
    /// Its name.
    pub name: &'static str,
    /// What stands in it.
    pub text: String,
}

/// What the file does not say.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the file is, from the repository's root.
    pub file: Plain,
    /// The branch whose changes go to the cloud.
    pub branch: Plain,
    /// How a job logs in.
    pub login: Login,
}

/// How a job logs in to Oracle Cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// By a user's API key out of the repository's secrets.
    ApiKey,
    /// By the job's OIDC token, exchanged for a session.
    Oidc,
}

/// The two workflows: to create or update everything by hand, and to bring each change of the branch to the cloud.
///
/// # Errors
///
/// What the workflows need and the file does not have.
pub fn workflows(blueprint: &Blueprint, settings: &Settings) -> Result<[Workflow; 2], Vec<Finding>> {
    let needs = Needs::of(blueprint)?;
    let filling = Filling { needs: &needs, settings };
    Ok([("provision-function.yml", template::PROVISION), ("update-application.yml", template::UPDATE)]
        .map(|(name, template)| Workflow { name, text: filling.fill(template) }))
}
