//! The shape as a JSON schema, for editors: completion, and the same complaints while one types.

use serde_json::{Map, Value, json};

use super::file::ROOT;
use super::{Kind, Shape};

/// The JSON schema of `adit.toml`, as it is checked in.
pub fn schema() -> String {
    let mut definitions = Map::new();
    let root = table(&ROOT, &mut definitions);
    let mut document = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "adit.toml",
        "description": "One file describes the system: networks, databases, functions, and what shall be true of them.",
    });
    if let (Value::Object(document), Value::Object(root)) = (&mut document, root) {
        document.extend(root);
        document.insert("definitions".to_owned(), Value::Object(definitions));
    }
    // A map of texts can always be written.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn table(shape: &'static Shape, definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for key in shape.keys {
        let mut value = kind(&key.kind, definitions);
        match &mut value {
            // Beside a reference, draft 7 reads nothing.
            Value::Object(map) if map.contains_key("$ref") => {
                value = json!({ "description": key.about, "allOf": [value] });
            }
            Value::Object(map) => drop(map.insert("description".to_owned(), key.about.into())),
            _ => {}
        }
        properties.insert(key.name.to_owned(), value);
    }
    let needed: Vec<&str> = shape.keys.iter().filter(|key| key.needed).map(|key| key.name).collect();
    let mut table = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if let (Value::Object(map), false) = (&mut table, needed.is_empty()) {
        map.insert("required".to_owned(), json!(needed));
    }
    table
}

fn kind(kind_: &'static Kind, definitions: &mut Map<String, Value>) -> Value {
    match kind_ {
        Kind::Leaf(leaf) => serde_json::from_str(leaf.schema).unwrap_or_default(),
        Kind::OneOrMore(leaf) => {
            let one: Value = serde_json::from_str(leaf.schema).unwrap_or_default();
            json!({ "anyOf": [one, { "type": "array", "items": one }] })
        }
        Kind::List(item) => json!({ "type": "array", "items": kind(item, definitions) }),
        Kind::Table(shape) => reference(shape, definitions),
        Kind::Named(shape) => {
            json!({ "type": "object", "additionalProperties": reference(shape, definitions) })
        }
        Kind::Values(leaf) => {
            let one: Value = serde_json::from_str(leaf.schema).unwrap_or_default();
            json!({ "type": "object", "additionalProperties": one })
        }
        Kind::Either(kinds) => {
            let each: Vec<Value> = kinds.iter().map(|each| kind(each, definitions)).collect();
            json!({ "anyOf": each })
        }
    }
}

/// A table is described once, under the words that say what it is.
fn reference(shape: &'static Shape, definitions: &mut Map<String, Value>) -> Value {
    let words = shape.what.trim_start_matches("a ").trim_start_matches("an ").trim_start_matches("the ");
    let name = words.replace(' ', "-");
    if !definitions.contains_key(&name) {
        definitions.insert(name.clone(), Value::Null);
        let described = table(shape, definitions);
        definitions.insert(name.clone(), described);
    }
    json!({ "$ref": format!("#/definitions/{name}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written anew with `ADIT_WRITE=1 cargo test -p adit-blueprint`.
    #[test]
    fn the_schema_that_is_checked_in_is_that_of_the_program() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../adit.schema.json");
        if std::env::var_os("ADIT_WRITE").is_some() {
            std::fs::write(path, schema()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), schema());
    }

    #[test]
    fn every_piece_of_it_is_json() {
        let schema: Value = serde_json::from_str(&schema()).unwrap();
        let text = schema.to_string();
        assert!(!text.contains("null"), "a leaf's schema is no JSON: {text}");
        assert_eq!(schema["definitions"]["subnet"]["required"], json!(["cidr"]));
        assert_eq!(
            schema["properties"]["vcn"]["additionalProperties"]["$ref"],
            "#/definitions/virtual-cloud-network"
        );
    }
}
