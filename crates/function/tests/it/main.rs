//! The deployed function as a whole: its program in containers as the platform runs them, between an emulated cloud, a real
//! PostgreSQL and a real PgBouncer. `ADIT_FUNCTION_BIN` names the program that is deployed; without it, the one that cargo
//! has just built is tested.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's helpers may fail loudly"
)]

mod answers;
mod batches;
mod callers;
mod chaos;
mod chroot;
mod cloud;
mod crowd;
mod database;
mod deadlines;
mod events;
mod exchange;
mod footprint;
mod freezes;
mod function;
mod limits;
mod messages;
mod modes;
mod objects;
mod outages;
mod payloads;
mod principals;
mod process;
mod refusals;
mod relay;
mod secrecy;
mod secrets;
mod settings;
mod tables;
mod tls;
mod tools;
mod vault;
