//! A network prepared for questions: what its tables and lists come down to, worked out when first needed and kept.

use std::collections::HashMap;
use std::sync::Arc;

use super::fib::{self, Decision, Fib, Onward};
use super::fields;
use super::filter::{self, Filter, Holder};
use super::flatten::{Ranked, flatten};
use super::store::{Edge, Interval, Set, Store};
use crate::legal::Door;
use crate::model::{
    AttachmentId, Direction, DrgId, DrgTableId, FunctionId, Network, NsgId, RouteTableId, SecurityListId,
    SubnetId, VcnId, VnicId,
};
use crate::packet::Card;
use crate::trace::Change;

/// What decides for a DRG's packets: a table, or one of the two untouched defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum DrgKey {
    Table(DrgTableId),
    Default(DrgId, bool),
}

/// How many nodes are kept before long work starts anew: some hundred MB.
const NODES: usize = 1 << 20;

/// Lists and groups of a card.
type Governs = (Vec<SecurityListId>, Vec<NsgId>);

/// A card in a direction.
type CardKey = (SubnetId, Option<VnicId>, Option<FunctionId>, Direction);

/// Answers questions about whole sets of packets, and keeps what it learnt.
#[derive(Debug)]
pub struct Engine {
    network: Network,
    pub(crate) store: Store,
    vcn_fibs: HashMap<(VcnId, Option<RouteTableId>, Door), Arc<Fib<Decision>>>,
    drg_fibs: HashMap<DrgKey, Arc<Fib<Onward>>>,
    holders: HashMap<(Holder, Direction), Arc<Filter>>,
    unions: HashMap<(Governs, Direction), Arc<Filter>>,
    cards: HashMap<CardKey, Arc<Filter>>,
    subnets: HashMap<VcnId, Arc<Vec<(Interval, SubnetId)>>>,
    vnics: HashMap<SubnetId, Vec<VnicId>>,
    attachments: HashMap<(VcnId, DrgId), AttachmentId>,
    /// Subnets that are governed alike, and the one that stands for them while a class is asked about.
    aliases: HashMap<SubnetId, SubnetId>,
    pub(crate) public: Vec<(Interval, ())>,
}

impl Engine {
    /// Takes a network.
    pub fn new(network: Network) -> Self {
        let mut vnics: HashMap<SubnetId, Vec<VnicId>> = HashMap::new();
        for (id, vnic) in network.vnics.iter() {
            vnics.entry(vnic.subnet).or_default().push(id);
        }
        let mut by_vcn: HashMap<VcnId, Vec<Ranked<SubnetId>>> = HashMap::new();
        for (id, subnet) in network.subnets.iter() {
            let rank = u32::from(subnet.cidr.length());
            let range = fields::exactly(subnet.cidr);
            // Of two equal ranges, the first described has the addresses.
            let ranges = by_vcn.entry(subnet.vcn).or_default();
            if !ranges.iter().any(|other| other.range == range) {
                ranges.push(Ranked { range, rank, value: id });
            }
        }
        let mut attachments = HashMap::new();
        for (id, attachment) in network.attachments.iter() {
            if let Some(vcn) = attachment.to.vcn() {
                attachments.entry((vcn, attachment.drg)).or_insert(id);
            }
        }
        Self {
            store: Store::default(),
            vcn_fibs: HashMap::new(),
            drg_fibs: HashMap::new(),
            holders: HashMap::new(),
            unions: HashMap::new(),
            cards: HashMap::new(),
            subnets: by_vcn.into_iter().map(|(vcn, ranges)| (vcn, Arc::new(flatten(ranges)))).collect(),
            vnics,
            attachments,
            aliases: HashMap::new(),
            public: fields::public().into_iter().map(|range| (range, ())).collect(),
            network,
        }
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Makes a change, and forgets only what depends on it.
    pub fn apply(&mut self, change: &Change) {
        change.apply(&mut self.network);
        match change {
            Change::AddRoute(id, _) | Change::ReplaceRoute(id, ..) | Change::RemoveRoute(id, _) => {
                self.vcn_fibs.retain(|(_, table, _), _| *table != Some(*id));
                // R20: what a table of an attachment says is offered to the DRG.
                let offered = self.network.attachments.iter().any(|(_, attachment)| {
                    matches!(attachment.to, crate::Attached::Vcn { ingress: Some(ingress), .. } if ingress == *id)
                });
                if offered {
                    self.drg_fibs.clear();
                }
            }
            // A DRG's routes travel over remote peerings.
            Change::AddDrgRule(..) | Change::ReplaceDrgRule(..) | Change::AddImport(..) => {
                self.drg_fibs.clear()
            }
            Change::AddToList(id, _) => self.forget(Holder::List(*id)),
            Change::AddToGroup(id, _) => self.forget(Holder::Group(*id)),
            Change::Open(_) | Change::SkipCheck(_) => {}
        }
    }

    fn forget(&mut self, holder: Holder) {
        self.holders.retain(|(other, _), _| *other != holder);
        self.cards.clear();
        self.unions.retain(|((lists, groups), _), _| match holder {
            Holder::List(id) => !lists.contains(&id),
            Holder::Group(id) => !groups.contains(&id),
        });
    }

    /// Works out every table and list at once, instead of when a question needs it.
    pub fn prepare(&mut self) {
        let tables: Vec<_> = self.network.route_tables.iter().map(|(id, table)| (id, table.vcn)).collect();
        for (id, vcn) in tables {
            self.vcn_fib(vcn, Some(id), Door::Card);
        }
        for id in self.network.attachments.ids() {
            self.drg_fib(id);
        }
        let lists = self.network.security_lists.ids().map(Holder::List);
        let groups = self.network.nsgs.ids().map(Holder::Group);
        for holder in lists.chain(groups).collect::<Vec<_>>() {
            for direction in [Direction::Ingress, Direction::Egress] {
                self.holder(holder, direction);
            }
        }
    }

    /// How many nodes all sets together have: what memory goes by.
    pub fn nodes(&self) -> usize {
        self.store.len()
    }

    pub(crate) fn vcn_fib(
        &mut self,
        vcn: VcnId,
        table: Option<RouteTableId>,
        door: Door,
    ) -> Arc<Fib<Decision>> {
        let network = &self.network;
        let made = self.vcn_fibs.entry((vcn, table, door));
        Arc::clone(made.or_insert_with(|| Arc::new(fib::vcn(network, vcn, table, door))))
    }

    pub(crate) fn drg_fib(&mut self, attachment: AttachmentId) -> Arc<Fib<Onward>> {
        let network = &self.network;
        let entered = network.attachments.at(attachment);
        let key = match entered.table {
            Some(table) => DrgKey::Table(table),
            None => DrgKey::Default(entered.drg, entered.to.vcn().is_some()),
        };
        Arc::clone(self.drg_fibs.entry(key).or_insert_with(|| Arc::new(fib::drg(network, attachment))))
    }

    fn holder(&mut self, holder: Holder, direction: Direction) -> Arc<Filter> {
        if let Some(filter) = self.holders.get(&(holder, direction)) {
            return Arc::clone(filter);
        }
        let (rules, group) = filter::rules(&self.network, holder);
        let filter = Arc::new(filter::compile(&mut self.store, rules, group, direction));
        self.holders.insert((holder, direction), Arc::clone(&filter));
        filter
    }

    /// What governs a card, in one direction.
    pub(crate) fn card(&mut self, card: &Card, direction: Direction) -> Arc<Filter> {
        let place = (card.subnet, card.vnic, card.function, direction);
        if let Some(filter) = self.cards.get(&place) {
            return Arc::clone(filter);
        }
        let lists = self.network.subnets.at(card.subnet).security_lists.clone();
        let groups = match (card.vnic, card.function) {
            (Some(vnic), _) => self.network.vnics.at(vnic).nsgs.clone(),
            (None, Some(function)) => self.network.functions.at(function).nsgs.clone(),
            (None, None) => Vec::new(),
        };
        let filter = self.governed(lists, groups, direction);
        self.cards.insert(place, Arc::clone(&filter));
        filter
    }

    /// The union of lists and groups (R32).
    fn governed(
        &mut self,
        lists: Vec<SecurityListId>,
        groups: Vec<NsgId>,
        direction: Direction,
    ) -> Arc<Filter> {
        let key = ((lists, groups), direction);
        if let Some(filter) = self.unions.get(&key) {
            return Arc::clone(filter);
        }
        let holders =
            key.0.0.iter().map(|&id| Holder::List(id)).chain(key.0.1.iter().map(|&id| Holder::Group(id)));
        let filters: Vec<_> =
            holders.collect::<Vec<_>>().into_iter().map(|it| self.holder(it, direction)).collect();
        let filter = match filters.as_slice() {
            [one] => Arc::clone(one),
            several => Arc::new(filter::union(&mut self.store, several.iter().map(Arc::as_ref))),
        };
        self.unions.insert(key, Arc::clone(&filter));
        filter
    }

    pub(crate) fn subnets_of(&self, vcn: VcnId) -> Arc<Vec<(Interval, SubnetId)>> {
        self.subnets.get(&vcn).cloned().unwrap_or_default()
    }

    /// Forgets every set when there are too many, so that long work has bounded memory. Sets held by a caller mean nothing then.
    pub(crate) fn trim(&mut self) {
        if self.store.len() > NODES {
            self.store = Store::default();
            self.holders.clear();
            self.unions.clear();
            self.cards.clear();
        }
    }

    /// Lets one subnet stand for others that are governed alike, until the next call.
    pub(crate) fn alias(&mut self, subnets: impl Iterator<Item = SubnetId>, stands_for: SubnetId) {
        self.aliases.clear();
        self.aliases.extend(subnets.map(|subnet| (subnet, stands_for)));
    }

    /// The subnet that stands for a subnet: itself, but for classes.
    pub(crate) fn stands_for(&self, subnet: SubnetId) -> SubnetId {
        self.aliases.get(&subnet).copied().unwrap_or(subnet)
    }

    pub(crate) fn vnics_of(&self, subnet: SubnetId) -> &[VnicId] {
        self.vnics.get(&subnet).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn attachment_of(&self, vcn: VcnId, drg: DrgId) -> Option<AttachmentId> {
        self.attachments.get(&(vcn, drg)).copied()
    }

    /// Parts a set by destination: what each value gets, and what none does.
    pub(crate) fn part<T: Copy + PartialEq>(
        &mut self,
        set: Set,
        flat: &[(Interval, T)],
    ) -> (Vec<(T, Set)>, Set) {
        let mut parts: Vec<(T, Vec<Edge>)> = Vec::new();
        let mut rest = Vec::new();
        for edge in self.store.edges(set).iter() {
            let mut next = edge.first;
            for ((first, last), value) in super::flatten::within(flat, (edge.first, edge.last)) {
                if next < first {
                    rest.push(Edge { first: next, last: first - 1, then: edge.then });
                }
                next = last.saturating_add(1);
                let piece = Edge { first, last, then: edge.then };
                match parts.iter_mut().find(|(other, _)| *other == value) {
                    Some((_, edges)) => edges.push(piece),
                    None => parts.push((value, vec![piece])),
                }
            }
            if next <= edge.last {
                rest.push(Edge { first: next, last: edge.last, then: edge.then });
            }
        }
        let parts = parts.into_iter().map(|(value, edges)| (value, self.store.node(edges))).collect();
        (parts, self.store.node(rest))
    }
}
