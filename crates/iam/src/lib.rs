//! Oracle Cloud permission, proved: what policies say, who may do what by which statement, and what a change of them grants.
//!
//! Pure: no I/O, no clock, no async. Where texts come from and how findings are printed is others' matter.
#![forbid(unsafe_code)]

pub mod ask;
pub mod audit;
pub mod decide;
pub mod diff;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
pub mod listing;
mod make;
pub mod need;
pub mod permissions;
pub mod source;
pub mod syntax;
pub mod tenancy;
mod truth;

pub use decide::Engine;
pub use truth::Truth;
