//! The program as people run it: real processes, a real database, the real function, the real `oci` command.
#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests fail loudly, too"
)]

mod add;
mod blockers;
mod build;
mod cloud;
mod deploy;
mod dev;
mod docs;
mod export;
mod faults;
mod formats;
mod ingest;
mod invoke;
mod plans;
mod policy;
mod push;
mod push_functions;
mod questions;
mod runbook;
mod support;
mod usage;
mod ways;
