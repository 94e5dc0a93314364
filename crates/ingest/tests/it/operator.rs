//! What an operator asks of a connection besides storing, and a load that is told to stop.

use std::time::Duration;

use adit_ingest::{BatchId, DatabaseErrorKind, Format, IngestError};
use futures_util::future::join_all;

use crate::support::{ITEMS, TestDatabase, append, records};

#[tokio::test]
async fn what_is_told_to_stop_is_rolled_back() {
    let schema = format!(
        "{ITEMS}; create function wait() returns trigger language plpgsql as
            $$ begin if new.name = 'slow' then perform pg_sleep(60); end if; return new; end $$;
        create trigger wait before insert on items for each row execute function wait()"
    );
    let db = TestDatabase::new("told_to_stop", &schema).await;
    let mut session = db.session().await;
    let slow = records(Format::Json, br#"[{"name":"a"},{"name":"slow"}]"#.to_vec());
    let stop = async {
        let storing =
            "select 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
        while db.rows(storing).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let error = session.ingest_until(&append("items"), slow, stop).await.unwrap_err();
    let IngestError::Database(error) = error else { panic!("{error}") };
    assert_eq!((error.kind, error.outcome_unknown), (DatabaseErrorKind::Deadline, false));
    assert_eq!(db.count("items").await, 0);
    let never = std::future::pending();
    let quick = records(Format::Json, br#"[{"name":"a"},{"name":"b"}]"#.to_vec());
    let mut session = db.session().await;
    assert_eq!(session.ingest_until(&append("items"), quick, never).await.unwrap().inserted, 2);
}

#[tokio::test]
async fn many_may_make_the_tables_at_once() {
    let db = TestDatabase::new("many_migrate", "select 1").await;
    let mut sessions = join_all((0..8).map(|_| db.session())).await;
    for made in join_all(sessions.iter_mut().map(adit_ingest::Session::migrate)).await {
        made.unwrap();
    }
    // One who may not is told so, and may go on with something else.
    db.sql
        .batch_execute("drop table adit_ledger; create view adit_ledger as select 1 as batch")
        .await
        .unwrap();
    let session = sessions.first_mut().unwrap();
    assert!(session.migrate().await.is_err() && session.is_usable());
    db.sql.batch_execute("drop view adit_ledger").await.unwrap();
    session.migrate().await.unwrap();
}

#[tokio::test]
async fn batches_are_listed_by_source_and_forgotten_by_age() {
    let db = TestDatabase::new("batches_listed", ITEMS).await;
    let mut session = db.session().await;
    assert_eq!(session.batches("s").await.unwrap_err().kind, DatabaseErrorKind::NoLedger);
    session.migrate().await.unwrap();
    for (source, batch) in [("s", "1"), ("s", "2"), ("t", "1")] {
        let load = append("items").named(BatchId::new(source, batch).unwrap());
        let payload = records(Format::Json, br#"[{"name":"a"},{"name":"b"}]"#.to_vec());
        session.ingest(&load, payload, None).await.unwrap();
    }
    let known = session.batches("s").await.unwrap();
    let mut known: Vec<_> = known.iter().map(|(batch, receipt)| (batch.batch(), receipt.inserted)).collect();
    known.sort_unstable();
    assert_eq!(known, [("1", 2), ("2", 2)]);
    db.sql
        .batch_execute("update adit_ledger set stored_at = now() - interval '2 days' where source = 's'")
        .await
        .unwrap();
    assert_eq!(session.forget_batches(Duration::from_secs(86_400)).await.unwrap(), 2);
    assert!(session.batches("s").await.unwrap().is_empty() && session.batches("t").await.unwrap().len() == 1);
}
