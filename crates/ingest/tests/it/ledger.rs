//! Exactly once: the same batch again, at once, after a fault, and two thousand batches among killed connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use adit_ingest::{BatchId, Database, Format, IngestError, LEDGER_SCHEMA, Receipt, Session};
use tokio::sync::Semaphore;

use crate::support::{ITEMS, TestDatabase, append, records, soon};

async fn database(test: &str) -> TestDatabase {
    TestDatabase::new(test, &format!("{ITEMS}; {LEDGER_SCHEMA}; {LEDGER_SCHEMA}")).await
}

async fn store(session: &mut Session, batch: &str, payload: &str) -> Result<Receipt, IngestError> {
    let batch = BatchId::new("test", batch).unwrap();
    let records = records(Format::Json, payload.as_bytes().to_vec());
    session.ingest(&append("items").named(batch), records, Some(soon())).await
}

#[tokio::test]
async fn a_batch_that_comes_again_gets_its_first_receipt() {
    let db = database("again").await;
    let mut session = db.session().await;
    for (batch, payload, rows) in
        [("one", r#"{"name":"a"}"#, 1), ("many", r#"[{"name":"b"},{"name":"c","description":"d"}]"#, 2)]
    {
        let first = store(&mut session, batch, payload).await.unwrap();
        assert_eq!((first.inserted, first.replayed), (rows, false));
        // What is sent under a known name is not even looked at.
        let again = store(&mut session, batch, r#"{"name":"other"}"#).await.unwrap();
        assert_eq!(again, Receipt { replayed: true, ..first });
    }
    assert_eq!(db.count("items").await, 3);
    // Another source may use the same names.
    let batch = BatchId::new("elsewhere", "one").unwrap();
    let records = records(Format::Json, br#"{"name":"e"}"#.to_vec());
    let receipt = session.ingest(&append("items").named(batch), records, Some(soon())).await.unwrap();
    assert_eq!((receipt.inserted, receipt.replayed), (1, false));
}

#[tokio::test]
async fn a_batch_that_was_refused_may_come_again() {
    let db = database("refused").await;
    db.sql.batch_execute("alter table items add check (name <> 'bad')").await.unwrap();
    let mut session = db.session().await;
    for bad in
        [r#"{"name":null}"#, r#"{"name":"bad"}"#, r#"[{"name":"a"},{"name":"bad"}]"#, r#"[{"name":"a"}"#]
    {
        assert!(store(&mut session, "x", bad).await.is_err(), "{bad}");
    }
    assert_eq!((db.count("items").await, db.count("adit_ledger").await), (0, 0));
    assert!(!store(&mut session, "x", r#"{"name":"good"}"#).await.unwrap().replayed);
}

#[tokio::test]
async fn without_a_ledger_a_batch_id_is_an_error_with_its_own_code() {
    let db = TestDatabase::new("no_ledger", ITEMS).await;
    let mut session = db.session().await;
    let error = store(&mut session, "x", r#"{"name":"a"}"#).await.unwrap_err();
    assert_eq!(error.code(), "A0516", "{error}");
    assert!(session.is_usable());
    assert_eq!(db.count("items").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_stores_and_all_get_its_receipt() {
    let db = database("at_once").await;
    let workers: Vec<_> = (0..12)
        .map(|worker| {
            let database = db.database.clone();
            tokio::spawn(async move {
                let mut session = Session::connect(&database, soon()).await.unwrap();
                let payload = match worker % 2 {
                    0 => r#"{"name":"a"}"#,
                    _ => r#"[{"name":"a"},{"name":"b"},{"name":"c"}]"#,
                };
                store(&mut session, "same", payload).await.unwrap()
            })
        })
        .collect();
    let mut receipts = Vec::new();
    for worker in workers {
        receipts.push(worker.await.unwrap());
    }
    assert_eq!(receipts.iter().filter(|receipt| !receipt.replayed).count(), 1);
    let inserted = receipts[0].inserted;
    assert!(receipts.iter().all(|receipt| receipt.inserted == inserted));
    assert_eq!(db.count("items").await, inserted);
}

/// Each batch is sent until somebody says that it is stored, whatever happened in between, as callers do.
async fn until_stored(database: &Database, batch: usize) -> Receipt {
    let rows = if batch.is_multiple_of(2) { 1 } else { 40 };
    let payload = format!("{{\"name\":\"b{batch}\"}}\n").repeat(rows);
    for _ in 0..1000 {
        let Ok(mut session) = Session::connect(database, soon()).await else { continue };
        if let Ok(receipt) = store(&mut session, &batch.to_string(), &payload).await {
            return receipt;
        }
    }
    panic!("batch {batch} was never stored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn among_killed_connections_nothing_is_lost_and_nothing_doubled() {
    const BATCHES: usize = 2_000;
    const LEAST_KILLS: usize = 50;
    let db = database("chaos").await;
    let busy = Arc::new(Semaphore::new(8));
    let done = Arc::new(AtomicUsize::new(0));
    let workers: Vec<_> = (0..BATCHES)
        .map(|batch| {
            let (database, busy, done) = (db.database.clone(), Arc::clone(&busy), Arc::clone(&done));
            tokio::spawn(async move {
                let _turn = busy.acquire().await.unwrap();
                let receipt = until_stored(&database, batch).await;
                done.fetch_add(1, Ordering::Relaxed);
                receipt.inserted
            })
        })
        .collect();
    let mut kills = 0;
    let until = Instant::now() + Duration::from_secs(120);
    while done.load(Ordering::Relaxed) < BATCHES && Instant::now() < until {
        // A backend in the middle of something, where there is one.
        let kill = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
            and pid <> pg_backend_pid() and state <> 'idle' order by random() limit 1";
        kills += db.rows(kill).await.iter().filter(|killed| *killed == "t").count();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut told = 0;
    for worker in workers {
        told += worker.await.unwrap();
    }
    let expected = (BATCHES / 2 * 41) as u64;
    let stored = db.count("items").await;
    let doubled = db.count("(select name from items group by name having count(*) not in (1, 40)) x").await;
    eprintln!(
        "{BATCHES} payloads, {kills} kills, {stored} of {expected} rows, lost {}, doubled {doubled}",
        expected.saturating_sub(stored)
    );
    assert_eq!((stored, told, doubled), (expected, expected, 0));
    assert_eq!(db.count("adit_ledger").await, BATCHES as u64);
    assert!(kills >= LEAST_KILLS, "only {kills} kills");
}
