//! For every type, and for arrays of it: ten thousand random values, each compared by the server with what its own input function makes of
//! the value's text. What is compared is what the server prints, so that a scale or a sign of zero counts, too.

use std::time::Duration;

use adit_ingest::{Format, Load, Mapping};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::dice::{Dice, Pair, number, quoted, text};
use crate::support::{TestDatabase, append, records, with_pgvector};

const VALUES: usize = 10_000;

/// A type, and how its values are made.
type Made = (&'static str, fn(&mut Dice) -> Pair);

#[tokio::test]
async fn ten_thousand_numbers_of_every_type() {
    let db =
        TestDatabase::new("numbers_round_trip", "create domain positive as bigint check (value > 0)").await;
    round_trip(&db, NUMBERS, "{}").await;
}

#[tokio::test]
async fn ten_thousand_texts_of_every_type() {
    let schema = "create extension citext; create extension hstore; create type mood as enum ('sad', 'ok', 'very good')";
    let db = TestDatabase::new("texts_round_trip", schema).await;
    round_trip(&db, TEXTS, "{}").await;
}

#[tokio::test]
async fn ten_thousand_times_of_every_type() {
    let db = TestDatabase::new("times_round_trip", "").await;
    round_trip(&db, TIMES, "{}").await;
}

#[tokio::test]
async fn ten_thousand_ranges_of_every_type() {
    let schema = "create type textrange as range (subtype = text, collation = \"C\", multirange_type_name = textranges);
        create type floatrange as range (subtype = float8)";
    let db = TestDatabase::new("ranges_round_trip", schema).await;
    round_trip(&db, RANGES, "{}").await;
}

#[tokio::test]
async fn ten_thousand_vectors_of_every_type() {
    let Some(db) = with_pgvector("vectors_round_trip").await else { return };
    round_trip(&db, VECTORS, "{}").await;
}

#[tokio::test]
async fn ten_thousand_numbers_as_moments() {
    for (unit, types) in [("seconds", SECONDS), ("milliseconds", MILLISECONDS), ("nanoseconds", NANOSECONDS)]
    {
        let db = TestDatabase::new(&format!("{unit}_round_trip"), "").await;
        round_trip(&db, types, &format!(r#"{{"epoch":"{unit}"}}"#)).await;
    }
}

/// Each value in a column of its type, and some of them in an array, by one COPY a type.
async fn round_trip(db: &TestDatabase, types: &[Made], mapping: &str) {
    db.sql.batch_execute("set timezone = 'UTC'").await.unwrap();
    let mut session = db.session().await;
    for (at, (sql_type, make)) in types.iter().enumerate() {
        let table = format!("t{at}");
        let columns = format!("n int, v {sql_type}, txt text, a {sql_type}[], atxt text");
        db.sql.batch_execute(&format!("create table {table} ({columns})")).await.unwrap();
        let load = Load { mapping: Mapping::from_json(mapping).unwrap(), ..append(&table) };
        let mut dice = Dice::new(at as u64);
        let mut payload = String::new();
        for n in 0..VALUES {
            let value = make(&mut dice);
            let array = array(&mut dice, *make);
            payload.push_str(&format!(
                "{{\"n\":{n},\"v\":{},\"txt\":{},\"a\":{},\"atxt\":{}}}\n",
                value.json,
                quoted(&value.text),
                array.json,
                quoted(&array.text)
            ));
        }
        let soon = std::time::Instant::now() + Duration::from_secs(60);
        let receipt = session
            .ingest(&load, records(Format::Json, payload.into_bytes()), Some(soon))
            .await
            .unwrap_or_else(|error| panic!("{sql_type}: {error:?}"));
        assert_eq!(receipt.inserted, VALUES as u64);
        for (column, written, of_type) in
            [("v", "txt", sql_type.to_string()), ("a", "atxt", format!("{sql_type}[]"))]
        {
            let different = format!(
                "select {column}, {written} from {table}
                 where {column}::text is distinct from cast({written} as {of_type})::text limit 5"
            );
            let different = db.rows(&different).await;
            assert!(different.is_empty(), "{of_type}: {different:#?}");
        }
    }
}

/// Up to three values, or null, as an array; as JSON, or in the server's own notation.
fn array(dice: &mut Dice, make: fn(&mut Dice) -> Pair) -> Pair {
    let values: Vec<Option<Pair>> =
        (0..dice.len(4)).map(|_| if dice.once_in(8) { None } else { Some(make(dice)) }).collect();
    let element = |value: &Option<Pair>| match value {
        None => "NULL".to_owned(),
        Some(value) => format!("\"{}\"", value.text.replace('\\', "\\\\").replace('"', "\\\"")),
    };
    let text = format!("{{{}}}", values.iter().map(element).collect::<Vec<_>>().join(","));
    let json = if dice.once_in(4) {
        quoted(&text)
    } else {
        let json = values.iter().map(|value| value.as_ref().map_or("null", |value| value.json.as_str()));
        format!("[{}]", json.collect::<Vec<_>>().join(","))
    };
    Pair { json, text }
}

/// An integer, sometimes in another spelling of the same.
fn integer(dice: &mut Dice, value: impl ToString) -> Pair {
    let text = value.to_string();
    let json = match dice.below(8) {
        0 => format!("\"{text}\""),
        1 => format!("{text}.00"),
        2 => format!("{text}0e-1"),
        _ => text.clone(),
    };
    Pair { json, text }
}

fn float(dice: &mut Dice, shortest: String) -> Pair {
    match dice.below(4) {
        0 if shortest.contains(['N', 'i']) => text(shortest),
        0 => number(shortest),
        1 => number(dice.decimal(20, 30)),
        2 => {
            let exponent = dice.between(-36, 36);
            number(format!("{}e{exponent}", dice.decimal(1, 40)))
        }
        _ => number(dice.decimal(3, 4)),
    }
}

const NUMBERS: &[Made] = &[
    ("boolean", |dice| match dice.below(4) {
        0 => text(dice.pick(&["t", "F", "yes", "Off", "1"])),
        1 => number("true"),
        _ => number("false"),
    }),
    ("smallint", |dice| {
        let value = dice.bits() as i16;
        integer(dice, value)
    }),
    ("integer", |dice| {
        let value = dice.bits() as i32;
        integer(dice, value)
    }),
    ("bigint", |dice| {
        let value = dice.bits() as i64;
        integer(dice, value)
    }),
    ("oid", |dice| {
        let value = dice.bits() as u32;
        integer(dice, value)
    }),
    ("positive", |dice| {
        let value = dice.between(1, i64::MAX - 1);
        integer(dice, value)
    }),
    ("real", |dice| {
        let bits = f32::from_bits(dice.bits() as u32);
        float(dice, bits.to_string())
    }),
    ("double precision", |dice| {
        let bits = f64::from_bits(dice.bits());
        float(dice, bits.to_string())
    }),
    ("numeric", |dice| match dice.below(40) {
        0 => text(dice.pick(&["NaN", "Infinity", "-Infinity", "inf"])),
        1 => {
            let exponent = dice.between(-3_000, 3_000);
            number(format!("{}e{exponent}", dice.decimal(20, 20)))
        }
        2 => number(dice.decimal(900, 900)),
        3..20 => {
            let exponent = dice.between(-99, 99);
            number(format!("{}E{exponent:+}", dice.decimal(40, 30)))
        }
        _ => number(dice.decimal(40, 30)),
    }),
    ("numeric(60,5)", |dice| number(dice.decimal(50, 9))),
    ("point", |dice| {
        let (x, y) = (dice.decimal(5, 9), dice.decimal(17, 3));
        let text = format!("({x},{y})");
        Pair { json: if dice.once_in(2) { format!("[{x}, {y}]") } else { quoted(&text) }, text }
    }),
];

const TEXTS: &[Made] = &[
    ("text", |dice| {
        let value = dice.characters(40);
        let escaped = |c: char| {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
        };
        let json = match dice.once_in(4) {
            true => format!("\"{}\"", value.chars().map(escaped).collect::<String>()),
            false => quoted(&value),
        };
        Pair { json, text: value }
    }),
    ("varchar(20)", |dice| text(dice.characters(20))),
    ("char(8)", |dice| text(dice.characters(8))),
    ("citext", |dice| text(dice.characters(20))),
    ("name", |dice| text(dice.characters(15))),
    ("mood", |dice| text(dice.pick(&["sad", "ok", "very good"]))),
    ("bytea", |dice| {
        let bytes: Vec<u8> = (0..dice.len(30)).map(|_| dice.bits() as u8).collect();
        let text = format!("\\x{}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let json = if dice.once_in(2) { quoted(&text) } else { quoted(&STANDARD.encode(&bytes)) };
        Pair { json, text }
    }),
    ("uuid", |dice| {
        let value = u128::from(dice.bits()) << 64 | u128::from(dice.bits());
        let simple = format!("{value:032x}");
        let uuid = uuid::Uuid::from_u128(value).hyphenated().to_string();
        text(match dice.below(4) {
            0 => simple,
            1 => uuid.to_uppercase(),
            2 => format!("{{{uuid}}}"),
            _ => uuid,
        })
    }),
    ("bit(13)", |dice| text(format!("{:013b}", dice.below(1 << 13)))),
    ("varbit", |dice| match dice.below(3) {
        0 => text(format!("X{:x}", dice.bits())),
        1 => text(format!("B{:b}", dice.bits())),
        _ => text(format!("{:b}", dice.bits() >> dice.below(64))),
    }),
    ("varbit(30)", |dice| text(format!("{:b}", dice.below(1 << 30)))),
    ("inet", |dice| match dice.below(3) {
        0 => text(std::net::Ipv4Addr::from_bits(dice.bits() as u32)),
        1 => text(format!("{}/{}", std::net::Ipv4Addr::from_bits(dice.bits() as u32), dice.below(33))),
        _ => {
            // Groups of zeros, so that `::` is met, too.
            let bits = (0..8).fold(0, |bits: u128, _| {
                bits << 16 | u128::from(if dice.once_in(2) { 0 } else { dice.below(1 << 16) })
            });
            text(format!("{}/{}", std::net::Ipv6Addr::from_bits(bits), dice.below(129)))
        }
    }),
    ("cidr", |dice| {
        let prefix = dice.below(33) as u32;
        let bits = (dice.bits() as u32) & u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
        text(format!("{}/{prefix}", std::net::Ipv4Addr::from_bits(bits)))
    }),
    ("macaddr", |dice| {
        let digits = format!("{:012x}", dice.bits() >> 16);
        text(grouped(dice, &digits))
    }),
    ("macaddr8", |dice| {
        let digits = if dice.once_in(2) {
            format!("{:016x}", dice.bits())
        } else {
            format!("{:012x}", dice.bits() >> 16)
        };
        text(grouped(dice, &digits))
    }),
    ("json", |dice| number(dice.document(3))),
    ("jsonb", |dice| number(dice.document(3))),
    ("hstore", |dice| {
        let (mut json, mut text) = (Vec::new(), Vec::new());
        for n in 0..dice.len(4) {
            let (key, value) = (format!("{n}{}", dice.characters(5)), dice.characters(8));
            let escaped = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
            let null = dice.once_in(5);
            json.push(format!("{}:{}", quoted(&key), if null { "null".to_owned() } else { quoted(&value) }));
            text.push(format!(
                "{}=>{}",
                escaped(&key),
                if null { "NULL".to_owned() } else { escaped(&value) }
            ));
        }
        Pair { json: format!("{{{}}}", json.join(",")), text: text.join(",") }
    }),
];

/// Hexadecimal digits in groups, as the server takes them in a hardware address.
fn grouped(dice: &mut Dice, digits: &str) -> String {
    let (width, separator) = dice.pick(&[(2, ":"), (2, "-"), (4, "."), (6, ":"), (6, "-"), (16, "")]);
    let width = if digits.len() == 16 && width == 6 { 2 } else { width };
    let digits = if dice.once_in(3) { digits.to_uppercase() } else { digits.to_owned() };
    let groups: Vec<&str> =
        digits.as_bytes().chunks(width).map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(separator)
}

/// A date and a time of day, in one of the notations.
fn moment(dice: &mut Dice, offset: &str) -> String {
    let date = match dice.below(10) {
        0 => dice.date((10_000, 294_275)),
        1 => return format!("{} {}{offset} BC", dice.date_bc((2, 4_712)), dice.time(9)),
        2 => dice.date((2, 9_999)).replace('-', ""),
        _ => dice.date((2, 9_999)),
    };
    let time = match dice.below(20) {
        0 => "24:00:00".to_owned(),
        1 => format!("{:02}:{:02}:60", dice.below(24), dice.below(60)),
        2 => format!("{:02}:{:02}", dice.below(24), dice.below(60)),
        _ => dice.time(9),
    };
    format!("{date}{}{time}{offset}", dice.pick(&["T", " "]))
}

const TIMES: &[Made] = &[
    ("date", |dice| match dice.below(12) {
        0 => text(dice.pick(&["infinity", "-infinity", "Infinity"])),
        1 => text(format!("{} BC", dice.date_bc((1, 4_713)))),
        2 => text(dice.date((10_000, 5_874_896))),
        3 => text(dice.date((1, 9_999)).replace('-', "")),
        4 => {
            let offset = dice.offset();
            text(format!("{}T{}{offset}", dice.date((1, 9_999)), dice.time(3)))
        }
        _ => text(dice.date((1, 9_999))),
    }),
    ("time", |dice| match dice.below(12) {
        0 => text("24:00:00"),
        1 => text(format!("{:02}:{:02}", dice.below(24), dice.below(60))),
        2 => text(format!("{:02}:{:02}:60", dice.below(24), dice.below(60))),
        3 => text(dice.time(6).replace(':', "")),
        _ => text(dice.time(9)),
    }),
    ("time(3)", |dice| text(dice.time(6))),
    ("timetz", |dice| text(dice.time(9) + &dice.offset())),
    ("timestamp", |dice| match dice.once_in(20) {
        true => text(dice.pick(&["infinity", "-infinity"])),
        false => text(moment(dice, "")),
    }),
    ("timestamp(2)", |dice| text(moment(dice, ""))),
    ("timestamptz", |dice| match dice.once_in(20) {
        true => text(dice.pick(&["infinity", "-infinity"])),
        false => {
            let offset = dice.offset();
            text(moment(dice, &offset))
        }
    }),
    ("interval", |dice| {
        let part = |dice: &mut Dice, most: i64| dice.between(-most, most);
        let seconds = format!("{}.{}", part(dice, 100_000), dice.digits(4));
        match dice.below(4) {
            0 => {
                let (y, mo, w, d) = (part(dice, 9_000), part(dice, 99), part(dice, 99), part(dice, 99_999));
                text(format!("P{y}Y{mo}M{w}W{d}DT{}H{}M{seconds}S", part(dice, 99_999), part(dice, 9_999)))
            }
            1 => text(format!(
                "{} year {} mons {} days {}",
                part(dice, 999),
                part(dice, 99),
                part(dice, 999),
                dice.time(6)
            )),
            2 => text(format!("{} days -{}", part(dice, 99), dice.time(6))),
            _ => text(format!(
                "@ {} weeks {}.25 hours {} min {seconds} secs ago",
                part(dice, 99),
                part(dice, 99),
                part(dice, 99)
            )),
        }
    }),
];

/// A bound in order, as JSON and as text: the lesser one first.
type Bounds = fn(&mut Dice) -> [Pair; 2];

/// A range between two bounds, in one of its notations.
fn range(dice: &mut Dice, bounds: Bounds) -> Pair {
    if dice.once_in(20) {
        return text("empty");
    }
    let [lower, upper] = bounds(dice).map(|bound| (!dice.once_in(8)).then_some(bound));
    let (open, close) = (dice.pick(&["[", "("]), dice.pick(&["]", ")"]));
    let written = |bound: &Option<Pair>| match bound {
        None => String::new(),
        Some(bound) => format!("\"{}\"", bound.text.replace('\\', "\\\\").replace('"', "\"\"")),
    };
    let range = format!("{open}{},{}{close}", written(&lower), written(&upper));
    let json = |bound: &Option<Pair>| bound.as_ref().map_or("null".to_owned(), |bound| bound.json.clone());
    let json = match dice.once_in(2) {
        true => format!(r#"{{"lower":{},"upper":{},"bounds":"{open}{close}"}}"#, json(&lower), json(&upper)),
        false => quoted(&range),
    };
    Pair { json, text: range }
}

fn multirange(dice: &mut Dice, bounds: Bounds) -> Pair {
    let ranges: Vec<Pair> = (0..dice.len(3)).map(|_| range(dice, bounds)).collect();
    let joined = |part: fn(&Pair) -> &str| ranges.iter().map(part).collect::<Vec<_>>().join(",");
    let text = format!("{{{}}}", joined(|range| &range.text));
    let json = if dice.once_in(3) { quoted(&text) } else { format!("[{}]", joined(|range| &range.json)) };
    Pair { json, text }
}

fn sorted<T: PartialOrd>(mut a: T, mut b: T) -> [T; 2] {
    if b < a {
        std::mem::swap(&mut a, &mut b);
    }
    [a, b]
}

fn integers(dice: &mut Dice) -> [Pair; 2] {
    sorted(dice.between(-1_000_000_000, 1_000_000_000), dice.between(-1_000, 1_000)).map(number)
}

fn decimals(dice: &mut Dice) -> [Pair; 2] {
    let scaled = sorted(dice.between(-999_999_999, 999_999_999), dice.between(-999_999, 999_999));
    scaled.map(|value| number(format!("{value}e-4")))
}

fn floats(dice: &mut Dice) -> [Pair; 2] {
    let finite = |dice: &mut Dice| f64::from_bits(dice.bits() & !(1 << 62));
    sorted(finite(dice), finite(dice)).map(number)
}

/// As texts they are in order, because their years have four digits.
fn dates(dice: &mut Dice) -> [Pair; 2] {
    sorted(dice.date((1, 9_999)), dice.date((1, 9_999))).map(text)
}

fn moments(dice: &mut Dice) -> [Pair; 2] {
    let moment = |dice: &mut Dice| format!("{} {}", dice.date((1, 9_999)), dice.time(6));
    sorted(moment(dice), moment(dice)).map(text)
}

fn zoned(dice: &mut Dice) -> [Pair; 2] {
    let offset = dice.offset();
    let moment = |dice: &mut Dice| format!("{}T{}", dice.date((2, 9_998)), dice.time(6));
    sorted(moment(dice), moment(dice)).map(|moment| text(moment + &offset))
}

fn texts(dice: &mut Dice) -> [Pair; 2] {
    sorted(dice.characters(8), dice.characters(8)).map(text)
}

const RANGES: &[Made] = &[
    ("int4range", |dice| range(dice, integers)),
    ("int8range", |dice| range(dice, integers)),
    ("numrange", |dice| range(dice, decimals)),
    ("daterange", |dice| range(dice, dates)),
    ("tsrange", |dice| range(dice, moments)),
    ("tstzrange", |dice| range(dice, zoned)),
    ("textrange", |dice| range(dice, texts)),
    ("floatrange", |dice| range(dice, floats)),
    ("int4multirange", |dice| multirange(dice, integers)),
    ("int8multirange", |dice| multirange(dice, integers)),
    ("nummultirange", |dice| multirange(dice, decimals)),
    ("datemultirange", |dice| multirange(dice, dates)),
    ("tsmultirange", |dice| multirange(dice, moments)),
    ("tstzmultirange", |dice| multirange(dice, zoned)),
    ("textranges", |dice| multirange(dice, texts)),
];

/// Numbers as a vector, as JSON or as text.
fn vector(dice: &mut Dice, elements: &[String]) -> Pair {
    let text = format!("[{}]", elements.join(","));
    let json = if dice.once_in(3) { quoted(&text) } else { format!("[{}]", elements.join(", ")) };
    Pair { json, text }
}

/// A number that fits into single precision.
fn single(dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => f32::from_bits((dice.bits() as u32) & !(1 << 30)).to_string(),
        1 => dice.decimal(20, 30),
        _ => format!("{}e{}", dice.decimal(1, 20), dice.between(-44, 36)),
    }
}

/// A number that fits into half precision, often near the middle between two of its values.
fn half(dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => {
            let half = dice.below(0x7bff) as u32;
            // The half's value and a part of the distance to the next one, put together in single precision.
            let value = f32::from_bits((half << 13) + (112 << 23) + dice.pick(&[0, 0x0fff, 0x1000, 0x1001]));
            value.to_string()
        }
        1 => dice.decimal(4, 30),
        _ => format!("{}e{}", dice.decimal(1, 20), dice.between(-10, 3)),
    }
}

const VECTORS: &[Made] = &[
    ("vector", |dice| {
        let elements: Vec<String> = (0..=dice.len(6)).map(|_| single(dice)).collect();
        vector(dice, &elements)
    }),
    ("vector(3)", |dice| {
        let elements = [single(dice), single(dice), single(dice)];
        vector(dice, &elements)
    }),
    ("halfvec", |dice| {
        let elements: Vec<String> = (0..=dice.len(6)).map(|_| half(dice)).collect();
        vector(dice, &elements)
    }),
    ("halfvec(2)", |dice| {
        let elements = [half(dice), half(dice)];
        vector(dice, &elements)
    }),
    ("sparsevec", |dice| {
        let dense: Vec<Option<String>> = (0..=dice.len(8))
            .map(|_| if dice.once_in(2) { None } else { Some(dice.decimal(5, 5)) })
            .collect();
        let places = dense
            .iter()
            .enumerate()
            .filter_map(|(at, value)| Some(format!("{}:{}", at + 1, value.as_ref()?)));
        let text = format!("{{{}}}/{}", places.collect::<Vec<_>>().join(","), dense.len());
        let json = match dice.once_in(2) {
            true => quoted(&text),
            false => {
                let elements = dense.iter().map(|value| value.as_deref().unwrap_or("0"));
                format!("[{}]", elements.collect::<Vec<_>>().join(","))
            }
        };
        Pair { json, text }
    }),
];

/// A moment, and its number of microseconds since 1970.
fn counted(dice: &mut Dice) -> (String, i64) {
    let moment = format!("{}T{}", dice.date((1, 9_998)), dice.time(6));
    let counted: jiff::civil::DateTime = moment.parse().unwrap();
    let zoned = counted.to_zoned(jiff::tz::TimeZone::UTC).unwrap();
    (moment, zoned.timestamp().as_microsecond())
}

/// The moment as a number of units of so many microseconds (a power of ten), with a fraction.
fn count(dice: &mut Dice, digits: u32) -> Pair {
    let (text, micros) = counted(dice);
    let (unit, width) = (10_i64.pow(digits), digits as usize);
    let sign = if micros < 0 { "-" } else { "" };
    let (whole, part) = (micros.abs() / unit, micros.abs() % unit);
    let json = match (part, dice.below(3)) {
        (0, 0) => format!("{sign}{whole}"),
        (_, 1) => format!("\"{sign}{whole}.{part:0width$}\""),
        (_, 2) => format!("{micros}e-{digits}"),
        _ => format!("{sign}{whole}.{part:0width$}0"),
    };
    Pair { json, text }
}

fn nanoseconds(dice: &mut Dice) -> Pair {
    let (text, micros) = counted(dice);
    // Less than half a microsecond beside it.
    let nanos = i128::from(micros) * 1_000 + i128::from(dice.between(-499, 499));
    Pair { json: nanos.to_string(), text }
}

const SECONDS: &[Made] = &[
    ("timestamptz", |dice| count(dice, 6)),
    ("timestamp", |dice| count(dice, 6)),
    ("date", |dice| count(dice, 6)),
];

const MILLISECONDS: &[Made] = &[
    ("timestamptz", |dice| count(dice, 3)),
    ("date", |dice| count(dice, 3)),
    ("tsrange", |dice| {
        let moment = count(dice, 3);
        let lower = dice.once_in(2);
        let place = if lower { "lower" } else { "upper" };
        let text = if lower { format!("[{},)", moment.text) } else { format!("(,{})", moment.text) };
        Pair { json: format!(r#"{{"{place}":{}}}"#, moment.json), text }
    }),
];

const NANOSECONDS: &[Made] = &[("timestamptz", nanoseconds), ("timestamp", nanoseconds)];
