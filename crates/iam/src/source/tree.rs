//! Compartments as a tree, whatever their order, and whatever is missing.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::tenancy::{CompartmentId, Compartments};

/// A compartment that a source tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What the source knows it by: its OCID, or what stands for one until it has one.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its OCID, where it is known.
    pub ocid: Option<String>,
    /// What it is in; none for the root, or where nobody knows.
    pub parent: Option<String>,
    /// What people call it: `the compartment Sandbox`.
    pub called: String,
}

/// What is odd about compartments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Odd {
    /// Something is in a compartment that the source does not tell of. It is taken to be a child of the root, named by its key.
    NotThere {
        /// The key of the compartment.
        key: String,
        /// What is in it.
        holds: String,
    },
    /// Compartments are in each other. This one of them is taken to be a child of the root.
    InItself {
        /// Its name.
        name: String,
    },
    /// Two compartments in one place have one name. The second is named by its key.
    SameName {
        /// The name.
        name: String,
        /// The key of the second.
        key: String,
    },
}

/// The compartments of a tenancy with the place of each key among them.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The compartments.
    pub compartments: Compartments,
    /// Where the compartment of each key is.
    pub places: HashMap<String, CompartmentId>,
    /// What is odd about them.
    pub odd: Vec<Odd>,
}

/// Puts compartments below a root, each behind its parent. `tenancy` is the root's key and OCID; `mentioned` are other things, by the key
/// of the compartment that they are in and by what people call them. It always ends: what is in itself is cut open.
pub fn tree(
    name: &str,
    tenancy: Option<&str>,
    nodes: &[Node],
    mentioned: impl IntoIterator<Item = (String, String)>,
) -> Tree {
    let mut children: HashMap<&str, Vec<&Node>> = HashMap::new();
    let mut top = Vec::new();
    for node in nodes {
        match node.parent.as_deref().filter(|parent| Some(*parent) != tenancy) {
            Some(around) => children.entry(around).or_default().push(node),
            None => top.push(node),
        }
    }
    let known: HashMap<&str, &Node> = nodes.iter().map(|node| (node.key.as_str(), node)).collect();
    let compartments = Compartments::new(name, tenancy.map(str::to_owned));
    let mut growing =
        Growing { tree: Tree { compartments, places: HashMap::new(), odd: Vec::new() }, children };
    if let Some(tenancy) = tenancy {
        growing.tree.places.insert(tenancy.to_owned(), CompartmentId::ROOT);
    }

    growing.grow(top, CompartmentId::ROOT);
    let parents = nodes.iter().filter_map(|node| Some((node.parent.clone()?, node.called.clone())));
    for (around, holds) in parents.chain(mentioned) {
        if !known.contains_key(around.as_str()) && !growing.tree.places.contains_key(&around) {
            growing.tree.odd.push(Odd::NotThere { key: around.clone(), holds });
            let id = growing.add(CompartmentId::ROOT, &around, &around, Some(&around));
            growing.grow_inside(&around, id);
        }
    }
    // What is left is in itself, or in such a one.
    for node in nodes {
        if !growing.tree.places.contains_key(&node.key) {
            let inside = round(node, &known);
            growing.tree.odd.push(Odd::InItself { name: inside.name.clone() });
            let id = growing.add(CompartmentId::ROOT, &inside.name, &inside.key, inside.ocid.as_deref());
            growing.grow_inside(&inside.key, id);
        }
    }
    growing.tree
}

/// The first compartment that comes again on the way up.
fn round<'n>(from: &'n Node, known: &HashMap<&str, &'n Node>) -> &'n Node {
    let (mut at, mut seen) = (from, HashSet::new());
    while seen.insert(at.key.as_str())
        && let Some(around) = at.parent.as_deref().and_then(|parent| known.get(parent))
    {
        at = around;
    }
    at
}

struct Growing<'n> {
    tree: Tree,
    /// What is in each compartment.
    children: HashMap<&'n str, Vec<&'n Node>>,
}

impl<'n> Growing<'n> {
    /// Adds all that is in a compartment, each behind its parent.
    fn grow_inside(&mut self, key: &str, at: CompartmentId) {
        let children = self.children.remove(key).unwrap_or_default();
        self.grow(children, at);
    }

    fn grow(&mut self, children: Vec<&'n Node>, at: CompartmentId) {
        let mut waiting = VecDeque::from([(children, at)]);
        while let Some((children, parent)) = waiting.pop_front() {
            for node in children {
                if !self.tree.places.contains_key(&node.key) {
                    let id = self.add(parent, &node.name, &node.key, node.ocid.as_deref());
                    waiting.push_back((self.children.remove(node.key.as_str()).unwrap_or_default(), id));
                }
            }
        }
    }

    fn add(&mut self, parent: CompartmentId, name: &str, key: &str, ocid: Option<&str>) -> CompartmentId {
        let before = self.tree.compartments.count() as usize;
        let mut id = self.tree.compartments.add(parent, name, ocid.map(str::to_owned));
        if id.index() < before {
            self.tree.odd.push(Odd::SameName { name: name.to_owned(), key: key.to_owned() });
            id = self.tree.compartments.add(parent, key, ocid.map(str::to_owned));
        }
        self.tree.places.insert(key.to_owned(), id);
        id
    }
}
