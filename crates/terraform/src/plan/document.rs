//! The JSON of a plan, as Terraform's format says it, as far as it is needed. Values of resources stay text until somebody asks:
//! a plan of a whole tenancy is mostly about something else.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::error::PlanError;

/// A whole plan.
#[derive(Deserialize)]
pub(super) struct Document<'a> {
    #[serde(borrow, default)]
    pub(super) planned_values: Option<Values<'a>>,
    #[serde(borrow, default)]
    pub(super) resource_changes: Option<Vec<ResourceChange<'a>>>,
    #[serde(borrow, default)]
    pub(super) output_changes: Option<BTreeMap<String, Change<'a>>>,
    #[serde(borrow, default)]
    pub(super) prior_state: Option<State<'a>>,
    #[serde(default)]
    pub(super) configuration: Option<Configuration>,
    #[serde(default)]
    pub(super) variables: Value,
    #[serde(default)]
    pub(super) errored: Option<bool>,
    #[serde(default)]
    pub(super) complete: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct State<'a> {
    #[serde(borrow, default)]
    pub(super) values: Option<Values<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Values<'a> {
    #[serde(borrow, default)]
    pub(super) root_module: Module<'a>,
}

#[derive(Default, Deserialize)]
pub(super) struct Module<'a> {
    #[serde(borrow, default)]
    pub(super) resources: Vec<Resource<'a>>,
    #[serde(borrow, default)]
    pub(super) child_modules: Vec<Module<'a>>,
}

/// A resource or a data source with what is known of it.
#[derive(Deserialize)]
pub(super) struct Resource<'a> {
    pub(super) address: String,
    pub(super) mode: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) provider_name: String,
    #[serde(borrow, default)]
    pub(super) values: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct ResourceChange<'a> {
    pub(super) address: String,
    /// Where it was before, if a `moved` block says so.
    #[serde(default)]
    pub(super) previous_address: Option<String>,
    #[serde(default)]
    pub(super) mode: String,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) deposed: Option<String>,
    /// Why, where the change itself does not show it: `replace_because_tainted`.
    #[serde(default)]
    pub(super) action_reason: Option<String>,
    #[serde(borrow)]
    pub(super) change: Change<'a>,
}

#[derive(Deserialize)]
pub(super) struct Change<'a> {
    #[serde(default)]
    pub(super) actions: Vec<String>,
    #[serde(borrow, default)]
    pub(super) before: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) after: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) after_unknown: Option<&'a RawValue>,
    /// The arguments that cannot be changed in place: each a path of names and numbers.
    #[serde(default)]
    pub(super) replace_paths: Option<Vec<Vec<Value>>>,
    #[serde(default)]
    pub(super) importing: Option<Importing>,
}

#[derive(Deserialize)]
pub(super) struct Importing {
    #[serde(default)]
    pub(super) id: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Configuration {
    /// Providers by what resources call them: `oci`, `oci.home`, `module.network:oci`.
    #[serde(default)]
    pub(super) provider_config: Value,
    #[serde(default)]
    pub(super) root_module: ConfigModule,
}

/// A module as it is written: expressions without their values.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ConfigModule {
    #[serde(default)]
    pub(super) resources: Vec<ConfigResource>,
    #[serde(default)]
    pub(super) module_calls: BTreeMap<String, ModuleCall>,
    #[serde(default)]
    pub(super) outputs: BTreeMap<String, Output>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfigResource {
    pub(super) address: String,
    #[serde(default)]
    pub(super) provider_config_key: Value,
    #[serde(default)]
    pub(super) expressions: serde_json::Map<String, Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ModuleCall {
    #[serde(default)]
    pub(super) expressions: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) module: ConfigModule,
}

#[derive(Debug, Deserialize)]
pub(super) struct Output {
    #[serde(default)]
    pub(super) expression: Value,
}

/// What tells one of Terraform's documents from another.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    format_version: Option<Value>,
    #[serde(default)]
    planned_values: Option<IgnoredAny>,
    #[serde(default)]
    values: Option<IgnoredAny>,
    #[serde(default)]
    lineage: Option<IgnoredAny>,
    #[serde(default)]
    provider_schemas: Option<IgnoredAny>,
    #[serde(default)]
    diagnostics: Option<IgnoredAny>,
    #[serde(default, rename = "@level")]
    level: Option<IgnoredAny>,
}

impl<'a> Document<'a> {
    /// Reads a text.
    pub(super) fn parse(name: &str, bytes: &'a [u8]) -> Result<Self, PlanError> {
        let not_a_plan = |what: &str| PlanError::NotAPlan { name: name.to_owned(), what: what.to_owned() };
        if bytes.starts_with(b"PK\x03\x04") {
            return Err(not_a_plan("a binary plan, not its JSON"));
        }
        // A log of `terraform plan -json` is one document a line.
        let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if serde_json::from_slice::<Head>(first).is_ok_and(|head| head.level.is_some()) {
            return Err(not_a_plan("the log of `terraform plan -json`, not a plan"));
        }
        let head: Head = serde_json::from_slice(bytes).map_err(|error| refused(name, bytes, &error))?;
        let version = match &head.format_version {
            Some(Value::String(version)) => version.clone(),
            _ if head.lineage.is_some() => return Err(not_a_plan("a state file, not a plan")),
            _ => return Err(not_a_plan("JSON, but not a plan: it has no `format_version`")),
        };
        if head.provider_schemas.is_some() {
            return Err(not_a_plan("a schema of providers, not a plan"));
        }
        if head.diagnostics.is_some() && head.planned_values.is_none() {
            return Err(not_a_plan("the outcome of `terraform validate`, not a plan"));
        }
        let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        match major {
            Some(0 | 1) => {}
            _ => {
                let found = version.chars().filter(|c| !c.is_control()).take(32).collect();
                return Err(PlanError::Version { name: name.to_owned(), found });
            }
        }
        if head.planned_values.is_none() {
            return Err(match head.values {
                Some(_) => not_a_plan("a state, as `terraform show -json` prints it, not a plan"),
                None => not_a_plan("JSON, but not a plan: it has no `planned_values`"),
            });
        }
        serde_json::from_slice(bytes).map_err(|error| refused(name, bytes, &error))
    }
}

/// What serde says, with the place. A value of another type than the format has is no plan; anything else is no JSON.
fn refused(name: &str, bytes: &[u8], error: &serde_json::Error) -> PlanError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    let what: String = what.chars().filter(|c| !c.is_control()).take(120).collect();
    // Nesting without an end is no mistake of the text, but nothing that Terraform writes either.
    if error.classify() == Category::Data {
        let what = format!("JSON, but not a plan: {what}, at line {line}, column {column}");
        return PlanError::NotAPlan { name: name.to_owned(), what };
    }
    let start: usize =
        bytes.split(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(|l| l.len() + 1).sum();
    let byte = start.saturating_add(column.saturating_sub(1)).min(bytes.len());
    PlanError::NotJson { name: name.to_owned(), what, byte, line, column }
}
