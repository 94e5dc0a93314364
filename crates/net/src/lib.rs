//! Oracle Cloud networks, proved: from a description alone, which packets get from one end to another, in both directions, and
//! everything that is in their way.
//!
//! Pure: no I/O, no clock, no async. A [`Network`] is built by others; a finding leads back to their text by [`Source`].
#![forbid(unsafe_code)]

mod model;

pub use model::*;
