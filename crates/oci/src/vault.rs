//! Contents of secrets: the Vault service's secret bundles (API 20190301). Creating secrets and keys is not done here.

use std::borrow::Cow;
use std::fmt;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde::Deserialize;

use crate::client::error::{CallFailure, OciError};
use crate::client::{Client, Request, Response};
use crate::ocid::{SecretOcid, VaultOcid};
use crate::region::endpoint::Service;
use crate::secret::SecretValue;

/// Which version of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The version that has this stage.
    Stage(Stage),
    /// The version of this number, from 1.
    Version(u64),
    /// The version of this name.
    VersionName(String),
}

impl Default for Selector {
    fn default() -> Self {
        Self::Stage(Stage::Current)
    }
}

/// A rotation state of a version of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
#[non_exhaustive]
pub enum Stage {
    /// In use.
    Current,
    /// Waiting to be made the one in use.
    Pending,
    /// The newest.
    Latest,
    /// In use before the current one.
    Previous,
    /// No longer to be used.
    Deprecated,
    /// One that is not known here, as the service calls it.
    Other(String),
}

impl From<String> for Stage {
    fn from(text: String) -> Self {
        match text.as_str() {
            "CURRENT" => Self::Current,
            "PENDING" => Self::Pending,
            "LATEST" => Self::Latest,
            "PREVIOUS" => Self::Previous,
            "DEPRECATED" => Self::Deprecated,
            _ => Self::Other(text),
        }
    }
}

impl fmt::Display for Stage {
    /// As the service calls it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Current => "CURRENT",
            Self::Pending => "PENDING",
            Self::Latest => "LATEST",
            Self::Previous => "PREVIOUS",
            Self::Deprecated => "DEPRECATED",
            Self::Other(text) => text,
        })
    }
}

/// One version of a secret, with its content.
#[derive(Debug, Clone)]
pub struct SecretBundle {
    /// Whose content it is.
    pub secret_id: SecretOcid,
    /// Number of the version, from 1.
    pub version_number: u64,
    /// Name of the version, when it has one.
    pub version_name: Option<String>,
    /// Rotation states of the version.
    pub stages: Vec<Stage>,
    /// The content, decoded.
    pub content: SecretValue,
}

impl Client {
    /// The content of the secret `id` (`GetSecretBundle`).
    ///
    /// # Errors
    /// [`OciError`]; a secret that does not exist and one that may not be read are both [`crate::ErrorKind::NotFound`].
    pub async fn secret_bundle(
        &self,
        id: &SecretOcid,
        selector: &Selector,
        deadline: Instant,
    ) -> Result<SecretBundle, OciError> {
        const OPERATION: &str = "get_secret_bundle";
        let path = format!("/20190301/secretbundles/{id}");
        let request = select(Request::new(OPERATION, Service::Secrets, Method::GET, path), selector);
        bundle(OPERATION, &self.send(&request, deadline).await?)
    }

    /// The content of the secret that has `name` in `vault` (`GetSecretBundleByName`).
    ///
    /// # Errors
    /// As [`Client::secret_bundle`].
    pub async fn secret_bundle_by_name(
        &self,
        name: &str,
        vault: &VaultOcid,
        selector: &Selector,
        deadline: Instant,
    ) -> Result<SecretBundle, OciError> {
        const OPERATION: &str = "get_secret_bundle_by_name";
        let path = "/20190301/secretbundles/actions/getByName";
        // A POST that changes nothing, so it may be repeated.
        let request = Request::new(OPERATION, Service::Secrets, Method::POST, path)
            .repeats(true)
            .query("secretName", name)
            .query("vaultId", vault.as_str());
        bundle(OPERATION, &self.send(&select(request, selector), deadline).await?)
    }
}

fn select(request: Request, selector: &Selector) -> Request {
    match selector {
        Selector::Stage(stage) => request.query("stage", &stage.to_string()),
        Selector::Version(number) => request.query("versionNumber", &number.to_string()),
        Selector::VersionName(name) => request.query("secretVersionName", name),
    }
}

/// The service's form of a bundle.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    secret_id: String,
    version_number: u64,
    version_name: Option<String>,
    #[serde(default)]
    stages: Option<Vec<Stage>>,
    #[serde(borrow)]
    secret_bundle_content: Option<WireContent<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireContent<'a> {
    content_type: String,
    #[serde(borrow)]
    content: Option<Cow<'a, str>>,
}

/// Errors say where something is wrong and quote nothing, since what is wrong may be the secret.
fn bundle(operation: &'static str, response: &Response) -> Result<SecretBundle, OciError> {
    let not_understood = |what: &str| CallFailure::not_understood(operation, response, what);
    let wire: Wire<'_> = serde_json::from_slice(&response.body).map_err(|error| {
        not_understood(&format!(
            "the answer is not a secret bundle (line {} column {})",
            error.line(),
            error.column()
        ))
    })?;
    let content =
        wire.secret_bundle_content.ok_or_else(|| not_understood("the secret bundle has no content"))?;
    if content.content_type != "BASE64" {
        return Err(not_understood("the content of the secret bundle is not of type BASE64").into());
    }
    let content = content.content.unwrap_or_default();
    let content = STANDARD.decode(content.as_bytes());
    Ok(SecretBundle {
        secret_id: wire
            .secret_id
            .parse()
            .map_err(|_| not_understood("the secret bundle has no OCID of a secret"))?,
        version_number: wire.version_number,
        version_name: wire.version_name,
        stages: wire.stages.unwrap_or_default(),
        content: SecretValue::new(
            content.map_err(|_| not_understood("the content of the secret bundle is not base64"))?,
        ),
    })
}
