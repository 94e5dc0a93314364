//! How many addresses the functions of a subnet take at most (R53).

use serde::Serialize;

use super::limits::usable;
use crate::model::{Network, SubnetId};

/// What a subnet's functions need, and what it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// ceil(sum of GB × containers / 14) + 3, as Oracle counts; 0 without functions.
    pub needed: u64,
    /// Addresses that are free: without Oracle's three and those of known cards.
    pub free: u64,
}

impl Need {
    /// Whether they fit.
    pub fn fits(self) -> bool {
        self.needed <= self.free
    }
}

/// Counts for one subnet. A function in several subnets may run wholly in any of them.
pub fn need(network: &Network, subnet: SubnetId) -> Need {
    let functions: Vec<_> =
        network.functions.iter().filter(|(_, function)| function.subnets.contains(&subnet)).collect();
    let megabytes =
        functions.iter().map(|(_, it)| u64::from(it.memory).saturating_mul(u64::from(it.concurrency)));
    let megabytes = megabytes.fold(0, u64::saturating_add);
    let needed = if functions.is_empty() { 0 } else { megabytes.div_ceil(14 * 1024) + 3 };
    let taken = network
        .vnics
        .iter()
        .filter(|(_, vnic)| vnic.subnet == subnet)
        .map(|(_, vnic)| vnic.addresses.len() as u64);
    Need { needed, free: usable(network.subnets.at(subnet).cidr).saturating_sub(taken.sum()) }
}
