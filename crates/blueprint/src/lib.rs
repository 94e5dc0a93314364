//! `adit.toml`: from the text to a [`Blueprint`] with a place for everything, and everything that is wrong with it.
//!
//! It reads a file and knows the cloud's rules for what one may write; where packets go is `adit-net`'s matter, and printing the
//! command line's.

mod build;
pub mod code;
pub mod edit;
mod finding;
mod images;
pub mod model;
mod nearest;
mod parse;
mod permission;
pub mod platform;
pub mod policy;
mod prove;
mod shape;
mod source;
mod value;
mod words;

pub use build::{Built, Derived, EndpointError, Need, Places, Rule, build, derived, endpoint, endpoints};
pub use code::Code;
pub use finding::{Finding, Fix, Label, Remark, Severity};
pub use images::{Compartment, ImageTarget, ImageTargetError, ImageTargets, Runs, image_targets};
pub use model::Blueprint;
pub use parse::{Parsed, parse};
pub use permission::{NameError, Permission, Target, check_permission};
pub use prove::{
    Answer, Check, Outcome, Path, PathError, Paths, Proof, Step, changes, check_addresses, path, prove,
    prove_network,
};
pub use shape::schema::schema;
pub use source::{At, LARGEST, Listing, Position, Source, SourceError, Span};
