//! Oracle Cloud networks, proved: from a description alone, which packets get from one end to another, in both directions, and
//! everything that is in their way.
//!
//! Pure: no I/O, no clock, no async. A [`Network`] is built by others; a finding leads back to their text by [`Source`].
#![forbid(unsafe_code)]

pub mod addresses;
mod fate;
mod legal;
mod model;
mod packet;
pub mod reach;
pub mod trace;
mod words;

pub use fate::Fate;
pub use legal::{Door, Refused};
pub use model::*;
pub use packet::{Addr, Body, Packet, Place, is_public};
pub use reach::{Answer, Case, Engine, Repair};
