//! The push itself: blobs first, each looked for before it is sent; then the manifest, by its digest and by its tag.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};

use super::auth::Credentials;
use super::error::{RegistryError, RegistryErrorKind};
use super::reference::Reference;
use super::session::{Ask, Session};
use crate::blob::Blob;
use crate::image::Image;

/// A blob up to this size goes in one request, a larger one in several.
const CHUNK: usize = 16 << 20;
/// Wait before a second attempt.
const PAUSE: Duration = Duration::from_millis(500);

/// What a registry says of what it stored.
const DOCKER_CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");
/// The least size of a piece, where a registry has one.
const OCI_CHUNK_MIN_LENGTH: HeaderName = HeaderName::from_static("oci-chunk-min-length");

/// A push that can be made.
#[derive(Clone, Debug)]
pub struct Push {
    /// Where to.
    pub reference: Reference,
    /// Who pushes; `None` for a registry that takes from everybody.
    pub credentials: Option<Credentials>,
    /// Another repository of the registry, whose blobs are taken over without being sent.
    pub mount_from: Option<String>,
    /// In which pieces a blob is sent, in bytes.
    pub chunk: usize,
    /// Wait before a second attempt; doubled after each.
    pub pause: Duration,
}

/// What was pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// `REGISTRY/REPOSITORY@sha256:…`.
    pub pinned: String,
    /// What became of each blob.
    pub blobs: Vec<PushedBlob>,
}

/// What became of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedBlob {
    /// Its digest.
    pub digest: String,
    /// In bytes.
    pub size: u64,
    /// How it got there.
    pub way: Way,
}

/// How a blob got into a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It was there.
    Present,
    /// Taken over from another repository.
    Mounted,
    /// Sent.
    Sent,
}

impl Push {
    /// A push to `reference`, without a login.
    #[must_use]
    pub fn new(reference: Reference) -> Self {
        Self { reference, credentials: None, mount_from: None, chunk: CHUNK, pause: PAUSE }
    }

    /// Pushes the image.
    ///
    /// # Errors
    /// [`RegistryError`]. Blobs that were sent stay; without a manifest nobody sees them.
    pub async fn run(&self, image: &Image) -> Result<Pushed, RegistryError> {
        let scope = |repository: &str, actions: &str| format!("repository:{repository}:{actions}");
        let mut scopes = vec![scope(self.reference.repository(), "pull,push")];
        scopes.extend(self.mount_from.iter().map(|from| scope(from, "pull")));
        let mut session = Session::new(&self.reference, self.credentials.clone(), scopes, self.pause)?;
        let mut blobs = Vec::new();
        for blob in image.layers().iter().chain([image.config()]) {
            let way = session.repeatedly(async |session| self.blob(session, blob).await).await?;
            blobs.push(PushedBlob { digest: blob.digest(), size: blob.size(), way });
        }
        let digest = image.digest();
        let manifest = image.manifest();
        session.repeatedly(async |session| self.manifest(session, manifest, &digest).await).await?;
        if let Some(tag) = self.reference.tag() {
            session
                .repeatedly(async |session| {
                    // A tag that is there already is not set again: a repository whose tags cannot be moved would refuse it.
                    if self.is_tagged(session, manifest, tag).await? {
                        return Ok(());
                    }
                    self.manifest(session, manifest, tag).await
                })
                .await?;
        }
        Ok(Pushed { pinned: self.reference.pinned(&digest), blobs })
    }

    fn path(&self, rest: &str) -> String {
        format!("/v2/{}/{rest}", self.reference.repository())
    }

    async fn blob(&self, session: &mut Session, blob: &Blob) -> Result<Way, RegistryError> {
        let digest = blob.digest();
        let what = format!("look for {digest}");
        let uri = session.uri(&self.path(&format!("blobs/{digest}")))?;
        // A registry that keeps its blobs elsewhere sends a reader there, once it has found the blob.
        let expected =
            &[StatusCode::OK, StatusCode::FOUND, StatusCode::TEMPORARY_REDIRECT, StatusCode::NOT_FOUND];
        let found = session.ask(&Ask { expected, ..ask(&what, Method::HEAD, uri) }).await?;
        if found.status != StatusCode::NOT_FOUND {
            return Ok(Way::Present);
        }
        let what = format!("begin of {digest}");
        let mount =
            self.mount_from.iter().map(|from| format!("?mount={digest}&from={from}")).collect::<String>();
        let uri = session.uri(&self.path(&format!("blobs/uploads/{mount}")))?;
        let expected = &[StatusCode::CREATED, StatusCode::ACCEPTED];
        let begun = session.ask(&Ask { expected, ..ask(&what, Method::POST, uri) }).await?;
        if begun.status == StatusCode::CREATED {
            return Ok(Way::Mounted);
        }
        let least =
            header(&begun.headers, &OCI_CHUNK_MIN_LENGTH).and_then(|least| least.parse().ok()).unwrap_or(0);
        let upload = session.location(&what, &begun)?;
        self.send(session, blob, upload, self.chunk.max(least)).await?;
        Ok(Way::Sent)
    }

    /// Sends a blob to the upload that was begun: at once, or in pieces.
    async fn send(
        &self,
        session: &mut Session,
        blob: &Blob,
        mut upload: Uri,
        chunk: usize,
    ) -> Result<(), RegistryError> {
        let digest = blob.digest();
        let what = format!("upload of {digest}");
        let mut last = Bytes::copy_from_slice(blob.bytes());
        if last.len() > chunk {
            let mut from = 0;
            while !last.is_empty() {
                let piece = last.split_to(chunk.clamp(1, last.len()));
                let to = from + piece.len();
                let mut headers = octets(piece.len());
                headers.insert(CONTENT_RANGE, number(&format!("{from}-{}", to - 1)));
                let expected = &[StatusCode::ACCEPTED, StatusCode::NO_CONTENT];
                let ask = Ask { headers, body: piece, expected, ..ask(&what, Method::PATCH, upload) };
                let taken = session.ask(&ask).await?;
                upload = session.location(&what, &taken)?;
                from = to;
            }
        }
        let uri = with_digest(&upload, &digest);
        let uri = uri.ok_or_else(|| {
            session.error(
                RegistryErrorKind::NotUnderstood,
                format!("{what}: the answer goes on at an address that cannot be used"),
            )
        })?;
        let expected = &[StatusCode::CREATED, StatusCode::NO_CONTENT];
        let stored = session
            .ask(&Ask { headers: octets(last.len()), body: last, expected, ..ask(&what, Method::PUT, uri) })
            .await?;
        same(session, &what, &stored.headers, &digest)
    }

    /// Whether a tag means this manifest.
    async fn is_tagged(
        &self,
        session: &mut Session,
        manifest: &Blob,
        tag: &str,
    ) -> Result<bool, RegistryError> {
        let what = format!("look for tag {tag}");
        let uri = session.uri(&self.path(&format!("manifests/{tag}")))?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, number(manifest.descriptor().media_type().as_ref()));
        // What leads elsewhere is not followed: the tag is set then.
        let expected =
            &[StatusCode::OK, StatusCode::FOUND, StatusCode::TEMPORARY_REDIRECT, StatusCode::NOT_FOUND];
        let found = session.ask(&Ask { headers, expected, ..ask(&what, Method::HEAD, uri) }).await?;
        Ok(found.status == StatusCode::OK
            && header(&found.headers, &DOCKER_CONTENT_DIGEST) == Some(manifest.digest().as_str()))
    }

    async fn manifest(
        &self,
        session: &mut Session,
        manifest: &Blob,
        name: &str,
    ) -> Result<(), RegistryError> {
        let what = format!("manifest {name}");
        let uri = session.uri(&self.path(&format!("manifests/{name}")))?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, number(manifest.descriptor().media_type().as_ref()));
        let body = Bytes::copy_from_slice(manifest.bytes());
        let expected = &[StatusCode::CREATED, StatusCode::OK, StatusCode::ACCEPTED];
        let stored = session.ask(&Ask { headers, body, expected, ..ask(&what, Method::PUT, uri) }).await?;
        same(session, &what, &stored.headers, &manifest.digest())
    }
}

fn ask(what: &str, method: Method, uri: Uri) -> Ask<'_> {
    Ask { what, method, uri, headers: HeaderMap::new(), body: Bytes::new(), expected: &[] }
}

/// Whether the registry stored what was sent, as far as it says.
fn same(session: &Session, what: &str, headers: &HeaderMap, digest: &str) -> Result<(), RegistryError> {
    match header(headers, &DOCKER_CONTENT_DIGEST) {
        Some(stored) if stored != digest => {
            let stored: String = stored.chars().take(100).collect();
            let message = format!("{what}: {digest} was sent, and {stored} stored");
            Err(session.error(RegistryErrorKind::OtherDigest, message))
        }
        _ => Ok(()),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn octets(length: usize) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_LENGTH, number(&length.to_string()));
    headers
}

/// A value of digits, dashes or a media type, which every header can hold.
fn number(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// The address at which an upload ends.
fn with_digest(upload: &Uri, digest: &str) -> Option<Uri> {
    let mut parts = upload.clone().into_parts();
    let target = parts.path_and_query.as_ref()?;
    let sign = if target.query().is_some() { '&' } else { '?' };
    let digest = digest.replace(':', "%3A");
    parts.path_and_query = Some(format!("{target}{sign}digest={digest}").parse().ok()?);
    Uri::from_parts(parts).ok()
}
