//! What a plan does, an object at a time: made, changed, replaced because of what, deleted. Of values nothing is kept but names and ids.

mod allow;
mod consequence;
mod kind;
mod words;

use serde_json::{Map, Value};

pub use allow::AllowError;

use super::document::{Document, ResourceChange};
use super::error::PlanError;
use super::index::shown;

/// How many arguments of one change are named.
const MOST: usize = 40;

/// What a plan does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// What is replaced first, then what is deleted, changed, taken over, created, moved, given up; each in the plan's order.
    pub changes: Vec<Change>,
    /// Whether Terraform stopped with an error while it made this plan: then it cannot be applied.
    pub errored: bool,
    /// Whether there is anything to apply: outputs count.
    pub applies: bool,
}

/// What is done to one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its address in the configuration.
    pub address: String,
    /// Its type, as the provider calls it.
    pub kind: String,
    /// Its name in the cloud, else in the configuration.
    pub name: String,
    /// What is done.
    pub action: Action,
    /// Its id in the cloud; `None`: it does not exist yet.
    pub id: Option<String>,
    /// What follows from that for others, in words.
    pub consequence: Option<String>,
    /// The change that this one follows from: an object that it is in is replaced or deleted.
    pub follows: Option<String>,
    /// Its name in the configuration.
    local: String,
    /// The ids that it was in or at, by the argument that holds them.
    at: Vec<(String, String)>,
    /// Of a function: the image that it is to run.
    image: Option<(String, Option<String>)>,
}

/// What is done to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed in place: these arguments.
    Update {
        /// Their names.
        arguments: Vec<String>,
    },
    /// It is deleted and made anew, or the other way round.
    Replace {
        /// The arguments that cannot be changed in place.
        because: Vec<String>,
        /// The reason, where it is no argument.
        reason: Option<&'static str>,
    },
    /// It is deleted.
    Delete {
        /// The reason.
        reason: Option<&'static str>,
    },
    /// It is there, and Terraform takes it over, with these changes.
    Import {
        /// What it is found by.
        id: String,
        /// The arguments that are changed.
        arguments: Vec<String>,
    },
    /// It stays as it is, under another address.
    Move {
        /// The address that it had.
        from: String,
    },
    /// Terraform forgets it, and it stays.
    Forget,
}

impl Action {
    /// Its word in documents for programs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update { .. } => "update",
            Self::Replace { .. } => "replace",
            Self::Delete { .. } => "delete",
            Self::Import { .. } => "import",
            Self::Move { .. } => "move",
            Self::Forget => "forget",
        }
    }

    /// Whether what is there goes.
    #[must_use]
    pub fn destroys(&self) -> bool {
        matches!(self, Self::Replace { .. } | Self::Delete { .. })
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Replace { .. } => 0,
            Self::Delete { .. } => 1,
            Self::Update { .. } => 2,
            Self::Import { .. } => 3,
            Self::Create => 4,
            Self::Move { .. } => 5,
            Self::Forget => 6,
        }
    }
}

impl Summary {
    /// Reads what `show -json` prints of a saved plan.
    ///
    /// # Errors
    ///
    /// If it is no plan.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, PlanError> {
        let document = Document::parse(name, bytes)?;
        let errored = document.errored == Some(true);
        let outputs = document
            .output_changes
            .iter()
            .flatten()
            .any(|(_, change)| change.actions.iter().any(|action| action != "no-op"));
        let all = document.resource_changes.unwrap_or_default();
        let mut changes: Vec<Change> = all.iter().filter_map(change).collect();
        consequence::add(&mut changes);
        // What follows from another stands behind it.
        changes.sort_by_key(|change| (change.action.rank(), change.follows.is_some()));
        Ok(Self { applies: outputs || !changes.is_empty(), changes, errored })
    }

    /// What is done to the object of this address.
    pub fn change(&self, address: &str) -> Option<&Change> {
        self.changes.iter().find(|change| change.address == address)
    }

    /// How many objects an action is done to, for each action that there is, in the order of the list.
    pub fn counts(&self) -> Vec<(&'static str, u64)> {
        let mut counts: Vec<(&'static str, u64)> = Vec::new();
        for change in &self.changes {
            let word = change.action.word();
            match counts.last_mut() {
                Some((last, count)) if *last == word => *count += 1,
                _ => counts.push((word, 1)),
            }
        }
        counts
    }

    /// The functions that the plan makes or changes, with the image and the digest that they are to run.
    pub fn images(&self) -> impl Iterator<Item = (&Change, &str, Option<&str>)> {
        self.changes.iter().filter_map(|change| {
            let (image, digest) = change.image.as_ref()?;
            Some((change, image.as_str(), digest.as_deref()))
        })
    }
}

/// One change; `None`: nothing is done, or something is only read.
fn change(wire: &ResourceChange<'_>) -> Option<Change> {
    if wire.mode == "data" {
        return None;
    }
    let before = object(wire.change.before);
    let after = object(wire.change.after);
    let action = action(wire, &before, &after)?;
    let known = |values: &Map<String, Value>, name: &str| {
        values.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(shown)
    };
    let name = ["display_name", "name", "secret_name", "description"]
        .into_iter()
        // A description is a sentence, and no name, of everything but a rule.
        .filter(|key| *key != "description" || wire.kind.ends_with("_rule"))
        .find_map(|key| known(&before, key).or_else(|| known(&after, key)));
    let local = shown(&wire.name);
    let at = before
        .iter()
        .filter(|(key, _)| key.ends_with("_id") && *key != "compartment_id")
        .filter_map(|(key, value)| {
            Some((key.clone(), value.as_str().filter(|id| !id.is_empty())?.to_owned()))
        })
        .collect();
    let runs =
        wire.kind == "oci_functions_function" && !matches!(action, Action::Delete { .. } | Action::Forget);
    let image = known(&after, "image").filter(|_| runs).map(|image| (image, known(&after, "image_digest")));
    Some(Change {
        address: shown(&wire.address),
        kind: shown(&wire.kind),
        name: name.unwrap_or_else(|| local.clone()),
        action,
        id: known(&before, "id"),
        consequence: None,
        follows: None,
        local,
        at,
        image,
    })
}

fn action(
    wire: &ResourceChange<'_>,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Option<Action> {
    let does = |wanted: &str| wire.change.actions.iter().any(|action| action == wanted);
    let arguments = || words::changed(before, after, &object(wire.change.after_unknown));
    let importing = wire.change.importing.as_ref();
    Some(if does("delete") && does("create") {
        let paths = wire.change.replace_paths.iter().flatten();
        let mut because: Vec<String> = paths.filter_map(|path| words::argument(path)).collect();
        because.dedup();
        because.truncate(MOST);
        Action::Replace { because, reason: wire.action_reason.as_deref().and_then(words::replaced) }
    } else if does("delete") {
        let left = wire.deposed.as_ref().map(|_| "it is left over from a replacement that failed");
        Action::Delete { reason: left.or(wire.action_reason.as_deref().and_then(words::deleted)) }
    } else if let Some(importing) = importing {
        let id = importing.id.as_deref().map(shown).unwrap_or_default();
        let arguments = if does("update") { arguments() } else { Vec::new() };
        Action::Import { id, arguments }
    } else if does("create") {
        Action::Create
    } else if does("update") {
        Action::Update { arguments: arguments() }
    } else if does("forget") {
        Action::Forget
    } else {
        let from = wire.previous_address.as_ref().filter(|from| **from != wire.address)?;
        Action::Move { from: shown(from) }
    })
}

fn object(value: Option<&serde_json::value::RawValue>) -> Map<String, Value> {
    match value.map(|value| serde_json::from_str(value.get())) {
        Some(Ok(Value::Object(object))) => object,
        _ => Map::new(),
    }
}
