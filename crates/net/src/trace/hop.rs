//! What a trace is made of: hops, the rule that decided at each, and why.

use std::fmt;

use serde::Serialize;

use super::change::Change;
use super::reason::Reason;
use crate::model::{Name, Object, Source};

/// What kind of object a hop is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Kind {
    Subnet,
    Vnic,
    Function,
    RouteTable,
    SecurityList,
    Nsg,
    Gateway,
    Lpg,
    Drg,
    DrgTable,
    Attachment,
    Distribution,
    Site,
    Vcn,
    Internet,
    Oracle,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Subnet => "subnet",
            Self::Vnic => "VNIC",
            Self::Function => "function",
            Self::RouteTable => "route table",
            Self::SecurityList => "security list",
            Self::Nsg => "network security group",
            Self::Gateway => "gateway",
            Self::Lpg => "local peering gateway",
            Self::Drg => "DRG",
            Self::DrgTable => "DRG route table",
            Self::Attachment => "DRG attachment",
            Self::Distribution => "import route distribution",
            Self::Site => "site",
            Self::Vcn => "VCN",
            Self::Internet => "internet",
            Self::Oracle => "Oracle services",
        })
    }
}

/// A real object, for whoever reads: what it is called, whose it is, where it was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// What it is.
    pub kind: Kind,
    /// Its name in the cloud.
    pub name: Name,
    /// Whether the user owns it.
    pub managed: bool,
    /// Where it was said.
    pub source: Source,
}

impl Subject {
    pub(crate) fn of(kind: Kind, object: &Object) -> Self {
        Self { kind, name: object.name.clone(), managed: object.managed, source: object.source }
    }

    pub(crate) fn plain(kind: Kind, name: &str) -> Self {
        Self { kind, name: Name::new(name), managed: false, source: Source::NONE }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.kind, self.name)
    }
}

/// A rule, for whoever reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleText {
    /// The object that holds it.
    pub holder: Subject,
    /// Its place there, from 0; `None` for one that is implicit or imported.
    pub index: Option<usize>,
    /// What it says, in Oracle's words.
    pub text: String,
    /// Where it was said.
    pub source: Source,
}

/// A rule that was tried and did not match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// The rule.
    pub rule: RuleText,
    /// In what it differs.
    pub why: String,
    /// Whether it is the one that comes nearest.
    pub nearest: bool,
}

/// How a hop ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The packet goes on.
    Passes,
    /// It is not known whether it does, or where to.
    Unknown,
    /// It has two ways, and nobody can say which it takes.
    Ambiguous,
    /// It does not go on.
    Stops,
}

/// One step of a packet's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// Where it is.
    pub at: Subject,
    /// What was decided.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// The rules that decided: one route; every security rule that admits.
    pub decided: Vec<RuleText>,
    /// The rules that were tried in vain; empty when the packet goes on.
    pub tried: Vec<Tried>,
    /// What would repair it.
    pub fix: Option<Fix>,
    /// Whether the packet would only be here if the hops before it were repaired.
    pub assumed: bool,
}

/// The least change that lets the packet on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// The object to change.
    pub at: Subject,
    /// The change in Oracle's words.
    pub text: String,
    /// The change itself: [`Change::apply`] makes it.
    #[serde(skip)]
    pub change: Change,
}
