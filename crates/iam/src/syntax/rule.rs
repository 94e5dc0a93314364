//! The second language: the matching rules of dynamic groups.

use super::condition::Equality;
use super::{At, Text};

/// A matching rule, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MatchingRule {
    /// `ANY {…}`: at least one holds. Never empty.
    Any(Vec<At<MatchingRule>>),
    /// `ALL {…}`: each holds. Never empty.
    All(Vec<At<MatchingRule>>),
    /// `attribute = 'value'`, `attribute != 'value'`.
    Compare {
        /// What of a resource is tested.
        attribute: At<Attribute>,
        /// Whether it shall be equal.
        equality: At<Equality>,
        /// To what.
        value: At<Text>,
    },
    /// `tag.namespace.key.value` alone: the resource has the tag, whatever its value.
    Has(At<Attribute>),
}

/// What of a resource a rule can test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// `resource.type`: what stands second in the OCID of a resource.
    ResourceType,
    /// `resource.id`
    ResourceId,
    /// `resource.compartment.id`
    ResourceCompartmentId,
    /// `instance.id`: of compute instances alone.
    InstanceId,
    /// `instance.compartment.id`
    InstanceCompartmentId,
    /// `tag.NAMESPACE.KEY.value`
    Tag {
        /// The namespace of the tag.
        namespace: Box<str>,
        /// Its key.
        key: Box<str>,
    },
}

impl Attribute {
    /// Those that have no name of their own in them.
    pub const PLAIN: [(&str, Attribute); 5] = [
        ("resource.type", Attribute::ResourceType),
        ("resource.id", Attribute::ResourceId),
        ("resource.compartment.id", Attribute::ResourceCompartmentId),
        ("instance.id", Attribute::InstanceId),
        ("instance.compartment.id", Attribute::InstanceCompartmentId),
    ];

    /// An attribute by its name; its fixed parts in any case.
    pub fn new(name: &str) -> Option<Self> {
        if let Some((_, plain)) = Self::PLAIN.into_iter().find(|(plain, _)| name.eq_ignore_ascii_case(plain))
        {
            return Some(plain);
        }
        let mut parts = name.split('.');
        let (tag, namespace, key) = (parts.next()?, parts.next()?, parts.next()?);
        let (value, end) = (parts.next()?, parts.next());
        let fits = tag.eq_ignore_ascii_case("tag") && value.eq_ignore_ascii_case("value") && end.is_none();
        (fits && !namespace.is_empty() && !key.is_empty())
            .then(|| Self::Tag { namespace: namespace.into(), key: key.into() })
    }
}
