//! What packets come from and go to: databases, functions, machines that forward.

use std::net::Ipv4Addr;

use adit_net::{Database, Forwarding, Function, SubnetId, Vnic, VnicId};

use super::faults::{no_such, too_many};
use super::{Builder, Need};
use crate::code;
use crate::finding::Finding;
use crate::model::Name;
use crate::source::At;
use crate::words::shown;

/// The memory of a container that says none, in MB.
const MEMORY: u32 = 128;

impl<'b> Builder<'b> {
    /// All machines that forward.
    pub(super) fn appliances(&mut self) {
        let blueprint = self.blueprint;
        for machine in &blueprint.appliances {
            let Some(subnet) = self.subnet_of(&machine.subnet) else { continue };
            let vcn = self.network.subnets.at(subnet).vcn;
            let Some(card) = self.card(&machine.name, subnet, &machine.address) else { continue };
            let nsgs = self.groups(vcn, &machine.nsgs);
            let table = machine.route_table.as_ref().map(|name| self.table(vcn, name));
            let vnic = &mut self.network.vnics.at_mut(card);
            vnic.nsgs = nsgs;
            vnic.route_table = table;
            vnic.source_dest_check = machine.source_check;
            vnic.forwarding = match machine.forwards {
                Some(true) => Forwarding::Yes,
                Some(false) => Forwarding::No,
                None => Forwarding::Unknown,
            };
        }
    }

    /// All databases. Those of one address share a card.
    pub(super) fn databases(&mut self) {
        let blueprint = self.blueprint;
        for database in &blueprint.databases {
            let Some(subnet) = self.subnet_of(&database.subnet) else { continue };
            let vcn = self.network.subnets.at(subnet).vcn;
            let Some(vnic) = self.card(&database.name, subnet, &database.address) else { continue };
            for group in self.groups(vcn, &database.nsgs) {
                if !self.network.vnics.at(vnic).nsgs.contains(&group) {
                    self.network.vnics.at_mut(vnic).nsgs.push(group);
                }
            }
            let managed = self.network.vcns.at(vcn).object.managed;
            let object = self.object(&database.name, managed);
            let (address, port) = (database.address.value, database.port.value);
            self.network.databases.add(Database { object, vnic, address, port });
        }
    }

    /// All functions; tells which database each writes to.
    pub(super) fn functions(&mut self) -> Vec<Need> {
        let blueprint = self.blueprint;
        let mut places = std::collections::HashMap::new();
        for application in &blueprint.applications {
            if let Some(fourth) = application.subnets.get(3) {
                let found = application.subnets.len();
                self.faults.push(too_many(&application.name.value, fourth.span, "subnets", found, 3));
            }
            let subnets: Vec<SubnetId> =
                application.subnets.iter().filter_map(|name| self.subnet_of(name)).collect();
            let vcn = subnets.first().map(|subnet| self.network.subnets.at(*subnet).vcn);
            let nsgs = vcn.map(|vcn| self.groups(vcn, &application.nsgs)).unwrap_or_default();
            places.insert(application.name.value.as_str(), (application, subnets, nsgs));
        }
        let databases: std::collections::HashMap<String, adit_net::DatabaseId> = self
            .network
            .databases
            .iter()
            .map(|(id, database)| (database.object.name.as_str().to_owned(), id))
            .collect();
        let mut needs = Vec::new();
        for function in &blueprint.functions {
            let Some((application, subnets, nsgs)) = places.get(function.application.value.as_str()) else {
                self.faults.push(no_such(&function.application, "an application", places.keys().copied()));
                continue;
            };
            let object = self.object(&function.name, true);
            let made = self.network.functions.add(Function {
                object,
                subnets: subnets.clone(),
                nsgs: nsgs.clone(),
                memory: function.memory.map_or(MEMORY, |memory| memory.value),
                concurrency: application.concurrency.map_or(1, |concurrency| concurrency.value),
                zpr: false,
            });
            for bucket in &function.buckets {
                if !blueprint.buckets.iter().any(|written| written.name.value == bucket.value) {
                    let known = blueprint.buckets.iter().map(|bucket| bucket.name.value.as_str());
                    self.faults.push(no_such(bucket, "a bucket [bucket.NAME]", known.collect::<Vec<_>>()));
                }
            }
            let Some(name) = &function.database else { continue };
            let database = databases.get(&name.value).copied();
            match database {
                Some(database) => needs.push(Need { function: made, database, span: name.span }),
                // A database that could not be placed was told already.
                None if blueprint.databases.iter().any(|written| written.name.value == name.value) => {}
                None => {
                    let known: Vec<&str> =
                        blueprint.databases.iter().map(|database| database.name.value.as_str()).collect();
                    self.faults.push(no_such(name, "a database", known));
                }
            }
        }
        needs
    }

    /// The subnet that a `VCN/SUBNET` names.
    fn subnet_of(&mut self, name: &Name) -> Option<SubnetId> {
        let found = name.value.split_once('/').and_then(|pair| self.subnets.get(&pair).copied());
        if found.is_none() {
            let known: Vec<String> =
                self.subnets.keys().map(|(vcn, subnet)| format!("{vcn}/{subnet}")).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            // The subnet's name alone is the usual slip.
            let meant: Vec<&str> =
                known.iter().copied().filter(|known| known.ends_with(&format!("/{}", name.value))).collect();
            self.faults.push(match meant.as_slice() {
                [meant] => no_such(name, "a subnet VCN/SUBNET", known.clone())
                    .expected(format!("`{meant}`"))
                    .fix(format!("write `{meant}`"))
                    .edit(name.span, crate::value::quoted(meant)),
                _ => no_such(name, "a subnet VCN/SUBNET", known.clone()),
            });
        }
        found
    }

    /// The card that has an address in a subnet.
    fn card(&mut self, name: &Name, subnet: SubnetId, address: &At<Ipv4Addr>) -> Option<VnicId> {
        let cidr = self.network.subnets.at(subnet).cidr;
        let (first, last) = (u32::from(cidr.first()), u32::from(cidr.last()));
        let number = u32::from(address.value);
        if !cidr.contains(address.value) || number <= first.saturating_add(1) || number == last {
            self.faults.push(self.misplaced(name, subnet, address));
            return None;
        }
        if let Some(card) = self.cards.get(&(subnet, address.value)) {
            return Some(*card);
        }
        let vcn = self.network.subnets.at(subnet).vcn;
        let managed = self.network.vcns.at(vcn).object.managed;
        let object = self.object(name, managed);
        let card = self.network.vnics.add(Vnic::new(object, subnet, address.value));
        self.cards.insert((subnet, address.value), card);
        Some(card)
    }

    fn misplaced(&self, name: &Name, subnet: SubnetId, address: &At<Ipv4Addr>) -> Finding {
        let subnet = &self.network.subnets.at(subnet);
        let (name, range) = (shown(&name.value), subnet.cidr);
        let said = if range.contains(address.value) {
            format!("`{name}` has address {}, which the cloud keeps for itself", address.value)
        } else {
            format!(
                "`{name}` has address {}, outside its subnet `{}` ({range})",
                address.value, subnet.object.name
            )
        };
        let second = Ipv4Addr::from(u32::from(range.first()).saturating_add(2));
        let before_last = Ipv4Addr::from(u32::from(range.last()).saturating_sub(1));
        let finding = Finding::new(code::OUTSIDE_SUBNET, &name, address.span, said)
            .here("not an address for a machine there")
            .observed(address.value.to_string())
            .expected(format!("{second} to {before_last}; the first two and the last are the cloud's"))
            .fix(format!("write an address from {second} to {before_last}, or name another subnet"));
        match self.places.span(subnet.object.source) {
            Some(span) => finding.also(span, "the subnet"),
            None => finding,
        }
    }
}
