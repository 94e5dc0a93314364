//! Policies, and the set of everything that decides.

use std::collections::HashMap;

use super::{CompartmentId, Compartments, DynamicGroup, DynamicGroupId, Group, GroupId};
use crate::syntax::{At, Statement};

/// The place of a [`Policy`] in its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(pub(crate) u32);

impl PolicyId {
    /// The place as a number, counted from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The place of a statement in its set: the policy, and the statement in it, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId {
    /// The policy.
    pub policy: PolicyId,
    /// Which of its statements.
    pub index: u32,
}

/// A policy: statements, and the compartment that holds them.
///
/// The compartment decides who may change the policy, and it is where names of compartments in the statements begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// The compartment that it is attached to.
    pub compartment: CompartmentId,
    /// Its statements.
    pub statements: Vec<At<Statement>>,
}

/// Everything that decides who may do what in a tenancy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySet {
    /// The compartments.
    pub compartments: Compartments,
    groups: Vec<Group>,
    dynamic_groups: Vec<DynamicGroup>,
    policies: Vec<Policy>,
    all_groups: bool,
    /// Where each group is, by its domain and name in lower case.
    group_names: HashMap<(String, String), u32>,
    /// Where each dynamic group is.
    dynamic_names: HashMap<(String, String), u32>,
}

impl PolicySet {
    /// A set without groups and policies.
    pub fn new(compartments: Compartments) -> Self {
        Self {
            compartments,
            groups: Vec::new(),
            dynamic_groups: Vec::new(),
            policies: Vec::new(),
            all_groups: false,
            group_names: HashMap::new(),
            dynamic_names: HashMap::new(),
        }
    }

    /// Says that there are no other groups and dynamic groups: a name that is not here is nobody's.
    pub fn with_all_groups(mut self) -> Self {
        self.all_groups = true;
        self
    }

    /// Whether there are no others.
    pub fn has_all_groups(&self) -> bool {
        self.all_groups
    }

    /// Adds a group; one of the same domain and name is the same group.
    pub fn add_group(&mut self, group: Group) -> GroupId {
        let name = (group.domain.to_lowercase(), group.name.to_lowercase());
        GroupId(*self.group_names.entry(name).or_insert_with(|| push(&mut self.groups, group)))
    }

    /// Adds a dynamic group; one of the same domain and name is the same group.
    pub fn add_dynamic_group(&mut self, group: DynamicGroup) -> DynamicGroupId {
        let name = (group.domain.to_lowercase(), group.name.to_lowercase());
        let id = self.dynamic_names.entry(name).or_insert_with(|| push(&mut self.dynamic_groups, group));
        DynamicGroupId(*id)
    }

    /// Adds a policy.
    pub fn add_policy(&mut self, policy: Policy) -> PolicyId {
        PolicyId(push(&mut self.policies, policy))
    }

    /// The groups, in the order in which they were added.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = (GroupId, &Group)> {
        self.groups.iter().enumerate().map(|(index, group)| (GroupId(number(index)), group))
    }

    /// The dynamic groups, in the order in which they were added.
    pub fn dynamic_groups(&self) -> impl ExactSizeIterator<Item = (DynamicGroupId, &DynamicGroup)> {
        self.dynamic_groups.iter().enumerate().map(|(index, group)| (DynamicGroupId(number(index)), group))
    }

    /// The policies, in the order in which they were added.
    pub fn policies(&self) -> impl ExactSizeIterator<Item = (PolicyId, &Policy)> {
        self.policies.iter().enumerate().map(|(index, policy)| (PolicyId(number(index)), policy))
    }

    /// Every statement, with the policy that it is in.
    pub fn statements(&self) -> impl Iterator<Item = (StatementId, &Policy, &At<Statement>)> {
        self.policies().flat_map(|(id, policy)| {
            let numbered = policy.statements.iter().enumerate();
            numbered.map(move |(index, it)| (StatementId { policy: id, index: number(index) }, policy, it))
        })
    }

    /// One group.
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.get(id.index())
    }

    /// One dynamic group.
    pub fn dynamic_group(&self, id: DynamicGroupId) -> Option<&DynamicGroup> {
        self.dynamic_groups.get(id.index())
    }

    /// One policy.
    pub fn policy(&self, id: PolicyId) -> Option<&Policy> {
        self.policies.get(id.index())
    }

    /// One statement.
    pub fn statement(&self, id: StatementId) -> Option<&At<Statement>> {
        self.policy(id.policy)?.statements.get(id.index as usize)
    }

    /// The same tenancy without its policies.
    pub fn without_policies(&self) -> Self {
        Self { policies: Vec::new(), ..self.clone() }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn push<T>(all: &mut Vec<T>, one: T) -> u32 {
    all.push(one);
    number(all.len() - 1)
}
