//! Numbers as moments: a count of seconds, milliseconds, … since 1970-01-01T00:00:00 UTC, for tables that are told so. Without being told,
//! a number is no moment: 1357034400 and 1357034400000 are both plausible, and only one is right.

use bytes::{BufMut, BytesMut};
use serde::Deserialize;

use super::datetime::{self, MICROSECONDS_A_DAY};
use super::literal::{Cell, Literal, ValueError};
use super::numeric::Decimal;
use super::{Encoding, encode_scalar};

/// 1970-01-01T00:00:00Z in microseconds since 2000-01-01, where PostgreSQL counts from.
const UNIX_EPOCH: i128 = -946_684_800_000_000;

/// What a number counts in a column of dates or timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Epoch {
    /// Seconds since 1970, as `date +%s` and most of Unix.
    Seconds,
    /// Milliseconds since 1970, as JavaScript and Java.
    Milliseconds,
    /// Microseconds since 1970.
    Microseconds,
    /// Nanoseconds since 1970; PostgreSQL keeps the nearest microsecond.
    Nanoseconds,
}

impl Epoch {
    /// The power of ten that makes microseconds of its numbers.
    fn exponent(self) -> i64 {
        match self {
            Epoch::Seconds => 6,
            Epoch::Milliseconds => 3,
            Epoch::Microseconds => 0,
            Epoch::Nanoseconds => -3,
        }
    }
}

impl Encoding {
    /// The same encoding, with numbers counted so wherever a date or a timestamp stands in it: in arrays and ranges, too.
    #[must_use]
    pub(crate) fn with_epoch(self, epoch: Epoch) -> Self {
        let within = |inner: Box<Encoding>| Box::new(inner.with_epoch(epoch));
        match self {
            Encoding::Date | Encoding::Timestamp | Encoding::Timestamptz => {
                Encoding::Epoch { epoch, of: Box::new(self) }
            }
            Encoding::Epoch { of, .. } => Encoding::Epoch { epoch, of },
            Encoding::Array { element_oid, element } => {
                Encoding::Array { element_oid, element: within(element) }
            }
            Encoding::Range { subtype } => Encoding::Range { subtype: within(subtype) },
            Encoding::Multirange { subtype } => Encoding::Multirange { subtype: within(subtype) },
            other => other,
        }
    }
}

/// Appends a moment from a number, or from a text of one; anything else is left to the type. A date is the day in UTC.
pub(super) fn encode(
    cell: Cell<'_>,
    epoch: Epoch,
    of: &Encoding,
    out: &mut BytesMut,
) -> Result<(), ValueError> {
    let literal = cell.literal()?;
    let number = match &literal {
        Literal::Number(text) => Decimal::parse(text),
        Literal::Text(text) => Decimal::parse(text.trim()),
        Literal::Bool(_) | Literal::Nested(_) => None,
    };
    let Some(number) = number else { return encode_scalar(of, literal, out) };
    // What does not fit into 128 bits is beyond every limit.
    let micros = number.scaled(epoch.exponent()).unwrap_or(i128::MAX / 2) + UNIX_EPOCH;
    if matches!(of, Encoding::Date) {
        let days = micros.div_euclid(i128::from(MICROSECONDS_A_DAY));
        out.put_i32(datetime::date_of(i64::try_from(days).unwrap_or(i64::MAX), &literal)?);
    } else {
        out.put_i64(datetime::timestamp_of(micros, &literal)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(cell: Cell<'_>, epoch: Epoch) -> Result<i64, ValueError> {
        let mut out = BytesMut::new();
        encode(cell, epoch, &Encoding::Timestamptz, &mut out)?;
        Ok(i64::from_be_bytes(out[..].try_into().unwrap()))
    }

    #[test]
    fn numbers_count_from_1970_exactly() {
        for (number, epoch, micros) in [
            ("946684800", Epoch::Seconds, 0),
            ("946684800.000001", Epoch::Seconds, 1),
            ("946684799.9999994", Epoch::Seconds, -1),
            ("9.46684801e8", Epoch::Seconds, 1_000_000),
            ("946684800001", Epoch::Milliseconds, 1_000),
            ("946684800000000", Epoch::Microseconds, 0),
            ("946684800000000500", Epoch::Nanoseconds, 1),
            ("-0", Epoch::Seconds, -946_684_800_000_000),
        ] {
            assert_eq!(moment(Cell::Json(number), epoch), Ok(micros), "{number}");
            assert_eq!(moment(Cell::Field(number), epoch), Ok(micros), "{number}");
        }
        assert_eq!(moment(Cell::Json(r#""2000-01-01""#), Epoch::Seconds), Ok(0));
    }

    #[test]
    fn a_wrong_unit_is_out_of_range_rather_than_another_time() {
        for number in ["1357034400000000", "1e400000000", "-1e30", "-1357034400000000"] {
            assert!(
                matches!(moment(Cell::Json(number), Epoch::Seconds), Err(ValueError::Range { .. })),
                "{number}"
            );
        }
    }

    #[test]
    fn it_reaches_into_arrays_and_ranges() {
        let range = Encoding::Range { subtype: Box::new(Encoding::Date) };
        let nested = Encoding::Array { element_oid: 3912, element: Box::new(range) };
        let expected = Encoding::Epoch { epoch: Epoch::Milliseconds, of: Box::new(Encoding::Date) };
        let expected = Encoding::Range { subtype: Box::new(expected) };
        let expected = Encoding::Array { element_oid: 3912, element: Box::new(expected) };
        assert_eq!(nested.clone().with_epoch(Epoch::Milliseconds), expected);
        assert_eq!(nested.with_epoch(Epoch::Seconds).with_epoch(Epoch::Milliseconds), expected);
        assert_eq!(Encoding::Text { max: None }.with_epoch(Epoch::Seconds), Encoding::Text { max: None });
    }

    proptest::proptest! {
        /// Every microsecond that the server can store, written as a count of each unit, is that microsecond.
        #[test]
        fn no_microsecond_is_lost(micros in -211_813_488_000_000_000_i64..9_223_371_331_200_000_000) {
            let since_1970 = i128::from(micros) - UNIX_EPOCH;
            let sign = if since_1970 < 0 { "-" } else { "" };
            for (epoch, digits) in [(Epoch::Seconds, 6), (Epoch::Milliseconds, 3), (Epoch::Microseconds, 0)] {
                let unit = 10_u128.pow(digits);
                let (whole, part) = (since_1970.unsigned_abs() / unit, since_1970.unsigned_abs() % unit);
                let width = usize::try_from(digits).unwrap();
                let written = format!("{sign}{whole}.{part:0width$}0");
                assert_eq!(moment(Cell::Json(&written), epoch), Ok(micros), "{written}");
            }
            let written = format!("{sign}{}000", since_1970.unsigned_abs());
            assert_eq!(moment(Cell::Field(&written), Epoch::Nanoseconds), Ok(micros), "{written}");
        }
    }
}
