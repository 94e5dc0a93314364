//! The regions that a plan's providers are told: as they are written, or as the root's variables say them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::config::references;

/// What each provider is told of its region, by what resources call it.
#[derive(Debug, Default)]
pub(super) struct Providers {
    regions: BTreeMap<String, String>,
}

/// The type of the providers that count.
const OURS: &str = "oci";

impl Providers {
    /// Out of `provider_config` and the variables of the root. Where the region comes from elsewhere, nothing is known of it.
    pub(super) fn new(configs: &Value, variables: &Value) -> Self {
        let all = configs.as_object().into_iter().flatten();
        let ours = all.filter(|(_, config)| config.get("name").and_then(Value::as_str) == Some(OURS));
        let region = |(key, config): (&String, &Value)| {
            let expression = config.get("expressions")?.get("region")?;
            let said = match expression.get("constant_value") {
                Some(constant) => constant.as_str()?,
                // In a module, variables are the module's.
                None if key.contains(':') => return None,
                None => variable(expression, variables)?,
            };
            (!said.is_empty()).then(|| (key.clone(), said.to_owned()))
        };
        Self { regions: ours.filter_map(region).collect() }
    }

    /// Every provider with what it is told.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.regions.iter().map(|(key, region)| (key.as_str(), region.as_str()))
    }

    /// What a provider is told. One that a module has not set up is the root's of the same name.
    pub(super) fn region(&self, key: &str) -> Option<&str> {
        let root = || self.regions.get(key.rsplit(':').next().unwrap_or(key));
        self.regions.get(key).or_else(root).map(String::as_str)
    }
}

/// What the one variable says that an expression refers to.
fn variable<'v>(expression: &Value, variables: &'v Value) -> Option<&'v str> {
    let all = references(expression);
    let [only] = all.as_slice() else { return None };
    variables.get(only.strip_prefix("var.")?)?.get("value")?.as_str()
}
