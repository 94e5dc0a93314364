//! One job: a connection, and what is stored over it, again where that can help.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use adit_ingest::{Database, DatabaseErrorKind, IngestError, Load, Receipt, Records, Retry, Session};
use tokio::sync::watch;

use super::progress::{Board, Counted};
use super::tasks::Task;
use crate::console;
use crate::failure::Failure;
use crate::numbers;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How often something is tried: the first time, and again after each of these pauses.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// What a job works with.
pub(super) struct Job {
    pub(super) number: usize,
    pub(super) database: Database,
    pub(super) session: Option<Session>,
    pub(super) load: Load,
    pub(super) csv_null: String,
    pub(super) board: Arc<Board>,
    pub(super) stop: watch::Receiver<bool>,
}

/// Connects, within its time limit.
pub(super) async fn connect(database: &Database) -> Result<Session, Failure> {
    Ok(Session::connect(database, Instant::now() + CONNECT).await?)
}

impl Job {
    /// Stores what a task says, and tries again while that can help: the outcome must be known, or the batch named, and what was read must
    /// be there to read again.
    pub(super) async fn store(&mut self, task: &Task) -> Result<Receipt, Failure> {
        let load = Load { batch: task.batch.clone(), ..self.load.clone() };
        let counted = Counted::default();
        let mut pauses = PAUSES.iter().enumerate();
        loop {
            let mut was_read = false;
            let stored = self.try_once(task, &load, &counted, &mut was_read).await;
            self.board.has_stored(self.number, stored.as_ref().map_or(0, |receipt| receipt.received));
            let failure = match stored {
                Ok(receipt) => return Ok(receipt),
                Err(failure) => failure,
            };
            if *self.stop.borrow() {
                return Err(if failure.outcome_unknown() { failure } else { Failure::Stopped });
            }
            let repeatable = task.piece.is_some() || task.input.is_repeatable() || !was_read;
            let retry = retry_of(&failure, load.batch.is_some());
            let Some((tried, longest)) = pauses.next().filter(|_| repeatable && retry != Retry::Never) else {
                return Err(failure);
            };
            let pause = match retry {
                Retry::Table | Retry::Statements => Duration::ZERO,
                _ => jitter(*longest),
            };
            self.board.take_back(&counted);
            self.board.print(|| {
                console::warning(&format!(
                    "{}: {failure}; trying again in {} ({} of {})",
                    task.input.name,
                    numbers::time(pause),
                    tried + 1,
                    PAUSES.len()
                ));
            });
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stopped(self.stop.clone()) => return Err(Failure::Stopped),
            }
        }
    }

    async fn try_once(
        &mut self,
        task: &Task,
        load: &Load,
        counted: &Counted,
        was_read: &mut bool,
    ) -> Result<Receipt, Failure> {
        let session = match self.session.take().filter(Session::is_usable) {
            Some(session) => session,
            None => connect(&self.database).await?,
        };
        let session = self.session.insert(session);
        let records = match &task.piece {
            Some(piece) => piece.records()?,
            None => {
                let input = self.board.counted(task.input.open()?, counted);
                *was_read = true;
                Records::new(task.input.format, input)?
            }
        };
        let records = records.csv_null(&self.csv_null);
        self.board.reads(self.number, records.watch());
        let stop = stopped(self.stop.clone());
        Ok(Box::pin(session.ingest_until(load, records, stop)).await?)
    }
}

/// Ends when somebody wants all to stop.
async fn stopped(mut stop: watch::Receiver<bool>) {
    // Whoever could say so is gone: then nobody will.
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Whether trying again can help. A server that was there a moment ago may come back; credentials stay what they are.
fn retry_of(failure: &Failure, named: bool) -> Retry {
    match failure {
        failure if named && failure.outcome_unknown() => Retry::Later,
        Failure::Ingest(IngestError::Database(error)) => match (error.retry(), error.kind) {
            (Retry::Credentials, DatabaseErrorKind::Unreachable) => Retry::Later,
            (Retry::Credentials, _) => Retry::Never,
            (retry, _) => retry,
        },
        _ => Retry::Never,
    }
}

/// Between a half and the whole of a pause: jobs that failed together do not come back together.
fn jitter(pause: Duration) -> Duration {
    let random = u32::try_from(RandomState::new().hash_one(()) % 1000).unwrap_or_default();
    pause / 2 + pause * random / 2000
}
