//! `adit ingest`: files into a table without a function. Here is the order of things: the arguments, the table, the files, the jobs.

mod create;
mod dry_run;
mod inputs;
mod options;
mod pieces;
mod pool;
mod progress;
mod report;
mod store;
mod tasks;

use std::collections::BTreeSet;
use std::time::Instant;

use adit_ingest::{BatchId, Database, Load, ModeKind, Session, Trial};

use self::inputs::Input;
use self::pieces::{Names, PieceFeed};
use self::progress::Board;
use self::report::Report;
use self::tasks::{Feed, Tasks};
use crate::args::IngestArgs;
use crate::console;
use crate::failure::Failure;

/// Stores the files. `false`: all was done, but records were rejected.
pub(crate) async fn run(args: IngestArgs) -> Result<bool, Failure> {
    let load = options::load(&args)?;
    check(&args)?;
    let inputs = inputs::expand(&args.files, args.input.input.map(Into::into))?;
    let database = Database::from_url(&args.database_url)?;
    let mut session = store::connect(&database).await?;
    let first = inputs.first().filter(|_| args.create_table);
    let inferred = match first {
        Some(first) => create::infer(&args, &load.mapping, first, &mut session).await?,
        None => None,
    };
    if args.dry_run {
        let trial = match &inferred {
            Some(inferred) => Trial::of_inferred(load.clone(), inferred),
            None => session.trial(load.clone()).await?,
        };
        return dry_run::run(&args, load, &trial, &inputs);
    }
    match &inferred {
        Some(inferred) => {
            let from_stdin = inputs.iter().any(|input| input.path.is_none());
            create::create(&args, inferred, from_stdin, &mut session).await?;
        }
        // A load that does not fit the table fits it for no file.
        None => drop(session.trial(load.clone()).await?.describe()?),
    }
    store(args, load, database, session, inputs).await
}

/// What of the arguments does not go together, beyond what their definition says.
fn check(args: &IngestArgs) -> Result<(), Failure> {
    if args.resume && args.load.mode == ModeKind::Replace {
        return Err(Failure::Choice(
            "--resume stores a file in pieces, and `replace` would delete with each what the one before has stored".to_owned(),
        ));
    }
    if args.source.is_some() && !args.resume && args.batch_id.is_none() {
        return Err(Failure::Choice("--source is for --resume and --batch-id".to_owned()));
    }
    Ok(())
}

async fn store(
    args: IngestArgs,
    load: Load,
    database: Database,
    mut session: Session,
    inputs: Vec<Input>,
) -> Result<bool, Failure> {
    let started = Instant::now();
    if args.batch_id.is_some() && inputs.len() > 1 {
        return Err(Failure::Choice(
            "--batch-id names one file; with --resume each has its own name".to_owned(),
        ));
    }
    let jobs = usize::from(args.jobs);
    let jobs = if args.resume { jobs } else { jobs.min(inputs.len()) };
    if jobs < usize::from(args.jobs) {
        console::warning(&format!(
            "--jobs {}: a file is one transaction; only --resume stores a file by several jobs",
            args.jobs
        ));
    }
    let board = Board::new(&inputs, jobs);
    let mut report = Report::new(args.input.format, load.table.to_string(), inputs.len());
    let feeds = feeds(&args, inputs, &mut session, &board).await?;
    // With an append it does not matter which row comes first; with all others a later record wins over an earlier one.
    let in_order = load.mode.kind() != ModeKind::Append;
    let tasks = Tasks::new(feeds, in_order, load.most_rejects);
    let plan = pool::Plan { database, load, csv_null: args.csv_null, jobs };
    let stopped = Box::pin(pool::run(plan, session, tasks, &board, |outcome| report.tell(outcome))).await?;
    report.end(stopped, args.resume, started.elapsed())
}

/// How each file is stored: as a whole, under a name or not, or in pieces.
async fn feeds(
    args: &IngestArgs,
    inputs: Vec<Input>,
    session: &mut Session,
    board: &std::sync::Arc<Board>,
) -> Result<Vec<(Input, Feed)>, Failure> {
    let mut feeds = Vec::with_capacity(inputs.len());
    let mut sources = BTreeSet::new();
    for input in inputs {
        let feed = match &args.batch_id {
            Some(id) => {
                let batch = BatchId::new(args.source.as_deref().unwrap_or_default(), id);
                Feed::Whole(Some(batch.map_err(|error| Failure::Choice(error.to_string()))?))
            }
            None if args.resume => {
                let source = pieces::source_of(&input, args.source.as_deref())?;
                if !sources.insert(source.clone()) {
                    return Err(Failure::Choice(format!(
                        "two files are `{source}` to the ledger: leave --source out, or store them one by one"
                    )));
                }
                let known = session.batches(&source).await?;
                let names = Names::new(source, args.piece_size, known)?;
                Feed::Pieces(Box::new(PieceFeed::new(&input, args.table.to_string(), names, board)?))
            }
            None => Feed::Whole(None),
        };
        feeds.push((input, feed));
    }
    Ok(feeds)
}
