//! Upsert, replace and delete, with exact counts: as one statement, through the stage, with duplicates in the payload, with partial
//! records.

use adit_ingest::{Deletion, Format, IngestError, Librarian, Load, Mode, ModeKind, Receipt};

use crate::support::{TestDatabase, append, records, soon};

const STOCK: &str = "create table stock (sku text primary key, amount int not null, note text, seen timestamptz default now())";

fn with_mode(table: &str, kind: ModeKind, key: Option<&str>, update: Option<&str>) -> Load {
    Load { mode: Mode::of(kind, key, update).unwrap(), ..append(table) }
}

fn upsert(table: &str) -> Load {
    with_mode(table, ModeKind::Upsert, None, None)
}

/// inserted, updated, unchanged, superseded, deleted
fn counts(receipt: &Receipt) -> [u64; 5] {
    [receipt.inserted, receipt.updated, receipt.unchanged, receipt.superseded, receipt.deleted]
}

#[tokio::test]
async fn one_row_is_upserted_in_one_statement() {
    let db = TestDatabase::new("upsert_one", STOCK).await;
    let mut seen = Vec::new();
    for payload in [
        r#"{"sku":"a","amount":1}"#,
        r#"{"sku":"a","amount":1}"#,
        r#"{"sku":"a","amount":2}"#,
        r#"{"sku":"a","amount":2,"note":"x"}"#,
        r#"{"sku":"a","amount":2}"#,
    ] {
        let receipt = db.load(&upsert("stock"), payload).await.unwrap();
        assert_eq!(receipt.key.as_ref().unwrap()[0].value, "a");
        seen.push(counts(&receipt));
    }
    assert_eq!(seen, [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 1, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0]]);
    assert_eq!(db.rows("select sku, amount, note from stock").await, ["a|2|x"]);
}

#[tokio::test]
async fn many_rows_are_merged_and_counted_exactly() {
    let db = TestDatabase::new("upsert_many", STOCK).await;
    db.sql
        .batch_execute(
            "insert into stock (sku, amount, note) select 'k' || n, n, 'old' from generate_series(1, 100) n",
        )
        .await
        .unwrap();
    // 1..50 as they are, 51..100 with another amount, 101..150 new, and 7 of them again at the end.
    let row = |n: u32, amount: u32| format!(r#"{{"sku":"k{n}","amount":{amount}}}"#);
    let mut rows: Vec<_> = (1..=50).map(|n| row(n, n)).chain((51..=150).map(|n| row(n, n + 1))).collect();
    rows.extend((1..=7).map(|n| row(100 + n, 0)));
    let payload = format!("[{}]", rows.join(","));
    let receipt = db.load(&upsert("stock"), &payload).await.unwrap();
    assert_eq!((receipt.received, counts(&receipt)), (157, [50, 50, 50, 7, 0]));
    assert_eq!(
        db.rows("select sum(amount), count(*) filter (where note = 'old') from stock").await,
        [format!(
            "{}|100",
            (1..=50).sum::<u32>()
                + (51..=100).map(|n| n + 1).sum::<u32>()
                + (108..=150).map(|n| n + 1).sum::<u32>()
        )]
    );
    // Nothing is written where nothing differs.
    let receipt = db.load(&upsert("stock"), &payload).await.unwrap();
    assert_eq!(counts(&receipt), [0, 0, 150, 7, 0]);
}

#[tokio::test]
async fn records_that_leave_out_columns_leave_them_as_they_are() {
    let db = TestDatabase::new("upsert_partial", STOCK).await;
    let payload = r#"[{"sku":"a","amount":1,"note":"first"}, {"sku":"b","amount":1},
                      {"sku":"a","amount":2}, {"sku":"b","amount":3,"note":"last"}, {"sku":"a","amount":4,"note":null}]"#;
    let receipt = db.load(&upsert("stock"), payload).await.unwrap();
    assert_eq!(receipt.received, 5);
    assert_eq!(
        counts(&receipt),
        [2, 3, 0, 0, 0],
        "records of different shapes are applied one after another"
    );
    assert_eq!(db.rows("select sku, amount, note from stock order by sku").await, ["a|4|∅", "b|3|last"]);
}

#[tokio::test]
async fn what_is_updated_can_be_chosen() {
    let db =
        TestDatabase::new("upsert_choice", &format!("{STOCK}; insert into stock values ('a', 1, 'n')")).await;
    let nothing = with_mode("stock", ModeKind::Upsert, None, Some("nothing"));
    let payload = r#"[{"sku":"a","amount":9},{"sku":"b","amount":1},{"sku":"b","amount":2}]"#;
    assert_eq!(counts(&db.load(&nothing, payload).await.unwrap()), [1, 0, 1, 1, 0]);
    assert_eq!(
        db.rows("select sku, amount from stock order by 1").await,
        ["a|1", "b|2"],
        "the last one wins"
    );
    assert_eq!(counts(&db.load(&nothing, r#"{"sku":"a","amount":9}"#).await.unwrap()), [0, 0, 1, 0, 0]);
    let note = with_mode("stock", ModeKind::Upsert, None, Some("note"));
    let receipt = db
        .load(&note, r#"[{"sku":"a","amount":9,"note":"m"},{"sku":"c","amount":5,"note":"m"}]"#)
        .await
        .unwrap();
    assert_eq!(counts(&receipt), [1, 1, 0, 0, 0]);
    assert_eq!(
        db.rows("select * from (select sku, amount, note from stock) s order by 1").await,
        ["a|1|m", "b|2|∅", "c|5|m"]
    );
}

#[tokio::test]
async fn an_upsert_goes_by_any_unique_key_and_nulls_are_no_duplicates() {
    let db = TestDatabase::new(
        "upsert_unique",
        "create table t (id int generated always as identity primary key, a int, b text, v int, unique (a, b));
         create unique index t_v on t (v) where v > 0",
    )
    .await;
    let by = |key| with_mode("t", ModeKind::Upsert, Some(key), None);
    let payload =
        r#"[{"a":1,"b":"x","v":1},{"a":1,"b":"x","v":2},{"a":1,"b":null,"v":3},{"a":1,"b":null,"v":4}]"#;
    for key in ["a,b", "b, a", "constraint t_a_b_key"] {
        db.sql.batch_execute("truncate t").await.unwrap();
        assert_eq!(counts(&db.load(&by(key), payload).await.unwrap()), [3, 0, 0, 1, 0], "{key}");
        assert_eq!(db.rows("select v from t order by 1").await, ["2", "3", "4"]);
    }
    let error = db.load(&by("v"), payload).await.unwrap_err();
    assert_eq!(error.code(), "A0517", "a partial index is no key: {error}");
    // The key is made by the server here: nothing can be the same.
    let error = db.load(&upsert("t"), r#"[{"id":1,"v":1},{"id":2,"v":1}]"#).await.unwrap_err();
    assert!(matches!(error, IngestError::Rejected(_)), "{error}");
}

#[tokio::test]
async fn without_a_key_there_is_no_upsert() {
    let db = TestDatabase::new("upsert_keyless", "create table log (line text)").await;
    let error = db.load(&upsert("log"), r#"{"line":"a"}"#).await.unwrap_err();
    assert_eq!(error.code(), "A0517");
    assert_eq!(
        error.to_string(),
        "the table has no such key: table log has no primary key that this user may read; name a unique constraint; it has none"
    );
}

#[tokio::test]
async fn replace_deletes_what_has_the_same_field_and_then_inserts() {
    let db = TestDatabase::new(
        "replace",
        "create table chunks (id text primary key, document text, metadata jsonb);
         insert into chunks select 'old' || n, 'd', jsonb_build_object('source', 'f' || n % 3) from generate_series(1, 9) n",
    )
    .await;
    let load = with_mode("chunks", ModeKind::Replace, Some("metadata.source"), None);
    let payload = r#"[{"id":"n1","document":"x","metadata":{"source":"f1"}},{"id":"n2","metadata":{"source":"f1"}},
                      {"id":"n3","metadata":{"source":"new"}},{"id":"n4","metadata":{}}]"#;
    let receipt = db.load(&load, payload).await.unwrap();
    assert_eq!(counts(&receipt), [4, 0, 0, 0, 3]);
    let rows =
        db.rows("select metadata->>'source', count(*), min(id) from chunks group by 1 order by 1").await;
    assert_eq!(rows, ["f0|3|old3", "f1|2|n1", "f2|3|old2", "new|1|n3", "∅|1|n4"]);
}

#[tokio::test]
async fn rows_may_be_deleted_by_a_list_before_the_others_are_written() {
    let db = TestDatabase::new(
        "deletion",
        "create table chunks (id text primary key, metadata jsonb); insert into chunks values
         ('a', '{\"source\": \"x\"}'), ('b', '{\"source\": \"y\"}'), ('c', '{\"source\": \"y\"}')",
    )
    .await;
    let delete =
        Some(Deletion { path: "metadata.source".parse().unwrap(), values: vec!["y".into(), "it's".into()] });
    let load = Load { delete, ..upsert("chunks") };
    let receipt =
        db.load(&load, r#"[{"id":"a","metadata":{"source":"x2"}},{"id":"d","metadata":{}}]"#).await.unwrap();
    assert_eq!(counts(&receipt), [1, 1, 0, 0, 2]);
    // One record, and none at all.
    assert_eq!(
        counts(&db.load(&load, r#"{"id":"d","metadata":{"source":"y"}}"#).await.unwrap()),
        [0, 1, 0, 0, 0]
    );
    assert_eq!(counts(&db.load(&load, "[]").await.unwrap()), [0, 0, 0, 0, 1]);
    assert_eq!(db.rows("select id from chunks").await, ["a"]);
}

#[tokio::test]
async fn delete_takes_keys_and_says_what_was_not_there() {
    let db = TestDatabase::new(
        "delete",
        &format!(
            "{STOCK}; insert into stock (sku, amount) select 'k' || n, n % 5 from generate_series(1, 20) n"
        ),
    )
    .await;
    let by_key = with_mode("stock", ModeKind::Delete, None, None);
    let receipt =
        db.load(&by_key, r#"[{"sku":"k1"},{"sku":"k2"},{"sku":"k1"},{"sku":"gone"}]"#).await.unwrap();
    assert_eq!(counts(&receipt), [0, 0, 1, 0, 2]);
    assert_eq!(counts(&db.load(&by_key, r#"{"sku":"k3"}"#).await.unwrap()), [0, 0, 0, 0, 1]);
    let by_amount = with_mode("stock", ModeKind::Delete, Some("amount"), None);
    assert_eq!(counts(&db.load(&by_amount, r#"{"amount":0}"#).await.unwrap()), [0, 0, 0, 0, 4]);
    let error = db.load(&by_key, r#"[{"amount":1},{"sku":null}]"#).await.unwrap_err();
    let IngestError::Rejected(rejected) = error else { panic!("{error}") };
    let codes: Vec<_> = rejected.rejects.first().iter().map(|reject| reject.code.code()).collect();
    assert_eq!(codes, ["A0625", "A0624"], "a record without its key deletes nothing");
}

#[tokio::test]
async fn a_merge_that_is_refused_names_its_record() {
    let db =
        TestDatabase::new("merge_refused", &format!("{STOCK}; alter table stock add check (amount > 0)"))
            .await;
    let rows: Vec<_> = (0..300).map(|n| format!(r#"{{"sku":"k{n}","amount":{}}}"#, 211 - n)).collect();
    let error = db.load(&upsert("stock"), &format!("[{}]", rows.join(","))).await.unwrap_err();
    let IngestError::Rejected(rejected) = error else { panic!("{error}") };
    assert_eq!(rejected.rejects.first()[0].index, Some(211));
    assert_eq!(db.count("stock").await, 0);
}

#[tokio::test]
async fn a_type_without_an_encoder_goes_through_the_servers_cast_and_the_receipt_says_so() {
    let db =
        TestDatabase::new("cast", "create table t (id int primary key, doc xml, price money, path path)")
            .await;
    let one = r#"{"id":1,"doc":"<a/>","price":"12.50"}"#;
    let receipt = db.load(&append("t"), one).await.unwrap();
    assert_eq!((receipt.inserted, receipt.cast), (1, vec!["doc".to_owned(), "price".to_owned()]));
    let payload = r#"[{"id":2,"doc":"<b/>","price":3},{"id":3,"path":"[(0,0),(1,1)]"}]"#;
    let receipt = db.load(&append("t"), payload).await.unwrap();
    assert_eq!((receipt.inserted, receipt.cast.len()), (2, 3));
    let receipt =
        db.load(&upsert("t"), r#"[{"id":2,"doc":"<b/>","price":4},{"id":3,"doc":"<c/>"}]"#).await.unwrap();
    assert_eq!(counts(&receipt), [0, 2, 0, 0, 0]);
    let receipt = db.load(&upsert("t"), r#"{"id":3,"doc":"<c/>"}"#).await.unwrap();
    assert_eq!(counts(&receipt), [0, 0, 1, 0, 0]);
    assert_eq!(
        db.rows("select id, doc, price::numeric, path from t order by 1").await,
        ["1|<a/>|12.50|∅", "2|<b/>|4.00|∅", "3|<c/>|∅|[(0,0),(1,1)]"]
    );
    let error = db.load(&append("t"), r#"[{"id":4,"doc":"<open>"},{"id":5}]"#).await.unwrap_err();
    let IngestError::Rejected(rejected) = error else { panic!("{error}") };
    assert_eq!(rejected.rejects.first()[0].index, Some(0));
}

#[tokio::test]
async fn a_partitioned_table_is_upserted_like_another() {
    let db = TestDatabase::new(
        "partitioned",
        "create table p (id int, day date, v int, primary key (id, day)) partition by range (day);
         create table p1 partition of p for values from ('2026-01-01') to ('2026-07-01');
         create table p2 partition of p for values from ('2026-07-01') to ('2027-01-01')",
    )
    .await;
    let payload = |v: u32| {
        format!(
            r#"[{{"id":1,"day":"2026-01-05","v":{v}}},{{"id":1,"day":"2026-08-05","v":1}},{{"id":2,"day":"2026-08-05","v":{v}}}]"#
        )
    };
    assert_eq!(counts(&db.load(&upsert("p"), &payload(1)).await.unwrap()), [3, 0, 0, 0, 0]);
    assert_eq!(counts(&db.load(&upsert("p"), &payload(2)).await.unwrap()), [0, 2, 1, 0, 0]);
    assert_eq!(
        counts(&db.load(&upsert("p"), r#"{"id":2,"day":"2026-08-05","v":3}"#).await.unwrap()),
        [0, 1, 0, 0, 0]
    );
}

#[tokio::test]
async fn the_librarians_payload_is_one_transaction() {
    let db = TestDatabase::new(
        "librarian",
        "create table chunks (id text primary key, document text not null, metadata jsonb, embedding real[]);
         insert into chunks select 'old' || n, 'd', jsonb_build_object('source', 'f' || n % 3) from generate_series(1, 9) n",
    )
    .await;
    let load = |payload: &str| {
        let librarian = Librarian::read(Box::new(std::io::Cursor::new(payload.as_bytes().to_vec()))).unwrap();
        let (load, chunks) = librarian.into_load(append("elsewhere")).unwrap();
        (load, records(Format::Json, chunks))
    };
    let (chunks, records) = load(
        r#"{"table_name": "chunks", "files_to_delete": ["f1", "gone"], "chunks_to_upsert": [
            {"id": "new", "document": "x", "metadata": {"source": "f1"}, "embedding": [0.5, -1]},
            {"id": "old3", "document": "changed", "metadata": {"source": "f0"}, "embedding": null}]}"#,
    );
    let receipt = db.session().await.ingest(&chunks, records, Some(soon())).await.unwrap();
    assert_eq!((receipt.received, counts(&receipt)), (2, [1, 1, 0, 0, 3]));
    let rows = db.rows("select id, document, embedding from chunks where document <> 'd' order by 1").await;
    assert_eq!(rows, ["new|x|{0.5,-1}", "old3|changed|∅"]);
    let (chunks, records) = load(r#"{"table_name": "chunks", "files_to_delete": ["f2"]}"#);
    let receipt = db.session().await.ingest(&chunks, records, Some(soon())).await.unwrap();
    assert_eq!(counts(&receipt), [0, 0, 0, 0, 3]);
    // A chunk at fault keeps the deletion from happening, too.
    let (chunks, records) = load(
        r#"{"table_name":"chunks","files_to_delete":["f0"],"chunks_to_upsert":[{"id":"a"},{"id":"b","document":"x"}]}"#,
    );
    let error = db.session().await.ingest(&chunks, records, Some(soon())).await.unwrap_err();
    assert_eq!(error.code(), "A0620");
    assert_eq!(db.count("chunks").await, 4);
}
