//! The old checklist as views of one trace: five stations, and the two that it forgot.
//!
//! Nothing is decided here. Whether a station is needed follows from the rules that decided: the rule for answers at the function's
//! list is needed exactly where the way out was not tracked.

use std::fmt;

use serde::Serialize;

use super::hop::{Hop, Kind, Outcome, Subject};
use super::reason::Reason;
use super::{Trace, Verdict};
use crate::model::Direction;

/// A place on the way that used to be checked by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Station {
    /// 1: the route table behind the sender.
    SourceTable,
    /// 2: the route table behind the receiver, for the answer.
    GoalTable,
    /// 3: the DRG's tables, both ways.
    DrgTables,
    /// 4: what lets the question in at the receiver.
    GoalIngress,
    /// 5: what lets the answer in at the sender.
    SourceIngress,
    /// 6: what lets the question out at the sender.
    SourceEgress,
    /// 7: what lets the answer out at the receiver.
    GoalEgress,
}

impl Station {
    /// All, in the order of the checklist.
    pub const ALL: [Self; 7] = [
        Self::SourceTable,
        Self::GoalTable,
        Self::DrgTables,
        Self::GoalIngress,
        Self::SourceIngress,
        Self::SourceEgress,
        Self::GoalEgress,
    ];

    /// Its number in the checklist.
    pub fn number(self) -> u8 {
        match self {
            Self::SourceTable => 1,
            Self::GoalTable => 2,
            Self::DrgTables => 3,
            Self::GoalIngress => 4,
            Self::SourceIngress => 5,
            Self::SourceEgress => 6,
            Self::GoalEgress => 7,
        }
    }
}

impl fmt::Display for Station {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SourceTable => "route from the sender",
            Self::GoalTable => "route back from the receiver",
            Self::DrgTables => "DRG routes, both ways",
            Self::GoalIngress => "admitted at the receiver",
            Self::SourceIngress => "answer admitted at the sender",
            Self::SourceEgress => "let out at the sender",
            Self::GoalEgress => "answer let out at the receiver",
        })
    }
}

/// How a station stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Right.
    Pass,
    /// Nothing is needed there; `why` says why.
    NotNeeded,
    /// Nobody could look: the packet's way does not get there.
    NotTried,
    /// It cannot be known.
    Unknown,
    /// Wrong or missing.
    Fail,
}

/// A station of one trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which.
    pub station: Station,
    /// How it stands.
    pub status: Status,
    /// The object, if the way leads there.
    pub at: Option<Subject>,
    /// Why.
    pub why: String,
}

impl Trace {
    /// The stations of the way.
    pub fn checks(&self) -> Vec<Check> {
        Station::ALL.into_iter().map(|station| self.check(station)).collect()
    }

    fn check(&self, station: Station) -> Check {
        let table = |hops: &[Hop]| {
            hops.iter()
                .find(|hop| hop.at.kind == Kind::RouteTable || hop.reason == Reason::SameSubnet)
                .cloned()
        };
        match station {
            Station::SourceTable => one(station, table(&self.there)),
            Station::GoalTable => one(station, table(&self.back)),
            Station::DrgTables => self.drg(station),
            Station::SourceEgress => one(station, crossing(self.there.first(), Direction::Egress)),
            Station::GoalIngress => one(station, crossing(self.there.last(), Direction::Ingress)),
            Station::GoalEgress => one(station, crossing(self.back.first(), Direction::Egress)),
            Station::SourceIngress => one(station, crossing(self.back.last(), Direction::Ingress)),
        }
    }

    /// The worst of all hops at DRGs.
    fn drg(&self, station: Station) -> Check {
        let hops = self.there.iter().chain(&self.back);
        let worst = hops
            .filter(|hop| matches!(hop.at.kind, Kind::DrgTable | Kind::Drg))
            .max_by_key(|hop| hop.outcome);
        match worst {
            Some(hop) => one(station, Some(hop.clone())),
            None if self.verdict == Verdict::Reachable => {
                let why = "the way does not lead through a DRG".to_owned();
                Check { station, status: Status::NotNeeded, at: None, why }
            }
            None => one(station, None),
        }
    }
}

/// The hop, if it is one at a card in that direction.
fn crossing(hop: Option<&Hop>, direction: Direction) -> Option<Hop> {
    hop.filter(|hop| match hop.reason {
        Reason::Admitted(it)
        | Reason::Tracked(it)
        | Reason::NotAdmitted(it)
        | Reason::AnswerNotAdmitted(it)
        | Reason::RulesUnknown(it) => it == direction,
        Reason::ZeroTrust | Reason::Exempt => true,
        _ => false,
    })
    .cloned()
}

fn one(station: Station, hop: Option<Hop>) -> Check {
    let Some(hop) = hop else {
        let why = "the packet's way does not get there".to_owned();
        return Check { station, status: Status::NotTried, at: None, why };
    };
    let status = match (hop.outcome, &hop.reason) {
        (Outcome::Passes, Reason::Tracked(_) | Reason::SameSubnet) => Status::NotNeeded,
        (Outcome::Passes, _) => Status::Pass,
        (Outcome::Unknown, _) => Status::Unknown,
        (Outcome::Ambiguous | Outcome::Stops, _) => Status::Fail,
    };
    let why = match hop.decided.first() {
        Some(rule) if status == Status::Pass => format!("{}: {}", hop.reason, rule.text),
        _ => hop.reason.to_string(),
    };
    Check { station, status, at: Some(hop.at), why }
}
