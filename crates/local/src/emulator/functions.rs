//! The Functions service's view of what runs here: applications and functions, read only.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use serde::Serialize;

use crate::Containers;
use crate::emulator::answer::{Answer, Refusal, json};
use crate::emulator::query::Query;
use crate::emulator::route::FunctionsApi;
use crate::emulator::timestamp::rfc3339;

/// A function that runs here, and since when.
#[derive(Debug, Clone)]
pub(crate) struct Deployed {
    pub(crate) containers: Arc<Containers>,
    pub(crate) since: SystemTime,
}

/// Everything that the answers need to know.
#[derive(Debug)]
pub(crate) struct Catalogue<'a> {
    pub(crate) deployed: &'a [Deployed],
    pub(crate) compartment_id: &'a str,
    pub(crate) endpoint: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Application<'a> {
    id: &'a str,
    compartment_id: &'a str,
    display_name: &'a str,
    lifecycle_state: &'static str,
    subnet_ids: [&'static str; 0],
    shape: &'static str,
    time_created: String,
    time_updated: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Function<'a> {
    id: &'a str,
    display_name: &'a str,
    application_id: &'a str,
    compartment_id: &'a str,
    lifecycle_state: &'static str,
    shape: &'static str,
    #[serde(rename = "memoryInMBs")]
    memory_in_mbs: u32,
    timeout_in_seconds: u64,
    config: &'a BTreeMap<String, String>,
    invoke_endpoint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_details: Option<SourceDetails>,
    time_created: String,
    time_updated: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SourceDetails {
    source_type: &'static str,
    image: String,
}

impl Catalogue<'_> {
    /// `ListApplications`, by `compartmentId` and optionally `id` and `displayName`.
    pub(crate) fn applications(&self, query: &Query) -> Result<Answer, Refusal> {
        let compartment = query.required("compartmentId")?;
        if compartment != self.compartment_id {
            return Err(Refusal::not_found(format!("the only compartment here is {}", self.compartment_id)));
        }
        let mut applications: Vec<_> =
            self.deployed.iter().map(|deployed| self.application_of(deployed)).collect();
        applications.dedup_by(|a, b| a.id == b.id);
        applications.retain(|found| matches(query, found.id, found.display_name));
        Ok(json(&applications))
    }

    /// `GetApplication`.
    pub(crate) fn application(&self, id: &str) -> Result<Answer, Refusal> {
        let found = self.deployed.iter().find(|deployed| deployed.containers.spec().application_id == id);
        let found = found.ok_or_else(|| Refusal::not_found(format!("no application {id}")))?;
        Ok(json(&self.application_of(found)))
    }

    /// `ListFunctions`, by `applicationId` and optionally `id` and `displayName`.
    pub(crate) fn functions(&self, api: FunctionsApi, query: &Query) -> Result<Answer, Refusal> {
        let application = query.required("applicationId")?;
        let functions: Vec<_> = self
            .deployed
            .iter()
            .filter(|deployed| deployed.containers.spec().application_id == application)
            .map(|deployed| self.function_of(api, deployed))
            .filter(|found| matches(query, found.id, found.display_name))
            .collect();
        Ok(json(&functions))
    }

    /// `GetFunction`.
    pub(crate) fn function(&self, api: FunctionsApi, id: &str) -> Result<Answer, Refusal> {
        Ok(json(&self.function_of(api, self.find(id)?)))
    }

    pub(crate) fn find(&self, id: &str) -> Result<&Deployed, Refusal> {
        let found = self.deployed.iter().find(|deployed| deployed.containers.spec().id == id);
        found.ok_or_else(|| Refusal::not_found(format!("no function {id}")))
    }

    fn application_of<'a>(&'a self, deployed: &'a Deployed) -> Application<'a> {
        let spec = deployed.containers.spec();
        Application {
            id: &spec.application_id,
            compartment_id: self.compartment_id,
            display_name: &spec.application_name,
            lifecycle_state: "ACTIVE",
            subnet_ids: [],
            shape: "GENERIC_X86",
            time_created: rfc3339(deployed.since),
            time_updated: rfc3339(deployed.since),
        }
    }

    fn function_of<'a>(&'a self, api: FunctionsApi, deployed: &'a Deployed) -> Function<'a> {
        let spec = deployed.containers.spec();
        let image = format!("local/{}", spec.name);
        let (image, source_details) = match api {
            FunctionsApi::Flat => (Some(image), None),
            FunctionsApi::SourceDetails => {
                (None, Some(SourceDetails { source_type: "CONTAINER_IMAGE", image }))
            }
        };
        Function {
            id: &spec.id,
            display_name: &spec.name,
            application_id: &spec.application_id,
            compartment_id: self.compartment_id,
            lifecycle_state: "ACTIVE",
            shape: "GENERIC_X86",
            memory_in_mbs: spec.memory_mb,
            timeout_in_seconds: spec.timeout.as_secs(),
            config: &spec.config,
            invoke_endpoint: self.endpoint,
            image,
            source_details,
            time_created: rfc3339(deployed.since),
            time_updated: rfc3339(deployed.since),
        }
    }
}

fn matches(query: &Query, id: &str, display_name: &str) -> bool {
    query.get("id").is_none_or(|wanted| wanted == id)
        && query.get("displayName").is_none_or(|wanted| wanted == display_name)
}
