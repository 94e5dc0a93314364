//! Where a statement holds: in this tenancy or another.

use super::{At, Ocid, Text};

/// A place in this tenancy; what holds there holds in all compartments below it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// The whole tenancy.
    Tenancy,
    /// A compartment by name or path, seen from the compartment that holds the policy.
    Compartment(CompartmentPath),
    /// A compartment by its OCID.
    CompartmentId(Ocid),
}

/// Names of compartments, each within the one before it: `A:B:C`; at least one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CompartmentPath(pub Vec<At<Text>>);

/// A place in another tenancy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Elsewhere {
    /// `any-tenancy`.
    AnyTenancy,
    /// `tenancy NAME`, a name that the policy defines.
    Tenancy(At<Text>),
    /// `compartment PATH of tenancy NAME`.
    Compartment {
        /// The compartment there.
        path: At<CompartmentPath>,
        /// The tenancy.
        tenancy: At<Text>,
    },
}

/// A place in this tenancy or another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In this one.
    Here(Location),
    /// In another.
    There(Elsewhere),
}
