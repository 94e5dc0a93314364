//! A set of packets for whoever reads: boxes with the fields' own names.

use std::fmt;

use serde::Serialize;

use super::fields;
use super::store::{Box5, Interval};
use crate::packet::Addr;

/// Packets that have each field in an interval, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Region {
    /// Where they come from.
    pub source: (Addr, Addr),
    /// Where they go to.
    pub destination: (Addr, Addr),
    /// Their protocols' IANA numbers.
    pub protocol: (u8, u8),
    /// TCP and UDP: the sender's ports. ICMP: the types.
    pub left: (u16, u16),
    /// TCP and UDP: the receiver's ports. ICMP: the codes.
    pub right: (u16, u16),
}

impl Region {
    pub(crate) fn new(fields: Box5) -> Self {
        let [to, from, protocol, left, right] = fields;
        let addresses = |(first, last): Interval| (fields::addr(first), fields::addr(last));
        let half = |number: u64| u16::try_from(number).unwrap_or(u16::MAX);
        let byte = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
        Self {
            source: addresses(from),
            destination: addresses(to),
            protocol: (byte(protocol.0), byte(protocol.1)),
            left: (half(left.0), half(left.1)),
            right: (half(right.0), half(right.1)),
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses = |(first, last): (Addr, Addr)| {
            if first == last { first.to_string() } else { format!("{first} to {last}") }
        };
        let numbers = |(first, last): (u16, u16), all: bool| match (first, last) {
            _ if all => "any".to_owned(),
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}-{last}"),
        };
        let name = match self.protocol {
            (6, 6) => "TCP".to_owned(),
            (17, 17) => "UDP".to_owned(),
            (1, 1) => "ICMP".to_owned(),
            (0, 255) => "every protocol".to_owned(),
            (first, last) => numbers((u16::from(first), u16::from(last)), false),
        };
        let (from, to) = (addresses(self.source), addresses(self.destination));
        match self.protocol {
            (6, 6) | (17, 17) => {
                let left = numbers(self.left, self.left.0 <= 1 && self.left.1 == u16::MAX);
                let right = numbers(self.right, self.right.0 <= 1 && self.right.1 == u16::MAX);
                write!(f, "{name} {from} port {left} -> {to} port {right}")
            }
            _ => write!(f, "{name} {from} -> {to}"),
        }
    }
}
