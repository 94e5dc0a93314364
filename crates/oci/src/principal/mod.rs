//! Who asks: the principal whose key signs the requests. Where its credentials come from, and when they are read again.
//! How a request is signed is in [`crate::sign`], what happens after a refusal in [`crate::client`].

mod api_key;
#[cfg(feature = "config-file")]
mod config_file;
mod error;
#[cfg(feature = "instance-principal")]
mod instance;
mod jwt;
mod resource;
mod session;
#[cfg(feature = "config-file")]
mod session_token;
mod source;

use std::sync::Arc;
use std::time::SystemTime;

pub use api_key::ApiKey;
#[cfg(feature = "config-file")]
pub use config_file::ConfigFile;
pub use error::PrincipalError;
#[cfg(feature = "instance-principal")]
pub use instance::InstancePrincipal;
pub use resource::ResourcePrincipal;
pub use session::Session;
#[cfg(feature = "config-file")]
pub use session_token::SessionToken;
pub use source::Source;

use crate::env::{self, Vars};
use crate::region::Region;
use crate::sign::Signer;

/// Who asks.
#[derive(Debug)]
#[non_exhaustive]
pub enum Principal {
    /// A user, by an API key.
    ApiKey(ApiKey),
    /// The resource that this process runs in: a function, a container instance.
    Resource(ResourcePrincipal),
    /// A user, by a session.
    #[cfg(feature = "config-file")]
    SessionToken(SessionToken),
    /// The compute instance that this process runs on.
    #[cfg(feature = "instance-principal")]
    Instance(InstancePrincipal),
}

impl Principal {
    /// [`Principal::detect`] with the variables of this process.
    ///
    /// # Errors
    /// As [`Principal::detect`].
    pub fn from_env() -> Result<Self, PrincipalError> {
        Self::detect(&Vars::process())
    }

    /// The principal that the variables speak of: a resource principal when `OCI_RESOURCE_PRINCIPAL_VERSION` is set; else
    /// an API key when any of its variables is set; else the configuration file when there is one (feature
    /// `config-file`). An instance principal is never guessed.
    ///
    /// # Errors
    /// [`PrincipalError`]: what is missing or wrong in the credentials that are there, or that there are none. Credentials
    /// that are there but wrong are never passed over for others.
    pub fn detect(vars: &Vars) -> Result<Self, PrincipalError> {
        if vars.get(env::RESOURCE_PRINCIPAL_VERSION).is_some() {
            return ResourcePrincipal::from_vars(vars).map(Self::Resource);
        }
        if ApiKey::VARIABLES.iter().any(|name| vars.get(name).is_some()) {
            return ApiKey::from_vars(vars).map(Self::ApiKey);
        }
        #[cfg(feature = "config-file")]
        {
            let path = ConfigFile::locate(vars);
            if path.exists() {
                return ConfigFile::read(&path)?.principal(None, vars);
            }
        }
        Err(PrincipalError::NoCredentials)
    }

    /// The region that the credentials tell of.
    #[must_use]
    pub fn region(&self) -> Option<&Region> {
        match self {
            Self::ApiKey(key) => key.region(),
            Self::Resource(resource) => resource.region(),
            #[cfg(feature = "config-file")]
            Self::SessionToken(session) => session.region(),
            #[cfg(feature = "instance-principal")]
            Self::Instance(instance) => Some(instance.region()),
        }
    }

    /// The identifier of the tenancy, where the credentials tell of it.
    #[must_use]
    pub fn tenancy(&self) -> Option<&str> {
        match self {
            Self::ApiKey(key) => Some(key.tenancy()),
            #[cfg(feature = "config-file")]
            Self::SessionToken(session) => session.tenancy(),
            Self::Resource(_) => None,
            #[cfg(feature = "instance-principal")]
            Self::Instance(_) => None,
        }
    }

    /// A signer that is good at `now`. Credentials that are about to expire are read again first.
    ///
    /// # Errors
    /// [`PrincipalError`] when they cannot be read, or have expired.
    pub async fn signer(&self, now: SystemTime) -> Result<Arc<Signer>, PrincipalError> {
        match self {
            Self::ApiKey(key) => Ok(key.signer()),
            Self::Resource(resource) => resource.session().signer(now).await,
            #[cfg(feature = "config-file")]
            Self::SessionToken(session) => session.session().signer(now).await,
            #[cfg(feature = "instance-principal")]
            Self::Instance(instance) => instance.signer(now).await,
        }
    }

    /// A signer in place of `refused`, which got a 401: credentials are read again, unless somebody has done so since.
    /// `None` when this principal has nothing to read again.
    ///
    /// # Errors
    /// [`PrincipalError`] when they cannot be read, or have expired.
    pub async fn refresh(
        &self,
        refused: &Arc<Signer>,
        now: SystemTime,
    ) -> Result<Option<Arc<Signer>>, PrincipalError> {
        match self {
            Self::ApiKey(_) => Ok(None),
            Self::Resource(resource) => resource.session().refresh(refused, now).await.map(Some),
            #[cfg(feature = "config-file")]
            Self::SessionToken(session) => session.session().refresh(refused, now).await.map(Some),
            #[cfg(feature = "instance-principal")]
            Self::Instance(instance) => instance.refresh(refused, now).await.map(Some),
        }
    }
}
