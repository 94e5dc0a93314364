//! The crate from outside: whatever a file holds, reading it ends in findings with places, and what it describes is what is built.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly, too")]

mod built;
mod edit;
mod hostile;
mod permission;
