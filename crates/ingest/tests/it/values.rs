//! Every type: what a value becomes in the server, or why it is refused, by both ways in (one row, and COPY) and in both formats. The same
//! run makes the tables of `docs/types.md`, so that they say what was seen.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use adit_ingest::{Format, IngestError, Load, Mapping, Receipt, Session};

use crate::examples::{Example, FAMILIES, Family, Outcome, SCHEMA, VECTORS};
use crate::support::{TestDatabase, append, records, soon, with_pgvector};

#[tokio::test]
async fn every_type_takes_and_refuses_what_the_page_says() {
    let db = TestDatabase::new("values", SCHEMA).await;
    check_page("types", &run(&db, FAMILIES).await);
}

#[tokio::test]
async fn vectors_take_and_refuse_what_the_page_says() {
    let Some(db) = with_pgvector("vectors").await else { return };
    check_page("vectors", &run(&db, VECTORS).await);
}

/// Runs all examples; the tables for the page.
async fn run(db: &TestDatabase, families: &[Family]) -> String {
    db.sql.batch_execute("set timezone = 'UTC'").await.unwrap();
    let mut session = db.session().await;
    let mut page = String::new();
    let mut at = 0;
    for family in families {
        write!(page, "## {}\n\n", family.title).unwrap();
        if !family.note.is_empty() {
            write!(page, "{}\n\n", family.note).unwrap();
        }
        page.push_str("| type | JSON | CSV | becomes |\n|---|---|---|---|\n");
        for example in family.examples {
            let Example { sql_type, json, csv, outcome } = *example;
            at += 1;
            let table = format!("example_{at}");
            let sql = format!("create table {table} (n int default 1, v {sql_type})");
            db.sql.batch_execute(&sql).await.unwrap();
            let load = Load { mapping: Mapping::from_json(family.mapping).unwrap(), ..append(&table) };
            let mut place = Place { db, session: &mut session, table, load };
            let becomes = match outcome {
                Outcome::Stored(printed) => {
                    place.stored(example, printed).await;
                    code(printed)
                }
                Outcome::Refused(reject) => place.refused(example, reject).await,
            };
            let csv = csv.map_or("–".to_owned(), code);
            writeln!(page, "| {} | {} | {csv} | {becomes} |", code(sql_type), code(json)).unwrap();
        }
        page.push('\n');
    }
    page
}

/// Where an example is run.
struct Place<'a> {
    db: &'a TestDatabase,
    session: &'a mut Session,
    table: String,
    load: Load,
}

impl Place<'_> {
    /// The value as a single row, as two of a COPY, and twice from CSV: the server prints the same.
    async fn stored(&mut self, example: &Example, printed: &str) {
        let Example { sql_type, json, csv, .. } = *example;
        let one = json_record(json);
        let mut payloads = vec![(Format::Json, one.clone()), (Format::Json, format!("[{one},{one}]"))];
        payloads.extend(csv.map(|csv| (Format::Csv, csv_records(&[csv, csv]))));
        let mut rows = 0;
        for (format, payload) in payloads {
            let stored = self.ingest(format, &payload).await;
            let receipt = stored.unwrap_or_else(|error| panic!("{sql_type} {payload}: {error:?}"));
            rows += usize::try_from(receipt.inserted).unwrap();
        }
        let seen = self.db.rows(&format!("select v from {}", self.table)).await;
        assert_eq!(seen, vec![printed; rows], "{sql_type} {json}");
        assert_eq!(rows, if csv.is_some() { 5 } else { 3 });
    }

    /// The value is refused either way, alone and among others; gives code and reason.
    async fn refused(&mut self, example: &Example, wanted: &str) -> String {
        let Example { sql_type, json, csv, .. } = *example;
        let one = json_record(json);
        let mut payloads = vec![(Format::Json, one.clone()), (Format::Json, format!("[{one},{one}]"))];
        payloads.extend(csv.map(|csv| (Format::Csv, csv_records(&[csv]))));
        let mut reason = None;
        for (format, payload) in payloads {
            let refused = self.ingest(format, &payload).await;
            let Err(IngestError::Rejected(rejected)) = refused else {
                panic!("{sql_type} {payload}: {refused:?}")
            };
            let [reject, ..] = rejected.rejects.first() else { panic!("{sql_type} {payload}: {rejected:?}") };
            let code = serde_json::to_string(&reject.code).unwrap();
            assert_eq!(code.trim_matches('"'), wanted, "{sql_type} {payload}: {}", reject.reason);
            reason.get_or_insert(escaped(&reject.reason));
        }
        assert_eq!(self.db.count(&self.table).await, 0);
        format!("`{wanted}` {}", reason.unwrap())
    }

    async fn ingest(&mut self, format: Format, payload: &str) -> Result<Receipt, IngestError> {
        let payload = records(format, payload.as_bytes().to_vec());
        self.session.ingest(&self.load, payload, Some(soon())).await
    }
}

fn json_record(json: &str) -> String {
    format!(r#"{{"v": {json}}}"#)
}

fn csv_records(fields: &[&str]) -> String {
    let quoted = fields.iter().map(|field| format!("\"{}\"\n", field.replace('"', "\"\"")));
    format!("v\n{}", quoted.collect::<String>())
}

/// A piece of a table that is code.
fn code(text: &str) -> String {
    if text.is_empty() {
        return "the empty text".to_owned();
    }
    // Spaces at the ends of code are shown by nobody.
    format!("`{}`", escaped(text).replace("  ", "␠␠").replace("` ", "`␠").replace(" `", "␠`"))
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Holds a part of `docs/types.md` against what was seen; with `UPDATE_DOCS` set, writes it.
fn check_page(part: &str, seen: &str) {
    // Both tests write the same page.
    static PAGE: Mutex<()> = Mutex::new(());
    let _turn = PAGE.lock().unwrap_or_else(PoisonError::into_inner);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/types.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {part} -->\n\n"), format!("<!-- /{part} -->\n"));
    let (before, rest) = page.split_once(&begin).unwrap();
    let (written, after) = rest.split_once(&end).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{begin}{seen}{end}{after}")).unwrap();
    } else {
        assert_eq!(written, seen, "docs/types.md is not what was seen; UPDATE_DOCS=1 writes it anew");
    }
}

#[tokio::test]
async fn an_empty_field_is_null_and_a_value_each() {
    let schema =
        "create table t (i int, f float8, b bool, j jsonb, a int[], d date, n numeric); set timezone = 'UTC'";
    let db = TestDatabase::new("csv_values", schema).await;
    let payload = "i,f,b,j,a,d,n\n517.0,1e3,t,\"{\"\"k\"\":1}\",\"[1,2]\",2013-01-01,1.50\n,,,,,,\n";
    db.ingest("t", Format::Csv, payload).await.unwrap();
    assert_eq!(
        db.rows("select * from t").await,
        ["517|1000|t|{\"k\": 1}|{1,2}|2013-01-01|1.50", "∅|∅|∅|∅|∅|∅|∅"]
    );
}
