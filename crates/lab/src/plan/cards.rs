//! Cards: a namespace for each VNIC, each function in each of its subnets, and one for the unknown machines of a subnet.

use std::net::Ipv4Addr;

use adit_net::{Access, Cidr, Endpoint, Forwarding, FunctionId, Network, SubnetId, VnicId};

use super::{Inexpressible, Plan, SpaceId, Spot, filter};

/// A card, and what its namespace has.
pub(super) struct Card {
    pub(super) space: SpaceId,
    pub(super) subnet: SubnetId,
    pub(super) vnic: Option<VnicId>,
    pub(super) function: Option<FunctionId>,
    pub(super) ranges: Vec<Cidr>,
    /// Whether it passes on what is not for itself (R11).
    pub(super) forwards: bool,
}

impl Card {
    /// The name of its wire at its VCN's router.
    pub(super) fn wire(&self) -> String {
        format!("c{}", self.space.index())
    }

    /// Whether the internet can have a way to one of its addresses (R51).
    pub(super) fn public(&self, network: &Network, address: Ipv4Addr) -> bool {
        let mapped = self.vnic.is_none_or(|vnic| {
            network.vnics.at(vnic).addresses.iter().any(|ip| ip.address == address && ip.public)
        });
        network.subnets.at(self.subnet).access == Access::Public && mapped
    }

    /// Its addresses, one by one.
    pub(super) fn addresses(&self) -> impl Iterator<Item = Ipv4Addr> {
        self.ranges
            .iter()
            .flat_map(|range| u32::from(range.first())..=u32::from(range.last()))
            .map(Ipv4Addr::from)
    }
}

/// All cards, each in a namespace with its addresses and its filter.
pub(super) fn cards(network: &Network, plan: &mut Plan) -> Result<Vec<Card>, Inexpressible> {
    let mut cards = Vec::new();
    for (id, vnic) in network.vnics.iter() {
        let ranges: Vec<_> = vnic.addresses.iter().map(|ip| Cidr::host(ip.address)).collect();
        let forwards = !vnic.source_dest_check && vnic.forwarding == Forwarding::Yes;
        let space = plan.space(format!("machine {}", vnic.object.name), forwards);
        let databases = network.databases.iter().filter(|(_, database)| database.vnic == id);
        for (database, it) in databases {
            let endpoint = Endpoint::Database(database);
            plan.spots.push(Spot { space, endpoint, range: Cidr::host(it.address) });
        }
        if let Some(primary) = ranges.first() {
            plan.spots.push(Spot { space, endpoint: Endpoint::Vnic(id), range: *primary });
        }
        cards.push(Card { space, subnet: vnic.subnet, vnic: Some(id), function: None, ranges, forwards });
    }
    for (id, subnet) in network.subnets.iter() {
        let mut free = slices(network, id);
        let mut add = |endpoint, function, range| {
            let name = match function {
                Some(function) => &network.functions.at(function).object.name,
                None => &subnet.object.name,
            };
            let space = plan.space(format!("{name} in {}", subnet.cidr), false);
            plan.spots.push(Spot { space, endpoint, range });
            cards.push(Card {
                space,
                subnet: id,
                vnic: None,
                function,
                ranges: vec![range],
                forwards: false,
            });
        };
        for (function, it) in network.functions.iter().filter(|(_, it)| it.subnets.contains(&id)) {
            let range = free.next().ok_or_else(|| Inexpressible::NoRoom(it.object.name.clone()))?;
            add(Endpoint::Function(function), Some(function), range);
        }
        // Of machines that nobody knows none need be there.
        if let Some(range) = free.next() {
            add(Endpoint::Subnet(id), None, range);
        }
    }
    for card in &cards {
        for range in &card.ranges {
            plan.ip(card.space, format!("route add local {range} dev lo"));
        }
        plan.nft(card.space, &filter::card(network, card, &cards));
    }
    Ok(cards)
}

/// Parts of a subnet in which no known card is, and which are not Oracle's (R54).
fn slices(network: &Network, id: SubnetId) -> impl Iterator<Item = Cidr> {
    let subnet = network.subnets.at(id).cidr;
    let length = (subnet.length() + 4).clamp(28, 32);
    let step = 1u32 << (32 - u32::from(length));
    let (first, last) = (u32::from(subnet.first()), u32::from(subnet.last()));
    let blocks = (1u32..).map_while(move |block| {
        let start = first.checked_add(block.checked_mul(step)?)?;
        (start.checked_add(step)? <= last).then(|| Cidr::holding(Ipv4Addr::from(start), length))
    });
    blocks.filter(move |slice| {
        let taken =
            network.vnics.iter().flat_map(|(_, vnic)| &vnic.addresses).any(|ip| slice.contains(ip.address));
        !taken && slice.first() > Ipv4Addr::from(first.saturating_add(1))
    })
}
