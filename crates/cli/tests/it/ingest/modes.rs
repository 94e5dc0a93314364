//! The modes, the mapping and the policies for rejects, as people choose them and as they are told of what came of it.

use super::{Base, ITEMS, steady};
use crate::support::Ran;

#[test]
fn counts_that_are_not_zero_are_said_in_words() {
    let base = Base::new(&format!("{ITEMS}; create table docs (id int primary key, source text, body text)"));
    let first = base
        .place
        .file("1.json", r#"[{"name": "a", "description": "1"}, {"name": "b", "description": "1"}]"#);
    let next = base.place.file(
        "2.json",
        r#"[{"name": "a", "description": "1"}, {"name": "b", "description": "2"}, {"name": "c", "description": "0"}, {"name": "c", "description": "3"}, {"name": null}]"#,
    );
    let upsert = |file: &str, more: &[&str]| {
        let mut arguments = vec![file, "--table", "items", "--mode", "upsert", "--key", "name"];
        arguments.extend(more);
        base.ingest(&arguments)
    };
    let said = |ran: &Ran| steady(&ran.stdout, &base.place);
    let ran = upsert(&first, &[]);
    assert_eq!(
        (ran.code, said(&ran).as_str()),
        (Some(0), "DIR/1.json: 2 rows stored in items, N s, N rows/s\n")
    );
    let ran = upsert(&next, &["--on-reject", "each"]);
    assert_eq!(ran.code, Some(1), "records were rejected: {}", ran.stderr);
    assert_eq!(
        said(&ran),
        "DIR/2.json: 1 inserted, 1 updated, 1 unchanged, 1 superseded in items; 1 rejected, N s, N rows/s\n"
    );
    assert_eq!(
        steady(&ran.stderr, &base.place),
        "warning: DIR/2.json: 1 record rejected\n  record 4, name: the column does not take null [A0624]\n"
    );
    assert_eq!(
        base.query("select string_agg(name || description, ' ' order by name) from items"),
        "a1 b2 c3"
    );
    let ran = upsert(
        &next,
        &["--on-reject", "each", "--update", "nothing", "--most-rejects", "0", "--format", "json"],
    );
    assert!(
        ran.stdout.contains(
            r#""status":"partial","table":"items","received":5,"inserted":0,"updated":0,"unchanged":3,"#
        ),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.ends_with("1 record rejected\n  and 1 more\n"), "{}", ran.stderr);

    let chunks = base.place.file("chunks.json", r#"[{"id": 1, "source": "x"}, {"id": 2, "source": "x"}]"#);
    let replaced = base.place.file("replaced.json", r#"[{"id": 3, "source": "x"}]"#);
    let docs = |file: &str, more: &[&str]| {
        let mut arguments = vec![file, "--table", "docs"];
        arguments.extend(more);
        said(&base.ingest(&arguments))
    };
    docs(&chunks, &[]);
    assert_eq!(
        docs(&replaced, &["--mode", "replace", "--key", "source"]),
        "DIR/replaced.json: 1 inserted, 2 deleted in docs, N s, N rows/s\n"
    );
    assert_eq!(
        docs(&chunks, &["--mode", "delete", "--key", "source"]),
        "DIR/chunks.json: 1 unchanged, 1 deleted in docs, N s, N rows/s\n".replace("1 unchanged, ", "")
    );
}

#[test]
fn rejects_are_kept_where_there_is_a_table_for_them() {
    let base = Base::new(ITEMS);
    let file = base.place.file("a.json", r#"[{"name": "a"}, {"name": 5, "x": 1}]"#);
    let store = || base.ingest(&[&file, "--table", "items", "--on-reject", "each-kept"]);
    let ran = store();
    assert_eq!(ran.code, Some(3));
    assert!(
        ran.stderr.contains("error[A0521]: there is no table of rejects")
            && ran.stderr.ends_with("help: `adit migrate` makes it\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(base.query("select count(*) from items"), "0");
    base.migrate();
    assert_eq!(store().code, Some(1));
    assert_eq!(
        base.query("select code || ' ' || record_index || ' ' || record::text from adit_rejects"),
        r#"A0621 1 {"x": 1, "name": 5}"#
    );
}

#[test]
fn a_mapping_is_read_from_the_argument_or_from_a_file() {
    let base = Base::new("create table people (first_name text, mail text, origin text, extra jsonb)");
    let mapping = r#"{"names": "snake", "columns": {"mail": {"pointer": "/contact/mail"}, "origin": {"constant": "web"}}, "unknown": {"column": "extra"}}"#;
    let file = base.place.file("a.json", r#"{"firstName": "Ada", "contact": {"mail": "a@b"}, "age": 36}"#);
    let mapping_file = base.place.file("mapping.json", mapping);
    for mapping in [mapping.to_owned(), format!("@{mapping_file}")] {
        let ran = base.ingest(&[&file, "--table", "people", "--mapping", &mapping]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    assert_eq!(
        base.query("select count(*) || ' ' || min(first_name || mail || origin || extra::text) from people"),
        r#"2 Adaa@bweb{"age": 36}"#
    );

    let wrong = |mapping: &str| {
        let ran = base.ingest(&[&file, "--table", "people", "--mapping", mapping]);
        assert!(ran.code == Some(2) || ran.code == Some(3), "{:?}", ran.code);
        steady(&ran.stderr, &base.place)
    };
    assert_eq!(
        wrong(r#"{"names": "snake", "unknwon": "ignore"}"#),
        "error: --mapping: the mapping is wrong: unknown field `unknwon`, expected one of `columns`, `names`, `unknown`, `null`, `epoch` at line 1 column 28\n  \
         {\"names\": \"snake\", \"unknwon\": \"ignore\"}\n                             ^\n"
    );
    let broken = base.place.file("broken.json", "{\n  \"names\": \"snake\",\n  oops\n}\n");
    assert_eq!(
        wrong(&format!("@{broken}")),
        "error: DIR/broken.json: the mapping is wrong: key must be a string at line 3 column 3\n    oops\n    ^\n"
    );
    assert!(wrong("@/nowhere.json").starts_with("error: /nowhere.json cannot be read: No such file"));
    assert_eq!(
        wrong(r#"{"columns": {"nothing": {"record": true}}}"#),
        "error[A0518]: the mapping does not fit the table: the mapping names the column `nothing`, which table people does not have\n"
    );
}

#[test]
fn what_does_not_go_together_is_wrong_usage() {
    let base = Base::new(ITEMS);
    let file = base.names("a.json", "a", 1);
    for (arguments, said) in [
        (&["--key", "name"][..], "error: `append` takes no key"),
        (&["--update", "name"], "error: `append` takes no update"),
        (&["--mode", "replace"], "error: `replace` needs a key"),
        (&["--mode", "merge"], "`merge` is not one of append, upsert, replace, delete"),
        (&["--on-reject", "some"], "`some` is not one of all, each, each-kept"),
        (
            &["--mode", "replace", "--key", "name", "--resume"],
            "error: --resume stores a file in pieces, and `replace`",
        ),
        (&["--source", "x"], "error: --source is for --resume and --batch-id"),
        (&["--piece-size", "5"], "--resume"),
        (&["--yes"], "--create-table"),
        (&["--resume", "--batch-id", "x"], "cannot be used with"),
        (&["--batch-id", ""], "must have 1 to 500 characters"),
        (&["--create-table", "--sample", "none"], "expected a number above 0, or `all`"),
    ] {
        let mut all = vec![file.as_str(), "--table", "items"];
        all.extend(arguments);
        let ran = base.ingest(&all);
        assert!(ran.code == Some(2) && ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
    }
    assert_eq!(base.query("select count(*) from items"), "0");
    let ran = base.ingest(&[&file, "--table", "items", "--mode", "upsert", "--key", "description"]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("error[A0517]: the table has no such key: table items has no unique constraint over just (description)"), "{}", ran.stderr);
}
