//! Many callers at once: a container each, and a pool of two for all of them.

use adit_local::{FunctionOptions, PgBouncerOptions, Stack, StackOptions};
use futures_util::future::join_all;
use serde_json::Value;

use crate::exchange::Call;
use crate::tools::{program, skipped};

const CLIENTS: usize = 80;
const PAYLOADS: usize = 20;

#[tokio::test]
async fn eighty_clients_store_all_of_their_1600_payloads_through_a_pool_of_two() {
    let function = FunctionOptions { concurrency: CLIENTS, ..FunctionOptions::new("crowd", program()) };
    let pooler = PgBouncerOptions { pool_size: 2, ..PgBouncerOptions::default() };
    let options = StackOptions { pooler: Some(pooler), functions: vec![function], ..StackOptions::default() };
    let stack = Stack::start(options).await.unwrap();
    if stack.pooler().is_none() {
        return skipped("PgBouncer is not installed");
    }
    let containers = stack.functions()[0].containers();
    let client = |client: usize| async move {
        for payload in 0..PAYLOADS {
            // Single rows and COPY in turn.
            let record = format!(r#"{{"name":"client {client}","description":"{payload}"}}"#);
            let body = if payload % 2 == 0 { record } else { format!("[{record},{record}]") };
            let call = containers.invoke(Call::new(body).into_invocation()).await;
            let reply: Value = serde_json::from_slice(&call.outcome.unwrap().body).unwrap();
            assert_eq!(reply["status"], "success", "{reply}");
        }
    };
    join_all((0..CLIENTS).map(client)).await;

    let (sql, connection) =
        tokio_postgres::connect(&stack.database_url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let counts = "select count(distinct (name, description)), count(*),
        (select count(*) from pg_stat_activity where application_name = 'adit' and datname = current_database())
        from items";
    let row = sql.query_one(counts, &[]).await.unwrap();
    let (payloads, rows, connections): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert_eq!((payloads, rows), ((CLIENTS * PAYLOADS) as i64, (CLIENTS * PAYLOADS * 3 / 2) as i64));
    assert!(connections <= 2, "{connections} server connections");
}
