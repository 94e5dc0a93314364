//! `adit ingest`: files into a table, without a function.

use adit_local::{Postgres, PostgresOptions};

use crate::support::{Place, example, query};

#[test]
fn files_are_stored_each_as_a_whole() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Postgres::start(PostgresOptions::default())).unwrap();
    let url = server.url();
    query(&url, "create table items (id serial primary key, name varchar(255) not null, description text)");
    let place = Place::new();
    let store = |files: &[&str], more: &[&str]| {
        let mut arguments = vec!["ingest", "--table", "items", "--database-url", &url];
        arguments.extend(files);
        arguments.extend(more);
        place.run(&arguments)
    };
    let count = || query(&url, "select count(*) from items");

    let ran = store(&[&example("items.csv"), &example("items.ndjson.gz")], &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 2);
    assert!(ran.stdout.lines().all(|line| line.contains(": 3 rows stored in items, ")), "{}", ran.stdout);
    assert_eq!(count(), "6");

    let ran = store(&[&example("bad.json")], &[]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("error[A0620]: 2 of 3 records cannot be stored, so none was"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("record 1, name: the column does not take null"), "{}", ran.stderr);
    assert_eq!(count(), "6");

    let na = place.file("na.csv", "name,description\nx,NA\n");
    assert_eq!(store(&[&na], &["--csv-null", "NA", "--format", "json"]).code, Some(0));
    assert_eq!(query(&url, "select count(*) from items where description is null"), "5");

    let arguments = ["ingest", "-", "--table", "items", "--database-url", &url];
    let ran = place.run_with(&arguments, br#"{"name":"from stdin"}"#);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(query(&url, "select count(*) from items where name = 'from stdin'"), "1");

    let ran = place.run(&["ingest", &na, "--table", "nowhere", "--database-url", &url]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("error[A0508]: there is no such table"), "{}", ran.stderr);
}

#[test]
fn the_ledger_is_made_by_a_command() {
    let ran = Place::new().run(&["migrate", "--print"]);
    assert!(ran.code == Some(0) && ran.stdout.starts_with("create table if not exists adit_ledger ("));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Postgres::start(PostgresOptions::default())).unwrap();
    for _ in 0..2 {
        let ran = Place::new().run(&["migrate", "--database-url", &server.url()]);
        assert_eq!(
            (ran.code, ran.stderr.as_str()),
            (Some(0), "the tables adit_ledger and adit_rejects are there\n")
        );
    }
    assert_eq!(query(&server.url(), "select count(*) from adit_ledger"), "0");
    assert_eq!(Place::new().run(&["migrate"]).code, Some(2));
}
