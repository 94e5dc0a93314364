//! Dates and times, counted from 2000-01-01 as PostgreSQL counts them, in microseconds or days.

use bytes::{BufMut, BytesMut};
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::literal::{Literal, ValueError, wrong};

/// 2000-01-01T00:00:00Z in microseconds since 1970-01-01.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;
const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

const DATE_FORM: &str = "a date as 2013-01-31";
const TIME_FORM: &str = "a time as 05:15:00";
const TIMETZ_FORM: &str = "a time as 05:15:00+02:00";
const INTERVAL_FORM: &str = "an interval as P1DT2H or 1 day 02:00:00";
const TIMESTAMP_FORM: &str = "a time as 2013-01-31T05:15:00Z";

/// Days since 2000-01-01. `infinity` and `-infinity` are PostgreSQL's.
pub(super) fn date(literal: &Literal<'_>) -> Result<i32, ValueError> {
    let text = text_of(literal, DATE_FORM)?;
    match text {
        "infinity" => return Ok(i32::MAX),
        "-infinity" => return Ok(i32::MIN),
        _ => {}
    }
    let date: Date = text.parse().map_err(|_| wrong(DATE_FORM, literal))?;
    let micros = utc_micros(date.at(0, 0, 0, 0)).ok_or_else(|| wrong(DATE_FORM, literal))?;
    i32::try_from((micros - POSTGRES_EPOCH).div_euclid(MICROSECONDS_A_DAY))
        .map_err(|_| wrong(DATE_FORM, literal))
}

/// Microseconds since midnight.
pub(super) fn time(literal: &Literal<'_>) -> Result<i64, ValueError> {
    let text = text_of(literal, TIME_FORM)?;
    let time: Time = text.parse().map_err(|_| wrong(TIME_FORM, literal))?;
    micros_since_midnight(time).ok_or_else(|| wrong(TIME_FORM, literal))
}

fn micros_since_midnight(time: Time) -> Option<i64> {
    let nanos = time.duration_since(Time::midnight()).as_nanos();
    i64::try_from((nanos + 500) / 1_000).ok()
}

/// Microseconds since 2000-01-01T00:00:00 UTC, for both kinds of timestamp. A text without an offset is UTC; one with an offset is
/// brought to UTC, for a column without a time zone, too.
pub(super) fn timestamp(literal: &Literal<'_>) -> Result<i64, ValueError> {
    let text = text_of(literal, TIMESTAMP_FORM)?;
    match text {
        "infinity" => return Ok(i64::MAX),
        "-infinity" => return Ok(i64::MIN),
        _ => {}
    }
    let micros = if has_offset(text) {
        text.parse::<Timestamp>().ok().and_then(micros_of)
    } else {
        text.parse::<DateTime>().ok().and_then(utc_micros)
    };
    micros.map(|micros| micros - POSTGRES_EPOCH).ok_or_else(|| wrong(TIMESTAMP_FORM, literal))
}

/// Appends a `timetz`: microseconds since midnight, and the offset in seconds west of Greenwich. Without an offset it is UTC.
pub(super) fn encode_timetz(literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let text = text_of(literal, TIMETZ_FORM)?;
    // A time with an offset is read as part of a date with one.
    let dated = format!("2000-01-01T{text}");
    let pieces = Pieces::parse(&dated).map_err(|_| wrong(TIMETZ_FORM, literal))?;
    let time = pieces.time().ok_or_else(|| wrong(TIMETZ_FORM, literal))?;
    let east = pieces.to_numeric_offset().map_or(0, jiff::tz::Offset::seconds);
    out.put_i64(micros_since_midnight(time).ok_or_else(|| wrong(TIMETZ_FORM, literal))?);
    out.put_i32(-east);
    Ok(())
}

/// Appends an `interval`: microseconds, days and months, each for itself. ISO 8601 (`P1DT2H`) or words (`1 day 02:00:00`).
pub(super) fn encode_interval(literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let text = text_of(literal, INTERVAL_FORM)?;
    let span: Span = text.parse().map_err(|_| wrong(INTERVAL_FORM, literal))?;
    let micros = i128::from(span.get_hours()) * 3_600_000_000
        + i128::from(span.get_minutes()) * 60_000_000
        + i128::from(span.get_seconds()) * 1_000_000
        + i128::from(span.get_milliseconds()) * 1_000
        + i128::from(span.get_microseconds())
        + (i128::from(span.get_nanoseconds()) + 500).div_euclid(1_000);
    out.put_i64(i64::try_from(micros).map_err(|_| wrong(INTERVAL_FORM, literal))?);
    out.put_i32(span.get_weeks() * 7 + span.get_days());
    out.put_i32(i32::from(span.get_years()) * 12 + span.get_months());
    Ok(())
}

fn text_of<'a>(literal: &'a Literal<'_>, form: &'static str) -> Result<&'a str, ValueError> {
    match literal {
        Literal::Text(text) => Ok(text.trim()),
        _ => Err(wrong(form, literal)),
    }
}

/// Whether a `Z` or an offset follows the date (ten characters) and the time.
fn has_offset(text: &str) -> bool {
    text.as_bytes()
        .get(10..)
        .is_some_and(|time| time.iter().any(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-')))
}

fn utc_micros(datetime: DateTime) -> Option<i64> {
    datetime.to_zoned(TimeZone::UTC).ok().and_then(|zoned| micros_of(zoned.timestamp()))
}

/// To the nearest microsecond: PostgreSQL has no smaller unit.
fn micros_of(timestamp: Timestamp) -> Option<i64> {
    i64::try_from((timestamp.as_nanosecond() + 500).div_euclid(1_000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Literal<'_> {
        Literal::Text(value.into())
    }

    #[test]
    fn the_epoch_is_2000() {
        assert_eq!(date(&text("2000-01-01")), Ok(0));
        assert_eq!(date(&text("1999-12-31")), Ok(-1));
        assert_eq!(timestamp(&text("2000-01-01T00:00:01Z")), Ok(1_000_000));
        assert_eq!(timestamp(&text("1999-12-31 23:59:59.5")), Ok(-500_000));
    }

    #[test]
    fn an_offset_is_brought_to_utc() {
        assert_eq!(timestamp(&text("2000-01-01T02:00:00+02:00")), Ok(0));
        assert_eq!(timestamp(&text("1999-12-31 16:00:00-08")), Ok(0));
        assert_eq!(timestamp(&text("2000-01-01")), Ok(0));
    }

    #[test]
    fn nanoseconds_are_rounded() {
        assert_eq!(timestamp(&text("2000-01-01T00:00:00.0000015Z")), Ok(2));
        assert_eq!(time(&text("00:00:00.000001499")), Ok(1));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in ["", "2013-02-30", "yesterday", "20130131x", "2013-01-31T25:00:00Z"] {
            assert!(timestamp(&text(bad)).is_err(), "{bad}");
        }
        assert!(date(&Literal::Number("20130131")).is_err());
    }
}
