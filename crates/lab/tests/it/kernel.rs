//! Random packets through random networks. `bench/kernel` runs this for longer.
//!
//! `ADIT_KERNEL_SEED=N ADIT_KERNEL_FLOWS=1` repeats one network; with `ADIT_KERNEL_SHOW=1` it is printed, and what it came down to.

use adit_lab::{Plan, Winner};

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
    let mut seed = first;
    while tally.sent < wanted {
        let mut dice = Dice::new(seed);
        let network = network(&mut dice);
        if show {
            println!("{network:#?}\n{}", Plan::of(&network, Winner::First).unwrap());
        }
        let (one, disagreements) = compare(&network, |plan| flows(&mut dice, plan, AT_ONCE))
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        wrong.extend(disagreements.into_iter().map(|text| format!("seed {seed}: {text}")));
        tally.add(&one);
        seed += 1;
    }
    println!("seeds {first} to {}: {tally}; disagreements: {}", seed - 1, wrong.len());
    assert!(wrong.is_empty(), "{} disagreements:\n{}", wrong.len(), wrong.join("\n"));
    // A comparison in which nothing is answered, or everything, shows nothing.
    for count in [tally.answered, tally.refused, tally.unanswered, tally.lost] {
        assert!(count * 50 > tally.sent, "each outcome must be met often: {tally}");
    }
}
