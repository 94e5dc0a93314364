//! Sets of packets: canonical, shared, field by field.
//!
//! A set is a diagram of five levels (destination, source, protocol, and the two halves of what ports are for TCP). A node is a
//! sorted list of intervals, each with the set of what follows; equal nodes are one. So two sets are equal when their numbers
//! are, and union, intersection and difference are remembered.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// A set, as its place in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Set(u32);

impl Set {
    /// No packet.
    pub(crate) const EMPTY: Self = Self(0);
    /// What follows the last field.
    const END: Self = Self(1);

    pub(crate) fn is_empty(self) -> bool {
        self == Self::EMPTY
    }
}

/// An interval of one field, both ends included, and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Edge {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) then: Set,
}

/// An interval.
pub(crate) type Interval = (u64, u64);

/// A box: an interval for each field.
pub(crate) type Box5 = [Interval; 5];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Op {
    Union,
    Intersect,
    Minus,
}

/// A multiplicative hash: keys are small numbers of our own making.
#[derive(Default)]
pub(crate) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }
    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 ^= self.0 >> 29;
    }
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

type Map<K, V> = HashMap<K, V, BuildHasherDefault<Mix>>;

/// How many results are remembered before all are forgotten: bounds the memory, not the answer.
const REMEMBERED: usize = 1 << 20;

/// All sets.
pub(crate) struct Store {
    nodes: Vec<Arc<[Edge]>>,
    known: Map<Arc<[Edge]>, Set>,
    done: Map<(Op, Set, Set), Set>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({} nodes)", self.nodes.len())
    }
}

impl Default for Store {
    fn default() -> Self {
        let none: Arc<[Edge]> = Arc::from([]);
        Self { nodes: vec![none.clone(), none], known: Map::default(), done: Map::default() }
    }
}

impl Store {
    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The first level of a set.
    pub(crate) fn edges(&self, set: Set) -> Arc<[Edge]> {
        self.nodes.get(set.0 as usize).cloned().unwrap_or_else(|| Arc::from([]))
    }

    /// The set with these edges: sorted, disjoint, none of them empty.
    pub(crate) fn node(&mut self, edges: Vec<Edge>) -> Set {
        let mut merged: Vec<Edge> = Vec::with_capacity(edges.len());
        for edge in edges {
            match merged.last_mut() {
                Some(last) if last.then == edge.then && last.last.checked_add(1) == Some(edge.first) => {
                    last.last = edge.last
                }
                _ => merged.push(edge),
            }
        }
        if merged.is_empty() {
            return Set::EMPTY;
        }
        let merged: Arc<[Edge]> = Arc::from(merged);
        if let Some(&set) = self.known.get(&merged) {
            return set;
        }
        let set = Set(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Arc::clone(&merged));
        self.known.insert(merged, set);
        set
    }

    /// One box.
    pub(crate) fn boxed(&mut self, fields: Box5) -> Set {
        fields.iter().rev().fold(Set::END, |then, &(first, last)| self.node(vec![Edge { first, last, then }]))
    }

    pub(crate) fn union(&mut self, a: Set, b: Set) -> Set {
        if a == b || b.is_empty() {
            return a;
        }
        if a.is_empty() {
            return b;
        }
        self.apply(Op::Union, a.min(b), a.max(b))
    }

    pub(crate) fn intersect(&mut self, a: Set, b: Set) -> Set {
        if a == b {
            return a;
        }
        if a.is_empty() || b.is_empty() {
            return Set::EMPTY;
        }
        self.apply(Op::Intersect, a.min(b), a.max(b))
    }

    pub(crate) fn minus(&mut self, a: Set, b: Set) -> Set {
        if a == b || a.is_empty() {
            return Set::EMPTY;
        }
        if b.is_empty() {
            return a;
        }
        self.apply(Op::Minus, a, b)
    }

    /// Halves first, so that many small sets cost little more than one large one.
    pub(crate) fn union_all(&mut self, mut sets: Vec<Set>) -> Set {
        while sets.len() > 1 {
            let mut next = Vec::with_capacity(sets.len().div_ceil(2));
            for pair in sets.chunks(2) {
                next.push(match *pair {
                    [a, b] => self.union(a, b),
                    [a] => a,
                    _ => Set::EMPTY,
                });
            }
            sets = next;
        }
        sets.pop().unwrap_or(Set::EMPTY)
    }

    fn apply(&mut self, op: Op, a: Set, b: Set) -> Set {
        if let Some(&set) = self.done.get(&(op, a, b)) {
            return set;
        }
        let (left, right) = (self.edges(a), self.edges(b));
        let edges = match op {
            Op::Intersect => self.common(&left, &right),
            Op::Union | Op::Minus => self.sweep(op, &left, &right),
        };
        let set = self.node(edges);
        if self.done.len() >= REMEMBERED {
            self.done.clear();
        }
        self.done.insert((op, a, b), set);
        set
    }

    /// What both have: the shorter list looks its edges up in the longer one.
    fn common(&mut self, left: &[Edge], right: &[Edge]) -> Vec<Edge> {
        let (few, many) = if left.len() <= right.len() { (left, right) } else { (right, left) };
        let mut edges = Vec::new();
        for edge in few {
            let start = many.partition_point(|other| other.last < edge.first);
            for other in many.iter().skip(start).take_while(|other| other.first <= edge.last) {
                let then = self.intersect(edge.then, other.then);
                if !then.is_empty() {
                    edges.push(Edge {
                        first: edge.first.max(other.first),
                        last: edge.last.min(other.last),
                        then,
                    });
                }
            }
        }
        edges
    }

    /// Both lists from the first value to the last, cut wherever one of them begins or ends.
    fn sweep(&mut self, op: Op, left: &[Edge], right: &[Edge]) -> Vec<Edge> {
        let mut edges = Vec::with_capacity(left.len() + right.len());
        let (mut lefts, mut rights) = (left.iter().copied(), right.iter().copied());
        let (mut a, mut b) = (lefts.next(), rights.next());
        loop {
            let (first, last, then) = match (a, b) {
                (None, None) => return edges,
                (Some(x), None) => (x.first, x.last, x.then),
                (None, Some(y)) => (y.first, y.last, if op == Op::Union { y.then } else { Set::EMPTY }),
                (Some(x), Some(y)) if x.first < y.first => (x.first, x.last.min(y.first - 1), x.then),
                (Some(x), Some(y)) if y.first < x.first => {
                    (y.first, y.last.min(x.first - 1), if op == Op::Union { y.then } else { Set::EMPTY })
                }
                (Some(x), Some(y)) => {
                    let then =
                        if op == Op::Union { self.union(x.then, y.then) } else { self.minus(x.then, y.then) };
                    (x.first, x.last.min(y.last), then)
                }
            };
            if !then.is_empty() {
                edges.push(Edge { first, last, then });
            }
            a = a
                .and_then(|edge| after(edge, last))
                .or_else(|| if a.is_some() { lefts.next() } else { None });
            b = b
                .and_then(|edge| after(edge, last))
                .or_else(|| if b.is_some() { rights.next() } else { None });
        }
    }

    /// The boxes of a set, disjoint, at most `most` of them.
    pub(crate) fn boxes(&self, set: Set, most: usize) -> Vec<Box5> {
        let mut found = Vec::new();
        self.collect(set, 0, [(0, 0); 5], most, &mut found);
        found
    }

    fn collect(&self, set: Set, level: usize, prefix: Box5, most: usize, found: &mut Vec<Box5>) {
        if set == Set::END {
            found.push(prefix);
            return;
        }
        for edge in self.edges(set).iter() {
            if found.len() >= most {
                return;
            }
            let mut next = prefix;
            if let Some(field) = next.get_mut(level) {
                *field = (edge.first, edge.last);
            }
            self.collect(edge.then, level + 1, next, most, found);
        }
    }
}

/// What is left of an edge behind `last`.
fn after(edge: Edge, last: u64) -> Option<Edge> {
    if edge.first > last {
        Some(edge)
    } else if edge.last > last {
        Some(Edge { first: last + 1, ..edge })
    } else {
        None
    }
}
