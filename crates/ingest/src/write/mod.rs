//! One payload in one transaction: a single row as one statement, more by binary COPY, straight into their table or through a stage.
//! Here is the order of things. The connection's life and the deadline are `session`'s.

mod copy;
mod fill;
mod merge;
mod refuse;
mod single;
mod sql;
mod transaction;
mod value;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error};

use crate::catalog;
use crate::encode::Encoding;
use crate::encoder::Encoder;
use crate::error::{DatabaseError, DatabaseErrorKind, IngestError, PayloadError, Rejected};
use crate::ledger::{self, BatchId, Entry};
use crate::plan::{Field, Plan, Work};
use crate::receipt::Receipt;
use crate::records::Records;
use crate::rejects;
use crate::sqlstate::{Doing, explain};
use fill::Open;
use merge::Counts;
use transaction::Transaction;

/// How many bytes are sent at once.
const CHUNK: usize = 64 * 1024;
/// So many show which columns a COPY takes: it is asked for then, and more is encoded until the server is ready.
const FIRST: usize = 4 * 1024;
/// How many bytes of a payload are looked at before others have a turn.
const TURN: u64 = 256 * 1024;
/// How many bytes of rejects are kept back before they are sent.
const REJECTS_KEPT_BACK: usize = 512 * 1024;

/// How the connection is to be used for a payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// How long the server may take for a statement; it gives up by itself even if nobody can tell it to.
    pub(crate) statement_timeout: Option<Duration>,
    /// Begin with a server connection that has forgotten its prepared statements.
    pub(crate) fresh_statements: bool,
    /// Forget batches of the ledger that are older.
    pub(crate) forget_older_than: Option<Duration>,
}

/// What the owner of the connection must know of the work, however it ends.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    committing: AtomicBool,
    out_of_step: AtomicBool,
}

impl Progress {
    /// Whether the statement that makes the rows visible is under way.
    pub(crate) fn is_committing(&self) -> bool {
        self.committing.load(Ordering::Relaxed)
    }

    fn commit(&self) {
        self.committing.store(true, Ordering::Relaxed);
    }

    /// The statement has failed, and something else follows.
    fn not_committing(&self) {
        self.committing.store(false, Ordering::Relaxed);
    }

    /// Whether answers no longer meet their questions on this connection: it must be closed.
    pub(crate) fn is_out_of_step(&self) -> bool {
        self.out_of_step.load(Ordering::Relaxed)
    }

    fn out_of_step(&self) {
        self.out_of_step.store(true, Ordering::Relaxed);
    }
}

/// Stores a payload as its plan says.
pub(crate) async fn write(
    client: &Client,
    plan: &Plan<'_>,
    mut records: Records,
    options: Options,
    progress: &Progress,
) -> Result<Receipt, IngestError> {
    let mut encoder = Encoder::new(plan);
    let ended = fill(&mut encoder, &mut records, plan, FIRST).await?;
    if ended && encoder.received() == 0 && plan.load.delete.is_none() {
        return Err(PayloadError::Empty.into());
    }
    if ended && plan.load.batch.is_none() && single::is_one(plan, &mut encoder) {
        progress.commit();
        return match single::store(client, plan, &mut encoder, Doing::Committing).await {
            Err(IngestError::Rejected(rejected)) if plan.stores_each() && !plan.keeps_rejects() => {
                Ok(rejected.into_receipt(plan.load))
            }
            // What is to be kept of it takes a transaction.
            Err(IngestError::Rejected(_)) if plan.stores_each() => {
                progress.not_committing();
                Box::pin(Writer::new(client, plan, options, progress).run(&mut encoder, &mut records, ended))
                    .await
            }
            outcome => outcome,
        };
    }
    Box::pin(Writer::new(client, plan, options, progress).run(&mut encoder, &mut records, ended)).await
}

/// Encodes records until so many bytes wait to be sent. `true`: that was the last record.
async fn fill(
    encoder: &mut Encoder<'_>,
    records: &mut Records,
    plan: &Plan<'_>,
    enough: usize,
) -> Result<bool, PayloadError> {
    let mut turn = records.bytes_read() + TURN;
    loop {
        match records.next(&plan.fields)? {
            Some(record) => {
                encoder.push(&record);
                if encoder.waiting() >= enough {
                    return Ok(false);
                }
            }
            None => return Ok(true),
        }
        // Records at fault are never enough to send; they shall not keep the deadline from striking either.
        if records.bytes_read() >= turn {
            turn += TURN;
            tokio::task::yield_now().await;
        }
    }
}

/// Writes one payload in a transaction.
struct Writer<'a> {
    transaction: Transaction<'a>,
    plan: &'a Plan<'a>,
    options: Options,
    /// The COPY that takes rows.
    open: Option<Open>,
    /// Rows that are in the table or in the stage.
    copied: u64,
    /// Rows that the server refused one by one.
    refused: u64,
    counts: Counts,
}

impl<'a> Writer<'a> {
    fn new(client: &'a Client, plan: &'a Plan<'a>, options: Options, progress: &'a Progress) -> Self {
        let transaction = Transaction::new(client, options, progress);
        let counts = Counts::default();
        Self { transaction, plan, options, open: None, copied: 0, refused: 0, counts }
    }

    async fn run(
        mut self,
        encoder: &mut Encoder<'_>,
        records: &mut Records,
        ended: bool,
    ) -> Result<Receipt, IngestError> {
        let stored = self.store(encoder, records, ended).await;
        if stored.as_ref().map_or(true, |receipt| receipt.replayed) {
            drop(self.open.take());
            self.transaction.roll_back().await;
        }
        stored
    }

    /// Stores what was encoded and what is still to be read, and commits. With a batch id, only if the ledger does not know it.
    async fn store(
        &mut self,
        encoder: &mut Encoder<'_>,
        records: &mut Records,
        mut ended: bool,
    ) -> Result<Receipt, IngestError> {
        let plan = self.plan;
        let at_fault = |encoder: &Encoder<'_>| !plan.stores_each() && encoder.rejects().total() > 0;
        if let Some(batch) = plan.load.batch.as_ref().filter(|_| !at_fault(encoder)) {
            if let Entry::Known(receipt) = self.enter(batch).await? {
                return Ok(receipt);
            }
            if ended && !plan.stores_each() && single::is_one(plan, encoder) {
                let receipt = single::store(self.transaction.client, plan, encoder, Doing::Working).await?;
                return self.complete(receipt).await;
            }
        }
        if !at_fault(encoder) {
            self.prepare().await?;
        }
        if !at_fault(encoder) && !ended {
            ended = self.open_and_fill(encoder, records).await?;
        }
        while !at_fault(encoder) {
            self.send(encoder, ended).await?;
            if ended {
                return self.conclude(encoder).await;
            }
            self.keep_rejects(encoder, REJECTS_KEPT_BACK).await?;
            ended = fill(encoder, records, plan, CHUNK).await?;
        }
        // The rest is read to the end, so that the caller learns of every fault at once.
        while !ended {
            encoder.groups().iter_mut().for_each(|group| drop(group.take()));
            ended = fill(encoder, records, plan, CHUNK).await?;
        }
        Err(Rejected { received: encoder.received(), rejects: encoder.rejects().clone() }.into())
    }

    /// Begins the transaction with the ledger's word on a batch.
    async fn enter(&mut self, batch: &BatchId) -> Result<Entry, IngestError> {
        let begin = self.transaction.take_ahead();
        let table = self.plan.table.name.to_string();
        let client = self.transaction.client;
        let (begun, entry) =
            future::join(client.batch_execute(&begin), ledger::enter(client, batch, &table)).await;
        begun.map_err(working)?;
        entry.map_err(|error| missing(&error, DatabaseErrorKind::NoLedger))
    }

    /// What must stand in the transaction before the rows.
    async fn prepare(&mut self) -> Result<(), IngestError> {
        if self.plan.stores_each() {
            // A constraint that speaks only at the commit cannot say of which row.
            self.transaction.queue("set constraints all immediate");
        }
        if self.plan.staged {
            self.transaction.queue(&sql::create_stage(self.plan));
        }
        let Some(deletion) = &self.plan.load.delete else { return Ok(()) };
        let field = Field::new(&deletion.path, self.plan.table)?;
        let Some(sql) = sql::delete_listed(self.plan.table, &field) else { return Ok(()) };
        let parameters: [(&(dyn ToSql + Sync), Type); 1] = [(&deletion.values, Type::TEXT_ARRAY)];
        let rows = self.transaction.query(&sql, &parameters).await;
        let rows = rows.map_err(|error| refuse::of_payload(&error, Doing::Working, 0))?;
        self.counts.deleted += merge::count(&rows, 0)?;
        Ok(())
    }

    /// All rows are sent: ends what is open, merges, and commits.
    async fn conclude(&mut self, encoder: &mut Encoder<'_>) -> Result<Receipt, IngestError> {
        let plain = !self.plan.stores_each() && !self.plan.staged && self.plan.load.batch.is_none();
        if let Some(open) = self.open.take_if(|_| plain) {
            return self.copy_and_commit(open, encoder).await;
        }
        self.close(encoder).await?;
        if self.plan.staged {
            self.merge(encoder).await?;
        }
        self.keep_rejects(encoder, 1).await?;
        let receipt = self.receipt(encoder);
        if self.plan.load.batch.is_some() {
            return self.complete(receipt).await;
        }
        let commit = self.commit_sql();
        self.transaction.committing();
        let committed = self.transaction.client.batch_execute(&commit).await;
        let received = encoder.received();
        committed
            .map_err(|error| changed(&error, || refuse::of_payload(&error, Doing::Committing, received)))?;
        Ok(receipt)
    }

    /// Notes the receipt in the ledger and commits: both travel together.
    async fn complete(&mut self, receipt: Receipt) -> Result<Receipt, IngestError> {
        let Some(batch) = &self.plan.load.batch else { return Ok(receipt) };
        if let Some(age) = self.options.forget_older_than {
            self.transaction.queue(&ledger::forget_older_than(age));
        }
        let received = receipt.received;
        self.transaction.flush().await.map_err(working)?;
        let commit = self.commit_sql();
        self.transaction.committing();
        let client = self.transaction.client;
        let (noted, committed) =
            future::join(ledger::complete(client, batch, &receipt), client.batch_execute(&commit)).await;
        noted
            .and(committed)
            .map_err(|error| changed(&error, || refuse::of_payload(&error, Doing::Committing, received)))?;
        Ok(receipt)
    }

    /// The statements that make the rows visible, if they were meant for the table as it is.
    fn commit_sql(&mut self) -> String {
        let mut sql = self.transaction.take_ahead();
        if !sql.is_empty() {
            sql.push_str("; ");
        }
        sql.push_str(&catalog::unchanged_or_fail(self.plan.table));
        sql.push_str("; commit");
        sql
    }

    /// Sends the rejects that are to be kept, once they are at least so many bytes.
    async fn keep_rejects(&mut self, encoder: &mut Encoder<'_>, at_least: usize) -> Result<(), IngestError> {
        if encoder.kept().is_none_or(|kept| kept.waiting() < at_least) {
            return Ok(());
        }
        self.close(encoder).await?;
        let Some(rows) = encoder.kept().map(rejects::RejectRows::take) else { return Ok(()) };
        let sql = format!("copy adit_rejects ({}) from stdin (format binary)", rejects::COLUMNS);
        let no_table = |error: Error| missing(&error, DatabaseErrorKind::NoRejectsTable);
        let mut copy = self.transaction.copy(&sql).await.map_err(no_table)?;
        copy.send(rows).await.map_err(working)?;
        copy.finish().await.map_err(working)?;
        Ok(())
    }

    fn receipt(&self, encoder: &mut Encoder<'_>) -> Receipt {
        let plan = self.plan;
        let cast = encoder.groups().iter().flat_map(|group| group.columns().to_vec());
        let mut cast: Vec<String> = cast
            .filter_map(|at| plan.table.columns.get(at))
            .filter(|column| column.encoding == Encoding::Unsupported)
            .map(|column| column.name.clone())
            .collect();
        cast.sort_unstable();
        cast.dedup();
        let counts = &self.counts;
        Receipt {
            table: plan.table.name.to_string(),
            received: encoder.received(),
            inserted: if plan.staged { counts.inserted } else { self.copied },
            updated: counts.updated,
            unchanged: counts.unchanged,
            deleted: counts.deleted,
            superseded: counts.superseded,
            rejected: encoder.rejects().total(),
            rejects: encoder.rejects().first().to_vec(),
            key: None,
            cast,
            replayed: false,
        }
    }
}

/// Whether a plan's rows are those of a mode that writes rows, and not only deletes them.
fn writes_rows(plan: &Plan<'_>) -> bool {
    matches!(plan.work, Work::Append | Work::Upsert { .. })
}

fn working(error: Error) -> IngestError {
    explain(&error, Doing::Working).into()
}

/// The error for one of Adit's own tables, with its own kind where the table is not there.
fn missing(error: &Error, kind: DatabaseErrorKind) -> IngestError {
    let mut error = explain(error, Doing::Working);
    if error.kind == DatabaseErrorKind::NoTable {
        error.kind = kind;
    }
    error.into()
}

/// The error for a table that is not the one that was encoded for, else another.
fn changed(error: &Error, otherwise: impl FnOnce() -> IngestError) -> IngestError {
    if !catalog::says_changed(error) {
        return otherwise();
    }
    DatabaseError::new(DatabaseErrorKind::Schema, "its columns are not those that were read before").into()
}
