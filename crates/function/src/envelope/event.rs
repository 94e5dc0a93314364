//! Events about objects in Object Storage: CloudEvents 0.1 as Oracle's Events service writes them, and 1.0. An event carries no
//! records: it names the object that holds them, and its version.

use adit_ingest::BatchId;
use adit_oci::ObjectAddress;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::values::Keyed;
use super::{Envelope, EnvelopeError, Object, ShapeFault, own_batch, values};

/// The events after which an object holds what it did not hold before.
const WITH_RECORDS: [&str; 2] =
    ["com.oraclecloud.objectstorage.createobject", "com.oraclecloud.objectstorage.updateobject"];

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "eventType", borrow)]
    old_type: Option<&'a RawValue>,
    #[serde(borrow)]
    r#type: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    resource_name: Option<String>,
    additional_details: Option<Keyed<Details>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    namespace: Option<String>,
    bucket_name: Option<String>,
    e_tag: Option<String>,
    version_id: Option<String>,
}

/// The object that an event is about.
pub(super) fn open(body: &[u8]) -> Result<Object, EnvelopeError> {
    let Keyed(event): Keyed<Event<'_>> = serde_json::from_slice(values::sole(body)).map_err(|error| {
        EnvelopeError::Shape { envelope: Envelope::Event, fault: ShapeFault::from(error) }
    })?;
    let text = |value: &RawValue| serde_json::from_str::<String>(value.get()).ok();
    let found = event.old_type.or(event.r#type).and_then(text).unwrap_or_default();
    if !WITH_RECORDS.contains(&found.as_str()) {
        return Err(EnvelopeError::EventType { found: found.chars().take(100).collect() });
    }
    let data = event.data.map_or("{}", RawValue::get);
    let Keyed(data): Keyed<Data> = serde_json::from_str(data)
        .map_err(|_| EnvelopeError::EventObject("`data` has another form".to_owned()))?;
    let details = data.additional_details.map(|Keyed(details)| details).unwrap_or_default();
    let demanded = |name: &str, value: Option<String>| {
        value.ok_or_else(|| EnvelopeError::EventObject(format!("`{name}` is missing")))
    };
    let address = ObjectAddress {
        namespace: demanded("data.additionalDetails.namespace", details.namespace)?,
        bucket: demanded("data.additionalDetails.bucketName", details.bucket_name)?,
        object: demanded("data.resourceName", data.resource_name)?,
        version: details.version_id,
    };
    address.path().map_err(|error| EnvelopeError::EventObject(error.to_string()))?;
    let etag = details.e_tag;
    // It becomes a header.
    if etag.as_ref().is_some_and(|etag| etag.is_empty() || !etag.bytes().all(|byte| byte.is_ascii_graphic()))
    {
        return Err(EnvelopeError::EventObject("`data.additionalDetails.eTag` is no eTag".to_owned()));
    }
    Ok(Object { address, etag })
}

/// The name of the batch that a version of an object is. Without an eTag nothing tells one version from the next.
pub(super) fn batch(object: &Object) -> Option<BatchId> {
    let ObjectAddress { namespace, bucket, object: name, .. } = &object.address;
    own_batch(&format!("{namespace}/{bucket}/{name}"), object.etag.as_deref()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, name: &str, details: &str) -> String {
        format!(
            r#"{{"eventType":"{kind}","cloudEventsVersion":"0.1","source":"ObjectStorage","eventID":"e",
                "data":{{"resourceName":{name},"additionalDetails":{details}}}}}"#
        )
    }

    const DETAILS: &str = r#"{"namespace":"ns","bucketName":"drop","eTag":"v1","archivalState":"Available"}"#;

    fn opened(body: &str) -> Result<(ObjectAddress, Option<String>), String> {
        let object = open(body.as_bytes()).map_err(|error| format!("{}: {error}", error.code()))?;
        Ok((object.address, object.etag))
    }

    #[test]
    fn a_created_and_an_updated_object_are_found_in_both_versions() {
        let address = |version: Option<&str>| ObjectAddress {
            namespace: "ns".to_owned(),
            bucket: "drop".to_owned(),
            object: "a b/ä.json".to_owned(),
            version: version.map(str::to_owned),
        };
        let etag = Some("v1".to_owned());
        for kind in WITH_RECORDS {
            let old = event(kind, r#""a b/\u00e4.json""#, DETAILS);
            assert_eq!(opened(&old), Ok((address(None), etag.clone())));
            let new =
                old.replace("eventType", "type").replace("cloudEventsVersion\":\"0.1", "specversion\":\"1.0");
            assert_eq!(opened(&new), Ok((address(None), etag.clone())));
        }
        let details = DETAILS.replace("archivalState", "versionId");
        let versioned = event(WITH_RECORDS[0], r#""a b/ä.json""#, &details);
        assert_eq!(opened(&versioned), Ok((address(Some("Available")), etag)));
    }

    #[test]
    fn other_events_name_no_records() {
        for kind in [
            "com.oraclecloud.objectstorage.deleteobject",
            "com.oraclecloud.computeapi.launchinstance.end",
            "",
        ] {
            let said = opened(&event(kind, "5", "null")).unwrap_err();
            assert!(said.starts_with(&format!("A0641: the event is of type `{kind}`")), "{said}");
        }
        assert!(opened("{}").unwrap_err().starts_with("A0641"));
        assert!(opened("[]").unwrap_err().starts_with("A0640"));
        assert!(opened("nope").unwrap_err().starts_with("A0640"));
        let fields = format!(r#"["{}","","{{}}"]"#, WITH_RECORDS[0]);
        assert!(
            opened(&fields).unwrap_err().starts_with("A0640"),
            "no object, though its values stand there"
        );
    }

    #[test]
    fn what_names_no_object_is_said() {
        for (name, details, said) in [
            ("null", DETAILS, "`data.resourceName` is missing"),
            ("5", DETAILS, "`data` has another form"),
            (r#""a""#, "null", "`data.additionalDetails.namespace` is missing"),
            (r#""a""#, r#"{"namespace":"ns"}"#, "`data.additionalDetails.bucketName` is missing"),
            (r#""..""#, DETAILS, "the object's name is empty, `.` or `..`"),
            (r#""""#, DETAILS, "the object's name is empty"),
            (r#""a""#, r#"{"namespace":"..","bucketName":"b"}"#, "the namespace is empty, `.` or `..`"),
            (
                r#""a""#,
                r#"{"namespace":"n","bucketName":"b","eTag":"a\r\nb"}"#,
                "`data.additionalDetails.eTag` is no eTag",
            ),
        ] {
            let error = opened(&event(WITH_RECORDS[0], name, details)).unwrap_err();
            assert!(
                error.starts_with("A0642: the event does not say which object") && error.contains(said),
                "{error}"
            );
        }
    }

    #[test]
    fn a_version_names_its_batch() {
        let batch = |name: &str, details: &str| {
            super::batch(&open(event(WITH_RECORDS[0], &format!("{name:?}"), details).as_bytes()).unwrap())
        };
        assert_eq!(batch("in/a.json", DETAILS), Some(BatchId::new("ns/drop/in/a.json", "v1").unwrap()));
        assert_eq!(batch("a", &DETAILS.replace("eTag", "x")), None);
        let long = "x".repeat(1000);
        assert!(
            batch(&long, DETAILS).is_some() && batch(&long, DETAILS) != batch(&format!("{long}y"), DETAILS)
        );
    }

    proptest::proptest! {
        #[test]
        fn any_body_ends(name in ".{0,20}", details in ".{0,20}", cut in 0..300_usize) {
            let whole = event(WITH_RECORDS[0], &format!("{name:?}"), &details);
            let _ = open(whole.get(..cut.min(whole.len())).unwrap_or(&whole).as_bytes());
        }
    }
}
