//! Terraform and Adit: a blueprint as Terraform's configuration, and as the workflows that apply it; a plan as a network and as policies, so
//! that what is about to be made can be asked what an `adit.toml` can be asked; a plan as a list of changes; and the installed program
//! that makes plans and applies them.
//!
//! Terraform's own formats are not read: a plan is the JSON that `terraform show -json PLAN` prints.
#![forbid(unsafe_code)]

pub mod export;
pub mod plan;
pub mod run;
pub mod workflows;
