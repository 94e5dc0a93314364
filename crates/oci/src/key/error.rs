//! Why a key could not be used. No variant carries key material or a pass phrase.

use crate::pem::{Label, PemError};

/// Why a key could not be read or used. Each message completes "the private key …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The PEM text cannot be read.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// A public key or a certificate stands where the private key should.
    #[error("is a {0}, not a private key: give the other half of the pair")]
    NotPrivate(Label),
    /// A private key or something else stands where a public key should.
    #[error("is a {0}, not a public key")]
    NotPublic(Label),
    /// The key is of another kind: Oracle Cloud signs with RSA only.
    #[error("is of kind {found}; Oracle Cloud takes RSA keys only")]
    NotRsa {
        /// The kind, or the label, that was found.
        found: String,
    },
    /// The key is behind a pass phrase and none was given.
    #[error("is encrypted and no pass phrase was given")]
    PassPhraseNeeded,
    /// The pass phrase does not open the key.
    #[error("cannot be decrypted: the pass phrase is wrong")]
    WrongPassPhrase,
    /// The key is encrypted in a way that is not known here.
    #[error(
        "is encrypted with {scheme}; PBES2 with PBKDF2 and AES, or a DEK-Info of AES or DES-EDE3, can be read"
    )]
    UnknownEncryption {
        /// Name or object identifier of the scheme.
        scheme: String,
    },
    /// The key is encrypted, and this build cannot decrypt (feature `encrypted-keys`).
    #[error(
        "is encrypted, and this build does not read encrypted keys; remove the pass phrase with `openssl pkey`"
    )]
    EncryptedKeysNotBuilt,
    /// The bytes are not the structure that the label promises: mostly a key that was cut.
    #[error("is damaged or cut off: {what} cannot be read")]
    Malformed {
        /// The structure.
        what: &'static str,
    },
    /// The modulus is too short or too long.
    #[error("has {bits} bits; 2048 to 4096 are allowed")]
    Size {
        /// Length of the modulus, in bits.
        bits: usize,
    },
    /// The numbers are not those of an RSA key pair.
    #[error("is not a valid RSA key pair ({reason})")]
    Inconsistent {
        /// The cryptography library's word for it.
        reason: String,
    },
}
