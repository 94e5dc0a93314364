//! Container repositories: found by name, created once.

use adit_oci::ErrorKind;
use adit_oci::ocid::CompartmentOcid;
use http::{Method, StatusCode};

use crate::fixture::{self, key};
use crate::server::{Reply, Server};

const COMPARTMENT: &str = "ocid1.compartment.oc1..aaaaaaaacompartment";

fn compartment() -> CompartmentOcid {
    COMPARTMENT.parse().unwrap()
}

fn repository(name: &str) -> String {
    format!(
        r#"{{"id":"ocid1.containerrepo.oc1.fra.0.n.a","displayName":"{name}","compartmentId":"{COMPARTMENT}","lifecycleState":"AVAILABLE",
            "isPublic":false,"imageCount":0,"namespace":"n"}}"#
    )
}

#[tokio::test]
async fn a_repository_is_found_by_its_whole_name() {
    let server = Server::start(|n, _| {
        let items = if n == 0 {
            format!("{},{}", repository("app/f2"), repository("app/f"))
        } else {
            repository("app/f2")
        };
        Reply::new(200, format!(r#"{{"items":[{items}],"repositoryCount":2}}"#))
    })
    .await;
    let client = fixture::client(&server.url);
    let found = client.container_repository(&compartment(), "app/f", fixture::soon()).await.unwrap();
    assert_eq!(found.map(|found| found.display_name).as_deref(), Some("app/f"));
    assert_eq!(client.container_repository(&compartment(), "app/f", fixture::soon()).await.unwrap(), None);
    let seen = &server.seen()[0];
    assert_eq!(
        seen.target,
        format!(
            "/20160918/container/repositories?compartmentId={COMPARTMENT}&displayName=app%2Ff&lifecycleState=AVAILABLE"
        )
    );
}

#[tokio::test]
async fn a_repository_is_found_whatever_compartment_it_is_in() {
    let server =
        Server::start(|_, _| Reply::new(200, format!(r#"{{"items":[{}]}}"#, repository("app/f")))).await;
    let client = fixture::client(&server.url);
    let tenancy = "ocid1.tenancy.oc1..t".parse().unwrap();
    let found = client.container_repository_anywhere(&tenancy, "app/f", fixture::soon()).await.unwrap();
    assert_eq!(found.map(|found| found.compartment_id).as_deref(), Some(COMPARTMENT));
    let target = &server.seen()[0].target;
    assert!(target.contains("?compartmentId=ocid1.tenancy.oc1..t&displayName=app%2Ff&"), "{target}");
    assert!(target.ends_with("&compartmentIdInSubtree=true"), "{target}");
}

#[tokio::test]
async fn a_repository_is_created_private_and_the_same_creation_may_be_sent_twice() {
    let server = Server::start(|n, _| {
        if n == 0 { Reply::error(503, "x", "busy") } else { Reply::new(200, repository("app/f")) }
    })
    .await;
    let client = fixture::client(&server.url);
    let created = client.create_container_repository(&compartment(), "app/f", fixture::soon()).await.unwrap();
    assert_eq!((created.display_name.as_str(), created.is_public), ("app/f", false));
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].method, Method::POST);
    assert_eq!(
        std::str::from_utf8(&seen[0].body).unwrap(),
        format!(r#"{{"compartmentId":"{COMPARTMENT}","displayName":"app/f","isPublic":false}}"#)
    );
    assert!(!seen[0].header("opc-retry-token").is_empty());
    assert_eq!(seen[0].header("opc-retry-token"), seen[1].header("opc-retry-token"));
    seen[1].verify(key().key.public_key()).unwrap();
}

#[tokio::test]
async fn a_name_that_another_compartment_has_is_a_conflict_that_does_not_pass() {
    let server =
        Server::start(|_, _| Reply::error(409, "NAMESPACE_CONFLICT", "Repository already exists")).await;
    let client = fixture::client(&server.url);
    let error =
        client.create_container_repository(&compartment(), "app/f", fixture::soon()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.call().unwrap().status),
        (ErrorKind::Refused, Some(StatusCode::CONFLICT))
    );
    assert_eq!(server.seen().len(), 1);
}
