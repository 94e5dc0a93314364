//! The answer to a question: a verdict that holds for every packet of it, one packet's trace that shows why, and everything that
//! is missing.

use serde::Serialize;

use super::engine::Engine;
use super::fields;
use super::query::{Reached, asked, pairs, port, reached};
use super::region::Region;
use super::store::Set;
use crate::model::{Flow, Network, Rules};
use crate::trace::{AskError, End, Fix, Trace, Verdict, trace};

/// The answer to a [`Flow`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The worst of all cases.
    pub verdict: Verdict,
    /// One for each pair of ends: a function in three subnets has three.
    pub cases: Vec<Case>,
    /// Everything that is missing, in the order in which a packet meets it. For objects whose rules are not known: what must be
    /// among them.
    pub fixes: Vec<Fix>,
    /// What all of `fixes` together achieve.
    pub repair: Repair,
}

/// What the changes that an answer proposes achieve together; it was tried on a copy of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Repair {
    /// Nothing is missing.
    NotNeeded,
    /// Every packet arrives, and its answer.
    Whole,
    /// They do if the objects whose rules are not known hold just the rules asked for.
    Supposed,
    /// Something is left that no rule repairs: overlapping addresses, a connection that is not there, a machine.
    Partial,
}

/// One pair of ends.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Case {
    /// The worst that a packet meets.
    pub verdict: Verdict,
    /// A packet that meets it.
    pub trace: Trace,
    /// Whether all packets do; else `regions` has those that do.
    pub all: bool,
    /// Some of the packets that meet the verdict.
    pub regions: Vec<Region>,
}

/// How often repairs are looked for again after the ones found were made.
const ROUNDS: usize = 12;
/// How many regions of a case are told.
const REGIONS: usize = 8;

impl Engine {
    /// Answers a question for every packet that it is about.
    ///
    /// # Errors
    /// A question that has no meaning in this network.
    pub fn ask(&mut self, flow: &Flow) -> Result<Answer, AskError> {
        let pairs = pairs(self.network(), flow.from, flow.to)?;
        let cases = self.cases(&pairs, flow);
        let verdict = worst(&cases);
        let mut answer = Answer { verdict, cases, fixes: Vec::new(), repair: Repair::NotNeeded };
        if verdict != Verdict::Reachable {
            (answer.fixes, answer.repair) = self.repair(&pairs, flow, &answer.cases);
        }
        Ok(answer)
    }

    /// The verdict alone, without a trace.
    ///
    /// # Errors
    /// A question that has no meaning in this network.
    pub fn verdict(&mut self, flow: &Flow) -> Result<Verdict, AskError> {
        let pairs = pairs(self.network(), flow.from, flow.to)?;
        let mut verdict = Verdict::Reachable;
        for (from, to) in pairs {
            let reached = self.pair(&from, &to, flow);
            verdict = verdict.max(self.split(&reached).0);
        }
        Ok(verdict)
    }

    fn pair(&mut self, from: &End, to: &End, flow: &Flow) -> Reached {
        let port = port(self.network(), flow);
        let set = asked(self, from, to, flow.protocol, port);
        reached(self, *from, *to, set)
    }

    /// The worst verdict of a set, and the packets that have it.
    fn split(&mut self, reached: &Reached) -> (Verdict, Set) {
        let store = &mut self.store;
        let rest = store.minus(reached.asked, reached.delivered);
        let rest = store.minus(rest, reached.unknown);
        let stopped = store.minus(rest, reached.ambiguous);
        let found = [
            (Verdict::Unreachable, stopped),
            (Verdict::Ambiguous, reached.ambiguous),
            (Verdict::Indeterminate, reached.unknown),
        ];
        let worst = found.into_iter().find(|(_, set)| !set.is_empty());
        worst.unwrap_or((Verdict::Reachable, reached.delivered))
    }

    fn cases(&mut self, pairs: &[(End, End)], flow: &Flow) -> Vec<Case> {
        let mut cases = Vec::new();
        for (from, to) in pairs {
            let reached = self.pair(from, to, flow);
            let (verdict, set) = self.split(&reached);
            let boxes = self.store.boxes(set, REGIONS);
            // A pair without a packet: an end whose every address is taken. There is nothing to say of it.
            let Some(&first) = boxes.first() else { continue };
            let trace = trace(self.network(), *from, *to, fields::packet(first));
            let all = set == reached.asked;
            cases.push(Case { verdict, trace, all, regions: boxes.into_iter().map(Region::new).collect() });
        }
        cases
    }

    /// Makes the changes that the traces ask for in a copy, and looks again, until every packet arrives or nothing helps.
    fn repair(&self, pairs: &[(End, End)], flow: &Flow, cases: &[Case]) -> (Vec<Fix>, Repair) {
        let mut scratch = Self::new(self.network().clone());
        let mut fixes: Vec<Fix> = Vec::new();
        let mut cases = cases.to_vec();
        let mut assumed = false;
        for _ in 0..ROUNDS {
            let mut more = false;
            for fix in cases.iter().flat_map(|case| case.trace.blockers()).filter_map(|hop| hop.fix.as_ref())
            {
                if !fixes.contains(fix) {
                    fixes.push(fix.clone());
                    scratch.apply(&fix.change);
                    more = true;
                }
            }
            let unknown =
                worst(&cases) == Verdict::Indeterminate || cases.iter().any(|case| has_unknown(&case.trace));
            if unknown && !assumed {
                // What an owner must be asked for: as if there were nothing but what is asked.
                assumed = true;
                let mut network = scratch.network().clone();
                assume_nothing_more(&mut network, &fixes);
                scratch = Self::new(network);
                more = true;
            }
            if !more {
                return (fixes, Repair::Partial);
            }
            cases = scratch.cases(pairs, flow);
            if worst(&cases) == Verdict::Reachable {
                return (fixes, if assumed { Repair::Supposed } else { Repair::Whole });
            }
        }
        (fixes, Repair::Partial)
    }
}

fn has_unknown(trace: &Trace) -> bool {
    trace.blockers().any(|hop| hop.outcome == crate::trace::Outcome::Unknown)
}

fn worst(cases: &[Case]) -> Verdict {
    cases.iter().map(|case| case.verdict).max().unwrap_or(Verdict::Unreachable)
}

/// Rules that are not known become none, and the changes that could not be made to them are made.
fn assume_nothing_more(network: &mut Network, fixes: &[Fix]) {
    let before = network.clone();
    for id in before.route_tables.ids() {
        known(&mut network.route_tables.at_mut(id).rules);
    }
    for id in before.security_lists.ids() {
        known(&mut network.security_lists.at_mut(id).rules);
    }
    for id in before.nsgs.ids() {
        known(&mut network.nsgs.at_mut(id).rules);
    }
    for id in before.drg_tables.ids() {
        known(&mut network.drg_tables.at_mut(id).rules);
    }
    for id in before.distributions.ids() {
        known(&mut network.distributions.at_mut(id).statements);
    }
    for fix in fixes.iter().filter(|fix| fix.change.was_unknown(&before)) {
        fix.change.apply(network);
    }
}

fn known<T>(rules: &mut Rules<T>) {
    if rules.is_unknown() {
        *rules = Rules::default();
    }
}
