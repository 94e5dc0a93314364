//! Takes what a plan has and a file has not into the file's network, as somebody else's. Of a VCN that the file manages nothing is
//! taken: there the file says everything.

use adit_net::{
    Accepts, Attached, Attachment, Distribution, Drg, DrgRule, DrgTable, Gateway, LearnedRoute, Line, Lpg,
    Network, Nsg, Object, Peer, PrivateIp, RouteRule, RouteTable, Rules, SecurityList, SecurityRule, Site,
    Source, Statement, Subnet, Target, Vcn, VcnId, Vnic,
};

use super::pairs::Pairs;

/// Adds what has no pair yet, which gets one.
pub(super) fn graft(file: &mut Network, plan: &Network, pairs: &mut Pairs, shift: u32) {
    // A VCN that the file manages is whole in the file.
    let closed = |file: &Network, pairs: &Pairs, vcn: VcnId| {
        pairs.vcn(vcn).is_none_or(|own| file.vcns.at(own).object.managed)
    };
    for (id, vcn) in plan.vcns.iter().filter(|(id, _)| !pairs.vcns.contains_key(id)).collect::<Vec<_>>() {
        let own = file.vcns.add(Vcn { object: object(&vcn.object, shift), cidrs: vcn.cidrs.clone() });
        pairs.vcns.insert(id, own);
    }
    for (id, drg) in plan.drgs.iter() {
        pairs.drgs.entry(id).or_insert_with(|| file.drgs.add(Drg { object: object(&drg.object, shift) }));
    }
    for (id, site) in plan.sites.iter() {
        let made = Site { object: object(&site.object, shift), ranges: site.ranges.clone() };
        pairs.sites.entry(id).or_insert_with(|| file.sites.add(made));
    }
    let mut added = Added::default();
    for (id, table) in plan.route_tables.iter() {
        if pairs.tables.contains_key(&id) || closed(file, pairs, table.vcn) {
            continue;
        }
        let Some(vcn) = pairs.vcn(table.vcn) else { continue };
        let made = RouteTable { object: object(&table.object, shift), vcn, rules: Rules::default() };
        pairs.tables.insert(id, file.route_tables.add(made));
        added.tables.push(id);
    }
    for (id, list) in plan.security_lists.iter() {
        if pairs.lists.contains_key(&id) || closed(file, pairs, list.vcn) {
            continue;
        }
        let Some(vcn) = pairs.vcn(list.vcn) else { continue };
        let made = SecurityList { object: object(&list.object, shift), vcn, rules: Rules::default() };
        pairs.lists.insert(id, file.security_lists.add(made));
        added.lists.push(id);
    }
    for (id, group) in plan.nsgs.iter() {
        if pairs.nsgs.contains_key(&id) || closed(file, pairs, group.vcn) {
            continue;
        }
        let Some(vcn) = pairs.vcn(group.vcn) else { continue };
        let made = Nsg { object: object(&group.object, shift), vcn, rules: Rules::default() };
        pairs.nsgs.insert(id, file.nsgs.add(made));
        added.nsgs.push(id);
    }
    for (id, gateway) in plan.gateways.iter() {
        if pairs.gateways.contains_key(&id) || closed(file, pairs, gateway.vcn) {
            continue;
        }
        let Some(vcn) = pairs.vcn(gateway.vcn) else { continue };
        let route_table = gateway.route_table.and_then(|table| pairs.tables.get(&table).copied());
        let object = object(&gateway.object, shift);
        let made = Gateway { object, vcn, kind: gateway.kind, open: gateway.open, route_table };
        pairs.gateways.insert(id, file.gateways.add(made));
    }
    for (id, lpg) in plan.lpgs.iter() {
        if pairs.lpgs.contains_key(&id) || closed(file, pairs, lpg.vcn) {
            continue;
        }
        let Some(vcn) = pairs.vcn(lpg.vcn) else { continue };
        let route_table = lpg.route_table.and_then(|table| pairs.tables.get(&table).copied());
        let made = Lpg { object: object(&lpg.object, shift), vcn, peer: None, route_table };
        pairs.lpgs.insert(id, file.lpgs.add(made));
    }
    for (id, lpg) in plan.lpgs.iter() {
        let peer = lpg.peer.and_then(|peer| pairs.lpgs.get(&peer).copied());
        if let Some((own, peer)) = pairs.lpgs.get(&id).copied().zip(peer) {
            file.lpgs.at_mut(own).peer.get_or_insert(peer);
        }
    }
    for (id, subnet) in plan.subnets.iter() {
        if pairs.subnets.contains_key(&id) || closed(file, pairs, subnet.vcn) {
            continue;
        }
        let table = pairs.tables.get(&subnet.route_table).copied();
        let Some((vcn, route_table)) = pairs.vcn(subnet.vcn).zip(table) else { continue };
        let lists = subnet.security_lists.iter().filter_map(|list| pairs.lists.get(list).copied());
        let made = Subnet {
            object: object(&subnet.object, shift),
            vcn,
            cidr: subnet.cidr,
            access: subnet.access,
            route_table,
            security_lists: lists.collect(),
        };
        pairs.subnets.insert(id, file.subnets.add(made));
    }
    for (id, vnic) in plan.vnics.iter() {
        if pairs.vnics.contains_key(&id) || closed(file, pairs, plan.subnets.at(vnic.subnet).vcn) {
            continue;
        }
        let Some(subnet) = pairs.subnet(vnic.subnet) else { continue };
        let made = card(vnic, subnet, pairs, shift);
        pairs.vnics.insert(id, file.vnics.add(made));
    }
    for (id, distribution) in plan.distributions.iter() {
        let Some(drg) = pairs.drgs.get(&distribution.drg).copied() else { continue };
        let object = object(&distribution.object, shift);
        let made = Distribution { object, drg, statements: Rules::default() };
        pairs.distributions.insert(id, file.distributions.add(made));
    }
    for (id, table) in plan.drg_tables.iter() {
        if pairs.drg_tables.contains_key(&id) {
            continue;
        }
        let Some(drg) = pairs.drgs.get(&table.drg).copied() else { continue };
        let imports = table.imports.and_then(|imports| pairs.distributions.get(&imports).copied());
        let object = object(&table.object, shift);
        let made = DrgTable { object, drg, rules: Rules::default(), imports, ecmp: table.ecmp };
        pairs.drg_tables.insert(id, file.drg_tables.add(made));
        added.drg_tables.push(id);
    }
    attachments(file, plan, pairs, shift);
    let rules = Rewritten { pairs, shift };
    for id in added.tables {
        let Some(own) = pairs.tables.get(&id).copied() else { continue };
        file.route_tables.at_mut(own).rules = rules.routes(&plan.route_tables.at(id).rules);
    }
    for id in added.lists {
        let Some(own) = pairs.lists.get(&id).copied() else { continue };
        file.security_lists.at_mut(own).rules = rules.security(&plan.security_lists.at(id).rules);
    }
    for id in added.nsgs {
        let Some(own) = pairs.nsgs.get(&id).copied() else { continue };
        file.nsgs.at_mut(own).rules = rules.security(&plan.nsgs.at(id).rules);
    }
    for (id, own) in &pairs.distributions {
        file.distributions.at_mut(*own).statements = rules.statements(&plan.distributions.at(*id).statements);
    }
    for id in added.drg_tables {
        let Some(own) = pairs.drg_tables.get(&id).copied() else { continue };
        file.drg_tables.at_mut(own).rules = rules.drg(&plan.drg_tables.at(id).rules);
    }
}

/// What was added, by the plan's ids.
#[derive(Default)]
struct Added {
    tables: Vec<adit_net::RouteTableId>,
    lists: Vec<adit_net::SecurityListId>,
    nsgs: Vec<adit_net::NsgId>,
    drg_tables: Vec<adit_net::DrgTableId>,
}

fn attachments(file: &mut Network, plan: &Network, pairs: &mut Pairs, shift: u32) {
    for (id, attachment) in plan.attachments.iter() {
        if pairs.attachments.contains_key(&id) {
            continue;
        }
        let Some(drg) = pairs.drgs.get(&attachment.drg).copied() else { continue };
        let to = match &attachment.to {
            Attached::Vcn { vcn, ingress, offers } => {
                let Some(vcn) = pairs.vcn(*vcn) else { continue };
                // The file says itself where a VCN that it manages is attached.
                if file.vcns.at(vcn).object.managed {
                    continue;
                }
                let ingress = ingress.and_then(|table| pairs.tables.get(&table).copied());
                Attached::Vcn { vcn, ingress, offers: *offers }
            }
            Attached::RemotePeering { .. } => Attached::RemotePeering { peer: None },
            Attached::Ipsec(line) => match self::line(line, pairs, shift) {
                Some(line) => Attached::Ipsec(line),
                None => continue,
            },
            Attached::VirtualCircuit(line) => match self::line(line, pairs, shift) {
                Some(line) => Attached::VirtualCircuit(line),
                None => continue,
            },
        };
        let table = attachment.table.and_then(|table| pairs.drg_tables.get(&table).copied());
        let made = Attachment { object: object(&attachment.object, shift), drg, to, table };
        pairs.attachments.insert(id, file.attachments.add(made));
    }
    for (id, attachment) in plan.attachments.iter() {
        let Attached::RemotePeering { peer: Some(peer) } = &attachment.to else { continue };
        let both = pairs.attachments.get(&id).copied().zip(pairs.attachments.get(peer).copied());
        if let Some((own, peer)) = both
            && let Attached::RemotePeering { peer: open @ None } = &mut file.attachments.at_mut(own).to
        {
            *open = Some(peer);
        }
    }
}

fn line(line: &Line, pairs: &Pairs, shift: u32) -> Option<Line> {
    let site = pairs.sites.get(&line.site).copied()?;
    let moved = |route: &LearnedRoute| LearnedRoute { source: source(route.source, shift), ..route.clone() };
    let routes = each(&line.routes, |route| Some(moved(route)));
    Some(Line { site, routes })
}

pub(super) fn card(vnic: &Vnic, subnet: adit_net::SubnetId, pairs: &Pairs, shift: u32) -> Vnic {
    let table = |table: Option<adit_net::RouteTableId>| table.and_then(|it| pairs.tables.get(&it).copied());
    Vnic {
        object: object(&vnic.object, shift),
        subnet,
        addresses: vnic
            .addresses
            .iter()
            .map(|ip| PrivateIp { route_table: table(ip.route_table), ..ip.clone() })
            .collect(),
        nsgs: vnic.nsgs.iter().filter_map(|group| pairs.nsgs.get(group).copied()).collect(),
        route_table: table(vnic.route_table),
        ..vnic.clone()
    }
}

/// Somebody else's, said in the plan.
fn object(theirs: &Object, shift: u32) -> Object {
    Object { managed: false, source: source(theirs.source, shift), ..theirs.clone() }
}

pub(super) fn source(theirs: Source, shift: u32) -> Source {
    theirs.handle().map_or(Source::NONE, |handle| Source::new(handle.saturating_add(shift)))
}

fn each<T>(rules: &Rules<T>, change: impl Fn(&T) -> Option<T>) -> Rules<T> {
    match rules {
        Rules::Known(rules) => Rules::Known(rules.iter().filter_map(change).collect()),
        Rules::Unknown => Rules::Unknown,
    }
}

/// Rules with the file's ids in the place of the plan's.
pub(super) struct Rewritten<'p> {
    pub(super) pairs: &'p Pairs,
    pub(super) shift: u32,
}

impl Rewritten<'_> {
    pub(super) fn routes(&self, rules: &Rules<RouteRule>) -> Rules<RouteRule> {
        let target = |target: Target| match target {
            Target::Drg(id) => self.pairs.drgs.get(&id).copied().map(Target::Drg),
            Target::Gateway(id) => self.pairs.gateways.get(&id).copied().map(Target::Gateway),
            Target::Lpg(id) => self.pairs.lpgs.get(&id).copied().map(Target::Lpg),
            other @ (Target::PrivateIp(_) | Target::Unknown) => Some(other),
        };
        each(rules, |rule| {
            let (target, source) = (target(rule.target)?, source(rule.source, self.shift));
            Some(RouteRule { target, source, ..rule.clone() })
        })
    }

    pub(super) fn security(&self, rules: &Rules<SecurityRule>) -> Rules<SecurityRule> {
        let peer = |peer: Peer| match peer {
            Peer::Nsg(id) => self.pairs.nsgs.get(&id).copied().map(Peer::Nsg),
            other => Some(other),
        };
        each(rules, |rule| {
            let (peer, source) = (peer(rule.peer)?, source(rule.source, self.shift));
            Some(SecurityRule { peer, source, ..rule.clone() })
        })
    }

    pub(super) fn drg(&self, rules: &Rules<DrgRule>) -> Rules<DrgRule> {
        each(rules, |rule| {
            let next = self.pairs.attachments.get(&rule.next).copied()?;
            Some(DrgRule { next, source: source(rule.source, self.shift), ..rule.clone() })
        })
    }

    fn statements(&self, rules: &Rules<Statement>) -> Rules<Statement> {
        let accepts = |accepts: Accepts| match accepts {
            Accepts::Attachment(id) => self.pairs.attachments.get(&id).copied().map(Accepts::Attachment),
            other => Some(other),
        };
        each(rules, |rule| {
            let (accepts, source) = (accepts(rule.accepts)?, source(rule.source, self.shift));
            Some(Statement { accepts, source, ..rule.clone() })
        })
    }
}
