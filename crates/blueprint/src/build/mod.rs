//! From what is written to a [`Network`]: names become places, and what is not written is derived or admitted to be unknown.
//!
//! What one object says about another is checked here; where packets go is not.

mod derive;
mod drgs;
mod ends;
mod faults;
mod names;
mod security;
mod shown;
mod tables;
mod vcns;

use std::collections::{HashMap, HashSet};

use adit_net::{
    AttachmentId, DatabaseId, DrgId, DrgTableId, FunctionId, GatewayId, LpgId, Network, NsgId, Object,
    Origin, RouteTableId, SecurityListId, SubnetId, VcnId, VnicId,
};

use crate::finding::Finding;
use crate::model::{self, Blueprint, Name};
use crate::source::Span;

pub use names::{EndpointError, endpoint, endpoints};
pub use shown::{Derived, derived};

/// A network with the way back to the file.
#[derive(Debug)]
pub struct Built {
    /// The network.
    pub network: Network,
    /// Where each of its objects and rules is written.
    pub places: Places,
    /// What the file's objects say against each other, in the file's order.
    pub faults: Vec<Finding>,
    /// Which function writes to which database.
    pub needs: Vec<Need>,
}

/// A function that writes to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The function.
    pub function: FunctionId,
    /// The database.
    pub database: DatabaseId,
    /// Where it says so.
    pub span: Span,
}

/// The places that a network's [`adit_net::Source`] handles stand for.
#[derive(Clone, Debug, Default)]
pub struct Places {
    spans: Vec<Span>,
    /// Of the places that are rules: what they are called in their table.
    rules: HashMap<u32, Rule>,
    /// Subnets of somebody else's of which it is not written that the internet has no way to them.
    perhaps_public: HashSet<SubnetId>,
    /// The ranges of each VCN, which have no handles of their own.
    ranges: HashMap<VcnId, Vec<Span>>,
}

/// A rule's place in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rule {
    direction: Option<adit_net::Direction>,
    index: usize,
    derived: bool,
}

impl Rule {
    /// The next rule of a list, in its direction.
    fn next(rules: &[adit_net::SecurityRule], direction: adit_net::Direction, derived: bool) -> Self {
        let index = rules.iter().filter(|rule| rule.direction == direction).count();
        Self { direction: Some(direction), index, derived }
    }
}

impl Places {
    fn add(&mut self, span: Span) -> adit_net::Source {
        self.spans.push(span);
        // A file of at most 32 MiB has fewer places than a u32 has numbers.
        u32::try_from(self.spans.len() - 1).map_or(adit_net::Source::NONE, adit_net::Source::new)
    }

    /// A rule, with its place among those of its direction: as the console shows and counts them.
    fn add_rule(&mut self, span: Span, rule: Rule) -> adit_net::Source {
        let source = self.add(span);
        if let Some(handle) = source.handle() {
            self.rules.insert(handle, rule);
        }
        source
    }

    /// What a rule is called in its table: `[0]`, `ingress[2]`; one that was not written says so.
    pub fn rule(&self, source: adit_net::Source) -> Option<String> {
        let rule = self.rules.get(&source.handle()?)?;
        let direction = rule.direction.map(|direction| direction.to_string()).unwrap_or_default();
        let derived = if rule.derived { " (derived)" } else { "" };
        Some(format!("{direction}[{}]{derived}", rule.index))
    }

    /// Whether a rule was not written, but follows from what is.
    pub fn is_derived(&self, source: adit_net::Source) -> bool {
        source.handle().and_then(|handle| self.rules.get(&handle)).is_some_and(|rule| rule.derived)
    }

    /// The place in the file, if there is one.
    pub fn span(&self, source: adit_net::Source) -> Option<Span> {
        self.spans.get(source.handle()? as usize).copied()
    }

    /// Whether nothing in the file says that the internet has no way to a subnet: it is somebody else's, and neither the subnet's
    /// access nor the VCN's internet gateway is written.
    pub fn perhaps_public(&self, subnet: SubnetId) -> bool {
        self.perhaps_public.contains(&subnet)
    }

    /// Where the range of a VCN is written; ranges are counted from 0.
    pub fn range(&self, vcn: VcnId, index: usize) -> Option<Span> {
        self.ranges.get(&vcn)?.get(index).copied()
    }
}

/// Makes the network of a file.
pub fn build(blueprint: &Blueprint) -> Built {
    let mut builder = Builder::new(blueprint);
    builder.vcns();
    builder.drgs();
    builder.owners();
    builder.subnets();
    builder.doors();
    builder.drg_tables();
    builder.appliances();
    builder.databases();
    let needs = builder.functions();
    builder.route_rules();
    builder.security_rules();
    builder.derive(&needs);
    let Builder { network, places, mut faults, .. } = builder;
    faults.sort_by_key(Finding::span);
    Built { network, places, faults, needs }
}

struct Builder<'b> {
    blueprint: &'b Blueprint,
    network: Network,
    places: Places,
    faults: Vec<Finding>,
    vcns: HashMap<&'b str, VcnId>,
    subnets: HashMap<(&'b str, &'b str), SubnetId>,
    drgs: HashMap<&'b str, DrgId>,
    attachments: HashMap<(DrgId, &'b str), AttachmentId>,
    drg_tables: HashMap<(DrgId, &'b str), DrgTableId>,
    peerings: HashMap<(&'b str, &'b str), LpgId>,
    /// The VCNs of the tables, lists and groups that are written out, by name.
    table_owners: HashMap<&'b str, VcnId>,
    list_owners: HashMap<&'b str, VcnId>,
    group_owners: HashMap<&'b str, VcnId>,
    tables: HashMap<(VcnId, &'b str), RouteTableId>,
    lists: HashMap<(VcnId, &'b str), SecurityListId>,
    groups: HashMap<(VcnId, &'b str), NsgId>,
    internet: HashMap<VcnId, GatewayId>,
    nat: HashMap<VcnId, GatewayId>,
    service: HashMap<VcnId, GatewayId>,
    /// What is written out, by name.
    written_tables: HashMap<&'b str, &'b model::RouteTable>,
    written_lists: HashMap<&'b str, &'b model::SecurityList>,
    written_groups: HashMap<&'b str, &'b model::SecurityList>,
    /// The gateway that a VCN is attached to; the card that has an address.
    drg_of: HashMap<VcnId, DrgId>,
    cards: HashMap<(SubnetId, std::net::Ipv4Addr), VnicId>,
    /// Tables and lists whose rules are to be derived.
    open_tables: Vec<RouteTableId>,
    open_lists: Vec<SecurityListId>,
}

impl<'b> Builder<'b> {
    fn new(blueprint: &'b Blueprint) -> Self {
        Self {
            blueprint,
            network: Network::default(),
            places: Places::default(),
            faults: Vec::new(),
            vcns: HashMap::new(),
            subnets: HashMap::new(),
            drgs: HashMap::new(),
            attachments: HashMap::new(),
            drg_tables: HashMap::new(),
            peerings: HashMap::new(),
            table_owners: HashMap::new(),
            list_owners: HashMap::new(),
            group_owners: HashMap::new(),
            tables: HashMap::new(),
            lists: HashMap::new(),
            groups: HashMap::new(),
            internet: HashMap::new(),
            nat: HashMap::new(),
            service: HashMap::new(),
            written_tables: blueprint
                .route_tables
                .iter()
                .map(|table| (table.name.value.as_str(), table))
                .collect(),
            written_lists: blueprint
                .security_lists
                .iter()
                .map(|list| (list.name.value.as_str(), list))
                .collect(),
            written_groups: blueprint.nsgs.iter().map(|group| (group.name.value.as_str(), group)).collect(),
            drg_of: HashMap::new(),
            cards: HashMap::new(),
            open_tables: Vec::new(),
            open_lists: Vec::new(),
        }
    }

    /// A written object, at its name.
    fn object(&mut self, name: &Name, managed: bool) -> Object {
        let object = Object::new(&name.value).at(self.places.add(name.span));
        if managed { object } else { object.unmanaged() }
    }

    /// An object that follows from what is written at a place.
    fn derived(&mut self, name: String, span: Span, managed: bool) -> Object {
        let object = Object::new(name).at(self.places.add(span)).origin(Origin::Derived);
        if managed { object } else { object.unmanaged() }
    }
}
