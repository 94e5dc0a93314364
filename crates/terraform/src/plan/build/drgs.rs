//! Dynamic routing gateways: tables, distributions, attachments, remote peerings.

use std::collections::HashMap;

use adit_net::{
    Accepts, Attached, Attachment, AttachmentId, AttachmentKind, Distribution, DistributionId, Drg, DrgId,
    DrgRule, DrgTable, DrgTableId, Line, Offers, Origin, Rules, Site, Statement, VcnId,
};

use super::Builder;
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::link::{Link, Thing, Want};
use crate::plan::record::Kind;

impl<'p> Builder<'p> {
    /// All gateways with their tables and distributions, without rules.
    pub(super) fn drgs(&mut self) {
        for (at, _, _) in self.blocks(Kind::Drg) {
            let object = self.object(at, "");
            let id = self.network.drgs.add(Drg { object });
            self.drgs.insert(Thing::Of(at), id);
            self.things.1.insert(id, Thing::Of(at));
        }
        for (at, _, block) in self.blocks(Kind::Distribution) {
            let Some(drg) = self.drg_of(at, &block) else { continue };
            let object = self.object(at, "");
            let id =
                self.network.distributions.add(Distribution { object, drg, statements: Rules::default() });
            self.distributions.insert(Thing::Of(at), id);
        }
        for (at, _, block) in self.blocks(Kind::DrgTable) {
            let Some(drg) = self.drg_of(at, &block) else { continue };
            self.drg_table(at, Thing::Of(at), &block, drg);
        }
        let manages: HashMap<usize, Thing> = self.defaults.iter().map(|(thing, at)| (*at, *thing)).collect();
        for (at, _, block) in self.blocks(Kind::DefaultDrgTable) {
            let Some(thing @ Thing::DrgTableOf(drg, _)) = manages.get(&at).copied() else { continue };
            let Some(drg) = self.drgs.get(&Thing::Of(drg)).copied() else { continue };
            self.drg_table(at, thing, &block, drg);
        }
    }

    fn drg_table(&mut self, at: usize, thing: Thing, block: &Block<'p>, drg: DrgId) {
        let imports = match self.links.link(block, "import_drg_route_distribution_id", Want::Distribution) {
            Link::Nothing => None,
            Link::To(thing) => Some(self.distribution(thing, drg)),
            Link::Open(why) => {
                let name = self.links.named(block, "import_drg_route_distribution_id");
                let object = self.stranger(&name, &why);
                Some(self.network.distributions.add(Distribution { object, drg, statements: Rules::Unknown }))
            }
        };
        let object = self.object(at, "");
        let ecmp = block.flag("is_ecmp_enabled") == Got::Is(true);
        let id =
            self.network.drg_tables.add(DrgTable { object, drg, rules: Rules::default(), imports, ecmp });
        self.drg_tables.insert(thing, id);
    }

    fn distribution(&mut self, thing: Thing, drg: DrgId) -> DistributionId {
        if let Some(distribution) = self.distributions.get(&thing) {
            return *distribution;
        }
        let (name, why) = self.unknown(thing);
        let object = self.stranger(&name, &why);
        let id = self.network.distributions.add(Distribution { object, drg, statements: Rules::Unknown });
        self.distributions.insert(thing, id);
        id
    }

    fn drg_of(&mut self, at: usize, block: &Block<'p>) -> Option<DrgId> {
        match self.links.link(block, "drg_id", Want::Drg) {
            Link::To(thing) => self.drg(thing),
            Link::Open(why) => {
                self.note(at, "it is left out", &why);
                None
            }
            Link::Nothing => None,
        }
    }

    pub(super) fn drg(&mut self, thing: Thing) -> Option<DrgId> {
        if let Some(drg) = self.drgs.get(&thing) {
            return Some(*drg);
        }
        let Thing::Outside(_) = thing else { return None };
        let (name, why) = self.unknown(thing);
        let object = self.stranger(&name, &why);
        let id = self.network.drgs.add(Drg { object });
        self.drgs.insert(thing, id);
        self.things.1.insert(id, thing);
        Some(id)
    }

    /// All attachments.
    pub(super) fn attachments(&mut self) {
        // Tables of attachments that come with something else, as remote peerings do.
        let mut managed: HashMap<Thing, (usize, Block<'p>)> = HashMap::new();
        for (at, _, block) in self.blocks(Kind::AttachmentManagement) {
            if let Link::To(rpc) = self.links.link(&block, "network_id", Want::Rpc) {
                managed.entry(rpc).or_insert((at, block));
            }
        }
        for (at, _, block) in self.blocks(Kind::Attachment) {
            let Some(drg) = self.drg_of(at, &block) else { continue };
            let details = block.block("network_details").is();
            let kind = details.as_ref().and_then(|details| details.text("type").is()).unwrap_or("VCN");
            let to = match kind {
                "VCN" => {
                    let Some(to) = self.attached_vcn(at, &block, details.as_ref()) else { continue };
                    to
                }
                "REMOTE_PEERING_CONNECTION" => Attached::RemotePeering { peer: None },
                "IPSEC_TUNNEL" | "VIRTUAL_CIRCUIT" => self.line(at, kind),
                other => {
                    let expected = "VCN, REMOTE_PEERING_CONNECTION, IPSEC_TUNNEL or VIRTUAL_CIRCUIT";
                    let at = details.as_ref().unwrap_or(&block);
                    at.fault(code::REFUSED, "type", other, expected);
                    continue;
                }
            };
            let is_vcn = to.vcn().is_some();
            let table = self.attachment_table(&block, drg, is_vcn);
            let object = self.object(at, "");
            let vcn = to.vcn();
            let id = self.network.attachments.add(Attachment { object, drg, to, table });
            self.attachments.insert(Thing::Of(at), id);
            if let Some(vcn) = vcn {
                self.attached.entry((vcn, drg)).or_insert(id);
            }
            // A remote peering that is read by its attachment is the connection, too.
            if let Some(details) = details.filter(|_| kind == "REMOTE_PEERING_CONNECTION")
                && let Link::To(rpc @ Thing::Of(_)) = self.links.link(&details, "id", Want::Rpc)
            {
                self.attachments.insert(rpc, id);
            }
        }
        for (at, _, block) in self.blocks(Kind::Rpc) {
            if self.attachments.contains_key(&Thing::Of(at)) {
                continue;
            }
            let Some(drg) = self.drg_of(at, &block) else { continue };
            let own = managed.get(&Thing::Of(at)).cloned();
            let table = own.as_ref().and_then(|(_, managed)| self.attachment_table(managed, drg, false));
            let object = self.object(at, "");
            let to = Attached::RemotePeering { peer: None };
            let id = self.network.attachments.add(Attachment { object, drg, to, table });
            self.attachments.insert(Thing::Of(at), id);
            if let Some((of, _)) = own {
                self.attachments.insert(Thing::Of(of), id);
            }
        }
    }

    fn attached_vcn(
        &mut self,
        at: usize,
        block: &Block<'p>,
        details: Option<&Block<'p>>,
    ) -> Option<Attached> {
        let (vcn, holder) = match details {
            Some(details) if details.raw("id") != Got::Nothing => (self.vcn_of(at, details, "id")?, details),
            _ => (self.vcn_of(at, block, "vcn_id")?, block),
        };
        let table = match holder.raw("route_table_id") {
            Got::Nothing => self.named_table(block, "route_table_id", vcn),
            _ => self.named_table(holder, "route_table_id", vcn),
        };
        let offers = match details.map(|details| details.text("vcn_route_type")) {
            Some(Got::Is("VCN_CIDRS")) => Offers::Vcn,
            Some(Got::Is("SUBNET_CIDRS")) | Some(Got::Nothing | Got::Open) | None => Offers::Subnets,
            Some(Got::Is(other)) => {
                let holder = details.unwrap_or(block);
                holder.fault(code::REFUSED, "vcn_route_type", other, "SUBNET_CIDRS or VCN_CIDRS");
                Offers::Subnets
            }
        };
        Some(Attached::Vcn { vcn, ingress: table, offers })
    }

    /// A tunnel or circuit: what is behind it no plan says.
    fn line(&mut self, at: usize, kind: &str) -> Attached {
        let address = self.record(at).map(|record| record.address.clone()).unwrap_or_default();
        let why = format!("what the routers behind `{address}` announce is not in the plan");
        let object = self.stranger(&format!("(behind {address})"), &why);
        let site = self.network.sites.add(Site { object, ranges: Vec::new() });
        let line = Line { site, routes: Rules::Unknown };
        if kind == "IPSEC_TUNNEL" { Attached::Ipsec(line) } else { Attached::VirtualCircuit(line) }
    }

    /// The table of an attachment. None is the DRG's own default; of one that was there before it is not known what it holds.
    fn attachment_table(&mut self, block: &Block<'p>, drg: DrgId, is_vcn: bool) -> Option<DrgTableId> {
        let thing = match self.links.link(block, "drg_route_table_id", Want::DrgTable) {
            Link::To(thing) => thing,
            Link::Open(why) => {
                let name = self.links.named(block, "drg_route_table_id");
                let object = self.stranger(&name, &why);
                return Some(self.unknown_table(object, drg));
            }
            Link::Nothing => {
                let of = self.things.1.get(&drg).copied()?;
                match of {
                    Thing::Of(at) => Thing::DrgTableOf(at, is_vcn),
                    outside => outside,
                }
            }
        };
        if let Some(table) = self.drg_tables.get(&thing) {
            return Some(*table);
        }
        // R16: the untouched default of a DRG that Terraform makes; a trace says that it takes this for granted.
        if let Thing::DrgTableOf(at, _) = thing
            && self.record(at).is_some_and(|record| record.managed)
        {
            return None;
        }
        let (name, why) = self.unknown(thing);
        let name = if matches!(thing, Thing::Outside(_)) && self.drgs.contains_key(&thing) {
            format!("default table of {name}")
        } else {
            name
        };
        let object = self.stranger(&name, &why);
        let table = self.unknown_table(object, drg);
        self.drg_tables.insert(thing, table);
        Some(table)
    }

    fn unknown_table(&mut self, object: adit_net::Object, drg: DrgId) -> DrgTableId {
        let table = DrgTable { object, drg, rules: Rules::Unknown, imports: None, ecmp: false };
        self.network.drg_tables.add(table)
    }

    /// The attachment of a VCN to a DRG. One that the plan does not have may be there all the same, unless the plan makes both.
    pub(super) fn attach(&mut self, vcn: VcnId, drg: DrgId, why: &str) -> AttachmentId {
        if let Some(attachment) = self.attached.get(&(vcn, drg)) {
            return *attachment;
        }
        let name = format!(
            "(attachment of {} to {})",
            self.network.vcns.at(vcn).object.name,
            self.network.drgs.at(drg).object.name
        );
        let object = self.stranger(&name, why);
        let table = self.unknown_table(object.clone(), drg);
        let to = Attached::Vcn { vcn, ingress: None, offers: Offers::Subnets };
        let id = self.network.attachments.add(Attachment { object, drg, to, table: Some(table) });
        self.attached.insert((vcn, drg), id);
        id
    }

    /// Who is peered with whom over regions.
    pub(super) fn remote_peers(&mut self) {
        for (at, _, block) in self.blocks(Kind::Rpc) {
            let Some(own) = self.attachments.get(&Thing::Of(at)).copied() else { continue };
            let Link::To(thing) = self.links.link(&block, "peer_id", Want::Rpc) else { continue };
            let Some(peer) = self.attachments.get(&thing).copied().filter(|peer| *peer != own) else {
                continue;
            };
            self.network.attachments.at_mut(own).to = Attached::RemotePeering { peer: Some(peer) };
            if let Attached::RemotePeering { peer: back @ None } =
                &mut self.network.attachments.at_mut(peer).to
            {
                *back = Some(own);
            }
        }
    }

    /// The static rules of tables, and the statements of distributions.
    pub(super) fn drg_rules(&mut self) {
        for (_, _, block) in self.blocks(Kind::DrgRule) {
            // A list of routes has those that came by import, too; they follow from the distribution.
            if block.text("route_type") == Got::Is("DYNAMIC") {
                continue;
            }
            let Some(table) = self.rule_table(&block) else { continue };
            let destination = match block.range("destination") {
                Got::Is(Ok(range)) => range,
                Got::Is(Err(_)) => {
                    *self.ipv6.entry(block.record).or_default() += 1;
                    continue;
                }
                Got::Nothing => continue,
                Got::Open => {
                    let why = self.links.why(&block, "destination", None);
                    self.forget_table(table, &why);
                    continue;
                }
            };
            let next = match self.links.link(&block, "next_hop_drg_attachment_id", Want::Attachment) {
                Link::To(thing @ Thing::Of(_)) => {
                    self.attachments.get(&thing).copied().ok_or_else(|| self.unknown(thing).1)
                }
                Link::To(thing) => Err(self.unknown(thing).1),
                Link::Open(why) => Err(why),
                Link::Nothing => continue,
            };
            let next = match next {
                Ok(next) => next,
                Err(why) => {
                    self.forget_table(table, &why);
                    continue;
                }
            };
            let index = self.network.drg_tables.at(table).rules.known().len();
            let said = format!("{destination} -> {}", self.network.attachments.at(next).object.name);
            let rule = adit_blueprint::Rule { direction: None, index, derived: false };
            let source = self.rule(&block, &said, rule);
            let rule = DrgRule { destination, next, origin: Origin::Plan, source };
            self.network.drg_tables.at_mut(table).rules.push(rule);
        }
        self.statements();
        self.read_only();
    }

    fn rule_table(&mut self, block: &Block<'p>) -> Option<DrgTableId> {
        match self.links.link(block, "drg_route_table_id", Want::DrgTable) {
            Link::To(thing) => self.drg_tables.get(&thing).copied(),
            Link::Open(why) => {
                self.note(block.record, "this rule is left out", &why);
                None
            }
            Link::Nothing => None,
        }
    }

    /// A table of which one rule is not known is not known: the rule may be for any range.
    fn forget_table(&mut self, table: DrgTableId, why: &str) {
        let source = self.network.drg_tables.at(table).object.source;
        self.network.drg_tables.at_mut(table).rules = Rules::Unknown;
        self.places.say_open(source, why);
    }

    fn statements(&mut self) {
        for (_, _, block) in self.blocks(Kind::Statement) {
            let distribution = match self.links.link(&block, "drg_route_distribution_id", Want::Distribution)
            {
                Link::To(thing) => self.distributions.get(&thing).copied(),
                _ => None,
            };
            let Some(distribution) = distribution else { continue };
            let accepts = match block.block("match_criteria") {
                Got::Is(criteria) => self.accepts(&criteria),
                // No criterion is every attachment (R19).
                Got::Nothing => Ok(Accepts::All),
                Got::Open => Err(self.links.why(&block, "match_criteria", None)),
            };
            let accepts = match accepts {
                Ok(accepts) => accepts,
                Err(why) => {
                    let source = self.network.distributions.at(distribution).object.source;
                    self.network.distributions.at_mut(distribution).statements = Rules::Unknown;
                    self.places.say_open(source, why);
                    continue;
                }
            };
            let priority = block.number("priority").is().and_then(|it| u32::try_from(it).ok()).unwrap_or(1);
            let index = self.network.distributions.at(distribution).statements.known().len();
            let rule = adit_blueprint::Rule { direction: None, index, derived: false };
            let source = self.rule(&block, "", rule);
            let statement = Statement { priority, accepts, origin: Origin::Plan, source };
            self.network.distributions.at_mut(distribution).statements.push(statement);
        }
    }

    fn accepts(&mut self, criteria: &Block<'p>) -> Result<Accepts, String> {
        let kind = criteria.text("match_type");
        match kind {
            Got::Is("DRG_ATTACHMENT_ID") => {
                match self.links.link(criteria, "drg_attachment_id", Want::Attachment) {
                    Link::To(thing) => match self.attachments.get(&thing) {
                        Some(attachment) => Ok(Accepts::Attachment(*attachment)),
                        None => Err(self.unknown(thing).1),
                    },
                    Link::Open(why) => Err(why),
                    Link::Nothing => Err(self.links.why(criteria, "drg_attachment_id", None)),
                }
            }
            Got::Is("DRG_ATTACHMENT_TYPE") => match criteria.text("attachment_type") {
                Got::Is("VCN") => Ok(Accepts::Kind(AttachmentKind::Vcn)),
                Got::Is("VIRTUAL_CIRCUIT") => Ok(Accepts::Kind(AttachmentKind::VirtualCircuit)),
                Got::Is("IPSEC_TUNNEL") => Ok(Accepts::Kind(AttachmentKind::Ipsec)),
                Got::Is("REMOTE_PEERING_CONNECTION") => Ok(Accepts::Kind(AttachmentKind::RemotePeering)),
                Got::Is(other) => {
                    let expected = "VCN, VIRTUAL_CIRCUIT, IPSEC_TUNNEL or REMOTE_PEERING_CONNECTION";
                    criteria.fault(code::REFUSED, "attachment_type", other, expected);
                    Err(format!("`{}` is refused", self.links.named(criteria, "attachment_type")))
                }
                _ => Err(self.links.why(criteria, "attachment_type", None)),
            },
            Got::Is("MATCH_ALL") | Got::Nothing => Ok(Accepts::All),
            Got::Is(other) => {
                let expected = "DRG_ATTACHMENT_ID, DRG_ATTACHMENT_TYPE or MATCH_ALL";
                criteria.fault(code::REFUSED, "match_type", other, expected);
                Err(format!("`{}` is refused", self.links.named(criteria, "match_type")))
            }
            Got::Open => Err(self.links.why(criteria, "match_type", None)),
        }
    }

    /// Of tables and distributions that are read, the rules are known only where a data source read them, too.
    fn read_only(&mut self) {
        let index = self.links.index;
        let whole = |kind: Kind, at: usize| {
            let id = index.record(at).and_then(|record| record.known("id"));
            id.is_some_and(|id| index.whole.contains(&(kind, id.to_owned())))
        };
        for (thing, table) in self.drg_tables.clone() {
            let Thing::Of(at) = thing else { continue };
            if self.record(at).is_some_and(|record| !record.managed) && !whole(Kind::DrgRule, at) {
                self.forget_table(table, &not_read(self.record(at), "oci_core_drg_route_table_route_rules"));
            }
        }
        for (thing, id) in self.distributions.clone() {
            let Thing::Of(at) = thing else { continue };
            if self.record(at).is_some_and(|record| !record.managed) && !whole(Kind::Statement, at) {
                let why = not_read(self.record(at), "oci_core_drg_route_distribution_statements");
                let source = self.network.distributions.at(id).object.source;
                self.network.distributions.at_mut(id).statements = Rules::Unknown;
                self.places.say_open(source, why);
            }
        }
    }
}

/// Why the rules of something that is only read are not known.
pub(super) fn not_read(record: Option<&crate::plan::record::Record>, source: &str) -> String {
    let address = record.map(|record| record.address.as_str()).unwrap_or_default();
    format!("what `{address}` holds is not in the plan: a data source `{source}` of it would tell")
}
