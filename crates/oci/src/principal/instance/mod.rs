//! The instance principal: a compute instance shows the certificate that its metadata service gave it, and gets a session
//! token for a key pair that was made for this session. Where the documents come from is in `metadata`, what is read
//! from the certificate in `certificate`.

mod certificate;
mod metadata;

use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::session::Current;
use super::{PrincipalError, jwt};
use crate::client::transport::Transport;
use crate::env::Vars;
use crate::key::SigningKey;
use crate::keygen;
use crate::region::Region;
use crate::region::endpoint::{Endpoints, Service};
use crate::sign::{Content, KeyId, Signer, ToSign};
use certificate::Certificate;
use metadata::{Metadata, exchange};

/// Path of the federation endpoint.
const FEDERATION: &str = "/v1/x509";

/// A compute instance.
#[derive(Debug)]
pub struct InstancePrincipal {
    metadata: Metadata,
    transport: Transport,
    endpoints: Endpoints,
    region: Region,
    /// Held while a token is fetched, so that only one is.
    current: Mutex<Option<Current>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenRequest {
    certificate: String,
    public_key: String,
    intermediate_certificates: Vec<String>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    token: String,
}

impl InstancePrincipal {
    /// Asks the metadata service for the region; the certificate is fetched at the first use. `OCI_METADATA_BASE_URL`
    /// replaces the address of the metadata service, `ADIT_OCI_ENDPOINT` that of the federation endpoint.
    ///
    /// # Errors
    /// [`PrincipalError`] when there is no metadata service, or an address cannot be used.
    pub async fn connect(vars: &Vars) -> Result<Self, PrincipalError> {
        let unusable =
            |error: &dyn std::fmt::Display| PrincipalError::Instance { problem: error.to_string() };
        let transport = Transport::new().map_err(|error| unusable(&error))?;
        let metadata = Metadata::new(vars)?;
        let region = metadata.text(&transport, "/instance/region").await?;
        let region = Region::parse(&region, vars).map_err(|error| unusable(&error))?;
        let endpoints = Endpoints::from_vars(vars).map_err(|error| unusable(&error))?;
        let endpoints = endpoints.unwrap_or_else(|| Endpoints::of_region(region.clone()));
        Ok(Self { metadata, transport, endpoints, region, current: Mutex::new(None) })
    }

    /// The region of the instance.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// A signer that is good at `now`; a new session is opened when the token expires within a minute.
    ///
    /// # Errors
    /// [`PrincipalError::Instance`] when the metadata service or the federation endpoint do not give what they should.
    pub async fn signer(&self, now: SystemTime) -> Result<Arc<Signer>, PrincipalError> {
        self.unless(now, |current| current.is_fresh(now)).await
    }

    /// A signer in place of `refused`: of a new session, unless one was opened since.
    ///
    /// # Errors
    /// As [`InstancePrincipal::signer`].
    pub async fn refresh(
        &self,
        refused: &Arc<Signer>,
        now: SystemTime,
    ) -> Result<Arc<Signer>, PrincipalError> {
        self.unless(now, |current| !Arc::ptr_eq(&current.signer, refused)).await
    }

    /// The current signer when it is `good`, else that of a new session.
    async fn unless(
        &self,
        now: SystemTime,
        good: impl FnOnce(&Current) -> bool,
    ) -> Result<Arc<Signer>, PrincipalError> {
        let mut current = self.current.lock().await;
        if let Some(current) = current.as_ref().filter(|current| good(current)) {
            return Ok(Arc::clone(&current.signer));
        }
        let opened = self.open_session(now).await?;
        Ok(Arc::clone(&current.insert(opened).signer))
    }

    async fn open_session(&self, now: SystemTime) -> Result<Current, PrincipalError> {
        let damaged =
            |what| PrincipalError::Token { place: "the federation endpoint's answer".to_owned(), what };
        let leaf = Certificate::parse(&self.metadata.text(&self.transport, "/identity/cert.pem").await?);
        let leaf = leaf.map_err(|problem| self.metadata.bad("/identity/cert.pem", problem))?;
        let intermediates = self.metadata.text(&self.transport, "/identity/intermediate.pem").await?;
        let intermediates = certificate::all(&intermediates)
            .map_err(|problem| self.metadata.bad("/identity/intermediate.pem", problem))?;
        let leaf_key = self.metadata.text(&self.transport, "/identity/key.pem").await?;
        let leaf_key = SigningKey::from_pem(&leaf_key, None).map_err(|source| PrincipalError::Key {
            place: self.metadata.url("/identity/key.pem"),
            source,
        })?;

        let session_key = new_key().await?;
        let request = TokenRequest {
            certificate: STANDARD.encode(&leaf.der),
            public_key: STANDARD.encode(session_key.public_key().to_spki_der()),
            intermediate_certificates: intermediates.iter().map(|der| STANDARD.encode(der)).collect(),
        };
        let signer = Signer::new(leaf.key_id()?, Arc::new(leaf_key));
        let token = self.federate(&signer, &request).await?;
        let expires = jwt::claims(&token).map_err(damaged)?.expires;
        if expires.is_some_and(|expires| expires <= now) {
            return Err(damaged("it has already expired"));
        }
        let key_id = KeyId::session(&token).map_err(|_| damaged("it holds a character that no token has"))?;
        Ok(Current { signer: Arc::new(Signer::new(key_id, session_key)), expires })
    }

    /// Shows the certificates and gets the token. The host is not signed here, as Oracle's own libraries have it.
    async fn federate(&self, signer: &Signer, request: &TokenRequest) -> Result<String, PrincipalError> {
        let problem = |problem: String| PrincipalError::Instance { problem };
        let uri =
            self.endpoints.uri(Service::Auth, FEDERATION).map_err(|error| problem(error.to_string()))?;
        let body = Bytes::from(serde_json::to_vec(request).map_err(|error| problem(error.to_string()))?);
        let answer = exchange(
            &self.transport,
            |status| status.as_u16() == 429 || status.is_server_error(),
            || {
                let to_sign = ToSign {
                    method: &Method::POST,
                    target: uri.path(),
                    host: None,
                    date: &httpdate::fmt_http_date(SystemTime::now()),
                    content: Some(Content { media_type: "application/json", body: &body }),
                };
                let mut post = http::Request::new(body.clone());
                *post.method_mut() = Method::POST;
                *post.uri_mut() = uri.clone();
                post.headers_mut().extend(signer.sign(&to_sign).map_err(|error| problem(error.to_string()))?);
                post.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                Ok(post)
            },
        );
        let answer: Result<TokenAnswer, _> = serde_json::from_slice(&answer.await?.body);
        answer.map(|answer| answer.token).map_err(|_| problem(format!("the answer of {uri} holds no token")))
    }
}

/// Finding primes keeps a processor busy for a while, so it is done beside the others' work.
async fn new_key() -> Result<Arc<SigningKey>, PrincipalError> {
    let problem = |error: &dyn std::fmt::Display| PrincipalError::Instance { problem: error.to_string() };
    let generated = tokio::task::spawn_blocking(keygen::generate).await.map_err(|error| problem(&error))?;
    generated.map(|generated| Arc::new(generated.key)).map_err(|error| problem(&error))
}
