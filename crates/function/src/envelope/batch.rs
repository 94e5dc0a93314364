//! What a payload is called: by its sender's header, by a field of it, by its envelope, by its bytes; the first of these that there
//! is. What the ledger does with a name is not said here.

use adit_fdk::{Bytes, Invocation};
use adit_ingest::{BatchId, Pointer};
use adit_oci::sign::content_sha256;

use super::pointer::{Pointed, find};
use crate::failure::Failure;

/// Who names a batch, and its name: behind a gateway, and as the caller himself sends it.
const SOURCE: [&str; 2] = ["fn-http-h-adit-source", "adit-source"];
const BATCH_ID: [&str; 2] = ["fn-http-h-adit-batch-id", "adit-batch-id"];

/// Which names count, besides the header's: it always does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BatchNames {
    /// No other.
    Header,
    /// The envelope's, where there is a ledger.
    Auto,
    /// The envelope's.
    Envelope,
    /// A field's, then the envelope's.
    Field(Pointer),
    /// The envelope's, then the digest of the bytes.
    Digest,
}

/// A payload's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) id: BatchId,
    pub(crate) by: NamedBy,
    /// Nobody demanded it: where there is no ledger, the payload is stored without it.
    pub(crate) may_go: bool,
}

/// What gave a payload its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NamedBy {
    Header,
    Field,
    Envelope,
    Digest,
}

impl NamedBy {
    /// As the log calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Field => "field",
            Self::Envelope => "envelope",
            Self::Digest => "digest",
        }
    }
}

/// Names a payload; `own` is what its envelope calls it.
pub(super) fn name(
    names: &BatchNames,
    call: &Invocation,
    body: &Bytes,
    own: Option<BatchId>,
) -> Result<Option<Batch>, Failure> {
    let named =
        |id, by| Ok(Some(Batch { id, by, may_go: by == NamedBy::Envelope && *names == BatchNames::Auto }));
    let source = || raw_header(call, &SOURCE).unwrap_or_default();
    if let Some(id) = raw_header(call, &BATCH_ID) {
        return named(BatchId::new(source(), id)?, NamedBy::Header);
    }
    if let BatchNames::Field(pointer) = names {
        match find(pointer, body) {
            Pointed::Name(id) => return named(BatchId::new(source(), &id)?, NamedBy::Field),
            Pointed::Nothing if own.is_none() => return Err(Failure::NoBatch(pointer.to_string())),
            Pointed::Nothing | Pointed::Elsewhere => {}
        }
    }
    match (own, names) {
        (Some(id), BatchNames::Auto | BatchNames::Envelope | BatchNames::Field(_) | BatchNames::Digest) => {
            named(id, NamedBy::Envelope)
        }
        (None, BatchNames::Digest) => {
            named(BatchId::new(source(), &format!("sha256:{}", content_sha256(body)))?, NamedBy::Digest)
        }
        _ => Ok(None),
    }
}

/// A header of the caller, behind a gateway or not. One that is not UTF-8 is empty, never absent: a batch must not lose its name
/// in silence.
fn raw_header<'c>(call: &'c Invocation, names: &[&str; 2]) -> Option<&'c str> {
    let value = names.iter().find_map(|name| call.headers().get(*name))?;
    Some(std::str::from_utf8(value.as_bytes()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(
        names: &BatchNames,
        headers: &[(&str, &str)],
        body: &str,
        own: Option<&str>,
    ) -> Option<(BatchId, NamedBy, bool)> {
        let call =
            headers.iter().fold(Invocation::builder(), |call, (name, value)| call.header(*name, *value));
        let own = own.map(|id| BatchId::new("own", id).unwrap());
        let batch =
            name(names, &call.build().unwrap(), &Bytes::copy_from_slice(body.as_bytes()), own).unwrap()?;
        Some((batch.id, batch.by, batch.may_go))
    }

    #[test]
    fn the_first_name_that_there_is_counts() {
        let id = |source: &str, id: &str| BatchId::new(source, id).unwrap();
        let field = BatchNames::Field("/id".parse().unwrap());
        let (header, body) = ([("Adit-Batch-Id", "h"), ("Adit-Source", "s")], r#"{"id":7}"#);
        for names in
            [BatchNames::Header, BatchNames::Auto, BatchNames::Envelope, BatchNames::Digest, field.clone()]
        {
            assert_eq!(named(&names, &header, body, Some("o")), Some((id("s", "h"), NamedBy::Header, false)));
        }
        assert_eq!(named(&field, &header[1..], body, Some("o")), Some((id("s", "7"), NamedBy::Field, false)));
        for body in ["{}", "[]", "nonsense"] {
            assert_eq!(named(&field, &[], body, Some("o")), Some((id("own", "o"), NamedBy::Envelope, false)));
        }
        assert_eq!(named(&field, &[], "[]", None), None);
        assert_eq!(named(&BatchNames::Header, &[], body, Some("o")), None);
        assert_eq!(
            named(&BatchNames::Auto, &[], body, Some("o")),
            Some((id("own", "o"), NamedBy::Envelope, true))
        );
        assert_eq!(named(&BatchNames::Auto, &[], body, None), None);
        assert_eq!(
            named(&BatchNames::Envelope, &[], body, Some("o")),
            Some((id("own", "o"), NamedBy::Envelope, false))
        );
        assert_eq!(
            named(&BatchNames::Digest, &[], body, Some("o")),
            Some((id("own", "o"), NamedBy::Envelope, false))
        );
        assert!(named(&BatchNames::Digest, &[], body, None).unwrap().1 == NamedBy::Digest);
    }

    #[test]
    fn a_field_that_must_be_there_is_missed() {
        let call = Invocation::builder().build().unwrap();
        let names = BatchNames::Field("/id".parse().unwrap());
        let missed = name(&names, &call, &Bytes::from_static(br#"{"id":null}"#), None).unwrap_err();
        assert_eq!((missed.code(), missed.http_status()), ("A0609", 400));
        assert!(missed.to_string().contains("/id"), "{missed}");
    }
}
