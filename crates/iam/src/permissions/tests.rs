//! What must hold of the tables.

use super::*;

fn rows() -> impl Iterator<Item = &'static ResourceRow> {
    services().iter().flat_map(|service| service.resources)
}

#[test]
fn every_row_has_a_source() {
    let sources = rows()
        .map(|row| (row.name, row.source))
        .chain(services().iter().flat_map(|it| it.families).map(|row| (row.name, row.source)))
        .chain(services().iter().flat_map(|it| it.calls).map(|row| (row.name, row.source)));
    let mut count = 0;
    for (name, source) in sources {
        assert!(source.page.ends_with(".htm") && !source.page.starts_with('/'), "{name}: {source:?}");
        let dated = source.dated.get(..4).and_then(|year| year.parse::<u16>().ok());
        assert!(dated.is_some_and(|year| (2020..=2026).contains(&year)), "{name}: {source:?}");
        count += 1;
    }
    assert!(count > 250, "{count} rows");
}

#[test]
fn a_name_has_one_row_and_a_permission_one_level_in_it() {
    let mut names = BTreeSet::new();
    for row in rows() {
        for name in std::iter::once(&row.name).chain(row.also) {
            assert!(names.insert(*name), "{name} twice");
            assert_eq!(ResourceType::new(name).as_str(), *name, "a name is in lower case");
        }
        let Some(levels) = &row.levels else { continue };
        let added: Vec<_> = levels.up_to(Verb::Manage).collect();
        let distinct: BTreeSet<_> = added.iter().collect();
        assert_eq!(added.len(), distinct.len(), "{}", row.name);
        assert!(!added.is_empty(), "{} grants nothing", row.name);
        for permission in added {
            assert_eq!(permission.to_ascii_uppercase(), permission);
        }
    }
    for family in services().iter().flat_map(|it| it.families) {
        assert!(names.insert(family.name), "{} twice", family.name);
    }
}

#[test]
fn verbs_include_the_lesser_ones_and_denied_the_greater_ones() {
    for name in resource_names().map(ResourceType::new) {
        for (less, more) in LEVELS.iter().zip(LEVELS.iter().skip(1)) {
            let allowed = |verb| &covered(Effect::Allow, verb, &name).permissions;
            let denied = |verb| &covered(Effect::Deny, verb, &name).permissions;
            assert!(allowed(*less).is_subset(allowed(*more)), "{name}");
            assert!(denied(*more).is_subset(denied(*less)), "{name}");
        }
        let all = covered(Effect::Allow, Verb::Manage, &name);
        assert_eq!(all, covered(Effect::Deny, Verb::Inspect, &name), "{name}");
    }
}

#[test]
fn families_contain_their_members() {
    for family in services().iter().flat_map(|it| it.families) {
        assert!(!family.members.is_empty());
        for verb in LEVELS {
            let whole = &covered(Effect::Allow, verb, &ResourceType::new(family.name)).permissions;
            for member in family.members {
                assert!(resource(member).is_some(), "{} has {member}, which has no row", family.name);
                let part = &covered(Effect::Allow, verb, &ResourceType::new(member)).permissions;
                assert!(part.is_subset(whole), "{verb} {} lacks what {verb} {member} grants", family.name);
            }
        }
    }
}

/// What the tables of calls ask for and no verb grants: faults of the pages, said in notes of the rows.
const GRANTED_BY_NO_VERB: [&str; 1] = ["VNIC_ASSIGN"];

#[test]
fn each_permission_that_a_call_needs_is_granted_by_some_verb() {
    let mut gaps = BTreeSet::new();
    for row in services().iter().flat_map(|it| it.calls) {
        gaps.extend(row.needs.iter().filter(|permission| !is_known(permission)));
    }
    assert_eq!(gaps, GRANTED_BY_NO_VERB.into());
}

#[test]
fn rows_of_one_call_are_all_cases_or_all_alternatives() {
    for row in services().iter().flat_map(|it| it.calls) {
        let rows = calls(row.name);
        assert!(rows.iter().all(|other| other.when.is_empty() == row.when.is_empty()), "{}", row.name);
        let distinct: BTreeSet<_> = rows.iter().map(|row| (row.when, row.needs)).collect();
        assert_eq!(distinct.len(), rows.len(), "{} says the same twice", row.name);
    }
}

#[test]
fn what_the_tables_do_not_know_is_unknown() {
    let has =
        |verb, name: &str, permission| covered(Effect::Allow, verb, &ResourceType::new(name)).has(permission);
    assert_eq!(has(Verb::Read, "secret-bundles", "SECRET_BUNDLE_READ"), Truth::True);
    assert_eq!(has(Verb::Read, "secret-bundles", "KEY_DECRYPT"), Truth::False);
    // A permission without a row, a type without one, a type of which the rows are missing.
    assert_eq!(has(Verb::Read, "secret-bundles", "SECRET_BUNDLE_TASTE"), Truth::Unknown);
    assert_eq!(has(Verb::Manage, "teapots", "KEY_DECRYPT"), Truth::Unknown);
    assert_eq!(has(Verb::Use, "queues", "KEY_DECRYPT"), Truth::Unknown);
    // All resources are all of them, also those that nobody knows; but not with a lesser verb.
    assert_eq!(has(Verb::Manage, "all-resources", "TEAPOT_POUR"), Truth::True);
    assert_eq!(has(Verb::Read, "all-resources", "SECRET_BUNDLE_READ"), Truth::True);
    assert_eq!(has(Verb::Read, "all-resources", "TEAPOT_POUR"), Truth::Unknown);
}

#[test]
fn the_rows_that_decide_the_old_record() {
    let added = |verb, less: Option<Verb>, name: &str| {
        let of = |verb| covered(Effect::Allow, verb, &ResourceType::new(name)).permissions.clone();
        of(verb).difference(&less.map(of).unwrap_or_default()).copied().collect::<Vec<_>>()
    };
    assert_eq!(added(Verb::Use, Some(Verb::Read), "repos"), [""; 0], "use repos does not push");
    assert_eq!(added(Verb::Read, None, "secret-bundles"), ["SECRET_BUNDLE_INSPECT", "SECRET_BUNDLE_READ"]);
    assert_eq!(added(Verb::Use, Some(Verb::Read), "keys").len(), 5);
    assert_eq!(added(Verb::Manage, None, "functions-family").len(), 11);
    assert_eq!(added(Verb::Use, Some(Verb::Read), "virtual-network-family").len(), 36);
    assert_eq!(family("virtual-network-family").unwrap().members.len(), 35);
    assert_eq!(granted_by("SECRET_BUNDLE_READ"), [(Verb::Read, "secret-bundles")]);
    assert_eq!(calls("getsecretbundle").len(), 1);
    assert_eq!(
        variables("SECRET_BUNDLE_READ"),
        ["target.secret.id", "target.secret.name", "target.vault.id"].into()
    );
}
