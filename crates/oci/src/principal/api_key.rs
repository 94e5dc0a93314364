//! A user's API key, from environment variables: the way of the system that Adit replaces.

use std::sync::Arc;

use super::PrincipalError;
use crate::env::{self, Vars};
use crate::key::{Fingerprint, SigningKey};
use crate::region::Region;
use crate::secret::SecretValue;
use crate::sign::{KeyId, Signer};

/// A user, by an API key.
#[derive(Debug)]
pub struct ApiKey {
    signer: Arc<Signer>,
    tenancy: String,
    region: Option<Region>,
}

/// The parts of an API key, and where each was found.
pub(super) struct Parts<'a> {
    pub(super) tenancy: (&'a str, String),
    pub(super) user: (&'a str, String),
    pub(super) fingerprint: (&'a str, String),
    pub(super) pem: (&'a str, String),
    pub(super) pass_phrase: Option<SecretValue>,
    pub(super) region: Option<Region>,
}

impl ApiKey {
    /// The variables that make up an API key, besides `OCI_REGION`.
    pub const VARIABLES: [&str; 4] =
        [env::USER_OCID, env::TENANCY_OCID, env::FINGERPRINT, env::PRIVATE_KEY_CONTENT];

    /// Reads `OCI_USER_OCID`, `OCI_TENANCY_OCID`, `OCI_FINGERPRINT`, `OCI_PRIVATE_KEY_CONTENT` and, when it is there,
    /// `OCI_REGION`.
    ///
    /// # Errors
    /// [`PrincipalError`]: all variables that are missing, or the first that is wrong.
    pub fn from_vars(vars: &Vars) -> Result<Self, PrincipalError> {
        let values = Self::VARIABLES.map(|name| vars.get(name));
        let [Some(user), Some(tenancy), Some(fingerprint), Some(pem)] = &values else {
            let missing = Self::VARIABLES.into_iter().zip(&values).filter(|(_, value)| value.is_none());
            return Err(PrincipalError::Incomplete {
                kind: "the API key".to_owned(),
                missing: missing.map(|(name, _)| name).collect(),
            });
        };
        Self::from_parts(Parts {
            tenancy: (tenancy, env::TENANCY_OCID.to_owned()),
            user: (user, env::USER_OCID.to_owned()),
            fingerprint: (fingerprint, env::FINGERPRINT.to_owned()),
            pem: (pem, env::PRIVATE_KEY_CONTENT.to_owned()),
            pass_phrase: None,
            region: region_of(vars, env::REGION)?,
        })
    }

    pub(super) fn from_parts(parts: Parts<'_>) -> Result<Self, PrincipalError> {
        let bad = |place: &str, problem: &dyn std::fmt::Display| PrincipalError::BadValue {
            place: place.to_owned(),
            problem: problem.to_string(),
        };
        let identifier = |(text, place): (&str, String)| {
            let text = unquoted(text);
            if is_identifier(text) { Ok(text.to_owned()) } else { Err(bad(&place, &"is not an OCID")) }
        };
        let (tenancy, user) = (identifier(parts.tenancy)?, identifier(parts.user)?);
        let (fingerprint, fingerprint_place) = parts.fingerprint;
        let configured: Fingerprint =
            unquoted(fingerprint).parse().map_err(|e| bad(&fingerprint_place, &e))?;
        let (pem, place) = parts.pem;
        let key = SigningKey::from_pem(pem, parts.pass_phrase.as_ref())
            .map_err(|source| PrincipalError::Key { place: place.clone(), source })?;
        let actual = key.public_key().fingerprint();
        if actual != configured {
            return Err(PrincipalError::Fingerprint { place, configured, actual });
        }
        let key_id = KeyId::api_key(&tenancy, &user, &actual).map_err(|e| bad(&place, &e))?;
        Ok(Self { signer: Arc::new(Signer::new(key_id, Arc::new(key))), tenancy, region: parts.region })
    }

    /// The tenancy's identifier.
    #[must_use]
    pub fn tenancy(&self) -> &str {
        &self.tenancy
    }

    /// The region that was given with the key.
    #[must_use]
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// The signer, which never expires.
    #[must_use]
    pub fn signer(&self) -> Arc<Signer> {
        Arc::clone(&self.signer)
    }
}

/// The region in the variable `name`, when it is set.
pub(super) fn region_of(vars: &Vars, name: &'static str) -> Result<Option<Region>, PrincipalError> {
    let region = vars.get(name).map(|text| Region::parse(unquoted(&text), vars)).transpose();
    region.map_err(|source| PrincipalError::BadRegion { place: name.to_owned(), source })
}

/// Without the white space and quotes that get around a value on its way through a console.
fn unquoted(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'')
}

/// `ocid1.user.oc1..aaaa`, or the older `ocidv1:user:oc1:phx:146:aaaa`: five parts or more, the first and the last not
/// empty.
fn is_identifier(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['.', ':']).collect();
    let character = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    parts.len() >= 5
        && [parts.first(), parts.last()].iter().all(|part| part.is_some_and(|part| !part.is_empty()))
        && parts.iter().all(|part| part.bytes().all(character))
}
