//! Mappings against a real table: pointers, constants, the whole record, unknown keys, names that are alike, null and absent.

use adit_ingest::{Format, IngestError, Load, Mapping};

use crate::support::{TestDatabase, append, records, soon};

const SCHEMA: &str = "create table people (id serial primary key, first_name text, email text, origin text not null default 'none',
    raw jsonb, extra jsonb, tags text[])";

fn mapped(mapping: &str) -> Load {
    Load { mapping: Mapping::from_json(mapping).unwrap(), ..append("people") }
}

#[tokio::test]
async fn values_come_from_where_the_mapping_says() {
    let db = TestDatabase::new("mapping", SCHEMA).await;
    let load = mapped(
        r#"{"columns": {"email": {"pointer": "/user/mails/0"}, "origin": {"constant": "web"}, "raw": {"record": true},
                        "tags": {"pointer": "/user/tags"}},
            "names": "snake", "unknown": {"column": "extra"}}"#,
    );
    let one = r#"{"firstName": "Ada", "user": {"mails": ["a@x", "b@x"], "tags": ["t"]}, "age": 36, "odd \"key\"": [null]}"#;
    // A single row and rows by COPY are read by the same code, and written by another one.
    db.load(&load, one).await.unwrap();
    db.load(
        &load,
        &format!(r#"[{one}, {{"FirstName": "Bob", "user": {{"mails": []}}}}, {{"user": "nobody"}}]"#),
    )
    .await
    .unwrap();
    let ada = r#"Ada|a@x|web|36|[null]|{t}|t"#;
    let rows = db
        .rows("select first_name, email, origin, extra->'age', extra->'odd \"key\"', tags, raw ? 'user' from people order by id")
        .await;
    assert_eq!(rows, [ada, ada, "Bob|∅|web|∅|∅|∅|t", "∅|∅|web|∅|∅|∅|t"]);
    assert_eq!(db.rows("select count(*) from people where extra ? 'user'").await, ["0"]);
}

#[tokio::test]
async fn of_a_key_that_comes_twice_the_last_value_counts_with_what_it_lacks() {
    let db = TestDatabase::new("mapping_twice", SCHEMA).await;
    let load = mapped(
        r#"{"columns": {"email": {"pointer": "/user/mail"}, "tags": {"pointer": "/user/tags"}}, "unknown": "ignore"}"#,
    );
    db.load(&load, r#"{"first_name": "a", "user": {"mail": "old", "tags": ["x"]}, "user": {"tags": []}}"#)
        .await
        .unwrap();
    assert_eq!(db.rows("select email, tags from people").await, ["∅|{}"]);
}

#[tokio::test]
async fn csv_is_mapped_by_its_header() {
    let db = TestDatabase::new("mapping_csv", SCHEMA).await;
    let load = mapped(
        r#"{"columns": {"email": {"pointer": "/E-Mail"}, "raw": {"record": true}}, "names": "snake", "unknown": {"column": "extra"}}"#,
    );
    let payload = "First Name,E-Mail,Age\nAda,a@x,36\n\"B,\"\"ob\",,\n";
    let receipt =
        db.session().await.ingest(&load, records(Format::Csv, payload.into()), Some(soon())).await.unwrap();
    assert_eq!(receipt.inserted, 2);
    let rows = db.rows("select first_name, email, extra, raw->>'First Name' from people order by id").await;
    assert_eq!(rows, [r#"Ada|a@x|{"Age": "36"}|Ada"#, r#"B,"ob|∅|{"Age": null}|B,"ob"#]);
}

#[tokio::test]
async fn null_may_mean_absent_and_unknown_keys_may_be_ignored() {
    let db = TestDatabase::new("mapping_null", SCHEMA).await;
    let payload = r#"[{"origin": null, "first_name": "a", "other": 1}, {"origin": "x", "first_name": null}]"#;
    let error = db.load(&mapped(r#"{"unknown": "ignore"}"#), payload).await.unwrap_err();
    let IngestError::Rejected(rejected) = error else { panic!("{error}") };
    assert_eq!(rejected.rejects.first()[0].code.code(), "A0624");
    db.load(&mapped(r#"{"unknown": "ignore", "null": "absent"}"#), payload).await.unwrap();
    assert_eq!(db.rows("select origin, first_name from people order by first_name").await, ["none|a", "x|∅"]);
}

#[tokio::test]
async fn a_mapping_that_does_not_fit_is_refused_and_looked_at_again_when_the_table_changes() {
    let db = TestDatabase::new("mapping_fit", SCHEMA).await;
    let mut session = db.session().await;
    let load = mapped(r#"{"columns": {"nickname": {"pointer": "/nick"}}}"#);
    let payload = || records(Format::Json, br#"{"nick": "a"}"#.to_vec());
    for _ in 0..2 {
        let error = session.ingest(&load, payload(), Some(soon())).await.unwrap_err();
        assert_eq!(error.code(), "A0518", "{error}");
    }
    db.sql.batch_execute("alter table people add column nickname text").await.unwrap();
    let error = session.ingest(&load, payload(), Some(soon())).await.unwrap_err();
    assert_eq!(error.code(), "A0510", "what is remembered of the table was wrong: {error}");
    assert_eq!(session.ingest(&load, payload(), Some(soon())).await.unwrap().inserted, 1);
}

#[tokio::test]
async fn a_number_is_a_moment_where_the_mapping_says_what_it_counts() {
    let db =
        TestDatabase::new("mapping_epoch", "create table t (at timestamptz, day date, span tstzrange)").await;
    let payload = r#"{"at": 1767225600250, "day": 1767225600250, "span": {"lower": 0, "upper": null}}"#;
    let load = Load { mapping: Mapping::from_json(r#"{"epoch": "milliseconds"}"#).unwrap(), ..append("t") };
    let mut session = db.session().await;
    for _ in 0..2 {
        let payload = records(Format::Json, payload.into());
        session.ingest(&load, payload, Some(soon())).await.unwrap();
    }
    // The same session takes it as it is without being told.
    let error =
        session.ingest(&append("t"), records(Format::Json, payload.into()), Some(soon())).await.unwrap_err();
    let IngestError::Rejected(rejected) = error else { panic!("{error}") };
    assert!(rejected.rejects.first()[0].reason.contains("epoch"));
    let row = "2026-01-01 00:00:00.25+00|2026-01-01|[\"1970-01-01 00:00:00+00\",)";
    assert_eq!(db.rows("set timezone = 'UTC'; select * from t").await, [row, row]);
}
