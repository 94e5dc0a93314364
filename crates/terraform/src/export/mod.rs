//! A blueprint as Terraform: one block for each real object, in the files where people look for it, with the line of `adit.toml` that
//! it comes from.
//!
//! What belongs to somebody else comes in as a variable, by its OCID: planning asks the cloud nothing but the service labels.

mod access;
mod alarms;
mod drg;
mod events;
mod functions;
mod gateways;
mod hcl;
mod imports;
mod logging;
mod names;
mod network;
mod outputs;
mod registry;
mod scope;
mod security;
mod settings;
mod variables;
mod vault;

use adit_blueprint::{Blueprint, Built, Permission, Source};

use hcl::Block;
use scope::Scope;

/// The first line of every file that is written.
pub const MARKER: &str = "# Written by adit export terraform from adit.toml.";

/// What the export needs to know beyond the file.
#[derive(Clone, Debug)]
pub struct Options {
    /// The registry's host in the file's region, such as `fra.ocir.io`; without one it is a variable.
    pub registry: Option<String>,
    /// What may be replaced or deleted: the guard is left out where an object of this name is.
    pub unguarded: Vec<String>,
}

/// A file of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// Something that the writer made is not of the language. That is a fault of Adit's, and says so.
#[derive(Debug, thiserror::Error)]
#[error("{file} cannot be written as Terraform: {error}")]
pub struct ExportError {
    file: &'static str,
    error: hcl_edit::parser::Error,
}

impl ExportError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        "A0890"
    }
}

/// Writes a blueprint as a root module.
///
/// # Errors
///
/// If something that was made is not of Terraform's language.
pub fn export(
    blueprint: &Blueprint,
    built: &Built,
    permission: &Permission,
    source: &Source,
    options: &Options,
) -> Result<Vec<File>, ExportError> {
    let mut scope = Scope::new(blueprint, built, source, options);
    // The order is the one in which a reader meets things; variables and imports are what the others asked for.
    let mut network = network::blocks(&mut scope);
    let parts: Vec<(&'static str, Vec<Block>)> = vec![
        ("drg.tf", drg::blocks(&mut scope)),
        ("security.tf", security::blocks(&mut scope)),
        ("vault.tf", vault::blocks(&mut scope)),
        ("registry.tf", registry::blocks(&mut scope)),
        ("function.tf", functions::blocks(&mut scope)),
        ("events.tf", events::blocks(&mut scope)),
        ("iam.tf", access::blocks(&mut scope, permission)),
        ("logging.tf", logging::blocks(&mut scope)),
        ("alarms.tf", alarms::blocks(&mut scope)),
        ("outputs.tf", outputs::blocks(&mut scope)),
    ];
    let mut all = vec![("versions.tf", settings::blocks(&mut scope))];
    let variables = variables::blocks(&scope);
    network.extend(network::labels(&scope));
    all.push(("variables.tf", variables));
    all.push(("network.tf", network));
    all.extend(parts);
    all.push(("imports.tf", imports::blocks(&scope)));
    let written = all.into_iter().filter(|(_, blocks)| !blocks.is_empty()).map(|(file, blocks)| {
        let head = format!("{MARKER}\n# {}\n", about(file));
        let text = hcl::render(&head, &blocks).map_err(|error| ExportError { file, error })?;
        Ok(File { name: file, text })
    });
    written.collect()
}

/// What a reader finds in a file.
fn about(file: &str) -> &'static str {
    match file {
        "versions.tf" => {
            "Change the file it comes from and export again; what is yours goes into files of other names, such as backend.tf."
        }
        "variables.tf" => {
            "What the file does not say, most of it OCIDs of what belongs to somebody else: set them in terraform.tfvars."
        }
        "network.tf" => "VCNs, subnets, route tables and gateways.",
        "drg.tf" => "The dynamic routing gateway: attachments, route tables, import distributions.",
        "security.tf" => "Security lists and network security groups.",
        "vault.tf" => {
            "The secrets. What is in them is in no file and in no state: the Vault makes the passwords."
        }
        "registry.tf" => {
            "The repositories of the images, there before anything is pushed: a push to an unknown name lands in the root compartment."
        }
        "function.tf" => {
            "Applications and functions. A function is made once its image is known: var.images."
        }
        "events.tf" => "What calls functions by itself: new objects in buckets.",
        "iam.tf" => "Who may do what: the least statements, each below the calls that need it.",
        "logging.tf" => "The functions' logs.",
        "alarms.tf" => "Who hears of failures: set var.alarm_email.",
        "outputs.tf" => "What others need to know.",
        "imports.tf" => {
            "What exists already is taken over, not made again. Once applied, this file says nothing more."
        }
        _ => "",
    }
}
