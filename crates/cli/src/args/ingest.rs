//! The arguments of `adit ingest`.

use adit_ingest::{ModeKind, OnReject, TableName};

use super::InputArgs;

/// Store files in PostgreSQL directly, by the function's own path, each in one transaction
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit ingest flights.csv --table flights --database-url postgresql://me:secret@127.0.0.1:5432/mine
  adit ingest 'data/*.ndjson.gz' --table rows --jobs 4
  zcat rows.ndjson.gz | adit ingest - --table rows --batch-id 2013-01-31
  adit ingest prices.json --table prices --mode upsert --key sku --update price,updated_at
  adit ingest chunks.json --table chunks --mode replace --key metadata.source
  adit ingest gone.csv --table items --mode delete
  adit ingest users.json --table users --mapping '{\"names\": \"snake\", \"unknown\": {\"column\": \"extra\"}}'
  adit ingest users.json --table users --mapping @users.mapping.json --csv-null NA --input json
  adit ingest rows.csv --table rows --on-reject each --most-rejects 100
  adit ingest rows.csv --table rows --dry-run --format json
  adit ingest new.ndjson --table new --create-table --sample 50000 --key id --yes
  adit ingest huge.csv --table huge --resume --piece-size 64 --source nightly --jobs 4

Each file is stored whole or not at all; one that cannot be does not stop the others. With --resume a large file goes in pieces, each
noted in the ledger (`adit migrate` makes it): run the same line again and it goes on where it stopped.

Exit code: 0 all is stored; 1 records were rejected, or a file was refused; 2 wrong usage or unreadable input; 3 the database could not
be reached or did not take it; 130 stopped by Ctrl-C.")]
pub(crate) struct IngestArgs {
    /// Files to store, compressed (gzip, zstd) or not; a quoted pattern such as 'data/*.csv'; - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// The table
    #[arg(long)]
    pub(crate) table: TableName,
    /// The database
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: String,
    #[command(flatten)]
    pub(crate) load: LoadArgs,
    /// A text that means null in CSV, besides the empty field
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) csv_null: String,
    /// Files (with --resume: pieces) stored at the same time, each over a connection of its own
    #[arg(short, long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) jobs: u16,
    /// Store in pieces that the ledger knows, so that an interrupted load can go on where it stopped
    #[arg(long, conflicts_with = "batch_id")]
    pub(crate) resume: bool,
    /// Size of such a piece in MB, after decompression
    #[arg(long, value_name = "MB", default_value_t = 64, requires = "resume", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) piece_size: u64,
    /// What the ledger knows the files by, with the file's name behind it [default: the file's path]
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Name the one file: stored again under the same name, nothing is stored (`adit migrate` makes the ledger for it)
    #[arg(long, value_name = "ID")]
    pub(crate) batch_id: Option<String>,
    /// Check every record against the table and say what would be done; nothing is stored
    #[arg(long, conflicts_with_all = ["resume", "batch_id"])]
    pub(crate) dry_run: bool,
    /// Make the table that the first file's records ask for, if there is none; --key names its primary key
    #[arg(long)]
    pub(crate) create_table: bool,
    /// How many records are looked at for it, or `all`
    #[arg(long, value_name = "N", default_value = "10000", requires = "create_table")]
    pub(crate) sample: Sample,
    /// Make the table without asking
    #[arg(short, long, requires = "create_table")]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// How records become rows. The function has the same choices as variables.
#[derive(Debug, clap::Args)]
pub(crate) struct LoadArgs {
    /// What happens to rows that are there: append, upsert, replace (delete those with the same --key first) or delete
    #[arg(long, value_name = "MODE", env = "ADIT_MODE", default_value = "append")]
    pub(crate) mode: ModeKind,
    /// What makes a record and a row the same: columns, or `constraint NAME` [default: the primary key]; for replace a field, such
    /// as source or metadata.source
    #[arg(long, value_name = "KEY", env = "ADIT_KEY")]
    pub(crate) key: Option<String>,
    /// What upsert changes of a row that is there: all, nothing, or columns [default: all]
    #[arg(long, value_name = "COLUMNS", env = "ADIT_UPDATE")]
    pub(crate) update: Option<String>,
    /// How keys become columns: JSON, or @FILE with it
    #[arg(long, value_name = "JSON", env = "ADIT_MAPPING")]
    pub(crate) mapping: Option<String>,
    /// When a record cannot be stored: all (refuse the file), each (store the others), each-kept (and keep it in adit_rejects)
    #[arg(long, value_name = "POLICY", env = "ADIT_ON_REJECT", default_value = "all")]
    pub(crate) on_reject: OnReject,
    /// How many rejected records of a file are listed; the others are counted
    #[arg(long, value_name = "N", env = "ADIT_MOST_REJECTS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub(crate) most_rejects: u32,
}

/// How many records are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sample {
    All,
    First(u64),
}

impl std::str::FromStr for Sample {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            _ if text == "all" => Ok(Sample::All),
            Ok(0) | Err(_) => Err("expected a number above 0, or `all`"),
            Ok(number) => Ok(Sample::First(number)),
        }
    }
}
