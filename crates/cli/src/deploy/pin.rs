//! `images.auto.tfvars.json`: the digest that each function runs, as Terraform reads it by itself.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::deploy::error::DeployError;

/// The file's name.
const FILE: &str = "images.auto.tfvars.json";

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pins {
    #[serde(default)]
    images: BTreeMap<String, String>,
}

/// The digests that are pinned; none if there is no file.
pub(super) fn read(dir: &Path) -> Result<BTreeMap<String, String>, DeployError> {
    let path = path(dir);
    let refused = |why: String| DeployError::Pin { path: path.clone(), why };
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(refused(error.to_string())),
    };
    let pins: Pins = serde_json::from_slice(&text).map_err(|error| refused(error.to_string()))?;
    match pins.images.iter().find(|(_, digest)| !is_digest(digest)) {
        Some((name, _)) => Err(refused(format!("the image of `{name}` is no digest, sha256: and 64 digits"))),
        None => Ok(pins.images),
    }
}

/// Writes them, whole or not at all.
pub(super) fn write(dir: &Path, images: &BTreeMap<String, String>) -> Result<(), DeployError> {
    let path = path(dir);
    let refused = |error: io::Error| DeployError::Pin { path: path.clone(), why: error.to_string() };
    let text = serde_json::to_string_pretty(&Pins { images: images.clone() }).unwrap_or_default() + "\n";
    let temporary = path.with_extension("json.new");
    fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, &path)).map_err(refused)
}

/// The tag of an image: made of its content, so that it never means another one.
pub(super) fn tag(digest: &str) -> String {
    digest.trim_start_matches("sha256:").chars().take(12).collect()
}

fn path(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

fn is_digest(text: &str) -> bool {
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    text.strip_prefix("sha256:").is_some_and(|digits| digits.len() == 64 && digits.chars().all(hex))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_read_as_they_were_written_and_nothing_else_is() {
        let dir = tempfile::tempdir().unwrap();
        assert!(read(dir.path()).unwrap().is_empty());
        let images = BTreeMap::from([("f".to_owned(), format!("sha256:{}", "0a".repeat(32)))]);
        write(dir.path(), &images).unwrap();
        assert_eq!(read(dir.path()).unwrap(), images);
        assert_eq!(tag(&images["f"]), "0a0a0a0a0a0a");
        for text in ["", "{\"images\": 5}", "{\"images\": {\"f\": \"latest\"}}", "{\"imges\": {}}"] {
            fs::write(path(dir.path()), text).unwrap();
            let told = read(dir.path()).unwrap_err();
            assert_eq!(told.code(), Some("A0871"), "{text}");
        }
    }
}
