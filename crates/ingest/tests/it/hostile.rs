//! Records made to harm, and a server in trouble, in the modes that go through the stage: a clear error, nothing stored, and the
//! session goes on.

use std::time::Duration;

use adit_ingest::{
    Database, DatabaseErrorKind, Format, IngestError, Load, Mapping, Mode, ModeKind, OnReject, Password,
    Session,
};

use crate::support::{TestDatabase, append, records, server, soon};

fn upsert(table: &str) -> Load {
    Load { mode: Mode::of(ModeKind::Upsert, None, None).unwrap(), ..append(table) }
}

#[tokio::test]
async fn ten_thousand_keys_and_as_many_columns_as_a_table_may_have() {
    let columns: Vec<_> = (0..1590).map(|at| format!("c{at} int")).collect();
    let db =
        TestDatabase::new("wide", &format!("create table t ({}, extra jsonb)", columns.join(", "))).await;
    let record = |keys: usize| {
        let keys: Vec<_> = (0..keys).rev().map(|at| format!(r#""c{at}":{at}"#)).collect();
        format!("{{{}}}", keys.join(","))
    };
    let receipt = db.load(&append("t"), &format!("[{0},{0}]", record(1590))).await.unwrap();
    assert_eq!(receipt.inserted, 2);
    assert_eq!(db.rows("select c0, c1589 from t limit 1").await, ["0|1589"]);
    let error = db.load(&append("t"), &record(10_000)).await.unwrap_err();
    let IngestError::Rejected(rejected) = error else { panic!("{error}") };
    assert_eq!(rejected.rejects.first()[0].column.as_deref(), Some("c9999"));
    let mapping = Mapping::from_json(r#"{"unknown": {"column": "extra"}}"#).unwrap();
    db.load(&Load { mapping, ..append("t") }, &record(10_000)).await.unwrap();
    assert_eq!(db.rows("select count(*) from (select jsonb_object_keys(extra) from t) k").await, ["8410"]);
}

#[tokio::test]
async fn an_upsert_of_ever_other_columns_has_a_bound() {
    let columns: Vec<_> = (0..100).map(|at| format!("c{at} int")).collect();
    let db =
        TestDatabase::new("shapes", &format!("create table t (id int primary key, {})", columns.join(", ")))
            .await;
    let rows = |count: usize| {
        let rows: Vec<_> = (0..count).map(|at| format!(r#"{{"id":{},"c{at}":{at}}}"#, at % 7)).collect();
        rows.join("\n")
    };
    let receipt = db.load(&upsert("t"), &rows(64)).await.unwrap();
    assert_eq!((receipt.inserted, receipt.updated), (7, 57));
    assert_eq!(db.rows("select c0, c7, c63 from t where id = 0").await, ["0|7|63"]);
    let error = db.load(&upsert("t"), &rows(66)).await.unwrap_err();
    let IngestError::Rejected(rejected) = error else { panic!("{error}") };
    assert_eq!((rejected.rejects.total(), rejected.rejects.first()[0].code.code()), (2, "A0631"));
}

#[tokio::test]
async fn a_table_that_changes_between_two_upserts_is_read_again() {
    let db = TestDatabase::new("upsert_changed", "create table t (id int primary key, v bigint)").await;
    let mut session = db.session().await;
    let payload = || records(Format::Json, br#"[{"id":1,"v":4607182418800017408},{"id":2,"v":1}]"#.to_vec());
    session.ingest(&upsert("t"), payload(), Some(soon())).await.unwrap();
    for change in [
        "alter table t alter v type double precision",
        "alter table t add w int",
        "alter table t drop v cascade; alter table t add v text",
    ] {
        db.sql.batch_execute(change).await.unwrap();
        let error = session.ingest(&upsert("t"), payload(), Some(soon())).await.unwrap_err();
        assert_eq!(error.code(), "A0510", "{change}: {error}");
        let _ = session.ingest(&upsert("t"), payload(), Some(soon())).await;
    }
    assert_eq!(db.rows("select id, v from t order by 1").await, ["1|4607182418800017408", "2|1"]);
}

#[tokio::test]
async fn a_server_in_trouble_is_told_apart_from_a_bad_payload() {
    let db = TestDatabase::new("trouble", "create table t (id int primary key, v text)").await;
    let payload: String =
        (0..60_000).map(|n| format!("{{\"id\":{n},\"v\":\"{}\"}}\n", "x".repeat(40))).collect();
    // Class 53: no room for the sort that the merge takes.
    let superuser = |sql: &'static str| async move { server().await.execute("trouble", sql).await.unwrap() };
    superuser(
        "alter database trouble set temp_file_limit = '64kB'; alter database trouble set work_mem = '64kB'",
    )
    .await;
    let nothing = Load {
        mode: Mode::of(ModeKind::Upsert, None, Some("nothing")).unwrap(),
        on_reject: OnReject::Each,
        ..append("t")
    };
    let error = db.load(&nothing, &payload).await.unwrap_err();
    assert_eq!(error.code(), "A0513", "{error}");
    superuser("alter database trouble reset all").await;
    db.sql.batch_execute("insert into t values (5, 'old')").await.unwrap();
    // Somebody else holds the row: the deadline comes, and the transaction is undone.
    db.sql.batch_execute("begin; update t set v = 'mine' where id = 5").await.unwrap();
    let mut session = db.session().await;
    let deadline = std::time::Instant::now() + Duration::from_millis(1500);
    let error = session
        .ingest(&upsert("t"), records(Format::Json, payload.clone().into()), Some(deadline))
        .await
        .unwrap_err();
    let IngestError::Database(error) = error else { panic!("{error}") };
    assert_eq!((error.kind, error.outcome_unknown), (DatabaseErrorKind::Deadline, false));
    db.sql.batch_execute("rollback").await.unwrap();
    assert_eq!(db.rows("select id, v from t").await, ["5|old"]);
    // To go by a key, one must be able to read it; to use the stage, to make it.
    superuser("create role writer login password 'w'; grant insert on t to writer").await;
    let database = Database {
        user: "writer".to_owned(),
        password: Password::new("w".to_owned()),
        ..db.database.clone()
    };
    let refused = || async {
        let mut session = Session::connect(&database, soon()).await.unwrap();
        let payload = records(Format::Json, payload.clone().into());
        session.ingest(&upsert("t"), payload, Some(soon())).await.unwrap_err()
    };
    assert_eq!(refused().await.code(), "A0517");
    superuser("grant select, update on t to writer; revoke temporary on database trouble from public").await;
    let error = refused().await;
    assert_eq!(error.code(), "A0509");
    assert!(error.to_string().contains("temporary tables"), "{error}");
}
