//! The arguments of `adit export`.

use std::path::PathBuf;

use adit_terraform::workflows::Plain;
use clap::{Subcommand, ValueEnum};

/// Write files for other tools, made from adit.toml, to be read, reviewed and committed
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    #[command(subcommand)]
    pub(crate) what: ExportCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExportCommand {
    Terraform(ExportTerraformArgs),
    Github(ExportGithubArgs),
    Mermaid(ExportMermaidArgs),
}

/// How generated files meet those that are there.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct WriteArgs {
    /// Write nothing; exit code 1 if the files are not what would be written
    #[arg(long, conflicts_with = "force")]
    pub(crate) check: bool,
    /// Write over files that somebody else wrote, too
    #[arg(long)]
    pub(crate) force: bool,
}

/// A root module for Terraform or OpenTofu: networks, gateways, permission, repositories, functions, logs and alarms
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit export terraform
  adit export terraform -o infrastructure --check
  adit export terraform --allow-replace ingest

What belongs to somebody else comes in as a variable: set it in terraform.tfvars, beside the files. Where the state is kept is said in
backend.tf. Both are yours, and never written here.

Exit code: 0 the files are written, or current; 1 --check found a difference, or adit.toml has faults; 2 a file cannot be read or
written, or was written by somebody else")]
pub(crate) struct ExportTerraformArgs {
    /// The file
    #[arg(short, long, value_name = "FILE", default_value = "adit.toml")]
    pub(crate) file: PathBuf,
    /// Where to write
    #[arg(short, long, value_name = "DIR", default_value = "terraform")]
    pub(crate) output: PathBuf,
    /// Leave out the guard of the objects of this name, so that Terraform may replace or delete them
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_replace: Vec<String>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// Two workflows for GitHub Actions: to create everything, and to bring each change from a pull request to the cloud
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit export github
  adit export github --auth oidc --branch trunk
  adit export github --check

Exit code: 0 the files are written, or current; 1 --check found a difference, or adit.toml has faults; 2 a file cannot be read or
written, or was written by somebody else

What the repository must be given (secrets, variables, an environment) is described in docs/github.md.")]
pub(crate) struct ExportGithubArgs {
    /// The file
    #[arg(short, long, value_name = "FILE", default_value = "adit.toml")]
    pub(crate) file: PathBuf,
    /// Where to write
    #[arg(short, long, value_name = "DIR", default_value = ".github/workflows")]
    pub(crate) output: PathBuf,
    /// How the workflows log in to Oracle Cloud
    #[arg(long, value_name = "WAY", default_value = "api-key")]
    pub(crate) auth: Login,
    /// The branch whose changes go to the cloud
    #[arg(long, value_name = "NAME", default_value = "main")]
    pub(crate) branch: Plain,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Login {
    /// By a user's API key, from the repository's secrets
    ApiKey,
    /// By the workflow's own OIDC token, exchanged for one of an hour: no key is stored
    Oidc,
}

/// A picture of the networks and of the ways between, in Mermaid's language, to standard output
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit export mermaid > network.mmd
  (echo '```mermaid'; adit export mermaid; echo '```') >> README.md

What belongs to somebody else has a broken line. A thick arrow is a way that is proved, a broken one with a cross one that is not there.")]
pub(crate) struct ExportMermaidArgs {
    /// The file
    #[arg(short, long, value_name = "FILE", default_value = "adit.toml")]
    pub(crate) file: PathBuf,
}
