//! Streaming, Queue, Connector Hub and Events: what carries messages to a function.

use super::super::row::{CallRow, FamilyRow, ResourceRow, Service, Source, call, family, resource};

const STREAMS: Source =
    Source { page: "Identity/policyreference/streamingpolicyreference.htm", dated: "2025-03" };
const QUEUES: Source = Source { page: "queue/policy-reference.htm", dated: "2026-11" };
const CONNECTORS: Source =
    Source { page: "Identity/policyreference/serviceconnectorhubpolicyreference.htm", dated: "2024-06-06" };
const EVENTS: Source =
    Source { page: "Identity/policyreference/cloudeventspolicyreference.htm", dated: "2024-06-06" };

const STREAM: &[&str] = &["target.stream.id"];
const QUEUE: &[&str] = &["target.queue.id"];
const QUEUE_NOTE: &str =
    "the page's tables were not on the copies that could be read: what its verbs grant is not known";

const STREAM_RESOURCES: &[ResourceRow] = &[
    resource("streams", &STREAMS)
        .inspect(&["STREAM_INSPECT"])
        .read(&["STREAM_READ"])
        .r#use(&["STREAM_UPDATE", "STREAM_MOVE", "STREAM_PRODUCE", "STREAM_CONSUME"])
        .manage(&["STREAM_CREATE", "STREAM_DELETE"])
        .variables(STREAM),
    resource("stream-pull", &STREAMS).r#use(&["STREAM_CONSUME"]).variables(STREAM),
    resource("stream-push", &STREAMS).r#use(&["STREAM_PRODUCE"]).variables(STREAM),
    resource("stream-pools", &STREAMS)
        .inspect(&["STREAM_POOL_INSPECT"])
        .read(&["STREAM_POOL_READ"])
        .r#use(&["STREAM_POOL_UPDATE", "STREAM_POOL_MOVE"])
        .manage(&["STREAM_POOL_CREATE", "STREAM_POOL_DELETE"])
        .variables(&["target.streampool.id"]),
    resource("connect-harnesses", &STREAMS)
        .also(&["connect-harness"])
        .inspect(&["CONNECT_HARNESS_INSPECT"])
        .read(&["CONNECT_HARNESS_READ"])
        .r#use(&["CONNECT_HARNESS_UPDATE", "CONNECT_HARNESS_MOVE", "CONNECT_HARNESS_USE"])
        .manage(&["CONNECT_HARNESS_CREATE", "CONNECT_HARNESS_DELETE"])
        .variables(&["target.connectharness.id"])
        .note("taken from a public list made of the page; `connect-harness` on the page's older copy, and in the newer one where it lists variables"),
];

const STREAM_FAMILIES: &[FamilyRow] = &[family(
    "stream-family",
    &["streams", "stream-pull", "stream-push", "stream-pools", "connect-harnesses"],
    &STREAMS,
)];

const STREAM_CALLS: &[CallRow] = &[
    call("ListStreams", &["STREAM_INSPECT"], &STREAMS),
    call("GetStream", &["STREAM_READ"], &STREAMS),
    call("CreateStream", &["STREAM_CREATE"], &STREAMS),
    call("UpdateStream", &["STREAM_UPDATE"], &STREAMS),
    call("DeleteStream", &["STREAM_DELETE"], &STREAMS),
    call("PutMessages", &["STREAM_PRODUCE"], &STREAMS),
    call("GetMessages", &["STREAM_CONSUME"], &STREAMS),
    call("CreateCursor", &["STREAM_CONSUME"], &STREAMS),
    call("CreateGroupCursor", &["STREAM_CONSUME"], &STREAMS),
    call("ConsumerCommit", &["STREAM_CONSUME"], &STREAMS),
    call("ConsumerHeartbeat", &["STREAM_CONSUME"], &STREAMS),
    call("ListStreamPools", &["STREAM_POOL_INSPECT"], &STREAMS),
    call("GetStreamPool", &["STREAM_POOL_READ"], &STREAMS),
    call("CreateStreamPool", &["STREAM_POOL_CREATE"], &STREAMS),
    call("UpdateStreamPool", &["STREAM_POOL_UPDATE"], &STREAMS),
    call("DeleteStreamPool", &["STREAM_POOL_DELETE"], &STREAMS),
];

const QUEUE_RESOURCES: &[ResourceRow] = &[
    resource("queues", &QUEUES).variables(QUEUE).not_known(QUEUE_NOTE),
    resource("queue-push", &QUEUES).variables(QUEUE).not_known(QUEUE_NOTE),
    resource("queue-pull", &QUEUES).variables(QUEUE).not_known(QUEUE_NOTE),
];

const CONNECTOR_RESOURCES: &[ResourceRow] = &[resource("serviceconnectors", &CONNECTORS)
    .inspect(&["SERVICE_CONNECTOR_INSPECT"])
    .read(&["SERVICE_CONNECTOR_READ"])
    .r#use(&["SERVICE_CONNECTOR_UPDATE"])
    .manage(&["SERVICE_CONNECTOR_CREATE", "SERVICE_CONNECTOR_DELETE", "SERVICE_CONNECTOR_MOVE"])
    .variables(&["target.serviceconnector.id"])];

const CONNECTOR_CALLS: &[CallRow] = &[
    call("ListServiceConnectors", &["SERVICE_CONNECTOR_INSPECT"], &CONNECTORS),
    call("GetServiceConnector", &["SERVICE_CONNECTOR_READ"], &CONNECTORS),
    call("CreateServiceConnector", &["SERVICE_CONNECTOR_CREATE"], &CONNECTORS),
    call("UpdateServiceConnector", &["SERVICE_CONNECTOR_UPDATE"], &CONNECTORS),
    call("ActivateServiceConnector", &["SERVICE_CONNECTOR_UPDATE"], &CONNECTORS),
    call("DeactivateServiceConnector", &["SERVICE_CONNECTOR_UPDATE"], &CONNECTORS),
    call("DeleteServiceConnector", &["SERVICE_CONNECTOR_DELETE"], &CONNECTORS),
    call("ChangeServiceConnectorCompartment", &["SERVICE_CONNECTOR_MOVE"], &CONNECTORS),
    call("ListConnectorPlugins", &[], &CONNECTORS),
];

const EVENT_RESOURCES: &[ResourceRow] = &[resource("cloudevents-rules", &EVENTS)
    .inspect(&["EVENTRULE_LIST"])
    .read(&["EVENTRULE_READ"])
    .manage(&["EVENTRULE_CREATE", "EVENTRULE_DELETE", "EVENTRULE_MODIFY"])];

const EVENT_CALLS: &[CallRow] = &[
    call("ListRules", &["EVENTRULE_LIST"], &EVENTS),
    call("GetRule", &["EVENTRULE_READ"], &EVENTS).note("the page's text calls it `GetEventRule`"),
    call("CreateRule", &["EVENTRULE_CREATE"], &EVENTS),
    call("UpdateRule", &["EVENTRULE_MODIFY"], &EVENTS),
    call("DeleteRule", &["EVENTRULE_DELETE"], &EVENTS),
    call("ChangeRuleCompartment", &["EVENTRULE_MODIFY"], &EVENTS),
];

pub(super) const STREAMING: Service = Service {
    name: "Streaming",
    resources: STREAM_RESOURCES,
    families: STREAM_FAMILIES,
    calls: STREAM_CALLS,
};
pub(super) const QUEUE_SERVICE: Service =
    Service { name: "Queue", resources: QUEUE_RESOURCES, families: &[], calls: &[] };
pub(super) const CONNECTOR_HUB: Service =
    Service { name: "Connector Hub", resources: CONNECTOR_RESOURCES, families: &[], calls: CONNECTOR_CALLS };
pub(super) const EVENTS_SERVICE: Service =
    Service { name: "Events", resources: EVENT_RESOURCES, families: &[], calls: EVENT_CALLS };
