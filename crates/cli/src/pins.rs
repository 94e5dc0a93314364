//! The digests that Terraform reads: `images.auto.tfvars.json` beside what `adit export terraform` wrote.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::replace::replace;

const NAME: &str = "images.auto.tfvars.json";
/// The variable.
const IMAGES: &str = "images";

/// Digits of a digest in a tag: what `adit export terraform` takes, too.
const TAG_DIGITS: usize = 12;

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used: {why}", path.display())]
pub(crate) struct PinError {
    path: PathBuf,
    why: String,
}

impl PinError {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        "A0871"
    }

    /// What to do.
    pub(crate) fn help(&self) -> &'static str {
        "it is written by `adit push --pin` and `adit deploy`, and may be deleted: the state knows what runs"
    }
}

/// The tag of an image: made of its content, so that it never means another one.
pub(crate) fn tag(digest: &str) -> String {
    digest.trim_start_matches("sha256:").chars().take(TAG_DIGITS).collect()
}

/// The file's content; keys of others are kept as they are.
pub(crate) struct Pins {
    path: PathBuf,
    before: Option<Vec<u8>>,
    variables: Map<String, Value>,
    images: Map<String, Value>,
}

impl Pins {
    /// Reads what is there, if anything is.
    pub(crate) fn read(directory: &Path) -> Result<Self, PinError> {
        let path = directory.join(NAME);
        let refused = |why: String| PinError { path: path.clone(), why };
        if !directory.is_dir() {
            return Err(refused("there is no such directory; `adit export terraform` makes it".to_owned()));
        }
        let before = match fs::read(&path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(refused(error.to_string())),
        };
        let mut variables = match &before {
            None => Map::new(),
            Some(bytes) => match serde_json::from_slice(bytes) {
                Ok(Value::Object(variables)) => variables,
                Ok(_) => return Err(refused("it is not one JSON object".to_owned())),
                Err(error) => return Err(refused(format!("it is not JSON ({error})"))),
            },
        };
        let images = match variables.remove(IMAGES) {
            None => Map::new(),
            Some(Value::Object(images)) => images,
            Some(_) => return Err(refused("its `images` are no object".to_owned())),
        };
        Ok(Self { path, before, variables, images })
    }

    /// Each function's digest; none of them may be anything else.
    pub(crate) fn digests(&self) -> Result<BTreeMap<String, String>, PinError> {
        let digest = |(name, value): (&String, &Value)| match value.as_str().filter(|text| is_digest(text)) {
            Some(digest) => Ok((name.clone(), digest.to_owned())),
            None => Err(PinError {
                path: self.path.clone(),
                why: format!("the image of `{name}` is no digest, sha256: and 64 digits"),
            }),
        };
        self.images.iter().map(digest).collect()
    }

    /// Notes a function's digest.
    pub(crate) fn set(&mut self, function: &str, digest: &str) {
        self.images.insert(function.to_owned(), digest.into());
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the file in one step; its keys are sorted.
    pub(crate) fn write(&self) -> Result<(), PinError> {
        let mut all = self.variables.clone();
        all.insert(IMAGES.to_owned(), Value::Object(sorted(&self.images)));
        let text = format!("{:#}\n", Value::Object(sorted(&all)));
        replace(&self.path, self.before.as_deref(), text.as_bytes())
            .map_err(|error| PinError { path: self.path.clone(), why: error.to_string() })
    }
}

fn is_digest(text: &str) -> bool {
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    text.strip_prefix("sha256:").is_some_and(|digits| digits.len() == 64 && digits.chars().all(hex))
}

/// In the order of the keys, whatever order a map keeps.
fn sorted(map: &Map<String, Value>) -> Map<String, Value> {
    let mut entries: Vec<(String, Value)> = map.clone().into_iter().collect();
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    entries.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pinned(before: Option<&str>) -> Result<String, String> {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join(NAME);
        before.iter().for_each(|text| fs::write(&path, text).unwrap());
        let mut pins = Pins::read(place.path()).map_err(|failure| failure.to_string())?;
        pins.set("z", "sha256:2");
        pins.set("a", "sha256:1");
        pins.write().unwrap();
        Ok(fs::read_to_string(path).unwrap())
    }

    #[test]
    fn digests_are_put_among_what_is_there() {
        let new = "{\n  \"images\": {\n    \"a\": \"sha256:1\",\n    \"z\": \"sha256:2\"\n  }\n}\n";
        assert_eq!(pinned(None).unwrap(), new);
        assert_eq!(pinned(Some(new)).unwrap(), new);
        let merged =
            pinned(Some(r#"{"x": [1.5, {"b": null}], "images": {"m": "sha256:0", "a": 7}, "b": 1}"#))
                .unwrap();
        let value: Value = serde_json::from_str(&merged).unwrap();
        let images = serde_json::json!({"a": "sha256:1", "m": "sha256:0", "z": "sha256:2"});
        assert_eq!(value, serde_json::json!({"b": 1, "images": images, "x": [1.5, {"b": null}]}));
        let at = |key: &str| merged.find(key).unwrap();
        assert!(at("\"b\": 1") < at("images") && at("images") < at("\"x\""), "{merged}");
    }

    #[test]
    fn what_is_no_such_file_is_left_alone() {
        for (before, told) in
            [("[]", "is not one JSON object"), ("{", "is not JSON"), (r#"{"images": []}"#, "are no object")]
        {
            let failure = pinned(Some(before)).unwrap_err();
            assert!(failure.contains(told), "{failure}");
        }
        assert!(
            Pins::read(Path::new("/nowhere")).err().unwrap().to_string().contains("adit export terraform")
        );
    }

    #[test]
    fn only_digests_are_taken_for_some() {
        let place = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            fs::write(place.path().join(NAME), text).unwrap();
            Pins::read(place.path()).and_then(|pins| pins.digests()).map_err(|error| error.to_string())
        };
        let digest = format!("sha256:{}", "0a".repeat(32));
        let one = format!(r#"{{"images": {{"f": "{digest}"}}, "mine": 1}}"#);
        assert_eq!(read(&one).unwrap(), BTreeMap::from([("f".to_owned(), digest.clone())]));
        assert_eq!(tag(&digest), "0a0a0a0a0a0a");
        assert!(read("{}").unwrap().is_empty());
        for text in
            [r#"{"images": {"f": "latest"}}"#, r#"{"images": {"f": 7}}"#, r#"{"images": {"f": "sha256:0"}}"#]
        {
            assert!(read(text).unwrap_err().contains("the image of `f` is no digest"), "{text}");
        }
    }

    #[test]
    fn what_somebody_else_writes_meanwhile_is_not_written_over() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join(NAME);
        fs::write(&path, "{}").unwrap();
        let pins = Pins::read(place.path()).unwrap_or_else(|failure| panic!("{failure}"));
        fs::write(&path, "{\"other\": 1}").unwrap();
        assert!(pins.write().unwrap_err().to_string().contains("changed meanwhile"));
    }
}
