//! The plan that Terraform makes of a root module before anything of it exists, as `terraform show -json` prints it: from the files'
//! texts, the values of the variables, and what data sources answer.
//!
//! It knows the language as far as exports use it, and says so of anything else instead of guessing. What the provider decides is taken
//! from its schema: what is computed is not known before it is made, what is left out is null or the schema's default.

mod convert;
mod document;
mod eval;
mod functions;
mod value;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::root::{Files, Root};
use eval::Module;

/// What a module is planned with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// By the variable's name.
    pub(crate) variables: BTreeMap<String, Json>,
    /// What each data source answers, by its address: its attributes beside its arguments.
    pub(crate) data: BTreeMap<String, Json>,
    /// As if the ids of everything were known already ([`id`]): texts that hold some, such as policies, are then whole.
    pub(crate) ids: bool,
}

/// Plans a module.
///
/// # Errors
///
/// Whatever Terraform would refuse, as far as it is looked at here, and whatever this planner does not know.
pub(crate) fn plan(files: &Files, given: &Given) -> Result<Json, String> {
    let root = Root::read(files);
    if let Some(problem) = root.problems.first() {
        return Err(problem.clone());
    }
    Module::new(&root, given)?.document()
}

/// The id that an address has where ids are known.
pub(crate) fn id(address: &str) -> String {
    let letters = address.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    format!("ocid1.made.oc1..{}", letters.collect::<String>())
}
