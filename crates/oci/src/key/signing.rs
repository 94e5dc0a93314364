//! The private half: reading it from PEM or DER, and signing.

use std::fmt;

use ring::rand::SystemRandom;
use ring::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};

use super::{KeyError, PublicKey, pkcs};
use crate::der::{BadDer, Reader, tag};
use crate::pem::{Label, Pem};
use crate::secret::SecretValue;

/// An RSA private key of 2048 to 4096 bits.
pub struct SigningKey {
    pair: RsaKeyPair,
    public: PublicKey,
}

impl SigningKey {
    /// Reads PKCS#1 or PKCS#8 PEM, mangled or not, encrypted or not. A pass phrase that the key does not need is ignored:
    /// it may come from a `[DEFAULT]` profile.
    ///
    /// # Errors
    /// [`KeyError`]: what is wrong with the key, or that the pass phrase is missing or wrong.
    pub fn from_pem(text: &str, pass_phrase: Option<&SecretValue>) -> Result<Self, KeyError> {
        let blocks = Pem::parse_all(text)?;
        let is_private = |block: &&Pem| {
            matches!(block.label, Label::RsaPrivateKey | Label::PrivateKey | Label::EncryptedPrivateKey)
        };
        let block = blocks.iter().find(is_private).or_else(|| blocks.last());
        let block = block.ok_or(KeyError::Malformed { what: "PEM" })?;
        match &block.label {
            Label::RsaPrivateKey if block.dek_info.is_some() => open_dek(block, pass_phrase),
            Label::RsaPrivateKey => Self::from_pkcs1(&block.der),
            Label::PrivateKey => Self::from_pkcs1(pkcs::rsa_in_pkcs8(&block.der)?),
            Label::EncryptedPrivateKey => open_pbes2(block, pass_phrase),
            Label::EcPrivateKey => Err(KeyError::NotRsa { found: "EC".to_owned() }),
            label @ (Label::PublicKey | Label::RsaPublicKey | Label::Certificate) => {
                Err(KeyError::NotPrivate(label.clone()))
            }
            other => Err(KeyError::NotRsa { found: other.to_string() }),
        }
    }

    /// Reads a DER PKCS#1 `RSAPrivateKey` or PKCS#8 `PrivateKeyInfo`, not encrypted.
    ///
    /// # Errors
    /// [`KeyError`]: what is wrong with the key.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let malformed = |_: BadDer| KeyError::Malformed { what: "private key" };
        let mut fields = Reader::new(der).sequence().map_err(malformed)?;
        fields.expect(tag::INTEGER).map_err(malformed)?;
        match fields.any().map_err(malformed)?.0 {
            tag::SEQUENCE => Self::from_pkcs1(pkcs::rsa_in_pkcs8(der)?),
            _ => Self::from_pkcs1(der),
        }
    }

    fn from_pkcs1(der: &[u8]) -> Result<Self, KeyError> {
        let bits = pkcs::modulus_bits(der, 1)
            .map_err(|BadDer| KeyError::Malformed { what: "PKCS#1 RSAPrivateKey" })?;
        if !(2048..=4096).contains(&bits) {
            return Err(KeyError::Size { bits });
        }
        let pair = RsaKeyPair::from_der(der).map_err(|rejected| match rejected.to_string() {
            reason if reason == "InvalidEncoding" => KeyError::Malformed { what: "PKCS#1 RSAPrivateKey" },
            reason => KeyError::Inconsistent { reason },
        })?;
        let public = PublicKey::from_pkcs1_der(pair.public_key().as_ref())?;
        Ok(Self { pair, public })
    }

    /// The other half.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs `message`: RSASSA-PKCS1-v1_5 with SHA-256. `None` when the key's numbers turn out not to fit each other.
    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }
}

#[cfg(feature = "encrypted-keys")]
fn open_dek(block: &Pem, pass_phrase: Option<&SecretValue>) -> Result<SigningKey, KeyError> {
    let pass_phrase = pass_phrase.ok_or(KeyError::PassPhraseNeeded)?;
    let der = super::encrypted::open_dek(block, pass_phrase.expose())?;
    // A wrong pass phrase passes for right once in 256 times: then the rest is not a key.
    SigningKey::from_pkcs1(&der).map_err(wrong_pass_phrase)
}

#[cfg(feature = "encrypted-keys")]
fn open_pbes2(block: &Pem, pass_phrase: Option<&SecretValue>) -> Result<SigningKey, KeyError> {
    let pass_phrase = pass_phrase.ok_or(KeyError::PassPhraseNeeded)?;
    let der = super::encrypted::open_pbes2(&block.der, pass_phrase.expose())?;
    SigningKey::from_pkcs1(pkcs::rsa_in_pkcs8(&der).map_err(wrong_pass_phrase)?)
}

#[cfg(feature = "encrypted-keys")]
fn wrong_pass_phrase(error: KeyError) -> KeyError {
    match error {
        KeyError::Malformed { .. } => KeyError::WrongPassPhrase,
        other => other,
    }
}

#[cfg(not(feature = "encrypted-keys"))]
fn open_dek(_: &Pem, _: Option<&SecretValue>) -> Result<SigningKey, KeyError> {
    Err(KeyError::EncryptedKeysNotBuilt)
}

#[cfg(not(feature = "encrypted-keys"))]
fn open_pbes2(_: &Pem, _: Option<&SecretValue>) -> Result<SigningKey, KeyError> {
    Err(KeyError::EncryptedKeysNotBuilt)
}

impl fmt::Debug for SigningKey {
    /// The public half's name only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public.fingerprint())
    }
}
