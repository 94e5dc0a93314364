//! Networking, and what of Compute meets it: a family grants more than its name says.

use super::super::row::{CallRow, FamilyRow, ResourceRow, Service, Source, call, family, resource};

const VERBS: Source = Source {
    page: "Identity/policyreference/corepolicyreference_topic-Details_for_Verb__ResourceType_Combinations.htm",
    dated: "2025-01-23",
};
const TYPES: Source = Source { page: "Identity/Reference/corepolicyreference.htm", dated: "2025-03" };
const API: Source = Source {
    page: "Identity/policyreference/corepolicyreference_topic-Permissions_Required_for_Each_API_Operation.htm",
    dated: "2024-11-06",
};

const RESOURCES: &[ResourceRow] = &[
    resource("vcns", &VERBS).inspect(&["VCN_READ"]).manage(&[
        "VCN_ATTACH",
        "VCN_DETACH",
        "VCN_UPDATE",
        "VCN_CREATE",
        "VCN_DELETE",
        "VCN_MOVE",
    ]),
    resource("subnets", &VERBS)
        .inspect(&["SUBNET_READ"])
        .r#use(&["SUBNET_ATTACH", "SUBNET_DETACH"])
        .manage(&["SUBNET_CREATE", "SUBNET_UPDATE", "SUBNET_DELETE", "SUBNET_MOVE"]),
    resource("route-tables", &VERBS).inspect(&["ROUTE_TABLE_READ"]).manage(&[
        "ROUTE_TABLE_ATTACH",
        "ROUTE_TABLE_DETACH",
        "ROUTE_TABLE_UPDATE",
        "ROUTE_TABLE_CREATE",
        "ROUTE_TABLE_DELETE",
        "ROUTE_TABLE_MOVE",
    ]),
    resource("network-security-groups", &VERBS)
        .inspect(&["NETWORK_SECURITY_GROUP_INSPECT"])
        .read(&["NETWORK_SECURITY_GROUP_READ"])
        .r#use(&[
            "NETWORK_SECURITY_GROUP_LIST_SECURITY_RULES",
            "NETWORK_SECURITY_GROUP_LIST_MEMBERS",
            "NETWORK_SECURITY_GROUP_UPDATE_MEMBERS",
        ])
        .manage(&[
            "NETWORK_SECURITY_GROUP_UPDATE",
            "NETWORK_SECURITY_GROUP_CREATE",
            "NETWORK_SECURITY_GROUP_DELETE",
            "NETWORK_SECURITY_GROUP_MOVE",
            "NETWORK_SECURITY_GROUP_UPDATE_SECURITY_RULES",
        ]),
    resource("security-lists", &VERBS).inspect(&["SECURITY_LIST_READ"]).manage(&[
        "SECURITY_LIST_ATTACH",
        "SECURITY_LIST_DETACH",
        "SECURITY_LIST_UPDATE",
        "SECURITY_LIST_CREATE",
        "SECURITY_LIST_DELETE",
        "SECURITY_LIST_MOVE",
    ]),
    resource("dhcp-options", &VERBS).inspect(&["DHCP_READ"]).manage(&[
        "DHCP_ATTACH",
        "DHCP_DETACH",
        "DHCP_UPDATE",
        "DHCP_CREATE",
        "DHCP_DELETE",
        "DHCP_MOVE",
    ]),
    resource("private-ips", &VERBS)
        .inspect(&["PRIVATE_IP_READ"])
        .r#use(&[
            "PRIVATE_IP_UPDATE",
            "PRIVATE_IP_ASSIGN",
            "PRIVATE_IP_UNASSIGN",
            "PRIVATE_IP_CREATE",
            "PRIVATE_IP_DELETE",
            "PRIVATE_IP_ASSIGN_PUBLIC_IP",
            "PRIVATE_IP_UNASSIGN_PUBLIC_IP",
        ])
        .manage(&["PRIVATE_IP_ROUTE_TABLE_ATTACH", "PRIVATE_IP_ROUTE_TABLE_DETACH"]),
    resource("public-ips", &VERBS)
        .read(&["PUBLIC_IP_READ"])
        .r#use(&["PUBLIC_IP_ASSIGN_PRIVATE_IP", "PUBLIC_IP_UNASSIGN_PRIVATE_IP"])
        .manage(&["PUBLIC_IP_UPDATE", "PUBLIC_IP_CREATE", "PUBLIC_IP_DELETE"]),
    resource("byoiprange", &VERBS)
        .inspect(&["BYOIP_RANGE_INSPECT"])
        .read(&["BYOIP_RANGE_READ"])
        .r#use(&["BYOIP_RANGE_ADD_CAPACITY_FROM"])
        .manage(&[
            "BYOIP_RANGE_CREATE",
            "BYOIP_RANGE_DELETE",
            "BYOIP_RANGE_UPDATE",
            "BYOIP_RANGE_VALIDATE",
            "BYOIP_RANGE_ADVERTISE",
            "BYOIP_RANGE_WITHDRAW",
            "BYOIP_RANGE_MOVE",
            "BYOIP_RANGE_ASSIGN_TO_VCN",
            "BYOIP_RANGE_UNASSIGN_FROM_VCN",
        ]),
    resource("publicippool", &VERBS)
        .inspect(&["PUBLIC_IP_POOL_INSPECT"])
        .read(&["PUBLIC_IP_POOL_READ"])
        .r#use(&["PUBLIC_IP_POOL_CREATE_PUBLIC_IP_FROM"])
        .manage(&[
            "PUBLIC_IP_POOL_CREATE",
            "PUBLIC_IP_POOL_DELETE",
            "PUBLIC_IP_POOL_UPDATE",
            "PUBLIC_IP_POOL_ADD_CAPACITY",
            "PUBLIC_IP_POOL_REMOVE_CAPACITY",
            "PUBLIC_IP_POOL_MOVE",
        ]),
    resource("ipv6s", &VERBS).read(&["IPV6_READ"]).manage(&["IPV6_UPDATE", "IPV6_CREATE", "IPV6_DELETE"]),
    resource("internet-gateways", &VERBS).inspect(&["INTERNET_GATEWAY_READ"]).manage(&[
        "INTERNET_GATEWAY_ATTACH",
        "INTERNET_GATEWAY_DETACH",
        "INTERNET_GATEWAY_UPDATE",
        "INTERNET_GATEWAY_CREATE",
        "INTERNET_GATEWAY_DELETE",
        "INTERNET_GATEWAY_MOVE",
    ]),
    resource("nat-gateways", &VERBS)
        .read(&["NAT_GATEWAY_READ"])
        .r#use(&["NAT_GATEWAY_ATTACH", "NAT_GATEWAY_DETACH"])
        .manage(&["NAT_GATEWAY_UPDATE", "NAT_GATEWAY_CREATE", "NAT_GATEWAY_DELETE", "NAT_GATEWAY_MOVE"]),
    resource("service-gateways", &VERBS)
        .inspect(&["SERVICE_GATEWAY_READ"])
        .r#use(&["SERVICE_GATEWAY_ATTACH", "SERVICE_GATEWAY_DETACH"])
        .manage(&[
            "SERVICE_GATEWAY_UPDATE",
            "SERVICE_GATEWAY_CREATE",
            "SERVICE_GATEWAY_DELETE",
            "SERVICE_GATEWAY_ADD_SERVICE",
            "SERVICE_GATEWAY_DELETE_SERVICE",
            "SERVICE_GATEWAY_MOVE",
        ]),
    resource("local-peering-gateways", &VERBS).inspect(&["LOCAL_PEERING_GATEWAY_READ"]).manage(&[
        "LOCAL_PEERING_GATEWAY_UPDATE",
        "LOCAL_PEERING_GATEWAY_ATTACH",
        "LOCAL_PEERING_GATEWAY_DETACH",
        "LOCAL_PEERING_GATEWAY_CREATE",
        "LOCAL_PEERING_GATEWAY_DELETE",
        "LOCAL_PEERING_GATEWAY_MOVE",
    ]),
    resource("local-peering-from", &VERBS)
        .inspect(&["LOCAL_PEERING_GATEWAY_READ"])
        .manage(&["LOCAL_PEERING_GATEWAY_CONNECT_FROM"]),
    resource("local-peering-to", &VERBS)
        .inspect(&["LOCAL_PEERING_GATEWAY_READ"])
        .manage(&["LOCAL_PEERING_GATEWAY_CONNECT_TO"]),
    resource("remote-peering-connections", &VERBS).inspect(&["REMOTE_PEERING_CONNECTION_READ"]).manage(&[
        "REMOTE_PEERING_CONNECTION_UPDATE",
        "REMOTE_PEERING_CONNECTION_CREATE",
        "REMOTE_PEERING_CONNECTION_DELETE",
        "REMOTE_PEERING_CONNECTION_RESOURCE_MOVE",
    ]),
    resource("remote-peering-from", &VERBS)
        .inspect(&["REMOTE_PEERING_CONNECTION_READ"])
        .manage(&["REMOTE_PEERING_CONNECTION_CONNECT_FROM"]),
    resource("remote-peering-to", &VERBS)
        .inspect(&["REMOTE_PEERING_CONNECTION_READ"])
        .manage(&["REMOTE_PEERING_CONNECTION_CONNECT_TO"]),
    resource("drg-object", &VERBS).inspect(&["DRG_READ"]).r#use(&["DRG_ATTACH", "DRG_DETACH"]).manage(&[
        "DRG_UPDATE",
        "DRG_CREATE",
        "DRG_DELETE",
        "DRG_MOVE",
    ]),
    resource("drg-attachments", &VERBS)
        .also(&["drg-attachment"])
        .inspect(&["DRG_ATTACHMENT_READ"])
        .manage(&["DRG_ATTACHMENT_UPDATE"])
        .note(SINGULAR),
    resource("drg-route-tables", &VERBS)
        .also(&["drg-route-table"])
        .inspect(&["DRG_ROUTE_TABLE_READ", "DRG_ROUTE_RULE_READ"])
        .r#use(&["DRG_ROUTE_TABLE_ATTACH"])
        .manage(&[
            "DRG_ROUTE_TABLE_CREATE",
            "DRG_ROUTE_TABLE_DELETE",
            "DRG_ROUTE_TABLE_UPDATE",
            "DRG_ROUTE_RULE_UPDATE",
        ])
        .note(SINGULAR),
    resource("drg-route-distributions", &VERBS)
        .also(&["drg-route-distribution"])
        .inspect(&["DRG_ROUTE_DISTRIBUTION_READ", "DRG_ROUTE_DISTRIBUTION_STATEMENT_READ"])
        .r#use(&["DRG_ROUTE_DISTRIBUTION_ASSIGN"])
        .manage(&[
            "DRG_ROUTE_DISTRIBUTION_UPDATE",
            "DRG_ROUTE_DISTRIBUTION_CREATE",
            "DRG_ROUTE_DISTRIBUTION_DELETE",
            "DRG_ROUTE_DISTRIBUTION_STATEMENT_UPDATE",
        ])
        .note(SINGULAR),
    resource("cpes", &VERBS).inspect(&["CPE_READ"]).manage(&[
        "CPE_ATTACH",
        "CPE_DETACH",
        "CPE_UPDATE",
        "CPE_CREATE",
        "CPE_DELETE",
        "CPE_RESOURCE_MOVE",
    ]),
    resource("ipsec-connections", &VERBS)
        .also(&["ipsec"])
        .inspect(&["IPSEC_CONNECTION_READ"])
        .read(&["IPSEC_CONNECTION_DEVICE_CONFIG_READ"])
        .manage(&[
            "IPSEC_CONNECTION_CREATE",
            "IPSEC_CONNECTION_UPDATE",
            "IPSEC_CONNECTION_DELETE",
            "IPSEC_CONNECTION_DEVICE_CONFIG_UPDATE",
        ])
        .note("`ipsec` above the page's table, `ipsec-connections` in the list of types"),
    resource("ipam", &VERBS).inspect(&["IPAM_READ"]),
    resource("capture-filters", &VERBS)
        .inspect(&["CAPTURE_FILTER_LIST"])
        .read(&["CAPTURE_FILTER_READ"])
        .r#use(&["CAPTURE_FILTER_UPDATE", "CAPTURE_FILTER_ATTACH", "CAPTURE_FILTER_DETACH"])
        .manage(&["CAPTURE_FILTER_CREATE", "CAPTURE_FILTER_DELETE", "CAPTURE_FILTER_MOVE"]),
    resource("cross-connects", &VERBS).inspect(&["CROSS_CONNECT_READ"]).manage(&[
        "CROSS_CONNECT_UPDATE",
        "CROSS_CONNECT_CREATE",
        "CROSS_CONNECT_DELETE",
        "CROSS_CONNECT_RESOURCE_MOVE",
        "CROSS_CONNECT_ATTACH",
        "CROSS_CONNECT_DETACH",
    ]),
    resource("cross-connect-groups", &VERBS).inspect(&["CROSS_CONNECT_GROUP_READ"]).manage(&[
        "CROSS_CONNECT_GROUP_UPDATE",
        "CROSS_CONNECT_GROUP_CREATE",
        "CROSS_CONNECT_GROUP_DELETE",
        "CROSS_CONNECT_GROUP_RESOURCE_MOVE",
    ]),
    resource("virtual-circuits", &VERBS)
        .inspect(&["VIRTUAL_CIRCUIT_READ"])
        .r#use(&["VIRTUAL_CIRCUIT_UPDATE"])
        .manage(&["VIRTUAL_CIRCUIT_CREATE", "VIRTUAL_CIRCUIT_DELETE", "VIRTUAL_CIRCUIT_RESOURCE_MOVE"]),
    resource("vnics", &VERBS)
        .inspect(&["VNIC_READ"])
        .r#use(&[
            "VNIC_ATTACH",
            "VNIC_DETACH",
            "VNIC_CREATE",
            "VNIC_DELETE",
            "VNIC_UPDATE",
            "VNIC_ASSOCIATE_NETWORK_SECURITY_GROUP",
            "VNIC_DISASSOCIATE_NETWORK_SECURITY_GROUP",
        ])
        .note("the table of calls asks `VNIC_ASSIGN` and `VNIC_UNASSIGN`, which no verb grants"),
    resource("vnic-attachments", &VERBS).inspect(&["VNIC_ATTACHMENT_READ"]),
    resource("vtaps", &VERBS).inspect(&["VTAP_LIST"]).read(&["VTAP_READ"]).r#use(&["VTAP_UPDATE"]).manage(&[
        "VTAP_CREATE",
        "VTAP_DELETE",
        "VTAP_MOVE",
    ]),
    resource("vlans", &VERBS).inspect(&["VLAN_READ"]).manage(&[
        "VLAN_CREATE",
        "VLAN_DELETE",
        "VLAN_ASSOCIATE_NETWORK_SECURITY_GROUP",
        "VLAN_DISASSOCIATE_NETWORK_SECURITY_GROUP",
        "VLAN_MOVE",
    ]),
    resource("instances", &VERBS)
        .inspect(&["INSTANCE_INSPECT"])
        .read(&["INSTANCE_READ"])
        .r#use(&[
            "INSTANCE_UPDATE",
            "INSTANCE_CREATE_IMAGE",
            "INSTANCE_POWER_ACTIONS",
            "INSTANCE_ATTACH_VOLUME",
            "INSTANCE_DETACH_VOLUME",
        ])
        .manage(&[
            "INSTANCE_CREATE",
            "INSTANCE_DELETE",
            "INSTANCE_ATTACH_SECONDARY_VNIC",
            "INSTANCE_DETACH_SECONDARY_VNIC",
            "INSTANCE_MOVE",
        ]),
    resource("console-histories", &VERBS)
        .inspect(&["CONSOLE_HISTORY_INSPECT"])
        .read(&["CONSOLE_HISTORY_READ"])
        .manage(&["CONSOLE_HISTORY_CREATE", "CONSOLE_HISTORY_DELETE"]),
    resource("instance-console-connection", &VERBS)
        .inspect(&["INSTANCE_CONSOLE_CONNECTION_INSPECT"])
        .read(&["INSTANCE_CONSOLE_CONNECTION_READ"])
        .manage(&["INSTANCE_CONSOLE_CONNECTION_CREATE", "INSTANCE_CONSOLE_CONNECTION_DELETE"]),
    resource("instance-images", &VERBS)
        .inspect(&["INSTANCE_IMAGE_INSPECT"])
        .read(&["INSTANCE_IMAGE_READ"])
        .r#use(&["INSTANCE_IMAGE_UPDATE"])
        .manage(&["INSTANCE_IMAGE_CREATE", "INSTANCE_IMAGE_DELETE", "INSTANCE_IMAGE_MOVE"]),
    resource("app-catalog-listing", &VERBS)
        .inspect(&["APP_CATALOG_LISTING_INSPECT"])
        .read(&["APP_CATALOG_LISTING_READ"])
        .manage(&["APP_CATALOG_LISTING_SUBSCRIBE"]),
];

const SINGULAR: &str = "singular above the page's table, plural in the list of types";

const FAMILIES: &[FamilyRow] = &[
    family(
        "virtual-network-family",
        &[
            "byoiprange",
            "capture-filters",
            "cpes",
            "cross-connect-groups",
            "cross-connects",
            "dhcp-options",
            "drg-attachments",
            "drg-object",
            "drg-route-distributions",
            "drg-route-tables",
            "internet-gateways",
            "ipam",
            "ipsec-connections",
            "ipv6s",
            "local-peering-from",
            "local-peering-gateways",
            "local-peering-to",
            "nat-gateways",
            "network-security-groups",
            "private-ips",
            "public-ips",
            "publicippool",
            "remote-peering-connections",
            "remote-peering-from",
            "remote-peering-to",
            "route-tables",
            "security-lists",
            "service-gateways",
            "subnets",
            "vcns",
            "virtual-circuits",
            "vlans",
            "vnic-attachments",
            "vnics",
            "vtaps",
        ],
        &TYPES,
    ),
    family("drgs", &["drg-object", "drg-attachments", "drg-route-tables", "drg-route-distributions"], &TYPES),
    family(
        "instance-family",
        &[
            "instances",
            "console-histories",
            "instance-console-connection",
            "instance-images",
            "app-catalog-listing",
        ],
        &VERBS,
    )
    .beyond(
        &["VNIC_READ", "VNIC_ATTACHMENT_READ", "VOLUME_ATTACHMENT_INSPECT"],
        &["VOLUME_ATTACHMENT_READ"],
        &["VNIC_ATTACH", "VNIC_DETACH", "VOLUME_ATTACHMENT_UPDATE"],
        &["VOLUME_ATTACHMENT_CREATE", "VOLUME_ATTACHMENT_DELETE"],
    )
    .note("of `volume-attachments` it covers what the page lists as extra permissions"),
];

const CALLS: &[CallRow] = &[
    call("ListVcns", &["VCN_READ"], &VERBS),
    call("GetVcn", &["VCN_READ"], &VERBS),
    call("CreateVcn", &["VCN_CREATE"], &VERBS),
    call("UpdateVcn", &["VCN_UPDATE"], &VERBS),
    call("DeleteVcn", &["VCN_DELETE"], &VERBS),
    call("ListSubnets", &["SUBNET_READ"], &VERBS),
    call("GetSubnet", &["SUBNET_READ"], &VERBS),
    call("ListRouteTables", &["ROUTE_TABLE_READ"], &VERBS),
    call("GetRouteTable", &["ROUTE_TABLE_READ"], &VERBS),
    call("ListSecurityLists", &["SECURITY_LIST_READ"], &VERBS),
    call("GetSecurityList", &["SECURITY_LIST_READ"], &VERBS),
    call("UpdateSecurityList", &["SECURITY_LIST_UPDATE"], &VERBS),
    call("ListDhcpOptions", &["DHCP_READ"], &API),
    call("CreateDhcpOptions", &["DHCP_CREATE", "VCN_ATTACH"], &API),
    call("ListDrgs", &["DRG_READ"], &API),
    call("GetDrg", &["DRG_READ"], &API),
    call("CreateDrg", &["DRG_CREATE"], &API),
    call("UpdateDrg", &["DRG_UPDATE"], &API),
    call("DeleteDrg", &["DRG_DELETE"], &API),
    call("ListDrgAttachments", &["DRG_ATTACHMENT_READ"], &API),
    call("GetDrgAttachment", &["DRG_ATTACHMENT_READ"], &API),
    call("CreateDrgAttachment", &["DRG_ATTACH", "VCN_ATTACH"], &API)
        .note("`ROUTE_TABLE_ATTACH` as well, to give it a route table"),
    call("UpdateDrgAttachment", &["DRG_ATTACHMENT_UPDATE"], &API)
        .note("`ROUTE_TABLE_ATTACH` as well, to give it a route table"),
    call("DeleteDrgAttachment", &["DRG_DETACH"], &API),
    call("DeleteDrgAttachment", &["VCN_DETACH"], &API),
    call("ListDrgRouteTables", &["DRG_ROUTE_TABLE_READ"], &API),
    call("GetDrgRouteTable", &["DRG_ROUTE_TABLE_READ"], &API),
    call("CreateDrgRouteTable", &["DRG_ROUTE_TABLE_CREATE"], &API),
    call("UpdateDrgRouteTable", &["DRG_ROUTE_TABLE_UPDATE"], &API),
    call("ListDrgRouteRules", &["DRG_ROUTE_RULE_READ"], &API),
    call("UpdateDrgRouteRules", &["DRG_ROUTE_RULE_UPDATE"], &API),
    call("ListInternetGateways", &["INTERNET_GATEWAY_READ"], &API),
    call("CreateInternetGateway", &["INTERNET_GATEWAY_CREATE", "VCN_ATTACH"], &API),
    call("DeleteInternetGateway", &["INTERNET_GATEWAY_DELETE", "VCN_DETACH"], &API),
    call("ListNatGateways", &["NAT_GATEWAY_READ"], &API),
    call("CreateNatGateway", &["NAT_GATEWAY_CREATE", "VCN_READ", "VCN_ATTACH"], &API),
    call("ListNetworkSecurityGroups", &["NETWORK_SECURITY_GROUP_READ"], &API),
    call("GetNetworkSecurityGroup", &["NETWORK_SECURITY_GROUP_READ"], &API),
    call("CreateNetworkSecurityGroup", &["NETWORK_SECURITY_GROUP_CREATE", "VCN_ATTACH"], &API),
    call("AddNetworkSecurityGroupSecurityRules", &["NETWORK_SECURITY_GROUP_UPDATE_SECURITY_RULES"], &API)
        .note("`NETWORK_SECURITY_GROUP_INSPECT` as well, where a rule names a group"),
    call("ListPrivateIps", &["PRIVATE_IP_READ"], &API),
    call("GetPrivateIp", &["PRIVATE_IP_READ"], &API),
    call(
        "CreatePrivateIp",
        &["PRIVATE_IP_CREATE", "PRIVATE_IP_ASSIGN", "VNIC_ASSIGN", "SUBNET_ATTACH"],
        &API,
    ),
    call("GetVnic", &["VNIC_READ"], &VERBS),
    call("ListInstances", &["INSTANCE_READ"], &API),
    call("GetInstance", &["INSTANCE_READ"], &API),
    call("UpdateInstance", &["INSTANCE_UPDATE"], &API),
    call(
        "LaunchInstance",
        &["INSTANCE_CREATE", "INSTANCE_IMAGE_READ", "VNIC_CREATE", "VNIC_ATTACH", "SUBNET_ATTACH"],
        &API,
    ),
];

pub(super) const SERVICE: Service =
    Service { name: "Core Services", resources: RESOURCES, families: FAMILIES, calls: CALLS };
