//! A hop that is in the way as a finding: its code, what people see, what to add.

use adit_net::trace::{Change, Hop, Kind, Outcome, Reason, Trace};
use adit_net::{Direction, Network, Peer, SecurityRule, Traffic};

use super::lanes::{Lane, called, ends, holder, lanes};
use super::request;
use crate::build::Places;
use crate::code::{self, Code};
use crate::finding::{Finding, Fix, Remark};
use crate::source::Span;
use crate::words::shown;

/// A question with the file that it came from.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) network: &'a Network,
    pub(crate) places: &'a Places,
    /// Where it is asked.
    pub(crate) span: Span,
    /// What it costs when the way is closed, if that is not a time-out.
    pub(crate) symptom: Option<&'static str>,
}

/// Everything in the way of one question.
pub(crate) fn findings(asked: Asked<'_>, trace: &Trace) -> Vec<Finding> {
    let there = trace.there.iter().map(|hop| (Lane::There, hop));
    // Where nothing opens the way there, nobody ever answers.
    let closed = trace.there.iter().any(|hop| hop.outcome == Outcome::Stops && hop.fix.is_none());
    let back = trace.back.iter().filter(|_| !closed).map(|hop| (Lane::Back, hop));
    there
        .chain(back)
        .filter(|(_, hop)| hop.outcome != Outcome::Passes)
        .map(|(lane, hop)| finding(asked, trace, lane, hop))
        .collect()
}

fn finding(asked: Asked<'_>, trace: &Trace, lane: Lane, hop: &Hop) -> Finding {
    let Asked { network, places, .. } = asked;
    let object = holder(hop);
    let at = hop.fix.as_ref().map_or(&hop.at, |fix| &fix.at);
    let span = places.span(at.source).or_else(|| places.span(hop.at.source)).unwrap_or(asked.span);
    let mut finding = Finding::new(code(lane, hop), &object, span, message(trace, lane, hop))
        .here(word(hop))
        .observed(hop.reason.to_string());
    if let Some(nearest) = hop.tried.iter().find(|tried| tried.nearest).or(hop.tried.first())
        && !places.is_derived(nearest.rule.source)
        && let Some(span) = places.span(nearest.rule.source)
    {
        finding = finding.also(span, format!("comes nearest: {}", nearest.why));
    }
    if let Some(taken) = hop.decided.first().and_then(|rule| places.span(rule.source)) {
        finding = finding.also(taken, "takes it");
    }
    if span != asked.span && asked.span != Span::default() {
        finding = finding.also(asked.span, "asks for it");
    }
    finding.body = lanes(trace, places);
    finding.body.extend(tried(hop, &object, places));
    let open = open(hop, places).filter(|_| hop.outcome == Outcome::Unknown);
    match open {
        Some(open) => finding = finding.remark(Remark::Why(open.to_owned())),
        None if matches!(hop.reason, Reason::NoRoute | Reason::NotAdmitted(_)) => {}
        None => finding = finding.remark(Remark::Why(hop.reason.to_string())),
    }
    if let Some(symptom) = symptom(asked, lane, hop) {
        finding = finding.remark(Remark::See(symptom));
    }
    if hop.assumed {
        let note = "a packet would come here only after what stands before it is repaired";
        finding = finding.remark(Remark::Note(note.to_owned()));
    }
    // Another rule is no answer to where this one leads.
    let Some(fix) = hop.fix.as_ref().filter(|_| hop.reason != Reason::TargetUnknown) else {
        return match open {
            Some(_) => finding.fix(LOOK_AGAIN),
            None => finding.fix(advice(&hop.reason, &object)),
        };
    };
    let (client, goal) = ends(trace);
    let why = match lane {
        Lane::There => format!("packets from {client} are to reach {goal}"),
        Lane::Back => format!("answers of {goal} are to find back to {client}"),
    };
    if request::is_derived(network, &fix.change) {
        let note = format!(
            "`{}` is derived; written out, it must hold what is derived for it as well, and be named where it is used",
            shown(fix.at.name.as_str())
        );
        finding = finding.remark(Remark::Note(note));
    }
    let unknown = hop.outcome == Outcome::Unknown;
    finding = finding.expected(fix.text.clone());
    finding.fix = Some(Fix {
        text: request::instruction(fix, unknown),
        edit: None,
        lines: request::lines(network, places, fix, unknown, &why),
    });
    finding
}

/// What to do about a value that a plan does not have.
const LOOK_AGAIN: &str = "plan again once it is known, or describe it in adit.toml";

/// What is not known at a hop, where somebody could say.
fn open<'p>(hop: &Hop, places: &'p Places) -> Option<&'p str> {
    let decided = hop.decided.iter().find_map(|rule| places.open(rule.source));
    let fixed = || hop.fix.as_ref().and_then(|fix| places.open(fix.at.source));
    decided.or_else(fixed).or_else(|| places.open(hop.at.source))
}

/// The code of what is in the way.
fn code(lane: Lane, hop: &Hop) -> Code {
    let by_lane = |there, back| match lane {
        Lane::There => there,
        Lane::Back => back,
    };
    match hop.outcome {
        Outcome::Unknown => return code::NOT_KNOWN,
        Outcome::Ambiguous => return code::TWO_WAYS,
        Outcome::Stops | Outcome::Passes => {}
    }
    match &hop.reason {
        Reason::NotAdmitted(Direction::Egress) if lane == Lane::There => code::NOT_LET_OUT,
        Reason::NotAdmitted(Direction::Ingress) if lane == Lane::There => code::NOT_ADMITTED,
        Reason::NotAdmitted(Direction::Egress) | Reason::AnswerNotAdmitted(Direction::Egress) => {
            code::ANSWER_NOT_LET_OUT
        }
        Reason::NotAdmitted(Direction::Ingress) | Reason::AnswerNotAdmitted(Direction::Ingress) => {
            code::ANSWER_NOT_ADMITTED
        }
        Reason::NoRoute if matches!(hop.at.kind, Kind::DrgTable | Kind::Drg) => {
            by_lane(code::NO_DRG_ROUTE, code::NO_DRG_ROUTE_BACK)
        }
        Reason::NoRoute => by_lane(code::NO_ROUTE, code::NO_ROUTE_BACK),
        // A wider rule takes what has no rule of its own.
        Reason::Astray { .. } => match hop.fix.as_ref().map(|fix| &fix.change) {
            Some(Change::AddRoute(..)) => by_lane(code::NO_ROUTE, code::NO_ROUTE_BACK),
            Some(Change::AddDrgRule(..) | Change::AddImport(..)) => {
                by_lane(code::NO_DRG_ROUTE, code::NO_DRG_ROUTE_BACK)
            }
            _ => by_lane(code::DEAD_END, code::DEAD_END_BACK),
        },
        _ => by_lane(code::DEAD_END, code::DEAD_END_BACK),
    }
}

/// The first line: names first, short enough for one line.
fn message(trace: &Trace, lane: Lane, hop: &Hop) -> String {
    let (from, to) = (shown(trace.from.as_str()), shown(trace.to.as_str()));
    let what = match lane {
        Lane::There => format!("packets from `{from}` to `{to}`"),
        Lane::Back => format!("replies from `{to}` to `{from}`"),
    };
    if let (Reason::NotAdmitted(direction) | Reason::AnswerNotAdmitted(direction), Outcome::Stops) =
        (&hop.reason, hop.outcome)
    {
        let rule = hop.fix.as_ref().and_then(|fix| added(&fix.change));
        let verb = match direction {
            Direction::Ingress => "admit",
            Direction::Egress => "let out",
        };
        return match (rule, lane) {
            (Some(rule), Lane::There) => format!("`{}` does not {verb} {}", holder(hop), flow(rule)),
            _ => format!("`{}` does not {verb} the {what}", holder(hop)),
        };
    }
    match (&hop.reason, hop.outcome) {
        (_, Outcome::Unknown) => format!("whether {what} pass `{}` is not known", holder(hop)),
        (_, Outcome::Ambiguous) => format!("{what} have two ways, and an arbitrary one wins"),
        (Reason::NoRoute, _) => format!("{what} have no route"),
        (Reason::Astray { .. }, _) => format!("{what} are routed elsewhere"),
        (Reason::Loop, _) => format!("{what} go in a circle"),
        (Reason::WrongNetwork { .. }, _) => format!("{what} end up in another network"),
        _ => format!("{what} end at `{}`", shown(hop.at.name.as_str())),
    }
}

fn added(change: &Change) -> Option<&SecurityRule> {
    match change {
        Change::AddToList(_, rule) | Change::AddToGroup(_, rule) => Some(rule),
        _ => None,
    }
}

/// `10.1.0.0/24 to 6432/TCP`.
fn flow(rule: &SecurityRule) -> String {
    let peer = match rule.peer {
        Peer::Cidr(range) => range.to_string(),
        Peer::Service(label) => label.to_string(),
        Peer::Nsg(_) => "its group".to_owned(),
    };
    match rule.traffic {
        Traffic::Tcp(ports) => format!("{peer} to {}/TCP", ports.destination),
        Traffic::Udp(ports) => format!("{peer} to {}/UDP", ports.destination),
        other => format!("{peer}, {other}"),
    }
}

/// The word at the place.
fn word(hop: &Hop) -> String {
    match &hop.reason {
        Reason::NoRoute => "no rule covers the destination".to_owned(),
        Reason::NotAdmitted(direction) | Reason::AnswerNotAdmitted(direction) => {
            format!("no {direction} rule admits it")
        }
        Reason::TableUnknown | Reason::RulesUnknown(_) => "its rules are not known".to_owned(),
        Reason::TargetUnknown => "where its rule leads is not known".to_owned(),
        Reason::Astray { .. } => "no rule leads there".to_owned(),
        _ => String::new(),
    }
}

/// The rules that were asked in vain.
fn tried(hop: &Hop, object: &str, places: &Places) -> Vec<String> {
    if hop.tried.is_empty() {
        return match &hop.reason {
            Reason::NotAdmitted(direction) | Reason::AnswerNotAdmitted(direction)
                if hop.outcome == Outcome::Stops =>
            {
                vec![String::new(), format!("{object} has no {direction} rule at all")]
            }
            _ => Vec::new(),
        };
    }
    const SHOWN: usize = 8;
    // Those that come nearest are shown first where not all can be.
    let mut rules: Vec<_> = hop.tried.iter().collect();
    if rules.len() > SHOWN {
        rules.sort_by_key(|tried| !tried.nearest);
        rules.truncate(SHOWN);
    }
    let text = |tried: &adit_net::trace::Tried| {
        let name = called(&tried.rule, places);
        let name = name.strip_prefix(object).map(str::trim_start).unwrap_or(&name);
        let said = shown(&tried.rule.text);
        // The direction stands in the name already.
        let said = ["ingress ", "egress "].iter().find_map(|word| said.strip_prefix(word)).unwrap_or(&said);
        format!("{name}  {said}")
    };
    let width = rules.iter().map(|tried| text(tried).chars().count()).max().unwrap_or_default().min(70);
    let mut lines = vec![String::new(), format!("{object} was asked in vain:")];
    lines.extend(rules.iter().map(|tried| {
        let nearest = if tried.nearest { "   <- nearest" } else { "" };
        format!("   {:<width$}   {}{nearest}", text(tried), tried.why)
    }));
    if hop.tried.len() > SHOWN {
        lines.push(format!("   and {} rules more", hop.tried.len() - SHOWN));
    }
    lines
}

/// What people see when it is left so.
fn symptom(asked: Asked<'_>, lane: Lane, hop: &Hop) -> Option<String> {
    match (hop.outcome, lane) {
        (Outcome::Stops, _) if asked.symptom.is_some() => asked.symptom.map(str::to_owned),
        (Outcome::Stops, Lane::There) => {
            Some("a time-out, not a refusal: the request is dropped without a word".to_owned())
        }
        (Outcome::Stops, Lane::Back) => {
            Some("a time-out, not a refusal: the request arrives, its answer is lost".to_owned())
        }
        (Outcome::Ambiguous, _) => {
            Some("it works or times out as the cloud happens to choose, until the next change".to_owned())
        }
        _ => None,
    }
}

/// What to do where no single rule repairs it.
fn advice(reason: &Reason, object: &str) -> String {
    match reason {
        Reason::TableUnknown | Reason::RulesUnknown(_) => {
            format!("write the rules of `{object}` into the file, as the console shows them")
        }
        Reason::ImportsUnknown(name) => {
            format!(
                "write what the import distribution of `{}` takes, as the console shows it",
                shown(name.as_str())
            )
        }
        Reason::PeerUnknown => format!("name the other end of `{object}` as its `peer`, and describe it"),
        Reason::ForwardingUnknown(address) => {
            format!(
                "say in [appliance.NAME] of {address} whether it forwards, and that its source check is off"
            )
        }
        Reason::Tie { .. } | Reason::WrongNetwork { .. } | Reason::Astray { .. } => {
            "give one of the two networks another range: `adit addr` prints the free ones".to_owned()
        }
        Reason::TwoRoutes(_) => format!("leave one of the two rules in `{object}`"),
        Reason::NatAnswer => "route answers to the gateway that the question came by, not to NAT".to_owned(),
        Reason::NoRoute => format!("if it shall be reached, add a rule to `{object}` that leads there"),
        Reason::NoInternetGateway | Reason::PrivateOnInternet | Reason::NoPublicAddress => {
            "if it shall be so, nothing is wrong: no rule opens this way, only another network design"
                .to_owned()
        }
        _ => format!("no rule repairs this; lead the way around `{object}`"),
    }
}
