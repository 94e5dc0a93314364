//! The smallest function: it sends back what it is given.
//!
//! ```sh
//! FN_LISTENER=unix:/tmp/lsnr.sock cargo run -p adit-fdk --example echo &
//! curl --unix-socket /tmp/lsnr.sock --data hello http://localhost/call
//! ```

use std::process::ExitCode;

use adit_fdk::{Invocation, Reply};

fn main() -> ExitCode {
    adit_fdk::run(|call: Invocation| async move {
        let content_type = call.content_type().unwrap_or("application/octet-stream").to_owned();
        match call.into_body() {
            Ok(body) => Reply::new(content_type, body),
            Err(too_large) => Reply::new("text/plain", too_large.to_string()).http_status(413),
        }
    })
}
