//! The fast evaluator: names resolved, permissions as bits, compartments as ranges, conditions in lower case; statements found by whom
//! they are about.

mod actions;
mod compile;
mod condition;
mod explain;

pub use explain::{Lacks, Near};

use std::cell::OnceCell;
use std::collections::HashMap;

use self::actions::Actions;
use self::compile::Compiler;
pub(crate) use self::compile::{Key, Row};
use self::condition::Seen;
use super::Decision;
use super::reference::beyond_deny;
use crate::syntax::Effect;
use crate::tenancy::{CompartmentId, PolicySet, Principal, Request, StatementId};
use crate::truth::Truth;

/// A set of policies, made ready for many questions.
#[derive(Debug)]
pub struct Engine<'a> {
    set: &'a PolicySet,
    rows: Vec<Row>,
    by_subject: HashMap<Key, Vec<u32>>,
    actions: Actions,
    /// For each compartment, its number in a walk that goes down first, and the first number behind all below it.
    ranges: Vec<(u32, u32)>,
    variables: Vec<Box<str>>,
}

impl<'a> Engine<'a> {
    /// Makes a set ready.
    pub fn new(set: &'a PolicySet) -> Self {
        let compiled = Compiler::new(set).run();
        let mut by_subject: HashMap<Key, Vec<u32>> = HashMap::new();
        for (index, row) in (0u32..).zip(&compiled.rows) {
            for key in &row.subjects {
                by_subject.entry(key.clone()).or_default().push(index);
            }
        }
        Self {
            set,
            rows: compiled.rows,
            by_subject,
            actions: compiled.actions,
            ranges: compiled.ranges,
            variables: compiled.variables,
        }
    }

    /// The set that it was made of.
    pub fn set(&self) -> &'a PolicySet {
        self.set
    }

    /// Answers one request: whether, and by which statements.
    pub fn decide(&self, request: &Request) -> Decision {
        let (mut allow, mut deny) = (Vec::new(), Vec::new());
        self.each(request, |row, truth| {
            match row.effect {
                Effect::Allow => allow.push((row.id, truth)),
                Effect::Deny => deny.push((row.id, truth)),
            }
            true
        });
        for list in [&mut allow, &mut deny] {
            merge(list);
        }
        Decision::of(allow, deny)
    }

    /// Whether a request is allowed, without the statements.
    pub fn allowed(&self, request: &Request) -> Truth {
        let (mut allow, mut deny) = (Truth::False, Truth::False);
        self.each(request, |row, truth| {
            match row.effect {
                Effect::Allow => allow = allow.or(truth),
                Effect::Deny => deny = deny.or(truth),
            }
            !deny.is_true()
        });
        allow.and(!deny)
    }

    /// Shows each statement that applies, for certain or perhaps, until it is told to stop. A statement may come twice.
    fn each(&self, request: &Request, mut show: impl FnMut(&Row, Truth) -> bool) {
        let permission = self.actions.id(&request.permission);
        let seen = self.seen();
        let look = |variable: u32| self.look(&seen, request, variable);
        let at = self.number(request);
        let spared = beyond_deny(self.set, &request.principal);
        for (key, subject) in self.keys(&request.principal) {
            for index in self.by_subject.get(&key).into_iter().flatten() {
                let Some(row) = self.rows.get(*index as usize) else { continue };
                if spared && row.effect == Effect::Deny {
                    continue;
                }
                let action = self.actions.has(row.class, permission);
                let truth = subject.and(action).and(row.place(at));
                if truth.is_false() {
                    continue;
                }
                let truth = row.condition.as_ref().map_or(truth, |it| truth.and(it.holds(&look)));
                if !truth.is_false() && !show(row, truth) {
                    return;
                }
            }
        }
    }

    fn seen(&self) -> Vec<OnceCell<Seen>> {
        self.variables.iter().map(|_| OnceCell::new()).collect()
    }

    /// What the request carries of one variable; looked at once.
    fn look<'s>(&self, seen: &'s [OnceCell<Seen>], request: &Request, variable: u32) -> &'s Seen {
        static NOTHING: Seen = Seen::Absent;
        let index = variable as usize;
        let (Some(cell), Some(name)) = (seen.get(index), self.variables.get(index)) else { return &NOTHING };
        cell.get_or_init(|| Seen::of(request.bound(self.set, name)))
    }

    /// The number of the compartment that is asked about.
    fn number(&self, request: &Request) -> u32 {
        self.ranges.get(request.target.index()).map_or(u32::MAX, |range| range.0)
    }

    /// Under which subjects statements about a principal are found, and how certain it is that they are.
    fn keys(&self, principal: &Principal) -> Vec<(Key, Truth)> {
        let mut keys = Vec::new();
        match principal {
            Principal::User(user) => {
                keys.extend([(Key::AnyUser, Truth::True), (Key::AnyGroup, Truth::True)]);
                keys.extend(user.groups.iter().map(|id| (Key::Group(*id), Truth::True)));
                keys.push((Key::GroupNotKnown, Truth::Unknown));
                if user.groups.iter().any(|id| self.set.group(*id).is_none_or(|group| group.ocid.is_none())) {
                    keys.push((Key::GroupWithoutOcid, Truth::Unknown));
                }
            }
            Principal::Resource(resource) => {
                keys.extend([(Key::AnyUser, Truth::True), (Key::AnyGroup, Truth::True)]);
                for (id, _) in self.set.dynamic_groups() {
                    keys.push((Key::DynamicGroup(id), self.set.contains(id, resource)));
                }
                keys.retain(|(_, truth)| !truth.is_false());
                keys.extend([
                    (Key::DynamicGroupNotKnown, Truth::Unknown),
                    (Key::OldResource, Truth::Unknown),
                ]);
            }
            Principal::Service(name) => {
                keys.push((Key::AnyUser, Truth::True));
                keys.push((Key::Service(name.to_ascii_lowercase().into()), Truth::True));
                keys.extend([(Key::ServiceNotKnown, Truth::Unknown), (Key::OldResource, Truth::Unknown)]);
            }
            Principal::Foreign => keys.push((Key::Foreign, Truth::Unknown)),
        }
        keys
    }
}

impl Engine<'_> {
    /// Every row.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows that are about a principal, and how certain that is.
    pub(crate) fn about<'e>(
        &'e self,
        principal: &Principal,
    ) -> impl Iterator<Item = (&'e Row, Truth)> + use<'e> {
        let keys = self.keys(principal);
        let found = keys.into_iter().filter(|(_, truth)| !truth.is_false());
        found.flat_map(move |(key, truth)| {
            let rows = self.by_subject.get(&key).into_iter().flatten();
            rows.filter_map(move |index| Some((self.rows.get(*index as usize)?, truth)))
        })
    }

    /// The number of a permission, for [`action_has`](Self::action_has).
    pub(crate) fn permission(&self, name: &str) -> Option<u32> {
        self.actions.id(name)
    }

    /// Whether a row's action is about a permission.
    pub(crate) fn action_has(&self, row: &Row, permission: Option<u32>) -> Truth {
        self.actions.has(row.class, permission)
    }

    /// Whether a row holds in a compartment.
    pub(crate) fn place_has(&self, row: &Row, compartment: CompartmentId) -> Truth {
        self.ranges.get(compartment.index()).map_or(Truth::False, |range| row.place(range.0))
    }

    /// Whether the conditions of rows hold for a request.
    pub(crate) fn conditions(&self, request: &Request, rows: &[&Row]) -> Vec<Truth> {
        let seen = self.seen();
        let look = |variable: u32| self.look(&seen, request, variable);
        rows.iter().map(|row| row.condition.as_ref().map_or(Truth::True, |it| it.holds(&look))).collect()
    }

    /// Every permission that a table or a statement names.
    pub(crate) fn permissions(&self) -> impl Iterator<Item = &str> {
        self.actions.names()
    }
}

/// Of a statement that was found under two subjects, what is more certain.
fn merge(found: &mut Vec<(StatementId, Truth)>) {
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    found.dedup_by_key(|(id, _)| *id);
}
