//! A single row, in one round trip. Without a transaction around it, the statement is one.

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

use super::copy::fields;
use super::value::{Value, parameter_type};
use super::{refuse, sql, writes_rows};
use crate::encode::Encoding;
use crate::encoder::Encoder;
use crate::error::{IngestError, PayloadError};
use crate::group::STAGE_FIELDS;
use crate::plan::{Plan, Work};
use crate::receipt::{KeyPart, Receipt};
use crate::sqlstate::Doing;

/// Whether what was encoded is one row that one statement can store.
pub(super) fn is_one(plan: &Plan<'_>, encoder: &mut Encoder<'_>) -> bool {
    let rows = encoder.received() == 1 && encoder.rejects().total() == 0 && encoder.groups().len() == 1;
    rows && plan.load.delete.is_none() && writes_rows(plan)
}

/// Stores the one row that was encoded.
pub(super) async fn store(
    client: &Client,
    plan: &Plan<'_>,
    encoder: &mut Encoder<'_>,
    doing: Doing,
) -> Result<Receipt, IngestError> {
    // A copy: a row that is refused may have to be looked at again.
    let Some((columns, row)) = encoder.groups().first().map(|group| (group.columns().to_vec(), group.rows()))
    else {
        return Err(PayloadError::Empty.into());
    };
    let skip = if plan.staged { STAGE_FIELDS } else { 0 };
    let values: Vec<Value<'_>> = fields(&row).skip(skip).map(Value).collect();
    let parameters: Vec<(&(dyn ToSql + Sync), Type)> = values
        .iter()
        .zip(&columns)
        .filter_map(|(value, at)| {
            Some((value as &(dyn ToSql + Sync), parameter_type(plan.table.columns.get(*at)?)))
        })
        .collect();
    let cast = columns.iter().filter_map(|at| plan.table.columns.get(*at));
    let cast = cast.filter(|column| column.encoding == Encoding::Unsupported);
    let mut receipt = Receipt {
        table: plan.table.name.to_string(),
        received: 1,
        cast: cast.map(|column| column.name.clone()).collect(),
        ..Receipt::default()
    };
    let refused = |error| refuse::of_payload(&error, doing, 1);
    if let Work::Upsert { key, update } = &plan.work {
        let sql = sql::upsert_one(plan, key, update, &columns);
        let rows = client.query_typed(&sql, &parameters).await.map_err(refused)?;
        let is_new = rows.first().and_then(|row| row.try_get::<_, Option<bool>>("is_new").ok().flatten());
        *match is_new {
            Some(true) => &mut receipt.inserted,
            Some(false) => &mut receipt.updated,
            None => &mut receipt.unchanged,
        } = 1;
        receipt.key = rows.first().and_then(|row| key_of(plan, row));
        return Ok(receipt);
    }
    let sql = sql::insert_one(plan, &columns);
    if plan.table.key.is_empty() {
        receipt.inserted = client.execute_typed(&sql, &parameters).await.map_err(refused)?;
        return Ok(receipt);
    }
    let rows = client.query_typed(&sql, &parameters).await.map_err(refused)?;
    receipt.inserted = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    receipt.key = rows.first().and_then(|row| key_of(plan, row));
    Ok(receipt)
}

/// The primary key, which a row begins with.
fn key_of(plan: &Plan<'_>, row: &Row) -> Option<Vec<KeyPart>> {
    let columns = plan.table.key.iter().filter_map(|at| plan.table.columns.get(*at));
    let part = |(at, column): (usize, &crate::table::Column)| KeyPart {
        column: column.name.clone(),
        value: row.try_get::<_, Option<String>>(at).ok().flatten().unwrap_or_default(),
        integer: matches!(column.encoding, Encoding::Int2 | Encoding::Int4 | Encoding::Int8),
    };
    let key: Vec<_> = columns.enumerate().map(part).collect();
    (!key.is_empty()).then_some(key)
}
