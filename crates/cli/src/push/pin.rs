//! The digests that Terraform reads: `images.auto.tfvars.json` beside what `adit export terraform` wrote.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::replace::replace;

const NAME: &str = "images.auto.tfvars.json";
/// The variable.
const IMAGES: &str = "images";

/// The file's content; keys of others are kept as they are.
pub(super) struct Pins {
    path: PathBuf,
    before: Option<Vec<u8>>,
    variables: Map<String, Value>,
    images: Map<String, Value>,
}

impl Pins {
    /// Reads what is there, if anything is.
    pub(super) fn read(directory: &Path) -> Result<Self, Failure> {
        if !directory.is_dir() {
            return Err(Failure::Choice(format!(
                "there is no directory {}: `adit export terraform -o {0}` makes it",
                directory.display()
            )));
        }
        let path = directory.join(NAME);
        let before = match fs::read(&path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(Failure::File { path, error }),
        };
        let other = |what: &str| Failure::Choice(format!("{} {what}, so no digest is noted", path.display()));
        let mut variables = match &before {
            None => Map::new(),
            Some(bytes) => match serde_json::from_slice(bytes) {
                Ok(Value::Object(variables)) => variables,
                Ok(_) => return Err(other("is not one JSON object")),
                Err(error) => return Err(other(&format!("is not JSON ({error})"))),
            },
        };
        let images = match variables.remove(IMAGES) {
            None => Map::new(),
            Some(Value::Object(images)) => images,
            Some(_) => return Err(other("has `images` that are no object")),
        };
        Ok(Self { path, before, variables, images })
    }

    /// Notes a function's digest.
    pub(super) fn set(&mut self, function: &str, digest: &str) {
        self.images.insert(function.to_owned(), digest.into());
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the file in one step; its keys are sorted.
    pub(super) fn write(&self) -> Result<(), Failure> {
        let mut all = self.variables.clone();
        all.insert(IMAGES.to_owned(), Value::Object(sorted(&self.images)));
        let text = format!("{:#}\n", Value::Object(sorted(&all)));
        replace(&self.path, self.before.as_deref(), text.as_bytes())
            .map_err(|error| Failure::Write { path: self.path.clone(), error })
    }
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
            [("[]", "is not one JSON object"), ("{", "is not JSON"), (r#"{"images": []}"#, "no object")]
        {
            let failure = pinned(Some(before)).unwrap_err();
            assert!(failure.contains(told), "{failure}");
        }
        assert!(
            Pins::read(Path::new("/nowhere")).err().unwrap().to_string().contains("adit export terraform")
        );
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
