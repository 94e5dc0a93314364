//! `adit migrate`: Adit's own tables, made by somebody who wants them.

use std::time::{Duration, Instant};

use adit_ingest::{Database, LEDGER_SCHEMA, REJECTS_SCHEMA, Session};

use crate::args::MigrateArgs;
use crate::console;
use crate::failure::Failure;

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
