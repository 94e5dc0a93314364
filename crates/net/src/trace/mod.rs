//! One packet's way, there and back, rule by rule: reads like `docs/network-rules.md`, and is as slow as it likes.
//!
//! What whole sets of packets do is in `reach`, which is tested against this.

pub(crate) mod admit;
mod alternative;
mod assume;
mod change;
mod checks;
mod cross;
mod drg;
mod end;
mod hop;
mod lookup;
pub(crate) mod position;
mod reason;
mod repair;
mod route;
mod step;
mod walk;

use serde::Serialize;

pub use assume::Assumption;
pub use change::Change;
pub use checks::{Check, Station, Status};
pub use end::AskError;
pub(crate) use end::{End, ends, ends_of};
pub use hop::{Fix, Hop, Kind, Outcome, RuleText, Subject, Tried};
pub use reason::Reason;

use self::position::Memory;
use self::step::Walk;
use self::walk::{Ending, Lane};
use crate::fate::Fate;
use crate::model::{Endpoint, Name, Network};
use crate::packet::Packet;

/// What can be said of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// Every packet gets there, and its answer back.
    Reachable,
    /// Something that it depends on is not known; it is named.
    Indeterminate,
    /// It has two ways of which an arbitrary one wins (R28).
    Ambiguous,
    /// Something stops it, or its answer.
    Unreachable,
}

/// One packet's way there, and its answer's way back.
///
/// Where something is in the way, the hops lead past it, to the goal, as if it were repaired: so every blocker is there, and
/// every hop that would only be reached after a repair says so (`assumed`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The packet.
    pub packet: Packet,
    /// Whom it comes from.
    pub from: Name,
    /// Whom it is for.
    pub to: Name,
    /// The way there.
    pub there: Vec<Hop>,
    /// The answer's way; empty if the packet has none, and where nobody knows by which door it would come.
    pub back: Vec<Hop>,
    /// What can be said of it.
    pub verdict: Verdict,
    /// What was taken for granted.
    pub assumptions: Vec<Assumption>,
}

impl Trace {
    /// Every hop that is in the way, in the order in which a packet meets them.
    pub fn blockers(&self) -> impl Iterator<Item = &Hop> {
        self.there.iter().chain(&self.back).filter(|hop| hop.outcome != Outcome::Passes)
    }
}

/// Follows one packet between two ends.
///
/// # Errors
/// Ends that have no meaning in this network, and a packet that is not from one to the other.
pub fn follow(network: &Network, from: Endpoint, to: Endpoint, packet: Packet) -> Result<Trace, AskError> {
    let (from, to) = ends_of(network, from, to, packet)?;
    Ok(trace(network, from, to, packet))
}

/// What can be said of one packet, and its two ways as they are.
pub(crate) fn judge(network: &Network, from: End, to: End, packet: Packet) -> (Verdict, Lane, Option<Lane>) {
    let there = walk::walk(&Walk { network, packet, from, goal: to, memory: None });
    let mut verdict = verdict(there.ending);
    let mut back = None;
    if let Some(answer) = packet.answer()
        && there.arrived
    {
        let lane =
            walk::walk(&Walk { network, packet: answer, from: to, goal: from, memory: Some(&there.memory) });
        verdict = verdict.max(self::verdict(lane.ending));
        back = Some(lane);
    }
    (verdict, there, back)
}

/// The same, in two words.
pub(crate) fn fate(network: &Network, from: End, to: End, packet: Packet) -> Fate {
    let (verdict, there, _) = judge(network, from, to, packet);
    let there = match there.ending {
        Ending::Arrives => Some(true),
        Ending::Stops => Some(false),
        Ending::Ambiguous | Ending::Unknown => None,
    };
    Fate { there, verdict }
}

/// Follows one packet, past everything that is in its way.
pub(crate) fn trace(network: &Network, from: End, to: End, packet: Packet) -> Trace {
    let (verdict, there, back) = judge(network, from, to, packet);
    let (there_hops, memory) = if there.ending == Ending::Arrives {
        (there.hops, there.memory)
    } else {
        let question = Walk { network, packet, from, goal: to, memory: None };
        match repair::repair(&question, &because(&there.hops)) {
            Some(repaired) => (repaired.hops, repaired.memory),
            None => (there.hops, Memory::default()),
        }
    };
    let back_hops = match back {
        Some(back) if verdict == Verdict::Reachable => back.hops,
        _ => answered(network, from, to, packet, &memory),
    };
    let assumptions = assume::assumptions(network, &there_hops, &back_hops, [from.place, to.place]);
    let (from, to) = (from.name(network), to.name(network));
    Trace { packet, from, to, there: there_hops, back: back_hops, verdict, assumptions }
}

/// The answer's way, past everything that is in its way. Empty where nobody knows by which door it would come.
fn answered(network: &Network, from: End, to: End, packet: Packet, memory: &Memory) -> Vec<Hop> {
    let Some(answer) = packet.answer() else { return Vec::new() };
    let question = Walk { network, packet: answer, from: to, goal: from, memory: Some(memory) };
    if !starts(&question, memory) {
        return Vec::new();
    }
    let back = walk::walk(&question);
    match back.ending {
        Ending::Arrives => back.hops,
        _ => repair::repair(&question, &because(&back.hops)).map_or(back.hops, |repaired| repaired.hops),
    }
}

fn verdict(ending: Ending) -> Verdict {
    match ending {
        Ending::Arrives => Verdict::Reachable,
        Ending::Unknown => Verdict::Indeterminate,
        Ending::Ambiguous => Verdict::Ambiguous,
        Ending::Stops => Verdict::Unreachable,
    }
}

/// Whether it is known where the answer sets out: at a card, or at the door by which the question left.
fn starts(walk: &Walk<'_>, memory: &Memory) -> bool {
    matches!(walk.from.place, crate::packet::Place::Card { .. }) || memory.exit.is_some()
}

/// How a way ends, for the hops before that led there.
fn because(hops: &[Hop]) -> String {
    hops.last().map_or_else(String::new, |hop| format!("{}: {}", hop.at, hop.reason))
}
