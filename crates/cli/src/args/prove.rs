//! The arguments of the commands that read `adit.toml` and need nothing else.

use std::path::PathBuf;

use clap::ValueEnum;

/// Write an adit.toml to begin with, each line explained
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit init
  adit init --example && adit check")]
pub(crate) struct InitArgs {
    /// Write the example: a function in a spoke network, a database in a hub that another team owns
    #[arg(long)]
    pub(crate) example: bool,
    /// Where to write
    #[arg(short, long, value_name = "FILE", default_value = "adit.toml")]
    pub(crate) output: PathBuf,
}

/// Prove what adit.toml says: addresses, ways there and back, requirements. Needs no network and no account
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit check
  adit check --format github
  adit check --fail-on warning --watch
  adit check --plan plan.json

Exit code: 0 nothing was found, 1 something was, 2 the file cannot be read")]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) file: FileArgs,
    /// How the findings are written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ReportFormat,
    /// The least finding that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub(crate) fail_on: FailOn,
    /// Check again whenever the file is saved
    #[arg(short, long)]
    pub(crate) watch: bool,
}

/// Print what a code means, why it comes and what to do
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit explain A0152
  adit explain --list")]
pub(crate) struct ExplainArgs {
    /// The code, such as A0152
    #[arg(required_unless_present = "list")]
    pub(crate) code: Option<String>,
    /// Print all codes, a line each
    #[arg(long)]
    pub(crate) list: bool,
}

/// Which file is read.
#[derive(Debug, clap::Args)]
pub(crate) struct FileArgs {
    /// The file
    #[arg(short, long, value_name = "FILE", default_value = DEFAULT)]
    pub(crate) file: PathBuf,
    /// A Terraform plan, as `terraform show -json` prints it: beside the file, it says what the file does not of objects of
    /// others; without a file, it is what is looked at
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,
}

/// The file that is read if none is named.
const DEFAULT: &str = "adit.toml";

impl FileArgs {
    /// Whether nobody asked for a file that is not there.
    pub(crate) fn is_default_and_missing(&self) -> bool {
        self.file.as_os_str() == DEFAULT && !self.file.exists()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// With excerpts of the file, for a person
    Human,
    /// A line each
    Short,
    /// One JSON object; docs/report.schema.json describes it
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions, and a table in the step's summary
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Note,
}

impl From<FailOn> for adit_blueprint::Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Note => Self::Note,
        }
    }
}

/// Follow packets from one end to another and back, hop by hop, with everything in their way
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit path postgres-inserter librarian
  adit path sandbox-vcn/fn-public-subnet 10.0.0.146:5432
  adit path internet librarian
  adit path --plan plan.json module.network.oci_core_subnet.functions 10.0.0.146:6432

Exit code: 0 every packet gets there and its answer back, 1 not, 2 the file or a name cannot be read")]
pub(crate) struct PathArgs {
    /// Where packets come from: a function, a database, VCN/SUBNET, an address, `internet`, or a resource of the plan
    pub(crate) from: String,
    /// Where they go to: the same, `oracle-services` or `object-storage`; with a port, NAME:PORT
    #[arg(value_name = "TO[:PORT]")]
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) file: FileArgs,
    /// How the answer is written; docs/path.schema.json describes its JSON
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ReportFormat,
}

/// Print the address plan: what is taken, what is free, what functions need
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit addr
  adit addr --next /24 --in sandbox-vcn
  adit addr --need 256MBx200")]
pub(crate) struct AddrArgs {
    #[command(flatten)]
    pub(crate) file: FileArgs,
    /// Print the first free blocks of this length instead
    #[arg(long, value_name = "/LENGTH", value_parser = length)]
    pub(crate) next: Option<u8>,
    /// For a new subnet of this VCN; without it, for a new VCN
    #[arg(long = "in", value_name = "VCN", requires = "next")]
    pub(crate) within: Option<String>,
    /// Print how many addresses calls of this memory need when so many run at once; reads no file
    #[arg(long, value_name = "MBxCALLS", value_parser = memory_and_calls, conflicts_with = "next")]
    pub(crate) need: Option<(u32, u32)>,
    /// How the plan is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: AddrFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AddrFormat {
    /// For a person
    Human,
    /// One JSON object
    Json,
}

/// Reads `/24` or `24`.
fn length(text: &str) -> Result<u8, String> {
    match text.strip_prefix('/').unwrap_or(text).parse() {
        Ok(length @ 16..=30) => Ok(length),
        _ => Err("expected a length from /16 to /30".to_owned()),
    }
}

/// Reads `256MBx200` or `256x200`.
fn memory_and_calls(text: &str) -> Result<(u32, u32), String> {
    let expected = || "expected the memory of a call and how many run at once, such as 256MBx200".to_owned();
    let (memory, calls) = text.split_once(['x', 'X', '×', '*']).ok_or_else(expected)?;
    let memory = memory.trim().trim_end_matches("MB").trim_end().parse().map_err(|_| expected())?;
    Ok((memory, calls.trim().parse().map_err(|_| expected())?))
}
