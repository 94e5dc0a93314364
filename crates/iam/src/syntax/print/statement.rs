//! Whole statements.

use std::fmt::{self, Display, Formatter};

use super::super::{Admit, At, Condition, Define, Defined, Effect, Endorse, Grant, Statement};

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Statement::Grant(grant) => grant.fmt(f),
            Statement::Endorse(endorse) => endorse.fmt(f),
            Statement::Admit(admit) => admit.fmt(f),
            Statement::Define(define) => define.fmt(f),
        }
    }
}

impl Display for Grant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let word = match self.effect.value {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        write!(f, "{word} {} to {} in {}", self.subject.value, self.action.value, self.location.value)?;
        condition(f, self.condition.as_ref())
    }
}

impl Display for Endorse {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let word = match self.effect.value {
            Effect::Allow => "Endorse",
            Effect::Deny => "Deny endorse",
        };
        write!(f, "{word} {} to {} in ", self.subject.value, self.action.value)?;
        if let Some(with) = &self.with {
            write!(f, "{} with {} in ", with.place.value, with.resource.value)?;
        }
        self.scope.value.fmt(f)?;
        condition(f, self.condition.as_ref())
    }
}

impl Display for Admit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let word = match self.effect.value {
            Effect::Allow => "Admit",
            Effect::Deny => "Deny admit",
        };
        write!(f, "{word} {}", self.subject.value)?;
        if let Some(origin) = &self.origin {
            write!(f, " of {}", origin.value)?;
        }
        write!(f, " to {} in {}", self.action.value, self.place.value)?;
        if let Some(with) = &self.with {
            write!(f, " with {} in {}", with.resource.value, with.place.value)?;
        }
        condition(f, self.condition.as_ref())
    }
}

impl Display for Define {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let kind = match self.kind.value {
            Defined::Tenancy => "tenancy",
            Defined::Group => "group",
            Defined::DynamicGroup => "dynamic-group",
            Defined::Compartment => "compartment",
        };
        write!(f, "Define {kind} {} as {}", self.name.value, self.id.value)
    }
}

fn condition(f: &mut Formatter<'_>, condition: Option<&At<Condition>>) -> fmt::Result {
    condition.map_or(Ok(()), |condition| write!(f, " where {}", condition.value))
}
