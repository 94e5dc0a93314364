//! What is applied: only what was shown, in an order in which it can work, and nothing that runs is taken away.

use std::process::Command;

use super::runner::Runner;

const DIGEST: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
const MISSING: &str = "Make the repositories that are missing";
const KNOWN: &str = r#"{"images":{"another":"sha256:2"}}"#;
const WANTED: &str = r#"{"images":{"another":"sha256:2","postgres-inserter":"sha256:1"}}"#;
const SHOWN: &str = r#"[{"address":"repository","change":{"actions":["create"],"after":{}}},
    {"address":"function","change":{"actions":["create"],"after":{"image":"x"}}}]"#;

/// As it is after the steps before: a plan was made and held against the one that was shown.
fn planned() -> Runner {
    let runner = Runner::of("provision-function.yml", "api-key");
    runner.put("temp/known.json", KNOWN);
    runner.put("temp/wanted.json", WANTED);
    runner.put("temp/changes.json", SHOWN);
    runner.put("temp/plan.bin", "the plan that was shown");
    runner.put("temp/outputs.json", r#"{"repositories":{"value":{"another":"r"}}}"#);
    runner.put("terraform/images.auto.tfvars.json", WANTED);
    runner.put("stand-in/plan.code", "0");
    runner
}

#[test]
fn another_plan_than_the_one_that_was_shown_is_not_applied() {
    let runner = planned();
    let hold = |shown, fingerprint| {
        runner.step(
            "apply",
            "Hold this plan against the one that was shown",
            &[("SHOWN", shown), ("FINGERPRINT", fingerprint)],
        )
    };
    assert_eq!(hold("abc", "abc").code, Some(0));
    for (shown, fingerprint) in [("abc", "abd"), ("", "abc"), ("abc", "")] {
        let ran = hold(shown, fingerprint);
        assert_eq!(ran.code, Some(1));
        assert!(ran.stdout.contains("::error::The cloud has changed since the plan was shown"));
    }
}

#[test]
fn a_missing_repository_is_made_with_the_images_that_run() {
    let runner = planned();
    let created = |address: &str| {
        format!(r#"{{"resource_changes":[{{"address":"{address}","change":{{"actions":["create"]}}}}]}}"#)
    };
    runner.put("stand-in/first.bin.json", &created("repository"));
    runner.put("stand-in/rest.json", &created("function"));
    let ran = runner.step("apply", MISSING, &[]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("Without a repository yet: postgres-inserter\n"), "{}", ran.stdout);
    assert_eq!(runner.get("stand-in/applied.first.bin"), KNOWN, "what runs stays");
    assert_eq!(runner.get("temp/plan.bin"), WANTED, "the rest is planned with the new image");
    assert_eq!(runner.get("terraform/images.auto.tfvars.json"), WANTED);
    let words: Vec<String> = runner
        .get("stand-in/terraform.log")
        .lines()
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(words, ["plan", "show", "apply", "plan", "show"]);
}

#[test]
fn where_every_repository_is_there_nothing_is_made_first() {
    let runner = planned();
    runner.put("temp/outputs.json", r#"{"repositories":{"value":{"postgres-inserter":"r"}}}"#);
    let ran = runner.step("apply", MISSING, &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "Every function has its repository.\n"));
    assert_eq!(runner.get("stand-in/terraform.log"), "");
    assert_eq!(runner.get("temp/plan.bin"), "the plan that was shown");
}

#[test]
fn what_would_take_something_away_or_was_not_shown_is_refused() {
    let change = |address: &str, actions: &str| {
        format!(r#"{{"resource_changes":[{{"address":"{address}","change":{{"actions":{actions}}}}}]}}"#)
    };
    for actions in [r#"["delete"]"#, r#"["delete","create"]"#, r#"["create","delete"]"#] {
        let runner = planned();
        runner.put("stand-in/first.bin.json", &change("repository", actions));
        let ran = runner.step("apply", MISSING, &[]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.stdout.contains("::error::Something is deleted or replaced"), "{}", ran.stdout);
        assert!(!runner.get("stand-in/terraform.log").contains("apply"));
    }
    for rest in [change("function", r#"["delete","create"]"#), change("other", r#"["create"]"#)] {
        let runner = planned();
        runner.put("stand-in/first.bin.json", &change("repository", r#"["create"]"#));
        runner.put("stand-in/rest.json", &rest);
        let ran = runner.step("apply", MISSING, &[]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.stdout.contains("::error::What is left to do is not what was shown."), "{}", ran.stdout);
    }
}

#[test]
fn an_image_is_pushed_for_each_function_with_a_login_out_of_sight() {
    let runner = planned();
    let push = |user, token| {
        runner.step(
            "apply",
            "Push the image",
            &[("ADIT_REGISTRY_USER", user), ("ADIT_REGISTRY_PASSWORD", token)],
        )
    };
    for (user, token) in [("", ""), ("ns/me", ""), ("", "hunter2")] {
        let ran = push(user, token);
        assert_eq!(ran.code, Some(1));
        assert!(ran.stdout.starts_with("::error::The secrets OCIR_USER and OCIR_TOKEN must both be set"));
    }
    let ran = push("ns/me", "hunter2");
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(
        runner.get("stand-in/adit.log"),
        "push .adit/bin/image.tar --file adit.toml --pin terraform --function postgres-inserter as ns/me with hunter2\n"
    );
    // Adit itself understands these words, and gets as far as to miss the login.
    runner.program(".adit/bin/adit", "#!/usr/bin/env bash\nexec \"$ADIT\" \"$@\"\n");
    let ran = push("ns/me", "hunter2");
    assert!(ran.stderr.starts_with("error[A0801]: no credentials for Oracle Cloud"), "{}", ran.stderr);
}

#[test]
fn a_function_is_called_only_with_a_payload() {
    let runner = planned();
    let call = |payload, function| {
        runner.step("apply", "Call a function", &[("SMOKE", payload), ("FUNCTION", function)])
    };
    let ran = call("", "postgres-inserter");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "No payload was given, so nothing was called.\n"));
    runner.put(
        "temp/outputs.json",
        r#"{"functions":{"value":{"postgres-inserter":{"id":"ocid1.fnfunc.oc1..a"}}}}"#,
    );
    let payload = r#"{"name":"$(touch /tmp/x)'\"; -d @/etc/passwd"}"#;
    assert_eq!(call(payload, "postgres-inserter").code, Some(0));
    assert_eq!(runner.get("stand-in/adit.log"), format!("invoke ocid1.fnfunc.oc1..a -d - < {payload}\n"));
    assert_ne!(call(payload, "another").code, Some(0));
}

/// The whole way with a real Terraform, whose resources are its own, so that it needs no provider.
#[test]
fn a_real_terraform_goes_both_stages_and_then_has_nothing_to_do() {
    if Command::new("terraform").arg("version").output().is_err() {
        eprintln!("SKIPPED: terraform is not installed");
        return;
    }
    let runner = Runner::of("provision-function.yml", "api-key");
    std::fs::remove_file(runner.path("bin/terraform")).unwrap();
    runner.put(
        "terraform/main.tf",
        r#"variable "images" {
  type    = map(string)
  default = {}
}
resource "terraform_data" "repository" {}
resource "terraform_data" "function" {
  count      = contains(keys(var.images), "postgres-inserter") ? 1 : 0
  input      = var.images["postgres-inserter"]
  depends_on = [terraform_data.repository]
}
output "images" { value = var.images }
output "repositories" { value = { "postgres-inserter" = terraform_data.repository.id } }
output "functions" { value = { for one in terraform_data.function : "postgres-inserter" => { id = one.id } } }
"#,
    );
    let init = Command::new("terraform")
        .args(["-chdir=terraform", "init"])
        .current_dir(runner.path("."))
        .output()
        .unwrap();
    assert!(init.status.success());
    let output = |name: &str| {
        let text = runner.get("temp/output");
        let value =
            text.lines().rev().find_map(|line| line.strip_prefix(&format!("{name}=")).map(str::to_owned));
        value.unwrap()
    };
    let go = |job: &str, step: &str, digest: &str| {
        let (shown, fingerprint) = if step.starts_with("Hold") {
            (output("fingerprint"), output("fingerprint"))
        } else {
            Default::default()
        };
        let variables = [
            ("DIGEST", digest),
            ("MAY_BE_EMPTY", "true"),
            ("SHOWN", &shown),
            ("FINGERPRINT", &fingerprint),
            ("ADIT_REGISTRY_USER", "u"),
            ("ADIT_REGISTRY_PASSWORD", "p"),
        ];
        let ran = runner.step(job, step, &variables);
        assert_eq!(ran.code, Some(0), "{step}: {}{}", ran.stdout, ran.stderr);
        ran.stdout
    };
    let applied = |digest: &str| {
        for step in [
            "Name the images",
            "Plan",
            "Hold this plan against the one that was shown",
            MISSING,
            "Push the image",
            "Apply",
        ] {
            go("apply", step, digest);
        }
        runner.get("temp/outputs.json")
    };
    go("plan", "Name the images", DIGEST);
    assert!(go("plan", "Plan", DIGEST).contains("Plan: 2 to add"));
    let shown = output("fingerprint");
    assert!(applied(DIGEST).contains(DIGEST));
    assert_eq!(output("fingerprint"), shown, "the same plan twice has one fingerprint");
    assert!(runner.get("temp/summary").contains(&format!("    postgres-inserter  {DIGEST}\n")));
    go("plan", "Name the images", DIGEST);
    go("plan", "Plan", DIGEST);
    assert_eq!(output("changes"), "no");
    // A new image is one change, and goes in one stage.
    let newer = DIGEST.replace('1', "2");
    go("plan", "Name the images", &newer);
    assert!(go("plan", "Plan", &newer).contains("Plan: 0 to add, 1 to change, 0 to destroy."));
    assert!(applied(&newer).contains(&newer));
}
