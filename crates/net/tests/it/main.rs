//! The crate from outside: one test at least for each rule of `docs/network-rules.md`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail loudly, too"
)]

mod addresses;
mod drg;
mod gateways;
mod page;

mod routes;
mod security;
mod state;
mod world;
