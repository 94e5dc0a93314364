//! A change as people write it: the line for `adit.toml`, and for what belongs to somebody else the request to its owner, with
//! the Terraform that makes it.

use adit_net::trace::{Change, Fix};
use adit_net::{
    Destination, Direction, Network, Origin, Peer, Ports, RouteRule, SecurityRule, ServiceLabel, Target,
    Traffic,
};

use super::block::terraform;
use crate::build::Places;
use crate::words::{self, shown};

/// What to do, in a line.
pub(crate) fn instruction(fix: &Fix, unknown: bool) -> String {
    let name = shown(fix.at.name.as_str());
    if unknown {
        return format!("look whether {} `{name}` has: {}", fix.at.kind, fix.text);
    }
    let what = if adds(&fix.change) { "add to" } else { "change" };
    let owner = if fix.at.managed { String::new() } else { ", which is somebody else's".to_owned() };
    format!("{what} {} `{name}`{owner}: {}", fix.at.kind, fix.text)
}

/// Whether a change adds a rule; else it is another one.
fn adds(change: &Change) -> bool {
    matches!(
        change,
        Change::AddRoute(..) | Change::AddDrgRule(..) | Change::AddToList(..) | Change::AddToGroup(..)
    )
}

/// Whether a change is to an object of the user's that is derived as a whole.
pub(crate) fn is_derived(network: &Network, change: &Change) -> bool {
    let object = match change {
        Change::AddRoute(id, _) => network.route_tables.get(*id).map(|table| &table.object),
        Change::AddToList(id, _) => network.security_lists.get(*id).map(|list| &list.object),
        Change::AddDrgRule(id, _) => network.drg_tables.get(*id).map(|table| &table.object),
        _ => None,
    };
    object.is_some_and(|object| object.managed && object.origin == Origin::Derived)
}

/// Lines to copy for a repair.
pub(crate) fn lines(network: &Network, places: &Places, fix: &Fix, unknown: bool, why: &str) -> Vec<String> {
    let block = terraform(network, places, &fix.change);
    let mut lines = Vec::new();
    // What a plan describes is changed where the plan came from.
    let address = places.address(fix.at.source);
    if let Some(address) = address.filter(|_| fix.at.managed) {
        if !unknown && !block.is_empty() {
            lines.push(format!("in Terraform, for {address}:"));
            lines.extend(block.into_iter().map(|line| format!("  {line}")));
        }
        return lines;
    }
    let if_so = if unknown { "if it has, write its rules " } else { "" };
    // An object without a name of its own cannot be written out before it has one.
    if address.is_some() {
        // Its rules stand in the plan.
    } else if fix.at.name.as_str().starts_with('(') {
        lines.push("name it in adit.toml where it is used, and write its rules under that name".to_owned());
    } else if let Some((table, rule)) = toml(network, fix) {
        lines.push(format!("{if_so}in adit.toml, [{table}]: {rule}"));
    }
    if fix.at.managed {
        return lines;
    }
    lines.push(
        match (unknown, lines.is_empty()) {
            (true, _) => "if not, send this to its owner:",
            (false, true) => "send this to its owner:",
            (false, false) => "and send this to its owner:",
        }
        .to_owned(),
    );
    let verb = if adds(&fix.change) { "add to" } else { "change" };
    lines.push(format!("  Please {verb} {} `{}`: {}", fix.at.kind, shown(fix.at.name.as_str()), fix.text));
    lines.push(format!("  Reason: {why}."));
    lines.extend(block.into_iter().map(|line| format!("  {line}")));
    lines
}

/// The table of the file and the rule to write into it.
fn toml(network: &Network, fix: &Fix) -> Option<(String, String)> {
    let name = words::key(fix.at.name.as_str());
    // What stands in the place of a rule is written there.
    let (table, rule) = added(network, fix, &name)?;
    let rule = match fix.change {
        Change::ReplaceRoute(_, index, _) | Change::ReplaceDrgRule(_, index, _) => {
            rule.replacen("rules +=", &format!("rules[{index}] ="), 1)
        }
        _ => rule,
    };
    Some((table, rule))
}

fn added(network: &Network, fix: &Fix, name: &str) -> Option<(String, String)> {
    Some(match &fix.change {
        Change::AddRoute(_, rule) | Change::ReplaceRoute(_, _, rule) => (
            format!("route-table.{name}"),
            format!(
                "rules += {{ destination = {:?}, target = {:?} }}",
                destination(rule),
                target(network, rule)
            ),
        ),
        Change::AddDrgRule(table, rule) | Change::ReplaceDrgRule(table, _, rule) => {
            let drg = network.drg_tables.get(*table).and_then(|table| network.drgs.get(table.drg))?;
            let next = network.attachments.get(rule.next)?;
            (
                format!("drg.{}.route-table.{name}", words::key(drg.object.name.as_str())),
                format!(
                    "rules += {{ destination = \"{}\", attachment = {:?} }}",
                    rule.destination,
                    next.object.name.as_str()
                ),
            )
        }
        Change::AddToList(_, rule) => (format!("security-list.{name}"), security(network, rule)),
        Change::AddToGroup(_, rule) => (format!("nsg.{name}"), security(network, rule)),
        _ => return None,
    })
}

/// A route rule as one writes it.
pub(crate) fn route(network: &Network, rule: &RouteRule) -> String {
    format!("rules += {{ destination = {:?}, target = {:?} }}", destination(rule), target(network, rule))
}

pub(super) fn destination(rule: &RouteRule) -> String {
    match rule.destination {
        Destination::Cidr(range) => range.to_string(),
        Destination::Service(label) => service(label).to_owned(),
    }
}

pub(super) fn service(label: ServiceLabel) -> &'static str {
    match label {
        ServiceLabel::AllServices => "all-services",
        ServiceLabel::ObjectStorage => "object-storage",
    }
}

pub(super) fn target(network: &Network, rule: &RouteRule) -> String {
    match rule.target {
        Target::Drg(_) => "drg".to_owned(),
        Target::Gateway(id) => match network.gateways.get(id).map(|gateway| gateway.kind) {
            Some(adit_net::GatewayKind::Nat) => "nat-gateway".to_owned(),
            Some(adit_net::GatewayKind::Service(_)) => "service-gateway".to_owned(),
            _ => "internet-gateway".to_owned(),
        },
        Target::Lpg(id) => {
            let name = network.lpgs.get(id).map(|lpg| lpg.object.name.as_str()).unwrap_or_default();
            format!("local-peering/{name}")
        }
        Target::PrivateIp(address) => address.to_string(),
        Target::Unknown => "?".to_owned(),
    }
}

/// A security rule as one writes it.
pub(crate) fn security(network: &Network, rule: &SecurityRule) -> String {
    let (list, far) = match rule.direction {
        Direction::Ingress => ("ingress", "from"),
        Direction::Egress => ("egress", "to"),
    };
    let peer = match rule.peer {
        Peer::Cidr(range) => range.to_string(),
        Peer::Service(label) => service(label).to_owned(),
        Peer::Nsg(id) => {
            format!(
                "nsg/{}",
                network.nsgs.get(id).map(|group| group.object.name.as_str()).unwrap_or_default()
            )
        }
    };
    let stateless = if rule.stateless { ", stateless = true" } else { "" };
    format!("{list} += {{ {far} = {peer:?}, {}{stateless} }}", traffic(&rule.traffic))
}

fn traffic(traffic: &Traffic) -> String {
    let ports = |protocol: &str, ports: &Ports| {
        let port = |key: &str, range: adit_net::PortRange| match range {
            range if range.is_all() => String::new(),
            range if range.first() == range.last() => format!(", {key} = {range}"),
            range => format!(", {key} = \"{range}\""),
        };
        format!(
            "protocol = \"{protocol}\"{}{}",
            port("port", ports.destination),
            port("source-port", ports.source)
        )
    };
    match traffic {
        Traffic::All => "protocol = \"all\"".to_owned(),
        Traffic::Tcp(range) => ports("tcp", range),
        Traffic::Udp(range) => ports("udp", range),
        Traffic::Icmp(None) => "protocol = \"icmp\"".to_owned(),
        Traffic::Icmp(Some(kind)) => {
            let code = kind.code.map(|code| format!(", icmp-code = {code}")).unwrap_or_default();
            format!("protocol = \"icmp\", icmp-type = {}{code}", kind.kind)
        }
        Traffic::Other(number) => format!("protocol = {number}"),
    }
}
