//! Values into PostgreSQL's binary format, sans-IO. Here: the choice of an encoder by column type, and the frame
//! (length, or -1 for null) around each value. Each family of types has a file of its own; what a value looks like
//! before it is encoded is `literal`'s.

mod array;
mod array_text;
mod bits;
mod datetime;
mod epoch;
mod fallback;
mod hstore;
mod interval;
mod json;
mod literal;
mod network;
mod number;
mod numeric;
mod point;
mod range;
mod scan;
mod sparse;
mod text;
mod vector;

use bytes::{BufMut, BytesMut};

pub use epoch::Epoch;
pub(crate) use fallback::encode_as_text;
pub(crate) use literal::{Cell, ValueError, shorten, shorten_name, shorten_words};
use literal::{Literal, wrong};

/// How the values of a column are encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `boolean`
    Bool,
    /// `smallint`
    Int2,
    /// `integer`
    Int4,
    /// `bigint`
    Int8,
    /// `oid`
    Oid,
    /// `real`
    Float4,
    /// `double precision`
    Float8,
    /// `numeric`, exact from its text
    Numeric,
    /// `text`, `varchar(n)`, `char(n)`, with the length in characters where there is one
    Text {
        /// The most characters that it holds.
        max: Option<u32>,
    },
    /// `citext`
    Citext,
    /// `name`: at most 63 bytes
    Name,
    /// An enumeration: its label as text
    Enum,
    /// `bytea`
    Bytea,
    /// `uuid`
    Uuid,
    /// `date`
    Date,
    /// `time`
    Time,
    /// `timetz`
    Timetz,
    /// `interval`
    Interval,
    /// `timestamp`
    Timestamp,
    /// `timestamptz`
    Timestamptz,
    /// `inet`
    Inet,
    /// `cidr`
    Cidr,
    /// `macaddr` and `macaddr8`, with their length
    Mac {
        /// 6 or 8.
        bytes: usize,
    },
    /// `bit(n)`, with the number of bits
    Bit {
        /// How many bits it has; any number where the column does not say.
        length: Option<u32>,
    },
    /// `varbit(n)`
    Varbit {
        /// The most bits that it holds.
        max: Option<u32>,
    },
    /// `point`
    Point,
    /// pgvector's `vector(n)`
    Vector {
        /// How many elements it has; any number where the column does not say.
        dimensions: Option<u32>,
    },
    /// pgvector's `halfvec(n)`
    HalfVector {
        /// How many elements it has; any number where the column does not say.
        dimensions: Option<u32>,
    },
    /// pgvector's `sparsevec(n)`
    SparseVector {
        /// How many dimensions it has; any number where the column does not say.
        dimensions: Option<u32>,
    },
    /// `hstore`, from an object of texts
    Hstore,
    /// `json`
    Json,
    /// `jsonb`
    Jsonb,
    /// An array of any of the others
    Array {
        /// The element's type in the catalogue.
        element_oid: u32,
        /// How an element is encoded.
        element: Box<Encoding>,
    },
    /// A range of any of the others
    Range {
        /// How a bound is encoded.
        subtype: Box<Encoding>,
    },
    /// A multirange, which is a list of ranges
    Multirange {
        /// How a bound is encoded.
        subtype: Box<Encoding>,
    },
    /// A date or a timestamp that may be a number, too
    Epoch {
        /// What the number counts.
        epoch: Epoch,
        /// The type: `Date`, `Timestamp` or `Timestamptz`.
        of: Box<Encoding>,
    },
    /// A type that this version does not encode.
    Unsupported,
}

impl Encoding {
    /// Whether two values of the type can be told apart by what the server prints only: it has no equality for them, or one that does not
    /// see every difference (`Ä` and `ä`, a day and 24 hours).
    pub(crate) fn is_told_apart_as_text(&self) -> bool {
        match self {
            Encoding::Json
            | Encoding::Point
            | Encoding::Citext
            | Encoding::Interval
            | Encoding::Unsupported => true,
            Encoding::Array { element: inner, .. }
            | Encoding::Range { subtype: inner }
            | Encoding::Multirange { subtype: inner } => inner.is_told_apart_as_text(),
            _ => false,
        }
    }
}

/// Appends one value, with its length in front, as `COPY … (format binary)` and `Bind` both have it.
///
/// On an error `out` holds a part of the value; the caller cuts it back to the row's start.
pub(crate) fn encode(encoding: &Encoding, cell: Cell<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    framed(out, |out| match encoding {
        Encoding::Json => json::encode(cell, out),
        Encoding::Jsonb => json::encode_b(cell, out),
        Encoding::Hstore => hstore::encode(cell, out),
        Encoding::Point => point::encode(cell, out),
        Encoding::Vector { dimensions } => vector::encode(cell, *dimensions, out),
        Encoding::HalfVector { dimensions } => vector::encode_half(cell, *dimensions, out),
        Encoding::SparseVector { dimensions } => sparse::encode(cell, *dimensions, out),
        Encoding::Array { element_oid, element } => array::encode(cell, *element_oid, element, out),
        Encoding::Range { subtype } => range::encode(cell, subtype, out),
        Encoding::Multirange { subtype } => range::encode_multi(cell, subtype, out),
        Encoding::Epoch { epoch, of } => epoch::encode(cell, *epoch, of, out),
        scalar => encode_scalar(scalar, cell.literal()?, out),
    })
}

/// Appends what `encode` appends, with its length in front.
fn framed(
    out: &mut BytesMut,
    encode: impl FnOnce(&mut BytesMut) -> Result<(), ValueError>,
) -> Result<(), ValueError> {
    let start = out.len();
    out.put_i32(0);
    encode(out)?;
    patch_length(out, start)
}

/// Appends the mark of a null value.
pub(crate) fn encode_null(out: &mut BytesMut) {
    out.put_i32(-1);
}

fn encode_scalar(encoding: &Encoding, literal: Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    match encoding {
        Encoding::Bool => out.put_u8(u8::from(number::boolean(&literal)?)),
        Encoding::Int2 => out.put_i16(number::integer(&literal)?),
        Encoding::Int4 => out.put_i32(number::integer(&literal)?),
        Encoding::Int8 => out.put_i64(number::integer(&literal)?),
        Encoding::Oid => out.put_u32(number::integer(&literal)?),
        Encoding::Float4 => out.put_f32(number::float4(&literal)?),
        Encoding::Float8 => out.put_f64(number::float8(&literal)?),
        Encoding::Numeric => numeric::encode(&literal, out)?,
        Encoding::Text { max } => text::encode(&literal, *max, out)?,
        Encoding::Citext => text::encode(&literal, None, out)?,
        Encoding::Name => text::encode_name(&literal, out)?,
        Encoding::Enum => text::encode_label(&literal, out)?,
        Encoding::Bytea => text::encode_bytea(&literal, out)?,
        Encoding::Uuid => text::encode_uuid(&literal, out)?,
        Encoding::Date => out.put_i32(datetime::date(&literal)?),
        Encoding::Time => out.put_i64(datetime::time(&literal)?),
        Encoding::Timetz => datetime::encode_timetz(&literal, out)?,
        Encoding::Interval => interval::encode(&literal, out)?,
        Encoding::Bit { length } => bits::encode(&literal, *length, out)?,
        Encoding::Varbit { max } => bits::encode_varying(&literal, *max, out)?,
        Encoding::Inet => network::encode_inet(&literal, out)?,
        Encoding::Cidr => network::encode_cidr(&literal, out)?,
        Encoding::Mac { bytes } => network::encode_mac(&literal, *bytes, out)?,
        Encoding::Timestamp | Encoding::Timestamptz => out.put_i64(datetime::timestamp(&literal)?),
        Encoding::Json
        | Encoding::Jsonb
        | Encoding::Hstore
        | Encoding::Point
        | Encoding::Vector { .. }
        | Encoding::HalfVector { .. }
        | Encoding::SparseVector { .. }
        | Encoding::Array { .. }
        | Encoding::Range { .. }
        | Encoding::Multirange { .. }
        | Encoding::Epoch { .. }
        | Encoding::Unsupported => {
            return Err(wrong("a value of a type that can be encoded", &literal));
        }
    }
    Ok(())
}

/// Writes the length of what was appended since `start` into the four bytes there.
fn patch_length(out: &mut BytesMut, start: usize) -> Result<(), ValueError> {
    let length = i32::try_from(out.len() - start - 4).map_err(|_| ValueError::TooLong {
        limit: "1 GB".to_owned(),
        found: format!("{} bytes", out.len() - start - 4),
    })?;
    if let Some(frame) = out.get_mut(start..start + 4) {
        frame.copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn every_encoding() -> Vec<Encoding> {
        let boxed = Box::new;
        let mut all = vec![
            Encoding::Bool,
            Encoding::Int2,
            Encoding::Int8,
            Encoding::Oid,
            Encoding::Float4,
            Encoding::Float8,
            Encoding::Numeric,
            Encoding::Text { max: None },
            Encoding::Text { max: Some(3) },
            Encoding::Citext,
            Encoding::Name,
            Encoding::Enum,
            Encoding::Bytea,
            Encoding::Uuid,
            Encoding::Date,
            Encoding::Time,
            Encoding::Timetz,
            Encoding::Interval,
            Encoding::Timestamp,
            Encoding::Inet,
            Encoding::Cidr,
            Encoding::Mac { bytes: 6 },
            Encoding::Mac { bytes: 8 },
            Encoding::Bit { length: Some(3) },
            Encoding::Varbit { max: None },
            Encoding::Point,
            Encoding::Vector { dimensions: None },
            Encoding::HalfVector { dimensions: Some(2) },
            Encoding::SparseVector { dimensions: None },
            Encoding::Hstore,
            Encoding::Json,
            Encoding::Jsonb,
            Encoding::Epoch { epoch: Epoch::Seconds, of: boxed(Encoding::Date) },
            Encoding::Epoch { epoch: Epoch::Nanoseconds, of: boxed(Encoding::Timestamptz) },
            Encoding::Unsupported,
        ];
        for inner in all.clone() {
            all.push(Encoding::Range { subtype: boxed(inner.clone()) });
            all.push(Encoding::Multirange { subtype: boxed(inner.clone()) });
            all.push(Encoding::Array { element_oid: 1, element: boxed(inner) });
        }
        all
    }

    /// Pieces of what the types are written with, so that a random text is often nearly right.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("2013-01-31"),
            Just("T05:15:60.999999999Z"),
            Just("24:00:00"),
            Just("+15:59"),
            Just(" BC"),
            Just("P1Y"),
            Just("-1 days"),
            Just("ago"),
            Just("9999999999999999999999"),
            Just("e-999999999999999999999"),
            Just("1e309"),
            Just("."),
            Just("-"),
            Just("infinity"),
            Just("NaN"),
            Just("NULL"),
            Just("empty"),
            Just("["),
            Just("]"),
            Just("{"),
            Just("}"),
            Just("("),
            Just(")"),
            Just(","),
            Just(":"),
            Just("\""),
            Just("\\"),
            Just("\\x"),
            Just("\\u0000"),
            Just("\\ud83d"),
            Just("=>"),
            Just("/"),
            Just("0"),
            Just("1"),
            Just("3.5"),
            Just("a"),
            Just("true"),
            Just("null"),
            Just("lower"),
            Just("bounds"),
            Just("10.0.0.1"),
            Just("::"),
            Just("08:00:2b"),
            Just("ä"),
            Just("😀"),
            Just(" "),
            Just("\0"),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        /// Whatever comes, there is an answer; and what is encoded has its own length in front.
        #[test]
        fn nothing_makes_an_encoder_panic(field in text()) {
            let string = serde_json::to_string(&field).unwrap();
            let json = serde_json::from_str::<&serde_json::value::RawValue>(&field).map(|raw| raw.get());
            let cells = [Some(Cell::Field(&field)), Some(Cell::Json(&string)), json.ok().map(Cell::Json)];
            for encoding in every_encoding() {
                for cell in cells.into_iter().flatten().filter(|cell| !matches!(cell, Cell::Json("null"))) {
                    let mut out = BytesMut::new();
                    if encode(&encoding, cell, &mut out).is_ok() {
                        let length = i32::from_be_bytes(out[..4].try_into().unwrap());
                        prop_assert_eq!(usize::try_from(length).unwrap(), out.len() - 4, "{:?}", encoding);
                    }
                }
            }
        }
    }
}
