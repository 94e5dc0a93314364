//! What a change grants and takes away.

use std::fmt::Write as _;

use adit_iam::diff::{Gains, Why, difference};
use adit_iam::need;
use adit_iam::tenancy::{Compartments, PolicySet};
use adit_iam::{Engine, Truth};

use crate::record::{RECORD, system};
use crate::world::World;

fn compare(old: &[&str], new: &[&str]) -> (Gains, Gains) {
    let (old, new) = (World::new().with(old), World::new().with(new));
    let found = difference(&Engine::new(&old.set), &Engine::new(&new.set)).unwrap();
    (found.more, found.less)
}

fn permissions(gains: &Gains) -> Vec<&str> {
    gains.changes.iter().flat_map(|it| it.permissions.iter().map(String::as_str)).collect()
}

/// The replacement of the record: nothing more, every call of a deployment and of a run as before, and the rest is taken away.
#[test]
fn the_replacement_of_the_record_takes_away_and_gives_nothing() {
    let old = World::new().with(&RECORD);
    let system = system(&old);
    let mut new = World::new();
    for line in need::lines(&old.set, &system) {
        let place = line.attach;
        new = new.policy(place, &[&line.statement.to_string()]);
    }
    let (before, after) = (Engine::new(&old.set), Engine::new(&new.set));
    let found = difference(&before, &after).unwrap();
    assert!(found.more.proved_nothing(), "{:?}", found.more);
    let mut calls = 0;
    for need in need::needs(&system) {
        for request in need.requests(&need.whom.principal(&old.set).unwrap()) {
            assert_eq!(
                (before.allowed(&request), after.allowed(&request)),
                (Truth::True, Truth::True),
                "{request:?}"
            );
        }
        calls += 1;
    }
    let mut text = format!("all {calls} calls are still allowed; nothing is granted; taken away:\n");
    for change in &found.less.changes {
        let statement = &old.set.statement(change.by).unwrap().value;
        let place = old.set.compartments.name(change.witness.target);
        writeln!(
            text,
            "{statement}\n    in {place}: {} of its permissions, such as {}",
            change.permissions.len(),
            change.permissions[0]
        )
        .unwrap();
    }
    assert!(found.less.open.is_empty(), "{:?}", found.less.open);
    insta::assert_snapshot!(text);
}

#[test]
fn the_same_in_other_words_is_proved_the_same() {
    for (one, other) in [
        (
            "Allow any-user to read secret-bundles in tenancy",
            "Allow any-user to {SECRET_BUNDLE_READ, SECRET_BUNDLE_INSPECT} in tenancy",
        ),
        (
            "Allow group CI-CD-Deployers to read repos in compartment Sandbox",
            "Allow group id ocid1.group.oc1..CI-CD-Deployers to read repos in compartment id ocid1.compartment.oc1..sandbox",
        ),
        (
            "Allow any-user to read repos in tenancy where target.repo.name = /*/",
            "Allow any-user to read repos in tenancy where target.repo.name",
        ),
        (
            "Allow any-user to read repos in tenancy where any {target.repo.name = 'a', target.repo.name = 'b'}",
            "Allow any-user to read repos in tenancy where target.repo.name in ('B', 'A')",
        ),
        (
            "Allow any-user to manage repos in tenancy where request.permission = 'REPOSITORY_READ'",
            "Allow any-user to {REPOSITORY_READ} in tenancy",
        ),
        (
            "Allow any-user to read repos in tenancy where all {target.repo.name != 'a', target.repo.name = 'a'}",
            "Deny any-user to read repos in tenancy",
        ),
    ] {
        let (more, less) = compare(&[one], &[other]);
        assert!(more.proved_nothing() && less.proved_nothing(), "{one}\n{other}\n{more:?}\n{less:?}");
    }
}

#[test]
fn a_wider_pattern_is_more_and_its_witness_says_what() {
    let line = |pattern: &str| {
        format!("Allow any-group to {{REPOSITORY_READ}} in tenancy where target.repo.name = /{pattern}/")
    };
    let (more, less) = compare(&[&line("app-*-x")], &[&line("app-*")]);
    assert!(less.proved_nothing(), "{less:?}");
    let name = more.changes[0].witness.variables.get("target.repo.name").cloned();
    let adit_iam::tenancy::Bound::Value(name) = name.unwrap() else { panic!() };
    assert!(name.starts_with("app-") && !name.ends_with("-x"), "{name}");
}

#[test]
fn a_deny_that_goes_is_more_also_for_those_of_two_groups() {
    let allow = "Allow group CI-CD-Deployers to read secret-bundles in tenancy";
    let deny = "Deny group FunctionUsers to {SECRET_BUNDLE_READ} in compartment Sandbox";
    let (more, less) = compare(&[allow, deny], &[allow]);
    assert!(less.proved_nothing());
    assert_eq!(permissions(&more), ["SECRET_BUNDLE_READ"]);
    let adit_iam::tenancy::Principal::User(user) = &more.changes[0].witness.principal else { panic!() };
    assert_eq!((user.groups.len(), more.changes[0].denied), (2, true));
}

#[test]
fn what_cannot_be_settled_is_said() {
    let why = |new: &str| {
        let (more, _) = compare(&[], &[new]);
        assert!(!more.proved_nothing(), "{new}");
        more.open.iter().map(|it| it.why).collect::<Vec<_>>()
    };
    assert!(
        why("Allow any-user to read repos in tenancy where request.utc-timestamp after '2026-01-01Z'")
            .contains(&Why::Times)
    );
    // A star in quotes is itself for certain, and perhaps more: the witness is the repository of that very name.
    let (more, _) =
        compare(&[], &["Allow any-user to read repos in tenancy where target.repo.name = 'app*'"]);
    let name = more.changes[0].witness.variables.get("target.repo.name").cloned();
    assert_eq!(name, Some(adit_iam::tenancy::Bound::Value("app*".into())));
    assert_eq!(why("Allow group <GROUP> to read repos in tenancy"), [Why::NotKnown]);
    assert_eq!(why("Allow any-user to use queues in tenancy"), [Why::NotKnown]);
    let sets = "Allow any-user to read repos in tenancy where sets-intersect(target.policy.type, ('a'))";
    let twice = "Allow any-user to read repos in tenancy where all {target.policy.type = 'a', target.policy.type = 'b'}";
    assert!(compare(&[sets], &[twice]).0.open.iter().any(|it| it.why == Why::Sets));
}

#[test]
fn sets_of_two_tenancies_are_not_compared() {
    let (one, other) = (World::new().set, PolicySet::new(Compartments::new("other", None)));
    assert!(difference(&Engine::new(&one), &Engine::new(&other)).is_err());
}
