//! Several files: patterns, jobs, the order of what is said, and what one bad file does to the others.

use std::process::Stdio;

use super::{Base, ITEMS, steady};
use crate::support::example;

#[test]
fn files_are_stored_each_as_a_whole() {
    let base = Base::new(&ITEMS.replace(" unique", ""));
    let count = || base.query("select count(*) from items");
    let ran = base.ingest(&[&example("items.csv"), &example("items.ndjson.gz"), "--table", "items"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[..2].iter().all(|line| line.contains(": 3 rows stored in items, ")), "{}", ran.stdout);
    assert!(lines[2].starts_with("2 of 2 files: 6 rows stored in items, "), "{}", ran.stdout);
    assert_eq!(count(), "6");

    let ran = base.ingest(&[&example("bad.json"), "--table", "items"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert_eq!(
        ran.stderr,
        "error[A0620]: 2 of 3 records cannot be stored, so none was\n  \
         record 1, name: the column does not take null [A0624]\n  \
         record 2, nmae: table items has no such column; the nearest is `name` [A0621]\n"
    );
    assert_eq!(count(), "6");

    let na = base.place.file("na.csv", "name,description\nx,NA\n");
    let ran = base.ingest(&[&na, "--table", "items", "--csv-null", "NA", "--format", "json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.contains(r#""status":"stored","table":"items","received":1,"inserted":1,"updated":0,"#),
        "{}",
        ran.stdout
    );
    assert_eq!(base.query("select count(*) from items where description is null"), "5");

    let ran = base.ingest_with(&["-", "--table", "items"], br#"{"name":"from stdin"}"#);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("-: 1 row stored in items, "), "{}", ran.stdout);
}

#[test]
fn a_bad_file_does_not_stop_the_others_and_all_is_said_in_their_order() {
    let base = Base::new(ITEMS);
    for number in 0..6 {
        base.names(&format!("{number}.ndjson"), &format!("f{number}-"), 3000 - number * 400);
    }
    base.place.file("2.ndjson", "{\"name\": \"x\"}\n{\"name\": null}\n");
    base.place.file("4.ndjson", "{\"name\": \"y\"}\n{\"name\": ");
    let pattern = base.place.directory.path().join("*.ndjson").display().to_string();
    let ran = base.ingest(&[&pattern, "--table", "items", "--jobs", "3"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(
        steady(&ran.stdout, &base.place),
        "DIR/0.ndjson: 3,000 rows stored in items, N s, N rows/s\n\
         DIR/1.ndjson: 2,600 rows stored in items, N s, N rows/s\n\
         DIR/3.ndjson: 1,800 rows stored in items, N s, N rows/s\n\
         DIR/5.ndjson: 1,000 rows stored in items, N s, N rows/s\n\
         4 of 6 files: 8,400 rows stored in items, N s, N rows/s\n"
    );
    assert_eq!(
        steady(&ran.stderr, &base.place),
        "error[A0620]: DIR/2.ndjson: 1 of 2 records cannot be stored, so none was\n  \
         record 1, name: the column does not take null [A0624]\n\
         error[A0601]: DIR/4.ndjson: the payload is malformed at byte 23: expected the rest of a record: the payload is cut off\n  \
         near: ame\": \"y\"}�{\"name\": \n\
         error: 2 of 6 files are not stored: DIR/2.ndjson, DIR/4.ndjson\n"
    );
    assert_eq!(base.query("select count(*) from items"), "8400");

    let ran = base.ingest(&[
        &pattern, "--table", "items", "--jobs", "2", "--format", "json", "--mode", "upsert", "--key", "name",
    ]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 6, "{}", ran.stdout);
    for (number, line) in lines.iter().enumerate() {
        let status = if number == 2 || number == 4 { "failed" } else { "stored" };
        assert!(line.contains(&format!("/{number}.ndjson\",\"status\":\"{status}\"")), "{line}");
    }
    assert!(
        lines[2].contains(r#""code":"A0620","message":"1 of 2 records cannot be stored, so none was"}"#),
        "{}",
        lines[2]
    );
}

#[test]
fn wrong_names_are_said_before_anything_is_stored() {
    let base = Base::new(ITEMS);
    let good = base.names("good.json", "a", 1);
    let directory = base.place.directory.path().display().to_string();
    let zip = base.place.file("book.csv", "PK\u{3}\u{4}rest");
    let nothing = format!("{directory}/*.xml");
    for (wrong, said) in [
        ("/nowhere.json", "error: /nowhere.json cannot be read: No such file or directory (os error 2)\n"),
        (&directory, "error: DIR cannot be read: it is a directory; name its files, as in 'DIR/*.json'\n"),
        (&nothing, "error: no file matches `DIR/*.xml`\n"),
        (
            &zip,
            "error: DIR/book.csv cannot be read: it is a zip archive (or a spreadsheet); unpack it, or save it as CSV\n",
        ),
    ] {
        let ran = base.ingest(&[&good, wrong, "--table", "items"]);
        assert_eq!((ran.code, steady(&ran.stderr, &base.place).as_str()), (Some(2), said));
    }
    let ran = base.ingest(&[&good, "--table", "nowhere"]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (
            Some(3),
            "error[A0508]: there is no such table: `nowhere` is not a table that this user sees (search_path and schema count)\n\
             help: make it, or let --create-table make one for these records\n"
        )
    );
    assert_eq!(base.query("select count(*) from items"), "0");

    let ran = base.ingest(&[&good, &good, "--table", "items", "--jobs", "4"]);
    assert_eq!(
        (ran.code, steady(&ran.stderr, &base.place).as_str()),
        (
            Some(0),
            "warning: DIR/good.json is named twice: it is stored once\n\
             warning: --jobs 4: a file is one transaction; only --resume stores a file by several jobs\n"
        )
    );
    assert_eq!(base.query("select count(*) from items"), "1");
}

#[test]
fn what_is_no_data_has_its_place() {
    let base = Base::new(ITEMS);
    let garbage = base.place.directory.path().join("garbage.bin");
    std::fs::write(&garbage, [0x00, 0x9f, 0x92, 0x96, 0xff, 0xfe]).unwrap();
    let ran = base.ingest(&[garbage.to_str().unwrap(), "--table", "items"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.starts_with("error[A0601]: the payload is malformed at byte 1: the bytes are not UTF-8\n"),
        "{}",
        ran.stderr
    );
    let empty = base.place.file("empty.csv", "");
    let ran = base.ingest(&[&empty, "--table", "items"]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(1), "error[A0602]: the payload is empty: no record in it\n")
    );
    let broken = base.place.directory.path().join("broken.ndjson.gz");
    std::fs::write(&broken, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff]).unwrap();
    let ran = base.ingest(&[broken.to_str().unwrap(), "--table", "items"]);
    assert!(
        ran.code == Some(1) && ran.stderr.starts_with("error[A0605]: the payload cannot be read: "),
        "{}",
        ran.stderr
    );
}

#[test]
fn nobody_has_to_read_what_it_says() {
    let base = Base::new(ITEMS);
    let file = base.names("a.ndjson", "a", 10);
    let arguments = ["ingest", &file, "--table", "items", "--database-url", &base.url];
    let mut child =
        base.place.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(base.query("select count(*) from items"), "10");
}
