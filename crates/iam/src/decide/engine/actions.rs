//! Permissions as bits, and each different action once.

use std::collections::HashMap;

use crate::permissions::{self, Rest};
use crate::syntax::{Action, Effect};
use crate::truth::Truth;

/// Every permission that the tables or a statement name, and every action.
#[derive(Debug)]
pub(crate) struct Actions {
    ids: HashMap<Box<str>, u32>,
    /// Those below it are in the tables.
    known: u32,
    classes: Vec<Class>,
    made: HashMap<(Effect, Action), u32>,
}

/// What one action is about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Class {
    bits: Vec<u64>,
    rest: Option<Rest>,
}

impl Actions {
    pub(super) fn new() -> Self {
        let ids: HashMap<Box<str>, u32> = permissions::all().map(Box::from).zip(0..).collect();
        Self {
            known: u32::try_from(ids.len()).unwrap_or(u32::MAX),
            ids,
            classes: Vec::new(),
            made: HashMap::new(),
        }
    }

    /// The number of a permission; none if neither a table nor a statement names it.
    pub(super) fn id(&self, permission: &str) -> Option<u32> {
        self.ids.get(permission).copied()
    }

    /// Every permission that has a number.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.ids.keys().map(|name| &**name)
    }

    /// The class of an action.
    pub(super) fn add(&mut self, effect: Effect, action: &Action) -> u32 {
        let key = (effect, action.clone());
        if let Some(index) = self.made.get(&key) {
            return *index;
        }
        let mut class = Class { bits: Vec::new(), rest: None };
        match action {
            Action::Verb { verb, resource } => {
                let covered = permissions::covered(effect, verb.value, resource);
                class.rest = Some(covered.rest);
                covered.permissions.iter().filter_map(|it| self.ids.get(*it)).for_each(|id| class.set(*id));
            }
            Action::Permissions(list) => {
                for permission in list {
                    let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
                    class.set(*self.ids.entry(permission.as_str().into()).or_insert(next));
                }
            }
        }
        let index = u32::try_from(self.classes.len()).unwrap_or(u32::MAX);
        self.classes.push(class);
        self.made.insert(key, index);
        index
    }

    /// Whether a class is about a permission.
    pub(super) fn has(&self, class: u32, permission: Option<u32>) -> Truth {
        let Some(class) = self.classes.get(class as usize) else { return Truth::False };
        if permission.is_some_and(|id| class.bit(id)) {
            return Truth::True;
        }
        let known = permission.is_some_and(|id| id < self.known);
        match class.rest {
            None => Truth::False,
            Some(Rest::Everything) => Truth::True,
            Some(Rest::NotKnown) => Truth::Unknown,
            Some(Rest::Nothing) if known => Truth::False,
            Some(Rest::Nothing) => Truth::Unknown,
        }
    }
}

impl Class {
    fn set(&mut self, id: u32) {
        let word = (id / 64) as usize;
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= 1 << (id % 64);
        }
    }

    fn bit(&self, id: u32) -> bool {
        self.bits.get((id / 64) as usize).is_some_and(|bits| bits >> (id % 64) & 1 == 1)
    }
}
