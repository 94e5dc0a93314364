//! Dynamic routing gateways: attachments, tables, import distributions.

use adit_net::{
    Accepts, Attached, Attachment, AttachmentId, AttachmentKind, Distribution, Drg, DrgId, DrgRule, DrgTable,
    DrgTableId, LearnedRoute, Line, Rules, Site, Statement,
};

use super::faults::no_such;
use super::{Builder, Origin, Rule};
use crate::code;
use crate::finding::Finding;
use crate::model::{self, Import, Name};
use crate::words::shown;

impl<'b> Builder<'b> {
    /// All gateways with what is attached to them; the tables get their rules in [`Builder::drg_tables`].
    pub(super) fn drgs(&mut self) {
        let blueprint = self.blueprint;
        for drg in &blueprint.drgs {
            let object = self.object(&drg.name, drg.managed);
            let id = self.network.drgs.add(Drg { object });
            self.drgs.insert(&drg.name.value, id);
            for table in &drg.tables {
                let object = self.object(&table.name, drg.managed);
                let table_id = self.network.drg_tables.add(DrgTable {
                    object,
                    drg: id,
                    rules: Rules::default(),
                    imports: None,
                    ecmp: table.ecmp,
                });
                self.drg_tables.insert((id, &table.name.value), table_id);
            }
        }
        for vcn in &blueprint.vcns {
            let Some(link) = &vcn.drg else { continue };
            let drg = blueprint.drgs.iter().find(|drg| drg.name.value == link.gateway.value);
            let Some((drg, id)) = drg.zip(self.drgs.get(link.gateway.value.as_str()).copied()) else {
                self.faults.push(no_such(&link.gateway, "a gateway [drg.NAME]", self.drgs.keys().copied()));
                continue;
            };
            let Some(vcn_id) = self.vcns.get(vcn.name.value.as_str()).copied() else { continue };
            let table = self.table_for(drg, id, link.route_table.as_ref(), true, &vcn.name);
            self.drg_of.insert(vcn_id, id);
            let to = Attached::Vcn { vcn: vcn_id, ingress: None, offers: link.offers };
            let object =
                self.object(&vcn.name, vcn.managed && drg.managed).at(self.places.add(link.gateway.span));
            self.attach(id, &vcn.name, Attachment { object, drg: id, to, table });
        }
        for drg in &blueprint.drgs {
            self.elsewhere(drg);
        }
        for drg in &blueprint.drgs {
            self.remote_peers(drg);
        }
    }

    fn attach(&mut self, drg: DrgId, name: &'b Name, attachment: Attachment) {
        let id = self.network.attachments.add(attachment);
        if let Some(first) = self.attachments.insert((drg, &name.value), id) {
            let text = shown(&name.value);
            let first = self.network.attachments.at(first).object.source;
            let finding = Finding::new(
                code::ATTACHED_TWICE,
                &text,
                name.span,
                format!("two attachments of one gateway are called `{text}`"),
            )
            .here("the second")
            .observed("two of one name")
            .expected("a name of its own for each VCN, remote peering and network")
            .fix("rename one of them");
            self.faults.push(match self.places.span(first) {
                Some(span) => finding.also(span, "the first"),
                None => finding,
            });
        }
    }

    fn elsewhere(&mut self, drg: &'b model::Drg) {
        let Some(id) = self.drgs.get(drg.name.value.as_str()).copied() else { return };
        for peering in &drg.remote_peerings {
            let table = self.table_for(drg, id, peering.route_table.as_ref(), false, &peering.name);
            let object = self.object(&peering.name, drg.managed);
            let to = Attached::RemotePeering { peer: None };
            self.attach(id, &peering.name, Attachment { object, drg: id, to, table });
        }
        for place in &drg.on_premises {
            let table = self.table_for(drg, id, place.route_table.as_ref(), false, &place.name);
            // Nobody's routers are created from here.
            let object = self.object(&place.name, false);
            let site = self.network.sites.add(Site {
                object: object.clone(),
                ranges: place.ranges.iter().map(|range| range.value).collect(),
            });
            let routes: Vec<LearnedRoute> = place
                .ranges
                .iter()
                .map(|range| LearnedRoute {
                    destination: range.value,
                    as_path: 1,
                    source: self.places.add(range.span),
                })
                .collect();
            let line = Line { site, routes: routes.into() };
            let to = if place.circuit { Attached::VirtualCircuit(line) } else { Attached::Ipsec(line) };
            self.attach(id, &place.name, Attachment { object, drg: id, to, table });
        }
    }

    fn remote_peers(&mut self, drg: &'b model::Drg) {
        let Some(id) = self.drgs.get(drg.name.value.as_str()).copied() else { return };
        for peering in &drg.remote_peerings {
            let Some(peer) = &peering.peer else { continue };
            let found = peer.value.split_once('/').and_then(|(drg, name)| {
                let drg = self.drgs.get(drg).copied()?;
                self.attachments.get(&(drg, name)).copied()
            });
            let is_peering = |id: &AttachmentId| {
                self.network.attachments.at(*id).to.kind() == AttachmentKind::RemotePeering
            };
            let own = self.attachments.get(&(id, peering.name.value.as_str())).copied();
            match (own, found.filter(is_peering)) {
                (Some(own), Some(other)) if own != other => {
                    self.network.attachments.at_mut(own).to = Attached::RemotePeering { peer: Some(other) };
                }
                _ => {
                    let known: Vec<String> = self
                        .blueprint
                        .drgs
                        .iter()
                        .flat_map(|drg| {
                            drg.remote_peerings
                                .iter()
                                .map(|peer| format!("{}/{}", drg.name.value, peer.name.value))
                        })
                        .collect();
                    let known: Vec<&str> = known.iter().map(String::as_str).collect();
                    self.faults.push(no_such(peer, "a remote peering GATEWAY/NAME", known));
                }
            }
        }
    }

    /// The table of an attachment: the one it names, else the gateway's for attachments of its kind. `None` is the default that
    /// the cloud made with the gateway; of somebody else's gateway it is not known whether it was left as it was.
    fn table_for(
        &mut self,
        drg: &'b model::Drg,
        id: DrgId,
        named: Option<&'b Name>,
        is_vcn: bool,
        attachment: &'b Name,
    ) -> Option<DrgTableId> {
        if let Some(name) = named.or(drg.default_table.as_ref().filter(|_| is_vcn)) {
            if let Some(table) = self.drg_tables.get(&(id, name.value.as_str())) {
                return Some(*table);
            }
            if !drg.tables.is_empty() {
                let known: Vec<&str> = drg.tables.iter().map(|table| table.name.value.as_str()).collect();
                self.faults.push(no_such(name, "a route table of this gateway", known));
                return None;
            }
            return Some(self.unwritten_table(drg, id, &name.value, name));
        }
        let default = drg.tables.iter().find(|table| if is_vcn { table.for_vcns } else { table.for_others });
        let only = match drg.tables.as_slice() {
            [only] if is_vcn => Some(only),
            _ => None,
        };
        if let Some(table) = default.or(only) {
            return self.drg_tables.get(&(id, table.name.value.as_str())).copied();
        }
        if drg.managed {
            return None;
        }
        const UNNAMED: [&str; 2] =
            ["(default table of VCN attachments)", "(default table of other attachments)"];
        let [vcns, others] = UNNAMED;
        let name = if is_vcn { vcns } else { others };
        match self.drg_tables.get(&(id, name)) {
            Some(table) => Some(*table),
            None => Some(self.unwritten_table(drg, id, name, attachment)),
        }
    }

    /// A table of which the file has the name alone.
    fn unwritten_table(&mut self, drg: &model::Drg, id: DrgId, name: &'b str, at: &Name) -> DrgTableId {
        let object = self.derived(name.to_owned(), at.span, drg.managed);
        let rules = if drg.managed { Rules::default() } else { Rules::Unknown };
        let table =
            self.network.drg_tables.add(DrgTable { object, drg: id, rules, imports: None, ecmp: false });
        if drg.managed {
            self.import_vcns(id, table, at);
        }
        self.drg_tables.insert((id, name), table);
        table
    }

    /// What a table does that nobody wrote: it takes the routes of every VCN, as the cloud's own default does.
    fn import_vcns(&mut self, drg: DrgId, table: DrgTableId, at: &Name) {
        let name = self.network.drg_tables.at(table).object.name.as_str().to_owned();
        let object = self.derived(format!("{name}-import"), at.span, true);
        let statement = Statement {
            priority: 1,
            accepts: Accepts::Kind(AttachmentKind::Vcn),
            origin: Origin::Derived,
            source: self.places.add(at.span),
        };
        let distribution =
            self.network.distributions.add(Distribution { object, drg, statements: vec![statement].into() });
        self.network.drg_tables.at_mut(table).imports = Some(distribution);
    }

    /// The rules and imports of the tables that are written out, and the VCNs' tables for what comes from a gateway.
    pub(super) fn drg_tables(&mut self) {
        let blueprint = self.blueprint;
        for drg in &blueprint.drgs {
            let Some(id) = self.drgs.get(drg.name.value.as_str()).copied() else { continue };
            for table in &drg.tables {
                let Some(made) = self.drg_tables.get(&(id, table.name.value.as_str())).copied() else {
                    continue;
                };
                if table.rules.is_none() && table.import.is_none() {
                    if drg.managed {
                        self.network.drg_tables.at_mut(made).object.origin = Origin::Derived;
                        self.import_vcns(id, made, &table.name);
                    } else {
                        self.network.drg_tables.at_mut(made).rules = Rules::Unknown;
                    }
                    continue;
                }
                for (index, rule) in table.rules.iter().flatten().enumerate() {
                    if let Some(next) = self.attachment(id, &rule.attachment) {
                        let place = Rule { direction: None, index, derived: false };
                        let source = self.places.add_rule(rule.span, place);
                        let destination = rule.destination.value;
                        let rule = DrgRule { destination, next, origin: Origin::Written, source };
                        self.network.drg_tables.at_mut(made).rules.push(rule);
                    }
                }
                if let Some(import) = &table.import {
                    self.imports(id, made, drg, table, import);
                }
            }
        }
        for vcn in &blueprint.vcns {
            let Some((link, table)) =
                vcn.drg.as_ref().and_then(|link| Some((link, link.vcn_route_table.as_ref()?)))
            else {
                continue;
            };
            let Some(vcn_id) = self.vcns.get(vcn.name.value.as_str()).copied() else { continue };
            let table = self.table(vcn_id, table);
            let attachment = self.drgs.get(link.gateway.value.as_str()).copied();
            let attachment =
                attachment.and_then(|drg| self.attachments.get(&(drg, vcn.name.value.as_str())).copied());
            if let Some(attachment) = attachment
                && let Attached::Vcn { ingress, .. } = &mut self.network.attachments.at_mut(attachment).to
            {
                *ingress = Some(table);
            }
        }
    }

    fn imports(
        &mut self,
        id: DrgId,
        table: DrgTableId,
        drg: &'b model::Drg,
        written: &'b model::DrgTable,
        import: &'b [crate::source::At<Import>],
    ) {
        let mut statements = Vec::new();
        for (priority, statement) in (1_u32..).zip(import) {
            let accepts = match &statement.value {
                Import::All => Some(Accepts::All),
                Import::Kind(kind) => Some(Accepts::Kind(*kind)),
                Import::Attachment(name) => {
                    let name = Name { value: name.clone(), span: statement.span };
                    self.attachment(id, &name).map(Accepts::Attachment)
                }
            };
            let Some(accepts) = accepts else { continue };
            let source = self.places.add(statement.span);
            statements.push(Statement { priority, accepts, origin: Origin::Written, source });
        }
        let name = format!("{}-import", written.name.value);
        let object = self.derived(name, written.name.span, drg.managed);
        let distribution =
            self.network.distributions.add(Distribution { object, drg: id, statements: statements.into() });
        self.network.drg_tables.at_mut(table).imports = Some(distribution);
    }

    fn attachment(&mut self, drg: DrgId, name: &Name) -> Option<AttachmentId> {
        let found = self.attachments.get(&(drg, name.value.as_str())).copied();
        if found.is_none() {
            let known: Vec<&str> =
                self.attachments.keys().filter(|(other, _)| *other == drg).map(|(_, name)| *name).collect();
            self.faults.push(no_such(name, "an attachment of this gateway", known));
        }
        found
    }
}
