//! Security lists and network security groups: what may leave and enter a VNIC.

use std::fmt;

use serde::Serialize;

use super::{
    Cidr, IcmpKind, NsgId, Object, Origin, Port, PortRange, Ports, Rules, ServiceLabel, Source, Traffic,
    VcnId,
};

/// A security list: rules for every VNIC of the subnets that name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityList {
    /// Name, owner, origin.
    pub object: Object,
    /// Where it is.
    pub vcn: VcnId,
    /// Its rules, both directions.
    pub rules: Rules<SecurityRule>,
}

/// A network security group: rules for the VNICs that are its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nsg {
    /// Name, owner, origin.
    pub object: Object,
    /// Where it is.
    pub vcn: VcnId,
    /// Its rules, both directions.
    pub rules: Rules<SecurityRule>,
}

/// One rule. There are no rules that refuse (R32).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityRule {
    /// Into the VNIC or out of it.
    pub direction: Direction,
    /// Whether the answer needs a rule of its own (R43).
    pub stateless: bool,
    /// The other end: the source of ingress, the destination of egress.
    pub peer: Peer,
    /// Which packets.
    pub traffic: Traffic,
    /// How it came to be here.
    pub origin: Origin,
    /// Where it was said.
    pub source: Source,
}

impl SecurityRule {
    /// A written stateful rule for packets that enter.
    pub fn ingress(peer: impl Into<Peer>, traffic: Traffic) -> Self {
        Self::new(Direction::Ingress, peer.into(), traffic)
    }

    /// A written stateful rule for packets that leave.
    pub fn egress(peer: impl Into<Peer>, traffic: Traffic) -> Self {
        Self::new(Direction::Egress, peer.into(), traffic)
    }

    fn new(direction: Direction, peer: Peer, traffic: Traffic) -> Self {
        Self { direction, stateless: false, peer, traffic, origin: Origin::Written, source: Source::NONE }
    }

    /// The same, stateless.
    #[must_use]
    pub fn stateless(self) -> Self {
        Self { stateless: true, ..self }
    }
}

/// Which way a packet crosses a VNIC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Into it.
    Ingress,
    /// Out of it.
    Egress,
}

impl Direction {
    /// The other one: the way of the answer.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Ingress => Self::Egress,
            Self::Egress => Self::Ingress,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        })
    }
}

/// The other end that a security rule speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Peer {
    /// A range.
    Cidr(Cidr),
    /// Oracle's services, by label.
    Service(ServiceLabel),
    /// The members of a group of the same VCN; in rules of groups only (R34).
    Nsg(NsgId),
}

impl From<Cidr> for Peer {
    fn from(cidr: Cidr) -> Self {
        Self::Cidr(cidr)
    }
}

impl From<ServiceLabel> for Peer {
    fn from(label: ServiceLabel) -> Self {
        Self::Service(label)
    }
}

impl SecurityList {
    /// The rules of a VCN's default list (R37): SSH and path MTU messages in, other "unreachable" messages from the VCN, all out.
    /// No ping.
    pub fn default_rules(vcn: &[Cidr]) -> Vec<SecurityRule> {
        let unreachable = |code| Traffic::Icmp(Some(IcmpKind { kind: 3, code }));
        let ssh = Port::new(22).map_or(PortRange::ALL, PortRange::only);
        let mut rules = vec![
            SecurityRule::ingress(Cidr::ALL, Traffic::Tcp(Ports::to(ssh))),
            SecurityRule::ingress(Cidr::ALL, unreachable(Some(4))),
        ];
        rules.extend(vcn.iter().map(|range| SecurityRule::ingress(*range, unreachable(None))));
        rules.push(SecurityRule::egress(Cidr::ALL, Traffic::All));
        rules
    }
}
