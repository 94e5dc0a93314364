//! PgBouncer in transaction mode in front of a local PostgreSQL, where it is installed.

mod config;

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::postgres::{answers, connection_url, over_tcp, server_command};
use crate::process::{Account, Daemon, DaemonSpec, LastWords, RunDir, find_program};
use crate::{Error, Event, Events, Part, Password, PortChoice, Postgres, port};

const START_LIMIT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(3);
/// It has nothing to save: what it holds are connections, and newer versions would wait for clients to leave.
const STOP_LIMIT: Duration = Duration::from_millis(300);
const INSTALL: &str = "Debian and Ubuntu: `sudo apt-get install pgbouncer`";

/// How to start a [`PgBouncer`].
#[derive(Clone, Debug)]
pub struct PgBouncerOptions {
    /// Which port on 127.0.0.1.
    pub port: PortChoice,
    /// Server connections a database and user (`default_pool_size`).
    pub pool_size: u32,
    /// Client connections in all (`max_client_conn`).
    pub max_clients: u32,
    /// Further settings of the `[pgbouncer]` section; they win over ours.
    pub settings: Vec<(String, String)>,
    /// Where events go.
    pub events: Events,
}

impl Default for PgBouncerOptions {
    fn default() -> Self {
        Self {
            port: PortChoice::default(),
            pool_size: 20,
            max_clients: 500,
            settings: Vec::new(),
            events: Events::default(),
        }
    }
}

/// A running PgBouncer. Dropping it stops it.
#[derive(Debug)]
pub struct PgBouncer {
    // Declared first: it must end before its directory goes.
    daemon: Daemon,
    _run_dir: RunDir,
    port: u16,
    user: String,
    password: Password,
    database: String,
}

impl PgBouncer {
    /// Starts PgBouncer in front of `postgres`, with the same role and password. Returns when a query through it was
    /// answered, or `None` (and an event that says how to install it) where it is not installed.
    ///
    /// # Errors
    ///
    /// A demanded port that is taken, or a PgBouncer that does not come up.
    pub async fn start(postgres: &Postgres, options: PgBouncerOptions) -> Result<Option<Self>, Error> {
        let Some(program) = find_program("pgbouncer", &["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"])
        else {
            options.events.send(Event::PgBouncerMissing { install: INSTALL });
            return Ok(None);
        };
        let account = Account::for_servers()?;
        let mut attempt = 0;
        while let Some(port) = options.port.candidate(attempt) {
            attempt += 1;
            if !port::is_free(port) {
                continue;
            }
            let run_dir = RunDir::create("pgbouncer")?;
            let userlist = run_dir.private_file(
                "userlist.txt",
                &config::userlist(postgres.user(), postgres.password()),
                account.as_ref(),
            )?;
            let settings = config::Settings {
                port,
                server_port: postgres.port(),
                user: postgres.user(),
                pool_size: options.pool_size,
                max_clients: options.max_clients,
                further: &options.settings,
            };
            let ini = config::ini(&settings, &userlist.to_string_lossy());
            let ini = run_dir.private_file("pgbouncer.ini", &ini, account.as_ref())?;
            let mut command = server_command(&program, None);
            command.arg(&ini);
            let daemon = Daemon::spawn(
                command,
                DaemonSpec {
                    part: Part::PgBouncer,
                    account: account.as_ref(),
                    stop: (Signal::TERM, STOP_LIMIT),
                    last_words: LastWords { signal: "TERM", grace: 1 },
                    remove: &[run_dir.path()],
                    events: options.events.clone(),
                },
            )?;
            let bouncer = Self {
                daemon,
                _run_dir: run_dir,
                port,
                user: postgres.user().to_owned(),
                password: postgres.password().clone(),
                database: postgres.database().to_owned(),
            };
            if bouncer.until_ready().await? {
                if let Some(wanted) = options.port.missed(port) {
                    let owner = port::PortOwner::of(wanted);
                    options.events.send(Event::PortTaken {
                        part: Part::PgBouncer,
                        wanted,
                        used: port,
                        owner,
                    });
                }
                bouncer.daemon.is_up();
                options.events.send(Event::Ready { part: Part::PgBouncer, port });
                return Ok(Some(bouncer));
            }
        }
        Err(options.port.exhausted(Part::PgBouncer))
    }

    /// `postgres://user:password@127.0.0.1:port/database` through the pooler. It contains the password.
    pub fn url(&self) -> String {
        self.url_of(&self.database)
    }

    /// The same for another database of the server behind.
    pub fn url_of(&self, database: &str) -> String {
        connection_url("127.0.0.1", self.port, &self.user, &self.password, database)
    }

    /// Its TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.daemon.pid()
    }

    /// Stops it and waits until it has ended, without blocking the runtime.
    pub async fn stop(self) {
        // Should the runtime be going down, the closure is dropped, which stops it just the same.
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }

    /// `true` when a query through it was answered, `false` when the port was taken from under it. Nobody else can
    /// answer in its place: the password is this stack's own.
    async fn until_ready(&self) -> Result<bool, Error> {
        let config = over_tcp(self.port, &self.user, &self.password, &self.database);
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let Err(error) = answers(&config).await else { return Ok(true) };
            let lines = self.daemon.last_lines();
            if lines.iter().any(|line| line.contains("Address already in use")) {
                return Ok(false);
            }
            let ended = self.daemon.has_ended();
            if ended {
                self.daemon.log_complete().await;
            }
            if ended || Instant::now() >= deadline {
                let why = if ended { "it ended".to_owned() } else { format!("no answer: {error}") };
                let log = self.daemon.last_lines().join("; ");
                return Err(Error::NotReady { part: Part::PgBouncer, why, log });
            }
            tokio::time::sleep(POLL).await;
        }
    }
}
