//! The resource principal, version 2.2: what Oracle Functions gives to a function's container.

use super::api_key::region_of;
use super::{PrincipalError, Session, Source};
use crate::env::{self, Vars};
use crate::region::Region;

/// The resource that this process runs in.
#[derive(Debug)]
pub struct ResourcePrincipal {
    session: Session,
    region: Option<Region>,
}

impl ResourcePrincipal {
    /// Reads the `OCI_RESOURCE_PRINCIPAL_*` variables; the files that they point to are read at the first use.
    ///
    /// # Errors
    /// [`PrincipalError`]: another version than 2.2, all variables that are missing, or a region that cannot be one.
    pub fn from_vars(vars: &Vars) -> Result<Self, PrincipalError> {
        let version = vars.get(env::RESOURCE_PRINCIPAL_VERSION).unwrap_or_default();
        if version.trim() != "2.2" {
            return Err(PrincipalError::Version { version });
        }
        let [token, key] = [env::RESOURCE_PRINCIPAL_RPST, env::RESOURCE_PRINCIPAL_PRIVATE_PEM]
            .map(|name| vars.get(name).map(|value| Source::path_or_value(name, value)).ok_or(name));
        let (token, key) = match (token, key) {
            (Ok(token), Ok(key)) => (token, key),
            (token, key) => {
                let missing = [token.err(), key.err()].into_iter().flatten().collect();
                return Err(PrincipalError::Incomplete {
                    kind: "the resource principal".to_owned(),
                    missing,
                });
            }
        };
        let name = env::RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE;
        let pass_phrase = vars.get(name).map(|value| Source::path_or_value(name, value));
        let region = match region_of(vars, env::RESOURCE_PRINCIPAL_REGION)? {
            None => region_of(vars, env::REGION)?,
            told => told,
        };
        Ok(Self { session: Session::new(token, key, pass_phrase), region })
    }

    /// The region of the resource.
    #[must_use]
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// Token and key.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }
}
