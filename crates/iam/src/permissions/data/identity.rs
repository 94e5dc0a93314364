//! Identity: compartments, policies, groups, users, domains, tags.

use super::super::row::{CallRow, ResourceRow, Service, Source, call, resource};

const PAGE: Source = Source { page: "Identity/policyreference/iampolicyreference.htm", dated: "2024-06-06" };

const DOMAIN: [&str; 2] = ["target.resource.domain.id", "target.resource.domain.name"];

const RESOURCES: &[ResourceRow] = &[
    resource("authentication-policies", &PAGE)
        .inspect(&["AUTHENTICATION_POLICY_INSPECT"])
        .manage(&["AUTHENTICATION_POLICY_UPDATE"]),
    resource("compartments", &PAGE)
        .inspect(&["COMPARTMENT_INSPECT"])
        .r#use(&["COMPARTMENT_UPDATE"])
        .manage(&["COMPARTMENT_CREATE", "COMPARTMENT_DELETE", "COMPARTMENT_RECOVER"])
        .variables(&["target.compartment.id", "target.compartment.name"])
        .note("the table of calls asks `COMPARTMENT_READ` of GetWorkRequest, which no verb grants"),
    resource("credentials", &PAGE)
        .inspect(&["CREDENTIAL_INSPECT"])
        .manage(&["CREDENTIAL_ADD", "CREDENTIAL_UPDATE", "CREDENTIAL_REMOVE"])
        .variables(&["target.credential.type", "target.user.id", "target.user.name", DOMAIN[0], DOMAIN[1]]),
    resource("domains", &PAGE)
        .inspect(&["DOMAIN_INSPECT"])
        .read(&["DOMAIN_READ", "DOMAIN_LICENSETYPE_READ"])
        .r#use(&["DOMAIN_UPDATE", "IAM_WORKREQUEST_READ"])
        .manage(&[
            "DOMAIN_CREATE",
            "DOMAIN_DELETE",
            "DOMAIN_MOVE",
            "DOMAIN_REPLICATE",
            "DOMAIN_ACTIVATE",
            "DOMAIN_DEACTIVATE",
        ])
        .variables(&["target.domain.id", "target.domain.name"]),
    resource("dynamic-groups", &PAGE)
        .inspect(&["DYNAMIC_GROUP_INSPECT"])
        .r#use(&["DYNAMIC_GROUP_UPDATE"])
        .manage(&["DYNAMIC_GROUP_CREATE", "DYNAMIC_GROUP_DELETE"])
        .variables(&["target.dynamicgroup.id", "target.dynamicgroup.name", DOMAIN[0], DOMAIN[1]])
        .note("a translation of the page writes `target.dynamic-group.id`"),
    resource("groups", &PAGE)
        .inspect(&["GROUP_INSPECT"])
        .r#use(&["GROUP_UPDATE"])
        .manage(&["GROUP_CREATE", "GROUP_DELETE"])
        .variables(&["target.group.id", "target.group.name", "target.group.member", DOMAIN[0], DOMAIN[1]]),
    resource("identity-providers", &PAGE).inspect(&["IDENTITY_PROVIDER_INSPECT"]).manage(&[
        "IDENTITY_PROVIDER_UPDATE",
        "IDENTITY_PROVIDER_CREATE",
        "IDENTITY_PROVIDER_DELETE",
    ]),
    resource("network-sources", &PAGE)
        .inspect(&["NETWORK_SOURCE_INSPECT"])
        .r#use(&["NETWORK_SOURCE_UPDATE"])
        .manage(&["NETWORK_SOURCE_CREATE", "NETWORK_SOURCE_DELETE"]),
    resource("policies", &PAGE)
        .inspect(&["POLICY_READ"])
        .manage(&["POLICY_UPDATE", "POLICY_CREATE", "POLICY_DELETE"])
        .variables(&["target.policy.id", "target.policy.name", "target.policy.autoupdate"])
        .note("`inspect` shows the whole text of every statement"),
    resource("tag-namespaces", &PAGE)
        .inspect(&["TAG_NAMESPACE_INSPECT"])
        .r#use(&["TAG_NAMESPACE_USE"])
        .manage(&[
            "TAG_NAMESPACE_UPDATE",
            "TAG_NAMESPACE_CREATE",
            "TAG_NAMESPACE_MOVE",
            "TAG_NAMESPACE_DELETE",
        ])
        .variables(&["target.tag-namespace.id", "target.tag-namespace.name"]),
    resource("tag-defaults", &PAGE)
        .inspect(&["TAG_DEFAULT_INSPECT", "TAG_NAMESPACE_READ"])
        .manage(&["TAG_DEFAULT_CREATE", "TAG_DEFAULT_UPDATE", "TAG_DEFAULT_DELETE"])
        .note("the table of calls names `TAG_DEFAULT_MANAGE` instead of the three"),
    resource("tenancies", &PAGE).inspect(&["TENANCY_INSPECT"]).r#use(&["TENANCY_UPDATE"]),
    resource("users", &PAGE)
        .inspect(&["USER_INSPECT"])
        .read(&["USER_READ"])
        .r#use(&["USER_UPDATE"])
        .manage(&[
            "USER_CREATE",
            "USER_DELETE",
            "USER_UNBLOCK",
            "USER_APIKEY_ADD",
            "USER_APIKEY_REMOVE",
            "USER_UIPASS_SET",
            "USER_UIPASS_RESET",
            "USER_SWIFTPASS_SET",
            "USER_SWIFTPASS_RESET",
            "USER_SWIFTPASS_REMOVE",
            "USER_AUTHTOKEN_SET",
            "USER_AUTHTOKEN_RESET",
            "USER_AUTHTOKEN_REMOVE",
            "USER_OAUTH2_CLIENT_CRED_CREATE",
            "USER_OAUTH2_CLIENT_CRED_UPDATE",
            "USER_OAUTH2_CLIENT_CRED_REMOVE",
            "USER_SECRETKEY_ADD",
            "USER_SECRETKEY_UPDATE",
            "USER_SECRETKEY_REMOVE",
            "USER_SUPPORT_ACCOUNT_LINK",
            "USER_SUPPORT_ACCOUNT_UNLINK",
            "USER_TOTPDEVICE_ADD",
            "USER_TOTPDEVICE_REMOVE",
            "USER_TOTPDEVICE_UPDATE",
        ])
        .variables(&["target.user.id", "target.user.name", DOMAIN[0], DOMAIN[1]]),
];

const CALLS: &[CallRow] = &[
    call("ListCompartments", &["COMPARTMENT_INSPECT"], &PAGE),
    call("GetCompartment", &["COMPARTMENT_INSPECT"], &PAGE),
    call("CreateCompartment", &["COMPARTMENT_CREATE"], &PAGE),
    call("UpdateCompartment", &["COMPARTMENT_UPDATE"], &PAGE),
    call("DeleteCompartment", &["COMPARTMENT_DELETE"], &PAGE),
    call("ListPolicies", &["POLICY_READ"], &PAGE),
    call("GetPolicy", &["POLICY_READ"], &PAGE),
    call("CreatePolicy", &["POLICY_CREATE"], &PAGE),
    call("UpdatePolicy", &["POLICY_UPDATE"], &PAGE),
    call("DeletePolicy", &["POLICY_DELETE"], &PAGE),
    call("ListGroups", &["GROUP_INSPECT"], &PAGE),
    call("GetGroup", &["GROUP_INSPECT"], &PAGE),
    call("CreateGroup", &["GROUP_CREATE"], &PAGE),
    call("UpdateGroup", &["GROUP_UPDATE"], &PAGE),
    call("DeleteGroup", &["GROUP_DELETE"], &PAGE),
    call("AddUserToGroup", &["GROUP_UPDATE", "USER_UPDATE"], &PAGE),
    call("RemoveUserFromGroup", &["GROUP_UPDATE", "USER_UPDATE"], &PAGE),
    call("ListDynamicGroups", &["DYNAMIC_GROUP_INSPECT"], &PAGE),
    call("GetDynamicGroup", &["DYNAMIC_GROUP_INSPECT"], &PAGE),
    call("CreateDynamicGroup", &["DYNAMIC_GROUP_CREATE"], &PAGE),
    call("UpdateDynamicGroup", &["DYNAMIC_GROUP_UPDATE"], &PAGE),
    call("DeleteDynamicGroup", &["DYNAMIC_GROUP_DELETE"], &PAGE),
    call("ListUsers", &["USER_INSPECT"], &PAGE),
    call("GetUser", &["USER_INSPECT"], &PAGE),
    call("CreateUser", &["USER_CREATE"], &PAGE),
    call("UpdateUser", &["USER_UPDATE"], &PAGE),
    call("DeleteUser", &["USER_DELETE"], &PAGE),
    call("ListApiKeys", &["USER_READ"], &PAGE),
    call("UploadApiKey", &["USER_UPDATE", "USER_APIKEY_ADD"], &PAGE),
    call("DeleteApiKey", &["USER_UPDATE", "USER_APIKEY_REMOVE"], &PAGE),
    call("CreateAuthToken", &["USER_UPDATE", "USER_AUTHTOKEN_SET"], &PAGE),
    call("DeleteAuthToken", &["USER_UPDATE", "USER_AUTHTOKEN_REMOVE"], &PAGE),
    call("ListDomains", &["DOMAIN_INSPECT"], &PAGE),
    call("GetDomain", &["DOMAIN_READ"], &PAGE),
    call("ListTagNamespaces", &["TAG_NAMESPACE_INSPECT"], &PAGE),
    call("GetTagNamespace", &["TAG_NAMESPACE_INSPECT"], &PAGE),
    call("CreateTagNamespace", &["TAG_NAMESPACE_CREATE"], &PAGE),
    call("UpdateTagNamespace", &["TAG_NAMESPACE_UPDATE"], &PAGE),
    call("DeleteTagNamespace", &["TAG_NAMESPACE_DELETE"], &PAGE),
    call("CreateTag", &["TAG_NAMESPACE_USE"], &PAGE),
    call("UpdateTag", &["TAG_NAMESPACE_USE"], &PAGE),
    call("ListTagDefaults", &["TAG_DEFAULT_INSPECT"], &PAGE),
    call("ListRegions", &["TENANCY_INSPECT"], &PAGE),
    call("GetTenancy", &["TENANCY_INSPECT"], &PAGE),
];

pub(super) const SERVICE: Service =
    Service { name: "Identity", resources: RESOURCES, families: &[], calls: CALLS };
