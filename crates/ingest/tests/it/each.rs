//! Where each record that can be stored is: what is found here and what only the server finds, by row or by halving, in the table of
//! rejects or in the receipt only, in every mode.

use adit_ingest::{
    BatchId, Format, IngestError, LEDGER_SCHEMA, Load, Mode, ModeKind, OnReject, REJECTS_SCHEMA,
};

use crate::support::{TestDatabase, append, records};

const SCHEMA: &str = "create table owners (id int primary key); insert into owners select generate_series(1, 10);
    create table things (id int primary key, name varchar(5) not null, owner int references owners, size int check (size < 100))";

fn each(table: &str, on_reject: OnReject) -> Load {
    Load { on_reject, ..append(table) }
}

async fn database(test: &str) -> TestDatabase {
    TestDatabase::new(test, &format!("{SCHEMA}; {LEDGER_SCHEMA}; {REJECTS_SCHEMA}")).await
}

#[tokio::test]
async fn good_records_are_stored_and_the_others_are_named() {
    let db = database("each").await;
    let payload = r#"[{"id":1,"name":"a"}, {"id":2,"name":"too long"}, {"id":3,"name":"c","colour":"red"}, {"id":1,"name":"again"},
                      5, {"id":4,"name":"d","owner":11}, {"id":5,"name":"e","size":100}, {"id":6,"name":"f","owner":10}]"#;
    let receipt = db.load(&each("things", OnReject::EachKept), payload).await.unwrap();
    assert_eq!((receipt.received, receipt.inserted, receipt.rejected), (8, 2, 6));
    let mut rejects: Vec<_> =
        receipt.rejects.iter().map(|reject| (reject.index.unwrap(), reject.code.code())).collect();
    rejects.sort_unstable();
    assert_eq!(rejects, [(1, "A0623"), (2, "A0621"), (3, "A0629"), (4, "A0630"), (5, "A0629"), (6, "A0629")]);
    assert_eq!(db.rows("select id from things order by 1").await, ["1", "6"]);
    let kept = db
        .rows("select record_index, code, column_name, record->>'id', table_name, batch from adit_rejects order by record_index")
        .await;
    assert_eq!(
        kept,
        [
            "1|A0623|name|2|things|∅",
            "2|A0621|colour|3|things|∅",
            "3|A0629|∅|1|things|∅",
            "4|A0630|∅|∅|things|∅",
            "5|A0629|∅|4|things|∅",
            "6|A0629|∅|5|things|∅",
        ]
    );
    assert_eq!(db.rows("select record from adit_rejects where record_index = 4").await, ["5"]);
}

#[tokio::test]
async fn one_record_at_fault_is_a_receipt_too() {
    let db = database("each_one").await;
    for (payload, kept) in [
        (r#"{"id":1}"#, r#"{"id": 1}"#),
        (r#"{"id":1,"name":"a","owner":99}"#, r#"{"id": 1, "name": "a", "owner": 99}"#),
        (r#"{"id":1,"name":"a\u0000"}"#, r#""{\"id\":1,\"name\":\"a\\u0000\"}""#),
    ] {
        for on_reject in [OnReject::Each, OnReject::EachKept] {
            let receipt = db.load(&each("things", on_reject), payload).await.unwrap();
            assert_eq!((receipt.received, receipt.inserted, receipt.rejected), (1, 0, 1), "{payload}");
        }
        assert_eq!(db.rows("select record from adit_rejects order by id desc limit 1").await, [kept]);
    }
    assert_eq!((db.count("things").await, db.count("adit_rejects").await), (0, 3));
}

#[tokio::test]
async fn a_batch_with_rejects_gets_its_receipt_again() {
    let db = database("each_batch").await;
    let load = each("things", OnReject::EachKept).named(BatchId::new("s", "b").unwrap());
    let first = db.load(&load, r#"[{"id":1,"name":"a"},{"id":2},{"id":1,"name":"b"}]"#).await.unwrap();
    assert_eq!((first.inserted, first.rejected, first.replayed), (1, 2, false));
    let again = db.load(&load, "[]nonsense").await;
    assert!(again.is_err(), "a payload that cannot be read is told before the ledger is asked");
    let again = db.load(&load, r#"{"id":7,"name":"x"}"#).await.unwrap();
    assert_eq!((again.inserted, again.rejected, again.replayed, again.rejects), (1, 2, true, first.rejects));
    assert_eq!(db.rows("select source, batch, count(*) from adit_rejects group by 1, 2").await, ["s|b|2"]);
}

#[tokio::test]
async fn without_a_table_of_rejects_that_is_said() {
    let db = TestDatabase::new("each_no_table", SCHEMA).await;
    let error =
        db.load(&each("things", OnReject::EachKept), r#"[{"id":1},{"id":2,"name":"b"}]"#).await.unwrap_err();
    assert_eq!(error.code(), "A0521", "{error}");
    assert_eq!(db.count("things").await, 0);
}

#[tokio::test]
async fn bad_rows_are_found_in_every_mode() {
    let db = database("each_modes").await;
    db.sql.batch_execute("insert into things values (1, 'old', null, 1), (3, 'old', null, 1)").await.unwrap();
    let load =
        |kind, key| Load { mode: Mode::of(kind, key, None).unwrap(), ..each("things", OnReject::EachKept) };
    // Of two records with the same key the last one is at fault: then the first one counts.
    let payload = r#"[{"id":1,"name":"new","size":5},{"id":2,"name":"b","owner":11},{"id":3,"name":"new","size":6},
                      {"id":3,"name":"newer","size":100},{"id":4,"name":"d","size":7}]"#;
    let receipt = db.load(&load(ModeKind::Upsert, None), payload).await.unwrap();
    assert_eq!((receipt.inserted, receipt.updated, receipt.rejected), (1, 2, 2));
    assert_eq!(
        db.rows("select id, name, size from things order by 1").await,
        ["1|new|5", "3|new|6", "4|d|7"]
    );
    let receipt = db
        .load(
            &load(ModeKind::Replace, Some("name")),
            r#"[{"id":5,"name":"new"},{"id":4,"name":"x"},{"id":6,"name":"new"}]"#,
        )
        .await
        .unwrap();
    assert_eq!((receipt.inserted, receipt.deleted, receipt.rejected), (2, 2, 1));
    assert_eq!(db.rows("select id from things order by 1").await, ["4", "5", "6"]);
    assert_eq!(
        db.rows("select record_index, record->>'id' from adit_rejects order by id").await,
        ["1|2", "3|3", "1|4"]
    );
}

#[tokio::test]
async fn a_poison_record_among_a_hundred_thousand_costs_itself() {
    let db = database("each_many").await;
    let row = |n: u32| match n {
        77_777 => r#"{"id":77777,"name":"a","owner":99}"#.to_owned(),
        n => format!(r#"{{"id":{n},"name":"a"}}"#),
    };
    let payload = (0..100_000).map(row).collect::<Vec<_>>().join("\n");
    let receipt = db.load(&each("things", OnReject::Each), &payload).await.unwrap();
    assert_eq!((receipt.inserted, receipt.rejected, receipt.rejects[0].index), (99_999, 1, Some(77_777)));
    let upsert =
        Load { mode: Mode::of(ModeKind::Upsert, None, None).unwrap(), ..each("things", OnReject::Each) };
    let receipt = db.load(&upsert, &payload).await.unwrap();
    assert_eq!((receipt.unchanged, receipt.rejected, receipt.rejects[0].index), (99_999, 1, Some(77_777)));
}

#[tokio::test]
async fn a_thousand_bad_rows_are_told_one_by_one_and_too_many_refuse_all() {
    let db = database("each_bad").await;
    let rows = |count: u32, bad: fn(u32) -> bool| {
        let row = |n| format!(r#"{{"id":{n},"name":"a","size":{}}}"#, if bad(n) { 100 } else { 1 });
        (0..count).map(row).collect::<Vec<_>>().join("\n")
    };
    let load = each("things", OnReject::Each);
    let receipt = db.load(&load, &rows(3000, |n| n % 3 == 0)).await.unwrap();
    assert_eq!((receipt.inserted, receipt.rejected, receipt.rejects.len()), (2000, 1000, Load::MOST_REJECTS));
    let all_bad = records(Format::Json, rows(12_000, |_| true).into_bytes());
    let error = db.session().await.ingest(&load, all_bad, None).await.unwrap_err();
    let IngestError::Rejected(rejected) = error else { panic!("{error}") };
    assert_eq!((rejected.received, rejected.rejects.total()), (12_000, 10_000));
    assert!(rejected.rejects.first()[0].reason.starts_with("the server refused 10000 rows"));
    assert_eq!(db.count("things").await, 2000);
}

#[tokio::test]
async fn a_trigger_and_a_deferred_constraint_are_told_by_record() {
    let db = TestDatabase::new(
        "each_trigger",
        "create table t (id int primary key, n int unique deferrable initially deferred);
         create function odd() returns trigger language plpgsql as
             'begin if new.id % 10 = 7 then raise exception ''sevens are refused''; end if; return null; end';
         create constraint trigger odd after insert on t deferrable initially deferred for each row execute function odd()",
    )
    .await;
    let payload = (0..30).map(|n| format!(r#"{{"id":{n},"n":{}}}"#, n % 29)).collect::<Vec<_>>().join("\n");
    let receipt = db.load(&each("t", OnReject::Each), &payload).await.unwrap();
    let mut at_fault: Vec<_> = receipt.rejects.iter().filter_map(|reject| reject.index).collect();
    at_fault.sort_unstable();
    assert_eq!((receipt.inserted, at_fault), (26, vec![7, 17, 27, 29]));
    assert!(receipt.rejects.iter().any(|reject| reject.reason.contains("sevens are refused")));
}
