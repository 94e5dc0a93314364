//! Route tables of a VCN. Those of a DRG are in `drg`.

use std::fmt;
use std::net::Ipv4Addr;

use serde::Serialize;

use super::{Cidr, DrgId, GatewayId, LpgId, Object, Origin, Rules, ServiceLabel, Source, VcnId};

/// A VCN's route table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable {
    /// Name, owner, origin.
    pub object: Object,
    /// Where it is.
    pub vcn: VcnId,
    /// Its rules, without the implicit ones for the VCN's own ranges (R6).
    pub rules: Rules<RouteRule>,
}

/// One rule: where packets for a destination go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteRule {
    /// Which packets.
    pub destination: Destination,
    /// Where they go.
    pub target: Target,
    /// How it came to be here.
    pub origin: Origin,
    /// Where it was said.
    pub source: Source,
}

impl RouteRule {
    /// A written rule.
    pub fn new(destination: impl Into<Destination>, target: Target) -> Self {
        Self { destination: destination.into(), target, origin: Origin::Written, source: Source::NONE }
    }
}

/// The packets that a route rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Destination {
    /// A range.
    Cidr(Cidr),
    /// Oracle's services, by label (R10); only with a service gateway as target.
    Service(ServiceLabel),
}

impl From<Cidr> for Destination {
    fn from(cidr: Cidr) -> Self {
        Self::Cidr(cidr)
    }
}

impl From<ServiceLabel> for Destination {
    fn from(label: ServiceLabel) -> Self {
        Self::Service(label)
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cidr(cidr) => cidr.fmt(f),
            Self::Service(label) => label.fmt(f),
        }
    }
}

/// Where a route rule sends packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The VCN's DRG.
    Drg(DrgId),
    /// An internet, NAT or service gateway of the same VCN.
    Gateway(GatewayId),
    /// A local peering gateway of the same VCN.
    Lpg(LpgId),
    /// A machine in the same VCN (R11).
    PrivateIp(Ipv4Addr),
    /// Not known: what takes this rule is indeterminate.
    Unknown,
}
