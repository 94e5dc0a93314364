//! The signature of a request, as Oracle Cloud wants it: draft-cavage-http-signatures-08 with RSA-SHA256, the body's
//! digest included. No I/O and no clock. Checking a signature is [`crate::verify`]'s business.

mod key_id;
mod signing_string;

use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use ring::digest::{SHA256, digest};

pub use key_id::{KeyId, KeyIdError};
pub(crate) use signing_string::{REQUEST_TARGET, signing_string};

use crate::key::SigningKey;

/// Base64 of the body's SHA-256.
pub const X_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-content-sha256");

/// Signed with every request, in the order of Oracle's own libraries.
const GENERIC: [&str; 3] = ["date", REQUEST_TARGET, "host"];
/// Signed too when there is a body to speak of: PUT, POST and PATCH, even with an empty one.
const CONTENT: [&str; 3] = ["content-length", "content-type", "x-content-sha256"];

/// Why a request could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The address has no host, so that there is nothing to sign as `host`.
    #[error("the request has no host to sign")]
    NoHost,
    /// A value holds bytes that no header may hold.
    #[error("{what} cannot stand in a header")]
    NotAHeader {
        /// Which value.
        what: &'static str,
    },
    /// The private key could not compute a signature.
    #[error("the private key could not sign: its numbers do not fit each other")]
    KeyRefused,
}

/// A body, or the lack of one in a request that has to say so.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// Value of `content-type`.
    pub media_type: &'a str,
    /// The bytes as they are sent; may be empty.
    pub body: &'a [u8],
}

/// What a signature covers.
#[derive(Debug, Clone, Copy)]
pub struct ToSign<'a> {
    /// Verb.
    pub method: &'a Method,
    /// Path and query exactly as they are sent; nothing is decoded, encoded or sorted.
    pub target: &'a str,
    /// Host, with the port when it is not the scheme's own. `None` only for the federation call of an instance.
    pub host: Option<&'a str>,
    /// The `date` header, as `Thu, 05 Jan 2014 21:31:40 GMT`.
    pub date: &'a str,
    /// Set for PUT, POST and PATCH, except for uploads that sign no body.
    pub content: Option<Content<'a>>,
}

/// Who signs: a key and the name under which the other side knows it.
#[derive(Debug)]
pub struct Signer {
    key_id: KeyId,
    key: Arc<SigningKey>,
}

impl Signer {
    /// A signer for `key`, known as `key_id`.
    #[must_use]
    pub fn new(key_id: KeyId, key: Arc<SigningKey>) -> Self {
        Self { key_id, key }
    }

    /// The name under which the other side knows the key.
    #[must_use]
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The headers that carry the signature and what it covers: `date`, `host`, `authorization`, and for content
    /// `content-length`, `content-type` and `x-content-sha256`.
    ///
    /// # Errors
    /// [`SignError`] when a value cannot stand in a header, or the key refuses.
    pub fn sign(&self, request: &ToSign<'_>) -> Result<HeaderMap, SignError> {
        let mut headers = HeaderMap::with_capacity(7);
        headers.insert(DATE, value(request.date, "the date")?);
        let mut names = GENERIC.to_vec();
        if let Some(host) = request.host {
            headers.insert(HOST, value(host, "the host")?);
        } else {
            names.retain(|name| *name != "host");
        }
        if let Some(content) = &request.content {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(content.body.len()));
            headers.insert(CONTENT_TYPE, value(content.media_type, "the content type")?);
            headers.insert(X_CONTENT_SHA256, value(&content_sha256(content.body), "the digest")?);
            names.extend(CONTENT);
        }
        // Every name was inserted above.
        let text = signing_string(&names, request.method, request.target, &headers)
            .map_err(|_| SignError::NotAHeader { what: "a signed header" })?;
        let signature = self.key.sign(text.as_bytes()).ok_or(SignError::KeyRefused)?;
        let authorization = format!(
            r#"Signature algorithm="rsa-sha256",headers="{}",keyId="{}",signature="{}",version="1""#,
            names.join(" "),
            self.key_id.as_str(),
            STANDARD.encode(signature),
        );
        let mut authorization = value(&authorization, "the key id")?;
        authorization.set_sensitive(true);
        headers.insert(AUTHORIZATION, authorization);
        Ok(headers)
    }

    /// Signs a whole request: sets the headers of [`Signer::sign`] on it, `date` from `now`, `host` from its address. Its
    /// `content-type` is kept when it has one.
    ///
    /// # Errors
    /// [`SignError`] as [`Signer::sign`], or when the address has no host.
    pub fn sign_request<B: AsRef<[u8]>>(
        &self,
        request: &mut http::Request<B>,
        now: SystemTime,
    ) -> Result<(), SignError> {
        let host = request.uri().authority().ok_or(SignError::NoHost)?;
        let default_port = if request.uri().scheme_str() == Some("http") { 80 } else { 443 };
        let host = match host.port_u16() {
            Some(port) if port != default_port => format!("{}:{port}", host.host()),
            _ => host.host().to_owned(),
        };
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content =
            Content { media_type: media_type.unwrap_or("application/json"), body: request.body().as_ref() };
        let headers = self.sign(&ToSign {
            method: request.method(),
            target: request.uri().path_and_query().map_or("/", |target| target.as_str()),
            host: Some(&host),
            date: &httpdate::fmt_http_date(now),
            content: signs_content(request.method()).then_some(content),
        })?;
        request.headers_mut().extend(headers);
        Ok(())
    }
}

/// Whether requests of this verb sign their body.
#[must_use]
pub fn signs_content(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

/// Base64 of the SHA-256 of `body`.
#[must_use]
pub fn content_sha256(body: &[u8]) -> String {
    STANDARD.encode(digest(&SHA256, body))
}

fn value(text: &str, what: &'static str) -> Result<HeaderValue, SignError> {
    HeaderValue::from_str(text).map_err(|_| SignError::NotAHeader { what })
}
