//! Functions: each is what its application's subnets and groups make of it.

use adit_net::{Endpoint, Function, SubnetId};

use super::Builder;
use crate::plan::block::{Block, Got};
use crate::plan::link::{Link, Thing, Want};
use crate::plan::record::Kind;

/// The memory of a container where none is known, in MB.
const MEMORY: u32 = 128;

impl<'p> Builder<'p> {
    /// All functions, and the applications that have none in the plan: their functions come from elsewhere.
    pub(super) fn functions(&mut self) {
        let mut used = Vec::new();
        for (at, _, block) in self.blocks(Kind::Function) {
            let application = match self.links.link(&block, "application_id", Want::Application) {
                Link::To(Thing::Of(application)) => application,
                Link::To(thing) => {
                    let why = self.unknown(thing).1;
                    self.note(at, "this function is left out", &why);
                    continue;
                }
                Link::Open(why) => {
                    self.note(at, "this function is left out", &why);
                    continue;
                }
                Link::Nothing => continue,
            };
            used.push(application);
            let memory = block.number("memory_in_mbs").is().and_then(|memory| u32::try_from(memory).ok());
            let Some(application) = self.links.block(application) else { continue };
            let count = block.block("provisioned_concurrency_config").is();
            let count = count.and_then(|block| block.number("count").is());
            let concurrency = count.and_then(|count| u32::try_from(count).ok()).unwrap_or(1);
            self.function(at, &application, memory.unwrap_or(MEMORY), concurrency.max(1));
        }
        for (at, _, block) in self.blocks(Kind::Application) {
            if !used.contains(&at) {
                self.function(at, &block, MEMORY, 1);
            }
        }
    }

    fn function(&mut self, at: usize, application: &Block<'p>, memory: u32, concurrency: u32) {
        let things = match self.links.links(application, "subnet_ids", Want::Subnet) {
            Ok(things) => things,
            Err(why) => return self.note(at, "this function is left out", &why),
        };
        let mut subnets: Vec<SubnetId> = Vec::new();
        for thing in things {
            match self.subnets.get(&thing) {
                Some(subnet) => subnets.push(*subnet),
                None => {
                    let why = self.unknown(thing).1;
                    return self.note(at, "this function is left out", &why);
                }
            }
        }
        let Some(vcn) = subnets.first().map(|subnet| self.network.subnets.at(*subnet).vcn) else { return };
        let mut nsgs = self.groups_of(application, "network_security_group_ids", vcn);
        let more: Vec<_> = nsgs.iter().filter_map(|group| self.groups_beside.get(group)).copied().collect();
        nsgs.extend(more);
        let zpr = matches!(
            application.raw("security_attributes"),
            Got::Is(value) if value.as_object().is_some_and(|all| !all.is_empty())
        );
        let object = self.object(at, "");
        let alias = self.record(at).map(|record| record.address.clone()).unwrap_or_default();
        let id = self.network.functions.add(Function { object, subnets, nsgs, memory, concurrency, zpr });
        self.places.say_alias(alias, Endpoint::Function(id));
    }
}
