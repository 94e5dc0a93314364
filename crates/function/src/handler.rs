//! One call, from the payload to the answer: the order of things, the deadline, and when to try again.

use std::hash::{BuildHasher, RandomState};
use std::io::{Cursor, Read};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use adit_fdk::{Deadline, Intent, Invocation, Reply};
use adit_ingest::{
    DatabaseError, DatabaseErrorKind, Format, IngestError, Librarian, Load, Receipt, Records, Retry,
    TableName,
};
use adit_oci::env::Vars;
use tokio::time::timeout_at;

use crate::answer;
use crate::connections::{Connections, ReadByCall};
use crate::envelope::{Content, Download, Envelope, EnvelopeError, NamedBy, Opened};
use crate::failure::Failure;
use crate::settings::{OnError, Settings, SettingsError};

/// Kept back from the deadline for rolling back (which has 0.4 s), logging and answering: at most this, at most half of what there is.
const MARGIN: Duration = Duration::from_millis(1500);
/// How often a payload is tried: the first time, and again after each of these pauses.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(250), Duration::from_millis(1000)];

/// The function: its variables, and from the first call on what is kept between calls.
pub struct Function {
    vars: Vars,
    kept: OnceLock<Kept>,
}

/// The settings, or what is wrong with them, and the connections.
struct Kept {
    settings: Result<Settings, SettingsError>,
    connections: Connections,
}

/// What a call did.
#[derive(Default)]
pub(crate) struct Trace {
    pub(crate) table: Option<String>,
    pub(crate) envelope: Option<Envelope>,
    pub(crate) batch: Option<NamedBy>,
    pub(crate) object_bytes: Option<u64>,
    pub(crate) attempts: u32,
    pub(crate) connected: bool,
    pub(crate) secret: ReadByCall,
}

impl Function {
    /// A function with these variables. They are read with the first call; wrong ones are the answer to every call.
    pub fn from_vars(vars: Vars) -> Self {
        Self { vars, kept: OnceLock::new() }
    }

    /// Stores the payload of a call and says what became of it, to the caller and in one line of the log.
    pub async fn answer(&self, call: Invocation) -> Reply {
        let started = Instant::now();
        let kept = self.kept.get_or_init(|| Kept::new(&self.vars));
        let mut trace = Trace::default();
        let outcome = kept.store(&call, &mut trace).await;
        answer::log(&call, &trace, started.elapsed(), &outcome);
        let on_error = kept.settings.as_ref().map_or(OnError::Auto, |settings| settings.on_error);
        let fail = outcome.as_ref().is_err_and(|failure| fails(on_error, &call, trace.envelope, failure));
        answer::reply(&outcome, fail)
    }
}

/// What is to be done for a call.
struct Job {
    load: Load,
    opened: Opened,
    deadline: Instant,
}

impl Kept {
    fn new(vars: &Vars) -> Self {
        let settings = Settings::from_vars(vars);
        let most = settings.as_ref().map_or(1, |settings| settings.connections);
        Self { settings, connections: Connections::new(vars.clone(), most) }
    }

    async fn store(&self, call: &Invocation, trace: &mut Trace) -> Result<Receipt, Failure> {
        let settings = self.settings.as_ref().map_err(|error| Failure::Settings(error.clone()))?;
        let body = call.body().map_err(Failure::Body)?;
        let table = choose_table(settings, call)?;
        trace.table = Some(table.to_string());
        let envelope = Envelope::of(call, body, settings.envelope);
        trace.envelope = Some(envelope);
        let mut opened = envelope.open(call, body, settings)?;
        let batch = opened.batch.as_ref().map(|batch| batch.id.clone());
        let mut load = settings.loading.load(table.clone(), batch);
        if envelope == Envelope::Librarian {
            let librarian =
                Librarian::read(Box::new(Cursor::new(body.clone()))).map_err(IngestError::from)?;
            allowed_table(settings, &librarian.table().to_string(), Some(librarian.table()))?;
            trace.table = Some(librarian.table().to_string());
            let (told, chunks) = librarian.into_load(load).map_err(IngestError::from)?;
            load = told;
            opened.content = Content::Bytes(chunks.into());
        }
        let mut job = Job { load, opened, deadline: work_deadline(call.deadline()) };
        let mut pauses = PAUSES.iter();
        let mut before: Option<Failure> = None;
        let mut migrated = false;
        loop {
            trace.attempts += 1;
            trace.batch = job.opened.batch.as_ref().map(|batch| batch.by);
            let failure = match self.try_once(settings, &job, trace).await {
                Ok(receipt) => return Ok(receipt),
                Err(failure) => failure,
            };
            if settings.loading.may_migrate && !migrated && lacks_own_table(&failure) {
                migrated = true;
                let may_go = job.opened.batch.as_ref().is_some_and(|batch| batch.may_go);
                match self.migrate(settings, job.deadline, trace).await {
                    Ok(()) => continue,
                    // What goes without a ledger where there is none does so where none can be made.
                    Err(_) if may_go && no_ledger(&failure) => {}
                    Err(failure) => return Err(failure),
                }
            }
            if no_ledger(&failure) && job.opened.batch.take_if(|batch| batch.may_go).is_some() {
                job.load.batch = None;
                continue;
            }
            let retry = retry_of(&failure, job.load.batch.is_some());
            let late = Instant::now() >= job.deadline;
            let failure = more_telling(before.take(), failure, late);
            let pause = match retry {
                Retry::Never => return Err(failure),
                Retry::Table | Retry::Statements => Duration::ZERO,
                Retry::Later | Retry::Credentials => Duration::MAX,
            };
            let Some(longest) = pauses.next() else { return Err(failure) };
            let pause = pause.min(jitter(*longest));
            if job.deadline.saturating_duration_since(Instant::now()) <= pause {
                return Err(failure);
            }
            before = Some(failure);
            tokio::time::sleep(pause).await;
        }
    }

    /// Makes Adit's own tables.
    async fn migrate(
        &self,
        settings: &Settings,
        deadline: Instant,
        trace: &mut Trace,
    ) -> Result<(), Failure> {
        let mut lease = self.connections.lease(settings, &mut trace.secret, deadline).await?;
        let Ok(made) = timeout_at(deadline.into(), lease.session.migrate()).await else {
            // The connection is closed with the lease, and what it waits for is given up.
            let late = DatabaseError {
                kind: DatabaseErrorKind::Deadline,
                message: "the payload waited for Adit's own tables to be made".to_owned(),
                sqlstate: None,
                outcome_unknown: false,
            };
            return Err(IngestError::from(late).into());
        };
        lease.give_back();
        Ok(made.map_err(IngestError::from)?)
    }

    async fn try_once(&self, settings: &Settings, job: &Job, trace: &mut Trace) -> Result<Receipt, Failure> {
        let format = job.opened.format;
        match &job.opened.content {
            Content::Bytes(bytes) => {
                let bytes = Box::new(Cursor::new(bytes.clone()));
                let records = records(format.unwrap_or_default(), bytes, &settings.csv_null)?;
                let mut lease = self.connections.lease(settings, &mut trace.secret, job.deadline).await?;
                trace.connected |= lease.fresh;
                lease.session.forget_batches_older_than(settings.loading.retention);
                let outcome = lease.session.ingest(&job.load, records, Some(job.deadline)).await;
                lease.give_back();
                Ok(outcome?)
            }
            Content::Object(object) => {
                let download = Download::start(self.connections.client()?, object, job.deadline).await?;
                trace.object_bytes = Some(download.size);
                let mut lease = self.connections.lease(settings, &mut trace.secret, job.deadline).await?;
                trace.connected |= lease.fresh;
                lease.session.forget_batches_older_than(settings.loading.retention);
                let Download { input, content_format, watch, .. } = download;
                let (load, csv_null, deadline) = (job.load.clone(), settings.csv_null.clone(), job.deadline);
                let working = lease.apart(move |runtime, session| {
                    let records = records(format.unwrap_or(content_format), input, &csv_null)?;
                    runtime.block_on(session.ingest(&load, records, Some(deadline)))
                });
                let (lease, outcome) = working.await.map_err(Failure::Thread)?;
                lease.give_back();
                outcome.map_err(|error| watch.explain(error))
            }
        }
    }
}

fn records(format: Format, input: Box<dyn Read + Send>, csv_null: &str) -> Result<Records, IngestError> {
    Ok(Records::new(format, input)?.csv_null(csv_null))
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let settings = self.kept.get().map(|kept| &kept.settings);
        f.debug_struct("Function").field("settings", &settings).finish_non_exhaustive()
    }
}

/// The table that the call asks for, if it may; else the first of the settings.
fn choose_table<'s>(settings: &'s Settings, call: &Invocation) -> Result<&'s TableName, Failure> {
    let gateways = call
        .gateway()
        .and_then(|gateway| gateway.param("table").or_else(|| gateway.header("adit-table").map(Into::into)));
    // Oracle's own command line calls itself a gateway and sends plain headers.
    let asked = gateways.or_else(|| call.header("adit-table").map(Into::into));
    let Some(asked) = asked else {
        let first = settings.tables.first();
        return first.ok_or_else(|| Failure::Table { asked: String::new(), allowed: String::new() });
    };
    let name: Option<TableName> = asked.parse().ok();
    allowed_table(settings, &asked, name.as_ref())
}

/// A table that a call asks for, if it may.
fn allowed_table<'s>(
    settings: &'s Settings,
    asked: &str,
    name: Option<&TableName>,
) -> Result<&'s TableName, Failure> {
    settings.tables.iter().find(|table| Some(*table) == name).ok_or_else(|| {
        let allowed = settings.tables.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Failure::Table { asked: asked.chars().take(100).collect(), allowed }
    })
}

fn work_deadline(platform: Deadline) -> Instant {
    platform.with_margin(MARGIN.min(platform.remaining() / 2)).at()
}

/// Whether trying again can help. A password that is refused was read anew already; a server that is not there may come back.
/// With a batch id, an unknown outcome is no reason to stop: the ledger knows it.
fn retry_of(failure: &Failure, named: bool) -> Retry {
    match failure {
        failure if named && failure.outcome_unknown() => Retry::Later,
        Failure::Ingest(IngestError::Database(error)) => match (error.retry(), error.kind) {
            (Retry::Credentials, DatabaseErrorKind::Unreachable) => Retry::Later,
            (Retry::Credentials, _) => Retry::Never,
            (retry, _) => retry,
        },
        _ => Retry::Never,
    }
}

/// Whether a table of Adit's own is missing.
fn lacks_own_table(failure: &Failure) -> bool {
    let missing = [DatabaseErrorKind::NoLedger, DatabaseErrorKind::NoRejectsTable];
    matches!(failure, Failure::Ingest(IngestError::Database(error)) if missing.contains(&error.kind))
}

/// Which of two failures of a call it is answered with. Rows of which nobody knows may be there, whatever came of the last try; and
/// where only the time ran out over that, what made it necessary says more.
fn more_telling(before: Option<Failure>, last: Failure, late: bool) -> Failure {
    let of_payload = matches!(last, Failure::Ingest(IngestError::Payload(_) | IngestError::Rejected(_)));
    match before {
        Some(before) if before.outcome_unknown() || (late && !of_payload) => before,
        _ => last,
    }
}

fn no_ledger(failure: &Failure) -> bool {
    matches!(failure, Failure::Ingest(IngestError::Database(error)) if error.kind == DatabaseErrorKind::NoLedger)
}

/// Whether an error must fail the call itself: callers that only look at the status try again.
fn fails(on_error: OnError, call: &Invocation, envelope: Option<Envelope>, failure: &Failure) -> bool {
    match on_error {
        OnError::Document => false,
        OnError::Fail => true,
        OnError::Auto => match failure {
            // It had no records, and will have none when it comes again.
            Failure::Envelope(EnvelopeError::EventType { .. }) => false,
            _ => {
                call.detached()
                    || call.intent() == Intent::CloudEvent
                    || envelope.is_some_and(Envelope::is_resent)
            }
        },
    }
}

/// Between a half and the whole of a pause: containers that failed together do not come back together.
fn jitter(pause: Duration) -> Duration {
    let random = u32::try_from(RandomState::new().hash_one(()) % 1000).unwrap_or_default();
    pause / 2 + pause * random / 2000
}
