//! A plan, as `terraform show -json` prints it, read as the network that there will be and the one that there was, and as the policies.
//!
//! Values that a plan does not have are looked for in its configuration: whose id an argument is going to be. What cannot be told
//! is unknown and said by its name, never taken for granted.

mod address;
mod block;
mod build;
mod code;
mod config;
mod document;
mod error;
mod index;
mod link;
mod merge;
mod policies;
mod providers;
mod record;
mod summary;
mod values;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use adit_blueprint::{Built, Finding, Listing};

pub use error::PlanError;
pub use merge::merge;
pub use policies::{Gap, Policies, PolicyChange};
pub use summary::{Action, AllowError, Change, Summary};

use document::Document;
use index::{Both, Index, Indexes};
use providers::Providers;

/// What a plan's file may measure, in bytes. Ten thousand subnets with their rules measure about half of it.
pub const LARGEST: u64 = 128 << 20;

/// A plan that was read.
#[derive(Debug)]
pub struct Plan {
    name: String,
    network: Both,
    permission: Both,
    others: Index,
    providers: Providers,
    /// What the plan says of itself that one should know: it is not complete.
    cautions: Vec<&'static str>,
}

/// A network out of a plan.
#[derive(Debug)]
pub struct Planned {
    /// The network, with the way back to the listing. Its faults are what the plan's resources say that cannot be.
    pub built: Built,
    /// Every object and rule, for findings to point at.
    pub listing: Listing,
    /// What is not known, and what is left out because of that: notes and warnings.
    pub notes: Vec<Finding>,
}

impl Plan {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is too large, or is no plan of Oracle's resources.
    pub fn read(path: &Path) -> Result<Self, PlanError> {
        let name = path.display().to_string();
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
        match read {
            Err(error) => Err(PlanError::Io { name, error }),
            Ok(length) if length as u64 > LARGEST => Err(PlanError::TooLarge { name }),
            Ok(_) => Self::parse(&name, &bytes),
        }
    }

    /// Reads a text under the name of its file.
    ///
    /// # Errors
    ///
    /// If it is no plan of Oracle's resources.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, PlanError> {
        let document = Document::parse(name, bytes)?;
        let mut cautions = Vec::new();
        if document.errored == Some(true) {
            cautions.push("Terraform stopped with an error while it made this plan");
        } else if document.complete == Some(false) {
            cautions.push("this plan was made for some resources only, or puts some off");
        }
        let Indexes { network, permission, others, providers } = index::read(name, document)?;
        Ok(Self { name: name.to_owned(), network, permission, others, providers, cautions })
    }

    /// The name of its file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The network that there will be once the plan is applied; an empty one of a plan without any.
    pub fn planned(&self) -> Planned {
        build::build(&self.name, &self.network.planned, &self.cautions)
    }

    /// That the plan has no network, as a note; `None` if it has one. Where the network is what is asked about, it is a fault.
    pub fn no_network(&self) -> Option<Finding> {
        (!self.has_network()).then(|| build::no_network(&self.name))
    }

    /// What the plan's resources say that the cloud refuses or that never works, beyond what [`Planned`] tells already: the provider
    /// lets it through. Each gets its place in the listing.
    pub fn values(&self, planned: &mut Planned) -> Vec<Finding> {
        let all = Index::joined(&[&self.network.planned, &self.permission.planned, &self.others]);
        values::check(&all, &self.providers, &self.policies().planned, planned)
    }

    /// The network that there was when the plan was made; an empty one before the first.
    pub fn prior(&self) -> Planned {
        build::build(&self.name, &self.network.prior, &[])
    }

    /// Whether the plan is about a network at all.
    pub fn has_network(&self) -> bool {
        !self.network.is_empty()
    }

    /// Whether the plan is about permission at all.
    pub fn has_policies(&self) -> bool {
        !self.permission.is_empty()
    }

    /// The policies that there will be once the plan is applied, and those that there were.
    pub fn policies(&self) -> PolicyChange {
        policies::change(&self.permission, &self.cautions)
    }

    /// Whether anything of the network was there before.
    pub fn has_prior(&self) -> bool {
        self.network.prior.records.iter().any(|record| record.managed)
    }
}
