//! Logging.

use super::super::row::{CallRow, FamilyRow, ResourceRow, Service, Source, call, family, resource};

const PAGE: Source = Source { page: "Identity/Reference/loggingpolicyreference.htm", dated: "2024-06-06" };

const RESOURCES: &[ResourceRow] = &[
    resource("log-groups", &PAGE)
        .inspect(&["LOG_GROUP_INSPECT"])
        .read(&["LOG_GROUP_READ"])
        .r#use(&["LOG_GROUP_UPDATE"])
        .manage(&["LOG_GROUP_CREATE", "LOG_GROUP_DELETE"])
        .variables(&["target.loggroup.id"]),
    resource("log-content", &PAGE)
        .read(&["LOG_CONTENT_READ"])
        .r#use(&["LOG_CONTENT_PUSH", "UNIFIED_AGENT_CONFIG_GENERATE"])
        .variables(&["target.loggroup.id"]),
    resource("unified-configuration", &PAGE)
        .inspect(&["UNIFIED_AGENT_CONFIG_INSPECT"])
        .read(&["UNIFIED_AGENT_CONFIG_READ"])
        .r#use(&["UNIFIED_AGENT_CONFIG_UPDATE"])
        .manage(&["UNIFIED_AGENT_CONFIG_CREATE", "UNIFIED_AGENT_CONFIG_DELETE"]),
];

const FAMILIES: &[FamilyRow] =
    &[family("logging-family", &["log-groups", "log-content", "unified-configuration"], &PAGE)];

const CALLS: &[CallRow] = &[
    call("ListSearchLogs", &["LOG_CONTENT_READ"], &PAGE)
        .note("the table of verbs lists it under `read log-groups`, too"),
    call("ListLogs", &["LOG_GROUP_INSPECT"], &PAGE),
    call("GetLog", &["LOG_GROUP_READ"], &PAGE),
    call("UpdateLog", &["LOG_GROUP_UPDATE"], &PAGE),
    call("CreateLog", &["LOG_GROUP_CREATE"], &PAGE),
    call("DeleteLog", &["LOG_GROUP_DELETE"], &PAGE),
    call("ListLogGroups", &["LOG_GROUP_INSPECT"], &PAGE),
    call("GetLogGroup", &["LOG_GROUP_READ"], &PAGE),
    call("UpdateLogGroup", &["LOG_GROUP_UPDATE"], &PAGE),
    call("CreateLogGroup", &["LOG_GROUP_CREATE"], &PAGE),
    call("DeleteLogGroup", &["LOG_GROUP_DELETE"], &PAGE),
    call("ChangeLogGroupCompartment", &["LOG_GROUP_UPDATE"], &PAGE),
    call("CreateUnifiedAgentConfiguration", &["UNIFIED_AGENT_CONFIG_CREATE"], &PAGE),
    call("GetUnifiedAgentConfiguration", &["UNIFIED_AGENT_CONFIG_READ"], &PAGE),
    call("UpdateUnifiedAgentConfiguration", &["UNIFIED_AGENT_CONFIG_UPDATE"], &PAGE),
    call("DeleteUnifiedAgentConfiguration", &["UNIFIED_AGENT_CONFIG_DELETE"], &PAGE),
    call("ListUnifiedAgentConfiguration", &["UNIFIED_AGENT_CONFIG_INSPECT"], &PAGE),
];

pub(super) const SERVICE: Service =
    Service { name: "Logging", resources: RESOURCES, families: FAMILIES, calls: CALLS };
