//! For every type: ten thousand random values, each compared by the server with what it makes of the value's text itself.

use adit_ingest::Format;
use proptest::prelude::*;
use proptest::strategy::{BoxedStrategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::support::{TestDatabase, append, records, soon};

const VALUES: usize = 10_000;

/// A value as JSON, and the text that PostgreSQL's own input function gets for comparison.
type Pair = (String, String);

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn number<T: ToString>(value: T) -> Pair {
    (value.to_string(), value.to_string())
}

fn text(value: String) -> Pair {
    (quoted(&value), value)
}

fn decimal() -> impl Strategy<Value = String> {
    ("-?", "[0-9]{1,40}", "(\\.[0-9]{1,30})?", "([eE][+-]?[0-9]{1,2})?").prop_map(
        |(sign, whole, fraction, exponent)| {
            let whole = whole.trim_start_matches('0');
            let whole = if whole.is_empty() { "0" } else { whole };
            format!("{sign}{whole}{fraction}{exponent}")
        },
    )
}

fn date() -> impl Strategy<Value = String> {
    (1..=9999_i32, 1..=12_u8, 1..=28_u8)
        .prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"))
}

fn time() -> impl Strategy<Value = String> {
    (0..24_u8, 0..60_u8, 0..60_u8, "(\\.[0-9]{1,6})?")
        .prop_map(|(hour, minute, second, fraction)| format!("{hour:02}:{minute:02}:{second:02}{fraction}"))
}

fn offset() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("Z".to_owned()),
        ("[+-]", 0..15_u8, prop_oneof![Just(0), Just(30), Just(45)])
            .prop_map(|(sign, hours, minutes)| format!("{sign}{hours:02}:{minutes:02}"))
    ]
}

fn document() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e15..1e15_f64).prop_map(Value::from),
        "[^\\u{0}]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[^\\u{0}]{0,6}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Type, values, and how the server makes the value from `txt`.
fn types() -> Vec<(&'static str, BoxedStrategy<Pair>, &'static str)> {
    let finite = |value: f64| if value.is_finite() { number(value) } else { text(value.to_string()) };
    let finite4 = |value: f32| if value.is_finite() { number(value) } else { text(value.to_string()) };
    vec![
        ("boolean", any::<bool>().prop_map(number).boxed(), "txt::boolean"),
        ("smallint", any::<i16>().prop_map(number).boxed(), "txt::smallint"),
        ("integer", any::<i32>().prop_map(number).boxed(), "txt::integer"),
        ("bigint", any::<i64>().prop_map(number).boxed(), "txt::bigint"),
        ("oid", any::<u32>().prop_map(number).boxed(), "txt::oid"),
        ("real", proptest::num::f32::ANY.prop_map(finite4).boxed(), "txt::real"),
        ("double precision", proptest::num::f64::ANY.prop_map(finite).boxed(), "txt::float8"),
        ("numeric", decimal().prop_map(number).boxed(), "txt::numeric"),
        ("numeric(60,5)", decimal_small().prop_map(number).boxed(), "txt::numeric(60,5)"),
        ("text", "[^\\u{0}]{0,40}".prop_map(text).boxed(), "txt"),
        ("varchar(20)", "[^\\u{0}]{0,20}".prop_map(text).boxed(), "txt::varchar(20)"),
        ("char(8)", "[^\\u{0}]{0,8}".prop_map(text).boxed(), "txt::char(8)"),
        ("bytea", "([0-9a-f]{2}){0,40}".prop_map(|hex| text(format!("\\x{hex}"))).boxed(), "txt::bytea"),
        ("uuid", any::<u128>().prop_map(|bits| text(format!("{bits:032x}"))).boxed(), "txt::uuid"),
        ("date", date().prop_map(text).boxed(), "txt::date"),
        ("time", time().prop_map(text).boxed(), "txt::time"),
        ("timetz", (time(), offset()).prop_map(|(time, offset)| text(time + &offset)).boxed(), "txt::timetz"),
        (
            "timestamp",
            (date(), "[T ]", time()).prop_map(|(date, between, time)| text(date + &between + &time)).boxed(),
            "txt::timestamp",
        ),
        (
            "timestamptz",
            (later_date(), time(), offset())
                .prop_map(|(date, time, offset)| text(format!("{date}T{time}{offset}")))
                .boxed(),
            "txt::timestamptz",
        ),
        (
            "interval",
            (0..9000_u32, 0..12_u8, 0..10_000_u32, 0..1000_u32, 0..60_u8, 0..60_u8)
                .prop_map(|(y, mo, d, h, m, s)| text(format!("P{y}Y{mo}M{d}DT{h}H{m}M{s}S")))
                .boxed(),
            "txt::interval",
        ),
        (
            "inet",
            (any::<std::net::Ipv4Addr>(), 0..=32_u8)
                .prop_map(|(ip, bits)| text(format!("{ip}/{bits}")))
                .boxed(),
            "txt::inet",
        ),
        ("inet", any::<std::net::Ipv6Addr>().prop_map(|ip| text(ip.to_string())).boxed(), "txt::inet"),
        (
            "macaddr",
            any::<[u8; 6]>().prop_map(|b| text(b.map(|byte| format!("{byte:02x}")).join(":"))).boxed(),
            "txt::macaddr",
        ),
        ("jsonb", document_pair(), "txt::jsonb"),
        ("json", document_pair(), "txt::json"),
        (
            "bigint[]",
            prop::collection::vec(prop::option::of(any::<i64>()), 0..8).prop_map(array).boxed(),
            "array(select x::bigint from jsonb_array_elements_text(txt::jsonb) with ordinality a(x, n) order by n)",
        ),
        (
            "text[]",
            prop::collection::vec(prop::option::of("[^\\u{0}]{0,9}"), 0..8).prop_map(array).boxed(),
            "array(select x from jsonb_array_elements_text(txt::jsonb) with ordinality a(x, n) order by n)",
        ),
    ]
}

fn decimal_small() -> impl Strategy<Value = String> {
    ("-?", "[1-9][0-9]{0,30}", "(\\.[0-9]{1,9})?")
        .prop_map(|(sign, whole, fraction)| format!("{sign}{whole}{fraction}"))
}

/// From the year 2 on: an offset must not lead out of what both sides can say.
fn later_date() -> impl Strategy<Value = String> {
    (2..=9998_i32, 1..=12_u8, 1..=28_u8)
        .prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"))
}

/// A JSON null for a column is SQL's null, so the documents here are never null as a whole.
fn document_pair() -> BoxedStrategy<Pair> {
    document()
        .prop_filter("not null as a whole", |document| !document.is_null())
        .prop_map(|document| (document.to_string(), document.to_string()))
        .boxed()
}

fn array<T: serde::Serialize>(values: Vec<T>) -> Pair {
    let json = serde_json::to_string(&values).unwrap();
    (json.clone(), json)
}

#[tokio::test]
async fn ten_thousand_values_of_every_type() {
    let db = TestDatabase::new("round_trip", "").await;
    let mut session = db.session().await;
    let mut runner = TestRunner::deterministic();
    for (at, (sql_type, values, made)) in types().into_iter().enumerate() {
        let table = format!("t{at}");
        db.sql.batch_execute(&format!("create table {table} (n int, v {sql_type}, txt text)")).await.unwrap();
        let mut payload = String::new();
        for n in 0..VALUES {
            let (json, text) = values.new_tree(&mut runner).unwrap().current();
            payload.push_str(&format!("{{\"n\":{n},\"v\":{json},\"txt\":{}}}\n", quoted(&text)));
        }
        let receipt = session
            .ingest(&append(&table), records(Format::Json, payload.into_bytes()), Some(soon()))
            .await
            .unwrap_or_else(|error| panic!("{sql_type}: {error:?}"));
        assert_eq!(receipt.inserted, VALUES as u64);
        let same =
            if sql_type == "json" { "v::text is not distinct from txt" } else { "v is not distinct from" };
        let same = if sql_type == "json" { same.to_owned() } else { format!("{same} {made}") };
        let different = db.rows(&format!("select v, txt from {table} where not ({same}) limit 5")).await;
        assert!(different.is_empty(), "{sql_type}: {different:#?}");
    }
}
