//! Tables, lists, groups and distributions that nothing uses.

use std::collections::HashSet;

use super::{Lint, LintKind};
use crate::model::{Attached, Network, Object, Peer, Rules};
use crate::trace::{Kind, Subject};

pub(super) fn lints(network: &Network) -> Vec<Lint> {
    let mut tables = HashSet::new();
    let mut lists = HashSet::new();
    let mut groups = HashSet::new();
    for (_, subnet) in network.subnets.iter() {
        tables.insert(subnet.route_table);
        lists.extend(subnet.security_lists.iter().copied());
    }
    for (_, vnic) in network.vnics.iter() {
        tables.extend(vnic.route_table);
        tables.extend(vnic.addresses.iter().filter_map(|address| address.route_table));
        groups.extend(vnic.nsgs.iter().copied());
    }
    tables.extend(network.gateways.iter().filter_map(|(_, gateway)| gateway.route_table));
    tables.extend(network.lpgs.iter().filter_map(|(_, lpg)| lpg.route_table));
    groups.extend(network.functions.iter().flat_map(|(_, function)| function.nsgs.iter().copied()));
    // A group that only stands in rules is used by them.
    let rules = network.nsgs.iter().flat_map(|(_, nsg)| nsg.rules.known());
    groups.extend(rules.filter_map(|rule| match rule.peer {
        Peer::Nsg(id) => Some(id),
        _ => None,
    }));
    let mut drg_tables = HashSet::new();
    for (_, attachment) in network.attachments.iter() {
        drg_tables.extend(attachment.table);
        if let Attached::Vcn { ingress, .. } = &attachment.to {
            tables.extend(*ingress);
        }
    }
    let distributions: HashSet<_> =
        network.drg_tables.iter().filter_map(|(_, table)| table.imports).collect();
    let mut found = Vec::new();
    let mut note = |used: bool, kind: Kind, object: &Object| {
        if !used {
            found.push(Lint {
                kind: LintKind::OnNothing,
                at: Subject::of(kind, object),
                rule: None,
                other: None,
            });
        }
    };
    network.route_tables.iter().for_each(|(id, it)| note(tables.contains(&id), Kind::RouteTable, &it.object));
    network.security_lists.iter().for_each(|(id, it)| {
        // A list without rules admits nothing: that is how a VCN's own is put out of use.
        let is_empty = matches!(&it.rules, Rules::Known(rules) if rules.is_empty());
        note(is_empty || lists.contains(&id), Kind::SecurityList, &it.object)
    });
    network.nsgs.iter().for_each(|(id, it)| note(groups.contains(&id), Kind::Nsg, &it.object));
    network.drg_tables.iter().for_each(|(id, it)| note(drg_tables.contains(&id), Kind::DrgTable, &it.object));
    network
        .distributions
        .iter()
        .for_each(|(id, it)| note(distributions.contains(&id), Kind::Distribution, &it.object));
    found
}
