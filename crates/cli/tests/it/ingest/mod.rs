//! `adit ingest`: files into a table, without a function. One server for all tests, a database for each.

mod create;
mod dry_run;
mod faults;
mod files;
mod memory;
mod modes;
mod resume;
pub(crate) mod terminal;

use std::process::{Child, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use adit_local::{Postgres, PostgresOptions};

use crate::support::{Place, Ran, query};

pub(crate) const ITEMS: &str =
    "create table items (id serial primary key, name varchar(255) not null unique, description text)";

/// The server that the tests share.
pub(crate) fn server() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(Postgres::start(PostgresOptions::default())).unwrap()
    })
}

/// A database of its own, and a place for files.
pub(crate) struct Base {
    pub(crate) url: String,
    pub(crate) place: Place,
}

impl Base {
    pub(crate) fn new(schema: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let url = runtime.block_on(server().create_database(&name)).unwrap();
        let base = Self { url, place: Place::new() };
        base.query(schema);
        base
    }

    pub(crate) fn query(&self, sql: &str) -> String {
        query(&self.url, sql)
    }

    pub(crate) fn arguments<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        let mut all = vec!["ingest"];
        all.extend(arguments);
        all.extend(["--database-url", &self.url]);
        all
    }

    /// Runs `adit ingest` with these arguments.
    pub(crate) fn ingest(&self, arguments: &[&str]) -> Ran {
        self.place.run(&self.arguments(arguments))
    }

    /// The same with this as standard input.
    pub(crate) fn ingest_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        self.place.run_with(&self.arguments(arguments), input)
    }

    /// The same, going on.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.place.command(&self.arguments(arguments));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    pub(crate) fn migrate(&self) {
        let ran = self.place.run(&["migrate", "--database-url", &self.url]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }

    /// A file of `count` NDJSON records `{"name": "PREFIX0"}`, and so on.
    pub(crate) fn names(&self, file: &str, prefix: &str, count: usize) -> String {
        let lines: String = (0..count).map(|n| format!("{{\"name\": \"{prefix}{n}\"}}\n")).collect();
        self.place.file(file, &lines)
    }
}

/// A text without its times and rates, which are never twice the same; and without the directory of the test.
pub(crate) fn steady(text: &str, place: &Place) -> String {
    let text = text.replace(&place.directory.path().display().to_string(), "DIR");
    let words = text.split_inclusive([' ', '\n']).collect::<Vec<_>>();
    let mut steady = String::new();
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).map_or("", |next| next.trim_end_matches([',', '\n', ' ']));
        if matches!(next, "ms" | "s" | "rows/s") && word.starts_with(|c: char| c.is_ascii_digit()) {
            steady.push_str("N ");
        } else {
            steady.push_str(if *word == "ms, " { "s, " } else { word });
        }
    }
    steady
}

#[test]
fn its_own_tables_are_made_and_brought_up_to_date_by_a_command() {
    let ran = Place::new().run(&["migrate", "--print"]);
    assert!(
        ran.code == Some(0) && ran.stdout.starts_with("create table if not exists adit_ledger ("),
        "{}",
        ran.stdout
    );
    let base = Base::new("select 1");
    base.query(&ran.stdout);
    for _ in 0..2 {
        let ran = base.place.run(&["migrate", "--database-url", &base.url]);
        assert_eq!(
            (ran.code, ran.stderr.as_str()),
            (Some(0), "the tables adit_ledger and adit_rejects are there\n")
        );
    }
    assert_eq!(base.query("select count(*) from adit_ledger"), "0");
    assert_eq!(base.query("select count(*) from adit_rejects"), "0");
    assert_eq!(Place::new().run(&["migrate"]).code, Some(2));

    // What the first version made, with an entry of it.
    let base = Base::new(
        "create table adit_ledger (source text not null, batch text not null, table_name text not null,
         received bigint not null default 0, inserted bigint not null default 0, key_columns text[], key_values text[],
         stored_at timestamptz not null default now(), primary key (source, batch));
         insert into adit_ledger (source, batch, table_name, received, inserted) values ('', 'old', 'items', 3, 3);
         create table items (name text)",
    );
    base.migrate();
    let file = base.names("a.ndjson", "a", 3);
    let ran = base.ingest(&[&file, "--table", "items", "--batch-id", "old"]);
    assert_eq!(
        steady(&ran.stdout, &base.place),
        "DIR/a.ndjson: stored before: 3 rows stored in items\n",
        "{}",
        ran.stderr
    );
    assert!(
        base.ingest(&[&file, "--table", "items", "--batch-id", "new"])
            .stdout
            .contains("3 rows stored in items")
    );
}

#[test]
fn old_batches_are_forgotten_by_a_command() {
    let base = Base::new("select 1");
    let prune =
        |age: &str| base.place.run(&["ledger", "prune", "--older-than", age, "--database-url", &base.url]);
    let ran = prune("30d");
    assert!(ran.code == Some(3) && ran.stderr.ends_with("help: `adit migrate` makes it\n"), "{}", ran.stderr);
    base.migrate();
    base.query(
        "insert into adit_ledger (source, batch, table_name, stored_at)
         select 's', n::text, 'items', now() - interval '1 day' * (n % 40) from generate_series(1, 4000) n",
    );
    assert_eq!(prune("30d").stdout, "1,000 batches older than 30d forgotten\n");
    assert_eq!(prune("30d").stdout, "0 batches older than 30d forgotten\n");
    assert_eq!(base.query("select count(*) from adit_ledger"), "3000");
    assert_eq!(prune("a month").code, Some(2));
}
