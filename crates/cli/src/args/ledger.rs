//! The arguments of the commands about Adit's own tables.

use std::time::Duration;

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

/// Look after the ledger of the batches that were stored
#[derive(Debug, clap::Args)]
pub(crate) struct LedgerArgs {
    #[command(subcommand)]
    pub(crate) command: LedgerCommand,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum LedgerCommand {
    Prune(PruneArgs),
}

/// Forget old batches: one that comes again is stored again
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit ledger prune --older-than 30d --database-url postgresql://me:secret@127.0.0.1:5432/mine

The function forgets by itself where ADIT_LEDGER_RETENTION says so.")]
pub(crate) struct PruneArgs {
    /// How old: a number of hours (12h), days (30d) or weeks (4w)
    #[arg(long, value_name = "AGE")]
    pub(crate) older_than: Age,
    /// The database
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: String,
}

/// How old something is, as people write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Age {
    pub(crate) text: String,
    pub(crate) duration: Duration,
}

impl std::str::FromStr for Age {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "expected a number of hours (12h), days (30d) or weeks (4w)";
        /// A hundred years.
        const MOST_HOURS: u64 = 876_000;
        let (number, hours) = match text.char_indices().last() {
            Some((at, 'h')) => (text.get(..at), 1),
            Some((at, 'd')) => (text.get(..at), 24),
            Some((at, 'w')) => (text.get(..at), 24 * 7),
            _ => return Err(WRONG),
        };
        let number: u64 = number.and_then(|number| number.parse().ok()).ok_or(WRONG)?;
        let hours =
            number.checked_mul(hours).filter(|hours| (1..=MOST_HOURS).contains(hours)).ok_or(WRONG)?;
        Ok(Self { text: text.to_owned(), duration: Duration::from_secs(hours * 3600) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_hours_days_or_weeks() {
        let hours = |text: &str| text.parse::<Age>().map(|age| age.duration.as_secs() / 3600);
        assert_eq!((hours("12h"), hours("30d"), hours("4w")), (Ok(12), Ok(720), Ok(672)));
        for wrong in ["", "d", "30", "0d", "-1d", "3m", "99999999999999999999d", "1.5d", "30d\u{fc}"] {
            assert!(hours(wrong).is_err(), "{wrong}");
        }
    }
}
