//! A function's resource principal: a session token and its key as files in the function's reach, replaced before
//! they expire, as the platform does it (resource principal version 2.2).

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use adit_oci::keygen::{GeneratedKey, generate};
use adit_oci::sign::KeyId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{hmac, rand};
use serde::Serialize;

use crate::Error;
use crate::emulator::identity::{COMPARTMENT_ID, Caller, Keyring, TENANCY_ID};
use crate::env;
use crate::process::Account;

/// The two files of one function.
#[derive(Debug)]
pub(crate) struct Session {
    directory: PathBuf,
    function_id: String,
    lifetime: Duration,
    account: Option<Account>,
}

#[derive(Serialize)]
struct Header {
    alg: &'static str,
    typ: &'static str,
}

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    ptype: &'static str,
    res_type: &'static str,
    res_id: &'a str,
    res_tenant: &'static str,
    res_compartment: &'static str,
    iat: u64,
    exp: u64,
    jwk: Jwk,
}

#[derive(Serialize)]
struct Jwk {
    kty: &'static str,
    n: String,
    e: &'static str,
}

impl Session {
    /// Prepares the place of the files, which [`Session::renew`] writes.
    pub(crate) fn new(directory: PathBuf, function_id: &str, lifetime: Duration) -> Self {
        let account = Account::for_containers();
        Self { directory, function_id: function_id.to_owned(), lifetime, account }
    }

    /// The environment by which the function finds its files.
    pub(crate) fn variables(&self, region: &str) -> BTreeMap<String, String> {
        let path = |path: PathBuf| path.to_string_lossy().into_owned();
        [
            (env::RESOURCE_PRINCIPAL_VERSION, "2.2".to_owned()),
            (env::RESOURCE_PRINCIPAL_RPST, path(self.token_file())),
            (env::RESOURCE_PRINCIPAL_PRIVATE_PEM, path(self.key_file())),
            (env::RESOURCE_PRINCIPAL_REGION, region.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// Makes a new key and a token for it, known to `keyring`, and replaces the files. Blocks for the key's making.
    /// The token before stays valid until it expires.
    pub(crate) fn renew(&self, keyring: &Keyring) -> Result<(), Error> {
        self.renew_with(&generate().map_err(Error::Key)?, keyring)
    }

    /// The same with a key that was made already.
    pub(crate) fn renew_with(&self, key: &GeneratedKey, keyring: &Keyring) -> Result<(), Error> {
        let now = SystemTime::now();
        let expires = now + self.lifetime;
        let public = key.key.public_key();
        let token = self.token(&public.to_spki_der(), now, expires)?;
        let id = KeyId::session(&token).map_err(Error::KeyId)?;
        keyring.add(&id, public.clone(), Caller::Function(self.function_id.clone()), Some(expires));
        self.replace(&self.key_file(), key.pem.expose())?;
        self.replace(&self.token_file(), &token)
    }

    fn token_file(&self) -> PathBuf {
        self.directory.join("rpst")
    }

    fn key_file(&self) -> PathBuf {
        self.directory.join("private.pem")
    }

    fn replace(&self, path: &Path, text: &str) -> Result<(), Error> {
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)
            .map_err(Error::file("make a file in", &self.directory))?;
        file.write_all(text.as_bytes()).map_err(Error::file("write", path))?;
        if let Some(account) = &self.account {
            account.own(file.path())?;
        }
        fs::rename(file.path(), path).map_err(Error::file("replace", path))?;
        // It has another name now, under which nothing shall be deleted.
        file.disable_cleanup(true);
        Ok(())
    }

    /// A JSON Web Token with the claims that clients read. Nobody checks its signature: it is known as a whole.
    fn token(&self, spki: &[u8], now: SystemTime, expires: SystemTime) -> Result<String, Error> {
        let seconds =
            |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let claims = Claims {
            sub: &self.function_id,
            ptype: "resource",
            res_type: "fnfunc",
            res_id: &self.function_id,
            res_tenant: TENANCY_ID,
            res_compartment: COMPARTMENT_ID,
            iat: seconds(now),
            exp: seconds(expires),
            jwk: Jwk { kty: "RSA", n: URL_SAFE_NO_PAD.encode(modulus(spki)), e: "AQAB" },
        };
        let part = |json: Result<String, serde_json::Error>| URL_SAFE_NO_PAD.encode(json.unwrap_or_default());
        let header = part(serde_json::to_string(&Header { alg: "HS256", typ: "JWT" }));
        let signed = format!("{header}.{}", part(serde_json::to_string(&claims)));
        let random = rand::SystemRandom::new();
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &random).map_err(|_| Error::NoRandomness)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes()))))
    }
}

/// The modulus in the `SubjectPublicKeyInfo` of a 2048-bit RSA key, the only size that is made here: it begins after
/// 33 bytes of fixed headers (RFC 3279 section 2.3.1) and is 256 bytes long.
fn modulus(spki: &[u8]) -> &[u8] {
    spki.get(33..289).unwrap_or_default()
}
