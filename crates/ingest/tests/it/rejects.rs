//! What cannot be a row: each reject names the record, the column and the reason, and nothing is stored.

use adit_ingest::{Format, IngestError, RejectCode};

use crate::support::{ITEMS, TestDatabase, append, records, soon};

#[tokio::test]
async fn each_fault_has_its_code_its_column_and_its_place() {
    let schema = "create domain even as int check (value % 2 = 0);
        create table t (id int primary key, name varchar(3) not null, n smallint, j jsonb, e even,
                        twice int generated always as (n * 2) stored, forbidden int check (forbidden <> 13))";
    let db = TestDatabase::new("rejects", schema).await;
    use RejectCode::*;
    let cases = [
        (r#"{"id":2,"name":"a","nmae":1}"#, UnknownColumn, Some("nmae"), "the nearest is `name`"),
        (
            r#"{"id":2,"name":"a","n":"x"}"#,
            Type,
            Some("n"),
            "expected an integer, found \"x\" (type smallint)",
        ),
        (
            r#"{"id":2,"name":"abcd"}"#,
            TooLong,
            Some("name"),
            "4 characters do not fit into character varying(3)",
        ),
        (r#"{"id":2,"name":null}"#, Null, Some("name"), "does not take null"),
        (r#"{"id":2}"#, Missing, Some("name"), "needs a value"),
        (r#"{"id":2,"name":"a","n":32768}"#, Range, Some("n"), "32768 is outside -32768 to 32767"),
        (r#"{"id":2,"name":"a\u0000"}"#, Character, Some("name"), "U+0000"),
        (r#"{"id":2,"name":"a","j":"\u0000"}"#, Character, Some("j"), "jsonb"),
        (r#"{"id":2,"name":"a","twice":4}"#, Generated, Some("twice"), "generates"),
        (r#"{"id":2,"name":"a","e":3}"#, Server, Some("e"), "even"),
        (r#"{"id":2,"name":"a","forbidden":13}"#, Server, None, "violates check constraint"),
        (r#"{"id":1,"name":"a"}"#, Server, None, "duplicate key value"),
        ("[1]", NotAnObject, None, "expected an object, found [1]"),
    ];
    let good = r#"{"id":1,"name":"ok"}"#;
    for (record, code, column, reason) in cases {
        let payload = format!("[{good},{record}]");
        let error = db.ingest("t", Format::Json, &payload).await.unwrap_err();
        let IngestError::Rejected(rejected) = &error else { panic!("{record}: {error:?}") };
        let [reject] = rejected.rejects.first() else { panic!("{record}: {rejected:?}") };
        assert_eq!(
            (reject.index, reject.code, reject.column.as_deref()),
            (Some(1), code, column),
            "{record}"
        );
        assert!(reject.reason.contains(reason), "{record}: {}", reject.reason);
        assert_eq!((error.code(), rejected.received), ("A0620", 2));
    }
    // A single row goes another way into the server; its faults are the same.
    db.ingest("t", Format::Json, good).await.unwrap();
    for (record, code, _, reason) in cases.into_iter().filter(|case| case.1 != NotAnObject) {
        let error = db.ingest("t", Format::Json, record).await.unwrap_err();
        let IngestError::Rejected(rejected) = error else { panic!("{record}") };
        let [reject] = rejected.rejects.first() else { panic!("{record}") };
        assert_eq!((reject.index, reject.code), (Some(0), code), "{record}");
        assert!(reject.reason.contains(reason), "{record}: {}", reject.reason);
    }
    assert_eq!(db.count("t").await, 1);
}

#[tokio::test]
async fn all_faults_are_counted_and_the_first_are_shown() {
    let db = TestDatabase::new("counted", ITEMS).await;
    let mut session = db.session().await;
    let lines: Vec<String> = (0..30_000)
        .map(|n| if n >= 29_900 { r#"{"name":null}"#.to_owned() } else { format!(r#"{{"name":"n{n}"}}"#) })
        .collect();
    let payload = lines.join("\n").into_bytes();
    let error =
        session.ingest(&append("items"), records(Format::Json, payload), Some(soon())).await.unwrap_err();
    let IngestError::Rejected(rejected) = error else { panic!("{error:?}") };
    assert_eq!((rejected.received, rejected.rejects.total()), (30_000, 100));
    assert_eq!(rejected.rejects.first().len(), 20);
    assert_eq!(rejected.rejects.first()[0].index, Some(29_900));
    assert_eq!(db.count("items").await, 0);

    // The session was rolled back and goes on.
    assert!(session.is_usable());
    let good = records(Format::Json, br#"[{"name":"a"},{"name":"b"}]"#.to_vec());
    assert_eq!(session.ingest(&append("items"), good, Some(soon())).await.unwrap().inserted, 2);
}

#[tokio::test]
async fn a_servers_word_is_traced_to_its_record_across_groups() {
    let schema = "create table t (n int check (n <> 7), a text default 'x')";
    let db = TestDatabase::new("traced", schema).await;
    // Records with and without `a` are in two groups; the bad one is the second of its group.
    let payload = r#"[{"n":1},{"n":2,"a":"y"},{"n":3},{"n":7,"a":"z"},{"n":5}]"#;
    let error = db.ingest("t", Format::Json, payload).await.unwrap_err();
    let IngestError::Rejected(rejected) = error else { panic!("{error:?}") };
    assert_eq!(rejected.rejects.first()[0].index, Some(3));
}

#[tokio::test]
async fn malformed_payloads_have_a_byte() {
    let db = TestDatabase::new("malformed", ITEMS).await;
    let cases = [
        (Format::Json, r#"{"name": nope}"#, "A0601", "byte 10: expected `null`, `true` or `false`"),
        (Format::Json, r#"[{"name":"a"},{"name":"b" "x":1}]"#, "A0601", "byte 26"),
        (Format::Json, r#"[{"name":"a"}"#, "A0601", "byte 13: expected `]`"),
        (Format::Json, r#"{"name":"a"} nope"#, "A0601", "byte 14"),
        (Format::Json, "  \n", "A0602", "empty"),
        (Format::Json, "[]", "A0602", "empty"),
        (Format::Csv, "name\n", "A0602", "empty"),
        (Format::Csv, "", "A0602", "empty"),
        (Format::Csv, "name,descripton\na,b\n", "A0604", "the nearest is `description`"),
        (Format::Csv, "name,name\na,b\n", "A0604", "twice"),
    ];
    for (format, payload, code, text) in cases {
        let error = db.ingest("items", format, payload).await.unwrap_err();
        assert_eq!(error.code(), code, "{payload}: {error}");
        assert!(error.to_string().contains(text), "{payload}: {error}");
    }
    let mut session = db.session().await;
    let latin = records(Format::Json, b"[{\"name\":\"a\"},{\"name\":\"\xe9\"}]".to_vec());
    let error = session.ingest(&append("items"), latin, Some(soon())).await.unwrap_err();
    assert!(error.to_string().contains("byte 23: the bytes are not UTF-8"), "{error}");
    assert_eq!(db.count("items").await, 0);
}

#[tokio::test]
async fn tables_that_are_not_there_or_not_ours() {
    let db = TestDatabase::new("tables", ITEMS).await;
    let error = db.ingest("itmes", Format::Json, r#"{"name":"a"}"#).await.unwrap_err();
    assert_eq!(error.code(), "A0508");
    db.sql
        .batch_execute("create table locked (n int); revoke all on locked from current_user")
        .await
        .unwrap();
    for payload in [r#"{"n":1}"#, r#"[{"n":1},{"n":2}]"#] {
        let error = db.ingest("locked", Format::Json, payload).await.unwrap_err();
        assert_eq!(error.code(), "A0509", "{error}");
    }
}

#[tokio::test]
async fn the_servers_words_are_told_as_far_as_a_person_reads() {
    let schema = "create type mood as enum ('good'); create table moods (mood mood)";
    let db = TestDatabase::new("long_words", schema).await;
    let payload = format!("{{\"mood\":\"{}\"}}", "x".repeat(1 << 20));
    let IngestError::Rejected(rejected) = db.ingest("moods", Format::Json, &payload).await.unwrap_err()
    else {
        panic!("not a reject");
    };
    let reason = &rejected.rejects.first()[0].reason;
    assert!(reason.starts_with("invalid input value for enum mood: \"xxx"), "{reason}");
    assert!(reason.ends_with("x… (SQLSTATE 22P02)") && reason.len() < 600, "{} bytes", reason.len());
}
