//! What a change lets through, and what it stops: two networks, each with a packet as witness.

use std::collections::HashMap;

use serde::Serialize;

use super::engine::Engine;
use super::fields;
use super::query::{asked, pairs, port, reached};
use super::region::Region;
use super::store::Set;
use crate::model::{Endpoint, Flow, Name, Network, Protocol};
use crate::trace::{AskError, End, Trace, trace};

/// How two networks differ in one question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Who opens the connection.
    pub from: Name,
    /// Who answers.
    pub to: Name,
    /// Packets that get there, and their answers back, in the second network only.
    pub opened: Option<Witness>,
    /// Those that do in the first only.
    pub closed: Option<Witness>,
}

/// Packets, and one of them followed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Witness {
    /// One packet's way in the network in which it gets there.
    pub there: Trace,
    /// And in the one in which it does not.
    pub not: Trace,
    /// Some of the packets.
    pub regions: Vec<Region>,
}

/// How two networks differ in a question that is asked of each in its own terms. `None`: not at all.
///
/// # Errors
/// A question that has no meaning in one of the networks.
pub fn difference(
    before: &mut Engine,
    first: &Flow,
    after: &mut Engine,
    second: &Flow,
) -> Result<Option<Difference>, AskError> {
    let (old, old_ends) = delivered(before, first)?;
    let (new, new_ends) = delivered(after, second)?;
    // Into one store, where equal sets are one.
    let boxes = before.store.boxes(old, usize::MAX);
    let boxes = boxes.into_iter().map(|fields| after.store.boxed(fields)).collect();
    let old = after.store.union_all(boxes);
    let (opened, closed) = (after.store.minus(new, old), after.store.minus(old, new));
    if opened.is_empty() && closed.is_empty() {
        return Ok(None);
    }
    let (Some((from, to)), Some(_)) = (new_ends.first(), old_ends.first()) else { return Ok(None) };
    let (from, to) = (from.name(after.network()), to.name(after.network()));
    let sides = [(before.network(), old_ends.as_slice()), (after.network(), new_ends.as_slice())];
    let [old_side, new_side] = sides;
    let opened = witness(after, opened, new_side, old_side);
    let closed = witness(after, closed, old_side, new_side);
    Ok(Some(Difference { from, to, opened, closed }))
}

/// What gets through in a network that is asked something which has no meaning in the one before, because an end is new. `None`:
/// nothing.
///
/// # Errors
/// A question that has no meaning in the network.
pub fn opened(after: &mut Engine, flow: &Flow) -> Result<Option<Opened>, AskError> {
    let (set, ends) = delivered(after, flow)?;
    let boxes = after.store.boxes(set, 8);
    let (Some(first), Some((from, to))) = (boxes.first(), ends.first()) else { return Ok(None) };
    let packet = fields::packet(*first);
    let (from, to) = (from.name(after.network()), to.name(after.network()));
    let Some(there) = follow(packet, (after.network(), &ends)) else { return Ok(None) };
    Ok(Some(Opened { from, to, there, regions: boxes.into_iter().map(Region::new).collect() }))
}

/// Packets that get through to or from something new.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Opened {
    /// Who opens the connection.
    pub from: Name,
    /// Who answers.
    pub to: Name,
    /// One packet's way.
    pub there: Trace,
    /// Some of the packets.
    pub regions: Vec<Region>,
}

type Side<'a> = (&'a Network, &'a [(End, End)]);

/// A packet's way between those ends that it fits.
fn follow(packet: crate::Packet, (network, ends): Side<'_>) -> Option<Trace> {
    let holds = |end: &End, address: crate::Addr| match (end.range, address.ip()) {
        (Some(range), Some(address)) => range.contains(address),
        _ => true,
    };
    let fits = |(from, to): &&(End, End)| holds(from, packet.source) && holds(to, packet.destination);
    let (from, to) = ends.iter().find(fits).or_else(|| ends.first())?;
    Some(trace(network, *from, *to, packet))
}

fn witness(engine: &Engine, set: Set, there: Side<'_>, not: Side<'_>) -> Option<Witness> {
    let boxes = engine.store.boxes(set, 8);
    let packet = fields::packet(*boxes.first()?);
    Some(Witness {
        there: follow(packet, there)?,
        not: follow(packet, not)?,
        regions: boxes.into_iter().map(Region::new).collect(),
    })
}

fn delivered(engine: &mut Engine, flow: &Flow) -> Result<(Set, Vec<(End, End)>), AskError> {
    let pairs = pairs(engine.network(), flow.from, flow.to)?;
    let mut sets = Vec::with_capacity(pairs.len());
    for (from, to) in &pairs {
        let port = port(engine.network(), flow);
        let set = asked(engine, from, to, flow.protocol, port);
        sets.push(reached(engine, *from, *to, set).delivered);
    }
    Ok((engine.store.union_all(sets), pairs))
}

/// The questions that two networks share, by name: from every function, subnet, site and the internet to every database and subnet,
/// any TCP port. It grows with the square of the network: for large ones, ask about what matters.
pub fn shared(before: &Network, after: &Network) -> Vec<(Flow, Flow)> {
    questions(before, after).0
}

/// The same, and the questions whose ends are not both in the first network.
pub fn questions(before: &Network, after: &Network) -> (Vec<(Flow, Flow)>, Vec<Flow>) {
    let known = |all: Vec<(Key, Endpoint)>| {
        let mut first: HashMap<Key, Endpoint> = HashMap::new();
        for (key, endpoint) in all {
            first.entry(key).or_insert(endpoint);
        }
        first
    };
    let (old_from, old_to) = (known(sources(before)), known(goals(before)));
    let new_to = goals(after);
    let flow = |from, to| Flow { from, to, protocol: Protocol::Tcp, port: None };
    let (mut both, mut fresh) = (Vec::new(), Vec::new());
    for (from_key, from) in sources(after) {
        for (to_key, to) in &new_to {
            match (old_from.get(&from_key), old_to.get(to_key)) {
                (Some(old_from), Some(old_to)) => both.push((flow(*old_from, *old_to), flow(from, *to))),
                _ => fresh.push(flow(from, *to)),
            }
        }
    }
    (both, fresh)
}

/// How many questions there would be.
pub fn count(after: &Network) -> usize {
    sources(after).len().saturating_mul(goals(after).len())
}

type Key = (u8, Name, Option<Name>);

fn subnets(network: &Network) -> impl Iterator<Item = (Key, Endpoint)> {
    network.subnets.iter().map(|(id, subnet)| {
        let vcn = network.vcns.at(subnet.vcn).object.name.clone();
        ((0, subnet.object.name.clone(), Some(vcn)), Endpoint::Subnet(id))
    })
}

fn sources(network: &Network) -> Vec<(Key, Endpoint)> {
    let functions =
        network.functions.iter().map(|(id, it)| ((1, it.object.name.clone(), None), Endpoint::Function(id)));
    let sites = network.sites.iter().map(|(id, it)| ((2, it.object.name.clone(), None), Endpoint::Site(id)));
    let internet = ((3, Name::new("internet"), None), Endpoint::Internet);
    subnets(network).chain(functions).chain(sites).chain([internet]).collect()
}

fn goals(network: &Network) -> Vec<(Key, Endpoint)> {
    let databases =
        network.databases.iter().map(|(id, it)| ((4, it.object.name.clone(), None), Endpoint::Database(id)));
    subnets(network).chain(databases).collect()
}
