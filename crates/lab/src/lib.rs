//! Networks of the model as real Linux network namespaces, and real packets through them.
//!
//! A [`Plan`] says which namespaces, wires, route tables and filters a [`Network`](adit_net::Network) comes down to; it is written
//! from the rules of `docs/network-rules.md` alone and asks neither of the engines that it is there to check. A [`Lab`] makes it real
//! and takes it away again. [`send()`] sends packets between its ends and tells what became of each.
//!
//! Nothing outside these namespaces is ever contacted: no wire leads out of them.
#![forbid(unsafe_code)]

mod error;
mod lab;
mod plan;
mod send;
mod space;

pub use error::LabError;
pub use lab::Lab;
pub use plan::{Inexpressible, Plan, SpaceId, Spot, Tie, Winner};
pub use send::{Answered, SERVED, Seen, Sent, send};
pub use space::forbidden;
