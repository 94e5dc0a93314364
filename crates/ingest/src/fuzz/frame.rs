//! The framer: however the bytes arrive, it finds the same records, and they are those that the JSON library finds.

use super::reference;
use crate::records::frame::{Frame, Framer};

/// The records, or the byte where the payload stops to be one and what was expected there.
type Found = Result<Vec<Vec<u8>>, (usize, &'static str)>;

/// Bytes into the framer.
pub fn frame(payload: &[u8]) {
    let whole = found(payload, payload.len());
    for step in (1..8).chain([payload.len() / 2 + 1]) {
        assert_eq!(found(payload, step), whole, "in steps of {step}");
    }
    if let Err((at, _)) = whole {
        assert!(at <= payload.len(), "byte {at} of {}", payload.len());
    }
    let valid = |record: &Vec<u8>| std::str::from_utf8(record).is_ok_and(reference::is_value);
    let records = whole.ok().filter(|records| records.iter().all(valid));
    let expected = reference::records(payload);
    let expected = expected.map(|texts| texts.into_iter().map(|text| text.as_bytes().to_vec()).collect());
    assert_eq!(records, expected, "as the JSON library reads it");
}

/// Feeds so many bytes at a time.
fn found(payload: &[u8], step: usize) -> Found {
    let mut framer = Framer::default();
    let (mut buffer, mut records) = (Vec::new(), Vec::new());
    let (mut rest, mut base, mut from) = (payload, 0, 0);
    loop {
        match framer.next(&buffer, from, rest.is_empty()) {
            Frame::Record(range) => {
                assert!(range.start >= from && range.end > range.start, "{range:?} from {from}");
                assert!(range.end <= buffer.len(), "{range:?} of {}", buffer.len());
                from = range.end;
                records.push(buffer.get(range).unwrap_or_default().to_vec());
            }
            Frame::NeedMore { keep_from } => {
                assert!(!rest.is_empty(), "more is wanted than there is");
                buffer.drain(..keep_from);
                (base, from) = (base + keep_from, 0);
                let (next, behind) = rest.split_at(step.clamp(1, rest.len()));
                buffer.extend_from_slice(next);
                rest = behind;
            }
            Frame::End => return Ok(records),
            Frame::Malformed { at, expected } => return Err((base + at, expected)),
        }
    }
}
