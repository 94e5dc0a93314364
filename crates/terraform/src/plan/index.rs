//! A plan's resources in tables: by id, by address, with the configuration beside them. One for what will be, one for what was; of the
//! network, and of permission.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::address::{Key, ModulePath, address};
use super::config::Config;
use super::document::{Document, Module, Resource};
use super::error::PlanError;
use super::providers::Providers;
use super::record::{About, Kind, Record};

/// The resources of a plan that are about one thing.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) records: Vec<Arc<Record>>,
    pub(super) config: Arc<Config>,
    /// Addresses that stand twice.
    pub(super) twice: Vec<String>,
    /// Resources whose values are no object, or nested without an end.
    pub(super) shapeless: Vec<String>,
    /// Lists of rules that a data source has read whole: whose they are.
    pub(super) whole: HashSet<(Kind, String)>,
    by_id: HashMap<String, usize>,
    by_address: HashMap<(ModulePath, String), Vec<usize>>,
    modules: HashMap<(ModulePath, String), Vec<Option<Key>>>,
}

/// What will be, and what was.
#[derive(Debug, Default)]
pub(super) struct Both {
    pub(super) planned: Index,
    pub(super) prior: Index,
}

impl Both {
    /// Whether there is anything.
    pub(super) fn is_empty(&self) -> bool {
        let Self { planned, prior } = self;
        planned.is_empty() && prior.records.is_empty()
    }

    fn finish(&mut self, config: &Arc<Config>) {
        self.planned.config = Arc::clone(config);
        self.planned.finish();
        self.prior.finish();
    }
}

/// What a plan has, by what it is about.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    pub(super) network: Both,
    pub(super) permission: Both,
    /// What will be of all the rest.
    pub(super) others: Index,
    pub(super) providers: Providers,
}

/// What a plan says of a resource that it plans.
#[derive(Default)]
struct Planned {
    gone: bool,
    created: bool,
    touched: bool,
    unknown: Value,
}

/// The resources of a plan, of the network and of permission.
pub(super) fn read(name: &str, document: Document<'_>) -> Result<Indexes, PlanError> {
    let mut changes: HashMap<String, Planned> = HashMap::new();
    // What Terraform gives up without deleting it.
    let mut forgotten = HashSet::new();
    for change in document.resource_changes.unwrap_or_default() {
        if change.deposed.is_some() {
            continue;
        }
        let does = |wanted: &str| change.change.actions.iter().any(|action| action == wanted);
        if does("forget") {
            forgotten.insert(change.address.clone());
        }
        let unknown =
            change.change.after_unknown.and_then(|unknown| serde_json::from_str(unknown.get()).ok());
        let planned = Planned {
            gone: (does("delete") && !does("create")) || does("forget"),
            created: does("create") && !does("delete"),
            touched: does("create") || does("update"),
            unknown: unknown.unwrap_or(Value::Null),
        };
        changes.insert(change.address, planned);
    }
    let mut providers = BTreeSet::new();
    let Indexes { mut network, mut permission, mut others, .. } = Indexes::default();
    let mut deferred = HashSet::new();
    for resource in document.planned_values.iter().flat_map(|values| flat(&values.root_module)) {
        providers.insert(resource.provider_name.clone());
        // Where nothing is said of what becomes of it, it is looked at.
        let said =
            changes.remove(&resource.address).unwrap_or(Planned { touched: true, ..Planned::default() });
        deferred.extend((resource.mode == "data").then(|| resource.address.clone()));
        if said.gone {
            continue;
        }
        if About::Permission.kind(&resource.kind).is_some() {
            permission.planned.add(About::Permission, resource, said);
        } else if About::Network.kind(&resource.kind).is_some() {
            network.planned.add(About::Network, resource, said);
        } else if resource.mode == "managed" {
            others.add(About::Others, resource, said);
        }
    }
    let state = document.prior_state.and_then(|state| state.values);
    for resource in state.iter().flat_map(|values| flat(&values.root_module)) {
        providers.insert(resource.provider_name.clone());
        for (both, about) in [(&mut network, About::Network), (&mut permission, About::Permission)] {
            both.prior.add(about, resource, Planned::default());
            // A data source that was read for the plan stands in the state alone.
            if resource.mode == "data" && !deferred.contains(&resource.address) {
                both.planned.add(about, resource, Planned::default());
            }
        }
    }
    // A policy holds, whoever manages it.
    for resource in state.iter().flat_map(|values| flat(&values.root_module)) {
        if forgotten.contains(&resource.address) {
            permission.planned.add(About::Permission, resource, Planned::default());
        }
    }
    let configuration = document.configuration.unwrap_or_default();
    let providers_said = Providers::new(&configuration.provider_config, &document.variables);
    let config = Arc::new(Config::new(configuration.root_module));
    network.finish(&config);
    permission.finish(&config);
    others.config = Arc::clone(&config);
    others.finish();
    if network.is_empty() && permission.is_empty() && others.is_empty() {
        providers.remove("");
        let providers = providers.into_iter().map(|name| shown(&name)).collect();
        return Err(PlanError::NothingOfOracle { name: name.to_owned(), providers });
    }
    Ok(Indexes { network, permission, others, providers: providers_said })
}

/// Every resource of a module and of those in it, the outer first.
fn flat<'d, 'a>(root: &'d Module<'a>) -> Vec<&'d Resource<'a>> {
    let mut found = Vec::new();
    let mut waiting = vec![root];
    while let Some(module) = waiting.pop() {
        found.extend(&module.resources);
        waiting.extend(module.child_modules.iter().rev());
    }
    found
}

/// Short enough for a line, and nothing that a terminal would obey.
pub(super) fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(160).collect()
}

impl Index {
    fn is_empty(&self) -> bool {
        self.records.is_empty() && self.shapeless.is_empty()
    }

    /// One that has what several have.
    pub(super) fn joined(all: &[&Self]) -> Self {
        let mut joined = Self::default();
        for index in all {
            joined.config = Arc::clone(&index.config);
            joined.records.extend(index.records.iter().cloned());
        }
        joined.finish();
        joined
    }

    fn add(&mut self, about: About, resource: &Resource<'_>, said: Planned) {
        let Planned { created, touched, unknown, .. } = said;
        let Some((kind, list)) = about.kind(&resource.kind) else { return };
        let Some(at) = address(&resource.address) else {
            self.shapeless.push(shown(&resource.address));
            return;
        };
        let values = resource.values.map_or("{}", |values| values.get());
        let Ok(Value::Object(values)) = serde_json::from_str(values) else {
            self.shapeless.push(shown(&resource.address));
            return;
        };
        let record = |values, unknown, item: Option<usize>| Record {
            address: match (item, list) {
                (Some(item), Some(list)) => format!("{}.{list}[{item}]", shown(&resource.address)),
                _ => shown(&resource.address),
            },
            module: at.module.clone(),
            local: at.local.clone(),
            key: at.key.clone(),
            kind,
            managed: resource.mode == "managed",
            created,
            touched: touched && resource.mode == "managed",
            item: list.is_some(),
            values,
            unknown,
        };
        let Some(list) = list else {
            self.records.push(Arc::new(record(values, unknown, None)));
            return;
        };
        let Some(Value::Array(items)) = values.get(list) else {
            // A list that is read only after apply: what it was asked for is known already.
            if !values.contains_key(list) || unknown.get(list).is_some_and(|it| *it == Value::Bool(true)) {
                self.records.push(Arc::new(record(values, Value::Bool(true), None)));
            }
            return;
        };
        for container in ["network_security_group_id", "drg_route_table_id", "drg_route_distribution_id"] {
            if let Some(id) = values.get(container).and_then(Value::as_str) {
                self.whole.insert((kind, id.to_owned()));
            }
        }
        for (item, value) in items.iter().enumerate() {
            let Value::Object(own) = value else {
                self.shapeless.push(format!("{}.{list}[{item}]", shown(&resource.address)));
                continue;
            };
            // What was asked for holds for each item: whose rules these are stands there alone.
            let mut whole: Map<String, Value> =
                values.iter().filter(|(_, it)| it.is_string()).map(|(k, v)| (k.clone(), v.clone())).collect();
            for own_only in ["id", "display_name"] {
                whole.remove(own_only);
            }
            whole.extend(own.clone());
            self.records.push(Arc::new(record(whole, Value::Null, Some(item))));
        }
    }

    fn finish(&mut self) {
        // What Terraform makes comes first: of two that have one id it is the one that says more.
        self.records.sort_by_key(|record| !record.managed);
        let mut seen = HashSet::new();
        let twice: HashSet<&str> = self
            .records
            .iter()
            .filter(|record| !seen.insert(&record.address))
            .map(|record| record.address.as_str())
            .collect();
        self.twice = twice.into_iter().map(str::to_owned).collect();
        self.twice.sort();
        let mut modules: HashMap<(ModulePath, String), BTreeSet<Option<Key>>> = HashMap::new();
        for (at, record) in self.records.iter().enumerate() {
            // What manages a default has the id of the default, which is the VCN's or the DRG's.
            let manages = matches!(
                record.kind,
                Kind::DefaultRouteTable | Kind::DefaultSecurityList | Kind::DefaultDrgTable
            );
            if let Some(id) = record.known("id").filter(|_| !manages) {
                self.by_id.entry(id.to_owned()).or_insert(at);
            }
            self.by_address.entry((record.module.clone(), record.local.clone())).or_default().push(at);
            let mut module = record.module.clone();
            while let Some((outer, name, key)) = module.parent() {
                modules.entry((outer.clone(), name.to_owned())).or_default().insert(key.cloned());
                module = outer;
            }
        }
        self.modules = modules.into_iter().map(|(at, keys)| (at, keys.into_iter().collect())).collect();
    }

    /// The record that has an id.
    pub(super) fn of_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(super) fn record(&self, at: usize) -> Option<&Record> {
        self.records.get(at).map(Arc::as_ref)
    }

    pub(super) fn key(&self, at: usize) -> Option<Key> {
        self.record(at).and_then(|record| record.key.clone())
    }

    /// Of an item of a list: its number.
    pub(super) fn item(&self, at: usize) -> Option<u64> {
        let record = self.record(at).filter(|record| record.item)?;
        record.address.rsplit_once('[')?.1.strip_suffix(']')?.parse().ok()
    }

    /// The instances of a resource in a module.
    pub(super) fn instances(&self, module: &ModulePath, local: &str) -> &[usize] {
        self.by_address.get(&(module.clone(), local.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The keys of the instances of a module that is called in another.
    pub(super) fn module_keys(&self, around: &ModulePath, name: &str) -> &[Option<Key>] {
        self.modules.get(&(around.clone(), name.to_owned())).map_or(&[], Vec::as_slice)
    }
}
