//! Permission for requests: what a registry demands (RFC 9110 section 11.6.1), and what is sent in answer. A password is sent over TLS or
//! within this machine, to the registry or to the place that the registry names for it, and nowhere else.

use adit_oci::SecretValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

/// Who pushes. `Debug` shows no password.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// In Oracle's registry `NAMESPACE/USER`, or `NAMESPACE/DOMAIN/USER`.
    pub user: String,
    /// A password or an auth token.
    pub password: SecretValue,
}

impl Credentials {
    /// `Basic …`; `None` where a header cannot hold it, which base64 always can.
    pub(super) fn basic(&self) -> Option<HeaderValue> {
        let pair = [self.user.as_bytes(), b":", self.password.expose()].concat();
        sensitive(&format!("Basic {}", STANDARD.encode(pair)))
    }
}

/// What a registry demands before it does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// User and password with every request.
    Basic,
    /// A token from another place.
    Bearer { realm: String, service: Option<String> },
}

impl Challenge {
    /// The demand that can be met; a token is preferred.
    pub(super) fn of<'a>(headers: impl Iterator<Item = &'a HeaderValue>) -> Option<Self> {
        let mut basic = None;
        for header in headers.filter_map(|value| value.to_str().ok()) {
            for (scheme, parameters) in challenges(header) {
                let parameter = |name: &str| {
                    let found = parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
                    found.map(|(_, value)| value.clone())
                };
                if scheme.eq_ignore_ascii_case("bearer") {
                    if let Some(realm) = parameter("realm") {
                        return Some(Self::Bearer { realm, service: parameter("service") });
                    }
                } else if scheme.eq_ignore_ascii_case("basic") {
                    basic = Some(Self::Basic);
                }
            }
        }
        basic
    }
}

/// Where a token comes from: the realm, asked for these scopes.
pub(super) fn token_address(realm: &str, service: Option<&str>, scopes: &[String]) -> String {
    let mut address = realm.to_owned();
    let mut parameters = service.map(|service| ("service", service)).into_iter().collect::<Vec<_>>();
    parameters.extend(scopes.iter().map(|scope| ("scope", scope.as_str())));
    for (name, value) in parameters {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        address.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
    }
    address
}

#[derive(Deserialize)]
struct Told {
    token: Option<String>,
    access_token: Option<String>,
}

/// `Bearer …` out of the answer of a realm.
pub(super) fn bearer(answer: &[u8]) -> Option<HeaderValue> {
    let told: Told = serde_json::from_slice(answer).ok()?;
    let token = told.token.filter(|token| !token.is_empty()).or(told.access_token)?;
    sensitive(&format!("Bearer {token}"))
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// A scheme and its parameters.
type Demand = (String, Vec<(String, String)>);

/// The demands of one header: `Bearer realm="…",service="…", Basic realm="…"`.
fn challenges(header: &str) -> Vec<Demand> {
    let mut demands: Vec<Demand> = Vec::new();
    for piece in pieces(header) {
        let piece = piece.trim();
        let (head, value) =
            piece.split_once('=').map_or((piece, None), |(head, value)| (head.trim(), Some(value)));
        // A scheme stands in front of its first parameter, or alone.
        let (scheme, name) = match (head.rsplit_once(' '), value) {
            (Some((scheme, name)), _) => (Some(scheme), name),
            (None, None) => (Some(head), ""),
            (None, Some(_)) => (None, head),
        };
        if let Some(scheme) = scheme.filter(|scheme| !scheme.is_empty()) {
            demands.push((scheme.trim().to_owned(), Vec::new()));
        }
        if let (Some(value), Some((_, parameters))) = (value, demands.last_mut()) {
            parameters.push((name.trim().to_owned(), unquoted(value)));
        }
    }
    demands
}

/// What stands between the commas that are not quoted.
fn pieces(header: &str) -> Vec<String> {
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    let (mut quoted, mut escaped) = (false, false);
    for c in header.chars() {
        match c {
            ',' if !quoted => {
                pieces.push(std::mem::take(&mut piece));
                continue;
            }
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
        piece.push(c);
    }
    pieces.push(piece);
    pieces
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        text.push(if c == '\\' { characters.next().unwrap_or('\\') } else { c });
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn challenge(headers: &[&str]) -> Option<Challenge> {
        let values: Vec<_> = headers.iter().map(|header| HeaderValue::from_str(header).unwrap()).collect();
        Challenge::of(values.iter())
    }

    fn bearer_of(realm: &str, service: Option<&str>) -> Option<Challenge> {
        Some(Challenge::Bearer { realm: realm.to_owned(), service: service.map(str::to_owned) })
    }

    #[test]
    fn demands_as_registries_write_them() {
        let ocir = r#"Bearer realm="https://fra.ocir.io/12345678/docker/token",service="fra.ocir.io",scope="repository:a,b:pull""#;
        assert_eq!(
            challenge(&[ocir]),
            bearer_of("https://fra.ocir.io/12345678/docker/token", Some("fra.ocir.io"))
        );
        assert_eq!(challenge(&["Basic realm=\"basic, as it is\""]), Some(Challenge::Basic));
        assert_eq!(challenge(&["basic"]), Some(Challenge::Basic));
        assert_eq!(
            challenge(&["Basic realm=x, BEARER Realm = \"https://t/\\\"q\""]),
            bearer_of("https://t/\"q", None)
        );
        assert_eq!(challenge(&["Basic realm=x", "Bearer realm=https://t"]), bearer_of("https://t", None));
        for none in ["", ",,,", "Negotiate", "Bearer", "Bearer service=\"x\"", "=\"", "realm=x"] {
            assert_eq!(challenge(&[none]), None, "{none}");
        }
    }

    #[test]
    fn a_token_is_asked_for_with_its_scopes() {
        let scopes = ["repository:a/b:pull,push".to_owned(), "repository:c:pull".to_owned()];
        assert_eq!(
            token_address("https://t/?x=1", Some("a b"), &scopes),
            "https://t/?x=1&service=a%20b&scope=repository%3Aa%2Fb%3Apull%2Cpush&scope=repository%3Ac%3Apull"
        );
    }

    #[test]
    fn nothing_that_is_secret_is_shown() {
        let credentials = Credentials { user: "ns/me".to_owned(), password: SecretValue::new("hunter2") };
        assert!(!format!("{credentials:?} {:?}", credentials.basic()).contains("hunter2"));
        assert_eq!(credentials.basic().unwrap(), "Basic bnMvbWU6aHVudGVyMg==");
        let bearer = bearer(br#"{"access_token":"t0ken"}"#).unwrap();
        assert_eq!((format!("{bearer:?}").as_str(), bearer.to_str().unwrap()), ("Sensitive", "Bearer t0ken"));
        assert!(super::bearer(b"{}").is_none() && super::bearer(b"[").is_none());
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic(header in "[ -~]{0,80}") {
            let _ = challenges(&header);
        }
    }
}
