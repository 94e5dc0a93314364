//! What must never get through: proved for every packet, or refuted by one.

use serde::Serialize;

use super::engine::Engine;
use super::fields;
use super::query::{between, pairs, reached};
use crate::model::{Endpoint, SubnetId, VcnId};
use crate::packet::Place;
use crate::trace::{AskError, End, RuleText, Trace, trace};

/// Whether something never gets through.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// No packet does.
    Holds,
    /// This one does.
    Refuted(Box<Counterexample>),
    /// This one might: something is not known, or is ambiguous.
    Open(Box<Counterexample>),
}

/// A packet that gets, or might get, where none must.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Counterexample {
    /// Its way. That its answer may not get back does not help: the packet was there.
    pub trace: Trace,
    /// The rules that let it through, in the order in which it met them.
    pub by: Vec<RuleText>,
}

impl Engine {
    /// Whether no packet from one end gets to the other: to a database's port, to any port of anything else.
    ///
    /// # Errors
    /// A question that has no meaning in this network.
    pub fn never(&mut self, from: Endpoint, to: Endpoint) -> Result<Proof, AskError> {
        let pairs = pairs(self.network(), from, to)?;
        Ok(self.none(&pairs, to))
    }

    /// Whether nothing in a VCN but `allowed` gets to an end.
    ///
    /// What has a function's subnet as its address cannot be told from the function by address, so machines of which nothing is
    /// known are not looked for in the subnets of an allowed function; declared ones, and other functions, are.
    ///
    /// # Errors
    /// A question that has no meaning in this network.
    pub fn nothing_else(
        &mut self,
        within: VcnId,
        allowed: &[Endpoint],
        to: Endpoint,
    ) -> Result<Proof, AskError> {
        let mut open = Proof::Holds;
        for from in self.others(within, allowed, to) {
            let pairs = match pairs(self.network(), from, to) {
                Ok(pairs) => pairs,
                Err(AskError::NoAddress(_)) => continue,
                Err(error) => return Err(error),
            };
            match self.none(&pairs, to) {
                Proof::Holds => {}
                Proof::Open(example) => open = Proof::Open(example),
                refuted @ Proof::Refuted(_) => return Ok(refuted),
            }
        }
        Ok(open)
    }

    fn others(&self, within: VcnId, allowed: &[Endpoint], to: Endpoint) -> Vec<Endpoint> {
        let network = self.network();
        let inside = |subnet: SubnetId| network.subnets.at(subnet).vcn == within;
        // A database and its card are the same place.
        let same = |end: Endpoint| match end {
            Endpoint::Database(id) => Endpoint::Vnic(network.databases.at(id).vnic),
            end => end,
        };
        let allowed: Vec<_> = allowed.iter().copied().chain([to]).map(same).collect();
        let whole = |subnet: SubnetId| allowed.contains(&Endpoint::Subnet(subnet));
        let of_function = |subnet: SubnetId| {
            allowed.iter().any(|end| matches!(end, Endpoint::Function(id) if network.functions.at(*id).subnets.contains(&subnet)))
        };
        let subnets = network
            .subnets
            .ids()
            .filter(|&id| inside(id) && !whole(id) && !of_function(id))
            .map(Endpoint::Subnet);
        let vnics = network.vnics.iter().filter(|(_, vnic)| inside(vnic.subnet) && !whole(vnic.subnet));
        let functions = network.functions.iter().filter(|(_, function)| {
            function.subnets.iter().any(|&subnet| inside(subnet))
                && !function.subnets.iter().all(|&subnet| whole(subnet))
        });
        let vnics = vnics.map(|(id, _)| Endpoint::Vnic(id));
        let functions = functions.map(|(id, _)| Endpoint::Function(id));
        subnets.chain(vnics).chain(functions).filter(|end| !allowed.contains(end)).collect()
    }

    fn none(&mut self, pairs: &[(End, End)], to: Endpoint) -> Proof {
        let all = (0, u64::from(u16::MAX));
        let body = match to {
            Endpoint::Database(id) => {
                let port = u64::from(self.network().databases.at(id).port.number());
                [(6, 6), (1, all.1), (port, port)]
            }
            _ => [(0, 255), all, all],
        };
        let mut open = Proof::Holds;
        for (from, to) in pairs {
            // From a machine to itself no packet leaves.
            if matches!(from.place, Place::Card { vnic: Some(_), .. }) && from.place == to.place {
                continue;
            }
            let set = between(self, from, to, body);
            let reached = reached(self, *from, *to, set);
            if let Some(&fields) = self.store.boxes(reached.there, 1).first() {
                return Proof::Refuted(Box::new(self.example(from, to, fields)));
            }
            if let Some(&fields) = self.store.boxes(reached.perhaps_there, 1).first() {
                open = Proof::Open(Box::new(self.example(from, to, fields)));
            }
        }
        open
    }

    fn example(&self, from: &End, to: &End, fields: super::store::Box5) -> Counterexample {
        let trace = trace(self.network(), *from, *to, fields::packet(fields));
        let by = trace.there.iter().flat_map(|hop| hop.decided.clone()).collect();
        Counterexample { trace, by }
    }
}
