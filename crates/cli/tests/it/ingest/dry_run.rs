//! `--dry-run`: the plan and every reject, and nothing is written: the database does not even let it.

use super::{Base, ITEMS, server, steady};

/// A user who may look at the tables, and whom the server refuses any other thing.
fn onlooker(base: &Base) -> String {
    let name = base.url.rsplit_once('/').unwrap().1;
    let role = format!("onlooker_{name}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let statements = format!(
        "create role {role} login password 'x'; grant select on all tables in schema public to {role};
         alter role {role} set default_transaction_read_only = on"
    );
    runtime.block_on(server().execute(name, &statements)).unwrap();
    format!("postgresql://{role}:x@127.0.0.1:{}/{name}", server().port())
}

#[test]
fn the_plan_and_every_reject_are_shown_and_nothing_is_written() {
    let base = Base::new(
        &ITEMS.replace("text)", "text, extra jsonb, size numeric generated always as (1) stored, spot box)"),
    );
    let mut lines: String = (0..30).map(|n| format!("{{\"nmae\": {n}}}\n")).collect();
    lines.push_str("{\"name\": \"a\", \"who\": {\"age\": \"x\"}}\n{\"name\": \"a\"}\n");
    let file = base.place.file("a.ndjson", &lines);
    let good = base.place.file("b.ndjson", "{\"name\": \"a\"}\n");
    let bad = base.place.file("c.ndjson", "{\"name\": ");
    let url = onlooker(&base);
    let mapping = r#"{"columns": {"description": {"pointer": "/who/age"}, "extra": {"record": true}}}"#;
    let arguments = [
        "ingest",
        &file,
        &good,
        "--table",
        "items",
        "--mode",
        "upsert",
        "--key",
        "name",
        "--update",
        "description",
        "--mapping",
        mapping,
        "--dry-run",
        "--database-url",
        &url,
    ];
    let ran = base.place.run(&arguments);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let said = steady(&ran.stdout, &base.place);
    let (plan, rest) = said.split_once("DIR/").unwrap();
    assert_eq!(
        plan,
        "upsert items by name, through a temporary table, in one transaction a file\n\
         of a row that is there these change: description\n\
         rejects: all\n  \
         id           integer                 key id, else its default\n  \
         name         character varying(255)  key name, needed\n  \
         description  text                    /who/age, else null\n  \
         extra        jsonb                   the whole record\n  \
         size         numeric                 no key: the server fills it\n  \
         spot         box                     key spot, else null, as text, cast by the server\n\
         a key without a column rejects its record\n"
    );
    // All of them, however many a receipt would list.
    assert_eq!(
        rest.matches(", nmae: table items has no such column; the nearest is `name` [A0621]\n").count(),
        30
    );
    assert!(rest.ends_with("DIR/a.ndjson: 32 records, 30 cannot be stored\nDIR/b.ndjson: 1 record, each can be stored, as far as its columns say\n"), "{rest}");
    assert_eq!(
        ran.stderr,
        "nothing was stored; unique keys, foreign keys, checks and triggers speak only when it is\n"
    );
    assert_eq!(base.query("select count(*) from items"), "0");
    // The same user could not have stored anything.
    let ran = base.place.run(&["ingest", &good, "--table", "items", "--database-url", &url]);
    assert!(ran.code == Some(3) && ran.stderr.contains("read-only transaction"), "{}", ran.stderr);

    let ran = base.place.run(&[
        "ingest",
        &bad,
        &good,
        "--table",
        "items",
        "--dry-run",
        "--format",
        "json",
        "--database-url",
        &url,
    ]);
    assert_eq!(ran.code, Some(1));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with(r#"{"plan":{"table":"items","mode":"append","key":[],"update":[],"on_reject":"all","staged":true,"columns":[{"name":"id","type":"integer","from":"key","absent":"server","cast":false},"#), "{}", lines[0]);
    assert!(lines[1].contains(r#"/b.ndjson","received":1,"rejected":0,"seconds":"#), "{}", lines[1]);
    assert!(
        ran.stderr.contains("c.ndjson: the payload is malformed at byte 9")
            && ran.stderr.contains("error: 1 of 2 files is not readable: "),
        "{}",
        ran.stderr
    );
}
