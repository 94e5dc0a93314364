//! The name that Oracle Cloud gives to an API key.

use std::fmt;
use std::str::FromStr;

use md5::{Digest, Md5};

/// MD5 over the DER `SubjectPublicKeyInfo` of a public key; a name, not a protection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

/// The text is not sixteen lower-case hexadecimal pairs with colons between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not sixteen hexadecimal pairs with colons between, like `20:3b:97:…`")]
pub struct FingerprintError;

impl Fingerprint {
    pub(super) fn of_spki(der: &[u8]) -> Self {
        Self(Md5::digest(der).into())
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    /// Upper-case digits are taken too: the console shows lower case, other tools do not.
    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let mut bytes = [0; 16];
        let mut pairs = text.trim().split(':');
        for byte in &mut bytes {
            let pair =
                pairs.next().filter(|pair| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit()));
            *byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).ok_or(FingerprintError)?;
        }
        if pairs.next().is_some() { Err(FingerprintError) } else { Ok(Self(bytes)) }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(place, byte)| {
            if place > 0 {
                f.write_str(":")?;
            }
            write!(f, "{byte:02x}")
        })
    }
}
