//! The arguments of `adit policy`.

use std::path::PathBuf;

use clap::ArgGroup;

use super::ReportFormat;
use super::prove::{FailOn, FileArgs};

/// Print the least statements that adit.toml needs, each with its reason; or ask what policies allow, judge and compare them
#[derive(Debug, clap::Args)]
#[command(
    group(ArgGroup::new("question").args(["parse", "who", "can", "audit", "diff"])),
    after_help = "Examples:
  adit policy
  adit policy --can postgres-inserter GetSecretBundle librarian-db
  adit policy --who GetSecretBundle --on librarian-db --policies policy/
  adit policy --audit policy/
  adit policy --diff policy.old policy/
  adit policy --diff --plan plan.json
  adit policy --parse policy/ci.txt
  oci iam policy get --policy-id ocid1.policy.… | jq -r '.data.statements[]' | adit policy --parse - --format short

Without --policies, questions are about the policies that adit.toml names ([policy.NAME]); if it names none, about the least ones.
Files of statements have one a line; empty lines and lines that begin with # say nothing, but for `# compartment: PATH`, which says
what the policy is attached to. Exit code: 0 yes, or nothing was found; 1 no, or something was; 2 a file or name cannot be read"
)]
pub(crate) struct PolicyArgs {
    #[command(flatten)]
    pub(crate) file: FileArgs,
    /// Print who can make a call, or has a permission
    #[arg(long, value_name = "CALL|PERMISSION")]
    pub(crate) who: Option<String>,
    /// What the call is made on: a secret, function, repository or compartment [default: the tenancy]
    #[arg(long, value_name = "TARGET", requires = "who")]
    pub(crate) on: Option<String>,
    /// Print whether somebody can make a call, or has a permission, on something; by which statement, or what is missing
    #[arg(long, num_args = 3, value_names = ["WHO", "CALL|PERMISSION", "TARGET"])]
    pub(crate) can: Option<Vec<String>>,
    /// Judge policies by what adit.toml needs: what is needless, wider, dead or missing [default: those that adit.toml names]
    #[arg(long, num_args = 0.., value_name = "POLICIES")]
    pub(crate) audit: Option<Vec<PathBuf>>,
    /// Print what the second policies grant more and less than the first, each with a request that shows it; with --plan alone, what
    /// the plan changes
    #[arg(long, num_args = 0..=2, value_names = ["OLD", "NEW"])]
    pub(crate) diff: Option<Vec<PathBuf>>,
    /// Read the statements of this file, one a line; - for standard input
    #[arg(long, value_name = "FILE|-")]
    pub(crate) parse: Option<PathBuf>,
    /// The policies that a question is about: files of statements, what `oci iam … list` prints, or folders of both (*.txt, *.json)
    #[arg(long, value_name = "POLICIES", num_args = 1.., conflicts_with_all = ["parse", "audit", "diff"])]
    pub(crate) policies: Vec<PathBuf>,
    /// With --parse: names, values, OCIDs and compartments may be holes, ${…} of Terraform, <…> of documents
    #[arg(long, requires = "parse")]
    pub(crate) template: bool,
    /// How the answers are written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ReportFormat,
    /// The least finding that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub(crate) fail_on: FailOn,
}
