//! Checks the signature of a request, as Oracle Cloud would: for the local emulator and for tests. It says why a
//! signature is refused, which Oracle Cloud does not. No I/O and no clock.

mod authorization;
mod error;

use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method};

use authorization::Authorization;
pub use error::VerifyError;

use crate::key::PublicKey;
use crate::sign::{KeyId, REQUEST_TARGET, content_sha256, signing_string, signs_content};

/// How far apart the clocks of the two sides may be.
pub const MAX_SKEW: Duration = Duration::from_secs(300);

/// A request as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// Verb.
    pub method: &'a Method,
    /// Path and query exactly as they came; nothing decoded.
    pub target: &'a str,
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

/// The id of a key that has signed; only [`Verifier::verify`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedKeyId(KeyId);

impl VerifiedKeyId {
    /// The id.
    #[must_use]
    pub fn key_id(&self) -> &KeyId {
        &self.0
    }
}

/// The rules by which signatures are judged.
#[derive(Debug, Clone)]
pub struct Verifier {
    host: bool,
    content: bool,
    short_keys: bool,
}

impl Default for Verifier {
    fn default() -> Self {
        Self { host: true, content: true, short_keys: false }
    }
}

impl Verifier {
    /// The rules of Oracle Cloud's services: clocks at most five minutes apart; date, target and host signed; and for
    /// PUT, POST and PATCH the length, type and digest of the body too.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The rules of the federation endpoint, whose callers do not sign the host.
    #[must_use]
    pub fn for_federation() -> Self {
        Self { host: false, ..Self::default() }
    }

    /// The rules for putting an object, whose sender need not sign the content: it may not have it whole.
    #[must_use]
    pub fn for_uploads() -> Self {
        Self { content: false, ..Self::default() }
    }

    /// Takes keys from 1024 bits on, not only from 2048. For published test vectors; Oracle Cloud takes no such key.
    #[must_use]
    pub fn accepting_short_keys(mut self) -> Self {
        self.short_keys = true;
        self
    }

    /// Judges `request`, whose key `key_of` finds by its id.
    ///
    /// # Errors
    /// [`VerifyError`]: the first rule that the request breaks. Each is a 401 to the caller.
    pub fn verify(
        &self,
        request: &Received<'_>,
        now: SystemTime,
        key_of: impl FnOnce(&KeyId) -> Option<PublicKey>,
    ) -> Result<VerifiedKeyId, VerifyError> {
        let authorization = Authorization::of(request.headers)?;
        let signs = |name: &str| authorization.headers.contains(&name);
        let required = |name: &'static str| {
            if signs(name) { Ok(()) } else { Err(VerifyError::NotSigned { header: name }) }
        };
        required(REQUEST_TARGET)?;
        if self.host {
            required("host")?;
        }
        let date_header = if signs("x-date") { "x-date" } else { "date" };
        required(date_header)?;
        check_clock(request.headers, date_header, now)?;
        if self.content && signs_content(request.method) {
            ["content-length", "content-type", "x-content-sha256"].into_iter().try_for_each(required)?;
        }
        check_content(request, &authorization)?;

        let text = signing_string(&authorization.headers, request.method, request.target, request.headers)
            .map_err(|name| VerifyError::HeaderMissing { header: name.to_owned() })?;
        let key_id = authorization.key_id;
        let key = key_of(&key_id).ok_or_else(|| VerifyError::UnknownKey { key_id: key_id.clone() })?;
        key.verify(text.as_bytes(), &authorization.signature, self.short_keys)
            .map_err(|_| VerifyError::WrongSignature { key_id: key_id.clone() })?;
        Ok(VerifiedKeyId(key_id))
    }
}

fn check_clock(headers: &HeaderMap, name: &'static str, now: SystemTime) -> Result<(), VerifyError> {
    let value = headers.get(name).ok_or_else(|| VerifyError::HeaderMissing { header: name.to_owned() })?;
    let date = value.to_str().ok().and_then(parse_date);
    let date = date.ok_or(VerifyError::BadDate { header: name })?;
    let skew = now.duration_since(date).unwrap_or_else(|ahead| ahead.duration());
    if skew > MAX_SKEW { Err(VerifyError::Clock { seconds: skew.as_secs() }) } else { Ok(()) }
}

/// An HTTP date. The name of the day adds nothing and is not checked: Oracle's published example has a wrong one.
fn parse_date(text: &str) -> Option<SystemTime> {
    let (_, rest) = text.split_once(", ")?;
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    days.iter().find_map(|day| httpdate::parse_http_date(&format!("{day}, {rest}")).ok())
}

/// What is signed about the body must be true of it.
fn check_content(request: &Received<'_>, authorization: &Authorization<'_>) -> Result<(), VerifyError> {
    let signed = |name: &str| {
        let value = authorization.headers.contains(&name).then(|| request.headers.get(name)).flatten();
        value.map(|value| value.to_str().unwrap_or_default().trim())
    };
    if signed("content-length").is_some_and(|length| length.parse() != Ok(request.body.len())) {
        return Err(VerifyError::WrongLength { received: request.body.len() });
    }
    if signed("x-content-sha256").is_some_and(|digest| digest != content_sha256(request.body)) {
        return Err(VerifyError::WrongDigest);
    }
    Ok(())
}
