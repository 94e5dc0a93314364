//! What is to be seen where callers wait in vain: what they heard last, each process and what it waits for, the server's and the pooler's
//! own view. It waits for nobody for long: whatever it asks may be what stands still.

use std::fmt::{self, Write as _};
use std::fs;
use std::time::Duration;

use adit_local::Part;
use tokio::time::timeout;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::accounts::Accounts;
use super::servers::Servers;
use super::victim::{Living, children};

const PATIENCE: Duration = Duration::from_secs(5);

const ACTIVITY: &str = "select pid, backend_type, state, wait_event_type, wait_event, pg_blocking_pids(pid),
    now() - xact_start, now() - query_start, left(query, 100) from pg_stat_activity where pid <> pg_backend_pid()";
const POOLER: [&str; 4] = ["show pools", "show clients", "show servers", "show databases"];

/// Everything that there is to see, as text.
pub(super) async fn diagnosis(accounts: &Accounts, servers: &Servers, living: &Living) -> String {
    let mut text = String::from("\nwhat callers heard last:\n");
    for line in accounts.heard_last() {
        let _ = writeln!(text, "  {line}");
    }
    let _ = writeln!(text, "processes (containers: {:?}):", living.pids());
    let ours = children(std::process::id());
    let theirs = ours.iter().flat_map(|(pid, _)| children(*pid));
    for (pid, title) in ours.iter().cloned().chain(theirs) {
        let title = title.replace(['\0', '\n'], " ");
        let title: String = title.trim().chars().take(100).collect();
        let _ = writeln!(text, "  {pid} {title} {}", Process(pid));
    }
    let [server, pooler, admin] = servers.urls();
    let _ = writeln!(text, "PostgreSQL: {}", ask(&server, ACTIVITY).await);
    let _ = writeln!(text, "through PgBouncer: {}", ask(&pooler, "select 'it answers'").await);
    for question in POOLER {
        let _ = writeln!(text, "PgBouncer, {question}: {}", ask(&admin, question).await);
    }
    for part in [Part::Postgres, Part::PgBouncer] {
        let _ = writeln!(text, "{part}'s last words:\n  {}", servers.diary.lines(part).join("\n  "));
    }
    text
}

/// The rows of an answer, a line each.
async fn ask(url: &str, question: &str) -> String {
    let asked = async {
        let (sql, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        sql.simple_query(question).await
    };
    let messages = match timeout(PATIENCE, asked).await {
        Ok(Ok(messages)) => messages,
        Ok(Err(error)) => return format!("{error:?}"),
        Err(_) => return format!("no answer within {PATIENCE:?}"),
    };
    let mut lines = String::new();
    for message in messages {
        if let SimpleQueryMessage::Row(row) = message {
            let fields = row.columns().iter().enumerate();
            let fields =
                fields.filter_map(|(at, column)| Some(format!("{}={}", column.name(), row.get(at)?)));
            let _ = write!(lines, "\n  {}", fields.collect::<Vec<_>>().join(" "));
        }
    }
    lines
}

/// A process as the kernel sees it: its state, and where in the kernel it waits, which root may read.
struct Process(u32);

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", self.0)).unwrap_or_default();
        let status = read("status");
        let state = status.lines().find_map(|line| line.strip_prefix("State:")).unwrap_or("gone").trim();
        let stack = read("stack");
        let stack = stack.lines().filter_map(|line| line.split_whitespace().last()).take(4);
        write!(f, "[{state}] {}", stack.collect::<Vec<_>>().join(" < "))
    }
}
