//! The installed Terraform or OpenTofu, with resources that need no provider: what it says is understood.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use adit_terraform::plan::Summary;
use adit_terraform::run::{Backend, Interrupt, OVERRIDE, RunError, Step, Terraform, Unguarded};
use tempfile::TempDir;
use tokio::sync::Notify;

/// A root module in a directory of its own.
struct Root {
    directory: TempDir,
    terraform: Terraform,
    interrupt: Interrupt,
}

impl Root {
    /// `None`, with a loud word: neither program is installed.
    async fn new(configuration: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("main.tf"), configuration).unwrap();
        let interrupt = Interrupt::default();
        let terraform = match Terraform::find(None, directory.path(), &interrupt).await {
            Err(RunError::NoBinary { .. }) => {
                eprintln!("SKIPPED: neither terraform nor tofu is installed");
                return None;
            }
            found => found.unwrap(),
        };
        let root = Self { directory, terraform, interrupt };
        assert_eq!(root.terraform.init().await.unwrap(), Backend::Local);
        Some(root)
    }

    fn saved(&self) -> PathBuf {
        self.directory.path().join("plan.bin")
    }

    async fn plan(&self, variables: &[(&str, &str)]) -> Result<Summary, RunError> {
        let variables: Vec<(&str, String)> =
            variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.terraform.plan(&self.saved(), &variables).await?;
        Ok(self.summary().await)
    }

    async fn summary(&self) -> Summary {
        Summary::parse("plan.json", &self.terraform.show(&self.saved()).await.unwrap()).unwrap()
    }

    async fn apply(&self) -> Result<Vec<Step>, RunError> {
        let mut steps = Vec::new();
        self.terraform.apply(&self.saved(), |step| steps.push(step.clone())).await?;
        Ok(steps)
    }
}

const SLOW: &str = r#"
resource "terraform_data" "first" { input = 1 }
resource "terraform_data" "slow" {
  input = terraform_data.first.output
  provisioner "local-exec" { command = "until [ -e go ]; do sleep 0.05; done; exit 7" }
}
resource "terraform_data" "last" { input = terraform_data.slow.output }
"#;

/// Does something when the slow one has begun; the first is done then.
fn is_slow(step: &Step, then: impl Fn()) {
    if matches!(step, Step::Started(did) if did.address == "terraform_data.slow") {
        then();
    }
}

#[tokio::test]
async fn a_plan_is_kept_looked_at_and_applied_as_it_is() {
    let configuration = r#"
variable "images" {
  type    = map(string)
  default = {}
}
resource "terraform_data" "application" { triggers_replace = "a" }
resource "terraform_data" "function" {
  for_each = var.images
  input    = each.value
}
output "images" { value = var.images }
output "repositories" { value = { f = "localhost:5000/f" } }
output "functions" { value = { for name, it in terraform_data.function : name => { id = it.id, invoke_endpoint = "http://localhost" } } }
output "password" {
  value     = "hunter2"
  sensitive = true
}
"#;
    let Some(root) = Root::new(configuration).await else { return };
    assert_eq!(root.terraform.outputs().await.unwrap(), adit_terraform::run::Outputs::default());
    let summary = root.plan(&[]).await.unwrap();
    assert_eq!((summary.changes.len(), summary.applies, summary.errored), (1, true, false));
    let steps = root.apply().await.unwrap();
    assert!(
        matches!(&steps[..], [Step::Started(_), Step::Done(did)] if did.address == "terraform_data.application" && did.id.is_some())
    );

    let summary = root.plan(&[("images", r#"{"f":"sha256:ab"}"#)]).await.unwrap();
    assert_eq!(summary.changes[0].to_string(), r#"terraform_data.function["f"] is created"#);
    root.apply().await.unwrap();
    let outputs = root.terraform.outputs().await.unwrap();
    assert_eq!(
        (outputs.images["f"].as_str(), outputs.repositories["f"].as_str()),
        ("sha256:ab", "localhost:5000/f")
    );
    assert!(!outputs.functions["f"].id.is_empty());
    assert!(!format!("{outputs:?}").contains("hunter2"));
    let again = root.plan(&[("images", r#"{"f":"sha256:ab"}"#)]).await.unwrap();
    assert!(!again.applies && again.changes.is_empty());
}

#[tokio::test]
async fn a_guard_is_told_and_lifted_for_one_plan() {
    let configuration = r#"
variable "shape" { default = "x86" }
resource "terraform_data" "application" {
  triggers_replace = var.shape
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [input]
  }
}
"#;
    let Some(root) = Root::new(configuration).await else { return };
    root.plan(&[]).await.unwrap();
    root.apply().await.unwrap();
    let error = root.plan(&[("shape", "arm")]).await.unwrap_err();
    assert!(
        matches!(&error, RunError::Guarded { addresses } if addresses == &["terraform_data.application"]),
        "{error:?}"
    );
    // What it would do can be seen all the same.
    let summary = root.summary().await;
    assert!(summary.errored);
    assert_eq!(
        summary.changes[0].to_string(),
        "terraform_data.application is replaced because triggers_replace changed"
    );
    assert!(root.apply().await.is_err(), "and cannot be applied");
    let lifted =
        Unguarded::lift(root.directory.path(), &["terraform_data.application".to_owned()]).unwrap().unwrap();
    let planned = root.plan(&[("shape", "arm")]).await.unwrap();
    drop(lifted);
    assert!(planned.applies && !root.directory.path().join(OVERRIDE).exists());
    // The plan has its own configuration with it.
    root.apply().await.unwrap();
    assert!(!root.plan(&[("shape", "arm")]).await.unwrap().applies);
}

#[tokio::test]
async fn who_holds_the_lock_is_told() {
    let Some(root) = Root::new(SLOW).await else { return };
    root.plan(&[]).await.unwrap();
    let saved = root.saved();
    let other = root.directory.path().join("other.bin");
    let slow = Notify::new();
    let apply = root.terraform.apply(&saved, |step| is_slow(step, || slow.notify_one()));
    let (applied, planned) = tokio::join!(apply, async {
        slow.notified().await;
        let planned = root.terraform.plan(&other, &[]).await;
        fs::write(root.directory.path().join("go"), "").unwrap();
        planned
    });
    let error = planned.unwrap_err();
    assert_eq!(error.code(), "A0855", "{error:?}");
    let told = error.to_string();
    assert!(told.starts_with("the state is locked by ") && told.contains(", for apply, since 20"), "{told}");
    let help = error.help().unwrap();
    let RunError::Locked { lock, .. } = &error else { panic!("{error:?}") };
    assert!(help.contains(&format!("force-unlock {}", lock.id.as_ref().unwrap())), "{help}");
    // And that one ended half-way: what it made is told.
    let error = applied.unwrap_err();
    assert_eq!(error.code(), "A0860", "{error:?}");
    assert_eq!(
        error.done().iter().map(|did| did.address.as_str()).collect::<Vec<_>>(),
        ["terraform_data.first"]
    );
    assert_eq!(error.applied().unwrap().failed[0].address, "terraform_data.slow");
    let details = error.details();
    assert!(details[0].starts_with("main.tf:5: local-exec provisioner error"), "{details:?}");
    // It goes on from there: what failed is made anew.
    let summary = root.plan(&[]).await.unwrap();
    let lines: Vec<String> = summary.changes.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "terraform_data.slow is replaced: its last creation did not come to its end",
            "terraform_data.last is created"
        ]
    );
}

#[tokio::test]
async fn an_interrupt_is_passed_on_and_waited_for() {
    let Some(root) = Root::new(SLOW).await else { return };
    root.plan(&[]).await.unwrap();
    let told = |step: &Step| is_slow(step, || root.interrupt.now());
    let error = root.terraform.apply(&root.saved(), told).await.unwrap_err();
    assert_eq!(error.code(), "A0861", "{error:?}");
    assert_eq!(error.done()[0].address, "terraform_data.first");
    assert!(error.details()[0].starts_with("done before: create terraform_data.first ("), "{error:?}");
    // Nobody holds the lock, and the state knows what there is.
    let again = Terraform::find(None, root.directory.path(), &Interrupt::default()).await.unwrap();
    again.plan(&root.saved(), &[]).await.unwrap();
    let summary = Summary::parse("plan.json", &again.show(&root.saved()).await.unwrap()).unwrap();
    assert_eq!(summary.changes.len(), 2);
    // After an interrupt nothing is begun.
    let error = root.plan(&[]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("stopped during {} plan, which changes nothing", again.product().command())
    );
}

#[tokio::test]
async fn a_plan_that_was_overtaken_is_not_applied() {
    let Some(root) = Root::new(r#"resource "terraform_data" "a" {}"#).await else { return };
    root.plan(&[]).await.unwrap();
    let old = root.directory.path().join("old.bin");
    fs::copy(root.saved(), &old).unwrap();
    root.apply().await.unwrap();
    let error = root.terraform.apply(&old, |_| ()).await.unwrap_err();
    assert_eq!((error.code(), error.done().len()), ("A0859", 0), "{error:?}");
}

#[tokio::test]
async fn what_init_and_plan_refuse_is_told_apart() {
    let Some(root) = Root::new("").await else { return };
    let main = root.directory.path().join("main.tf");
    fs::write(&main, "terraform {\n  required_version = \">= 99.0\"\n}\n").unwrap();
    let error = root.terraform.init().await.unwrap_err();
    assert_eq!(error.code(), "A0853", "{error:?}");
    assert!(error.details()[0].starts_with("main.tf:2: Unsupported "), "{:?}", error.details());
    let backend =
        |path: &str| format!("terraform {{\n  backend \"local\" {{\n    path = \"{path}\"\n  }}\n}}\n");
    fs::write(&main, backend("a.tfstate")).unwrap();
    assert_eq!(root.terraform.init().await.unwrap(), Backend::Local);
    fs::write(&main, backend("b.tfstate")).unwrap();
    let error = root.terraform.init().await.unwrap_err();
    assert_eq!(error.code(), "A0854", "{error:?}");
    assert!(error.help().unwrap().contains("init -migrate-state"));
    fs::write(&main, "resource \"terraform_data\" \"a\" {\n  input = var.nope\n}\n").unwrap();
    fs::remove_dir_all(root.directory.path().join(".terraform")).unwrap();
    root.terraform.init().await.unwrap();
    let error = root.plan(&[]).await.unwrap_err();
    assert_eq!(error.code(), "A0856", "{error:?}");
    assert_eq!(error.details()[0], "main.tf:2: Reference to undeclared input variable");
}

#[tokio::test]
async fn what_is_no_terraform_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let program = |name: &str, text: &str| {
        let path = place.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let find = async |path: &Path| {
        Terraform::find(Some(path), place.path(), &Interrupt::default()).await.unwrap_err()
    };
    let error = find(&place.path().join("none")).await;
    assert_eq!(error.code(), "A0850", "{error}");
    assert!(error.help().unwrap().contains("ADIT_TERRAFORM"));
    let error = find(Path::new("no-such-program-anywhere")).await;
    assert_eq!((error.code(), error.to_string().as_str()), ("A0850", "there is no no-such-program-anywhere"));
    let broken = program("broken", "#!/nowhere/sh\n");
    assert_eq!(find(&broken).await.code(), "A0850");
    let other = program("other", "#!/bin/sh\necho hello\n");
    let error = find(&other).await;
    assert!(error.code() == "A0851" && error.to_string().contains("no Terraform and no OpenTofu"), "{error}");
    let old = program(
        "old",
        "#!/bin/sh\n[ \"$2\" = -json ] && echo '{\"terraform_version\":\"1.4.9\"}' || echo OpenTofu v1.4.9\n",
    );
    let error = find(&old).await;
    assert_eq!(error.code(), "A0851");
    assert!(error.to_string().ends_with("old is OpenTofu 1.4.9; 1.5.0 or later is needed"), "{error}");
}
