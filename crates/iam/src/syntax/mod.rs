//! The policy language as it is written: statements with a place for everything in them. What a statement grants is not decided here.
//!
//! Equality of everything here is that of what is said: places do not count, and neither does the case of what Oracle reads without
//! regard to it (keywords, verbs, resource types, permissions).

mod action;
mod condition;
mod location;
mod span;
mod statement;
mod subject;
mod text;

pub use action::{Action, Permission, ResourceType, Verb};
pub use condition::{Condition, Equality, Members, Order, Relation, Test, Value, Variable};
pub use location::{CompartmentPath, Elsewhere, Location, Place};
pub use span::{At, Span};
pub use statement::{Admit, Define, Defined, Effect, Endorse, Grant, Origin, Statement, With};
pub use subject::{Name, Principal, Subject};
pub use text::{Holes, Ocid, Text};
