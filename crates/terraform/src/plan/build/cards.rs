//! Cards: those of instances, further ones, private addresses, database systems.

use std::net::Ipv4Addr;

use adit_net::{Database, Endpoint, Nsg, NsgId, Port, PrivateIp, Rules, SubnetId, Vnic, VnicId};

use super::Builder;
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::link::{Link, Thing, Want};
use crate::plan::record::Kind;

/// Where a database system of the cloud listens.
const POSTGRESQL: i64 = 5432;

impl<'p> Builder<'p> {
    /// All cards whose subnet is known.
    pub(super) fn cards(&mut self) {
        for kind in [Kind::Instance, Kind::VnicAttachment] {
            for (at, record, block) in self.blocks(kind) {
                // Of an instance that is read, the details of its creation are not there: its address stands at the top.
                let details = block.block("create_vnic_details").is();
                let card = details.as_ref().unwrap_or(&block);
                let subnet = if card.raw("subnet_id") == Got::Nothing { &block } else { card };
                let Some(subnet) = self.subnet_of(at, subnet, "subnet_id") else { continue };
                let address = match self.address(card, "private_ip", subnet) {
                    None => self.address(&block, "private_ip", subnet),
                    some => some,
                };
                let id = self.card(at, card, subnet, address, "skip_source_dest_check");
                let public = card.text("assign_public_ip");
                let public = public == Got::Is("true") || matches!(block.text("public_ip"), Got::Is(_));
                for ip in &mut self.network.vnics.at_mut(id).addresses {
                    ip.public = public;
                }
                self.places.say_alias(record.address.clone(), Endpoint::Vnic(id));
            }
        }
        for (at, record, block) in self.blocks(Kind::Vnic) {
            let Some(subnet) = self.subnet_of(at, &block, "subnet_id") else { continue };
            let address = self.address(&block, "private_ip_address", subnet);
            let id = self.card(at, &block, subnet, address, "skip_source_dest_check");
            let public = matches!(block.text("public_ip_address"), Got::Is(_));
            for ip in &mut self.network.vnics.at_mut(id).addresses {
                ip.public = public;
            }
            self.places.say_alias(record.address.clone(), Endpoint::Vnic(id));
        }
        self.private_ips();
        self.public_ips();
        self.db_systems();
    }

    /// A card: one of the same address in the same subnet is the same.
    fn card(
        &mut self,
        at: usize,
        block: &Block<'p>,
        subnet: SubnetId,
        address: Option<Ipv4Addr>,
        skip: &str,
    ) -> VnicId {
        let same = address.and_then(|address| self.cards.get(&(subnet, address)).copied());
        if let Some(vnic) = same {
            self.vnics.insert(Thing::Of(at), vnic);
            return vnic;
        }
        let vcn = self.network.subnets.at(subnet).vcn;
        let said = address.map(|address| address.to_string()).unwrap_or_default();
        let object = self.object(at, &said);
        let nsgs = self.groups_of(block, "nsg_ids", vcn);
        let at_address = address;
        let address = address.map(|address| PrivateIp { address, route_table: None, public: false });
        let skips = block.flag(skip) == Got::Is(true);
        let zpr = matches!(block.raw("security_attributes"), Got::Is(value) if value.as_object().is_some_and(|all| !all.is_empty()));
        let vnic = Vnic {
            object,
            subnet,
            addresses: address.into_iter().collect(),
            nsgs,
            route_table: None,
            source_dest_check: !skips,
            forwarding: adit_net::Forwarding::Unknown,
            zpr,
        };
        let id = self.network.vnics.add(vnic);
        self.vnics.insert(Thing::Of(at), id);
        self.cards.extend(at_address.map(|address| ((subnet, address), id)));
        id
    }

    /// Addresses of their own: on a card that is known, or on one of which nothing else is.
    fn private_ips(&mut self) {
        for (at, record, block) in self.blocks(Kind::PrivateIp) {
            let card = match self.links.link(&block, "vnic_id", Want::Vnic) {
                Link::To(thing) => self.vnics.get(&thing).copied(),
                _ => None,
            };
            let subnet = match card {
                Some(card) => Some(self.network.vnics.at(card).subnet),
                None => match self.links.link(&block, "subnet_id", Want::Subnet) {
                    Link::To(thing) => self.subnets.get(&thing).copied(),
                    _ => None,
                },
            };
            let Some(subnet) = subnet else { continue };
            let Some(address) = self.address(&block, "ip_address", subnet) else { continue };
            let vcn = self.network.subnets.at(subnet).vcn;
            let table = match block.raw("route_table_id") {
                Got::Nothing => None,
                _ => self.named_table(&block, "route_table_id", vcn),
            };
            let known = card.or_else(|| self.cards.get(&(subnet, address)).copied());
            let id = match known {
                Some(card) => {
                    if self.cards.get(&(subnet, address)) != Some(&card) {
                        let ip = PrivateIp { address, route_table: table, public: false };
                        self.network.vnics.at_mut(card).addresses.push(ip);
                    }
                    card
                }
                // Whose card it is on is not known, so neither are the card's groups nor what it does with what is not for it.
                None => {
                    let object = self.object(at, &address.to_string());
                    let mut vnic = Vnic::new(object, subnet, address);
                    vnic.source_dest_check = false;
                    vnic.route_table = table;
                    let id = self.network.vnics.add(vnic);
                    self.places.say_alias(record.address.clone(), Endpoint::Vnic(id));
                    id
                }
            };
            self.cards.insert((subnet, address), id);
            self.vnics.insert(Thing::Of(at), id);
        }
    }

    /// Public addresses that are mapped to private ones.
    fn public_ips(&mut self) {
        for (_, _, block) in self.blocks(Kind::PublicIp) {
            let Link::To(thing @ Thing::Of(at)) = self.links.link(&block, "private_ip_id", Want::PrivateIp)
            else {
                continue;
            };
            let address = self.links.block(at).and_then(|block| block.text("ip_address").is());
            let Some(address) = address.and_then(|text| text.parse::<Ipv4Addr>().ok()) else { continue };
            let Some(card) = self.vnics.get(&thing).copied() else { continue };
            for ip in &mut self.network.vnics.at_mut(card).addresses {
                ip.public |= ip.address == address;
            }
        }
    }

    /// Database systems, by the address of their primary end.
    fn db_systems(&mut self) {
        for (at, record, block) in self.blocks(Kind::DbSystem) {
            let Some(details) = block.block("network_details").is() else { continue };
            let Some(subnet) = self.subnet_of(at, &details, "subnet_id") else { continue };
            let Some(address) = self.address(&details, "primary_db_endpoint_private_ip", subnet) else {
                let why = self.links.why(&details, "primary_db_endpoint_private_ip", None);
                self.note(at, "this database is left out", &why);
                continue;
            };
            let vnic = self.card(at, &details, subnet, Some(address), "none");
            let Ok(port) = Port::new(POSTGRESQL) else { continue };
            let object = self.network.vnics.at(vnic).object.clone();
            let id = self.network.databases.add(Database { object, vnic, address, port });
            self.places.say_alias(record.address.clone(), Endpoint::Database(id));
        }
    }

    /// The subnet that an argument names.
    pub(super) fn subnet_of(&mut self, at: usize, block: &Block<'p>, attribute: &str) -> Option<SubnetId> {
        match self.links.link(block, attribute, Want::Subnet) {
            Link::To(thing @ Thing::Of(_)) => self.subnets.get(&thing).copied(),
            Link::To(thing) => {
                let why = self.unknown(thing).1;
                self.note(at, "it is left out", &why);
                None
            }
            Link::Open(why) => {
                self.note(at, "it is left out", &why);
                None
            }
            Link::Nothing => None,
        }
    }

    /// An address in a subnet.
    fn address(&self, block: &Block<'p>, attribute: &str, subnet: SubnetId) -> Option<Ipv4Addr> {
        let text = block.text(attribute).is()?;
        let cidr = self.network.subnets.at(subnet).cidr;
        let Ok(address) = text.parse::<Ipv4Addr>() else {
            // IPv6 is another address of the same card.
            if !text.contains(':') {
                block.fault(code::REFUSED, attribute, text, "an address such as 10.1.0.10");
            }
            return None;
        };
        if !cidr.contains(address) {
            let found = format!("{address} is outside its subnet, {cidr}");
            block.fault(code::REFUSED, attribute, &found, &format!("an address in {cidr}"));
            return None;
        }
        Some(address)
    }

    /// The groups that a list names. Where it cannot be told, a group whose rules are not known stands for them.
    pub(super) fn groups_of(
        &mut self,
        block: &Block<'p>,
        attribute: &str,
        vcn: adit_net::VcnId,
    ) -> Vec<NsgId> {
        match self.links.links(block, attribute, Want::Nsg) {
            Ok(things) => things.into_iter().map(|thing| self.group(thing, vcn)).collect(),
            Err(why) => {
                let name = self.links.named(block, attribute);
                let object = self.stranger(&name, &why);
                vec![self.network.nsgs.add(Nsg { object, vcn, rules: Rules::Unknown })]
            }
        }
    }

    /// A group; one that is not in the plan has rules that are not known.
    pub(super) fn group(&mut self, thing: Thing, vcn: adit_net::VcnId) -> NsgId {
        if let Some(group) = self.nsgs.get(&thing) {
            return *group;
        }
        let (name, why) = self.unknown(thing);
        let object = self.stranger(&name, &why);
        let id = self.network.nsgs.add(Nsg { object, vcn, rules: Rules::Unknown });
        self.nsgs.insert(thing, id);
        id
    }
}
