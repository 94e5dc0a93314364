//! Objects in Object Storage, read part by part: a part is whole or an error, and belongs to the version that was asked for.
//! Writing objects, and everything about buckets, is not done here.

use std::ops::Range;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, RANGE};
use http::{HeaderValue, Method, StatusCode};

use crate::client::error::{CallFailure, ErrorKind, OciError};
use crate::client::{Client, Request, Response, segment};
use crate::region::endpoint::Service;

/// How long one part may take, when the caller's deadline is later.
const PART: Duration = Duration::from_secs(30);
/// How many bytes an answer may have besides the part: an error's text.
const SLACK: usize = 64 * 1024;

/// Where an object lies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectAddress {
    /// The tenancy's namespace.
    pub namespace: String,
    /// The bucket.
    pub bucket: String,
    /// The object's name; slashes in it have no meaning.
    pub object: String,
    /// Its version, where the bucket keeps several; the newest without it.
    pub version: Option<String>,
}

/// An object that cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// A URL cannot hold it: everything on the way may take it for a way up.
    #[error("{0} is empty, `.` or `..`: such a name cannot stand in a URL")]
    Name(&'static str),
    /// A header cannot hold it.
    #[error("the eTag holds what cannot stand in a header")]
    Header,
}

/// A part of an object.
#[derive(Debug, Clone)]
pub struct ObjectPart {
    /// Its bytes, as many as were asked for unless the object ends before.
    pub bytes: Bytes,
    /// How many bytes the whole object has.
    pub size: u64,
    /// The version that the bytes are of.
    pub etag: String,
    /// What the object's owner says that it is.
    pub content_type: Option<String>,
}

impl ObjectAddress {
    /// The path of its URL (`/n/{namespace}/b/{bucket}/o/{object}`).
    ///
    /// # Errors
    /// [`AddressError::Name`].
    pub fn path(&self) -> Result<String, AddressError> {
        for (what, name) in [
            ("the namespace", &self.namespace),
            ("the bucket", &self.bucket),
            ("the object's name", &self.object),
        ] {
            if matches!(name.as_str(), "" | "." | "..") {
                return Err(AddressError::Name(what));
            }
        }
        let (namespace, bucket) = (segment(&self.namespace), segment(&self.bucket));
        Ok(format!("/n/{namespace}/b/{bucket}/o/{}", segment(&self.object)))
    }
}

impl Client {
    /// The tenancy's namespace (`GetNamespace`): the middle of an image's address, too.
    ///
    /// # Errors
    /// [`OciError`].
    pub async fn object_storage_namespace(&self, deadline: Instant) -> Result<String, OciError> {
        const OPERATION: &str = "get_namespace";
        let request = Request::new(OPERATION, Service::ObjectStorage, Method::GET, "/n");
        let response = self.send(&request, deadline).await?;
        let named: Option<String> = serde_json::from_slice(&response.body).ok();
        named.filter(|name| !name.is_empty()).ok_or_else(|| {
            CallFailure::not_understood(OPERATION, &response, "the answer is not a name").into()
        })
    }

    /// The bytes of `range` of an object (`GetObject`), fewer where it ends before. With `etag` they are of that version.
    ///
    /// # Errors
    /// [`OciError`]: [`ErrorKind::NotFound`] for an object that does not exist and for one that may not be read (which takes
    /// `OBJECT_READ`); [`ErrorKind::Changed`] when it is another version now.
    pub async fn object_part(
        &self,
        address: &ObjectAddress,
        range: Range<u64>,
        etag: Option<&str>,
        deadline: Instant,
    ) -> Result<ObjectPart, OciError> {
        const OPERATION: &str = "get_object";
        let wanted = range.end.saturating_sub(range.start);
        let bytes = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
        let mut request = Request::new(OPERATION, Service::ObjectStorage, Method::GET, address.path()?)
            .query_if("versionId", address.version.as_deref())
            .attempt_timeout(PART)
            .response_limit(usize::try_from(wanted).unwrap_or(usize::MAX).saturating_add(SLACK))
            .header(ACCEPT, HeaderValue::from_static("*/*"))
            .header(RANGE, HeaderValue::try_from(bytes).map_err(|_| AddressError::Header)?);
        if let Some(etag) = etag {
            request =
                request.header(IF_MATCH, HeaderValue::from_str(etag).map_err(|_| AddressError::Header)?);
        }
        let response = match self.send(&request, deadline).await {
            // An empty object has no range at all.
            Err(OciError::Call(failure))
                if failure.status == Some(StatusCode::RANGE_NOT_SATISFIABLE) && range.start == 0 =>
            {
                let etag = etag.unwrap_or_default().to_owned();
                return Ok(ObjectPart { bytes: Bytes::new(), size: 0, etag, content_type: None });
            }
            response => response?,
        };
        part(OPERATION, response, &range, etag).map_err(OciError::from)
    }
}

/// The part that an answer holds, if it is the one that was asked for.
fn part(
    operation: &'static str,
    response: Response,
    range: &Range<u64>,
    wanted: Option<&str>,
) -> Result<ObjectPart, CallFailure> {
    let wrong = |what: &str| CallFailure::not_understood(operation, &response, what);
    let text = |name: HeaderName| response.headers.get(name).and_then(|value| value.to_str().ok());
    let etag = text(ETAG).ok_or_else(|| wrong("the answer has no etag"))?.trim_matches('"').to_owned();
    if wanted.is_some_and(|wanted| wanted.trim_matches('"') != etag) {
        return Err(CallFailure { kind: ErrorKind::Changed, ..wrong("the answer is of another version") });
    }
    let received = u64::try_from(response.body.len()).unwrap_or(u64::MAX);
    let size = match response.status {
        StatusCode::PARTIAL_CONTENT => {
            let (start, size) = text(CONTENT_RANGE)
                .and_then(content_range)
                .ok_or_else(|| wrong("the answer does not say which range it is"))?;
            if start != range.start || received != size.min(range.end).saturating_sub(start) {
                return Err(wrong("the answer is not the range that was asked for"));
            }
            size
        }
        // The whole object, which may be no longer than the range.
        _ if range.start == 0 && received <= range.end => received,
        _ => return Err(wrong("the answer is not the range that was asked for")),
    };
    let content_type = text(CONTENT_TYPE).map(str::to_owned);
    Ok(ObjectPart { bytes: response.body, size, etag, content_type })
}

/// The first byte and the whole size of `bytes 0-9/300` (RFC 9110, 14.4).
fn content_range(text: &str) -> Option<(u64, u64)> {
    let (range, size) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.parse().ok()?, size.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(object: &str) -> ObjectAddress {
        ObjectAddress {
            namespace: "ns".to_owned(),
            bucket: "drop".to_owned(),
            object: object.to_owned(),
            version: None,
        }
    }

    #[test]
    fn a_name_is_one_segment_whatever_it_holds() {
        for (name, path) in [
            ("a.json", "/n/ns/b/drop/o/a.json"),
            ("a/b c.json", "/n/ns/b/drop/o/a%2Fb%20c.json"),
            ("../../o/x", "/n/ns/b/drop/o/..%2F..%2Fo%2Fx"),
            ("ä?#%2F\u{0}", "/n/ns/b/drop/o/%C3%A4%3F%23%252F%00"),
        ] {
            assert_eq!(address(name).path().as_deref(), Ok(path));
        }
        for name in ["", ".", ".."] {
            assert_eq!(address(name).path(), Err(AddressError::Name("the object's name")), "{name}");
        }
    }

    #[test]
    fn ranges_are_read() {
        assert_eq!(content_range("bytes 5-9/300"), Some((5, 300)));
        for text in ["bytes */0", "bytes 5-9/*", "items 5-9/300", ""] {
            assert_eq!(content_range(text), None, "{text}");
        }
    }
}
