//! What is not known of a plan's policies, and what the plan says of them that cannot be.

use std::fmt;

use adit_blueprint::Code;
use adit_iam::syntax::Fault;

use crate::plan::code;
use crate::plan::index::shown;

/// Something that answers may lack. `Display` says it in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The plan is not whole.
    NotWhole {
        /// Why.
        caution: &'static str,
    },
    /// A value is known only after apply.
    Open {
        /// The address, and what of it: `oci_identity_policy.ci statement 2`.
        place: String,
        /// What it comes from, as the configuration refers to it.
        from: Vec<String>,
        /// What is done without it.
        instead: &'static str,
    },
    /// A compartment is not in the plan. It is taken to be a child of the root, named by its OCID.
    CompartmentNotThere {
        /// The compartment.
        ocid: String,
        /// The address of what is in it.
        holds: String,
    },
    /// Compartments are in each other. This one of them is taken to be a child of the root.
    InItself {
        /// Its name.
        compartment: String,
    },
    /// Two things have one name where a name is given once; the second is left out, or named by its address or OCID.
    SameName {
        /// The name.
        name: String,
        /// The second.
        second: String,
    },
    /// The rule of a dynamic group is not there: data sources leave rules out where there are identity domains.
    NoRule {
        /// The address.
        place: String,
    },
    /// The rule of a dynamic group cannot be read: nobody knows who is in it.
    RuleNotRead {
        /// The address.
        place: String,
        /// The rule.
        text: String,
        /// What is wrong with it, with places in the text.
        faults: Vec<Fault>,
    },
    /// A value has another type than the provider's.
    WrongType {
        /// The address, and the argument.
        place: String,
        /// What is there.
        found: String,
        /// What can be there.
        expected: String,
    },
    /// There are more of a kind than any tenancy has; this one and those behind it are left out.
    TooMany {
        /// The address.
        place: String,
        /// How many are taken.
        most: usize,
    },
    /// An address stands twice in the plan.
    Twice {
        /// The address.
        place: String,
    },
    /// What the plan says of a resource cannot be read.
    Shapeless {
        /// The address.
        place: String,
    },
}

impl Gap {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::NotWhole { .. } => code::NOT_WHOLE,
            Self::Open { .. } | Self::CompartmentNotThere { .. } | Self::NoRule { .. } => code::OPEN,
            Self::InItself { .. }
            | Self::SameName { .. }
            | Self::RuleNotRead { .. }
            | Self::TooMany { .. } => code::REFUSED,
            Self::WrongType { .. } | Self::Shapeless { .. } => code::WRONG_TYPE,
            Self::Twice { .. } => code::ADDRESS_TWICE,
        }
    }

    /// Whether it is something that cannot be, rather than something that is not known.
    pub fn is_fault(&self) -> bool {
        !matches!(self.code(), code::NOT_WHOLE | code::OPEN)
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotWhole { caution } => write!(f, "the plan is not whole: {caution}"),
            Self::Open { place, from, instead } => {
                write!(f, "`{}` is known only after apply", shown(place))?;
                if !from.is_empty() {
                    write!(f, ", from {}", shown(&from.join(", ")))?;
                }
                write!(f, ": {instead}")
            }
            Self::CompartmentNotThere { ocid, holds } => write!(
                f,
                "the compartment {} of `{}` is not in the plan: it is taken to be a child of the tenancy",
                shown(ocid),
                shown(holds)
            ),
            Self::InItself { compartment } => {
                write!(f, "the compartment {} is in itself, by what the plan says", shown(compartment))
            }
            Self::SameName { name, second } => {
                write!(f, "`{}` has the name {} of another in its place", shown(second), shown(name))
            }
            Self::NoRule { place } => {
                write!(f, "who is in `{}` is not known: the plan does not have its rule", shown(place))
            }
            Self::RuleNotRead { place, faults, .. } => {
                write!(f, "who is in `{}` is not known: its rule is not understood", shown(place))?;
                match faults.iter().find(|fault| fault.is_error()).or(faults.first()) {
                    Some(fault) => write!(f, " ({}: {})", fault.code, fault.message),
                    None => Ok(()),
                }
            }
            Self::WrongType { place, found, expected } => {
                write!(f, "`{}` is {}, and should be {expected}", shown(place), shown(found))
            }
            Self::TooMany { place, most } => {
                write!(f, "`{}` and what follows it is left out: {most} of a kind are taken", shown(place))
            }
            Self::Twice { place } => write!(f, "`{}` stands twice in the plan", shown(place)),
            Self::Shapeless { place } => write!(f, "what the plan says of `{}` cannot be read", shown(place)),
        }
    }
}
