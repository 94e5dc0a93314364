//! Statements against what a system needs: each line's verdict, why, and what to do.
//!
//! Only lines about the system's own principals are judged by its needs; what is wrong with a line in itself is found in all.

mod judge;
mod lint;
mod remark;
mod system;
mod transitive;

pub use lint::lint;
pub use system::{Audit, Judged, Verdict, audit};
pub use transitive::{Shipping, Through, shipping};

use crate::need::Line;
use crate::tenancy::{DynamicGroupId, StatementId};

/// Something to know about a set of policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing.
    pub kind: Kind,
    /// Where.
    pub place: Place,
    /// One line that stands alone.
    pub message: String,
    /// What else there is to say: what was found, what is needed, why it was ever written.
    pub notes: Vec<String>,
    /// What to do.
    pub fix: Fix,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A statement.
    Statement(StatementId),
    /// A dynamic group's rule.
    DynamicGroup(DynamicGroupId),
    /// The whole set: something is missing in it.
    Set,
}

/// What to do about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Remove the statement.
    Remove,
    /// Replace it by these.
    Replace(Vec<Line>),
    /// Add these.
    Add(Vec<Line>),
    /// Give the dynamic group this rule.
    Rule(String),
    /// Something that no text can do.
    Do(String),
}

/// The kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// No call of the system uses anything that the statement grants.
    Needless,
    /// The statement applies to nothing: nobody, nowhere, or a condition that cannot hold.
    Dead,
    /// The statement grants more than is used.
    Wider,
    /// The condition is true for every value.
    Tautology,
    /// Two principals are given what one job needs.
    TwoPrincipals,
    /// A dynamic group takes in more than the system's functions.
    WideRule,
    /// A call of the system is not allowed, or perhaps not.
    Missing,
    /// Somebody can change the code that reads a secret, and so read it.
    Transitive,
    /// The policy is attached below what the statement names.
    AboveAttachment,
    /// The tables have no row for what the statement grants.
    NotJudged,
}

impl Kind {
    /// Its stable code.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Needless => "A0310",
            Kind::Dead => "A0311",
            Kind::Wider => "A0312",
            Kind::Tautology => "A0313",
            Kind::TwoPrincipals => "A0314",
            Kind::WideRule => "A0315",
            Kind::Missing => "A0316",
            Kind::Transitive => "A0317",
            Kind::AboveAttachment => "A0318",
            Kind::NotJudged => "A0319",
        }
    }

    /// Whether the system does not work with it, or something can never have been meant.
    pub fn is_error(self) -> bool {
        matches!(self, Kind::Dead | Kind::Tautology | Kind::Missing | Kind::AboveAttachment)
    }
}
