//! Compartments (API 20160918): their names, and which one a name means.

use std::time::Instant;

use http::Method;
use serde::Deserialize;

use crate::client::error::{CallFailure, OciError};
use crate::client::{Client, Request};
use crate::ocid::CompartmentOcid;
use crate::region::Region;
use crate::region::endpoint::Service;

/// A tenancy has far fewer pages of compartments of one name; a service that goes on is broken.
const MOST_PAGES: usize = 100;

/// A compartment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Compartment {
    /// Its identifier.
    pub id: String,
    /// Its name, unique among those that are in the same compartment.
    pub name: String,
    /// The compartment that it is in; the tenancy's own is empty or its own.
    #[serde(default)]
    pub compartment_id: String,
}

/// Why a name means no compartment.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompartmentError {
    /// It could not be asked.
    #[error(transparent)]
    Call(#[from] OciError),
    /// There is none of this name, or none that may be seen.
    #[error("there is no compartment `{path}` that may be seen")]
    None {
        /// The name, or the path.
        path: String,
    },
    /// There are several.
    #[error("`{path}` is the name of {} compartments", found.len())]
    Several {
        /// The name.
        path: String,
        /// All of them.
        found: Vec<Compartment>,
    },
    /// What the service tells is no identifier of a compartment.
    #[error("the service tells of a compartment `{path}` whose OCID is none")]
    Nonsense {
        /// The name, or the path.
        path: String,
    },
    /// It belongs to another realm, that is to another cloud.
    #[error("the compartment {compartment} is of realm {found}, and region {region} of realm {wanted}")]
    Realm {
        /// The compartment.
        compartment: CompartmentOcid,
        /// Its realm.
        found: String,
        /// The region.
        region: String,
        /// The region's realm.
        wanted: String,
    },
}

impl CompartmentError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Call(error) => error.code(),
            Self::None { .. } | Self::Several { .. } | Self::Nonsense { .. } | Self::Realm { .. } => "A0848",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Call(_) => None,
            Self::None { .. } => Some(
                "write its OCID: `ocid = \"ocid1.compartment.…\"` below [compartment.NAME] in adit.toml; looking it up by name takes \
                 COMPARTMENT_INSPECT in the tenancy",
            ),
            Self::Several { .. } | Self::Nonsense { .. } => Some(
                "say which: its path, `PARENT:NAME`, or `ocid = …` below [compartment.NAME] in adit.toml",
            ),
            Self::Realm { .. } => {
                Some("an account of one realm knows nothing of another: name a compartment of this one")
            }
        }
    }
}

/// Whether a compartment can have anything in a region.
///
/// # Errors
/// [`CompartmentError::Realm`].
pub fn in_realm(compartment: &CompartmentOcid, region: &Region) -> Result<(), CompartmentError> {
    let (found, wanted) = (compartment.as_ocid().realm(), region.realm());
    // Of a region that is not known here, the realm is not known either.
    if found.eq_ignore_ascii_case(wanted) || region.key().is_none() {
        return Ok(());
    }
    Err(CompartmentError::Realm {
        compartment: compartment.clone(),
        found: found.to_owned(),
        region: region.name().to_owned(),
        wanted: wanted.to_owned(),
    })
}

impl Client {
    /// The compartment that a name means, anywhere in the tenancy, or a path `A:B` from the tenancy on.
    ///
    /// # Errors
    /// [`CompartmentError`]: there is none, there are several, or it could not be asked.
    pub async fn compartment_named(
        &self,
        tenancy: &CompartmentOcid,
        path: &str,
        deadline: Instant,
    ) -> Result<CompartmentOcid, CompartmentError> {
        let names: Vec<&str> = path.split(':').map(str::trim).collect();
        let anywhere = names.len() == 1;
        let mut at = tenancy.clone();
        for name in names {
            let mut found = self.compartments_of_name(&at, name, anywhere, deadline).await?;
            let path = path.to_owned();
            at = match (found.pop(), found.is_empty()) {
                (None, _) => return Err(CompartmentError::None { path }),
                (Some(only), true) => only.id.parse().map_err(|_| CompartmentError::Nonsense { path })?,
                (Some(last), false) => {
                    found.push(last);
                    return Err(CompartmentError::Several { path, found });
                }
            };
        }
        Ok(at)
    }

    /// The compartments of a name in another one, or anywhere below it, which may be asked of the tenancy only (`ListCompartments`).
    async fn compartments_of_name(
        &self,
        parent: &CompartmentOcid,
        name: &str,
        anywhere: bool,
        deadline: Instant,
    ) -> Result<Vec<Compartment>, OciError> {
        const OPERATION: &str = "list_compartments";
        let (mut found, mut page): (Vec<Compartment>, Option<String>) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let request = Request::new(OPERATION, Service::Identity, Method::GET, "/20160918/compartments")
                .query("compartmentId", parent.as_str())
                .query("name", name)
                .query("lifecycleState", "ACTIVE")
                .query_if("compartmentIdInSubtree", anywhere.then_some("true"))
                .query_if("accessLevel", anywhere.then_some("ANY"))
                .query_if("page", page.as_deref());
            let response = self.send(&request, deadline).await?;
            let listed: Vec<Compartment> = serde_json::from_slice(&response.body).map_err(|error| {
                let what = format!(
                    "the answer has an unknown form (line {} column {})",
                    error.line(),
                    error.column()
                );
                CallFailure::not_understood(OPERATION, &response, &what)
            })?;
            // The service compares names without letter case.
            found.extend(listed.into_iter().filter(|it| it.name.eq_ignore_ascii_case(name)));
            page = response
                .headers
                .get("opc-next-page")
                .and_then(|page| Some(page.to_str().ok()?.to_owned()))
                .filter(|page| !page.is_empty());
            if page.is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// A compartment by its identifier (`GetCompartment`).
    ///
    /// # Errors
    /// [`OciError`].
    pub async fn compartment(
        &self,
        id: &CompartmentOcid,
        deadline: Instant,
    ) -> Result<Compartment, OciError> {
        const OPERATION: &str = "get_compartment";
        let path = format!("/20160918/compartments/{}", crate::client::segment(id.as_str()));
        let response =
            self.send(&Request::new(OPERATION, Service::Identity, Method::GET, path), deadline).await?;
        serde_json::from_slice(&response.body).map_err(|error| {
            let what =
                format!("the answer has an unknown form (line {} column {})", error.line(), error.column());
            CallFailure::not_understood(OPERATION, &response, &what).into()
        })
    }
}
