//! Takes an `Authorization: Signature …` header apart, whatever the order of its parameters.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::VerifyError;
use crate::sign::KeyId;

/// The parameters that matter.
pub(super) struct Authorization<'a> {
    pub(super) key_id: KeyId,
    /// Names of the signed headers, in their order.
    pub(super) headers: Vec<&'a str>,
    pub(super) signature: Vec<u8>,
}

impl<'a> Authorization<'a> {
    pub(super) fn of(headers: &'a HeaderMap) -> Result<Self, VerifyError> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let value = values.next().ok_or(VerifyError::NoAuthorization)?;
        if values.next().is_some() {
            return Err(VerifyError::Malformed { what: "it occurs more than once" });
        }
        Self::parse(value.to_str().map_err(|_| VerifyError::Malformed { what: "it is not ASCII text" })?)
    }

    fn parse(text: &'a str) -> Result<Self, VerifyError> {
        let malformed = |what| VerifyError::Malformed { what };
        let (scheme, mut rest) = text.trim().split_once(' ').ok_or(malformed("there are no parameters"))?;
        if !scheme.eq_ignore_ascii_case("signature") {
            return Err(malformed("its scheme is not Signature"));
        }
        let [mut algorithm, mut version, mut headers, mut key_id, mut signature] = [None; 5];
        loop {
            let (name, after) =
                rest.split_once("=\"").ok_or(malformed("a parameter is not name=\"value\""))?;
            let (value, after) = after.split_once('"').ok_or(malformed("a value has no closing quote"))?;
            let slot = match name.trim() {
                "algorithm" => &mut algorithm,
                "version" => &mut version,
                "headers" => &mut headers,
                "keyId" => &mut key_id,
                "signature" => &mut signature,
                _ => &mut None,
            };
            if slot.replace(value).is_some() {
                return Err(malformed("a parameter occurs more than once"));
            }
            rest = after.trim_start();
            if rest.is_empty() {
                break;
            }
            rest = rest.strip_prefix(',').ok_or(malformed("there is no comma between two parameters"))?;
        }

        let only = |parameter, found: Option<&str>, allowed: &'static str| match found {
            Some(found) if found != allowed => {
                Err(VerifyError::Unsupported { parameter, found: found.to_owned(), allowed })
            }
            _ => Ok(()),
        };
        algorithm.ok_or(malformed("algorithm is missing"))?;
        only("algorithm", algorithm, "rsa-sha256")?;
        only("version", version, "1")?;
        let key_id = key_id.ok_or(malformed("keyId is missing"))?;
        let signature = signature.ok_or(malformed("signature is missing"))?;
        Ok(Self {
            key_id: KeyId::parse(key_id).map_err(|_| malformed("keyId holds a character that it may not"))?,
            headers: headers.ok_or(malformed("headers is missing"))?.split_ascii_whitespace().collect(),
            signature: STANDARD.decode(signature).map_err(|_| malformed("signature is not base64"))?,
        })
    }
}
