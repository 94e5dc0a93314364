//! What is read from an instance's certificate: the tenancy, and the fingerprint that names it. Whether it is to be
//! trusted is the federation endpoint's business.

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::PrincipalError;
use crate::der::{BadDer, Reader};
use crate::pem::{Label, Pem};
use crate::sign::KeyId;

/// Context-specific tag of the version, which old certificates lack.
const VERSION: u8 = 0xa0;

/// An instance's own certificate.
#[derive(Debug)]
pub(super) struct Certificate {
    pub(super) der: Vec<u8>,
    pub(super) tenancy: String,
}

impl Certificate {
    pub(super) fn parse(pem: &str) -> Result<Self, String> {
        let der = all(pem)?.into_iter().next().ok_or("holds no certificate")?;
        let subject = subject(&der).map_err(|BadDer| "holds a damaged certificate")?;
        let tenancy = subject.iter().find_map(|value| {
            value
                .strip_prefix("opc-tenant:")
                .or_else(|| value.strip_prefix("opc-identity:"))
                .map(ToOwned::to_owned)
        });
        let tenancy = tenancy.ok_or("holds a certificate that names no tenancy (opc-tenant:…)")?;
        Ok(Self { der, tenancy })
    }

    /// `<tenancy>/fed-x509/<SHA-1 of the certificate>`.
    pub(super) fn key_id(&self) -> Result<KeyId, PrincipalError> {
        let fingerprint = digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.der);
        let fingerprint: Vec<String> =
            fingerprint.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        KeyId::parse(&format!("{}/fed-x509/{}", self.tenancy, fingerprint.join(":"))).map_err(|error| {
            PrincipalError::Instance { problem: format!("the tenancy of the certificate {error}") }
        })
    }
}

/// The certificates in `pem`, DER.
pub(super) fn all(pem: &str) -> Result<Vec<Vec<u8>>, String> {
    let blocks = Pem::parse_all(pem).map_err(|error| error.to_string())?;
    Ok(blocks
        .iter()
        .filter(|block| block.label == Label::Certificate)
        .map(|block| block.der.to_vec())
        .collect())
}

/// The values of the subject's attributes (RFC 5280, 4.1.2.6), those that are text.
fn subject(der: &[u8]) -> Result<Vec<&str>, BadDer> {
    let mut body = Reader::new(der).sequence()?.sequence()?;
    let (first, _) = body.any()?;
    // Version when there is one, serial number, algorithm, issuer, validity.
    for _ in 0..(if first == VERSION { 4 } else { 3 }) {
        body.any()?;
    }
    let mut names = body.sequence()?;
    let mut values = Vec::new();
    while !names.is_empty() {
        let (_, set) = names.any()?;
        let mut attributes = Reader::new(set);
        while !attributes.is_empty() {
            let mut attribute = attributes.sequence()?;
            attribute.any()?;
            values.extend(std::str::from_utf8(attribute.any()?.1));
        }
    }
    Ok(values)
}
