//! The rules of dynamic groups: which resources they match.

use super::compartment::same;
use super::{DynamicGroup, DynamicGroupId, Members, PolicySet, Resource};
use crate::syntax::{At, Equality, MatchingRule};
use crate::truth::Truth;

/// A matching rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matching {
    /// `ANY {…}`.
    Any(Vec<Matching>),
    /// `ALL {…}`.
    All(Vec<Matching>),
    /// `resource.type = 'fnfunc'`.
    Is {
        /// What is tested, in lower case: `resource.type`, `resource.id`, `resource.compartment.id`, `instance.…`, `tag.….value`.
        attribute: String,
        /// The value.
        value: String,
    },
    /// `resource.type != 'fnfunc'`.
    IsNot {
        /// What is tested, in lower case.
        attribute: String,
        /// The value.
        value: String,
    },
    /// `tag.ns.key.value` alone: the resource has the tag.
    Has {
        /// What is tested, in lower case.
        attribute: String,
    },
    /// A part that could not be read.
    NotKnown,
}

impl From<&MatchingRule> for Matching {
    /// A hole of a template is a part that could not be read.
    fn from(rule: &MatchingRule) -> Self {
        let all = |rules: &[At<MatchingRule>]| rules.iter().map(|it| Matching::from(&it.value)).collect();
        match rule {
            MatchingRule::Any(rules) => Matching::Any(all(rules)),
            MatchingRule::All(rules) => Matching::All(all(rules)),
            MatchingRule::Compare { attribute, equality, value } => {
                let Some(value) = value.known() else { return Matching::NotKnown };
                let (attribute, value) = (attribute.value.to_string().to_ascii_lowercase(), value.to_owned());
                match equality.value {
                    Equality::Equal => Matching::Is { attribute, value },
                    Equality::NotEqual => Matching::IsNot { attribute, value },
                }
            }
            MatchingRule::Has(attribute) => {
                Matching::Has { attribute: attribute.value.to_string().to_ascii_lowercase() }
            }
        }
    }
}

impl Matching {
    /// Whether the rule matches a resource.
    pub fn matches(&self, set: &PolicySet, resource: &Resource) -> Truth {
        match self {
            Matching::Any(rules) => {
                rules.iter().map(|it| it.matches(set, resource)).fold(Truth::False, Truth::or)
            }
            Matching::All(rules) => {
                rules.iter().map(|it| it.matches(set, resource)).fold(Truth::True, Truth::and)
            }
            Matching::Is { attribute, value } => match attribute_of(set, resource, attribute) {
                Attribute::Is(actual) => same(actual, value).into(),
                Attribute::Missing => Truth::False,
                Attribute::NotKnown => Truth::Unknown,
            },
            Matching::IsNot { attribute, value } => match attribute_of(set, resource, attribute) {
                Attribute::Is(actual) => (!same(actual, value)).into(),
                // Whether what is missing is unequal is not documented.
                Attribute::Missing | Attribute::NotKnown => Truth::Unknown,
            },
            Matching::Has { attribute } => match attribute_of(set, resource, attribute) {
                Attribute::Is(_) => Truth::True,
                Attribute::Missing => Truth::False,
                Attribute::NotKnown => Truth::Unknown,
            },
            Matching::NotKnown => Truth::Unknown,
        }
    }

    /// Whether the rule leaves no more than single resources: every way to match it names an OCID.
    pub fn names_resources(&self) -> bool {
        match self {
            Matching::Any(rules) => !rules.is_empty() && rules.iter().all(Matching::names_resources),
            Matching::All(rules) => rules.iter().any(Matching::names_resources),
            Matching::Is { attribute, .. } => attribute == "resource.id" || attribute == "instance.id",
            Matching::IsNot { .. } | Matching::Has { .. } | Matching::NotKnown => false,
        }
    }

    /// Whether a compartment, or nothing but a type, decides who matches.
    pub fn by_compartment(&self) -> bool {
        match self {
            Matching::Any(rules) => rules.iter().any(Matching::by_compartment),
            Matching::All(rules) => !self.names_resources() && rules.iter().any(Matching::by_compartment),
            Matching::Is { attribute, .. } => {
                attribute.ends_with("compartment.id") || attribute == "resource.type"
            }
            Matching::IsNot { .. } | Matching::Has { .. } | Matching::NotKnown => false,
        }
    }
}

enum Attribute<'a> {
    Is(&'a str),
    Missing,
    NotKnown,
}

fn attribute_of<'a>(set: &'a PolicySet, resource: &'a Resource, attribute: &str) -> Attribute<'a> {
    let known = |value: Option<&'a str>| value.map_or(Attribute::NotKnown, Attribute::Is);
    let place = || known(resource.compartment.and_then(|id| set.compartments.ocid(id)));
    let instance = resource.kind.as_ref().map(|kind| kind.eq_ignore_ascii_case("instance"));
    match attribute {
        "resource.type" => known(resource.kind.as_deref()),
        "resource.id" => known(resource.ocid.as_deref()),
        "resource.compartment.id" => place(),
        "instance.id" | "instance.compartment.id" if instance == Some(false) => Attribute::Missing,
        "instance.id" | "instance.compartment.id" if instance.is_none() => Attribute::NotKnown,
        "instance.id" => known(resource.ocid.as_deref()),
        "instance.compartment.id" => place(),
        _ => {
            let tag = attribute.strip_prefix("tag.").and_then(|tag| tag.strip_suffix(".value"));
            match (tag, &resource.tags) {
                (Some(tag), Some(tags)) => {
                    let found = tags.iter().find(|(name, _)| same(name, tag));
                    found.map_or(Attribute::Missing, |(_, value)| Attribute::Is(value))
                }
                _ => Attribute::NotKnown,
            }
        }
    }
}

impl PolicySet {
    /// Whether a resource is in a dynamic group.
    pub fn contains(&self, id: DynamicGroupId, resource: &Resource) -> Truth {
        if resource.groups.contains(&id) {
            return Truth::True;
        }
        if resource.exact {
            return Truth::False;
        }
        match self.dynamic_group(id) {
            Some(DynamicGroup { members: Members::Matched(rule), .. }) => rule.matches(self, resource),
            Some(DynamicGroup { members: Members::NotKnown, .. }) | None => Truth::Unknown,
        }
    }
}
