//! Between the words of rules and the intervals of sets.
//!
//! A destination or source is a number below 2³² for an IPv4 address; the two kinds of Oracle's services, whose addresses are
//! not known (R10), are the two numbers behind. ICMP has its type and code where TCP has its ports.

use std::net::Ipv4Addr;

use super::store::{Box5, Interval, Set, Store};
use crate::model::{Cidr, Direction, IcmpKind, OracleService, Port, PortRange, ServiceLabel, Traffic};
use crate::packet::{Addr, Body, Packet};

pub(crate) const OBJECT_STORAGE: u64 = 1 << 32;
pub(crate) const OTHER_SERVICES: u64 = OBJECT_STORAGE + 1;
pub(crate) const EVERYWHERE: Interval = (0, OTHER_SERVICES);
const HALF: Interval = (0, 65535);

/// The addresses of a range; of all, with Oracle's services.
pub(crate) fn range(range: Cidr) -> Interval {
    if range.length() == 0 { EVERYWHERE } else { exactly(range) }
}

/// The addresses of a range alone.
pub(crate) fn exactly(range: Cidr) -> Interval {
    (u64::from(u32::from(range.first())), u64::from(u32::from(range.last())))
}

pub(crate) fn label(label: ServiceLabel) -> Interval {
    match label {
        ServiceLabel::ObjectStorage => (OBJECT_STORAGE, OBJECT_STORAGE),
        ServiceLabel::AllServices => (OBJECT_STORAGE, OTHER_SERVICES),
    }
}

pub(crate) fn service(service: OracleService) -> Interval {
    match service {
        OracleService::ObjectStorage => (OBJECT_STORAGE, OBJECT_STORAGE),
        OracleService::Other => (OTHER_SERVICES, OTHER_SERVICES),
    }
}

fn ports(range: PortRange) -> Interval {
    (u64::from(range.first().number()), u64::from(range.last().number()))
}

/// The last three fields of what a rule speaks of.
pub(crate) fn traffic(traffic: &Traffic) -> [Interval; 3] {
    match traffic {
        Traffic::All => [(0, 255), HALF, HALF],
        Traffic::Tcp(range) => [(6, 6), ports(range.source), ports(range.destination)],
        Traffic::Udp(range) => [(17, 17), ports(range.source), ports(range.destination)],
        Traffic::Icmp(None) => [(1, 1), HALF, HALF],
        Traffic::Icmp(Some(IcmpKind { kind, code })) => {
            let code = code.map_or(HALF, |code| (u64::from(code), u64::from(code)));
            [(1, 1), (u64::from(*kind), u64::from(*kind)), code]
        }
        Traffic::Other(number) => [(u64::from(*number), u64::from(*number)), HALF, HALF],
    }
}

/// The packets of a rule whose other end is `peer`.
pub(crate) fn rule(direction: Direction, peer: Interval, body: &Traffic) -> Box5 {
    let [protocol, left, right] = traffic(body);
    match direction {
        Direction::Ingress => [EVERYWHERE, peer, protocol, left, right],
        Direction::Egress => [peer, EVERYWHERE, protocol, left, right],
    }
}

/// The answers to a set of packets.
pub(crate) fn answers(store: &mut Store, set: Set) -> Set {
    let boxes = store.boxes(set, usize::MAX);
    let mut found = Vec::with_capacity(boxes.len());
    for fields in boxes {
        let [to, from, (low, high), left, right] = fields;
        for (first, last) in [(0, 0), (1, 1), (2, 5), (6, 6), (7, 16), (17, 17), (18, 255)] {
            let protocol = (first.max(low), last.min(high));
            if protocol.0 > protocol.1 {
                continue;
            }
            match first {
                6 | 17 => found.push(store.boxed([from, to, protocol, right, left])),
                1 => {
                    for (asked, answered) in [(8, 0), (0, 8), (13, 14), (14, 13)] {
                        if left.0 <= asked && asked <= left.1 {
                            found.push(store.boxed([from, to, protocol, (answered, answered), right]));
                        }
                    }
                }
                _ => found.push(store.boxed([from, to, protocol, left, right])),
            }
        }
    }
    store.union_all(found)
}

/// Addresses that may exist on the internet.
pub(crate) fn public() -> Vec<Interval> {
    // What is not, sorted.
    let reserved = [
        (0, 8),
        (10, 8),
        ((100 << 8) | 64, 10),
        (127, 8),
        ((169 << 8) | 254, 16),
        ((172 << 8) | 16, 12),
        ((192 << 8) | 168, 16),
    ];
    let mut found = Vec::new();
    let mut next = 0u64;
    for (start, length) in reserved {
        let first: u64 = if start < 256 { start << 24 } else { start << 16 };
        if next < first {
            found.push((next, first - 1));
        }
        next = first + (1u64 << (32 - length));
    }
    found.push((next, (224u64 << 24) - 1));
    found
}

/// A number as a source or destination.
pub(crate) fn addr(number: u64) -> Addr {
    match number {
        OBJECT_STORAGE => Addr::Oracle(OracleService::ObjectStorage),
        OTHER_SERVICES => Addr::Oracle(OracleService::Other),
        number => Addr::Ip(Ipv4Addr::from(u32::try_from(number).unwrap_or(u32::MAX))),
    }
}

/// The box of one packet.
pub(crate) fn point(packet: &Packet) -> Box5 {
    let one = |number: u64| (number, number);
    let end = |addr: Addr| {
        one(match addr {
            Addr::Ip(address) => u64::from(u32::from(address)),
            Addr::Oracle(OracleService::ObjectStorage) => OBJECT_STORAGE,
            Addr::Oracle(OracleService::Other) => OTHER_SERVICES,
        })
    };
    let port = |port: Port| one(u64::from(port.number()));
    let (left, right) = match packet.body {
        Body::Tcp { source, destination } | Body::Udp { source, destination } => {
            (port(source), port(destination))
        }
        Body::Icmp { kind, code } => (one(u64::from(kind)), one(u64::from(code))),
        Body::Other(_) => (HALF, HALF),
    };
    [end(packet.destination), end(packet.source), one(u64::from(packet.body.protocol())), left, right]
}

/// The first packet of a box that is one.
pub(crate) fn packet(fields: Box5) -> Packet {
    let [to, from, (protocol, last_protocol), left, right] = fields;
    // Of a box that holds several protocols, TCP says the most.
    let protocol = if (protocol..=last_protocol).contains(&6) { 6 } else { protocol };
    let port = |(first, last): Interval| {
        let number = if first < 1 { last.min(1) } else { first };
        Port::new(i64::try_from(number).unwrap_or(1)).unwrap_or(PortRange::ALL.first())
    };
    let byte = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
    let body = match protocol {
        6 => Body::Tcp { source: port(left), destination: port(right) },
        17 => Body::Udp { source: port(left), destination: port(right) },
        1 => Body::Icmp { kind: byte(left.0), code: byte(right.0) },
        other => Body::Other(byte(other)),
    };
    Packet { source: addr(from.0), destination: addr(to.0), body }
}
