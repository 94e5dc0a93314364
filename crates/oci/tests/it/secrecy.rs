//! No `Debug`, no `Display`, no error shows a key, a token, a pass phrase or a secret.

use std::fmt::{Debug, Write};
use std::time::SystemTime;

use adit_oci::env::{self, Vars};
use adit_oci::pem::Pem;
use adit_oci::principal::{ConfigFile, Source};
use adit_oci::{Principal, SecretValue, Selector};

use crate::fixture::{self, PASSWORD, ResourceFiles, bundle, key, token};
use crate::server::{Reply, Server};

/// Everything that was shown, to be searched.
#[derive(Default)]
struct Shown(String);

impl Shown {
    fn add(&mut self, value: &impl Debug) {
        write!(self.0, "{value:?} {value:#?} ").unwrap();
    }

    /// Looks for any stretch of `secret`, as text and as a list of bytes.
    fn must_not_hold(&self, secret: &str) {
        let words: Vec<&str> =
            secret.split_whitespace().filter(|word| word.len() >= 16 && !word.contains("-----")).collect();
        assert!(!words.is_empty());
        for word in words {
            let bytes: Vec<String> = word.bytes().take(6).map(|byte| byte.to_string()).collect();
            for stretch in [word.chars().take(16).collect::<String>(), bytes.join(", ")] {
                assert!(!self.0.contains(&stretch), "{stretch} in {}", self.0);
            }
        }
    }
}

#[tokio::test]
async fn nothing_shows_what_it_guards() {
    let mut shown = Shown::default();
    let session_token = token(600, None);
    let files = ResourceFiles::new(&session_token, key());

    // Values.
    shown.add(&SecretValue::new(PASSWORD));
    shown.add(&Vars::fixed(fixture::api_key_vars(key())));
    shown.add(key());
    shown.add(&Pem::parse_all(key().pem.expose()).unwrap());
    shown.add(&Source::value("x", session_token.clone()));
    shown.add(&Source::path_or_value("x", key().pem.expose().to_owned()));

    // Principals and clients, before and after use.
    let server = Server::start(|_, _| bundle(PASSWORD)).await;
    for principal in
        [files.principal(), Principal::detect(&Vars::fixed(fixture::api_key_vars(key()))).unwrap()]
    {
        shown.add(&principal);
        let signer = principal.signer(SystemTime::now()).await.unwrap();
        shown.add(&signer);
        write!(shown.0, "{}", signer.key_id()).unwrap();
        let client = fixture::client_of(principal, &server.url);
        let read =
            client.secret_bundle(&fixture::secret_id(), &Selector::default(), fixture::soon()).await.unwrap();
        shown.add(&read);
        shown.add(&client);
        let request =
            adit_oci::client::Request::new("x", adit_oci::Service::Secrets, http::Method::GET, "/x");
        shown.add(&client.send(&request, fixture::soon()).await.unwrap());
    }

    // Errors: a refused token, a token that is no token, keys that are cut, a file that is no file.
    let refusing = Server::start(|_, _| Reply::error(401, "NotAuthenticated", "no")).await;
    let client = fixture::client_of(files.principal(), &refusing.url);
    shown.add(
        &client
            .secret_bundle(&fixture::secret_id(), &Selector::default(), fixture::soon())
            .await
            .unwrap_err(),
    );
    let cut: String = key().pem.expose().chars().take(700).collect();
    let detect = |name: &'static str, value: &str| {
        let mut vars = [files.vars(), fixture::api_key_vars(key())].concat();
        if name == env::PRIVATE_KEY_CONTENT {
            vars.retain(|(name, _)| *name != env::RESOURCE_PRINCIPAL_VERSION);
        }
        vars.retain(|(other, _)| *other != name);
        vars.push((name, value.to_owned()));
        Principal::detect(&Vars::fixed(vars))
    };
    shown.add(&detect(env::PRIVATE_KEY_CONTENT, &cut).unwrap_err());
    for (name, value) in [
        (env::RESOURCE_PRINCIPAL_PRIVATE_PEM, cut.as_str()),
        (env::RESOURCE_PRINCIPAL_RPST, &session_token.replace('.', ",")),
        (env::RESOURCE_PRINCIPAL_RPST, &session_token.replace("e", "\"")),
    ] {
        shown.add(&detect(name, value).unwrap().signer(SystemTime::now()).await.unwrap_err());
    }
    let config = files.path("config");
    fixture::write(&config, &format!("[a]\npass_phrase={PASSWORD}\n{}", key().pem.expose()));
    shown.add(&ConfigFile::read(&config).unwrap_err());
    fixture::write(&config, &format!("[a]\npass_phrase={PASSWORD}\n"));
    let config = ConfigFile::read(&config).unwrap();
    shown.add(&config);
    shown.add(&config.principal(Some("a"), &Vars::process()).unwrap_err());

    assert!(shown.0.contains("SecretValue(…)") && shown.0.contains("ST$…"));
    shown.must_not_hold(PASSWORD);
    shown.must_not_hold(&session_token);
    shown.must_not_hold(key().pem.expose());
}

/// The header that carries the token and the signature is marked, so that HTTP libraries do not log it.
#[tokio::test]
async fn the_authorization_header_is_marked_as_sensitive() {
    let files = ResourceFiles::new(&token(600, None), key());
    let signer = files.principal().signer(SystemTime::now()).await.unwrap();
    let mut request = http::Request::builder().uri("https://h/").body(bytes::Bytes::new()).unwrap();
    signer.sign_request(&mut request, SystemTime::now()).unwrap();
    assert!(request.headers().get("authorization").unwrap().is_sensitive());
}
