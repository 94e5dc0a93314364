//! The resources and data sources that are about the network, and those that are about permission: which types there are, and what each item of a list is.

use serde_json::{Map, Value};

use super::address::{Key, ModulePath};

/// What a resource describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Vcn,
    Subnet,
    RouteTable,
    DefaultRouteTable,
    RouteTableAttachment,
    SecurityList,
    DefaultSecurityList,
    Nsg,
    NsgRule,
    Drg,
    Attachment,
    AttachmentManagement,
    DrgTable,
    DefaultDrgTable,
    DrgRule,
    Distribution,
    Statement,
    InternetGateway,
    NatGateway,
    ServiceGateway,
    Lpg,
    Rpc,
    PrivateIp,
    Vnic,
    VnicAttachment,
    Instance,
    PublicIp,
    Service,
    Application,
    Function,
    DbSystem,
    Repository,
    Vault,
    Key,
    Secret,
    LogGroup,
    Log,
    /// Anything else of the provider's.
    Other,
    Policy,
    Group,
    DynamicGroup,
    Compartment,
    Tenancy,
}

/// Resources, and the data sources of the same name.
const TYPES: &[(&str, Kind)] = &[
    ("oci_core_vcn", Kind::Vcn),
    ("oci_core_subnet", Kind::Subnet),
    ("oci_core_route_table", Kind::RouteTable),
    ("oci_core_default_route_table", Kind::DefaultRouteTable),
    ("oci_core_route_table_attachment", Kind::RouteTableAttachment),
    ("oci_core_security_list", Kind::SecurityList),
    ("oci_core_default_security_list", Kind::DefaultSecurityList),
    ("oci_core_network_security_group", Kind::Nsg),
    ("oci_core_network_security_group_security_rule", Kind::NsgRule),
    ("oci_core_drg", Kind::Drg),
    ("oci_core_drg_attachment", Kind::Attachment),
    ("oci_core_drg_attachment_management", Kind::AttachmentManagement),
    ("oci_core_drg_route_table", Kind::DrgTable),
    ("oci_core_default_drg_route_table", Kind::DefaultDrgTable),
    ("oci_core_drg_route_table_route_rule", Kind::DrgRule),
    ("oci_core_drg_route_distribution", Kind::Distribution),
    ("oci_core_drg_route_distribution_statement", Kind::Statement),
    ("oci_core_internet_gateway", Kind::InternetGateway),
    ("oci_core_nat_gateway", Kind::NatGateway),
    ("oci_core_service_gateway", Kind::ServiceGateway),
    ("oci_core_local_peering_gateway", Kind::Lpg),
    ("oci_core_remote_peering_connection", Kind::Rpc),
    ("oci_core_private_ip", Kind::PrivateIp),
    ("oci_core_vnic", Kind::Vnic),
    ("oci_core_vnic_attachment", Kind::VnicAttachment),
    ("oci_core_instance", Kind::Instance),
    ("oci_core_public_ip", Kind::PublicIp),
    ("oci_functions_application", Kind::Application),
    ("oci_functions_function", Kind::Function),
    ("oci_psql_db_system", Kind::DbSystem),
];

/// Data sources that hold a list, the attribute that holds it, and what its items are.
const LISTS: &[(&str, &str, Kind)] = &[
    ("oci_core_vcns", "virtual_networks", Kind::Vcn),
    ("oci_core_subnets", "subnets", Kind::Subnet),
    ("oci_core_route_tables", "route_tables", Kind::RouteTable),
    ("oci_core_security_lists", "security_lists", Kind::SecurityList),
    ("oci_core_network_security_groups", "network_security_groups", Kind::Nsg),
    ("oci_core_network_security_group_security_rules", "security_rules", Kind::NsgRule),
    ("oci_core_drgs", "drgs", Kind::Drg),
    ("oci_core_drg_attachments", "drg_attachments", Kind::Attachment),
    ("oci_core_drg_route_tables", "drg_route_tables", Kind::DrgTable),
    ("oci_core_drg_route_table_route_rules", "drg_route_rules", Kind::DrgRule),
    ("oci_core_drg_route_distributions", "drg_route_distributions", Kind::Distribution),
    ("oci_core_drg_route_distribution_statements", "drg_route_distribution_statements", Kind::Statement),
    ("oci_core_internet_gateways", "gateways", Kind::InternetGateway),
    ("oci_core_nat_gateways", "nat_gateways", Kind::NatGateway),
    ("oci_core_service_gateways", "service_gateways", Kind::ServiceGateway),
    ("oci_core_local_peering_gateways", "local_peering_gateways", Kind::Lpg),
    ("oci_core_remote_peering_connections", "remote_peering_connections", Kind::Rpc),
    ("oci_core_private_ips", "private_ips", Kind::PrivateIp),
    ("oci_core_services", "services", Kind::Service),
    ("oci_functions_applications", "applications", Kind::Application),
    ("oci_functions_functions", "functions", Kind::Function),
];

/// What permission is about: resources, and the data sources of the same name.
const IDENTITY: &[(&str, Kind)] = &[
    ("oci_identity_policy", Kind::Policy),
    ("oci_identity_group", Kind::Group),
    ("oci_identity_dynamic_group", Kind::DynamicGroup),
    ("oci_identity_compartment", Kind::Compartment),
    ("oci_identity_tenancy", Kind::Tenancy),
];

/// The data sources of permission that hold a list.
const IDENTITY_LISTS: &[(&str, &str, Kind)] = &[
    ("oci_identity_policies", "policies", Kind::Policy),
    ("oci_identity_groups", "groups", Kind::Group),
    ("oci_identity_dynamic_groups", "dynamic_groups", Kind::DynamicGroup),
    ("oci_identity_compartments", "compartments", Kind::Compartment),
];

/// What neither the network nor permission is made of, and has values to look at.
const OTHERS: &[(&str, Kind)] = &[
    ("oci_artifacts_container_repository", Kind::Repository),
    ("oci_kms_vault", Kind::Vault),
    ("oci_kms_key", Kind::Key),
    ("oci_vault_secret", Kind::Secret),
    ("oci_logging_log_group", Kind::LogGroup),
    ("oci_logging_log", Kind::Log),
];

/// What begins the type of every resource of the provider.
const PREFIX: &str = "oci_";

/// What the resources of an index are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Network,
    Permission,
    /// All the rest of the provider's.
    Others,
}

impl About {
    /// What a type describes: the kind, and of a list the attribute that holds it.
    pub(super) fn kind(self, type_name: &str) -> Option<(Kind, Option<&'static str>)> {
        let (types, lists) = match self {
            Self::Network => (TYPES, LISTS),
            Self::Permission => (IDENTITY, IDENTITY_LISTS),
            Self::Others => (OTHERS, &[][..]),
        };
        let single = types.iter().find(|(name, _)| *name == type_name).map(|(_, kind)| (*kind, None));
        let list = || lists.iter().find(|(name, ..)| *name == type_name);
        let other = || (self == Self::Others && type_name.starts_with(PREFIX)).then_some((Kind::Other, None));
        single.or_else(|| list().map(|(_, attribute, kind)| (*kind, Some(*attribute)))).or_else(other)
    }
}

impl Kind {
    /// What people call it, with its article.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Vcn => "a VCN",
            Self::Subnet => "a subnet",
            Self::RouteTable | Self::DefaultRouteTable => "a route table",
            Self::RouteTableAttachment => "an association of a route table",
            Self::SecurityList | Self::DefaultSecurityList => "a security list",
            Self::Nsg => "a network security group",
            Self::NsgRule => "a rule of a group",
            Self::Drg => "a DRG",
            Self::Attachment | Self::AttachmentManagement => "an attachment of a DRG",
            Self::DrgTable | Self::DefaultDrgTable => "a route table of a DRG",
            Self::DrgRule => "a rule of a DRG's table",
            Self::Distribution => "a route distribution",
            Self::Statement => "a statement of a distribution",
            Self::InternetGateway => "an internet gateway",
            Self::NatGateway => "a NAT gateway",
            Self::ServiceGateway => "a service gateway",
            Self::Lpg => "a local peering gateway",
            Self::Rpc => "a remote peering connection",
            Self::PrivateIp => "a private IP",
            Self::Vnic => "a VNIC",
            Self::VnicAttachment => "an attachment of a VNIC",
            Self::Instance => "an instance",
            Self::PublicIp => "a public IP",
            Self::Service => "one of Oracle's services",
            Self::Application => "an application",
            Self::Function => "a function",
            Self::DbSystem => "a database system",
            Self::Repository => "a container repository",
            Self::Vault => "a vault",
            Self::Key => "a key",
            Self::Secret => "a secret",
            Self::LogGroup => "a log group",
            Self::Log => "a log",
            Self::Other => "a resource of another kind",
            Self::Policy => "a policy",
            Self::Group => "a group",
            Self::DynamicGroup => "a dynamic group",
            Self::Compartment => "a compartment",
            Self::Tenancy => "a tenancy",
        }
    }
}

/// A resource, or an item of a data source's list.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) address: String,
    pub(super) module: ModulePath,
    /// As it stands in its module, without a key.
    pub(super) local: String,
    pub(super) key: Option<Key>,
    pub(super) kind: Kind,
    /// Whether Terraform makes it; else it reads it.
    pub(super) managed: bool,
    /// Whether it is made by this plan, and was not there before.
    pub(super) created: bool,
    /// Whether the plan makes or changes it. What it leaves as it is, the cloud has taken.
    pub(super) touched: bool,
    /// Whether it is an item of a list: then the configuration's expressions are not its own.
    pub(super) item: bool,
    pub(super) values: Map<String, Value>,
    /// Which of the values are known only after apply, shaped as they are.
    pub(super) unknown: Value,
}

impl Record {
    /// A text that is known.
    pub(super) fn known(&self, attribute: &str) -> Option<&str> {
        self.values.get(attribute)?.as_str().filter(|text| !text.is_empty())
    }
}
