//! A private PostgreSQL server: found or fetched, initialised, started, and stopped with its value.
//!
//! Real binaries only. The server listens on 127.0.0.1 with SCRAM passwords and on a socket that only its own account
//! can reach; its durability settings are PostgreSQL's defaults, so what is measured against it is honest.

mod admin;
mod cluster;
mod fetch;
mod find;
mod server;
mod unpack;

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use find::{Origin, Programs};

pub(crate) use admin::{answers, over_tcp};
pub(crate) use cluster::server_command;

use crate::postgres::find::Installation;
use crate::postgres::server::Server;
use crate::{Error, Events, Password, PortChoice};

/// How to start a [`Postgres`]. `PostgresOptions::default()` is a fresh, temporary server on any free port.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// Which binaries.
    pub programs: Programs,
    /// Where fetched binaries are kept; `None` for `$ADIT_CACHE_DIR`, else `/var/cache/adit` for root and
    /// `$XDG_CACHE_HOME/adit` or `~/.cache/adit` for others.
    pub cache_dir: Option<PathBuf>,
    /// Which port on 127.0.0.1.
    pub port: PortChoice,
    /// A directory that keeps the data between runs; `None` for a temporary one.
    pub data_dir: Option<PathBuf>,
    /// The database that is made.
    pub database: String,
    /// The role that owns it.
    pub user: String,
    /// Its password; `None` for a random one.
    pub password: Option<Password>,
    /// Further server settings, for example `("shared_buffers", "512MB")`.
    pub settings: Vec<(String, String)>,
    /// Where events go.
    pub events: Events,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            programs: Programs::default(),
            cache_dir: None,
            port: PortChoice::default(),
            data_dir: None,
            database: "adit".to_owned(),
            user: "adit".to_owned(),
            password: None,
            settings: Vec::new(),
            events: Events::default(),
        }
    }
}

/// A running server. Dropping it stops it (blocking for the moment that takes) and removes a temporary data
/// directory; should we be killed instead, its guard does the same.
#[derive(Debug)]
pub struct Postgres {
    server: Server,
    version: String,
    user: String,
    password: Password,
    superuser_password: Password,
    database: String,
}

impl Postgres {
    /// Starts a server and makes the role and the database. Returns when a query over TCP was answered.
    ///
    /// # Errors
    ///
    /// No binaries, an unusable data directory, a demanded port that is taken, or a server that does not come up.
    pub async fn start(options: PostgresOptions) -> Result<Self, Error> {
        let superuser_password = Password::random()?;
        let password = options.password.clone().map_or_else(Password::random, Ok)?;
        let (installation, cluster) = {
            let (options, password) = (options.clone(), superuser_password.clone());
            let prepare = move || {
                let installation =
                    Installation::locate(&options.programs, options.cache_dir.as_deref(), &options.events)?;
                let cluster =
                    cluster::Cluster::prepare(&installation, options.data_dir.as_deref(), &password)?;
                Ok::<_, Error>((installation, cluster))
            };
            tokio::task::spawn_blocking(prepare).await.map_err(|_| Error::RuntimeGone)??
        };
        let server =
            Server::start(&installation, cluster, options.port, &options.settings, &options.events).await?;

        let client = server.superuser("postgres").await?;
        admin::ensure_role(&client, cluster::SUPERUSER, &superuser_password).await?;
        admin::ensure_role(&client, &options.user, &password).await?;
        admin::ensure_database(&client, &options.database, &options.user).await?;
        admin::answers(&over_tcp(server.port, &options.user, &password, &options.database))
            .await
            .map_err(Error::database("answer the new role"))?;
        Ok(Self {
            server,
            version: installation.version,
            user: options.user,
            password,
            superuser_password,
            database: options.database,
        })
    }

    /// Makes another, empty database on this server, owned by the same role, and gives its URL.
    ///
    /// # Errors
    ///
    /// The server refused.
    pub async fn create_database(&self, name: &str) -> Result<String, Error> {
        let client = self.server.superuser("postgres").await?;
        admin::ensure_database(&client, name, &self.user).await?;
        Ok(self.url_of(&self.user, &self.password, name))
    }

    /// Runs statements in a database of this server as its superuser.
    ///
    /// # Errors
    ///
    /// The server refused one of them; those before it in the same string are rolled back.
    pub async fn execute(&self, database: &str, statements: &str) -> Result<(), Error> {
        let client = self.server.superuser(database).await?;
        client.batch_execute(statements).await.map_err(Error::database("run the statements"))
    }

    /// Runs statements in the database that was made, as its owner.
    pub(crate) async fn execute_as_owner(&self, statements: &str) -> Result<(), Error> {
        let config = over_tcp(self.port(), &self.user, &self.password, &self.database);
        let client = admin::connect(&config).await.map_err(Error::database("let its owner in"))?;
        client.batch_execute(statements).await.map_err(Error::database("run the statements"))
    }

    /// `postgres://user:password@127.0.0.1:port/database` of the ordinary role. It contains the password.
    pub fn url(&self) -> String {
        self.url_of(&self.user, &self.password, &self.database)
    }

    /// The same for the superuser.
    pub fn superuser_url(&self) -> String {
        self.url_of(cluster::SUPERUSER, &self.superuser_password, &self.database)
    }

    /// Always `127.0.0.1`.
    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    /// Its TCP port.
    pub fn port(&self) -> u16 {
        self.server.port
    }

    /// The ordinary role.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The ordinary role's password.
    pub fn password(&self) -> &Password {
        &self.password
    }

    /// The database that was made.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The server's version, for example `15.17`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The process id of the postmaster.
    pub fn pid(&self) -> u32 {
        self.server.daemon.pid()
    }

    /// Where the data lies.
    pub fn data_dir(&self) -> &Path {
        &self.server.cluster.data
    }

    /// The last lines of the server's log, oldest first.
    pub fn last_log_lines(&self) -> Vec<String> {
        self.server.daemon.last_lines()
    }

    /// Stops the server in order and waits until it has ended, without blocking the runtime.
    pub async fn stop(self) {
        // Should the runtime be going down, the closure is dropped, which stops the server just the same.
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }

    fn url_of(&self, user: &str, password: &Password, database: &str) -> String {
        connection_url(self.host(), self.port(), user, password, database)
    }
}

/// What RFC 3986 section 2.3 lets stand as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A libpq connection URL; what could be misread in it is percent-encoded, an IPv6 address stands in brackets.
pub(crate) fn connection_url(
    host: &str,
    port: u16,
    user: &str,
    password: &Password,
    database: &str,
) -> String {
    let [user, password, database] =
        [user, password.expose(), database].map(|part| utf8_percent_encode(part, ESCAPED));
    let (open, close) = if host.contains(':') { ("[", "]") } else { ("", "") };
    format!("postgres://{user}:{password}@{open}{host}{close}:{port}/{database}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_carries_any_name_and_password() {
        let url = connection_url("127.0.0.1", 5432, "a b", &Password::new("p@ss/ü"), "db?x");
        assert_eq!(url, "postgres://a%20b:p%40ss%2F%C3%BC@127.0.0.1:5432/db%3Fx");
        let url = connection_url("::1", 5432, "a", &Password::new("b"), "c");
        assert_eq!(url, "postgres://a:b@[::1]:5432/c");
    }
}
