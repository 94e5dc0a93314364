//! What is not written and follows: routes and security rules of the tables and lists that only a subnet names, and the gateways
//! that they lead to. Nothing is derived into what is written out, nor into what somebody else owns.

use std::collections::HashMap;

use adit_net::{
    Access, Attached, Cidr, DatabaseId, Destination, FunctionId, Origin, Peer, Port, PortRange, Ports,
    RouteRule, RouteTableId, SecurityListId, SecurityRule, ServiceLabel, SubnetId, Target, Traffic, VcnId,
};

use super::vcns::Kind;
use super::{Builder, Need, Rule, Span};

/// Which subnets are used for what.
#[derive(Default)]
struct Uses {
    /// By the subnets of their functions.
    functions: HashMap<SubnetId, Vec<Need>>,
    /// By the subnet of their database.
    databases: HashMap<SubnetId, Vec<Need>>,
    /// A function of each subnet that has any.
    homes: HashMap<SubnetId, FunctionId>,
}

impl Uses {
    fn of_functions(&self, subnet: SubnetId) -> &[Need] {
        self.functions.get(&subnet).map_or(&[], Vec::as_slice)
    }

    fn of_databases(&self, subnet: SubnetId) -> &[Need] {
        self.databases.get(&subnet).map_or(&[], Vec::as_slice)
    }
}

impl Builder<'_> {
    pub(super) fn derive(&mut self, needs: &[Need]) {
        // Most networks have many tables and few needs: each need is looked up by the subnets that it is about.
        let mut uses = Uses::default();
        for need in needs {
            let database = self.subnet_of_database(need.database);
            uses.databases.entry(database).or_default().push(*need);
            for subnet in &self.network.functions.at(need.function).subnets {
                uses.functions.entry(*subnet).or_default().push(*need);
            }
        }
        for (id, function) in self.network.functions.iter() {
            for subnet in &function.subnets {
                uses.homes.entry(*subnet).or_insert(id);
            }
        }
        let open_tables = std::mem::take(&mut self.open_tables);
        let open_lists = std::mem::take(&mut self.open_lists);
        let mut tables: HashMap<RouteTableId, Vec<SubnetId>> = HashMap::new();
        let mut lists: HashMap<SecurityListId, Vec<SubnetId>> = HashMap::new();
        for (id, subnet) in self.network.subnets.iter() {
            tables.entry(subnet.route_table).or_default().push(id);
            // Of several lists of a subnet the first one that is derived gets the rules.
            let derived = |list: &&SecurityListId| {
                let object = &self.network.security_lists.at(**list).object;
                object.managed && object.origin == Origin::Derived
            };
            if let Some(list) = subnet.security_lists.iter().find(derived) {
                lists.entry(*list).or_default().push(id);
            }
        }
        for table in open_tables {
            let subnets = tables.remove(&table).unwrap_or_default();
            self.derive_routes(table, &subnets, &uses);
        }
        for list in open_lists {
            let subnets = lists.remove(&list).unwrap_or_default();
            self.derive_list(list, &subnets, &uses);
        }
    }

    fn derive_routes(&mut self, table: RouteTableId, subnets: &[SubnetId], uses: &Uses) {
        let vcn = self.network.route_tables.at(table).vcn;
        for subnet in subnets {
            for need in uses.of_functions(*subnet) {
                let database = self.subnet_of_database(need.database);
                self.route_to(table, vcn, database, need.span);
            }
            for need in uses.of_databases(*subnet) {
                for function in self.network.functions.at(need.function).subnets.clone() {
                    self.route_to(table, vcn, function, need.span);
                }
            }
        }
        for (subnet, span) in self.functions_in(subnets, uses) {
            self.route_out(table, vcn, subnet, span);
        }
    }

    /// The way to another subnet, if it is in another VCN that this one is joined to.
    fn route_to(&mut self, table: RouteTableId, vcn: VcnId, subnet: SubnetId, span: Span) {
        let (there, range) = {
            let subnet = &self.network.subnets.at(subnet);
            (subnet.vcn, subnet.cidr)
        };
        if there == vcn {
            return;
        }
        let Some(target) = self.joined(vcn, there) else { return };
        // Routes are for whole networks, permissions for single ports: the VCN's range, not the subnet's.
        let ranges = &self.network.vcns.at(there).cidrs;
        let range = ranges.iter().copied().find(|whole| whole.covers(range)).unwrap_or(range);
        self.add_route(table, Destination::Cidr(range), target, span);
    }

    /// The way of functions to Oracle's services: their images, the Vault and the logs are there.
    fn route_out(&mut self, table: RouteTableId, vcn: VcnId, subnet: SubnetId, span: Span) {
        let (kind, destination) = match self.network.subnets.at(subnet).access {
            Access::Public => (Kind::Internet, Destination::Cidr(Cidr::ALL)),
            Access::Private => (Kind::Service, Destination::Service(ServiceLabel::AllServices)),
        };
        // If the file says that there is none, the way is missing, and that is found as such.
        if let Ok(gateway) = self.door(vcn, kind, span) {
            self.add_route(table, destination, Target::Gateway(gateway), span);
        }
    }

    fn add_route(&mut self, table: RouteTableId, destination: Destination, target: Target, span: Span) {
        let known = self.network.route_tables.at(table).rules.known();
        if known.iter().any(|rule| rule.destination == destination) {
            return;
        }
        let place = Rule { direction: None, index: known.len(), derived: true };
        let source = self.places.add_rule(span, place);
        let rule = RouteRule { destination, target, origin: Origin::Derived, source };
        self.network.route_tables.at_mut(table).rules.push(rule);
    }

    /// How packets of a VCN get to another, in one step: by a peering, else by a gateway that both are attached to, else by one
    /// that is peered with the other's.
    fn joined(&self, from: VcnId, to: VcnId) -> Option<Target> {
        let peering = self.network.lpgs.iter().find(|(_, lpg)| {
            lpg.vcn == from && lpg.peer.is_some_and(|peer| self.network.lpgs.at(peer).vcn == to)
        });
        if let Some((lpg, _)) = peering {
            return Some(Target::Lpg(lpg));
        }
        let (here, there) = (*self.drg_of.get(&from)?, *self.drg_of.get(&to)?);
        let peered = self.network.attachments.iter().any(|(_, attachment)| {
            let other = match attachment.to {
                Attached::RemotePeering { peer: Some(peer) } => self.network.attachments.at(peer).drg,
                _ => return false,
            };
            attachment.drg == here && other == there
        });
        (here == there || peered).then_some(Target::Drg(here))
    }

    fn derive_list(&mut self, list: SecurityListId, subnets: &[SubnetId], uses: &Uses) {
        for subnet in subnets {
            for need in uses.of_functions(*subnet) {
                let database = self.network.databases.at(need.database);
                let rule = SecurityRule::egress(Cidr::host(database.address), to_port(database.port));
                self.admit(list, rule, need.span);
            }
            for need in uses.of_databases(*subnet) {
                let port = self.network.databases.at(need.database).port;
                for function in self.network.functions.at(need.function).subnets.clone() {
                    let range = self.network.subnets.at(function).cidr;
                    self.admit(list, SecurityRule::ingress(range, to_port(port)), need.span);
                }
            }
        }
        let Ok(https) = Port::new(443) else { return };
        for (subnet, span) in self.functions_in(subnets, uses) {
            let peer: Peer = match self.network.subnets.at(subnet).access {
                Access::Public => Cidr::ALL.into(),
                Access::Private => ServiceLabel::AllServices.into(),
            };
            self.admit(list, SecurityRule::egress(peer, to_port(https)), span);
        }
    }

    fn admit(&mut self, list: SecurityListId, rule: SecurityRule, span: Span) {
        let same = |known: &SecurityRule| {
            (known.direction, known.peer, known.traffic) == (rule.direction, rule.peer, rule.traffic)
        };
        let known = self.network.security_lists.at(list).rules.known();
        if known.iter().any(same) {
            return;
        }
        let place = Rule::next(known, rule.direction, true);
        let source = self.places.add_rule(span, place);
        let rule = SecurityRule { origin: Origin::Derived, source, ..rule };
        self.network.security_lists.at_mut(list).rules.push(rule);
    }

    fn subnet_of_database(&self, database: DatabaseId) -> SubnetId {
        self.network.vnics.at(self.network.databases.at(database).vnic).subnet
    }

    /// Those of the subnets that functions are in, with the place where such a function is written.
    fn functions_in(&self, subnets: &[SubnetId], uses: &Uses) -> Vec<(SubnetId, Span)> {
        let home = |subnet: &SubnetId| Some((*subnet, self.span_of(*uses.homes.get(subnet)?)));
        subnets.iter().filter_map(home).collect()
    }

    fn span_of(&self, function: FunctionId) -> Span {
        self.places.span(self.network.functions.at(function).object.source).unwrap_or_default()
    }
}

fn to_port(port: Port) -> Traffic {
    Traffic::Tcp(Ports::to(PortRange::only(port)))
}
