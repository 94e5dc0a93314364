//! What a plan's configuration refers to: from the references of an expression to the resources that they lead to, through
//! variables and outputs of modules.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::address::{Key, ModulePath, Step, key_of, steps};
use super::document::{ConfigModule, ConfigResource};
use super::index::Index;

/// How many modules, variables and outputs one reference may lead through.
const DEEPEST: usize = 32;

/// How many resources one expression may lead to before it is given up.
const MOST: usize = 4096;

/// What an expression refers to.
#[derive(Debug, Default)]
pub(super) struct Referred {
    /// Resources, with the attribute that is asked for if that can be told.
    pub(super) records: Vec<(usize, Option<String>)>,
    /// What leads nowhere from here: locals, and variables of the root.
    pub(super) open: Vec<String>,
}

/// Where an expression stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'s> {
    pub(super) module: &'s ModulePath,
    /// The key of the instance that the expression is for.
    pub(super) key: Option<&'s Key>,
    /// Which instances there are of what the expression belongs to: a key is taken for the same key where both have the same.
    pub(super) keys: &'s [Option<Key>],
}

/// Every module of a configuration by the names that lead to it.
#[derive(Debug, Default)]
pub(super) struct Config {
    modules: BTreeMap<Vec<String>, Written>,
}

#[derive(Debug, Default)]
struct Written {
    /// The expressions of each resource.
    resources: BTreeMap<String, Map<String, Value>>,
    outputs: BTreeMap<String, Value>,
    /// What the provider of each resource is called.
    providers: BTreeMap<String, String>,
    /// What is handed to each module that is called.
    calls: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Config {
    pub(super) fn new(root: ConfigModule) -> Self {
        let mut modules = BTreeMap::new();
        let mut waiting = vec![(Vec::new(), root)];
        while let Some((path, module)) = waiting.pop() {
            let provider = |it: &ConfigResource| {
                it.provider_config_key.as_str().map(|key| (it.address.clone(), key.to_owned()))
            };
            let mut written = Written {
                providers: module.resources.iter().filter_map(provider).collect(),
                resources: module.resources.into_iter().map(|it| (it.address, it.expressions)).collect(),
                outputs: module.outputs.into_iter().map(|(name, it)| (name, it.expression)).collect(),
                calls: BTreeMap::new(),
            };
            for (name, call) in module.module_calls {
                let mut inner = path.clone();
                inner.push(name.clone());
                waiting.push((inner, call.module));
                written.calls.insert(name, call.expressions);
            }
            modules.insert(path, written);
        }
        Self { modules }
    }

    /// Whether there is a configuration at all.
    pub(super) fn is_empty(&self) -> bool {
        self.modules.values().all(|module| module.resources.is_empty() && module.calls.is_empty())
    }

    /// The expressions of a resource.
    pub(super) fn expressions(&self, module: &ModulePath, local: &str) -> Option<&Map<String, Value>> {
        self.module(module)?.resources.get(local)
    }

    /// What the provider of a resource is called.
    pub(super) fn provider(&self, module: &ModulePath, local: &str) -> Option<&str> {
        self.module(module)?.providers.get(local).map(String::as_str)
    }

    fn module(&self, path: &ModulePath) -> Option<&Written> {
        let names: Vec<String> = path.0.iter().map(|(name, _)| name.clone()).collect();
        self.modules.get(&names)
    }
}

/// The references of an expression, without those that are only the beginning of another.
pub(super) fn references(expression: &Value) -> Vec<&str> {
    let all: Vec<&str> = expression
        .get("references")
        .and_then(Value::as_array)
        .map(|all| all.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let begins = |whole: &str, start: &str| {
        whole.len() > start.len()
            && whole.strip_prefix(start).is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    let mut left: Vec<&str> = Vec::new();
    for text in &all {
        if !left.contains(text) && !all.iter().any(|other| begins(other, text)) {
            left.push(text);
        }
    }
    left
}

/// Where the references of an expression lead.
pub(super) fn referred(index: &Index, scope: Scope<'_>, expression: &Value) -> Referred {
    let mut found = Referred::default();
    follow(index, scope, expression, 0, &mut found);
    found.records.sort();
    found.records.dedup();
    found.open.sort();
    found.open.dedup();
    found
}

fn follow(index: &Index, scope: Scope<'_>, expression: &Value, depth: usize, found: &mut Referred) {
    let references = references(expression);
    // `x[each.key]` refers to `x` and to `each.key`.
    let same_key = references.iter().any(|text| matches!(*text, "each.key" | "count.index"));
    let other_key = references.iter().any(|text| text.starts_with("each.value"));
    let scope = Scope { key: scope.key.filter(|_| same_key && !other_key), ..scope };
    for text in references {
        if depth > DEEPEST || found.records.len() > MOST {
            found.open.push(text.to_owned());
            return;
        }
        one(index, scope, text, depth, found);
    }
}

fn one(index: &Index, scope: Scope<'_>, text: &str, depth: usize, found: &mut Referred) {
    let Some(parsed) = steps(text) else {
        found.open.push(text.to_owned());
        return;
    };
    let mut parsed = parsed.into_iter().peekable();
    let Some(Step::Name(first)) = parsed.next() else { return };
    match first.as_str() {
        "each" | "count" | "path" | "terraform" | "self" => {}
        "local" => found.open.push(text.to_owned()),
        "var" => variable(index, scope, &mut parsed, text, depth, found),
        "module" => output(index, scope, &mut parsed, text, depth, found),
        _ => resource(index, scope, &first, &mut parsed, text, found),
    }
}

type Steps = std::iter::Peekable<std::vec::IntoIter<Step>>;

fn name(steps: &mut Steps) -> Option<String> {
    match steps.next_if(|step| matches!(step, Step::Name(_))) {
        Some(Step::Name(name)) => Some(name),
        _ => None,
    }
}

/// A variable of a module is what its caller hands over; those of the root are known, or the plan would not be.
fn variable(
    index: &Index,
    scope: Scope<'_>,
    steps: &mut Steps,
    text: &str,
    depth: usize,
    found: &mut Referred,
) {
    let around = scope.module.parent();
    let handed = around.as_ref().zip(name(steps)).and_then(|((outer, called, key), name)| {
        let expression = index.config.module(outer)?.calls.get(*called)?.get(&name)?;
        Some((outer, *called, *key, expression))
    });
    match handed {
        Some((outer, called, key, expression)) => {
            let keys = index.module_keys(outer, called);
            follow(index, Scope { module: outer, key, keys }, expression, depth + 1, found)
        }
        None => found.open.push(text.to_owned()),
    }
}

/// What a module puts out; where the instance or the output is not said, all that it may be.
fn output(
    index: &Index,
    scope: Scope<'_>,
    steps: &mut Steps,
    text: &str,
    depth: usize,
    found: &mut Referred,
) {
    let Some(called) = name(steps) else { return };
    let said = key_of(steps);
    let keys = index.module_keys(scope.module, &called);
    let meant: Vec<Option<Key>> = match said {
        Some(key) => vec![Some(key)],
        None => instances(keys, scope),
    };
    let wanted = name(steps);
    for key in meant {
        let inner = scope.module.child(&called, key);
        let Some(module) = index.config.module(&inner) else {
            found.open.push(text.to_owned());
            return;
        };
        for (name, expression) in &module.outputs {
            if wanted.as_ref().is_none_or(|wanted| wanted == name) {
                let scope = Scope { module: &inner, key: None, keys: &[] };
                follow(index, scope, expression, depth + 1, found);
            }
        }
    }
}

fn resource(
    index: &Index,
    scope: Scope<'_>,
    first: &str,
    steps: &mut Steps,
    text: &str,
    found: &mut Referred,
) {
    let mut local = first.to_owned();
    if local == "data" {
        let Some(kind) = name(steps) else { return };
        local = format!("data.{kind}");
    }
    let Some(called) = name(steps) else { return };
    local = format!("{local}.{called}");
    let said = key_of(steps);
    // Of a data source's list an item is meant: `virtual_networks[0].id`.
    let path: Vec<Step> = steps.by_ref().collect();
    let (item, attribute) = match path.as_slice() {
        [Step::Name(_), Step::Key(Key::Number(item)), rest @ ..] => (Some(*item), rest.first()),
        [Step::Name(_), Step::Key(_), rest @ ..] => (None, rest.first()),
        [first, ..] => (None, Some(first)),
        [] => (None, None),
    };
    let attribute = match attribute {
        Some(Step::Name(name)) => Some(name.clone()),
        _ => None,
    };
    let all = index.instances(scope.module, &local);
    if all.is_empty() {
        // Another provider's, or one that makes nothing of the network.
        found.open.push(text.to_owned());
        return;
    }
    let meant: Vec<Option<Key>> = match said {
        Some(key) => vec![Some(key)],
        None => {
            let mut keys: Vec<Option<Key>> = all.iter().map(|at| index.key(*at)).collect();
            keys.dedup();
            instances(&keys, scope)
        }
    };
    for at in all {
        let suits = meant.contains(&index.key(*at));
        let is_item = item.is_none_or(|item| index.item(*at).is_none_or(|number| number == item));
        if suits && is_item {
            found.records.push((*at, attribute.clone()));
        }
    }
}

/// The instances that are meant where none is said: that of the same key, if both have the same keys; else all.
fn instances(keys: &[Option<Key>], scope: Scope<'_>) -> Vec<Option<Key>> {
    let (mut own, mut theirs) = (scope.keys.to_vec(), keys.to_vec());
    own.sort();
    theirs.sort();
    match scope.key {
        Some(key) if own == theirs => vec![Some(key.clone())],
        _ => keys.to_vec(),
    }
}
