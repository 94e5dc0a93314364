//! One side of a plan: its records of permission, and what their arguments name.

use std::cell::RefCell;
use std::collections::HashSet;

use adit_iam::source::{Gathered, Tree};
use adit_iam::syntax::Options;
use adit_iam::tenancy::CompartmentId;
use serde_json::Value;

use super::Gap;
use crate::plan::block::{Block, Fault, Got};
use crate::plan::config::{Scope, references, referred};
use crate::plan::index::{Both, Index, shown};
use crate::plan::record::{Kind, Record};

/// How many arguments of other resources are followed.
const DEEPEST: usize = 8;

/// How many compartments, groups and dynamic groups are taken each. A tenancy has some hundreds.
const MOST: usize = 10_000;

/// One side of a plan.
pub(super) struct Side<'p> {
    index: &'p Index,
    /// The ids of what the plan deletes: data sources that were read before still have it.
    gone: HashSet<&'p str>,
    faults: RefCell<Vec<Fault>>,
    gaps: RefCell<Vec<Gap>>,
}

/// Which compartment an argument names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// It is not there: the provider takes the tenancy.
    Root,
    /// By the key of the compartment: its OCID, or the address of one that is made.
    At(String),
    /// It cannot be told; what it comes from.
    Open(Vec<String>),
}

impl<'p> Side<'p> {
    pub(super) fn planned(both: &'p Both) -> Self {
        let ids = |index: &'p Index| -> HashSet<&'p str> {
            index.records.iter().filter(|it| it.managed).filter_map(|it| it.known("id")).collect()
        };
        let gone = &ids(&both.prior) - &ids(&both.planned);
        Self { index: &both.planned, gone, faults: RefCell::default(), gaps: RefCell::default() }
    }

    pub(super) fn prior(both: &'p Both) -> Self {
        let gone = HashSet::new();
        Self { index: &both.prior, gone, faults: RefCell::default(), gaps: RefCell::default() }
    }

    /// All records, whatever they are.
    pub(super) fn all(&self) -> impl Iterator<Item = &'p Record> {
        let index: &'p Index = self.index;
        index.records.iter().map(|record| record.as_ref())
    }

    /// The records of a kind that are there, each thing once, with what they say.
    pub(super) fn records(&self, kind: Kind) -> Vec<(usize, &Record, Block<'_>)> {
        let mut found = Vec::new();
        let records = self.index.records.iter().map(|record| record.as_ref()).enumerate();
        for (at, record) in records.filter(|(_, it)| it.kind == kind) {
            let id = record.known("id");
            let is_second = id.and_then(|id| self.index.of_id(id)).is_some_and(|first| first != at);
            let is_gone = !record.managed && id.is_some_and(|id| self.gone.contains(id));
            let is_active = record.known("state").is_none_or(|state| state.eq_ignore_ascii_case("active"));
            if is_second || is_gone || !is_active {
                continue;
            }
            if found.len() == MOST && kind != Kind::Policy {
                self.gap(Gap::TooMany { place: record.address.clone(), most: MOST });
                break;
            }
            if record.item && record.unknown == Value::Bool(true) {
                self.open(&record.address, Vec::new(), "what it lists is not looked at");
                continue;
            }
            found.extend(Block::new(self.index, at, &self.faults).map(|block| (at, record, block)));
        }
        found
    }

    pub(super) fn gap(&self, gap: Gap) {
        self.gaps.borrow_mut().push(gap);
    }

    pub(super) fn open(&self, place: &str, from: Vec<String>, instead: &'static str) {
        self.gap(Gap::Open { place: place.to_owned(), from, instead });
    }

    /// The name of a thing; one without a name that is known goes by its address.
    pub(super) fn name(&self, record: &Record, block: &Block<'_>) -> String {
        match block.text("name") {
            Got::Is(name) => name.to_owned(),
            Got::Nothing => record.address.clone(),
            Got::Open => {
                let place = format!("{}.name", record.address);
                self.open(&place, from(block, "name"), "it goes by its address");
                record.address.clone()
            }
        }
    }

    /// What a compartment is known by: its OCID, or its address until it has one.
    pub(super) fn key(&self, record: &Record) -> String {
        record.known("id").map_or_else(|| record.address.clone(), str::to_ascii_lowercase)
    }

    /// The compartment that an argument names.
    pub(super) fn place(&self, block: &Block<'_>, attribute: &str) -> Place {
        self.place_at(block, attribute, 0)
    }

    fn place_at(&self, block: &Block<'_>, attribute: &str, depth: usize) -> Place {
        match block.text(attribute) {
            Got::Is(ocid) => Place::At(ocid.to_ascii_lowercase()),
            Got::Nothing => Place::Root,
            Got::Open => self.referred(block, attribute, depth),
        }
    }

    /// By what the configuration refers to. A value that is not known comes from something that is not known.
    fn referred(&self, block: &Block<'_>, attribute: &str, depth: usize) -> Place {
        let open = || Place::Open(from(block, attribute));
        let Some(record) = self.index.record(block.record) else { return open() };
        let Some(written) = block.written.first() else { return open() };
        let Some(expression) = written.get(attribute) else { return Place::Root };
        let instances = self.index.instances(&record.module, &record.local);
        let keys: Vec<_> = instances.iter().map(|at| self.index.key(*at)).collect();
        let scope = Scope { module: &record.module, key: record.key.as_ref(), keys: &keys };
        let mut places: Vec<(Place, bool)> = Vec::new();
        for (at, attribute) in referred(self.index, scope, expression).records {
            let Some(record) = self.index.record(at) else { continue };
            let attribute = attribute.as_deref().unwrap_or("id");
            let known = record.known(attribute).is_some();
            let place = match (record.kind, attribute) {
                (Kind::Compartment | Kind::Tenancy, "id") => Some(Place::At(self.key(record))),
                (_, "compartment_id" | "tenancy_id") if depth < DEEPEST => {
                    let block = Block::new(self.index, at, &self.faults);
                    block.map(|block| self.place_at(&block, attribute, depth + 1))
                }
                _ => None,
            };
            places.extend(place.map(|place| (place, known)));
        }
        if places.iter().any(|(_, known)| !known) {
            places.retain(|(_, known)| !known);
        }
        places.sort();
        places.dedup();
        match places.as_slice() {
            [(place, _)] => place.clone(),
            _ => open(),
        }
    }

    /// Adds the policies of this side.
    pub(super) fn policies(&self, tree: &Tree, gathered: &mut Gathered) {
        let options = Options::default();
        for (_, record, block) in self.records(Kind::Policy) {
            let address = record.address.as_str();
            let name = self.name(record, &block);
            let compartment = match self.place(&block, "compartment_id") {
                Place::Root => CompartmentId::ROOT,
                Place::At(key) => tree.places.get(&key).copied().unwrap_or(CompartmentId::ROOT),
                Place::Open(from) => {
                    let place = format!("{address}.compartment_id");
                    self.open(&place, from, "the policy is taken to be attached to the tenancy");
                    CompartmentId::ROOT
                }
            };
            let texts = match block.texts("statements") {
                Got::Is(texts) => texts,
                Got::Nothing => Vec::new(),
                Got::Open => {
                    let place = format!("{address}.statements");
                    self.open(&place, from(&block, "statements"), "none of them is looked at");
                    Vec::new()
                }
            };
            for (at, _) in texts.iter().enumerate().filter(|(_, text)| text.is_none()) {
                let place = format!("{address} statement {}", at + 1);
                self.open(&place, from(&block, "statements"), "what it allows or denies is not looked at");
            }
            gathered.policy(&name, compartment, address, texts, &options);
        }
    }

    /// All that was found on the way, and what the records say that cannot be.
    pub(super) fn gaps(&self) -> Vec<Gap> {
        let mut gaps = self.gaps.take();
        let fault = |Fault { record, at, found, expected, .. }| {
            let address = self.index.record(record).map(|it| it.address.as_str()).unwrap_or_default();
            Gap::WrongType { place: format!("{address}.{at}"), found, expected }
        };
        gaps.extend(self.faults.take().into_iter().map(fault));
        gaps.extend(self.index.twice.iter().map(|place| Gap::Twice { place: place.clone() }));
        gaps.extend(self.index.shapeless.iter().map(|place| Gap::Shapeless { place: place.clone() }));
        let mut seen = HashSet::new();
        gaps.retain(|gap| seen.insert(gap.to_string()));
        gaps
    }
}

/// What the configuration refers to for an argument.
pub(super) fn from(block: &Block<'_>, attribute: &str) -> Vec<String> {
    let expression = block.written.first().and_then(|written| written.get(attribute));
    expression.map(references).unwrap_or_default().into_iter().map(shown).collect()
}
