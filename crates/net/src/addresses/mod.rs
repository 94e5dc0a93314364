//! The address plan: which ranges meet and overlap, where the next free one is, how many addresses functions need.
//!
//! What an overlap does to packets is in `trace`.

mod free;
mod limits;
mod need;
mod overlap;

pub use free::{Plan, Wish};
pub use limits::{RangeFault, double_attachments, fault_of_subnet, fault_of_vcn, usable};
pub use need::{Need, need};
pub use overlap::{Claim, Claimant, Meeting, Overlap, overlaps};
