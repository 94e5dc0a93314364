//! What a change of the network lets through, and what it stops: each with a packet as witness.

use adit_net::reach::{Engine, Region, count, difference, opened, questions};
use adit_net::trace::{Hop, Outcome, Trace};

use super::lanes::lanes;
use crate::build::Built;
use crate::code;
use crate::finding::{Finding, Severity};
use crate::source::Span;
use crate::words::shown;

/// How many questions are asked of both networks at the most: they grow with the square of the network.
const MOST: usize = 20_000;

/// Compares two networks: from every function, subnet, and the internet to every database and subnet.
pub fn changes(before: &Built, after: &Built) -> Vec<Finding> {
    if before.network == after.network {
        return Vec::new();
    }
    let asked = count(&after.network);
    if asked > MOST {
        return vec![too_many(asked)];
    }
    let (both, fresh) = questions(&before.network, &after.network);
    let (mut old, mut new) = (Engine::new(before.network.clone()), Engine::new(after.network.clone()));
    let mut found = Vec::new();
    for (first, second) in both {
        // A question that has no meaning in one of them has no difference either.
        let Ok(Some(difference)) = difference(&mut old, &first, &mut new, &second) else { continue };
        if let Some(witness) = difference.opened {
            let by = cause(&witness.there, &witness.not);
            found.push(finding(after, &witness.there, &witness.regions, by, Way::Opened));
        }
        if let Some(witness) = difference.closed {
            let by = witness.not.blockers().next();
            found.push(finding(after, &witness.there, &witness.regions, by, Way::Closed));
        }
    }
    // In an empty network nothing was reached before, so everything that is reached is new: that is no news.
    if !before.network.vcns.is_empty() {
        for flow in fresh {
            let Ok(Some(opened)) = opened(&mut new, &flow) else { continue };
            found.push(finding(after, &opened.there, &opened.regions, None, Way::New));
        }
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Opened,
    Closed,
    New,
}

/// The hop that lets a packet on where it was stopped before: the one in its place on the way, else one of the same object.
fn cause<'t>(there: &'t Trace, not: &Trace) -> Option<&'t Hop> {
    let lanes = [(&there.there, &not.there), (&there.back, &not.back)];
    let (passed, at, stopped) = lanes.into_iter().find_map(|(passed, stopped)| {
        let at = stopped.iter().position(|hop| hop.outcome != Outcome::Passes)?;
        Some((passed, at, stopped.get(at)?))
    })?;
    let same = |hop: &&Hop| hop.at.kind == stopped.at.kind && hop.at.name == stopped.at.name;
    passed.get(at).filter(same).or_else(|| passed.iter().find(same))
}

fn finding(built: &Built, there: &Trace, regions: &[Region], by: Option<&Hop>, way: Way) -> Finding {
    let places = &built.places;
    let (from, to) = (shown(there.from.as_str()), shown(there.to.as_str()));
    let what = format!("{}, such as {}", ports(regions), there.packet);
    let (code, message) = match way {
        Way::Opened => (code::OPENED, format!("this plan newly lets `{from}` reach `{to}`{what}")),
        Way::New => (code::OPENED, format!("this plan makes a way from `{from}` to `{to}`{what}")),
        Way::Closed => (code::CLOSED, format!("this plan stops `{from}` from reaching `{to}`{what}")),
    };
    // Of both networks there is a trace, but only one has its text: a rule that is gone stands nowhere.
    let rule = by.filter(|_| way != Way::Closed).and_then(|hop| hop.decided.first()).map(|rule| rule.source);
    let at = by.map(|hop| hop.fix.as_ref().map_or(hop.at.source, |fix| fix.at.source));
    let span = rule.and_then(|rule| places.span(rule)).or_else(|| places.span(at?)).unwrap_or_default();
    let is_open = way != Way::Closed && there.from.as_str() == "internet";
    let severity = if is_open { Severity::Warning } else { Severity::Note };
    let mut finding = Finding::new(code, format!("{from} -> {to}"), span, message)
        .severity(severity)
        .observed(there.packet.to_string())
        .expected(match way {
            Way::Closed => "that nobody needs it",
            _ => "that it is meant",
        });
    if way != Way::Closed {
        finding.body = lanes(there, places);
    }
    if span != Span::default() {
        finding = finding.here(match way {
            Way::Closed => "stops here",
            _ => "lets it through",
        });
    }
    finding.fix(match way {
        Way::Closed => "if it is needed, put back what let it through",
        _ => "if it is not meant, narrow the rule that lets it through",
    })
}

/// The ports that are reached, as far as they are few.
fn ports(regions: &[Region]) -> String {
    let mut all: Vec<(u16, u16)> = regions.iter().map(|region| region.right).collect();
    all.sort_unstable();
    all.dedup();
    let number = |(first, last): &(u16, u16)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    match all.as_slice() {
        [] | [(0..=1, u16::MAX)] => ", any TCP port".to_owned(),
        some if some.len() <= 4 => {
            format!(", TCP {}", some.iter().map(number).collect::<Vec<_>>().join(", "))
        }
        some => format!(", TCP {} and more", some.iter().take(3).map(number).collect::<Vec<_>>().join(", ")),
    }
}

fn too_many(asked: usize) -> Finding {
    Finding::new(
        code::NOT_COMPARED,
        "plan",
        Span::default(),
        format!("what this plan changes is not compared: {asked} questions are too many"),
    )
    .severity(Severity::Note)
    .observed(format!("{asked} pairs of ends"))
    .expected(format!("at most {MOST}"))
    .fix("ask about what matters with `adit path --plan`")
}
