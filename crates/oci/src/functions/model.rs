//! Applications and functions as the service tells of them. The image of a function stands in its own fields in API
//! 20181201 and in `sourceDetails` in 20260325; both are read.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::ocid::{ApplicationOcid, FunctionOcid};

/// A group of functions with one network.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Application {
    /// Its identifier.
    pub id: ApplicationOcid,
    /// Its name.
    pub display_name: String,
    /// `ACTIVE`, `CREATING`, `DELETED`, …
    pub lifecycle_state: String,
    /// `GENERIC_X86`, `GENERIC_ARM`, `GENERIC_X86_ARM`.
    pub shape: Option<String>,
    /// The subnets that its functions run in.
    pub subnet_ids: Vec<String>,
}

/// A function.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FunctionInfo {
    /// Its identifier.
    pub id: FunctionOcid,
    /// Its name.
    pub display_name: String,
    /// The application that it belongs to.
    pub application_id: Option<ApplicationOcid>,
    /// `ACTIVE`, `CREATING`, `DELETED`, …
    pub lifecycle_state: String,
    /// Its image, with the tag.
    pub image: Option<String>,
    /// Digest of the image that runs.
    pub image_digest: Option<String>,
    /// Memory, in MB.
    pub memory_in_mbs: Option<u64>,
    /// Longest run, in seconds.
    pub timeout_in_seconds: Option<u64>,
    /// Its settings; empty in lists.
    pub config: FunctionConfig,
    /// Base URL for calling it.
    pub invoke_endpoint: Option<String>,
}

/// Settings of a function. `Debug` shows names only: people keep passwords there.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct FunctionConfig(BTreeMap<String, String>);

impl FunctionConfig {
    /// The value of a setting.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The names of all settings.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Debug for FunctionConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireApplication {
    id: String,
    display_name: Option<String>,
    lifecycle_state: Option<String>,
    shape: Option<String>,
    subnet_ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireFunction {
    id: String,
    display_name: Option<String>,
    application_id: Option<String>,
    lifecycle_state: Option<String>,
    image: Option<String>,
    image_digest: Option<String>,
    source_details: Option<WireSource>,
    #[serde(rename = "memoryInMBs")]
    memory_in_mbs: Option<u64>,
    timeout_in_seconds: Option<u64>,
    config: Option<FunctionConfig>,
    invoke_endpoint: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSource {
    image: Option<String>,
    image_digest: Option<String>,
}

impl WireApplication {
    pub(super) fn understood(self) -> Result<Application, &'static str> {
        Ok(Application {
            id: self.id.parse().map_err(|_| "an application has no OCID of an application")?,
            display_name: self.display_name.unwrap_or_default(),
            lifecycle_state: self.lifecycle_state.unwrap_or_default(),
            shape: self.shape,
            subnet_ids: self.subnet_ids.unwrap_or_default(),
        })
    }
}

impl WireFunction {
    pub(super) fn understood(self) -> Result<FunctionInfo, &'static str> {
        let (image, image_digest) =
            self.source_details.map_or((None, None), |source| (source.image, source.image_digest));
        let application_id = self.application_id.map(|id| id.parse()).transpose();
        Ok(FunctionInfo {
            id: self.id.parse().map_err(|_| "a function has no OCID of a function")?,
            display_name: self.display_name.unwrap_or_default(),
            application_id: application_id.map_err(|_| "a function has no OCID of an application")?,
            lifecycle_state: self.lifecycle_state.unwrap_or_default(),
            image: image.or(self.image),
            image_digest: image_digest.or(self.image_digest),
            memory_in_mbs: self.memory_in_mbs,
            timeout_in_seconds: self.timeout_in_seconds,
            config: self.config.unwrap_or_default(),
            invoke_endpoint: self.invoke_endpoint,
        })
    }
}
