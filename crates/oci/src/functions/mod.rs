//! The Functions service (API 20181201): applications, functions, and calling them. Creating and changing them is
//! Terraform's business. The form of the answers is in `model`.

mod model;

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::de::DeserializeOwned;

pub use model::{Application, FunctionConfig, FunctionInfo};

use crate::client::error::{CallFailure, OciError};
use crate::client::{Client, Request, Response};
use crate::ocid::{ApplicationOcid, CompartmentOcid, FunctionOcid};
use crate::region::endpoint::Service;
use model::{WireApplication, WireFunction};

/// The longest that a function may run, and a little more.
const LONGEST_CALL: Duration = Duration::from_secs(310);
/// More pages than any list has: 5000 things.
const MAX_PAGES: usize = 100;

/// How the platform hands the body to the function (`fn-intent`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Intent {
    /// As an HTTP request.
    #[default]
    HttpRequest,
    /// As a CloudEvent.
    CloudEvent,
}

/// Whether the platform waits for the function (`fn-invoke-type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InvokeType {
    /// The answer is the function's.
    #[default]
    Sync,
    /// The answer is a 202, before the function has run.
    Detached,
}

/// One call of a function.
#[derive(Debug, Clone)]
pub struct Invoke {
    /// What the function gets, 6 MB at most.
    pub body: Bytes,
    /// Media type of the body.
    pub media_type: HeaderValue,
    /// How the body is handed over.
    pub intent: Intent,
    /// Whether to wait for the function.
    pub invoke_type: InvokeType,
    /// Only check whether the call would be allowed.
    pub dry_run: bool,
    /// Headers for the function. They are not signed.
    pub headers: HeaderMap,
}

impl Invoke {
    /// A call that hands a JSON document over and waits.
    #[must_use]
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            media_type: HeaderValue::from_static("application/json"),
            intent: Intent::default(),
            invoke_type: InvokeType::default(),
            dry_run: false,
            headers: HeaderMap::new(),
        }
    }
}

impl Client {
    /// All applications of a compartment, or those of it that are called `name` (`ListApplications`).
    ///
    /// # Errors
    /// [`OciError`] of the first page that fails.
    pub async fn list_applications(
        &self,
        compartment: &CompartmentOcid,
        name: Option<&str>,
        deadline: Instant,
    ) -> Result<Vec<Application>, OciError> {
        const OPERATION: &str = "list_applications";
        let request = Request::new(OPERATION, Service::Functions, Method::GET, "/20181201/applications")
            .query("compartmentId", compartment.as_str())
            .query_if("displayName", name);
        self.list(OPERATION, &request, deadline, WireApplication::understood).await
    }

    /// All functions of an application, or those of it that are called `name` (`ListFunctions`).
    ///
    /// # Errors
    /// [`OciError`] of the first page that fails.
    pub async fn list_functions(
        &self,
        application: &ApplicationOcid,
        name: Option<&str>,
        deadline: Instant,
    ) -> Result<Vec<FunctionInfo>, OciError> {
        const OPERATION: &str = "list_functions";
        let request = Request::new(OPERATION, Service::Functions, Method::GET, "/20181201/functions")
            .query("applicationId", application.as_str())
            .query_if("displayName", name);
        self.list(OPERATION, &request, deadline, WireFunction::understood).await
    }

    /// One function (`GetFunction`).
    ///
    /// # Errors
    /// [`OciError`]; a function that does not exist and one that may not be seen are both
    /// [`crate::ErrorKind::NotFound`].
    pub async fn get_function(&self, id: &FunctionOcid, deadline: Instant) -> Result<FunctionInfo, OciError> {
        const OPERATION: &str = "get_function";
        let path = format!("/20181201/functions/{id}");
        let request = Request::new(OPERATION, Service::Functions, Method::GET, path);
        let response = self.send(&request, deadline).await?;
        let wire: WireFunction = read(OPERATION, &response)?;
        Ok(wire.understood().map_err(|what| CallFailure::not_understood(OPERATION, &response, what))?)
    }

    /// Calls the function `id` at `invoke_endpoint`, which [`FunctionInfo`] tells (`InvokeFunction`). The call is sent
    /// once: whether it may be repeated is not known here.
    ///
    /// # Errors
    /// [`OciError`]; a function that fails is [`crate::ErrorKind::Server`] with a service code like
    /// `FunctionInvokeExecutionFailed`.
    pub async fn invoke(
        &self,
        id: &FunctionOcid,
        invoke_endpoint: &str,
        call: &Invoke,
        deadline: Instant,
    ) -> Result<Response, OciError> {
        let intent = match call.intent {
            Intent::HttpRequest => "httprequest",
            Intent::CloudEvent => "cloudevent",
        };
        let invoke_type = match call.invoke_type {
            InvokeType::Sync => "sync",
            InvokeType::Detached => "detached",
        };
        let path = format!("/20181201/functions/{id}/actions/invoke");
        let mut request = Request::new("invoke_function", Service::Functions, Method::POST, path)
            .at(invoke_endpoint)?
            .attempt_timeout(LONGEST_CALL)
            .header(CONTENT_TYPE, call.media_type.clone())
            .header(HeaderName::from_static("fn-intent"), HeaderValue::from_static(intent))
            .header(HeaderName::from_static("fn-invoke-type"), HeaderValue::from_static(invoke_type))
            .body(call.body.clone());
        if call.dry_run {
            request = request.header(HeaderName::from_static("is-dry-run"), HeaderValue::from_static("true"));
        }
        for (name, value) in &call.headers {
            request = request.header(name.clone(), value.clone());
        }
        self.send(&request, deadline).await
    }

    /// Follows `opc-next-page` to the end of a list.
    async fn list<W: DeserializeOwned, T>(
        &self,
        operation: &'static str,
        request: &Request,
        deadline: Instant,
        understood: fn(W) -> Result<T, &'static str>,
    ) -> Result<Vec<T>, OciError> {
        let mut all = Vec::new();
        let mut page: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let request = request.clone().query("limit", "50").query_if("page", page.as_deref());
            let response = self.send(&request, deadline).await?;
            for wire in read::<Vec<W>>(operation, &response)? {
                all.push(
                    understood(wire)
                        .map_err(|what| CallFailure::not_understood(operation, &response, what))?,
                );
            }
            match response.headers.get("opc-next-page").and_then(|page| page.to_str().ok()) {
                Some(next) if !next.is_empty() => page = Some(next.to_owned()),
                _ => break,
            }
        }
        Ok(all)
    }
}

/// Errors say where something is wrong and quote nothing: a function's settings may be secrets.
fn read<T: DeserializeOwned>(operation: &'static str, response: &Response) -> Result<T, OciError> {
    serde_json::from_slice(&response.body).map_err(|error| {
        let what =
            format!("the answer has an unknown form (line {} column {})", error.line(), error.column());
        CallFailure::not_understood(operation, response, &what).into()
    })
}
