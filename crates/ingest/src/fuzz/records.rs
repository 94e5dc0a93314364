//! The way from bytes to rows: it does not matter how the bytes arrive or whether they are compressed, a record is what the JSON
//! library says it is, and each becomes a row of the COPY format or a reject, never both and never neither.

use std::collections::BTreeMap;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::reading::{
    FORMATS, Field, Reading, Seen, at_once, by_each_plan, dribbled, gzipped, read, read_with, zstd_framed,
};
use super::{binary, reference};
use crate::encoder::Encoder;
use crate::group::STAGE_FIELDS;
use crate::mapping::Mapping;
use crate::plan::Plan;
use crate::records::{Format, RecordFault};
use crate::table::Table;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Bytes into records and rows.
pub fn records(payload: &[u8]) {
    by_each_plan(|plan| FORMATS.into_iter().for_each(|format| read_as(format, payload, plan)));
}

fn read_as(format: Format, payload: &[u8], plan: &Plan<'_>) {
    let mut encoder = Encoder::new(plan);
    let reading = read_with(format, at_once(payload), plan, |record| {
        encoder.push(record);
    });
    rows(encoder, &reading, plan);
    let indexes = reading.records.iter().map(|record| record.index);
    assert!(indexes.eq(0..reading.records.len() as u64), "{reading:?}");
    // A byte at a time, unless that would take for ever.
    for step in [1, 3, 1000].into_iter().filter(|step| payload.len() / step < 10_000) {
        let dribbled = read(format, dribbled(payload, step), plan);
        if reading.end.is_ok() || !is_compressed(payload) {
            assert_eq!(dribbled, reading, "in steps of {step}");
        }
        // How far one comes before a damaged place in compressed bytes, and so which fault is met first, is left to the library.
        assert!(dribbled.end.is_err() || reading.end.is_ok(), "in steps of {step}: {dribbled:?}");
    }
    if !is_compressed(payload) {
        compressed(format, payload, &reading, plan);
        if format == Format::Json {
            as_the_library_reads(payload, &reading, plan);
        }
    }
}

/// Compressed or not is the same; and what breaks off is never taken for the end.
fn compressed(format: Format, payload: &[u8], reading: &Reading, plan: &Plan<'_>) {
    let (first, second) = payload.split_at(payload.len() / 2);
    let sum: usize = payload.iter().map(|byte| usize::from(*byte)).sum();
    // Shorter than its magic number it is not known to be compressed.
    for (magic, pack) in [(2, gzipped as fn(&[u8]) -> Vec<u8>), (4, zstd_framed)] {
        let parts = [pack(first), pack(second)].concat();
        assert_eq!(read(format, at_once(&parts), plan), *reading, "compressed");
        let whole = pack(payload);
        let cut = magic + sum % (whole.len() - magic);
        let broken_off = read(format, at_once(whole.get(..cut).unwrap_or_default()), plan);
        assert!(broken_off.end.is_err(), "broken off at {cut} of {}: {broken_off:?}", whole.len());
    }
}

/// Whether the payload's first bytes say that it is compressed.
fn is_compressed(payload: &[u8]) -> bool {
    let skippable = matches!(payload, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
    skippable || payload.starts_with(&[0x1f, 0x8b]) || payload.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
}

/// A payload that is read to its end is one by the JSON library; the records and their values are the same.
fn as_the_library_reads(payload: &[u8], reading: &Reading, plan: &Plan<'_>) {
    let text = payload.strip_prefix(BYTE_ORDER_MARK).unwrap_or(payload);
    let Some(expected) = reference::records(text) else {
        assert!(reading.end.is_err(), "the JSON library does not read it: {reading:?}");
        return;
    };
    if reading.end.is_ok() {
        assert_eq!(reading.records.len(), expected.len(), "{reading:?}");
    }
    if plan.load.mapping == Mapping::default() {
        for (seen, text) in reading.records.iter().zip(expected) {
            assert_eq!(*seen, by_library(seen.index, text, plan.table));
        }
    }
}

/// A record by the library alone.
fn by_library(index: u64, text: &str, table: &Table) -> Seen {
    let mut values: Vec<Field> = table.columns.iter().map(|_| Field::Absent).collect();
    if !text.starts_with('{') {
        let found = crate::encode::shorten(text);
        return Seen { index, values, fault: Some(RecordFault::NotAnObject { found }) };
    }
    let mut unknown = None;
    for (key, value) in pairs(text) {
        match table.columns.iter().zip(&mut values).find(|(column, _)| column.name == key) {
            Some((_, slot)) if value == "null" => *slot = Field::Null,
            Some((_, slot)) => *slot = Field::Json(value),
            None => {
                unknown.get_or_insert(RecordFault::UnknownKey(crate::encode::shorten_name(&key)));
            }
        }
    }
    Seen { index, values, fault: unknown }
}

/// An object's keys and values in their order, those that come twice, too.
fn pairs(text: &str) -> Vec<(String, String)> {
    struct Pairs;
    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, String)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
                pairs.push((key, value.get().to_owned()));
            }
            Ok(pairs)
        }
    }
    let pairs = serde_json::Deserializer::from_str(text).deserialize_map(Pairs);
    assert!(pairs.is_ok(), "a record was taken that the JSON library does not read: {text}");
    pairs.unwrap_or_default()
}

/// Each record is one row of one group, with as many fields as the group has columns, or one reject.
fn rows(mut encoder: Encoder<'_>, reading: &Reading, plan: &Plan<'_>) {
    let in_front = if plan.staged { STAGE_FIELDS } else { 0 };
    assert_eq!(encoder.received(), reading.records.len() as u64);
    let rejects = encoder.rejects().total();
    let mut row_of: BTreeMap<u64, usize> = BTreeMap::new();
    for (at, group) in encoder.groups().iter_mut().enumerate() {
        let bytes = group.take();
        assert!(!group.columns().is_empty(), "a group without columns");
        let columns = in_front + group.columns().len();
        let counts = binary::rows(&bytes);
        assert!(counts.iter().all(|count| *count == columns), "{counts:?} fields in rows of {columns}");
        assert_eq!(group.sent(), counts.len() as u64);
        for row in 0..group.sent() {
            let record = group.record_of(row);
            let first = record.is_some_and(|record| row_of.insert(record, at).is_none());
            assert!(first, "row {row} of group {at} comes from record {record:?}");
        }
    }
    assert_eq!(row_of.len() as u64 + rejects, reading.records.len() as u64);
    for seen in &reading.records {
        assert!(seen.fault.is_none() || !row_of.contains_key(&seen.index), "stored with a fault: {seen:?}");
    }
}
