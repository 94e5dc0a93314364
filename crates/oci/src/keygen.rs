//! Fresh RSA keys: for the session of an instance principal, the emulator's throw-away user, tests.
//!
//! The `rsa` crate finds the primes and nothing else: it never signs and never decrypts, which is what its advisory
//! RUSTSEC-2023-0071 (timing of private key operations) is about.

use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::rand_core::OsRng;
use zeroize::Zeroizing;

use crate::key::{KeyError, SigningKey};
use crate::pem::{Label, Pem};

/// A key pair and the PEM text (PKCS#1) of its private half.
#[derive(Debug)]
pub struct GeneratedKey {
    /// Ready to sign.
    pub key: SigningKey,
    /// For a file; its `Debug` shows nothing of it.
    pub pem: PrivatePem,
}

/// PEM text of a private key.
#[derive(Clone)]
pub struct PrivatePem(Zeroizing<String>);

impl PrivatePem {
    /// The text, for the file that it is written to.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PrivatePem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivatePem(…)")
    }
}

/// Makes an RSA key pair of 2048 bits, the size of Oracle Cloud's own session keys.
///
/// # Errors
/// [`KeyError::Inconsistent`] when the generator gives something that is no key.
pub fn generate() -> Result<GeneratedKey, KeyError> {
    let failed = |error: &dyn std::fmt::Display| KeyError::Inconsistent { reason: error.to_string() };
    let private = rsa::RsaPrivateKey::new(&mut OsRng, 2048).map_err(|e| failed(&e))?;
    let der = private.to_pkcs1_der().map_err(|e| failed(&e))?.to_bytes();
    let key = SigningKey::from_der(&der)?;
    let pem = PrivatePem(Pem { label: Label::RsaPrivateKey, dek_info: None, der }.to_text());
    Ok(GeneratedKey { key, pem })
}
