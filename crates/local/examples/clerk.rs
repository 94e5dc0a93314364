//! A function that does what deployed ones do, in the shortest way: it asks Vault for the way to the database as its
//! resource principal, and stores the name that it is given.

use std::process::ExitCode;

use adit_fdk::{Invocation, Reply};
use adit_oci::env::Vars;
use adit_oci::{Client, Selector, Stage};
use serde::Deserialize;
use tokio_postgres::NoTls;
use tokio_postgres::types::Type;

#[derive(Deserialize)]
struct Secret {
    host: String,
    port: u16,
    dbname: String,
    username: String,
    password: String,
}

fn main() -> ExitCode {
    adit_fdk::run(|call: Invocation| async move {
        match store(&call).await {
            Ok(id) => Reply::new("text/plain", id.to_string()),
            Err(error) => Reply::new("text/plain", error.to_string()).http_status(500),
        }
    })
}

async fn store(call: &Invocation) -> Result<i32, Box<dyn std::error::Error>> {
    let name = std::str::from_utf8(call.body()?)?;
    let secret_id = std::env::var("DB_SECRET_OCID")?.parse()?;
    let client = Client::from_vars(&Vars::process())?;
    let current = Selector::Stage(Stage::Current);
    let bundle = client.secret_bundle(&secret_id, &current, call.deadline().at()).await?;
    let secret: Secret = serde_json::from_slice(bundle.content.expose())?;
    let (client, connection) = tokio_postgres::Config::new()
        .host(&secret.host)
        .port(secret.port)
        .dbname(&secret.dbname)
        .user(&secret.username)
        .password(&secret.password)
        .connect(NoTls)
        .await?;
    tokio::spawn(connection);
    let insert = "insert into items (name) values ($1) returning id";
    let rows = client.query_typed(insert, &[(&name, Type::TEXT)]).await?;
    Ok(rows.first().ok_or("no row")?.get(0))
}
