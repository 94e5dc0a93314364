//! What the server refuses, as rejects: of which record it speaks, and what it says. Here is also what is kept of a row that was
//! refused.

use tokio_postgres::Error;
use tokio_postgres::error::DbError;
use tokio_postgres::types::{ToSql, Type};

use super::Writer;
use super::copy::fields;
use super::value::{Value, parameter_type};
use crate::encode::shorten_words;
use crate::encoder::Encoder;
use crate::error::{IngestError, Rejected};
use crate::group::STAGE_FIELDS;
use crate::receipt::{Reject, RejectCode, Rejects};
use crate::sqlstate::{Doing, explain, refuses_row};
use crate::table::quote_identifier;

/// The server's word on a row, if it refused one for what is in it.
pub(super) fn refusal(error: &Error) -> Option<&DbError> {
    error.as_db_error().filter(|server| refuses_row(server))
}

/// A reject of a record, in the server's words.
pub(super) fn reject(server: &DbError, index: Option<u64>, column: Option<String>) -> Reject {
    let detail = server.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    let words = shorten_words(&format!("{}{detail}", server.message()));
    let reason = format!("{words} (SQLSTATE {})", server.code().code());
    Reject { index, column, code: RejectCode::Server, reason }
}

/// A failure that speaks of the payload as a whole, as a reject where the server refused a row and did not say which.
pub(super) fn of_payload(error: &Error, doing: Doing, received: u64) -> IngestError {
    match refusal(error) {
        Some(server) => {
            let column = server.column().map(str::to_owned);
            let reject = reject(server, (received == 1).then_some(0), column);
            Rejected { received, rejects: Rejects::one(reject) }.into()
        }
        None => explain(error, doing).into(),
    }
}

impl Writer<'_> {
    /// Keeps a row that the server refused, as it would have been stored, if rejects are kept.
    pub(super) async fn keep_refused_row(
        &mut self,
        encoder: &mut Encoder<'_>,
        columns: &[usize],
        row: &[u8],
        reject: &Reject,
    ) -> Result<(), IngestError> {
        if encoder.kept().is_none() {
            return Ok(());
        }
        let skip = if self.plan.staged { STAGE_FIELDS } else { 0 };
        let values: Vec<Value<'_>> = fields(row).skip(skip).map(Value).collect();
        let columns: Vec<_> = columns.iter().filter_map(|at| self.plan.table.columns.get(*at)).collect();
        let parameters: Vec<(&(dyn ToSql + Sync), Type)> = values
            .iter()
            .zip(&columns)
            .map(|(value, column)| (value as &(dyn ToSql + Sync), parameter_type(column)))
            .collect();
        let select: Vec<_> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("${} as {}", at + 1, quote_identifier(&column.name)))
            .collect();
        let sql = format!("select to_jsonb(r)::text from (select {}) r", select.join(", "));
        self.keep_printed(encoder, &sql, &parameters, reject).await
    }

    /// Keeps a reject with the record that a query prints. What the server cannot print is kept without its record.
    pub(super) async fn keep_printed(
        &mut self,
        encoder: &mut Encoder<'_>,
        sql: &str,
        parameters: &super::transaction::Parameters<'_>,
        reject: &Reject,
    ) -> Result<(), IngestError> {
        if encoder.kept().is_none() {
            return Ok(());
        }
        self.transaction.queue("savepoint adit_keep");
        let record = match self.transaction.query(sql, parameters).await {
            Ok(rows) => {
                self.transaction.queue("release savepoint adit_keep");
                rows.first().and_then(|row| row.try_get::<_, Option<String>>(0).ok().flatten())
            }
            Err(error) if error.as_db_error().is_some() => {
                self.transaction.queue("rollback to savepoint adit_keep");
                None
            }
            Err(error) => return Err(super::working(error)),
        };
        if let Some(kept) = encoder.kept() {
            kept.push(reject, record.as_deref());
        }
        Ok(())
    }
}
