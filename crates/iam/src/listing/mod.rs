//! A tenancy as the `oci` command line lists it: what `oci iam policy list`, `group list`, `dynamic-group list` and `get`,
//! `compartment list` and `get` print, in any order, becomes a [`PolicySet`].
//!
//! Nothing is asked of Oracle Cloud here: texts come in. What a thing is, its OCID says. What the texts do not say is a [`Gap`].

mod error;
mod gap;
mod json;
mod thing;

use std::collections::{BTreeMap, HashMap};

pub use error::ListingError;
pub use gap::Gap;
pub use thing::Kind;

use crate::source::{Gathered, Node, Odd, Tree, Unread, tree};
use crate::syntax::{Options, parse_rule};
use crate::tenancy::{
    CompartmentId, Compartments, DEFAULT_DOMAIN, DynamicGroup, Group, Matching, Members, PolicySet,
    StatementId,
};
use thing::{Read, Said, Thing};

/// How many things of one kind are taken. A tenancy has some hundreds.
pub const MOST: usize = 10_000;

/// What the root is called where nobody says its name.
const NAMELESS: &str = "tenancy";

/// Texts that were added, one after the other.
#[derive(Debug, Default)]
pub struct Listing {
    things: BTreeMap<Kind, Vec<Thing>>,
    /// Where the thing of an OCID is among those of its kind.
    at: HashMap<String, usize>,
    /// The OCID of the tenancy, and the text that has it.
    tenancy: Option<(String, String)>,
    gaps: Vec<Gap>,
    passed_over: usize,
    inactive: usize,
}

/// What all texts say together.
///
/// The set says of neither its compartments nor its groups that there are no others, for a listing shows what its caller may see. Who
/// knows better says so: [`Compartments::complete`](crate::tenancy::Compartments::complete), [`PolicySet::with_all_groups`].
#[derive(Clone, Debug)]
pub struct Listed {
    /// The tenancy.
    pub set: PolicySet,
    /// Where each statement stands, for people: `policy ci, statement 2`.
    pub places: BTreeMap<StatementId, String>,
    /// The statements that could not be read and are not in the set: answers may lack what they allow or deny.
    pub faults: Vec<Unread>,
    /// What is not known because the texts do not say it.
    pub gaps: Vec<Gap>,
    /// How many things have nothing to do with permission here, such as users.
    pub passed_over: usize,
    /// How many things are left out because they are not `ACTIVE`.
    pub inactive: usize,
}

impl Listing {
    /// Adds what a command printed: one JSON document or several, each `{"data": …}` or the bare list or thing, with keys as the
    /// command line writes them (`compartment-id`) or the API (`compartmentId`). `name` is what messages call the text.
    ///
    /// A thing that comes again replaces what was there, except that a rule is not replaced by `null`.
    ///
    /// # Errors
    ///
    /// If it is no JSON, no such answer, or has more than [`MOST`] things of a kind.
    pub fn add(mut self, name: &str, text: &str) -> Result<Self, ListingError> {
        let documents = json::documents(name, text)?;
        if documents.is_empty() {
            self.gaps.push(Gap::Empty { text: thing::shown(name) });
        }
        for document in &documents {
            let answer = thing::answer(name, document)?;
            if answer.goes_on {
                self.gaps.push(Gap::GoesOn { text: thing::shown(name) });
            }
            for entry in answer.entries {
                match entry.read()? {
                    Read::Other => self.passed_over += 1,
                    Read::Inactive => self.inactive += 1,
                    Read::Thing(thing) => self.take(name, thing)?,
                }
            }
        }
        Ok(self)
    }

    fn take(&mut self, name: &str, thing: Thing) -> Result<(), ListingError> {
        for ocid in std::iter::once(&thing.ocid).chain(&thing.parent) {
            if Kind::of(ocid) == Some(Kind::Tenancy) {
                self.tenant(name, ocid)?;
            }
        }
        let kind = thing.kind;
        let things = self.things.entry(kind).or_default();
        // An OCID says the kind, so two of one OCID are among the same things.
        if let Some(there) = self.at.get(&thing.ocid).and_then(|at| things.get_mut(*at)) {
            if there.replace(thing) {
                self.gaps.push(Gap::Differs { kind, name: there.name.clone() });
            }
        } else if things.len() >= MOST {
            return Err(ListingError::TooMany { name: thing::shown(name), kind });
        } else {
            self.at.insert(thing.ocid.clone(), things.len());
            things.push(thing);
        }
        Ok(())
    }

    fn tenant(&mut self, name: &str, ocid: &str) -> Result<(), ListingError> {
        match &self.tenancy {
            None => self.tenancy = Some((ocid.to_owned(), name.to_owned())),
            Some((first, from)) if first != ocid => {
                let [first, from, other, name] = [first, from, ocid, name].map(thing::shown);
                return Err(ListingError::TwoTenancies { name, other, first, from });
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// Reads the statements and rules, and puts everything in its place.
    pub fn into_set(mut self) -> Listed {
        let mut things = |kind| self.things.remove(&kind).unwrap_or_default();
        let (policies, groups) = (things(Kind::Policy), things(Kind::Group));
        let (dynamic_groups, compartments) = (things(Kind::DynamicGroup), things(Kind::Compartment));
        let root = things(Kind::Tenancy).into_iter().next();
        let mut gaps = self.gaps;
        let of_kinds = [
            (Kind::Compartment, &compartments),
            (Kind::Group, &groups),
            (Kind::DynamicGroup, &dynamic_groups),
            (Kind::Policy, &policies),
        ];
        gaps.extend(of_kinds.iter().filter(|(_, all)| all.is_empty()).map(|(kind, _)| Gap::NoneOf(*kind)));

        let ocid = self.tenancy.map(|(ocid, _)| ocid);
        let name = root.map_or_else(|| NAMELESS.to_owned(), |root| root.name);
        let (tree, ids) = plant(&name, ocid.as_deref(), compartments, &policies, &mut gaps);
        let options = Options::default();
        let mut gathered = Gathered::new(tree);
        add_groups(&mut gathered.set, groups, &mut gaps);
        add_dynamic_groups(&mut gathered.set, dynamic_groups, &options, &mut gaps);
        add_policies(&mut gathered, &policies, &ids, &options);
        let named = gathered.set.clone();
        gathered.name_groups(&named);
        let Gathered { set, places, faults } = gathered;
        Listed { set, places, faults, gaps, passed_over: self.passed_over, inactive: self.inactive }
    }
}

/// The compartments as a tree, and where each OCID is.
fn plant(
    name: &str,
    tenancy: Option<&str>,
    compartments: Vec<Thing>,
    policies: &[Thing],
    gaps: &mut Vec<Gap>,
) -> (Compartments, HashMap<String, CompartmentId>) {
    if tenancy.is_none() {
        gaps.push(Gap::NoTenancy);
    }
    let node = |Thing { ocid, name, parent, .. }| {
        let called = format!("the compartment {name}");
        Node { key: ocid.clone(), name, ocid: Some(ocid), parent, called }
    };
    let nodes: Vec<Node> = compartments.into_iter().map(node).collect();
    let held = policies.iter().filter_map(|it| Some((it.parent.clone()?, format!("the policy {}", it.name))));
    let Tree { compartments, places, odd } = tree(name, tenancy, &nodes, held);
    gaps.extend(odd.into_iter().map(|odd| match odd {
        Odd::NotThere { key, holds } => Gap::CompartmentNotListed { ocid: key, holds },
        Odd::InItself { name } => Gap::InItself { compartment: name },
        Odd::SameName { name, key } => Gap::same_name(Kind::Compartment, name, Some(key)),
    }));
    (compartments, places)
}

fn add_groups(set: &mut PolicySet, groups: Vec<Thing>, gaps: &mut Vec<Gap>) {
    for Thing { ocid, name, .. } in groups {
        let (domain, ocid) = (DEFAULT_DOMAIN.to_owned(), Some(ocid));
        let id = set.add_group(Group { name: name.clone(), domain, ocid: ocid.clone() });
        if set.group(id).is_some_and(|there| there.ocid != ocid) {
            gaps.push(Gap::same_name(Kind::Group, name, ocid));
        }
    }
}

fn add_dynamic_groups(set: &mut PolicySet, groups: Vec<Thing>, options: &Options, gaps: &mut Vec<Gap>) {
    for Thing { ocid, name, said, .. } in groups {
        let text = if let Said::Rule(text) = said { text } else { None };
        let members = match text {
            None => {
                gaps.push(Gap::NoRule { group: name.clone(), ocid: ocid.clone() });
                Members::NotKnown
            }
            Some(text) => {
                let parsed = parse_rule(&text, options);
                match parsed.rule {
                    Some(rule) => Members::Matched(Matching::from(&rule.value)),
                    None => {
                        gaps.push(Gap::RuleNotRead { group: name.clone(), text, faults: parsed.faults });
                        Members::NotKnown
                    }
                }
            }
        };
        let ocid = Some(ocid);
        let group = DynamicGroup { ocid: ocid.clone(), ..DynamicGroup::new(name.clone(), members) };
        let id = set.add_dynamic_group(group);
        if set.dynamic_group(id).is_some_and(|there| there.ocid != ocid) {
            gaps.push(Gap::same_name(Kind::DynamicGroup, name, ocid));
        }
    }
}

fn add_policies(
    gathered: &mut Gathered,
    policies: &[Thing],
    ids: &HashMap<String, CompartmentId>,
    options: &Options,
) {
    let mut named: HashMap<&str, usize> = HashMap::new();
    policies.iter().for_each(|policy| *named.entry(&policy.name).or_default() += 1);
    for policy in policies {
        let compartment = policy.parent.as_deref().and_then(|ocid| ids.get(ocid)).copied();
        let compartment = compartment.unwrap_or(CompartmentId::ROOT);
        let name = thing::shown(&policy.name);
        let place = if named.get(policy.name.as_str()) == Some(&1) {
            format!("policy {name},")
        } else {
            match gathered.set.compartments.path(compartment) {
                path if path.is_empty() => format!("policy {name} in the tenancy,"),
                path => format!("policy {name} in {},", thing::shown(&path)),
            }
        };
        let Said::Statements(statements) = &policy.said else { continue };
        let texts = statements.iter().map(|text| Some(text.as_str()));
        gathered.policy(&policy.name, compartment, &place, texts, options);
    }
}
