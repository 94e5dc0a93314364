//! Through a real PgBouncer in transaction mode.

use std::time::Duration;

use adit_ingest::{Database, DatabaseErrorKind, Format, IngestError, Password, Session};
use adit_local::{PgBouncer, PgBouncerOptions, Postgres, PostgresOptions};

use crate::support::{ITEMS, TestDatabase, append, records, soon};

/// A PgBouncer in front of a server of its own, or a loud word where there is none.
async fn pooled(options: PgBouncerOptions) -> Option<(Postgres, PgBouncer, TestDatabase)> {
    pooled_with(&[], ITEMS, options).await
}

/// The same with settings of the server.
async fn pooled_with(
    settings: &[(&str, &str)],
    schema: &str,
    options: PgBouncerOptions,
) -> Option<(Postgres, PgBouncer, TestDatabase)> {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let postgres = Postgres::start(PostgresOptions { settings, ..PostgresOptions::default() }).await.unwrap();
    let db = TestDatabase::at(postgres.url(), schema).await;
    let Some(bouncer) = PgBouncer::start(&postgres, options).await.unwrap() else {
        assert!(std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(), "PgBouncer is not installed");
        eprintln!("SKIPPED: PgBouncer is not installed");
        return None;
    };
    Some((postgres, bouncer, db))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_of_two_serves_forty_sessions() {
    let options = PgBouncerOptions { pool_size: 2, ..PgBouncerOptions::default() };
    let Some((_postgres, bouncer, db)) = pooled(options).await else { return };
    let database = Database::from_url(&bouncer.url()).unwrap();
    let workers: Vec<_> = (0..40)
        .map(|worker| {
            let database = database.clone();
            tokio::spawn(async move {
                let mut session = Session::connect(&database, soon()).await.unwrap();
                for call in 0..20 {
                    // Single rows and COPY in turn: neither may depend on the server connection it had before.
                    let payload = match call % 2 {
                        0 => format!(r#"{{"name":"w{worker}"}}"#),
                        _ => format!(r#"[{{"name":"w{worker}"}},{{"name":"w{worker}","description":"d"}}]"#),
                    };
                    let records = records(Format::Json, payload.into_bytes());
                    session.ingest(&append("items"), records, Some(soon())).await.unwrap();
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(db.count("items").await, 40 * (10 + 20));
}

#[tokio::test]
async fn a_statement_that_somebody_left_behind_is_got_rid_of() {
    let options = PgBouncerOptions { pool_size: 1, ..PgBouncerOptions::default() };
    let Some((_postgres, bouncer, db)) = pooled(options).await else { return };
    // A client that died left named statements on the only server connection.
    let (other, connection) = tokio_postgres::connect(&bouncer.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    // The driver counts its statements over the whole process: those that come next are these.
    let _last = db.sql.prepare("select 1").await.unwrap();
    let last = db.rows("select substr(name, 2) from pg_prepared_statements").await.concat();
    let leave = &format!(
        "do $$ begin for n in {last}..{last} + 3000 loop execute format('prepare s%s as select 1', n); end loop; end $$"
    );
    other.batch_execute(leave).await.unwrap();
    let database = Database::from_url(&bouncer.url()).unwrap();
    let mut session = Session::connect(&database, soon()).await.unwrap();
    let payload = || records(Format::Json, br#"[{"name":"a"},{"name":"b"}]"#.to_vec());
    let error = session.ingest(&append("items"), payload(), Some(soon())).await.unwrap_err();
    assert_eq!((error.code(), error.retry()), ("A0512", adit_ingest::Retry::Statements));
    assert!(session.is_usable());
    assert_eq!(session.ingest(&append("items"), payload(), Some(soon())).await.unwrap().inserted, 2);
    assert_eq!(db.count("items").await, 2);
}

#[tokio::test]
async fn the_poolers_own_refusals_are_named() {
    let options = PgBouncerOptions {
        pool_size: 1,
        max_clients: 2,
        settings: vec![("query_wait_timeout".to_owned(), "1".to_owned())],
        ..PgBouncerOptions::default()
    };
    let Some((_postgres, bouncer, _db)) = pooled(options).await else { return };
    let good = Database::from_url(&bouncer.url()).unwrap();
    let refusal = async |database: &Database| Session::connect(database, soon()).await.unwrap_err();

    let wrong = Database { password: Password::new("wrong".into()), ..good.clone() };
    assert_eq!(refusal(&wrong).await.code(), "A0502");
    let other = Database { dbname: "nope".to_owned(), ..good.clone() };
    let error = refusal(&other).await;
    assert_eq!(error.code(), "A0503", "{error:?}");

    // One client holds the only server connection; the next waits in vain; the third is one too many.
    let (holder, connection) = tokio_postgres::connect(&bouncer.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    holder.batch_execute("begin").await.unwrap();
    let mut waiting = Session::connect(&good, soon()).await.unwrap();
    assert_eq!(refusal(&good).await.kind, DatabaseErrorKind::TooManyConnections);
    let records = records(Format::Json, br#"{"name":"a"}"#.to_vec());
    let error = waiting.ingest(&append("items"), records, Some(soon())).await.unwrap_err();
    let IngestError::Database(error) = error else { panic!("{error:?}") };
    assert_eq!(error.kind, DatabaseErrorKind::TooManyConnections, "{error}");
}

/// A server that has committed, and dies before it can say so, leaves the pooler to say that it lost it. That is no word on the rows.
#[tokio::test]
async fn a_server_that_the_pooler_loses_behind_the_commit_leaves_the_outcome_unknown() {
    // A commit that waits for a standby that there is not is a commit already.
    let settings = [("synchronous_standby_names", "nobody"), ("synchronous_commit", "local")];
    let schema = format!("{ITEMS}; alter database adit set synchronous_commit = on");
    let Some((_postgres, bouncer, db)) = pooled_with(&settings, &schema, PgBouncerOptions::default()).await
    else {
        return;
    };
    let database = Database::from_url(&bouncer.url()).unwrap();
    for (payload, rows) in [(r#"[{"name":"a"},{"name":"b"}]"#, 2), (r#"{"name":"c"}"#, 3)] {
        let mut session = Session::connect(&database, soon()).await.unwrap();
        let payload = records(Format::Json, payload.as_bytes().to_vec());
        let load = append("items");
        let ingest = session.ingest(&load, payload, Some(soon()));
        let end = async {
            let end = "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'";
            while db.rows(end).await != ["t"] {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            std::future::pending().await
        };
        let error = tokio::select! {
            stored = ingest => stored.unwrap_err(),
            never = end => never,
        };
        assert_eq!((error.code(), error.retry()), ("A0519", adit_ingest::Retry::Never), "{error}");
        assert_eq!(db.count("items").await, rows);
    }
}
