//! The ingest path against a real PostgreSQL and a real PgBouncer in transaction mode.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests fail loudly, too"
)]

mod cancellations;
mod changes;
mod dice;
mod each;
mod examples;
mod faults;
mod hostile;
mod ledger;
mod mapping;
mod modes;
mod operator;
mod payloads;
mod pooler;
mod rejects;
mod round_trip;
mod seeds;
mod support;
mod tls;
mod values;
