//! The fuzzer's hostile cells, all of them into a column of every type: what an encoder takes, the server takes, or refuses by a rule of
//! the type. It never finds the binary form wrong.

use std::path::Path;

use adit_ingest::{Load, OnReject};

use crate::support::{TestDatabase, append, with_pgvector};

const TYPES: &str = "bool,int2,int4,int8,oid,float4,float8,numeric,text,char(3),varchar(3),name,bytea,uuid,date,time,timetz,interval,
    timestamp,timestamptz,inet,cidr,macaddr,macaddr8,bit(3),varbit(9),point,json,jsonb,int4range,numrange,daterange,tstzrange,
    int8multirange,tsmultirange,mood,short,citext,hstore";
const VECTOR_TYPES: &str = "vector,vector(2),halfvec,sparsevec";

/// What says that the bytes were wrong, and not the value: `invalid_binary_representation`, `protocol_violation`,
/// `character_not_in_repertoire`, `data_corrupted`, `internal_error`.
const OUR_FAULT: [&str; 5] = ["22P03", "08P01", "22021", "XX001", "XX000"];

/// Each cell that is JSON, as a record of NDJSON, by the name of its seed.
fn cells() -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/values");
    let seeds = directory.read_dir().unwrap().map(Result::unwrap);
    let cell = |seed: std::fs::DirEntry| {
        let cell = String::from_utf8(std::fs::read(seed.path()).unwrap()).ok()?;
        serde_json::from_str::<&serde_json::value::RawValue>(&cell).ok()?;
        Some((seed.file_name().into_string().unwrap(), format!("{{\"v\":{cell}}}")))
    };
    let mut cells: Vec<_> = seeds.filter_map(cell).collect();
    cells.sort();
    cells
}

/// Stores what can be stored of all cells, in a column of each type and in one of its arrays.
async fn well_formed(db: &TestDatabase, types: &str) {
    let cells = cells();
    let payload: String = cells.iter().map(|(_, record)| format!("{record}\n")).collect();
    let types = types.split(',').map(str::trim);
    let (mut sent, mut stored) = (0, 0);
    for type_name in types.flat_map(|name| [name.to_owned(), format!("{name}[]")]) {
        db.sql
            .batch_execute(&format!("drop table if exists t; create table t (v {type_name})"))
            .await
            .unwrap();
        let load = Load { on_reject: OnReject::Each, most_rejects: cells.len(), ..append("t") };
        let receipt = db.load(&load, &payload).await.unwrap_or_else(|error| panic!("{type_name}: {error}"));
        assert_eq!(receipt.inserted + receipt.rejected, receipt.received);
        for reject in receipt.rejects {
            let ours = OUR_FAULT.iter().any(|code| reject.reason.contains(code));
            let (name, _) = cells.get(usize::try_from(reject.index.unwrap()).unwrap()).unwrap();
            assert!(!ours, "{name} into {type_name}: {}", reject.reason);
        }
        assert!(receipt.inserted > 0, "nothing fits into {type_name}");
        (sent, stored) = (sent + receipt.received, stored + receipt.inserted);
    }
    eprintln!("{sent} cells sent, {stored} stored");
}

#[tokio::test]
async fn what_an_encoder_takes_is_well_formed_to_the_server() {
    let schema = "create type mood as enum ('true', 'text', '5'); create domain short as varchar(3);
        create extension citext; create extension hstore";
    well_formed(&TestDatabase::new("seeds", schema).await, TYPES).await;
}

#[tokio::test]
async fn what_the_vectors_encoders_take_is_well_formed_to_pgvector() {
    let Some(db) = with_pgvector("seeds").await else { return };
    well_formed(&db, VECTOR_TYPES).await;
}
