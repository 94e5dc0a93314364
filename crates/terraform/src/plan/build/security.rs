//! The rules of security lists and groups. What is not known of them stands beside them, in a list or group of its own: a rule
//! only ever admits more.

use std::collections::HashMap;

use adit_net::{Direction, Nsg, NsgId, Rules, SecurityList, SecurityListId, SecurityRule};

use super::Builder;
use super::drgs::not_read;
use super::rules::Read;
use crate::plan::block::{Block, Got};
use crate::plan::code;
use crate::plan::link::Thing;
use crate::plan::record::Kind;

impl<'p> Builder<'p> {
    /// All rules of all lists and groups.
    pub(super) fn security_rules(&mut self) {
        let mut beside: HashMap<SecurityListId, SecurityListId> = HashMap::new();
        for (at, _, block) in self.blocks(Kind::SecurityList) {
            if let Some(list) = self.lists.get(&Thing::Of(at)).copied() {
                self.rules_of_list(list, &block, &mut beside);
            }
        }
        let mut defaults: Vec<(Thing, usize)> =
            self.defaults.iter().map(|(thing, at)| (*thing, *at)).collect();
        defaults.sort();
        for (thing, at) in defaults {
            let list = match thing {
                Thing::SecurityListOf(of) => {
                    self.vcns.get(&Thing::Of(of)).copied().map(|vcn| self.list(thing, vcn))
                }
                // Of a VCN that the plan does not have: a subnet names it, or nobody does.
                _ => self.lists.get(&thing).copied(),
            };
            if let Some((list, block)) = list.zip(self.links.block(at)) {
                self.rules_of_list(list, &block, &mut beside);
            }
        }
        for id in self.network.subnets.ids().collect::<Vec<_>>() {
            let lists = &mut self.network.subnets.at_mut(id).security_lists;
            let more: Vec<_> = lists.iter().filter_map(|list| beside.get(list)).copied().collect();
            lists.extend(more);
        }
        self.groups();
    }

    fn rules_of_list(
        &mut self,
        list: SecurityListId,
        block: &Block<'p>,
        beside: &mut HashMap<SecurityListId, SecurityListId>,
    ) {
        let vcn = self.network.security_lists.at(list).vcn;
        for (name, direction) in
            [("ingress_security_rules", Direction::Ingress), ("egress_security_rules", Direction::Egress)]
        {
            let rules = match block.blocks(name) {
                Got::Is(rules) => rules,
                Got::Nothing => continue,
                Got::Open => {
                    let why = self.links.why(block, name, None);
                    self.list_beside(list, &why, beside);
                    continue;
                }
            };
            let mut index = 0;
            for rule in rules {
                match self.security_rule(&rule, direction, false, vcn) {
                    Read::Rule(made) => {
                        let made = self.placed(&rule, made, index);
                        index += 1;
                        self.network.security_lists.at_mut(list).rules.push(made);
                    }
                    Read::Open(why) => self.list_beside(list, &why, beside),
                    Read::Passed => {}
                }
            }
        }
    }

    /// Gives a rule its line.
    fn placed(&mut self, block: &Block<'p>, rule: SecurityRule, index: usize) -> SecurityRule {
        let place = adit_blueprint::Rule { direction: Some(rule.direction), index, derived: false };
        let stateless = if rule.stateless { "stateless " } else { "" };
        let said = format!("{stateless}{} {}, {}", rule.direction, self.peer_words(&rule.peer), rule.traffic);
        let source = self.rule(block, &said, place);
        SecurityRule { source, ..rule }
    }

    /// What is not known of a list's rules, in a list beside it.
    fn list_beside(
        &mut self,
        list: SecurityListId,
        why: &str,
        beside: &mut HashMap<SecurityListId, SecurityListId>,
    ) {
        if beside.contains_key(&list) {
            return;
        }
        let SecurityList { object, vcn, .. } = self.network.security_lists.at(list);
        let (object, vcn) = (object.clone(), *vcn);
        let source = self.places.add(self.places.span(object.source).unwrap_or_default());
        self.places.say_open(source, why);
        let object = object.at(source);
        let id = self.network.security_lists.add(SecurityList { object, vcn, rules: Rules::Unknown });
        beside.insert(list, id);
    }

    fn groups(&mut self) {
        let mut beside: HashMap<NsgId, NsgId> = HashMap::new();
        let mut counted: HashMap<(NsgId, Direction), usize> = HashMap::new();
        for (_, _, block) in self.blocks(Kind::NsgRule) {
            let Some(thing) = self.group_of(&block) else { continue };
            let Some(group) = self.nsgs.get(&thing).copied() else { continue };
            let direction = match block.text("direction") {
                Got::Is("INGRESS") => Direction::Ingress,
                Got::Is("EGRESS") => Direction::Egress,
                Got::Is(other) => {
                    block.fault(code::REFUSED, "direction", other, "INGRESS or EGRESS");
                    continue;
                }
                Got::Nothing | Got::Open => continue,
            };
            let vcn = self.network.nsgs.at(group).vcn;
            match self.security_rule(&block, direction, true, vcn) {
                Read::Rule(made) => {
                    let index = counted.entry((group, direction)).or_default();
                    let made = self.placed(&block, made, *index);
                    *index += 1;
                    self.network.nsgs.at_mut(group).rules.push(made);
                }
                Read::Open(why) => self.group_beside(group, &why, &mut beside),
                Read::Passed => {}
            }
        }
        // Of a group that is only read, the rules are known where a data source read them, too.
        let index = self.links.index;
        for (thing, group) in self.nsgs.clone() {
            let Thing::Of(at) = thing else { continue };
            let Some(record) = self.record(at).filter(|record| !record.managed) else { continue };
            let whole =
                record.known("id").is_some_and(|id| index.whole.contains(&(Kind::NsgRule, id.to_owned())));
            if !whole {
                let why = not_read(Some(record), "oci_core_network_security_group_security_rules");
                self.group_beside(group, &why, &mut beside);
            }
        }
        for id in self.network.vnics.ids().collect::<Vec<_>>() {
            let groups = &mut self.network.vnics.at_mut(id).nsgs;
            let more: Vec<_> = groups.iter().filter_map(|group| beside.get(group)).copied().collect();
            groups.extend(more);
        }
        self.groups_beside = beside;
    }

    fn group_beside(&mut self, group: NsgId, why: &str, beside: &mut HashMap<NsgId, NsgId>) {
        if beside.contains_key(&group) {
            return;
        }
        let Nsg { object, vcn, .. } = self.network.nsgs.at(group);
        let (object, vcn) = (object.clone(), *vcn);
        let source = self.places.add(self.places.span(object.source).unwrap_or_default());
        self.places.say_open(source, why);
        let object = object.at(source);
        let id = self.network.nsgs.add(Nsg { object, vcn, rules: Rules::Unknown });
        beside.insert(group, id);
    }
}
