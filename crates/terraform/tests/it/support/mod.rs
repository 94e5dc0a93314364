//! What proves an exported configuration without the cloud, from the texts of its files alone.
//!
//! - [`check`]: every block, argument and reference is one that the provider and Terraform accept;
//! - [`format`]: the texts are as `terraform fmt` leaves them, and Terraform's own parser reads them;
//! - [`plan`]: the plan that Terraform would make of them before anything exists;
//! - [`real`]: the same of Terraform itself, where it is installed;
//! - [`stand_in`]: the same of Terraform itself with a stand-in for the provider, and what comes of applying it;
//! - [`same`]: the network and the policies of that plan are those that the file means;
//! - [`generate`]: random files to try all of this with.

pub(crate) mod check;
pub(crate) mod format;
pub(crate) mod generate;
pub(crate) mod plan;
pub(crate) mod real;
pub(crate) mod refer;
pub(crate) mod root;
pub(crate) mod same;
pub(crate) mod schema;
pub(crate) mod stand_in;
