//! The metadata service of a compute instance (version 2), and asking it with patience.

use std::net::{Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, StatusCode};
use tokio::time::{sleep, timeout};

use super::PrincipalError;
use crate::client::Response;
use crate::client::retry::{RetryPolicy, random_fraction};
use crate::client::transport::{Broken, Transport};
use crate::env::{self, Vars};
use crate::region::endpoint::BaseUrl;

const IPV4: &str = "http://169.254.169.254/opc/v2";
const IPV6: &str = "http://[fd00:c1::a9fe:a9fe]/opc/v2";
/// Certificates and tokens are a few kilobytes.
const LIMIT: usize = 256 * 1024;
const ATTEMPT: Duration = Duration::from_secs(10);
/// Oracle's own libraries ask the federation endpoint three times.
const ATTEMPTS: u32 = 3;

/// Where the metadata service is.
#[derive(Debug)]
pub(super) struct Metadata {
    base: BaseUrl,
    address: String,
}

impl Metadata {
    /// `OCI_METADATA_BASE_URL`, else the link-local address, of IPv6 when there is no way to the one of IPv4.
    pub(super) fn new(vars: &Vars) -> Result<Self, PrincipalError> {
        let usual = || if has_ipv4_route() { IPV4.to_owned() } else { IPV6.to_owned() };
        let address = vars.get(env::METADATA_BASE_URL).unwrap_or_else(usual);
        let base = BaseUrl::parse(&address).map_err(|error| PrincipalError::BadValue {
            place: env::METADATA_BASE_URL.to_owned(),
            problem: error.to_string(),
        })?;
        Ok(Self { base, address })
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address.trim().trim_end_matches('/'))
    }

    pub(super) fn bad(&self, path: &str, problem: impl std::fmt::Display) -> PrincipalError {
        PrincipalError::Instance { problem: format!("{} {problem}", self.url(path)) }
    }

    /// The text at `path`. A 404 is asked for again: an instance that has just started has no certificate yet.
    pub(super) async fn text(&self, transport: &Transport, path: &str) -> Result<String, PrincipalError> {
        let passes = |status: StatusCode| matches!(status.as_u16(), 404 | 429) || status.is_server_error();
        let uri = self.base.uri(path).map_err(|error| self.bad(path, error))?;
        let answer = exchange(transport, passes, || {
            let mut get = http::Request::new(Bytes::new());
            *get.uri_mut() = uri.clone();
            get.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Bearer Oracle"));
            Ok(get)
        });
        let text = std::str::from_utf8(&answer.await?.body).map(ToOwned::to_owned);
        text.map_err(|_| self.bad(path, "gave something that is not text"))
    }
}

/// Sends what `make` makes until there is an answer of 200 to 299, three times at most; repeats a status that `passes`,
/// and every failure to get an answer.
pub(super) async fn exchange(
    transport: &Transport,
    passes: impl Fn(StatusCode) -> bool,
    make: impl Fn() -> Result<http::Request<Bytes>, PrincipalError>,
) -> Result<Response, PrincipalError> {
    let policy = RetryPolicy { attempts: ATTEMPTS, ..RetryPolicy::default() };
    let mut attempt = 1;
    loop {
        let request = make()?;
        let what = format!("{} {}", request.method(), request.uri());
        let started = Instant::now();
        let answer = timeout(ATTEMPT, transport.send(request, LIMIT)).await;
        let (problem, again) = match answer.unwrap_or_else(|_| Err(Broken::timeout(started.elapsed()))) {
            Ok(response) if response.status.is_success() => return Ok(response),
            Ok(response) => (format!("{what}: {}", response.status), passes(response.status)),
            Err(broken) => (format!("{what}: {}", broken.message), true),
        };
        if !again || attempt >= policy.attempts {
            return Err(PrincipalError::Instance { problem });
        }
        sleep(policy.delay(attempt, random_fraction())).await;
        attempt += 1;
    }
}

/// Whether there is a way to the address of IPv4. Nothing is sent: connecting a datagram socket asks the routing table.
fn has_ipv4_route() -> bool {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0));
    socket.and_then(|socket| socket.connect((Ipv4Addr::new(169, 254, 169, 254), 80))).is_ok()
}
