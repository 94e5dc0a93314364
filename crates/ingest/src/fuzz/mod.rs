//! What must hold whatever the bytes are, as functions that a fuzzer calls: each takes any bytes and panics when one of its promises
//! is broken. They are built for `fuzz/` (the feature `fuzz`) and for the tests, which run every seed of `fuzz/seeds`; nothing that
//! ships has them.

mod binary;
mod decimal;
mod frame;
mod pieces;
mod reading;
mod records;
mod reference;
#[cfg(test)]
mod replay;
mod values;

pub use frame::frame;
pub use pieces::pieces;
pub use records::records;
pub use values::values;
