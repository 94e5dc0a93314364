//! Which way a VCN's route table sends a packet (R5 to R13).

use super::admit::serves;
use crate::legal::{Door, refused};
use crate::model::{Destination, Network, RouteTable, Target, VcnId};
use crate::packet::Addr;

/// What a table says of one destination.
pub(crate) enum Choice {
    /// The VCN's own range.
    Local,
    /// The rules of that place: one, or several for the same destination.
    Rules(Vec<usize>),
    /// Nothing.
    Nothing,
}

/// More specific than any prefix: a label names single services' addresses, a label of one service fewer of them.
fn specificity(destination: Destination) -> u8 {
    match destination {
        Destination::Cidr(range) => range.length(),
        Destination::Service(crate::ServiceLabel::AllServices) => 33,
        Destination::Service(crate::ServiceLabel::ObjectStorage) => 34,
    }
}

pub(crate) fn covers(destination: Destination, to: Addr) -> bool {
    match (destination, to) {
        (Destination::Cidr(range), Addr::Ip(address)) => range.contains(address),
        (Destination::Cidr(range), Addr::Oracle(_)) => range.length() == 0,
        (Destination::Service(label), to) => serves(label, to),
    }
}

/// Longest match; a written rule beats the implicit one of the same length (R6).
pub(crate) fn choose(network: &Network, vcn: VcnId, table: &RouteTable, door: Door, to: Addr) -> Choice {
    let mut best: Option<u8> = None;
    let mut winners: Vec<usize> = Vec::new();
    for (index, rule) in table.rules.known().iter().enumerate() {
        if !covers(rule.destination, to) || refused(network, vcn, door, rule).is_some() {
            continue;
        }
        let length = specificity(rule.destination);
        if best.is_none_or(|best| length > best) {
            best = Some(length);
            winners.clear();
        }
        if best == Some(length) {
            winners.push(index);
        }
    }
    match (local(network, vcn, to), best) {
        (Some(local), best) if best.is_none_or(|best| local > best) => Choice::Local,
        (_, Some(_)) => Choice::Rules(winners),
        (_, None) => Choice::Nothing,
    }
}

/// The length of the VCN's own range that holds the destination.
pub(crate) fn local(network: &Network, vcn: VcnId, to: Addr) -> Option<u8> {
    let to = to.ip()?;
    network.vcns.at(vcn).cidrs.iter().filter(|own| own.contains(to)).map(|own| own.length()).max()
}

/// Whether rules of one destination all lead to the same place.
pub(crate) fn same_target(table: &RouteTable, winners: &[usize]) -> bool {
    let mut targets =
        winners.iter().filter_map(|&index| table.rules.known().get(index)).map(|rule| rule.target);
    let first: Option<Target> = targets.next();
    targets.all(|target| Some(target) == first)
}
