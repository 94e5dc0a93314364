//! Both ways: which packets of a question get there, and their answers back.

use super::engine::Engine;
use super::fields;
use super::store::{Interval, Set};
use super::ways::{Question, ways};
use crate::fate::Fate;
use crate::model::{Endpoint, Flow, Network, Port, PortRange, Protocol};
use crate::packet::{Packet, Place};
use crate::trace::{AskError, End, Verdict, ends};

/// What became of a set of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    /// All that were asked about.
    pub(crate) asked: Set,
    /// There and back.
    pub(crate) delivered: Set,
    /// There, whether or not the answer gets back; and perhaps there.
    pub(crate) there: Set,
    pub(crate) perhaps_there: Set,
    /// Perhaps there and back.
    pub(crate) unknown: Set,
    /// One of two ways.
    pub(crate) ambiguous: Set,
}

/// Asks about a set from one end to another.
pub(crate) fn reached(engine: &mut Engine, from: End, to: End, asked: Set) -> Reached {
    let there = ways(engine, &Question { from, to, memory: None }, asked);
    let (mut sure, mut maybe) = (Vec::new(), vec![there.unknown]);
    let (mut one_way, mut perhaps) = (Vec::new(), vec![there.unknown, there.ambiguous]);
    let mut either = vec![there.ambiguous];
    for arrival in there.arrived {
        if arrival.unsure {
            perhaps.push(arrival.set)
        } else {
            one_way.push(arrival.set)
        }
        let answers = fields::answers(&mut engine.store, arrival.set);
        let back = ways(engine, &Question { from: to, to: from, memory: Some(&arrival.memory) }, answers);
        for returned in back.arrived {
            let set = fields::answers(&mut engine.store, returned.set);
            if arrival.unsure || returned.unsure { maybe.push(set) } else { sure.push(set) }
        }
        maybe.push(fields::answers(&mut engine.store, back.unknown));
        either.push(fields::answers(&mut engine.store, back.ambiguous));
    }
    let store = &mut engine.store;
    Reached {
        asked,
        delivered: store.union_all(sure),
        there: store.union_all(one_way),
        perhaps_there: store.union_all(perhaps),
        unknown: store.union_all(maybe),
        ambiguous: store.union_all(either),
    }
}

impl Engine {
    /// What becomes of one packet.
    pub(crate) fn fate(&mut self, from: End, to: End, packet: Packet) -> Fate {
        let point = self.store.boxed(fields::point(&packet));
        let reached = reached(self, from, to, point);
        let there = match (reached.there.is_empty(), reached.perhaps_there.is_empty()) {
            (false, _) => Some(true),
            (true, true) => Some(false),
            (true, false) => None,
        };
        let verdict = if !reached.delivered.is_empty() {
            Verdict::Reachable
        } else if !reached.unknown.is_empty() {
            Verdict::Indeterminate
        } else if !reached.ambiguous.is_empty() {
            Verdict::Ambiguous
        } else {
            Verdict::Unreachable
        };
        Fate { there, verdict }
    }
}

/// The pairs of ends of a question.
pub(crate) fn pairs(network: &Network, from: Endpoint, to: Endpoint) -> Result<Vec<(End, End)>, AskError> {
    let (sources, goals) = (ends(network, from)?, ends(network, to)?);
    let inside = |end: &End| matches!(end.place, Place::Card { .. });
    let mut found = Vec::new();
    for source in &sources {
        found.extend(goals.iter().filter(|goal| inside(source) || inside(goal)).map(|goal| (*source, *goal)));
    }
    if found.is_empty() { Err(AskError::Outside) } else { Ok(found) }
}

/// The port that a question is about: the one asked for, or the database's.
pub(crate) fn port(network: &Network, flow: &Flow) -> Option<Port> {
    match (flow.port, flow.to) {
        (Some(port), _) => Some(port),
        (None, Endpoint::Database(id)) => Some(network.databases.at(id).port),
        (None, _) => None,
    }
}

/// Every packet of a question: any address that the ends may have, any port that a client may have.
pub(crate) fn asked(
    engine: &mut Engine,
    from: &End,
    to: &End,
    protocol: Protocol,
    port: Option<Port>,
) -> Set {
    let wide = |range: PortRange| (u64::from(range.first().number()), u64::from(range.last().number()));
    let to_port = wide(port.map_or(PortRange::ALL, PortRange::only));
    let body = match protocol {
        Protocol::Tcp => [(6, 6), wide(PortRange::EPHEMERAL), to_port],
        Protocol::Udp => [(17, 17), wide(PortRange::EPHEMERAL), to_port],
        Protocol::Icmp => [(1, 1), (8, 8), (0, 0)],
    };
    between(engine, from, to, body)
}

/// Every packet between two ends with these last three fields.
pub(crate) fn between(engine: &mut Engine, from: &End, to: &End, body: [Interval; 3]) -> Set {
    let sources = addresses(engine, from);
    let goals = addresses(engine, to);
    let [protocol, left, right] = body;
    let mut boxes = Vec::with_capacity(sources.len() * goals.len());
    for &source in &sources {
        boxes.extend(goals.iter().map(|&goal| [goal, source, protocol, left, right]));
    }
    let sets = boxes.into_iter().map(|fields| engine.store.boxed(fields)).collect();
    engine.store.union_all(sets)
}

/// The addresses that an end may have: a range without those of known cards; of the internet, all that are nobody's here.
pub(crate) fn addresses(engine: &Engine, end: &End) -> Vec<Interval> {
    let network = engine.network();
    match (end.place, end.range) {
        (Place::Oracle(service), _) => vec![fields::service(service)],
        (_, None) => Vec::new(),
        (Place::Card { vnic: None, subnet, .. }, Some(range)) if range.length() < 32 => {
            let vnics = engine.vnics_of(subnet).iter().flat_map(|&id| &network.vnics.at(id).addresses);
            let taken: Vec<u64> = vnics.map(|ip| u64::from(u32::from(ip.address))).collect();
            // R54: the first two and the last are Oracle's.
            let (first, last) = fields::exactly(range);
            let usable = if range.size() >= 4 { (first + 2, last - 1) } else { (first, last) };
            without(&[usable], taken.into_iter().map(|address| (address, address)).collect())
        }
        (Place::Internet, Some(range)) if range.length() == 0 => {
            let vcns = network.vcns.iter().flat_map(|(_, vcn)| &vcn.cidrs);
            let sites = network.sites.iter().flat_map(|(_, site)| &site.ranges);
            let ours = vcns.chain(sites).map(|range| fields::exactly(*range)).collect();
            let public: Vec<Interval> = engine.public.iter().map(|(range, ())| *range).collect();
            without(&public, ours)
        }
        (_, Some(range)) => vec![fields::exactly(range)],
    }
}

/// Sorted intervals without others.
fn without(ranges: &[Interval], mut holes: Vec<Interval>) -> Vec<Interval> {
    holes.sort_unstable();
    let mut found = Vec::new();
    for &(first, last) in ranges {
        let mut next = first;
        for &(start, end) in holes.iter().filter(|(start, end)| *end >= first && *start <= last) {
            if start > next {
                found.push((next, start - 1));
            }
            next = next.max(end + 1);
        }
        if next <= last {
            found.push((next, last));
        }
    }
    found
}
