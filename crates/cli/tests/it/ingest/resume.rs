//! `--resume`: a file in pieces that the ledger knows. Whatever interrupts it, the same line goes on, and every row is there once.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{Base, steady};
use crate::support::Ran;

const ROWS: &str = "create table rows (n int, filler text)";
const COUNT: &str = "select count(*) || ' ' || count(distinct n) from rows";

/// How many of the records below are a piece of 1 MB.
const PIECE: u32 = 9_804;

/// NDJSON records with numbers from `from` on, 102 bytes each.
fn records(from: u32, count: u32) -> String {
    let mut text = String::new();
    for n in from..from + count {
        writeln!(text, "{{\"n\": {n:7}, \"filler\": \"{}\"}}", "x".repeat(73)).unwrap();
    }
    text
}

fn resume(base: &Base, file: &str, more: &[&str]) -> Ran {
    let mut arguments = vec![file, "--table", "rows", "--resume", "--piece-size", "1"];
    arguments.extend(more);
    base.ingest(&arguments)
}

#[test]
fn what_is_stored_is_not_stored_again() {
    let base = Base::new(ROWS);
    let file = base.place.file("rows.ndjson", &records(0, 35_000));
    let ran = resume(&base, &file, &[]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (
            Some(3),
            "error[A0516]: there is no ledger: relation \"adit_ledger\" does not exist\nhelp: `adit migrate` makes it\n"
        )
    );
    base.migrate();
    let ran = resume(&base, &file, &["--jobs", "3"]);
    assert_eq!(
        (ran.code, steady(&ran.stdout, &base.place).as_str()),
        (Some(0), "DIR/rows.ndjson: 35,000 rows stored in rows, N s, N rows/s\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(base.query(COUNT), "35000 35000");
    assert_eq!(
        base.query("select string_agg(split_part(batch, '/', 1) || '/' || split_part(batch, '/', 2) || ' ' || inserted, ', ' order by batch) from adit_ledger"),
        "1MB/0 9804, 1MB/1 9804, 1MB/2 9804, 1MB/3 5588"
    );
    base.query("delete from adit_ledger where batch like '1MB/2/%'");
    base.query(&format!("delete from rows where n >= 2 * {PIECE} and n < 3 * {PIECE}"));
    let ran = resume(&base, &file, &[]);
    assert_eq!(
        steady(&ran.stdout, &base.place),
        "DIR/rows.ndjson: 9,804 rows stored in rows (3 of 4 pieces stored before, with 25,196 rows), N s, N rows/s\n"
    );
    let ran = resume(&base, &file, &[]);
    assert_eq!(
        steady(&ran.stdout, &base.place),
        "DIR/rows.ndjson: all 4 pieces stored before: 35,000 rows stored in rows\n"
    );
    let ran = resume(&base, &file, &["--format", "json"]);
    assert!(
        ran.stdout.contains(r#""status":"stored-before","table":"rows","received":0,"#),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains(r#""stored_before":35000,"pieces_stored_before":4,"#), "{}", ran.stdout);
    assert_eq!(base.query(COUNT), "35000 35000");
}

#[test]
fn a_file_that_has_changed_is_noticed() {
    let base = Base::new(ROWS);
    base.migrate();
    let file = base.place.file("rows.ndjson", &records(0, 25_000));
    assert_eq!(resume(&base, &file, &[]).code, Some(0));
    let refused = |content: &str, more: &[&str]| {
        base.place.file("rows.ndjson", content);
        let ran = resume(&base, &file, more);
        (ran.code, steady(&ran.stderr, &base.place))
    };
    let says = |how: &str| {
        (
            Some(1),
            format!(
                "error: `DIR/rows.ndjson` has changed since pieces of it were stored: {how}\n\
                 help: store what is new from a file of its own, or all of it under another --source\n"
            ),
        )
    };
    let changed = records(0, 25_000).replacen("\"n\":   10005", "\"n\":   99999", 1);
    assert_eq!(refused(&changed, &[]), says("its piece 1 has other records than when it was stored"));
    assert_eq!(
        refused(&records(0, 30_000), &[]),
        says("its piece 2 has other records than when it was stored")
    );
    assert_eq!(refused(&records(0, PIECE), &[]), says("it ends before its piece 1, which is stored"));
    base.place.file("rows.ndjson", &records(0, 25_000));
    assert_eq!(base.query(COUNT), "25000 25000");

    let ran = base.ingest(&[&file, "--table", "rows", "--resume", "--piece-size", "2"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains(
            "was begun in pieces of 1 MB: go on with --piece-size 1, or store it under another --source"
        ),
        "{}",
        ran.stderr
    );
    base.query("create table others (like rows)");
    let ran = base.ingest(&[&file, "--table", "others", "--resume", "--piece-size", "1"]);
    assert_eq!(
        (ran.code, steady(&ran.stderr, &base.place).as_str()),
        (
            Some(2),
            "error: `DIR/rows.ndjson` is stored in table rows: to store it in others, too, give it another --source\n"
        )
    );
    let ran = resume(&base, &file, &["--source", "nightly"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        base.query("select string_agg(distinct source, ' ') from adit_ledger where source like 'n%'"),
        "nightly/rows.ndjson"
    );
}

#[test]
fn a_load_that_was_killed_goes_on() {
    let base = Base::new(ROWS);
    base.migrate();
    let file = base.place.file("rows.ndjson", &records(0, 80_000));
    let arguments = [file.as_str(), "--table", "rows", "--resume", "--piece-size", "1", "--jobs", "2"];
    for (signal, code) in [(Signal::KILL, None), (Signal::INT, Some(130))] {
        let before: u32 = base.query("select count(*) from adit_ledger").parse().unwrap();
        let child = base.start(&arguments);
        wait_until(|| base.query("select count(*) from adit_ledger").parse::<u32>().unwrap() > before);
        kill_process(Pid::from_child(&child), signal).unwrap();
        let ran: Ran = child.wait_with_output().unwrap().into();
        assert_eq!(ran.code, code, "{}", ran.stderr);
        if signal == Signal::INT {
            assert!(
                ran.stderr.starts_with("stopping: what is under way is rolled back\nerror: stopped: "),
                "{}",
                ran.stderr
            );
            assert!(
                ran.stderr.ends_with("help: the same command goes on where it stopped\n"),
                "{}",
                ran.stderr
            );
        }
        let sound =
            base.query("select (select count(*) from rows) = (select sum(inserted) from adit_ledger)");
        assert_eq!(sound, "t");
    }
    let ran = base.ingest(&arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("of 9 pieces stored before, with "), "{}", ran.stdout);
    assert_eq!(base.query(COUNT), "80000 80000");
}

#[test]
fn every_kind_of_file_is_cut() {
    let base = Base::new(ROWS);
    base.migrate();
    let lines = records(0, 25_000);
    let array = format!("[{}]", lines.trim_end().replace('\n', ",\n"));
    base.place.file("array.json", &array);
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(lines.as_bytes()).unwrap();
    std::fs::write(base.place.directory.path().join("lines.ndjson.gz"), zip.finish().unwrap()).unwrap();
    let zipped = zstd::encode_all(lines.as_bytes(), 1).unwrap();
    std::fs::write(base.place.directory.path().join("lines.ndjson.zst"), zipped).unwrap();
    let mut csv = "n,filler\r\n".to_owned();
    (0..25_000).for_each(|n| write!(csv, "{n:7},\"{}\r\nx\"\r\n", "x".repeat(84)).unwrap());
    base.place.file("fields.csv", &csv);
    let directory = base.place.directory.path().display().to_string();
    let ran = resume(&base, &format!("{directory}/*"), &["--jobs", "3", "--source", "all"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(base.query(COUNT), "100000 25000");
    assert_eq!(
        base.query("select string_agg(source || ' ' || n, ', ' order by source) from (select source, count(*) as n from adit_ledger group by source) s"),
        "all/array.json 3, all/fields.csv 3, all/lines.ndjson.gz 3, all/lines.ndjson.zst 3"
    );
    let ran = resume(&base, &format!("{directory}/*"), &["--source", "all"]);
    assert!(
        ran.code == Some(0) && ran.stdout.matches("all 3 pieces stored before").count() == 4,
        "{}",
        ran.stdout
    );
    assert_eq!(base.query(COUNT), "100000 25000");

    let ran = base.ingest_with(&["-", "--table", "rows", "--resume"], b"");
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(2), "error: -: what cannot be read again cannot be resumed: store it in a file first\n")
    );
}

#[test]
fn a_piece_that_is_refused_has_its_place_in_the_file_and_stops_it() {
    let base = Base::new(ROWS);
    base.migrate();
    let mut lines = records(0, 45_000);
    lines = lines.replacen("{\"n\":   20005,", "{\"m\":   20005,", 1);
    let file = base.place.file("rows.ndjson", &lines);
    let ran = resume(&base, &file, &[]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        steady(&ran.stdout, &base.place),
        "DIR/rows.ndjson: 19,608 rows stored in rows, N s, N rows/s\n"
    );
    assert_eq!(
        ran.stderr,
        "error[A0620]: 1 of 9804 records cannot be stored, so none was\n  \
         record 20005, m: table rows has no such column; the nearest is `n` [A0621]\n"
    );
    assert_eq!(base.query(COUNT), "19608 19608");
    let ran = resume(&base, &file, &["--on-reject", "each"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("1 record rejected\n  record 20005, m: "), "{}", ran.stderr);
    assert_eq!(base.query(COUNT), "44999 44999");
}

#[test]
fn later_records_win_over_earlier_ones_whatever_the_jobs() {
    let base = Base::new("create table rows (n int primary key, filler text)");
    base.migrate();
    let mut lines = String::new();
    for round in 0..5 {
        lines.push_str(&records(0, 10_000).replace("xx\"", &format!("x{round}\"")));
    }
    let file = base.place.file("rows.ndjson", &lines);
    let ran = resume(&base, &file, &["--jobs", "4", "--mode", "upsert"]);
    assert_eq!(
        (ran.code, steady(&ran.stdout, &base.place).as_str()),
        (Some(0), "DIR/rows.ndjson: 10,000 inserted, 40,000 updated in rows, N s, N rows/s\n")
    );
    assert_eq!(base.query("select count(*) from rows where filler like '%4'"), "10000");
}

#[test]
fn a_whole_file_can_have_a_name() {
    let base = Base::new(ROWS);
    base.migrate();
    let store =
        || base.ingest_with(&["-", "--table", "rows", "--batch-id", "2013-01-31"], records(0, 10).as_bytes());
    assert!(store().stdout.starts_with("-: 10 rows stored in rows, "));
    let again = store();
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), "-: stored before: 10 rows stored in rows\n"));
    assert_eq!(base.query(COUNT), "10 10");
    let two = [base.place.file("a.json", "{}"), base.place.file("b.json", "{}")];
    let ran = base.ingest(&[&two[0], &two[1], "--table", "rows", "--batch-id", "x"]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(2), "error: --batch-id names one file; with --resume each has its own name\n")
    );
}

/// Waits for something to become true, for as long as a busy machine may take.
pub(super) fn wait_until(mut is_true: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !is_true() {
        assert!(Instant::now() < until, "it never came true");
        std::thread::sleep(Duration::from_millis(5));
    }
}
