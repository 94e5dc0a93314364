//! Lists and groups as sets of packets.

use super::fields;
use super::store::{Set, Store};
use crate::model::{Direction, Network, NsgId, Peer, Rules, SecurityRule, Traffic};

/// What a list or group admits, in one direction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) stateful: Set0,
    pub(crate) stateless: Set0,
    /// Rules whose other end are the members of a group: they depend on who that is.
    pub(crate) members: Vec<(NsgId, Traffic, bool)>,
    pub(crate) unknown: bool,
}

/// A set that is empty by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Set0(pub(crate) Set);

impl Default for Set0 {
    fn default() -> Self {
        Self(Set::EMPTY)
    }
}

/// Rules of a list (`group` false) or group in one direction.
pub(crate) fn compile(
    store: &mut Store,
    rules: &Rules<SecurityRule>,
    group: bool,
    direction: Direction,
) -> Filter {
    let mut filter = Filter { unknown: rules.is_unknown(), ..Filter::default() };
    let (mut stateful, mut stateless) = (Vec::new(), Vec::new());
    for rule in rules.known().iter().filter(|rule| rule.direction == direction) {
        let peer = match rule.peer {
            Peer::Cidr(range) => fields::range(range),
            Peer::Service(label) => fields::label(label),
            Peer::Nsg(nsg) => {
                // R34: only rules of groups may name a group.
                if group {
                    filter.members.push((nsg, rule.traffic, rule.stateless));
                }
                continue;
            }
        };
        let set = store.boxed(fields::rule(direction, peer, &rule.traffic));
        if rule.stateless { stateless.push(set) } else { stateful.push(set) }
    }
    filter.stateful = Set0(store.union_all(stateful));
    filter.stateless = Set0(store.union_all(stateless));
    filter
}

/// Several of them: the union (R32).
pub(crate) fn union<'a>(store: &mut Store, filters: impl Iterator<Item = &'a Filter>) -> Filter {
    let mut all = Filter::default();
    let (mut stateful, mut stateless) = (Vec::new(), Vec::new());
    for filter in filters {
        stateful.push(filter.stateful.0);
        stateless.push(filter.stateless.0);
        all.members.extend(filter.members.iter().copied());
        all.unknown |= filter.unknown;
    }
    all.stateful = Set0(store.union_all(stateful));
    all.stateless = Set0(store.union_all(stateless));
    all
}

/// The rules of a list or group.
pub(crate) fn rules(network: &Network, holder: Holder) -> (&Rules<SecurityRule>, bool) {
    match holder {
        Holder::List(id) => (&network.security_lists.at(id).rules, false),
        Holder::Group(id) => (&network.nsgs.at(id).rules, true),
    }
}

/// A list or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Holder {
    List(crate::SecurityListId),
    Group(NsgId),
}
