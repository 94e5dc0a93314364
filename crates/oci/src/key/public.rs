//! The public half: verification, SubjectPublicKeyInfo in and out.

use std::fmt;

use ring::signature::{
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};

use super::{Fingerprint, KeyError, pkcs};
use crate::der::{Reader, tag};
use crate::pem::{Label, Pem};

/// An RSA public key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    /// PKCS#1 `RSAPublicKey`, DER.
    pkcs1: Vec<u8>,
}

/// The signature is not one of this key over this message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadSignature;

impl PublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----` or `-----BEGIN RSA PUBLIC KEY-----`, mangled or not.
    ///
    /// # Errors
    /// [`KeyError`] when it is something else or damaged.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let blocks = Pem::parse_all(text)?;
        match blocks.first() {
            Some(Pem { label: Label::PublicKey, der, .. }) => Self::from_spki_der(der),
            Some(Pem { label: Label::RsaPublicKey, der, .. }) => Self::from_pkcs1_der(der),
            Some(other) => Err(KeyError::NotPublic(other.label.clone())),
            None => Err(KeyError::Malformed { what: "PEM" }),
        }
    }

    /// Reads a DER `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// [`KeyError`] when it is something else, damaged, or not RSA.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_pkcs1_der(pkcs::rsa_in_spki(der)?)
    }

    /// Reads a DER PKCS#1 `RSAPublicKey`.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when it is something else or damaged.
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self, KeyError> {
        let shape = || {
            let mut key = Reader::new(der).sequence().ok()?;
            key.expect(tag::INTEGER).ok()?;
            key.expect(tag::INTEGER).ok()?;
            key.is_empty().then_some(())
        };
        shape().ok_or(KeyError::Malformed { what: "PKCS#1 RSAPublicKey" })?;
        Ok(Self { pkcs1: der.to_vec() })
    }

    /// DER `SubjectPublicKeyInfo`: what `openssl rsa -pubout -outform DER` writes.
    #[must_use]
    pub fn to_spki_der(&self) -> Vec<u8> {
        pkcs::spki(&self.pkcs1)
    }

    /// PEM `SubjectPublicKeyInfo`: what is uploaded to the console as an API key.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let block = Pem { label: Label::PublicKey, dek_info: None, der: self.to_spki_der().into() };
        block.to_text().to_string()
    }

    /// The fingerprint that Oracle Cloud shows for this key.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of_spki(&self.to_spki_der())
    }

    /// Whether `signature` is this key's over `message` (RSASSA-PKCS1-v1_5, SHA-256).
    pub(crate) fn verify(
        &self,
        message: &[u8],
        signature: &[u8],
        short_keys: bool,
    ) -> Result<(), BadSignature> {
        let algorithm = if short_keys {
            &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
        } else {
            &RSA_PKCS1_2048_8192_SHA256
        };
        UnparsedPublicKey::new(algorithm, &self.pkcs1).verify(message, signature).map_err(|_| BadSignature)
    }

    /// The modulus, big-endian, without leading zeros.
    pub(crate) fn modulus(&self) -> &[u8] {
        let mut modulus = Reader::new(&self.pkcs1)
            .sequence()
            .and_then(|mut key| key.expect(tag::INTEGER))
            .unwrap_or_default();
        while let Some((0, rest)) = modulus.split_first() {
            modulus = rest;
        }
        modulus
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}
