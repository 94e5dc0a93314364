//! Sends requests: signs them, repeats them by the rules of [`retry`], refreshes the principal after a 401, and gives up
//! at the caller's deadline. What a service's answer means is in [`crate::vault`] and its neighbours.

pub mod error;
mod request;
pub mod retry;
pub mod transport;

use std::time::{Duration, Instant, SystemTime};

use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, HeaderValue, Uri};
use ring::rand::SystemRandom;
use tokio::time::{sleep, timeout_at};

pub(crate) use request::segment;
pub use request::{Request, Response};

use crate::Endpoints;
use crate::env::Vars;
use crate::principal::Principal;
use crate::sign::Signer;
use error::{CallFailure, OciError, Retryable};
use retry::RetryPolicy;
use transport::{Broken, Transport};

/// Names a call in the logs of both sides.
const OPC_REQUEST_ID: HeaderName = HeaderName::from_static("opc-request-id");
/// Tells the service that this client repeats what fails.
const OPC_CLIENT_RETRIES: HeaderName = HeaderName::from_static("opc-client-retries");

/// Asks the services of Oracle Cloud on behalf of one principal. Made once and kept: it holds the connections.
#[derive(Debug)]
pub struct Client {
    principal: Principal,
    endpoints: Endpoints,
    retry: RetryPolicy,
    attempt_timeout: Duration,
    response_limit: usize,
    transport: Transport,
}

/// What a [`Client`] is made of.
#[derive(Debug)]
pub struct ClientBuilder {
    principal: Principal,
    endpoints: Option<Endpoints>,
    retry: RetryPolicy,
    attempt_timeout: Duration,
    response_limit: usize,
}

impl ClientBuilder {
    /// Where the services are; without it, in the principal's region.
    #[must_use]
    pub fn endpoints(mut self, endpoints: Endpoints) -> Self {
        self.endpoints = Some(endpoints);
        self
    }

    /// When to repeat; without it, as Oracle's own libraries do.
    #[must_use]
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// How long one attempt may take, from the connection to the last byte; without it, 10 s.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How many bytes an answer may have; without it, 8 MiB.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`OciError::NoRegion`] when neither endpoints nor a region are known; [`OciError::Tls`] when TLS cannot be set up.
    pub fn build(self) -> Result<Client, OciError> {
        let of_principal = || self.principal.region().cloned().map(Endpoints::of_region);
        Ok(Client {
            endpoints: self.endpoints.or_else(of_principal).ok_or(OciError::NoRegion)?,
            principal: self.principal,
            retry: self.retry,
            attempt_timeout: self.attempt_timeout,
            response_limit: self.response_limit,
            transport: Transport::new().map_err(OciError::Tls)?,
        })
    }
}

impl Client {
    /// Starts with the principal; the rest has defaults.
    #[must_use]
    pub fn builder(principal: Principal) -> ClientBuilder {
        ClientBuilder {
            principal,
            endpoints: None,
            retry: RetryPolicy::default(),
            attempt_timeout: Duration::from_secs(10),
            response_limit: 8 * 1024 * 1024,
        }
    }

    /// The client that the variables describe: [`Principal::detect`], and `ADIT_OCI_ENDPOINT` when it is set.
    ///
    /// # Errors
    /// [`OciError`] when the principal, the region or the address is missing or wrong.
    pub fn from_vars(vars: &Vars) -> Result<Self, OciError> {
        let builder = Self::builder(Principal::detect(vars)?);
        match Endpoints::from_vars(vars)? {
            Some(endpoints) => builder.endpoints(endpoints).build(),
            None => builder.build(),
        }
    }

    /// Who asks.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Sends `request` until it succeeds, fails for good, or `deadline` comes. A 401 makes the principal read its
    /// credentials again, once.
    ///
    /// # Errors
    /// [`OciError`] of the last attempt, with the number of attempts.
    pub async fn send(&self, request: &Request, deadline: Instant) -> Result<Response, OciError> {
        let uri = match &request.base {
            Some(base) => base.uri(&request.target)?,
            None => self.endpoints.uri(request.service, &request.target)?,
        };
        let started = Instant::now();
        let mut call = Call { uri, id: request_id(), attempts: 0, request, deadline };
        let mut signer = call.in_time(self.principal.signer(SystemTime::now())).await??;
        let mut refreshed = false;
        loop {
            let failure = match self.attempt(&mut call, &signer).await? {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            signer = match failure.kind.retryable() {
                Retryable::AfterRefresh if !refreshed => {
                    refreshed = true;
                    match call.in_time(self.principal.refresh(&signer, SystemTime::now())).await?? {
                        Some(fresh) => fresh,
                        None => return Err(failure.into()),
                    }
                }
                Retryable::AfterBackoff if request.repeats && call.attempts < self.retry.attempts => {
                    let delay = self.retry.delay(call.attempts, retry::random_fraction());
                    let left = deadline.saturating_duration_since(Instant::now());
                    if delay >= left || started.elapsed().saturating_add(delay) >= self.retry.total {
                        return Err(failure.into());
                    }
                    sleep(delay).await;
                    call.in_time(self.principal.signer(SystemTime::now())).await??
                }
                _ => return Err(failure.into()),
            };
        }
    }

    /// One attempt: an answer of 200 to 299, or how it failed. The outer error is for requests that could not be made.
    async fn attempt(
        &self,
        call: &mut Call<'_>,
        signer: &Signer,
    ) -> Result<Result<Response, CallFailure>, OciError> {
        call.attempts += 1;
        let request = self.signed(call, signer)?;
        let allowed = call.request.attempt_timeout.unwrap_or(self.attempt_timeout);
        let until =
            Instant::now().checked_add(allowed).map_or(call.deadline, |until| until.min(call.deadline));
        let limit = call.request.response_limit.unwrap_or(self.response_limit);
        let started = Instant::now();
        let answer = timeout_at(until.into(), self.transport.send(request, limit)).await;
        let answer = answer.unwrap_or_else(|_| Err(Broken::timeout(started.elapsed())));
        Ok(match answer {
            Ok(response) if response.status.is_success() => {
                Ok(Response { attempts: call.attempts, ..response })
            }
            Ok(response) => Err(call.failure().of_answer(&response, SystemTime::now())),
            Err(Broken { kind, message }) => Err(CallFailure { kind, message, ..call.failure() }),
        })
    }

    fn signed(&self, call: &Call<'_>, signer: &Signer) -> Result<http::Request<bytes::Bytes>, OciError> {
        let mut request = http::Request::new(call.request.body.clone());
        *request.method_mut() = call.request.method.clone();
        *request.uri_mut() = call.uri.clone();
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("adit/", env!("CARGO_PKG_VERSION"))));
        if call.request.repeats {
            headers.insert(OPC_CLIENT_RETRIES, HeaderValue::from_static("true"));
        }
        headers.extend(call.request.headers.clone());
        if let Ok(id) = HeaderValue::from_str(&call.id) {
            headers.insert(OPC_REQUEST_ID, id);
        }
        signer.sign_request(&mut request, SystemTime::now())?;
        Ok(request)
    }
}

/// One call while it goes on.
struct Call<'a> {
    uri: Uri,
    id: String,
    attempts: u32,
    request: &'a Request,
    deadline: Instant,
}

impl Call<'_> {
    /// What every failure of this call says.
    fn failure(&self) -> CallFailure {
        CallFailure::new(self.request.operation, self.id.clone(), self.attempts)
    }

    /// Waits for `work` at most until the deadline.
    async fn in_time<T>(&self, work: impl Future<Output = T>) -> Result<T, OciError> {
        let started = Instant::now();
        timeout_at(self.deadline.into(), work).await.map_err(|_| {
            let Broken { kind, message } = Broken::timeout(started.elapsed());
            CallFailure { kind, message, ..self.failure() }.into()
        })
    }
}

/// Thirty-two hexadecimal digits, as the services expect them.
pub(crate) fn request_id() -> String {
    let random: [u8; 16] =
        ring::rand::generate(&SystemRandom::new()).map_or([0; 16], |random| random.expose());
    random.iter().map(|byte| format!("{byte:02X}")).collect()
}
