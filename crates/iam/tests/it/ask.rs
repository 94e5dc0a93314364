//! Questions and their answers.

use adit_iam::ask::{Answer, Who, can, least_statement, what, who};
use adit_iam::tenancy::{CompartmentId, Principal, Request, Variables};
use adit_iam::{Engine, Truth};

use crate::record::RECORD;
use crate::world::{SECRET, World};

fn secret() -> Variables {
    Variables::not_known().with("target.secret.id", SECRET)
}

/// The text of a statement of the set.
fn text(world: &World, id: adit_iam::tenancy::StatementId) -> String {
    world.set.statement(id).unwrap().value.to_string()
}

#[test]
fn yes_and_by_which_statement() {
    let world = World::new().with(&RECORD);
    let request = Request::new(world.function(), "SECRET_BUNDLE_READ", world.sandbox).carrying(secret());
    let Answer::Allowed { by } = can(&Engine::new(&world.set), &request) else { panic!() };
    assert_eq!(text(&world, by), RECORD[2]);
    let denied = world.with(&["Deny any-group to {SECRET_BUNDLE_READ} in tenancy"]);
    let Answer::Denied { by } = can(&Engine::new(&denied.set), &request) else { panic!() };
    assert_eq!(text(&denied, by), "Deny any-group to {SECRET_BUNDLE_READ} in tenancy");
}

#[test]
fn no_and_what_comes_nearest_and_what_to_add() {
    let world =
        World::new().with(&RECORD).with(&["Allow group CI-CD-Deployers to use keys in compartment Network"]);
    let asks = |principal, permission, variables| {
        let request = Request::new(principal, permission, world.sandbox).carrying(variables);
        match can(&Engine::new(&world.set), &request) {
            Answer::Missing { nearest, least } => (nearest, least.unwrap().to_string()),
            other => panic!("{other:?}"),
        }
    };
    let (nearest, least) = asks(world.ci_member(), "SECRET_BUNDLE_READ", secret());
    // Who else has it here comes first: only the subject is another.
    assert_eq!(text(&world, nearest[0].statement), RECORD[2]);
    assert_eq!((nearest[0].lacks.count(), nearest[0].lacks.subject), (1, Truth::False));
    assert_eq!(
        least,
        format!(
            "Allow group CI-CD-Deployers to {{SECRET_BUNDLE_READ}} in compartment Sandbox where target.secret.id = '{SECRET}'"
        )
    );
    let (nearest, _) = asks(world.ci_member(), "KEY_DECRYPT", Variables::none());
    assert_eq!(nearest[0].lacks.location, Truth::False);
    assert_eq!((nearest[0].lacks.subject, nearest[0].lacks.permission), (Truth::True, Truth::True));
}

/// Whatever is missing, the statement that is offered mends it, at the compartment that it is for.
#[test]
fn the_least_statement_is_enough() {
    let base = World::new();
    let other = Principal::function("ocid1.fnfunc.oc1..other", base.network);
    let principals = [base.ci_member(), base.function(), other, Principal::Service("faas".into())];
    for principal in principals {
        for place in [base.sandbox, base.inner, CompartmentId::ROOT] {
            for permission in ["SECRET_BUNDLE_READ", "REPOSITORY_UPDATE", "FN_APP_LIST"] {
                let variables = Variables::none()
                    .with("target.secret.id", SECRET)
                    .with("target.secret.name", "librarian-db")
                    .with("target.repo.name", "a/b");
                let request = Request::new(principal.clone(), permission, place).carrying(variables);
                let least = least_statement(&base.set, &request).unwrap().to_string();
                let world = World::new().policy(place, &[&least]);
                assert_eq!(world.ask(&request), Truth::True, "{least}");
                assert!(!least.contains("secret.name"), "the id says it all: {least}");
            }
        }
    }
    assert_eq!(least_statement(&base.set, &Request::new(Principal::Foreign, "A", base.sandbox)), None);
}

#[test]
fn it_depends_is_said_with_what_it_depends_on() {
    let world = World::new().with(&RECORD);
    // Nobody said which secret.
    let request =
        Request::new(world.function(), "SECRET_BUNDLE_READ", world.sandbox).carrying(Variables::not_known());
    let Answer::NotKnown { because, .. } = can(&Engine::new(&world.set), &request) else { panic!() };
    assert_eq!(because.iter().map(|id| text(&world, *id)).collect::<Vec<_>>(), [RECORD[2]]);
}

#[test]
fn who_can() {
    let world = World::new().with(&RECORD).with(&["Allow service blockstorage to use keys in tenancy"]);
    let asks = |permission: &str| {
        let request =
            Request::new(Principal::Foreign, permission, world.sandbox).carrying(Variables::not_known());
        let found = who(&Engine::new(&world.set), &request);
        found.into_iter().map(|(who, decision)| (who, decision.truth)).collect::<Vec<_>>()
    };
    assert_eq!(asks("REPOSITORY_UPDATE"), [(Who::Group(world.ci), Truth::True)]);
    assert_eq!(asks("SECRET_BUNDLE_READ"), [(Who::DynamicGroup(world.dynamic), Truth::Unknown)]);
    let expected = [
        (Who::DynamicGroup(world.dynamic), Truth::Unknown),
        (Who::Service("blockstorage".into()), Truth::True),
    ];
    assert_eq!(asks("KEY_DECRYPT"), expected);
    assert_eq!(asks("VAULT_READ"), [(Who::Group(world.users), Truth::True)]);
    let open = world.with(&["Allow any-user to manage all-resources in tenancy"]);
    let request = Request::new(Principal::Foreign, "USER_CREATE", open.inner);
    let found: Vec<Who> = who(&Engine::new(&open.set), &request).into_iter().map(|(who, _)| who).collect();
    assert!(found.starts_with(&[Who::EveryUser, Who::EveryResource]), "{found:?}");
}

#[test]
fn what_somebody_can() {
    let world = World::new().with(&RECORD);
    let found = what(&Engine::new(&world.set), &world.ci_member());
    let of =
        |place| found.iter().filter(|it| it.compartment == place).map(|it| it.permission).collect::<Vec<_>>();
    assert_eq!(of(CompartmentId::ROOT).len(), 6, "{found:?}");
    assert_eq!(of(world.sandbox).len(), 11);
    assert!(of(world.inner).is_empty(), "the same as in Sandbox");
    assert!(found.iter().all(|it| it.truth.is_true() && it.by.len() == 1));
    let function = what(&Engine::new(&world.set), &world.function());
    let secret = function.iter().find(|it| it.permission == "SECRET_BUNDLE_READ").unwrap();
    assert_eq!((secret.compartment, secret.truth), (world.sandbox, Truth::Unknown));
}
