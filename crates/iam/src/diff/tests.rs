//! What is claimed of two sets, held against random requests.

use super::difference;
use crate::decide::tests::random::{self, Random};
use crate::decide::{Engine, reference};
use crate::tenancy::{Bound, Principal, Request, Variables};
use crate::truth::Truth;

/// How many requests; `ADIT_IAM_DIFF_REQUESTS` says another number.
fn requests() -> usize {
    std::env::var("ADIT_IAM_DIFF_REQUESTS").ok().and_then(|it| it.parse().ok()).unwrap_or(100_000)
}

/// What is compared is over the variables that have one value, and whose value does not follow from who asks.
fn plain(request: Request) -> Request {
    let mut variables = Variables::none();
    for (name, bound) in request.variables.named() {
        let user = matches!(request.principal, Principal::User(_));
        let follows = user && name == "request.principal.type" || name == "request.groups.id";
        if !follows && matches!(bound, Bound::Value(_)) {
            variables.set(name, bound.clone());
        }
    }
    request.carrying(variables)
}

#[test]
fn nothing_more_is_never_contradicted_and_each_more_has_a_witness() {
    const REQUESTS: usize = 500;
    let pairs = requests().div_ceil(REQUESTS);
    let (mut proved, mut open, mut witnesses, mut gained) = (0, 0, 0, 0);
    for seed in 0..pairs as u64 {
        let mut r = Random::new(seed ^ 0xD1FF);
        let base = random::tenancy(&mut r);
        let (mut old, mut new) = (base.clone(), base);
        random::policies(&mut r, &mut old);
        // Sometimes a change of what is there, sometimes something else.
        if r.once_in(3) {
            random::policies(&mut r, &mut new);
        } else {
            new = random::changed(&mut r, &old);
        }
        let (before, after) = (Engine::new(&old), Engine::new(&new));
        let found = difference(&before, &after).unwrap();
        for (gains, from, to) in [(&found.more, &old, &new), (&found.less, &new, &old)] {
            for change in &gains.changes {
                assert_eq!(reference::decide(to, &change.witness).truth, Truth::True, "seed {seed}");
                assert_eq!(reference::decide(from, &change.witness).truth, Truth::False, "seed {seed}");
                assert!(
                    change.permissions.contains(&change.witness.permission) && !change.permissions.is_empty()
                );
                witnesses += 1;
            }
            proved += usize::from(gains.proved_nothing());
            open += usize::from(!gains.open.is_empty());
        }
        for _ in 0..REQUESTS {
            let request = plain(random::request(&mut r, &old));
            let answers = (before.allowed(&request), after.allowed(&request));
            let contradicted = match answers {
                (Truth::False, Truth::True) => Some(&found.more),
                (Truth::True, Truth::False) => Some(&found.less),
                _ => None,
            };
            if let Some(gains) = contradicted {
                gained += 1;
                assert!(!gains.proved_nothing(), "seed {seed}: {request:?}\n{answers:?}\n{old:#?}\n{new:#?}");
            }
        }
    }
    eprintln!(
        "{pairs} pairs of sets: {proved} times nothing, {open} open, {witnesses} witnesses, {gained} requests that differ"
    );
    assert!(
        proved > pairs / 5 && witnesses > pairs / 2 && gained > pairs / 10,
        "{proved} {open} {witnesses} {gained}"
    );
}
