//! The event that Oracle's Events service tells of a new object. Nothing is delivered here: which function gets which events is
//! said by rules, and those are not emulated.

use std::time::SystemTime;

use serde::Serialize;

use crate::containers::call_id;
use crate::emulator::identity::COMPARTMENT_ID;
use crate::emulator::objects::NAMESPACE;
use crate::emulator::timestamp::rfc3339;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    event_type: &'static str,
    cloud_events_version: &'static str,
    event_type_version: &'static str,
    source: &'static str,
    event_time: String,
    content_type: &'static str,
    data: Data<'a>,
    #[serde(rename = "eventID")]
    event_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    compartment_id: &'static str,
    resource_name: &'a str,
    resource_id: String,
    additional_details: Details<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    bucket_name: &'a str,
    namespace: &'static str,
    e_tag: &'a str,
    archival_state: &'static str,
}

/// The event of an object that was put.
pub(crate) fn created(bucket: &str, name: &str, etag: &str) -> String {
    let event = Created {
        event_type: "com.oraclecloud.objectstorage.createobject",
        cloud_events_version: "0.1",
        event_type_version: "2.0",
        source: "ObjectStorage",
        event_time: rfc3339(SystemTime::now()),
        content_type: "application/json",
        data: Data {
            compartment_id: COMPARTMENT_ID,
            resource_name: name,
            resource_id: format!("/n/{NAMESPACE}/b/{bucket}/o/{name}"),
            additional_details: Details {
                bucket_name: bucket,
                namespace: NAMESPACE,
                e_tag: etag,
                archival_state: "Available",
            },
        },
        event_id: call_id(),
    };
    // A struct of texts always has a JSON form.
    serde_json::to_string(&event).unwrap_or_default()
}
