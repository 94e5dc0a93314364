//! The plans of `examples/plans`, as they are read.

use adit_net::trace::Verdict;
use adit_terraform::plan::Plan;

use crate::make::ask;

pub(crate) fn sample(name: &str) -> Plan {
    let path = format!("{}/../../examples/plans/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(path).unwrap();
    Plan::parse(&format!("{name}.json"), &text).unwrap()
}

#[test]
fn everything_of_the_spokes_plan_is_read() {
    let planned = sample("spoke").planned();
    assert_eq!((planned.built.faults.as_slice(), planned.notes.as_slice()), (&[][..], &[][..]));
    insta::assert_snapshot!("spoke", planned.listing.text());
}

#[test]
fn everything_of_the_hubs_plan_is_read() {
    let plan = sample("hub");
    let planned = plan.planned();
    assert_eq!((planned.built.faults.as_slice(), planned.notes.as_slice()), (&[][..], &[][..]));
    insta::assert_snapshot!("hub", planned.listing.text());
    // What goes was there.
    assert_eq!((planned.built.network.lpgs.len(), plan.prior().built.network.lpgs.len()), (0, 1));
}

#[test]
fn the_spokes_plan_lacks_one_rule_of_the_hub() {
    let (verdict, said) = ask(sample("spoke").planned(), "postgres-inserter", "10.0.0.146:6432");
    assert_eq!(verdict, Verdict::Unreachable);
    insta::assert_snapshot!(said);
    let (verdict, _) = ask(sample("spoke").planned(), "postgres-inserter", "oracle-services");
    assert_eq!(verdict, Verdict::Reachable);
}
