//! The groups that statements name. Where a source does not tell of one, it is a group all the same: a statement about it is about
//! somebody, and a comparison that passed it over would find nothing where there is something.

use std::collections::HashSet;

use crate::syntax::{At, Defined, Name, Ocid, Principal, Statement, Subject, Text};
use crate::tenancy::{DEFAULT_DOMAIN, DynamicGroup, Group, Members, PolicySet};

use super::Gathered;

impl Gathered {
    /// Adds the groups and dynamic groups that the statements of a set name, by name or OCID, and that are not there. Nobody knows who is
    /// in such a dynamic group; one that is named by its OCID alone has it for a name.
    pub fn name_groups(&mut self, of: &PolicySet) {
        let ids = self.set.groups().filter_map(|(_, it)| it.ocid.as_deref());
        let dynamic = self.set.dynamic_groups().filter_map(|(_, it)| it.ocid.as_deref());
        let mut seen: HashSet<String> = ids.chain(dynamic).map(str::to_ascii_lowercase).collect();
        for (_, _, statement) in of.statements() {
            match &statement.value {
                Statement::Define(define) => self.define(define.kind.value, &define.id.value, &mut seen),
                other => {
                    if let Some(subject) = Statement::subject(other) {
                        self.subject(&subject.value, &mut seen);
                    }
                }
            }
        }
    }

    fn define(&mut self, kind: Defined, ocid: &Ocid, seen: &mut HashSet<String>) {
        match kind {
            Defined::Group => self.group_of(ocid, seen),
            Defined::DynamicGroup => self.dynamic_group_of(ocid, seen),
            Defined::Tenancy | Defined::Compartment => {}
        }
    }

    fn subject(&mut self, subject: &Subject, seen: &mut HashSet<String>) {
        match subject {
            Subject::Groups(all) => all.iter().for_each(|At { value, .. }| match value {
                Principal::Id(ocid) => self.group_of(ocid, seen),
                Principal::Named(name) => {
                    if let Some((domain, name)) = known(name) {
                        self.set.add_group(Group { domain, ..Group::new(name) });
                    }
                }
            }),
            Subject::DynamicGroups(all) => all.iter().for_each(|At { value, .. }| match value {
                Principal::Id(ocid) => self.dynamic_group_of(ocid, seen),
                Principal::Named(name) => {
                    if let Some((domain, name)) = known(name) {
                        let group = DynamicGroup::new(name, Members::NotKnown);
                        self.set.add_dynamic_group(DynamicGroup { domain, ..group });
                    }
                }
            }),
            _ => {}
        }
    }

    fn group_of(&mut self, ocid: &Ocid, seen: &mut HashSet<String>) {
        let Some(ocid) = ocid.text().known() else { return };
        if seen.insert(ocid.to_ascii_lowercase()) {
            self.set.add_group(Group { ocid: Some(ocid.to_owned()), ..Group::new(ocid) });
        }
    }

    fn dynamic_group_of(&mut self, ocid: &Ocid, seen: &mut HashSet<String>) {
        let Some(ocid) = ocid.text().known() else { return };
        if seen.insert(ocid.to_ascii_lowercase()) {
            let group = DynamicGroup::new(ocid, Members::NotKnown);
            self.set.add_dynamic_group(DynamicGroup { ocid: Some(ocid.to_owned()), ..group });
        }
    }
}

/// The domain and name of a principal.
fn known(name: &Name) -> Option<(String, String)> {
    let domain = name.domain.as_ref().map_or(Some(DEFAULT_DOMAIN), Text::known)?;
    Some((domain.to_owned(), name.name.known()?.to_owned()))
}
