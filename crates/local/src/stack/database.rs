//! The stack's database: started here with its pooler, or somebody's own; and the secret that leads to it.

use serde::Serialize;
use tokio_postgres::config::Host;

use crate::postgres::connection_url;
use crate::stack::options::{DatabaseChoice, StackOptions};
use crate::{Error, Password, PgBouncer, Postgres};

/// The table of the tutorial.
pub(crate) const SAMPLE_TABLE: &str = "items";
const CREATE_SAMPLE_TABLE: &str = "create table if not exists items (
    id serial primary key,
    name varchar(255) not null,
    description text,
    created_at timestamptz default now()
)";

/// A database that functions can be sent to.
#[derive(Debug)]
pub(crate) struct Database {
    // The pooler first: its connections go before the server that they go to.
    pub(crate) pooler: Option<PgBouncer>,
    pub(crate) postgres: Option<Postgres>,
    pub(crate) address: DatabaseSecret,
}

/// What the secret holds: the object that deployed functions read.
#[derive(Serialize)]
pub(crate) struct DatabaseSecret {
    host: String,
    port: u16,
    dbname: String,
    username: String,
    password: String,
}

impl std::fmt::Debug for DatabaseSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseSecret")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl Database {
    pub(crate) async fn start(options: &StackOptions) -> Result<Self, Error> {
        let local = match &options.database {
            DatabaseChoice::Local(local) => local.clone(),
            DatabaseChoice::Url(url) => {
                return Ok(Self { pooler: None, postgres: None, address: DatabaseSecret::of_url(url)? });
            }
        };
        let mut local = local;
        local.events = options.events.clone();
        let postgres = Postgres::start(local).await?;
        if options.sample_table {
            postgres.execute_as_owner(CREATE_SAMPLE_TABLE).await?;
        }
        let pooler = match options.pooler.clone() {
            None => None,
            Some(mut pooler) => {
                pooler.events = options.events.clone();
                PgBouncer::start(&postgres, pooler).await?
            }
        };
        let address = DatabaseSecret {
            host: postgres.host().to_owned(),
            port: pooler.as_ref().map_or(postgres.port(), PgBouncer::port),
            dbname: postgres.database().to_owned(),
            username: postgres.user().to_owned(),
            password: postgres.password().expose().to_owned(),
        };
        Ok(Self { pooler, postgres: Some(postgres), address })
    }

    /// Stops what was started.
    pub(crate) async fn stop(self) {
        if let Some(pooler) = self.pooler {
            pooler.stop().await;
        }
        if let Some(postgres) = self.postgres {
            postgres.stop().await;
        }
    }
}

impl DatabaseSecret {
    /// The parts of a connection URL. The password must be in it: functions have nobody to ask.
    fn of_url(url: &str) -> Result<Self, Error> {
        let unusable = |why: &str| Error::DatabaseUrl { why: why.to_owned() };
        // The parser's own message is not passed on: it could quote a piece of the URL.
        let config: tokio_postgres::Config = url
            .parse()
            .map_err(|_| unusable("it is not of the form postgres://user:password@host:port/database"))?;
        let host = match config.get_hosts() {
            [Host::Tcp(host)] => host.clone(),
            _ => return Err(unusable("it must name exactly one host, reachable by TCP")),
        };
        let user =
            config.get_user().filter(|user| !user.is_empty()).ok_or_else(|| unusable("it names no user"))?;
        let password = config.get_password().ok_or_else(|| unusable("it has no password"))?;
        let password = std::str::from_utf8(password).map_err(|_| unusable("its password is not UTF-8"))?;
        Ok(Self {
            host,
            port: config.get_ports().first().copied().unwrap_or(5432),
            dbname: config.get_dbname().unwrap_or(user).to_owned(),
            username: user.to_owned(),
            password: password.to_owned(),
        })
    }

    /// As JSON, for Vault.
    pub(crate) fn json(&self) -> Vec<u8> {
        // A struct of strings and a number always has a JSON form.
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(crate) fn url(&self) -> String {
        connection_url(
            &self.host,
            self.port,
            &self.username,
            &Password::new(self.password.as_str()),
            &self.dbname,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_gives_the_secret_that_functions_read() {
        let secret = DatabaseSecret::of_url("postgres://ada:p%40ss@db.example:6432/books").unwrap();
        let json = r#"{"host":"db.example","port":6432,"dbname":"books","username":"ada","password":"p@ss"}"#;
        assert_eq!(String::from_utf8(secret.json()).unwrap(), json);
        assert_eq!(secret.url(), "postgres://ada:p%40ss@db.example:6432/books");
        assert!(!format!("{secret:?}").contains("p@ss"));
    }

    #[test]
    fn an_unusable_url_is_refused_without_being_quoted() {
        for url in [
            "postgres://u:hunter2@/db?host=/tmp",
            "nonsense hunter2",
            "postgres://hunter2@h/db",
            "postgres://:hunter2@h/db",
        ] {
            let error = DatabaseSecret::of_url(url).unwrap_err().to_string();
            assert!(error.starts_with("the database URL cannot be used: "), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
