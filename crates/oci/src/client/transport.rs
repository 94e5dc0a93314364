//! HTTP/1.1 over TCP or TLS: one request, one answer, no rules. It trusts the certificates that are built in, so that it
//! works in an empty container.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::error::ErrorKind;
use super::request::Response;

/// A connection has to stand after this long.
const CONNECT: Duration = Duration::from_secs(10);
/// A connection that was idle for longer is not used again: the other side may have dropped it.
const IDLE: Duration = Duration::from_secs(20);

/// The connections. One for all that this process sends: other protocols than Oracle Cloud's own use it as well.
#[derive(Debug)]
pub struct Transport(legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// No answer, and why.
#[derive(Debug)]
pub struct Broken {
    /// Connection, certificate, time, size, or a connection that broke.
    pub kind: ErrorKind,
    /// In words, with the host.
    pub message: String,
}

impl Transport {
    /// No connection yet.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new() -> Result<Self, rustls::Error> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT));
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(tls);
        Ok(Self(client))
    }

    /// Sends `request` and reads the whole answer, of at most `limit` bytes. No redirection is followed.
    ///
    /// # Errors
    /// [`Broken`]: there is no whole answer.
    pub async fn send(&self, request: http::Request<Bytes>, limit: usize) -> Result<Response, Broken> {
        let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let answer =
            self.0.request(request.map(Full::new)).await.map_err(|error| Broken::of(&error, &host))?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, limit).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                let message = format!("the answer of {host} has more than {limit} bytes");
                Broken { kind: ErrorKind::TooLarge, message }
            } else {
                let message = format!("the answer of {host} broke off: {}", root_cause(error.as_ref()));
                Broken { kind: ErrorKind::Broken, message }
            }
        })?;
        Ok(Response { status: head.status, headers: head.headers, body: body.to_bytes(), attempts: 1 })
    }
}

impl Broken {
    /// The time was over.
    #[must_use]
    pub fn timeout(waited: Duration) -> Self {
        Self { kind: ErrorKind::Timeout, message: format!("no answer after {} ms", waited.as_millis()) }
    }

    fn of(error: &legacy::Error, host: &str) -> Self {
        let cause = root_cause(error);
        let (kind, what) = if has_bad_certificate(error) {
            (ErrorKind::Certificate, "is not to be trusted")
        } else if error.is_connect() {
            (ErrorKind::Connect, "cannot be reached")
        } else {
            (ErrorKind::Broken, "gave no answer")
        };
        Self { kind, message: format!("{host} {what}: {cause}") }
    }
}

/// The last link of the chain, which says most: "Connection refused (os error 111)".
fn root_cause(error: &(dyn Error + 'static)) -> String {
    links(error).last().map(ToString::to_string).unwrap_or_default()
}

/// TLS errors come inside an [`io::Error`], or inside an [`io::Error`] inside another.
fn has_bad_certificate(error: &(dyn Error + 'static)) -> bool {
    links(error).any(|mut link| {
        while let Some(inner) = link.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            link = inner;
        }
        matches!(link.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
    })
}

fn links<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&link| link.source())
}
