//! One question, hop by hop: what `adit path` shows.

use adit_net::Endpoint;
use adit_net::reach::{Engine, Repair};
use adit_net::trace::{AskError, Hop, Outcome, Status, Trace, Verdict};

use super::blocked::{self, Asked};
use super::lanes::{Lane, called, holder, lanes};
use crate::build::{Built, EndpointError, Places};
use crate::finding::Finding;
use crate::source::Span;
use crate::words::shown;

/// The answer to a question: one path for each pair of ends, as a function in three subnets has three.
#[derive(Debug)]
pub struct Paths {
    /// The worst of all.
    pub verdict: Verdict,
    /// Each pair of ends.
    pub paths: Vec<Path>,
    /// What all repairs together achieve.
    pub repair: Repair,
    /// Everything in the way.
    pub findings: Vec<Finding>,
}

/// The way of a packet there, and of its answer back.
#[derive(Debug)]
pub struct Path {
    /// What can be said of it.
    pub verdict: Verdict,
    /// Whether it can be said of every packet of the question, or of some.
    pub all: bool,
    /// The packet that is followed.
    pub packet: String,
    /// Both lanes, a line each.
    pub lanes: Vec<String>,
    /// Both lanes, step by step.
    pub there: Vec<Step>,
    /// The answer's; empty where it is not known where it would set out.
    pub back: Vec<Step>,
    /// The stations of the way that used to be checked by hand.
    pub checks: Vec<Check>,
    /// What is taken for granted.
    pub assumptions: Vec<String>,
}

/// A station of the way.
#[derive(Debug)]
pub struct Check {
    /// Its number in the checklist.
    pub number: u8,
    /// What is checked.
    pub station: String,
    /// How it stands.
    pub status: Status,
    /// The object, if the way leads there.
    pub at: Option<String>,
    /// Why.
    pub why: String,
}

/// A step of a way.
#[derive(Debug)]
pub struct Step {
    /// How it ends.
    pub outcome: Outcome,
    /// The object, with the rule that decides if one does.
    pub at: String,
    /// What the rule says, or why the packet goes on or stops.
    pub said: String,
    /// The rule of the cloud's behaviour that is followed, as in `docs/network-rules.md`.
    pub rule: &'static str,
    /// Whether a packet comes here only after a repair.
    pub assumed: bool,
    /// Where the deciding rule is written.
    pub span: Option<Span>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum PathError {
    /// A name is none.
    #[error(transparent)]
    Name(#[from] EndpointError),
    /// The question has no meaning.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The port is none.
    #[error("`{0}` is not a port: 1 to 65535 are allowed")]
    Port(String),
}

impl PathError {
    /// The stable code.
    pub fn code(&self) -> crate::Code {
        match self {
            PathError::Name(error) => error.code(),
            PathError::Ask(_) => crate::code::CANNOT_BE_ASKED,
            PathError::Port(_) => crate::code::PORT,
        }
    }
}

/// Follows packets from one end to another; `to` may name a port, `NAME:PORT`.
///
/// # Errors
///
/// If an end is not known, or the question has no meaning.
pub fn path(built: &Built, from: &str, to: &str) -> Result<Paths, PathError> {
    let network = &built.network;
    // A key of a plan's address may have a colon of its own.
    let known = built.places.alias(to).is_some();
    let (to, port) = match to.rsplit_once(':').filter(|_| !known) {
        None => (to, None),
        Some((to, number)) => {
            let port = number.parse().ok().and_then(|number| adit_net::Port::new(number).ok());
            (to, Some(port.ok_or_else(|| PathError::Port(shown(number)))?))
        }
    };
    let flow = super::tcp(built.endpoint(from)?, built.endpoint(to)?, port);
    let answer = Engine::new(network.clone()).ask(&flow)?;
    let span = asked_at(built, flow.from).unwrap_or_default();
    let asked = Asked { network, places: &built.places, span, symptom: None };
    let mut findings: Vec<Finding> = Vec::new();
    for case in answer.cases.iter().filter(|case| case.verdict != Verdict::Reachable) {
        for finding in blocked::findings(asked, &case.trace) {
            let same = |known: &Finding| {
                (known.code, &known.object, &known.expected)
                    == (finding.code, &finding.object, &finding.expected)
            };
            if !findings.iter().any(same) {
                findings.push(finding);
            }
        }
    }
    let paths = answer
        .cases
        .iter()
        .map(|case| Path {
            verdict: case.verdict,
            all: case.all,
            packet: case.trace.packet.to_string(),
            lanes: lanes(&case.trace, &built.places),
            there: steps(&case.trace, Lane::There, &built.places),
            back: steps(&case.trace, Lane::Back, &built.places),
            checks: checks(&case.trace),
            assumptions: case.trace.assumptions.iter().map(ToString::to_string).collect(),
        })
        .collect();
    Ok(Paths { verdict: answer.verdict, paths, repair: answer.repair, findings })
}

/// Where a question's first end is written.
fn asked_at(built: &Built, from: Endpoint) -> Option<Span> {
    let network = &built.network;
    let source = match from {
        Endpoint::Function(id) => network.functions.at(id).object.source,
        Endpoint::Database(id) => network.databases.at(id).object.source,
        Endpoint::Vnic(id) => network.vnics.at(id).object.source,
        Endpoint::Subnet(id) => network.subnets.at(id).object.source,
        Endpoint::Site(id) => network.sites.at(id).object.source,
        _ => return None,
    };
    built.places.span(source)
}

fn checks(trace: &Trace) -> Vec<Check> {
    trace
        .checks()
        .into_iter()
        .map(|check| Check {
            number: check.station.number(),
            station: check.station.to_string(),
            status: check.status,
            at: check.at.map(|at| shown(at.name.as_str())),
            why: check.why,
        })
        .collect()
}

fn steps(trace: &Trace, lane: Lane, places: &Places) -> Vec<Step> {
    let hops = match lane {
        Lane::There => &trace.there,
        Lane::Back => &trace.back,
    };
    hops.iter().map(|hop| step(hop, places)).collect()
}

fn step(hop: &Hop, places: &Places) -> Step {
    let decided = hop.decided.first();
    let (at, said, span) = match decided {
        Some(rule) if hop.outcome == Outcome::Passes => {
            let said = shown(&rule.text);
            let said =
                ["ingress ", "egress "].iter().find_map(|word| said.strip_prefix(word)).unwrap_or(&said);
            (called(rule, places), said.to_owned(), places.span(rule.source))
        }
        _ => {
            let name = if hop.outcome == Outcome::Passes { shown(hop.at.name.as_str()) } else { holder(hop) };
            (name, hop.reason.to_string(), places.span(hop.at.source))
        }
    };
    Step { outcome: hop.outcome, at, said, rule: hop.reason.rule(), assumed: hop.assumed, span }
}
