//! The encoders: any cell by every encoding. What one takes has its type's binary form and, of a number, its value; what it does not
//! take it refuses in a few printable words.

use bytes::BytesMut;

use super::{binary, decimal::Number, reference};
use crate::encode::{Cell, Encoding, Epoch, ValueError, encode, encode_as_text};

/// Stands before what is appended: nothing that was there may change.
const BEFORE: &[u8] = b"before";

/// One cell into every column.
pub fn values(cell: &[u8]) {
    let Ok(text) = std::str::from_utf8(cell) else { return };
    let json = (reference::is_value(text) && text != "null").then_some(Cell::Json(text));
    let field = (!text.is_empty()).then_some(Cell::Field(text));
    // A field is the text that a JSON string holds.
    let quoted = serde_json::to_string(text).unwrap_or_default();
    for cell in json.into_iter().chain(field) {
        // A type without an encoder gets the text.
        appended(&Encoding::Text { max: None }, |out| encode_as_text(cell, out));
    }
    for encoding in encodings() {
        if let Some(cell) = json {
            let taken = taken(&encoding, cell);
            // The first four bytes are the length.
            let value = taken.as_deref().and_then(|taken| taken.get(4..)).unwrap_or_default();
            if text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
                && let Some(number) = Number::of_binary(&encoding, value)
            {
                assert_eq!(number, Number::of_json(text), "{encoding:?}");
            }
        }
        if let Some(cell) = field {
            let by_field = taken(&encoding, cell);
            match encoding {
                // What is a document is one in a field, too, and not a text.
                Encoding::Json | Encoding::Jsonb => {
                    if let Some(json) = json {
                        assert_eq!(by_field, taken(&encoding, json), "{encoding:?}");
                    }
                }
                _ => assert_eq!(by_field, taken(&encoding, Cell::Json(&quoted)), "{encoding:?}"),
            }
        }
    }
}

/// What an encoder appends for a cell, if it takes it.
fn taken(encoding: &Encoding, cell: Cell<'_>) -> Option<Vec<u8>> {
    appended(encoding, |out| encode(encoding, cell, out))
}

/// What is appended, which must be of this encoding.
fn appended(
    encoding: &Encoding,
    append: impl FnOnce(&mut BytesMut) -> Result<(), ValueError>,
) -> Option<Vec<u8>> {
    let mut out = BytesMut::from(BEFORE);
    let outcome = append(&mut out);
    let value = out.strip_prefix(BEFORE);
    assert!(value.is_some(), "{encoding:?} changed what was there");
    match outcome {
        Ok(()) => {
            binary::framed(encoding, value.unwrap_or_default());
            value.map(<[u8]>::to_vec)
        }
        Err(error) => {
            let words = error.to_string();
            assert!(
                words.chars().count() < 200 && !words.contains(char::is_control),
                "{encoding:?}: {words}"
            );
            None
        }
    }
}

/// Every encoding; arrays, ranges and multiranges of every one.
fn encodings() -> impl Iterator<Item = Encoding> {
    SCALARS
        .iter()
        .flat_map(|scalar| {
            let inner = || Box::new(scalar.clone());
            [
                scalar.clone(),
                Encoding::Array { element_oid: 7, element: inner() },
                Encoding::Range { subtype: inner() },
                Encoding::Multirange { subtype: inner() },
            ]
        })
        .chain(EPOCHS.iter().flat_map(|epoch| {
            [Encoding::Date, Encoding::Timestamptz]
                .map(|of| Encoding::Epoch { epoch: *epoch, of: Box::new(of) })
        }))
}

const EPOCHS: [Epoch; 4] = [Epoch::Seconds, Epoch::Milliseconds, Epoch::Microseconds, Epoch::Nanoseconds];

/// A new encoding belongs here as well as into `binary`, which does not compile without it.
const SCALARS: [Encoding; 36] = [
    Encoding::Bool,
    Encoding::Int2,
    Encoding::Int4,
    Encoding::Int8,
    Encoding::Oid,
    Encoding::Float4,
    Encoding::Float8,
    Encoding::Numeric,
    Encoding::Text { max: None },
    Encoding::Text { max: Some(3) },
    Encoding::Name,
    Encoding::Enum,
    Encoding::Bytea,
    Encoding::Uuid,
    Encoding::Date,
    Encoding::Time,
    Encoding::Timetz,
    Encoding::Interval,
    Encoding::Timestamp,
    Encoding::Timestamptz,
    Encoding::Inet,
    Encoding::Cidr,
    Encoding::Mac { bytes: 6 },
    Encoding::Mac { bytes: 8 },
    Encoding::Bit { length: None },
    Encoding::Bit { length: Some(3) },
    Encoding::Varbit { max: Some(9) },
    Encoding::Point,
    Encoding::Vector { dimensions: None },
    Encoding::Vector { dimensions: Some(2) },
    Encoding::HalfVector { dimensions: None },
    Encoding::SparseVector { dimensions: None },
    Encoding::Hstore,
    Encoding::Json,
    Encoding::Jsonb,
    Encoding::Unsupported,
];
