//! VCNs, their subnets, and the VNICs in them.

use std::net::Ipv4Addr;

use serde::Serialize;

use super::{Cidr, NsgId, Object, RouteTableId, SecurityListId, SubnetId, VcnId};

/// A virtual cloud network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vcn {
    /// Name, owner, origin.
    pub object: Object,
    /// Its ranges: one to five (R54).
    pub cidrs: Vec<Cidr>,
}

/// Whether addresses of a subnet may be reached from the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// VNICs may have public addresses. Those of functions have one.
    Public,
    /// VNICs have none.
    Private,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// Name, owner, origin.
    pub object: Object,
    /// Where it is.
    pub vcn: VcnId,
    /// Its range, inside one of the VCN's (R55).
    pub cidr: Cidr,
    /// Public or private.
    pub access: Access,
    /// The table of every VNIC in it that has none of its own (R1).
    pub route_table: RouteTableId,
    /// Up to five; what any of them admits is admitted (R32).
    pub security_lists: Vec<SecurityListId>,
}

/// Whether a machine passes on packets that are not for itself. Only its owner knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Forwarding {
    /// Not said: a path through it is indeterminate.
    #[default]
    Unknown,
    /// It does, without translating addresses.
    Yes,
    /// It does not.
    No,
}

/// A network card in a subnet: of a database, a firewall, any machine whose address is fixed.
///
/// An address in a subnet that no VNIC has is a machine of which nothing more is known: the subnet's lists and table, no group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vnic {
    /// Name, owner, origin.
    pub object: Object,
    /// Where it is.
    pub subnet: SubnetId,
    /// Its addresses; the first is the primary one.
    pub addresses: Vec<PrivateIp>,
    /// Up to five; what any of them, or a list of the subnet, admits is admitted (R32).
    pub nsgs: Vec<NsgId>,
    /// A table of its own instead of the subnet's (R1).
    pub route_table: Option<RouteTableId>,
    /// Whether packets that are neither from nor to it are thrown away; a next hop must have it off (R11).
    pub source_dest_check: bool,
    /// Whether it passes packets on, once the check is off.
    pub forwarding: Forwarding,
    /// Whether it carries a security attribute: Zero Trust Packet Routing then has a say, which is not modelled (R38).
    pub zpr: bool,
}

impl Vnic {
    /// A card with one private address, nothing special about it.
    pub fn new(object: Object, subnet: SubnetId, address: Ipv4Addr) -> Self {
        Self {
            object,
            subnet,
            addresses: vec![PrivateIp { address, route_table: None, public: false }],
            nsgs: Vec::new(),
            route_table: None,
            source_dest_check: true,
            forwarding: Forwarding::Unknown,
            zpr: false,
        }
    }

    /// Whether `address` is one of its own.
    pub fn has(&self, address: Ipv4Addr) -> bool {
        self.addresses.iter().any(|ip| ip.address == address)
    }
}

/// One private address of a VNIC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateIp {
    /// The address.
    pub address: Ipv4Addr,
    /// A table of its own instead of the VNIC's or the subnet's (R1).
    pub route_table: Option<RouteTableId>,
    /// Whether a public address is mapped to it.
    pub public: bool,
}
