//! The four kinds of statements.

use super::{Action, At, Condition, Elsewhere, Location, Name, Ocid, Place, ResourceType, Subject, Text};

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Statement {
    /// `Allow …` and `Deny …`: within the tenancy.
    Grant(Grant),
    /// `Endorse …` and `Deny endorse …`: own principals in another tenancy.
    Endorse(Endorse),
    /// `Admit …` and `Deny admit …`: another tenancy's principals in this one.
    Admit(Admit),
    /// `Define …`: a name for an OCID, for the other statements of the same policy.
    Define(Define),
}

impl Statement {
    /// Whether it allows or denies; a definition does neither.
    pub fn effect(&self) -> Option<Effect> {
        match self {
            Statement::Grant(grant) => Some(grant.effect.value),
            Statement::Endorse(endorse) => Some(endorse.effect.value),
            Statement::Admit(admit) => Some(admit.effect.value),
            Statement::Define(_) => None,
        }
    }

    /// Whom it is about; a definition is about nobody.
    pub fn subject(&self) -> Option<&At<Subject>> {
        match self {
            Statement::Grant(grant) => Some(&grant.subject),
            Statement::Endorse(endorse) => Some(&endorse.subject),
            Statement::Admit(admit) => Some(&admit.subject),
            Statement::Define(_) => None,
        }
    }

    /// What it is about.
    pub fn action(&self) -> Option<&At<Action>> {
        match self {
            Statement::Grant(grant) => Some(&grant.action),
            Statement::Endorse(endorse) => Some(&endorse.action),
            Statement::Admit(admit) => Some(&admit.action),
            Statement::Define(_) => None,
        }
    }

    /// Under which condition.
    pub fn condition(&self) -> Option<&At<Condition>> {
        match self {
            Statement::Grant(grant) => grant.condition.as_ref(),
            Statement::Endorse(endorse) => endorse.condition.as_ref(),
            Statement::Admit(admit) => admit.condition.as_ref(),
            Statement::Define(_) => None,
        }
    }
}

/// What a statement does with what it describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It allows it.
    Allow,
    /// It denies it, whatever else allows it.
    Deny,
}

/// `Allow|Deny subject to action in location [where condition]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// Allow or deny.
    pub effect: At<Effect>,
    /// Who.
    pub subject: At<Subject>,
    /// May do what.
    pub action: At<Action>,
    /// Where, and in all compartments below.
    pub location: At<Location>,
    /// Under which condition.
    pub condition: Option<At<Condition>>,
}

/// `[Deny] Endorse subject to action [in location with type] in elsewhere [where condition]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endorse {
    /// Allow or deny.
    pub effect: At<Effect>,
    /// Who, of this tenancy.
    pub subject: At<Subject>,
    /// May do what.
    pub action: At<Action>,
    /// What of this tenancy is associated with what of the other.
    pub with: Option<With<Location>>,
    /// In which other tenancy.
    pub scope: At<Elsewhere>,
    /// Under which condition.
    pub condition: Option<At<Condition>>,
}

/// `[Deny] Admit subject [of tenancy] to action in place [with type in place] [where condition]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Admit {
    /// Allow or deny.
    pub effect: At<Effect>,
    /// Who.
    pub subject: At<Subject>,
    /// Of which other tenancy.
    pub origin: Option<At<Origin>>,
    /// May do what.
    pub action: At<Action>,
    /// Where.
    pub place: At<Place>,
    /// What is associated with what is in `place`, and where that is.
    pub with: Option<With<Place>>,
    /// Under which condition.
    pub condition: Option<At<Condition>>,
}

/// The two ends of an association: of `endorse`, the type stands behind the place (`in here with type`, and the statement's own scope
/// follows); of `admit` in front of it (`with type in there`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct With<P> {
    /// The type of the second end.
    pub resource: At<ResourceType>,
    /// The place: of `endorse` that of the first end, of `admit` that of the second.
    pub place: At<P>,
}

/// `of tenancy NAME` or `of any-tenancy`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A tenancy that the policy defines.
    Tenancy(At<Text>),
    /// Any.
    AnyTenancy,
}

/// `Define kind name as ocid`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Define {
    /// What kind of thing.
    pub kind: At<Defined>,
    /// Its name in this policy; of a group, perhaps with its domain.
    pub name: At<Name>,
    /// What it is.
    pub id: At<Ocid>,
}

/// What can be defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Defined {
    /// A tenancy.
    Tenancy,
    /// A group.
    Group,
    /// A dynamic group.
    DynamicGroup,
    /// A compartment.
    Compartment,
}
