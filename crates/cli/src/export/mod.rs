//! `adit export`: files for other tools, made from `adit.toml`.

pub(crate) mod files;
mod github;
mod mermaid;
pub(crate) mod terraform;

use std::process::ExitCode;

use crate::args::{ExportArgs, ExportCommand};
use crate::failure::Failure;

pub(crate) fn run(args: &ExportArgs) -> Result<ExitCode, Failure> {
    match &args.what {
        ExportCommand::Terraform(args) => terraform::run(args),
        ExportCommand::Github(args) => github::run(args),
        ExportCommand::Mermaid(args) => mermaid::run(args),
    }
}
