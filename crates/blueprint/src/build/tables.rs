//! Route tables of VCNs: whose they are, and their rules.

use adit_net::{Object, RouteRule, RouteTable, RouteTableId, Rules, Target, VcnId};

use super::faults::{no_such, other_vcn};
use super::vcns::Kind;
use super::{Builder, Origin, Rule, Span};
use crate::code;
use crate::finding::Finding;
use crate::model::{self, Destination, Name};
use crate::words::shown;

impl<'b> Builder<'b> {
    /// Whose the written tables, lists and groups are: as it is written, else whoever names them first.
    pub(super) fn owners(&mut self) {
        let blueprint = self.blueprint;
        for table in &blueprint.route_tables {
            self.written_owner(table.vcn.as_ref(), &table.name, Kept::Table);
        }
        for list in &blueprint.security_lists {
            self.written_owner(list.vcn.as_ref(), &list.name, Kept::List);
        }
        for group in &blueprint.nsgs {
            self.written_owner(group.vcn.as_ref(), &group.name, Kept::Group);
        }
        for vcn in &blueprint.vcns {
            let Some(id) = self.vcns.get(vcn.name.value.as_str()).copied() else { continue };
            let doors = [&vcn.internet, &vcn.nat, &vcn.service];
            let doors = doors.into_iter().filter_map(|door| match door {
                model::Door::Yes(gateway) => gateway.route_table.as_ref(),
                _ => None,
            });
            let tables = vcn
                .subnets
                .iter()
                .filter_map(|subnet| subnet.route_table.as_ref())
                .chain(vcn.peerings.iter().filter_map(|peering| peering.route_table.as_ref()))
                .chain(vcn.drg.iter().filter_map(|link| link.vcn_route_table.as_ref()))
                .chain(doors);
            for table in tables {
                self.table_owners.entry(&table.value).or_insert(id);
            }
            for list in vcn.subnets.iter().flat_map(|subnet| &subnet.security_lists) {
                self.list_owners.entry(&list.value).or_insert(id);
            }
        }
        let cards =
            blueprint.appliances.iter().map(|card| (&card.subnet, &card.nsgs, card.route_table.as_ref()));
        let databases = blueprint.databases.iter().map(|card| (&card.subnet, &card.nsgs, None));
        let applications = blueprint.applications.iter().flat_map(|application| {
            application.subnets.iter().map(move |subnet| (subnet, &application.nsgs, None))
        });
        for (subnet, groups, table) in cards.chain(databases).chain(applications) {
            let vcn = subnet.value.split_once('/').and_then(|(vcn, _)| self.vcns.get(vcn)).copied();
            let Some(vcn) = vcn else { continue };
            for group in groups {
                self.group_owners.entry(&group.value).or_insert(vcn);
            }
            if let Some(table) = table {
                self.table_owners.entry(&table.value).or_insert(vcn);
            }
        }
    }

    fn written_owner(&mut self, vcn: Option<&'b Name>, name: &'b Name, kept: Kept) {
        let Some(vcn) = vcn else { return };
        match self.vcns.get(vcn.value.as_str()).copied() {
            Some(id) => {
                let owners = match kept {
                    Kept::Table => &mut self.table_owners,
                    Kept::List => &mut self.list_owners,
                    Kept::Group => &mut self.group_owners,
                };
                owners.insert(&name.value, id);
            }
            None => self.faults.push(no_such(vcn, "a VCN", self.vcns.keys().copied())),
        }
    }

    /// The table that a VCN's object names. One that is written out nowhere is derived, or unknown if the VCN is not managed.
    pub(super) fn table(&mut self, vcn: VcnId, name: &'b Name) -> RouteTableId {
        if let Some(table) = self.tables.get(&(vcn, name.value.as_str())) {
            return *table;
        }
        let written = self.written_tables.get(name.value.as_str()).copied();
        let owner = self.table_owners.get(name.value.as_str()).copied();
        if let (Some(written), Some(owner)) = (written, owner.filter(|owner| *owner != vcn)) {
            let (owner, user) = (self.vcn_name(owner), self.vcn_name(vcn));
            self.faults.push(other_vcn(name, "route table", &owner, &user, written.name.span));
        }
        let managed = self.network.vcns.at(vcn).object.managed;
        let managed = written.and_then(|table| table.managed).unwrap_or(managed);
        let rules = written.and_then(|table| table.rules.as_ref());
        let at = written.map_or(name, |table| &table.name);
        let object = match rules {
            Some(_) => self.object(at, managed),
            None => self.derived(name.value.clone(), at.span, managed),
        };
        let table = self.add_table(vcn, object, rules.is_some());
        self.tables.insert((vcn, &name.value), table);
        table
    }

    /// The table of a subnet that names none.
    pub(super) fn table_of(&mut self, vcn: VcnId, subnet: &Name) -> RouteTableId {
        let managed = self.network.vcns.at(vcn).object.managed;
        let name = if managed {
            format!("{}-rt", subnet.value)
        } else {
            format!("(route table of {})", subnet.value)
        };
        let object = self.derived(name, subnet.span, managed);
        self.add_table(vcn, object, false)
    }

    fn add_table(&mut self, vcn: VcnId, object: Object, written: bool) -> RouteTableId {
        let managed = object.managed;
        let rules = if written || managed { Rules::default() } else { Rules::Unknown };
        let table = self.network.route_tables.add(RouteTable { object, vcn, rules });
        if managed && !written {
            self.open_tables.push(table);
        }
        table
    }

    pub(super) fn vcn_name(&self, vcn: VcnId) -> String {
        self.network.vcns.at(vcn).object.name.as_str().to_owned()
    }

    /// The rules of the tables that are written out. A table that nothing names is made here: it must say its VCN.
    pub(super) fn route_rules(&mut self) {
        let blueprint = self.blueprint;
        for written in &blueprint.route_tables {
            let Some(vcn) = self.table_owners.get(written.name.value.as_str()).copied() else {
                if written.vcn.is_none() {
                    self.faults.push(unused(&written.name, "route table"));
                }
                continue;
            };
            let table = self.table(vcn, &written.name);
            for (index, rule) in written.rules.iter().flatten().enumerate() {
                if let Some(made) = self.route_rule(vcn, rule, index) {
                    self.network.route_tables.at_mut(table).rules.push(made);
                }
            }
        }
    }

    fn route_rule(&mut self, vcn: VcnId, rule: &'b model::RouteRule, index: usize) -> Option<RouteRule> {
        let destination = match rule.destination.value {
            Destination::Range(range) => range.into(),
            Destination::Service(label) => label.into(),
        };
        let name = self.vcn_name(vcn);
        let door = |kind| (kind, rule.target.span);
        let (kind, span) = match &rule.target.value {
            model::Target::Address(address) => {
                return Some(self.rule(destination, Target::PrivateIp(*address), rule.span, index));
            }
            model::Target::Drg => {
                let Some(drg) = self.drg_of.get(&vcn).copied() else {
                    self.faults.push(no_gateway(&name, "drg", rule.target.span, None));
                    return None;
                };
                return Some(self.rule(destination, Target::Drg(drg), rule.span, index));
            }
            model::Target::Peering(peering) => {
                let Some(lpg) = self.peerings.get(&(name.as_str(), peering.as_str())).copied() else {
                    let at = Name { value: peering.clone(), span: rule.target.span };
                    let known: Vec<&str> =
                        self.peerings.keys().filter(|(vcn, _)| *vcn == name).map(|(_, name)| *name).collect();
                    self.faults.push(no_such(&at, "a local peering of this VCN", known));
                    return None;
                };
                return Some(self.rule(destination, Target::Lpg(lpg), rule.span, index));
            }
            model::Target::Internet => door(Kind::Internet),
            model::Target::Nat => door(Kind::Nat),
            model::Target::Service => door(Kind::Service),
        };
        match self.door(vcn, kind, span) {
            Ok(gateway) => Some(self.rule(destination, Target::Gateway(gateway), rule.span, index)),
            Err(said) => {
                self.faults.push(no_gateway(&name, kind.key(), span, Some(said)));
                None
            }
        }
    }

    fn rule(
        &mut self,
        destination: adit_net::Destination,
        target: Target,
        span: Span,
        index: usize,
    ) -> RouteRule {
        let rule = Rule { direction: None, index, derived: false };
        RouteRule { destination, target, origin: Origin::Written, source: self.places.add_rule(span, rule) }
    }
}

#[derive(Clone, Copy)]
enum Kept {
    Table,
    List,
    Group,
}

/// Something written out that nothing names and that does not say its VCN.
pub(super) fn unused(name: &Name, what: &str) -> Finding {
    let text = shown(&name.value);
    Finding::new(
        code::MISSING_KEY,
        &text,
        name.span,
        format!("{what} `{text}` is named by nothing, so its VCN is not known"),
    )
    .here("in which VCN?")
    .observed("no `vcn`, and nothing that names it")
    .expected("`vcn = \"…\"`")
    .fix(format!("add `vcn = \"…\"`, or name the {what} where it is used"))
}

fn no_gateway(vcn: &str, key: &str, span: Span, said: Option<Span>) -> Finding {
    let vcn = shown(vcn);
    let finding =
        Finding::new(code::NO_GATEWAY, &vcn, span, format!("a rule leads to `{key}`, and {vcn} has none"))
            .here("leads to nothing: packets are dropped")
            .observed(format!("no {key}"))
            .expected(format!("`{key}` in [vcn.{}]", crate::words::key(&vcn)));
    match (said, key) {
        (Some(said), _) => {
            finding.also(said, "is said here").fix(format!("say `{key} = true`, or take the rule out"))
        }
        (None, _) => {
            finding.fix(format!("attach it with `{key} = \"…\"` in [vcn.{}]", crate::words::key(&vcn)))
        }
    }
}
