//! Spans of time: ISO 8601 durations (`P1DT2H`) and PostgreSQL's own words (`1 day 02:00:00`), into its three numbers. They are kept
//! apart, because a month has no number of days and a day no number of hours.

use bytes::{BufMut, BytesMut};

use super::datetime::MICROSECONDS_A_DAY;
use super::literal::{Literal, ValueError, wrong};
use super::scan::{Scanner, millionths, value_of};

const FORM: &str = "an interval as P1DT2H or 1 day 02:00:00";

/// The most digits of a number, before and behind its point, that are read.
const DIGITS: usize = 18;
/// What a number with more digits is taken for: beyond every limit in every unit, and within 128 bits in each.
const BEYOND: i128 = 1_000_000_000_000_000_000_000_000_000;

/// Appends an `interval` (layout: `interval_send` in the server): microseconds, days, months.
pub(super) fn encode(literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let Literal::Text(text) = literal else { return Err(wrong(FORM, literal)) };
    let span = Span::parse(text).ok_or_else(|| wrong(FORM, literal))?;
    let out_of_range = || ValueError::Range {
        allowed: "±178,956,970 years, ±2,147,483,647 days, ±2,562,047,788 hours".into(),
        found: literal.excerpt(),
    };
    let micros = i64::try_from(span.micros).map_err(|_| out_of_range())?;
    let days = i32::try_from(span.days).map_err(|_| out_of_range())?;
    let months = i32::try_from(span.months).map_err(|_| out_of_range())?;
    // Newer servers have an infinite interval and write it as all three at their limit.
    if [(i64::MIN, i32::MIN, i32::MIN), (i64::MAX, i32::MAX, i32::MAX)].contains(&(micros, days, months)) {
        return Err(out_of_range());
    }
    out.put_i64(micros);
    out.put_i32(days);
    out.put_i32(months);
    Ok(())
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Span {
    micros: i128,
    days: i128,
    months: i128,
}

/// A unit of time. The order is that of ISO 8601.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
}

impl Unit {
    /// One of the server's words for a unit (manual, interval input).
    fn of_word(word: &[u8]) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        Some(match word.as_slice() {
            b"y" | b"yr" | b"yrs" | b"year" | b"years" => Self::Year,
            b"mon" | b"mons" | b"month" | b"months" => Self::Month,
            b"w" | b"week" | b"weeks" => Self::Week,
            b"d" | b"day" | b"days" => Self::Day,
            b"h" | b"hr" | b"hrs" | b"hour" | b"hours" => Self::Hour,
            b"m" | b"min" | b"mins" | b"minute" | b"minutes" => Self::Minute,
            b"s" | b"sec" | b"secs" | b"second" | b"seconds" => Self::Second,
            b"ms" | b"msec" | b"msecs" | b"millisecond" | b"milliseconds" => Self::Millisecond,
            b"us" | b"usec" | b"usecs" | b"microsecond" | b"microseconds" => Self::Microsecond,
            _ => return None,
        })
    }

    /// The letter of ISO 8601, which means another unit behind the `T`.
    fn of_letter(letter: u8, in_time: bool) -> Option<Self> {
        Some(match (letter.to_ascii_uppercase(), in_time) {
            (b'Y', false) => Self::Year,
            (b'M', false) => Self::Month,
            (b'W', false) => Self::Week,
            (b'D', false) => Self::Day,
            (b'H', true) => Self::Hour,
            (b'M', true) => Self::Minute,
            (b'S', true) => Self::Second,
            _ => return None,
        })
    }
}

/// A number as it is written, with a sign.
struct Amount<'a> {
    negative: bool,
    whole: i128,
    fraction: &'a [u8],
}

impl<'a> Amount<'a> {
    fn read(scanner: &mut Scanner<'a>) -> Option<Self> {
        let negative = scanner.sign().unwrap_or(false);
        let digits = scanner.digits();
        let fraction = scanner.fraction()?;
        let readable = !(digits.is_empty() && fraction.is_empty()) && fraction.len() <= DIGITS;
        let whole = if digits.len() > DIGITS { BEYOND } else { i128::from(value_of(digits)) };
        readable.then_some(Self { negative, whole, fraction })
    }
}

impl Span {
    fn parse(text: &str) -> Option<Self> {
        let mut scanner = Scanner::new(text);
        let mut ahead = scanner.clone();
        let negated = ahead.sign();
        match ahead.eat(b'P') || ahead.eat(b'p') {
            true => Self::parse_iso(ahead, negated == Some(true)),
            false => {
                scanner.eat(b'@');
                Self::parse_words(scanner)
            }
        }
    }

    /// What follows the `P`. A sign before it is for the whole, as ISO 8601-2 has it; each number may have one, too, as the server has it.
    fn parse_iso(mut scanner: Scanner<'_>, negated: bool) -> Option<Self> {
        let mut span = Self::default();
        let mut last = None;
        let mut in_time = false;
        while !scanner.is_done() {
            if !in_time && (scanner.eat(b'T') || scanner.eat(b't')) {
                in_time = true;
            }
            let amount = Amount::read(&mut scanner)?;
            let letter = scanner.letter()?;
            let unit = Unit::of_letter(letter, in_time).filter(|unit| last < Some(*unit))?;
            last = Some(unit);
            span.add(&amount, unit)?;
        }
        last?;
        if negated {
            span.negate();
        }
        Some(span)
    }

    /// Amounts with their units and at most one time, in any order, each unit once; `ago` at the end turns it all round.
    fn parse_words(mut scanner: Scanner<'_>) -> Option<Self> {
        let mut span = Self::default();
        let mut seen: Vec<Unit> = Vec::with_capacity(4);
        loop {
            scanner.spaces();
            if scanner.is_done() {
                break;
            }
            if scanner.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
                let ago = scanner.letters().eq_ignore_ascii_case(b"ago");
                if !ago || !scanner.is_done() {
                    return None;
                }
                span.negate();
                break;
            }
            let amount = Amount::read(&mut scanner)?;
            let units = if amount.fraction.is_empty() && scanner.eat(b':') {
                span.add_time(&amount, &mut scanner)?;
                &[Unit::Hour, Unit::Minute, Unit::Second][..]
            } else {
                scanner.spaces();
                let unit = Unit::of_word(scanner.letters())?;
                span.add(&amount, unit)?;
                &[unit]
            };
            if units.iter().any(|unit| seen.contains(unit)) {
                return None;
            }
            seen.extend(units);
        }
        (!seen.is_empty()).then_some(span)
    }

    /// Adds `MM[:SS[.fraction]]` behind the hours; the sign is for all of it.
    fn add_time(&mut self, hours: &Amount<'_>, scanner: &mut Scanner<'_>) -> Option<()> {
        let minutes = scanner.number(2..=2).filter(|minutes| *minutes <= 59)?;
        let seconds =
            if scanner.eat(b':') { scanner.number(2..=2).filter(|seconds| *seconds <= 60)? } else { 0 };
        let micros = millionths(scanner.fraction()?);
        let seconds = (hours.whole * 60 + i128::from(minutes)) * 60 + i128::from(seconds);
        let size = seconds * 1_000_000 + i128::from(micros);
        self.micros += if hours.negative { -size } else { size };
        Some(())
    }

    /// Adds an amount of a unit. A fraction goes over into microseconds where a unit has a fixed number of them (a day has, here, as in the
    /// server); of months and years only whole ones are taken.
    fn add(&mut self, amount: &Amount<'_>, unit: Unit) -> Option<()> {
        let sign = if amount.negative { -1 } else { 1 };
        let whole = sign * amount.whole;
        let part = |size: i64| sign * fraction_of(amount.fraction, size);
        match unit {
            Unit::Year | Unit::Month if !amount.fraction.is_empty() => return None,
            Unit::Year => self.months += whole * 12,
            Unit::Month => self.months += whole,
            Unit::Week => {
                let part = part(7 * MICROSECONDS_A_DAY);
                self.days += whole * 7 + part / i128::from(MICROSECONDS_A_DAY);
                self.micros += part % i128::from(MICROSECONDS_A_DAY);
            }
            Unit::Day => {
                self.days += whole;
                self.micros += part(MICROSECONDS_A_DAY);
            }
            Unit::Hour | Unit::Minute | Unit::Second | Unit::Millisecond | Unit::Microsecond => {
                let size = match unit {
                    Unit::Hour => 3_600_000_000,
                    Unit::Minute => 60_000_000,
                    Unit::Second => 1_000_000,
                    Unit::Millisecond => 1_000,
                    _ => 1,
                };
                self.micros += whole * i128::from(size) + part(size);
            }
        }
        Some(())
    }

    fn negate(&mut self) {
        *self = Self { micros: -self.micros, days: -self.days, months: -self.months };
    }
}

/// The fraction with these digits (at most 18) of a number of microseconds, to the nearest one.
fn fraction_of(digits: &[u8], micros: i64) -> i128 {
    let scale = digits.iter().fold(1_i128, |scale, _| scale * 10);
    (i128::from(value_of(digits)) * i128::from(micros) + scale / 2) / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(i128, i128, i128)> {
        Span::parse(text).map(|span| (span.months, span.days, span.micros))
    }

    #[test]
    fn iso_and_words_are_the_same_spans() {
        let hour = 3_600_000_000;
        for (text, expected) in [
            ("P1Y2M3DT4H5M6.789S", (14, 3, 4 * hour + 306_789_000)),
            ("1 year 2 mons 3 days 04:05:06.789", (14, 3, 4 * hour + 306_789_000)),
            ("-PT90M", (0, 0, -90 * 60_000_000)),
            ("P-1DT2H", (0, -1, 2 * hour)),
            ("-1 days 02:00:00", (0, -1, 2 * hour)),
            ("1 day -02:00:00", (0, 1, -2 * hour)),
            ("@ 1 day 2 hours ago", (0, -1, -2 * hour)),
            ("1.5 days", (0, 1, 12 * hour)),
            ("P1.5W", (0, 10, 12 * hour)),
            ("PT-0.5S", (0, 0, -500_000)),
            ("00:00:60", (0, 0, 60_000_000)),
            ("1d12h", (0, 1, 12 * hour)),
        ] {
            assert_eq!(parsed(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_interval_is_refused() {
        for bad in [
            "",
            "P",
            "PT",
            "P1",
            "1",
            "P1D2H",
            "PT1D",
            "P1DT",
            "P1M1Y",
            "P0.5Y",
            "1.5 months",
            "1 day 1 day",
            "1 lustrum",
            "00:60:00",
            "00:00:61",
            "1 hour 02:00:00",
            "ago",
            "1 day ago 2",
            "now",
            "P1D x",
            "infinity",
            "1:2:3",
        ] {
            assert_eq!(parsed(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_the_server_cannot_hold_is_out_of_range() {
        let encoded = |text: &str| encode(&Literal::Text(text.to_owned().into()), &mut BytesMut::new());
        for good in ["P178956970Y7M", "P2147483647D", "PT2562047788H54.775807S"] {
            assert_eq!(encoded(good), Ok(()), "{good}");
        }
        let infinite = "P178956970Y7M2147483647DT2562047788H54.775807S";
        let long = "9999999999999999999 us";
        for beyond in [
            "P178956970Y8M",
            "P2147483648D",
            "PT2562047788H54.775808S",
            "99999999999999999999:00",
            long,
            infinite,
        ] {
            assert!(matches!(encoded(beyond), Err(ValueError::Range { .. })), "{beyond}");
        }
    }
}
