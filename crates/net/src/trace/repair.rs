//! The way a packet could take, past everything that is in its way: the cheapest, with what each hop needs.
//!
//! A search over positions. What goes on as it is costs nothing, a missing rule costs something; so all that is missing is
//! found at once, and the fewest changes are proposed.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::alternative::alternatives;
use super::hop::{Hop, Outcome};
use super::position::{Crossing, Memory, Position, Tracked};
use super::reason::Reason;
use super::step::{Step, Walk};

/// What a missing rule costs. A rule changed costs more: it may serve others.
pub(crate) const MISSING: u32 = 2;
pub(crate) const CHANGED: u32 = 3;

/// The cheapest way to the goal, with the hops that need repair.
pub(crate) struct Repaired {
    pub(crate) hops: Vec<Hop>,
    pub(crate) memory: Memory,
}

struct Visit {
    position: Position,
    cost: u32,
    /// From where, and by which hop.
    before: Option<(usize, Hop, Option<Crossing>)>,
    done: bool,
}

/// Searches; `because` says how the way as it is ends. `None`: no change that is known here leads there.
pub(crate) fn repair(walk: &Walk<'_>, because: &str) -> Option<Repaired> {
    let mut visits: Vec<Visit> = Vec::new();
    let mut index: HashMap<Position, usize> = HashMap::new();
    let mut queue = BinaryHeap::new();
    for start in walk.starts().ok()? {
        queue.push(Reverse((0, visits.len())));
        index.insert(start, visits.len());
        visits.push(Visit { position: start, cost: 0, before: None, done: false });
    }
    while let Some(Reverse((cost, at))) = queue.pop() {
        let visit = visits.get_mut(at)?;
        if visit.done || cost > visit.cost {
            continue;
        }
        visit.done = true;
        let position = visit.position;
        let step = walk.step(position);
        if arrives(&step) {
            return Some(path(&visits, at, step));
        }
        let mut edges: Vec<(u32, Position, Hop, Option<Crossing>)> = Vec::new();
        for (change, price, next) in alternatives(walk, position) {
            let mut hop = step.hop.clone();
            if hop.outcome == Outcome::Passes {
                hop.outcome = Outcome::Stops;
                hop.reason =
                    Reason::Astray { meant: walk.goal.name(walk.network), because: because.to_owned() };
            }
            hop.fix = Some(change.fix(walk.network));
            edges.push((price, next, hop, None));
        }
        if let Some(next) = step.next {
            let price = if step.hop.outcome == Outcome::Passes { 0 } else { MISSING };
            let crossing = noted(&step);
            edges.push((price, next, step.hop, crossing));
        }
        for (price, next, hop, crossing) in edges {
            let cost = cost.saturating_add(price);
            let to = *index.entry(next).or_insert_with(|| {
                visits.push(Visit { position: next, cost: u32::MAX, before: None, done: false });
                visits.len() - 1
            });
            if let Some(visit) = visits.get_mut(to)
                && cost < visit.cost
            {
                visit.cost = cost;
                visit.before = Some((at, hop, crossing));
                queue.push(Reverse((cost, to)));
            }
        }
    }
    None
}

/// Whether a step is at the goal, whatever the rules there say.
fn arrives(step: &Step) -> bool {
    step.next.is_none() && (step.crossing.is_some() || step.hop.reason == Reason::Arrived)
}

/// What a card notes once the rule that is proposed is there: it is a stateful one.
fn noted(step: &Step) -> Option<Crossing> {
    let repaired = step.hop.fix.is_some() && step.hop.outcome != Outcome::Passes;
    step.crossing
        .map(|crossing| if repaired { Crossing { tracked: Tracked::Yes, ..crossing } } else { crossing })
}

fn path(visits: &[Visit], end: usize, last: Step) -> Repaired {
    let mut memory = Memory::default();
    memory.crossings.extend(noted(&last));
    let mut hops = vec![last.hop];
    let mut at = visits.get(end);
    while let Some(visit) = at {
        if let Position::Outside { exit, .. } = visit.position {
            memory.exit = Some(exit);
        }
        at = match &visit.before {
            Some((before, hop, crossing)) => {
                memory.crossings.extend(*crossing);
                hops.push(hop.clone());
                visits.get(*before)
            }
            None => None,
        };
    }
    hops.reverse();
    memory.crossings.reverse();
    let mut assumed = false;
    for hop in &mut hops {
        hop.assumed = assumed;
        assumed |= hop.outcome != Outcome::Passes;
    }
    Repaired { hops, memory }
}
