//! One test at least for each rule of "What it means" in `docs/policy-language.md`: `m07_…` is a test of rule M7.

use adit_iam::Truth::{False, True, Unknown};
use adit_iam::permissions::{self, LEVELS};
use adit_iam::syntax::Effect;
use adit_iam::syntax::{ResourceType, Verb};
use adit_iam::tenancy::{Bound, CompartmentId, DynamicGroup, Group, Members, Principal, Request, Variables};
use adit_iam::{Engine, Truth, ask};

use crate::world::{SECRET, World};

const READ: &str = "SECRET_BUNDLE_READ";

/// What one statement at the root says of a request by a member of CI-CD-Deployers in Sandbox that carries one variable.
fn one(condition: &str, variables: Variables) -> Truth {
    let world = World::new().with(&[&format!(
        "Allow group CI-CD-Deployers to manage all-resources in tenancy where {condition}"
    )]);
    world.ask(&Request::new(world.ci_member(), READ, world.sandbox).carrying(variables))
}

fn with(name: &str, value: &str) -> Variables {
    Variables::none().with(name, value)
}

#[test]
fn m01_what_no_statement_allows_is_not_allowed_and_statements_add_up() {
    assert_eq!(World::new().ci_has(READ), False);
    let lines = [
        "Allow group CI-CD-Deployers to read repos in tenancy",
        "Allow group CI-CD-Deployers to read secret-bundles in tenancy",
    ];
    for (first, second) in [(0, 1), (1, 0)] {
        let together = World::new().with(&[lines[first], lines[second]]);
        let apart = World::new().with(&[lines[first]]).with(&[lines[second]]);
        for world in [together, apart] {
            assert_eq!((world.ci_has(READ), world.ci_has("REPOSITORY_READ")), (True, True));
        }
    }
}

#[test]
fn m02_a_call_may_need_permissions_of_several_statements() {
    let half = World::new().with(&[
        "Allow group CI-CD-Deployers to use keys in tenancy",
        "Allow group CI-CD-Deployers to use vaults in tenancy",
    ]);
    let request = |world: &World| Request::new(world.ci_member(), "", world.sandbox);
    let answer = ask::call(&Engine::new(&half.set), &request(&half), "CreateSecret").unwrap();
    assert_eq!(answer.truth, False);
    let whole = half.with(&["Allow group CI-CD-Deployers to manage secrets in tenancy"]);
    let answer = ask::call(&Engine::new(&whole.set), &request(&whole), "CreateSecret").unwrap();
    assert_eq!((answer.truth, answer.ways[0].permissions.len()), (True, 4));
    // One of two alternatives is enough; two cases that are answered differently leave it open.
    let reader =
        World::new().with(&["Allow group CI-CD-Deployers to {OBJECT_INSPECT, OBJECT_CREATE} in tenancy"]);
    let call = |name| ask::call(&Engine::new(&reader.set), &request(&reader), name).map(|it| it.truth);
    assert_eq!((call("HeadObject"), call("PutObject"), call("PourTea")), (Some(True), Some(Unknown), None));
}

#[test]
fn m03_each_verb_includes_the_lesser_ones() {
    for (verb, has) in
        [("inspect", [True, False]), ("read", [True, True]), ("use", [True, True]), ("manage", [True, True])]
    {
        let world =
            World::new().with(&[&format!("Allow group CI-CD-Deployers to {verb} secret-bundles in tenancy")]);
        assert_eq!([world.ci_has("SECRET_BUNDLE_INSPECT"), world.ci_has(READ)], has, "{verb}");
    }
}

#[test]
fn m04_a_deny_wins_over_whatever_allows() {
    let world = World::new().with(&[
        "Allow group CI-CD-Deployers to manage all-resources in tenancy",
        "Deny group CI-CD-Deployers to {SECRET_BUNDLE_READ} in compartment Sandbox",
    ]);
    assert_eq!((world.ci_has(READ), world.ci_has("SECRET_BUNDLE_INSPECT")), (False, True));
}

#[test]
fn m05_denied_the_verbs_include_the_greater_ones() {
    let denied = |verb: &str, permission| {
        let deny = format!("Deny group CI-CD-Deployers to {verb} secrets in tenancy");
        World::new().with(&["Allow any-user to manage all-resources in tenancy", &deny]).ci_has(permission)
    };
    assert_eq!(denied("inspect", "SECRET_INSPECT"), False);
    assert_eq!(denied("inspect", "SECRET_CREATE"), False);
    assert_eq!(denied("manage", "SECRET_CREATE"), False);
    assert_eq!(denied("manage", "SECRET_UPDATE"), True);
    assert_eq!(denied("use", "SECRET_READ"), True);
}

#[test]
fn m06_administrators_of_the_default_domain_are_denied_nothing() {
    let mut world = World::new().with(&[
        "Allow any-user to manage all-resources in tenancy",
        "Deny any-user to inspect all-resources in tenancy",
    ]);
    let other = world.set.add_group(Group { domain: "Other".into(), ..Group::new("Administrators") });
    let asks = |groups: &[_]| {
        world.ask(&Request::new(Principal::member(groups.iter().copied()), READ, world.sandbox))
    };
    assert_eq!((asks(&[world.administrators]), asks(&[other]), asks(&[])), (True, False, False));
}

#[test]
fn m07_a_test_of_a_variable_that_is_absent_is_false_also_unequal() {
    assert_eq!(one("target.group.name != 'Administrators'", with("target.group.name", "Others")), True);
    for test in [
        "target.group.name != 'Administrators'",
        "target.group.name = /*/",
        "target.group.name not in ('a', 'b')",
    ] {
        assert_eq!(one(test, Variables::none()), False, "{test}");
    }
}

#[test]
fn m08_in_any_the_other_tests_still_count() {
    let either = "any {target.group.name != 'a', target.repo.name = 'r'}";
    assert_eq!(one(either, with("target.repo.name", "r")), True);
    assert_eq!(
        one("all {target.group.name != 'a', target.repo.name = 'r'}", with("target.repo.name", "r")),
        False
    );
}

#[test]
fn m09_a_deny_with_an_absent_variable_denies_nothing_unless_it_asks_for_absence() {
    let denied = |condition: &str| {
        let deny = format!("Deny any-user to inspect all-resources in tenancy where {condition}");
        World::new().with(&["Allow any-user to manage all-resources in tenancy", &deny]).ci_has(READ)
    };
    assert_eq!(denied("target.group.name != 'x'"), True);
    assert_eq!(denied("any {!target.group.name, target.group.name != 'x'}"), False);
}

#[test]
fn m10_request_permission_is_another_for_each_permission() {
    let world = World::new().with(&[
        "Allow group CI-CD-Deployers to manage repos in tenancy where any {request.permission = 'REPOSITORY_READ', request.permission = 'REPOSITORY_UPDATE'}",
    ]);
    let has = ["REPOSITORY_READ", "REPOSITORY_UPDATE", "REPOSITORY_DELETE"].map(|it| world.ci_has(it));
    assert_eq!(has, [True, True, False]);
}

#[test]
fn m11_case_does_not_count() {
    assert_eq!(one("target.bucket.name = 'BucketA'", with("target.bucket.name", "bUCKETa")), True);
    assert_eq!(one("Target.Bucket.Name = /PROD*/", with("target.bucket.name", "prod-1")), True);
    let world =
        World::new().with(&["ALLOW GROUP ci-cd-deployers TO READ Secret-Bundles IN COMPARTMENT sandbox"]);
    assert_eq!(world.ci_has(READ), True);
}

#[test]
fn m12_any_of_two_unequals_is_always_true() {
    let both = "any {target.repo.name != 'a', target.repo.name != 'b'}";
    for value in ["a", "b", "c"] {
        assert_eq!(one(both, with("target.repo.name", value)), True);
    }
    assert_eq!(one(both, Variables::none()), False);
}

#[test]
fn m13_of_a_set_equal_means_some_member_and_unequal_is_not_settled() {
    let set = |members: &[&str]| {
        let mut variables = Variables::none();
        variables.set("target.policy.type", Bound::Set(members.iter().map(|it| (*it).to_owned()).collect()));
        variables
    };
    assert_eq!(one("target.policy.type = 'a'", set(&["a", "b"])), True);
    assert_eq!(one("target.policy.type = 'c'", set(&["a", "b"])), False);
    assert_eq!(one("target.policy.type != 'c'", set(&["a", "b"])), True);
    assert_eq!(one("target.policy.type != 'a'", set(&["a"])), False);
    assert_eq!(one("target.policy.type != 'a'", set(&["a", "b"])), Unknown);
}

#[test]
fn m14_a_star_in_a_pattern_is_anything_and_in_quotes_it_is_not_settled() {
    let repo = |value| with("target.repo.name", value);
    assert_eq!(one("target.repo.name = /app*/", repo("app")), True);
    assert_eq!(one("target.repo.name = /*-app/", repo("my-app")), True);
    assert_eq!(one("target.repo.name = /a*b*c/", repo("a-b-b-c")), True);
    assert_eq!(one("target.repo.name = /a*b*c/", repo("a-c")), False);
    assert_eq!(one("target.repo.name = 'app*'", repo("app-1")), Unknown);
    assert_eq!(one("target.repo.name = 'app*'", repo("app*")), True);
    assert_eq!(one("target.repo.name = 'app*'", repo("other")), False);
}

#[test]
fn m15_a_list_names_no_single_resource() {
    let only = format!(
        "Allow group CI-CD-Deployers to read secret-family in tenancy where target.secret.id = '{SECRET}'"
    );
    let world = World::new().with(&[&only]);
    let request =
        Request::new(world.ci_member(), "", world.sandbox).carrying(with("target.secret.id", SECRET));
    let call = |name| ask::call(&Engine::new(&world.set), &request, name).unwrap().truth;
    assert_eq!((call("GetSecretBundle"), call("ListSecrets")), (True, False));
}

#[test]
fn m16_names_of_compartments_begin_where_the_policy_is_attached() {
    let in_inner = |at: CompartmentId, place: &str| {
        let world = World::new()
            .policy(at, &[&format!("Allow group CI-CD-Deployers to read secret-bundles in {place}")]);
        world.ask(&Request::new(world.ci_member(), READ, world.inner))
    };
    let World { sandbox, inner, .. } = World::new();
    assert_eq!(in_inner(CompartmentId::ROOT, "compartment Sandbox:Inner"), True);
    assert_eq!(in_inner(sandbox, "compartment Inner"), True);
    assert_eq!(in_inner(inner, "compartment Inner"), True);
    assert_eq!(in_inner(CompartmentId::ROOT, "compartment Inner"), False);
    assert_eq!(in_inner(CompartmentId::ROOT, "compartment id ocid1.compartment.oc1..inner"), True);
}

#[test]
fn m17_what_holds_in_a_compartment_holds_below_it_and_not_beside_it() {
    let world =
        World::new().with(&["Allow group CI-CD-Deployers to read secret-bundles in compartment Sandbox"]);
    let asks = |target| world.ask(&Request::new(world.ci_member(), READ, target));
    let places = [world.sandbox, world.inner, world.network, CompartmentId::ROOT];
    assert_eq!(places.map(asks), [True, True, False, False]);
}

#[test]
fn m18_a_policy_grants_nothing_above_or_beside_its_compartment() {
    for place in ["tenancy", "compartment id ocid1.compartment.oc1..network"] {
        let world = World::new();
        let at = world.sandbox;
        let world = world.policy(at, &[&format!("Allow any-user to manage all-resources in {place}")]);
        let asks = |target| world.ask(&Request::new(world.ci_member(), READ, target));
        assert_eq!([world.sandbox, world.network].map(asks), [False, False], "{place}");
    }
}

#[test]
fn m19_a_group_without_a_domain_is_in_the_default_domain() {
    let mut world = World::new();
    let other = world.set.add_group(Group { domain: "Other".into(), ..Group::new("CI-CD-Deployers") });
    let asks =
        |world: &World, group| world.ask(&Request::new(Principal::member([group]), READ, world.sandbox));
    let world = world.with(&["Allow group CI-CD-Deployers to read secret-bundles in tenancy"]);
    assert_eq!((asks(&world, world.ci), asks(&world, other)), (True, False));
    let world = world.with(&["Allow group Other/CI-CD-Deployers to read secret-bundles in tenancy"]);
    assert_eq!(asks(&world, other), True);
}

#[test]
fn m20_any_group_is_users_and_resources_any_user_services_too() {
    let asks = |subject: &str| {
        let world = World::new().with(&[&format!("Allow {subject} to read secret-bundles in tenancy")]);
        let principals =
            [Principal::member([]), world.function(), Principal::Service("faas".into()), Principal::Foreign];
        principals.map(|principal| world.ask(&Request::new(principal, READ, world.sandbox)))
    };
    assert_eq!(asks("any-user"), [True, True, True, False]);
    assert_eq!(asks("any-group"), [True, True, False, False]);
    assert_eq!(asks("service FaaS"), [False, False, True, False]);
    assert_eq!(asks("resource psmrp psm"), [False, Unknown, Unknown, False]);
}

#[test]
fn m21_a_resource_is_in_the_groups_whose_rules_match_it() {
    let mut world = World::new()
        .with(&["Allow dynamic-group PostgresInserterFunctionDG to read secret-bundles in tenancy"]);
    let asks = |world: &World, principal| world.ask(&Request::new(principal, READ, world.sandbox));
    let elsewhere = Principal::function("ocid1.fnfunc.oc1..other", world.network);
    assert_eq!((asks(&world, world.function()), asks(&world, elsewhere)), (True, False));
    // A rule that nobody could read matches perhaps.
    world.set.add_dynamic_group(DynamicGroup::new("Unread", Members::NotKnown));
    let world = world.with(&["Allow dynamic-group Unread to read repos in tenancy"]);
    let asked = Request::new(world.function(), "REPOSITORY_READ", world.sandbox);
    assert_eq!(world.ask(&asked), Unknown);
}

#[test]
fn m22_times_are_compared_as_times_and_a_time_of_day_goes_through_midnight() {
    let at = |value| with("request.utc-timestamp", value);
    assert_eq!(one("request.utc-timestamp before '2026-12-01T00:00Z'", at("2026-11-30T23:59:59Z")), True);
    assert_eq!(one("request.utc-timestamp after '2026-12-01Z'", at("2026-11-30T23:59:59Z")), False);
    let day = |value| with("request.utc-timestamp.time-of-day", value);
    let night = "request.utc-timestamp.time-of-day between '22:00:00Z' and '06:00:00Z'";
    assert_eq!(
        [one(night, day("23:00:00Z")), one(night, day("05:59:59Z")), one(night, day("12:00:00Z"))],
        [True, True, False]
    );
    assert_eq!(
        one(
            "request.utc-timestamp.day-of-week in ('Saturday', 'Sunday')",
            with("request.utc-timestamp.day-of-week", "sunday")
        ),
        True
    );
    assert_eq!(one("request.utc-timestamp before '2026-12-01Z'", Variables::none()), False);
    assert_eq!(one("request.utc-timestamp before '2026-12-01Z'", Variables::not_known()), Unknown);
}

#[test]
fn m23_sets_intersect_if_they_have_a_member_in_common() {
    let mut variables = Variables::none();
    variables
        .set("target.resource.compartment.tag.Env.Name", Bound::Set(["dev".into(), "test".into()].into()));
    let asks = |test: &str| one(test, variables.clone());
    assert_eq!(asks("sets-intersect(target.resource.compartment.tag.Env.Name, ('Test', 'prod'))"), True);
    assert_eq!(asks("sets-intersect(target.resource.compartment.tag.Env.Name, ('prod'))"), False);
    assert_eq!(asks("sets-equal(target.resource.compartment.tag.Env.Name, ('test', 'dev'))"), True);
    assert_eq!(asks("sets-equal(target.resource.compartment.tag.Env.Name, ('test'))"), False);
}

#[test]
fn m24_a_variable_alone_asks_whether_the_request_carries_it() {
    let carried = with("target.repo.name", "r");
    assert_eq!([one("target.repo.name", carried.clone()), one("!target.repo.name", carried)], [True, False]);
    assert_eq!(
        [one("target.repo.name", Variables::none()), one("!target.repo.name", Variables::none())],
        [False, True]
    );
    assert_eq!(one("!target.repo.name", Variables::not_known()), Unknown);
}

#[test]
fn m25_of_other_tenancies_nothing_is_certain() {
    let world = World::new().with(&[
        "Define tenancy Partner as ocid1.tenancy.oc1..partner",
        "Admit any-user of tenancy Partner to read secret-bundles in compartment Sandbox",
        "Endorse any-user to read repos in tenancy Partner",
    ]);
    let asks = |principal, permission, target| world.ask(&Request::new(principal, permission, target));
    assert_eq!(asks(Principal::Foreign, READ, world.sandbox), Unknown);
    assert_eq!(asks(Principal::Foreign, READ, world.network), False);
    assert_eq!(asks(world.ci_member(), READ, world.sandbox), False);
    assert_eq!(asks(world.ci_member(), "REPOSITORY_READ", world.sandbox), False);
}

#[test]
fn m26_a_group_by_its_ocid_is_that_group_whatever_its_name() {
    let asks = |ocid: &str| {
        World::new().with(&[&format!("Allow group id {ocid} to read secret-bundles in tenancy")]).ci_has(READ)
    };
    assert_eq!((asks("ocid1.group.oc1..CI-CD-Deployers"), asks("ocid1.group.oc1..Nobody")), (True, False));
    let mut world =
        World::new().with(&["Allow group id ocid1.group.oc1..Nobody to read secret-bundles in tenancy"]);
    let nameless = world.set.add_group(Group::new("NoOcidKnown"));
    assert_eq!(world.ask(&Request::new(Principal::member([nameless]), READ, world.sandbox)), Unknown);
}

#[test]
fn m27_what_the_tables_do_not_know_is_not_guessed() {
    let asks = |line: &str, permission| World::new().with(&[line]).ci_has(permission);
    assert_eq!(asks("Allow any-user to use queues in tenancy", "KEY_DECRYPT"), Unknown);
    assert_eq!(asks("Allow any-user to read secret-bundles in tenancy", "SECRET_BUNDLE_TASTE"), Unknown);
    assert_eq!(asks("Allow any-user to {SECRET_BUNDLE_TASTE} in tenancy", "SECRET_BUNDLE_TASTE"), True);
    assert_eq!(asks("Allow any-user to manage all-resources in tenancy", "SECRET_BUNDLE_TASTE"), True);
}

#[test]
fn m28_a_family_is_its_members_and_perhaps_more() {
    let of =
        |verb, name: &str| &permissions::covered(Effect::Allow, verb, &ResourceType::new(name)).permissions;
    for verb in LEVELS {
        let members = ["secrets", "secret-versions", "secret-bundles"];
        let together = members.into_iter().flat_map(|it| of(verb, it)).copied().collect();
        assert_eq!(*of(verb, "secret-family"), together);
    }
    assert!(of(Verb::Use, "instance-family").contains("VNIC_ATTACH"), "no member of the family has it");
}

#[test]
fn m29_a_variable_can_be_compared_with_a_variable() {
    let test = "request.principal.repo_name = target.repo.name";
    let both = |a: &str, b: &str| {
        Variables::none().with("request.principal.repo_name", a).with("target.repo.name", b)
    };
    assert_eq!([one(test, both("a", "A")), one(test, both("a", "b"))], [True, False]);
    assert_eq!(one(test, with("target.repo.name", "a")), False);
    assert_eq!(
        one("request.principal.repo_name != target.repo.name", with("request.principal.repo_name", "a")),
        False
    );
}

#[test]
fn m30_a_defined_name_is_the_ocid_that_it_is_defined_as() {
    let world = World::new().with(&[
        "Define group Robots as ocid1.group.oc1..CI-CD-Deployers",
        "Define compartment Deep as ocid1.compartment.oc1..inner",
        "Allow group Robots to read secret-bundles in compartment Deep",
    ]);
    let asks = |target| world.ask(&Request::new(world.ci_member(), READ, target));
    assert_eq!([world.inner, world.sandbox].map(asks), [True, False]);
}
