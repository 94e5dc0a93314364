//! What `adit build` says of what it made.

use std::path::PathBuf;

use adit_image::trial::{Answer, Trial};
use adit_image::{Image, PartKind, Parts, Program};
use serde_json::{Value, json};

use crate::console;
use crate::numbers;

/// How much of an answer is shown.
const SHOWN: usize = 120;

pub(crate) struct Outcome {
    pub(crate) program: Program,
    pub(crate) trial: Option<Trial>,
    pub(crate) form: Form,
}

/// What was written.
pub(crate) enum Form {
    Image { image: Box<Image>, output: PathBuf },
    Zip { output: PathBuf, size: u64, sha256: String },
}

impl Outcome {
    /// For a person: what was made to standard error, its digest to standard output.
    pub(crate) fn tell(&self) {
        self.tell_form();
        match &self.form {
            Form::Image { image, .. } => console::data(&image.digest()),
            Form::Zip { sha256, .. } => console::data(&format!("sha256:{sha256}")),
        }
    }

    /// What was made, to standard error.
    pub(crate) fn tell_form(&self) {
        match &self.form {
            Form::Image { image, output } => {
                for layer in image.layers() {
                    console::named("layer", &format!("{}, {}", layer.digest(), numbers::bytes(layer.size())));
                }
                console::named(
                    "runs",
                    &format!(
                        "{} as {}, {}",
                        image.entrypoint().join(" "),
                        image.user(),
                        image.architecture()
                    ),
                );
                console::named("written", &format!("{}, {}", output.display(), numbers::bytes(image.size())));
            }
            Form::Zip { output, size, .. } => {
                console::named("written", &format!("{}, {}", output.display(), numbers::bytes(*size)));
            }
        }
    }

    /// For a program: one object.
    pub(crate) fn json(&self) -> String {
        let trial = self.trial.as_ref().map(|trial| {
            json!({ "started_ms": trial.started.as_secs_f64() * 1e3, "answer": answer(&trial.answer, usize::MAX) })
        });
        let program = json!({
            "architecture": self.program.arch().name(),
            "size": self.program.bytes().len(),
            "sha256": self.program.sha256(),
        });
        let mut document = json!({ "program": program, "trial": trial });
        let form = match &self.form {
            Form::Image { image, output } => json!({
                "form": "image",
                "path": output,
                "digest": image.digest(),
                "size": image.size(),
                "entrypoint": image.entrypoint(),
                "user": image.user(),
                "labels": image.labels(),
                "layers": image
                    .layers()
                    .iter()
                    .map(|layer| json!({ "digest": layer.digest(), "size": layer.size() }))
                    .collect::<Vec<_>>(),
            }),
            Form::Zip { output, size, sha256 } => json!({
                "form": "zip",
                "path": output,
                "digest": format!("sha256:{sha256}"),
                "size": size,
            }),
        };
        if let (Value::Object(document), Value::Object(form)) = (&mut document, form) {
            document.extend(form);
        }
        document.to_string()
    }
}

/// A trial, in a line.
pub(crate) fn trial(trial: &Trial) -> String {
    format!("started in {}, answered {}", numbers::time(trial.started), answer(&trial.answer, SHOWN))
}

/// What a program is made of, in a line.
pub(crate) fn parts(parts: &Parts) -> String {
    let crates = parts.linked.iter().filter(|part| part.kind != PartKind::Library).count() as u64;
    let revision =
        parts.revision.as_ref().map(|revision| format!(", revision {revision}")).unwrap_or_default();
    let Parts { program, .. } = parts;
    format!("{} {}, {}{revision}", program.name, program.version, numbers::counted(crates, "crate"))
}

fn answer(answer: &Answer, most: usize) -> String {
    match answer {
        Answer::Body(body) => {
            let text = String::from_utf8_lossy(body);
            let shown: String =
                text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect();
            let more = if text.chars().count() > most { "…" } else { "" };
            format!("200: {}{more}", shown.trim())
        }
        Answer::Failed => "502: that it failed".to_owned(),
        Answer::TimedOut => "504: that it ran out of time".to_owned(),
    }
}
