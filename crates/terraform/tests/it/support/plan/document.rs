//! The plan as a document: what `terraform show -json` prints.

use hcl::{Body, Expression};
use serde_json::{Map, Value as Json, json};

use super::super::refer::{Reference, Step, calls, references};
use super::super::root::{Resource, argument};
use super::super::schema::{Blueprint, Nesting, Schema};
use super::eval::{Key, Module, Names};
use super::value::Value;

/// As it is written in a plan, whatever name a module gives the provider.
const PROVIDER: &str = "registry.terraform.io/oracle/oci";
const TERRAFORM: &str = "1.11.4";

impl Module<'_> {
    pub(super) fn document(&self) -> Result<Json, String> {
        let (mut planned, mut read, mut changes, mut configuration) = (vec![], vec![], vec![], vec![]);
        for (address, resource) in &self.root.resources {
            configuration.push(self.written(address, resource)?);
            for (key, value) in self.instances(address, resource)? {
                let entry = entry(address, &key, resource);
                let with = |more: Json| -> Json {
                    let mut whole = entry.clone();
                    whole.extend(more.as_object().cloned().unwrap_or_default());
                    Json::Object(whole)
                };
                let values =
                    with(json!({ "schema_version": 0, "values": value.json(), "sensitive_values": {} }));
                if resource.data {
                    read.push(values);
                    continue;
                }
                planned.push(values);
                changes.push(with(json!({ "change": {
                    "actions": ["create"],
                    "before": null,
                    "after": value.json(),
                    "after_unknown": value.unknown(),
                    "before_sensitive": false,
                    "after_sensitive": {},
                } })));
            }
        }
        let mut outputs = Map::new();
        let mut written = Map::new();
        for (name, body) in &self.root.outputs {
            let expression = argument(body, "value").ok_or_else(|| format!("output {name} has no value"))?;
            let value =
                self.eval(expression, &Names::new()).map_err(|why| format!("output {name}: {why}"))?;
            let mut output = json!({ "sensitive": false });
            if value.is_whole() {
                output["value"] = value.json();
            }
            outputs.insert(name.clone(), output);
            written.insert(name.clone(), json!({ "expression": self.expression(expression)? }));
        }
        let variables: Map<String, Json> = self
            .variables
            .iter()
            .map(|(name, value)| (name.clone(), json!({ "value": value.json() })))
            .collect();
        Ok(json!({
            "format_version": "1.2",
            "terraform_version": TERRAFORM,
            "variables": variables,
            "planned_values": { "outputs": outputs, "root_module": { "resources": planned } },
            "resource_changes": changes,
            "prior_state": {
                "format_version": "1.0",
                "terraform_version": TERRAFORM,
                "values": { "root_module": { "resources": read } },
            },
            "configuration": {
                "provider_config": { "oci": { "name": "oci", "full_name": PROVIDER } },
                "root_module": {
                    "outputs": written,
                    "resources": configuration,
                    "variables": self.root.variables.keys().map(|name| (name.clone(), json!({}))).collect::<Map<_, _>>(),
                },
            },
            "applyable": true,
            "complete": true,
            "errored": false,
        }))
    }

    /// A resource as the configuration has it: expressions instead of values.
    fn written(&self, address: &str, resource: &Resource) -> Result<Json, String> {
        let schema = Schema::get()
            .of(resource.data, &resource.kind)
            .ok_or_else(|| format!("{address}: the schema here has no `{}`", resource.kind))?;
        let mut whole = entry(address, &Key::None, resource);
        whole.remove("provider_name");
        whole.insert("provider_config_key".to_owned(), "oci".into());
        whole.insert("schema_version".to_owned(), 0.into());
        whole.insert("expressions".to_owned(), self.expressions(&resource.body, schema)?);
        for (argument, name) in [("count", "count_expression"), ("for_each", "for_each_expression")] {
            if let Some(expression) = resource.argument(argument) {
                whole.insert(name.to_owned(), self.expression(expression)?);
            }
        }
        if let Some(Expression::Array(items)) = resource.argument("depends_on") {
            let names: Vec<String> = items.iter().map(ToString::to_string).collect();
            whole.insert("depends_on".to_owned(), names.into());
        }
        Ok(Json::Object(whole))
    }

    fn expressions(&self, body: &Body, schema: &Blueprint) -> Result<Json, String> {
        let mut all = Map::new();
        for attribute in body.attributes().filter(|it| schema.attributes.contains_key(it.key())) {
            all.insert(attribute.key().to_owned(), self.expression(attribute.expr())?);
        }
        for (name, nested) in &schema.blocks {
            let blocks = body.blocks().filter(|block| block.identifier() == name);
            let mut said = blocks
                .map(|block| self.expressions(block.body(), &nested.inner))
                .collect::<Result<Vec<_>, _>>()?;
            match nested.nesting {
                _ if said.is_empty() => {}
                Nesting::Single => drop(all.insert(name.clone(), said.remove(0))),
                Nesting::List | Nesting::Set => drop(all.insert(name.clone(), said.into())),
            }
        }
        Ok(Json::Object(all))
    }

    /// An expression: its constant, or what it refers to.
    fn expression(&self, expression: &Expression) -> Result<Json, String> {
        let all: Vec<String> = references(expression).iter().flat_map(beginnings).collect();
        if !all.is_empty() {
            return Ok(json!({ "references": all }));
        }
        if !calls(expression).is_empty() {
            return Ok(json!({})); // what a function gives is no constant to Terraform
        }
        match self.eval(expression, &Names::new())? {
            Value::Null => Ok(json!({})),
            value => Ok(json!({ "constant_value": value.json() })),
        }
    }
}

/// A reference and what it begins with, the longest first, as Terraform lists them.
fn beginnings(reference: &Reference) -> Vec<String> {
    let mut texts = vec![reference.head.clone()];
    // What `count` and `each` give is one thing.
    if ["each.", "count."].iter().any(|start| reference.head.starts_with(start)) {
        return texts;
    }
    for step in &reference.steps {
        let last = texts.last().cloned().unwrap_or_default();
        match step {
            Step::Name(name) => texts.push(format!("{last}.{name}")),
            Step::Index(Some(key)) => texts.push(format!("{last}[{key}]")),
            Step::Index(None) | Step::Splat => break,
        }
    }
    texts.reverse();
    texts
}

/// What every mention of a resource begins with.
fn entry(address: &str, key: &Key, resource: &Resource) -> Map<String, Json> {
    let name = address.rsplit('.').next().unwrap_or_default();
    let mode = if resource.data { "data" } else { "managed" };
    let mut entry = Map::new();
    entry.insert("address".to_owned(), key.after(address).into());
    entry.insert("mode".to_owned(), mode.into());
    entry.insert("type".to_owned(), resource.kind.as_str().into());
    entry.insert("name".to_owned(), name.into());
    match key {
        Key::None => {}
        Key::Number(key) => drop(entry.insert("index".to_owned(), (*key).into())),
        Key::Text(key) => drop(entry.insert("index".to_owned(), key.as_str().into())),
    }
    entry.insert("provider_name".to_owned(), PROVIDER.into());
    entry
}
