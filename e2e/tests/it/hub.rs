//! The hub: a real PostgreSQL, and a real PgBouncer in front of it, at the database's address in its namespace.

use std::net::SocketAddrV4;
use std::path::Path;

use adit_local::{Password, PgBouncer, PgBouncerOptions, PortChoice, Postgres, PostgresOptions};
use serde_json::{Value, json};
use tokio_postgres::NoTls;

/// The table of `adit init --example`.
const SCHEMA: &str = "drop table if exists items;
    create table items (id serial primary key, name varchar(255) not null, description text);
    alter table items owner to adit";
/// Between the function and the pooler; who reads the log of a test may know it.
const PASSWORD: &str = "of-the-drill-alone";

pub(crate) struct Hub {
    // The pooler first: it goes before the server that it is connected to.
    _pgbouncer: PgBouncer,
    postgres: Postgres,
    /// Where PgBouncer listens.
    at: SocketAddrV4,
}

impl Hub {
    /// Starts both in the namespace of the calling thread. The data directory is kept from one start to the next, the rows are not.
    pub(crate) async fn start(at: SocketAddrV4, data: &Path) -> Self {
        let settings = vec![("fsync".to_owned(), "off".to_owned())];
        let options = PostgresOptions {
            settings,
            data_dir: Some(data.to_owned()),
            database: "librarian_db".to_owned(),
            password: Some(Password::new(PASSWORD)),
            ..PostgresOptions::default()
        };
        let postgres = Postgres::start(options).await.unwrap();
        postgres.execute("librarian_db", SCHEMA).await.unwrap();
        let options = PgBouncerOptions {
            port: PortChoice::Exactly(at.port()),
            settings: vec![("listen_addr".to_owned(), format!("127.0.0.1,{}", at.ip()))],
            ..PgBouncerOptions::default()
        };
        let pgbouncer = PgBouncer::start(&postgres, options).await.unwrap().expect("PgBouncer is installed");
        Self { _pgbouncer: pgbouncer, postgres, at }
    }

    /// What the function's secret says of it.
    pub(crate) fn secret(at: SocketAddrV4) -> Value {
        json!({
            "host": at.ip().to_string(),
            "port": at.port(),
            "dbname": "librarian_db",
            "username": "adit",
            "password": PASSWORD,
        })
    }

    /// How many rows have arrived, asked of PostgreSQL itself.
    pub(crate) async fn rows(&self) -> i64 {
        assert_ne!(self.postgres.port(), self.at.port(), "not through the pooler");
        let (client, connection) =
            tokio_postgres::connect(&self.postgres.superuser_url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client.query_one("select count(*) from items", &[]).await.unwrap().get(0)
    }
}
