//! Compartments: which one a name means, and the namespace of a tenancy.

use adit_oci::identity::{CompartmentError, in_realm};
use adit_oci::ocid::CompartmentOcid;
use adit_oci::{ErrorKind, Region, env::Vars};

use crate::fixture;
use crate::server::{Reply, Server};

fn tenancy() -> CompartmentOcid {
    "ocid1.tenancy.oc1..t".parse().unwrap()
}

fn listed(entries: &[(&str, &str, &str)]) -> String {
    let entries: Vec<String> = entries
        .iter()
        .map(|(id, name, parent)| {
            format!(
                r#"{{"id":"ocid1.compartment.oc1..{id}","name":"{name}","compartmentId":"ocid1.compartment.oc1..{parent}",
                    "lifecycleState":"ACTIVE","description":"d"}}"#
            )
        })
        .collect();
    format!("[{}]", entries.join(","))
}

#[tokio::test]
async fn a_name_is_looked_for_in_the_whole_tenancy_page_by_page() {
    let server = Server::start(|n, _| match n {
        0 => Reply::new(200, "[]").header("opc-next-page", "p/2"),
        _ => Reply::new(200, listed(&[("s", "sandbox", "x"), ("o", "Sandbox2", "x")])),
    })
    .await;
    let client = fixture::client(&server.url);
    let found = client.compartment_named(&tenancy(), "Sandbox", fixture::soon()).await.unwrap();
    assert_eq!(found.as_str(), "ocid1.compartment.oc1..s", "letter case does not count");
    let seen = server.seen();
    let first = "/20160918/compartments?compartmentId=ocid1.tenancy.oc1..t&name=Sandbox&lifecycleState=ACTIVE&compartmentIdInSubtree=true\
                 &accessLevel=ANY";
    assert_eq!([seen[0].target.as_str(), &seen[1].target], [first, &format!("{first}&page=p%2F2")]);
}

#[tokio::test]
async fn a_path_is_followed_from_the_tenancy_on() {
    let server = Server::start(|n, _| {
        Reply::new(200, if n == 0 { listed(&[("a", "A", "t")]) } else { listed(&[("b", "B", "a")]) })
    })
    .await;
    let client = fixture::client(&server.url);
    let found = client.compartment_named(&tenancy(), "A:B", fixture::soon()).await.unwrap();
    assert_eq!(found.as_str(), "ocid1.compartment.oc1..b");
    let second = &server.seen()[1].target;
    assert_eq!(
        second,
        "/20160918/compartments?compartmentId=ocid1.compartment.oc1..a&name=B&lifecycleState=ACTIVE"
    );
}

#[tokio::test]
async fn a_name_of_none_or_of_several_is_told() {
    let two = listed(&[("a", "Sandbox", "x"), ("b", "Sandbox", "y")]);
    for (answer, told) in [
        (Reply::new(200, "[]"), "there is no compartment `Sandbox` that may be seen"),
        (Reply::new(200, two), "`Sandbox` is the name of 2 compartments"),
        (Reply::new(200, r#"[{"id":"x","name":"Sandbox"}]"#), "the service tells of a compartment"),
    ] {
        let server = Server::start(move |_, _| answer.clone()).await;
        let client = fixture::client(&server.url);
        let error = client.compartment_named(&tenancy(), "Sandbox", fixture::soon()).await.unwrap_err();
        assert!(error.to_string().starts_with(told), "{error}");
        assert_eq!(error.code(), "A0848");
        assert!(error.help().is_some());
    }
    for (answer, kind) in [
        (Reply::error(404, "NotAuthorizedOrNotFound", "no"), ErrorKind::NotFound),
        (Reply::new(200, "{}"), ErrorKind::BadAnswer),
    ] {
        let server = Server::start(move |_, _| answer.clone()).await;
        let client = fixture::client(&server.url);
        match client.compartment_named(&tenancy(), "Sandbox", fixture::soon()).await.unwrap_err() {
            CompartmentError::Call(error) => assert_eq!(error.kind(), kind),
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn the_namespace_is_asked_for() {
    let server = Server::start(|n, _| Reply::new(200, if n == 0 { "\"axaxnpcrorw5\"" } else { "{}" })).await;
    let client = fixture::client(&server.url);
    assert_eq!(client.object_storage_namespace(fixture::soon()).await.unwrap(), "axaxnpcrorw5");
    assert_eq!(server.seen()[0].target, "/n");
    let error = client.object_storage_namespace(fixture::soon()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadAnswer);
    assert!(client.principal().tenancy().unwrap().starts_with("ocid1.tenancy."));
}

#[test]
fn a_compartment_of_another_realm_is_told() {
    let region = |name: &str| Region::parse(name, &Vars::fixed::<String, String>([])).unwrap();
    let other: CompartmentOcid = "ocid1.compartment.oc2..a".parse().unwrap();
    let error = in_realm(&other, &region("fra")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the compartment ocid1.compartment.oc2..a is of realm oc2, and region eu-frankfurt-1 of realm oc1"
    );
    assert!(in_realm(&other, &region("us-luke-1")).is_ok());
    assert!(in_realm(&other, &region("mars-north-1")).is_ok(), "not known, not judged");
}
