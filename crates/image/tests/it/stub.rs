//! A registry that answers as a test says, for what a real one cannot be made to do. It remembers what it was asked.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// A request as it came.
#[derive(Clone, Debug)]
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
}

/// Status, headers, body.
pub(crate) type Reply = (u16, Vec<(&'static str, String)>, String);

pub(crate) struct Stub {
    /// Host and port.
    pub(crate) address: String,
    pub(crate) seen: Arc<Mutex<Vec<Seen>>>,
}

impl Stub {
    pub(crate) async fn start(handler: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let (remembered, handler) = (Arc::clone(&seen), Arc::new(handler));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (remembered, handler) = (Arc::clone(&remembered), Arc::clone(&handler));
                let service = service_fn(move |request: Request<Incoming>| {
                    let (remembered, handler) = (Arc::clone(&remembered), Arc::clone(&handler));
                    async move {
                        let (head, body) = request.into_parts();
                        let seen = Seen {
                            method: head.method,
                            target: head.uri.path_and_query().unwrap().to_string(),
                            headers: head.headers,
                            body: body.collect().await.unwrap().to_bytes(),
                        };
                        remembered.lock().unwrap().push(seen.clone());
                        let (status, headers, body) = handler(&seen);
                        let mut response = Response::builder().status(status);
                        for (name, value) in headers {
                            response = response.header(name, value);
                        }
                        Ok::<_, Infallible>(response.body(Full::new(Bytes::from(body))).unwrap())
                    }
                });
                let connection = hyper::server::conn::http1::Builder::new();
                tokio::spawn(async move {
                    drop(connection.serve_connection(TokioIo::new(stream), service).await)
                });
            }
        });
        Self { address, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// What a registry without a login answers: nothing is there, everything is taken.
pub(crate) fn takes(seen: &Seen) -> Reply {
    match seen.method {
        Method::HEAD => (404, vec![], String::new()),
        Method::POST => (202, vec![("location", "/v2/f/blobs/uploads/1?state=a".to_owned())], String::new()),
        Method::PATCH => (202, vec![("location", "/v2/f/blobs/uploads/1?state=b".to_owned())], String::new()),
        _ => (201, vec![], String::new()),
    }
}
