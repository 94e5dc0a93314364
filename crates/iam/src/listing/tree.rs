//! The compartments of a listing as a tree, whatever their order, and whatever is missing.

use std::collections::{HashMap, HashSet, VecDeque};

use super::thing::Thing;
use super::{Gap, Kind};
use crate::tenancy::{CompartmentId, Compartments};

/// What the root is called where nobody says its name.
const NAMELESS: &str = "tenancy";

/// The tree, and the place of each OCID in it: of what is listed, and of what something listed is in.
pub(super) fn tree<'t>(
    tenancy: Option<String>,
    root: Option<Thing>,
    compartments: &'t [Thing],
    policies: &'t [Thing],
    gaps: &mut Vec<Gap>,
) -> (Compartments, HashMap<&'t str, CompartmentId>) {
    if tenancy.is_none() {
        gaps.push(Gap::NoTenancy);
    }
    let name = root.map_or_else(|| NAMELESS.to_owned(), |root| root.name);
    let mut children: HashMap<Option<&str>, Vec<&Thing>> = HashMap::new();
    for thing in compartments {
        let around = thing.parent.as_deref().filter(|parent| Some(*parent) != tenancy.as_deref());
        children.entry(around).or_default().push(thing);
    }
    let listed: HashMap<&str, &Thing> = compartments.iter().map(|it| (it.ocid.as_str(), it)).collect();
    let mut tree = Compartments::new(name, tenancy.clone());
    let mut growing = Growing { tree: &mut tree, children, ids: HashMap::new(), gaps };

    growing.grow(None, CompartmentId::ROOT);
    for thing in compartments.iter().chain(policies) {
        let Some(around) = thing.parent.as_deref() else { continue };
        if Some(around) == tenancy.as_deref() {
            growing.ids.insert(around, CompartmentId::ROOT);
        } else if !listed.contains_key(around) && !growing.ids.contains_key(around) {
            let holds = format!("the {} {}", thing.kind.one(), thing.name);
            growing.gaps.push(Gap::CompartmentNotListed { ocid: around.to_owned(), holds });
            let id = growing.add(CompartmentId::ROOT, around, around);
            growing.grow(Some(around), id);
        }
    }
    // What is left is in itself, or in such a one.
    for thing in compartments {
        if !growing.ids.contains_key(thing.ocid.as_str()) {
            let inside = round(thing, &listed);
            growing.gaps.push(Gap::InItself { compartment: inside.name.clone() });
            let id = growing.add(CompartmentId::ROOT, &inside.name, &inside.ocid);
            growing.grow(Some(&inside.ocid), id);
        }
    }
    let ids = growing.ids;
    (tree, ids)
}

/// The first compartment that comes again on the way up.
fn round<'t>(from: &'t Thing, listed: &HashMap<&str, &'t Thing>) -> &'t Thing {
    let (mut at, mut seen) = (from, HashSet::new());
    while seen.insert(at.ocid.as_str())
        && let Some(around) = at.parent.as_deref().and_then(|parent| listed.get(parent))
    {
        at = around;
    }
    at
}

struct Growing<'t, 'g> {
    tree: &'g mut Compartments,
    /// What is in each compartment; in the root, under no OCID.
    children: HashMap<Option<&'t str>, Vec<&'t Thing>>,
    ids: HashMap<&'t str, CompartmentId>,
    gaps: &'g mut Vec<Gap>,
}

impl<'t> Growing<'t, '_> {
    /// Adds all that is in a compartment, each behind its parent.
    fn grow(&mut self, from: Option<&'t str>, at: CompartmentId) {
        let mut waiting = VecDeque::from([(from, at)]);
        while let Some((around, parent)) = waiting.pop_front() {
            for thing in self.children.remove(&around).unwrap_or_default() {
                if !self.ids.contains_key(thing.ocid.as_str()) {
                    let id = self.add(parent, &thing.name, &thing.ocid);
                    waiting.push_back((Some(&thing.ocid), id));
                }
            }
        }
    }

    fn add(&mut self, parent: CompartmentId, name: &str, ocid: &'t str) -> CompartmentId {
        let mut id = self.tree.add(parent, name, Some(ocid.to_owned()));
        if self.tree.ocid(id) != Some(ocid) {
            self.gaps.push(Gap::same_name(Kind::Compartment, name.to_owned(), Some(ocid.to_owned())));
            id = self.tree.add(parent, ocid, Some(ocid.to_owned()));
        }
        self.ids.insert(ocid, id);
        id
    }
}
