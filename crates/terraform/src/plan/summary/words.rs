//! A change in words: its line, the arguments that differ, the reasons that Terraform gives.

use std::fmt;

use serde_json::{Map, Value};

use super::super::index::shown;
use super::{Action, Change, MOST, kind};

/// The arguments that differ; of settings by name each name. No value.
pub(super) fn changed(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    unknown: &Map<String, Value>,
) -> Vec<String> {
    let mut found = Vec::new();
    for name in before.keys().chain(after.keys().filter(|name| !before.contains_key(*name))) {
        let (was, is) = (before.get(name), after.get(name));
        // What is known only after apply is the cloud's to say, unless it is something that was asked for.
        let open = unknown.get(name).is_some_and(|open| *open == Value::Bool(true));
        if open || was.unwrap_or(&Value::Null) == is.unwrap_or(&Value::Null) {
            continue;
        }
        match (was, is) {
            (Some(Value::Object(was)), Some(Value::Object(is))) => {
                let inner = was.keys().chain(is.keys().filter(|key| !was.contains_key(*key)));
                let inner = inner.filter(|key| was.get(*key) != is.get(*key));
                found.extend(inner.map(|key| format!("{}.{}", shown(name), shown(key))));
            }
            _ => found.push(shown(name)),
        }
    }
    for (name, open) in unknown {
        // A reference to something that is made anew.
        if *open == Value::Bool(true)
            && name.ends_with("_id")
            && before.get(name).is_some_and(Value::is_string)
        {
            found.push(shown(name));
        }
    }
    found.sort();
    found.dedup();
    found.truncate(MOST);
    found
}

/// The argument of a path: its first names.
pub(super) fn argument(path: &[Value]) -> Option<String> {
    let names: Vec<&str> = path.iter().filter_map(Value::as_str).take(3).collect();
    (!names.is_empty()).then(|| shown(&names.join(".")))
}

pub(super) fn replaced(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "replace_because_tainted" => "its last creation did not come to its end",
        "replace_by_request" => "that was asked for",
        "replace_by_triggers" => "the configuration ties it to something that changes",
        _ => return None,
    })
}

pub(super) fn deleted(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "delete_because_no_resource_config" => "it is not in the configuration any more",
        "delete_because_no_module" => "its module is not in the configuration any more",
        "delete_because_wrong_repetition" | "delete_because_count_index" | "delete_because_each_key" => {
            "the configuration has fewer of them now"
        }
        "delete_because_no_move_target" => "what it was moved to is not in the configuration",
        _ => return None,
    })
}

impl Change {
    /// What it is, with its name: `the application ingest`.
    #[must_use]
    pub fn object(&self) -> String {
        match kind::word(&self.kind) {
            Some(word) => format!("the {word} {}", self.name),
            None => self.address.clone(),
        }
    }
}

/// One line.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = self.object();
        match &self.action {
            Action::Create => write!(f, "{object} is created")?,
            Action::Update { arguments } => write!(f, "{object} is changed{}", listed(arguments))?,
            Action::Replace { because, reason: Some(reason) } if because.is_empty() => {
                write!(f, "{object} is replaced: {reason}")?;
            }
            Action::Replace { because, .. } if because.is_empty() => write!(f, "{object} is replaced")?,
            Action::Replace { because, .. } => {
                write!(f, "{object} is replaced because {} changed", and(because))?;
            }
            Action::Delete { reason: Some(reason) } => write!(f, "{object} is deleted: {reason}")?,
            Action::Delete { reason: None } => write!(f, "{object} is deleted")?,
            Action::Import { arguments, .. } if arguments.is_empty() => {
                write!(f, "{object} is there, and taken over as it is")?;
            }
            Action::Import { arguments, .. } => {
                write!(f, "{object} is there, taken over and changed{}", listed(arguments))?;
            }
            Action::Move { from } => write!(f, "{object} stays, and was {from} before")?,
            Action::Forget => write!(f, "{object} stays, and is not managed here any more")?,
        }
        match (&self.consequence, &self.action) {
            (None, _) => Ok(()),
            // A reason stands behind a colon already.
            (Some(consequence), Action::Delete { reason: Some(_) }) => write!(f, "; {consequence}"),
            (Some(consequence), Action::Replace { because, reason: Some(_) }) if because.is_empty() => {
                write!(f, "; {consequence}")
            }
            (Some(consequence), _) => write!(f, ": {consequence}"),
        }
    }
}

fn listed(arguments: &[String]) -> String {
    if arguments.is_empty() { String::new() } else { format!(": {}", arguments.join(", ")) }
}

fn and(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
