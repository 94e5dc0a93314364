//! Private keys behind a pass phrase: PBES2 (RFC 8018) as OpenSSL 1.1 and later write it, and OpenSSL's older
//! `Proc-Type: 4,ENCRYPTED`. Decryption only, and none of it leaves this module but the plain DER.

use std::num::NonZeroU32;

use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use md5::{Digest, Md5};
use ring::pbkdf2;
use zeroize::Zeroizing;

use super::KeyError;
use super::pkcs::dotted;
use crate::der::{BadDer, Reader, tag};
use crate::pem::Pem;

/// 1.2.840.113549.1.5.13
const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
/// 1.2.840.113549.1.5.12
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
/// 1.2.840.113549.2.7, what is meant when none is named.
const HMAC_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x07];
/// More rounds than any tool writes; a key that asks for more would stop the process for minutes.
const MAX_ROUNDS: u32 = 10_000_000;

/// The ciphers, all in CBC mode with PKCS#7 padding.
#[derive(Clone, Copy)]
enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
}

impl Cipher {
    fn of_oid(oid: &[u8]) -> Result<Self, KeyError> {
        match oid {
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02] => Ok(Self::Aes128),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16] => Ok(Self::Aes192),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a] => Ok(Self::Aes256),
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07] => Ok(Self::TripleDes),
            other => Err(KeyError::UnknownEncryption { scheme: dotted(other) }),
        }
    }

    fn of_dek_name(name: &str) -> Result<Self, KeyError> {
        match name {
            "AES-128-CBC" => Ok(Self::Aes128),
            "AES-192-CBC" => Ok(Self::Aes192),
            "AES-256-CBC" => Ok(Self::Aes256),
            "DES-EDE3-CBC" => Ok(Self::TripleDes),
            other => Err(KeyError::UnknownEncryption { scheme: other.chars().take(40).collect() }),
        }
    }

    const fn key_length(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    /// The plain text; `WrongPassPhrase` when the padding does not come out right.
    fn decrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match self {
            Self::Aes128 => decrypt::<Decryptor<aes::Aes128>>(key, iv, data),
            Self::Aes192 => decrypt::<Decryptor<aes::Aes192>>(key, iv, data),
            Self::Aes256 => decrypt::<Decryptor<aes::Aes256>>(key, iv, data),
            Self::TripleDes => decrypt::<Decryptor<des::TdesEde3>>(key, iv, data),
        }
    }
}

fn decrypt<D: KeyIvInit + BlockModeDecrypt>(
    key: &[u8],
    iv: &[u8],
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mode =
        D::new_from_slices(key, iv).map_err(|_| KeyError::Malformed { what: "initialisation vector" })?;
    let mut buffer = Zeroizing::new(data.to_vec());
    let length = mode.decrypt_padded::<Pkcs7>(&mut buffer).map_err(|_| KeyError::WrongPassPhrase)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

/// What an `EncryptedPrivateKeyInfo` says about its encryption.
struct Pbes2<'a> {
    salt: &'a [u8],
    rounds: NonZeroU32,
    hash: pbkdf2::Algorithm,
    cipher: Cipher,
    iv: &'a [u8],
    data: &'a [u8],
}

impl<'a> Pbes2<'a> {
    fn read(der: &'a [u8]) -> Result<Self, KeyError> {
        let malformed = |_: BadDer| KeyError::Malformed { what: "PKCS#8 EncryptedPrivateKeyInfo" };
        let mut info = Reader::new(der).sequence().map_err(malformed)?;
        let mut scheme = info.sequence().map_err(malformed)?;
        named(&mut scheme, PBES2).map_err(malformed)??;
        let data = info.expect(tag::OCTET_STRING).map_err(malformed)?;

        let mut parameters = scheme.sequence().map_err(malformed)?;
        let mut derivation = parameters.sequence().map_err(malformed)?;
        named(&mut derivation, PBKDF2).map_err(malformed)??;
        let mut derivation = derivation.sequence().map_err(malformed)?;
        let salt = derivation.expect(tag::OCTET_STRING).map_err(malformed)?;
        let rounds = derivation.small_integer().map_err(malformed)?;
        let rounds = NonZeroU32::new(rounds).filter(|rounds| rounds.get() <= MAX_ROUNDS);
        let hash = hash_oid(derivation).map_err(malformed)?;

        let mut encryption = parameters.sequence().map_err(malformed)?;
        let cipher = Cipher::of_oid(encryption.expect(tag::OID).map_err(malformed)?)?;
        let iv = encryption.expect(tag::OCTET_STRING).map_err(malformed)?;
        let hash = match hash {
            HMAC_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09] => pbkdf2::PBKDF2_HMAC_SHA256,
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x0a] => pbkdf2::PBKDF2_HMAC_SHA384,
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x0b] => pbkdf2::PBKDF2_HMAC_SHA512,
            other => return Err(KeyError::UnknownEncryption { scheme: dotted(other) }),
        };
        Ok(Self { salt, rounds: rounds.ok_or(malformed(BadDer))?, hash, cipher, iv, data })
    }
}

/// Takes the identifier of an algorithm, which has to be `wanted`.
fn named(algorithm: &mut Reader<'_>, wanted: &[u8]) -> Result<Result<(), KeyError>, BadDer> {
    let found = algorithm.expect(tag::OID)?;
    if found == wanted { Ok(Ok(())) } else { Ok(Err(KeyError::UnknownEncryption { scheme: dotted(found) })) }
}

/// The identifier of the pseudo-random function, behind an optional key length.
fn hash_oid(mut rest: Reader<'_>) -> Result<&[u8], BadDer> {
    while !rest.is_empty() {
        match rest.any()? {
            (tag::SEQUENCE, algorithm) => return Reader::new(algorithm).expect(tag::OID),
            (tag::INTEGER, _) => {}
            _ => return Err(BadDer),
        }
    }
    Ok(HMAC_SHA1)
}

/// The PKCS#8 `PrivateKeyInfo` inside a PBES2 `EncryptedPrivateKeyInfo`.
pub(super) fn open_pbes2(der: &[u8], pass_phrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let info = Pbes2::read(der)?;
    let mut key = Zeroizing::new(vec![0; info.cipher.key_length()]);
    pbkdf2::derive(info.hash, info.rounds, info.salt, pass_phrase, &mut key);
    info.cipher.decrypt(&key, info.iv, info.data)
}

/// The body of a block that is encrypted in OpenSSL's older way.
pub(super) fn open_dek(block: &Pem, pass_phrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let malformed = KeyError::Malformed { what: "DEK-Info" };
    let info = block.dek_info.as_ref().ok_or(malformed.clone())?;
    let cipher = Cipher::of_dek_name(&info.cipher)?;
    let salt = info.iv.get(..8).ok_or(malformed)?;
    // EVP_BytesToKey with MD5 and one round: MD5(previous digest, pass phrase, salt), until there is enough.
    let mut key = Zeroizing::new(Vec::with_capacity(48));
    let mut previous = Zeroizing::new([0_u8; 16]);
    while key.len() < cipher.key_length() {
        let mut digest = Md5::new();
        if !key.is_empty() {
            digest.update(*previous);
        }
        digest.update(pass_phrase);
        digest.update(salt);
        *previous = digest.finalize().into();
        key.extend_from_slice(&*previous);
    }
    key.truncate(cipher.key_length());
    cipher.decrypt(&key, &info.iv, &block.der)
}
