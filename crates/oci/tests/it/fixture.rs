//! Keys, tokens and answers that many tests need.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

use adit_oci::client::retry::RetryPolicy;
use adit_oci::env::{self, Vars};
use adit_oci::keygen::{self, GeneratedKey};
use adit_oci::sign::KeyId;
use adit_oci::{Client, Endpoints, Principal, SecretOcid};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;

use crate::server::Reply;

pub(crate) const TENANCY: &str = "ocid1.tenancy.oc1..aaaaaaaatenancy";
pub(crate) const USER: &str = "ocid1.user.oc1..aaaaaaaauser";
pub(crate) const SECRET_ID: &str = "ocid1.vaultsecret.oc1.iad.aaaaaaaasecret";
pub(crate) const VAULT_ID: &str = "ocid1.vault.oc1.iad.bbbb.aaaaaaaavault";
/// What must never be seen.
pub(crate) const PASSWORD: &str = "correct-horse-battery-staple";

/// One key for the whole run: making one takes a while.
pub(crate) fn key() -> &'static GeneratedKey {
    static KEY: OnceLock<GeneratedKey> = OnceLock::new();
    KEY.get_or_init(|| keygen::generate().unwrap())
}

/// Another one.
pub(crate) fn other_key() -> &'static GeneratedKey {
    static KEY: OnceLock<GeneratedKey> = OnceLock::new();
    KEY.get_or_init(|| keygen::generate().unwrap())
}

/// The id of an API key.
pub(crate) fn key_id(key: &GeneratedKey) -> KeyId {
    KeyId::api_key(TENANCY, USER, &key.key.public_key().fingerprint()).unwrap()
}

/// The variables of an API key.
pub(crate) fn api_key_vars(key: &GeneratedKey) -> Vec<(&'static str, String)> {
    vec![
        (env::USER_OCID, USER.to_owned()),
        (env::TENANCY_OCID, TENANCY.to_owned()),
        (env::FINGERPRINT, key.key.public_key().fingerprint().to_string()),
        (env::PRIVATE_KEY_CONTENT, key.pem.expose().to_owned()),
    ]
}

/// A client of the server at `url` that signs with [`key`] and repeats without much waiting.
pub(crate) fn client(url: &str) -> Client {
    client_of(Principal::detect(&Vars::fixed(api_key_vars(key()))).unwrap(), url)
}

pub(crate) fn client_of(principal: Principal, url: &str) -> Client {
    client_with(principal, url, Duration::from_secs(10))
}

/// A client that gives an attempt a second and a half.
pub(crate) fn impatient(url: &str) -> Client {
    let principal = Principal::detect(&Vars::fixed(api_key_vars(key()))).unwrap();
    client_with(principal, url, Duration::from_millis(1500))
}

fn client_with(principal: Principal, url: &str, attempt_timeout: Duration) -> Client {
    Client::builder(principal)
        .endpoints(Endpoints::single(url).unwrap())
        .retry(quick())
        .attempt_timeout(attempt_timeout)
        .response_limit(64 * 1024)
        .build()
        .unwrap()
}

/// The usual rules with waits of milliseconds.
pub(crate) fn quick() -> RetryPolicy {
    let ms = Duration::from_millis;
    RetryPolicy { base: ms(5), jitter: ms(5), max: ms(40), ..RetryPolicy::default() }
}

pub(crate) fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

pub(crate) fn secret_id() -> SecretOcid {
    SECRET_ID.parse().unwrap()
}

/// A secret bundle with `content`, as the service tells it.
pub(crate) fn bundle(content: &str) -> Reply {
    let content = STANDARD.encode(content);
    let body = format!(
        r#"{{"secretId":"{SECRET_ID}","timeCreated":"2026-11-01T10:00:00Z","versionNumber":3,"versionName":null,
            "secretBundleContent":{{"contentType":"BASE64","content":"{content}"}},
            "timeOfDeletion":null,"timeOfExpiry":null,"stages":["CURRENT","LATEST","SHINY"],"metadata":null}}"#
    );
    Reply::new(200, Bytes::from(body)).header("content-type", "application/json")
}

/// A session token that expires `seconds` from now and names the key when there is one.
pub(crate) fn token(seconds: i64, key: Option<&GeneratedKey>) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let expires = now.checked_add_signed(seconds).unwrap();
    let jwk = key.map_or(String::new(), |key| {
        let spki = key.key.public_key().to_spki_der();
        // The modulus of a key of 2048 bits stands 5 bytes (the exponent) before the end.
        let modulus = URL_SAFE_NO_PAD.encode(&spki[spki.len() - 5 - 256..spki.len() - 5]);
        format!(r#","jwk":"{{\"kty\":\"RSA\",\"n\":\"{modulus}\",\"e\":\"AQAB\"}}""#)
    });
    let claims =
        format!(r#"{{"exp":{expires},"iat":{now},"res_tenant":"{TENANCY}","res_compartment":"c"{jwk}}}"#);
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{}", part(r#"{"alg":"RS256","typ":"JWT"}"#), part(&claims), part("signature"))
}

/// A directory with `rpst` and `key.pem`, and the variables that point to them.
pub(crate) struct ResourceFiles {
    pub(crate) dir: tempfile::TempDir,
}

impl ResourceFiles {
    pub(crate) fn new(token: &str, key: &GeneratedKey) -> Self {
        let files = Self { dir: tempfile::tempdir().unwrap() };
        files.replace("rpst", token);
        files.replace("key.pem", key.pem.expose());
        files
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Replaces a file in one step, as the platform does.
    pub(crate) fn replace(&self, name: &str, content: &str) {
        write(&self.path(".new"), content);
        std::fs::rename(self.path(".new"), self.path(name)).unwrap();
    }

    pub(crate) fn vars(&self) -> Vec<(&'static str, String)> {
        vec![
            (env::RESOURCE_PRINCIPAL_VERSION, "2.2".to_owned()),
            (env::RESOURCE_PRINCIPAL_RPST, self.path("rpst").display().to_string()),
            (env::RESOURCE_PRINCIPAL_PRIVATE_PEM, self.path("key.pem").display().to_string()),
            (env::RESOURCE_PRINCIPAL_REGION, "iad".to_owned()),
        ]
    }

    pub(crate) fn principal(&self) -> Principal {
        Principal::detect(&Vars::fixed(self.vars())).unwrap()
    }
}

pub(crate) fn write(path: &Path, content: &str) {
    std::fs::write(path, content).unwrap();
}
