//! Whom Oracle Cloud is asked as, and where: for repositories, compartments and the namespace.

use std::time::{Duration, Instant};

use adit_oci::env::Vars;
use adit_oci::ocid::CompartmentOcid;
use adit_oci::principal::ConfigFile;
use adit_oci::{Client, Endpoints, Principal, Region};

use crate::args::PushArgs;
use crate::failure::Failure;

/// How long looking and creating may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How long it may take to say more of what went wrong.
const ASIDE: Duration = Duration::from_secs(10);

/// A client in the region of a registry.
pub(super) struct Account {
    pub(super) client: Client,
    pub(super) region: Region,
    pub(super) deadline: Instant,
}

impl Account {
    /// The account of the arguments, in the region of this name or key: the profile may be of another one.
    pub(super) fn of(args: &PushArgs, region: &str) -> Result<Self, Failure> {
        let vars = Vars::process();
        let principal = if args.profile.is_some() || args.config_file.is_some() {
            let path = args.config_file.clone().unwrap_or_else(|| ConfigFile::locate(&vars));
            ConfigFile::read(&path)?.principal(args.profile.as_deref(), &vars)?
        } else {
            Principal::detect(&vars)?
        };
        let region = Region::parse(region, &vars).map_err(|error| Failure::Endpoint(error.to_string()))?;
        let endpoints = match &args.endpoint {
            Some(url) => Endpoints::single(url).map_err(|error| Failure::Endpoint(error.to_string()))?,
            None => Endpoints::of_region(region.clone()),
        };
        let client = Client::builder(principal).endpoints(endpoints).build()?;
        Ok(Self { client, region, deadline: Instant::now() + LIMIT })
    }

    /// The tenancy that the credentials are of, where they say.
    pub(super) fn tenancy(&self) -> Option<CompartmentOcid> {
        self.client.principal().tenancy()?.parse().ok()
    }

    /// Until when something may be asked that only makes a message better.
    pub(super) fn aside(&self) -> Instant {
        self.deadline.min(Instant::now() + ASIDE)
    }
}
