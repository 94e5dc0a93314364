//! A trace as people read it: two lanes in a line each, and the hops in a list. Plain text; colour is the command line's.

use std::fmt::Write;

use adit_net::trace::{Hop, Kind, Outcome, RuleText, Trace};
use adit_net::{Addr, Body};

use crate::build::Places;
use crate::words::shown;

/// Which way a packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// The question's.
    There,
    /// The answer's.
    Back,
}

impl Lane {
    /// Its word in every output.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Lane::There => "there",
            Lane::Back => "back",
        }
    }
}

/// The two lanes, each up to where it stops.
pub(crate) fn lanes(trace: &Trace, places: &Places) -> Vec<String> {
    let (client, goal) = ends(trace);
    let mut drawn = vec![lane(Lane::There, &trace.there, &client, &goal, places)];
    if trace.packet.answer().is_some() {
        drawn.push(if trace.back.is_empty() {
            format!("{:<7} not tried: it is not known where the answer would set out", Lane::Back.as_str())
        } else {
            lane(Lane::Back, &trace.back, &goal, &client, places)
        });
    }
    drawn
}

/// Both ends of a question. The port that a client happens to have is nobody's concern.
pub(crate) fn ends(trace: &Trace) -> (String, String) {
    let packet = &trace.packet;
    let port = match packet.body {
        Body::Tcp { destination, .. } | Body::Udp { destination, .. } => format!(":{destination}"),
        Body::Icmp { .. } | Body::Other(_) => String::new(),
    };
    // Oracle's services have a name in the place of an address.
    let end = |name: &adit_net::Name, at: Addr| match at {
        Addr::Ip(address) => format!("{} {address}", shown(name.as_str())),
        Addr::Oracle(_) => shown(name.as_str()),
    };
    (end(&trace.from, packet.source), format!("{}{port}", end(&trace.to, packet.destination)))
}

fn lane(lane: Lane, hops: &[Hop], from: &str, to: &str, places: &Places) -> String {
    let mut line = format!("{:<7} {from}", lane.as_str());
    for hop in hops {
        // Past the first thing in the way a packet does not come.
        if hop.outcome != Outcome::Passes {
            let _ = write!(line, " -> {}   {}", holder(hop), mark(hop.outcome));
            return line;
        }
        if let Some(step) = step(hop, places) {
            let _ = write!(line, " -> {step}");
        }
    }
    let _ = write!(line, " -> {to}   ok");
    line
}

/// A hop in a lane: the rule that decided. Hops that only hand a packet over say nothing.
fn step(hop: &Hop, places: &Places) -> Option<String> {
    if let Some(rule) = hop.decided.first() {
        return Some(called(rule, places));
    }
    matches!(hop.at.kind, Kind::Gateway | Kind::Lpg | Kind::Drg).then(|| shown(hop.at.name.as_str()))
}

/// A rule by its table and its place there.
pub(crate) fn called(rule: &RuleText, places: &Places) -> String {
    let holder = shown(rule.holder.name.as_str());
    match places.rule(rule.source) {
        Some(place) if place.starts_with('[') => format!("{holder}{place}"),
        Some(place) => format!("{holder} {place}"),
        None => holder,
    }
}

/// The object whose rules decide at a hop: what a repair would change, else what was asked, else where the packet is.
pub(crate) fn holder(hop: &Hop) -> String {
    let fixed = hop.fix.as_ref().map(|fix| &fix.at);
    let tried = hop.tried.first().map(|tried| &tried.rule.holder);
    shown(fixed.or(tried).unwrap_or(&hop.at).name.as_str())
}

pub(crate) fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passes => "ok",
        Outcome::Stops => "STOPS HERE",
        Outcome::Ambiguous => "ONE OF TWO WAYS",
        Outcome::Unknown => "NOT KNOWN",
    }
}
