//! What an operator asks of a connection besides storing: what a load would do, what was stored before, a table for new records.

use std::time::Duration;

use crate::error::{DatabaseError, DatabaseErrorKind};
use crate::infer::Inferred;
use crate::ledger::{self, BatchId};
use crate::load::Load;
use crate::receipt::Receipt;
use crate::sqlstate::{Doing, explain};
use crate::table::TableName;
use crate::trial::Trial;

use super::Session;

impl Session {
    /// A load made for its table, to look at and to try on records.
    ///
    /// # Errors
    /// As [`Session::table`].
    pub async fn trial(&mut self, load: Load) -> Result<Trial, DatabaseError> {
        let table = self.table(&load.table).await?;
        Ok(Trial::new(load, table))
    }

    /// Makes a table.
    ///
    /// # Errors
    /// [`DatabaseErrorKind::Privilege`] where the user may not make tables, or any failure of the connection.
    pub async fn create(&mut self, inferred: &Inferred, name: &TableName) -> Result<(), DatabaseError> {
        let made = self.client.batch_execute(&inferred.create_table(name)).await;
        made.map_err(|error| self.noted(explain(&error, Doing::Working)))
    }

    /// Forgets the batches of the ledger that are older, a bounded number at a time, and says how many those were.
    ///
    /// # Errors
    /// [`DatabaseErrorKind::NoLedger`], or any failure of the connection.
    pub async fn forget_batches(&mut self, older_than: Duration) -> Result<u64, DatabaseError> {
        let statement = ledger::forget_older_than(older_than);
        let mut forgotten = 0;
        loop {
            match self.client.execute_typed(&statement, &[]).await {
                Ok(0) => return Ok(forgotten),
                Ok(some) => forgotten += some,
                Err(error) => return Err(self.of_ledger(&error)),
            }
        }
    }

    /// The batches of a source that the ledger knows, each with what came of it.
    ///
    /// # Errors
    /// [`DatabaseErrorKind::NoLedger`], or any failure of the connection.
    pub async fn batches(&mut self, source: &str) -> Result<Vec<(BatchId, Receipt)>, DatabaseError> {
        ledger::of_source(&self.client, source).await.map_err(|error| self.of_ledger(&error))
    }

    fn of_ledger(&mut self, error: &tokio_postgres::Error) -> DatabaseError {
        let mut error = explain(error, Doing::Working);
        if error.kind == DatabaseErrorKind::NoTable {
            error.kind = DatabaseErrorKind::NoLedger;
        }
        self.noted(error)
    }

    /// An error with what the connection's end says of it, and its consequences drawn.
    fn noted(&mut self, error: DatabaseError) -> DatabaseError {
        let error = self.why_ended(error);
        self.learn(&error);
        error
    }
}
