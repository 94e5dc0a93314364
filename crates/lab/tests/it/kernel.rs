//! Random packets through random networks. `bench/kernel` runs this for longer.
//!
//! `ADIT_KERNEL_SEED=N ADIT_KERNEL_FLOWS=1` repeats one network; with `ADIT_KERNEL_SHOW=1` it is printed, and what it came down to.

use std::collections::BTreeMap;

use adit_lab::{Inexpressible, LabError, Plan, Winner};

use crate::compare::{Tally, compare};
use crate::dice::Dice;
use crate::flows::flows;
use crate::networks::network;
use crate::permission::permitted;

/// Packets through one network.
const AT_ONCE: usize = 80;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

/// Why a network was left out, in a word.
fn kind(why: &Inexpressible) -> &'static str {
    match why {
        Inexpressible::Unknown(_) => "rules not known",
        Inexpressible::ZeroTrust(_) => "security attribute",
        Inexpressible::Forwarding(_) => "forwarding not known",
        Inexpressible::Peer(_) => "peering that ends elsewhere",
        Inexpressible::Twice(_) => "two rules for one destination",
        _ => "other",
    }
}

#[test]
fn real_packets_do_what_both_engines_say() {
    if !permitted("real_packets_do_what_both_engines_say") {
        return;
    }
    let wanted = number("ADIT_KERNEL_FLOWS", 2_400) as usize;
    let first = number("ADIT_KERNEL_SEED", 1);
    let show = std::env::var_os("ADIT_KERNEL_SHOW").is_some();
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    let mut left_out: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seed = first;
    while tally.sent < wanted {
        let mut dice = Dice::new(seed);
        let network = network(&mut dice);
        if show {
            let plan =
                Plan::of(&network, Winner::First).map_or_else(|why| why.to_string(), |plan| plan.to_string());
            println!("{network:#?}\n{plan}");
        }
        match compare(&network, |plan| flows(&mut dice, plan, AT_ONCE)) {
            Ok((one, disagreements)) => {
                wrong.extend(disagreements.into_iter().map(|text| format!("seed {seed}: {text}")));
                tally.add(&one);
            }
            Err(LabError::Inexpressible(why)) => *left_out.entry(kind(&why)).or_insert(0) += 1,
            Err(error) => panic!("seed {seed}: {error}"),
        }
        seed += 1;
    }
    println!("networks left out, as namespaces cannot show them: {left_out:?}");
    println!("seeds {first} to {}: {tally}; disagreements: {}", seed - 1, wrong.len());
    assert!(wrong.is_empty(), "{} disagreements:\n{}", wrong.len(), wrong.join("\n"));
    // A comparison in which nothing is answered, or everything, shows nothing.
    for count in [tally.answered, tally.refused, tally.unanswered, tally.lost] {
        assert!(count * 50 > tally.sent, "each outcome must be met often: {tally}");
    }
}
