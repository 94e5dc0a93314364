//! Statements as rows: whatever can be settled without a request is settled here.

use std::collections::HashMap;

use super::actions::Actions;
use super::condition::Compiled;
use crate::decide::resolve::{Found, Scope, dynamic_group, group, scope};
use crate::syntax::{Condition, Effect, Location, Place, Principal, Statement, Subject};
use crate::tenancy::{CompartmentId, DynamicGroupId, GroupId, Policy, PolicyId, PolicySet, StatementId};
use crate::truth::Truth;

/// Whom a row is found by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    AnyUser,
    AnyGroup,
    Group(GroupId),
    GroupWithoutOcid,
    GroupNotKnown,
    DynamicGroup(DynamicGroupId),
    DynamicGroupNotKnown,
    Service(Box<str>),
    ServiceNotKnown,
    OldResource,
    Foreign,
}

/// A statement that can apply to something.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: StatementId,
    pub(crate) effect: Effect,
    pub(crate) class: u32,
    pub(crate) subjects: Vec<Key>,
    /// The compartments, as numbers, perhaps none of them; or it is not known which.
    pub(crate) range: Option<(u32, u32)>,
    pub(crate) condition: Option<Compiled>,
}

impl Row {
    /// Whether it holds in the compartment of this number.
    pub(super) fn place(&self, at: u32) -> Truth {
        self.range.map_or(Truth::Unknown, |(from, to)| (from <= at && at < to).into())
    }
}

pub(super) struct Compiler<'a> {
    set: &'a PolicySet,
    pub(super) rows: Vec<Row>,
    pub(super) actions: Actions,
    pub(super) ranges: Vec<(u32, u32)>,
    pub(super) variables: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
    scopes: HashMap<(Option<PolicyId>, CompartmentId, Location), Scope>,
    groups: HashMap<(Option<PolicyId>, Principal), Found<GroupId>>,
    dynamic_groups: HashMap<(Option<PolicyId>, Principal), Found<DynamicGroupId>>,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(set: &'a PolicySet) -> Self {
        Self {
            set,
            rows: Vec::new(),
            actions: Actions::new(),
            ranges: ranges(set),
            variables: Vec::new(),
            numbers: HashMap::new(),
            scopes: HashMap::new(),
            groups: HashMap::new(),
            dynamic_groups: HashMap::new(),
        }
    }

    pub(super) fn run(mut self) -> Self {
        let set = self.set;
        for (id, policy) in set.policies() {
            let defines = policy.statements.iter().any(|it| matches!(it.value, Statement::Define(_)));
            let own = defines.then_some(id);
            for (index, statement) in (0u32..).zip(&policy.statements) {
                self.add(StatementId { policy: id, index }, own, policy, statement);
            }
        }
        self
    }

    fn add(&mut self, id: StatementId, own: Option<PolicyId>, policy: &Policy, statement: &Statement) {
        let (effect, action, location, subjects) = match statement {
            Statement::Grant(it) => {
                (&it.effect, &it.action, &it.location.value, self.subjects(own, policy, &it.subject))
            }
            Statement::Admit(it) => match &it.place.value {
                Place::Here(location) => (&it.effect, &it.action, location, vec![Key::Foreign]),
                Place::There(_) => return,
            },
            Statement::Endorse(_) | Statement::Define(_) => return,
        };
        let range = match self.scope(own, policy, location) {
            Scope::In(id) => self.ranges.get(id.index()).copied(),
            Scope::NotKnown => None,
            Scope::NoSuchCompartment | Scope::OutsideAttachment(_) => Some((0, 0)),
        };
        let class = self.actions.add(effect.value, action);
        let condition = statement.condition().map(|it| self.condition(it));
        self.rows.push(Row { id, effect: effect.value, class, subjects, range, condition });
    }

    fn condition(&mut self, condition: &Condition) -> Compiled {
        Compiled::new(condition, &mut |name: &str| {
            let name = name.to_ascii_lowercase();
            let next = u32::try_from(self.variables.len()).unwrap_or(u32::MAX);
            if let Some(number) = self.numbers.get(name.as_str()) {
                return *number;
            }
            self.variables.push(name.as_str().into());
            self.numbers.insert(name.into(), next);
            next
        })
    }

    /// The same location in policies attached to the same compartment is the same place, unless one of them defines names.
    fn scope(&mut self, own: Option<PolicyId>, policy: &Policy, location: &Location) -> Scope {
        let key = (own, policy.compartment, location.clone());
        *self.scopes.entry(key).or_insert_with(|| scope(self.set, policy, location))
    }

    fn group(&mut self, own: Option<PolicyId>, policy: &Policy, name: &Principal) -> Found<GroupId> {
        let found = || group(self.set, policy, name);
        *self.groups.entry((own, name.clone())).or_insert_with(found)
    }

    fn dynamic_group(
        &mut self,
        own: Option<PolicyId>,
        policy: &Policy,
        name: &Principal,
    ) -> Found<DynamicGroupId> {
        let found = || dynamic_group(self.set, policy, name);
        *self.dynamic_groups.entry((own, name.clone())).or_insert_with(found)
    }

    fn subjects(&mut self, own: Option<PolicyId>, policy: &Policy, subject: &Subject) -> Vec<Key> {
        let mut keys: Vec<Key> = match subject {
            Subject::AnyUser => vec![Key::AnyUser],
            Subject::AnyGroup => vec![Key::AnyGroup],
            Subject::Groups(names) => names
                .iter()
                .filter_map(|it| match self.group(own, policy, it) {
                    Found::Is(id) => Some(Key::Group(id)),
                    Found::Nothing => None,
                    Found::OneWithoutOcid => Some(Key::GroupWithoutOcid),
                    Found::NotKnown => Some(Key::GroupNotKnown),
                })
                .collect(),
            Subject::DynamicGroups(names) => names
                .iter()
                .filter_map(|it| match self.dynamic_group(own, policy, it) {
                    Found::Is(id) => Some(Key::DynamicGroup(id)),
                    Found::Nothing => None,
                    Found::OneWithoutOcid | Found::NotKnown => Some(Key::DynamicGroupNotKnown),
                })
                .collect(),
            Subject::Services(names) => names
                .iter()
                .map(|it| {
                    it.known()
                        .map_or(Key::ServiceNotKnown, |name| Key::Service(name.to_ascii_lowercase().into()))
                })
                .collect(),
            Subject::Resource { .. } => vec![Key::OldResource],
        };
        // A group that is named twice is one group.
        let mut seen = Vec::with_capacity(keys.len());
        keys.retain(|key| {
            let new = !seen.contains(key);
            if new {
                seen.push(key.clone());
            }
            new
        });
        keys
    }
}

/// Numbers every compartment in a walk that goes down first.
fn ranges(set: &PolicySet) -> Vec<(u32, u32)> {
    let mut children: HashMap<CompartmentId, Vec<CompartmentId>> = HashMap::new();
    let mut ranges = Vec::new();
    for id in set.compartments.ids() {
        ranges.push((0, 0));
        if let Some(parent) = set.compartments.parent(id) {
            children.entry(parent).or_default().push(id);
        }
    }
    let mut next = 0;
    let mut open = vec![(CompartmentId::ROOT, false)];
    while let Some((id, done)) = open.pop() {
        let Some(range) = ranges.get_mut(id.index()) else { continue };
        if done {
            range.1 = next;
            continue;
        }
        range.0 = next;
        next += 1;
        open.push((id, true));
        open.extend(children.get(&id).into_iter().flatten().map(|child| (*child, false)));
    }
    ranges
}
