//! The way back from a network to the text that it was built from.

use std::collections::{HashMap, HashSet};

use adit_net::{Direction, Endpoint, SecurityRule, Source, SubnetId, VcnId};

use crate::source::Span;

/// The places that a network's [`Source`] handles stand for, and what is known of them beyond the network itself.
#[derive(Clone, Debug, Default)]
pub struct Places {
    spans: Vec<Span>,
    /// Of the places that are rules: what they are called in their table.
    rules: HashMap<u32, Rule>,
    /// Subnets of somebody else's of which it is not written that the internet has no way to them.
    perhaps_public: HashSet<SubnetId>,
    /// The ranges of each VCN, which have no handles of their own.
    ranges: HashMap<VcnId, Vec<Span>>,
    /// What is not known of an object, in a sentence.
    open: HashMap<u32, String>,
    /// Of the objects that a Terraform plan describes: their addresses there.
    addresses: HashMap<u32, String>,
    /// Names for the ends of questions beside those of the objects.
    aliases: HashMap<String, Endpoint>,
}

/// A rule's place in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Of security rules: which way.
    pub direction: Option<Direction>,
    /// Its place among those of its direction, as the console counts them.
    pub index: usize,
    /// Whether it was not written, but follows from what is.
    pub derived: bool,
}

impl Rule {
    /// The next rule of a list, in its direction.
    pub fn next(rules: &[SecurityRule], direction: Direction, derived: bool) -> Self {
        let index = rules.iter().filter(|rule| rule.direction == direction).count();
        Self { direction: Some(direction), index, derived }
    }
}

impl Places {
    /// A new place.
    pub fn add(&mut self, span: Span) -> Source {
        self.spans.push(span);
        // A file of at most 32 MiB has fewer places than a u32 has numbers.
        u32::try_from(self.spans.len() - 1).map_or(Source::NONE, Source::new)
    }

    /// A rule, with its place among those of its direction: as the console shows and counts them.
    pub fn add_rule(&mut self, span: Span, rule: Rule) -> Source {
        let source = self.add(span);
        if let Some(handle) = source.handle() {
            self.rules.insert(handle, rule);
        }
        source
    }

    /// What a rule is called in its table: `[0]`, `ingress[2]`; one that was not written says so.
    pub fn rule(&self, source: Source) -> Option<String> {
        let rule = self.rules.get(&source.handle()?)?;
        let direction = rule.direction.map(|direction| direction.to_string()).unwrap_or_default();
        let derived = if rule.derived { " (derived)" } else { "" };
        Some(format!("{direction}[{}]{derived}", rule.index))
    }

    /// Whether a rule was not written, but follows from what is.
    pub fn is_derived(&self, source: Source) -> bool {
        source.handle().and_then(|handle| self.rules.get(&handle)).is_some_and(|rule| rule.derived)
    }

    /// The place in the file, if there is one.
    pub fn span(&self, source: Source) -> Option<Span> {
        self.spans.get(source.handle()? as usize).copied()
    }

    /// Whether nothing in the file says that the internet has no way to a subnet: it is somebody else's, and neither the subnet's
    /// access nor the VCN's internet gateway is written.
    pub fn perhaps_public(&self, subnet: SubnetId) -> bool {
        self.perhaps_public.contains(&subnet)
    }

    /// Says so of a subnet, or takes it back.
    pub fn say_perhaps_public(&mut self, subnet: SubnetId, perhaps: bool) {
        if perhaps {
            self.perhaps_public.insert(subnet);
        } else {
            self.perhaps_public.remove(&subnet);
        }
    }

    /// Where the range of a VCN is written; ranges are counted from 0.
    pub fn range(&self, vcn: VcnId, index: usize) -> Option<Span> {
        self.ranges.get(&vcn)?.get(index).copied()
    }

    /// Where the ranges of a VCN are written, in their order.
    pub fn say_ranges(&mut self, vcn: VcnId, spans: Vec<Span>) {
        self.ranges.insert(vcn, spans);
    }

    /// Where one range more of a VCN is written.
    pub fn push_range(&mut self, vcn: VcnId, span: Span) {
        self.ranges.entry(vcn).or_default().push(span);
    }

    /// Says what is not known of an object.
    pub fn say_open(&mut self, source: Source, what: impl Into<String>) {
        if let Some(handle) = source.handle() {
            self.open.insert(handle, what.into());
        }
    }

    /// What is not known of an object, in a sentence, if somebody could say.
    pub fn open(&self, source: Source) -> Option<&str> {
        self.open.get(&source.handle()?).map(String::as_str)
    }

    /// Says which resource of a Terraform plan describes an object.
    pub fn say_address(&mut self, source: Source, address: impl Into<String>) {
        if let Some(handle) = source.handle() {
            self.addresses.insert(handle, address.into());
        }
    }

    /// The resource of a Terraform plan that describes an object.
    pub fn address(&self, source: Source) -> Option<&str> {
        self.addresses.get(&source.handle()?).map(String::as_str)
    }

    /// Another name for an end of a question.
    pub fn say_alias(&mut self, name: impl Into<String>, endpoint: Endpoint) {
        self.aliases.insert(name.into(), endpoint);
    }

    /// The end of a question that another name stands for.
    pub fn alias(&self, name: &str) -> Option<Endpoint> {
        self.aliases.get(name).copied()
    }

    /// All other names.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.aliases.keys().map(String::as_str)
    }

    /// Takes in the places of another network, whose text lies `behind` bytes behind this one's; tells by how much its handles
    /// grow.
    pub fn take(&mut self, other: &Self, behind: usize) -> u32 {
        let shift = u32::try_from(self.spans.len()).unwrap_or(u32::MAX);
        let moved = other.spans.iter();
        self.spans.extend(moved.map(|span| Span { start: span.start + behind, end: span.end + behind }));
        let handle = |handle: &u32| handle.saturating_add(shift);
        self.rules.extend(other.rules.iter().map(|(at, rule)| (handle(at), *rule)));
        self.open.extend(other.open.iter().map(|(at, text)| (handle(at), text.clone())));
        self.addresses.extend(other.addresses.iter().map(|(at, text)| (handle(at), text.clone())));
        shift
    }
}
