//! The doors of a VCN: internet, NAT and service gateways, and local peerings.

use std::fmt;

use serde::Serialize;

use super::{LpgId, Object, RouteTableId, VcnId};

/// An internet, NAT or service gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Name, owner, origin.
    pub object: Object,
    /// The only VCN that it serves (R48).
    pub vcn: VcnId,
    /// Which of the three.
    pub kind: GatewayKind,
    /// Whether it passes anything (R14): an internet gateway is enabled, the others do not block traffic.
    pub open: bool,
    /// The table of packets that enter the VCN by it (R2).
    pub route_table: Option<RouteTableId>,
}

/// Which door it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GatewayKind {
    /// To and from the internet, for VNICs with a public address.
    Internet,
    /// To the internet, with the answers.
    Nat,
    /// To those of Oracle's services that it is made for (R49).
    Service(ServiceLabel),
}

impl fmt::Display for GatewayKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Internet => "internet gateway",
            Self::Nat => "NAT gateway",
            Self::Service(_) => "service gateway",
        })
    }
}

/// The two sets of Oracle's services that routes, rules and service gateways can name. Their addresses change and are not
/// known here: a label is a set of its own, which `0.0.0.0/0` covers and no other range does (R10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceLabel {
    /// Object Storage alone.
    ObjectStorage,
    /// All services of the Oracle Services Network, Object Storage among them.
    AllServices,
}

impl fmt::Display for ServiceLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ObjectStorage => "Object Storage",
            Self::AllServices => "all Oracle services",
        })
    }
}

/// A local peering gateway: one end of a connection between two VCNs of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lpg {
    /// Name, owner, origin.
    pub object: Object,
    /// The VCN at this end.
    pub vcn: VcnId,
    /// The gateway at the other end; `None` while it is not connected.
    pub peer: Option<LpgId>,
    /// The table of packets that enter the VCN by it (R2).
    pub route_table: Option<RouteTableId>,
}
