//! Exactly once: a table of the batches that were stored, written in the same transaction as their rows. A batch that comes
//! again stores nothing and gets the receipt of the first time; one that comes twice at once waits for the other.

use std::time::Duration;

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use crate::receipt::Receipt;

/// Makes the ledger, or brings an older one up to date. Running it again changes nothing.
pub const LEDGER_SCHEMA: &str = "create table if not exists adit_ledger (
    source text not null,
    batch text not null,
    table_name text not null,
    received bigint not null default 0,
    inserted bigint not null default 0,
    receipt text,
    stored_at timestamptz not null default now(),
    primary key (source, batch)
);
alter table adit_ledger add column if not exists receipt text;
create index if not exists adit_ledger_stored_at on adit_ledger (stored_at)";

const ENTER: &str = "insert into adit_ledger (source, batch, table_name) values ($1, $2, $3)
    on conflict (source, batch) do nothing returning 1";
const RECEIPT: &str =
    "select table_name, received, inserted, receipt from adit_ledger where source = $1 and batch = $2";
const OF_SOURCE: &str =
    "select batch, table_name, received, inserted, receipt from adit_ledger where source = $1";
const COMPLETE: &str = "update adit_ledger set received = $3, inserted = $4, receipt = $5
    where source = $1 and batch = $2";

/// The longest part of a batch's name, in characters: an index must hold both.
const LONGEST: usize = 500;

/// The name of a payload: where it comes from, and which one of there it is. Whoever sends it again uses the same name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BatchId {
    source: String,
    batch: String,
}

/// Why a text cannot name a batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {part} of a batch's name must have 1 to 500 characters and no U+0000; this one has {length}")]
pub struct BatchIdError {
    part: &'static str,
    length: usize,
}

impl BatchId {
    /// Names a batch. The source may be empty: then batch ids are shared by all callers.
    ///
    /// # Errors
    /// [`BatchIdError`] for an empty batch, and for parts that are too long or hold a NUL character.
    pub fn new(source: &str, batch: &str) -> Result<Self, BatchIdError> {
        let check = |part, text: &str, empty: bool| match text.chars().count() {
            0 if !empty => Err(BatchIdError { part, length: 0 }),
            length if length > LONGEST || text.contains('\0') => Err(BatchIdError { part, length }),
            _ => Ok(text.to_owned()),
        };
        Ok(Self { source: check("source", source, true)?, batch: check("id", batch, false)? })
    }

    /// Where the payload comes from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Which one of there it is.
    pub fn batch(&self) -> &str {
        &self.batch
    }
}

/// What the ledger says of a batch.
#[derive(Debug)]
pub(crate) enum Entry {
    /// It is new, and entered: its rows must follow in the same transaction.
    New,
    /// It was stored before, with this receipt.
    Known(Receipt),
}

/// Enters a batch, waiting for another transaction that is about to. Must stand in a transaction.
pub(crate) async fn enter(client: &Client, batch: &BatchId, table: &str) -> Result<Entry, Error> {
    let parameters: [(&(dyn ToSql + Sync), Type); 3] =
        [(&batch.source, Type::TEXT), (&batch.batch, Type::TEXT), (&table, Type::TEXT)];
    if !client.query_typed(ENTER, &parameters).await?.is_empty() {
        return Ok(Entry::New);
    }
    let parameters: [(&(dyn ToSql + Sync), Type); 2] =
        [(&batch.source, Type::TEXT), (&batch.batch, Type::TEXT)];
    let rows = client.query_typed(RECEIPT, &parameters).await?;
    match rows.first() {
        Some(row) => Ok(Entry::Known(receipt(row)?)),
        // It was deleted between the two statements: by a clean-up, for a batch as old as that. It is new again.
        None => Box::pin(enter(client, batch, table)).await,
    }
}

/// The batches of a source, each with its receipt.
pub(crate) async fn of_source(client: &Client, source: &str) -> Result<Vec<(BatchId, Receipt)>, Error> {
    let rows = client.query_typed(OF_SOURCE, &[(&source, Type::TEXT)]).await?;
    let entry = |row: &Row| {
        let batch = BatchId { source: source.to_owned(), batch: row.try_get("batch")? };
        Ok((batch, receipt(row)?))
    };
    rows.iter().map(entry).collect()
}

/// Notes what came of a batch that was entered.
pub(crate) async fn complete(client: &Client, batch: &BatchId, receipt: &Receipt) -> Result<(), Error> {
    let received = i64::try_from(receipt.received).unwrap_or(i64::MAX);
    let inserted = i64::try_from(receipt.inserted).unwrap_or(i64::MAX);
    // A receipt always has a JSON form. As text: a reject may quote what `jsonb` cannot hold.
    let whole = serde_json::to_string(receipt).ok();
    let parameters: [(&(dyn ToSql + Sync), Type); 5] = [
        (&batch.source, Type::TEXT),
        (&batch.batch, Type::TEXT),
        (&received, Type::INT8),
        (&inserted, Type::INT8),
        (&whole, Type::TEXT),
    ];
    client.execute_typed(COMPLETE, &parameters).await.map(|_| ())
}

/// The statement that forgets old batches, a bounded number at a time.
pub(crate) fn forget_older_than(age: Duration) -> String {
    format!(
        "delete from adit_ledger where (source, batch) in (select source, batch from adit_ledger
         where stored_at < now() - interval '{} seconds' order by stored_at limit 1000 for update skip locked)",
        age.as_secs()
    )
}

fn receipt(row: &Row) -> Result<Receipt, Error> {
    let count = |name| row.try_get::<_, i64>(name).map(|count| u64::try_from(count).unwrap_or_default());
    let whole: Option<&str> = row.try_get("receipt")?;
    // An entry of an older version has the counts only.
    let mut receipt = match whole.and_then(|whole| serde_json::from_str::<Receipt>(whole).ok()) {
        Some(receipt) => receipt,
        None => Receipt {
            table: row.try_get("table_name")?,
            received: count("received")?,
            inserted: count("inserted")?,
            ..Receipt::default()
        },
    };
    receipt.replayed = true;
    Ok(receipt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_into_an_index() {
        assert!(BatchId::new("", "a").is_ok());
        assert!(BatchId::new("s", &"é".repeat(500)).is_ok());
        for (source, batch) in [("s", ""), ("s", "a\0"), ("s\0", "a"), ("s", "x".repeat(501).as_str())] {
            assert!(BatchId::new(source, batch).is_err(), "{source:?} {}", batch.len());
        }
    }
}
