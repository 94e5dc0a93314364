//! Which object an argument names: by its id where the plan has one, else by what the configuration refers to.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::Value;

use super::block::{Block, Fault, Got, refers};
use super::code;
use super::config::{Referred, Scope, references, referred};
use super::index::{Index, shown};
use super::record::Kind;

/// An object of the plan, or one that it names and does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Thing {
    /// What a record describes.
    Of(usize),
    /// The default route table of the VCN of a record.
    RouteTableOf(usize),
    /// Its default security list.
    SecurityListOf(usize),
    /// Of the DRG of a record, the default table of VCN attachments, or of the others.
    DrgTableOf(usize, bool),
    /// Outside of the plan: by its place among the ids that are.
    Outside(usize),
}

/// What an argument names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// It is not there: the cloud chooses.
    Nothing,
    To(Thing),
    /// It cannot be told; why.
    Open(String),
}

/// What kind of object is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    Vcn,
    Subnet,
    RouteTable,
    SecurityList,
    Nsg,
    Drg,
    Attachment,
    DrgTable,
    Distribution,
    Lpg,
    Rpc,
    /// What a route rule leads to.
    Target,
    Vnic,
    PrivateIp,
    Service,
    Application,
}

impl Want {
    fn words(self) -> &'static str {
        match self {
            Self::Vcn => "a VCN",
            Self::Subnet => "a subnet",
            Self::RouteTable => "a route table of a VCN",
            Self::SecurityList => "a security list",
            Self::Nsg => "a network security group",
            Self::Drg => "a DRG",
            Self::Attachment => "an attachment of a DRG",
            Self::DrgTable => "a route table of a DRG",
            Self::Distribution => "a route distribution",
            Self::Lpg => "a local peering gateway",
            Self::Rpc => "a remote peering connection",
            Self::Target => "a DRG, a gateway, a local peering gateway or a private IP",
            Self::Vnic => "a VNIC",
            Self::PrivateIp => "a private IP",
            Self::Service => "one of Oracle's services",
            Self::Application => "an application",
        }
    }
}

/// Looks up what arguments name.
#[derive(Debug)]
pub(super) struct Links<'p> {
    pub(super) index: &'p Index,
    pub(super) faults: RefCell<Vec<Fault>>,
    /// The ids that the plan has no object for, and their numbers.
    outside: RefCell<(Vec<String>, HashMap<String, usize>)>,
    /// What VCNs and DRGs bring along: the ids stand at them.
    defaults: HashMap<&'p str, Thing>,
}

/// How many arguments of other resources are followed.
const DEEPEST: usize = 8;

impl<'p> Links<'p> {
    pub(super) fn new(index: &'p Index) -> Self {
        let mut links =
            Self { index, faults: RefCell::default(), outside: RefCell::default(), defaults: HashMap::new() };
        for (at, record) in index.records.iter().enumerate() {
            let own = links.canonical(at);
            let mut note = |id: Option<&'p str>, thing| {
                if let Some(id) = id {
                    links.defaults.entry(id).or_insert(thing);
                }
            };
            match record.kind {
                Kind::Vcn => {
                    note(record.known("default_route_table_id"), Thing::RouteTableOf(own));
                    note(record.known("default_security_list_id"), Thing::SecurityListOf(own));
                }
                Kind::Drg => {
                    let tables = record.values.get("default_drg_route_tables").and_then(|all| all.get(0));
                    for (kind, table) in tables.and_then(Value::as_object).into_iter().flatten() {
                        note(table.as_str(), Thing::DrgTableOf(own, kind == "vcn"));
                    }
                }
                _ => {}
            }
        }
        links
    }

    pub(super) fn block(&'p self, record: usize) -> Option<Block<'p>> {
        Block::new(self.index, record, &self.faults)
    }

    /// An id that the plan has no object for.
    pub(super) fn outside_id(&self, number: usize) -> String {
        self.outside.borrow().0.get(number).cloned().unwrap_or_default()
    }

    /// The one thing that a record stands for: two that have one id are one.
    pub(super) fn canonical(&self, record: usize) -> usize {
        let id = self.index.record(record).and_then(|it| it.known("id"));
        id.and_then(|id| self.index.of_id(id))
            .filter(|other| self.kind(*other) == self.kind(record))
            .unwrap_or(record)
    }

    fn kind(&self, record: usize) -> Option<Kind> {
        self.index.record(record).map(|record| record.kind)
    }

    /// What an argument names.
    pub(super) fn link(&'p self, block: &Block<'p>, attribute: &str, want: Want) -> Link {
        self.link_at(block, attribute, want, 0)
    }

    fn link_at(&'p self, block: &Block<'p>, attribute: &str, want: Want, depth: usize) -> Link {
        match block.text(attribute) {
            Got::Nothing => Link::Nothing,
            Got::Is(id) => self.known(block, attribute, id, want, depth),
            Got::Open => self.open(block, attribute, want, depth),
        }
    }

    /// What a list of ids names. `Err`: it cannot be told; why.
    pub(super) fn links(
        &'p self,
        block: &Block<'p>,
        attribute: &str,
        want: Want,
    ) -> Result<Vec<Thing>, String> {
        let ids = match block.texts(attribute) {
            Got::Nothing => return Ok(Vec::new()),
            Got::Is(ids) => ids,
            Got::Open => {
                let Some(expression) = self.expression(block, attribute) else { return Ok(Vec::new()) };
                let found = self.referred(block, expression);
                let things = self.things(&found, want, 0);
                return if found.open.is_empty() && !things.is_empty() {
                    Ok(things)
                } else {
                    Err(self.why(block, attribute, Some(expression)))
                };
            }
        };
        let mut things = Vec::new();
        let mut open = 0;
        for id in ids {
            match id.map(|id| self.known(block, attribute, id, want, 0)) {
                Some(Link::To(thing)) => things.push(thing),
                Some(_) => {}
                None => open += 1,
            }
        }
        if open == 0 {
            return Ok(things);
        }
        // The others are those that the expression refers to and that are not among them.
        let expression = self.expression(block, attribute);
        let mut more =
            expression.map(|it| self.things(&self.referred(block, it), want, 0)).unwrap_or_default();
        more.retain(|thing| !things.contains(thing));
        if more.len() != open {
            return Err(self.why(block, attribute, expression));
        }
        things.extend(more);
        Ok(things)
    }

    /// By an id.
    fn known(&'p self, block: &Block<'p>, attribute: &str, id: &str, want: Want, depth: usize) -> Link {
        if let Some(record) = self.index.of_id(id) {
            return match self.accept(record, None, want, depth) {
                Some(thing) => Link::To(thing),
                None => self.wrong_kind(block, attribute, record, want),
            };
        }
        let default = self.defaults.get(id).copied().filter(|thing| match thing {
            Thing::RouteTableOf(_) => want == Want::RouteTable,
            Thing::SecurityListOf(_) => want == Want::SecurityList,
            _ => want == Want::DrgTable,
        });
        if let Some(thing) = default {
            return Link::To(thing);
        }
        let (ids, numbers) = &mut *self.outside.borrow_mut();
        let number = *numbers.entry(id.to_owned()).or_insert_with(|| {
            ids.push(id.to_owned());
            ids.len() - 1
        });
        Link::To(Thing::Outside(number))
    }

    /// By what the configuration refers to.
    fn open(&'p self, block: &Block<'p>, attribute: &str, want: Want, depth: usize) -> Link {
        let Some(record) = self.index.record(block.record) else { return Link::Nothing };
        if record.item || self.index.config.is_empty() {
            return Link::Open(self.why(block, attribute, None));
        }
        let expressions: Vec<&'p Value> = match block.lump {
            Some(lump) => vec![lump],
            None => block.written.iter().filter_map(|written| written.get(attribute)).collect(),
        };
        // Nothing is written for it, so the cloud chooses. Of a dynamic block the configuration shows nothing at all.
        if expressions.is_empty() {
            return if block.written.is_empty() {
                Link::Open(self.why(block, attribute, None))
            } else {
                Link::Nothing
            };
        }
        let mut things = Vec::new();
        let mut other = None;
        for expression in &expressions {
            let found = self.referred(block, expression);
            let meant = self.things(&found, want, depth);
            if meant.is_empty() {
                other = other.or(match found.records.as_slice() {
                    [(record, attribute)] if attribute.as_deref().is_none_or(|it| it == "id") => {
                        Some(*record)
                    }
                    _ => None,
                });
            }
            things.extend(meant);
        }
        things.sort();
        things.dedup();
        match (things.as_slice(), other) {
            ([thing], _) => Link::To(*thing),
            ([], Some(record)) => self.wrong_kind(block, attribute, record, want),
            _ => Link::Open(self.why(block, attribute, expressions.first().copied())),
        }
    }

    fn expression(&self, block: &Block<'p>, attribute: &str) -> Option<&'p Value> {
        match block.lump {
            Some(lump) => Some(lump),
            None => block.written.iter().find_map(|written| written.get(attribute)),
        }
        .filter(|expression| refers(expression))
    }

    fn referred(&self, block: &Block<'p>, expression: &Value) -> Referred {
        let Some(record) = self.index.record(block.record) else { return Referred::default() };
        let instances = self.index.instances(&record.module, &record.local);
        let keys: Vec<_> = instances.iter().map(|at| self.index.key(*at)).collect();
        referred(
            self.index,
            Scope { module: &record.module, key: record.key.as_ref(), keys: &keys },
            expression,
        )
    }

    /// The things of the wanted kind among what is referred to. A value that is not known comes from something that is not known.
    fn things(&'p self, found: &Referred, want: Want, depth: usize) -> Vec<Thing> {
        let accept = |(record, attribute): &(usize, Option<String>)| {
            let thing = self.accept(*record, attribute.as_deref(), want, depth)?;
            let known = self.index.record(*record)?.known(attribute.as_deref().unwrap_or("id")).is_some();
            Some((thing, known))
        };
        let all: Vec<(Thing, bool)> = found.records.iter().filter_map(accept).collect();
        let open = all.iter().any(|(_, known)| !known);
        let mut things: Vec<Thing> =
            all.into_iter().filter(|(_, known)| !open || !known).map(|(thing, _)| thing).collect();
        things.sort();
        things.dedup();
        things
    }

    /// What a record is, or leads to by an attribute, if that is what is wanted.
    fn accept(&'p self, record: usize, attribute: Option<&str>, want: Want, depth: usize) -> Option<Thing> {
        let record = self.canonical(record);
        let kind = self.kind(record)?;
        let itself = match want {
            Want::Vcn => kind == Kind::Vcn,
            Want::Subnet => kind == Kind::Subnet,
            Want::RouteTable => kind == Kind::RouteTable,
            Want::SecurityList => kind == Kind::SecurityList,
            Want::Nsg => kind == Kind::Nsg,
            Want::Drg => kind == Kind::Drg,
            Want::Attachment => matches!(kind, Kind::Attachment | Kind::Rpc | Kind::AttachmentManagement),
            Want::DrgTable => kind == Kind::DrgTable,
            Want::Distribution => kind == Kind::Distribution,
            Want::Lpg => kind == Kind::Lpg,
            Want::Rpc => kind == Kind::Rpc,
            Want::Vnic => matches!(kind, Kind::Vnic | Kind::VnicAttachment | Kind::Instance),
            Want::PrivateIp => kind == Kind::PrivateIp,
            Want::Service => kind == Kind::Service,
            Want::Application => kind == Kind::Application,
            Want::Target => matches!(
                kind,
                Kind::Drg
                    | Kind::InternetGateway
                    | Kind::NatGateway
                    | Kind::ServiceGateway
                    | Kind::Lpg
                    | Kind::PrivateIp
            ),
        };
        let plain = attribute.is_none_or(|it| it == "id");
        match (kind, want) {
            _ if itself && (plain || kind == Kind::VnicAttachment) => Some(Thing::Of(record)),
            (Kind::Vcn, Want::RouteTable) if attribute.is_none_or(|it| it == "default_route_table_id") => {
                Some(Thing::RouteTableOf(record))
            }
            (Kind::Vcn, Want::SecurityList)
                if attribute.is_none_or(|it| it == "default_security_list_id") =>
            {
                Some(Thing::SecurityListOf(record))
            }
            (Kind::DefaultRouteTable, Want::RouteTable) if plain => {
                self.follow(record, "manage_default_resource_id", want, depth)
            }
            (Kind::DefaultSecurityList, Want::SecurityList) if plain => {
                self.follow(record, "manage_default_resource_id", want, depth)
            }
            (Kind::DefaultDrgTable, Want::DrgTable) if plain => {
                self.follow(record, "manage_default_resource_id", want, depth)
            }
            // `oci_core_drg.hub.default_drg_route_tables[0].vcn`: which of the four does not stand in a reference; that of VCNs is meant.
            (Kind::Drg, Want::DrgTable) if attribute.is_none_or(|it| it != "id") => {
                Some(Thing::DrgTableOf(record, true))
            }
            _ if plain => None,
            _ => self.follow(record, attribute?, want, depth),
        }
    }

    /// What an argument of another resource names: `oci_core_subnet.fn.vcn_id`.
    fn follow(&'p self, record: usize, attribute: &str, want: Want, depth: usize) -> Option<Thing> {
        if depth > DEEPEST {
            return None;
        }
        match self.link_at(&self.block(record)?, attribute, want, depth + 1) {
            Link::To(thing) => Some(thing),
            Link::Nothing | Link::Open(_) => None,
        }
    }

    fn wrong_kind(&self, block: &Block<'p>, attribute: &str, record: usize, want: Want) -> Link {
        let Some(other) = self.index.record(record) else { return Link::Nothing };
        let found = format!("{}, {}", other.address, other.kind.words());
        block.fault(code::REFUSED, attribute, &found, want.words());
        Link::Open(format!("`{}` names {found}", self.named(block, attribute)))
    }

    /// An argument with its resource.
    pub(super) fn named(&self, block: &Block<'p>, attribute: &str) -> String {
        let address = self.index.record(block.record).map(|it| it.address.as_str()).unwrap_or_default();
        format!("{address}.{}", block.path(attribute))
    }

    /// Why an argument cannot be told.
    pub(super) fn why(&self, block: &Block<'p>, attribute: &str, expression: Option<&Value>) -> String {
        let expression = expression.or_else(|| self.expression(block, attribute));
        let from = expression.map(references).filter(|all| !all.is_empty());
        let from = from.map(|all| format!(", from {}", shown(&all.join(", ")))).unwrap_or_default();
        format!("`{}` is known only after apply{from}", self.named(block, attribute))
    }
}
