//! One packet, and where its two ends are.
//!
//! Sets of packets are in `reach`.

use std::fmt;
use std::net::Ipv4Addr;

use serde::Serialize;

use crate::model::{FunctionId, Network, OracleService, Port, SiteId, SubnetId, VnicId};
use crate::{Access, Protocol};

/// Where a packet comes from or goes to: an address, or a service of Oracle's, whose addresses are not known (R10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Addr {
    /// An IPv4 address.
    Ip(Ipv4Addr),
    /// A service of Oracle's.
    Oracle(OracleService),
}

impl Addr {
    /// The address, if it is one.
    pub fn ip(self) -> Option<Ipv4Addr> {
        match self {
            Self::Ip(address) => Some(address),
            Self::Oracle(_) => None,
        }
    }
}

impl fmt::Display for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Oracle(OracleService::ObjectStorage) => f.write_str("Object Storage"),
            Self::Oracle(OracleService::Other) => f.write_str("Oracle services"),
        }
    }
}

/// What a packet carries, as far as rules can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// TCP, with both ports.
    Tcp {
        /// Of the sender.
        source: Port,
        /// Of the receiver.
        destination: Port,
    },
    /// UDP, with both ports.
    Udp {
        /// Of the sender.
        source: Port,
        /// Of the receiver.
        destination: Port,
    },
    /// ICMP.
    Icmp {
        /// The type.
        kind: u8,
        /// The code.
        code: u8,
    },
    /// Another protocol, by its number.
    Other(u8),
}

impl Body {
    /// Its protocol's IANA number.
    pub fn protocol(self) -> u8 {
        match self {
            Self::Tcp { .. } => Protocol::Tcp.number(),
            Self::Udp { .. } => Protocol::Udp.number(),
            Self::Icmp { .. } => Protocol::Icmp.number(),
            Self::Other(number) => number,
        }
    }
}

/// One packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Packet {
    /// Where it comes from.
    pub source: Addr,
    /// Where it goes to.
    pub destination: Addr,
    /// What it carries.
    pub body: Body,
}

impl Packet {
    /// The packet that answers it; `None` for ICMP messages that have no answer.
    pub fn answer(&self) -> Option<Self> {
        let body = match self.body {
            Body::Tcp { source, destination } => Body::Tcp { source: destination, destination: source },
            Body::Udp { source, destination } => Body::Udp { source: destination, destination: source },
            Body::Icmp { kind: 8, code } => Body::Icmp { kind: 0, code },
            Body::Icmp { kind: 13, code } => Body::Icmp { kind: 14, code },
            Body::Icmp { .. } => return None,
            Body::Other(number) => Body::Other(number),
        };
        Some(Self { source: self.destination, destination: self.source, body })
    }
}

impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source: from, destination: to, body } = self;
        match body {
            Body::Tcp { source, destination } => write!(f, "TCP {from}:{source} -> {to}:{destination}"),
            Body::Udp { source, destination } => write!(f, "UDP {from}:{source} -> {to}:{destination}"),
            Body::Icmp { kind, code } => write!(f, "ICMP type {kind} code {code} {from} -> {to}"),
            Body::Other(number) => write!(f, "protocol {number} {from} -> {to}"),
        }
    }
}

/// Where one end of a packet is: what an [`Endpoint`](crate::Endpoint) comes down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A card in a subnet: a known one, a function's, or one of which nothing more is known.
    Card {
        /// The subnet.
        subnet: SubnetId,
        /// The card, if it is a known one.
        vnic: Option<VnicId>,
        /// The function, if it is one's.
        function: Option<FunctionId>,
    },
    /// At a site.
    Site(SiteId),
    /// On the internet.
    Internet,
    /// A service of Oracle's.
    Oracle(OracleService),
}

/// A card with one of its addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Card {
    pub(crate) subnet: SubnetId,
    pub(crate) vnic: Option<VnicId>,
    pub(crate) function: Option<FunctionId>,
    pub(crate) address: Ipv4Addr,
}

impl Card {
    /// Who has `address` in `subnet`: a known card; else what is `meant` to be there; else somebody unknown.
    pub(crate) fn at(network: &Network, subnet: SubnetId, address: Ipv4Addr, meant: &[Place]) -> Self {
        let known = network.vnics.find(|vnic| vnic.subnet == subnet && vnic.has(address));
        let function = meant.iter().find_map(|place| match place {
            Place::Card { subnet: there, vnic: None, function } if *there == subnet => *function,
            _ => None,
        });
        Self { subnet, vnic: known, function: if known.is_some() { None } else { function }, address }
    }

    /// Whether the internet can have a way to it: a public address of a known card; for others, a public subnet.
    pub(crate) fn public(&self, network: &Network) -> bool {
        let subnet = network.subnets.at(self.subnet).access == Access::Public;
        let mapped = self.vnic.is_none_or(|vnic| {
            network.vnics.at(vnic).addresses.iter().any(|ip| ip.address == self.address && ip.public)
        });
        subnet && mapped
    }
}

/// Whether an address can exist on the internet.
pub fn is_public(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || shared
        || a == 0
        || a >= 224)
}
