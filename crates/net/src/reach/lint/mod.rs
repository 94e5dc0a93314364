//! What is in a network and should not be: rules that do nothing, tables that nothing uses, rules that surprise.
//!
//! Each is true of the network as described; none of them is in a packet's way.

mod needs;
mod routes;
mod security;
mod unused;

use std::fmt;

use serde::Serialize;

use super::engine::Engine;
use crate::legal::Refused;
use crate::model::Flow;
use crate::trace::{RuleText, Subject};

/// Something that should not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// What it is.
    pub kind: LintKind,
    /// Where.
    pub at: Subject,
    /// The rule.
    pub rule: Option<RuleText>,
    /// The other rule that it has to do with.
    pub other: Option<RuleText>,
}

/// What can be wrong with what is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LintKind {
    /// Oracle does not take the rule.
    Refused(Refused),
    /// R9.
    SameDestination,
    /// The target passes nothing, and why.
    LeadsNowhere(&'static str),
    /// A table, list, group or distribution that nothing uses.
    OnNothing,
    /// Another rule admits all that this one does.
    Shadowed,
    /// R44: a stateless rule takes packets from a stateful one, so their answers need a rule.
    BothStates,
    /// R41: it is for answers that a stateful rule lets in by itself.
    RedundantAnswer,
    /// None of the needs uses it.
    NotNeeded,
    /// It admits more than the needs.
    Wider,
    /// R39: later fragments of a datagram carry no ports.
    Fragments,
    /// R45: without tracking, the message that a packet is too large needs a rule.
    PathMtu,
}

impl fmt::Display for LintKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "Oracle refuses this rule: {why}"),
            Self::SameDestination => f.write_str("two rules for one destination: a table takes one"),
            Self::LeadsNowhere(why) => write!(f, "what this rule matches goes nowhere: {why}"),
            Self::OnNothing => f.write_str("nothing uses it"),
            Self::Shadowed => f.write_str("another rule admits all of it"),
            Self::BothStates => {
                f.write_str("a stateless and a stateful rule match the same packets: the stateless one wins, and answers need a rule")
            }
            Self::RedundantAnswer => {
                f.write_str("answers need no rule here, a stateful rule lets them in; this one only lets the other end open connections")
            }
            Self::NotNeeded => f.write_str("nothing that is required uses it"),
            Self::Wider => f.write_str("it admits more than what is required"),
            Self::Fragments => f.write_str("a rule with ports drops all but the first fragment of a large datagram"),
            Self::PathMtu => f.write_str("without a rule for ICMP type 3 code 4, large packets can vanish where answers are not tracked"),
        }
    }
}

/// Looks for all of them. `needs` is what is required: without it, nothing is said of needless rules.
pub fn lints(engine: &mut Engine, needs: &[Flow]) -> Vec<Lint> {
    let mut found = routes::lints(engine.network());
    found.extend(unused::lints(engine.network()));
    found.extend(security::lints(engine.network()));
    found.extend(needs::lints(engine, needs));
    found
}
