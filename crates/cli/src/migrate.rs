//! `adit migrate` and `adit ledger`: Adit's own tables, made and looked after by somebody who wants them.

use std::time::{Duration, Instant};

use adit_ingest::{Database, LEDGER_SCHEMA, REJECTS_SCHEMA, Session};

use crate::args::{LedgerArgs, LedgerCommand, MigrateArgs, PruneArgs};
use crate::console;
use crate::failure::Failure;
use crate::numbers;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);

pub(crate) async fn run(args: MigrateArgs) -> Result<(), Failure> {
    match args.database_url {
        Some(url) if !args.print => {
            let database = Database::from_url(&url)?;
            let mut session = Session::connect(&database, Instant::now() + CONNECT).await?;
            session.migrate().await?;
            console::talk("the tables adit_ledger and adit_rejects are there");
        }
        _ => console::data(&format!("{LEDGER_SCHEMA};\n{REJECTS_SCHEMA};")),
    }
    Ok(())
}

pub(crate) async fn ledger(args: LedgerArgs) -> Result<(), Failure> {
    let LedgerCommand::Prune(PruneArgs { older_than, database_url }) = args.command;
    let database = Database::from_url(&database_url)?;
    let mut session = Session::connect(&database, Instant::now() + CONNECT).await?;
    let forgotten = session.forget_batches(older_than.duration).await?;
    let batches = if forgotten == 1 { "batch" } else { "batches" };
    console::data(&format!(
        "{} {batches} older than {} forgotten",
        numbers::count(forgotten),
        older_than.text
    ));
    Ok(())
}
