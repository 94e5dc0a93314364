//! From a plan's resources to a [`Network`]. What depends on a value that is not known becomes unknown, with a sentence that names
//! the value.

mod cards;
mod drgs;
mod functions;
mod gateways;
mod notes;
mod routes;
mod rules;
mod security;
mod vcns;

use std::collections::HashMap;
use std::net::Ipv4Addr;

use adit_blueprint::{Built, Finding, Listing, Places, Span};
use adit_net::{
    AttachmentId, DistributionId, DrgId, DrgTableId, GatewayId, LpgId, Network, NsgId, Object, Origin,
    RouteTableId, SecurityListId, Source, SubnetId, VcnId, VnicId,
};

use super::Planned;
use super::block::{Block, Got};
use super::index::{Index, shown};
use super::link::{Links, Thing};
use super::record::{Kind, Record};

pub(super) use notes::no_network;

/// Makes the network of a plan.
pub(super) fn build(name: &str, index: &Index, cautions: &[&'static str]) -> Planned {
    let links = Links::new(index);
    let mut builder = Builder::new(name, &links);
    builder.vcns();
    builder.drgs();
    builder.gateways();
    builder.subnets();
    builder.cards();
    builder.attachments();
    builder.peers();
    builder.security_rules();
    builder.drg_rules();
    builder.functions();
    builder.route_rules();
    builder.finish(name, cautions)
}

struct Builder<'p> {
    links: &'p Links<'p>,
    network: Network,
    places: Places,
    listing: Listing,
    notes: Vec<Finding>,
    /// Where each record stands in the listing.
    spans: HashMap<usize, Span>,
    vcns: HashMap<Thing, VcnId>,
    subnets: HashMap<Thing, SubnetId>,
    tables: HashMap<Thing, RouteTableId>,
    lists: HashMap<Thing, SecurityListId>,
    nsgs: HashMap<Thing, NsgId>,
    gateways: HashMap<Thing, GatewayId>,
    lpgs: HashMap<Thing, LpgId>,
    /// Local peerings whose other end is not known, and why.
    open_lpgs: HashMap<LpgId, String>,
    drgs: HashMap<Thing, DrgId>,
    drg_tables: HashMap<Thing, DrgTableId>,
    distributions: HashMap<Thing, DistributionId>,
    attachments: HashMap<Thing, AttachmentId>,
    /// The attachment of a VCN to a DRG.
    attached: HashMap<(VcnId, DrgId), AttachmentId>,
    vnics: HashMap<Thing, VnicId>,
    /// The card that has an address.
    cards: HashMap<(SubnetId, Ipv4Addr), VnicId>,
    /// The things that VCNs and DRGs are.
    things: (HashMap<VcnId, Thing>, HashMap<DrgId, Thing>),
    /// The record that says the rules of a default table or list.
    defaults: HashMap<Thing, usize>,
    /// What is not known of a group's rules, in a group beside it.
    groups_beside: HashMap<NsgId, NsgId>,
    /// Rules of IPv6 that were passed over, by the record that holds them.
    ipv6: HashMap<usize, usize>,
}

impl<'p> Builder<'p> {
    fn new(name: &str, links: &'p Links<'p>) -> Self {
        Self {
            links,
            network: Network::default(),
            places: Places::default(),
            listing: Listing::new(name),
            notes: Vec::new(),
            spans: HashMap::new(),
            vcns: HashMap::new(),
            subnets: HashMap::new(),
            tables: HashMap::new(),
            lists: HashMap::new(),
            nsgs: HashMap::new(),
            gateways: HashMap::new(),
            lpgs: HashMap::new(),
            open_lpgs: HashMap::new(),
            drgs: HashMap::new(),
            drg_tables: HashMap::new(),
            distributions: HashMap::new(),
            attachments: HashMap::new(),
            attached: HashMap::new(),
            vnics: HashMap::new(),
            cards: HashMap::new(),
            things: (HashMap::new(), HashMap::new()),
            defaults: HashMap::new(),
            groups_beside: HashMap::new(),
            ipv6: HashMap::new(),
        }
    }

    /// The records of a kind, each thing once.
    fn records(&self, kind: Kind) -> Vec<(usize, &'p Record)> {
        let index: &'p Index = self.links.index;
        let all = index.records.iter().map(|record| record.as_ref()).enumerate();
        let all = all.filter(|(_, record)| record.kind == kind);
        all.filter(|(at, _)| self.links.canonical(*at) == *at).collect()
    }

    /// The records of a kind with what they say.
    fn blocks(&self, kind: Kind) -> Vec<(usize, &'p Record, Block<'p>)> {
        let all = self.records(kind).into_iter();
        all.filter_map(|(at, record)| Some((at, record, self.links.block(at)?))).collect()
    }

    fn record(&self, at: usize) -> Option<&'p Record> {
        let index: &'p Index = self.links.index;
        index.record(at)
    }

    /// The object of a record: its name in the cloud if it is known, else its address. It gets its line in the listing.
    fn object(&mut self, at: usize, said: &str) -> Object {
        let name = match self.links.block(at).map(|block| block.text("display_name")) {
            Some(Got::Is(name)) => shown(name),
            _ => self.record(at).map(|record| record.address.clone()).unwrap_or_default(),
        };
        self.object_called(at, &name, said)
    }

    fn object_called(&mut self, at: usize, name: &str, said: &str) -> Object {
        let Some(record) = self.record(at) else { return Object::new(name) };
        let span = self.listing.line(&record.address, said);
        self.spans.entry(at).or_insert(span);
        let source = self.places.add(span);
        self.places.say_address(source, &record.address);
        let object = Object::new(name).origin(Origin::Plan).at(source);
        if record.managed { object } else { object.unmanaged() }
    }

    /// The object of something that the plan does not describe, and why.
    fn stranger(&mut self, name: &str, why: &str) -> Object {
        let name = shown(name);
        let span = self.listing.line(&name, why);
        let source = self.places.add(span);
        self.places.say_open(source, why);
        Object::new(name).origin(Origin::Plan).at(source).unmanaged()
    }

    /// What a thing is called that the plan does not describe, and why nothing is known of it.
    fn unknown(&self, thing: Thing) -> (String, String) {
        match thing {
            Thing::Outside(number) => {
                let id = shown(&self.links.outside_id(number));
                let why = format!("`{id}` is not in the plan: neither as a resource nor as a data source");
                (id, why)
            }
            Thing::Of(at) => {
                let address = self.record(at).map(|record| record.address.clone()).unwrap_or_default();
                let why = format!("what `{address}` will be is known only after apply");
                (address, why)
            }
            Thing::RouteTableOf(at) | Thing::SecurityListOf(at) | Thing::DrgTableOf(at, _) => {
                let address = self.record(at).map(|record| record.address.as_str()).unwrap_or_default();
                let what = match thing {
                    Thing::RouteTableOf(_) => "route table",
                    Thing::SecurityListOf(_) => "security list",
                    _ => "route table",
                };
                let name = format!("default {what} of {address}");
                let why = format!(
                    "what the {name} holds is not in the plan: it is there already, and nothing in the plan manages it"
                );
                (name, why)
            }
        }
    }

    /// Notes that something is not known, of the record at whose place it is told.
    fn note(&mut self, at: usize, what: &str, why: &str) {
        let address = self.record(at).map(|record| record.address.clone()).unwrap_or_default();
        let span = self.span(at);
        self.notes.push(notes::open(&address, span, what, why));
    }

    /// The place of a record, in the listing; one that has none gets it.
    fn span(&mut self, at: usize) -> Span {
        if let Some(span) = self.spans.get(&at) {
            return *span;
        }
        let address = self.record(at).map(|record| record.address.clone()).unwrap_or_default();
        let span = self.listing.line(&address, "");
        self.spans.insert(at, span);
        span
    }

    /// A rule's place, below its record.
    fn rule(&mut self, block: &Block<'p>, said: &str, rule: adit_blueprint::Rule) -> Source {
        let address = self.record(block.record).map(|record| record.address.as_str()).unwrap_or_default();
        let address = match block.place() {
            "" => address.to_owned(),
            place => format!("{address}.{place}"),
        };
        let span = self.listing.line(&address, said);
        self.places.add_rule(span, rule)
    }

    fn finish(mut self, name: &str, cautions: &[&'static str]) -> Planned {
        let mut faults = self.faults();
        faults.sort_by_key(Finding::span);
        let mut found: Vec<Finding> =
            cautions.iter().map(|caution| notes::not_whole(name, caution)).collect();
        found.extend(self.passed_over());
        found.append(&mut self.notes);
        let built = Built { network: self.network, places: self.places, faults, needs: Vec::new() };
        Planned { built, listing: self.listing, notes: found }
    }
}
