//! What whole sets of packets do: which get from one end to another, between whom, what a change lets through.
//!
//! One packet's way, hop by hop, is in `trace`.

mod answer;
mod diff;
mod engine;
mod fib;
mod fields;
mod filter;
mod flatten;
mod intent;
mod lint;
mod matrix;
mod query;
mod region;
mod store;
mod ways;

pub use answer::{Answer, Case, Repair};
pub use diff::{Difference, Opened, Witness, count, difference, opened, questions, shared};
pub use engine::Engine;
pub use intent::{Counterexample, Proof};
pub use lint::{Lint, LintKind, lints};
pub use matrix::Cell;
pub use region::Region;

#[cfg(test)]
mod tests;
