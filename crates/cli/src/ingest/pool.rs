//! The jobs, each on a thread of its own (reading a file or standard input stops a thread), and the wait for them or for Ctrl-C.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use adit_ingest::{Database, Load, Session};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use super::progress::Board;
use super::store::{Job, connect};
use super::tasks::{Outcome, Tasks};
use crate::console;
use crate::failure::Failure;

/// How long what is under way may take to be rolled back after Ctrl-C, before the connections are just closed: that rolls back, too.
const ROLL_BACK: Duration = Duration::from_secs(3);
/// How often the bar is drawn.
const DRAW: Duration = Duration::from_millis(100);

/// What all jobs have in common.
pub(super) struct Plan {
    pub(super) database: Database,
    pub(super) load: Load,
    pub(super) csv_null: String,
    pub(super) jobs: usize,
}

/// Stores all tasks. What becomes of each file is told in the order of the files; `true`: it was stopped by Ctrl-C.
pub(super) async fn run(
    plan: Plan,
    session: Session,
    tasks: Tasks,
    board: &Arc<Board>,
    mut tell: impl FnMut(Outcome),
) -> Result<bool, Failure> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::Runtime)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::Runtime)?;
    let tasks = Arc::new(tasks);
    let (stop, stopping) = watch::channel(false);
    let (sender, mut outcomes) = mpsc::unbounded_channel();
    let mut first = Some(session);
    for number in 0..plan.jobs {
        let job = Job {
            number,
            database: plan.database.clone(),
            session: first.take(),
            load: plan.load.clone(),
            csv_null: plan.csv_null.clone(),
            board: Arc::clone(board),
            stop: stopping.clone(),
        };
        start(job, Arc::clone(&tasks), sender.clone())?;
    }
    drop(sender);

    let mut waiting: BTreeMap<usize, Outcome> = BTreeMap::new();
    let mut next = 0;
    let mut ticks = tokio::time::interval(DRAW);
    let mut stopped = false;
    let patience = tokio::time::sleep(Duration::MAX);
    tokio::pin!(patience);
    loop {
        tokio::select! {
            outcome = outcomes.recv() => match outcome {
                None => break,
                Some((file, outcome)) => {
                    waiting.insert(file, outcome);
                    while let Some(outcome) = waiting.remove(&next) {
                        board.print(|| tell(outcome));
                        next += 1;
                    }
                }
            },
            _ = ticks.tick() => board.draw(),
            () = &mut patience, if stopped => break,
            _ = async { tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} } } => {
                if stopped {
                    break;
                }
                stopped = true;
                board.print(|| console::talk("stopping: what is under way is rolled back"));
                tasks.stop();
                let _ = stop.send(true);
                patience.set(tokio::time::sleep(ROLL_BACK));
            }
        }
    }
    board.clear();
    waiting.into_values().for_each(tell);
    Ok(stopped)
}

/// Starts a job on a thread of its own.
fn start(
    mut job: Job,
    tasks: Arc<Tasks>,
    outcomes: mpsc::UnboundedSender<(usize, Outcome)>,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Handle::current();
    let work = move || {
        // Whoever has no connection of its own to begin with leaves the work to those that have.
        if job.session.is_none() {
            match runtime.block_on(connect(&job.database)) {
                Ok(session) => job.session = Some(session),
                Err(failure) => {
                    let text = format!("one job less: {failure}");
                    return job.board.print(|| console::warning(&text));
                }
            }
        }
        // Nobody listens any more when all is being given up.
        let tell = |file, outcome| drop(outcomes.send((file, outcome)));
        while let Some(task) = tasks.next(tell) {
            let stored = runtime.block_on(Box::pin(job.store(&task)));
            if let Some(outcome) = tasks.done(&task, stored) {
                tell(task.file, outcome);
            }
        }
    };
    std::thread::Builder::new().name("adit-job".to_owned()).spawn(work).map_err(Failure::Runtime)?;
    Ok(())
}
