//! Rows on their way into their table or into the stage, by COPY. Where the records that can be stored are, whatever the others are, each
//! COPY stands in a savepoint and its rows are kept until it has ended: if the server refuses one, the others are sent again without it.

use std::ops::Range;

use bytes::Bytes;
use futures_util::future;
use tokio_postgres::Error;
use tokio_postgres::types::{ToSql, Type};

use super::copy::{Copy, Rows, fields};
use super::refuse::{refusal, reject};
use super::value::{Value, parameter_type};
use super::{CHUNK, Writer, changed, fill, sql, working};
use crate::encoder::Encoder;
use crate::error::{IngestError, Rejected};
use crate::group::Group;
use crate::receipt::{Receipt, Reject, RejectCode, Rejects};
use crate::records::Records;
use crate::sqlstate::{Doing, copy_place, explain};

/// How much the groups other than the open one may keep back, together.
const KEPT_BACK: usize = 4 * 1024 * 1024;
/// How much one of them may.
const KEPT_BACK_BY_ONE: usize = 512 * 1024;
/// After so many bytes a COPY is ended and another one begun: the server's word on a bad row comes only at the end of one.
const COPY_BYTES: usize = 32 * 1024 * 1024;
/// The same where the rows are kept until then, and sent again for each one that is refused.
const SEGMENT_BYTES: usize = 1024 * 1024;
/// So many rows that the server refuses are told from the others; with more, the payload is refused as a whole. Each costs a few round trips.
const MOST_REFUSED: u64 = 10_000;

/// A COPY that takes rows of one group.
pub(super) struct Open {
    copy: Copy,
    group: usize,
    /// The group's row that is the first one of this COPY.
    first_row: u64,
    sent: usize,
    /// What was sent, where it may have to be sent again.
    kept: Vec<Bytes>,
}

impl Open {
    fn new(copy: Copy, group: usize, first_row: u64) -> Self {
        Self { copy, group, first_row, sent: 0, kept: Vec::new() }
    }
}

impl Writer<'_> {
    /// Begins the COPY that takes what waits, and encodes more until the server is ready for it. `true`: that was the last record.
    pub(super) async fn open_and_fill(
        &mut self,
        encoder: &mut Encoder<'_>,
        records: &mut Records,
    ) -> Result<bool, IngestError> {
        let plan = self.plan;
        let Some(at) = encoder.groups().iter().position(|group| group.waiting() > 0) else {
            return Ok(fill(encoder, records, plan, CHUNK).await?);
        };
        let Some(sql) = self.announce(encoder, at) else { return Ok(false) };
        let more = async {
            // The connection sends what it has been given when others have a turn.
            tokio::task::yield_now().await;
            fill(encoder, records, plan, CHUNK).await
        };
        let (copy, ended) = future::join(self.transaction.copy(&sql), more).await;
        self.open = Some(Open::new(copy.map_err(working)?, at, 0));
        Ok(ended?)
    }

    /// The statement that begins a COPY of a group; what must stand in front of it is queued.
    fn announce(&mut self, encoder: &mut Encoder<'_>, at: usize) -> Option<String> {
        let sql = sql::copy(self.plan, encoder.groups().get(at)?.columns());
        if self.plan.stores_each() {
            self.transaction.queue("savepoint adit_copy");
        }
        Some(sql)
    }

    /// Sends what waits: of the open group always, of another one when it has grown or the end has come.
    pub(super) async fn send(&mut self, encoder: &mut Encoder<'_>, ended: bool) -> Result<(), IngestError> {
        if let Some(open) = &self.open {
            self.send_group(encoder, open.group).await?;
        }
        let most = KEPT_BACK_BY_ONE.min(KEPT_BACK / encoder.groups().len().max(1));
        for at in 0..encoder.groups().len() {
            let waiting = encoder.groups().get(at).map_or(0, Group::waiting);
            let enough = ended || self.open.is_none() || waiting >= most;
            if waiting > 0 && enough {
                self.send_group(encoder, at).await?;
            }
        }
        Ok(())
    }

    async fn send_group(&mut self, encoder: &mut Encoder<'_>, at: usize) -> Result<(), IngestError> {
        let each = self.plan.stores_each();
        let most = if each { SEGMENT_BYTES } else { COPY_BYTES };
        let change = self.open.as_ref().is_some_and(|open| open.group != at || open.sent >= most);
        if change {
            self.close(encoder).await?;
        }
        let Some(group) = encoder.groups().get_mut(at) else { return Ok(()) };
        let first_row = group.sent();
        let rows = group.take();
        if rows.is_empty() {
            return Ok(());
        }
        if self.open.is_none() {
            let Some(sql) = self.announce(encoder, at) else { return Ok(()) };
            let copy = self.transaction.copy(&sql).await.map_err(working)?;
            self.open = Some(Open::new(copy, at, first_row));
        }
        if let Some(open) = &mut self.open {
            open.sent += rows.len();
            if each {
                open.kept.push(rows.clone());
            }
            open.copy.send(rows).await.map_err(working)?;
        }
        Ok(())
    }

    /// Ends the open COPY; its rows are then in the transaction, or refused one by one.
    pub(super) async fn close(&mut self, encoder: &mut Encoder<'_>) -> Result<(), IngestError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let each = self.plan.stores_each();
        let (group, first_row) = (open.group, open.first_row);
        match open.copy.finish().await {
            Ok(rows) => {
                self.copied += rows;
                if each {
                    self.transaction.queue("release savepoint adit_copy");
                }
                Ok(())
            }
            Err(error) if each && refusal(&error).is_some() => {
                let rows = Rows::new(open.kept);
                self.isolate(encoder, group, first_row, &rows, error).await
            }
            Err(error) => Err(of_copy(&error, Doing::Working, encoder, group, first_row)),
        }
    }

    /// Ends the last COPY and commits: both travel together, for the commit of a failed transaction is a rollback.
    pub(super) async fn copy_and_commit(
        &mut self,
        open: Open,
        encoder: &mut Encoder<'_>,
    ) -> Result<Receipt, IngestError> {
        let commit = self.commit_sql();
        self.transaction.committing();
        let (copied, committed) = open.copy.finish_then(self.transaction.client, &commit).await;
        self.copied += copied
            .map_err(|error| of_copy(&error, Doing::Committing, encoder, open.group, open.first_row))?;
        // A deferred constraint speaks only now.
        let received = encoder.received();
        committed.map_err(|error| {
            changed(&error, || super::refuse::of_payload(&error, Doing::Committing, received))
        })?;
        Ok(self.receipt(encoder))
    }

    /// Finds the rows that the server refuses among those of one COPY, and stores the others. Mostly the server says which row it was;
    /// where it does not, halving finds it. After a refusal less is tried at once, so that rows of which each is refused do not
    /// have all that follow them sent each time.
    async fn isolate(
        &mut self,
        encoder: &mut Encoder<'_>,
        group: usize,
        first_row: u64,
        rows: &Rows,
        first: Error,
    ) -> Result<(), IngestError> {
        let columns = encoder.groups().get(group).map(|group| group.columns().to_vec()).unwrap_or_default();
        let copy = sql::copy(self.plan, &columns);
        let mut work = Vec::new();
        push_some(&mut work, 0..rows.len());
        let mut window = rows.len().max(1);
        let mut known = Some(first);
        while let Some(range) = work.pop() {
            let range = if range.len() > window {
                let cut = range.start + window;
                work.push(cut..range.end);
                range.start..cut
            } else {
                range
            };
            let outcome = match known.take() {
                Some(error) => Err(error),
                None if range.len() == 1 => self.try_row(&columns, &rows.slice(range.clone())).await,
                None => self.try_rows(&copy, rows.slice(range.clone())).await,
            };
            let error = match outcome {
                Ok(stored) => {
                    self.copied += stored;
                    self.transaction.queue("release savepoint adit_copy");
                    window = window.saturating_mul(4);
                    continue;
                }
                Err(error) => error,
            };
            let Some(server) = refusal(&error) else { return Err(working(error)) };
            self.transaction.queue("rollback to savepoint adit_copy; release savepoint adit_copy");
            let (row, column) = copy_place(server);
            let row = row.and_then(|row| usize::try_from(row).ok()).filter(|row| *row < range.len());
            match row.or((range.len() == 1).then_some(0)).map(|row| range.start + row) {
                Some(row) => {
                    self.count_refused(encoder)?;
                    let place = first_row + u64::try_from(row).unwrap_or(u64::MAX);
                    let index = encoder.groups().get(group).and_then(|group| group.record_of(place));
                    let reject = reject(server, index, column);
                    let bytes = rows.slice(row..row + 1);
                    self.keep_refused_row(encoder, &columns, &bytes, &reject).await?;
                    encoder.refuse(reject);
                    window = (window / 4).max(1);
                    push_some(&mut work, row + 1..range.end);
                    push_some(&mut work, range.start..row);
                }
                None => {
                    let middle = range.start + range.len() / 2;
                    push_some(&mut work, middle..range.end);
                    push_some(&mut work, range.start..middle);
                }
            }
        }
        Ok(())
    }

    async fn try_rows(&mut self, copy: &str, rows: Bytes) -> Result<u64, Error> {
        self.transaction.queue("savepoint adit_copy");
        let mut copy = self.transaction.copy(copy).await?;
        copy.send(rows).await?;
        copy.finish().await
    }

    /// One row by itself: a statement takes one round trip, a COPY takes three.
    async fn try_row(&mut self, columns: &[usize], row: &[u8]) -> Result<u64, Error> {
        let plan = self.plan;
        let values: Vec<Value<'_>> = fields(row).map(Value).collect();
        let staged = if plan.staged { &[Type::INT8, Type::INT4][..] } else { &[] };
        let columns_of = columns.iter().filter_map(|at| plan.table.columns.get(*at));
        let types = staged.iter().cloned().chain(columns_of.map(parameter_type));
        let parameters: Vec<(&(dyn ToSql + Sync), Type)> =
            values.iter().map(|value| value as &(dyn ToSql + Sync)).zip(types).collect();
        self.transaction.queue("savepoint adit_copy");
        let sql = sql::insert_row(plan, columns);
        self.transaction.query(&sql, &parameters).await.map(|_| 1)
    }

    /// Counts a row that the server refused, up to the bound.
    pub(super) fn count_refused(&mut self, encoder: &Encoder<'_>) -> Result<(), IngestError> {
        self.refused += 1;
        if self.refused <= MOST_REFUSED {
            return Ok(());
        }
        let reason = format!(
            "the server refused {MOST_REFUSED} rows of the payload one by one; the others were not tried any more"
        );
        let mut rejects = encoder.rejects().clone();
        rejects.announce(Reject { index: None, column: None, code: RejectCode::Server, reason });
        Err(Rejected { received: encoder.received(), rejects }.into())
    }
}

fn push_some(work: &mut Vec<Range<usize>>, range: Range<usize>) {
    if !range.is_empty() {
        work.push(range);
    }
}

/// A failed COPY, as a reject of the row that it speaks of, if it speaks of one.
fn of_copy(
    error: &Error,
    doing: Doing,
    encoder: &mut Encoder<'_>,
    group: usize,
    first_row: u64,
) -> IngestError {
    let Some(server) = refusal(error) else { return explain(error, doing).into() };
    let (row, column) = copy_place(server);
    let index = row.and_then(|row| encoder.groups().get(group)?.record_of(first_row + row));
    let rejects = Rejects::one(reject(server, index, column));
    Rejected { received: encoder.received(), rejects }.into()
}
