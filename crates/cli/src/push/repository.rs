//! The repository in Oracle's registry, looked for and created where it belongs before anything is pushed: a push to an unknown name
//! makes one in the root compartment, or fails.

use adit_image::registry::{Elsewhere, RegistryError};
use adit_oci::ocid::CompartmentOcid;
use adit_oci::{ErrorKind, OciError, identity};
use http::StatusCode;

use super::account::Account;
use crate::failure::Failure;

/// A repository that is there now.
#[derive(Clone, Debug)]
pub(super) struct Repository {
    pub(super) id: String,
    pub(super) created: bool,
    pub(super) name: String,
}

impl Repository {
    pub(super) fn sentence(&self) -> String {
        let how = if self.created { "created" } else { "is in its compartment" };
        format!("{} {how}, {}", self.name, self.id)
    }
}

/// A repository to be.
pub(super) struct Wanted<'a> {
    /// The registry's host, for messages.
    pub(super) registry: &'a str,
    /// Its name, without the namespace.
    pub(super) name: &'a str,
    /// Where it belongs.
    pub(super) compartment: &'a CompartmentOcid,
    /// Whether it is created here if it is not there.
    pub(super) create: bool,
}

impl Wanted<'_> {
    /// The repository; created, unless somebody else does that.
    pub(super) async fn ensure(&self, account: &Account) -> Result<Repository, Failure> {
        identity::in_realm(self.compartment, &account.region)?;
        let (client, deadline) = (&account.client, account.deadline);
        let repository = |id, created| Repository { id, created, name: self.name.to_owned() };
        if let Some(found) = client.container_repository(self.compartment, self.name, deadline).await? {
            return Ok(repository(found.id, false));
        }
        if !self.create {
            return Err(match self.elsewhere(account).await {
                Some(found) => RegistryError::elsewhere(self.registry, self.name, &found).into(),
                None => RegistryError::not_yet(self.registry, self.name).into(),
            });
        }
        match client.create_container_repository(self.compartment, self.name, deadline).await {
            Ok(created) => Ok(repository(created.id, true)),
            Err(error) => Err(match conflict(&error) {
                Some(said) => match self.elsewhere(account).await {
                    Some(found) => RegistryError::elsewhere(self.registry, self.name, &found).into(),
                    None => RegistryError::other_compartment(self.registry, self.name, said).into(),
                },
                None => error.into(),
            }),
        }
    }

    /// The repository of this name in another compartment, if it may be seen.
    async fn elsewhere(&self, account: &Account) -> Option<Elsewhere> {
        let (client, tenancy) = (&account.client, account.tenancy()?);
        let until = account.aside();
        let found = client.container_repository_anywhere(&tenancy, self.name, until).await.ok()??;
        let is_root = found.compartment_id == tenancy.as_str();
        let compartment_name = if is_root {
            Some("root".to_owned())
        } else {
            let id: CompartmentOcid = found.compartment_id.parse().ok()?;
            client.compartment(&id, until).await.ok().map(|compartment| compartment.name)
        };
        Some(Elsewhere {
            repository: found.id,
            compartment: found.compartment_id,
            compartment_name,
            wanted: self.compartment.to_string(),
        })
    }
}

/// What the service says of a name that is taken.
fn conflict(error: &OciError) -> Option<&str> {
    let call = error.call().filter(|call| call.status == Some(StatusCode::CONFLICT))?;
    Some(&call.message)
}

/// Whether this user may not look for repositories: who may push need not be allowed to.
pub(super) fn may_not_look(failure: &Failure) -> Option<&OciError> {
    match failure {
        Failure::Oci(error) if error.kind() == ErrorKind::NotFound => Some(error),
        _ => None,
    }
}
