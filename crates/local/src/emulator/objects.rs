//! Object Storage's objects (`/n/{namespace}/b/{bucket}/o/{object}`): put, got whole or by a range, deleted. A bucket is there
//! as soon as something was put into it; there is one version of each object.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::SystemTime;

use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH,
    LAST_MODIFIED, RANGE,
};
use http::{Response, StatusCode};
use http_body_util::Full;
use ring::digest::{SHA256, digest};

use crate::emulator::answer::{Answer, Refusal};
use crate::emulator::query::unescaped;
use crate::emulator::route::ObjectPath;
use crate::emulator::timestamp::http_date;

/// The namespace of all buckets.
pub(crate) const NAMESPACE: &str = "local";
/// The largest object that is taken: all are in memory.
pub(crate) const OBJECT_LIMIT: usize = 128 * 1024 * 1024;

/// All buckets with their objects.
#[derive(Debug, Default)]
pub(crate) struct Objects(BTreeMap<String, BTreeMap<String, Object>>);

/// `Debug` does not show the content.
struct Object {
    content: Bytes,
    content_type: String,
    etag: String,
    modified: SystemTime,
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object")
            .field("bytes", &self.content.len())
            .field("etag", &self.etag)
            .finish_non_exhaustive()
    }
}

impl Objects {
    /// Stores an object and gives its eTag, which is made from the content: an event that is written down can name it.
    pub(crate) fn store(&mut self, bucket: &str, name: &str, content: Bytes, content_type: &str) -> String {
        let etag = etag_of(&content);
        let content_type = content_type.to_owned();
        let object = Object { content, content_type, etag: etag.clone(), modified: SystemTime::now() };
        self.0.entry(bucket.to_owned()).or_default().insert(name.to_owned(), object);
        etag
    }

    pub(crate) fn remove(&mut self, bucket: &str, name: &str) -> bool {
        self.0.get_mut(bucket).is_some_and(|objects| objects.remove(name).is_some())
    }

    /// `PutObject`.
    pub(crate) fn put(
        &mut self,
        place: &ObjectPath<'_>,
        headers: &HeaderMap,
        content: Bytes,
    ) -> Result<Answer, Refusal> {
        let bucket = unescaped(place.bucket);
        if place.namespace != NAMESPACE {
            return Err(no_bucket(place, &bucket));
        }
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or("application/octet-stream");
        let etag = self.store(&bucket, &unescaped(place.object), content, content_type);
        let mut answer = Response::new(Full::default());
        set(&mut answer, ETAG, &etag);
        set(&mut answer, LAST_MODIFIED, &http_date(SystemTime::now()));
        Ok(answer)
    }

    /// `GetObject` and `HeadObject`, which differ in what hyper sends of the answer.
    pub(crate) fn get(&self, place: &ObjectPath<'_>, headers: &HeaderMap) -> Result<Answer, Refusal> {
        let object = self.find(place)?;
        let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        if said(IF_MATCH).is_some_and(|wanted| wanted != "*" && wanted.trim_matches('"') != object.etag) {
            let message = "The If-Match header does not match the entity tag of the object.";
            return Err(Refusal::new(StatusCode::PRECONDITION_FAILED, "IfMatchFailed", message));
        }
        let size = object.content.len();
        let mut answer = match said(RANGE).and_then(|range| range_of(range, size)) {
            None => Response::new(Full::new(object.content.clone())),
            Some(range) if range.is_empty() => {
                let message = "The requested range is not satisfiable.";
                return Err(Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", message));
            }
            Some(range) => {
                let said = format!("bytes {}-{}/{size}", range.start, range.end - 1);
                let mut answer = Response::new(Full::new(object.content.slice(range)));
                *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
                set(&mut answer, CONTENT_RANGE, &said);
                answer
            }
        };
        set(&mut answer, ETAG, &object.etag);
        set(&mut answer, CONTENT_TYPE, &object.content_type);
        set(&mut answer, LAST_MODIFIED, &http_date(object.modified));
        set(&mut answer, ACCEPT_RANGES, "bytes");
        Ok(answer)
    }

    /// `DeleteObject`.
    pub(crate) fn delete(&mut self, place: &ObjectPath<'_>) -> Result<Answer, Refusal> {
        self.find(place)?;
        self.remove(&unescaped(place.bucket), &unescaped(place.object));
        let mut answer = Response::new(Full::default());
        *answer.status_mut() = StatusCode::NO_CONTENT;
        Ok(answer)
    }

    fn find(&self, place: &ObjectPath<'_>) -> Result<&Object, Refusal> {
        let (bucket, name) = (unescaped(place.bucket), unescaped(place.object));
        let objects = self.0.get(&bucket).filter(|_| place.namespace == NAMESPACE);
        let objects = objects.ok_or_else(|| no_bucket(place, &bucket))?;
        objects.get(&name).ok_or_else(|| {
            let message = format!("The object '{name}' was not found in the bucket '{bucket}'");
            Refusal::no_object("ObjectNotFound", message)
        })
    }
}

fn no_bucket(place: &ObjectPath<'_>, bucket: &str) -> Refusal {
    let message = format!(
        "Either the bucket named '{bucket}' does not exist in the namespace '{}' or you are not authorized to access it",
        place.namespace
    );
    Refusal::no_object("BucketNotFound", message)
}

fn set(answer: &mut Answer, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

/// In the form of the service's own, which are UUIDs.
fn etag_of(content: &[u8]) -> String {
    let hexadecimal: String =
        digest(&SHA256, content).as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let part = |range: Range<usize>| hexadecimal.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

/// The bytes that `bytes=0-9`, `bytes=5-` or `bytes=-3` means; none that are there give an empty range. `None` for what is no
/// single range, and does not count then (RFC 9110, 14.2).
fn range_of(text: &str, size: usize) -> Option<Range<usize>> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    match (first, last) {
        ("", last) => Some(size.saturating_sub(last.parse().ok()?)..size),
        (first, "") => Some(first.parse::<usize>().ok()?.min(size)..size),
        (first, last) => {
            let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
            (first <= last).then(|| first.min(size)..last.saturating_add(1).min(size))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (text, range) in [
            ("bytes=0-3", Some(0..4)),
            ("bytes=4-", Some(4..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=8-99", Some(8..10)),
            ("bytes=10-19", Some(10..10)),
            ("bytes=3-1", None),
            ("bytes=0-1,4-5", None),
            ("lines=0-1", None),
        ] {
            assert_eq!(range_of(text, 10), range, "{text}");
        }
        assert!(range_of("bytes=0-3", 0).unwrap().is_empty());
    }

    #[test]
    fn an_etag_is_of_the_content() {
        assert_eq!(etag_of(b""), "e3b0c442-98fc-1c14-9afb-f4c8996fb924");
        assert_ne!(etag_of(b"a"), etag_of(b"b"));
    }
}
