//! Security rules against what is required: needless ones, wider ones, and rules for answers that need none.

use std::collections::BTreeMap;

use super::{Lint, LintKind};
use crate::model::{Direction, Flow, Network, Traffic};
use crate::packet::Place;
use crate::reach::engine::Engine;
use crate::reach::fields;
use crate::reach::filter::{self, Holder};
use crate::reach::query::{asked, pairs, port};
use crate::reach::store::Set;
use crate::trace::{End, Kind, RuleText, Subject};
use crate::words;

/// What must cross the cards that a list or group governs, in one direction.
#[derive(Clone, Copy)]
struct Need {
    questions: Set,
    answers: Set,
}

type Needs = BTreeMap<(Holder, Direction), Need>;

pub(super) fn lints(engine: &mut Engine, flows: &[Flow]) -> Vec<Lint> {
    let needs = needs(engine, flows);
    let holders: Vec<Holder> = {
        let network = engine.network();
        network.security_lists.ids().map(Holder::List).chain(network.nsgs.ids().map(Holder::Group)).collect()
    };
    let mut found = Vec::new();
    // Without a need, every rule would be needless: nothing is said.
    if needs.is_empty() {
        return found;
    }
    for holder in holders {
        let network = engine.network().clone_holder(holder);
        for (index, rule) in network.rules.iter().enumerate() {
            // Members of groups are not a range: such rules are as narrow as can be said.
            let peer = match rule.peer {
                crate::Peer::Cidr(range) => fields::range(range),
                crate::Peer::Service(label) => fields::label(label),
                crate::Peer::Nsg(_) => continue,
            };
            let set = engine.store.boxed(fields::rule(rule.direction, peer, &rule.traffic));
            let need = needs.get(&(holder, rule.direction)).copied();
            let need = need.unwrap_or(Need { questions: Set::EMPTY, answers: Set::EMPTY });
            let kind = judge(engine, holder, rule, set, need);
            if let Some(kind) = kind {
                let text = RuleText {
                    holder: network.at.clone(),
                    index: Some(index),
                    text: words::security(engine.network(), rule),
                    source: rule.source,
                };
                found.push(Lint { kind, at: network.at.clone(), rule: Some(text), other: None });
            }
        }
    }
    found
}

fn judge(
    engine: &mut Engine,
    holder: Holder,
    rule: &crate::SecurityRule,
    set: Set,
    need: Need,
) -> Option<LintKind> {
    let questions = engine.store.intersect(set, need.questions);
    let answers = engine.store.intersect(set, need.answers);
    if questions.is_empty() && redundant(engine, holder, rule, set, answers) {
        return Some(LintKind::RedundantAnswer);
    }
    if questions.is_empty() && answers.is_empty() {
        return Some(LintKind::NotNeeded);
    }
    let used = engine.store.union(questions, answers);
    (used != set).then_some(LintKind::Wider)
}

/// Whether a rule's packets, as far as they are answers to what is required (or come from a service's port), are let in by a
/// stateful rule of the same list anyway.
fn redundant(
    engine: &mut Engine,
    holder: Holder,
    rule: &crate::SecurityRule,
    set: Set,
    answers: Set,
) -> bool {
    let from_service =
        matches!(rule.traffic, Traffic::Tcp(ports) | Traffic::Udp(ports) if !ports.source.is_all());
    if answers.is_empty() && !from_service {
        return false;
    }
    let judged = if answers.is_empty() { set } else { answers };
    let (rules, group) = filter::rules(engine.network(), holder);
    let rules = rules.clone();
    let opposite = filter::compile(&mut engine.store, &rules, group, rule.direction.opposite());
    let tracked = engine.store.minus(opposite.stateful.0, opposite.stateless.0);
    let questions = fields::answers(&mut engine.store, judged);
    !questions.is_empty() && engine.store.minus(questions, tracked).is_empty()
}

fn needs(engine: &mut Engine, flows: &[Flow]) -> Needs {
    let mut needs = Needs::new();
    for flow in flows {
        let Ok(pairs) = pairs(engine.network(), flow.from, flow.to) else { continue };
        for (from, to) in pairs {
            let port = port(engine.network(), flow);
            let questions = asked(engine, &from, &to, flow.protocol, port);
            let answers = fields::answers(&mut engine.store, questions);
            for (end, out) in [(from, true), (to, false)] {
                let (asks, replies) = if out {
                    (Direction::Egress, Direction::Ingress)
                } else {
                    (Direction::Ingress, Direction::Egress)
                };
                for holder in holders(engine.network(), &end) {
                    let none = Need { questions: Set::EMPTY, answers: Set::EMPTY };
                    let need = needs.entry((holder, asks)).or_insert(none);
                    need.questions = engine.store.union(need.questions, questions);
                    let need = needs.entry((holder, replies)).or_insert(none);
                    need.answers = engine.store.union(need.answers, answers);
                }
            }
        }
    }
    needs
}

fn holders(network: &Network, end: &End) -> Vec<Holder> {
    let Place::Card { subnet, vnic, function } = end.place else { return Vec::new() };
    let lists = network.subnets.at(subnet).security_lists.iter().map(|&id| Holder::List(id));
    let groups = match (vnic, function) {
        (Some(id), _) => network.vnics.at(id).nsgs.as_slice(),
        (None, Some(id)) => network.functions.at(id).nsgs.as_slice(),
        (None, None) => &[],
    };
    lists.chain(groups.iter().map(|&id| Holder::Group(id))).collect()
}

/// A list or group by itself.
struct Alone {
    at: Subject,
    rules: Vec<crate::SecurityRule>,
}

impl Network {
    fn clone_holder(&self, holder: Holder) -> Alone {
        let (at, rules) = match holder {
            Holder::List(id) => {
                let list = self.security_lists.at(id);
                (Subject::of(Kind::SecurityList, &list.object), &list.rules)
            }
            Holder::Group(id) => {
                let group = self.nsgs.at(id);
                (Subject::of(Kind::Nsg, &group.object), &group.rules)
            }
        };
        Alone { at, rules: rules.known().to_vec() }
    }
}
