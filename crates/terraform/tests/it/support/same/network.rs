//! A network as lines: one for each object that an export makes, and one for each of its rules.
//!
//! Managed is what the file manages; in a plan, what it makes. Gateways and attachments go by what they are for, not by their names, which the file does not have. A list or table of which no
//! subnet, gateway or attachment makes use says nothing of any packet; one without rules is left out, for every VCN brings some along.

use std::collections::BTreeSet;

use adit_net::{
    Accepts, Attached, Attachment, Network, Object, Peer, RouteTableId, Rules, SecurityRule, Target, VcnId,
};

use super::called;

/// What is to be compared of a network.
pub(crate) fn lines(network: &Network) -> Vec<String> {
    let side = Side { network };
    let mut lines = Vec::new();
    side.vcns(&mut lines);
    side.security(&mut lines);
    side.doors(&mut lines);
    side.drgs(&mut lines);
    side.functions(&mut lines);
    lines.sort();
    lines
}

struct Side<'n> {
    network: &'n Network,
}

impl Side<'_> {
    /// The name of an object; of somebody else's as far as both sides have it.
    fn name(&self, object: &Object) -> String {
        if object.managed {
            object.name.to_string()
        } else {
            format!("their {}", called(object.name.as_str()))
        }
    }

    fn vcn(&self, id: VcnId) -> String {
        self.name(&self.network.vcns.at(id).object)
    }

    fn table(&self, id: RouteTableId) -> String {
        let table = self.network.route_tables.at(id);
        format!("{} in {}", self.name(&table.object), self.vcn(table.vcn))
    }

    fn table_or(&self, id: Option<RouteTableId>) -> String {
        id.map_or_else(|| "no table".to_owned(), |id| format!("table {}", self.table(id)))
    }

    fn vcns(&self, lines: &mut Vec<String>) {
        let network = self.network;
        for (_, vcn) in network.vcns.iter().filter(|(_, it)| it.object.managed) {
            let mut ranges: Vec<String> = vcn.cidrs.iter().map(ToString::to_string).collect();
            ranges.sort();
            lines.push(format!("vcn {}: {}", self.name(&vcn.object), ranges.join(", ")));
        }
        for (_, subnet) in network.subnets.iter().filter(|(_, it)| it.object.managed) {
            let mut lists: Vec<String> = subnet
                .security_lists
                .iter()
                .map(|id| self.name(&network.security_lists.at(*id).object))
                .collect();
            lists.sort();
            lines.push(format!(
                "subnet {} in {}: {}, {:?}, table {}, lists {}",
                self.name(&subnet.object),
                self.vcn(subnet.vcn),
                subnet.cidr,
                subnet.access,
                self.table(subnet.route_table),
                lists.join(" and "),
            ));
        }
        let used = self.used_tables();
        for (id, table) in network.route_tables.iter().filter(|(_, it)| it.object.managed) {
            if table.rules.known().is_empty() && !table.rules.is_unknown() && !used.contains(&id) {
                continue;
            }
            let at = format!("table {}", self.table(id));
            lines.push(at.clone());
            rules(&at, &table.rules, lines, |rule| {
                format!("{} -> {}", rule.destination, self.target(rule.target))
            });
        }
    }

    fn used_tables(&self) -> BTreeSet<RouteTableId> {
        let network = self.network;
        let subnets = network.subnets.iter().map(|(_, it)| it.route_table);
        let gateways = network.gateways.iter().filter_map(|(_, it)| it.route_table);
        let peerings = network.lpgs.iter().filter_map(|(_, it)| it.route_table);
        let attachments = network.attachments.iter().filter_map(|(_, it)| match it.to {
            Attached::Vcn { ingress, .. } => ingress,
            _ => None,
        });
        subnets.chain(gateways).chain(peerings).chain(attachments).collect()
    }

    fn target(&self, target: Target) -> String {
        let network = self.network;
        match target {
            Target::Drg(id) => format!("DRG {}", self.name(&network.drgs.at(id).object)),
            Target::Gateway(id) => format!("{:?} gateway", network.gateways.at(id).kind),
            Target::Lpg(id) => format!("peering {}", self.name(&network.lpgs.at(id).object)),
            Target::PrivateIp(address) => address.to_string(),
            Target::Unknown => "not known".to_owned(),
        }
    }

    fn security(&self, lines: &mut Vec<String>) {
        let network = self.network;
        let used: BTreeSet<_> =
            network.subnets.iter().flat_map(|(_, it)| it.security_lists.clone()).collect();
        for (id, list) in network.security_lists.iter().filter(|(_, it)| it.object.managed) {
            if list.rules.known().is_empty() && !list.rules.is_unknown() && !used.contains(&id) {
                continue;
            }
            let at = format!("list {} in {}", self.name(&list.object), self.vcn(list.vcn));
            lines.push(at.clone());
            rules(&at, &list.rules, lines, |rule| self.rule(rule));
        }
        for (_, group) in network.nsgs.iter().filter(|(_, it)| it.object.managed) {
            let at = format!("group {} in {}", self.name(&group.object), self.vcn(group.vcn));
            lines.push(at.clone());
            rules(&at, &group.rules, lines, |rule| self.rule(rule));
        }
    }

    fn rule(&self, rule: &SecurityRule) -> String {
        let peer = match rule.peer {
            Peer::Cidr(range) => range.to_string(),
            Peer::Service(label) => label.to_string(),
            Peer::Nsg(id) => format!("group {}", self.name(&self.network.nsgs.at(id).object)),
        };
        let state = if rule.stateless { "stateless" } else { "stateful" };
        format!("{state} {} {peer}, {:?}", rule.direction, rule.traffic)
    }

    fn doors(&self, lines: &mut Vec<String>) {
        let network = self.network;
        for (_, gateway) in network.gateways.iter().filter(|(_, it)| it.object.managed) {
            lines.push(format!(
                "{:?} gateway of {}: {}, {}",
                gateway.kind,
                self.vcn(gateway.vcn),
                if gateway.open { "open" } else { "shut" },
                self.table_or(gateway.route_table),
            ));
        }
        for (_, peering) in network.lpgs.iter().filter(|(_, it)| it.object.managed) {
            let peer = peering.peer.map(|id| self.name(&network.lpgs.at(id).object));
            lines.push(format!(
                "peering {} of {}: to {}, {}",
                self.name(&peering.object),
                self.vcn(peering.vcn),
                peer.unwrap_or_else(|| "nobody".to_owned()),
                self.table_or(peering.route_table),
            ));
        }
    }

    /// An attachment by what it attaches.
    fn attachment(&self, attachment: &Attachment) -> String {
        let drg = self.name(&self.network.drgs.at(attachment.drg).object);
        match attachment.to {
            Attached::Vcn { vcn, .. } => format!("{} at {drg}", self.vcn(vcn)),
            Attached::RemotePeering { .. } => format!("remote peering at {drg}"),
            Attached::Ipsec(_) | Attached::VirtualCircuit(_) => format!("line at {drg}"),
        }
    }

    fn drgs(&self, lines: &mut Vec<String>) {
        let network = self.network;
        for (_, drg) in network.drgs.iter().filter(|(_, it)| it.object.managed) {
            lines.push(format!("DRG {}", self.name(&drg.object)));
        }
        // The file counts an attachment to the gateway's owner; it is made by whoever has the VCN.
        let is_made = |it: &Attachment| match it.to {
            Attached::Vcn { vcn, .. } => network.vcns.at(vcn).object.managed,
            _ => it.object.managed,
        };
        for (_, attachment) in network.attachments.iter().filter(|(_, it)| is_made(it)) {
            let table = attachment.table.map(|id| self.name(&network.drg_tables.at(id).object));
            let table = table.unwrap_or_else(|| "the DRG's default table".to_owned());
            let more = match attachment.to {
                Attached::Vcn { ingress, offers, .. } => {
                    format!("{}, offers {offers:?}", self.table_or(ingress))
                }
                _ => String::new(),
            };
            lines.push(format!("attachment of {}: {table}, {more}", self.attachment(attachment)));
        }
        for (_, table) in network.drg_tables.iter().filter(|(_, it)| it.object.managed) {
            let imports = table.imports.map(|id| self.name(&network.distributions.at(id).object));
            let at = format!(
                "DRG table {} of {}",
                self.name(&table.object),
                self.name(&network.drgs.at(table.drg).object)
            );
            lines.push(format!(
                "{at}: imports {}, ecmp {}",
                imports.unwrap_or_else(|| "nothing".to_owned()),
                table.ecmp
            ));
            rules(&at, &table.rules, lines, |rule| {
                format!("{} -> {}", rule.destination, self.attachment(network.attachments.at(rule.next)))
            });
        }
        for (_, distribution) in network.distributions.iter().filter(|(_, it)| it.object.managed) {
            let drg = self.name(&network.drgs.at(distribution.drg).object);
            let at = format!("distribution {} of {drg}", self.name(&distribution.object));
            lines.push(at.clone());
            rules(&at, &distribution.statements, lines, |it| match it.accepts {
                Accepts::All => "all".to_owned(),
                Accepts::Kind(kind) => format!("{kind:?}"),
                Accepts::Attachment(id) => self.attachment(network.attachments.at(id)),
            });
        }
    }

    fn functions(&self, lines: &mut Vec<String>) {
        let network = self.network;
        // A plan has no function whose subnet is somebody else's: where that is, the plan does not say.
        let is_placed =
            |it: &adit_net::Function| it.subnets.iter().all(|id| network.subnets.at(*id).object.managed);
        for (_, function) in network.functions.iter().filter(|(_, it)| it.object.managed && is_placed(it)) {
            let mut subnets: Vec<String> =
                function.subnets.iter().map(|id| self.name(&network.subnets.at(*id).object)).collect();
            let mut groups: Vec<String> =
                function.nsgs.iter().map(|id| self.name(&network.nsgs.at(*id).object)).collect();
            subnets.sort();
            groups.sort();
            lines.push(format!(
                "function {}: {} MB, subnets {}, groups {}",
                self.name(&function.object),
                function.memory,
                subnets.join(" and "),
                groups.join(" and "),
            ));
        }
    }
}

fn rules<T>(at: &str, rules: &Rules<T>, lines: &mut Vec<String>, line: impl Fn(&T) -> String) {
    match rules {
        Rules::Known(rules) => lines.extend(rules.iter().map(|rule| format!("{at}: {}", line(rule)))),
        Rules::Unknown => lines.push(format!("{at}: rules that nobody knows")),
    }
}
