//! The words: the document that a caller gets, the reply that carries it, and the log line of a call. A document may quote the
//! caller's own data back; the log line never quotes any.

use std::time::Duration;

use adit_fdk::{Invocation, Reply, log};
use adit_ingest::{IngestError, KeyPart, PayloadError, Receipt, Reject, RejectCode};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::envelope::{Envelope, NamedBy};
use crate::failure::Failure;
use crate::handler::Trace;

/// The HTTP status, behind a gateway, of a payload that was stored without some of its records: a success, so that nobody sends it
/// again, but not the one that says that all is well (RFC 4918, 207: the parts have outcomes of their own).
const PARTIAL: u16 = 207;
/// How many rejects a log line places.
const MOST_LOGGED: usize = 20;

/// The document for a payload that was stored, be it without some of its records: then its status is `partial`. `status`, `message` and `item_id` are the old program's.
#[derive(Serialize)]
struct Stored<'a> {
    status: &'static str,
    message: String,
    /// The key of a single row, where it is one column.
    #[serde(skip_serializing_if = "Option::is_none")]
    item_id: Option<Value<'a>>,
    table: &'a str,
    received: u64,
    inserted: u64,
    #[serde(skip_serializing_if = "is_zero")]
    updated: u64,
    #[serde(skip_serializing_if = "is_zero")]
    unchanged: u64,
    #[serde(skip_serializing_if = "is_zero")]
    deleted: u64,
    #[serde(skip_serializing_if = "is_zero")]
    superseded: u64,
    rejected: u64,
    #[serde(skip_serializing_if = "<[Reject]>::is_empty")]
    rejects: &'a [Reject],
    /// Columns whose values went as text, to be cast by the server.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    cast: &'a [String],
    /// Stored by an earlier call under the same batch id: this one stored nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Key<'a>>,
}

/// The document for one that was not.
#[derive(Serialize)]
struct Failed<'a> {
    status: &'static str,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'static str>,
    #[serde(flatten)]
    detail: Detail<'a>,
}

/// What there is to know of a failure besides its code.
#[derive(Default, Serialize)]
struct Detail<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<u64>,
    /// 0, or absent where nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<u64>,
    #[serde(skip_serializing_if = "<[Reject]>::is_empty")]
    rejects: &'a [Reject],
    /// The byte of the payload, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    /// What stands around that byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    near: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sqlstate: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opc_request_id: Option<&'a str>,
}

/// One line a call.
#[derive(Serialize)]
struct Line<'a> {
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<&'a str>,
    /// What the body was taken for.
    #[serde(skip_serializing_if = "Option::is_none")]
    envelope: Option<&'static str>,
    /// What named the batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted: Option<u64>,
    #[serde(skip_serializing_if = "is_zero")]
    updated: u64,
    #[serde(skip_serializing_if = "is_zero")]
    unchanged: u64,
    #[serde(skip_serializing_if = "is_zero")]
    deleted: u64,
    #[serde(skip_serializing_if = "is_zero")]
    superseded: u64,
    #[serde(skip_serializing_if = "is_zero")]
    rejected: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_bytes: Option<u64>,
    milliseconds: f64,
    attempts: u32,
    connected: bool,
    secret_read: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rejects: Vec<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sqlstate: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opc_request_id: Option<&'a str>,
}

/// Where a record is at fault, without what it says there.
#[derive(Serialize)]
struct Place<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    /// Absent where the table has no such column: then the name is the caller's, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<&'a str>,
    code: RejectCode,
}

/// The reply for this outcome. `fail`: an error fails the call itself.
pub(crate) fn reply(outcome: &Result<Receipt, Failure>, fail: bool) -> Reply {
    match outcome {
        Ok(receipt) if receipt.rejected > 0 => Reply::json(&stored(receipt)).http_status(PARTIAL),
        Ok(receipt) => Reply::json(&stored(receipt)),
        Err(failure) if fail && failure.is_timeout() => Reply::timed_out(),
        Err(_) if fail => Reply::failed(),
        Err(failure) => Reply::json(&failed(failure)).http_status(failure.http_status()),
    }
}

/// Writes the log line of a call.
pub(crate) fn log(call: &Invocation, trace: &Trace, took: Duration, outcome: &Result<Receipt, Failure>) {
    let failure = outcome.as_ref().err();
    let detail = failure.map(detail).unwrap_or_default();
    let receipt = outcome.as_ref().ok();
    let counts = receipt.map(Receipt::counts).unwrap_or_default();
    let rejects = receipt.map_or(detail.rejects, |receipt| &receipt.rejects);
    log::line(&Line {
        level: match failure {
            Some(_) => "error",
            None if counts.rejected > 0 => "warning",
            None => "info",
        },
        code: failure.map(Failure::code),
        call_id: call.call_id(),
        table: trace.table.as_deref(),
        envelope: trace.envelope.map(Envelope::name),
        batch: trace.batch.map(NamedBy::name),
        inserted: receipt.map(|receipt| receipt.inserted),
        updated: counts.updated,
        unchanged: counts.unchanged,
        deleted: counts.deleted,
        superseded: counts.superseded,
        rejected: detail.rejected.unwrap_or(counts.rejected),
        replayed: receipt.is_some_and(|receipt| receipt.replayed),
        bytes: call.body().ok().map(|body| body.len()),
        object_bytes: trace.object_bytes,
        milliseconds: (took.as_secs_f64() * 100_000.0).round() / 100.0,
        attempts: trace.attempts,
        connected: trace.connected,
        secret_read: trace.secret.is_some(),
        message: failure.map(Failure::without_data),
        rejects: rejects.iter().take(MOST_LOGGED).map(place).collect(),
        offset: detail.offset,
        sqlstate: detail.sqlstate,
        opc_request_id: detail.opc_request_id,
    });
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

fn place(reject: &Reject) -> Place<'_> {
    let column = reject.column.as_deref().filter(|_| reject.code != RejectCode::UnknownColumn);
    Place { index: reject.index, column, code: reject.code }
}

fn stored(receipt: &Receipt) -> Stored<'_> {
    let place = format!("{}in {}", if receipt.replayed { "before " } else { "" }, receipt.table);
    let item_id = match receipt.key.as_deref() {
        Some([part]) => Some(Value(part)),
        _ => None,
    };
    Stored {
        status: if receipt.rejected > 0 { "partial" } else { "success" },
        message: receipt.counts().sentence(&place, |count| count.to_string()),
        item_id,
        table: &receipt.table,
        received: receipt.received,
        inserted: receipt.inserted,
        updated: receipt.updated,
        unchanged: receipt.unchanged,
        deleted: receipt.deleted,
        superseded: receipt.superseded,
        rejected: receipt.rejected,
        rejects: &receipt.rejects,
        cast: &receipt.cast,
        replayed: receipt.replayed,
        key: receipt.key.as_deref().map(Key),
    }
}

fn failed(failure: &Failure) -> Failed<'_> {
    let rejected = matches!(failure, Failure::Ingest(IngestError::Rejected(_)));
    Failed {
        status: if rejected { "rejected" } else { "error" },
        code: failure.code(),
        message: failure.to_string(),
        help: failure.help(),
        detail: detail(failure),
    }
}

fn detail(failure: &Failure) -> Detail<'_> {
    let nothing = Detail { inserted: Some(0), ..Detail::default() };
    match failure {
        Failure::Ingest(IngestError::Rejected(rejected)) => Detail {
            received: Some(rejected.received),
            rejected: Some(rejected.rejects.total()),
            rejects: rejected.rejects.first(),
            ..nothing
        },
        Failure::Ingest(IngestError::Payload(PayloadError::Malformed { offset, near, .. })) => {
            Detail { offset: Some(*offset), near: Some(near), ..nothing }
        }
        Failure::Ingest(IngestError::Database(error)) => Detail {
            sqlstate: error.sqlstate.as_deref(),
            inserted: (!error.outcome_unknown).then_some(0),
            ..nothing
        },
        Failure::Oci(error) | Failure::Object(error) => {
            Detail { opc_request_id: error.call().map(|call| call.opc_request_id.as_str()), ..nothing }
        }
        _ => nothing,
    }
}

/// A key as an object, its columns in order.
struct Key<'a>(&'a [KeyPart]);

impl Serialize for Key<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for part in self.0 {
            map.serialize_entry(&part.column, &Value(part))?;
        }
        map.end()
    }
}

/// A key's value: a number where it is one.
struct Value<'a>(&'a KeyPart);

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.value.parse::<i64>() {
            Ok(number) if self.0.integer => serializer.serialize_i64(number),
            _ => serializer.serialize_str(&self.0.value),
        }
    }
}
