//! What proves an exported configuration without the cloud, from the texts of its files alone.
//!
//! - [`check`]: every block, argument and reference is one that the provider and Terraform accept;
//! - [`format`]: the texts are as `terraform fmt` leaves them, and Terraform's own parser reads them.

pub(crate) mod check;
pub(crate) mod format;
pub(crate) mod refer;
pub(crate) mod root;
pub(crate) mod schema;
