//! The two evaluators against each other.

mod differential;
pub(crate) mod random;
