//! Security lists and network security groups: whose they are, and their rules.

use adit_net::{Nsg, NsgId, Object, Peer, Rules, SecurityList, SecurityListId, SecurityRule, VcnId};

use super::faults::{no_such, other_vcn, too_many};
use super::tables::unused;
use super::{Builder, Origin, Rule};
use crate::code;
use crate::finding::Finding;
use crate::model::{self, Destination, Name};
use crate::words::shown;

impl<'b> Builder<'b> {
    /// The list that a subnet names. One that is written out nowhere is derived, or unknown if the VCN is not managed.
    pub(super) fn list(&mut self, vcn: VcnId, name: &'b Name) -> SecurityListId {
        if let Some(list) = self.lists.get(&(vcn, name.value.as_str())) {
            return *list;
        }
        let written = self.written_lists.get(name.value.as_str()).copied();
        let owner = self.list_owners.get(name.value.as_str()).copied();
        if let (Some(written), Some(owner)) = (written, owner.filter(|owner| *owner != vcn)) {
            let (owner, user) = (self.vcn_name(owner), self.vcn_name(vcn));
            self.faults.push(other_vcn(name, "security list", &owner, &user, written.name.span));
        }
        let managed = self.network.vcns.at(vcn).object.managed;
        let managed = written.and_then(|list| list.managed).unwrap_or(managed);
        let is_written = written.is_some_and(|list| list.rules.is_some());
        let at = written.map_or(name, |list| &list.name);
        let object = if is_written {
            self.object(at, managed)
        } else {
            self.derived(name.value.clone(), at.span, managed)
        };
        let list = self.add_list(vcn, object, is_written);
        self.lists.insert((vcn, &name.value), list);
        list
    }

    /// The list of a subnet that names none.
    pub(super) fn list_of(&mut self, vcn: VcnId, subnet: &Name) -> SecurityListId {
        let managed = self.network.vcns.at(vcn).object.managed;
        let name = if managed {
            format!("{}-sl", subnet.value)
        } else {
            format!("(security list of {})", subnet.value)
        };
        let object = self.derived(name, subnet.span, managed);
        self.add_list(vcn, object, false)
    }

    fn add_list(&mut self, vcn: VcnId, object: Object, written: bool) -> SecurityListId {
        let managed = object.managed;
        let rules = if written || managed { Rules::default() } else { Rules::Unknown };
        let list = self.network.security_lists.add(SecurityList { object, vcn, rules });
        if managed && !written {
            self.open_lists.push(list);
        }
        list
    }

    /// The groups that a card or an application in a VCN names.
    pub(super) fn groups(&mut self, vcn: VcnId, names: &'b [Name]) -> Vec<NsgId> {
        if let Some(sixth) = names.get(5) {
            self.faults.push(too_many(&sixth.value, sixth.span, "network security groups", names.len(), 5));
        }
        names.iter().filter_map(|name| self.group(vcn, name)).collect()
    }

    fn group(&mut self, vcn: VcnId, name: &'b Name) -> Option<NsgId> {
        if let Some(group) = self.groups.get(&(vcn, name.value.as_str())) {
            return Some(*group);
        }
        let written = self.written_groups.get(name.value.as_str()).copied();
        let managed = self.network.vcns.at(vcn).object.managed;
        let Some(written) = written else {
            if managed {
                // Nothing is derived for a group: a new one admits nothing.
                let known: Vec<&str> =
                    self.blueprint.nsgs.iter().map(|nsg| nsg.name.value.as_str()).collect();
                self.faults.push(no_such(name, "a network security group", known));
                return None;
            }
            let object = self.derived(name.value.clone(), name.span, false);
            return Some(self.add_group(vcn, &name.value, object, Rules::Unknown));
        };
        if let Some(owner) = self.group_owners.get(name.value.as_str()).copied().filter(|owner| *owner != vcn)
        {
            let (owner, user) = (self.vcn_name(owner), self.vcn_name(vcn));
            self.faults.push(other_vcn(name, "network security group", &owner, &user, written.name.span));
        }
        let managed = written.managed.unwrap_or(managed);
        let object = self.object(&written.name, managed);
        let known = written.rules.is_some() || managed;
        let rules = if known { Rules::default() } else { Rules::Unknown };
        Some(self.add_group(vcn, &written.name.value, object, rules))
    }

    fn add_group(&mut self, vcn: VcnId, name: &'b str, object: Object, rules: Rules<SecurityRule>) -> NsgId {
        let group = self.network.nsgs.add(Nsg { object, vcn, rules });
        self.groups.insert((vcn, name), group);
        group
    }

    /// The rules of the lists and groups that are written out.
    pub(super) fn security_rules(&mut self) {
        let blueprint = self.blueprint;
        for written in &blueprint.security_lists {
            let Some(vcn) = self.list_owners.get(written.name.value.as_str()).copied() else {
                if written.vcn.is_none() {
                    self.faults.push(unused(&written.name, "security list"));
                }
                continue;
            };
            let list = self.list(vcn, &written.name);
            for rule in written.rules.iter().flatten() {
                if let model::Peer::Group(name) = &rule.peer.value {
                    self.faults.push(group_in_list(&written.name, name, rule));
                } else if let Some(made) = self.security_rule(vcn, rule, Holder::List(list)) {
                    self.network.security_lists.at_mut(list).rules.push(made);
                }
            }
        }
        for written in &blueprint.nsgs {
            let Some(vcn) = self.group_owners.get(written.name.value.as_str()).copied() else {
                if written.vcn.is_none() {
                    self.faults.push(unused(&written.name, "network security group"));
                }
                continue;
            };
            let Some(group) = self.group(vcn, &written.name) else { continue };
            for rule in written.rules.iter().flatten() {
                if let Some(made) = self.security_rule(vcn, rule, Holder::Group(group)) {
                    self.network.nsgs.at_mut(group).rules.push(made);
                }
            }
        }
    }

    fn security_rule(
        &mut self,
        vcn: VcnId,
        rule: &'b model::SecurityRule,
        holder: Holder,
    ) -> Option<SecurityRule> {
        let peer = match &rule.peer.value {
            model::Peer::Place(Destination::Range(range)) => Peer::Cidr(*range),
            model::Peer::Place(Destination::Service(label)) => Peer::Service(*label),
            model::Peer::Group(name) => {
                let known = self.written_groups.get(name.as_str()).map(|group| &group.name);
                let Some(known) = known else {
                    let at = Name { value: name.clone(), span: rule.peer.span };
                    let known: Vec<&str> =
                        self.blueprint.nsgs.iter().map(|nsg| nsg.name.value.as_str()).collect();
                    self.faults.push(no_such(&at, "a network security group", known));
                    return None;
                };
                Peer::Nsg(self.group(vcn, known)?)
            }
        };
        let known = match holder {
            Holder::List(list) => self.network.security_lists.at(list).rules.known(),
            Holder::Group(group) => self.network.nsgs.at(group).rules.known(),
        };
        let place = Rule::next(known, rule.direction, false);
        Some(SecurityRule {
            direction: rule.direction,
            stateless: rule.stateless,
            peer,
            traffic: rule.traffic,
            origin: Origin::Written,
            source: self.places.add_rule(rule.span, place),
        })
    }
}

/// What a rule is for.
#[derive(Clone, Copy)]
enum Holder {
    List(SecurityListId),
    Group(NsgId),
}

fn group_in_list(list: &Name, group: &str, rule: &model::SecurityRule) -> Finding {
    let (list, group) = (shown(&list.value), shown(group));
    Finding::new(
        code::BAD_VALUE,
        &list,
        rule.peer.span,
        format!("security list `{list}` names group `{group}`: only rules of groups may name groups"),
    )
    .here("refused by the cloud")
    .observed(format!("`nsg/{group}`"))
    .expected("a range, or a label of Oracle's services")
    .fix(format!("move the rule into a group, [nsg.NAME], or write the range of the members of `{group}`"))
}
