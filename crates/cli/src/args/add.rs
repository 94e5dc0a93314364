//! The arguments of `adit add`.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use adit_blueprint::edit::PoolMode;
use adit_ingest::TableName;
use clap::{Subcommand, ValueEnum};

/// Add a function, a database or an application to adit.toml; the rest of the file stays as it is, byte for byte
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit add function orders-inserter --table orders
  adit add function orders-inserter --database librarian --table orders --table order_lines --memory 512 --dry-run
  adit add database ledger --subnet shared-infrastructure-vcn/database --address 10.0.0.147 --port 5432 --secret ledger-db
  adit add application reports --subnet sandbox-vcn/fn-public-subnet

Exit code: 0 it is written, 1 the file has faults, 2 wrong usage; nothing is written then")]
pub(crate) struct AddArgs {
    #[command(subcommand)]
    pub(crate) command: AddCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AddCommand {
    Function(AddFunctionArgs),
    Database(AddDatabaseArgs),
    Application(AddApplicationArgs),
}

/// Where it is added.
#[derive(Debug, clap::Args)]
pub(crate) struct AddToArgs {
    /// The file
    #[arg(short, long, value_name = "FILE", default_value = "adit.toml")]
    pub(crate) file: PathBuf,
    /// Show what would be added, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Add a function
#[derive(Debug, clap::Args)]
pub(crate) struct AddFunctionArgs {
    /// Its name in the cloud
    pub(crate) name: String,
    /// A table that it may write; the first is its default
    #[arg(long = "table", value_name = "TABLE", required = true, value_parser = table)]
    pub(crate) tables: Vec<String>,
    /// The database that it writes to [default: the only one]
    #[arg(long, value_name = "NAME")]
    pub(crate) database: Option<String>,
    /// Its application [default: the only one]
    #[arg(long, value_name = "NAME")]
    pub(crate) application: Option<String>,
    /// Memory of a container in MB: 128, 256, 512, 1024, 2048 or 3072 [default: 128]
    #[arg(long, value_name = "MB")]
    pub(crate) memory: Option<u32>,
    /// Seconds that a call may take, at most 300 [default: 30]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<u32>,
    /// The repository of its image [default: NAME beside the one of another function of its application]
    #[arg(long, value_name = "REPOSITORY")]
    pub(crate) repository: Option<String>,
    #[command(flatten)]
    pub(crate) to: AddToArgs,
}

/// Add a database
#[derive(Debug, clap::Args)]
pub(crate) struct AddDatabaseArgs {
    /// Its name in the file
    pub(crate) name: String,
    /// Its address, or that of the pooler before it
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) address: Ipv4Addr,
    /// Its port, or that of the pooler before it
    #[arg(long, value_name = "PORT", default_value_t = 5432)]
    pub(crate) port: u16,
    /// Its subnet, VCN/SUBNET [default: the only one]
    #[arg(long, value_name = "SUBNET")]
    pub(crate) subnet: Option<String>,
    /// PgBouncer stands before it, and shares connections so
    #[arg(long, value_name = "MODE")]
    pub(crate) pooler: Option<PoolerMode>,
    /// The name that PostgreSQL knows it by
    #[arg(long, value_name = "NAME")]
    pub(crate) dbname: Option<String>,
    /// The name of the Vault secret with user and password
    #[arg(long, value_name = "NAME")]
    pub(crate) secret: Option<String>,
    #[command(flatten)]
    pub(crate) to: AddToArgs,
}

/// Add an application: what functions share
#[derive(Debug, clap::Args)]
pub(crate) struct AddApplicationArgs {
    /// Its name in the cloud
    pub(crate) name: String,
    /// A subnet of it, VCN/SUBNET; it cannot be changed later [default: the only one]
    #[arg(long = "subnet", value_name = "SUBNET")]
    pub(crate) subnets: Vec<String>,
    /// Its processors: GENERIC_X86, GENERIC_ARM or GENERIC_X86_ARM [default: as the other applications]
    #[arg(long, value_name = "SHAPE")]
    pub(crate) shape: Option<String>,
    /// Calls of each function at the same time
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<u32>,
    #[command(flatten)]
    pub(crate) to: AddToArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PoolerMode {
    Transaction,
    Session,
    Statement,
}

impl From<PoolerMode> for PoolMode {
    fn from(mode: PoolerMode) -> Self {
        match mode {
            PoolerMode::Transaction => PoolMode::Transaction,
            PoolerMode::Session => PoolMode::Session,
            PoolerMode::Statement => PoolMode::Statement,
        }
    }
}

/// A table's name as it was typed, if the function can read it.
fn table(text: &str) -> Result<String, String> {
    text.parse::<TableName>().map_err(|error| error.to_string())?;
    Ok(text.trim().to_owned())
}
