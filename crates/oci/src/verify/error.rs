//! Why a signature is refused.

use crate::sign::KeyId;

/// Why a signature is refused. Oracle Cloud answers each with 401 `NotAuthenticated`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The request is not signed.
    #[error("the request has no authorization header")]
    NoAuthorization,
    /// The header is not `Signature name="value",…`.
    #[error("the authorization header is malformed: {what}")]
    Malformed {
        /// What is wrong with it.
        what: &'static str,
    },
    /// Another algorithm than `rsa-sha256`, or another version than `1`.
    #[error("the authorization header has {parameter}={found:?}; {allowed:?} is allowed")]
    Unsupported {
        /// `algorithm` or `version`.
        parameter: &'static str,
        /// What it says.
        found: String,
        /// What it may say.
        allowed: &'static str,
    },
    /// A header that has to be signed is not among those that are.
    #[error("{header} is not signed and has to be")]
    NotSigned {
        /// Its name.
        header: &'static str,
    },
    /// A header is said to be signed and is not there.
    #[error("{header} is said to be signed and is not among the headers")]
    HeaderMissing {
        /// Its name.
        header: String,
    },
    /// The date is not an HTTP date.
    #[error("{header} is not an HTTP date")]
    BadDate {
        /// `date` or `x-date`.
        header: &'static str,
    },
    /// The clocks of the two sides are too far apart.
    #[error("the date of the request is {seconds} s away from this clock; 300 s are allowed")]
    Clock {
        /// How far.
        seconds: u64,
    },
    /// The body is not as long as `content-length` says.
    #[error("the body has {received} bytes, which is not what content-length says")]
    WrongLength {
        /// Bytes that came.
        received: usize,
    },
    /// The body is not the one whose digest was signed.
    #[error("x-content-sha256 is not the digest of the body")]
    WrongDigest,
    /// Nobody knows the key.
    #[error("the key {key_id} is not known")]
    UnknownKey {
        /// Its id, without a session's token.
        key_id: KeyId,
    },
    /// The key is known and has not signed this.
    #[error("the signature is not that of the key {key_id} over this request")]
    WrongSignature {
        /// Its id, without a session's token.
        key_id: KeyId,
    },
}
