//! The tenancy that both sides of a plan are in: all compartments, groups and dynamic groups that there are or will be.

use std::collections::HashSet;

use adit_iam::source::{Node, Odd, Tree, tree};
use adit_iam::tenancy::Group;

use super::Gap;
use super::groups::{named, together};
use super::side::{Place, Side};
use crate::plan::record::Kind;

/// What the root is called where nobody says its name.
const NAMELESS: &str = "tenancy";

/// What both sides share.
pub(super) struct Tenancy {
    pub(super) tree: Tree,
    pub(super) groups: Vec<Group>,
    /// By name and OCID; who is in them differs.
    pub(super) dynamic_groups: Vec<Group>,
}

pub(super) fn tenancy(planned: &Side<'_>, prior: &Side<'_>) -> Tenancy {
    let root = root(planned, prior);
    let mut nodes = Vec::new();
    let mut seen = HashSet::new();
    let mut mentioned = Vec::new();
    for side in [planned, prior] {
        for (_, record, block) in side.records(Kind::Compartment) {
            let key = side.key(record);
            if root.as_ref() == Some(&key) || !seen.insert(key.clone()) {
                continue;
            }
            let parent = match side.place(&block, "compartment_id") {
                Place::Root => None,
                Place::At(key) => Some(key),
                Place::Open(from) => {
                    let place = format!("{}.compartment_id", record.address);
                    side.open(&place, from, "it is taken to be a child of the tenancy");
                    None
                }
            };
            let (name, ocid) = (side.name(record, &block), record.known("id").map(str::to_owned));
            nodes.push(Node { key, name, ocid, parent, called: record.address.clone() });
        }
        for (_, record, block) in side.records(Kind::Policy) {
            if let Place::At(key) = side.place(&block, "compartment_id") {
                mentioned.push((key, record.address.clone()));
            }
        }
    }
    let named_root = [planned, prior].into_iter().find_map(|side| {
        let of = |kind| side.records(kind).into_iter().find(|(_, it, _)| Some(side.key(it)) == root);
        let (_, record, block) = of(Kind::Tenancy).or_else(|| of(Kind::Compartment))?;
        Some(side.name(record, &block))
    });
    let tree = tree(named_root.as_deref().unwrap_or(NAMELESS), root.as_deref(), &nodes, mentioned);
    for odd in &tree.odd {
        planned.gap(match odd.clone() {
            Odd::NotThere { key, holds } => Gap::CompartmentNotThere { ocid: key, holds },
            Odd::InItself { name } => Gap::InItself { compartment: name },
            Odd::SameName { name, key } => Gap::SameName { name, second: key },
        });
    }
    let groups = together(named(planned, Kind::Group), named(prior, Kind::Group));
    let dynamic_groups = together(named(planned, Kind::DynamicGroup), named(prior, Kind::DynamicGroup));
    Tenancy { tree, groups, dynamic_groups }
}

/// The OCID of the tenancy: the first that anything names.
fn root(planned: &Side<'_>, prior: &Side<'_>) -> Option<String> {
    let named = |side: &Side<'_>| {
        side.all().find_map(|record| {
            let values = ["id", "tenancy_id", "compartment_id"].map(|attribute| record.known(attribute));
            let is_tenancy = |ocid: &&str| ocid.to_ascii_lowercase().starts_with("ocid1.tenancy.");
            values.into_iter().flatten().find(is_tenancy).map(str::to_ascii_lowercase)
        })
    };
    named(planned).or_else(|| named(prior))
}
