//! What happens to a payload when the database is not there, dies, or is too slow: nothing is stored by halves.

use std::io::Read;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use adit_ingest::{Database, DatabaseErrorKind, Format, IngestError, Records, Session};

use crate::support::{ITEMS, TestDatabase, append, records, soon};

fn database_error(error: IngestError) -> adit_ingest::DatabaseError {
    match error {
        IngestError::Database(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn refusals_to_connect_are_told_apart() {
    let db = TestDatabase::new("connect", ITEMS).await;
    let connect = async |database: Database| Session::connect(&database, soon()).await.unwrap_err();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = connect(Database { port: closed, ..db.database.clone() }).await;
    assert_eq!(error.kind, DatabaseErrorKind::Unreachable);
    assert!(
        error.message.contains(&format!("127.0.0.1:{closed}")) && error.message.contains("refused"),
        "{error}"
    );

    let error =
        connect(Database { password: adit_ingest::Password::new("wrong".into()), ..db.database.clone() })
            .await;
    assert_eq!((error.kind, error.sqlstate.as_deref()), (DatabaseErrorKind::Credentials, Some("28P01")));
    let error = connect(Database { dbname: "nope".into(), ..db.database.clone() }).await;
    assert_eq!(error.kind, DatabaseErrorKind::NoDatabase);
    let error = connect(Database { ssl_mode: adit_ingest::SslMode::Require, ..db.database.clone() }).await;
    assert_eq!(error.kind, DatabaseErrorKind::Tls, "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_not_waited_for() {
    let db = TestDatabase::new("silent", ITEMS).await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let database = Database { port: silent.local_addr().unwrap().port(), ..db.database.clone() };
    let error = Session::connect(&database, Instant::now() + Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(error.kind, DatabaseErrorKind::Unreachable);
    assert!(error.message.contains("did not answer"), "{error}");
}

/// A payload that stops in the middle until it is told to go on.
struct Paused {
    first: std::io::Cursor<Vec<u8>>,
    reached: Option<mpsc::Sender<()>>,
    go_on: mpsc::Receiver<Vec<u8>>,
    rest: std::io::Cursor<Vec<u8>>,
}

impl Read for Paused {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.first.read(buffer)?;
        if read > 0 {
            return Ok(read);
        }
        if let Some(reached) = self.reached.take() {
            let _ = reached.send(());
            self.rest = std::io::Cursor::new(self.go_on.recv().unwrap_or_default());
        }
        self.rest.read(buffer)
    }
}

fn lines(count: usize) -> Vec<u8> {
    format!("{{\"name\":\"{}\"}}\n", "x".repeat(200)).repeat(count).into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backend_killed_in_the_middle_of_a_copy_stores_nothing() {
    let db = TestDatabase::new("killed", ITEMS).await;
    let (reached, wait) = mpsc::channel();
    let (go_on, told) = mpsc::channel();
    let paused = Paused {
        first: std::io::Cursor::new(lines(2000)),
        reached: Some(reached),
        go_on: told,
        rest: std::io::Cursor::default(),
    };
    let mut session = db.session().await;
    let work = tokio::spawn(async move {
        let records = Records::new(Format::Json, Box::new(paused)).unwrap();
        let outcome = session.ingest(&append("items"), records, Some(soon())).await;
        (outcome, session)
    });
    tokio::task::spawn_blocking(move || wait.recv().unwrap()).await.unwrap();
    let killed = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
        and pid <> pg_backend_pid() and query ilike 'copy%'";
    assert_eq!(db.rows(killed).await, ["t"]);
    go_on.send(lines(2000)).unwrap();
    let (outcome, session) = work.await.unwrap();
    let error = database_error(outcome.unwrap_err());
    // Whether the server's last words arrive before the reset is the network's choice.
    assert_eq!(error.kind, DatabaseErrorKind::Lost, "{error}");
    assert!(!error.outcome_unknown && !session.is_usable());
    assert_eq!(db.count("items").await, 0);
}

#[tokio::test]
async fn at_the_deadline_the_work_is_rolled_back() {
    for (test, payload) in [
        ("deadline_one", br#"{"name":"late"}"#.to_vec()),
        ("deadline_copy", br#"[{"name":"late"},{"name":"later"}]"#.to_vec()),
    ] {
        let db = TestDatabase::new(test, ITEMS).await;
        let mut session = db.session().await;
        session.table(&append("items").table).await.unwrap();
        db.sql.batch_execute("begin; lock table items").await.unwrap();
        let deadline = Instant::now() + Duration::from_millis(300);
        let outcome =
            session.ingest(&append("items"), records(Format::Json, payload.clone()), Some(deadline)).await;
        let error = database_error(outcome.unwrap_err());
        assert_eq!(
            (error.kind, error.outcome_unknown),
            (DatabaseErrorKind::Deadline, false),
            "{test}: {error}"
        );
        db.sql.batch_execute("commit").await.unwrap();
        assert_eq!(db.count("items").await, 0);
    }
}

#[tokio::test]
async fn a_deadline_in_another_year_is_none_of_the_servers_business() {
    let db = TestDatabase::new("far_deadline", ITEMS).await;
    let payload = records(Format::Json, br#"[{"name":"a"},{"name":"b"}]"#.to_vec());
    let deadline = Instant::now() + Duration::from_secs(400 * 86_400);
    db.session().await.ingest(&append("items"), payload, Some(deadline)).await.unwrap();
    assert_eq!(db.count("items").await, 2);
}

#[tokio::test]
async fn a_connection_that_died_while_we_slept_is_found_out() {
    let db = TestDatabase::new("slept", ITEMS).await;
    let mut session = db.session().await;
    session.revive().await.unwrap();
    let others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
        and pid <> pg_backend_pid()";
    assert_eq!(db.rows(others).await, ["t"]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let error = session.revive().await.unwrap_err();
    assert_eq!((error.kind, error.sqlstate.as_deref()), (DatabaseErrorKind::Lost, Some("57P01")));
    assert!(!session.is_usable());
}

#[tokio::test]
async fn a_table_that_changed_is_read_again() {
    let db = TestDatabase::new("changed", ITEMS).await;
    let mut session = db.session().await;
    let payload = || records(Format::Json, br#"[{"name":"a","description":"b"},{"name":"c"}]"#.to_vec());
    session.ingest(&append("items"), payload(), Some(soon())).await.unwrap();
    db.sql.batch_execute("alter table items rename column description to about").await.unwrap();
    let error = session.ingest(&append("items"), payload(), Some(soon())).await.unwrap_err();
    assert_eq!((error.code(), error.retry()), ("A0510", adit_ingest::Retry::Table));
    // A COPY that did not even begin takes its connection with it.
    assert!(!session.is_usable());
    let mut session = db.session().await;
    let error = session.ingest(&append("items"), payload(), Some(soon())).await.unwrap_err();
    assert!(matches!(error, IngestError::Rejected(_)), "{error:?}");
}

#[tokio::test]
async fn a_column_of_another_type_and_the_same_size_is_not_filled_with_other_numbers() {
    let db = TestDatabase::new("retyped", "create table t (n bigint)").await;
    let mut session = db.session().await;
    let payload = || records(Format::Json, br#"[{"n":7},{"n":8}]"#.to_vec());
    session.ingest(&append("t"), payload(), Some(soon())).await.unwrap();
    db.sql.batch_execute("alter table t alter n type double precision").await.unwrap();
    // The server takes the rows: nothing in the binary format says that they were meant for another type.
    let error = session.ingest(&append("t"), payload(), Some(soon())).await.unwrap_err();
    assert_eq!((error.code(), error.retry()), ("A0510", adit_ingest::Retry::Table), "{error}");
    assert!(session.is_usable() && db.count("t").await == 2);
    session.ingest(&append("t"), payload(), Some(soon())).await.unwrap();
    assert_eq!(db.rows("select n from t order by n").await, ["7", "7", "8", "8"]);

    // Another table of the same name and shape is another table.
    db.sql.batch_execute("drop table t; create table t (n double precision)").await.unwrap();
    assert_eq!(session.ingest(&append("t"), payload(), Some(soon())).await.unwrap_err().code(), "A0510");
    session.ingest(&append("t"), payload(), Some(soon())).await.unwrap();
}

#[tokio::test]
async fn a_reject_by_what_is_remembered_is_looked_at_again() {
    let db = TestDatabase::new("remembered", ITEMS).await;
    let mut session = db.session().await;
    let wide = || records(Format::Json, br#"{"name":"a","colour":"red"}"#.to_vec());
    let error = session.ingest(&append("items"), wide(), Some(soon())).await.unwrap_err();
    assert_eq!(error.code(), "A0620");
    db.sql.batch_execute("alter table items add colour text").await.unwrap();
    let error = session.ingest(&append("items"), wide(), Some(soon())).await.unwrap_err();
    assert_eq!((error.code(), session.is_usable()), ("A0510", true));
    session.ingest(&append("items"), wide(), Some(soon())).await.unwrap();
}
