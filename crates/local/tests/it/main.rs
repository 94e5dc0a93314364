//! The laptop stack against real servers, real processes and the real `oci` command line.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail loudly, as the tests do")]

mod accounts;
mod containers;
mod database;
mod emulator;
mod fetch;
mod objects;
mod orphans;
mod stack;
mod support;
