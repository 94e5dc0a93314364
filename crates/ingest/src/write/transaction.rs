//! A transaction over one connection. Statements that nobody waits for are kept back and travel in front of the next one, so that they
//! cost no round trip. Here is no knowledge of payloads.

use std::time::Duration;

use futures_util::future;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use super::copy::Copy;
use super::{Options, Progress};

/// A transaction that has begun, or will with its first statement.
pub(super) struct Transaction<'a> {
    pub(super) client: &'a Client,
    progress: &'a Progress,
    /// Statements that travel in front of the next one.
    ahead: String,
    begun: bool,
}

/// A statement's parameters, each with its type.
pub(super) type Parameters<'p> = [(&'p (dyn ToSql + Sync), Type)];

impl<'a> Transaction<'a> {
    pub(super) fn new(client: &'a Client, options: Options, progress: &'a Progress) -> Self {
        Self { client, progress, ahead: begin(options), begun: false }
    }

    /// Has a statement travel in front of the next one.
    pub(super) fn queue(&mut self, sql: &str) {
        if !self.ahead.is_empty() {
            self.ahead.push_str("; ");
        }
        self.ahead.push_str(sql);
    }

    /// Runs what is queued.
    pub(super) async fn flush(&mut self) -> Result<(), Error> {
        let ahead = self.take_ahead();
        if ahead.is_empty() { Ok(()) } else { self.client.batch_execute(&ahead).await }
    }

    /// Runs a statement and gives its rows.
    pub(super) async fn query(&mut self, sql: &str, parameters: &Parameters<'_>) -> Result<Vec<Row>, Error> {
        let ahead = self.take_ahead();
        if ahead.is_empty() {
            return self.client.query_typed(sql, parameters).await;
        }
        let (before, rows) =
            future::join(self.client.batch_execute(&ahead), self.client.query_typed(sql, parameters)).await;
        before?;
        rows
    }

    /// Begins a COPY.
    pub(super) async fn copy(&mut self, sql: &str) -> Result<Copy, Error> {
        let ahead = self.take_ahead();
        let statement = if ahead.is_empty() {
            self.client.prepare(sql).await?
        } else {
            let (before, statement) =
                future::join(self.client.batch_execute(&ahead), self.client.prepare(sql)).await;
            before?;
            statement?
        };
        // The driver has sent a second Sync by the time that a COPY fails to begin: its answer belongs to no question.
        let sink = self.client.copy_in(&statement).await.inspect_err(|_| self.progress.out_of_step())?;
        Copy::new(sink).await
    }

    /// What is to be sent in front of a statement that the caller sends by itself.
    pub(super) fn take_ahead(&mut self) -> String {
        self.begun = true;
        std::mem::take(&mut self.ahead)
    }

    /// Notes that the statement that makes the rows visible is about to be sent.
    pub(super) fn committing(&self) {
        self.progress.commit();
    }

    /// Undoes everything. A connection that cannot even do that is closed by its owner, which undoes it, too.
    pub(super) async fn roll_back(self) {
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
        let timeout = milliseconds(timeout);
        begin.push_str(&format!(
            "; set local statement_timeout = {timeout}; set local idle_in_transaction_session_timeout = {timeout}"
        ));
    }
    begin
}

/// The server counts milliseconds in 31 bits.
fn milliseconds(time: Duration) -> u128 {
    time.as_millis().clamp(1, 0x7fff_ffff)
}
