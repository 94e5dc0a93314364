//! The two engines against each other, on random networks.

mod random;

use std::collections::BTreeMap;

use self::random::{Dice, flow, network};
use super::fields;
use super::query::{asked, pairs, port, reached};
use super::store::{Box5, Set};
use super::*;
use crate::trace::{self, Verdict, judge};

/// What the sets say of one packet.
fn by_sets(engine: &mut Engine, reached: &query::Reached, fields: Box5) -> Verdict {
    let point = engine.store.boxed(fields);
    let mut holds = |set: Set| !engine.store.intersect(set, point).is_empty();
    if holds(reached.delivered) {
        Verdict::Reachable
    } else if holds(reached.unknown) {
        Verdict::Indeterminate
    } else if holds(reached.ambiguous) {
        Verdict::Ambiguous
    } else {
        Verdict::Unreachable
    }
}

/// A packet of a box: its corners, and points between.
fn point(dice: &mut Dice, fields: Box5) -> Box5 {
    fields.map(|(first, last)| {
        let at = match dice.below(4) {
            0 => first,
            1 => last,
            _ => first + dice.next() % (last - first + 1),
        };
        (at, at)
    })
}

fn rounds(default: u64) -> u64 {
    std::env::var("ADIT_NET_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Asks both engines about packets of every verdict, and about packets from anywhere in the question.
fn compare(
    engine: &mut Engine,
    dice: &mut Dice,
    flow: &crate::Flow,
    seed: u64,
    seen: &mut BTreeMap<Verdict, u64>,
) {
    let network = engine.network().clone();
    let Ok(pairs) = pairs(&network, flow.from, flow.to) else { return };
    for (from, to) in pairs {
        let port = port(&network, flow);
        let set = asked(engine, &from, &to, flow.protocol, port);
        let reached = reached(engine, from, to, set);
        let parts = [reached.delivered, reached.unknown, reached.ambiguous];
        for (i, part) in parts.into_iter().enumerate() {
            for other in parts.into_iter().skip(i + 1) {
                assert!(
                    engine.store.intersect(part, other).is_empty(),
                    "seed {seed}: a packet has two verdicts"
                );
            }
        }
        for part in parts.into_iter().chain([set]) {
            for fields in engine.store.boxes(part, 4) {
                let fields = point(dice, fields);
                let packet = fields::packet(fields);
                let (verdict, there, back) = judge(&network, from, to, packet);
                let sets = by_sets(engine, &reached, fields);
                let (traced, reached) =
                    (trace::fate(&network, from, to, packet), engine.fate(from, to, packet));
                assert_eq!(traced, reached, "seed {seed}: {packet}, {flow:?}");
                let back = back.map(|lane| lane.hops);
                assert_eq!(
                    verdict, sets,
                    "seed {seed}: {packet}, {flow:?}\nthere {:#?}\nback {back:#?}",
                    there.hops
                );
                *seen.entry(verdict).or_insert(0) += 1;
            }
        }
    }
}

/// Random networks are mostly broken, so they are repaired step by step, and asked again at each: the engine that makes each
/// change forgets what depends on it, and the interpreter looks at the changed network afresh.
#[test]
fn both_engines_agree_on_random_networks() {
    let mut seen = BTreeMap::new();
    for seed in 0..rounds(250) {
        let mut dice = Dice::new(seed);
        let mut engine = Engine::new(network(&mut dice));
        for _ in 0..5 {
            let flow = flow(&mut dice, engine.network());
            compare(&mut engine, &mut dice, &flow, seed, &mut seen);
            let Ok(answer) = engine.ask(&flow) else { continue };
            for fix in answer.fixes {
                if !dice.one_in(8) {
                    engine.apply(&fix.change);
                    compare(&mut engine, &mut dice, &flow, seed, &mut seen);
                }
            }
        }
    }
    println!("packets by verdict: {seen:?}");
    assert!(
        seen.len() == 4 && seen.values().all(|&count| count > 300),
        "each verdict must have been met often: {seen:?}"
    );
}

/// The changes that an answer proposes make every packet of the question arrive, whenever it says that they do.
/// All pairs are the same, whoever works them out.
#[test]
fn pairs_that_are_shared_out_are_the_same() {
    let mut pairs = 0;
    for seed in 0..rounds(60) {
        let network = network(&mut Dice::new(seed ^ 0x5A5A));
        let databases: Vec<_> = network.databases.ids().collect();
        let mut alone = Engine::new(network.clone());
        let alone = alone.columns(&databases);
        for workers in [2, 3, 7] {
            assert_eq!(Engine::new(network.clone()).shared(&databases, workers), alone, "seed {seed}");
        }
        pairs += alone.iter().map(Vec::len).sum::<usize>();
    }
    assert!(pairs > 100, "{pairs}");
}

#[test]
fn fixes_always_repair() {
    let mut achieved = BTreeMap::new();
    for seed in 0..rounds(400) {
        let mut dice = Dice::new(seed ^ 0xF1F1);
        let network = network(&mut dice);
        let flow = flow(&mut dice, &network);
        let mut engine = Engine::new(network.clone());
        let Ok(answer) = engine.ask(&flow) else { continue };
        if answer.verdict == Verdict::Reachable {
            assert!(answer.fixes.is_empty() && answer.repair == Repair::NotNeeded);
            continue;
        }
        *achieved.entry(format!("{:?}", answer.repair)).or_insert(0u64) += 1;
        if answer.repair != Repair::Whole {
            continue;
        }
        let mut changed = network.clone();
        for fix in &answer.fixes {
            fix.change.apply(&mut changed);
        }
        let after = Engine::new(changed).ask(&flow).unwrap();
        assert_eq!(after.verdict, Verdict::Reachable, "seed {seed}: {flow:?}\n{:#?}", answer.fixes);
    }
    println!("{achieved:?}");
    assert!(achieved["Whole"] > 100 && achieved["Supposed"] > 20);
}

/// Rules written to overlap each other in every field, as many as Oracle takes in a list: still answered.
#[test]
fn a_full_list_of_overlapping_rules_stays_small() {
    let mut dice = Dice::new(7);
    let mut store = store::Store::default();
    let rules: Vec<_> = (0..200)
        .map(|_| {
            let range = crate::Cidr::holding((dice.next() as u32).into(), dice.below(9) as u8);
            let mut ports = || {
                let (a, b) = (1 + dice.below(65535) as i64, 1 + dice.below(65535) as i64);
                crate::PortRange::new(
                    crate::Port::new(a.min(b)).unwrap(),
                    crate::Port::new(a.max(b)).unwrap(),
                )
                .unwrap()
            };
            let traffic = crate::Traffic::Tcp(crate::Ports { source: ports(), destination: ports() });
            crate::SecurityRule::ingress(range, traffic)
        })
        .collect();
    let filter = filter::compile(&mut store, &rules.into(), false, crate::Direction::Ingress);
    assert!(!filter.stateful.0.is_empty());
    println!("{} nodes", store.len());
    assert!(store.len() < 20_000, "{} nodes", store.len());
}
