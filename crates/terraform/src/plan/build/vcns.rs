//! VCNs and subnets, with their tables and lists.

use adit_net::{
    Access, Nsg, Object, Origin, RouteTable, RouteTableId, Rules, SecurityList, SecurityListId, SecurityRule,
    Subnet, Vcn, VcnId,
};

use super::Builder;
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::link::{Link, Thing, Want};
use crate::plan::record::Kind;

impl<'p> Builder<'p> {
    /// All VCNs, and what says the rules of what they bring along.
    pub(super) fn vcns(&mut self) {
        for (at, _, block) in self.blocks(Kind::Vcn) {
            let cidrs = match block.ranges("cidr_blocks") {
                Got::Is(cidrs) if !cidrs.is_empty() => cidrs,
                Got::Open if block.is_open("cidr_block") => {
                    let why = self.links.why(&block, "cidr_blocks", None);
                    self.note(at, "this VCN and all that is in it are left out", &why);
                    continue;
                }
                _ => match block.range("cidr_block") {
                    Got::Is(Ok(cidr)) => vec![cidr],
                    // None of those that are written is one, which was told.
                    Got::Open if !block.is_absent("cidr_blocks") => continue,
                    Got::Open => {
                        let why = self.links.why(&block, "cidr_block", None);
                        self.note(at, "this VCN and all that is in it are left out", &why);
                        continue;
                    }
                    _ => Vec::new(),
                },
            };
            let said: Vec<String> = cidrs.iter().map(ToString::to_string).collect();
            let object = self.object(at, &said.join(", "));
            let span = self.places.span(object.source).unwrap_or_default();
            let ranges = vec![span; cidrs.len()];
            let id = self.network.vcns.add(Vcn { object, cidrs });
            self.places.say_ranges(id, ranges);
            self.vcns.insert(Thing::Of(at), id);
            self.things.0.insert(id, Thing::Of(at));
        }
        for (kind, want) in [
            (Kind::DefaultRouteTable, Want::RouteTable),
            (Kind::DefaultSecurityList, Want::SecurityList),
            (Kind::DefaultDrgTable, Want::DrgTable),
        ] {
            for (at, _, block) in self.blocks(kind) {
                match self.links.link(&block, "manage_default_resource_id", want) {
                    Link::To(thing) => {
                        self.defaults.insert(thing, at);
                    }
                    Link::Open(why) => self.note(at, "its rules are left out", &why),
                    Link::Nothing => {}
                }
            }
        }
        self.holders();
    }

    /// The VCN that an argument names. One outside the plan has the ranges of its subnets that are known.
    pub(super) fn vcn_of(&mut self, at: usize, block: &Block<'p>, attribute: &str) -> Option<VcnId> {
        match self.links.link(block, attribute, Want::Vcn) {
            Link::To(thing) => self.vcn(thing),
            Link::Open(why) => {
                self.note(at, "it is left out", &why);
                None
            }
            Link::Nothing => None,
        }
    }

    pub(super) fn vcn(&mut self, thing: Thing) -> Option<VcnId> {
        if let Some(vcn) = self.vcns.get(&thing) {
            return Some(*vcn);
        }
        // One of the plan's that is not there was left out, with a note.
        let Thing::Outside(_) = thing else { return None };
        let (name, why) = self.unknown(thing);
        let object = self.stranger(&name, &why);
        let id = self.network.vcns.add(Vcn { object, cidrs: Vec::new() });
        self.vcns.insert(thing, id);
        self.things.0.insert(id, thing);
        Some(id)
    }

    /// The tables, lists and groups that have records of their own; their rules come later.
    fn holders(&mut self) {
        for (at, _, block) in self.blocks(Kind::RouteTable) {
            let Some(vcn) = self.vcn_of(at, &block, "vcn_id") else { continue };
            let object = self.object(at, "");
            let table = RouteTable { object, vcn, rules: Rules::default() };
            let id = self.network.route_tables.add(table);
            self.tables.insert(Thing::Of(at), id);
        }
        for (at, _, block) in self.blocks(Kind::SecurityList) {
            let Some(vcn) = self.vcn_of(at, &block, "vcn_id") else { continue };
            let object = self.object(at, "");
            let list = SecurityList { object, vcn, rules: Rules::default() };
            let id = self.network.security_lists.add(list);
            self.lists.insert(Thing::Of(at), id);
        }
        for (at, _, block) in self.blocks(Kind::Nsg) {
            let Some(vcn) = self.vcn_of(at, &block, "vcn_id") else { continue };
            let object = self.object(at, "");
            let id = self.network.nsgs.add(Nsg { object, vcn, rules: Rules::default() });
            self.nsgs.insert(Thing::Of(at), id);
        }
    }

    /// All subnets.
    pub(super) fn subnets(&mut self) {
        for (at, record, block) in self.blocks(Kind::Subnet) {
            let Some(vcn) = self.vcn_of(at, &block, "vcn_id") else { continue };
            let cidr = match block.range("cidr_block") {
                Got::Is(Ok(cidr)) => cidr,
                _ => match block.ranges("ipv4cidr_blocks") {
                    Got::Is(cidrs) if !cidrs.is_empty() => {
                        cidrs.first().copied().unwrap_or(adit_net::Cidr::ALL)
                    }
                    Got::Open if block.is_open("cidr_block") => {
                        let why = self.links.why(&block, "cidr_block", None);
                        self.note(at, "this subnet is left out", &why);
                        continue;
                    }
                    _ => continue,
                },
            };
            let private = [block.flag("prohibit_public_ip_on_vnic"), block.flag("prohibit_internet_ingress")];
            let access = if private.contains(&Got::Is(true)) { Access::Private } else { Access::Public };
            let word = if access == Access::Private { "private" } else { "public" };
            let object = self.object(at, &format!("{cidr}, {word}"));
            let route_table = self.table_of(&block, vcn);
            let security_lists = self.lists_of(&block, vcn);
            // Of somebody else's VCN the ranges are not known: those of its subnets are part of it.
            if self.places.open(self.network.vcns.at(vcn).object.source).is_some() {
                let span = self.places.span(object.source).unwrap_or_default();
                self.network.vcns.at_mut(vcn).cidrs.push(cidr);
                self.places.push_range(vcn, span);
            }
            let alias = record.address.clone();
            let id =
                self.network.subnets.add(Subnet { object, vcn, cidr, access, route_table, security_lists });
            self.subnets.insert(Thing::Of(at), id);
            self.places.say_alias(alias, adit_net::Endpoint::Subnet(id));
        }
        for (at, _, block) in self.blocks(Kind::RouteTableAttachment) {
            let subnet = match self.links.link(&block, "subnet_id", Want::Subnet) {
                Link::To(thing) => self.subnets.get(&thing).copied(),
                Link::Open(why) => {
                    self.note(at, "which subnet has this table is not known", &why);
                    None
                }
                Link::Nothing => None,
            };
            let Some(subnet) = subnet else { continue };
            let vcn = self.network.subnets.at(subnet).vcn;
            let table = self.named_table(&block, "route_table_id", vcn);
            if let Some(table) = table {
                self.network.subnets.at_mut(subnet).route_table = table;
            }
        }
    }

    /// The table that an argument names; `None`: it is not there.
    pub(super) fn named_table(
        &mut self,
        block: &Block<'p>,
        attribute: &str,
        vcn: VcnId,
    ) -> Option<RouteTableId> {
        match self.links.link(block, attribute, Want::RouteTable) {
            Link::Nothing => None,
            Link::To(thing) => {
                let table = self.table(thing, vcn);
                let owner = self.network.route_tables.at(table).vcn;
                if owner != vcn {
                    let found = format!("a route table of `{}`", self.network.vcns.at(owner).object.name);
                    block.fault(code::REFUSED, attribute, &found, "a route table of the same VCN");
                }
                Some(table)
            }
            Link::Open(why) => {
                let name = self.links.named(block, attribute);
                let object = self.stranger(&name, &why);
                Some(self.network.route_tables.add(RouteTable { object, vcn, rules: Rules::Unknown }))
            }
        }
    }

    fn table_of(&mut self, block: &Block<'p>, vcn: VcnId) -> RouteTableId {
        match self.named_table(block, "route_table_id", vcn) {
            Some(table) => table,
            // None is written: the VCN's own.
            None => {
                let owner = self.links.link(block, "vcn_id", Want::Vcn);
                let thing = match owner {
                    Link::To(Thing::Of(at)) => Thing::RouteTableOf(at),
                    Link::To(thing) => thing,
                    _ => Thing::RouteTableOf(block.record),
                };
                self.table(thing, vcn)
            }
        }
    }

    fn lists_of(&mut self, block: &Block<'p>, vcn: VcnId) -> Vec<SecurityListId> {
        match self.links.links(block, "security_list_ids", Want::SecurityList) {
            Ok(things) if !things.is_empty() => {
                let lists: Vec<_> = things.into_iter().map(|thing| self.list(thing, vcn)).collect();
                if lists.iter().any(|list| self.network.security_lists.at(*list).vcn != vcn) {
                    let expected = "security lists of the same VCN";
                    block.fault(
                        code::REFUSED,
                        "security_list_ids",
                        "a security list of another VCN",
                        expected,
                    );
                }
                lists
            }
            Ok(_) => {
                let thing = match self.links.link(block, "vcn_id", Want::Vcn) {
                    Link::To(Thing::Of(at)) => Thing::SecurityListOf(at),
                    Link::To(thing) => thing,
                    _ => Thing::SecurityListOf(block.record),
                };
                vec![self.list(thing, vcn)]
            }
            Err(why) => {
                let name = self.links.named(block, "security_list_ids");
                let object = self.stranger(&name, &why);
                vec![self.network.security_lists.add(SecurityList { object, vcn, rules: Rules::Unknown })]
            }
        }
    }

    /// A route table. That of a VCN that is only made now is empty, unless something manages it.
    pub(super) fn table(&mut self, thing: Thing, vcn: VcnId) -> RouteTableId {
        let thing = self.described(thing);
        if let Some(table) = self.tables.get(&thing) {
            return *table;
        }
        let (object, known) = self.default_object(thing, "Default Route Table for");
        let rules = if known { Rules::default() } else { Rules::Unknown };
        let id = self.network.route_tables.add(RouteTable { object, vcn, rules });
        self.tables.insert(thing, id);
        id
    }

    /// A security list. That of a VCN that is only made now is as the cloud makes it (R37), unless something manages it.
    pub(super) fn list(&mut self, thing: Thing, vcn: VcnId) -> SecurityListId {
        let thing = self.described(thing);
        if let Some(list) = self.lists.get(&thing) {
            return *list;
        }
        let (object, known) = self.default_object(thing, "Default Security List for");
        let managed = self.defaults.contains_key(&thing);
        let rules = match (known, managed) {
            (false, _) => Rules::Unknown,
            (true, true) => Rules::default(),
            (true, false) => {
                let span = self.places.span(object.source).unwrap_or_default();
                let mut rules: Vec<SecurityRule> = Vec::new();
                for rule in SecurityList::default_rules(&self.network.vcns.at(vcn).cidrs) {
                    let place = adit_blueprint::Rule::next(&rules, rule.direction, false);
                    let source = self.places.add_rule(span, place);
                    rules.push(SecurityRule { origin: Origin::Plan, source, ..rule });
                }
                Rules::Known(rules)
            }
        };
        let id = self.network.security_lists.add(SecurityList { object, vcn, rules });
        self.lists.insert(thing, id);
        id
    }

    /// What a VCN brings along, as a data source describes it if one does.
    fn described(&self, thing: Thing) -> Thing {
        let (at, id) = match thing {
            Thing::RouteTableOf(at) => (at, "default_route_table_id"),
            Thing::SecurityListOf(at) => (at, "default_security_list_id"),
            _ => return thing,
        };
        let id = self.record(at).and_then(|vcn| vcn.known(id));
        let own = id.and_then(|id| self.links.index.of_id(id)).map(Thing::Of);
        own.filter(|own| self.tables.contains_key(own) || self.lists.contains_key(own)).unwrap_or(thing)
    }

    /// The object of a table or list that a VCN brings along, and whether its rules are known.
    fn default_object(&mut self, thing: Thing, called: &str) -> (Object, bool) {
        let owner = match thing {
            Thing::RouteTableOf(at) | Thing::SecurityListOf(at) => self.record(at),
            _ => None,
        };
        let vcn = match thing {
            Thing::RouteTableOf(at) | Thing::SecurityListOf(at) => self.vcns.get(&Thing::Of(at)).copied(),
            _ => None,
        };
        let name = vcn.map(|vcn| format!("{called} {}", self.network.vcns.at(vcn).object.name));
        if let Some(at) = self.defaults.get(&thing).copied() {
            let given = self.links.block(at).and_then(|block| block.text("display_name").is());
            let name = given.map(crate::plan::index::shown).or(name);
            let name =
                name.unwrap_or_else(|| self.record(at).map(|it| it.address.clone()).unwrap_or_default());
            return (self.object_called(at, &name, ""), true);
        }
        match (thing, owner, name) {
            (Thing::RouteTableOf(at) | Thing::SecurityListOf(at), Some(owner), Some(name))
                if owner.created =>
            {
                let part =
                    if matches!(thing, Thing::RouteTableOf(_)) { "route_table" } else { "security_list" };
                let address = format!("{}.default_{part}_id", owner.address);
                let span = self.listing.line(&address, &name);
                let source = self.places.add(span);
                let object = Object::new(name).origin(Origin::Plan).at(source);
                self.spans.entry(at).or_insert(span);
                (if owner.managed { object } else { object.unmanaged() }, true)
            }
            (_, _, name) => {
                let (own, why) = self.unknown(thing);
                (self.stranger(&name.unwrap_or(own), &why), false)
            }
        }
    }
}
