//! Deadlines and silence through a real PgBouncer: the statement ends at the server, and nothing else does. PgBouncer 1.18 ends itself, or cuts
//! off a client that has nothing to do with it, where whoever asks for a cancellation does not wait for it.

use std::process::Command;
use std::time::{Duration, Instant};

use adit_ingest::{Database, DatabaseErrorKind, Format, IngestError, Session, SslMode};
use adit_local::{PgBouncer, PgBouncerOptions, Postgres, PostgresOptions};
use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

use crate::support::{ITEMS, TestDatabase, append, records, soon};

struct Pooled {
    // What goes first is stopped first.
    bouncer: PgBouncer,
    postgres: Postgres,
    db: TestDatabase,
    _certificate: TempDir,
}

/// A pooler that speaks TLS where it is asked to, or a loud word where there is none.
async fn pooled(pool_size: u32, further: &[(&str, &str)]) -> Option<Pooled> {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let readable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    let directory = tempfile::Builder::new().permissions(readable).tempdir().unwrap();
    let file = |name: &str, content: String| {
        let path = directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let settings = [
        ("client_tls_sslmode", "allow".to_owned()),
        ("client_tls_key_file", file("key.pem", key.serialize_pem())),
        ("client_tls_cert_file", file("cert.pem", certificate.pem())),
    ];
    let further = further.iter().map(|(name, value)| (*name, (*value).to_owned()));
    let settings =
        settings.into_iter().chain(further).map(|(name, value)| (name.to_owned(), value)).collect();
    let postgres = Postgres::start(PostgresOptions::default()).await.unwrap();
    let options = PgBouncerOptions { pool_size, settings, ..PgBouncerOptions::default() };
    let Some(bouncer) = PgBouncer::start(&postgres, options).await.unwrap() else {
        assert!(std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(), "PgBouncer is not installed");
        eprintln!("SKIPPED: PgBouncer is not installed");
        return None;
    };
    let db = TestDatabase::at(postgres.url(), ITEMS).await;
    Some(Pooled { bouncer, postgres, db, _certificate: directory })
}

impl Pooled {
    fn database(&self, ssl_mode: SslMode) -> Database {
        Database { ssl_mode, ..Database::from_url(&self.bouncer.url()).unwrap() }
    }

    /// How many statements wait for the lock on the table.
    async fn waiting(&self) -> u64 {
        let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";
        self.db.rows(waiting).await.concat().parse().unwrap()
    }

    /// SIGSTOP or SIGCONT for the first process of the server: it takes no connections any more, and no cancellations.
    fn signal(&self, signal: &str) {
        let postmaster = self.postgres.pid().to_string();
        assert!(Command::new("kill").args(["-s", signal, &postmaster]).status().unwrap().success());
    }
}

/// Stores a payload that waits for a lock until its deadline.
async fn late(session: &mut Session, payload: &str) {
    let deadline = Instant::now() + Duration::from_millis(150);
    let payload = records(Format::Json, payload.as_bytes().to_vec());
    let error = session.ingest(&append("items"), payload, Some(deadline)).await.unwrap_err();
    let IngestError::Database(error) = error else { panic!("{error:?}") };
    assert_eq!(error.kind, DatabaseErrorKind::Deadline, "{error}");
}

async fn stores(session: &mut Session) {
    let payload = records(Format::Json, br#"[{"name":"a"},{"name":"b"}]"#.to_vec());
    assert_eq!(session.ingest(&append("items"), payload, Some(soon())).await.unwrap().inserted, 2);
}

const ONE: &str = r#"{"name":"late"}"#;
const TWO: &str = r#"[{"name":"late"},{"name":"later"}]"#;

#[tokio::test]
async fn a_deadline_ends_its_statement_and_nothing_else() {
    let Some(pooled) = pooled(4, &[]).await else { return };
    for ssl_mode in [SslMode::Disable, SslMode::Prefer, SslMode::Require] {
        let database = pooled.database(ssl_mode);
        let mut other = Session::connect(&database, soon()).await.unwrap();
        for payload in [ONE, TWO].repeat(5) {
            let mut session = Session::connect(&database, soon()).await.unwrap();
            stores(&mut session).await;
            pooled.db.sql.batch_execute("begin; lock table items").await.unwrap();
            late(&mut session, payload).await;
            assert_eq!(pooled.waiting().await, 0, "{ssl_mode:?}: the server goes on with it");
            pooled.db.sql.batch_execute("rollback").await.unwrap();
            stores(&mut other).await;
        }
    }
    assert_eq!(pooled.db.count("items").await, 3 * 10 * 4);
}

/// The connection that carries a cancellation stays open until the server has taken it, though nobody waits for that any more.
#[tokio::test]
async fn a_cancellation_that_the_server_is_slow_to_take_leaves_the_pooler_alone() {
    let Some(pooled) = pooled(4, &[]).await else { return };
    for ssl_mode in [SslMode::Disable, SslMode::Require] {
        let database = pooled.database(ssl_mode);
        let mut other = Session::connect(&database, soon()).await.unwrap();
        for _ in 0..2 {
            let mut session = Session::connect(&database, soon()).await.unwrap();
            stores(&mut session).await;
            pooled.db.sql.batch_execute("begin; lock table items").await.unwrap();
            pooled.signal("STOP");
            late(&mut session, TWO).await;
            drop(session);
            tokio::time::sleep(Duration::from_millis(100)).await;
            pooled.signal("CONT");
            pooled.db.sql.batch_execute("rollback").await.unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
            stores(&mut other).await;
        }
    }
    assert_eq!(pooled.db.count("items").await, 2 * 2 * 4);
}

/// What `docs/ingest.md` says of a client that falls silent in the middle of a COPY.
#[tokio::test]
async fn only_the_poolers_query_timeout_ends_a_copy_whose_client_fell_silent() {
    let Some(pooled) = pooled(1, &[("query_timeout", "2")]).await else { return };
    let (silent, connection) =
        tokio_postgres::connect(&pooled.bouncer.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let limits =
        "begin; set local statement_timeout = 200; set local idle_in_transaction_session_timeout = 200";
    silent.batch_execute(limits).await.unwrap();
    let _copy = silent.copy_in::<_, bytes::Bytes>("copy items (name) from stdin").await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let copies = "select count(*) from pg_stat_activity where state = 'active' and query like 'copy %'";
    assert_eq!(pooled.db.rows(copies).await, ["1"]);
    let began = Instant::now();
    while pooled.db.rows(copies).await != ["0"] {
        assert!(began.elapsed() < Duration::from_secs(30), "nobody ends it");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut session = Session::connect(&pooled.database(SslMode::Disable), soon()).await.unwrap();
    stores(&mut session).await;
}
