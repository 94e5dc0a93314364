//! One network: what the interpreter says, what the sets say, and what real packets do.

use std::fmt;

use adit_lab::{Answered, Lab, LabError, Plan, SERVED, Seen, Sent, Winner, send};
use adit_net::trace::{Hop, Trace, Verdict, follow};
use adit_net::{Body, Engine, Fate, Network};

/// How packets went, counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) networks: usize,
    pub(crate) sent: usize,
    pub(crate) answered: usize,
    pub(crate) refused: usize,
    pub(crate) unanswered: usize,
    pub(crate) lost: usize,
    pub(crate) ambiguous: usize,
    pub(crate) protocols: [usize; 3],
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.networks += other.networks;
        self.sent += other.sent;
        self.answered += other.answered;
        self.refused += other.refused;
        self.unanswered += other.unanswered;
        self.lost += other.lost;
        self.ambiguous += other.ambiguous;
        for (mine, theirs) in self.protocols.iter_mut().zip(other.protocols) {
            *mine += theirs;
        }
    }

    fn count(&mut self, sent: &Sent, seen: Seen) {
        self.sent += 1;
        match (seen.there, seen.answered) {
            (true, Answered::Yes) => self.answered += 1,
            (true, Answered::Refused) => self.refused += 1,
            (true, Answered::No) => self.unanswered += 1,
            (false, _) => self.lost += 1,
        }
        self.protocols[match sent.body {
            Body::Tcp { .. } => 0,
            Body::Udp { .. } => 1,
            _ => 2,
        }] += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [tcp, udp, icmp] = self.protocols;
        write!(
            f,
            "{} networks, {} packets sent ({tcp} TCP, {udp} UDP, {icmp} ICMP): {} answered, {} refused by the port, {} arrived without an answer, {} lost; left out as ambiguous: {}",
            self.networks, self.sent, self.answered, self.refused, self.unanswered, self.lost, self.ambiguous
        )
    }
}

/// What should be seen of a packet with this fate.
fn expected(sent: &Sent, fate: Fate) -> Seen {
    let served = match sent.body {
        Body::Tcp { destination, .. } => SERVED.contains(&destination.number()),
        _ => true,
    };
    let answered = match (fate.verdict, served) {
        (Verdict::Reachable, true) => Answered::Yes,
        (Verdict::Reachable, false) => Answered::Refused,
        _ => Answered::No,
    };
    Seen { there: fate.there == Some(true), answered }
}

/// The interpreter's reasons, for whoever looks for the one that is wrong.
fn way(trace: &Trace) -> String {
    let hop =
        |hop: &Hop| format!("    {} [{}] {} {:?}\n", hop.at, hop.reason.rule(), hop.reason, hop.outcome);
    let there: String = trace.there.iter().map(hop).collect();
    let back: String = trace.back.iter().map(hop).collect();
    format!("  there\n{there}  back\n{back}")
}

/// Sends packets through a network. What the three do not agree about comes back as text, one for each packet.
pub(crate) fn compare(
    network: &Network,
    flows: impl FnOnce(&Plan) -> Vec<Sent>,
) -> Result<(Tally, Vec<String>), LabError> {
    let plan = Plan::of(network, Winner::First)?;
    let mut tally = Tally { networks: 1, ..Tally::default() };
    let mut disagreements = Vec::new();
    let mut engine = Engine::new(network.clone());
    let (mut packets, mut expectations) = (Vec::new(), Vec::new());
    for sent in flows(&plan) {
        let (from, to, packet) = (sent.from.endpoint, sent.to.endpoint, sent.packet());
        let traced = Fate::traced(network, from, to, packet).unwrap();
        let reached = Fate::reached(&mut engine, from, to, packet).unwrap();
        if traced != reached {
            disagreements
                .push(format!("{packet} ({from:?} -> {to:?}): traced {traced:?}, by sets {reached:?}"));
        }
        // Nothing is unknown here, so only a tie that the plan knows of, too, is a reason to say nothing.
        if traced.there.is_none() || matches!(traced.verdict, Verdict::Ambiguous | Verdict::Indeterminate) {
            if plan.ties.is_empty() || traced.verdict == Verdict::Indeterminate {
                disagreements.push(format!("{packet} ({from:?} -> {to:?}): {traced:?}, and there is no tie"));
            }
            tally.ambiguous += 1;
            continue;
        }
        expectations.push(expected(&sent, traced));
        packets.push(sent);
    }
    let lab = Lab::build(plan)?;
    let seen = send(&lab, &packets, &expectations)?;
    for ((sent, expected), seen) in packets.iter().zip(&expectations).zip(&seen) {
        tally.count(sent, *seen);
        if expected != seen {
            let (from, to) = (sent.from.endpoint, sent.to.endpoint);
            let way = way(&follow(network, from, to, sent.packet()).unwrap());
            disagreements.push(format!(
                "{} ({from:?} -> {to:?}): expected {expected:?}, seen {seen:?}\n{way}",
                sent.packet()
            ));
        }
    }
    Ok((tally, disagreements))
}
