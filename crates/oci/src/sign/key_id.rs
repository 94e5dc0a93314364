//! The `keyId` of a signature: which key, of whom.

use std::fmt;

use crate::key::Fingerprint;

/// Name of a key: `<tenancy>/<user>/<fingerprint>` of an API key, `ST$<token>` of a session, or
/// `<tenancy>/fed-x509/<fingerprint>` of an instance's certificate.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct KeyId(String);

/// The text cannot be a key id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("holds a character that cannot stand in a key id")]
pub struct KeyIdError;

impl KeyId {
    /// The id of a user's API key.
    ///
    /// # Errors
    /// [`KeyIdError`] when an id holds white space, a quote, or anything else that cannot stand there.
    pub fn api_key(tenancy: &str, user: &str, fingerprint: &Fingerprint) -> Result<Self, KeyIdError> {
        Self::parse(&format!("{tenancy}/{user}/{fingerprint}"))
    }

    /// The id of a session: a session token, a resource principal's or an instance's.
    ///
    /// # Errors
    /// [`KeyIdError`] when the token holds white space, a quote, or anything else that cannot stand there.
    pub fn session(token: &str) -> Result<Self, KeyIdError> {
        Self::parse(&format!("ST${token}"))
    }

    /// An id as it came with a request.
    ///
    /// # Errors
    /// [`KeyIdError`] when it is empty or holds white space, a quote, a backslash, or a character that is not ASCII.
    pub fn parse(text: &str) -> Result<Self, KeyIdError> {
        let allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        if text.is_empty() || !text.bytes().all(allowed) {
            Err(KeyIdError)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The whole id. A session's id holds its token: not for logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The token, when this is the id of a session.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.0.strip_prefix("ST$")
    }
}

impl fmt::Display for KeyId {
    /// Without the token of a session.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.session_token().is_some() { "ST$…" } else { &self.0 })
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}
