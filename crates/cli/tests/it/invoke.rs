//! `adit invoke` against a running `adit dev`.

use std::fmt::Write as _;

use crate::support::{Dev, Place, example};

#[test]
fn one_payload_one_answer() {
    let place = Place::new();
    let dev = Dev::start(&place, &[]);
    let ran = place.run(&["invoke", "-d", r#"{"name":"chair","description":"oak"}"#]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert_eq!(
        ran.stdout,
        "{\"status\":\"success\",\"message\":\"1 row stored in items\",\"item_id\":1,\"table\":\"items\",\"received\":1,\
         \"inserted\":1,\"rejected\":0,\"key\":{\"id\":1}}\n"
    );
    for (data, code, text) in [
        (
            r#"{"nmae":"x"}"#,
            "A0620",
            "record 0, nmae: table items has no such column; the nearest is `name` [A0621]",
        ),
        (r#"{"name":"#, "A0601", "malformed at byte 8"),
        ("[]", "A0602", "the payload is empty"),
    ] {
        let ran = place.run(&["invoke", "postgres-inserter", "-d", data]);
        assert_eq!(ran.code, Some(1), "{data}");
        assert!(
            ran.stderr.contains(&format!("error[{code}]")) && ran.stderr.contains(text),
            "{data}: {}",
            ran.stderr
        );
    }
    assert_eq!(dev.query("select count(*) from items"), "1");

    let ran = place.run(&["invoke", "other", "-d", "{}"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("no function `other`: `adit dev` runs postgres-inserter"), "{}", ran.stderr);
    let ran = place.run(&["invoke", "-d", "@/nowhere.json"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("/nowhere.json cannot be read: No such file"), "{}", ran.stderr);
}

#[test]
fn a_file_is_split_by_rows_and_a_reject_is_counted_from_its_start() {
    let place = Place::new();
    let dev = Dev::start(&place, &[]);
    let mut lines = String::new();
    for n in 0..80_000 {
        writeln!(lines, r#"{{"name":"n{n}","description":"{}"}}"#, "x".repeat(180)).unwrap();
    }
    let file = place.file("rows.ndjson", &lines);
    let ran = place.run(&["invoke", "-d", &format!("@{file}"), "--jobs", "2", "--format", "json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with(r#"{"inserted":80000,"replayed":0,"calls":3,"bytes":"#), "{}", ran.stdout);
    assert_eq!(dev.query("select count(*), count(distinct name) from items"), "80000");

    lines.push_str("{\"name\":null}\n");
    let ran = place.run_with(&["invoke", "-d", "-"], lines.as_bytes());
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("record 80000, name: the column does not take null [A0624]"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("rows of other calls are stored"), "{}", ran.stderr);
}

#[test]
fn examples_are_sent_as_their_names_say() {
    let place = Place::new();
    let dev = Dev::start(&place, &[]);
    for file in ["items.csv", "items.ndjson", "items-rows.json"] {
        let ran = place.run(&["invoke", "-d", &format!("@{}", example(file))]);
        assert_eq!(ran.code, Some(0), "{file}: {}", ran.stderr);
    }
    assert_eq!(dev.query("select count(*) from items where name = 'lamp'"), "3");
    let ran = place.run(&["invoke", "-d", &format!("@{}", example("bad.json"))]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("2 of 3 records cannot be stored, so none was"), "{}", ran.stderr);
}

#[test]
fn a_detached_call_is_accepted_and_done() {
    let place = Place::new();
    let mut dev = Dev::start(&place, &[]);
    let ran = place.run(&["invoke", "--detached", "-d", r#"{"name":"later"}"#]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
    dev.wait_for("call ");
    assert_eq!(dev.query("select name from items"), "later");
}

#[test]
fn a_named_batch_is_stored_once_however_often_it_is_sent() {
    let place = Place::new();
    let dev = Dev::start(&place, &[]);
    let one = ["invoke", "-d", r#"{"name":"chair"}"#, "--batch-id", "order-7"];
    let first = place.run(&one).stdout;
    let again = place.run(&one).stdout;
    assert!(first.contains("\"item_id\":1") && !first.contains("replayed"), "{first}");
    assert!(again.contains("1 row stored before in items") && again.contains("\"item_id\":1"), "{again}");

    let file = place.file("rows.ndjson", &format!("{{\"name\":\"{}\"}}\n", "x".repeat(200)).repeat(60_000));
    let data = format!("@{file}");
    let many = ["invoke", "-d", &data, "--batch-id", "june", "--format", "json"];
    let ran = place.run(&many);
    assert!(
        ran.stdout.starts_with(r#"{"inserted":60000,"replayed":0,"calls":3,"#),
        "{} {}",
        ran.stdout,
        ran.stderr
    );
    let ran = place.run(&many);
    assert!(ran.stdout.starts_with(r#"{"inserted":0,"replayed":60000,"calls":3,"#), "{}", ran.stdout);
    assert_eq!(dev.query("select count(*) from items"), "60001");

    let ran = place.run(&["invoke", "-d", r#"{"name":"é"}"#, "--batch-id", "é 1"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(place.run(&["invoke", "-d", r#"{"name":"é"}"#, "--batch-id", "é 1"]).stdout.contains("replayed"));
    let ran = place.run(&["invoke", "-d", "{}", "--batch-id", "a\nb"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}

#[test]
fn the_payload_can_name_itself() {
    let place = Place::new();
    let dev = Dev::start(&place, &["--config", "ADIT_BATCH=digest"]);
    for _ in 0..2 {
        assert_eq!(place.run(&["invoke", "-d", r#"[{"name":"a"},{"name":"b"}]"#]).code, Some(0));
    }
    assert_eq!(place.run(&["invoke", "-d", r#"[{"name":"a"}]"#]).code, Some(0));
    assert_eq!(dev.query("select count(*) from items"), "3");
}

#[test]
fn records_that_were_not_stored_are_a_warning_and_exit_code_1() {
    let place = Place::new();
    let dev = Dev::start(&place, &["--config", "ADIT_ON_REJECT=each", "--config", "ADIT_MOST_REJECTS=3"]);
    let ran = place.run(&["invoke", "-d", r#"[{"name":"a"},{"name":null},{"nmae":"b"}]"#]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.starts_with(r#"{"status":"partial","message":"1 row stored in items; 2 rejected","table":"items","received":3,"inserted":1,"rejected":2,"rejects":["#), "{}", ran.stdout);
    assert_eq!(
        ran.stderr,
        "warning: 2 records rejected, the others are stored\n  \
         record 1, name: the column does not take null [A0624]\n  \
         record 2, nmae: table items has no such column; the nearest is `name` [A0621]\n"
    );
    let mut lines = String::new();
    for n in 0..80_000 {
        let name = if n % 20_000 == 19_999 { "null".to_owned() } else { format!("\"n{n}\"") };
        writeln!(lines, r#"{{"name":{name},"description":"{}"}}"#, "x".repeat(180)).unwrap();
    }
    let file = place.file("rows.ndjson", &lines);
    let data = format!("@{file}");
    let ran = place.run(&["invoke", "-d", &data]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.starts_with("79,996 rows stored in 3 calls ("), "{}", ran.stdout);
    assert!(ran.stdout.contains(" MB); 4 rejected, "), "{}", ran.stdout);
    let places: Vec<&str> = ran
        .stderr
        .lines()
        .filter_map(|line| line.trim().strip_prefix("record ")?.split(',').next())
        .collect();
    assert_eq!(places, ["19999", "39999", "59999", "79999"], "{}", ran.stderr);
    let ran = place.run(&["invoke", "-d", &data, "--format", "json"]);
    assert!(
        ran.code == Some(1)
            && ran.stdout.contains(r#""rejected":4,"rejects":[{"index":19999,"column":"name","#),
        "{}",
        ran.stdout
    );
    assert_eq!(dev.query("select count(*) from items"), "159993");
}
