//! From the stage into the table: the statements of each mode, with exact counts. If the server refuses a row, halving finds it: each half
//! is merged in a savepoint of its own, in the order of the payload.

use std::ops::Range;

use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, Row};

use super::refuse::{of_payload, refusal, reject};
use super::sql::{self, Piece};
use super::{Writer, working};
use crate::encoder::Encoder;
use crate::error::{IngestError, Rejected};
use crate::plan::Work;
use crate::receipt::Rejects;
use crate::sqlstate::Doing;

/// Where each record that can be stored is, so many are merged at once: a row that is refused has no more merged again.
const RANGE: u64 = 10_000;
/// Where one refused row refuses all, it is looked for among so many at most. In more, the server's words must do.
const MOST_SEARCHED: u64 = 100_000;

/// What became of the rows of the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) inserted: u64,
    pub(super) updated: u64,
    pub(super) unchanged: u64,
    pub(super) deleted: u64,
    pub(super) superseded: u64,
}

/// The number in a column of a statement's only row.
pub(super) fn count(rows: &[Row], column: usize) -> Result<u64, IngestError> {
    let count = rows.first().map(|row| row.try_get::<_, i64>(column)).transpose().map_err(working)?;
    Ok(u64::try_from(count.unwrap_or_default()).unwrap_or_default())
}

/// How the rows of a payload are merged.
struct Way {
    /// The groups, each with its columns.
    groups: Vec<(i32, Vec<usize>)>,
    /// The last round; `None` where there is one only.
    last_round: Option<i64>,
    /// Whether rows with the same key are looked for.
    distinct: bool,
}

impl Writer<'_> {
    /// Merges all rows of the stage.
    pub(super) async fn merge(&mut self, encoder: &mut Encoder<'_>) -> Result<(), IngestError> {
        let groups: Vec<_> =
            encoder.groups().iter().map(|group| (group.number(), group.columns().to_vec())).collect();
        if groups.is_empty() {
            return Ok(());
        }
        let mut way = Way { groups, last_round: None, distinct: false };
        match &self.plan.work {
            Work::Replace { by } => {
                let sql = sql::delete_replaced(self.plan, by);
                let rows = self.transaction.query(&sql, &[]).await;
                let rows = rows.map_err(|error| of_payload(&error, Doing::Working, encoder.received()))?;
                self.counts.deleted += count(&rows, 0)?;
            }
            Work::Upsert { key, update } => {
                // Without something to update, the server takes the first of two rows and says nothing.
                way.distinct = update.is_empty();
                let keyed =
                    sql::keyed(self.plan, way.groups.iter().map(|(number, columns)| (*number, &columns[..])));
                if keyed.len() > 1 {
                    let shared = sql::groups_share_keys(self.plan, key, &keyed);
                    let rows = self.transaction.query(&shared, &[]).await.map_err(working)?;
                    if rows.first().and_then(|row| row.try_get::<_, bool>(0).ok()) == Some(true) {
                        self.transaction.queue(&sql::number_rounds(self.plan, key, &keyed));
                        let rows =
                            self.transaction.query(&sql::count_rounds(), &[]).await.map_err(working)?;
                        way.last_round = Some(i64::try_from(count(&rows, 0)?).unwrap_or(i64::MAX));
                    }
                }
            }
            Work::Append | Work::Delete { .. } => {}
        }
        self.merge_ranges(encoder, way).await
    }

    async fn merge_ranges(&mut self, encoder: &mut Encoder<'_>, mut way: Way) -> Result<(), IngestError> {
        let (received, each) = (encoder.received(), self.plan.stores_each());
        let mut work = Vec::new();
        if each && received > RANGE {
            self.transaction.queue(&sql::index_stage());
            let starts = (0..received).step_by(usize::try_from(RANGE).unwrap_or(usize::MAX));
            work.extend(starts.map(|start| start..(start + RANGE).min(received)));
            work.reverse();
        } else {
            work.push(0..received);
        }
        while let Some(range) = work.pop() {
            self.transaction.queue("savepoint adit_merge");
            let places = (range != (0..received)).then(|| range.clone());
            let before = self.counts;
            let error = match self.merge_range(&way, places).await {
                Ok(()) => {
                    self.transaction.queue("release savepoint adit_merge");
                    continue;
                }
                Err(MergeError::Ingest(error)) => return Err(error),
                Err(MergeError::Server(error)) => error,
            };
            self.counts = before;
            self.transaction.queue("rollback to savepoint adit_merge; release savepoint adit_merge");
            // Two rows of the payload have the same key; only the server looks, and only where it must.
            if error.code() == Some(&SqlState::CARDINALITY_VIOLATION) && !way.distinct {
                way.distinct = true;
                work.push(range);
                continue;
            }
            let search = each || received <= MOST_SEARCHED;
            let Some(server) = refusal(&error).filter(|_| search) else {
                return Err(of_payload(&error, Doing::Working, received));
            };
            if range.end - range.start > 1 {
                let middle = range.start + (range.end - range.start) / 2;
                work.extend([middle..range.end, range.start..middle]);
                continue;
            }
            let reject = reject(server, Some(range.start), server.column().map(str::to_owned));
            if !each {
                return Err(Rejected { received, rejects: Rejects::one(reject) }.into());
            }
            self.count_refused(encoder)?;
            self.keep_printed(encoder, &sql::staged_record(range.start), &[], &reject).await?;
            encoder.refuse(reject);
        }
        Ok(())
    }

    /// Merges the records from these places, in rounds and groups.
    async fn merge_range(&mut self, way: &Way, places: Option<Range<u64>>) -> Result<(), MergeError> {
        for round in 0..=way.last_round.unwrap_or(0) {
            for (group, columns) in &way.groups {
                let piece = Piece {
                    group: *group,
                    columns,
                    places: places.clone(),
                    round: way.last_round.map(|_| round),
                };
                self.merge_piece(way, &piece).await?;
            }
        }
        Ok(())
    }

    async fn merge_piece(&mut self, way: &Way, piece: &Piece<'_>) -> Result<(), MergeError> {
        let plan = self.plan;
        match &plan.work {
            Work::Append | Work::Replace { .. } => {
                let rows = self.transaction.query(&sql::insert(plan, piece), &[]).await?;
                self.counts.inserted += count(&rows, 0)?;
            }
            Work::Upsert { key, update } => {
                // A row whose key the server makes is like no other of the payload.
                let keyed = key.columns.iter().all(|at| piece.columns.contains(at));
                let sql = sql::upsert(plan, key, update, piece, way.distinct && keyed);
                let rows = self.transaction.query(&sql, &[]).await?;
                let (inserted, updated, staged, superseded) =
                    (count(&rows, 0)?, count(&rows, 1)?, count(&rows, 2)?, count(&rows, 3)?);
                self.counts.inserted += inserted;
                self.counts.updated += updated;
                self.counts.superseded += superseded;
                self.counts.unchanged += staged.saturating_sub(inserted + updated + superseded);
            }
            Work::Delete { key } => {
                let rows = self.transaction.query(&sql::delete(plan, key, piece), &[]).await?;
                self.counts.deleted += count(&rows, 0)?;
                self.counts.unchanged += count(&rows, 1)?;
            }
        }
        Ok(())
    }
}

/// Why a range was not merged.
enum MergeError {
    /// The server, or the connection.
    Server(Error),
    /// Something that another range would not change.
    Ingest(IngestError),
}

impl From<Error> for MergeError {
    fn from(error: Error) -> Self {
        MergeError::Server(error)
    }
}

impl From<IngestError> for MergeError {
    fn from(error: IngestError) -> Self {
        MergeError::Ingest(error)
    }
}
