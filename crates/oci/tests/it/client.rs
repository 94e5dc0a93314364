//! What the client does with answers that are slow, wrong, or not there: the right error, the right number of attempts,
//! never past the deadline.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use adit_oci::client::error::CallFailure;
use adit_oci::{ErrorKind, OciError, SecretBundle, Selector, Stage};

use crate::fixture::{self, PASSWORD, VAULT_ID, bundle, key};
use crate::server::{self, Reply, Server};

async fn get(url: &str) -> Result<SecretBundle, OciError> {
    fixture::client(url).secret_bundle(&fixture::secret_id(), &Selector::default(), fixture::soon()).await
}

fn call(result: Result<SecretBundle, OciError>) -> CallFailure {
    result.unwrap_err().call().unwrap().clone()
}

#[tokio::test]
async fn a_secret_is_read() {
    let server = Server::start(|_, _| bundle(PASSWORD)).await;
    let read = get(&server.url).await.unwrap();
    assert_eq!(read.content.expose(), PASSWORD.as_bytes());
    assert_eq!((read.version_number, read.secret_id), (3, fixture::secret_id()));
    assert_eq!(read.stages, [Stage::Current, Stage::Latest, Stage::Other("SHINY".to_owned())]);

    let seen = server.seen().remove(0);
    assert_eq!(seen.verify(key().key.public_key()).unwrap().key_id(), &fixture::key_id(key()));
    assert_eq!(seen.header("opc-client-retries"), "true");
    assert_eq!(seen.header("accept"), "application/json");
    let id = seen.header("opc-request-id");
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
}

#[tokio::test]
async fn versions_and_names_select() {
    let server = Server::start(|_, _| bundle(PASSWORD)).await;
    let client = fixture::client(&server.url);
    let vault = VAULT_ID.parse().unwrap();
    for selector in
        [Selector::Version(7), Selector::VersionName("a b".to_owned()), Selector::Stage(Stage::Previous)]
    {
        client.secret_bundle(&fixture::secret_id(), &selector, fixture::soon()).await.unwrap();
        client.secret_bundle_by_name("db&pw", &vault, &selector, fixture::soon()).await.unwrap();
    }
    let queries: Vec<_> =
        server.seen().iter().map(|seen| seen.target.split_once('?').unwrap().1.to_owned()).collect();
    let by_name = |rest: &str| format!("secretName=db%26pw&vaultId={VAULT_ID}&{rest}");
    assert_eq!(queries[0], "versionNumber=7");
    assert_eq!(queries[1], by_name("versionNumber=7"));
    assert_eq!(queries[2], "secretVersionName=a%20b");
    assert_eq!(queries[5], by_name("stage=PREVIOUS"));
}

#[tokio::test]
async fn what_passes_by_itself_is_repeated_with_the_same_request_id() {
    let server = Server::start(|n, _| match n {
        0 => Reply::error(429, "TooManyRequests", "slow down"),
        1 => Reply::error(500, "InternalServerError", "oh"),
        2 => Reply::new(503, "<html>no</html>"),
        3 => Reply::error(409, "IncorrectState", "being rotated"),
        4 => Reply::new(200, "").after(Duration::from_secs(30)),
        _ => bundle(PASSWORD),
    })
    .await;
    let client = fixture::impatient(&server.url);
    let read = client.secret_bundle(&fixture::secret_id(), &Selector::default(), fixture::soon()).await;
    assert!(read.is_ok());
    let seen = server.seen();
    assert_eq!(seen.len(), 6);
    assert!(seen.iter().all(|request| request.header("opc-request-id") == seen[0].header("opc-request-id")));
    assert!(seen.iter().all(|request| request.verify(key().key.public_key()).is_ok()));
}

#[tokio::test]
async fn what_does_not_pass_is_asked_once() {
    let cases = [
        (400, "InvalidParameter", ErrorKind::Refused, "A0812"),
        (401, "NotAuthenticated", ErrorKind::NotAuthenticated, "A0807"),
        (403, "NotAllowed", ErrorKind::Refused, "A0812"),
        (404, "NotAuthorizedOrNotFound", ErrorKind::NotFound, "A0808"),
        (409, "Conflict", ErrorKind::Refused, "A0812"),
        (501, "NotImplemented", ErrorKind::Refused, "A0812"),
    ];
    for (status, code, kind, stable) in cases {
        let server = Server::start(move |_, _| Reply::error(status, code, "told so")).await;
        let error = get(&server.url).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, stable), "{status}");
        let failure = error.call().unwrap();
        assert_eq!(failure.status.unwrap().as_u16(), status);
        assert_eq!((failure.service_code.as_deref(), failure.attempts), (Some(code), 1));
        assert_eq!(failure.opc_request_id, "FROM-SERVICE");
        assert_eq!(server.seen().len(), 1);
        let said =
            format!("get_secret_bundle: {status} {code}: told so (1 attempt, opc-request-id FROM-SERVICE)");
        assert_eq!(error.to_string(), said);
    }
}

#[tokio::test]
async fn a_401_from_a_wrong_clock_is_explained() {
    let said = async |offset: i64| {
        let now = std::time::SystemTime::now();
        let there = if offset < 0 {
            now - Duration::from_secs(offset.unsigned_abs())
        } else {
            now + Duration::from_secs(offset.unsigned_abs())
        };
        let date = httpdate::fmt_http_date(there);
        let server = Server::start(move |_, _| {
            Reply::error(401, "NotAuthenticated", "no").header("date", date.clone())
        })
        .await;
        call(get(&server.url).await).message
    };
    assert_eq!(said(200).await, "no");
    let behind = said(1000).await;
    assert!(
        behind.starts_with("no; this machine's clock is ") && behind.contains("s behind the service's"),
        "{behind}"
    );
    assert!(said(-1000).await.contains("s ahead of the service's, 300 s are allowed"));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_asked_for_again() {
    let (url, handshakes) = server::self_signed().await;
    let failure = call(get(&url).await);
    assert_eq!((failure.kind, failure.attempts), (ErrorKind::Certificate, 1), "{failure}");
    assert!(failure.message.contains("is not to be trusted: invalid peer certificate"), "{failure}");
    assert_eq!(handshakes.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn eight_attempts_and_no_more() {
    let server = Server::start(|_, _| Reply::error(503, "ServiceUnavailable", "later")).await;
    let failure = call(get(&server.url).await);
    assert_eq!((failure.kind, failure.attempts, server.seen().len()), (ErrorKind::Server, 8, 8));
}

#[tokio::test]
async fn the_deadline_holds_whatever_happens() {
    let busy = Server::start(|_, _| Reply::error(503, "ServiceUnavailable", "later")).await;
    let silent = Server::start(|_, _| bundle(PASSWORD).after(Duration::from_secs(60))).await;
    for (url, kind) in [(&busy.url, ErrorKind::Server), (&silent.url, ErrorKind::Timeout)] {
        // With Oracle's own waits: one second after the first attempt.
        let client = adit_oci::Client::builder(
            adit_oci::Principal::detect(&adit_oci::env::Vars::fixed(fixture::api_key_vars(key()))).unwrap(),
        )
        .endpoints(adit_oci::Endpoints::single(url).unwrap())
        .build()
        .unwrap();
        let started = Instant::now();
        let deadline = started + Duration::from_millis(900);
        let error =
            client.secret_bundle(&fixture::secret_id(), &Selector::default(), deadline).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        // Without the deadline it would be a minute and more.
        assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn a_deadline_in_the_past_sends_nothing() {
    let server = Server::start(|_, _| bundle(PASSWORD)).await;
    let past = Instant::now() - Duration::from_millis(1);
    let client = fixture::client(&server.url);
    let error = client.secret_bundle(&fixture::secret_id(), &Selector::default(), past).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn no_listener_no_name_no_http() {
    let refused = server::nobody().await;
    let failure = call(get(&refused).await);
    assert_eq!((failure.kind, failure.attempts), (ErrorKind::Connect, 8));
    assert!(failure.message.contains("Connection refused"), "{failure}");

    // A label of 64 characters is no name, so nobody is asked for it.
    let nameless = "x".repeat(64);
    let failure = call(get(&format!("http://{nameless}")).await);
    assert_eq!(failure.kind, ErrorKind::Connect);
    assert!(failure.message.starts_with(&format!("{nameless} cannot be reached")), "{failure}");

    for garbage in
        [&b"SSH-2.0-OpenSSH_9.2\r\n"[..], b"", b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"secretId\""]
    {
        let failure = call(get(&server::raw(garbage).await).await);
        assert_eq!(failure.kind, ErrorKind::Broken, "{failure}");
    }
    // TLS to somebody who does not speak it.
    let failure =
        call(get(&server::raw(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.replace("http:", "https:")).await);
    assert_eq!(failure.kind, ErrorKind::Connect, "{failure}");
}

#[tokio::test]
async fn a_huge_answer_is_not_read_to_its_end() {
    let server = Server::start(|_, _| Reply::new(200, vec![b' '; 200_000])).await;
    let failure = call(get(&server.url).await);
    assert_eq!((failure.kind, failure.attempts), (ErrorKind::TooLarge, 1));
    assert!(failure.message.ends_with("has more than 65536 bytes"), "{failure}");
}

#[tokio::test]
async fn a_success_that_is_no_bundle_is_said_and_not_quoted() {
    let secret_in = |template: &str| template.replace("PASSWORD", PASSWORD);
    let content =
        |content: &str| format!(r#"{{"secretId":"{}","versionNumber":1{content}}}"#, fixture::SECRET_ID);
    let cases = [
        (secret_in("PASSWORD"), "the answer is not a secret bundle (line 1 column 1)"),
        (secret_in(r#"{"secretId":{"PASSWORD":1}}"#), "the answer is not a secret bundle (line 1 column 12)"),
        (content(""), "the secret bundle has no content"),
        (content(r#","secretBundleContent":{"contentType":"PLAIN","content":"x"}"#), "is not of type BASE64"),
        (
            content(&secret_in(r#","secretBundleContent":{"contentType":"BASE64","content":"PASSWORD"}"#)),
            "is not base64",
        ),
        (
            r#"{"secretId":"x","versionNumber":1,"secretBundleContent":{"contentType":"BASE64"}}"#.to_owned(),
            "no OCID",
        ),
    ];
    for (body, said) in cases {
        let reply = body.clone();
        let server = Server::start(move |_, _| Reply::new(200, reply.clone())).await;
        let failure = call(get(&server.url).await);
        assert_eq!((failure.kind, failure.attempts), (ErrorKind::BadAnswer, 1), "{body}");
        assert!(failure.message.contains(said), "{failure}");
        assert!(!format!("{failure} {failure:?}").contains(PASSWORD), "{failure:?}");
    }
}

#[tokio::test]
async fn what_a_service_says_is_cut_to_one_line() {
    let message = format!("a\\nb\\u001b[31m{}", "x".repeat(2000));
    let server = Server::start(move |_, _| Reply::error(400, "Bad", &message)).await;
    let failure = call(get(&server.url).await);
    assert!(failure.message.starts_with("a b [31mxx") && failure.message.chars().count() == 500);
}

#[tokio::test]
async fn a_connection_that_the_service_closed_is_not_an_error() {
    // Answers once on each connection and closes it without saying so.
    let answer =
        Box::leak(b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}".to_vec().into_boxed_slice());
    let url = server::raw(answer).await;
    let client = fixture::client(&url);
    for _ in 0..3 {
        let error = client.secret_bundle(&fixture::secret_id(), &Selector::default(), fixture::soon()).await;
        let failure = error.unwrap_err().call().unwrap().clone();
        assert_eq!((failure.kind, failure.attempts), (ErrorKind::NotFound, 1));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
