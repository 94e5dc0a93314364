//! Chaos: thousands of payloads, sent until they are acknowledged, while the function's containers, PgBouncer and PostgreSQL are killed
//! and frozen at random. At the end SQL shows that every acknowledged row is there once, and no row twice.
//!
//! `ADIT_CHAOS_SEED` repeats the choices of a run (not its timing), `ADIT_CHAOS_PAYLOADS` and `ADIT_CHAOS_MINUTES` make it longer; see
//! `bench/chaos`.

mod accounts;
mod audit;
mod callers;
mod diagnosis;
mod diary;
mod faults;
mod payload;
mod random;
mod servers;
mod storm;
mod victim;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use adit_ingest::LEDGER_SCHEMA;
use adit_local::containers::Containers;
use adit_local::{EmulatorOptions, FunctionSpec};

use crate::cloud::Cloud;
use crate::tools::{program, skipped};
use accounts::Accounts;
use audit::{Audit, readable};
use random::Random;
use servers::Servers;
use storm::Storm;

/// Nothing in it keeps a row from being stored twice.
const TABLE: &str = "create table chaos (id bigserial primary key, batch text not null, n int not null,
    note text not null default 'none')";
const LEAST_PAYLOADS: u64 = 2_000;
const LEAST_KILLS: u64 = 50;
/// How many payloads are under way at the same time.
const CALLERS: usize = 6;

#[tokio::test]
async fn among_kills_and_freezes_nothing_is_lost_and_nothing_doubled() {
    let number = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().expect(name));
    let seed = number("ADIT_CHAOS_SEED").unwrap_or_else(random::any);
    let payloads = number("ADIT_CHAOS_PAYLOADS").unwrap_or(LEAST_PAYLOADS);
    let at_least = Duration::from_secs(60 * number("ADIT_CHAOS_MINUTES").unwrap_or(0));
    say(&format!("chaos: seed {seed}"));
    let mut random = Random::new(seed);

    let Some(servers) = Servers::start().await else { return skipped("PgBouncer is not installed") };
    servers.sql().await.batch_execute(&format!("{TABLE}; {LEDGER_SCHEMA}")).await.unwrap();
    let cloud = Cloud::start(EmulatorOptions::default()).await;
    let mut storm = Storm::new(servers, random.fork());
    let secret = cloud.emulator.put_secret("chaos", storm.servers.secret().to_string().as_bytes());
    let mut config = cloud.principal.clone();
    for (name, value) in
        [("ADIT_TABLE", "chaos"), ("DB_SECRET_OCID", &secret), ("ADIT_OCI_ENDPOINT", cloud.emulator.url())]
    {
        config.insert(name.to_owned(), value.to_owned());
    }
    let spec = FunctionSpec {
        config,
        timeout: Duration::from_secs(4),
        idle_timeout: Duration::from_secs(600),
        concurrency: 2 * CALLERS,
        ..FunctionSpec::new("chaos", program())
    };
    let containers = Arc::new(Containers::new(spec, storm.victims.events()).unwrap());

    let accounts = Arc::new(Accounts::default());
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (containers, accounts) = (Arc::clone(&containers), Arc::clone(&accounts));
            tokio::spawn(callers::call(caller, containers, accounts, random.fork()))
        })
        .collect();
    storm.rage(&accounts, payloads, at_least).await;
    accounts.close();
    storm.subside(&accounts, callers).await;
    containers.stop();

    let Storm { servers, toll, .. } = storm;
    let audit = Audit::new(&accounts, &servers.sql().await).await;
    for (answer, times, words) in accounts.answers() {
        println!("{times:>6} times {answer} {words}");
    }
    say(&format!(
        "chaos: {} payloads sent again after their receipt; {}",
        accounts.replays(),
        audit.of_unnamed()
    ));
    for end in &servers.ends {
        say(&format!("chaos: PgBouncer ended by itself: {end}"));
    }
    say(&format!("chaos: {} payloads, {toll}: {audit}", readable(accounts.payloads())));
    assert_eq!((audit.lost, audit.doubled), (0, 0), "seed {seed}: {:?}", audit.faults);
    assert!(audit.faults.is_empty(), "seed {seed}: {:?}", audit.faults);
    // Nothing was wrong with any payload.
    let refused = |answer: &str| answer.starts_with("A06") || answer.starts_with("A04");
    assert!(!accounts.answers().iter().any(|(answer, ..)| refused(answer)), "seed {seed}");
    assert!(accounts.payloads() >= payloads && toll.kills() >= LEAST_KILLS, "seed {seed}");
}

/// Past the test harness, which would swallow what a test that succeeds has to say.
fn say(words: &str) {
    writeln!(std::io::stderr().lock(), "{words}").unwrap();
}
