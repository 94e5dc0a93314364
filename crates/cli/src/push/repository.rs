//! The repository in Oracle's registry, created where it belongs before anything is pushed: a push to an unknown name makes one in the root
//! compartment, or fails.

use std::time::{Duration, Instant};

use adit_image::registry::{Reference, RegistryError};
use adit_oci::env::Vars;
use adit_oci::principal::ConfigFile;
use adit_oci::{Client, Endpoints, OciError, Region};
use http::StatusCode;

use crate::args::PushArgs;
use crate::failure::Failure;

/// How long looking and creating may take.
const LIMIT: Duration = Duration::from_secs(60);

/// A repository that is there now.
pub(super) struct Repository {
    pub(super) id: String,
    pub(super) created: bool,
    name: String,
}

impl Repository {
    pub(super) fn sentence(&self) -> String {
        let how = if self.created { "created" } else { "is in its compartment" };
        format!("{} {how}, {}", self.name, self.id)
    }
}

/// Creates the repository unless it is in its compartment; `None` if no compartment is named.
pub(super) async fn ensure(args: &PushArgs, reference: &Reference) -> Result<Option<Repository>, Failure> {
    let Some(compartment) = &args.compartment else { return Ok(None) };
    let Some(address) = reference.ocir() else {
        return Err(Failure::Choice(format!(
            "--compartment is for Oracle's registry (REGION-KEY.ocir.io), and {} is another one",
            reference.registry()
        )));
    };
    let vars = Vars::process();
    let path = args.config_file.clone().unwrap_or_else(|| ConfigFile::locate(&vars));
    let principal = ConfigFile::read(&path)?.principal(args.profile.as_deref(), &vars)?;
    // Repositories belong to a region; the profile may be of another one.
    let endpoints = match &args.endpoint {
        Some(url) => Endpoints::single(url).map_err(|error| error.to_string()),
        None => {
            Region::parse(&address.region, &vars).map(Endpoints::of_region).map_err(|error| error.to_string())
        }
    };
    let client = Client::builder(principal).endpoints(endpoints.map_err(Failure::Endpoint)?).build()?;
    let (name, deadline) = (address.name, Instant::now() + LIMIT);
    if let Some(found) = client.container_repository(compartment, &name, deadline).await? {
        return Ok(Some(Repository { id: found.id, created: false, name }));
    }
    match client.create_container_repository(compartment, &name, deadline).await {
        Ok(created) => Ok(Some(Repository { id: created.id, created: true, name })),
        Err(error) => Err(match conflict(&error) {
            Some(said) => RegistryError::other_compartment(reference.registry(), &name, said).into(),
            None => error.into(),
        }),
    }
}

/// What the service says of a name that is taken.
fn conflict(error: &OciError) -> Option<&str> {
    let call = error.call().filter(|call| call.status == Some(StatusCode::CONFLICT))?;
    Some(&call.message)
}
