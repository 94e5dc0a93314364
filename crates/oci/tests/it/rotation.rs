//! Credentials that change under our feet.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use adit_oci::env::{self, Vars};
use adit_oci::key::KeyError;
use adit_oci::principal::PrincipalError;
use adit_oci::{ErrorKind, OciError, Principal, Selector};

use crate::fixture::{self, PASSWORD, ResourceFiles, bundle, key, other_key, token};
use crate::server::{Reply, Server};

async fn get(principal: Principal, url: &str) -> Result<adit_oci::SecretBundle, OciError> {
    let client = fixture::client_of(principal, url);
    client.secret_bundle(&fixture::secret_id(), &Selector::default(), fixture::soon()).await
}

#[tokio::test]
async fn a_refused_session_is_read_again_once() {
    let (old, new) = (token(600, None), token(900, None));
    let files = ResourceFiles::new(&old, key());
    let rotated = Arc::new(files);
    let (in_server, new_token) = (Arc::clone(&rotated), new.clone());
    let server = Server::start(move |n, _| {
        if n == 0 {
            // The platform puts a new pair in place while the first request is on its way.
            in_server.replace("key.pem", other_key().pem.expose());
            in_server.replace("rpst", &new_token);
            return Reply::error(401, "NotAuthenticated", "expired");
        }
        bundle(PASSWORD)
    })
    .await;
    assert!(get(rotated.principal(), &server.url).await.is_ok());
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    let by = |n: usize, key: &adit_oci::keygen::GeneratedKey| {
        seen[n]
            .verify(key.key.public_key())
            .map(|verified| verified.key_id().session_token().unwrap().to_owned())
    };
    assert_eq!(by(0, key()), Ok(old));
    assert_eq!(by(1, other_key()), Ok(new));
}

#[tokio::test]
async fn a_session_that_stays_refused_is_an_error_after_two_attempts() {
    let server = Server::start(|_, _| Reply::error(401, "NotAuthenticated", "no")).await;
    let files = ResourceFiles::new(&token(600, None), key());
    let error = get(files.principal(), &server.url).await.unwrap_err();
    assert_eq!((error.kind(), error.call().unwrap().attempts), (ErrorKind::NotAuthenticated, 2));
}

#[tokio::test]
async fn a_refused_session_whose_files_are_gone_says_so() {
    let files = ResourceFiles::new(&token(600, None), key());
    let token_file = files.path("rpst");
    let server = Server::start(move |_, _| {
        std::fs::remove_file(&token_file).unwrap();
        Reply::error(401, "NotAuthenticated", "no")
    })
    .await;
    let error = get(files.principal(), &server.url).await.unwrap_err();
    assert!(matches!(error, OciError::Principal(PrincipalError::Unreadable { .. })), "{error}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_token_is_read_again_a_minute_before_it_expires() {
    let first = token(120, None);
    let files = ResourceFiles::new(&first, key());
    let Principal::Resource(principal) = files.principal() else { panic!() };
    let now = SystemTime::now();
    let token_at = async |seconds: u64| {
        let signer = principal.session().signer(now + Duration::from_secs(seconds)).await.unwrap();
        signer.key_id().session_token().unwrap().to_owned()
    };
    assert_eq!(token_at(0).await, first);
    let second = token(600, None);
    files.replace("rpst", &second);
    assert_eq!(token_at(30).await, first, "not yet");
    assert_eq!(token_at(75).await, second);
    assert_eq!(principal.region().unwrap().name(), "us-ashburn-1");
}

#[tokio::test]
async fn a_token_in_its_last_minute_is_used_and_an_expired_one_is_not() {
    let files = ResourceFiles::new(&token(30, None), key());
    let Principal::Resource(principal) = files.principal() else { panic!() };
    let now = SystemTime::now();
    assert!(principal.session().signer(now).await.is_ok());
    let later = principal.session().signer(now + Duration::from_secs(100)).await.unwrap_err();
    assert!(matches!(later, PrincipalError::Expired { seconds: 69..=90, .. }), "{later}");
    assert!(later.to_string().contains("rpst (OCI_RESOURCE_PRINCIPAL_RPST) expired"), "{later}");
}

#[tokio::test]
async fn a_pair_is_waited_for_when_the_token_names_its_key() {
    let files = ResourceFiles::new(&token(600, Some(other_key())), key());
    let Principal::Resource(principal) = files.principal() else { panic!() };
    let error = principal.session().signer(SystemTime::now()).await.unwrap_err();
    assert!(matches!(error, PrincipalError::Pair { .. }), "{error}");

    // The key comes 30 ms after the token.
    let late = async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        files.replace("key.pem", other_key().pem.expose());
    };
    let (signer, ()) = tokio::join!(principal.session().signer(SystemTime::now()), late);
    assert_eq!(signer.unwrap().key().public_key(), other_key().key.public_key());
}

/// Two threads: one rotates the pair as fast as it can, the other reads it. No reader ever sees a mixed pair.
#[tokio::test]
async fn no_mixed_pair_is_ever_used() {
    let pairs = [(token(600, Some(key())), key()), (token(600, Some(other_key())), other_key())];
    let expected = pairs.clone();
    let files = Arc::new(ResourceFiles::new(&pairs[0].0, pairs[0].1));
    let stop = Arc::new(AtomicBool::new(false));
    let (writer_files, writer_stop) = (Arc::clone(&files), Arc::clone(&stop));
    let writer = std::thread::spawn(move || {
        let mut written = 0;
        while !writer_stop.load(Ordering::Relaxed) {
            let (token, key) = &pairs[written % 2];
            writer_files.replace("rpst", token);
            writer_files.replace("key.pem", key.pem.expose());
            written += 1;
            std::thread::sleep(Duration::from_millis(1));
        }
        written
    });
    let mut read = 0;
    for _ in 0..200 {
        let Principal::Resource(principal) = files.principal() else { panic!() };
        match principal.session().signer(SystemTime::now()).await {
            Ok(signer) => {
                read += 1;
                let token = signer.key_id().session_token().unwrap();
                let (_, key) = expected.iter().find(|(expected, _)| expected == token).unwrap();
                assert_eq!(signer.key().public_key(), key.key.public_key());
            }
            Err(PrincipalError::Pair { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    stop.store(true, Ordering::Relaxed);
    assert!(writer.join().unwrap() > 10 && read > 20, "{read}");
}

#[tokio::test]
async fn values_may_stand_in_the_variables_themselves() {
    let vars = Vars::fixed([
        (env::RESOURCE_PRINCIPAL_VERSION, "2.2"),
        (env::RESOURCE_PRINCIPAL_RPST, &(token(600, None) + "\n")),
        (env::RESOURCE_PRINCIPAL_PRIVATE_PEM, &key().pem.expose().replace('\n', "\\n")),
    ]);
    let server = Server::start(|_, _| bundle(PASSWORD)).await;
    assert!(get(Principal::detect(&vars).unwrap(), &server.url).await.is_ok());
    assert!(server.seen()[0].verify(key().key.public_key()).is_ok());
}

/// A pipe in place of the token's file gives another token at each reading.
#[tokio::test]
async fn a_token_that_changes_while_the_key_is_read_is_read_again() {
    let (old, new) = (token(600, None), token(900, None));
    let files = ResourceFiles::new(&old, key());
    std::fs::remove_file(files.path("rpst")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(files.path("rpst")).status().unwrap().success());
    let (pipe, tokens) = (files.path("rpst"), [old, new.clone(), new.clone(), new.clone()]);
    std::thread::spawn(move || {
        for token in tokens {
            // Opening waits for a reader; the pause lets that reader come to the end.
            std::fs::write(&pipe, token).unwrap();
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    let signer = files.principal().signer(SystemTime::now()).await.unwrap();
    assert_eq!(signer.key_id().session_token(), Some(new.as_str()));
}

#[test]
fn other_versions_and_missing_variables_are_named() {
    let detect = |pairs: &[(&str, &str)]| Principal::detect(&Vars::fixed(pairs.iter().copied())).unwrap_err();
    for version in ["1.1", "2.1", "2.1.1", "3.0", "nonsense"] {
        let error = detect(&[(env::RESOURCE_PRINCIPAL_VERSION, version)]);
        assert_eq!(
            error.to_string(),
            format!(
                "OCI_RESOURCE_PRINCIPAL_VERSION is {version:?}; only 2.2 is supported (Functions, Container Instances)"
            )
        );
    }
    let error = detect(&[(env::RESOURCE_PRINCIPAL_VERSION, "2.2")]);
    assert_eq!(
        error.to_string(),
        "the resource principal is not complete: OCI_RESOURCE_PRINCIPAL_RPST, OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM not set"
    );
}

#[tokio::test]
async fn damaged_files_are_named() {
    let signer = async |name: &str, content: &str| {
        let files = ResourceFiles::new(&token(600, None), key());
        files.replace(name, content);
        let Principal::Resource(principal) = files.principal() else { panic!() };
        principal.session().signer(SystemTime::now()).await.unwrap_err()
    };
    let error = signer("rpst", "not.a-token").await;
    assert!(matches!(error, PrincipalError::Token { .. }), "{error}");
    let error = signer("key.pem", "-----BEGIN PRIVATE KEY-----\nMIIE").await;
    assert!(
        matches!(&error, PrincipalError::Key { place, source: KeyError::Pem(_) } if place.contains("key.pem")),
        "{error}"
    );
}
