//! Statements of ours to the local database: readiness, roles, databases.

use std::path::Path;

use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use crate::{Error, Password};

/// Connects and leaves the connection to a task, which ends with the client.
pub(crate) async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    // Its error, if any, is what the client's next call reports.
    tokio::spawn(connection);
    Ok(client)
}

/// How the superuser connects through the server's socket.
pub(crate) fn through_socket(sockets: &Path, port: u16, user: &str, database: &str) -> Config {
    let mut config = Config::new();
    config.host_path(sockets).port(port).user(user).dbname(database).application_name("adit");
    config
}

/// How a user connects over TCP.
pub(crate) fn over_tcp(port: u16, user: &str, password: &Password, database: &str) -> Config {
    let mut config = Config::new();
    config.host("127.0.0.1").port(port).user(user).password(password.expose()).dbname(database);
    config.application_name("adit");
    config
}

/// Whether a query is answered.
pub(crate) async fn answers(config: &Config) -> Result<(), tokio_postgres::Error> {
    connect(config).await?.simple_query("select 1").await.map(drop)
}

/// Makes sure that a login role of this name and password exists.
pub(crate) async fn ensure_role(client: &Client, name: &str, password: &Password) -> Result<(), Error> {
    let exists = format!("select from pg_roles where rolname = {}", literal(name));
    let verb = if has_row(client, &exists).await? { "alter" } else { "create" };
    let statement = format!("{verb} role {} login password {}", identifier(name), literal(password.expose()));
    client.batch_execute(&statement).await.map_err(Error::database("set up the role"))
}

/// Makes sure that a database of this name exists; a new one belongs to `owner`.
pub(crate) async fn ensure_database(client: &Client, name: &str, owner: &str) -> Result<(), Error> {
    if has_row(client, &format!("select from pg_database where datname = {}", literal(name))).await? {
        return Ok(());
    }
    let statement = format!("create database {} owner {}", identifier(name), identifier(owner));
    client.batch_execute(&statement).await.map_err(Error::database("create the database"))
}

async fn has_row(client: &Client, query: &str) -> Result<bool, Error> {
    let messages = client.simple_query(query).await.map_err(Error::database("read its catalogue"))?;
    Ok(messages.iter().any(|message| matches!(message, SimpleQueryMessage::Row(_))))
}

/// `name` as a quoted SQL identifier.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// `value` as an SQL string that means the same whatever `standard_conforming_strings` is.
fn literal(value: &str) -> String {
    let doubled = value.replace('\\', "\\\\").replace('\'', "''");
    format!("E'{doubled}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_cannot_be_broken_out_of() {
        assert_eq!(identifier(r#"a"b"#), r#""a""b""#);
        assert_eq!(literal(r"a'b\"), r"E'a''b\\'");
    }
}
