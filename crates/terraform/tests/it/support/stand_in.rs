//! Terraform itself, which plans and applies with a stand-in for the provider (`fixtures/provider`): the schema is the real one's, the cloud
//! is made up. The stand-in is started once for all tests of a run, and ends with them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

use super::root::Files;

/// The stand-in at work, and how Terraform finds it.
struct Served {
    reattach: String,
    /// Its standard input is held open: when the tests end, so does it.
    _child: Child,
}

static SERVED: LazyLock<Option<Served>> = LazyLock::new(|| {
    if Command::new("terraform").arg("version").output().is_err() {
        return said("there is no terraform on the path: no export is planned and applied by it");
    }
    let python = std::env::var_os("ADIT_PROVIDER_PYTHON").map_or_else(
        || {
            let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
            target.join("provider-venv/bin/python")
        },
        PathBuf::from,
    );
    if !python.is_file() {
        let why = "no Python with what the provider's stand-in needs (scripts/install-deps --test)";
        assert!(std::env::var_os("ADIT_REQUIRE_TOOLS").is_none(), "{why}");
        return said(why);
    }
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut child = Command::new(python)
        .arg("-B")
        .args([fixtures.join("provider/provider.py"), fixtures.join("arguments.json")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut reattach = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut reattach).unwrap();
    assert!(!reattach.is_empty(), "the stand-in ended: {:?}", child.wait());
    Some(Served { reattach, _child: child })
});

/// A directory with a root module, and its state.
pub(crate) struct Laid {
    directory: TempDir,
    served: &'static Served,
}

impl Laid {
    /// Initialized. `None`, with a loud word, where Terraform or the stand-in's Python is not installed.
    pub(crate) fn new(files: &Files, variables: &BTreeMap<String, Value>) -> Option<Self> {
        let laid = Self { directory: tempfile::tempdir().unwrap(), served: SERVED.as_ref()? };
        std::fs::write(laid.directory.path().join("empty.rc"), "").unwrap();
        laid.write(files);
        laid.give(variables);
        laid.must(&["init", "-input=false"]);
        Some(laid)
    }

    /// The module's files, instead of those that are there.
    pub(crate) fn write(&self, files: &Files) {
        for name in super::root::files(self.directory.path()).keys() {
            std::fs::remove_file(self.directory.path().join(name)).unwrap();
        }
        for (name, text) in files {
            std::fs::write(self.directory.path().join(name), text).unwrap();
        }
    }

    /// The variables' values, instead of those that are there.
    pub(crate) fn give(&self, variables: &BTreeMap<String, Value>) {
        let text = serde_json::to_vec(variables).unwrap();
        std::fs::write(self.directory.path().join("terraform.tfvars.json"), text).unwrap();
    }

    /// What Terraform is to accept; what it prints.
    pub(crate) fn must(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (out, err) = texts(&output);
        assert!(output.status.success(), "terraform {arguments:?}: {err}{out}");
        out
    }

    /// The plan, kept for [`Self::apply`], as Terraform shows it.
    pub(crate) fn plan(&self) -> Value {
        self.must(&["plan", "-input=false", "-no-color", "-out=plan"]);
        serde_json::from_str(&self.must(&["show", "-json", "plan"])).unwrap()
    }

    /// Why there is no plan, in one line.
    pub(crate) fn refused(&self) -> String {
        let output = self.run(&["plan", "-input=false", "-no-color"]);
        let (out, err) = texts(&output);
        assert!(!output.status.success(), "Terraform plans it: {out}");
        err.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn apply(&self) {
        self.must(&["apply", "-input=false", "-no-color", "plan"]);
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new("terraform");
        command.args(arguments).current_dir(self.directory.path());
        for name in ["TF_CLI_ARGS", "TF_CLI_ARGS_plan", "TF_CLI_ARGS_apply", "TF_WORKSPACE", "TF_DATA_DIR"] {
            command.env_remove(name);
        }
        command
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_CLI_CONFIG_FILE", self.directory.path().join("empty.rc"))
            .env("TF_REATTACH_PROVIDERS", &self.served.reattach)
            .output()
            .unwrap()
    }
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// Terraform is in no package registry: that it is not here is said, and never a failure.
fn said<T>(why: &str) -> Option<T> {
    writeln!(std::io::stderr().lock(), "SKIPPED: {why}").unwrap();
    None
}
