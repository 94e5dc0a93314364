//! Route rules that Oracle refuses, that stand twice, or that lead nowhere.

use super::{Lint, LintKind};
use crate::legal::{Door, refused, static_refused};
use crate::model::{Attached, Network, RouteRule, RouteTable, RouteTableId, Target};
use crate::trace::{Kind, RuleText, Subject};
use crate::words;

pub(super) fn lints(network: &Network) -> Vec<Lint> {
    let mut found = Vec::new();
    for (id, table) in network.route_tables.iter() {
        let at = Subject::of(Kind::RouteTable, &table.object);
        let doors = doors(network, id);
        let rules = table.rules.known();
        for (index, rule) in rules.iter().enumerate() {
            let text = text(network, &at, index, rule);
            let mut note =
                |kind, other| found.push(Lint { kind, at: at.clone(), rule: Some(text.clone()), other });
            let why = doors.iter().find_map(|door| refused(network, table.vcn, *door, rule));
            if let Some(why) = why {
                note(LintKind::Refused(why), None);
            } else if let Some(why) = nowhere(network, table, rule) {
                note(LintKind::LeadsNowhere(why), None);
            }
            let same =
                rules.iter().enumerate().take(index).find(|(_, other)| other.destination == rule.destination);
            if let Some((first, other)) = same {
                note(LintKind::SameDestination, Some(self::text(network, &at, first, other)));
            }
        }
    }
    for (_, table) in network.drg_tables.iter() {
        let at = Subject::of(Kind::DrgTable, &table.object);
        let rules = table.rules.known();
        for (index, rule) in rules.iter().enumerate() {
            let text = |index: usize, rule: &crate::DrgRule| RuleText {
                holder: at.clone(),
                index: Some(index),
                text: words::drg_rule(network, rule),
                source: rule.source,
            };
            let mut note =
                |kind, other| found.push(Lint { kind, at: at.clone(), rule: Some(text(index, rule)), other });
            if let Some(why) = static_refused(network, table.drg, rule.next) {
                note(LintKind::Refused(why), None);
            }
            let same =
                rules.iter().enumerate().take(index).find(|(_, other)| other.destination == rule.destination);
            if let Some((first, other)) = same {
                note(LintKind::SameDestination, Some(text(first, other)));
            }
        }
    }
    found
}

/// The doors that a table is used at; a card's, if none.
fn doors(network: &Network, id: RouteTableId) -> Vec<Door> {
    let mut found = Vec::new();
    let at_cards = network.subnets.iter().any(|(_, subnet)| subnet.route_table == id);
    let at_vnics = network.vnics.iter().any(|(_, vnic)| {
        vnic.route_table == Some(id) || vnic.addresses.iter().any(|address| address.route_table == Some(id))
    });
    if at_cards || at_vnics {
        found.push(Door::Card);
    }
    let drg = network.attachments.iter().any(|(_, attachment)| {
        matches!(attachment.to, Attached::Vcn { ingress: Some(ingress), .. } if ingress == id)
    });
    if drg {
        found.push(Door::Drg);
    }
    if network.lpgs.iter().any(|(_, lpg)| lpg.route_table == Some(id)) {
        found.push(Door::Lpg);
    }
    for (_, gateway) in network.gateways.iter().filter(|(_, gateway)| gateway.route_table == Some(id)) {
        let internet = gateway.kind == crate::GatewayKind::Internet;
        found.push(if internet { Door::Internet } else { Door::Other });
    }
    if found.is_empty() {
        found.push(Door::Card);
    }
    found
}

fn nowhere(network: &Network, table: &RouteTable, rule: &RouteRule) -> Option<&'static str> {
    match rule.target {
        Target::PrivateIp(address) => {
            let there =
                |vnic: &crate::Vnic| vnic.has(address) && network.subnets.at(vnic.subnet).vcn == table.vcn;
            match network.vnics.iter().find(|(_, vnic)| there(vnic)) {
                None => Some("nobody has the next hop's address"),
                Some((_, vnic)) if vnic.source_dest_check => {
                    Some("the next hop has its source/destination check on")
                }
                Some(_) => None,
            }
        }
        Target::Lpg(id) => network.lpgs.at(id).peer.is_none().then_some("the local peering is not connected"),
        Target::Gateway(id) => (!network.gateways.at(id).open).then_some("the gateway is closed"),
        Target::Drg(_) | Target::Unknown => None,
    }
}

fn text(network: &Network, at: &Subject, index: usize, rule: &RouteRule) -> RuleText {
    RuleText {
        holder: at.clone(),
        index: Some(index),
        text: words::route(network, rule),
        source: rule.source,
    }
}
