//! Requests to one registry: with the permission that it demands, and again where the table of kinds says that this can help.

use std::time::Duration;

use adit_oci::Retryable;
use adit_oci::client::Response;
use adit_oci::client::transport::{Broken, Transport};
use bytes::Bytes;
use http::header::{AUTHORIZATION, USER_AGENT, WWW_AUTHENTICATE};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};

use super::auth::{self, Challenge, Credentials};
use super::error::{RegistryError, RegistryErrorKind};
use super::reference::{Reference, is_loopback};

/// How long one request may take, its body included.
const REQUEST: Duration = Duration::from_secs(300);
/// Most bytes of an answer; a registry's are short.
const LARGEST_ANSWER: usize = 1 << 20;
/// Attempts, the first among them.
const ATTEMPTS: u32 = 5;
/// Longest wait that a registry may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A registry, as far as one push is concerned.
#[derive(Debug)]
pub(super) struct Session {
    transport: Transport,
    scheme: Scheme,
    authority: Authority,
    credentials: Option<Credentials>,
    scopes: Vec<String>,
    permission: Option<HeaderValue>,
    /// Wait before the second attempt; doubled after each.
    pause: Duration,
}

/// A request before its permission.
pub(super) struct Ask<'a> {
    /// What it is for, in words: `upload of sha256:…`.
    pub(super) what: &'a str,
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Answers that are no failure.
    pub(super) expected: &'a [StatusCode],
}

impl Session {
    pub(super) fn new(
        reference: &Reference,
        credentials: Option<Credentials>,
        scopes: Vec<String>,
        pause: Duration,
    ) -> Result<Self, RegistryError> {
        let refused = |message: String| {
            RegistryError::new(reference.registry(), RegistryErrorKind::NotUnderstood, message)
        };
        let transport =
            Transport::new().map_err(|error| refused(format!("TLS cannot be set up: {error}")))?;
        let authority = reference.registry().parse().map_err(|_| refused("it is no host".to_owned()))?;
        let scheme = if reference.is_loopback() { Scheme::HTTP } else { Scheme::HTTPS };
        Ok(Self { transport, scheme, authority, credentials, scopes, permission: None, pause })
    }

    /// The registry's host and port.
    pub(super) fn registry(&self) -> &str {
        self.authority.as_str()
    }

    /// An address below the registry's own.
    pub(super) fn uri(&self, path: &str) -> Result<Uri, RegistryError> {
        let uri = PathAndQuery::try_from(path).ok().and_then(|path| {
            Uri::builder()
                .scheme(self.scheme.clone())
                .authority(self.authority.clone())
                .path_and_query(path)
                .build()
                .ok()
        });
        uri.ok_or_else(|| self.error(RegistryErrorKind::NotUnderstood, format!("{path:?} is no path")))
    }

    /// The address that an answer names, which may be a path alone.
    pub(super) fn location(&self, what: &str, response: &Response) -> Result<Uri, RegistryError> {
        let refused = |why: &str| Err(self.error(RegistryErrorKind::NotUnderstood, format!("{what}: {why}")));
        let Some(location) =
            response.headers.get(http::header::LOCATION).and_then(|location| location.to_str().ok())
        else {
            return refused("the answer does not say where to go on");
        };
        if location.starts_with('/') && !location.starts_with("//") {
            return self.uri(location);
        }
        match location.parse::<Uri>() {
            Ok(uri) if uri.scheme() == Some(&Scheme::HTTPS) && uri.authority().is_some() => Ok(uri),
            // The image goes where the registry is, or is encrypted.
            Ok(uri)
                if uri.scheme() == Some(&Scheme::HTTP)
                    && uri.authority().is_some_and(|to| self.may_be_plain(to)) =>
            {
                Ok(uri)
            }
            _ => refused("the answer goes on at an address that cannot be used"),
        }
    }

    /// Does `work` until it succeeds, fails for good, or was tried often enough.
    pub(super) async fn repeatedly<T>(
        &mut self,
        mut work: impl AsyncFnMut(&mut Self) -> Result<T, RegistryError>,
    ) -> Result<T, RegistryError> {
        let mut attempt = 1;
        loop {
            let error = match work(self).await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            if error.kind.retryable() != Retryable::AfterBackoff || attempt >= ATTEMPTS {
                let tried = if attempt > 1 {
                    format!("{} ({attempt} attempts)", error.message)
                } else {
                    error.message.clone()
                };
                return Err(RegistryError { message: tried, ..error });
            }
            let wait = self.pause.saturating_mul(1 << (attempt - 1));
            let asked = error.retry_after.map(Duration::from_secs).unwrap_or_default();
            tokio::time::sleep(wait.max(asked).min(LONGEST_WAIT)).await;
            attempt += 1;
        }
    }

    /// Sends a request; a demand for permission is met, once.
    pub(super) async fn ask(&mut self, ask: &Ask<'_>) -> Result<Response, RegistryError> {
        let mut response = self.send(ask).await?;
        if response.status == StatusCode::UNAUTHORIZED && self.is_own(&ask.uri) {
            self.permission = None;
            if let Some(challenge) = Challenge::of(response.headers.get_all(WWW_AUTHENTICATE).iter()) {
                self.permission = self.permitted(challenge).await?;
            }
            if self.permission.is_some() {
                response = self.send(ask).await?;
            }
        }
        if ask.expected.contains(&response.status) {
            Ok(response)
        } else {
            let logged_in = self.permission.is_some() && self.credentials.is_some();
            Err(RegistryError::answer(self.registry(), ask.what, &response, logged_in))
        }
    }

    async fn send(&self, ask: &Ask<'_>) -> Result<Response, RegistryError> {
        let mut request = http::Request::new(ask.body.clone());
        *request.method_mut() = ask.method.clone();
        *request.uri_mut() = ask.uri.clone();
        *request.headers_mut() = ask.headers.clone();
        // Never to another host, where a registry may have its uploads go.
        if let Some(permission) = self.permission.clone().filter(|_| self.is_own(&ask.uri)) {
            request.headers_mut().insert(AUTHORIZATION, permission);
        }
        self.exchange(ask.what, request).await
    }

    async fn exchange(
        &self,
        what: &str,
        mut request: http::Request<Bytes>,
    ) -> Result<Response, RegistryError> {
        let agent = HeaderValue::from_static(concat!("adit/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().insert(USER_AGENT, agent);
        let host = request.uri().authority().map_or_else(String::new, ToString::to_string);
        let answer = tokio::time::timeout(REQUEST, self.transport.send(request, LARGEST_ANSWER)).await;
        answer
            .unwrap_or_else(|_| Err(Broken::timeout(REQUEST)))
            .map_err(|broken| RegistryError::broken(&host, what, broken))
    }

    /// What is sent with each request from now on; `None` where there is no login to meet the demand with.
    async fn permitted(&self, challenge: Challenge) -> Result<Option<HeaderValue>, RegistryError> {
        let basic = self.credentials.as_ref().and_then(Credentials::basic);
        let (realm, service) = match challenge {
            Challenge::Basic => return Ok(basic),
            Challenge::Bearer { realm, service } => (realm, service),
        };
        let what = "login";
        let address = auth::token_address(&realm, service.as_deref(), &self.scopes);
        let uri: Uri = address.parse().map_err(|_| {
            self.error(
                RegistryErrorKind::NotUnderstood,
                "its tokens come from an address that cannot be used".to_owned(),
            )
        })?;
        let authority = uri.authority().cloned();
        let safe = uri.scheme() == Some(&Scheme::HTTPS)
            || authority.as_ref().is_some_and(|to| self.may_be_plain(to));
        let Some(authority) = authority.filter(|_| safe) else {
            let message = "it wants the login sent to an address without TLS".to_owned();
            return Err(self.error(RegistryErrorKind::Insecure, message));
        };
        let mut request = http::Request::new(Bytes::new());
        *request.uri_mut() = uri;
        let logged_in = basic.is_some();
        if let Some(basic) = basic {
            request.headers_mut().insert(AUTHORIZATION, basic);
        }
        let response = self.exchange(what, request).await?;
        if !response.status.is_success() {
            return Err(RegistryError::answer(authority.as_str(), what, &response, logged_in));
        }
        match auth::bearer(&response.body) {
            Some(bearer) => Ok(Some(bearer)),
            None => {
                let message = format!("{what}: the answer has no token in it");
                Err(RegistryError::new(authority.as_str(), RegistryErrorKind::NotUnderstood, message))
            }
        }
    }

    pub(super) fn error(&self, kind: RegistryErrorKind, message: String) -> RegistryError {
        RegistryError::new(self.registry(), kind, message)
    }

    fn is_own(&self, uri: &Uri) -> bool {
        uri.authority() == Some(&self.authority) && uri.scheme() == Some(&self.scheme)
    }

    /// Whether nothing leaves this machine on the way.
    fn may_be_plain(&self, to: &Authority) -> bool {
        self.scheme == Scheme::HTTP && is_loopback(to.as_str())
    }
}
