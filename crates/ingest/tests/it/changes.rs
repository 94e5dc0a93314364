//! What an upsert takes for a change, type by type: every difference that the server would print, also where it has no equality for the
//! type or one that overlooks something.

use adit_ingest::{Load, Mode, ModeKind};

use crate::support::{TestDatabase, append};

/// A type, a value, the same value written differently, and another one.
const CHANGES: &[(&str, &str, &str, &str)] = &[
    ("integer", "1", "1.0", "2"),
    ("citext", r#""abc""#, r#""\u0061bc""#, r#""ABC""#),
    ("citext[]", r#"["abc"]"#, r#""{abc}""#, r#"["ABC"]"#),
    ("interval", r#""1 day""#, r#""P1D""#, r#""24:00:00""#),
    ("interval[]", r#"["1 day"]"#, r#"["P1D"]"#, r#"["24:00:00"]"#),
    ("json", r#"{"a":1}"#, r#"{"a":1}"#, r#"{"a": 1}"#),
    ("json[]", r#"[{"a":1}]"#, r#"[{"a":1}]"#, r#"[{"a":2}]"#),
    ("jsonb", r#"{"a":1}"#, r#"{"a": 1}"#, r#"{"a":2}"#),
    ("point", "[1,2]", r#""(1,2)""#, "[1.0000000001,2]"),
    ("point[]", "[[1,2]]", r#"["(1,2)"]"#, "[[1,3]]"),
    ("int4range", r#""[1,5)""#, r#""[1,4]""#, r#""[1,6)""#),
    ("int4multirange", "[\"[1,5)\"]", r#""{[1,3),[3,5)}""#, "[]"),
    ("bit(3)", r#""101""#, r#""B101""#, r#""100""#),
    ("hstore", r#"{"a":"1"}"#, r#""a=>1""#, r#"{"a":null}"#),
    ("tsvector", r#""a b""#, r#""b a""#, r#""a c""#),
    (
        "timestamptz",
        r#""2013-01-01T05:00:00Z""#,
        r#""2013-01-01T07:00:00+02""#,
        r#""2013-01-01T05:00:00.1Z""#,
    ),
];

#[tokio::test]
async fn every_difference_is_a_change_and_another_spelling_is_none() {
    let db = TestDatabase::new("changes", "create extension citext; create extension hstore").await;
    for (at, (sql_type, value, same, other)) in CHANGES.iter().enumerate() {
        let table = format!("t{at}");
        db.sql
            .batch_execute(&format!("create table {table} (id int primary key, v {sql_type})"))
            .await
            .unwrap();
        let load = Load { mode: Mode::of(ModeKind::Upsert, None, None).unwrap(), ..append(&table) };
        for (value, expected) in
            [(value, [1, 0, 0]), (same, [0, 0, 1]), (other, [0, 1, 0]), (other, [0, 0, 1])]
        {
            // A single row is one statement; two go through the stage.
            for payload in [
                format!(r#"{{"id":1,"v":{value}}}"#),
                format!(r#"[{{"id":1,"v":{value}}},{{"id":2,"v":{value}}}]"#),
            ] {
                let receipt = db.load(&load, &payload).await;
                let receipt = receipt.unwrap_or_else(|error| panic!("{sql_type} {value}: {error:?}"));
                let counted = [receipt.inserted, receipt.updated, receipt.unchanged];
                let first = receipt.received == 1;
                let wanted = if first {
                    expected
                } else {
                    // The row of the first statement is there already.
                    [expected[0], expected[1], 2 - expected[0] - expected[1]]
                };
                assert_eq!(counted, wanted, "{sql_type} {value}");
            }
        }
    }
}
