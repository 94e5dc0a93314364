//! RSA keys: the private one that signs, the public one that verifies, and the fingerprint that names both. Reading PEM
//! text is [`crate::pem`]'s business, what is signed is [`crate::sign`]'s.

#[cfg(feature = "encrypted-keys")]
mod encrypted;
mod error;
mod fingerprint;
mod pkcs;
mod public;
mod signing;

pub use error::KeyError;
pub use fingerprint::{Fingerprint, FingerprintError};
pub use public::PublicKey;
pub use signing::SigningKey;
