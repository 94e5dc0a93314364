//! Cut into pieces, a payload is the same: the pieces are within their limit, and read one after another they give the records of
//! the whole.

use super::reading::{FORMATS, Reading, Seen, at_once, by_each_plan, read};
use crate::plan::Plan;
use crate::records::{Format, Pieces};

/// Bytes into pieces.
pub fn pieces(payload: &[u8]) {
    by_each_plan(|plan| FORMATS.into_iter().for_each(|format| cut(format, payload, plan)));
}

fn cut(format: Format, payload: &[u8], plan: &Plan<'_>) {
    let whole = read(format, at_once(payload), plan);
    for limit in [16, 40, 1 << 20] {
        let (joined, complete) = joined(format, payload, limit, plan);
        let same = whole.records.get(..joined.records.len()) == Some(&joined.records);
        assert!(same, "in pieces of {limit}: {joined:?} of {whole:?}");
        // A header with nothing below it is not looked at: there is nothing to send.
        if complete && !joined.records.is_empty() {
            // Where exactly a fault lies is counted from the beginning of each piece.
            assert_eq!(joined.end.is_ok(), whole.end.is_ok(), "{joined:?} of {whole:?}");
            assert_eq!(joined.records.len(), whole.records.len(), "in pieces of {limit}");
        }
    }
}

/// What all pieces are read as, up to the first fault; and whether there was none in cutting them.
fn joined(format: Format, payload: &[u8], limit: usize, plan: &Plan<'_>) -> (Reading, bool) {
    let mut joined = Reading { records: Vec::new(), end: Ok(()) };
    let pieces = match Pieces::new(format, Box::new(at_once(payload)), limit) {
        Ok(pieces) => pieces,
        Err(_) => return (joined, false),
    };
    for piece in pieces {
        let Ok(piece) = piece else { return (joined, false) };
        assert!(piece.bytes.len() <= limit && piece.records > 0, "{piece:?}, limit {limit}");
        let part = read(format, at_once(&piece.bytes), plan);
        if part.end.is_ok() {
            assert_eq!(
                part.records.len() as u64,
                piece.records,
                "{:?}",
                String::from_utf8_lossy(&piece.bytes)
            );
        }
        let before = joined.records.len() as u64;
        joined
            .records
            .extend(part.records.into_iter().map(|seen| Seen { index: before + seen.index, ..seen }));
        joined.end = part.end;
        if joined.end.is_err() {
            break;
        }
    }
    (joined, true)
}
