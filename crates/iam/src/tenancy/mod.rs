//! A tenancy as far as permission goes: compartments, groups, dynamic groups and policies; and one request to it.
//!
//! It says what is there, not what follows from it. What cannot be known is said: a rule that nobody could read is
//! [`Members::NotKnown`], a variable of which nobody knows whether the request carries it is [`Bound::NotKnown`].

mod compartment;
mod group;
mod matching;
mod policy;
mod request;

pub(crate) use compartment::same;
pub use compartment::{CompartmentId, Compartments};
pub use group::{DynamicGroup, DynamicGroupId, Group, GroupId, Members, Principal, Resource, User};
pub use matching::Matching;
pub use policy::{Policy, PolicyId, PolicySet, StatementId};
pub use request::{Bound, Others, Request, Variables};

/// The identity domain that a name without one is in.
pub const DEFAULT_DOMAIN: &str = "Default";

/// The group of the default domain that no deny touches.
pub const ADMINISTRATORS: &str = "Administrators";
