//! A network as a value: every object that has a say in where a packet goes.
//!
//! It says what is there, not what follows from it. Whoever builds it (the file, a Terraform plan, the live API) resolves names to
//! [`Id`]s; what cannot be known is said as [`Rules::Unknown`].

mod arena;
mod cidr;
mod drg;
mod endpoint;
mod gateway;
mod object;
mod port;
mod route;
mod security;
mod vcn;

pub use arena::{Arena, Id};
pub use cidr::{Cidr, CidrError};
pub use drg::{
    Accepts, Attached, Attachment, AttachmentKind, Distribution, Drg, DrgRule, DrgTable, LearnedRoute, Line,
    Offers, Statement,
};
pub use endpoint::{Database, Endpoint, Flow, Function, OracleService, Site};
pub use gateway::{Gateway, GatewayKind, Lpg, ServiceLabel};
pub use object::{Name, Object, Origin, Rules, Source};
pub use port::{IcmpKind, Port, PortError, PortRange, Ports, Protocol, Traffic};
pub use route::{Destination, RouteRule, RouteTable, Target};
pub use security::{Direction, Nsg, Peer, SecurityList, SecurityRule};
pub use vcn::{Access, Forwarding, PrivateIp, Subnet, Vcn, Vnic};

/// The place of a [`Vcn`].
pub type VcnId = Id<Vcn>;
/// The place of a [`Subnet`].
pub type SubnetId = Id<Subnet>;
/// The place of a [`Vnic`].
pub type VnicId = Id<Vnic>;
/// The place of a [`RouteTable`].
pub type RouteTableId = Id<RouteTable>;
/// The place of a [`SecurityList`].
pub type SecurityListId = Id<SecurityList>;
/// The place of an [`Nsg`].
pub type NsgId = Id<Nsg>;
/// The place of a [`Gateway`].
pub type GatewayId = Id<Gateway>;
/// The place of an [`Lpg`].
pub type LpgId = Id<Lpg>;
/// The place of a [`Drg`].
pub type DrgId = Id<Drg>;
/// The place of an [`Attachment`].
pub type AttachmentId = Id<Attachment>;
/// The place of a [`DrgTable`].
pub type DrgTableId = Id<DrgTable>;
/// The place of a [`Distribution`].
pub type DistributionId = Id<Distribution>;
/// The place of a [`Site`].
pub type SiteId = Id<Site>;
/// The place of a [`Function`].
pub type FunctionId = Id<Function>;
/// The place of a [`Database`].
pub type DatabaseId = Id<Database>;

/// Everything that has a say in where a packet goes.
///
/// ```
/// use adit_net::{Access, Network, Object, RouteTable, Rules, Subnet, Vcn};
///
/// let mut network = Network::default();
/// let vcn = network.vcns.add(Vcn { object: Object::new("sandbox-vcn"), cidrs: vec!["10.1.0.0/16".parse()?] });
/// let table = network.route_tables.add(RouteTable { object: Object::new("fn-public-rt"), vcn, rules: Rules::default() });
/// network.subnets.add(Subnet {
///     object: Object::new("fn-public-subnet"),
///     vcn,
///     cidr: "10.1.0.0/24".parse()?,
///     access: Access::Public,
///     route_table: table,
///     security_lists: Vec::new(),
/// });
/// # Ok::<(), adit_net::CidrError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is all objects of the kind that it names")]
pub struct Network {
    pub vcns: Arena<Vcn>,
    pub subnets: Arena<Subnet>,
    pub vnics: Arena<Vnic>,
    pub route_tables: Arena<RouteTable>,
    pub security_lists: Arena<SecurityList>,
    pub nsgs: Arena<Nsg>,
    pub gateways: Arena<Gateway>,
    pub lpgs: Arena<Lpg>,
    pub drgs: Arena<Drg>,
    pub attachments: Arena<Attachment>,
    pub drg_tables: Arena<DrgTable>,
    pub distributions: Arena<Distribution>,
    pub sites: Arena<Site>,
    pub functions: Arena<Function>,
    pub databases: Arena<Database>,
}
