//! The last word: what was applied, which images, which functions, what they answered, how long it took. For a person and for a program.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use adit_image::registry::{Pushed, Way};
use adit_terraform::plan::{Action, Change, Summary};
use adit_terraform::run::{Applied, Backend, Counts, FunctionOutput, Terraform};
use serde_json::{Value, json};

use crate::console;
use crate::deploy::smoke::Smoked;
use crate::failure::Failure;
use crate::numbers;

/// How much of an answer is shown to a person.
const SHOWN: usize = 160;

/// What is known of a deployment so far.
pub(super) struct Receipt {
    pub(super) began: Instant,
    pub(super) file: PathBuf,
    pub(super) dir: PathBuf,
    pub(super) program: Option<(&'static str, String)>,
    pub(super) backend: Option<Backend>,
    /// What the plans do that were made, in their order.
    pub(super) plan: Vec<Change>,
    pub(super) counts: Counts,
    pub(super) outcome: Outcome,
    pub(super) images: BTreeMap<String, DeployedImage>,
    pub(super) functions: BTreeMap<String, FunctionOutput>,
    pub(super) smoked: Vec<Smoked>,
}

/// How far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing was applied.
    Nothing,
    /// There was nothing to apply.
    Unchanged,
    /// It was only planned.
    Planned,
    /// All was applied.
    Applied,
    /// Some of it was.
    Partly,
}

/// An image that is deployed.
pub(super) struct DeployedImage {
    pub(super) digest: String,
    /// What became of it at the registry; `None`: it is not pushed.
    pub(super) pushed: Option<Pushed>,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Unchanged => "unchanged",
            Self::Planned => "planned",
            Self::Applied => "applied",
            Self::Partly => "partly",
        }
    }
}

impl Receipt {
    pub(super) fn new(file: PathBuf, dir: PathBuf) -> Self {
        Self {
            began: Instant::now(),
            file,
            dir,
            program: None,
            backend: None,
            plan: Vec::new(),
            counts: Counts::default(),
            outcome: Outcome::Nothing,
            images: BTreeMap::new(),
            functions: BTreeMap::new(),
            smoked: Vec::new(),
        }
    }

    pub(super) fn by(&mut self, terraform: &Terraform, backend: &Backend) {
        self.program = Some((terraform.product().name(), terraform.version().to_string()));
        self.backend = Some(backend.clone());
    }

    pub(super) fn planned(&mut self, summary: &Summary) {
        self.plan.extend(summary.changes.iter().cloned());
    }

    /// Adds what an apply has done, whole or not.
    pub(super) fn applied(&mut self, applied: &Applied, whole: bool) {
        // An apply that ended half-way counts nothing itself.
        let done = |wanted: &str| applied.done.iter().filter(|did| did.action == wanted).count() as u64;
        self.counts.add += done("create");
        self.counts.change += done("update");
        self.counts.remove += done("delete");
        self.counts.import += applied.counts.unwrap_or_default().import;
        self.outcome = match (whole, applied.done.is_empty(), self.outcome) {
            (true, ..) => Outcome::Applied,
            (false, true, Outcome::Nothing) => Outcome::Nothing,
            (false, ..) => Outcome::Partly,
        };
    }

    /// For a person, to standard output.
    pub(super) fn tell(&self) {
        let line = |name: &str, text: &str| console::data(&format!("{name:<10} {text}"));
        let Counts { add, change, import, remove } = self.counts;
        match self.outcome {
            Outcome::Applied | Outcome::Partly => {
                let counted =
                    [(add, "added"), (change, "changed"), (import, "taken over"), (remove, "deleted")];
                let counted: Vec<String> = counted
                    .iter()
                    .filter(|(count, _)| *count > 0)
                    .map(|(count, word)| format!("{} {word}", numbers::count(*count)))
                    .collect();
                let counted =
                    if counted.is_empty() { "outputs alone".to_owned() } else { counted.join(", ") };
                line(self.outcome.word(), &counted);
            }
            Outcome::Unchanged => line("unchanged", "everything is as the file says"),
            Outcome::Planned => line("planned", "nothing was changed"),
            Outcome::Nothing => {}
        }
        for (function, image) in &self.images {
            let how = match &image.pushed {
                Some(pushed) => pushed.pinned.clone(),
                None => image.digest.clone(),
            };
            line("image", &format!("{function}  {how}"));
        }
        for (name, function) in &self.functions {
            line("function", &format!("{name}  {}  {}", function.id, function.invoke_endpoint));
        }
        for smoked in &self.smoked {
            let answer: String =
                smoked.answer.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SHOWN).collect();
            line("smoke", &format!("{}  {answer}  {}", smoked.function, numbers::time(smoked.took)));
        }
        match &self.backend {
            Some(Backend::Remote(kind)) => line("state", kind),
            Some(Backend::Local) => line("state", &format!("local, in {}", self.dir.display())),
            None => {}
        }
        line("took", &numbers::time(self.began.elapsed()));
    }

    /// For a program: one object; `docs/deploy.md` describes it.
    pub(super) fn json(&self, failure: Option<&Failure>) -> String {
        let images: BTreeMap<&String, Value> =
            self.images.iter().map(|(name, image)| (name, image.json())).collect();
        let functions: BTreeMap<&String, Value> = self
            .functions
            .iter()
            .map(|(name, it)| (name, json!({ "id": it.id, "invoke_endpoint": it.invoke_endpoint })))
            .collect();
        let smoked = self.smoked.iter().map(|smoked| {
            json!({ "function": smoked.function, "answer": smoked.value(), "seconds": seconds(smoked.took) })
        });
        json!({
            "schema_version": 1,
            "outcome": self.outcome.word(),
            "file": self.file,
            "directory": self.dir,
            "program": self.program.as_ref().map(|(name, version)| json!({ "name": name, "version": version })),
            "state": self.backend.as_ref().map(|backend| match backend {
                Backend::Local => "local",
                Backend::Remote(kind) => kind,
            }),
            "plan": self.plan.iter().map(planned).collect::<Vec<_>>(),
            "applied": {
                "added": self.counts.add,
                "changed": self.counts.change,
                "imported": self.counts.import,
                "deleted": self.counts.remove,
            },
            "images": images,
            "functions": functions,
            "smoke": smoked.collect::<Vec<_>>(),
            "seconds": seconds(self.began.elapsed()),
            "error": failure.map(|failure| json!({ "code": failure.code(), "message": failure.to_string() })),
        })
        .to_string()
    }
}

impl DeployedImage {
    fn json(&self) -> Value {
        let sent = self.pushed.as_ref().map(|pushed| {
            pushed.blobs.iter().filter(|blob| blob.way == Way::Sent).map(|blob| blob.size).sum::<u64>()
        });
        json!({
            "digest": self.digest,
            "reference": self.pushed.as_ref().map(|pushed| &pushed.pinned),
            "bytes_sent": sent,
        })
    }
}

/// One change of a plan.
fn planned(change: &Change) -> Value {
    let arguments: &[String] = match &change.action {
        Action::Update { arguments } | Action::Import { arguments, .. } => arguments,
        Action::Replace { because, .. } => because,
        _ => &[],
    };
    json!({
        "action": change.action.word(),
        "address": change.address,
        "type": change.kind,
        "name": change.name,
        "id": change.id,
        "arguments": arguments,
        "follows": change.follows,
        "sentence": change.to_string(),
    })
}

fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e3).round() / 1e3
}
