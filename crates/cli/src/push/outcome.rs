//! What a push says of what it did.

use std::path::Path;

use adit_image::registry::{Pushed, Reference, Way};
use serde_json::{Value, json};

use super::functions::Shipped;
use super::repository::Repository;
use crate::console;
use crate::numbers;

/// What became of each blob, and of the tag.
pub(super) fn tell_blobs(pushed: &Pushed, reference: &Reference) {
    for blob in &pushed.blobs {
        console::named(word(blob.way), &format!("{}, {}", blob.digest, numbers::bytes(blob.size)));
    }
    if reference.tag().is_some() {
        console::named("tagged", &reference.to_string());
    }
}

/// One push, as one object.
pub(super) fn json(
    pushed: &Pushed,
    reference: &Reference,
    digest: &str,
    repository: Option<&Repository>,
) -> String {
    json!({
        "reference": pushed.pinned,
        "digest": digest,
        "tag": reference.tag(),
        "blobs": blobs(pushed),
        "repository": repository.map(of_repository),
    })
    .to_string()
}

/// The pushes of functions: an address a line for data, and what comes next.
pub(super) fn tell_functions(shipped: &[Shipped], pinned: Option<&Path>) {
    for shipped in shipped {
        console::data(&shipped.pushed.pinned);
    }
    if let Some(path) = pinned {
        let names: Vec<&str> =
            shipped.iter().flat_map(|it| it.functions.iter().map(String::as_str)).collect();
        console::named("pinned", &format!("{} in {}", names.join(", "), path.display()));
        let directory = path.parent().unwrap_or(Path::new("."));
        console::talk(&format!("next: terraform -chdir={} apply", directory.display()));
    }
}

/// The same, as one object.
pub(super) fn functions_json(shipped: &[Shipped], digest: &str, pinned: Option<&Path>) -> String {
    let images = shipped.iter().map(|shipped| {
        json!({
            "functions": shipped.functions,
            "reference": shipped.pushed.pinned,
            "tag": shipped.reference.tag(),
            "blobs": blobs(&shipped.pushed),
            "repository": shipped.repository.as_ref().map(of_repository),
        })
    });
    json!({ "digest": digest, "images": images.collect::<Vec<_>>(), "pinned": pinned }).to_string()
}

fn blobs(pushed: &Pushed) -> Vec<Value> {
    let blobs = pushed.blobs.iter();
    blobs.map(|blob| json!({ "digest": blob.digest, "size": blob.size, "way": word(blob.way) })).collect()
}

fn of_repository(repository: &Repository) -> Value {
    json!({ "id": repository.id, "created": repository.created })
}

fn word(way: Way) -> &'static str {
    match way {
        Way::Present => "present",
        Way::Mounted => "mounted",
        Way::Sent => "sent",
    }
}
