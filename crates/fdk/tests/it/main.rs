//! The conformance suite: a real function process, driven over its socket as the Fn agent drives it. Each test is named
//! after the clause of the contract that it holds; no test asserts a speed.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test's helpers may fail loudly"
)]

mod agent;
mod connection;
mod container;
mod deployed;
mod life;
mod limits;
mod logging;
mod reply;
mod request;
mod start;
