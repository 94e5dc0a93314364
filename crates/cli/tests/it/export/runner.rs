//! A runner for the scripts of a workflow: what GitHub puts around a step, with stand-ins for Terraform and for what goes over the network.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use yaml_rust2::{Yaml, YamlLoader};

use super::example;
use crate::support::{Place, Ran};

/// Says what it was asked; answers from files, a plan being the images that it was made with.
const TERRAFORM: &str = r#"#!/usr/bin/env bash
set -euo pipefail
printf '%s\n' "${*:2}" >>"$STAND_IN/terraform.log"
case $2 in
  output) cat "$STAND_IN/outputs.json" ;;
  plan)
    for word; do
      case $word in -out=*) cp terraform/images.auto.tfvars.json "${word#-out=}" ;; esac
    done
    echo "a plan"
    exit "$(cat "$STAND_IN/plan.code")"
    ;;
  show) cat "$STAND_IN/$(basename "${*: -1}").json" ;;
  apply)
    cp "${*: -1}" "$STAND_IN/applied.$(basename "${*: -1}")"
    if [ -f "$STAND_IN/rest.json" ]; then cp "$STAND_IN/rest.json" "$STAND_IN/plan.bin.json"; fi
    ;;
esac
"#;

/// Adit itself, but for what goes to the cloud.
const ADIT: &str = r#"#!/usr/bin/env bash
set -euo pipefail
case $1 in
  push) printf '%s as %s with %s\n' "$*" "$ADIT_REGISTRY_USER" "$ADIT_REGISTRY_PASSWORD" >>"$STAND_IN/adit.log" ;;
  invoke) printf '%s < %s\n' "$*" "$(cat)" >>"$STAND_IN/adit.log" ;;
  *) exec "$ADIT" "$@" ;;
esac
"#;

pub(crate) struct Runner {
    place: Place,
    workflow: Yaml,
}

impl Runner {
    /// A workflow of the example.
    pub(crate) fn of(name: &str, login: &str) -> Self {
        let place = example();
        assert_eq!(place.run_here(&["export", "github", "--auth", login]).code, Some(0));
        let text = fs::read_to_string(place.directory.path().join(".github/workflows").join(name)).unwrap();
        let runner = Self { place, workflow: YamlLoader::load_from_str(&text).unwrap().remove(0) };
        for folder in ["home", "temp", "bin", "stand-in", "terraform", ".adit/bin"] {
            fs::create_dir_all(runner.path(folder)).unwrap();
        }
        runner.program("bin/terraform", TERRAFORM);
        runner.program(".adit/bin/adit", ADIT);
        runner
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.directory.path().join(name)
    }

    pub(crate) fn program(&self, name: &str, text: &str) {
        self.put(name, text);
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// A file that a script wrote; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// A file that is there no more afterwards.
    pub(crate) fn take(&self, name: &str) -> String {
        let text = self.get(name);
        let _ = fs::remove_file(self.path(name));
        text
    }

    /// Runs a step as `shell: bash` does. Its expressions are what the caller says.
    pub(crate) fn step(&self, job: &str, name: &str, variables: &[(&str, &str)]) -> Ran {
        let job = &self.workflow["jobs"][job];
        let step = job["steps"].as_vec().unwrap().iter().find(|step| step["name"].as_str() == Some(name));
        let step = step.unwrap_or_else(|| panic!("no step `{name}`"));
        let script = self.path("temp/script.sh");
        fs::write(&script, step["run"].as_str().unwrap()).unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&script).current_dir(self.path("."));
        command
            .env_clear()
            .env("PATH", format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap()));
        for (name, value) in [
            ("ADIT", Path::new(env!("CARGO_BIN_EXE_adit")).to_owned()),
            ("HOME", self.path("home")),
            ("STAND_IN", self.path("stand-in")),
            ("RUNNER_TEMP", self.path("temp")),
            ("GITHUB_OUTPUT", self.path("temp/output")),
            ("GITHUB_STEP_SUMMARY", self.path("temp/summary")),
        ] {
            command.env(name, value);
        }
        command.env("GITHUB_REPOSITORY", "me/mine");
        for whole in [&self.workflow["env"], &job["env"], &step["env"]] {
            for (name, value) in whole.as_hash().into_iter().flatten() {
                let name = name.as_str().unwrap();
                // The one expression that stands before every step.
                let usual = (name == "MAY_BE_EMPTY").then_some("false");
                let given =
                    variables.iter().find(|(given, _)| *given == name).map(|(_, value)| *value).or(usual);
                let value = given.or(value.as_str().filter(|value| !value.contains("${{")));
                command
                    .env(name, value.unwrap_or_else(|| panic!("`{name}` is an expression: say what it is")));
            }
        }
        // What the runner itself sets.
        command.envs(variables.iter().filter(|(name, _)| name.starts_with("ACTIONS_")).copied());
        command.output().unwrap().into()
    }
}
