//! The laptop stack against real servers, real processes and the real `oci` command line.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail loudly, as the tests do")]

mod containers;
mod database;
mod support;
