//! Why a principal cannot sign. No variant carries a key, a token or a pass phrase.

use std::io;

use crate::key::{Fingerprint, KeyError};
use crate::region::RegionError;

/// Why a principal cannot sign. A `place` is the variable, or the file and its entry, where the thing was found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrincipalError {
    /// Nothing says who asks.
    #[error(
        "no credentials for Oracle Cloud: neither a resource principal (OCI_RESOURCE_PRINCIPAL_VERSION) nor an API key \
         (OCI_USER_OCID, OCI_TENANCY_OCID, OCI_FINGERPRINT, OCI_PRIVATE_KEY_CONTENT, OCI_REGION) is set{}",
        if cfg!(feature = "config-file") { ", and there is no ~/.oci/config" } else { "" }
    )]
    NoCredentials,
    /// Some of what belongs together is set, and some is not.
    #[error("{kind} is not complete: {} not set", missing.join(", "))]
    Incomplete {
        /// Which credentials they belong to.
        kind: String,
        /// Variables or entries that are not set.
        missing: Vec<&'static str>,
    },
    /// Another version of the resource principal than is spoken here.
    #[error(
        "OCI_RESOURCE_PRINCIPAL_VERSION is {version:?}; only 2.2 is supported (Functions, Container Instances)"
    )]
    Version {
        /// What it says.
        version: String,
    },
    /// A value has the wrong form.
    #[error("{place} {problem}")]
    BadValue {
        /// Where it stands.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A region that cannot be one.
    #[error("{place}: {source}")]
    BadRegion {
        /// Where it stands.
        place: String,
        /// What is wrong with it.
        source: RegionError,
    },
    /// A private key that cannot be used.
    #[error("the private key in {place} {source}")]
    Key {
        /// Where it stands.
        place: String,
        /// What is wrong with it.
        source: KeyError,
    },
    /// The key is not the one that the fingerprint names.
    #[error("the private key in {place} has the fingerprint {actual}, but {configured} is configured")]
    Fingerprint {
        /// Where the key stands.
        place: String,
        /// What is configured.
        configured: Fingerprint,
        /// What the key has.
        actual: Fingerprint,
    },
    /// A file that cannot be read.
    #[error("{place} cannot be read: {source}")]
    Unreadable {
        /// The file, and what points to it.
        place: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The session token is no JWT, or a damaged one.
    #[error("the session token in {place} is damaged: {what}")]
    Token {
        /// Where it stands.
        place: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The session token has expired and nobody has replaced it.
    #[error("the session token in {place} expired {seconds} s ago and has not been replaced")]
    Expired {
        /// Where it stands.
        place: String,
        /// How long ago.
        seconds: u64,
    },
    /// Token and key are not of the same session: one has been replaced and the other not yet.
    #[error("the session token in {token} and the private key in {key} do not belong together")]
    Pair {
        /// Where the token stands.
        token: String,
        /// Where the key stands.
        key: String,
    },
    /// A compute instance gets no session token.
    #[error("no session token for this instance: {problem}; only compute instances of Oracle Cloud get one")]
    Instance {
        /// Which document is missing or wrong, and why.
        problem: String,
    },
}
