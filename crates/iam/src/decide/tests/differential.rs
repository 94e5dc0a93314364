//! The fast evaluator says what the reference says, statement by statement.

use super::random::{self, Random};
use crate::decide::{Engine, reference};
use crate::truth::Truth;

/// How many pairs of a set and a request; `ADIT_IAM_PAIRS` says another number.
fn pairs() -> usize {
    std::env::var("ADIT_IAM_PAIRS").ok().and_then(|it| it.parse().ok()).unwrap_or(300_000)
}

#[test]
fn both_evaluators_agree() {
    const REQUESTS: usize = 100;
    let sets = pairs().div_ceil(REQUESTS);
    let mut said = [0usize; 3];
    for seed in 0..sets as u64 {
        let mut r = Random::new(seed);
        let set = random::set(&mut r);
        let engine = Engine::new(&set);
        for _ in 0..REQUESTS {
            let request = random::request(&mut r, &set);
            let plain = reference::decide(&set, &request);
            let fast = engine.decide(&request);
            assert_eq!(plain, fast, "seed {seed}: {request:?}\n{set:#?}");
            assert_eq!(plain.truth, engine.allowed(&request), "seed {seed}: {request:?}");
            said[plain.truth as usize] += 1;
        }
    }
    let [no, unknown, yes] = said;
    eprintln!("{} pairs: {yes} allowed, {no} not, {unknown} not known", sets * REQUESTS);
    // The pairs are worth something: each answer comes often.
    assert!(said.iter().all(|count| count * 25 > sets * REQUESTS), "{said:?}");
    assert_eq!(Truth::True as usize, 2);
}
