//! Before anything is applied: the state, the images, the plan, what Adit says of it, and the comment.

use super::runner::Runner;
use crate::support::{Ran, example};

const DIGEST: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

/// What stands in a failed step's annotation.
fn error(ran: &Ran) -> &str {
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    ran.stdout.lines().find_map(|line| line.strip_prefix("::error::")).unwrap()
}

#[test]
fn a_state_that_nobody_shares_is_no_state() {
    let runner = Runner::of("update-application.yml", "api-key");
    let find = || runner.step("plan", "Find the shared state", &[]);
    assert!(error(&find()).starts_with("Nothing in terraform says where Terraform's state lives."));
    runner.put("terraform/main.tf", "# backend \"oci\" would be good\n");
    assert!(error(&find()).starts_with("Nothing in terraform says"));
    runner.put("terraform/backend.tf", "terraform {\n  backend \"local\" {}\n}\n");
    assert!(error(&find()).starts_with("The backend in terraform is a file of this machine"));
    assert_eq!(runner.get("stand-in/terraform.log"), "");
    for shared in ["terraform {\n  backend \"oci\" {}\n}\n", "terraform {\n  cloud {\n  }\n}\n"] {
        runner.put("terraform/backend.tf", shared);
        let ran = find();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stdout.starts_with("::warning::terraform/.terraform.lock.hcl is not committed"));
        assert_eq!(runner.take("stand-in/terraform.log"), "init -input=false -no-color\n");
    }
    runner.put("terraform/.terraform.lock.hcl", "");
    assert_eq!(find().stdout, "");
    assert_eq!(runner.take("stand-in/terraform.log"), "init -input=false -no-color -lockfile=readonly\n");
}

#[test]
fn what_runs_keeps_its_image_and_the_functions_of_the_file_get_the_new_one() {
    let runner = Runner::of("update-application.yml", "api-key");
    let name = |empty| runner.step("plan", "Name the images", &[("DIGEST", DIGEST), ("MAY_BE_EMPTY", empty)]);
    let images = || runner.get("terraform/images.auto.tfvars.json").split_whitespace().collect::<String>();
    // A state that cannot be read looks like an empty one.
    runner.put("stand-in/outputs.json", "{}");
    assert!(error(&name("false")).starts_with("The state is empty, or this login may not read it."));
    assert_eq!(images(), "");
    assert_eq!(name("true").code, Some(0));
    assert_eq!(images(), format!("{{\"images\":{{\"postgres-inserter\":\"{DIGEST}\"}}}}"));
    let known = r#"{"images":{"value":{"postgres-inserter":"sha256:0","another":"sha256:2"}},"repositories":{"value":{}}}"#;
    runner.put("stand-in/outputs.json", known);
    assert_eq!(name("false").code, Some(0));
    assert_eq!(
        images(),
        format!("{{\"images\":{{\"postgres-inserter\":\"{DIGEST}\",\"another\":\"sha256:2\"}}}}")
    );
    assert_eq!(
        runner.get("temp/known.json").split_whitespace().collect::<String>().matches("sha256:0").count(),
        1
    );
    runner.put("stand-in/outputs.json", "no JSON");
    assert_ne!(name("false").code, Some(0));
}

#[test]
fn a_plan_is_known_by_what_it_changes() {
    let runner = Runner::of("update-application.yml", "api-key");
    runner.put("terraform/images.auto.tfvars.json", "{}");
    let changes = |replaced: &str| {
        format!(
            r#"{{"resource_changes":[{{"address":"a.b","change":{{"actions":["no-op"],"after":1}}}},
            {{"address":"c.d","change":{{"actions":["update"],"after":{{"y":1,"x":"{replaced}"}}}}}}]}}"#
        )
    };
    let plan = |code: &str, json: &str| {
        runner.put("stand-in/plan.code", code);
        runner.put("stand-in/plan.bin.json", json);
        let ran = runner.step("plan", "Plan", &[]);
        assert_eq!(ran.stdout, "a plan\n");
        (ran.code, runner.take("temp/output"))
    };
    let (code, first) = plan("2", &changes("1"));
    assert_eq!(code, Some(0));
    assert!(first.starts_with("changes=yes\nfingerprint=") && first.len() == 12 + 12 + 64 + 1, "{first}");
    assert_eq!(plan("2", &changes("1").replace(r#""y":1,"x":"1""#, r#""x":"1", "y":1"#)).1, first);
    assert_eq!(plan("2", &changes("1").replace("\"after\":1", "\"after\":2")).1, first, "a no-op is none");
    assert_ne!(plan("2", &changes("2")).1, first);
    assert!(plan("0", &changes("1")).1.starts_with("changes=no\n"));
    assert_eq!(plan("1", "{}"), (Some(1), String::new()));
    assert!(runner.get("stand-in/terraform.log").starts_with("plan -input=false -no-color -lock=false "));
}

#[test]
fn adits_verdict_is_a_comment_that_cannot_break_out_of_its_frame() {
    let runner = Runner::of("update-application.yml", "api-key");
    let plan = std::fs::read_to_string(example("plans/spoke.json")).unwrap();
    runner.put("temp/plan.json", &plan);
    let address = "x\\n\\n# <script>@everyone</script> ```";
    runner.put(
        "temp/changes.json",
        &format!(r#"[{{"address":"a.b","change":{{"actions":["delete","create"]}}}},{{"address":"{address}","change":{{"actions":["create"]}}}}]"#),
    );
    let ran = runner.step("plan", "Ask Adit about the plan", &[]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let comment = runner.get("temp/comment.md");
    insta::assert_snapshot!("export-comment", comment);
    // A rule less, and it says so; the step's output stops the job.
    let fine = runner.take("temp/output");
    assert_eq!(fine, "code=0\n");
    assert!(comment.starts_with("<!-- adit-plan -->\n### Adit finds nothing against this plan\n"));
    let file = runner
        .get("adit.toml")
        .lines()
        .filter(|line| !line.contains("component 4"))
        .collect::<Vec<_>>()
        .join("\n");
    runner.put("adit.toml", &file);
    let ran = runner.step("plan", "Ask Adit about the plan", &[]);
    assert_eq!((ran.code, runner.take("temp/output").as_str()), (Some(0), "code=1\n"));
    let comment = runner.get("temp/comment.md");
    assert!(comment.contains("### Adit stops this plan\n\n    adit.toml:"), "{comment}");
    assert!(
        comment.contains("error[A0224]") && ran.stdout.contains("::error file=adit.toml"),
        "{}",
        ran.stdout
    );
    assert!(runner.get("temp/summary").contains("### Adit stops this plan"));
}

#[test]
fn the_comment_of_the_last_run_is_written_over() {
    let runner = Runner::of("update-application.yml", "api-key");
    runner.program(
        "bin/gh",
        "#!/usr/bin/env bash\nprintf '%s\\n' \"$*\" >>\"$STAND_IN/gh.log\"\ncase $* in *--paginate*) cat \"$STAND_IN/ids\" ;; esac\n",
    );
    runner.put("comment.md", "words");
    let comment = || {
        let variables = [("GH_TOKEN", "hunter2"), ("PULL_REQUEST", "7")];
        let ran = runner.step("comment", "Write the comment, over the one of the last run", &variables);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
        runner.take("stand-in/gh.log").lines().last().unwrap().to_owned()
    };
    runner.put("stand-in/ids", "");
    assert_eq!(
        comment(),
        "api --silent --method POST --field body=@comment.md repos/me/mine/issues/7/comments"
    );
    runner.put("stand-in/ids", "123\n456\n");
    assert_eq!(
        comment(),
        "api --silent --method PATCH --field body=@comment.md repos/me/mine/issues/comments/123"
    );
}
