//! A packet's way as it is: step after step, until it arrives, stops, or nobody can say.

use std::collections::HashSet;

use super::hop::{Hop, Outcome};
use super::position::{Memory, Position};
use super::reason::Reason;
use super::step::{Step, Walk};

/// How a way ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Arrives,
    Stops,
    Ambiguous,
    Unknown,
}

/// One direction.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    pub(crate) hops: Vec<Hop>,
    pub(crate) ending: Ending,
    /// Whether it got to the goal, if what is not known lets it.
    pub(crate) arrived: bool,
    pub(crate) memory: Memory,
}

impl Memory {
    /// Notes what a step leaves behind.
    pub(crate) fn note(&mut self, step: &Step) {
        self.crossings.extend(step.crossing);
        if let Some(Position::Outside { exit, .. }) = step.next {
            self.exit = Some(exit);
        }
    }
}

/// The way from every place where the packet may set out. Ways that end differently make it ambiguous.
pub(crate) fn walk(walk: &Walk<'_>) -> Lane {
    let starts = match walk.starts() {
        Ok(starts) => starts,
        Err(step) => {
            return Lane {
                hops: vec![step.hop],
                ending: Ending::Stops,
                arrived: false,
                memory: Memory::default(),
            };
        }
    };
    let mut lanes = starts.into_iter().map(|start| from(walk, start));
    let Some(mut first) = lanes.next() else {
        return Lane { hops: Vec::new(), ending: Ending::Stops, arrived: false, memory: Memory::default() };
    };
    if lanes.any(|other| other.ending != first.ending) {
        first.ending = Ending::Ambiguous;
        first.arrived = false;
    }
    first
}

fn from(walk: &Walk<'_>, start: Position) -> Lane {
    let mut lane =
        Lane { hops: Vec::new(), ending: Ending::Arrives, arrived: false, memory: Memory::default() };
    let mut seen = HashSet::new();
    let mut position = start;
    loop {
        let mut step = walk.step(position);
        if !seen.insert(position) {
            step.hop.outcome = Outcome::Stops;
            step.hop.reason = Reason::Loop;
            step.hop.fix = None;
            lane.hops.push(step.hop);
            lane.ending = Ending::Stops;
            return lane;
        }
        lane.memory.note(&step);
        let (outcome, arrived) = (step.hop.outcome, step.crossing.is_some());
        lane.hops.push(step.hop);
        match outcome {
            Outcome::Stops => lane.ending = Ending::Stops,
            Outcome::Ambiguous => lane.ending = Ending::Ambiguous,
            // What a card's rules say is not known, but where the packet goes from there is: what stops it there stops it.
            Outcome::Unknown if step.next.is_some() || arrived => {
                lane.ending = Ending::Unknown;
            }
            Outcome::Unknown => {
                lane.ending = Ending::Unknown;
                return lane;
            }
            Outcome::Passes => {}
        }
        match step.next {
            Some(next) if matches!(outcome, Outcome::Passes | Outcome::Unknown) => position = next,
            _ => {
                lane.arrived = matches!(lane.ending, Ending::Arrives | Ending::Unknown);
                return lane;
            }
        }
    }
}
