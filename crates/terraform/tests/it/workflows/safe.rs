//! What makes a workflow safe to have: rights, pins, secrets, and no foreign text in a shell.

use std::collections::BTreeMap;

use yaml_rust2::Yaml;

use super::{EXAMPLE, LOGINS, TWO, all, jobs, make, settings, steps, yaml};

/// Rights as pairs.
fn rights(value: &Yaml) -> Vec<(&str, &str)> {
    let Some(rights) = value.as_hash() else { return Vec::new() };
    rights.iter().map(|(name, right)| (name.as_str().unwrap(), right.as_str().unwrap())).collect()
}

#[test]
fn rights_are_the_least_for_each_job() {
    for login in LOGINS {
        let cloud: &[(&str, &str)] = match login {
            adit_terraform::workflows::Login::ApiKey => &[("contents", "read")],
            adit_terraform::workflows::Login::Oidc => &[("contents", "read"), ("id-token", "write")],
        };
        let expected: BTreeMap<&str, &[(&str, &str)]> = [
            ("build", &[][..]),
            ("plan", cloud),
            ("comment", &[("pull-requests", "write")]),
            ("apply", cloud),
        ]
        .into();
        for workflow in make(TWO, &settings(login)).unwrap() {
            let workflow = yaml(&workflow.text);
            assert_eq!(rights(&workflow["permissions"]), [("contents", "read")]);
            for (id, job) in jobs(&workflow) {
                assert_eq!(rights(&job["permissions"]), expected[id], "{id}");
            }
        }
    }
}

#[test]
fn every_action_is_a_commit_with_its_version_beside_it() {
    for workflow in all(EXAMPLE) {
        let lines: Vec<&str> =
            workflow.text.lines().filter_map(|line| line.trim().strip_prefix("uses: ")).collect();
        assert!(lines.len() > 8);
        for line in lines {
            let (action, version) = line.split_once(" # v").unwrap_or_else(|| panic!("no version: {line}"));
            let (name, commit) = action.split_once('@').unwrap();
            assert!(["actions", "hashicorp"].contains(&name.split('/').next().unwrap()), "{line}");
            assert!(commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()), "{line}");
            assert!(
                version.split('.').count() == 3 && version.split('.').all(|n| n.parse::<u32>().is_ok()),
                "{line}"
            );
        }
    }
    // One action is one commit, everywhere.
    let mut pins = BTreeMap::new();
    for workflow in all(EXAMPLE) {
        for line in workflow.text.lines().filter_map(|line| line.trim().strip_prefix("uses: ")) {
            let (name, pin) = line.split_once('@').unwrap();
            assert_eq!(*pins.entry(name.to_owned()).or_insert_with(|| pin.to_owned()), pin);
        }
    }
}

#[test]
fn no_foreign_text_reaches_a_shell() {
    for workflow in all(TWO) {
        // Words of a pull request that are used at all, and where: a number, and a name that is only compared.
        let events: Vec<&str> = workflow
            .text
            .split("github.event.")
            .skip(1)
            .map(|rest| rest.split([' ', ')', '}', '&']).next().unwrap())
            .collect();
        for event in events {
            assert!(["pull_request.number", "pull_request.head.repo.full_name"].contains(&event), "{event}");
        }
        for word in [
            "pull_request_target",
            "workflow_run",
            "head_ref",
            "github.event.inputs",
            "toJSON",
            "secrets: inherit",
        ] {
            assert!(!workflow.text.contains(word), "{word}");
        }
        for (id, job) in jobs(&yaml(&workflow.text)) {
            for step in steps(job) {
                let Some(script) = step["run"].as_str() else { continue };
                assert!(!script.contains("${{"), "{id}: an expression is pasted into a script:\n{script}");
                assert!(
                    script.trim_end().lines().count() == 1 || script.starts_with("set -euo pipefail\n"),
                    "{id}:\n{script}"
                );
                for word in ["set -x", "eval ", "printenv", "curl -k", "--insecure"] {
                    assert!(!script.contains(word), "{id}: {word}");
                }
            }
        }
    }
}

#[test]
fn a_secret_is_given_to_the_step_that_needs_it_alone() {
    let mut seen = 0;
    for workflow in all(EXAMPLE) {
        let whole = yaml(&workflow.text);
        let secret = |value: &Yaml| format!("{value:?}").contains("secrets.");
        assert!(!secret(&whole["env"]));
        for (id, job) in jobs(&whole) {
            assert!(!secret(&job["env"]), "{id}");
            let mut of_the_cloud = false;
            for step in steps(job) {
                assert!(!secret(&step["run"]) && !secret(&step["if"]), "{id}");
                if secret(&step["with"]) {
                    assert_eq!(step["name"].as_str(), Some("Fetch Adit's source"));
                }
                if secret(&step["env"]) {
                    assert!(
                        ["Log in to Oracle Cloud", "Push the image"]
                            .contains(&step["name"].as_str().unwrap())
                    );
                    of_the_cloud = true;
                    seen += 1;
                }
            }
            // Whoever has them, has an environment before it, and cleans up behind itself, last of all.
            let environment = job["environment"].as_str();
            match id {
                "plan" => assert_eq!(environment, Some("adit-plan")),
                "apply" => assert_eq!(environment, Some("adit-apply")),
                _ => assert!(environment.is_none() && !of_the_cloud, "{id}"),
            }
            if of_the_cloud {
                let last = steps(job).last().unwrap();
                assert_eq!(last["run"].as_str(), Some("rm -rf ~/.oci"));
                assert_eq!(
                    last["if"].as_str(),
                    Some("${{ always() && steps.login.outputs.wrote == 'yes' }}")
                );
            }
        }
    }
    assert_eq!(seen, 2 * 2 * 3);
}

#[test]
fn nothing_is_left_behind_by_a_checkout_and_nothing_runs_for_ever() {
    for workflow in all(EXAMPLE) {
        let workflow = yaml(&workflow.text);
        assert_eq!(workflow["defaults"]["run"]["shell"].as_str(), Some("bash"));
        for (id, job) in jobs(&workflow) {
            assert!((1..=60).contains(&job["timeout-minutes"].as_i64().unwrap()), "{id}");
            assert_eq!(job["runs-on"].as_str(), Some("ubuntu-24.04"), "{id}");
            for step in steps(job) {
                if step["uses"].as_str().is_some_and(|uses| uses.starts_with("actions/checkout@")) {
                    assert_eq!(step["with"]["persist-credentials"].as_bool(), Some(false), "{id}");
                }
            }
        }
    }
}

#[test]
fn one_run_at_a_time_applies_and_none_is_cancelled() {
    for workflow in all(EXAMPLE) {
        let workflow = yaml(&workflow.text);
        let group = workflow["concurrency"]["group"].as_str().unwrap();
        assert!(group == "adit-apply" || group.ends_with("|| 'adit-apply' }}"), "{group}");
        assert_eq!(workflow["concurrency"]["cancel-in-progress"].as_bool(), Some(false));
        let apply = &workflow["jobs"]["apply"];
        let condition = apply["if"].as_str().unwrap();
        assert!(condition.contains("github.ref == 'refs/heads/main'"), "{condition}");
        assert!(condition.contains("needs.plan.outputs.changes == 'yes'"), "{condition}");
    }
}

#[test]
fn a_pull_request_neither_pushes_nor_applies() {
    for login in LOGINS {
        let [_, update] = make(EXAMPLE, &settings(login)).unwrap();
        let update = yaml(&update.text);
        assert!(update["on"]["pull_request"].as_hash().is_some());
        for (id, job) in jobs(&update) {
            let condition = job["if"].as_str().unwrap_or_default();
            let writes = steps(job).iter().any(|step| {
                let script = step["run"].as_str().unwrap_or_default();
                script.contains("adit push") || script.contains(" apply ")
            });
            assert_eq!(writes, id == "apply");
            assert_eq!(writes, condition.contains("github.event_name != 'pull_request' && "), "{id}");
        }
        // Its plan takes no lock, so that a login which may only read will do.
        assert_eq!(update["jobs"]["plan"]["env"]["PLAN_LOCK"].as_str(), Some("false"));
        assert_eq!(update["jobs"]["apply"]["env"]["PLAN_LOCK"].as_str(), Some("true"));
    }
}
