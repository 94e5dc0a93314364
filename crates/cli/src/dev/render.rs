//! What the stack says, as lines on a terminal.

use adit_local::ContainerEnd;
use adit_local::{DeployedFunction, Event, Stack};
use owo_colors::OwoColorize;

use crate::console;
use crate::numbers;

/// The sample that the ready lines show.
const SAMPLE: &str = r#"{"name":"chair","description":"oak"}"#;

/// One event. Without `verbose`, what goes well is said in one line a call.
pub(crate) fn event(event: &Event, verbose: bool) {
    match event {
        Event::PostgresFetching { client, package } => {
            console::talk(&format!("no PostgreSQL is installed: fetching {package} with {client}"));
        }
        Event::PgBouncerMissing { install } => {
            console::warning(&format!(
                "PgBouncer is not installed, the function connects directly ({install})"
            ));
        }
        Event::PortTaken { part, wanted, used, owner } => {
            let owner = owner.as_ref().map(|owner| format!(" by {owner}")).unwrap_or_default();
            console::warning(&format!("port {wanted} is taken{owner}: the {part} listens on {used}"));
        }
        Event::ServerDied { part, last_lines } => {
            console::warning(&format!("{part} ended"));
            last_lines.iter().for_each(|line| console::named("", line));
        }
        // What a rule of the Events service would do by itself.
        Event::ObjectPut { event } => {
            console::named("event", &format!("adit invoke -d '{}'", event.replace('\'', r"'\''")));
        }
        Event::TokenNotRenewed { why } => {
            console::warning(&format!("a session token was not renewed: {why}"))
        }
        Event::ContainerInitFailed { why, last_lines, .. } => {
            console::warning(&format!("a container did not start: {why}"));
            last_lines.iter().for_each(|line| console::named("", line));
        }
        Event::ContainerEnded { container, why, .. }
            if verbose || matches!(why, ContainerEnd::EndedByItself | ContainerEnd::CallFailed) =>
        {
            console::named("container", &format!("{container} ended: {}", end(*why)));
        }
        Event::FunctionCalled { cold, request_bytes, outcome, took, .. } => {
            let cold = if *cold { ", cold" } else { "" };
            let size = numbers::bytes(*request_bytes as u64);
            match outcome {
                Ok(_) => console::named("call", &format!("{size}, {}{cold}", numbers::time(*took))),
                Err(failure) => console::named("call", &format!("{size}: {}", failure.to_string().red())),
            }
        }
        Event::FunctionLog { line, .. } if verbose || line.contains("\"level\":\"error\"") => {
            console::named("log", line);
        }
        Event::ContainerStarted { container, took, .. } if verbose => {
            console::named("container", &format!("{container} ready in {}", numbers::time(*took)));
        }
        Event::OciRequest { method, path, status, reason, took, .. } if verbose || reason.is_some() => {
            let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            console::named("oci", &format!("{method} {path} {status}, {}{reason}", numbers::time(*took)));
        }
        Event::ServerLog { part, line } if verbose => console::named("server", &format!("{part}: {line}")),
        Event::PostgresChosen { version, bin, .. } if verbose => {
            console::named("postgres", &format!("{version} in {}", bin.display()));
        }
        _ => {}
    }
}

/// The ready lines: how long it took, and what runs where.
pub(crate) fn ready(stack: &Stack, function: &DeployedFunction) {
    let database = match (stack.postgres(), stack.pooler()) {
        (Some(postgres), Some(pooler)) => format!(
            "PostgreSQL {} on port {}, behind PgBouncer (transaction mode) on port {}",
            postgres.version(),
            postgres.port(),
            pooler.port()
        ),
        (Some(postgres), None) => format!("PostgreSQL {} on port {}", postgres.version(), postgres.port()),
        (None, _) => "the one that you gave".to_owned(),
    };
    console::talk(&format!("{} in {}", "ready".green().bold(), numbers::time(stack.elapsed())));
    console::named("database", &database);
    console::named("oci", &format!("emulated at {}", stack.emulator().url()));
    console::named("function", &format!("{} writes {}", function.name(), tables(function)));
}

/// Lines to copy that call the function.
pub(crate) fn invocations(stack: &Stack, function: &DeployedFunction) {
    // Which keys another table takes is not known here.
    let sample = if tables(function) == "items" { SAMPLE } else { "@rows.json" };
    console::named("adit", &format!("adit invoke -d '{sample}'"));
    console::named("oci cli", &stack.invoke_line(function, if sample == SAMPLE { SAMPLE } else { "{…}" }));
    console::named("object", &stack.put_line("drop", "rows.ndjson"));
}

fn tables(function: &DeployedFunction) -> String {
    let tables = function.containers().spec().config.get("ADIT_TABLE").cloned().unwrap_or_default();
    tables.replace('"', "")
}

fn end(why: ContainerEnd) -> &'static str {
    match why {
        ContainerEnd::Idle => "idle",
        ContainerEnd::EndedByItself => "its process ended",
        ContainerEnd::CallFailed => "killed after its call failed",
        ContainerEnd::InitFailed => "it did not start",
        ContainerEnd::Stopped => "stopped",
        _ => "for another reason",
    }
}
