//! The next free range.

use std::net::Ipv4Addr;

use super::limits::containers;
use crate::model::{Cidr, Network, VcnId};

/// What is wished for: a length, and where it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// /16 to /30.
    pub length: u8,
    /// Inside which ranges; empty: the private ranges of RFC 1918.
    pub inside: Vec<Cidr>,
}

/// What is taken: ranges of the network, and those that are kept free for something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    taken: Vec<Cidr>,
}

impl Plan {
    /// For a new VCN: every range of every VCN and site is taken, and what container engines take for themselves.
    pub fn of_vcns(network: &Network) -> Self {
        let vcns = network.vcns.iter().flat_map(|(_, vcn)| vcn.cidrs.clone());
        let sites = network.sites.iter().flat_map(|(_, site)| site.ranges.clone());
        Self { taken: vcns.chain(sites).chain([containers()]).collect() }
    }

    /// For a new subnet of a VCN: its other subnets are taken.
    pub fn of_subnets(network: &Network, vcn: VcnId) -> Self {
        let subnets = network.subnets.iter().filter(|(_, subnet)| subnet.vcn == vcn);
        Self { taken: subnets.map(|(_, subnet)| subnet.cidr).collect() }
    }

    /// Keeps a range free for something else.
    pub fn reserve(&mut self, range: Cidr) {
        self.taken.push(range);
    }

    /// The first ranges that are free, at most `count`. They do not overlap each other.
    ///
    /// Nothing of 10.0.0.0/16 is offered unless it is asked for by `inside`: every wizard offers it, so it is what the other
    /// team has already.
    pub fn free(&self, wish: &Wish, count: usize) -> Vec<Cidr> {
        let mut taken = self.taken.clone();
        let private = [
            Cidr::holding(Ipv4Addr::new(10, 0, 0, 0), 8),
            Cidr::holding(Ipv4Addr::new(172, 16, 0, 0), 12),
            Cidr::holding(Ipv4Addr::new(192, 168, 0, 0), 16),
        ];
        let inside: &[Cidr] = if wish.inside.is_empty() {
            taken.push(Cidr::holding(Ipv4Addr::new(10, 0, 0, 0), 16));
            &private
        } else {
            &wish.inside
        };
        taken.sort_unstable_by_key(|range| range.first());
        let mut found = Vec::new();
        for range in inside.iter().filter(|range| range.length() <= wish.length) {
            let size = 1u64 << (32 - u32::from(wish.length.min(32)));
            let (mut next, last) = (u64::from(u32::from(range.first())), u64::from(u32::from(range.last())));
            while found.len() < count && next + size - 1 <= last {
                let candidate =
                    Cidr::holding(Ipv4Addr::from(u32::try_from(next).unwrap_or(u32::MAX)), wish.length);
                // Behind whatever is in the way: a candidate is tried once for each range that is taken, not once for each block.
                match taken.iter().filter(|taken| taken.overlaps(candidate)).map(|taken| taken.last()).max() {
                    Some(end) => next = (u64::from(u32::from(end)).max(next) + 1).div_ceil(size) * size,
                    None => {
                        if !found.iter().any(|other: &Cidr| other.overlaps(candidate)) {
                            found.push(candidate);
                        }
                        next += size;
                    }
                }
            }
        }
        found
    }
}
