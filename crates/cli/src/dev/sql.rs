//! The few statements that `adit dev` sends to the database itself.

use std::path::Path;

use tokio_postgres::{Client, NoTls};

use crate::failure::Failure;

/// The text of a schema file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::File { path: path.to_owned(), error })
}

/// Runs the statements of a schema.
pub(crate) async fn apply(url: &str, statements: &str) -> Result<(), Failure> {
    let client = connect(url).await.map_err(Failure::Schema)?;
    client.batch_execute(statements).await.map_err(|error| Failure::Schema(words(&error)))
}

/// How many rows a table has; its name is SQL already.
pub(crate) async fn count(url: &str, table: &str) -> Result<u64, Failure> {
    let client = connect(url).await.map_err(Failure::Count)?;
    let query = format!("select count(*) from {table}");
    let rows = client.query_typed(&query, &[]).await.map_err(|error| Failure::Count(words(&error)))?;
    let count = rows.first().and_then(|row| row.try_get::<_, i64>(0).ok());
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
}

async fn connect(url: &str) -> Result<Client, String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(|error| words(&error))?;
    // Its errors are those of the statements.
    tokio::spawn(connection);
    Ok(client)
}

fn words(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
