//! The two ends of a question, and the packets that stand for it.

use std::net::Ipv4Addr;

use crate::model::{Cidr, Endpoint, Name, Network, OracleService, Peer, ServiceLabel, VcnId};
use crate::packet::{Addr, Packet, Place, is_public};

/// Why a question cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// An address in several subnets, of different VCNs: which one is meant must be said.
    #[error("{0} is in more than one subnet: {names}; name the subnet or the object instead", names = .1.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))]
    SeveralSubnets(Ipv4Addr, Vec<Name>),
    /// A private address that is in no subnet and at no site.
    #[error("{0} is a private address that is in no subnet and at no site of this network")]
    Nowhere(Ipv4Addr),
    /// 169.254.0.0/16 belongs to the machine itself.
    #[error(
        "{0} is a service of the machine itself (metadata, DNS, boot volume): nothing filters the way to it"
    )]
    LinkLocal(Ipv4Addr),
    /// Neither end is in this network.
    #[error("neither end is in a subnet: there is nothing to find out")]
    Outside,
    /// A packet that does not come from the one end, or does not go to the other.
    #[error("{0} is not a packet from the one end to the other")]
    Elsewhere(Packet),
    /// An object without an address or subnet.
    #[error("`{0}` has no address to ask about")]
    NoAddress(Name),
}

/// One end: where it is, and which addresses it may have there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) place: Place,
    /// The addresses; `None` for Oracle's services.
    pub(crate) range: Option<Cidr>,
}

impl End {
    /// Whether it may have this address.
    fn has(&self, address: Addr) -> bool {
        match (address, self.range) {
            (Addr::Ip(address), Some(range)) => range.contains(address),
            (Addr::Oracle(service), None) => self.place == Place::Oracle(service),
            _ => false,
        }
    }

    pub(crate) fn vcn(&self, network: &Network) -> Option<VcnId> {
        match self.place {
            Place::Card { subnet, .. } => Some(network.subnets.at(subnet).vcn),
            _ => None,
        }
    }

    /// What a security rule calls it.
    pub(crate) fn peer(&self) -> Peer {
        match (self.place, self.range) {
            (Place::Oracle(service), _) => Peer::Service(label(service)),
            (_, Some(range)) => Peer::Cidr(range),
            (_, None) => Peer::Cidr(Cidr::ALL),
        }
    }

    /// What it is called.
    pub(crate) fn name(&self, network: &Network) -> Name {
        match self.place {
            Place::Card { vnic: Some(vnic), .. } => network.vnics.at(vnic).object.name.clone(),
            Place::Card { function: Some(function), .. } => {
                network.functions.at(function).object.name.clone()
            }
            Place::Card { subnet, .. } => network.subnets.at(subnet).object.name.clone(),
            Place::Site(site) => network.sites.at(site).object.name.clone(),
            Place::Internet => Name::new("internet"),
            Place::Oracle(_) => Name::new("Oracle services"),
        }
    }
}

/// The label that names a service.
pub(crate) fn label(service: OracleService) -> ServiceLabel {
    match service {
        OracleService::ObjectStorage => ServiceLabel::ObjectStorage,
        OracleService::Other => ServiceLabel::AllServices,
    }
}

/// Where an endpoint is. Several ends are all meant: a function in three subnets, a site of two ranges.
pub(crate) fn ends(network: &Network, endpoint: Endpoint) -> Result<Vec<End>, AskError> {
    let card = |subnet, vnic, function, range| End {
        place: Place::Card { subnet, vnic, function },
        range: Some(range),
    };
    let found = match endpoint {
        Endpoint::Function(id) => {
            let function = network.functions.at(id);
            let subnets = function.subnets.iter();
            let ends: Vec<_> = subnets
                .map(|&subnet| card(subnet, None, Some(id), network.subnets.at(subnet).cidr))
                .collect();
            if ends.is_empty() {
                return Err(AskError::NoAddress(function.object.name.clone()));
            }
            ends
        }
        Endpoint::Database(id) => {
            let database = network.databases.at(id);
            let subnet = network.vnics.at(database.vnic).subnet;
            vec![card(subnet, Some(database.vnic), None, Cidr::host(database.address))]
        }
        Endpoint::Vnic(id) => {
            let vnic = network.vnics.at(id);
            let Some(ip) = vnic.addresses.first() else {
                return Err(AskError::NoAddress(vnic.object.name.clone()));
            };
            vec![card(vnic.subnet, Some(id), None, Cidr::host(ip.address))]
        }
        Endpoint::Subnet(id) => vec![card(id, None, None, network.subnets.at(id).cidr)],
        Endpoint::Site(id) => {
            let site = network.sites.at(id);
            if site.ranges.is_empty() {
                return Err(AskError::NoAddress(site.object.name.clone()));
            }
            site.ranges.iter().map(|&range| End { place: Place::Site(id), range: Some(range) }).collect()
        }
        Endpoint::Internet => vec![End { place: Place::Internet, range: Some(Cidr::ALL) }],
        Endpoint::Oracle(service) => vec![End { place: Place::Oracle(service), range: None }],
        Endpoint::Address(address) => vec![address_end(network, address)?],
    };
    Ok(found)
}

/// The one end that a packet comes from, and the one that it goes to.
pub(crate) fn ends_of(
    network: &Network,
    from: Endpoint,
    to: Endpoint,
    packet: Packet,
) -> Result<(End, End), AskError> {
    let end = |endpoint, address| {
        let found = ends(network, endpoint)?.into_iter().find(|end| end.has(address));
        found.ok_or(AskError::Elsewhere(packet))
    };
    Ok((end(from, packet.source)?, end(to, packet.destination)?))
}

fn address_end(network: &Network, address: Ipv4Addr) -> Result<End, AskError> {
    if address.is_link_local() {
        return Err(AskError::LinkLocal(address));
    }
    let range = Some(Cidr::host(address));
    let subnets: Vec<_> =
        network.subnets.iter().filter(|(_, subnet)| subnet.cidr.contains(address)).collect();
    match subnets.as_slice() {
        [(subnet, _)] => {
            let vnic = network.vnics.find(|vnic| vnic.subnet == *subnet && vnic.has(address));
            return Ok(End { place: Place::Card { subnet: *subnet, vnic, function: None }, range });
        }
        [] => {}
        several => {
            let names = several.iter().map(|(_, subnet)| subnet.object.name.clone()).collect();
            return Err(AskError::SeveralSubnets(address, names));
        }
    }
    let site = network.sites.find(|site| site.ranges.iter().any(|range| range.contains(address)));
    match site {
        Some(site) => Ok(End { place: Place::Site(site), range }),
        None if is_public(address) => Ok(End { place: Place::Internet, range }),
        None => Err(AskError::Nowhere(address)),
    }
}
