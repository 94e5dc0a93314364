//! A well-behaved function on the function development kit: it greets whom the body names, and says so in its log.

use std::process::ExitCode;

use adit_fdk::{Invocation, Reply};
use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    greeted: &'a str,
}

fn main() -> ExitCode {
    adit_fdk::run(|call: Invocation| async move {
        let name = call.body().ok().and_then(|body| std::str::from_utf8(body).ok()).unwrap_or("stranger");
        adit_fdk::log::line(&Line { greeted: name });
        Reply::new("text/plain", format!("Hello, {name}!"))
    })
}
