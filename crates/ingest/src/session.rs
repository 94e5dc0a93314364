//! A connection to the database and its life: made, checked after a freeze, given up. What is said over it is `write`'s.

mod cancel;
mod operator;

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{timeout, timeout_at};
use tokio_postgres::{Client, Config, Connection, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::catalog;
use crate::database::{Database, SslMode};
use crate::error::{DatabaseError, DatabaseErrorKind, IngestError, PayloadError, Retry};
use crate::ledger::LEDGER_SCHEMA;
use crate::load::Load;
use crate::plan::Plan;
use crate::receipt::Receipt;
use crate::records::Records;
use crate::rejects::REJECTS_SCHEMA;
use crate::sqlstate::{Doing, explain};
use crate::table::{Table, TableName};
use crate::tls;
use crate::write::{self, Options, Progress};
use cancel::{Place, cancel};

/// A connection that was not used for so long may have been frozen with its container in the meantime (the platform
/// freezes one 50 ms after a reply): it is asked for a sign of life before it is trusted with rows.
const TRUSTED: Duration = Duration::from_millis(45);
/// How long that sign of life may take.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);
/// How long the server may take to roll back what was cancelled at the deadline.
const ROLL_BACK: Duration = Duration::from_millis(400);
/// How often a session forgets old batches, at most.
const FORGET_EVERY: Duration = Duration::from_secs(600);

/// The advisory lock of whoever makes Adit's own tables: a number that nobody else is likely to use.
const MIGRATION: i64 = 0x0061_6469_745f_6d67;

/// One connection, with what is known of the tables behind it.
pub struct Session {
    client: Client,
    place: Place,
    tables: HashMap<TableName, Arc<Table>>,
    /// Why the connection ended, once it has: the server says so only to whoever listens.
    last_words: Arc<OnceLock<DatabaseError>>,
    answered: Instant,
    usable: bool,
    fresh_statements: bool,
    /// How long the ledger remembers a batch; for ever, unless told otherwise.
    forget_older_than: Option<Duration>,
    forgot: Option<Instant>,
}

impl Session {
    /// Connects, within the database's own time limit and before the deadline.
    ///
    /// # Errors
    /// [`DatabaseError`]: unreachable, credentials, TLS, no free connection, settings.
    pub async fn connect(database: &Database, deadline: Instant) -> Result<Self, DatabaseError> {
        let limit = deadline.min(Instant::now() + database.connect_timeout);
        match timeout_at(limit.into(), Self::connect_unbounded(database)).await {
            Ok(session) => session,
            Err(_) => {
                let waited = format!("{}:{} did not answer in time", database.host, database.port);
                Err(DatabaseError::new(DatabaseErrorKind::Unreachable, waited))
            }
        }
    }

    async fn connect_unbounded(database: &Database) -> Result<Self, DatabaseError> {
        use tokio_postgres::config::SslMode as DriverMode;
        match database.ssl_mode {
            SslMode::Disable => Self::plain(database).await,
            SslMode::Allow => match Self::plain(database).await {
                Err(error) if error.sqlstate.is_some() => Self::secure(database, DriverMode::Require).await,
                session => session,
            },
            SslMode::Prefer => Self::secure(database, DriverMode::Prefer).await,
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => {
                Self::secure(database, DriverMode::Require).await
            }
        }
    }

    async fn plain(database: &Database) -> Result<Self, DatabaseError> {
        let config = driver_config(database, tokio_postgres::config::SslMode::Disable);
        let (client, connection) = config.connect(NoTls).await.map_err(|error| at(database, &error))?;
        Ok(Self::start(client, connection, database, None))
    }

    async fn secure(
        database: &Database,
        mode: tokio_postgres::config::SslMode,
    ) -> Result<Self, DatabaseError> {
        let tls = tls::connector(database)?;
        let config = driver_config(database, mode);
        let (client, connection) = config.connect(tls.clone()).await.map_err(|error| at(database, &error))?;
        Ok(Self::start(client, connection, database, Some(tls)))
    }

    fn start<S, T>(
        client: Client,
        connection: Connection<S, T>,
        database: &Database,
        tls: Option<MakeRustlsConnect>,
    ) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let last_words = Arc::new(OnceLock::new());
        let listener = Arc::clone(&last_words);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                // Nobody else sets it: the task runs once.
                let _ = listener.set(explain(&error, Doing::Working));
            }
        });
        Self {
            client,
            place: Place { host: database.host.clone(), port: database.port, tls },
            tables: HashMap::new(),
            last_words,
            answered: Instant::now(),
            usable: true,
            fresh_statements: false,
            forget_older_than: None,
            forgot: None,
        }
    }

    /// Has the ledger forget batches that are older, a bounded number at a time, along with a batch that is stored.
    pub fn forget_batches_older_than(&mut self, age: Option<Duration>) {
        self.forget_older_than = age;
    }

    /// Whether the session can be used for another payload.
    pub fn is_usable(&self) -> bool {
        self.usable && !self.client.is_closed()
    }

    /// Makes sure that the connection is alive, where it may have been frozen or cut since it was last used.
    ///
    /// # Errors
    /// [`DatabaseErrorKind::Lost`]: connect again.
    pub async fn revive(&mut self) -> Result<(), DatabaseError> {
        let lost = |message: &str| DatabaseError::new(DatabaseErrorKind::Lost, message);
        if !self.is_usable() {
            return Err(self.why_ended(lost("the connection is closed")));
        }
        if self.answered.elapsed() < TRUSTED {
            return Ok(());
        }
        let alive = match timeout(SIGN_OF_LIFE, self.client.batch_execute("")).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.why_ended(explain(&error, Doing::Working))),
            Err(_) => Err(lost("no sign of life within a second")),
        };
        self.usable = alive.is_ok();
        self.answered = Instant::now();
        alive
    }

    /// What is known of a table; read from the catalogue the first time.
    ///
    /// # Errors
    /// [`DatabaseErrorKind::NoTable`], or any failure of the connection.
    pub async fn table(&mut self, name: &TableName) -> Result<Arc<Table>, DatabaseError> {
        if let Some(table) = self.tables.get(name) {
            return Ok(Arc::clone(table));
        }
        let table = match catalog::read(&self.client, name).await {
            Ok(table) => Arc::new(table),
            Err(error) => {
                let error = self.why_ended(error);
                self.learn(&error);
                return Err(error);
            }
        };
        self.tables.insert(name.clone(), Arc::clone(&table));
        Ok(table)
    }

    /// Makes Adit's own tables, or brings older ones up to date: the ledger, and the table of rejects.
    ///
    /// # Errors
    /// [`DatabaseErrorKind::Privilege`] where the user may not make tables, or any failure of the connection.
    pub async fn migrate(&mut self) -> Result<(), DatabaseError> {
        // The server says of what is there already that it is; nobody wants to hear it. The lock: to make a table that is not there can
        // fail where somebody else makes it at the same time.
        let schema = format!(
            "begin; set local client_min_messages = warning; select pg_advisory_xact_lock({MIGRATION}); {LEDGER_SCHEMA}; {REJECTS_SCHEMA}; commit"
        );
        let Err(error) = self.client.batch_execute(&schema).await else { return Ok(()) };
        // What comes next over this connection shall not meet a transaction that has failed.
        let _ = self.client.batch_execute("rollback").await;
        let error = self.why_ended(explain(&error, Doing::Working));
        self.learn(&error);
        Err(error)
    }

    /// Stores a payload in one transaction, as the load says; what cannot be stored as a whole leaves nothing behind.
    ///
    /// With a batch id never twice: a batch that the ledger knows stores nothing and gives the receipt of the first time. So whoever
    /// does not know the outcome may send it again. At the deadline the work is cancelled and rolled back, for which the server
    /// gets 0.4 s more.
    ///
    /// # Errors
    /// [`IngestError`]. The session may be unusable afterwards: ask [`Session::is_usable`].
    pub async fn ingest(
        &mut self,
        load: &Load,
        records: Records,
        deadline: Option<Instant>,
    ) -> Result<Receipt, IngestError> {
        let progress = Progress::default();
        let outcome = match deadline {
            None => self.ingest_unbounded(load, records, None, &progress).await,
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                let stop = tokio::time::sleep_until(deadline.into());
                self.ingest_or_stop(load, records, Some(left), stop, &progress).await
            }
        };
        self.conclude(outcome, &progress)
    }

    /// As [`Session::ingest`], until somebody wants it to stop: then as at a deadline.
    ///
    /// # Errors
    /// As [`Session::ingest`]; [`DatabaseErrorKind::Deadline`] for what was stopped.
    pub async fn ingest_until(
        &mut self,
        load: &Load,
        records: Records,
        stop: impl Future<Output = ()>,
    ) -> Result<Receipt, IngestError> {
        let progress = Progress::default();
        let outcome = self.ingest_or_stop(load, records, None, stop, &progress).await;
        self.conclude(outcome, &progress)
    }

    fn conclude(
        &mut self,
        outcome: Result<Receipt, IngestError>,
        progress: &Progress,
    ) -> Result<Receipt, IngestError> {
        self.answered = Instant::now();
        self.usable &= !progress.is_out_of_step();
        outcome.map_err(|error| match error {
            IngestError::Database(error) => {
                let error = self.why_ended(error);
                self.learn(&error);
                error.into()
            }
            error => error,
        })
    }

    async fn ingest_or_stop(
        &mut self,
        load: &Load,
        records: Records,
        left: Option<Duration>,
        stop: impl Future<Output = ()>,
        progress: &Progress,
    ) -> Result<Receipt, IngestError> {
        let (token, place) = (self.client.cancel_token(), self.place.clone());
        let mut work = Box::pin(self.ingest_unbounded(load, records, left, progress));
        if let Either::Left((outcome, _)) = select(&mut work, pin!(stop)).await {
            return outcome;
        }
        // It goes on if there is no time to wait for its end.
        let cancelling = tokio::spawn(cancel(token, place));
        let (cancelled, ended) =
            futures_util::future::join(timeout(ROLL_BACK, cancelling), timeout(ROLL_BACK, &mut work)).await;
        drop(work);
        // What is under way yet may strike whatever comes next over this connection.
        self.usable &= cancelled.is_ok();
        let mut late = DatabaseError::new(DatabaseErrorKind::Deadline, "the payload was rolled back");
        match ended {
            // It was done before the cancellation came.
            Ok(Ok(receipt)) => return Ok(receipt),
            Ok(Err(IngestError::Database(error))) => late.outcome_unknown = error.outcome_unknown,
            Ok(Err(error)) => return Err(error),
            Err(_) => {
                // Closing the connection rolls back, unless the commit was on its way.
                self.usable = false;
                late.outcome_unknown = progress.is_committing();
            }
        }
        if late.outcome_unknown {
            late.message = "the server did not say whether the payload was stored".to_owned();
        }
        Err(late.into())
    }

    async fn ingest_unbounded(
        &mut self,
        load: &Load,
        records: Records,
        left: Option<Duration>,
        progress: &Progress,
    ) -> Result<Receipt, IngestError> {
        let remembered = self.tables.contains_key(&load.table);
        let as_it_is = self.table(&load.table).await?;
        let table = match load.mapping.epoch {
            Some(epoch) => Arc::new(Table::clone(&as_it_is).with_epoch(epoch)),
            None => Arc::clone(&as_it_is),
        };
        let forget =
            load.batch.is_some() && self.forgot.is_none_or(|forgot| forgot.elapsed() >= FORGET_EVERY);
        let options = Options {
            statement_timeout: left,
            fresh_statements: self.fresh_statements,
            forget_older_than: self.forget_older_than.filter(|_| forget),
        };
        let outcome = match Plan::new(load, &table) {
            Ok(plan) => write::write(&self.client, &plan, records, options, progress).await,
            Err(error) => Err(error.into()),
        };
        self.fresh_statements &= outcome.is_err();
        if forget && outcome.is_ok() {
            self.forgot = Some(Instant::now());
        }
        // What is remembered of the table may be what is wrong.
        let at_fault = match &outcome {
            // What it says of its rejects was checked with the commit.
            Ok(_) => false,
            Err(IngestError::Rejected(_) | IngestError::Payload(PayloadError::Header { .. })) => true,
            Err(IngestError::Database(error)) => {
                matches!(error.kind, DatabaseErrorKind::Mapping | DatabaseErrorKind::NoKey)
            }
            Err(IngestError::Payload(_)) => false,
        };
        if remembered && at_fault && !progress.is_out_of_step() && self.has_changed(&as_it_is).await {
            let changed = "its columns are not those that were read before";
            return Err(DatabaseError::new(DatabaseErrorKind::Schema, changed).into());
        }
        outcome
    }

    /// Whether the catalogue describes the table otherwise now. Where it cannot be read, nothing is known.
    async fn has_changed(&self, table: &Table) -> bool {
        catalog::read(&self.client, &table.name).await.is_ok_and(|now| now != *table)
    }

    /// Draws the consequences of an error for this session.
    fn learn(&mut self, error: &DatabaseError) {
        match error.retry() {
            Retry::Table => self.tables.clear(),
            Retry::Statements => self.fresh_statements = true,
            Retry::Never | Retry::Later | Retry::Credentials => {}
        }
        // Without a word from the server nobody knows what state the connection is in; but what its catalogue says, it has said.
        let told = error.sqlstate.is_some()
            || matches!(error.kind, DatabaseErrorKind::NoTable | DatabaseErrorKind::Schema);
        self.usable &= told && error.kind != DatabaseErrorKind::Lost;
    }

    /// The server's own reason for the end of the connection, where it gave one.
    fn why_ended(&self, error: DatabaseError) -> DatabaseError {
        match self.last_words.get() {
            Some(words) if error.kind == DatabaseErrorKind::Lost && error.sqlstate.is_none() => {
                DatabaseError {
                    kind: words.kind,
                    message: words.message.clone(),
                    sqlstate: words.sqlstate.clone(),
                    outcome_unknown: error.outcome_unknown,
                }
            }
            _ => error,
        }
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("usable", &self.is_usable())
            .field("tables", &self.tables.len())
            .finish_non_exhaustive()
    }
}

fn driver_config(database: &Database, mode: tokio_postgres::config::SslMode) -> Config {
    let mut config = Config::new();
    config
        .host(&database.host)
        .port(database.port)
        .dbname(&database.dbname)
        .user(&database.user)
        .password(database.password.expose())
        .application_name("adit")
        .ssl_mode(mode);
    config
}

/// A failure to connect, with the place.
fn at(database: &Database, error: &tokio_postgres::Error) -> DatabaseError {
    let mut error = explain(error, Doing::Connecting);
    error.message = format!("{}:{}: {}", database.host, database.port, error.message);
    error
}
