//! Dates and times, counted from 2000-01-01 as PostgreSQL counts them, in microseconds or days. Texts are read as the server reads
//! them, with two exceptions: what depends on a session's settings is fixed (year, month, day in this order; a text without an
//! offset is UTC), and what depends on names (zones, `now`, `today`) is refused. Spans of time are `interval`'s, numbers `epoch`'s.

use bytes::{BufMut, BytesMut};

use super::literal::{Literal, ValueError, wrong};
use super::scan::{Scanner, millionths, value_of};

pub(super) const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

/// Days of the first date that the server stores, 4714-11-24 BC, and of the first one beyond the last, 5874898-01-01.
const DATES: (i64, i64) = (-2_451_545, 2_145_031_949);
/// The same for timestamps, in microseconds: 4714-11-24 BC and 294277-01-01.
const TIMESTAMPS: (i64, i64) = (-211_813_488_000_000_000, 9_223_371_331_200_000_000);

const DATE_FORM: &str = "a date as 2013-01-31";
const TIME_FORM: &str = "a time as 05:15:00";
const TIMETZ_FORM: &str = "a time as 05:15:00+02:00";
const TIMESTAMP_FORM: &str = "a time as 2013-01-31T05:15:00Z";
const DATE_NUMBER: &str = "a date as 2013-01-31 (or, with the setting `epoch`, a number)";
const TIMESTAMP_NUMBER: &str = "a time as 2013-01-31T05:15:00Z (or, with the setting `epoch`, a number)";

/// Days since 2000-01-01. `infinity` and `-infinity` are PostgreSQL's. A time of day behind the date is read and dropped, as the server
/// does it: the date is the one that is written.
pub(super) fn date(literal: &Literal<'_>) -> Result<i32, ValueError> {
    let text = text_of(literal, DATE_FORM, DATE_NUMBER)?;
    if let Some(negative) = infinity(text) {
        return Ok(if negative { i32::MIN } else { i32::MAX });
    }
    let moment = Moment::parse(text).ok_or_else(|| wrong(DATE_FORM, literal))?;
    date_of(moment.days, literal)
}

/// A number of days as a date, if the server can store it.
pub(super) fn date_of(days: i64, literal: &Literal<'_>) -> Result<i32, ValueError> {
    let allowed = "4714-11-24 BC to 5874897-12-31";
    let inside = DATES.0 <= days && days < DATES.1;
    let days = i32::try_from(days).ok().filter(|_| inside);
    days.ok_or_else(|| ValueError::Range { allowed: allowed.into(), found: literal.excerpt() })
}

/// Microseconds since 2000-01-01T00:00:00 UTC, for both kinds of timestamp. A text without an offset is UTC; one with an offset is
/// brought to UTC, for a column without a time zone, too.
pub(super) fn timestamp(literal: &Literal<'_>) -> Result<i64, ValueError> {
    let text = text_of(literal, TIMESTAMP_FORM, TIMESTAMP_NUMBER)?;
    if let Some(negative) = infinity(text) {
        return Ok(if negative { i64::MIN } else { i64::MAX });
    }
    let moment = Moment::parse(text).ok_or_else(|| wrong(TIMESTAMP_FORM, literal))?;
    let micros = i128::from(moment.days) * i128::from(MICROSECONDS_A_DAY) + i128::from(moment.time)
        - i128::from(moment.east.unwrap_or(0)) * 1_000_000;
    timestamp_of(micros, literal)
}

/// A number of microseconds as a timestamp, if the server can store it.
pub(super) fn timestamp_of(micros: i128, literal: &Literal<'_>) -> Result<i64, ValueError> {
    let allowed = "4714-11-24 BC to 294276-12-31";
    let micros = i64::try_from(micros).ok().filter(|micros| (TIMESTAMPS.0..TIMESTAMPS.1).contains(micros));
    micros.ok_or_else(|| ValueError::Range { allowed: allowed.into(), found: literal.excerpt() })
}

/// Microseconds since midnight; `24:00:00` is the end of the day.
pub(super) fn time(literal: &Literal<'_>) -> Result<i64, ValueError> {
    let text = text_of(literal, TIME_FORM, TIME_FORM)?;
    let mut scanner = Scanner::new(text);
    time_of_day(&mut scanner).filter(|_| scanner.is_done()).ok_or_else(|| wrong(TIME_FORM, literal))
}

/// Appends a `timetz`: microseconds since midnight, and the offset in seconds west of Greenwich. Without an offset it is UTC.
pub(super) fn encode_timetz(literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let text = text_of(literal, TIMETZ_FORM, TIMETZ_FORM)?;
    let mut scanner = Scanner::new(text);
    let parsed = time_of_day(&mut scanner).zip(offset(&mut scanner)).filter(|_| scanner.is_done());
    let (micros, east) = parsed.ok_or_else(|| wrong(TIMETZ_FORM, literal))?;
    out.put_i64(micros);
    out.put_i32(-east.unwrap_or(0));
    Ok(())
}

fn text_of<'a>(
    literal: &'a Literal<'_>,
    form: &'static str,
    for_number: &'static str,
) -> Result<&'a str, ValueError> {
    match literal {
        Literal::Text(text) => Ok(text.trim()),
        Literal::Number(_) => Err(wrong(for_number, literal)),
        _ => Err(wrong(form, literal)),
    }
}

/// `Some(true)` is `-infinity`.
fn infinity(text: &str) -> Option<bool> {
    let (word, negative) = match text.strip_prefix('-') {
        Some(word) => (word, true),
        None => (text, false),
    };
    word.eq_ignore_ascii_case("infinity").then_some(negative)
}

/// A date, perhaps with a time of day and an offset.
struct Moment {
    /// Since 2000-01-01.
    days: i64,
    /// Microseconds since midnight.
    time: i64,
    /// The offset in seconds east of Greenwich, if one is written.
    east: Option<i32>,
}

impl Moment {
    /// `YYYY-MM-DD` or `YYYYMMDD`, then perhaps `T` or a space and a time of day with or without an offset, then perhaps `BC`.
    fn parse(text: &str) -> Option<Self> {
        let mut scanner = Scanner::new(text);
        let digits = scanner.digits();
        let (year, month, day) = match digits.len() {
            4..=7 if scanner.eat(b'-') => {
                let month = scanner.number(1..=2).filter(|_| scanner.eat(b'-'))?;
                (value_of(digits), month, scanner.number(1..=2)?)
            }
            8 => {
                let compact = value_of(digits);
                (compact / 10_000, compact / 100 % 100, compact % 100)
            }
            _ => return None,
        };
        let spaced = scanner.spaces();
        let marked = !spaced && (scanner.eat(b'T') || scanner.eat(b't'));
        let timed = marked || spaced && scanner.peek().is_some_and(|byte| byte.is_ascii_digit());
        let (time, east) = match timed {
            true => (time_of_day(&mut scanner)?, offset(&mut scanner)?),
            false => (0, None),
        };
        scanner.spaces();
        let before_christ = match scanner.letters() {
            [] => false,
            word if word.eq_ignore_ascii_case(b"bc") => true,
            word if word.eq_ignore_ascii_case(b"ad") => false,
            _ => return None,
        };
        if !scanner.is_done() || year == 0 {
            return None;
        }
        // The year before the year 1 is 1 BC.
        let year = if before_christ { 1 - year } else { year };
        Some(Self { days: days_since_2000(year, month, day)?, time, east })
    }
}

/// `HH:MM[:SS[.fraction]]`, `HHMMSS[.fraction]` or `HHMM` in microseconds. The server's limits: a second 60 is the next minute, and the
/// day's end is 24:00:00.
fn time_of_day(scanner: &mut Scanner<'_>) -> Option<i64> {
    let digits = scanner.digits();
    let written = value_of(digits);
    let (hour, minute, second) = match digits.len() {
        1..=2 if scanner.eat(b':') => {
            let minute = scanner.number(2..=2)?;
            (written, minute, if scanner.eat(b':') { Some(scanner.number(2..=2)?) } else { None })
        }
        4 => (written / 100, written % 100, None),
        6 => (written / 10_000, written / 100 % 100, Some(written % 100)),
        _ => return None,
    };
    let fraction = if second.is_some() { scanner.fraction()? } else { &[] };
    let second = second.unwrap_or(0);
    let seconds = (hour * 60 + minute) * 60 + second;
    let micros = seconds * 1_000_000 + millionths(fraction);
    (minute <= 59 && second <= 60 && micros <= MICROSECONDS_A_DAY).then_some(micros)
}

/// `Z`, `UTC`, `GMT` or `±HH[[:]MM[:SS]]`, perhaps behind a space: seconds east of Greenwich. `Some(None)`: there is none.
fn offset(scanner: &mut Scanner<'_>) -> Option<Option<i32>> {
    let mut ahead = scanner.clone();
    ahead.spaces();
    let east = match ahead.sign() {
        Some(negative) => {
            let digits = ahead.digits();
            let written = value_of(digits);
            let (hours, minutes, seconds) = match digits.len() {
                1..=2 => {
                    let minutes = if ahead.eat(b':') { ahead.number(2..=2)? } else { 0 };
                    let seconds = if ahead.eat(b':') { ahead.number(2..=2)? } else { 0 };
                    (written, minutes, seconds)
                }
                4 => (written / 100, written % 100, 0),
                _ => return None,
            };
            // The server's limit (`MAX_TZDISP_HOUR`).
            if hours > 15 || minutes > 59 || seconds > 59 {
                return None;
            }
            let size = i32::try_from(hours * 3600 + minutes * 60 + seconds).ok()?;
            if negative { -size } else { size }
        }
        None => match ahead.letters() {
            word if [&b"z"[..], b"utc", b"gmt"].iter().any(|zone| word.eq_ignore_ascii_case(zone)) => 0,
            // It may be `BC`, which is not a part of the offset.
            _ => return Some(None),
        },
    };
    *scanner = ahead;
    Some(Some(east))
}

/// Days from 2000-01-01 to a day of the Gregorian calendar, which is taken to hold for all times, as the server takes it.
fn days_since_2000(year: i64, month: i64, day: i64) -> Option<i64> {
    const BEFORE_MONTH: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    let leap_day = |after: i64| i64::from(leap && after > 2);
    let before =
        |month: i64| BEFORE_MONTH.get(usize::try_from(month - 1).ok()?).map(|days| days + leap_day(month));
    let (first, next) = (before(month)?, before(month + 1)?);
    if day < 1 || day > next - first {
        return None;
    }
    // The days of all years before: each has 365, and of them the leap years one more.
    let years = year - 1;
    let until_year = 365 * years + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400);
    Some(until_year + first + day - 1 - 730_119)
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
        assert_eq!(timestamp(&text("2000-01-01 05:45:00 +0545")), Ok(0));
        assert_eq!(timestamp(&text("2000-01-01 00:00:00 UTC")), Ok(0));
        assert_eq!(timestamp(&text("2000-01-01")), Ok(0));
    }

    #[test]
    fn limits_are_the_servers() {
        assert_eq!(date(&text("4714-11-24 BC")), Ok(-2_451_545));
        assert_eq!(date(&text("5874897-12-31")), Ok(2_145_031_948));
        assert_eq!(timestamp(&text("4714-11-24 00:00:00 BC")), Ok(TIMESTAMPS.0));
        assert_eq!(timestamp(&text("294276-12-31T23:59:59.999999Z")), Ok(TIMESTAMPS.1 - 1));
        for beyond in ["4714-11-23 BC", "294276-12-31T23:59:59-01:00", "294277-01-01", "9999999-12-31"] {
            assert!(matches!(timestamp(&text(beyond)), Err(ValueError::Range { .. })), "{beyond}");
        }
        for beyond in ["4714-11-23 BC", "5874898-01-01", "9999999-12-31"] {
            assert!(matches!(date(&text(beyond)), Err(ValueError::Range { .. })), "{beyond}");
        }
    }

    #[test]
    fn the_days_end_and_leap_seconds_are_the_next_moment() {
        let next = timestamp(&text("2017-01-01T00:00:00Z"));
        assert_eq!(timestamp(&text("2016-12-31T24:00:00Z")), next);
        assert_eq!(timestamp(&text("2016-12-31T23:59:60Z")), next);
        assert_eq!(timestamp(&text("2016-12-31T23:59:59.9999999Z")), next);
        assert_eq!(time(&text("24:00:00")), Ok(MICROSECONDS_A_DAY));
        for bad in ["24:00:01", "23:59:60.5", "12:60:00", "12:00:61", "25:00:00"] {
            assert!(time(&text(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in [
            "",
            "2013-02-29",
            "2013-02-30",
            "2013-00-10",
            "2013-13-01",
            "2013-01-00",
            "0000-01-01",
            "-0044-03-15",
            "13-01-31",
            "yesterday",
            "now",
            "20130131x",
            "2013-01-31T",
            "2013-01-31T25:00:00Z",
            "2013-01-31T05:15:00+16:00",
            "2013-01-31T05:15:00+02:00[Europe/Berlin]",
            "2013-01-31 05:15:00[Europe/Berlin]",
            "2013-01-31 05:15:00 Europe/Berlin",
            "2013-01-31 05:15:00.",
            "2013-01-31T05:15:00ZZ",
            "２０１３-01-31",
        ] {
            assert!(timestamp(&text(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_number_is_told_of_the_setting() {
        for refused in [date(&Literal::Number("20130131")).map(i64::from), timestamp(&Literal::Number("0"))] {
            assert!(refused.unwrap_err().to_string().contains("the setting `epoch`"));
        }
        assert!(!time(&Literal::Number("0")).unwrap_err().to_string().contains("epoch"));
    }
}
