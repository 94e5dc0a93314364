//! What is not known because no text says it.

use std::fmt;

use super::Kind;
use super::thing::shown;
use crate::syntax::Fault;

/// Something that answers may lack. `Display` says it in a sentence, with what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// A text is empty: of nothing the command line prints nothing, and of a failure, too.
    Empty {
        /// The text.
        text: String,
    },
    /// A text is the first page of a list.
    GoesOn {
        /// The text.
        text: String,
    },
    /// No thing of this kind is listed.
    NoneOf(Kind),
    /// No text names the tenancy.
    NoTenancy,
    /// A compartment that something is in is not listed. It is taken to be a child of the root, named by its OCID.
    CompartmentNotListed {
        /// The compartment.
        ocid: String,
        /// What is in it.
        holds: String,
    },
    /// Compartments are in each other. This one of them is taken to be a child of the root.
    InItself {
        /// Its name.
        compartment: String,
    },
    /// Two things of a kind have one name where a name is given once.
    SameName {
        /// The kind.
        kind: Kind,
        /// The name.
        name: String,
        /// The second of them, which is left out; a compartment is named by it instead.
        ocid: String,
    },
    /// A thing is listed twice, with different content. The later one is taken.
    Differs {
        /// The kind.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// The rule of a dynamic group is not listed: nobody knows who is in it.
    NoRule {
        /// Its name.
        group: String,
        /// Its OCID.
        ocid: String,
    },
    /// The rule of a dynamic group cannot be read.
    RuleNotRead {
        /// The name of the group.
        group: String,
        /// The rule.
        text: String,
        /// What is wrong with it, with places in the text.
        faults: Vec<Fault>,
    },
}

impl Gap {
    pub(super) fn same_name(kind: Kind, name: String, ocid: Option<String>) -> Self {
        Self::SameName { kind, name, ocid: ocid.unwrap_or_default() }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { text } => {
                write!(f, "{text} is empty: there is nothing to list, or the command failed")
            }
            Self::GoesOn { text } => {
                write!(f, "{text} is the first page of a list that goes on: list it with `--all`")
            }
            Self::NoneOf(kind) => {
                let (several, command) = (kind.several(), kind.command());
                write!(f, "no {several} are listed: add what `oci iam {command} list --all` prints")
            }
            Self::NoTenancy => f.write_str(
                "the tenancy is named nowhere: add what `oci iam compartment get` prints of its OCID",
            ),
            Self::CompartmentNotListed { ocid, holds } => write!(
                f,
                "the compartment {} of {} is not listed, so what holds around it is not known: add what \
                 `oci iam compartment list --compartment-id-in-subtree true --all` prints",
                shown(ocid),
                shown(holds)
            ),
            Self::InItself { compartment } => {
                let compartment = shown(compartment);
                write!(
                    f,
                    "the compartment {compartment} is in itself, by what is listed: list all of them anew"
                )
            }
            Self::SameName { kind: Kind::Compartment, name, ocid } => {
                let (name, ocid) = (shown(name), shown(ocid));
                write!(
                    f,
                    "two compartments in one place are called {name}: {ocid} is taken by its OCID alone"
                )
            }
            Self::SameName { kind, name, ocid } => {
                let (several, name, ocid) = (kind.several(), shown(name), shown(ocid));
                write!(f, "two {several} are called {name}: {ocid} is left out")
            }
            Self::Differs { kind, name } => {
                let (one, name) = (kind.one(), shown(name));
                write!(f, "the {one} {name} is listed twice, not the same: the later one is taken")
            }
            Self::NoRule { group, ocid } => write!(
                f,
                "who is in the dynamic group {} is not known: `list` leaves rules out where there are identity domains; add what \
                 `oci iam dynamic-group get --dynamic-group-id {}` prints",
                shown(group),
                shown(ocid)
            ),
            Self::RuleNotRead { group, faults, .. } => {
                let group = shown(group);
                write!(f, "who is in the dynamic group {group} is not known: its rule is not understood")?;
                match faults.iter().find(|fault| fault.is_error()).or(faults.first()) {
                    Some(fault) => write!(f, " ({}: {})", fault.code, fault.message),
                    None => Ok(()),
                }
            }
        }
    }
}
