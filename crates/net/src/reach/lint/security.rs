//! Security rules that another rule makes needless, or that surprise.

use super::{Lint, LintKind};
use crate::model::{Direction, Network, NsgId, Peer, Ports, SecurityRule, Traffic};
use crate::reach::fields;
use crate::reach::store::Interval;
use crate::trace::{Kind, RuleText, Subject};
use crate::words;

/// A rule with where it stands.
struct Placed<'a> {
    at: Subject,
    index: usize,
    rule: &'a SecurityRule,
}

impl Placed<'_> {
    fn text(&self, network: &Network) -> RuleText {
        RuleText {
            holder: self.at.clone(),
            index: Some(self.index),
            text: words::security(network, self.rule),
            source: self.rule.source,
        }
    }
}

/// The other end and the body of a rule, as intervals; groups are told apart by their place.
type Shape = (Option<NsgId>, Interval, [Interval; 3]);

fn shape(rule: &SecurityRule) -> Shape {
    let body = fields::traffic(&rule.traffic);
    match rule.peer {
        Peer::Cidr(range) => (None, fields::range(range), body),
        Peer::Service(label) => (None, fields::label(label), body),
        Peer::Nsg(id) => (Some(id), fields::EVERYWHERE, body),
    }
}

fn covers(large: &Shape, small: &Shape) -> bool {
    let inside = |large: &Interval, small: &Interval| large.0 <= small.0 && small.1 <= large.1;
    large.0 == small.0
        && inside(&large.1, &small.1)
        && large.2.iter().zip(&small.2).all(|(a, b)| inside(a, b))
}

fn meet(a: &Shape, b: &Shape) -> bool {
    let common = |a: &Interval, b: &Interval| a.0 <= b.1 && b.0 <= a.1;
    // Whether members of a group are in a range is not known here.
    a.0 == b.0 && common(&a.1, &b.1) && a.2.iter().zip(&b.2).all(|(a, b)| common(a, b))
}

pub(super) fn lints(network: &Network) -> Vec<Lint> {
    let mut found = Vec::new();
    let lists =
        network.security_lists.iter().map(|(_, it)| (Subject::of(Kind::SecurityList, &it.object), &it.rules));
    let groups = network.nsgs.iter().map(|(_, it)| (Subject::of(Kind::Nsg, &it.object), &it.rules));
    for (at, rules) in lists.chain(groups) {
        let placed: Vec<_> = rules
            .known()
            .iter()
            .enumerate()
            .map(|(index, rule)| Placed { at: at.clone(), index, rule })
            .collect();
        holder(network, &placed, &mut found);
    }
    for (_, subnet) in network.subnets.iter() {
        let mut placed = Vec::new();
        for &id in &subnet.security_lists {
            let list = network.security_lists.at(id);
            let at = Subject::of(Kind::SecurityList, &list.object);
            placed.extend(list.rules.known().iter().enumerate().map(|(index, rule)| Placed {
                at: at.clone(),
                index,
                rule,
            }));
        }
        governed(network, &placed, &mut found);
    }
    let mut unique: Vec<Lint> = Vec::with_capacity(found.len());
    for lint in found {
        if !unique.contains(&lint) {
            unique.push(lint);
        }
    }
    unique
}

/// Within one list or group.
fn holder(network: &Network, rules: &[Placed<'_>], found: &mut Vec<Lint>) {
    let shapes: Vec<Shape> = rules.iter().map(|placed| shape(placed.rule)).collect();
    for (placed, own) in rules.iter().zip(&shapes) {
        let alike = |other: &Placed<'_>| {
            (other.rule.direction, other.rule.stateless) == (placed.rule.direction, placed.rule.stateless)
        };
        // Of two equal rules, the second is the needless one.
        let shadow = rules.iter().zip(&shapes).find(|(other, shape)| {
            other.index != placed.index
                && alike(other)
                && covers(shape, own)
                && (*shape != own || other.index < placed.index)
        });
        let note =
            |kind, other| Lint { kind, at: placed.at.clone(), rule: Some(placed.text(network)), other };
        if let Some((other, _)) = shadow {
            found.push(note(LintKind::Shadowed, Some(other.text(network))));
        }
        if let Traffic::Udp(ports) = placed.rule.traffic
            && ports != Ports::ALL
        {
            found.push(note(LintKind::Fragments, None));
        }
    }
}

/// Over all lists of a subnet.
fn governed(network: &Network, rules: &[Placed<'_>], found: &mut Vec<Lint>) {
    for placed in rules.iter().filter(|placed| placed.rule.stateless) {
        let own = shape(placed.rule);
        let stateful = rules.iter().find(|other| {
            !other.rule.stateless
                && other.rule.direction == placed.rule.direction
                && meet(&shape(other.rule), &own)
        });
        if let Some(other) = stateful {
            found.push(Lint {
                kind: LintKind::BothStates,
                at: placed.at.clone(),
                rule: Some(placed.text(network)),
                other: Some(other.text(network)),
            });
        }
    }
    let egress = |placed: &&Placed<'_>| placed.rule.direction == Direction::Egress && placed.rule.stateless;
    if let Some(first) = rules.iter().find(egress) {
        let too_large = [(1, 1), (3, 3), (4, 4)];
        let admitted =
            rules.iter().filter(|placed| placed.rule.direction == Direction::Ingress).any(|placed| {
                let (group, peer, body) = shape(placed.rule);
                covers(&(group, peer, body), &(None, fields::EVERYWHERE, too_large))
            });
        if !admitted {
            found.push(Lint {
                kind: LintKind::PathMtu,
                at: first.at.clone(),
                rule: Some(first.text(network)),
                other: None,
            });
        }
    }
}
