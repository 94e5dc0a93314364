//! What Oracle takes as a range (R54, R55).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::Ipv4Addr;

use crate::model::{AttachmentId, Cidr, Network, SubnetId, VcnId};

/// Why a range cannot be a VCN's or a subnet's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RangeFault {
    /// Too large or too small.
    #[error("{0} is /{length}: a VCN's or subnet's range is /16 to /30", length = .0.length())]
    Length(Cidr),
    /// Class D or E, or link-local.
    #[error(
        "{0} cannot be used: 169.254.0.0/16, and everything from 224.0.0.0 on, is taken for other purposes"
    )]
    Reserved(Cidr),
    /// More than five ranges, or none.
    #[error("{0} ranges: a VCN has one to five")]
    Count(usize),
    /// Outside the VCN.
    #[error("{subnet} is not inside a range of its VCN: {vcn}", vcn = .vcn.iter().map(Cidr::to_string).collect::<Vec<_>>().join(", "))]
    OutsideVcn {
        /// The subnet's range.
        subnet: Cidr,
        /// The VCN's ranges.
        vcn: Vec<Cidr>,
    },
    /// Containers' own network: Oracle's images bring it along.
    #[error(
        "{0} overlaps 172.17.0.0/16, which container engines take for themselves: some of Oracle's services cannot be reached from it"
    )]
    Containers(Cidr),
}

impl RangeFault {
    /// Whether Oracle refuses it; else it is a warning.
    pub fn refused(&self) -> bool {
        !matches!(self, Self::Containers(_))
    }
}

/// The network that container engines take by default.
pub(crate) fn containers() -> Cidr {
    Cidr::holding(Ipv4Addr::new(172, 17, 0, 0), 16)
}

fn faults(range: Cidr) -> Vec<RangeFault> {
    let mut found = Vec::new();
    if !(16..=30).contains(&range.length()) {
        found.push(RangeFault::Length(range));
    }
    let link_local = Cidr::holding(Ipv4Addr::new(169, 254, 0, 0), 16);
    if range.overlaps(link_local) || range.last() >= Ipv4Addr::new(224, 0, 0, 0) {
        found.push(RangeFault::Reserved(range));
    }
    if range.overlaps(containers()) {
        found.push(RangeFault::Containers(range));
    }
    found
}

/// What is wrong with a VCN's ranges.
pub fn fault_of_vcn(network: &Network, vcn: VcnId) -> Vec<RangeFault> {
    let cidrs = &network.vcns.at(vcn).cidrs;
    let mut found: Vec<_> = cidrs.iter().flat_map(|range| faults(*range)).collect();
    if cidrs.is_empty() || cidrs.len() > 5 {
        found.push(RangeFault::Count(cidrs.len()));
    }
    found
}

/// What is wrong with a subnet's range.
pub fn fault_of_subnet(network: &Network, subnet: SubnetId) -> Vec<RangeFault> {
    let subnet = network.subnets.at(subnet);
    let vcn = &network.vcns.at(subnet.vcn).cidrs;
    // What is wrong with the VCN's range is said there.
    let mut found: Vec<_> =
        faults(subnet.cidr).into_iter().filter(|fault| matches!(fault, RangeFault::Length(_))).collect();
    if !vcn.iter().any(|range| range.covers(subnet.cidr)) {
        found.push(RangeFault::OutsideVcn { subnet: subnet.cidr, vcn: vcn.clone() });
    }
    found
}

/// How many addresses of a subnet can be given out: Oracle keeps the first two and the last.
pub fn usable(range: Cidr) -> u64 {
    range.size().saturating_sub(3)
}

/// VCNs that are attached more than once: Oracle refuses the second attachment (R22). The attachments, first and second.
pub fn double_attachments(network: &Network) -> Vec<(AttachmentId, AttachmentId)> {
    let mut first: HashMap<VcnId, AttachmentId> = HashMap::new();
    let mut found = Vec::new();
    for (id, attachment) in network.attachments.iter() {
        if let Some(vcn) = attachment.to.vcn() {
            match first.entry(vcn) {
                Entry::Occupied(before) => found.push((*before.get(), id)),
                Entry::Vacant(place) => {
                    place.insert(id);
                }
            }
        }
    }
    found
}
