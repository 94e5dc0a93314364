//! The arguments of `adit deploy`.

use std::path::PathBuf;

use super::{LoginArgs, OutputFormat};

/// From adit.toml to functions that run: check, image, Terraform's plan judged and applied, a call, a receipt
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit deploy --dry-run
  adit deploy --user NAMESPACE/ci@example.com --password-file token
  adit deploy --yes --image image.tar --smoke '{\"name\":\"chair\"}' --format json
  adit deploy --allow-replace ingest

Exit code: 0 it is deployed (or with --dry-run: it could be), 1 something was refused or failed, 2 wrong usage or unreadable input,
3 it could not be tried, 130 stopped by Ctrl-C

A password or auth token is read from --password-file, --password-stdin, or the variable ADIT_REGISTRY_PASSWORD; it is never an
argument, which every user of the machine could read.")]
pub(crate) struct DeployArgs {
    /// The file
    #[arg(short, long, value_name = "FILE", default_value = "adit.toml")]
    pub(crate) file: PathBuf,
    /// The directory of the Terraform configuration
    #[arg(short, long, value_name = "DIR", default_value = "terraform")]
    pub(crate) dir: PathBuf,
    /// Do not ask before each plan is applied
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Change nothing: make and judge the plan with the image that would be pushed, and print it
    #[arg(long, conflicts_with_all = ["yes", "smoke"])]
    pub(crate) dry_run: bool,
    /// Allow that this object is replaced or deleted: its name in the cloud or its address in the plan. What is in it goes with it
    #[arg(long = "allow-replace", value_name = "NAME")]
    pub(crate) allow_replace: Vec<String>,
    /// Only this function gets the new image [default: all functions of the file]
    #[arg(long = "function", value_name = "NAME")]
    pub(crate) functions: Vec<String>,
    /// An image that is built already, a directory or FILE.tar [default: it is built as `adit build` does]
    #[arg(long, value_name = "LAYOUT")]
    pub(crate) image: Option<PathBuf>,
    /// Call each function that got the image with this: JSON, @FILE or - for standard input
    #[arg(long, value_name = "DATA")]
    pub(crate) smoke: Option<String>,
    /// Terraform or OpenTofu [default: terraform, else tofu, on PATH]
    #[arg(long, value_name = "FILE", env = "ADIT_TERRAFORM")]
    pub(crate) terraform_binary: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) login: LoginArgs,
    /// Profile of the OCI configuration, for --smoke [default: DEFAULT]
    #[arg(long, value_name = "NAME", requires = "smoke")]
    pub(crate) profile: Option<String>,
    /// OCI configuration file, for --smoke [default: ~/.oci/config]
    #[arg(long, value_name = "FILE", requires = "smoke")]
    pub(crate) config_file: Option<PathBuf>,
    /// How the receipt is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: OutputFormat,
}
