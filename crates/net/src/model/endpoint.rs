//! What questions are asked about: functions, databases, sites, the internet, Oracle's services.

use std::net::Ipv4Addr;

use serde::Serialize;

use super::{Cidr, DatabaseId, FunctionId, NsgId, Object, Port, Protocol, SiteId, SubnetId, VnicId};

/// A function. Its VNICs have no fixed addresses: it is analysed as the whole of its subnets (R52).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Name, owner, origin.
    pub object: Object,
    /// The subnets of its application: one to three.
    pub subnets: Vec<SubnetId>,
    /// The groups of its application.
    pub nsgs: Vec<NsgId>,
    /// Memory of one container in MB.
    pub memory: u32,
    /// How many containers run at once at the most.
    pub concurrency: u32,
    /// Whether its application carries a security attribute (R38).
    pub zpr: bool,
}

/// A database: a port at an address of a VNIC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Name, owner, origin.
    pub object: Object,
    /// The card.
    pub vnic: VnicId,
    /// One of the card's addresses.
    pub address: Ipv4Addr,
    /// Where it, or its pooler, listens.
    pub port: Port,
}

/// A network of the customer's outside the cloud. That it sends packets for the cloud into its lines, and answers back, is
/// assumed and said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Name, owner, origin.
    pub object: Object,
    /// Its ranges.
    pub ranges: Vec<Cidr>,
}

/// One of Oracle's services, as far as service gateways tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OracleService {
    /// Object Storage.
    ObjectStorage,
    /// Any other: the Vault, the registry of images, Logging.
    Other,
}

/// One end of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// A function: any address of its subnets.
    Function(FunctionId),
    /// A database: its address (and its port, as a destination).
    Database(DatabaseId),
    /// A machine: its primary address.
    Vnic(VnicId),
    /// Any address of a subnet.
    Subnet(SubnetId),
    /// One address, wherever it is: in a subnet, at a site, on the internet.
    Address(Ipv4Addr),
    /// Any address of a site.
    Site(SiteId),
    /// Any public address that is in no VCN and at no site.
    Internet,
    /// One of Oracle's services.
    Oracle(OracleService),
}

/// A question: do packets get from one end to the other, and the answers back?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flow {
    /// Who opens the connection.
    pub from: Endpoint,
    /// Who answers.
    pub to: Endpoint,
    /// TCP, UDP, or an ICMP echo.
    pub protocol: Protocol,
    /// The port at the other end. `None`: the database's own, or every port.
    pub port: Option<Port>,
}

impl Flow {
    /// A TCP connection to the port that the other end is known by.
    pub fn tcp(from: Endpoint, to: Endpoint) -> Self {
        Self { from, to, protocol: Protocol::Tcp, port: None }
    }

    /// The same, to another port.
    #[must_use]
    pub fn port(self, port: Port) -> Self {
        Self { port: Some(port), ..self }
    }
}
