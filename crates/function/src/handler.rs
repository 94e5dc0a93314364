//! One call, from the payload to the answer: the order of things, the deadline, and when to try again.

use std::hash::{BuildHasher, RandomState};
use std::io::Cursor;
use std::time::{Duration, Instant};

use adit_fdk::{Bytes, Deadline, Intent, Invocation, Reply};
use adit_ingest::{DatabaseErrorKind, Format, IngestError, Receipt, Records, Retry, TableName};
use adit_oci::env::Vars;

use crate::answer;
use crate::connections::Connections;
use crate::failure::Failure;
use crate::settings::{OnError, Settings, SettingsError};

/// Kept back from the deadline for rolling back, logging and answering: at most a second, at most a quarter of what there is.
const MARGIN: Duration = Duration::from_secs(1);
/// How often a payload is tried: the first time, and again after each of these pauses.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(250), Duration::from_millis(1000)];

/// The function: its settings, or what is wrong with them, and what it keeps between calls.
pub struct Function {
    settings: Result<Settings, SettingsError>,
    connections: Connections,
}

/// What a call did, for its log line.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub(crate) table: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) connected: bool,
}

impl Function {
    /// Reads the settings. Wrong ones are the answer to every call.
    pub fn from_vars(vars: Vars) -> Self {
        let settings = Settings::from_vars(&vars);
        let most = settings.as_ref().map_or(1, |settings| settings.connections);
        Self { settings, connections: Connections::new(vars, most) }
    }

    /// Stores the payload of a call and says what became of it, to the caller and in one line of the log.
    pub async fn answer(&self, call: Invocation) -> Reply {
        let started = Instant::now();
        let mut trace = Trace::default();
        let outcome = self.store(&call, &mut trace).await;
        answer::log(&call, &trace, started.elapsed(), &outcome);
        let on_error = self.settings.as_ref().map_or(OnError::Auto, |settings| settings.on_error);
        answer::reply(&outcome, fails(on_error, &call))
    }

    async fn store(&self, call: &Invocation, trace: &mut Trace) -> Result<Receipt, Failure> {
        let settings = self.settings.as_ref().map_err(|error| Failure::Settings(error.clone()))?;
        let body = call.body().map_err(Failure::Body)?;
        let table = choose_table(settings, call)?;
        trace.table = Some(table.to_string());
        let format = settings.format.unwrap_or_else(|| Format::of_content_type(call.content_type()));
        let deadline = work_deadline(call.deadline());
        let mut pauses = PAUSES.iter();
        loop {
            trace.attempts += 1;
            let failure = match self.try_once(settings, table, format, body, deadline, trace).await {
                Ok(receipt) => return Ok(receipt),
                Err(failure) => failure,
            };
            let pause = match retry_of(&failure) {
                Retry::Never => return Err(failure),
                Retry::Table | Retry::Statements => Duration::ZERO,
                Retry::Later | Retry::Credentials => Duration::MAX,
            };
            let Some(longest) = pauses.next() else { return Err(failure) };
            let pause = pause.min(jitter(*longest));
            if deadline.saturating_duration_since(Instant::now()) <= pause {
                return Err(failure);
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn try_once(
        &self,
        settings: &Settings,
        table: &TableName,
        format: Format,
        body: &Bytes,
        deadline: Instant,
        trace: &mut Trace,
    ) -> Result<Receipt, Failure> {
        let records = Records::new(format, Box::new(Cursor::new(body.clone()))).map_err(IngestError::from)?;
        let records = records.csv_null(&settings.csv_null);
        let mut lease = self.connections.lease(settings, deadline).await?;
        trace.connected |= lease.fresh;
        let outcome = lease.session.ingest(table, records, Some(deadline)).await;
        lease.give_back();
        Ok(outcome?)
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Function").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The table that the call asks for, if it may; else the first of the settings.
fn choose_table<'s>(settings: &'s Settings, call: &Invocation) -> Result<&'s TableName, Failure> {
    let asked = match call.gateway() {
        Some(gateway) => gateway.param("table").or_else(|| gateway.header("adit-table").map(Into::into)),
        None => call.header("adit-table").map(Into::into),
    };
    let allowed = || settings.tables.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let Some(asked) = asked else {
        return settings
            .tables
            .first()
            .ok_or_else(|| Failure::Table { asked: String::new(), allowed: allowed() });
    };
    let name: Option<TableName> = asked.parse().ok();
    let found = settings.tables.iter().find(|table| Some(*table) == name.as_ref());
    found.ok_or_else(|| Failure::Table { asked: asked.chars().take(100).collect(), allowed: allowed() })
}

fn work_deadline(platform: Deadline) -> Instant {
    platform.with_margin(MARGIN.min(platform.remaining() / 4)).at()
}

/// Whether trying again can help. A password that is refused was read anew already; a server that is not there may come back.
fn retry_of(failure: &Failure) -> Retry {
    match failure {
        Failure::Ingest(IngestError::Database(error)) => match (error.retry(), error.kind) {
            (Retry::Credentials, DatabaseErrorKind::Unreachable) => Retry::Later,
            (Retry::Credentials, _) => Retry::Never,
            (retry, _) => retry,
        },
        _ => Retry::Never,
    }
}

/// Whether an error must fail the call itself: callers that only look at the status try again.
fn fails(on_error: OnError, call: &Invocation) -> bool {
    match on_error {
        OnError::Document => false,
        OnError::Fail => true,
        OnError::Auto => call.detached() || call.intent() == Intent::CloudEvent,
    }
}

/// Between a half and the whole of a pause: containers that failed together do not come back together.
fn jitter(pause: Duration) -> Duration {
    let random = u32::try_from(RandomState::new().hash_one(()) % 1000).unwrap_or_default();
    pause / 2 + pause * random / 2000
}
