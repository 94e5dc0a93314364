//! Records that cannot be stored, as rows of the table `adit_rejects`, sans-IO. Sending them is `write`'s.

use bytes::{BufMut, Bytes, BytesMut};

use crate::encode::{Cell, Encoding, encode, encode_null};
use crate::ledger::BatchId;
use crate::load::Load;
use crate::receipt::Reject;
use crate::records::push_json_string;

/// Makes the table of rejects. Running it again changes nothing.
pub const REJECTS_SCHEMA: &str = "create table if not exists adit_rejects (
    id bigint generated always as identity primary key,
    source text,
    batch text,
    table_name text not null,
    record_index bigint,
    column_name text,
    code text not null,
    reason text not null,
    record jsonb,
    rejected_at timestamptz not null default now()
)";

/// The columns that are written, in their order.
pub(crate) const COLUMNS: &str = "source, batch, table_name, record_index, column_name, code, reason, record";
const COLUMN_COUNT: i16 = 8;

/// A document that is nested deeper is kept as a text: the server's own bound depends on its stack.
const DEEPEST: usize = 200;

/// Rejects on their way to their table.
#[derive(Debug)]
pub(crate) struct RejectRows {
    batch: Option<BatchId>,
    table: String,
    rows: BytesMut,
}

impl RejectRows {
    pub(crate) fn new(load: &Load) -> Self {
        Self { batch: load.batch.clone(), table: load.table.to_string(), rows: BytesMut::new() }
    }

    /// How many bytes wait.
    pub(crate) fn waiting(&self) -> usize {
        self.rows.len()
    }

    /// The rows that wait, in the binary COPY format without its header and trailer.
    pub(crate) fn take(&mut self) -> Bytes {
        self.rows.split().freeze()
    }

    /// Takes a reject with its record as JSON text, where that is known.
    pub(crate) fn push(&mut self, reject: &Reject, record: Option<&str>) {
        let rows = &mut self.rows;
        rows.put_i16(COLUMN_COUNT);
        put_text(self.batch.as_ref().map(BatchId::source), rows);
        put_text(self.batch.as_ref().map(BatchId::batch), rows);
        put_text(Some(&self.table), rows);
        match reject.index.and_then(|index| i64::try_from(index).ok()) {
            Some(index) => {
                rows.put_i32(8);
                rows.put_i64(index);
            }
            None => encode_null(rows),
        }
        put_text(reject.column.as_deref(), rows);
        put_text(Some(reject.code.code()), rows);
        put_text(Some(&reject.reason), rows);
        put_document(record, rows);
    }
}

/// Appends a text; what PostgreSQL cannot store in one is left out of it.
fn put_text(text: Option<&str>, rows: &mut BytesMut) {
    let Some(text) = text else { return encode_null(rows) };
    let clean: String = text.chars().filter(|c| *c != '\0').collect();
    rows.put_i32(i32::try_from(clean.len()).unwrap_or(i32::MAX));
    rows.put_slice(clean.as_bytes());
}

/// Appends a JSON document; one that `jsonb` cannot hold as a JSON string of its text.
fn put_document(text: Option<&str>, rows: &mut BytesMut) {
    let Some(text) = text else { return encode_null(rows) };
    let start = rows.len();
    if fits_jsonb(text) && encode(&Encoding::Jsonb, Cell::Json(text), rows).is_ok() {
        return;
    }
    rows.truncate(start);
    let mut quoted = String::new();
    push_json_string(text, &mut quoted);
    // The text of a JSON document has no NUL of its own, and its escapes are escaped now.
    if encode(&Encoding::Jsonb, Cell::Json(&quoted), rows).is_err() {
        rows.truncate(start);
        encode_null(rows);
    }
}

/// Whether the server is certain to take a JSON text as `jsonb`, as far as that is not its encoder's to say: neither nested too
/// deeply, nor with numbers beyond `numeric`, nor with half of a surrogate pair.
fn fits_jsonb(text: &str) -> bool {
    const MOST_DIGITS: usize = 1000;
    const MOST_EXPONENT_DIGITS: usize = 3;
    let (mut depth, mut digits) = (0_usize, 0_usize);
    let (mut in_string, mut escaped, mut in_exponent) = (false, false, false);
    for byte in text.bytes() {
        if in_string {
            match byte {
                // A \u escape is rare, and half of a pair is hard to tell: the text form holds both.
                b'u' if escaped => return false,
                b'"' if !escaped => in_string = false,
                _ => {}
            }
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        match byte {
            b'0'..=b'9' => digits += 1,
            b'e' | b'E' if digits > 0 => (in_exponent, digits) = (true, 0),
            b'+' | b'-' if in_exponent => {}
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if matches!(byte, b',' | b':' | b'{' | b'}' | b'[' | b']' | b' ' | b'\t' | b'\r' | b'\n') {
            (in_exponent, digits) = (false, 0);
        }
        let most = if in_exponent { MOST_EXPONENT_DIGITS } else { MOST_DIGITS };
        if depth > DEEPEST || digits > most {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_jsonb_may_refuse_is_kept_as_a_text() {
        let deep = "[".repeat(1000);
        for (text, fits) in [
            (r#"{"a": [1, 2.5e10, -1e-5, true, null, "x\\n"]}"#, true),
            (r#"{"a": 1e9999}"#, false),
            (r#"{"a": "\ud800"}"#, false),
            (r#"{"a": "\\ud800"}"#, true),
            (deep.as_str(), false),
            (&"9".repeat(2000), false),
        ] {
            assert_eq!(fits_jsonb(text), fits, "{text:.40}");
        }
    }

    #[test]
    fn a_record_that_is_no_jsonb_becomes_a_json_string() {
        let mut rows = BytesMut::new();
        put_document(Some(r#"{"a":"\u0000"}"#), &mut rows);
        assert_eq!(&rows[4..], b"\x01\"{\\\"a\\\":\\\"\\\\u0000\\\"}\"");
    }
}
