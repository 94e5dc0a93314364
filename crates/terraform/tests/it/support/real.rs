//! Terraform itself, where it is on the path. Nothing is fetched: a module without a provider needs none, and one with the provider is
//! looked at only where `ADIT_TERRAFORM_PLUGINS` names a directory that has it (a mirror, as `terraform providers mirror` makes it).

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::root::Files;

/// The plan of a module that needs no provider, as Terraform shows it.
pub(crate) fn show(files: &Files) -> Option<Value> {
    let directory = laid(files);
    let directory = directory.path();
    if run(directory, &["version"]).is_none() {
        return said("there is no terraform on the path: expressions are not held against it");
    }
    must(directory, &["init", "-backend=false", "-input=false", "-get=false", "-no-color"]);
    must(directory, &["plan", "-input=false", "-no-color", "-out=plan"]);
    Some(serde_json::from_slice(&must(directory, &["show", "-json", "plan"]).stdout).unwrap())
}

/// What `terraform validate` says of a module, and whether it is valid; `None` where the provider cannot be had.
pub(crate) fn validate(files: &Files) -> Option<Value> {
    let Some(plugins) = std::env::var_os("ADIT_TERRAFORM_PLUGINS") else {
        return said(
            "terraform validate: ADIT_TERRAFORM_PLUGINS names no directory with the provider oracle/oci",
        );
    };
    let directory = laid(files);
    let directory = directory.path();
    let mirror = format!("-plugin-dir={}", Path::new(&plugins).display());
    must(directory, &["init", "-backend=false", "-input=false", "-no-color", &mirror]);
    let output = run(directory, &["validate", "-json"]).unwrap();
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn laid(files: &Files) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

fn run(directory: &Path, arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new("terraform");
    command.args(arguments).current_dir(directory).env("CHECKPOINT_DISABLE", "1").env_remove("TF_CLI_ARGS");
    command.output().ok()
}

fn must(directory: &Path, arguments: &[&str]) -> Output {
    let output = run(directory, arguments).unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Terraform is in no package registry: that it is not here is said, and never a failure.
fn said<T>(why: &str) -> Option<T> {
    use std::io::Write as _;
    writeln!(std::io::stderr().lock(), "SKIPPED: {why}").unwrap();
    None
}
