//! Groups and dynamic groups, of both sides together, and who is in a dynamic group on one of them.

use std::collections::{HashMap, HashSet};

use adit_iam::syntax::{Options, parse_rule};
use adit_iam::tenancy::{DynamicGroup, Group, Matching, Members};

use super::Gap;
use super::side::{Side, from};
use crate::plan::block::{Block, Got};
use crate::plan::record::{Kind, Record};

/// The groups of one side. A name is given once.
pub(super) fn named(side: &Side<'_>, kind: Kind) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut seen = HashSet::new();
    for (_, record, block) in side.records(kind) {
        let name = side.name(record, &block);
        if !seen.insert(name.to_lowercase()) {
            side.gap(Gap::SameName { name, second: record.address.clone() });
            continue;
        }
        groups.push(Group { ocid: record.known("id").map(str::to_owned), ..Group::new(name) });
    }
    groups
}

/// The groups of both sides: the second has the OCIDs that the first does not know.
pub(super) fn together(mut first: Vec<Group>, second: Vec<Group>) -> Vec<Group> {
    let at: HashMap<String, usize> =
        first.iter().enumerate().map(|(at, group)| (group.name.to_lowercase(), at)).collect();
    for group in second {
        match at.get(&group.name.to_lowercase()).and_then(|at| first.get_mut(*at)) {
            Some(there) => there.ocid = there.ocid.take().or(group.ocid),
            None => first.push(group),
        }
    }
    first
}

/// Who is in each dynamic group on one side, by its name in lower case.
pub(super) fn members(side: &Side<'_>) -> HashMap<String, Members> {
    let mut all = HashMap::new();
    for (_, record, block) in side.records(Kind::DynamicGroup) {
        let name = side.name(record, &block).to_lowercase();
        all.entry(name).or_insert_with(|| rule(side, record, &block));
    }
    all
}

/// Who is in it, by its rule.
fn rule(side: &Side<'_>, record: &Record, block: &Block<'_>) -> Members {
    let place = format!("{}.matching_rule", record.address);
    match block.text("matching_rule") {
        Got::Is(text) => {
            let parsed = parse_rule(text, &Options::default());
            match parsed.rule {
                Some(rule) => Members::Matched(Matching::from(&rule.value)),
                None => {
                    let place = record.address.clone();
                    side.gap(Gap::RuleNotRead { place, text: text.to_owned(), faults: parsed.faults });
                    Members::NotKnown
                }
            }
        }
        Got::Open => {
            side.open(&place, from(block, "matching_rule"), "nobody knows who is in the group");
            Members::NotKnown
        }
        // A list that leaves rules out says nothing of who is in the group.
        Got::Nothing => {
            side.gap(Gap::NoRule { place: record.address.clone() });
            Members::NotKnown
        }
    }
}

/// A dynamic group as it is on one side: where it is not there, nobody is in it.
pub(super) fn with_members(members: &HashMap<String, Members>, group: &Group) -> DynamicGroup {
    let nobody = || Members::Matched(Matching::Any(Vec::new()));
    let members = members.get(&group.name.to_lowercase()).cloned().unwrap_or_else(nobody);
    let Group { name, domain, ocid } = group.clone();
    DynamicGroup { name, domain, ocid, members }
}
