//! Container repositories (API 20160918): looked for by name, and created where they shall be. A push to a name that does not exist would
//! make one in the root compartment, or fail; which of both is a switch of the tenancy.

use std::time::Instant;

use http::{HeaderName, HeaderValue, Method};
use serde::{Deserialize, Serialize};

use crate::client::error::{CallFailure, OciError};
use crate::client::{Client, Request, Response, request_id};
use crate::ocid::CompartmentOcid;
use crate::region::endpoint::Service;

/// The same creation sent twice is carried out once.
const OPC_RETRY_TOKEN: HeaderName = HeaderName::from_static("opc-retry-token");

/// A repository of Oracle's registry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ContainerRepository {
    /// Its identifier.
    pub id: String,
    /// Its name: what stands behind the tenancy's namespace in an image's address. Unique in the tenancy.
    pub display_name: String,
    /// The compartment that it is in.
    pub compartment_id: String,
    /// `AVAILABLE`, `DELETING`, `DELETED`.
    #[serde(default)]
    pub lifecycle_state: String,
    /// Whether everybody may pull from it.
    #[serde(default)]
    pub is_public: bool,
}

#[derive(Deserialize)]
struct Collection {
    items: Vec<ContainerRepository>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    compartment_id: &'a str,
    display_name: &'a str,
    is_public: bool,
}

impl Client {
    /// The repository of this name in this compartment; `None` if there is none, or none that may be seen
    /// (`ListContainerRepositories`).
    ///
    /// # Errors
    /// [`OciError`].
    pub async fn container_repository(
        &self,
        compartment: &CompartmentOcid,
        name: &str,
        deadline: Instant,
    ) -> Result<Option<ContainerRepository>, OciError> {
        const OPERATION: &str = "list_container_repositories";
        let request = Self::by_name(OPERATION, compartment, name);
        let response = self.send(&request, deadline).await?;
        let Collection { items } = read(OPERATION, &response)?;
        Ok(items.into_iter().find(|found| found.display_name == name))
    }

    /// The repository of this name, whatever compartment of the tenancy it is in; `None` if there is none, or none that may be seen
    /// (`ListContainerRepositories`).
    ///
    /// # Errors
    /// [`OciError`].
    pub async fn container_repository_anywhere(
        &self,
        tenancy: &CompartmentOcid,
        name: &str,
        deadline: Instant,
    ) -> Result<Option<ContainerRepository>, OciError> {
        const OPERATION: &str = "list_container_repositories";
        let request = Self::by_name(OPERATION, tenancy, name).query("compartmentIdInSubtree", "true");
        let response = self.send(&request, deadline).await?;
        let Collection { items } = read(OPERATION, &response)?;
        Ok(items.into_iter().find(|found| found.display_name == name))
    }

    fn by_name(operation: &'static str, compartment: &CompartmentOcid, name: &str) -> Request {
        Request::new(operation, Service::Artifacts, Method::GET, "/20160918/container/repositories")
            .query("compartmentId", compartment.as_str())
            .query("displayName", name)
            .query("lifecycleState", "AVAILABLE")
    }

    /// Creates a private repository (`CreateContainerRepository`).
    ///
    /// # Errors
    /// [`OciError`]; a name that another compartment of the tenancy has is a 409.
    pub async fn create_container_repository(
        &self,
        compartment: &CompartmentOcid,
        name: &str,
        deadline: Instant,
    ) -> Result<ContainerRepository, OciError> {
        const OPERATION: &str = "create_container_repository";
        let details = Details { compartment_id: compartment.as_str(), display_name: name, is_public: false };
        let body = serde_json::to_vec(&details).unwrap_or_default();
        let mut request =
            Request::new(OPERATION, Service::Artifacts, Method::POST, "/20160918/container/repositories")
                .body(body);
        if let Ok(token) = HeaderValue::from_str(&request_id()) {
            request = request.header(OPC_RETRY_TOKEN, token).repeats(true);
        }
        read(OPERATION, &self.send(&request, deadline).await?)
    }
}

fn read<T: for<'de> Deserialize<'de>>(operation: &'static str, response: &Response) -> Result<T, OciError> {
    serde_json::from_slice(&response.body).map_err(|error| {
        let what =
            format!("the answer has an unknown form (line {} column {})", error.line(), error.column());
        CallFailure::not_understood(operation, response, &what).into()
    })
}
