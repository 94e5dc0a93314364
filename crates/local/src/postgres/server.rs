//! Starting the server on a prepared data directory, on a port that may be taken from under it, until it answers.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio_postgres::Client;

use crate::postgres::admin;
use crate::postgres::cluster::{Cluster, SUPERUSER, server_command};
use crate::postgres::find::Installation;
use crate::process::{Daemon, DaemonSpec, LastWords};
use crate::{Error, Event, Events, Part, PortChoice, port};

/// Recovery of a kept data directory after a crash may take this long.
const START_LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(5);
/// A fast shutdown writes a checkpoint; after that long it is killed, which PostgreSQL survives by design.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// A server that answers. The daemon is declared first: it must end before its directory goes.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) daemon: Daemon,
    pub(crate) port: u16,
    pub(crate) cluster: Cluster,
}

impl Server {
    pub(crate) async fn start(
        installation: &Installation,
        cluster: Cluster,
        choice: PortChoice,
        settings: &[(String, String)],
        events: &Events,
    ) -> Result<Self, Error> {
        let mut attempt = 0;
        while let Some(port) = choice.candidate(attempt) {
            attempt += 1;
            if !port::is_free(port) {
                continue;
            }
            let daemon = launch(installation, &cluster, port, settings, events)?;
            if until_ready(&daemon, &cluster, port).await? {
                if let Some(wanted) = choice.missed(port) {
                    let owner = port::PortOwner::of(wanted);
                    events.send(Event::PortTaken { part: Part::Postgres, wanted, used: port, owner });
                }
                daemon.is_up();
                events.send(Event::Ready { part: Part::Postgres, port });
                return Ok(Self { daemon, port, cluster });
            }
        }
        Err(choice.exhausted(Part::Postgres))
    }

    /// A superuser's connection through the socket.
    pub(crate) async fn superuser(&self, database: &str) -> Result<Client, Error> {
        admin::connect(&admin::through_socket(&self.cluster.sockets, self.port, SUPERUSER, database))
            .await
            .map_err(Error::database("let its superuser in"))
    }
}

fn launch(
    installation: &Installation,
    cluster: &Cluster,
    port: u16,
    settings: &[(String, String)],
    events: &Events,
) -> Result<Daemon, Error> {
    let mut command = server_command(&installation.program("postgres"), None);
    command.arg("-D").arg(&cluster.data).arg("-k").arg(&cluster.sockets);
    command.args([
        "-p",
        &port.to_string(),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "logging_collector=off",
    ]);
    for (name, value) in settings {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    let run_dir: &[&Path] = &[cluster.run_dir.path()];
    let last_words = if cluster.ephemeral {
        LastWords { signal: "QUIT", grace: 5 }
    } else {
        LastWords { signal: "INT", grace: 30 }
    };
    Daemon::spawn(
        command,
        DaemonSpec {
            part: Part::Postgres,
            account: cluster.account.as_ref(),
            stop: (Signal::INT, STOP_LIMIT),
            last_words,
            remove: run_dir,
            events: events.clone(),
        },
    )
}

/// `true` when a query was answered, `false` when the port was taken from under the server.
async fn until_ready(daemon: &Daemon, cluster: &Cluster, port: u16) -> Result<bool, Error> {
    let config = admin::through_socket(&cluster.sockets, port, SUPERUSER, "postgres");
    let deadline = Instant::now() + START_LIMIT;
    loop {
        let Err(error) = admin::answers(&config).await else { return Ok(true) };
        let not_ready = |why: String| {
            let log = daemon.last_lines();
            Error::NotReady { part: Part::Postgres, why, log: log.join("; ") }
        };
        if daemon.has_ended() {
            daemon.log_complete().await;
            let port_taken = daemon.last_lines().iter().any(|line| line.contains("could not bind"));
            return if port_taken { Ok(false) } else { Err(not_ready("it ended".to_owned())) };
        }
        if Instant::now() >= deadline {
            return Err(not_ready(format!("no answer in {} s: {error}", START_LIMIT.as_secs())));
        }
        tokio::time::sleep(POLL).await;
    }
}
