//! `adit ingest`: files into a table without a function.

use std::time::{Duration, Instant};

use adit_ingest::{Database, Load, Records, Session};
use serde::Serialize;

use crate::args::{IngestArgs, OutputFormat};
use crate::console;
use crate::failure::Failure;
use crate::numbers;
use crate::payload::Payload;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);

#[derive(Serialize)]
struct Stored<'a> {
    file: &'a str,
    table: &'a str,
    inserted: u64,
    seconds: f64,
    rows_per_second: u64,
}

pub(crate) async fn run(args: IngestArgs) -> Result<(), Failure> {
    let database = Database::from_url(&args.database_url)?;
    let mut session = Session::connect(&database, Instant::now() + CONNECT).await?;
    let load = Load::append(args.table);
    for file in &args.files {
        let payload = Payload::of_file_or_stdin(file, args.input.input.map(Into::into))?;
        let started = Instant::now();
        let records = Records::new(payload.format, payload.input)?.csv_null(&args.csv_null);
        let receipt = session.ingest(&load, records, None).await;
        payload.bar.finish_and_clear();
        let receipt = receipt?;
        let took = started.elapsed();
        let rate = numbers::rate(receipt.inserted, took);
        match args.input.format {
            OutputFormat::Human => console::data(&format!(
                "{file}: {} stored in {}, {}, {} rows/s",
                numbers::counted(receipt.inserted, "row"),
                receipt.table,
                numbers::time(took),
                numbers::count(rate)
            )),
            OutputFormat::Json => console::data(
                &serde_json::to_string(&Stored {
                    file,
                    table: &receipt.table,
                    inserted: receipt.inserted,
                    seconds: took.as_secs_f64(),
                    rows_per_second: rate,
                })
                .unwrap_or_default(),
            ),
        }
    }
    Ok(())
}
