//! How much the deployed program takes: its file, and its memory after many calls.

use crate::exchange::Call;
use crate::function::Setup;
use crate::tools::{deployed, skipped};

const MOST_BYTES: u64 = 5_000_000;
const MOST_RESIDENT_KB: u64 = 8 * 1024;

#[test]
fn the_deployed_file_has_at_most_five_megabytes() {
    let Some(program) = deployed() else {
        return skipped("ADIT_FUNCTION_BIN names no deployed program (scripts/build-function)");
    };
    let bytes = std::fs::metadata(program).unwrap().len();
    assert!(bytes <= MOST_BYTES, "{bytes} bytes");
}

#[tokio::test]
async fn a_container_has_at_most_eight_megabytes_resident_after_a_thousand_calls() {
    if deployed().is_none() {
        return skipped("ADIT_FUNCTION_BIN names no deployed program (scripts/build-function)");
    }
    let function = Setup::new("resident").start().await;
    let batch = "{\"name\":\"a\",\"description\":\"b\"}\n".repeat(100);
    for call in 0..1_000 {
        let body = if call % 4 == 0 { batch.clone() } else { r#"{"name":"a"}"#.to_owned() };
        let call = function.containers.invoke(Call::new(body).into_invocation()).await;
        assert!(call.outcome.is_ok());
    }
    assert_eq!(function.database.count("items").await, 250 * 100 + 750);
    assert_eq!(function.pids().len(), 1);
    let status = std::fs::read_to_string(format!("/proc/{}/status", function.pids()[0])).unwrap();
    let resident = status.split_once("VmRSS:").unwrap().1.split_whitespace().next().unwrap();
    let resident: u64 = resident.parse().unwrap();
    assert!(resident <= MOST_RESIDENT_KB, "{resident} kB");
}
