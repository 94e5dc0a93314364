//! `--create-table`: the table that records ask for is shown, made where that is wanted, and takes the records.

use super::{Base, steady};

const RECORDS: &str = r#"{"id": 1, "name": "chair", "price": 12.5, "tags": ["oak"], "at": "2013-01-31T05:15:00Z", "uuid": "6f1ed002-ab5b-4c0c-9b3e-0d1e5b5a7a11"}
{"id": 2, "name": null, "price": 3, "tags": [], "at": "2013-02-01", "big": 123456789012345678901234567890, "doc": {"a": 1}}
{"id": 3, "ok": true, "price": 1e2, "tags": null, "at": "2013-02-01 00:00:00+02", "nothing": null}
"#;
const SHOWN: &str = r#"from all 3 records of DIR/new.ndjson:
create table "new" (
    "id" bigint not null,
    "name" text,
    "price" double precision not null,
    "tags" text[],
    "at" timestamptz not null,
    "uuid" uuid,
    "big" numeric,
    "doc" jsonb,
    "ok" boolean,
    "nothing" text,
    primary key ("id")
);
warning: only nulls were seen of nothing: it is taken for text
"#;

#[test]
fn the_table_is_shown_made_and_filled() {
    let base = Base::new("select 1");
    let file = base.place.file("new.ndjson", RECORDS);
    let create = ["--table", "new", "--create-table", "--key", "id"];
    let run = |more: &[&str]| base.ingest(&[&[file.as_str()], &create[..], more].concat());
    // Nobody can be asked: there is no terminal.
    let ran = run(&[]);
    assert_eq!(
        (ran.code, steady(&ran.stderr, &base.place)),
        (Some(2), format!("{SHOWN}error: there is nobody to ask whether to make this table: say --yes\n"))
    );
    let ran = run(&["--dry-run"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("DIR/new.ndjson: 3 records, each can be stored")
            || ran.stdout.contains("3 records, each can be stored"),
        "{}",
        ran.stdout
    );
    assert_eq!(base.query("select to_regclass('new') is null"), "t");

    let ran = run(&["--yes"]);
    assert_eq!(
        (ran.code, steady(&ran.stdout, &base.place).as_str()),
        (Some(0), "DIR/new.ndjson: 3 rows stored in new, N s, N rows/s\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(steady(&ran.stderr, &base.place), format!("{SHOWN}table new is made\n"));
    assert_eq!(base.query("select sum(price) || ' ' || max(big) || ' ' || count(uuid) || ' ' || max(at at time zone 'UTC') from new"), "115.5 123456789012345678901234567890 1 2013-02-01 00:00:00");

    // The table that is there is used as it is.
    let ran = run(&["--yes", "--mode", "upsert"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), "table new is there: it is used as it is\n"));
    assert!(ran.stdout.contains("3 unchanged in new"), "{}", ran.stdout);
}

#[test]
fn only_a_sample_is_looked_at() {
    let base = Base::new("select 1");
    let mut text = "n,code\n".to_owned();
    (0..20_000).for_each(|n| text.push_str(&format!("{n},0{n}\n")));
    text.push_str("x,1\n");
    let file = base.place.file("new.csv", &text);
    let ran = base.ingest(&[&file, "--table", "new", "--create-table", "--yes"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("from the first 10,000 records of "), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("record 20000, n: expected an integer, found \"x\" (type bigint) [A0622]\n"),
        "{}",
        ran.stderr
    );
    let ran = base.ingest(&[&file, "--table", "whole", "--create-table", "--yes", "--sample", "all"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("\"n\" text not null,\n    \"code\" text not null\n"), "{}", ran.stderr);
    assert_eq!(base.query("select count(*) from whole"), "20001");
}

#[test]
fn standard_input_is_looked_at_and_stored_from_its_beginning() {
    let base = Base::new("select 1");
    let lines: String = (0..30_000).map(|n| format!("{{\"n\": {n}}}\n")).collect();
    let ran = base.ingest_with(&["-", "--table", "new", "--create-table", "--yes"], lines.as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("from the first 10,000 records of -:\n"), "{}", ran.stderr);
    assert_eq!(base.query("select count(*) || ' ' || sum(n) from new"), "30000 449985000");
    let ran = base.ingest_with(&["-", "--table", "other", "--create-table", "--sample", "all"], b"{}");
    assert!(ran.code == Some(2) && ran.stderr.contains("can be read only once"), "{}", ran.stderr);
}

#[test]
fn names_and_keys_follow_the_mapping_and_the_records() {
    let base = Base::new("select 1");
    let file = base.place.file("new.json", r#"[{"userId": 1, "who": {"mail": "a"}}, {"userId": 2}]"#);
    let mapping =
        r#"{"names": "snake", "columns": {"mail": {"pointer": "/who/mail"}, "origin": {"constant": 7}}}"#;
    let ran = base.ingest(&[
        &file,
        "--table",
        "new",
        "--create-table",
        "--yes",
        "--mapping",
        mapping,
        "--key",
        "user_id",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("(\n    \"mail\" text,\n    \"origin\" bigint not null,\n    \"user_id\" bigint not null,\n    primary key (\"user_id\")\n)"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        base.query("select string_agg(user_id || coalesce(mail, '-') || origin, ' ') from new"),
        "1a7 2-7"
    );
    for (arguments, said) in [
        (
            &["--key", "who"][..],
            "error[A0650]: no table can be made: `who` cannot be the key: it is null or absent in a record",
        ),
        (&["--key", "x"], "`x` cannot be the key: no record has it; there are userId, who"),
    ] {
        let ran = base
            .ingest(&[&[file.as_str(), "--table", "other", "--create-table", "--yes"], arguments].concat());
        assert!(ran.code == Some(1) && ran.stderr.contains(said), "{}", ran.stderr);
    }
    let empty = base.place.file("empty.json", "[1, 2]");
    let ran = base.ingest(&[&empty, "--table", "other", "--create-table", "--yes"]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(1), "error[A0650]: no table can be made: none of the 2 records is an object with a key\n")
    );
}
