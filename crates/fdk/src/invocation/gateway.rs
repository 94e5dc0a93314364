//! The HTTP request behind a gateway's call, read from the `Fn-Http-…` headers (contract clauses 20 and 21).

use std::borrow::Cow;
use std::fmt;

use http::HeaderMap;

use super::text;
use crate::names;

/// The HTTP request that a gateway received.
#[derive(Clone, Copy)]
pub struct Gateway<'a> {
    headers: &'a HeaderMap,
}

impl<'a> Gateway<'a> {
    pub(super) fn new(headers: &'a HeaderMap) -> Self {
        Self { headers }
    }

    /// The request's method, such as `PUT`; the platform always sends it, a forged call may not.
    #[must_use]
    pub fn method(self) -> Option<&'a str> {
        text(self.headers, names::HTTP_METHOD.as_str())
    }

    /// The request's URL as it came: absolute from Fn, path and query only from Oracle's API Gateway.
    #[must_use]
    pub fn url(self) -> Option<&'a str> {
        text(self.headers, names::HTTP_REQUEST_URL.as_str())
    }

    /// The URL's path, still percent-encoded; `/` when there is none.
    #[must_use]
    pub fn path(self) -> &'a str {
        self.url().map_or("/", |url| split(url).0)
    }

    /// The URL's query, still percent-encoded, without the question mark.
    #[must_use]
    pub fn query(self) -> Option<&'a str> {
        split(self.url()?).1
    }

    /// The first value of the query's parameter `name`, decoded as forms are: `+` is a space, `%41` is an A.
    #[must_use]
    pub fn param(self, name: &str) -> Option<Cow<'a, str>> {
        self.query()?
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .find(|(key, _)| decode(key) == name)
            .map(|(_, value)| decode(value))
    }

    /// The first value of the request's header `name`, in any case and without prefix. Its `Content-Type` is the call's
    /// own: [`Invocation::content_type`](crate::Invocation::content_type).
    #[must_use]
    pub fn header(self, name: &str) -> Option<&'a str> {
        text(self.headers, &format!("{}{name}", names::HTTP_HEADER_PREFIX))
    }
}

/// Says what was asked for, never with which headers or parameters.
impl fmt::Debug for Gateway<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gateway").field("method", &self.method()).field("path", &self.path()).finish()
    }
}

/// The path and the query of an absolute URL, or of one that begins with its path.
fn split(url: &str) -> (&str, Option<&str>) {
    let url = url.split_once('#').map_or(url, |(url, _fragment)| url);
    let (place, query) = match url.split_once('?') {
        Some((place, query)) => (place, Some(query)),
        None => (url, None),
    };
    let path = match place.split_once("://") {
        Some((_, rest)) if !place.starts_with('/') => {
            rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/")
        }
        _ if place.is_empty() => "/",
        _ => place,
    };
    (path, query)
}

/// Decodes `+` and `%XX`. A percent sign that begins no code stands for itself; bytes that are no UTF-8 become U+FFFD.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['+', '%']) {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        decoded.push(match (first, after) {
            (b'+', _) => b' ',
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    rest = after;
                    high * 16 + low
                }
                _ => b'%',
            },
            _ => *first,
        });
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{decode, split};
    use crate::Invocation;

    #[test]
    fn b21_the_url_is_absolute_or_begins_with_its_path() {
        for (url, path, query) in [
            ("http://host:8080/t/app/t1?q=1&q=2", "/t/app/t1", Some("q=1&q=2")),
            ("/v1/items?q=http://x/y", "/v1/items", Some("q=http://x/y")),
            ("/v1/items", "/v1/items", None),
            ("https://host", "/", None),
            ("https://host?q=/a", "/", Some("q=/a")),
            ("/a#b?c", "/a", None),
            ("//a/b", "//a/b", None),
            ("/a?", "/a", Some("")),
            ("", "/", None),
        ] {
            assert_eq!(split(url), (path, query), "{url}");
        }
    }

    #[test]
    fn parameters_are_decoded_and_the_first_one_counts() {
        let call =
            Invocation::builder().gateway("GET", "/?a+b=1&q=%C3%A9+%2B&q=2&flag&bad=%zz%4").build().unwrap();
        let gateway = call.gateway().unwrap();
        let param = |name| gateway.param(name).map(std::borrow::Cow::into_owned);
        assert_eq!(param("q").as_deref(), Some("é +"));
        assert_eq!(param("a b").as_deref(), Some("1"));
        assert_eq!(param("flag").as_deref(), Some(""));
        assert_eq!(param("bad").as_deref(), Some("%zz%4"));
        assert_eq!(param("Q"), None);
    }

    #[test]
    fn b20_the_gateways_own_headers_are_found_without_their_prefix() {
        let call = Invocation::builder()
            .gateway("GET", "/")
            .header("Fn-Http-H-Fn-Call-Id", "forged")
            .header("X-Plain", "direct")
            .build()
            .unwrap();
        let gateway = call.gateway().unwrap();
        assert_eq!(gateway.header("FN-CALL-ID"), Some("forged"));
        assert_eq!(gateway.header("x-plain"), None);
        assert_eq!(call.call_id(), None);
        assert!(!format!("{gateway:?}").contains("forged"));
    }

    proptest! {
        #[test]
        fn any_text_can_be_decoded_and_encoded_text_comes_back(text in ".{0,20}", url in ".{0,30}") {
            let _whatever_it_is = (decode(&text), split(&url));
            let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            prop_assert_eq!(decode(&encoded), text);
        }
    }
}
