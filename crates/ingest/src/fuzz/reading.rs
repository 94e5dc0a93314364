//! A payload read to its end, in a form that can be compared: what was seen of each record, and how it ended.

use std::io::{Cursor, Read};

use bytes::Bytes;

use super::reference;
use crate::encode::{Cell, Encoding};
use crate::error::PayloadError;
use crate::load::{Load, OnReject};
use crate::mapping::Mapping;
use crate::plan::Plan;
use crate::records::{Format, Given, Record, RecordFault, Records};
use crate::table::{Column, Filled, Table, TableName};

/// What a payload was read as.
#[derive(Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) records: Vec<Seen>,
    pub(super) end: Result<(), String>,
}

/// One record.
#[derive(Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) index: u64,
    pub(super) values: Vec<Field>,
    pub(super) fault: Option<RecordFault>,
}

/// What a record has for a column.
#[derive(Debug, PartialEq)]
pub(super) enum Field {
    Absent,
    Null,
    Json(String),
    Text(String),
}

/// Both formats: every payload is tried as each.
pub(super) const FORMATS: [Format; 2] = [Format::Json, Format::Csv];

/// Reads a payload to its end.
pub(super) fn read(format: Format, input: impl Read + Send + 'static, plan: &Plan<'_>) -> Reading {
    read_with(format, input, plan, |_| {})
}

/// The same, and shows each record to `visit`.
pub(super) fn read_with(
    format: Format,
    input: impl Read + Send + 'static,
    plan: &Plan<'_>,
    mut visit: impl FnMut(&Record<'_>),
) -> Reading {
    let mut records = Vec::new();
    let read = || -> Result<(), PayloadError> {
        let mut reader = Records::new(format, Box::new(input))?;
        while let Some(record) = reader.next(&plan.fields)? {
            visit(&record);
            let values = (0..plan.table.columns.len()).map(|at| field(record.values.get(at))).collect();
            records.push(Seen { index: record.index, values, fault: record.fault });
        }
        Ok(())
    };
    let end = read().map_err(|error| format!("{} {error}", error.code()));
    Reading { records, end }
}

fn field(given: Given<'_>) -> Field {
    match given {
        Given::Absent => Field::Absent,
        Given::Null => Field::Null,
        Given::Value(Cell::Json(text)) => {
            assert!(reference::is_value(text), "no JSON: {text}");
            Field::Json(text.to_owned())
        }
        Given::Value(Cell::Field(text)) => Field::Text(text.to_owned()),
    }
}

/// The bytes as they are.
pub(super) fn at_once(payload: &[u8]) -> impl Read + Send + 'static {
    Cursor::new(Bytes::copy_from_slice(payload))
}

/// The bytes, never more than so many at a time.
pub(super) fn dribbled(payload: &[u8], step: usize) -> impl Read + Send + 'static {
    struct Dribble(Cursor<Bytes>, usize);
    impl Read for Dribble {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let most = buffer.len().min(self.1);
            self.0.read(buffer.get_mut(..most).unwrap_or_default())
        }
    }
    Dribble(Cursor::new(Bytes::copy_from_slice(payload)), step.max(1))
}

/// The bytes as gzip (RFC 1952) in blocks that are stored (RFC 1951, 3.2.4): a compressor would take most of a fuzzer's time.
pub(super) fn gzipped(payload: &[u8]) -> Vec<u8> {
    let mut zipped = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut rest = payload;
    loop {
        let (block, behind) = rest.split_at(rest.len().min(0xffff));
        let length = u16::try_from(block.len()).unwrap_or_default();
        zipped.push(u8::from(behind.is_empty()));
        zipped.extend(length.to_le_bytes());
        zipped.extend((!length).to_le_bytes());
        zipped.extend(block);
        rest = behind;
        if rest.is_empty() {
            break;
        }
    }
    let mut checksum = flate2::Crc::new();
    checksum.update(payload);
    zipped.extend(checksum.sum().to_le_bytes());
    zipped.extend(checksum.amount().to_le_bytes());
    zipped
}

/// The bytes as one frame of zstd (RFC 8878) in blocks that are stored, without a checksum.
pub(super) fn zstd_framed(payload: &[u8]) -> Vec<u8> {
    // One segment, its size in four bytes.
    let mut framed = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000];
    framed.extend(u32::try_from(payload.len()).unwrap_or_default().to_le_bytes());
    let mut rest = payload;
    loop {
        let (block, behind) = rest.split_at(rest.len().min(1 << 17));
        let head = u32::try_from(block.len()).unwrap_or_default() << 3 | u32::from(behind.is_empty());
        framed.extend(head.to_le_bytes().iter().take(3));
        framed.extend(block);
        rest = behind;
        if rest.is_empty() {
            return framed;
        }
    }
}

/// Calls `go` with each plan that payloads are read by: one that goes by the columns' names, and one with everything that a mapping can
/// say.
pub(super) fn by_each_plan(mut go: impl FnMut(&Plan<'_>)) {
    for mapping in [Mapping::default(), Mapping::from_json(MAPPING).unwrap_or_default()] {
        let load = Load { mapping, most_rejects: 3, on_reject: OnReject::EachKept, ..Load::append(name()) };
        let table = table();
        let plan = Plan::new(&load, &table);
        assert!(plan.is_ok(), "{plan:?}");
        plan.iter().for_each(&mut go);
    }
}

const MAPPING: &str = r#"{
    "columns": {
        "b": {"pointer": "/c/0"},
        "g": {"pointer": "/x/y"},
        "d": {"constant": 1.5},
        "rows": {"record": true}
    },
    "names": "snake",
    "unknown": {"column": "c"},
    "null": "absent"
}"#;

fn name() -> TableName {
    // A constant name is a name.
    "fuzz".parse().unwrap_or_else(|_| std::process::abort())
}

/// A table with a column of each kind that a record is treated differently for.
fn table() -> Table {
    let column = |name: &str, encoding, not_null, filled| Column {
        name: name.to_owned(),
        type_name: "type".to_owned(),
        type_oid: 0,
        encoding,
        not_null,
        filled,
    };
    let int4 = || Box::new(Encoding::Int4);
    let columns = vec![
        column("a", Encoding::Int4, true, Filled::Nobody),
        column("b", Encoding::Text { max: None }, false, Filled::Nobody),
        column("c", Encoding::Jsonb, false, Filled::Nobody),
        column("d", Encoding::Numeric, false, Filled::Default),
        column("e", Encoding::Timestamptz, true, Filled::Default),
        column("f", Encoding::Array { element_oid: 23, element: int4() }, false, Filled::Nobody),
        column("g", Encoding::Text { max: Some(3) }, false, Filled::Nobody),
        column("h", Encoding::Int8, true, Filled::Always),
        column("i", Encoding::Unsupported, false, Filled::Nobody),
        column("rows", Encoding::Json, false, Filled::Nobody),
        column("Ä ö", Encoding::Bool, false, Filled::Nobody),
    ];
    let (key, uniques) = (Vec::new(), Vec::new());
    Table { name: name(), columns, key, uniques, tells_row_versions: true, oid: 0, fingerprint: 0 }
}
