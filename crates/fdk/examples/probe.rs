//! A function that does what it is told, for the conformance tests in `tests/it`.
//!
//! The body's first line is a command and its arguments; what follows is the command's data. A body that begins with
//! none of the commands is measured.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use adit_fdk::{Bytes, Gateway, Invocation, Reply, log};
use serde_json::{Value, json};

static BEGUN: AtomicU64 = AtomicU64::new(0);
static FINISHED: AtomicU64 = AtomicU64::new(0);

fn main() -> ExitCode {
    adit_fdk::run(|call: Invocation| {
        BEGUN.fetch_add(1, Ordering::Relaxed);
        if call.body().is_ok_and(|body| body.starts_with(b"panic at once")) {
            boom("at once");
        }
        async move {
            let reply = obey(&call).await;
            FINISHED.fetch_add(1, Ordering::Relaxed);
            reply
        }
    })
}

async fn obey(call: &Invocation) -> Reply {
    let body = match call.body() {
        Ok(body) => body,
        Err(error) => return Reply::json(&json!({"limit": error.limit, "at_least": error.at_least})),
    };
    let line = body.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut words = str::from_utf8(line).unwrap_or_default().split(' ');
    let (command, first, second) = (words.next().unwrap_or_default(), words.next(), words.next());
    let number = first.and_then(|word| word.parse::<u64>().ok()).unwrap_or_default();
    let length = usize::try_from(number).unwrap_or_default();
    match command {
        "echo" => Reply::new(call.content_type().unwrap_or("application/octet-stream"), body.clone()),
        "sleep" => {
            tokio::time::sleep(Duration::from_millis(number)).await;
            Reply::new("text/plain", "slept")
        }
        "panic" => {
            tokio::task::yield_now().await;
            boom("while working")
        }
        "fail" => Reply::failed(),
        "time-out" => Reply::timed_out(),
        "big" => Reply::new("application/octet-stream", vec![b'b'; length]),
        "big-headers" => Reply::new("text/plain", "").header("X-Big", "h".repeat(length)),
        "no-json" => Reply::json(&BTreeMap::from([((1, 2), 3)])),
        "status" => {
            Reply::new("text/plain", "a status").http_status(u16::try_from(number).unwrap_or_default())
        }
        "header" => {
            Reply::new("text/plain", "a header").header(first.unwrap_or("X"), second.unwrap_or_default())
        }
        "count" => Reply::json(&json!({
            "begun": BEGUN.load(Ordering::Relaxed),
            "finished": FINISHED.load(Ordering::Relaxed),
        })),
        "call" => Reply::json(&seen(call)),
        "log" => {
            log::line(&json!({"level": "info", "call_id": call.call_id(), "message": "handled"}));
            Reply::new("text/plain", "logged")
        }
        _ => Reply::json(&measured(body)),
    }
}

#[expect(clippy::panic, reason = "what becomes of a panic is what the tests want to see")]
fn boom(when: &str) -> ! {
    panic!("boom {when}")
}

/// The length and the FNV-1a hash of a body.
fn measured(body: &Bytes) -> Value {
    let hash = body.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    json!({"bytes": body.len(), "hash": format!("{hash:016x}")})
}

/// The call as this function sees it.
fn seen(call: &Invocation) -> Value {
    let headers: Vec<_> =
        call.headers().iter().map(|(name, value)| json!([name.as_str(), value.to_str().ok()])).collect();
    json!({
        "call_id": call.call_id(),
        "content_type": call.content_type(),
        "intent": format!("{:?}", call.intent()),
        "detached": call.detached(),
        "remaining_ms": u64::try_from(call.deadline().remaining().as_millis()).ok(),
        "headers": headers,
        "gateway": call.gateway().map(asked),
    })
}

fn asked(gateway: Gateway<'_>) -> Value {
    json!({
        "method": gateway.method(),
        "url": gateway.url(),
        "path": gateway.path(),
        "query": gateway.query(),
        "q": gateway.param("q"),
        "call_id": gateway.header("Fn-Call-Id"),
        "content_length": gateway.header("Content-Length"),
    })
}
