//! What proves an exported configuration without the cloud, from the texts of its files alone.
//!
//! - [`check`]: every block, argument and reference is one that the provider and Terraform accept.

pub(crate) mod check;
pub(crate) mod refer;
pub(crate) mod root;
pub(crate) mod schema;
