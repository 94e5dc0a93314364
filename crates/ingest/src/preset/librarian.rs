//! The payload of a program that keeps the chunks of documents with their embeddings:
//! `{"table_name": …, "chunks_to_upsert": [{"id", "document", "metadata": {"source"}, "embedding"}], "files_to_delete": […]}`.
//! The chunks of the files that are listed go, then the others are upserted by the table's primary key, in one transaction.

use std::io::Read;
use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::PayloadError;
use crate::load::{Deletion, FieldPath, Key, Load, Mode, Update};
use crate::records::{malformed, read_whole};
use crate::table::TableName;

/// Where a chunk says which file it is from.
const SOURCE: [&str; 2] = ["metadata", "source"];

/// A payload that was read.
#[derive(Debug)]
pub struct Librarian {
    body: Vec<u8>,
    table: TableName,
    chunks: Range<usize>,
    files: Vec<String>,
}

#[derive(Deserialize)]
struct Document<'a> {
    table_name: String,
    #[serde(borrow)]
    chunks_to_upsert: Option<&'a RawValue>,
    files_to_delete: Option<Vec<String>>,
}

impl Librarian {
    /// Reads a payload, compressed or not.
    ///
    /// # Errors
    /// [`PayloadError`] if it is not such a payload, or larger than what can be held.
    pub fn read(input: Box<dyn Read + Send>) -> Result<Self, PayloadError> {
        let body = read_whole(input)?;
        let text = std::str::from_utf8(&body).map_err(|error| PayloadError::Malformed {
            offset: u64::try_from(error.valid_up_to()).unwrap_or(u64::MAX),
            reason: "the bytes are not UTF-8".to_owned(),
            near: String::new(),
        })?;
        let refuse = |reason: String, offset| PayloadError::Malformed { offset, reason, near: String::new() };
        // An array would be taken for the values of the document in their order: rows would go by their place.
        if text.trim_start().starts_with('[') {
            return Err(refuse("expected an object with `table_name`, found an array".to_owned(), 0));
        }
        let document: Document<'_> = serde_json::from_str(text).map_err(|error| malformed(text, &error))?;
        let table = document
            .table_name
            .parse()
            .map_err(|error: crate::table::TableNameError| refuse(error.to_string(), 0))?;
        let chunks = document.chunks_to_upsert.map(RawValue::get).filter(|chunks| *chunks != "null");
        let start = chunks.map_or(0, |chunks| chunks.as_ptr().addr().saturating_sub(text.as_ptr().addr()));
        if chunks.is_some_and(|chunks| !chunks.starts_with('[')) {
            let offset = u64::try_from(start).unwrap_or(u64::MAX);
            return Err(refuse("expected `chunks_to_upsert` to be an array".to_owned(), offset));
        }
        let chunks = start..start + chunks.map_or(0, str::len);
        let files = document.files_to_delete.unwrap_or_default();
        Ok(Self { table, chunks, files, body })
    }

    /// The table that it asks for. Whether it may be written is the caller's to say.
    pub fn table(&self) -> &TableName {
        &self.table
    }

    /// What is to be done, on top of what else was said, and the chunks: a JSON array, or nothing at all.
    ///
    /// # Errors
    /// [`PayloadError::Empty`] if there is nothing to do.
    pub fn into_load(mut self, load: Load) -> Result<(Load, Vec<u8>), PayloadError> {
        if self.chunks.is_empty() && self.files.is_empty() {
            return Err(PayloadError::Empty);
        }
        let [column, key] = SOURCE.map(str::to_owned);
        let load = Load {
            table: self.table,
            mode: Mode::Upsert { key: Key::Primary, update: Update::All },
            delete: Some(Deletion { path: FieldPath { column, inside: vec![key] }, values: self.files }),
            ..load
        };
        self.body.truncate(self.chunks.end);
        self.body.drain(..self.chunks.start);
        Ok((load, self.body))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(payload: &str) -> Result<Librarian, PayloadError> {
        Librarian::read(Box::new(Cursor::new(payload.as_bytes().to_vec())))
    }

    #[test]
    fn members_come_in_any_order_and_others_are_ignored() {
        let payload = r#"{"files_to_delete":["a.md"],"other":{},"chunks_to_upsert": [{"id":"1"}] ,"table_name":"docs.chunks"}"#;
        let librarian = read(payload).unwrap();
        assert_eq!(librarian.table().to_string(), "docs.chunks");
        assert_eq!(payload.get(librarian.chunks.clone()), Some(r#"[{"id":"1"}]"#));
        assert_eq!(librarian.files, ["a.md"]);
        assert!(read(r#"{"table_name":"t","chunks_to_upsert":null,"files_to_delete":["x"]}"#).is_ok());
    }

    #[test]
    fn what_is_no_such_payload_is_said() {
        for (payload, said) in [
            (r#"{"chunks_to_upsert":[]}"#, "missing field `table_name`"),
            (r#"{"table_name":"a b"}"#, "is not a table name"),
            (
                r#"{"table_name":"t","chunks_to_upsert":{}}"#,
                "byte 37: expected `chunks_to_upsert` to be an array",
            ),
            (r#"{"table_name":"t","files_to_delete":[1]}"#, "invalid type: integer `1`, expected a string"),
            ("[]", "byte 0: expected an object"),
            (r#"["t",[{"id":1}],["a.md"]]"#, "byte 0: expected an object"),
            ("", "EOF"),
        ] {
            let error = read(payload).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        let load = Load::append("t".parse().unwrap());
        let empty = read(r#"{"table_name":"t"}"#).unwrap().into_load(load);
        assert!(matches!(empty, Err(PayloadError::Empty)));
    }
}
