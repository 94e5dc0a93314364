//! A PostgreSQL and a PgBouncer that come back where they were, however they ended.

use std::time::{Duration, Instant};

use adit_local::{Part, PgBouncer, PgBouncerOptions, PortChoice, Postgres, PostgresOptions};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use super::diary::Diary;
use super::victim::{Victim, children};

/// Ends a test that would wait for ever: recovery takes a second.
const PATIENCE: Duration = Duration::from_secs(120);
/// How PgBouncer ends by itself when a server or a client goes away while a cancellation is on its way: 1.18 to 1.20 do (issues 801, 822, 904).
const KNOWN_ENDS: [&str; 3] = ["bad client state", "bad server state", "server in bad state"];

pub(super) struct Servers {
    // The pooler first: its connections go before the server that they go to.
    pooler: Option<PgBouncer>,
    postgres: Option<Postgres>,
    options: PostgresOptions,
    pooler_options: PgBouncerOptions,
    pub(super) diary: Diary,
    /// How PgBouncer has ended by itself, each time.
    pub(super) ends: Vec<String>,
    /// Where the data lies.
    _root: TempDir,
}

impl Servers {
    /// `None` where PgBouncer is not installed.
    pub(super) async fn start() -> Option<Self> {
        let root = crate::process::root();
        // What a killed process has written is there, synced or not: only a power cut would take it.
        let settings = vec![("fsync".to_owned(), "off".to_owned())];
        let data_dir = Some(root.path().join("data"));
        let diary = Diary::default();
        let events = diary.events();
        let options = PostgresOptions { data_dir, settings, events, ..PostgresOptions::default() };
        let postgres = Postgres::start(options.clone()).await.unwrap();
        // It shall not sulk for 15 seconds because a server was away for one.
        let settings = vec![("server_login_retry".to_owned(), "0.2".to_owned())];
        let events = diary.events();
        let pooler_options =
            PgBouncerOptions { pool_size: 8, settings, events, ..PgBouncerOptions::default() };
        let pooler = PgBouncer::start(&postgres, pooler_options.clone()).await.unwrap()?;
        let options = PostgresOptions {
            port: PortChoice::Exactly(postgres.port()),
            password: Some(postgres.password().clone()),
            ..options
        };
        let pooler_options = PgBouncerOptions { port: PortChoice::Exactly(pooler.port()), ..pooler_options };
        let (pooler, postgres) = (Some(pooler), Some(postgres));
        Some(Self { pooler, postgres, options, pooler_options, diary, ends: Vec::new(), _root: root })
    }

    /// What the function's secret says.
    pub(super) fn secret(&self) -> Value {
        let (postgres, pooler) = (self.postgres.as_ref().unwrap(), self.pooler.as_ref().unwrap());
        json!({
            "host": "127.0.0.1",
            "port": pooler.port(),
            "dbname": postgres.database(),
            "username": postgres.user(),
            "password": postgres.password().expose(),
        })
    }

    /// A connection past the pooler.
    pub(super) async fn sql(&self) -> Client {
        let (client, connection) =
            tokio_postgres::connect(&self.postgres.as_ref().unwrap().url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// To the server as its superuser, through the pooler, and to the pooler's own console.
    pub(super) fn urls(&self) -> [String; 3] {
        let (postgres, pooler) = (self.postgres.as_ref().unwrap(), self.pooler.as_ref().unwrap());
        [postgres.superuser_url(), pooler.url(), pooler.url_of("pgbouncer")]
    }

    pub(super) fn pooler(&self) -> Option<Victim> {
        Victim::ours(self.pooler.as_ref()?.pid())
    }

    pub(super) fn postmaster(&self) -> Option<Victim> {
        Victim::ours(self.postgres.as_ref()?.pid())
    }

    /// Every process of the server but the first.
    pub(super) fn children(&self) -> Vec<Victim> {
        self.of_children(|_| true)
    }

    /// The processes that serve somebody; those that are at work first.
    pub(super) fn backends(&self) -> Vec<Victim> {
        let mut backends = self.of_children(|title| title.contains(" 127.0.0.1(") && !title.contains("idle"));
        backends.extend(self.of_children(|title| title.contains(" 127.0.0.1(") && title.contains("idle")));
        backends
    }

    fn of_children(&self, pick: impl Fn(&str) -> bool) -> Vec<Victim> {
        let Some(postmaster) = self.postgres.as_ref().map(Postgres::pid) else { return Vec::new() };
        let picked = children(postmaster).into_iter().filter(|(_, title)| pick(title));
        picked.filter_map(|(pid, _)| Victim::child_of(postmaster, pid)).collect()
    }

    /// Starts PgBouncer again where it has ended by itself, as a service manager does. PostgreSQL shall not do that.
    pub(super) async fn look_after(&mut self) {
        assert!(self.postmaster().is_some(), "PostgreSQL has ended: {:?}", self.diary.lines(Part::Postgres));
        if self.pooler().is_some() {
            return;
        }
        let began = Instant::now();
        let why = loop {
            let lines = self.diary.lines(Part::PgBouncer);
            let why = lines.iter().rev().find(|line| KNOWN_ENDS.iter().any(|known| line.contains(known)));
            if let Some(why) = why {
                break why.clone();
            }
            // Its last words may still be on their way.
            assert!(began.elapsed() < Duration::from_secs(5), "PgBouncer has ended: {lines:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        self.ends.push(why);
        self.restart_pooler().await;
    }

    /// Starts PgBouncer again, on the same port.
    pub(super) async fn restart_pooler(&mut self) {
        self.diary.forget(Part::PgBouncer);
        if let Some(old) = self.pooler.take() {
            old.stop().await;
        }
        let postgres = self.postgres.as_ref().unwrap();
        let began = Instant::now();
        self.pooler = loop {
            match PgBouncer::start(postgres, self.pooler_options.clone()).await {
                Ok(pooler) => break pooler,
                Err(error) => again(began, &error).await,
            }
        };
    }

    /// Starts PostgreSQL again, on the same port and with the same data: it recovers what was committed.
    pub(super) async fn restart_postgres(&mut self) {
        if let Some(old) = self.postgres.take() {
            old.stop().await;
        }
        let began = Instant::now();
        self.postgres = loop {
            match Postgres::start(self.options.clone()).await {
                Ok(postgres) => break Some(postgres),
                // Backends that have not noticed yet that nobody watches over them still hold the shared memory.
                Err(error) => again(began, &error).await,
            }
        };
    }
}

async fn again(began: Instant, error: &adit_local::Error) {
    assert!(began.elapsed() < PATIENCE, "it does not come back: {error}");
    tokio::time::sleep(Duration::from_millis(20)).await;
}
