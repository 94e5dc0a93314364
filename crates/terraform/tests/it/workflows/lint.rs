//! Tools of others about the workflows: bash, actionlint with shellcheck in it, zizmor.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{EXAMPLE, LOGINS, TWO, all, jobs, make, settings, steps, yaml};

/// A tool that `scripts/install-deps --test` installs, or a loud word.
fn tool(name: &str) -> Option<PathBuf> {
    let installed = std::env::var_os("ADIT_LINT_BIN").map(|bin| Path::new(&bin).join(name));
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|directory| directory.join(name)).find(|tool| tool.is_file())
    };
    let found = installed.filter(|tool| tool.is_file()).or_else(on_path);
    if found.is_none() {
        let required = std::env::var_os("ADIT_REQUIRE_TOOLS").is_some()
            || std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!required, "{name} is not installed: scripts/install-deps --test");
        eprintln!("SKIPPED: {name} is not installed (scripts/install-deps --test)");
    }
    found
}

/// Every variant in a repository of its own, and what a tool says of it; its exit code must be 0.
fn run_on_all(tool: &Path, arguments: &[&str]) {
    for text in [EXAMPLE, TWO] {
        for login in LOGINS {
            let place = tempfile::tempdir().unwrap();
            let folder = place.path().join(".github/workflows");
            std::fs::create_dir_all(&folder).unwrap();
            // What a repository's root is known by.
            std::fs::create_dir(place.path().join(".git")).unwrap();
            for workflow in make(text, &settings(login)).unwrap() {
                std::fs::write(folder.join(workflow.name), workflow.text).unwrap();
            }
            let ran = Command::new(tool).args(arguments).current_dir(place.path()).output().unwrap();
            let said = String::from_utf8_lossy(&ran.stdout) + String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success(), "{} says:\n{said}", tool.display());
        }
    }
}

#[test]
fn bash_reads_every_script() {
    for workflow in all(TWO) {
        for (id, job) in jobs(&yaml(&workflow.text)) {
            for script in steps(job).iter().filter_map(|step| step["run"].as_str()) {
                let mut bash = Command::new("bash")
                    .arg("-n")
                    .stdin(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap();
                bash.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
                let ran = bash.wait_with_output().unwrap();
                assert!(
                    ran.status.success() && ran.stderr.is_empty(),
                    "{id}:\n{script}\n{}",
                    String::from_utf8_lossy(&ran.stderr)
                );
            }
        }
    }
}

#[test]
fn actionlint_and_shellcheck_find_nothing() {
    let (Some(actionlint), Some(shellcheck)) = (tool("actionlint"), tool("shellcheck")) else { return };
    run_on_all(&actionlint, &["-no-color", "-shellcheck", shellcheck.to_str().unwrap()]);
}

#[test]
fn zizmor_finds_nothing() {
    let Some(zizmor) = tool("zizmor") else { return };
    run_on_all(&zizmor, &["--offline", "--no-progress", "--persona", "pedantic", ".github/workflows"]);
}
