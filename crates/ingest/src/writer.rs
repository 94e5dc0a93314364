//! One payload in one transaction: a single row as one `insert … returning`, more by binary COPY. Here are the statements and
//! their order; the connection's life and the deadline are `session`'s.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::{SinkExt, future};
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, CopyInSink, Error};

use crate::catalog;
use crate::encode::Encoding;
use crate::encoder::{Encoder, Group};
use crate::error::{DatabaseError, DatabaseErrorKind, IngestError, PayloadError, Rejected};
use crate::ledger::{self, BatchId, Entry};
use crate::receipt::{KeyPart, Receipt, Reject, RejectCode, Rejects};
use crate::records::Records;
use crate::sqlstate::{Doing, copy_place, explain, refuses_row};
use crate::table::{Table, quote_identifier};

/// How many bytes are sent at once.
const CHUNK: usize = 64 * 1024;
/// How many bytes of a payload are looked at before others have a turn.
const TURN: u64 = 256 * 1024;
/// How much a group other than the open one may keep back.
const KEPT_BACK: usize = 512 * 1024;
/// After so many bytes a COPY is ended and another one begun: the server's word on a bad row comes only at the end of one.
const COPY_BYTES: usize = 32 * 1024 * 1024;

/// What precedes the rows (manual, COPY, binary format): signature, no flags, no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What follows them.
const TRAILER: &[u8] = &[0xff, 0xff];

/// How a payload is to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// How many rejects are kept whole.
    pub(crate) most_rejects: usize,
    /// How long the server may take for a statement; it gives up by itself even if nobody can tell it to.
    pub(crate) statement_timeout: Option<Duration>,
    /// Begin with a server connection that has forgotten its prepared statements.
    pub(crate) fresh_statements: bool,
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

    /// Whether answers no longer meet their questions on this connection: it must be closed.
    pub(crate) fn is_out_of_step(&self) -> bool {
        self.out_of_step.load(Ordering::Relaxed)
    }

    fn out_of_step(&self) {
        self.out_of_step.store(true, Ordering::Relaxed);
    }
}

/// Stores all records, or none.
pub(crate) async fn write(
    client: &Client,
    table: &Table,
    mut records: Records,
    batch: Option<&BatchId>,
    options: Options,
    progress: &Progress,
) -> Result<Receipt, IngestError> {
    let mut encoder = Encoder::new(table, options.most_rejects);
    let ended = fill(&mut encoder, &mut records, table).await?;
    if ended {
        if encoder.received() == 0 {
            return Err(PayloadError::Empty.into());
        }
        if encoder.rejects().total() == 0 && encoder.received() == 1 && batch.is_none() {
            progress.commit();
            return insert_one(client, table, &mut encoder, Doing::Committing).await;
        }
    }
    let mut transaction =
        Transaction { client, table, batch, options, progress, begun: false, open: None, inserted: 0 };
    let stored = transaction.store(&mut encoder, &mut records, ended).await;
    if stored.as_ref().map_or(true, |receipt| receipt.replayed) {
        transaction.roll_back().await;
    }
    stored
}

/// Encodes records until there is enough to send. `true`: that was the last one.
async fn fill(encoder: &mut Encoder<'_>, records: &mut Records, table: &Table) -> Result<bool, PayloadError> {
    let mut turn = records.bytes_read() + TURN;
    loop {
        match records.next(table)? {
            Some(record) => {
                if encoder.push(&record) >= CHUNK {
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

fn receipt(table: &Table, received: u64, inserted: u64, key: Option<Vec<KeyPart>>) -> Receipt {
    Receipt { table: table.name.to_string(), received, inserted, rejected: 0, key, replayed: false }
}

/// A transaction that copies rows.
struct Transaction<'a> {
    client: &'a Client,
    table: &'a Table,
    batch: Option<&'a BatchId>,
    options: Options,
    progress: &'a Progress,
    begun: bool,
    open: Option<OpenCopy>,
    inserted: u64,
}

/// A COPY that takes rows.
struct OpenCopy {
    sink: Pin<Box<CopyInSink<Bytes>>>,
    group: usize,
    /// The group's row that is the first one of this COPY.
    first_row: u64,
    sent: usize,
}

impl Transaction<'_> {
    /// Stores what was encoded and what is still to be read, and commits. With a batch id, only if the ledger does not know it.
    async fn store(
        &mut self,
        encoder: &mut Encoder<'_>,
        records: &mut Records,
        mut ended: bool,
    ) -> Result<Receipt, IngestError> {
        if let Some(batch) = self.batch.filter(|_| encoder.rejects().total() == 0) {
            if let Entry::Known(receipt) = self.enter(batch).await? {
                return Ok(receipt);
            }
            if ended && encoder.received() == 1 {
                let receipt = insert_one(self.client, self.table, encoder, Doing::Working).await?;
                return self.complete(batch, receipt).await;
            }
        }
        while encoder.rejects().total() == 0 {
            self.send(encoder, ended).await?;
            match (ended, self.batch) {
                (false, _) => ended = fill(encoder, records, self.table).await?,
                (true, None) => {
                    self.commit(encoder).await?;
                    return Ok(receipt(self.table, encoder.received(), self.inserted, None));
                }
                (true, Some(batch)) => {
                    self.close(encoder).await?;
                    let receipt = receipt(self.table, encoder.received(), self.inserted, None);
                    return self.complete(batch, receipt).await;
                }
            }
        }
        // The rest is read to the end, so that the caller learns of every fault at once.
        while !ended {
            encoder.groups().iter_mut().for_each(|group| drop(group.take()));
            ended = fill(encoder, records, self.table).await?;
        }
        Err(Rejected { received: encoder.received(), rejects: encoder.rejects().clone() }.into())
    }

    /// Sends what waits: of the open group always, of another one when it has grown or the end has come.
    async fn send(&mut self, encoder: &mut Encoder<'_>, ended: bool) -> Result<(), IngestError> {
        if let Some(open) = &self.open {
            self.send_group(encoder, open.group).await?;
        }
        for at in 0..encoder.groups().len() {
            let waiting = encoder.groups().get(at).map_or(0, Group::waiting);
            let enough = ended || self.open.is_none() || waiting >= KEPT_BACK;
            if waiting > 0 && enough {
                self.send_group(encoder, at).await?;
            }
        }
        Ok(())
    }

    async fn send_group(&mut self, encoder: &mut Encoder<'_>, at: usize) -> Result<(), IngestError> {
        let change = self.open.as_ref().is_some_and(|open| open.group != at || open.sent >= COPY_BYTES);
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
            let sink = self.begin_copy(group.columns()).await.map_err(working)?;
            self.open = Some(OpenCopy { sink, group: at, first_row, sent: 0 });
        }
        if let Some(open) = &mut self.open {
            open.sent += rows.len();
            open.sink.send(rows).await.map_err(working)?;
        }
        Ok(())
    }

    /// Begins the transaction with the ledger's word on a batch.
    async fn enter(&mut self, batch: &BatchId) -> Result<Entry, IngestError> {
        self.begun = true;
        let begin = begin(self.options);
        let table = self.table.name.to_string();
        let (begun, entry) =
            future::join(self.client.batch_execute(&begin), ledger::enter(self.client, batch, &table)).await;
        begun.map_err(working)?;
        entry.map_err(|error| {
            let mut error = explain(&error, Doing::Working);
            if error.kind == DatabaseErrorKind::NoTable {
                error.kind = DatabaseErrorKind::NoLedger;
            }
            error.into()
        })
    }

    /// Notes the receipt in the ledger and commits: both travel together.
    async fn complete(&mut self, batch: &BatchId, receipt: Receipt) -> Result<Receipt, IngestError> {
        self.progress.commit();
        let commit = self.checked_commit();
        let (noted, committed) =
            future::join(ledger::complete(self.client, batch, &receipt), self.client.batch_execute(&commit))
                .await;
        noted
            .and(committed)
            .map_err(|error| changed(&error, || explain(&error, Doing::Committing).into()))?;
        Ok(receipt)
    }

    /// Begins a COPY, and with the first one the transaction: both statements travel together.
    async fn begin_copy(&mut self, columns: &[usize]) -> Result<Pin<Box<CopyInSink<Bytes>>>, Error> {
        let copy = format!(
            "copy {} ({}) from stdin (format binary)",
            self.table.name.to_sql(),
            column_list(self.table, columns)
        );
        let statement = if self.begun {
            self.client.prepare(&copy).await?
        } else {
            self.begun = true;
            let begin = begin(self.options);
            let (begun, statement) =
                future::join(self.client.batch_execute(&begin), self.client.prepare(&copy)).await;
            begun?;
            statement?
        };
        // The driver has sent a second Sync by the time that a COPY fails to begin: its answer belongs to no question.
        let sink = self.client.copy_in(&statement).await.inspect_err(|_| self.progress.out_of_step())?;
        let mut sink = Box::pin(sink);
        sink.feed(Bytes::from_static(HEADER)).await?;
        Ok(sink)
    }

    /// Ends the open COPY; the rows are then in the transaction.
    async fn close(&mut self, encoder: &mut Encoder<'_>) -> Result<(), IngestError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.sink.feed(Bytes::from_static(TRAILER)).await.map_err(working)?;
        match open.sink.as_mut().finish().await {
            Ok(rows) => self.inserted += rows,
            Err(error) => return Err(refused(&error, Doing::Working, encoder, Some(&open))),
        }
        Ok(())
    }

    /// Ends the last COPY and commits: both travel together, for the commit of a failed transaction is a rollback.
    async fn commit(&mut self, encoder: &mut Encoder<'_>) -> Result<(), IngestError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.sink.feed(Bytes::from_static(TRAILER)).await.map_err(working)?;
        self.progress.commit();
        let commit = self.checked_commit();
        let (copied, committed) =
            future::join(open.sink.as_mut().finish(), self.client.batch_execute(&commit)).await;
        match copied {
            Ok(rows) => self.inserted += rows,
            Err(error) => return Err(refused(&error, Doing::Committing, encoder, Some(&open))),
        }
        // A deferred constraint speaks only now.
        committed.map_err(|error| changed(&error, || refused(&error, Doing::Committing, encoder, None)))
    }

    /// Commits if what was copied was meant for the table as it is.
    fn checked_commit(&self) -> String {
        format!("{}; commit", catalog::unchanged_or_fail(self.table))
    }

    /// Undoes everything. A connection that cannot even do that is closed by its owner, which undoes it, too.
    async fn roll_back(mut self) {
        drop(self.open.take());
        if self.begun && !self.progress.is_out_of_step() {
            let _ = self.client.batch_execute("rollback").await;
        }
    }
}

fn begin(options: Options) -> String {
    let mut begin = String::from("begin");
    if options.fresh_statements {
        begin.push_str("; deallocate all");
    }
    if let Some(timeout) = options.statement_timeout {
        // The server counts milliseconds in 31 bits.
        let timeout = timeout.as_millis().clamp(1, 0x7fff_ffff);
        begin.push_str(&format!(
            "; set local statement_timeout = {timeout}; set local idle_in_transaction_session_timeout = {timeout}"
        ));
    }
    begin
}

/// Stores a single row in one round trip. Without a transaction around it, the statement is one.
async fn insert_one(
    client: &Client,
    table: &Table,
    encoder: &mut Encoder<'_>,
    doing: Doing,
) -> Result<Receipt, IngestError> {
    let received = encoder.received();
    let Some(group) = encoder.groups().first_mut() else { return Err(PayloadError::Empty.into()) };
    let row = group.take();
    let columns = group.columns().to_vec();
    let values: Vec<Value<'_>> = fields(&row).map(Value).collect();
    let parameters: Vec<(&(dyn ToSql + Sync), Type)> = values
        .iter()
        .zip(&columns)
        .filter_map(|(value, at)| {
            Some((value as &(dyn ToSql + Sync), parameter_type(table.columns.get(*at)?.type_oid)))
        })
        .collect();
    let places: Vec<String> = (1..=parameters.len()).map(|place| format!("${place}")).collect();
    let mut sql = format!(
        "insert into {} ({}) values ({})",
        table.name.to_sql(),
        column_list(table, &columns),
        places.join(", ")
    );
    let refused = |error: Error| refused(&error, doing, encoder, None);
    if table.key.is_empty() {
        let inserted = client.execute_typed(&sql, &parameters).await.map_err(refused)?;
        return Ok(receipt(table, received, inserted, None));
    }
    let key: Vec<_> = table.key.iter().filter_map(|at| table.columns.get(*at)).collect();
    let returning: Vec<String> =
        key.iter().map(|column| format!("{}::text", quote_identifier(&column.name))).collect();
    sql.push_str(" returning ");
    sql.push_str(&returning.join(", "));
    let rows = client.query_typed(&sql, &parameters).await.map_err(refused)?;
    let key = rows.first().map(|row| {
        let part = |(at, column): (usize, &&crate::table::Column)| KeyPart {
            column: column.name.clone(),
            value: row.try_get::<_, Option<String>>(at).ok().flatten().unwrap_or_default(),
            integer: matches!(column.encoding, Encoding::Int2 | Encoding::Int4 | Encoding::Int8),
        };
        key.iter().enumerate().map(part).collect()
    });
    Ok(receipt(table, received, u64::try_from(rows.len()).unwrap_or(u64::MAX), key))
}

fn working(error: Error) -> IngestError {
    explain(&error, Doing::Working).into()
}

/// The error for a table that is not the one that was encoded for, else another.
fn changed(error: &Error, otherwise: impl FnOnce() -> IngestError) -> IngestError {
    if !catalog::says_changed(error) {
        return otherwise();
    }
    DatabaseError::new(DatabaseErrorKind::Schema, "its columns are not those that were read before").into()
}

/// A failure as a reject of the row that it speaks of, if it speaks of one.
fn refused(error: &Error, doing: Doing, encoder: &mut Encoder<'_>, copy: Option<&OpenCopy>) -> IngestError {
    let Some(server) = error.as_db_error().filter(|server| refuses_row(server)) else {
        return explain(error, doing).into();
    };
    let received = encoder.received();
    let (row, column) = copy_place(server);
    let index = match copy {
        Some(open) => row.and_then(|row| encoder.groups().get(open.group)?.record_of(open.first_row + row)),
        None => (received == 1).then_some(0),
    };
    let detail = server.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    let reason = format!("{}{detail} (SQLSTATE {})", server.message(), server.code().code());
    let rejects = Rejects::one(Reject { index, column, code: RejectCode::Server, reason });
    Rejected { received, rejects }.into()
}

fn column_list(table: &Table, columns: &[usize]) -> String {
    let names =
        columns.iter().filter_map(|at| table.columns.get(*at)).map(|column| quote_identifier(&column.name));
    names.collect::<Vec<_>>().join(", ")
}

fn parameter_type(oid: u32) -> Type {
    Type::from_oid(oid).unwrap_or_else(|| Type::new(String::new(), oid, Kind::Simple, String::new()))
}

/// The values of one encoded row; `None` is null.
fn fields(row: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    let mut rest = row.get(2..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            rest = behind;
            return Some(None);
        };
        let (value, behind) = behind.split_at_checked(length)?;
        rest = behind;
        Some(Some(value))
    })
}

/// A value that is encoded already.
#[derive(Debug)]
struct Value<'a>(Option<&'a [u8]>);

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            Some(value) => {
                out.put_slice(value);
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_apart_into_its_values() {
        let row = [0, 3, 0, 0, 0, 1, b'a', 255, 255, 255, 255, 0, 0, 0, 0];
        assert_eq!(fields(&row).collect::<Vec<_>>(), [Some(&b"a"[..]), None, Some(&b""[..])]);
    }
}
