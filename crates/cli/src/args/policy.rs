//! The arguments of `adit policy`.

use super::ReportFormat;
use super::prove::FailOn;

/// Read statements of policies: each is answered with its canonical form, or with a code, a column and what to write instead
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit policy --parse policy/ci.txt
  oci iam policy get --policy-id ocid1.policy.… | jq -r '.data.statements[]' | adit policy --parse - --format short
  adit policy --parse docs/policies.txt --template

One statement a line; empty lines and lines that begin with # say nothing. Exit code: 0 every line is a statement, 1 one is not,
2 the file cannot be read")]
pub(crate) struct PolicyArgs {
    /// Read the statements of this file, one a line; - for standard input
    #[arg(long, value_name = "FILE|-", required = true)]
    pub(crate) parse: std::path::PathBuf,
    /// Names, values, OCIDs and compartments may be holes: ${…} of Terraform, <…> of documents
    #[arg(long)]
    pub(crate) template: bool,
    /// How the answers are written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ReportFormat,
    /// The least finding that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub(crate) fail_on: FailOn,
}
