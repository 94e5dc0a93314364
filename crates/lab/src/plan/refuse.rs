//! What namespaces cannot show. It is refused, never passed over: a comparison must not pass because something was left out.

use adit_net::{
    Attached, Cidr, Destination, Forwarding, Name, Network, Peer, RouteRule, Rules, SecurityRule, Target,
};

use super::doors::{internet, public, services};

/// Why a network cannot be shown by namespaces.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Inexpressible {
    /// What is not known cannot be built.
    #[error("the rules of `{0}` are not known")]
    Unknown(Name),
    /// Zero Trust Packet Routing is not modelled (R38).
    #[error("`{0}` carries a security attribute")]
    ZeroTrust(Name),
    /// It is not known whether a machine passes packets on.
    #[error("whether `{0}` passes packets on is not known")]
    Forwarding(Name),
    /// A peering whose other end is somewhere else.
    #[error("the other end of `{0}` is not in this network")]
    Peer(Name),
    /// Which line a site sends by is its own decision.
    #[error("`{0}` has more than one line")]
    SeveralLines(Name),
    /// A filter knows a group's members by their addresses, which must then be nobody else's.
    #[error("a rule of `{0}` names a group, and VCNs overlap")]
    GroupAmongOverlaps(Name),
    /// The addresses that stand for the internet and for Oracle's services are taken.
    #[error("{0} overlaps what stands for the internet and for Oracle's services")]
    Reserved(Cidr),
    /// A function whose subnet has no addresses left for it.
    #[error("there is no room for `{0}` in its subnet")]
    NoRoom(Name),
    /// Two rules for one destination (R9).
    #[error("`{0}` has two rules for one destination")]
    Twice(Name),
}

pub(super) fn inexpressible(network: &Network) -> Result<(), Inexpressible> {
    known(network)?;
    cards(network)?;
    attachments(network)?;
    filters(network)?;
    ranges(network)
}

fn known(network: &Network) -> Result<(), Inexpressible> {
    let whole = |rules: &Rules<RouteRule>| {
        !rules.is_unknown() && rules.known().iter().all(|rule| rule.target != Target::Unknown)
    };
    let tables = network.route_tables.iter().map(|(_, it)| (!whole(&it.rules), &it.object));
    let lists = network.security_lists.iter().map(|(_, it)| (it.rules.is_unknown(), &it.object));
    let groups = network.nsgs.iter().map(|(_, it)| (it.rules.is_unknown(), &it.object));
    let drgs = network.drg_tables.iter().map(|(_, it)| (it.rules.is_unknown(), &it.object));
    let imports = network.distributions.iter().map(|(_, it)| (it.statements.is_unknown(), &it.object));
    let mut all = tables.chain(lists).chain(groups).chain(drgs).chain(imports);
    match all.find(|(unknown, _)| *unknown) {
        Some((_, object)) => Err(Inexpressible::Unknown(object.name.clone())),
        None => Ok(()),
    }
}

fn cards(network: &Network) -> Result<(), Inexpressible> {
    for (_, vnic) in network.vnics.iter() {
        if vnic.zpr {
            return Err(Inexpressible::ZeroTrust(vnic.object.name.clone()));
        }
        if !vnic.source_dest_check && vnic.forwarding == Forwarding::Unknown {
            return Err(Inexpressible::Forwarding(vnic.object.name.clone()));
        }
    }
    match network.functions.iter().find(|(_, function)| function.zpr) {
        Some((_, function)) => Err(Inexpressible::ZeroTrust(function.object.name.clone())),
        None => Ok(()),
    }
}

fn attachments(network: &Network) -> Result<(), Inexpressible> {
    let mut sites = Vec::new();
    for (id, attachment) in network.attachments.iter() {
        let name = || attachment.object.name.clone();
        match &attachment.to {
            Attached::Vcn { .. } => {}
            Attached::RemotePeering { peer } => {
                let mutual = peer.is_some_and(|peer| {
                    network.attachments.at(peer).to == Attached::RemotePeering { peer: Some(id) }
                });
                if !mutual {
                    return Err(Inexpressible::Peer(name()));
                }
            }
            Attached::Ipsec(line) | Attached::VirtualCircuit(line) => {
                if line.routes.is_unknown() {
                    return Err(Inexpressible::Unknown(name()));
                }
                if sites.contains(&line.site) {
                    return Err(Inexpressible::SeveralLines(network.sites.at(line.site).object.name.clone()));
                }
                sites.push(line.site);
            }
        }
    }
    for (_, lpg) in network.lpgs.iter() {
        if lpg.peer.is_some_and(|peer| network.lpgs.at(peer).peer.is_none()) {
            return Err(Inexpressible::Peer(lpg.object.name.clone()));
        }
    }
    Ok(())
}

fn filters(network: &Network) -> Result<(), Inexpressible> {
    let cidrs: Vec<(usize, Cidr)> = network
        .vcns
        .iter()
        .flat_map(|(id, vcn)| vcn.cidrs.iter().map(move |cidr| (id.index(), *cidr)))
        .collect();
    let overlap = cidrs
        .iter()
        .any(|(vcn, cidr)| cidrs.iter().any(|(other, there)| vcn != other && cidr.overlaps(*there)));
    let named =
        |rules: &Rules<SecurityRule>| rules.known().iter().any(|rule| matches!(rule.peer, Peer::Nsg(_)));
    match network.nsgs.iter().find(|(_, group)| overlap && named(&group.rules)) {
        Some((_, group)) => Err(Inexpressible::GroupAmongOverlaps(group.object.name.clone())),
        None => Ok(()),
    }
}

fn ranges(network: &Network) -> Result<(), Inexpressible> {
    let vcns = network.vcns.iter().flat_map(|(_, vcn)| &vcn.cidrs);
    let sites = network.sites.iter().flat_map(|(_, site)| &site.ranges);
    if let Some(range) = vcns.chain(sites).find(|range| internet().overlaps(**range)) {
        return Err(Inexpressible::Reserved(*range));
    }
    let vcns = network.vcns.iter().flat_map(|(_, vcn)| vcn.cidrs.clone());
    let mut ranges: Vec<Cidr> =
        vcns.chain(network.sites.iter().flat_map(|(_, site)| site.ranges.clone())).collect();
    for (_, table) in network.route_tables.iter() {
        let rules = table.rules.known();
        let twice = |(index, rule): (usize, &adit_net::RouteRule)| {
            rules
                .iter()
                .take(index)
                .any(|other| other.destination == rule.destination && other.target != rule.target)
        };
        if rules.iter().enumerate().any(twice) {
            return Err(Inexpressible::Twice(table.object.name.clone()));
        }
        ranges.extend(rules.iter().filter_map(|rule| match rule.destination {
            Destination::Cidr(range) => Some(range),
            Destination::Service(_) => None,
        }));
    }
    let lists = network.security_lists.iter().map(|(_, list)| &list.rules);
    let groups = network.nsgs.iter().map(|(_, group)| &group.rules);
    ranges.extend(lists.chain(groups).flat_map(Rules::known).filter_map(|rule| match rule.peer {
        Peer::Cidr(range) => Some(range),
        Peer::Service(_) | Peer::Nsg(_) => None,
    }));
    let taken =
        |range: &Cidr| range.length() > 0 && [services(), public()].iter().any(|it| it.overlaps(*range));
    match ranges.into_iter().find(taken) {
        Some(range) => Err(Inexpressible::Reserved(range)),
        None => Ok(()),
    }
}
