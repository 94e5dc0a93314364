//! Why a file is no plan that can be read.

use std::io;

use adit_blueprint::Code;

use super::{LARGEST, code};

/// Why a file is no plan that can be read.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// It is not there, or may not be read.
    #[error("{name} cannot be read: {error}")]
    Io {
        /// The file.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// It is larger than [`LARGEST`].
    #[error("{name} is larger than {} MB, so it is not read", LARGEST >> 20)]
    TooLarge {
        /// The file.
        name: String,
    },
    /// It is not JSON.
    #[error("{name} is not JSON: {what}, at byte {byte} (line {line}, column {column})")]
    NotJson {
        /// The file.
        name: String,
        /// What is wrong there.
        what: String,
        /// Where, counted from 0.
        byte: usize,
        /// The line, counted from 1.
        line: usize,
        /// The byte in the line, counted from 1.
        column: usize,
    },
    /// It is something else that Terraform writes, or anything else.
    #[error("{name} is {what}")]
    NotAPlan {
        /// The file.
        name: String,
        /// What it is, or in what it differs.
        what: String,
    },
    /// Its format has a newer major version.
    #[error("{name} has format version {found}; 0.1 to 1.x can be read")]
    Version {
        /// The file.
        name: String,
        /// The version.
        found: String,
    },
    /// It has no resource of the provider `oracle/oci`.
    #[error("{name} has nothing of the provider oracle/oci{}", others(.providers))]
    NothingOfOracle {
        /// The file.
        name: String,
        /// The providers that it has resources of.
        providers: Vec<String>,
    },
}

impl PlanError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Io { .. } | Self::TooLarge { .. } => code::UNREADABLE,
            Self::NotJson { .. } => code::NOT_JSON,
            Self::NotAPlan { .. } => code::NOT_A_PLAN,
            Self::Version { .. } => code::VERSION,
            Self::NothingOfOracle { .. } => code::NOTHING_OF_ORACLE,
        }
    }

    /// What to do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Io { .. } => {
                "make one: terraform plan -out plan.bin && terraform show -json plan.bin > plan.json"
            }
            Self::TooLarge { .. } => {
                "plan the network by itself: what is not of the network is not needed here"
            }
            Self::NotJson { .. } | Self::NotAPlan { .. } => {
                "a plan is what `terraform show -json plan.bin` prints, where plan.bin is from `terraform plan -out plan.bin`"
            }
            Self::Version { .. } => "take a newer adit, or an older Terraform",
            Self::NothingOfOracle { .. } => {
                "name the plan that makes the VCNs or the policies, or reads them with data sources"
            }
        }
    }
}

fn others(providers: &[String]) -> String {
    match providers {
        [] => ": it has no resources at all".to_owned(),
        some => format!("; it has resources of {}", some.join(", ")),
    }
}
