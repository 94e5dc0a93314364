//! A database of one test, with a user of its own, seen from the side of its administrator.

use adit_local::Postgres;
use serde_json::{Value, json};
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use crate::tools::until;

/// The table of the program that Adit replaces.
pub(crate) const ITEMS: &str = "create table items (id serial primary key, name varchar(255) not null,
    description text, created_at timestamptz default now())";

/// A trigger that keeps every insert into `items` waiting for as long as [`Database::hold`] holds.
pub(crate) const HELD: &str = "create function wait() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock_shared(7); return new; end $$;
    create trigger held before insert on items for each row execute function wait()";

pub(crate) struct Database {
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) password: String,
    pub(crate) port: u16,
    /// The superuser's connection.
    pub(crate) sql: Client,
}

impl Database {
    /// Makes a database whose owner may do nothing elsewhere.
    pub(crate) async fn new(postgres: &Postgres, name: &str, schema: &str) -> Self {
        let (role, password) = (format!("role_{name}"), format!("pw-of-{name}-7Hq"));
        let server = "postgres";
        postgres.execute(server, &format!("create role {role} login password '{password}'")).await.unwrap();
        postgres.execute(server, &format!("create database \"{name}\" owner {role}")).await.unwrap();
        Self::with_role(postgres, name, role, password, schema).await
    }

    /// A database that PgBouncer in front of this server lets its clients into, by the server's ordinary role.
    pub(crate) async fn behind_pooler(postgres: &Postgres, name: &str, schema: &str) -> Self {
        postgres.create_database(name).await.unwrap();
        let (role, password) = (postgres.user().to_owned(), postgres.password().expose().to_owned());
        Self::with_role(postgres, name, role, password, schema).await
    }

    async fn with_role(
        postgres: &Postgres,
        name: &str,
        role: String,
        password: String,
        schema: &str,
    ) -> Self {
        let mut config: Config = postgres.superuser_url().parse().unwrap();
        let (sql, connection) = config.dbname(name).application_name("test").connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        let database = Self { name: name.to_owned(), role, password, port: postgres.port(), sql };
        database.run(&format!("set role {}; {schema}; reset role", database.role)).await;
        database
    }

    /// What the secret says of it.
    pub(crate) fn secret(&self) -> Value {
        json!({
            "host": "127.0.0.1",
            "port": self.port,
            "dbname": self.name,
            "username": self.role,
            "password": self.password,
        })
    }

    /// Runs statements as the superuser.
    pub(crate) async fn run(&self, statements: &str) {
        self.sql.batch_execute(statements).await.unwrap();
    }

    /// The rows of a query, each as its values joined by `|`.
    pub(crate) async fn rows(&self, query: &str) -> Vec<String> {
        let messages = self.sql.simple_query(query).await.unwrap();
        let row = |message: &SimpleQueryMessage| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|at| row.get(at).unwrap_or("∅")).collect::<Vec<_>>().join("|"))
            }
            _ => None,
        };
        messages.iter().filter_map(row).collect()
    }

    pub(crate) async fn count(&self, table: &str) -> u64 {
        self.rows(&format!("select count(*) from {table}")).await.concat().parse().unwrap()
    }

    /// Gives the user another password.
    pub(crate) async fn change_password(&mut self, password: &str) {
        self.run(&format!("alter role {} password '{password}'", self.role)).await;
        password.clone_into(&mut self.password);
    }

    /// Ends all connections of functions to this database and waits until they are gone.
    pub(crate) async fn kill_functions(&self) {
        self.rows(&format!("select pg_terminate_backend(pid) {FUNCTIONS}")).await;
        until("the end of the functions' connections", async || (self.functions().await == 0).then_some(()))
            .await;
    }

    /// How many connections functions have to this database.
    pub(crate) async fn functions(&self) -> u64 {
        self.rows(&format!("select count(*) {FUNCTIONS}")).await.concat().parse().unwrap()
    }

    /// Keeps inserts waiting (see [`HELD`]).
    pub(crate) async fn hold(&self) {
        self.run("select pg_advisory_lock(7)").await;
    }

    pub(crate) async fn let_go(&self) {
        self.run("select pg_advisory_unlock(7)").await;
    }

    /// Waits until a function's statement with these words is being held, and gives its backend's process id.
    pub(crate) async fn held(&self, words: &str) -> String {
        let query = format!("select pid {FUNCTIONS} and wait_event = 'advisory' and query ilike '%{words}%'");
        until("a statement that is held", async || self.rows(&query).await.pop()).await
    }
}

/// The functions' connections to the current database, by the name that they give themselves.
const FUNCTIONS: &str =
    "from pg_stat_activity where datname = current_database() and application_name = 'adit'";
