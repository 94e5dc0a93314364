//! A loopback server that answers as a test says, and remembers what it was asked.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use adit_oci::key::PublicKey;
use adit_oci::pem::Pem;
use adit_oci::verify::{Received, VerifiedKeyId, Verifier, VerifyError};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The judgement of the crate's own verifier, by this machine's clock.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<VerifiedKeyId, VerifyError> {
        self.verify_as(&Verifier::new(), key)
    }

    pub(crate) fn verify_as(
        &self,
        verifier: &Verifier,
        key: &PublicKey,
    ) -> Result<VerifiedKeyId, VerifyError> {
        let received =
            Received { method: &self.method, target: &self.target, headers: &self.headers, body: &self.body };
        verifier.verify(&received, SystemTime::now(), |_| Some(key.clone()))
    }
}

/// What to answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    delay: Duration,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).unwrap();
        Self {
            status,
            headers: vec![("opc-request-id", "FROM-SERVICE".to_owned())],
            body: body.into(),
            delay: Duration::ZERO,
        }
    }

    /// An error as Oracle Cloud tells it.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::new(status, format!(r#"{{"code":"{code}","message":"{message}"}}"#))
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

type Handler = dyn Fn(usize, &Seen) -> Reply + Send + Sync;

/// A running server; it stops when the test's runtime does.
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers the n-th request (from 0) with what `handler` says.
    pub(crate) async fn start(handler: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let (remembered, handler): (_, Arc<Handler>) = (Arc::clone(&seen), Arc::new(handler));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (remembered, handler) = (Arc::clone(&remembered), Arc::clone(&handler));
                let service =
                    service_fn(move |request| answer(request, Arc::clone(&remembered), Arc::clone(&handler)));
                let connection = hyper::server::conn::http1::Builder::new();
                tokio::spawn(async move {
                    drop(connection.serve_connection(TokioIo::new(stream), service).await)
                });
            }
        });
        Self { url, seen }
    }

    /// All requests until now.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn answer(
    request: http::Request<Incoming>,
    remembered: Arc<Mutex<Vec<Seen>>>,
    handler: Arc<Handler>,
) -> Result<http::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let seen = Seen {
        method: head.method,
        target: head.uri.path_and_query().unwrap().as_str().to_owned(),
        headers: head.headers,
        body: body.collect().await.unwrap().to_bytes(),
    };
    let number = {
        let mut all = remembered.lock().unwrap();
        all.push(seen.clone());
        all.len() - 1
    };
    let reply = handler(number, &seen);
    tokio::time::sleep(reply.delay).await;
    let mut response = http::Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    Ok(response.body(Full::new(reply.body)).unwrap())
}

/// A server that reads a request and writes these bytes, whatever they are, to every caller. Its URL.
pub(crate) async fn raw(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 8192];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(answer).await;
        }
    });
    url
}

/// The URL of a port of this machine on which nobody listens.
pub(crate) async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// The `https` URL of a server with a certificate that nobody vouches for, and how many clients have greeted it.
pub(crate) async fn self_signed() -> (String, Arc<AtomicUsize>) {
    let der = |pem: &str| Pem::parse_all(pem).unwrap().remove(0).der.to_vec();
    let certificate = CertificateDer::from(der(include_str!("../keys/certificate.pem")));
    let key = PrivateKeyDer::Pkcs8(der(include_str!("../keys/pkcs8.pem")).into());
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let greeted: Arc<AtomicUsize> = Arc::default();
    let count = Arc::clone(&greeted);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            drop(acceptor.accept(stream).await);
        }
    });
    (url, greeted)
}
