//! Subjects, actions and places.

use std::fmt::{self, Display, Formatter};

use super::super::{Action, CompartmentPath, Elsewhere, Location, Origin, Place, Subject};
use super::displayed;

impl Display for Subject {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Subject::AnyUser => f.write_str("any-user"),
            Subject::AnyGroup => f.write_str("any-group"),
            Subject::Groups(groups) => {
                f.write_str("group ")?;
                displayed(f, groups)
            }
            Subject::DynamicGroups(groups) => {
                f.write_str("dynamic-group ")?;
                displayed(f, groups)
            }
            Subject::Services(services) => {
                f.write_str("service ")?;
                displayed(f, services)
            }
            Subject::Resource { service, kind } => write!(f, "resource {} {}", service.value, kind.value),
        }
    }
}

impl Display for Action {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Action::Verb { verb, resource } => write!(f, "{} {}", verb.value, resource.value),
            Action::Permissions(permissions) => {
                f.write_str("{")?;
                displayed(f, permissions)?;
                f.write_str("}")
            }
        }
    }
}

impl Display for CompartmentPath {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (number, name) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str(":")?;
            }
            name.value.fmt(f)?;
        }
        Ok(())
    }
}

impl Display for Location {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Location::Tenancy => f.write_str("tenancy"),
            Location::Compartment(path) => write!(f, "compartment {path}"),
            Location::CompartmentId(id) => write!(f, "compartment id {id}"),
        }
    }
}

impl Display for Elsewhere {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Elsewhere::AnyTenancy => f.write_str("any-tenancy"),
            Elsewhere::Tenancy(name) => write!(f, "tenancy {}", name.value),
            Elsewhere::Compartment { path, tenancy } => {
                write!(f, "compartment {} of tenancy {}", path.value, tenancy.value)
            }
        }
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Place::Here(location) => location.fmt(f),
            Place::There(elsewhere) => elsewhere.fmt(f),
        }
    }
}

impl Display for Origin {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Tenancy(name) => write!(f, "tenancy {}", name.value),
            Origin::AnyTenancy => f.write_str("any-tenancy"),
        }
    }
}
