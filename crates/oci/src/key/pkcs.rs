//! The shapes that keys have in DER: PKCS#1 (RFC 8017, A.1), PKCS#8 (RFC 5208), SubjectPublicKeyInfo (RFC 5280).

use super::KeyError;
use crate::der::{BadDer, Reader, element, tag};

/// 1.2.840.113549.1.1.1, the content of the object identifier.
pub(super) const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.2.840.10045.2.1
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.3.101.112
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// The PKCS#1 key inside a PKCS#8 `PrivateKeyInfo`.
pub(super) fn rsa_in_pkcs8(der: &[u8]) -> Result<&[u8], KeyError> {
    let malformed = |_: BadDer| KeyError::Malformed { what: "PKCS#8 PrivateKeyInfo" };
    let mut info = Reader::new(der).sequence().map_err(malformed)?;
    info.expect(tag::INTEGER).map_err(malformed)?;
    let mut algorithm = info.sequence().map_err(malformed)?;
    require_rsa(algorithm.expect(tag::OID).map_err(malformed)?)?;
    info.expect(tag::OCTET_STRING).map_err(malformed)
}

/// The PKCS#1 `RSAPublicKey` inside a `SubjectPublicKeyInfo`.
pub(super) fn rsa_in_spki(der: &[u8]) -> Result<&[u8], KeyError> {
    let malformed = |_: BadDer| KeyError::Malformed { what: "SubjectPublicKeyInfo" };
    let mut info = Reader::new(der).sequence().map_err(malformed)?;
    let mut algorithm = info.sequence().map_err(malformed)?;
    require_rsa(algorithm.expect(tag::OID).map_err(malformed)?)?;
    match info.expect(tag::BIT_STRING).map_err(malformed)?.split_first() {
        Some((0, key)) => Ok(key),
        _ => Err(malformed(BadDer)),
    }
}

/// A `SubjectPublicKeyInfo` around a PKCS#1 `RSAPublicKey`.
pub(super) fn spki(rsa_public_key: &[u8]) -> Vec<u8> {
    let algorithm = [element(tag::OID, RSA_ENCRYPTION), element(tag::NULL, &[])].concat();
    let mut bits = vec![0];
    bits.extend_from_slice(rsa_public_key);
    element(tag::SEQUENCE, &[element(tag::SEQUENCE, &algorithm), element(tag::BIT_STRING, &bits)].concat())
}

/// Length in bits of the modulus, which is the second INTEGER of an `RSAPrivateKey` and the first of an `RSAPublicKey`.
pub(super) fn modulus_bits(der: &[u8], integers_before: usize) -> Result<usize, BadDer> {
    let mut key = Reader::new(der).sequence()?;
    for _ in 0..integers_before {
        key.expect(tag::INTEGER)?;
    }
    let mut modulus = key.expect(tag::INTEGER)?;
    while let Some((0, rest)) = modulus.split_first() {
        modulus = rest;
    }
    let leading = modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
    Ok(modulus.len() * 8 - leading)
}

fn require_rsa(oid: &[u8]) -> Result<(), KeyError> {
    let found = match oid {
        RSA_ENCRYPTION => return Ok(()),
        EC_PUBLIC_KEY => "EC".to_owned(),
        ED25519 => "Ed25519".to_owned(),
        other => dotted(other),
    };
    Err(KeyError::NotRsa { found })
}

/// An object identifier in dots and numbers.
pub(super) fn dotted(oid: &[u8]) -> String {
    let mut arcs: Vec<u64> = Vec::new();
    let mut arc = 0_u64;
    for &byte in oid {
        arc = (arc << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            match arcs.is_empty() {
                true => arcs.extend([(arc / 40).min(2), arc - (arc / 40).min(2) * 40]),
                false => arcs.push(arc),
            }
            arc = 0;
        }
    }
    arcs.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}
