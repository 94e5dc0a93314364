//! The arguments of the commands about Adit's own tables.

/// Make Adit's own tables in a database: the ledger of the batches that were stored, and the table of rejected records
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit migrate --database-url postgresql://me:secret@127.0.0.1:5432/mine
  adit migrate --print | psql …

Running it again changes nothing; tables of an older version are brought up to date.")]
pub(crate) struct MigrateArgs {
    /// The database
    #[arg(
        long,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        required_unless_present = "print"
    )]
    pub(crate) database_url: Option<String>,
    /// Print the statements instead of running them
    #[arg(long)]
    pub(crate) print: bool,
}
