//! The arguments, as people write them. What they mean is the commands' business. Here: of all commands but `ingest` and `migrate`.

mod add;
mod deploy;
mod export;
mod image;
mod ingest;
mod ledger;
mod login;
mod policy;
mod prove;
mod push;

use std::path::PathBuf;

use adit_blueprint::platform::is_config_name;
use adit_ingest::{Format, TableName};
use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use self::add::{AddArgs, AddCommand, AddToArgs};
pub(crate) use self::deploy::DeployArgs;
pub(crate) use self::export::{
    ExportArgs, ExportCommand, ExportGithubArgs, ExportMermaidArgs, ExportTerraformArgs, Login, WriteArgs,
};
pub(crate) use self::image::BuildArgs;
pub(crate) use self::ingest::{IngestArgs, LoadArgs, Sample};
pub(crate) use self::ledger::{LedgerArgs, LedgerCommand, MigrateArgs, PruneArgs};
pub(crate) use self::login::LoginArgs;
pub(crate) use self::policy::PolicyArgs;
pub(crate) use self::prove::{
    AddrArgs, AddrFormat, CheckArgs, ExplainArgs, FileArgs, InitArgs, PathArgs, ReportFormat,
};
pub(crate) use self::push::PushArgs;

/// JSON from Oracle Functions into a private PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "adit", version, max_term_width = 110)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(InitArgs),
    Add(AddArgs),
    Check(CheckArgs),
    Path(PathArgs),
    Addr(AddrArgs),
    Policy(PolicyArgs),
    Dev(DevArgs),
    Invoke(InvokeArgs),
    Ingest(IngestArgs),
    Migrate(MigrateArgs),
    Ledger(LedgerArgs),
    Build(BuildArgs),
    Push(PushArgs),
    Export(ExportArgs),
    Deploy(DeployArgs),
    Explain(ExplainArgs),
}

/// Run it all on this machine: PostgreSQL, PgBouncer, emulated OCI, and the function as the platform runs it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit dev
  adit dev --schema flights.sql --table flights --config ADIT_CSV_NULL=NA --load @flights.csv
  adit dev --database-url postgresql://me:secret@127.0.0.1:5432/mine --table orders")]
pub(crate) struct DevArgs {
    /// A database that runs already, instead of one started here
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Keep the database's data in this directory; without it the data goes when the stack stops
    #[arg(long, value_name = "DIR", conflicts_with = "database_url")]
    pub(crate) data: Option<PathBuf>,
    /// SQL to run in the database first, to make tables
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// A table that the function may write; the first is its default [default: items]
    #[arg(long = "table", value_name = "TABLE")]
    pub(crate) tables: Vec<TableName>,
    /// The function's program [default: adit-function beside this program]
    #[arg(long, value_name = "FILE", env = "ADIT_FUNCTION_BIN")]
    pub(crate) function: Option<PathBuf>,
    /// A variable of the function's configuration; `adit-function --settings` describes them
    #[arg(long = "config", value_name = "NAME=VALUE", value_parser = variable)]
    pub(crate) config: Vec<(String, String)>,
    /// Memory of a container in MB
    #[arg(long, value_name = "MB", default_value_t = 128)]
    pub(crate) memory: u32,
    /// Seconds that a call may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=300))]
    pub(crate) timeout: u64,
    /// Port of the emulated OCI; the next free one if it is taken
    #[arg(long, value_name = "PORT", default_value_t = 4566)]
    pub(crate) port: u16,
    /// Port of the database, of its pooler if there is one [default: any free one]
    #[arg(long, value_name = "PORT", conflicts_with = "database_url")]
    pub(crate) database_port: Option<u16>,
    /// Connect to PostgreSQL directly even if PgBouncer is installed
    #[arg(long)]
    pub(crate) no_pooler: bool,
    /// Send this through the function first: JSON, @FILE or - for standard input
    #[arg(long, value_name = "DATA")]
    pub(crate) load: Option<String>,
    /// Stop as soon as the stack is ready and what --load names is stored
    #[arg(long)]
    pub(crate) exit: bool,
    /// Print the servers' and the emulator's lines, too
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// Send JSON or CSV to a function, split where it is too large for one call
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit invoke -d '{\"name\":\"chair\",\"description\":\"oak\"}'
  adit invoke -d @flights.csv
  zcat rows.ndjson.gz | adit invoke -d - --jobs 4
  adit invoke ocid1.fnfunc.oc1.eu-frankfurt-1.… -d @rows.json --profile PROD")]
pub(crate) struct InvokeArgs {
    /// The function: its OCID, or its name in the running `adit dev` [default: the only one there]
    pub(crate) function: Option<String>,
    /// What to send: JSON, @FILE or - for standard input
    #[arg(short, long, value_name = "DATA")]
    pub(crate) data: String,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Calls at the same time
    #[arg(short, long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) jobs: u16,
    /// Name the payload: sent again under the same name, it is not stored again (`adit migrate` makes the ledger for it)
    #[arg(long, value_name = "ID")]
    pub(crate) batch_id: Option<String>,
    /// Do not wait for the function: the platform accepts the call and runs it later
    #[arg(long)]
    pub(crate) detached: bool,
    /// Profile of the OCI configuration, for a function in the cloud [default: DEFAULT]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// OCI configuration file [default: ~/.oci/config, or that of the running `adit dev`]
    #[arg(long, value_name = "FILE")]
    pub(crate) config_file: Option<PathBuf>,
    /// One base URL for all OCI services [default: the cloud's, or that of the running `adit dev`]
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
}

/// How the input is written, and how the outcome shall be.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct InputArgs {
    /// How the data is written [default: by the file's name, else json]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input: Option<InputFormat>,
    /// How the outcome is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: OutputFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// An object, an array, {"rows": […]}, or objects one after another (NDJSON)
    Json,
    /// With a header
    Csv,
}

impl From<InputFormat> for Format {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Json => Format::Json,
            InputFormat::Csv => Format::Csv,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// A line or two for a person
    Human,
    /// One JSON object
    Json,
}

/// Reads `NAME=VALUE`; a name is what the platform takes for one.
fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    if !is_config_name(name) {
        return Err("a name has letters, digits and _, and does not begin with a digit".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Args::command().debug_assert();
    }
}
