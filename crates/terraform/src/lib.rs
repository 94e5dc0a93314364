//! Terraform and Adit: a blueprint as Terraform's configuration; and a plan as a network and as policies, so that what is about to be
//! made can be asked what an `adit.toml` can be asked.
//!
//! Nothing here runs Terraform or reads its own formats: what is read is the JSON that `terraform show -json PLAN` prints.
#![forbid(unsafe_code)]

pub mod export;
pub mod plan;
